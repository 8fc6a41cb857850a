/* image_load.c - an engine from an image. The digest tells damage; beyond it every index, word and
 * sum that later code follows without looking is checked here, so that no bytes make an engine
 * that reads what is not there. Invariant: an engine is handed out whole or not at all. */
#include "base/alloc.h"
#include "base/check.h"
#include "base/hash.h"
#include "core/image_int.h"

/* Keys go in a few rows later, when their places have come near. */
#define PENDING 16u
typedef struct pending {
  uint64_t hash;
  uint32_t order;
} pending_t;

typedef struct reader {
  oms_engine_t *e;
  pending_t keys[PENDING];
  uint32_t key_n, keys_in; /* met, and put in of these */
  oms_unpack_t u;
  image_head_t h;
  oms_order_origin_t last; /* texts of the rows before, in the bytes */
  oms_order_t no_order;    /* rows in which all is absent */
  oms_fill_t no_fill;
} reader_t;

static int data_unless(bool good) {
  return good ? OMS_OK : OMS_ERR_DATA;
}

static bool is_index(uint32_t i, uint32_t n) {
  return i == OMS_NONE || i < n;
}

static oms_int128_t take_wide(oms_unpack_t *u) {
  uint64_t high = (uint64_t)oms_unpack_i64(u);
  uint64_t low = oms_unpack_u64(u);
  return (oms_int128_t)((oms_uint128_t)high << 64 | low);
}

/* Names. */

static int load_instrument(reader_t *r) {
  oms_instrument_t i;
  uint32_t index;
  if (!oms_instrument_unpack(&r->u, &i)) {
    return OMS_ERR_DATA;
  }
  int rc = oms_engine_add_instrument(r->e, &i, &index);
  if (rc == OMS_OK) {
    engine_instrument(r->e, index)->mid = oms_unpack_maybe(&r->u);
  }
  return rc;
}

static int load_account(reader_t *r) {
  oms_account_t a;
  uint16_t index;
  if (!oms_account_unpack(&r->u, &a)) {
    return OMS_ERR_DATA;
  }
  int rc = oms_engine_add_account(r->e, &a, &index);
  if (rc != OMS_OK) {
    return rc;
  }
  return data_unless(fields_unpack(&r->u, &engine_account(r->e, index)->a, &image_account_table));
}

/* "external" is there already, as in every engine. */
static int load_owner(reader_t *r, uint32_t i) {
  oms_owner_t o;
  uint16_t index;
  if (!fields_unpack(&r->u, &o, &image_owner_table)) {
    return OMS_ERR_DATA;
  }
  if (i > 0) {
    return oms_engine_add_owner(r->e, &o, &index);
  }
  if (o.id == NULL || strcmp(o.id, engine_owner(r->e, 0)->o.id) != 0) {
    return OMS_ERR_DATA;
  }
  engine_owner(r->e, 0)->o.trading_state = o.trading_state;
  r->e->restricted_scopes += o.trading_state != OMS_TRADING_STATE_ACTIVE ? 1 : 0;
  return engine_text(r->e, o.script_hash, &engine_owner(r->e, 0)->o.script_hash);
}

static int load_names(reader_t *r) {
  int rc = OMS_OK;
  for (uint32_t i = 0; i < r->h.instruments && rc == OMS_OK; i++) {
    rc = load_instrument(r);
  }
  for (uint32_t i = 0; i < r->h.accounts && rc == OMS_OK; i++) {
    rc = load_account(r);
  }
  for (uint32_t i = 0; i < r->h.owners && rc == OMS_OK; i++) {
    rc = load_owner(r, i);
  }
  return rc;
}

/* Orders. */

#define SUMS (OMS_ORDER_COUNTED | OMS_ORDER_LISTED | OMS_ORDER_FOLLOWS | OMS_ORDER_IN_DOUBT)

static bool are_links_good(const image_head_t *h, const oms_order_t *o) {
  const oms_order_more_t *m = o->more;
  return is_index(o->instrument, h->instruments) && o->account < h->accounts &&
         o->owner < h->owners && is_index(o->book, h->positions) &&
         is_index(o->net, h->positions) && is_index(o->group, h->groups) &&
         is_index(m->parent, h->orders) && is_index(m->replaces, o->index) &&
         (m->replaced_by == OMS_NONE ||
          (m->replaced_by > o->index && m->replaced_by < h->orders)) &&
         is_index(m->root, o->index) && is_index(m->original, h->originals) &&
         m->actions <= h->actions;
}

