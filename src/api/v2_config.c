/* v2_config.c - the settings of an account that its clients keep. What this host can honor is
 * honored (suspend_trade, no_shorting, fractional_trading); the rest is kept and told. */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"

void oms_v2_get_configurations(oms_call_t *c) {
  const oms_schema_t *schema = oms_schema_find("AccountConfigurations");
  oms_writer_t *w = c->out;
  if (!oms_v2_has_account(c)) {
    return;
  }
  oms_write_object(w, NULL);
  for (size_t i = 0; i < schema->n; i++) {
    const oms_field_t *f = &schema->fields[i];
    const char *value = c->live->setting(c->live->self, c->account, f->name);
    value = value != NULL ? value : f->fallback;
    if (value == NULL) {
      oms_write_null(w, f->name);
    } else if (f->type == OMS_FIELD_BOOL) {
      oms_write_bool(w, f->name, strcmp(value, "true") == 0);
    } else if (f->type == OMS_FIELD_INT) {
      oms_write_json(w, f->name, value, strlen(value));
    } else {
      oms_write_text(w, f->name, value);
    }
  }
  oms_write_object_end(w);
}

static bool set(oms_call_t *c, const oms_field_t *f, const oms_value_t *v) {
  char number[24];
  oms_op_t op = {.kind = OMS_OP_SETTING, .by = c->by};
  oms_op_result_t result;
  op.u.setting.account = c->account;
  op.u.setting.key = f->name;
  op.u.setting.value = v->text;
  if (f->type == OMS_FIELD_BOOL) {
    op.u.setting.value = v->number == 1 ? "true" : "false";
  } else if (f->type == OMS_FIELD_INT) {
    snprintf(number, sizeof number, "%lld", (long long)v->number);
    op.u.setting.value = number;
  } else {
    op.u.setting.value = f->words[v->number];
  }
  return oms_call_apply(c, &op, &result);
}

void oms_v2_patch_configurations(oms_call_t *c) {
  const oms_schema_t *schema = oms_schema_find("AccountConfigurations");
  oms_value_t v[CONFIG_COUNT];
  if (!oms_v2_has_account(c) || !oms_call_body(c, v, CONFIG_COUNT)) {
    return;
  }
  for (size_t i = 0; i < CONFIG_COUNT; i++) {
    if (v[i].given && !set(c, &schema->fields[i], &v[i])) {
      return;
    }
  }
  oms_v2_get_configurations(c);
}
