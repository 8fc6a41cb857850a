/* bind.h - what the files of this room share: the only header that includes Lua.
 * How to build on it:
 *   - A C function that scripts call finds its cell with oms_bind_cell(L), checks its arguments and
 *     phase first (both may raise), then calls the core once, then pushes. It holds no heap block
 *     and no lock across a call that may raise.
 *   - The host enters Lua through oms_bind_call (function and arguments pushed already) or
 *     oms_bind_protect (a C function that may raise runs protected and does the pushing). Pushing
 *     texts or tables may raise for lack of memory, so outside of protection push only numbers,
 *     booleans, references and views.
 *   - A C function that loops by a script's number calls oms_bind_charge; one that called into Lua
 *     or another cell calls oms_bind_poll before it returns, so that a killed script ends. */
#ifndef OMS_BIND_BIND_H
#define OMS_BIND_BIND_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <signal.h>

#include "base/random.h"
#include "bind/cell.h"

/* One entry into a cell, described by the caller; must live as long as the call. */
typedef struct oms_call {
  const char *name; /* of the callback, for messages */
  uint32_t phase;   /* one OMS_PHASE_ bit */
  /* 0: the cell's; nested calls never get more than a quarter of their caller's. */
  int64_t budget_ns;
  uint64_t event; /* id of the event for messages; 0: none */
} oms_call_t;

/* A Lua state that is running now; a chain through the C stack, innermost first. */
typedef struct oms_running {
  lua_State *L;
  struct oms_running *prev;
} oms_running_t;

/* A call in progress; lives on the C stack of oms_bind_call. */
typedef struct oms_frame {
  oms_running_t node;
  struct oms_frame *prev;
  oms_cell_t *cell;
  const oms_call_t *call;
  uint64_t deadline; /* tick at which the budget is spent */
  uint64_t limit_ticks;
  int64_t steps;                 /* instructions left, strict budget only */
  volatile sig_atomic_t killed;  /* this call has to end */
  volatile sig_atomic_t expired; /* because of its own budget */
  bool told;                     /* the error text has been written */
  bool told_end;                 /* it is that of a kill, which outranks an error before it */
} oms_frame_t;

typedef struct oms_budget {
  oms_frame_t *volatile top;       /* innermost call, NULL between callbacks */
  oms_running_t *volatile running; /* innermost running state */
  volatile uint64_t ticks; /* of the thread's CPU clock, written by the signal handler only */
  int64_t next_ns;         /* of the next call alone; 0: its own */
} oms_budget_t;
extern _Thread_local oms_budget_t oms_budget;

#define OMS_UD_TYPES 24 /* most types of userdata in a cell */

/* Replaces the userdata at 'index' by plain data that is pushed (a handle by its id). False: not
 * possible, nothing pushed. */
typedef bool (*oms_value_plain_t)(lua_State *L, int index);

struct oms_cell {
  lua_State *L;       /* main state */
  lua_State *running; /* main state or the coroutine that runs now */
  int depth;          /* calls in progress in this cell */
  int close_depth;    /* coroutine.close calls inside each other */
  bool typed;         /* a person types its texts in: its globals stay, its locals do not */
  bool grace;         /* allocations now are made whatever the cap */
  size_t memory, memory_peak, memory_cap;
  long fail_after;
  int64_t budget_ns;
  uint64_t budget_ticks;
  int64_t strict;  /* instructions; 0: time */
  int strict_step; /* instructions between two hooks */
  int ref_env, ref_globals, ref_loaded, ref_modules, ref_script;
  int ref_ud[OMS_UD_TYPES]; /* metatables of userdata; LUA_NOREF where not defined */
  oms_value_plain_t plain;
  oms_random_t random;
  char *name;
  char **roots;
  size_t root_n;
  oms_cell_file_t *files;
  size_t file_n, file_cap;
  oms_files_t *sources; /* see oms_cell_config_t */
  void *user;
  char refused_at[96];          /* "file:line" where memory was refused last */
  char text[OMS_CELL_TEXT_MAX]; /* of the last error; outside of the Lua heap, so that it can tell
                                   of its end */
};

/* The cell of a state; any coroutine of it will do. */
static inline oms_cell_t *oms_bind_cell(lua_State *L) {
  return *(oms_cell_t **)lua_getextraspace(L);
}
/* The state to push on for the next oms_bind_call. */
static inline lua_State *oms_bind_state(const oms_cell_t *cell) {
  return cell->running;
}

/* call.c. */

/* Calls the function below 'nargs' arguments on oms_bind_state(cell), protected and with a budget;
 * leaves 'nresults' results (not LUA_MULTRET) or, on an error, nothing. OMS_OK, OMS_ERR_SCRIPT,
 * OMS_ERR_KILLED, OMS_ERR_NOMEM with the text in oms_cell_error. */
