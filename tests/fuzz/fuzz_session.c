/* Any bytes as a session file, or (first byte '-') as KEY=VALUE settings of the command line:
 * no crash, no leak, an error has a text, and what loads stands the check of names. A file that
 * loads runs its timeline and check. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "bind/session_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const oms_desk_t *empty_desk(void) {
  static oms_desk_t desk;
  if (desk.engine == NULL) {
    const oms_engine_config_t config = {.seed = 1, .orders = 4, .fills = 4};
    desk.engine = oms_engine_new(&config);
    OMS_CHECK(desk.engine != NULL);
  }
  return &desk;
}

static void as_file(const char *text, size_t n) {
  /* The budget keeps endless loops, which mutation finds soon, from eating the fuzzer's time. */
  const oms_session_source_t source = {
      .path = "f.lua", .text = text, .n = n, .budget_ns = INT64_C(8000000)};
  oms_session_file_t *f = NULL;
  oms_error_t err = {.code = OMS_OK};
  int rc = oms_session_file_open(&source, &f, &err);
  OMS_CHECK((rc == OMS_OK) == (f != NULL));
  if (rc != OMS_OK) {
    OMS_CHECK(err.code == rc && err.message[0] != '\0');
    return;
  }
  const oms_session_config_t *c = oms_session_file_config(f);
  OMS_CHECK(oms_session_config_check(c, NULL) == OMS_OK);
  OMS_CHECK(c->data_n > 0 && c->account_n > 0 && c->name != NULL);
  const oms_summary_field_t summary = {.name = "trades", .kind = OMS_FIELD_INTEGER};
  rc = oms_session_file_check(f, empty_desk(), &summary, 1, NULL);
  OMS_CHECK(rc == OMS_OK || rc == OMS_ERR_CHECK || rc == OMS_ERR_NOMEM);
  oms_session_file_free(f);
}

/* Lines of KEY=VALUE; the first letter of a line chooses the table. */
static void as_settings(const char *text, size_t n) {
  oms_session_config_t c;
  OMS_CHECK(oms_session_config_init(&c) == OMS_OK);
  for (const char *end = text + n; text < end;) {
    char line[256];
    const char *stop = memchr(text, '\n', (size_t)(end - text));
    size_t length = (size_t)((stop != NULL ? stop : end) - text);
    size_t kept = length < sizeof line ? length : sizeof line - 1;
    memcpy(line, text, kept);
    line[kept] = '\0';
    text += length + 1;
    char *value = strchr(line, '=');
    if (value == NULL || line[0] == '\0') {
      oms_session_set_commission(&c, line, NULL);
      continue;
    }
    *value++ = '\0';
    if (line[0] == 'v') {
      oms_session_set_venue(&c, line + 1, value, NULL);
    } else if (line[0] == 'l') {
      oms_session_set_limit(&c, line + 1, value, NULL);
    } else {
      oms_session_set_time(&c, line[0] == 'f' ? "from" : "to", value, NULL);
    }
  }
  oms_session_config_check(&c, NULL);
  oms_session_config_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  long live = (empty_desk(), oms_alloc_live());
  if (size > 0 && data[0] == '-') {
    as_settings((const char *)data + 1, size - 1);
  } else {
    as_file((const char *)data, size);
  }
  OMS_CHECK(oms_alloc_live() == live);
  return 0;
}
