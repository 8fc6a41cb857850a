/* session_int.h - what the files of the session reader share: tables of keys, the reader, the
 * session itself. session_keys.c holds the tables, session_set.c sets single values, from a file
 * and from the command line (session_text.c) alike; session_read.c, session_data.c and
 * session_scripts.c walk the table of a file; session_names.c checks what names what;
 * session_timeline.c, b_timeline.c and session_result.c run what the file brings along. */
#ifndef OMS_BIND_SESSION_INT_H
#define OMS_BIND_SESSION_INT_H

#include <stddef.h>

#include "base/check.h"
#include "base/mistakes.h"
#include "bind/api.h"
#include "bind/session.h"

/* session_keys.c, session_set.c. */

/* What a key holds. 'offset' says where it goes in the base of its table. */
typedef enum oms_key_kind {
  OMS_KEY_TEXT,      /* const char *, not empty */
  OMS_KEY_WORD,      /* int: an enum's value */
  OMS_KEY_WORD8,     /* uint8_t: the same */
  OMS_KEY_ONLY_WORD, /* a word that is stored nowhere: one value is known */
  OMS_KEY_LABEL,     /* bool: the second word */
  OMS_KEY_BOOL,      /* bool */
  OMS_KEY_EXITS,     /* bool for all accounts of the config */
  OMS_KEY_INT,       /* int */
  OMS_KEY_COUNT,     /* int64_t, a whole number */
  OMS_KEY_DECIMAL,   /* int64_t of nine decimals: prices, quantities, ratios */
  OMS_KEY_MONEY,     /* int64_t of six decimals; milliseconds to ns likewise */
  OMS_KEY_TIMEFRAME, /* int64_t ns */
  OMS_KEY_ZONE,      /* oms_zone_t */
  OMS_KEY_TEXTS,     /* const char *const *, and its count at 'count_offset' */
  OMS_KEY_TIMES,     /* the same, each a timeframe */
  OMS_KEY_PACE,      /* int64_t: as OMS_KEY_DECIMAL, or "fast" */
  OMS_KEY_TABLE,     /* the keys of 'table' with the same base */
  OMS_KEY_FILE,      /* 'part' is read by the walk of the file; none on the command line */
  OMS_KEY_LATER      /* known, and refused with 'note' */
} oms_key_kind_t;

/* Parts of a file that are no single values. */
typedef enum oms_part {
  OMS_PART_ACCOUNTS,
  OMS_PART_INSTRUMENTS,
  OMS_PART_DATA,
  OMS_PART_BARS, /* this and the next four in the order of oms_data_kind_t */
  OMS_PART_QUOTES,
  OMS_PART_TRADES,
  OMS_PART_ORDERS,
  OMS_PART_ACTIONS,
  OMS_PART_BUILD,
  OMS_PART_LIMITS,
  OMS_PART_ACCOUNT_LIMITS,
  OMS_PART_RULES,
  OMS_PART_STRATEGIES,
  OMS_PART_TIMELINE,
  OMS_PART_CHECK,
  OMS_PART_FROM,
  OMS_PART_TO,
  OMS_PART_RISK
} oms_part_t;

typedef struct oms_key {
  const char *name;
  oms_key_kind_t kind;
  size_t offset, count_offset;
  oms_part_t part;
  const struct oms_key_table *table;
  const char *const *words; /* of words, in order of the values */
  size_t word_n;
  int words_of;           /* oms_enum_kind_t + 1 in place of 'words'; 0: none */
  int64_t min, max;       /* of numbers, as stored; both 0: any */
  bool unlisted;          /* no setting that a report shows */
  const char *note;       /* the range in words; of what is refused: why */
  const char *refused[2]; /* words of the contract that this version refuses with 'note' */
} oms_key_t;

typedef struct oms_key_table {
  const oms_key_t *keys;
  size_t n;
} oms_key_table_t;

extern const oms_key_table_t oms_session_keys, oms_account_keys, oms_instrument_keys, oms_data_keys,
    oms_venue_keys, oms_commission_keys, oms_limit_keys, oms_strategy_keys, oms_rule_keys,
    oms_scope_keys, oms_risk_keys;

/* A single value, from Lua or from the command line. */
typedef struct oms_setting {
  enum { OMS_SET_TEXT, OMS_SET_INTEGER, OMS_SET_NUMBER, OMS_SET_BOOL, OMS_SET_OTHER } type;
  bool typed; /* on the command line: text stands for whatever the key holds */
  const char *text;
  size_t n;
  int64_t integer;
  double number;
  const char *other; /* name of another type, for messages: "a table" */
} oms_setting_t;

const oms_key_t *oms_key_find(const oms_key_table_t *table, const char *name);
/* OMS_ERR_USAGE "PLACE: unknown key (did you mean 'x'?)", or with the keys that are known.
 * 'place' has the key. */
int oms_key_unknown(const oms_key_table_t *table, const char *name, const char *place,
                    oms_error_t *err);
/* "did you mean" or all words, with a leading blank or semicolon, into 'out'. */
void oms_word_hint(const char *word, const char *const *words, size_t n, char *out, size_t cap);
/* Checks the value and puts it to its place in 'base'; texts are copied into the arena. 'base'
 * of OMS_KEY_EXITS is the config. OMS_ERR_USAGE, OMS_ERR_NOMEM with 'place' in the message. */