int oms_bind_call(oms_cell_t *cell, int nargs, int nresults, const oms_call_t *call);
/* Runs fn(L) protected in the same way; argument 1 is 'data' (light userdata). No results. */
int oms_bind_protect(oms_cell_t *cell, lua_CFunction fn, void *data, const oms_call_t *call);
/* Raises "NAME cannot be called in CALLBACK" unless the running phase is in 'mask'. */
void oms_bind_need_phase(lua_State *L, uint32_t mask, const char *name);
/* The message handler of oms_bind_call; state.c puts it at index 1 of the main state. */
int oms_call_handler(lua_State *L);
/* Copies the cell's error text into 'err' (may be NULL) and returns 'code'. */
int oms_bind_error(const oms_cell_t *cell, int code, oms_error_t *err);

/* budget.c. */

/* The thread's first cell starts its clock, in a forked process the first one made there; the last
 * one stops it. OMS_ERR_IO: no timer. */
int oms_budget_open(void);
void oms_budget_close(void);
/* Puts the strict count hook on a state; nothing when the cell's budget is time. */
void oms_budget_arm_strict(oms_cell_t *cell, lua_State *L);
/* Takes the hook of a kill off a state. */
void oms_budget_disarm(oms_cell_t *cell, lua_State *L);
/* True when a kill's hook was put on this state. */
bool oms_budget_armed(lua_State *L);
/* What a call may use: ns of CPU, or instructions where the budget is strict. */
int64_t oms_budget_limit(const oms_frame_t *frame);
uint64_t oms_budget_ticks(int64_t ns);
/* Counts 'n' steps of work in C, for the strict budget. */
void oms_budget_charge(lua_State *L, int64_t n);
/* Raises the error of a killed call; does not return. */
_Noreturn void oms_bind_raise_killed(lua_State *L);

/* Raises when the running call has been killed. */
static inline void oms_bind_poll(lua_State *L) {
  const oms_frame_t *top = oms_budget.top;
  if (__builtin_expect(top != NULL && top->killed, 0)) {
    oms_bind_raise_killed(L);
  }
}
/* Counts 'n' steps of work in C and polls; to be called about every 10,000 steps. */
static inline void oms_bind_charge(lua_State *L, int64_t n) {
  if (oms_bind_cell(L)->strict > 0) {
    oms_budget_charge(L, n);
  }
  oms_bind_poll(L);
}

/* text.c: error texts, written without using the Lua heap. */

typedef struct oms_text {
  char *at;
  size_t n, cap; /* length so far; room with NUL */
} oms_text_t;
void oms_text_init(oms_text_t *t, char *buffer, size_t cap);
void oms_text_add(oms_text_t *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The value at 'index' in short: no addresses, strings quoted and cut, tables one level deep. */
void oms_text_value(oms_text_t *t, lua_State *L, int index);
/* "file:line" of the innermost Lua function of L; false when there is none. */
bool oms_text_where(lua_State *L, char *out, size_t cap);
/* Traceback of L from 'level' on (0: the function that runs) and the locals of its first Lua
 * function, as lines. */
void oms_text_traceback(oms_text_t *t, lua_State *L, int level);

/* load.c: files, require. */

/* Loads file 'path' and pushes the function; raises. */
void oms_load_file(lua_State *L, const char *path);
/* Names a built-in module: 'open' pushes its value at the first require. May raise. */
void oms_bind_module(lua_State *L, const char *name, lua_CFunction open);
int oms_lib_require(lua_State *L);
/* Pushes what the script returned. */
static inline void oms_bind_push_script(lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_script);
}

/* lib_*.c: each pushes the functions that replace stock ones into the table on top of the stack. */

void oms_lib_base(lua_State *L);
void oms_lib_coroutine(lua_State *L);
void oms_lib_string(lua_State *L);
void oms_lib_format(lua_State *L);
void oms_lib_pattern(lua_State *L);
void oms_lib_table(lua_State *L);
void oms_lib_math(lua_State *L);
/* The globals' table is on top: unknown and written globals raise from now on. */
void oms_lib_globals(lua_State *L);
/* Sets global 'name' to the value on top and pops it. May raise. */
void oms_bind_set_global(lua_State *L, const char *name);
/* Pushes the value at 'index' as text: __tostring, no addresses, one spelling of nan. May raise. */
const char *oms_lib_tostring(lua_State *L, int index, size_t *n);
/* Raises unless a result of 'n' bytes could fit the cell's memory. */
void oms_lib_check_size(lua_State *L, size_t n);

/* order.c: the order of keys. */

/* Pushes a list of the keys of the table at 'index' in the order of pairs, and an order block: the
 * i-th key (from 0) is element oms_keys_at(block, i) of the list. Raises on a key without an order.
 * Returns the number of keys. */
size_t oms_keys_push(lua_State *L, int index);
uint32_t oms_keys_at(const void *block, size_t i);
/* Whether the keys are 1, 2, ... and nothing else, and how many there are. */
bool oms_keys_in_turn(lua_State *L, int index, size_t *n);
/* For a table of n <= OMS_KEYS_SMALL keys: pushes them and gives their order by place. False, and
 * nothing pushed: one of them is no number, string or boolean. */
