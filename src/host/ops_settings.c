/* ops_settings.c - operations that set something of an account: hard limits, and what clients keep
 * with it. */
#include <string.h>

#include "base/alloc.h"
#include "core/codec.h"
#include "host/host.h"

/* Limits. */

/* Takes a limit away. OMS_ERR_USAGE: no limit is called so. */
static int clear_limit(oms_limits_t *l, const char *key, oms_error_t *err) {
  size_t field = oms_limit_find(key);
  if (field < OMS_LIMIT_FIELDS) {
    oms_limit_clear(l, field);
    return OMS_OK;
  }
  if (strcmp(key, "restricted") == 0) {
    l->restricted = NULL;
    l->restricted_n = 0;
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_USAGE, "no limit is called '%.60s'", key);
}

static int put_limits(oms_host_t *h, uint16_t account) {
  oms_pack_u64(&h->input.pack, account);
  oms_limits_pack(&h->input.pack, &oms_engine_account(h->engine, account)->limits);
  return oms_host_put_pack(h, OMS_RECORD_LIMITS, false);
}

/* Flags by instrument, to be freed; the core copies them. */
static uint8_t *flags_of(const oms_host_t *h, const oms_limits_config_t *set) {
  uint32_t n = oms_engine_instrument_count(h->engine);
  uint8_t *flags = oms_alloc_zero(n > 0 ? n : 1, 1);
  for (size_t i = 0; flags != NULL && i < set->restricted_n; i++) {
    uint32_t k = oms_engine_find_instrument(h->engine, set->restricted[i]);
    if (k != OMS_NONE) {
      flags[k] = 1;
    }
  }
  return flags;
}

static int set_limit(oms_host_t *h, const oms_op_t *op, oms_error_t *err) {
  oms_session_config_t config;
  int rc = oms_session_config_init(&config);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "out of memory for a limit");
  }
  bool none = strcmp(op->u.limit.value, "none") == 0;
  bool restricted = strcmp(op->u.limit.key, "restricted") == 0;
  oms_limits_t limits = oms_engine_account(h->engine, op->u.limit.account)->limits;
  if (none) {
    rc = clear_limit(&limits, op->u.limit.key, err);
  } else {
    rc = oms_session_set_limit(&config, op->u.limit.key, op->u.limit.value, err);
  }
  uint8_t *flags = NULL;
  if (rc == OMS_OK && !none && restricted) {
    limits.restricted = flags = flags_of(h, &config.limits[0]);
    limits.restricted_n = oms_engine_instrument_count(h->engine);
    rc = flags == NULL ? OMS_ERR_NOMEM : OMS_OK;
  } else if (rc == OMS_OK && !none) {
    oms_host_overlay_limits(&limits, &config.limits[0].limits);
  }
  if (rc == OMS_OK) {
    rc = oms_engine_set_limits(h->engine, op->u.limit.account, &limits);
  }
  oms_free(flags);
  oms_session_config_free(&config);
  return rc;
}

void oms_op_limit(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  uint16_t account = op->u.limit.account;
  if (account >= oms_engine_account_count(h->engine) || op->u.limit.key == NULL ||
      op->u.limit.value == NULL) {
    r->rc = oms_error_set(&r->error, OMS_ERR_USAGE, "a limit needs an account, a key and a value");
    return;
  }
  int rc = set_limit(h, op, &r->error);
  if (rc == OMS_OK) {
    rc = put_limits(h, account);
  }
  if (rc == OMS_OK) {
    rc = oms_host_note(h, "limit %s %s=%s by %s", oms_engine_account(h->engine, account)->id,
                       op->u.limit.key, op->u.limit.value, op->by);
  }
  oms_op_fail(r, rc);
}

/* Settings. */

static oms_host_setting_t *find_setting(const oms_host_t *h, uint16_t account, const char *key) {
  for (size_t i = 0; i < h->input.settings.n; i++) {
    oms_host_setting_t *s = OMS_AT(&h->input.settings, oms_host_setting_t, i);
    if (s->account == account && strcmp(s->key, key) == 0) {
      return s;
    }
  }
  return NULL;
}

const char *oms_input_setting(const oms_host_t *h, uint16_t account, const char *key) {
  const oms_host_setting_t *s = find_setting(h, account, key);
  return s == NULL ? NULL : s->value;
}

int oms_input_set(oms_host_t *h, uint16_t account, const char *key, const char *value) {
  oms_host_setting_t *s = find_setting(h, account, key);
  oms_host_setting_t made = {.account = account, .value = oms_alloc_text(value)};
  if (made.value == NULL) {
    return OMS_ERR_NOMEM;
  }
  if (s != NULL) {
    oms_free(s->value);
    s->value = made.value;
    return OMS_OK;
  }
  made.key = oms_alloc_text(key);
  if (made.key == NULL || oms_array_push(&h->input.settings, &made) != OMS_OK) {
    oms_free(made.key);
    oms_free(made.value);
    return OMS_ERR_NOMEM;
  }
  return OMS_OK;
}

void oms_op_setting(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  if (op->u.setting.account >= oms_engine_account_count(h->engine) || op->u.setting.key == NULL ||
      op->u.setting.value == NULL) {
    r->rc =
        oms_error_set(&r->error, OMS_ERR_USAGE, "a setting needs an account, a key and a value");
    return;
  }
  oms_op_fail(r, oms_input_set(h, op->u.setting.account, op->u.setting.key, op->u.setting.value));
}
