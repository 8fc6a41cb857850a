/* session.h - reads a session file (lua-api.md, section 6) into port/session.h and keeps its
 * cell for the timeline and the check. No lua.h here. */
#ifndef OMS_BIND_SESSION_H
#define OMS_BIND_SESSION_H

#include "port/desk.h"
#include "port/session.h"

typedef struct oms_session_file oms_session_file_t;

/* Loads the file; unknown keys, wrong types, wrong values are OMS_ERR_USAGE with key, place and
 * nearest known word; what does not load OMS_ERR_SCRIPT. */
int oms_session_file_load(const char *path, oms_session_file_t **file, oms_error_t *err);
/* The same with a table of files: open, it takes down what is read; sealed, it is read instead of
 * the disk. It must outlive the session. */
int oms_session_file_load_from(const char *path, oms_files_t *sources, oms_session_file_t **file,
                               oms_error_t *err);
/* The same from text in memory; 'path' is shown in messages, and its folder is that of
 * `require`. */
int oms_session_file_load_text(const char *path, const char *text, size_t n,
                               oms_session_file_t **file, oms_error_t *err);
void oms_session_file_free(oms_session_file_t *f);
const oms_session_config_t *oms_session_file_config(const oms_session_file_t *f);
/* The same, for settings that the command line gives beside the file. */
oms_session_config_t *oms_session_file_settings(oms_session_file_t *f);

/* Runs `timeline(t)`: its t:at(time, function) entries are collected. '*n' entries, in order of
 * time, equal times in order of the file. OMS_OK with 0 when the session has none. */
int oms_session_file_timeline(oms_session_file_t *f, const oms_desk_t *desk, size_t *n,
                              oms_error_t *err);
oms_time_t oms_session_file_entry_time(const oms_session_file_t *f, size_t i);
int oms_session_file_run_entry(oms_session_file_t *f, size_t i, oms_error_t *err);

/* What the check function gets beside the engine's orders, fills and trades. Of the three values
 * that of the kind counts. */
typedef enum oms_field_kind {
  OMS_FIELD_NULL,
  OMS_FIELD_INTEGER,
  OMS_FIELD_DOUBLE,
  OMS_FIELD_TEXT
} oms_field_kind_t;
typedef struct oms_summary_field {
  const char *name;
  oms_field_kind_t kind;
  int64_t integer;
  double number;
  const char *text;
} oms_summary_field_t;
bool oms_session_file_has_check(const oms_session_file_t *f);
/* Runs `check(result)`: OMS_ERR_CHECK with the assertion's message when it fails (or returns
 * false). */
int oms_session_file_check(oms_session_file_t *f, const oms_desk_t *desk,
                           const oms_summary_field_t *summary, size_t n, oms_error_t *err);

/* Defaults of a config, for the session file and the command line alike: one account, the
 * pessimistic venue. OMS_ERR_NOMEM: the config is empty and may be freed. */
int oms_session_config_init(oms_session_config_t *c);
void oms_session_config_free(oms_session_config_t *c);
/* Values before anything is given: a margin account "main", a declared instrument, unnamed. */
void oms_session_account_init(oms_account_t *a);
void oms_session_instrument_init(oms_instrument_t *i);
/* What follows from the account's type and initial cash: cash, and the multiplier where it is 0. */
void oms_session_account_settle(oms_account_t *a);
/* What no single value shows: ids that come twice, names of accounts, strategies and symbols
 * that are none, bounds the wrong way round. OMS_ERR_USAGE with the place. A session file has
 * been checked when it is loaded; a config made from the command line is to be checked when it
 * is complete. */
int oms_session_config_check(const oms_session_config_t *c, oms_error_t *err);
/* The message for two entries of the data (by index from 0) with one symbol and timeframe; the
 * check above knows only timeframes that are given. OMS_ERR_USAGE. */
int oms_data_twice(size_t first, size_t second, const char *symbol, int64_t timeframe,
                   oms_error_t *err);
/* The id of an entry: its own, or the file's name without folder and .lua, put into 'out'. */
const char *oms_entry_id(const oms_script_entry_t *e, char *out, size_t cap);
/* A zeroed array that lives as long as the config; NULL when out of memory. */
void *oms_session_array(oms_session_config_t *c, size_t n, size_t size);

/* Settings given as text (command line --venue k=v, --limit k=v, --commission name:v,...): same
 * names, same checks, same messages as in the file. A table (slippage, commission) is written
 * name:v,name:v, a list a,b. */
int oms_session_set_venue(oms_session_config_t *c, const char *key, const char *value,
                          oms_error_t *err);
int oms_session_set_limit(oms_session_config_t *c, const char *key, const char *value,
                          oms_error_t *err);
/* A setting of a live host by its key in the session ("listen", "api.key"), which must be one;
 * 'option' stands in the message. */
int oms_session_set_live(oms_session_config_t *c, const char *option, const char *key,
                         const char *value, oms_error_t *err);
int oms_session_set_commission(oms_session_config_t *c, const char *text, oms_error_t *err);
int oms_session_set_adjust(oms_session_config_t *c, const char *text, oms_error_t *err);
/* 'key' is "from" or "to"; to be set after the data, whose zone they are in. */
int oms_session_set_time(oms_session_config_t *c, const char *key, const char *value,
                         oms_error_t *err);

/* "splits", "all" or "none". */
const char *oms_session_adjust_text(const oms_session_config_t *c);
/* Settings as text, for reports: the i-th key of the venue ("slippage.ticks", "0") or of limits, in
 * the order of the contract; what is not set is "none". A value that does not fit ends in "...".
 * False beyond the last one. */
bool oms_session_venue_text(const oms_session_config_t *c, size_t i, char name[64], char *value,
                            size_t cap);
bool oms_session_limit_text(const oms_limits_config_t *l, size_t i, char name[64], char *value,
                            size_t cap);

#endif
