/* engine_more.c - the parts of an order that it shares or does not have: its rare terms and links,
 * in a row of their own where it has any, and its origin. Invariants: the shared rows are never
 * written; a row of a draft lies with its drawer until engine_keep_more. */
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "core/engine_int.h"

static const oms_order_origin_t no_origin;

void engine_start_more(oms_order_t *o) {
  o->more = &oms_order_no_more;
  o->origin = &no_origin;
}

static bool is_plain(const oms_terms_t *t) {
  return t->display_qty == OMS_NO_PRICE && t->notional == OMS_NO_PRICE &&
         t->stop_price == OMS_NO_PRICE && t->trail_price == OMS_NO_PRICE &&
         t->limit_offset == OMS_NO_PRICE && t->trail_percent == OMS_NO_PRICE &&
         t->expire_at == OMS_NO_TIME && t->parent == OMS_NONE && t->group == OMS_NONE;
}

void engine_draft_more(oms_order_t *o, oms_order_more_t *draft, const oms_terms_t *t) {
  if (OMS_LIKELY(is_plain(t))) {
    o->more = &oms_order_no_more;
    return;
  }
  *draft = oms_order_no_more;
  draft->asked_qty = t->qty;
  draft->display_qty = t->display_qty;
  draft->notional = t->notional;
  draft->stop_price = t->stop_price;
  draft->trail_price = t->trail_price;
  draft->limit_offset = t->limit_offset;
  draft->trail_percent = t->trail_percent;
  draft->expire_at = t->expire_at;
  draft->parent = t->parent;
  o->more = draft;
}

int engine_keep_more(oms_engine_t *e, oms_order_t *o) {
  uint32_t i;
  if (o->more == &oms_order_no_more) {
    return OMS_OK;
  }
  int rc = oms_pool_new(&e->more, &i);
  if (rc == OMS_OK) {
    oms_order_more_t *row = oms_pool_at(&e->more, i);
    *row = *o->more;
    o->more = row;
  }
  return rc == OMS_OK ? OMS_OK : OMS_ERR_NOMEM;
}

int engine_need_more(oms_engine_t *e, oms_order_t *o) {
  if (o->more != &oms_order_no_more) {
    return OMS_OK;
  }
  oms_order_more_t draft = oms_order_no_more;
  draft.asked_qty = o->qty;
  o->more = &draft;
  int rc = engine_keep_more(e, o);
  if (rc != OMS_OK) {
    o->more = &oms_order_no_more;
  }
  return rc;
}

void engine_drop_more(oms_engine_t *e, const oms_order_t *o) {
  bool newest = e->more.n > 0 && o->more == oms_pool_at(&e->more, e->more.n - 1);
  e->more.n -= newest ? 1 : 0;
}

static bool same(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_origin(const oms_order_origin_t *o, const oms_order_origin_t *like) {
  return same(o->tag, like->tag) && same(o->script_hash, like->script_hash) &&
         same(o->entered_by, like->entered_by) && same(o->route, like->route);
}

static uint64_t hash_text(const char *text, uint64_t seed) {
  return text == NULL ? seed + 1 : oms_hash64(text, strlen(text), seed);
}

static const oms_order_origin_t **place_of(oms_engine_t *e, const oms_order_origin_t *like) {
  uint64_t h = hash_text(like->tag, 0);
  h = hash_text(like->entered_by, h);
  h = hash_text(like->script_hash, h);
  h = hash_text(like->route, h);
  return &e->origins[h % OMS_COUNT(e->origins)];
}

static int make_origin(oms_engine_t *e, const oms_order_origin_t *like,
                       const oms_order_origin_t **out) {
  oms_order_origin_t o;
  oms_order_origin_t *row = oms_arena_zero(&e->texts, 1, sizeof *row);
  int rc = row == NULL ? OMS_ERR_NOMEM : OMS_OK;
  rc = rc == OMS_OK ? engine_shared_text(e, &e->last_tag, like->tag, &o.tag) : rc;
  rc = rc == OMS_OK ? engine_shared_text(e, &e->last_entered_by, like->entered_by, &o.entered_by)
                    : rc;
  rc = rc == OMS_OK ? engine_shared_text(e, &e->last_script_hash, like->script_hash, &o.script_hash)
                    : rc;
  rc = rc == OMS_OK ? engine_shared_text(e, &e->last_route, like->route, &o.route) : rc;
  if (rc == OMS_OK) {
    *row = o;
    *out = row;
  }
  return rc;
}

/* Nearly always it is that of the order before, else one of the last few. */
int engine_origin(oms_engine_t *e, const oms_order_origin_t *like, const oms_order_origin_t **out) {
  if (OMS_LIKELY(e->last_origin != NULL && is_origin(e->last_origin, like))) {
    *out = e->last_origin;
    return OMS_OK;
  }
  const oms_order_origin_t **place = place_of(e, like);
  if (*place == NULL || !is_origin(*place, like)) {
    int rc = make_origin(e, like, place);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  *out = e->last_origin = *place;
  return OMS_OK;
}