#define OMS_KEYS_SMALL 16
bool oms_keys_small(lua_State *L, int index, size_t n, uint8_t order[OMS_KEYS_SMALL]);
int oms_lib_pairs(lua_State *L);
int oms_lib_next(lua_State *L);

/* value.c: canonical bytes of plain data. */

#define OMS_VALUE_MAX   ((size_t)64 << 10)
#define OMS_VALUE_DEPTH 64
/* Pushes the bytes of the value at 'index' as a string; 'root' is its name in errors. Raises on
 * what is no plain data, on more than 'cap' bytes (0: OMS_VALUE_MAX) and on cycles, naming the
 * path. */
void oms_value_encode(lua_State *L, int index, const char *root, size_t cap);
/* Pushes the value of canonical bytes; raises when they are not canonical. */
void oms_value_decode(lua_State *L, const void *data, size_t n);
/* Whether the table of canonical bytes (NULL: none) has that text as a key, without decoding. */
bool oms_value_has_key(const void *data, size_t n, const char *key, size_t length);

/* view.c: learned views. */

typedef enum oms_view_kind {
  OMS_VIEW_PRICE,  /* int64 1e-9, OMS_NO_PRICE is nil; a float in Lua */
  OMS_VIEW_QTY,    /* the same */
  OMS_VIEW_MONEY,  /* int64 1e-6, OMS_NO_PRICE is nil; a float in Lua */
  OMS_VIEW_TIME,   /* int64 ns, OMS_NO_TIME is nil; an integer in Lua */
  OMS_VIEW_INT,    /* int64 */
  OMS_VIEW_DOUBLE, /* double */
  OMS_VIEW_TEXT,   /* const char *, NULL is nil */
  OMS_VIEW_NAME,   /* the same; what it points to stays as it is while the cell lives */
  OMS_VIEW_BOOL,   /* bool */
  OMS_VIEW_CUSTOM  /* push(L, record) pushes one value; may raise only for lack of memory */
} oms_view_kind_t;

typedef struct oms_view_field {
  const char *name;
  oms_view_kind_t kind;
  size_t offset; /* in the record; not used by OMS_VIEW_CUSTOM */
  void (*push)(lua_State *L, const void *record);
} oms_view_field_t;

#define OMS_VIEW_FIELDS 64 /* most fields of a view */

/* Static description of a view. */
typedef struct oms_view_desc {
  const char *name; /* "bar" */
  const oms_view_field_t *fields;
  size_t n;
} oms_view_desc_t;

typedef struct oms_view oms_view_t;
/* A new view, which lives as long as the cell. May raise. */
oms_view_t *oms_view_new(lua_State *L, const oms_view_desc_t *desc);
/* Points the view at 'record' and pushes its table on L. 'record' must stay until oms_view_end.
 * Never raises and needs no protection. */
void oms_view_refresh(lua_State *L, oms_view_t *view, const void *record);
/* The callback is over: fields that were not learned raise from now on when read. */
void oms_view_end(oms_view_t *view);
/* The record of the view table at 'index', or NULL when it is none of 'desc' or not valid now. */
const void *oms_view_record(lua_State *L, int index, const oms_view_desc_t *desc);

/* udata.c: userdata of ours. */

/* Head of each userdata; the type's own struct begins with it. */
typedef struct oms_ud {
  uint32_t tag; /* OMS_UD_MAGIC + type */
  uint32_t spare;
  uint64_t sort_id; /* order as a key in pairs; 0: none, refused as a key there */
} oms_ud_t;
#define OMS_UD_MAGIC UINT32_C(0x6f6d7300)

/* A type of userdata, static. */
typedef struct oms_ud_type {
  uint32_t type;           /* 0 .. OMS_UD_TYPES - 1 */
  const char *name;        /* "order", for messages */
  const luaL_Reg *methods; /* NULL, or the table that answers __index where 'index' is NULL */
  lua_CFunction index, newindex, eq, tostring, gc;
} oms_ud_type_t;
/* Makes the metatable of a type; once a cell. May raise. */
void oms_ud_define(lua_State *L, const oms_ud_type_t *type);
/* Pushes a zeroed userdata of 'size' bytes (head included) with 'uservalues' user values. May
 * raise. */
void *oms_ud_new(lua_State *L, uint32_t type, size_t size, int uservalues);
/* The userdata at 'index' when it is of 'type', else NULL. */
static inline void *oms_ud_test(lua_State *L, int index, uint32_t type) {
  if (lua_type(L, index) != LUA_TUSERDATA) {
    return NULL;
  }
  oms_ud_t *ud = lua_touserdata(L, index);
  return ud->tag == OMS_UD_MAGIC + type ? ud : NULL;
}
/* The same for argument 'index'; raises an argument error. */
void *oms_ud_check(lua_State *L, int index, uint32_t type);

/* Pushes the double nearest to v / 1e9 (or 1e6). */
static inline double oms_bind_double(int64_t v, double scale) {
  return (double)v / scale;
}

#endif