int oms_key_set(const oms_key_t *key, void *base, oms_arena_t *arena, const oms_setting_t *value,
                const char *place, oms_error_t *err);
/* Names of a time of the session: date, ISO text, or integer ns; 'end': a date alone means its
 * end. */
int oms_key_time(const oms_setting_t *value, oms_zone_t zone, bool end, const char *place,
                 oms_time_t *out, oms_error_t *err);
int oms_key_nomem(oms_error_t *err);
/* What was given, for messages. */
void oms_setting_show(const oms_setting_t *value, char *out, size_t cap);

/* session.c. */

struct oms_session_file {
  oms_session_config_t config;
  oms_cell_t *cell;
  oms_api_t api;
  char *name;                  /* as given, for messages */
  int ref_timeline, ref_check; /* LUA_NOREF: none */
  oms_array_t entries; /* oms_timeline_entry_t, in order of time once they have been collected */
  uint32_t injected;   /* reports by hand without an execution id of their own */
};

/* The session whose cell runs; for calls that only such cells have. */
static inline oms_session_file_t *oms_session_of(lua_State *L) {
  return (oms_session_file_t *)((char *)oms_api_of(L) - offsetof(oms_session_file_t, api));
}

/* Where a session comes from; what is 0 has its default. */
typedef struct oms_session_source {
  const char *path, *text;
  size_t n;
  int64_t budget_ns;    /* CPU time to run the file */
  long fail_after;      /* tests: see oms_cell_config_t */
  oms_files_t *sources; /* see oms_cell_config_t */
} oms_session_source_t;
int oms_session_file_open(const oms_session_source_t *source, oms_session_file_t **file,
                          oms_error_t *err);
/* Lets the calls of the API see the session from now on. */
void oms_session_file_attach(oms_session_file_t *f, const oms_desk_t *desk);

/* session_read.c, session_data.c, session_scripts.c: run protected. */

#define OMS_PLACE_MAX 256

typedef struct oms_reader {
  lua_State *L;
  oms_session_file_t *file;
  oms_session_config_t *config;
  char place[OMS_PLACE_MAX];
  size_t place_n;
  int rc;            /* not OMS_OK: what oms_read_fail told */
  oms_error_t error; /* without the file's name */
  oms_mistakes_t mistakes;
} oms_reader_t;

/* Reads what key, a OMS_KEY_FILE, names: its value is on top of the stack. */
typedef void (*oms_read_key_t)(oms_reader_t *r, const oms_key_t *key, void *base);

/* Reads the session's table on top of the stack into the config of the file; raises. */
void oms_read_session(oms_reader_t *r);
/* Each of these raises after having written 'rc' and 'error'. */
_Noreturn void oms_read_fail(oms_reader_t *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void oms_read_raise(oms_reader_t *r, int rc);
/* One step down: ".key" or "[index]"; returns the length to go back to with oms_read_leave. */
size_t oms_read_enter(oms_reader_t *r, const char *key);
size_t oms_read_enter_at(oms_reader_t *r, size_t index);
void oms_read_leave(oms_reader_t *r, size_t length);
/* The value on top of the stack as a setting. */
void oms_read_setting(oms_reader_t *r, oms_setting_t *out);
/* The table on top of the stack with the keys of 'table'; 'with_one': [1] is not looked at. */
void oms_read_record(oms_reader_t *r, const oms_key_table_t *table, void *base,
                     oms_read_key_t read);
/* The value on top as the key says, except OMS_KEY_FILE. */
void oms_read_key(oms_reader_t *r, const oms_key_t *key, void *base);
/* Length of the list on top of the stack; raises when it is none. 'what': "tables", for the
 * message. */
size_t oms_read_list(oms_reader_t *r, const char *what);
/* The same of a row of at most 'most' values, of which some may be nil: the place of its last. */
size_t oms_read_row(oms_reader_t *r, const char *what, size_t most);
/* Pushes element 'i' (from 1) of the list on top, one step down; the end goes back and pops it. */
size_t oms_read_element(oms_reader_t *r, size_t i);
void oms_read_element_end(oms_reader_t *r, size_t length);
void *oms_read_array(oms_reader_t *r, size_t n, size_t size);
const char *oms_read_copy(oms_reader_t *r, const char *s, size_t n);
/* session_data.c: the data list on top of the stack. */
void oms_read_data(oms_reader_t *r);
/* The list of rows of bars on top of the stack. */
void oms_read_bars(oms_reader_t *r, oms_data_config_t *d, size_t n);
/* session_ticks.c: rows of the entry's kind, which are no bars. */
void oms_read_ticks(oms_reader_t *r, oms_data_config_t *d, size_t n);
/* session_scripts.c: the list of entries on top of the stack. */
void oms_read_scripts(oms_reader_t *r, const oms_key_table_t *table, oms_script_entry_t **out,
                      size_t *n);

/* session_timeline.c. */

typedef struct oms_timeline_entry {
  oms_time_t time;
  size_t order; /* in the file */
  int ref;      /* the function */
} oms_timeline_entry_t;

extern const oms_call_t oms_timeline_call; /* an entry runs */

/* b_timeline.c. */

/* Puts the timeline calls into the table on top of the stack. */
void oms_open_timeline(lua_State *L);

#endif
