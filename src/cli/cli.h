/* cli.h - what the commands share: their table, the parsing of options, how a run is started and
 * told. One file a command. Options are rows of a table: the parser, the help and the hints are
 * made from it.
 *
 * Exit statuses: 0 done; 1 a check failed, or a strategy was stopped by an error and the session
 * has no check, or the run was interrupted; 2 wrong use: command line, session file, parameters, a
 * script that does not load, data that cannot be read, results that cannot be written. */
#ifndef OMS_CLI_CLI_H
#define OMS_CLI_CLI_H

#include <stdio.h>

#include "base/containers.h"
#include "host/run.h"

enum { OMS_EXIT_DONE = 0, OMS_EXIT_FAILED = 1, OMS_EXIT_USAGE = 2 };

typedef enum oms_option_kind {
  OMS_OPTION_SWITCH,   /* bool */
  OMS_OPTION_TEXT,     /* const char *, at most once */
  OMS_OPTION_LIST,     /* oms_array_t of const char *, one a time */
  OMS_OPTION_SETTINGS, /* the same; more NAME=VALUE may follow one option */
  OMS_OPTION_LATER     /* not in this version; 'help' says what is missing */
} oms_option_kind_t;

typedef struct oms_cli_option {
  const char *name;  /* with its dashes */
  const char *value; /* what it takes, for the help; NULL: nothing */
  oms_option_kind_t kind;
  size_t offset; /* in the command's struct of values */
  const char *help;
} oms_cli_option_t;

struct oms_cli_job;

typedef struct oms_cli_command {
  const char *name, *arguments, *summary, *example;
  const oms_cli_option_t *options;
  size_t option_n;
  size_t least, most; /* arguments that are no options */
  /* Of commands that make a run: from the arguments to what is to be run, without running it; see
   * oms_cli_job_t. NULL: none. */
  int (*prepare)(const struct oms_cli_command *self, int argc, char **argv, oms_files_t *sources,
                 struct oms_cli_job *job, oms_error_t *err);
  int (*run)(const struct oms_cli_command *self, int argc, char **argv);
} oms_cli_command_t;

/* cli.c. */

/* Finds the command and runs it; the exit status. */
int oms_cli_main(int argc, char **argv);
extern const oms_cli_command_t *const oms_cli_commands[];
extern const size_t oms_cli_command_count;
const oms_cli_command_t *oms_cli_find(const char *name);
/* "moondesk: no command 'x' (did you mean 'y'?)"; OMS_EXIT_USAGE. */
int oms_cli_unknown_command(const char *name);
/* "moondesk: " and the message as the first line on stderr, a hint to the command's help where 'c'
 * is given; the exit status that belongs to the code. */
int oms_cli_fail(const oms_cli_command_t *c, const oms_error_t *err);

/* cli_args.c. */

/* Sorts the arguments behind the command's name into 'values' (zeroed by the caller; lists are made
 * here) and 'arguments' (an array of const char *, to be freed with oms_array_free). '--opt value'
 * and '--opt=value';
 * '--' ends the options. OMS_ERR_USAGE with the nearest option; lists made so far are to be freed
 * in any case. */
int oms_cli_parse(const oms_cli_command_t *c, int argc, char **argv, void *values,
                  oms_array_t *arguments, oms_error_t *err);
void oms_cli_free(const oms_cli_command_t *c, void *values, oms_array_t *arguments);
static inline const char *oms_cli_item(const oms_array_t *list, size_t i) {
  return *OMS_AT(list, const char *, i);
}

/* Values of options; 'option' stands in the message. */
int oms_cli_decimal(const char *option, const char *text, int decimals, int64_t least, int64_t *out,
                    oms_error_t *err);
int oms_cli_count(const char *option, const char *text, uint64_t least, uint64_t *out,
                  oms_error_t *err);

/* cli_outcome.c. */