static bool is_order_good(const image_head_t *h, const oms_order_t *o) {
  bool placed = o->book != OMS_NONE && o->net != OMS_NONE;
  bool final = oms_status_is_final(o->status);
  bool exit = o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS;
  return are_links_good(h, o) && (o->instrument != OMS_NONE || final) &&
         (placed || (o->flags & SUMS) == 0) && (!final || (o->flags & SUMS) == 0) &&
         (o->held_by != OMS_HELD_BY_REPLACE || o->more->replaces != OMS_NONE) &&
         o->filled_qty >= 0 && (final || !exit || o->group != OMS_NONE) &&
         (o->group == OMS_NONE || o->more != &oms_order_no_more);
}

/* A text that rows share; '*last' is the one before. */
static bool take_shared(oms_unpack_t *u, const char **last, const char **out) {
  uint8_t what = oms_unpack_u8(u);
  if (what == IMAGE_TEXT_NEW) {
    const char *text = oms_unpack_text(u);
    if (text == NULL || (*last != NULL && strcmp(text, *last) == 0)) {
      return false;
    }
    *last = text;
  }
  *out = what == IMAGE_TEXT_NONE ? NULL : *last;
  return what <= IMAGE_TEXT_NEW && (what != IMAGE_TEXT_SAME || *last != NULL);
}

static int take_origin(reader_t *r, oms_order_t *o) {
  oms_order_origin_t origin;
  bool good = take_shared(&r->u, &r->last.tag, &origin.tag) &&
              take_shared(&r->u, &r->last.entered_by, &origin.entered_by) &&
              take_shared(&r->u, &r->last.script_hash, &origin.script_hash) &&
              take_shared(&r->u, &r->last.route, &origin.route);
  return good ? engine_origin(r->e, &origin, &o->origin) : OMS_ERR_DATA;
}

/* Sentences of codes are the program's own texts, not copies. */
static int take_message(oms_engine_t *e, oms_order_t *o) {
  const char *own = oms_code_text((oms_code_t)o->code);
  if (o->message != NULL && strcmp(o->message, own) == 0) {
    o->message = own;
    return OMS_OK;
  }
  return engine_text(e, o->message, &o->message);
}

static int put_keys(reader_t *r, uint32_t left) {
  int rc = OMS_OK;
  for (; r->key_n - r->keys_in > left && rc == OMS_OK; r->keys_in++) {
    const pending_t *key = &r->keys[r->keys_in % PENDING];
    rc = oms_index_put(&r->e->keys, key->hash, key->order);
  }
  return rc;
}

static int take_key(reader_t *r, const oms_order_t *o) {
  int rc = put_keys(r, PENDING - 1);
  if (rc == OMS_OK) {
    uint64_t hash = engine_key(o->account, o->client_order_id);
    oms_index_fetch(&r->e->keys, hash);
    r->keys[r->key_n++ % PENDING] = (pending_t){hash, o->index};
  }
  return rc;
}

static int take_texts(reader_t *r, oms_order_t *o) {
  oms_engine_t *e = r->e;
  const char *symbol = o->instrument == OMS_NONE ? oms_unpack_text(&r->u) : NULL;
  int rc = OMS_OK;
  if (o->instrument == OMS_NONE) {
    rc = symbol == NULL ? OMS_ERR_DATA : engine_text(e, symbol, &o->symbol);
  } else {
    o->symbol = engine_instrument(e, o->instrument)->i.symbol;
  }
  rc = rc == OMS_OK ? take_origin(r, o) : rc;
  rc = rc == OMS_OK ? take_message(e, o) : rc;
  rc = rc == OMS_OK ? engine_text(e, o->broker_order_id, &o->broker_order_id) : rc;
  rc = rc == OMS_OK ? engine_text(e, o->client_order_id, &o->client_order_id) : rc;
  if (rc == OMS_OK && o->client_order_id != NULL) {
    rc = take_key(r, o);
  }
  return rc;
}

