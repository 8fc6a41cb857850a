/* engine.c - the engine's life, its set-up, the one door for commands, and what can be read from
 * it. Leaves the work to the engine_*.c files beside it: submit, cancel, replace, report, fill,
 * bust, group, account, action, terms, replay, check, window, store. */
#include "core/engine.h"

#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/hash.h"
#include "core/engine_int.h"

#define ORDER_SHIFT 10
#define FILL_SHIFT  12
#define SMALL_SHIFT 6
/* A million times: equity times leverage then always fits 128 bits. */
#define MOST_LEVERAGE (OMS_PRICE_SCALE * 1000000)

static int take_pools(oms_engine_t *e) {
  const oms_engine_config_t *c = &e->config;
  int rc = oms_pool_init(&e->orders, sizeof(oms_order_t), ORDER_SHIFT, c->orders);
  rc = rc == OMS_OK ? oms_pool_init(&e->fills, sizeof(oms_fill_t), FILL_SHIFT, c->fills) : rc;
  rc = rc == OMS_OK ? oms_lots_init(&e->lots, c->fills < 1024 ? c->fills : 1024) : rc;
  rc =
      rc == OMS_OK ? oms_pool_init(&e->positions, sizeof(oms_position_cell_t), SMALL_SHIFT, 1) : rc;
  rc = rc == OMS_OK ? oms_pool_init(&e->groups, sizeof(oms_group_t), SMALL_SHIFT, 0) : rc;
  rc = rc == OMS_OK ? oms_pool_init(&e->instruments, sizeof(oms_instrument_cell_t), 4, 1) : rc;
  rc = rc == OMS_OK ? oms_pool_init(&e->accounts, sizeof(oms_account_cell_t), 4, 1) : rc;
  rc = rc == OMS_OK ? oms_pool_init(&e->owners, sizeof(oms_owner_cell_t), 4, 1) : rc;
  rc = rc == OMS_OK ? oms_pool_init(&e->more, sizeof(oms_order_more_t), SMALL_SHIFT, 0) : rc;
  rc = rc == OMS_OK ? oms_pool_init(&e->numbered, sizeof(uint32_t), FILL_SHIFT, c->fills) : rc;
  rc = rc == OMS_OK ? oms_map_init(&e->places, 64) : rc;
  return rc == OMS_OK ? oms_map_init(&e->names, 64) : rc;
}

oms_engine_t *oms_engine_new(const oms_engine_config_t *config) {
  oms_engine_t *e = oms_alloc_zero(1, sizeof *e);
  if (e == NULL) {
    return NULL;
  }
  e->config = *config;
  e->first_open = e->last_open = OMS_NONE;
  e->now = INT64_MIN;
  e->next_roll = INT64_MIN;
  e->subject = e->new_group = OMS_NONE;
  e->has_commission = oms_commission_charges(&config->commission);
  oms_array_init(&e->originals, sizeof(oms_original_t));
  oms_array_init(&e->actions, sizeof(engine_action_t));
  uint16_t external;
  if (take_pools(e) != OMS_OK ||
      oms_engine_add_owner(e, &(oms_owner_t){.id = "external"}, &external) != OMS_OK) {
    oms_engine_free(e);
    return NULL;
  }
  return e;
}

void oms_engine_free(oms_engine_t *e) {
  if (e == NULL) {
    return;
  }
  for (uint32_t i = 0; i < e->accounts.n; i++) {
    engine_limits_free(engine_account(e, i));
  }
  oms_pool_t *pools[] = {&e->orders,      &e->fills,    &e->positions, &e->groups,  &e->more,
                         &e->instruments, &e->accounts, &e->owners,    &e->numbered};
  for (size_t i = 0; i < OMS_COUNT(pools); i++) {
    oms_pool_free(pools[i]);
  }
  oms_lots_free(&e->lots);
  oms_index_free(&e->keys);
  oms_index_free(&e->executions);
  oms_map_free(&e->places);
  oms_map_free(&e->names);
  oms_array_free(&e->originals);
  oms_array_free(&e->actions);
  oms_arena_free(&e->texts);
  oms_free(e);
}

