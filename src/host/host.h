/* host.h - what a run holds, shared by the files that run it: run.c (set-up, end), data.c,
 * data_files.c and build.c (what it reads), step.c (one time stamp), ticks.c, actions.c and
 * book_out.c (rows that are no bars), equity.c, pace.c (by the clock), warmup.c, load.c,
 * deliver.c, shadow.c, reload*.c (strategies and rules), timers.c, history.c, recording.c (the
 * page). */
#ifndef OMS_HOST_HOST_H
#define OMS_HOST_HOST_H

#include "base/containers.h"
#include "bind/script.h"
#include "bind/session.h"
#include "data/cache.h"
#include "host/desk.h"
#include "host/input.h"
#include "host/record.h"
#include "host/records.h"
#include "host/results.h"
#include "host/revive.h"
#include "host/run.h"
#include "port/feed.h"
#include "sim/sim.h"

/* A strategy or rule of the session. */
typedef struct oms_host_script {
  oms_script_t *script;
  oms_script_kind_t kind;
  const char *id;
  char *path; /* resolved; owned */
  uint16_t account, owner;
  bool *streams;     /* by data index: events wanted; owned */
  uint32_t *symbols; /* instrument indices; owned */
  size_t symbol_n;
  bool any_bars; /* has on_bar */
  bool together; /* has on_bars */
  bool any_quotes, any_trades, any_actions;
  bool stopped, leave_orders;
  bool shadow;      /* a changed rule beside the run: no order of its own, no effect */
  size_t shadow_of; /* the rule whose place it has; the number of rules: behind all */
  int errors, max_errors;
  uint64_t every_timer; /* of a rule's `every`; 0: none */
  bool unsaved;         /* it has done something since it was asked for what it keeps */
  bool more_to_come;    /* of the event that it is hearing */
  uint64_t saved_at;    /* the last event that it had seen then */
  uint32_t answers,
      answer_orders; /* at this time stamp: callbacks beyond those of data, and their orders */
  oms_script_config_t config;
  oms_histogram_t *time; /* ns a callback; NULL: not measured */
  size_t heap_floor;     /* its heap's size when nothing was left to collect */
  oms_array_t tried;     /* oms_cell_file_t: what the last refused reload had looked at */
} oms_host_script_t;

/* A reload that was done or refused. */
typedef struct oms_reload_record {
  oms_time_t ts;
  const char *id; /* of the script */
  char *path;     /* the file that was to take its place; owned */
  char old_hash[33];
  char new_hash[33]; /* "" when the file did not load */
  char *message;     /* why it was refused, traceback and all; NULL: it was done; owned */
} oms_reload_record_t;

/* Told of each reload when it is over; 'ticket' is that of the one who asked. */
typedef void (*oms_reload_told_t)(void *ctx, uint64_t ticket, const oms_reload_record_t *r);

/* A stream of the data list. */
typedef struct oms_host_stream {
  oms_data_kind_t kind;
  uint32_t instrument;
  int64_t timeframe;
  bool venue;  /* it meets the venue: ticks, or else the finest bars of its symbol */
  bool finest; /* of the symbol's bars */
  bool built;  /* of the bars or trades of stream 'base', for scripts alone */
  bool listed; /* scripts that name no timeframes get it, too */
  uint32_t base;
  uint32_t next;    /* stream of the same symbol, by index; OMS_NONE: the last */
  bool seen_volume; /* in the rows in place, in the first block of a file, or later */
  oms_bar_t *ring;  /* the last bars, oldest overwritten */
  size_t ring_n, ring_cap, ring_at, ring_max;
} oms_host_stream_t;

typedef struct oms_host_timer {
  int script;
  char *name; /* owned */
  oms_timer_spec_t spec;
  uint64_t generation; /* what the heap's entry must carry to be alive */
  uint64_t armed;      /* which arming of the name it is; stays from one firing to the next */
  bool live;
  bool listed; /* in timer_places */
} oms_host_timer_t;

