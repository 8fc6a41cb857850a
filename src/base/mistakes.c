/* mistakes.c - see mistakes.h. */
#include "base/mistakes.h"

#include <string.h>

bool oms_is_mistake(int code) {
  return code == OMS_ERR_USAGE || code == OMS_ERR_SCRIPT || code == OMS_ERR_NOT_FOUND ||
         code == OMS_ERR_DATA || code == OMS_ERR_IO;
}

void oms_mistakes_add(oms_mistakes_t *m, const oms_error_t *err) {
  size_t n = strcspn(err->message, "\n");
  if (m->n++ == 0) {
    m->first = *err;
    m->code = err->code;
  }
  if (m->used + n + 4 > sizeof m->text) {
    return;
  }
  memcpy(m->text + m->used, "\n  ", 3);
  memcpy(m->text + m->used + 3, err->message, n);
  m->used += n + 3;
  m->text[m->used] = '\0';
}

int oms_mistakes_tell(const oms_mistakes_t *m, const char *what, oms_error_t *err) {
  if (m->n == 0) {
    return OMS_OK;
  }
  if (m->n > 1) {
    return oms_error_set(err, m->code, "%zu %s are wrong:%s", m->n, what, m->text);
  }
  return oms_error_set(err, m->code, "%s", m->first.message);
}