int oms_engine_make_room(oms_engine_t *e, size_t n) {
  return oms_index_reserve(&e->keys, n);
}

enum name_kind { NAME_INSTRUMENT, NAME_ACCOUNT, NAME_OWNER };

static const char *name_of(const oms_engine_t *e, int kind, uint32_t i) {
  const oms_pool_t *pools[] = {&e->instruments, &e->accounts, &e->owners};
  if (i >= pools[kind]->n) {
    return NULL;
  }
  return kind == NAME_INSTRUMENT ? engine_instrument(e, i)->i.symbol
         : kind == NAME_ACCOUNT  ? engine_account(e, i)->a.id
                                 : engine_owner(e, i)->o.id;
}

static uint32_t find_name(const oms_engine_t *e, int kind, const char *name) {
  uint64_t key = oms_hash64(name, strlen(name), (uint64_t)kind);
  size_t at = SIZE_MAX;
  uint32_t i;
  while (oms_map_next(&e->names, key, &at, &i)) {
    const char *known = name_of(e, kind, i);
    if (known != NULL && strcmp(known, name) == 0) {
      return i;
    }
  }
  return OMS_NONE;
}

/* Room and name for the next thing of a kind; '*copy' is its name for good. */
static int add_name(oms_engine_t *e, int kind, oms_pool_t *pool, const char *name,
                    const char **copy) {
  if (name == NULL || find_name(e, kind, name) != OMS_NONE) {
    return name == NULL ? OMS_ERR_USAGE : OMS_ERR_EXISTS;
  }
  if (kind != NAME_INSTRUMENT && pool->n >= UINT16_MAX) {
    return OMS_ERR_FULL;
  }
  int rc = engine_room(pool, 1);
  if (rc == OMS_OK) {
    rc = engine_text(e, name, copy);
  }
  uint64_t key = oms_hash64(name, strlen(name), (uint64_t)kind);
  return rc == OMS_OK ? oms_map_put(&e->names, key, pool->n) : rc;
}

static void *add_cell(oms_engine_t *e, oms_pool_t *pool, uint8_t trading_state) {
  uint32_t index;
  int rc = oms_pool_new(pool, &index);
  OMS_CHECK(rc == OMS_OK);
  e->restricted_scopes += trading_state != OMS_TRADING_STATE_ACTIVE ? 1 : 0;
  return oms_pool_at(pool, index);
}