/* A timer as it was before an on_load that may still fail. */
typedef struct oms_timer_undo {
  size_t place;
  oms_host_timer_t was;
} oms_timer_undo_t;

/* The quote of an instrument as scripts see it; a crossed one the core does not know. */
typedef struct oms_host_quote {
  oms_quote_t quote;
  oms_time_t ts; /* OMS_NO_TIME: none yet */
} oms_host_quote_t;

/* A match in a book of order flow that nobody has heard of yet. */
typedef struct oms_host_match {
  uint32_t instrument;
  oms_book_match_t match;
} oms_host_match_t;

/* A row of equity.csv; 'ts' OMS_NO_TIME: none. */
typedef struct oms_host_equity {
  oms_time_t ts;
  oms_money_t equity, cash, longs, shorts;
  double drawdown;
} oms_host_equity_t;

/* What ticks.c, equity.c and book_out.c keep. */
typedef struct oms_host_ticks {
  bool any;                   /* the data has other entries than bars */
  oms_tick_t tick;            /* of the step that runs */
  bool touched;               /* order flow: the touch is another one than before */
  oms_host_quote_t *quotes;   /* by instrument */
  oms_print_t *prints;        /* likewise, the last of each; price 0: none yet */
  oms_array_t matches;        /* oms_host_match_t, not yet told */
  uint32_t *flow_streams;     /* by instrument: its order flow; OMS_NONE: none */
  struct oms_csv *book_files; /* by instrument; NULL: none are written */
  uint32_t book_n;            /* instruments */
  oms_latency_t *latencies;   /* owned */
  oms_time_t
      equity_at; /* end of the piece of time whose row of equity.csv is due; OMS_NO_TIME: none */
  oms_host_equity_t equity_row; /* not written yet: bars that complete then replace it */
} oms_host_ticks_t;

typedef struct oms_host {
  const oms_session_config_t *config;
  oms_session_file_t *file;
  const oms_run_options_t *options;
  char library[4096], trigger_path[4200];
  oms_engine_t *engine;
  oms_desk_host_t desk;
  oms_desk_t shadow_port; /* the door of a changed rule */
  oms_sim_t *sim;
  oms_venue_t venue;
  struct oms_link
      *link; /* to a venue in another process, in place of the simulated one; NULL: none */
  oms_script_t *trigger;
  bool desk_open;
  oms_array_t owned; /* void *: blocks that live as long as the run */
  oms_feed_t feed;
  oms_feed_t source; /* where steps take rows from: the feed, or a live host's own */
  oms_time_t
      next_at; /* when the feed's next event is, of a bar its completion; OMS_NO_TIME at its end */
  oms_data_kind_t next_kind;
  bool feed_open;
  oms_cache_t cache;
  oms_array_t streams;     /* oms_host_stream_t, by data index, then those that are built */
  uint32_t *first_streams; /* by instrument: index of its first stream, OMS_NONE without data */
  oms_array_t scripts;     /* oms_host_script_t: rules first, then strategies */
  size_t rule_n;
  oms_zone_t *zones; /* by instrument */
  /* bars of the step that is running; the rows are copies */
  oms_array_t bars; /* oms_bar_t */
  size_t data_bars; /* how many of them are no built ones */
  oms_array_t venue_bars, venue_instruments, bar_views, bar_instruments, bar_timeframes;
  oms_array_t timers;       /* oms_host_timer_t */
  bool timers_late;         /* this step: one that has missed instants fires once for them */
  oms_array_t timer_places; /* uint32_t: indices of timers that were over when they came here */
  oms_map_t timer_names;    /* hash of script and name -> index */
  oms_heap_t timer_heap;
  oms_host_ticks_t ticks;
  uint64_t timer_seq;
  oms_array_t timer_undo; /* oms_timer_undo_t, in order, while timer_undoing */
  bool timer_undoing;
  oms_array_t reloads;       /* oms_reload_record_t, in order */
  oms_array_t reload_jobs;   /* oms_reload_job_t, the first one is going on */
  oms_array_t trigger_tried; /* as `tried` of a script */
  oms_reload_told_t reload_told;
  void *reload_ctx;
  size_t timeline_n, timeline_at;
  oms_time_t next_session_event;
  int session_event; /* 0 pre_market, 1 open, 2 close, 3 post_market_close */
  oms_session_times_t session;
  bool sessions; /* some instrument has a calendar */
  oms_stats_t *stats;
  oms_output_t *output;
  oms_page_record_t *record; /* for the page; NULL without an output */
  oms_run_facts_t facts;
  uint64_t steps;
  oms_array_t warnings; /* char *, owned: the first lines of level WARN and above, for the report */
  size_t warning_n;     /* how many there were */
  bool warming;         /* before `from` */
  /* While on_warmup runs: the end of its bar, beyond which nobody looks; else OMS_NO_TIME. */
  oms_time_t warm_until;
  int64_t day; /* of the step, since 1970, and its start */
  oms_time_t day_start;
  int weekend; /* 1: bars on a Saturday, 2: on a Sunday */
  bool strategy_failed;
  double progress_at, started_at; /* seconds of the wall clock */
  oms_input_t input;              /* of a live host */
  oms_revive_t revive;
} oms_host_t;