/* What backtest and run have in common; the first member of their values. */
typedef struct oms_cli_common {
  const char *out, *bundle, *strict_budget, *cache;
  bool json, quiet, no_cache;
  const char *db;
  const char *pace, *control; /* of run alone, and so are these: */
  const char *listen, *certificate, *key, *kill_file, *log;
} oms_cli_common_t;
#define OMS_CLI_COMMON_OPTIONS                                                                     \
  {"--out", "DIR", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, out),                               \
   "write orders, fills, trades, equity, events (CSV), summary.json, report.html into DIR"},       \
      {"--bundle", "FILE", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, bundle),                    \
       "write scripts, settings, data hashes and result into one file for `moondesk verify`"},     \
      {"--json", NULL, OMS_OPTION_SWITCH, offsetof(oms_cli_common_t, json),                        \
       "print the summary as one JSON object and nothing else to stdout"},                         \
      {"--quiet", NULL, OMS_OPTION_SWITCH, offsetof(oms_cli_common_t, quiet),                      \
       "no log, no warnings, no progress; errors are told"},                                       \
      {"--cache", "DIR", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, cache),                       \
       "where parsed data are kept for the next run (MOONDESK_CACHE, ~/.cache/moondesk)"},         \
      {"--db", "FILE", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, db),                            \
       "write everything that happens down into this journal"},                                    \
      {"--no-cache", NULL, OMS_OPTION_SWITCH, offsetof(oms_cli_common_t, no_cache),                \
       "read the data files as if there were no cache, and keep nothing"},                         \
  {                                                                                                \
    "--strict-budget", "N", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, strict_budget),            \
        "end a callback after N instructions instead of after CPU time"                            \
  }

/* A run as a command line asks for it. What 'free' frees (it may be NULL) lies in 'own'. */
typedef struct oms_cli_job {
  oms_cli_common_t common;
  const oms_session_config_t *config;
  oms_session_file_t *file; /* NULL: made from options */
  void *own;
  void (*free)(void *own);
} oms_cli_job_t;
void oms_cli_job_free(oms_cli_job_t *job);
/* The whole of such a command: prepares, runs, tells; the exit status. The command line, without
 * what names outputs, goes into the bundle. */
int oms_cli_run_job(const oms_cli_command_t *self, int argc, char **argv);
/* Prepares what a bundle's command line asks for, over the bundle's table of files. OMS_ERR_USAGE
 * for a command that makes no run, and what preparing gives. */
struct oms_bundle;
int oms_cli_prepare_bundle(struct oms_bundle *b, oms_cli_job_t *job, oms_error_t *err);
/* Options of a run that an earlier one is made again with: as it was, told nothing, ended by
 * SIGINT. */
int oms_cli_rerun_options(const struct oms_bundle *b, const oms_cli_job_t *job,
                          oms_run_options_t *options, oms_error_t *err);

/* cli_live.c: what the options of a live host say, into the session's settings. */
int oms_cli_live_settings(oms_cli_common_t *values, oms_session_config_t *c, oms_error_t *err);

/* Runs the session to its end, or to the first SIGINT or SIGTERM (a second one ends the program),
 * prints the summary and where the results lie; the exit status. 'arguments' (may be NULL): how it
 * was asked for, const char *. */
int oms_cli_execute(const oms_cli_common_t *common, const oms_session_config_t *config,
                    oms_session_file_t *file, const oms_array_t *arguments);
bool oms_cli_interrupted(void);

/* From now on SIGINT and SIGTERM set what is returned; a second one ends the program. */
const volatile sig_atomic_t *oms_cli_watch_signals(void);

/* cli_repl.c: evaluates Lua over the files in 'folder' and, where there is one, over a run that
 * lives; what is typed comes from stdin. '*failed': an input did. */
int oms_cli_talk(const char *folder, const oms_desk_t *desk, bool *failed, oms_error_t *err);

/* check_lint.c. */

typedef struct oms_cli_lint {
  int errors, warnings;
} oms_cli_lint_t;
/* Tells on stderr what the text of a script shows, a line "FILE:LINE: error: ..." or "warning"
 * each, and counts it. OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_cli_lint(const char *path, bool session, oms_cli_lint_t *counts, oms_error_t *err);

/* cli_help_lua.c: the list of the Lua API, or what it says of 'name' (NULL: the list); with
 * 'folder' the generated files are written there. The exit status. */
int oms_cli_help_lua(const char *name, const char *folder);

/* Commands. */

extern const oms_cli_command_t oms_cli_backtest, oms_cli_sweep, oms_cli_run, oms_cli_reload,
    oms_cli_check, oms_cli_new, oms_cli_cache, oms_cli_verify, oms_cli_diff, oms_cli_repl,
    oms_cli_version, oms_cli_help, oms_cli_kill, oms_cli_resume, oms_cli_orders, oms_cli_positions,
    oms_cli_key, oms_cli_db, oms_cli_replay;
void oms_cli_print_help(const oms_cli_command_t *c, FILE *to); /* NULL: all commands */

#endif