/* The rare part, where the row has it, in 'more'. */
static bool take_more(reader_t *r, oms_order_t *o, oms_order_more_t *more) {
  uint8_t has = oms_unpack_u8(&r->u);
  if (has != 1) {
    return has == 0;
  }
  *more = oms_order_no_more;
  o->more = more;
  return fields_unpack(&r->u, more, &image_more_table);
}

static int load_order(reader_t *r) {
  oms_order_more_t more;
  int rc = engine_room(&r->e->orders, 1);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_order_t *o = engine_order(r->e, r->e->orders.n);
  *o = r->no_order;
  o->index = r->e->orders.n;
  bool read = fields_unpack_cleared(&r->u, o, &image_order_table);
  o->filled_notional = take_wide(&r->u);
  if (!read || r->u.failed || !take_more(r, o, &more) || !is_order_good(&r->h, o)) {
    return OMS_ERR_DATA;
  }
  rc = take_texts(r, o);
  rc = rc == OMS_OK ? engine_keep_more(r->e, o) : rc;
  if (rc == OMS_OK) {
    engine_commit(r->e, o);
  }
  return rc;
}

static int load_orders(reader_t *r) {
  oms_order_t *draft;
  int rc = engine_draft(r->e, &draft);
  if (rc == OMS_OK) {
    r->no_order = *draft;
    fields_clear(&r->no_order, &image_order_table);
    rc = oms_index_reserve(&r->e->keys, r->h.orders);
  }
  for (uint32_t i = 0; i < r->h.orders && rc == OMS_OK; i++) {
    rc = load_order(r);
  }
  return rc == OMS_OK ? put_keys(r, 0) : rc;
}

/* Groups. */

static int load_group(reader_t *r, uint32_t index) {
  oms_group_t *g = engine_group(r->e, index);
  if (!fields_unpack(&r->u, g, &image_group_table)) {
    return OMS_ERR_DATA;
  }
  g->head = g->first = g->last = OMS_NONE;
  uint64_t n = oms_unpack_u64(&r->u);
  for (uint64_t k = 0; k < n && !r->u.failed; k++) {
    uint64_t i = oms_unpack_u64(&r->u);
    if (i >= r->h.orders) {
      return OMS_ERR_DATA;
    }
    oms_order_t *o = engine_order(r->e, (uint32_t)i);
    bool twice = o->more->next_in_group != OMS_NONE || o->index == g->last;
    if (o->group != index || twice) {
      return OMS_ERR_DATA;
    }
    engine_join_group(r->e, o);
  }
  return data_unless(!r->u.failed);
}

static int load_groups(reader_t *r) {
  int rc = OMS_OK;
  for (uint32_t i = 0; i < r->h.groups && rc == OMS_OK; i++) {
    uint32_t index;
    rc = oms_pool_new(&r->e->groups, &index);
    rc = rc == OMS_OK ? load_group(r, index) : rc;
  }
  for (uint32_t i = 0; i < r->h.orders && rc == OMS_OK; i++) {
    uint32_t group = engine_order(r->e, i)->group;
    rc = data_unless(group == OMS_NONE || engine_group(r->e, group)->head != OMS_NONE);
  }
  return rc;
}

/* Fills and positions. */

static int take_execution(reader_t *r, oms_fill_t *f) {
  if (f->is_named == 0) {
    f->execution.number = oms_unpack_u64(&r->u);
    return data_unless(!r->u.failed);
  }
  const char *id = oms_unpack_text(&r->u);
  return id == NULL ? OMS_ERR_DATA : engine_text(r->e, id, &f->execution.text);
}

static int load_fill(reader_t *r) {
  uint32_t n = r->e->fills.n;
  int rc = engine_room(&r->e->fills, 1);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_fill_t *f = engine_fill(r->e, n);
  *f = r->no_fill;
  f->index = n;
  if (!fields_unpack_cleared(&r->u, f, &image_fill_table) || f->order >= r->h.orders ||
      !is_index(f->busts, n) || f->qty <= 0) {
    return OMS_ERR_DATA;
  }
  oms_order_t *o = engine_order(r->e, f->order);
  if (o->book == OMS_NONE || o->net == OMS_NONE || o->instrument == OMS_NONE) {
    return OMS_ERR_DATA;
  }
  rc = take_execution(r, f);
  rc = rc == OMS_OK ? engine_book_execution(r->e, o->account, f) : rc;
  if (rc == OMS_OK) {
    engine_add_fill(r->e, o, f);
  }
  return rc;
}