/* step.c */
/* Runs until the data, timers and timeline are at their end, or `stop` is set: begin, then step
 * while there is a next. */
int oms_host_loop(oms_host_t *h, oms_error_t *err);
/* Warm-up and on_start. '*first' is where the clock stands then, OMS_NO_TIME when nothing is to
 * run. */
int oms_host_begin(oms_host_t *h, oms_time_t *first, oms_error_t *err);
/* The instant of the next step, OMS_NO_TIME at the end; a run that came there ends with
 * oms_host_equity_end. */
int oms_host_next(oms_host_t *h, oms_time_t *at, oms_error_t *err);
int oms_host_step(oms_host_t *h, oms_time_t at, oms_error_t *err);

/* The parts of them, for a live host. */
/* The clock is set and the scripts are started; what they order has left. */
int oms_host_start(oms_host_t *h, oms_time_t start, oms_error_t *err);
/* Where the clock stands before a first row at 'end'. */
oms_time_t oms_host_first_instant(const oms_host_t *h, oms_time_t end);
/* A step before `from`. */
int oms_host_warm_step(oms_host_t *h, oms_time_t now, oms_error_t *err);
/* The next instant at which something is due without data; OMS_NO_TIME: none. */
oms_time_t oms_host_clock_next(oms_host_t *h);
/* Events are delivered, batches leave, until nothing is left. */
int oms_host_settle(oms_host_t *h, oms_time_t now, oms_error_t *err);
/* What the run cannot outlive, if there is something. */
int oms_host_failure(const oms_host_t *h, oms_error_t *err);

/* pace.c: the same by the clock of the wall, with reloads of changed files and a control socket. */
int oms_host_pace(oms_host_t *h, oms_error_t *err);
/* The first bar of a stream that has a volume: from then on max_participation binds it. */
void oms_host_note_volume(oms_host_t *h, oms_host_stream_t *s, const oms_bar_t *bar);

/* run.c */
oms_engine_config_t oms_host_engine_config(const oms_host_t *h);
/* What 'from' limits takes the place of what 'to' has. */
void oms_host_overlay_limits(oms_limits_t *to, const oms_limits_t *from);

/* data.c */
/* Opens the feed, makes the streams and tells the venue of its symbols. */
int oms_host_open_data(oms_host_t *h, oms_error_t *err);
/* Makes the lists of streams by symbol and chooses which of them meet the venue. */
int oms_host_index_streams(oms_host_t *h, oms_error_t *err);
/* Tells which timeframes were read off the data: when the set-up is done, since what fails in it
 * must be the first line. */
void oms_host_tell_timeframes(oms_host_t *h);
/* At the end: why the cache of a file was not written. */
void oms_host_tell_cache(oms_host_t *h);

/* build.c */
/* Streams of the bars that `build` of the data names. */
int oms_host_build_listed(oms_host_t *h, oms_error_t *err);
/* Once the scripts are loaded: what they name in `timeframes`, the data lack and can give. */
int oms_host_build_asked(oms_host_t *h, oms_error_t *err);
void oms_host_tell_built(oms_host_t *h);

