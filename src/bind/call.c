/* call.c - the one protected entry into Lua: budget frame, message handler, result code, text of
 * the error. Leaves out how the budget is spent (budget.c) and how texts are worded in detail
 * (text.c).
 * Invariants:
 *   K1  The stack of the state is as high after a call as before it, less function and arguments,
 *       plus the results of a call that succeeded.
 *   K2  Nothing is raised out of oms_bind_call, and no frame stays in the chain after it.
 *   K3  The message handler stands at index 1 of the main state for the life of the cell. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "bind/bind.h"

#define SENTENCE_MAX 640
#define WHERE_MAX    96

/* Writes the error text of the running call, once. 'L' is looked into for the traceback, from
 * 'level' on; NULL: there is none. */
static void tell(oms_frame_t *frame, lua_State *L, int level, const char *sentence) {
  oms_text_t t;
  oms_text_init(&t, frame->cell->text, sizeof(frame->cell->text));
  oms_text_add(&t, "%s  [%s", sentence, frame->call->name);
  if (frame->call->event != 0) {
    oms_text_add(&t, ", event %" PRIu64, frame->call->event);
  }
  oms_text_add(&t, "]");
  if (L != NULL) {
    oms_text_traceback(&t, L, level);
  }
  frame->told = true;
}

/* True for "file:12: ..." */
static bool has_place(const char *message) {
  for (const char *s = strchr(message, ':'); s != NULL; s = strchr(s + 1, ':')) {
    size_t digits = strspn(s + 1, "0123456789");
    if (digits > 0 && s[1 + digits] == ':') {
      return true;
    }
  }
  return false;
}

/* The error value on top of L as one sentence with its place. */
static void add_message(oms_text_t *t, lua_State *L) {
  char where[WHERE_MAX];
  bool text = lua_type(L, -1) == LUA_TSTRING;
  const char *message = text ? lua_tostring(L, -1) : "";
  if (!(text && has_place(message)) && oms_text_where(L, where, sizeof(where))) {
    oms_text_add(t, "%s: ", where);
  }
  if (text) {
    oms_text_add(t, "%s", message);
    return;
  }
  char value[SENTENCE_MAX];
  oms_text_t v;
  oms_text_init(&v, value, sizeof(value));
  oms_text_value(&v, L, -1);
  bool keyed = value[0] == '{'; /* else the value says itself that it is a table */
  oms_text_add(t, "error value is %s%s",
               lua_type(L, -1) != LUA_TTABLE ? ""
               : keyed                       ? "a table "
                                             : "a ",
               value);
}

int oms_call_handler(lua_State *L) {
  oms_frame_t *frame = oms_budget.top;
  if (!frame->told && !frame->killed) {
    char sentence[SENTENCE_MAX];
    oms_text_t t;
    oms_text_init(&t, sentence, sizeof(sentence));
    add_message(&t, L);
    tell(frame, L, 1, sentence);
  }
  return 1;
}

/* "x.lua:7: on_bar ran longer than 50 ms of CPU and was ended" */
static void killed_sentence(const oms_frame_t *frame, lua_State *L, char *out, size_t cap) {
  oms_text_t t;
  char where[WHERE_MAX];
  oms_text_init(&t, out, cap);
  if (L != NULL && oms_text_where(L, where, sizeof(where))) {
    oms_text_add(&t, "%s: ", where);
  } else {
    oms_text_add(&t, "%s: ", frame->cell->name);
  }
  int64_t limit = oms_budget_limit(frame);
  if (!frame->expired) {
    oms_text_add(&t, "%s was ended: the budget of its caller was spent", frame->call->name);
  } else if (frame->cell->strict > 0) {
    oms_text_add(&t, "%s ran longer than %" PRId64 " instructions and was ended", frame->call->name,
                 limit);
  } else {
    oms_text_add(&t, "%s ran longer than %g ms of CPU and was ended", frame->call->name,
                 (double)limit / 1e6);
  }
}

void oms_bind_raise_killed(lua_State *L) {
  oms_frame_t *frame = oms_budget.top;
  if (!frame->told_end) {
    char sentence[SENTENCE_MAX];
    frame->told_end = true;
    killed_sentence(frame, L, sentence, sizeof(sentence));
    tell(frame, L, 0, sentence);
  }
  lua_pushliteral(L, "ended: its budget was spent");
  lua_error(L);
  __builtin_unreachable();
}

