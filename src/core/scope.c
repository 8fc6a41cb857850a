/* scope.c - see scope.h. */
#include "core/scope.h"

#include "base/containers.h"

#define NAMES_MAX 64 /* that a misspelled one is compared with */

const char *oms_scope_word(int kind) {
  switch (kind) {
  case OMS_SCOPE_ACCOUNT:
    return "account";
  case OMS_SCOPE_OWNER:
    return "strategy";
  case OMS_SCOPE_INSTRUMENT:
    return "symbol";
  default:
    return "all";
  }
}

uint32_t oms_scope_count(const oms_engine_t *e, int kind) {
  switch (kind) {
  case OMS_SCOPE_ACCOUNT:
    return oms_engine_account_count(e);
  case OMS_SCOPE_OWNER:
    return oms_engine_owner_count(e);
  case OMS_SCOPE_INSTRUMENT:
    return oms_engine_instrument_count(e);
  default:
    return 1;
  }
}

const char *oms_scope_name(const oms_engine_t *e, oms_scope_t scope) {
  switch (scope.kind) {
  case OMS_SCOPE_ACCOUNT:
    return oms_engine_account(e, scope.index)->id;
  case OMS_SCOPE_OWNER:
    return oms_engine_owner(e, scope.index)->id;
  case OMS_SCOPE_INSTRUMENT:
    return oms_engine_instrument(e, scope.index)->symbol;
  default:
    return "all";
  }
}

static uint32_t index_of(const oms_engine_t *e, int kind, const char *name) {
  switch (kind) {
  case OMS_SCOPE_ACCOUNT:
    return oms_engine_find_account(e, name);
  case OMS_SCOPE_OWNER:
    return oms_engine_find_owner(e, name);
  case OMS_SCOPE_INSTRUMENT:
    return oms_engine_find_instrument(e, name);
  default:
    return OMS_NONE;
  }
}

int oms_scope_find(const oms_engine_t *e, int kind, const char *name, oms_scope_t *out,
                   oms_error_t *err) {
  const char *names[NAMES_MAX];
  char near[OMS_NEAR_TEXT];
  uint32_t n = oms_scope_count(e, kind);
  *out = (oms_scope_t){kind, index_of(e, kind, name)};
  if (out->index != OMS_NONE) {
    return OMS_OK;
  }
  n = n < NAMES_MAX ? n : NAMES_MAX;
  for (uint32_t i = 0; i < n; i++) {
    names[i] = oms_scope_name(e, (oms_scope_t){kind, i});
  }
  return oms_error_set(err, OMS_ERR_NOT_FOUND, "there is no %s '%.80s'%s", oms_scope_word(kind),
                       name, oms_near_text(oms_nearest_word(name, names, n), near));
}

bool oms_scope_holds(oms_scope_t scope, uint16_t account, uint16_t owner, uint32_t instrument) {
  switch (scope.kind) {
  case OMS_SCOPE_ACCOUNT:
    return account == scope.index;
  case OMS_SCOPE_OWNER:
    return owner == scope.index;
  case OMS_SCOPE_INSTRUMENT:
    return instrument == scope.index;
  default:
    return true;
  }
}
