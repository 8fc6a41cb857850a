/* oms_limits.c - /oms/v1/limits and /oms/v1/risk: the hard limits of the accounts, how much of them
 * is used, trading states and the figures of the day. */
#include <stdio.h>
#include <string.h>

#include "api/oms_int.h"
#include "base/containers.h"

enum { VALUE_MAX = 4096 };

static void write_limits(oms_writer_t *w, const char *key, const oms_engine_t *e,
                         const oms_limits_t *l) {
  oms_write_object(w, key);
  for (size_t i = 0; i < OMS_LIMIT_FIELDS; i++) {
    const oms_limit_field_t *f = &oms_limit_fields[i];
    oms_write_decimal(w, f->key, oms_limit_get(l, i), f->decimals);
  }
  oms_write_list(w, "restricted");
  for (uint32_t i = 0; l->restricted != NULL && i < l->restricted_n; i++) {
    if (l->restricted[i] != 0) {
      oms_write_text(w, NULL, oms_engine_instrument(e, i)->symbol);
    }
  }
  oms_write_list_end(w);
  oms_write_object_end(w);
}

static void write_account_limits(oms_call_t *c, uint32_t a) {
  const oms_account_t *account = oms_engine_account(c->engine, a);
  oms_write_object(c->out, NULL);
  oms_write_text(c->out, "account", account->id);
  write_limits(c->out, "limits", c->engine, &account->limits);
  oms_write_object_end(c->out);
}

void oms_own_get_limits(oms_call_t *c) {
  oms_write_list(c->out, NULL);
  for (uint32_t a = 0; a < oms_engine_account_count(c->engine); a++) {
    if (oms_own_sees(c, (uint16_t)a)) {
      write_account_limits(c, a);
    }
  }
  oms_write_list_end(c->out);
}

void oms_own_get_limit(oms_call_t *c) {
  uint16_t a = oms_own_account(c, c->args[0].text);
  if (a != UINT16_MAX) {
    write_account_limits(c, a);
  }
}

/* Changing. */

typedef struct change {
  const char *key;
  char value[VALUE_MAX];
} change_t;

static int take_number(const oms_limit_field_t *l, const oms_json_t *m, change_t *out,
                       oms_error_t *err) {
  int64_t v;
  int rc = oms_json_decimal(m, l->decimals, &v);
  if (rc != OMS_OK || v < 0) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s must be a number of at least 0 with at most %d decimals, or null for "
                         "no limit",
                         l->key, l->decimals);
  }
  (void)oms_decimal_format(v, l->decimals, out->value);
  return OMS_OK;
}

/* Symbols with commas between them. */
static int take_symbols(const oms_engine_t *e, const oms_json_t *m, change_t *out,
                        oms_error_t *err) {
  size_t n = 0;
  bool list = m->type == OMS_JSON_LIST;
  for (const oms_json_t *s = list ? oms_json_first(m) : NULL; s != NULL; s = oms_json_next(m, s)) {
    bool known = s->type == OMS_JSON_TEXT && oms_engine_find_instrument(e, s->text) != OMS_NONE;
    if (!known || n + s->n + 2 > VALUE_MAX) {
      return oms_error_set(err, OMS_ERR_USAGE, "restricted: %s '%.40s'",
                           known ? "the list is too long at" : "there is no symbol",
                           s->type == OMS_JSON_TEXT ? s->text : oms_json_what(s));
    }
    n += (size_t)snprintf(out->value + n, VALUE_MAX - n, "%s%s", n == 0 ? "" : ",", s->text);
  }
  return list ? OMS_OK
              : oms_error_set(err, OMS_ERR_USAGE,
                              "restricted must be a list of symbols, or null for none");
}

static int take_change(oms_call_t *c, const oms_json_t *m, change_t *out, oms_error_t *err) {
  const char *names[OMS_LIMIT_FIELDS + 1];
  char near[OMS_NEAR_TEXT];
  size_t i = oms_limit_find(m->key);
  bool restricted = strcmp(m->key, "restricted") == 0;
  if (i == OMS_LIMIT_FIELDS && !restricted) {
    for (size_t k = 0; k < OMS_LIMIT_FIELDS; k++) {
      names[k] = oms_limit_fields[k].key;
    }
    names[OMS_LIMIT_FIELDS] = "restricted";
    return oms_error_set(
        err, OMS_ERR_USAGE, "unknown limit '%.60s'%s", m->key,
        oms_near_text(oms_nearest_word(m->key, names, OMS_LIMIT_FIELDS + 1), near));
  }
  out->key = m->key;
  out->value[0] = '\0';
  if (m->type == OMS_JSON_NULL || (restricted && m->type == OMS_JSON_LIST && m->n == 0)) {
    memcpy(out->value, "none", 5);
    return OMS_OK;
  }
  return restricted ? take_symbols(c->engine, m, out, err)
                    : take_number(&oms_limit_fields[i], m, out, err);
}

