/* cli_db.c - moondesk db: checks the database of a live host, counts what is in it, copies it,
 * writes a snapshot, makes the tables for queries. */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "cli/cli.h"
#include "host/rebuild.h"
#include "host/records.h"
#include "host/recover.h"
#include "store/store.h"

static void print_report(const oms_store_report_t *r) {
  char first[32], last[32];
  printf("records       %" PRIu64 ", seq %" PRIu64 " to %" PRIu64 "\n", r->records, r->first_seq,
         r->last_seq);
  printf("batches       %" PRIu64 "\n", r->batches);
  if (r->first != OMS_NO_TIME) {
    (void)oms_time_iso(r->first, first);
    (void)oms_time_iso(r->last, last);
    printf("times         %s to %s\n", first, last);
  }
  printf("scripts       %" PRIu64 "\n", r->blobs);
  printf("snapshots     %" PRIu64 "\n", r->snapshots);
  printf("market files  %" PRIu64 ", %" PRIu64 " bytes\n", r->market_files, r->market_bytes);
  printf("database      %" PRId64 " bytes, log %" PRId64 "\n", r->file_bytes, r->wal_bytes);
  printf("chain         %s\n", r->hash);
}

static int verify(const oms_array_t *a, oms_error_t *err) {
  oms_store_report_t r;
  int rc = oms_store_verify(oms_cli_item(a, 1), &r, err);
  if (rc == OMS_OK) {
    print_report(&r);
    printf("%s is whole\n", oms_cli_item(a, 1));
  }
  return rc;
}

static int stats(const oms_array_t *a, oms_error_t *err) {
  oms_store_report_t r;
  int rc = oms_store_stats(oms_cli_item(a, 1), &r, err);
  if (rc != OMS_OK) {
    return rc;
  }
  print_report(&r);
  for (size_t kind = 0; kind < OMS_COUNT(r.by_kind); kind++) {
    if (r.by_kind[kind] > 0) {
      printf("  %-12s %" PRIu64 "\n", oms_record_kind_text((int)kind), r.by_kind[kind]);
    }
  }
  return OMS_OK;
}

static int backup(const oms_array_t *a, oms_error_t *err) {
  if (a->n < 3) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "db backup: where to? `moondesk db backup %.300s COPY`",
                         oms_cli_item(a, 1));
  }
  int rc = oms_store_backup(oms_cli_item(a, 1), oms_cli_item(a, 2), err);
  if (rc == OMS_OK) {
    printf("%s is a copy of %s; `moondesk db verify %s` checks it\n", oms_cli_item(a, 2),
           oms_cli_item(a, 1), oms_cli_item(a, 2));
  }
  return rc;
}

static int rebuild(const oms_array_t *a, oms_error_t *err) {
  oms_rebuilt_t r;
  int rc = oms_rebuild(oms_cli_item(a, 1), &r, err);
  if (rc == OMS_OK) {
    printf("tables of %s at record %" PRIu64 ": orders %" PRIu64 ", fills %" PRIu64
           ", positions %" PRIu64 "\n",
           oms_cli_item(a, 1), r.seq, r.orders, r.fills, r.positions);
  }
  return rc;
}

static int snapshot(const oms_array_t *a, oms_error_t *err) {
  uint64_t seq;
  int rc = oms_recover_snapshot(oms_cli_item(a, 1), &seq, err);
  if (rc == OMS_OK && seq == 0) {
    printf("%s holds nothing to take down\n", oms_cli_item(a, 1));
  } else if (rc == OMS_OK) {
    printf("snapshot of %s at record %" PRIu64 "\n", oms_cli_item(a, 1), seq);
  }
  return rc;
}

static const struct verb {
  const char *name;
  size_t most;
  int (*act)(const oms_array_t *arguments, oms_error_t *err);
} verbs[] = {
    {"verify",   2, verify  },
    {"stats",    2, stats   },
    {"backup",   3, backup  },
    {"rebuild",  2, rebuild },
    {"snapshot", 2, snapshot}
};

static int unknown(const char *word, oms_error_t *err) {
  const char *names[OMS_COUNT(verbs)];
  for (size_t i = 0; i < OMS_COUNT(verbs); i++) {
    names[i] = verbs[i].name;
  }
  const char *near = oms_nearest_word(word, names, OMS_COUNT(verbs));
  return oms_error_set(err, OMS_ERR_USAGE, "db: what is '%.60s' for?%s%s%s", word,
                       near == NULL ? "" : " (did you mean '", near == NULL ? "" : near,
                       near == NULL ? "" : "'?)");
}

static int act(const oms_array_t *arguments, oms_error_t *err) {
  const char *word = oms_cli_item(arguments, 0);
  for (size_t i = 0; i < OMS_COUNT(verbs); i++) {
    if (strcmp(verbs[i].name, word) == 0) {
      return arguments->n > verbs[i].most
                 ? oms_error_set(err, OMS_ERR_USAGE, "db %s: '%.300s' is one argument too many",
                                 word, oms_cli_item(arguments, verbs[i].most))
                 : verbs[i].act(arguments, err);
    }
  }
  return unknown(word, err);
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  char none;
  oms_array_t arguments;
  oms_error_t err;
  int rc = oms_cli_parse(self, argc, argv, &none, &arguments, &err);
  rc = rc == OMS_OK ? act(&arguments, &err) : rc;
  int status = OMS_EXIT_DONE;
  if (rc != OMS_OK) {
    status = oms_cli_fail(rc == OMS_ERR_USAGE ? self : NULL, &err);
    status = rc == OMS_ERR_DATA ? OMS_EXIT_FAILED : status;
  }
  oms_cli_free(self, &none, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_db = {
    .name = "db",
    .arguments = "verify|stats|backup|snapshot|rebuild DB [COPY]",
    .summary =
        "Checks the database of a live host from end to end, counts what is in it, copies it, "
        "writes a snapshot to start from (all while the host runs, too), or makes its tables "
        "orders, fills and positions anew.",
    .example = "moondesk db verify desk.db",
    .least = 2,
    .most = 3,
    .run = run};
