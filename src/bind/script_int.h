/* script_int.h - the inside of a script, for the script_*.c files only. */
#ifndef OMS_BIND_SCRIPT_INT_H
#define OMS_BIND_SCRIPT_INT_H

#include "bind/api.h"
#include "bind/b_ta.h"

struct oms_script {
  oms_api_t api;
  oms_cell_t *cell;
  oms_script_config_t config; /* with copies of all that it points to, but for the desk */
  char hash[33];
  int refs[OMS_CALLBACK_COUNT];         /* of the callbacks; LUA_NOREF: it has none */
  oms_call_t calls[OMS_CALLBACK_COUNT]; /* the same without an event, for those that come often */
  int ref_test;
  int64_t warmup, every, version;
  bool strict;
  char **symbols, **timeframes;
  size_t symbol_n, timeframe_n;
  /* on_bars: one view for each bar that completes at once, and the table that holds them */
  oms_view_t **bar_views;
  oms_bar_record_t *bar_records;
  size_t bar_view_n;
  int ref_bars;
  unsigned char *saved;
  size_t saved_n;
  unsigned char *shown; /* self.params, as it was asked for last */
  size_t shown_n;
  char *params_text;
  oms_ta_context_t *ta; /* of the cell; NULL until the script has opened oms */
};

/* The callback that runs next is about data of the instrument, or of none. */
static inline void oms_script_about(oms_script_t *s, uint32_t subject) {
  if (OMS_UNLIKELY(s->ta == NULL)) {
    s->ta = oms_bind_ta_context(oms_bind_state(s->cell));
  }
  if (OMS_LIKELY(s->ta != NULL)) {
    s->ta->subject = subject;
  }
}

typedef struct oms_callback_info {
  const char *name;
  uint32_t phase;
  uint32_t kinds; /* cells that may have it */
} oms_callback_info_t;
/* By oms_callback_t. The CHECK of a trigger script is its on_event. */
extern const oms_callback_info_t oms_callback_infos[OMS_CALLBACK_COUNT];
const char *oms_callback_name(const oms_script_t *s, oms_callback_t callback);

/* What a protected function of loading leaves behind for the caller. */
typedef struct oms_loading {
  oms_script_t *script;
  char message[512]; /* of a failure that is no Lua error; "" else */
  int line;          /* where, 0: no line of the file */
} oms_loading_t;
/* Writes the message and raises. */
_Noreturn void oms_loading_fail(lua_State *L, oms_loading_t *loading, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* script_inspect.c: protected functions, argument 1 is an oms_loading_t. */
int oms_script_inspect(lua_State *L);
/* script_params.c: overlays self.params. */
int oms_script_overlay(lua_State *L);

/* script_show.c: keeps the text of the parameters in the table at 'params'. Raises when out of
 * memory. */
void oms_script_keep_params(lua_State *L, oms_script_t *s, int params);

/* The script's table, or nothing, at call time. */
static inline void oms_script_push_self(lua_State *L) {
  oms_bind_push_script(L);
}

#endif