/* All are looked at before the first one is set. */
static bool each_change(oms_call_t *c, const oms_json_t *root, uint16_t account, bool apply) {
  change_t change;
  oms_error_t err;
  oms_op_result_t result;
  for (const oms_json_t *m = oms_json_first(root); m != NULL; m = oms_json_next(root, m)) {
    if (take_change(c, m, &change, &err) != OMS_OK) {
      oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "%s", err.message);
      return false;
    }
    oms_op_t op = {.kind = OMS_OP_LIMIT, .by = c->by};
    op.u.limit.account = account;
    op.u.limit.key = change.key;
    op.u.limit.value = change.value;
    if (apply && !oms_call_apply(c, &op, &result)) {
      return false;
    }
  }
  return true;
}

void oms_own_patch_limit(oms_call_t *c) {
  const oms_json_t *root;
  uint16_t a = oms_own_account(c, c->args[0].text);
  if (a == UINT16_MAX || !oms_call_json(c, &root)) {
    return;
  }
  if (root == NULL || root->type != OMS_JSON_OBJECT || root->n == 0) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE,
                   "the body must be an object of limits, such as {\"max_order_qty\":100}");
    return;
  }
  if (each_change(c, root, a, false) && each_change(c, root, a, true)) {
    write_account_limits(c, a);
  }
}

/* What is used. */

/* a - b, as far as there are numbers. */
static oms_money_t less(oms_money_t a, oms_money_t b) {
  int64_t out;
  return oms_sub(a, b, &out) == OMS_OK ? out : a > b ? INT64_MAX : -INT64_MAX;
}

static void write_day(oms_writer_t *w, const oms_account_t *a, oms_money_t equity) {
  oms_write_object(w, "day");
  oms_write_int(w, "orders", a->day_orders);
  oms_write_int(w, "replaces", a->day_replaces);
  oms_write_int(w, "cancels", a->day_cancels);
  oms_write_int(w, "fills", a->day_fills);
  oms_write_int(w, "losses_in_row", a->losses_in_row);
  oms_write_decimal(w, "realized_pl", a->day_realized_pl, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "total_pl", less(equity, a->day_start_equity), OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "start_equity", a->day_start_equity, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "peak_equity", a->day_peak_equity, OMS_MONEY_DECIMALS);
  oms_write_object_end(w);
}

static void write_used(oms_writer_t *w, const oms_account_t *a, oms_money_t equity) {
  oms_money_t loss = less(a->day_start_equity, equity);
  oms_write_object(w, "used");
  oms_write_int(w, "max_open_orders", a->open_orders);
  oms_write_decimal(w, "max_gross_exposure", less(a->long_value, a->short_value),
                    OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "max_daily_loss", loss > 0 ? loss : 0, OMS_MONEY_DECIMALS);
  oms_write_object_end(w);
}

static void write_account(oms_call_t *c, uint32_t i) {
  oms_writer_t *w = c->out;
  const oms_account_t *a = oms_engine_account(c->engine, i);
  oms_money_t equity = oms_account_equity(a);
  oms_write_object(w, NULL);
  oms_write_text(w, "account", a->id);
  oms_write_text(w, "trading_state", oms_enum_text(OMS_ENUM_TRADING_STATE, a->trading_state));
  oms_write_decimal(w, "equity", equity, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "buying_power", oms_account_buying_power(a), OMS_MONEY_DECIMALS);
  write_day(w, a, equity);
  write_used(w, a, equity);
  write_limits(w, "limits", c->engine, &a->limits);
  oms_write_object_end(w);
}

static void write_states(oms_call_t *c) {
  oms_writer_t *w = c->out;
  oms_write_object(w, "strategies");
  for (uint32_t i = 0; i < oms_engine_owner_count(c->engine); i++) {
    const oms_owner_t *o = oms_engine_owner(c->engine, i);
    if (o->trading_state != OMS_TRADING_STATE_ACTIVE) {
      oms_write_text(w, o->id, oms_enum_text(OMS_ENUM_TRADING_STATE, o->trading_state));
    }
  }
  oms_write_object_end(w);
  oms_write_object(w, "symbols");
  for (uint32_t i = 0; i < oms_engine_instrument_count(c->engine); i++) {
    const oms_instrument_t *s = oms_engine_instrument(c->engine, i);
    if (s->trading_state != OMS_TRADING_STATE_ACTIVE) {
      oms_write_text(w, s->symbol, oms_enum_text(OMS_ENUM_TRADING_STATE, s->trading_state));
    }
  }
  oms_write_object_end(w);
}

void oms_own_get_risk(oms_call_t *c) {
  const oms_scope_t all = {OMS_SCOPE_ALL, 0};
  oms_live_state_t s;
  if (c->upgrade) {
    oms_own_risk_socket(c);
    return;
  }
  c->live->state(c->live->self, &s);
  oms_write_object(c->out, NULL);
  oms_write_text(
      c->out, "trading_state",
      oms_enum_text(OMS_ENUM_TRADING_STATE, (int)oms_engine_scope_state(c->engine, all)));
  oms_write_bool(c->out, "risk_system_wanted", s.risk_wanted);
  oms_write_bool(c->out, "risk_system_present", s.risk_present);
  oms_write_list(c->out, "accounts");
  for (uint32_t a = 0; a < oms_engine_account_count(c->engine); a++) {
    if (oms_own_sees(c, (uint16_t)a)) {
      write_account(c, a);
    }
  }
  oms_write_list_end(c->out);
  write_states(c);
  oms_write_object_end(c->out);
}