/* ticks.c: steps on quotes, trades, order flow and corporate actions. */
int oms_host_ticks_init(oms_host_t *h, oms_error_t *err);
void oms_host_ticks_free(oms_host_t *h);
/* Measured latencies of the session's file into the venue's settings. */
int oms_host_load_latencies(oms_host_t *h, oms_sim_config_t *config, oms_error_t *err);
/* The feed's next row, which is no bar, is taken: the core learns the price, the venue matches. The
 * reports are still to be delivered. */
int oms_host_tick_take(oms_host_t *h, oms_time_t now, oms_error_t *err);
/* on_quote, on_trade, on_action of the row that was taken. */
void oms_host_tick_give(oms_host_t *h);
/* What our own orders matched in a book of order flow: the core's price, on_trade. */
int oms_host_matches(oms_host_t *h);
/* Door of scripts: the last quote as they see it. */
bool oms_host_last_trade(void *self, uint32_t instrument, oms_print_t *print);
bool oms_host_quote(void *self, uint32_t instrument, oms_quote_t *quote, oms_time_t *ts);
/* Likewise: what ticks the instrument has. */
uint32_t oms_host_market(void *self, uint32_t instrument);

/* book_out.c: book_fills.csv, every match of a book of order flow, as the run goes; a file a symbol
 * (book_fills_SYMBOL.csv) where several have order flow. */
int oms_host_open_book_files(oms_host_t *h, oms_error_t *err);
void oms_host_book_row(oms_host_t *h, uint32_t instrument, const oms_book_match_t *m);
int oms_host_close_book_files(oms_host_t *h, oms_error_t *err);
void oms_host_free_book_files(oms_host_t *h);

/* equity.c: what the accounts are worth, for the statistics and equity.csv. */
/* After a step: 'venue_step' counts for the exposure, 'row' writes one. */
int oms_host_note_equity(oms_host_t *h, oms_time_t now, bool venue_step, bool row,
                         oms_error_t *err);
/* On ticks there is a row for each piece of time (venue.equity_every) in which something happened:
 * before a step at 'now' the one that is over is written; 'tick': the step is on one, which belongs
 * to the next piece. */
int oms_host_equity_before(oms_host_t *h, oms_time_t now, bool tick, oms_error_t *err);
/* Something has happened now: its piece of time gets a row. */
void oms_host_equity_open(oms_host_t *h, oms_time_t now);
/* At the end of a run: what is due is written. */
int oms_host_equity_end(oms_host_t *h, oms_error_t *err);

/* recording.c: what of a step goes into the record of a run with an output. */
int oms_host_record_open(oms_host_t *h, oms_error_t *err);
/* The bars of the step. OMS_ERR_NOMEM. */
int oms_host_record_bars(oms_host_t *h);
/* The price after a row that is no bar. OMS_ERR_NOMEM. */
int oms_host_record_tick(oms_host_t *h, uint32_t instrument, oms_time_t now);
/* New orders, before prices move; 'end' of the step: trailing stops, too. */
int oms_host_record_orders(oms_host_t *h, bool end, oms_error_t *err);
/* The page's curve begins with what the accounts had. */
int oms_host_record_start(oms_host_t *h, oms_time_t first, oms_error_t *err);

/* warmup.c */
/* Takes in the bars of a step before `from`. */
int oms_host_keep_warm(oms_host_t *h);
/* The warm-up is over: on_warmup runs. OMS_ERR_NOMEM, and what the core answers to a price. */
int oms_host_end_warmup(oms_host_t *h);

/* load.c */
int oms_host_load_scripts(oms_host_t *h, oms_error_t *err);
void oms_host_free_scripts(oms_host_t *h);
/* Sets the streams and symbols of a loaded script, by its entry's choice, else its own.
 * OMS_ERR_USAGE: there is no such data. */