static int load_lot(reader_t *r, oms_position_t *p, oms_int128_t *sum) {
  oms_lot_t lot = {.next = OMS_NONE};
  if (!fields_unpack(&r->u, &lot, &image_lot_table) || !is_index(lot.fill, r->h.fills) ||
      lot.qty == 0 || lot.qty == INT64_MIN || (lot.qty > 0) != (p->qty > 0)) {
    return OMS_ERR_DATA;
  }
  *sum += lot.qty;
  return oms_position_append(p, &r->e->lots, &lot);
}

static int load_position(reader_t *r, uint32_t i) {
  oms_position_t row = {.first_lot = OMS_NONE, .last_lot = OMS_NONE};
  uint32_t index;
  bool read = fields_unpack(&r->u, &row, &image_position_table);
  row.cost = take_wide(&r->u);
  if (!read || row.account >= r->h.accounts || row.instrument >= r->h.instruments ||
      (row.owner != ENGINE_NET && row.owner >= r->h.owners)) {
    return OMS_ERR_DATA;
  }
  int rc = engine_make_position(r->e, row.account, row.owner, row.instrument, &index);
  if (rc != OMS_OK || index != i) {
    return rc != OMS_OK ? rc : OMS_ERR_DATA;
  }
  oms_position_t *p = engine_position(r->e, index);
  *p = row;
  oms_int128_t sum = 0;
  uint64_t n = oms_unpack_u64(&r->u);
  for (uint64_t k = 0; k < n && rc == OMS_OK; k++) {
    rc = load_lot(r, p, &sum);
  }
  return rc == OMS_OK ? data_unless(sum == p->qty) : rc;
}

static int load_fills_and_positions(reader_t *r) {
  int rc = OMS_OK;
  fields_clear(&r->no_fill, &image_fill_table);
  for (uint32_t i = 0; i < r->h.fills && rc == OMS_OK; i++) {
    rc = load_fill(r);
  }
  for (uint32_t i = 0; i < r->h.positions && rc == OMS_OK; i++) {
    rc = load_position(r, i);
  }
  return rc;
}

/* An order stands where its flags say; its positions are those of its account, owner and symbol. */
static bool is_at(const oms_engine_t *e, const oms_order_t *o, uint32_t position, uint16_t owner) {
  const oms_position_t *p = engine_position(e, position);
  return p->account == o->account && p->instrument == o->instrument && p->owner == owner;
}

static int relink(reader_t *r) {
  for (uint32_t i = 0; i < r->h.orders; i++) {
    oms_order_t *o = engine_order(r->e, i);
    uint32_t flags = o->flags;
    if ((o->book != OMS_NONE && !is_at(r->e, o, o->book, o->owner)) ||
        (o->net != OMS_NONE && !is_at(r->e, o, o->net, ENGINE_NET))) {
      return OMS_ERR_DATA;
    }
    o->flags &= ~(uint32_t)(OMS_ORDER_LISTED | OMS_ORDER_FOLLOWS | OMS_ORDER_IN_DOUBT);
    if ((flags & OMS_ORDER_LISTED) != 0) {
      engine_link(r->e, o);
    }
    engine_set_doubt(r->e, o, (flags & OMS_ORDER_IN_DOUBT) != 0);
    if (o->flags != flags) {
      return OMS_ERR_DATA;
    }
  }
  return OMS_OK;
}

/* The rest. */

static int load_terms_and_actions(reader_t *r) {
  int rc = OMS_OK;
  uint32_t fills = 0;
  for (uint32_t i = 0; i < r->h.originals && rc == OMS_OK; i++) {
    oms_original_t t;
    rc = data_unless(fields_unpack(&r->u, &t, &image_original_table));
    rc = rc == OMS_OK ? oms_array_push(&r->e->originals, &t) : rc;
  }
  for (uint32_t i = 0; i < r->h.actions && rc == OMS_OK; i++) {
    engine_action_t a = {0};
    bool good = fields_unpack(&r->u, &a, &image_action_table) && a.instrument < r->h.instruments &&
                a.fills >= fills && a.fills <= r->h.fills && a.split.num > 0 && a.split.den > 0 &&
                a.lot >= 0;
    fills = a.fills;
    rc = good ? oms_array_push(&r->e->actions, &a) : OMS_ERR_DATA;
  }
  return rc;
}