static void enter(oms_frame_t *frame, oms_cell_t *cell, lua_State *L, const oms_call_t *call) {
  oms_frame_t *prev = oms_budget.top;
  uint64_t limit = call->budget_ns > 0 ? oms_budget_ticks(call->budget_ns) : cell->budget_ticks;
  if (OMS_UNLIKELY(oms_budget.next_ns > 0)) {
    limit = oms_budget_ticks(oms_budget.next_ns);
    oms_budget.next_ns = 0;
  }
  if (prev != NULL && limit > (prev->limit_ticks + 3) / 4) {
    limit = (prev->limit_ticks + 3) / 4;
  }
  frame->node.L = L;
  frame->node.prev = oms_budget.running;
  frame->prev = prev;
  frame->cell = cell;
  frame->call = call;
  frame->limit_ticks = limit;
  frame->deadline = cell->strict > 0 ? UINT64_MAX : oms_budget.ticks + limit + 1;
  frame->killed = 0;
  frame->expired = 0;
  frame->told = false;
  frame->told_end = false;
  if (cell->strict > 0) {
    frame->steps = oms_budget_limit(frame);
    oms_budget_arm_strict(cell, L);
  }
  cell->depth++;
  atomic_signal_fence(memory_order_release); /* the handler may look at once */
  oms_budget.running = &frame->node;
  oms_budget.top = frame;
}

static void leave(oms_frame_t *frame) {
  oms_budget.top = frame->prev;
  oms_budget.running = frame->node.prev;
  atomic_signal_fence(memory_order_acquire); /* from here on the handler leaves this frame alone */
  oms_cell_t *cell = frame->cell;
  cell->depth--;
  bool held = frame->prev != NULL && frame->prev->killed && frame->prev->cell == cell;
  if (frame->killed && !held) {
    oms_budget_disarm(cell, frame->node.L);
  }
}

/* The code of a call that failed; the error value is on top of L. */
static int failed(oms_frame_t *frame, lua_State *L, int status) {
  oms_cell_t *cell = frame->cell;
  char sentence[SENTENCE_MAX];
  oms_text_t t;
  oms_text_init(&t, sentence, sizeof(sentence));
  if (frame->killed) {
    if (!frame->told_end) {
      killed_sentence(frame, NULL, sentence, sizeof(sentence));
      tell(frame, NULL, 0, sentence);
    }
    return OMS_ERR_KILLED;
  }
  if (status == LUA_ERRMEM) {
    oms_text_add(&t, "%s: not enough memory, the script may use %zu KiB",
                 cell->refused_at[0] != '\0' ? cell->refused_at : cell->name,
                 cell->memory_cap / 1024);
    tell(frame, NULL, 0, sentence);
    return OMS_ERR_NOMEM;
  }
  if (!frame->told) {
    add_message(&t, L);
    tell(frame, NULL, 0, sentence);
  }
  return OMS_ERR_SCRIPT;
}

/* A call inside a call that has been killed does not begin. */
static int refuse(oms_cell_t *cell, lua_State *L, int base, const oms_call_t *call) {
  oms_frame_t frame = {.cell = cell, .call = call, .prev = oms_budget.top};
  char sentence[SENTENCE_MAX];
  killed_sentence(&frame, NULL, sentence, sizeof(sentence));
  tell(&frame, NULL, 0, sentence);
  lua_settop(L, base);
  return OMS_ERR_KILLED;
}

int oms_bind_call(oms_cell_t *cell, int nargs, int nresults, const oms_call_t *call) {
  lua_State *L = cell->running;
  int base = lua_gettop(L) - nargs - 1;
  if (OMS_UNLIKELY(oms_budget.top != NULL && oms_budget.top->killed)) {
    return refuse(cell, L, base, call);
  }
  int handler = 1;
  if (OMS_UNLIKELY(cell->depth > 0)) { /* index 1 is another function's argument */
    lua_pushcfunction(L, oms_call_handler);
    lua_insert(L, base + 1);
    handler = base + 1;
  }
  oms_frame_t frame;
  enter(&frame, cell, L, call);
  int status = lua_pcall(L, nargs, nresults, handler);
  leave(&frame);
  int rc = OMS_OK;
  if (OMS_UNLIKELY(status != LUA_OK)) {
    rc = failed(&frame, L, status);
    lua_pop(L, 1);
    nresults = 0;
  }
  if (OMS_UNLIKELY(handler != 1)) {
    lua_remove(L, handler);
  }
  OMS_CHECK(lua_gettop(L) == base + nresults);
  return rc;
}

int oms_bind_protect(oms_cell_t *cell, lua_CFunction fn, void *data, const oms_call_t *call) {
  lua_State *L = cell->running;
  lua_pushcfunction(L, fn);
  lua_pushlightuserdata(L, data);
  return oms_bind_call(cell, 1, 0, call);
}

void oms_bind_need_phase(lua_State *L, uint32_t mask, const char *name) {
  const oms_frame_t *top = oms_budget.top;
  if (OMS_UNLIKELY((top->call->phase & mask) == 0)) {
    luaL_error(L, "%s cannot be called in %s", name, top->call->name);
  }
}

int oms_bind_error(const oms_cell_t *cell, int code, oms_error_t *err) {
  return oms_error_set(err, code, "%s", cell->text);
}
