/* doubt.c - requests with a key that is not known. It may have been made a moment ago by another
 * process, of which the host hears a little later: such a request waits before it is refused, which
 * also slows down whoever tries keys out. What it holds of a secret is wiped. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "api/api_core.h"
#include "base/alloc.h"

#define DOUBT_NS (500 * INT64_C(1000000)) /* the journal's writer looks four times a second */
#define AGAIN_NS (50 * INT64_C(1000000))

struct oms_doubt {
  oms_doubt_t *next;
  oms_item_t *item;
  int64_t until; /* monotonic ns */
  char id[33], secret[257];
};

bool oms_doubt_take(oms_api_t *api, oms_item_t *item, const char *id, const char *secret) {
  if (strlen(id) > 32 || strlen(secret) > 256) {
    return false;
  }
  oms_doubt_t *d = oms_alloc_zero(1, sizeof *d);
  if (d == NULL) {
    return false;
  }
  d->item = item;
  d->until = oms_api_now(api) + DOUBT_NS;
  snprintf(d->id, sizeof d->id, "%s", id);
  snprintf(d->secret, sizeof d->secret, "%s", secret);
  d->next = api->doubts;
  api->doubts = d;
  api->doubt_n++;
  oms_api_due_within(api, AGAIN_NS);
  return true;
}

static void drop(oms_api_t *api, oms_doubt_t **at) {
  oms_doubt_t *d = *at;
  *at = d->next;
  api->doubt_n--;
  OPENSSL_cleanse(d->secret, sizeof d->secret);
  oms_free(d);
}

static void refuse(oms_api_t *api, oms_item_t *item) {
  oms_answer_error(api, item->conn, item->number, 401, OMS_API_UNAUTHORIZED, OMS_BAD_KEY, NULL,
                   NULL);
  oms_free(item);
}

void oms_doubts_look(oms_api_t *api) {
  int64_t now = api->doubts == NULL ? 0 : oms_api_now(api);
  for (oms_doubt_t **at = &api->doubts; *at != NULL;) {
    oms_item_t *item = (*at)->item;
    bool known = api->live.key(api->live.self, (*at)->id) != NULL;
    const oms_key_record_t *key = known ? oms_auth_check(api, (*at)->id, (*at)->secret) : NULL;
    if (!known && now < (*at)->until && !api->stopping) {
      at = &(*at)->next;
      continue;
    }
    drop(api, at);
    if (key == NULL) {
      refuse(api, item);
    } else {
      oms_api_admit_late(api, item, key);
    }
  }
  if (api->doubts != NULL) {
    oms_api_due_within(api, AGAIN_NS);
  }
}

void oms_doubts_free(oms_api_t *api) {
  while (api->doubts != NULL) {
    oms_free(api->doubts->item);
    drop(api, &api->doubts);
  }
}
