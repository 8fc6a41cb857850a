/* views.c - the tables orders, fills and positions, made anew in one transaction: for queries by
 * hand. Columns are named as those of orders.csv and fills.csv. */
#include <stdio.h>
#include <string.h>

#include "store/store_int.h"

typedef struct view {
  const char *table, *columns;
  size_t n;
} view_t;

static const view_t views[] = {
    {"orders",
     "ts TEXT, end_ts TEXT, order_id TEXT, client_order_id TEXT, parent_id TEXT, replaces TEXT,"
     "symbol TEXT, side TEXT, type TEXT, time_in_force TEXT, qty NUMERIC, limit_price NUMERIC,"
     "stop_price NUMERIC, status TEXT, filled_qty NUMERIC, filled_avg_price NUMERIC,"
     "rejected_by TEXT, code TEXT, message TEXT, strategy TEXT, account TEXT",      21},
    {"fills",
     "ts TEXT, order_id TEXT, client_order_id TEXT, execution_id TEXT, symbol TEXT, side TEXT,"
     "qty NUMERIC, price NUMERIC, commission NUMERIC, strategy TEXT, account TEXT", 11},
    {"positions",
     "symbol TEXT, qty NUMERIC, avg_entry_price NUMERIC, market_value NUMERIC,"
     "realized_pl NUMERIC, commission NUMERIC, strategy TEXT, account TEXT",        8 },
};

struct oms_views {
  sqlite3 *db;
  char *path;
  int lock;
  sqlite3_stmt *inserts[OMS_COUNT(views)];
};

static int make(oms_views_t *v, size_t i, oms_error_t *err) {
  char sql[1024];
  (void)snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s; CREATE TABLE %s(%s)", views[i].table,
                 views[i].table, views[i].columns);
  int rc = oms_db_run(v->db, v->path, sql, err);
  int at = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES(?", views[i].table);
  for (size_t k = 1; k < views[i].n; k++) {
    at += snprintf(sql + at, sizeof sql - (size_t)at, ",?");
  }
  (void)snprintf(sql + at, sizeof sql - (size_t)at, ")");
  return rc == OMS_OK ? oms_db_prepare(v->db, v->path, sql, &v->inserts[i], err) : rc;
}

int oms_views_begin(const char *db, oms_views_t **out, oms_error_t *err) {
  *out = NULL;
  oms_views_t *v = oms_alloc_zero(1, sizeof *v);
  if (v == NULL || (v->path = oms_alloc(strlen(db) + 1)) == NULL) {
    oms_free(v);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  (void)strcpy(v->path, db);
  v->lock = -1;
  int rc = oms_lock_take(db, &v->lock, err);
  rc = rc == OMS_OK ? oms_db_open(db, OMS_DB_WRITE, &v->db, err) : rc;
  rc = rc == OMS_OK ? oms_db_run(v->db, db, "BEGIN IMMEDIATE", err) : rc;
  for (size_t i = 0; i < OMS_COUNT(views) && rc == OMS_OK; i++) {
    rc = make(v, i, err);
  }
  if (rc != OMS_OK) {
    (void)oms_views_end(v, false, NULL);
    return rc;
  }
  *out = v;
  return OMS_OK;
}

int oms_views_row(oms_views_t *v, const char *table, const char *const *values, size_t n,
                  oms_error_t *err) {
  size_t i = 0;
  while (i < OMS_COUNT(views) && strcmp(views[i].table, table) != 0) {
    i++;
  }
  if (i == OMS_COUNT(views) || n != views[i].n) {
    return oms_error_set(err, OMS_ERR_USAGE, "no table '%.60s' of %zu columns", table, n);
  }
  for (size_t k = 0; k < n; k++) {
    (void)sqlite3_bind_text(v->inserts[i], (int)k + 1, values[k], -1, SQLITE_STATIC);
  }
  int step = sqlite3_step(v->inserts[i]);
  int rc = step == SQLITE_DONE ? OMS_OK : oms_db_fail(v->db, v->path, "writing to", err);
  (void)sqlite3_reset(v->inserts[i]);
  (void)sqlite3_clear_bindings(v->inserts[i]);
  return rc;
}

int oms_views_end(oms_views_t *v, bool commit, oms_error_t *err) {
  for (size_t i = 0; i < OMS_COUNT(views); i++) {
    (void)sqlite3_finalize(v->inserts[i]);
  }
  int rc = commit ? oms_db_run(v->db, v->path, "COMMIT", err) : OMS_OK;
  (void)sqlite3_close(v->db);
  oms_lock_drop(v->lock);
  oms_free(v->path);
  oms_free(v);
  return rc;
}