static int load_windows(reader_t *r, oms_account_cell_t *a) {
  uint64_t n = oms_unpack_u64(&r->u);
  int rc = data_unless(n == 0 || a->rate.cap != 0);
  for (uint64_t k = 0; k < n && rc == OMS_OK; k++) {
    oms_time_t time = oms_unpack_i64(&r->u);
    rc = r->u.failed ? OMS_ERR_DATA : engine_rate_again(a, time);
  }
  n = rc == OMS_OK ? oms_unpack_u64(&r->u) : 0;
  rc = rc == OMS_OK ? data_unless(n == 0 || a->recent.cap != 0) : rc;
  for (uint64_t k = 0; k < n && rc == OMS_OK; k++) {
    uint64_t hash = oms_unpack_u64(&r->u), order = oms_unpack_u64(&r->u);
    bool good = !r->u.failed && order < r->h.orders && hash != 0;
    rc = good ? engine_recent_again(r->e, a, hash, (uint32_t)order) : OMS_ERR_DATA;
  }
  return rc;
}

static int load_all(reader_t *r) {
  oms_engine_t *e = r->e;
  int rc = load_names(r);
  rc = rc == OMS_OK ? load_orders(r) : rc;
  rc = rc == OMS_OK ? load_groups(r) : rc;
  rc = rc == OMS_OK ? load_fills_and_positions(r) : rc;
  rc = rc == OMS_OK ? relink(r) : rc;
  rc = rc == OMS_OK ? load_terms_and_actions(r) : rc;
  e->now = r->h.now;
  for (uint32_t i = 0; i < r->h.accounts && rc == OMS_OK; i++) {
    rc = load_windows(r, engine_account(e, i));
  }
  e->event_seq = r->h.event_seq;
  e->new_group = r->h.new_group;
  e->state = r->h.state;
  e->restricted_scopes += e->state != OMS_TRADING_STATE_ACTIVE ? 1 : 0;
  e->day_start = r->h.day_start;
  e->next_roll = r->h.next_roll;
  e->subject = OMS_NONE;
  return rc == OMS_OK ? data_unless(oms_unpack_done(&r->u)) : rc;
}

/* A name that comes twice, a number that is out of range: the bytes are wrong, not the caller. */
static int as_damage(int rc) {
  return rc == OMS_OK || rc == OMS_ERR_NOMEM ? rc : OMS_ERR_DATA;
}

static bool is_whole(const unsigned char *bytes, size_t n) {
  char digest[IMAGE_DIGEST_N + 1];
  if (n < IMAGE_MAGIC_N + IMAGE_DIGEST_N || memcmp(bytes, IMAGE_MAGIC, IMAGE_MAGIC_N) != 0) {
    return false;
  }
  oms_hash_hex(bytes, n - IMAGE_DIGEST_N, digest);
  return memcmp(bytes + n - IMAGE_DIGEST_N, digest, IMAGE_DIGEST_N) == 0;
}

int oms_engine_load(const oms_engine_config_t *config, const void *data, size_t n,
                    oms_engine_t **out) {
  const unsigned char *bytes = data;
  *out = NULL;
  if (!is_whole(bytes, n)) {
    return OMS_ERR_DATA;
  }
  reader_t r = {.u = oms_unpack_of(bytes + IMAGE_MAGIC_N, n - IMAGE_MAGIC_N - IMAGE_DIGEST_N)};
  if (!fields_unpack(&r.u, &r.h, &image_head_table) || r.h.owners == 0 || r.h.orders > n) {
    return OMS_ERR_DATA;
  }
  if (r.h.seed != config->seed) {
    return OMS_ERR_USAGE;
  }
  r.e = oms_engine_new(config);
  int rc = r.e == NULL ? OMS_ERR_NOMEM : as_damage(load_all(&r));
  if (rc != OMS_OK) {
    oms_engine_free(r.e);
    return rc;
  }
  *out = r.e;
  return OMS_OK;
}