int oms_engine_add_instrument(oms_engine_t *e, const oms_instrument_t *i, uint32_t *index) {
  oms_instrument_t copy = *i;
  if (i->multiplier <= 0) {
    return OMS_ERR_USAGE;
  }
  int rc = engine_text(e, i->currency, &copy.currency);
  if (rc == OMS_OK) {
    rc = add_name(e, NAME_INSTRUMENT, &e->instruments, i->symbol, &copy.symbol);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  *index = e->instruments.n;
  *(oms_instrument_cell_t *)add_cell(e, &e->instruments, i->trading_state) =
      (oms_instrument_cell_t){.i = copy, .mid = OMS_NO_PRICE, .first_net = OMS_NONE};
  return OMS_OK;
}

static int copy_account_texts(oms_engine_t *e, oms_account_t *a) {
  const char **texts[] = {&a->fdid, &a->customer_id, &a->mpid, &a->dept};
  int rc = OMS_OK;
  for (size_t i = 0; i < OMS_COUNT(texts) && rc == OMS_OK; i++) {
    rc = engine_text(e, *texts[i], texts[i]);
  }
  return rc;
}

int oms_engine_add_account(oms_engine_t *e, const oms_account_t *a, uint16_t *index) {
  oms_account_cell_t cell = {.a = *a};
  if (a->multiplier > MOST_LEVERAGE) {
    return OMS_ERR_USAGE;
  }
  cell.a.cash = a->initial_cash;
  cell.a.day = INT64_MIN;
  if (a->multiplier <= 0) {
    int64_t times = a->type == OMS_ACCOUNT_TYPE_CASH ? 1 : 2;
    cell.a.multiplier = times * OMS_PRICE_SCALE;
  }
  cell.a.day_start_equity = cell.a.day_peak_equity = oms_account_equity(&cell.a);
  int rc = copy_account_texts(e, &cell.a);
  if (rc == OMS_OK) {
    rc = engine_take_limits(&cell, &a->limits);
  }
  if (rc == OMS_OK) {
    rc = add_name(e, NAME_ACCOUNT, &e->accounts, a->id, &cell.a.id);
  }
  if (rc != OMS_OK) {
    engine_limits_free(&cell);
    return rc;
  }
  *index = (uint16_t)e->accounts.n;
  *(oms_account_cell_t *)add_cell(e, &e->accounts, a->trading_state) = cell;
  e->next_roll = INT64_MIN; /* the new account's day starts with the next command */
  return OMS_OK;
}

int oms_engine_add_owner(oms_engine_t *e, const oms_owner_t *o, uint16_t *index) {
  oms_owner_cell_t cell = {.o = *o};
  int rc = engine_text(e, o->script_hash, &cell.o.script_hash);
  if (rc == OMS_OK) {
    rc = add_name(e, NAME_OWNER, &e->owners, o->id, &cell.o.id);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  *index = (uint16_t)e->owners.n;
  *(oms_owner_cell_t *)add_cell(e, &e->owners, o->trading_state) = cell;
  return OMS_OK;
}

/* The text is shared with the orders that carry it; where memory is short the old hash stays. */
void oms_engine_set_owner_hash(oms_engine_t *e, uint16_t owner, const char *script_hash) {
  if (owner < e->owners.n) {
    (void)engine_text(e, script_hash, &engine_owner(e, owner)->o.script_hash);
  }
}

static int raise_alert(oms_engine_t *e, const oms_command_t *c) {
  const char *text;
  uint32_t order = c->u.alert.order;
  if (order != OMS_NONE && order >= e->orders.n) {
    return OMS_ERR_STALE;
  }
  int rc = engine_text(e, c->u.alert.text, &text);
  if (rc == OMS_OK) {
    engine_emit(e, &(engine_news_t){.type = OMS_EVENT_ALERT,
                                    .o = order == OMS_NONE ? NULL : engine_order(e, order),
                                    .fill = OMS_NONE,
                                    .code = c->u.alert.code,
                                    .ts = e->now,
                                    .message = text});
  }
  return rc;
}

static int about_order(oms_engine_t *e, const oms_command_t *c, uint32_t order,
                       int (*apply)(oms_engine_t *, const oms_command_t *)) {
  if (order >= e->orders.n) {
    return OMS_ERR_STALE;
  }
  e->subject = order;
  return apply(e, c);
}

static int dispatch(oms_engine_t *e, const oms_command_t *c) {
  switch (c->type) {
  case OMS_COMMAND_SUBMIT:
    return engine_submit(e, c);
  case OMS_COMMAND_VERDICT:
    return about_order(e, c, c->u.verdict.order, engine_verdict);
  case OMS_COMMAND_SEND:
    return about_order(e, c, c->u.send.order, engine_send);
  case OMS_COMMAND_CANCEL:
    return about_order(e, c, c->u.cancel.order, engine_cancel);
  case OMS_COMMAND_REPLACE:
    return about_order(e, c, c->u.replace.order, engine_replace);
  case OMS_COMMAND_DROP:
    return about_order(e, c, c->u.drop.order, engine_drop);
  case OMS_COMMAND_REPORT:
    return about_order(e, c, c->u.report.order, engine_report);
  case OMS_COMMAND_RELEASE:
    return about_order(e, c, c->u.release.order, engine_release);
  case OMS_COMMAND_RESIZE:
    return about_order(e, c, c->u.resize.order, engine_resize);
  case OMS_COMMAND_GROUP:
    return engine_make_group(e, c);
  case OMS_COMMAND_GROUP_STATE:
    return engine_note_group(e, c);
  case OMS_COMMAND_CLAIM:
    return engine_claim(e, c);
  case OMS_COMMAND_MARK:
    return engine_mark(e, c);
  case OMS_COMMAND_QUOTE:
    return engine_quote(e, c);
  case OMS_COMMAND_CORPORATE:
    return engine_corporate(e, c);
  case OMS_COMMAND_STATE:
    return engine_set_state(e, c);
  case OMS_COMMAND_ALERT:
    return raise_alert(e, c);
  case OMS_COMMAND_TIME:
    return OMS_OK;
  }
  return OMS_ERR_USAGE;
}

int oms_engine_apply(oms_engine_t *e, const oms_command_t *c, oms_sink_t *sink) {
  if (c->now < e->now) {
    return OMS_ERR_USAGE;
  }
  e->now = c->now;
  if (OMS_UNLIKELY(c->now >= e->next_roll)) {
    engine_roll_days(e);
  }
  e->subject = OMS_NONE;
  e->refusal = OMS_CODE_NONE;
  if (c->type == OMS_COMMAND_TIME) { /* each step begins with it */
    return OMS_OK;
  }
  e->sink = sink;
  int rc = dispatch(e, c);
  e->sink = NULL;
  return rc;
}

uint32_t oms_engine_subject(const oms_engine_t *e) {
  return e->subject;
}

uint32_t oms_engine_new_group(const oms_engine_t *e) {
  return e->new_group;
}

oms_code_t oms_engine_refusal(const oms_engine_t *e, const char **message) {
  if (message != NULL) {
    *message = e->refusal == OMS_CODE_NONE ? "" : e->refusal_message;
  }
  return e->refusal;
}

uint32_t oms_engine_order_count(const oms_engine_t *e) {
  return e->orders.n;
}
const oms_order_t *oms_engine_order(const oms_engine_t *e, uint32_t index) {
  return engine_order(e, index);
}
uint32_t oms_engine_fill_count(const oms_engine_t *e) {
  return e->fills.n;
}
const oms_fill_t *oms_engine_fill(const oms_engine_t *e, uint32_t index) {
  return engine_fill(e, index);
}
uint32_t oms_engine_instrument_count(const oms_engine_t *e) {
  return e->instruments.n;
}
const oms_instrument_t *oms_engine_instrument(const oms_engine_t *e, uint32_t index) {
  return &engine_instrument(e, index)->i;
}
uint32_t oms_engine_account_count(const oms_engine_t *e) {
  return e->accounts.n;
}
const oms_account_t *oms_engine_account(const oms_engine_t *e, uint32_t index) {
  return &engine_account(e, index)->a;
}
uint32_t oms_engine_owner_count(const oms_engine_t *e) {
  return e->owners.n;
}
const oms_owner_t *oms_engine_owner(const oms_engine_t *e, uint32_t index) {
  return &engine_owner(e, index)->o;
}
const oms_group_t *oms_engine_group(const oms_engine_t *e, uint32_t index) {
  return engine_group(e, index);
}
uint32_t oms_engine_find_instrument(const oms_engine_t *e, const char *symbol) {
  return find_name(e, NAME_INSTRUMENT, symbol);
}
uint32_t oms_engine_find_account(const oms_engine_t *e, const char *id) {
  return find_name(e, NAME_ACCOUNT, id);
}
uint32_t oms_engine_find_owner(const oms_engine_t *e, const char *id) {
  return find_name(e, NAME_OWNER, id);
}
uint32_t oms_engine_find_order(const oms_engine_t *e, uint16_t account, const char *id) {
  return engine_find_key(e, account, id);
}
uint32_t oms_engine_first_open(const oms_engine_t *e) {
  return e->first_open;
}
uint32_t oms_engine_position_count(const oms_engine_t *e) {
  return e->positions.n;
}
const oms_position_t *oms_engine_position(const oms_engine_t *e, uint32_t index) {
  return engine_position(e, index);
}
const oms_lot_t *oms_engine_lot(const oms_engine_t *e, uint32_t index) {
  return oms_pool_at(&e->lots.pool, index);
}
