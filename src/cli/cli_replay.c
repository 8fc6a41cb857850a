/* cli_replay.c - moondesk replay DB: the journal of a host run once more, and compared. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cli.h"
#include "host/json_out.h"
#include "host/replay.h"

typedef struct values {
  const char *until, *out;
  bool repl, json;
} values_t;

static const oms_cli_option_t options[] = {
    {"--until", "SEQ", OMS_OPTION_TEXT,   offsetof(values_t, until), "stop behind that record" },
    {"--out",   "DIR", OMS_OPTION_TEXT,   offsetof(values_t, out),
     "write what a run writes: orders, fills, trades, equity, events (CSV), summary.json"      },
    {"--repl",  NULL,  OMS_OPTION_SWITCH, offsetof(values_t, repl),
     "evaluate Lua at the end: oms, and with --out the lists of its files"                     },
    {"--json",  NULL,  OMS_OPTION_SWITCH, offsetof(values_t, json),  "print the result as JSON"},
};

typedef struct talk {
  const char *folder;
  bool failed;
} talk_t;

static int look(void *self, const oms_desk_t *desk, oms_error_t *err) {
  talk_t *t = self;
  return oms_cli_talk(t->folder, desk, &t->failed, err);
}

static bool same_hash(const oms_replay_result_t *r) {
  return r->recorded[0] == '\0' || strcmp(r->recorded, r->state_hash) == 0;
}

static void print_json(const oms_replay_result_t *r) {
  printf("{\"records\": %" PRIu64 ", \"inputs\": %" PRIu64 ", \"hosts\": %" PRIu64
         ", \"ended\": %" PRIu64 ", \"differs\": %s",
         r->seq, r->inputs, r->boots, r->ends, r->differs ? "true" : "false");
  if (r->begun != 0) {
    printf(", \"begun\": %" PRIu64 ", \"snapshot\": %" PRIu64, r->begun, r->snapshot);
  }
  if (r->differs) {
    printf(", \"at\": %" PRIu64 ", \"what\": ", r->at);
    oms_json_text(r->what, stdout);
  }
  printf(", \"state_hash\": \"%s\", \"recorded_hash\": ", r->state_hash);
  if (r->recorded[0] == '\0') {
    printf("null");
  } else {
    oms_json_text(r->recorded, stdout);
  }
  printf("}\n");
}

static void print_text(const oms_replay_result_t *r) {
  if (r->begun != 0) {
    printf("begun at record %" PRIu64 ", a start of the host behind the snapshot of record %" PRIu64
           ": market data before it are not there any more\n",
           r->begun, r->snapshot);
  }
  if (r->differs) {
    printf("record %" PRIu64 " differs: %s\n", r->at, r->what);
  }
  printf("%" PRIu64 " records of %" PRIu64 " host%s, %" PRIu64 " inputs: %s\n", r->seq, r->boots,
         r->boots == 1 ? "" : "s", r->inputs,
         r->differs ? "another result" : "every record came as it was written down");
  printf("state_hash %s%s\n", r->state_hash,
         r->recorded[0] == '\0' ? ""
         : same_hash(r)         ? ", as recorded at the end"
                                : ", recorded at the end was another");
}

static int replay(const values_t *v, const char *db, talk_t *talk, oms_error_t *err) {
  oms_replay_options_t o = {.db = db,
                            .until = UINT64_MAX,
                            .out = v->out,
                            .version = MOONDESK_VERSION,
                            .look = v->repl ? look : NULL,
                            .look_self = talk,
                            .stop = oms_cli_watch_signals()};
  oms_replay_result_t r;
  int rc = access(db, R_OK) == 0 ? OMS_OK
                                 : oms_error_set(err, OMS_ERR_USAGE,
                                                 "%s: there is no such database; give the file of "
                                                 "`moondesk run --db`",
                                                 db);
  if (rc == OMS_OK && v->until != NULL) {
    rc = oms_cli_count("--until", v->until, 1, &o.until, err);
  }
  if (rc == OMS_OK) {
    rc = oms_replay(&o, &r, err);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  (v->json ? print_json : print_text)(&r);
  bool good = !r.differs && same_hash(&r);
  return good ? OMS_OK : OMS_ERR_CHECK;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  values_t values = {.until = NULL};
  oms_array_t arguments;
  oms_error_t err;
  talk_t talk = {.folder = NULL};
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  const oms_cli_command_t *hint = rc != OMS_OK ? self : NULL;
  if (rc == OMS_OK) {
    talk.folder = values.out;
    rc = replay(&values, oms_cli_item(&arguments, 0), &talk, &err);
  }
  int status = rc == OMS_ERR_CHECK || talk.failed ? OMS_EXIT_FAILED : OMS_EXIT_DONE;
  if (rc != OMS_OK && rc != OMS_ERR_CHECK) {
    (void)fflush(stdout);
    status = oms_cli_fail(hint, &err);
  }
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_replay = {
    .name = "replay",
    .arguments = "DB",
    .summary = "Runs the journal of a host once more: feeds its inputs to the scripts of then and "
               "compares every record that comes of them. Exit status: 0 the same, 1 it differs.",
    .example = "moondesk replay desk.db",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run};