int oms_host_choose_data(oms_host_t *h, oms_host_script_t *s, const oms_script_entry_t *entry,
                         oms_error_t *err);
/* What nobody owns in the symbols of `claim` becomes the strategy's. */
int oms_host_claim(oms_host_t *h, oms_error_t *err);
const oms_script_entry_t *oms_host_entry(const oms_host_t *h, size_t script);
/* The entry's choice of symbols, else the script's own, else all; of timeframes likewise. */
bool oms_host_wants_symbol(const oms_host_script_t *s, const oms_script_entry_t *entry,
                           const char *symbol);
size_t oms_host_timeframe_count(const oms_host_script_t *s, const oms_script_entry_t *entry);
const char *oms_host_timeframe(const oms_host_script_t *s, const oms_script_entry_t *entry,
                               size_t i);
/* What a step asks of each script, once. */
void oms_host_note_callbacks(oms_host_script_t *s);
static inline oms_host_script_t *oms_host_script_at(const oms_host_t *h, size_t i) {
  return OMS_AT(&h->scripts, oms_host_script_t, i);
}

/* ops_control.c: a SCRIPT record of script 'i'; 'by' and 'why' may be NULL. */
int oms_host_put_script(oms_host_t *h, size_t i, oms_script_run_t run, const char *by,
                        const char *why);

/* deliver.c */
void oms_host_start_scripts(oms_host_t *h);
void oms_host_stop_scripts(oms_host_t *h);
/* on_start of one script; the end of one: no more callbacks, its orders end unless it leaves them,
 * protective exits stay. */
void oms_host_start_script(oms_host_t *h, oms_host_script_t *s);
void oms_host_end_script(oms_host_t *h, oms_host_script_t *s);
/* on_start, then on_load with what it had saved ('past' NULL: nothing); an event that it had not
 * seen; what it keeps from then on. */
void oms_host_restart_script(oms_host_t *h, oms_host_script_t *s, const oms_past_script_t *past);
void oms_host_give_again(oms_host_t *h, size_t script, const oms_event_t *event);
void oms_host_save_now(oms_host_t *h, oms_host_script_t *s);
/* A time stamp begins: the strategies' answers are counted anew. */
void oms_host_new_stamp(oms_host_t *h);
/* Fills and order events to their owners and the rules, until none is left. */
void oms_host_deliver(oms_host_t *h);
void oms_host_give_bar(oms_host_t *h, oms_host_script_t *s, const oms_bar_t *bar, bool warmup);
void oms_host_give_bars(oms_host_t *h, oms_host_script_t *s, oms_time_t ts);
void oms_host_give_quote(oms_host_t *h, uint32_t stream, const oms_quote_t *q, oms_time_t ts);
void oms_host_give_trade(oms_host_t *h, uint32_t stream, const oms_print_t *p, oms_time_t ts);
void oms_host_give_action(oms_host_t *h, uint32_t stream, const oms_corporate_t *a, oms_time_t ts);
void oms_host_give_timer(oms_host_t *h, int script, const char *name);
void oms_host_give_session(oms_host_t *h, const char *what);

/* reload.c. A script by its index; OMS_TRIGGERS names those of the library. */
#define OMS_TRIGGERS (-1)
/* All scripts of that id or path, or that required that file, at once: for the timeline. Each is
 * tried, whatever becomes of the others; the first failure is told. OMS_ERR_NOT_FOUND: no script
 * is called so. */
int oms_host_reload(oms_host_t *h, const char *path_or_id, const char *with, oms_error_t *err);
/* The same, asked for: done step by step in oms_host_reload_turn, each of which stands between two
 * events. '*n' is how many will be told under 'ticket' (0: nobody asked). */
int oms_host_reload_ask(oms_host_t *h, const char *path_or_id, const char *with, uint64_t ticket,
                        size_t *n, oms_error_t *err);
/* The same with new parameters; 'anew->path' as 'with'. */
int oms_host_reload_anew(oms_host_t *h, const char *path_or_id, const oms_script_anew_t *anew,
                         uint64_t ticket, size_t *n, oms_error_t *err);
/* One script (an index, or OMS_TRIGGERS) at once from 'anew': for a replay, whose sources hold the
 * files of then. */
int oms_host_reload_one(oms_host_t *h, int script, const oms_script_anew_t *anew, oms_error_t *err);
/* Asks for all scripts whose files have changed; unless 'again', what was refused waits until one
 * of the files changes that it was refused for. */
int oms_host_reload_changed(oms_host_t *h, bool again, uint64_t ticket, size_t *n,
                            oms_error_t *err);
/* What was asked for is not done: a replay does what the record says. */
void oms_host_reload_forget(oms_host_t *h);
bool oms_host_reload_busy(const oms_host_t *h);
void oms_host_reload_turn(oms_host_t *h);
/* The audit line of a reload, with its traceback. */
#define OMS_RELOAD_TEXT 8700 /* two paths and a message */
void oms_reload_text(const oms_reload_record_t *r, char out[OMS_RELOAD_TEXT]);
void oms_host_reload_init(oms_host_t *h);
void oms_host_reload_free(oms_host_t *h);

/* reload_find.c */
/* Which scripts a reload names: indices (int) in order are appended. 'required': of that file among
 * what they required. */
int oms_reload_find(oms_host_t *h, const char *path_or_id, bool required, oms_array_t *found);
/* Whether a file differs from its digest, for one of the list. */
bool oms_reload_files_differ(const oms_cell_file_t *files, size_t n);
void oms_reload_free_files(oms_array_t *files);
oms_script_t *oms_host_script(const oms_host_t *h, int script);

/* timers.c */
int oms_host_timer_arm(void *self, int script, const oms_timer_spec_t *spec, uint64_t *id);
void oms_host_timer_cancel(void *self, int script, uint64_t id);
/* One that was armed in an earlier life. */
int oms_host_timer_again(oms_host_t *h, int script, const oms_timer_spec_t *spec, oms_time_t next,
                         uint64_t *id);
oms_time_t oms_host_timer_next(oms_host_t *h); /* OMS_NO_TIME: none */
void oms_host_timer_run(oms_host_t *h, oms_time_t now);
void oms_host_timer_free(oms_host_t *h);
/* From begin to end what is armed and cancelled can be taken back, all of it. */
void oms_host_timer_undo_begin(oms_host_t *h);
void oms_host_timer_undo_end(oms_host_t *h, bool take_back);
/* The clock of a rule that has `every`, from now on; ends that of an earlier file. */
void oms_host_arm_every(oms_host_t *h, oms_host_script_t *s);

/* actions.c */
/* A corporate action of an instrument, at its time: core, venue, history and indicators; owners are
 * told of their orders afterwards. The callback is the caller's. OMS_ERR_DATA: it does not fit. */
int oms_host_action(oms_host_t *h, uint32_t instrument, const oms_corporate_t *a, oms_time_t now,
                    oms_error_t *err);

/* history.c: what oms.bars sees; during the warm-up nothing after its bar. */
/* Makes the lists of streams by symbol, once all streams are there. OMS_ERR_NOMEM. */
int oms_host_history_index(oms_host_t *h);
/* How many bars of each stream are kept; once all streams and scripts are there, before the first
 * bar. */
void oms_host_history_limit(oms_host_t *h);
int oms_host_history_push(oms_host_stream_t *s, const oms_bar_t *bar);
/* Brings the bars so far to other terms. */
void oms_host_history_scale(oms_host_stream_t *s, const oms_scale_t *scale);
size_t oms_host_history_read(const oms_host_t *h, uint32_t instrument, int64_t *timeframe, size_t n,
                             oms_bar_t *out);

/* progress.c */
void oms_host_progress(oms_host_t *h);
void oms_host_progress_end(oms_host_t *h);
double oms_host_wall_seconds(void);
/* Of the clock that never goes back, ns. */
int64_t oms_host_mono(void);

/* log.c */
void oms_host_log(oms_host_t *h, int script, oms_log_level_t level, const char *text);
void oms_host_warn(oms_host_t *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
