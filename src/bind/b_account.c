/* b_account.c - oms.account: an account as it is at the call, the caller's own. What the account's
 * model does not have is nil. */
#include <stddef.h>

#include "bind/api.h"
#include "bind/doc.h"

typedef struct account_copy {
  oms_ud_t head;
  const char *id;
  uint8_t type, state;
  int64_t multiplier;
  oms_money_t initial_cash, cash, equity, buying_power, long_value, short_value, initial_margin;
  oms_money_t maintenance_margin, commission, realized_pl, dividends, cash_in_lieu,
      day_start_equity;
  int64_t open_orders;
} account_copy_t;

static void push_type(lua_State *L, const void *record) {
  lua_pushstring(L, oms_enum_text(OMS_ENUM_ACCOUNT_TYPE, ((const account_copy_t *)record)->type));
}
static void push_state(lua_State *L, const void *record) {
  lua_pushstring(L, oms_enum_text(OMS_ENUM_TRADING_STATE, ((const account_copy_t *)record)->state));
}

#define AT(field) offsetof(account_copy_t, field)
static const oms_view_field_t fields[] = {
    {"id",                 OMS_VIEW_TEXT,   AT(id),                 NULL      },
    {"type",               OMS_VIEW_CUSTOM, 0,                      push_type },
    {"state",              OMS_VIEW_CUSTOM, 0,                      push_state},
    {"multiplier",         OMS_VIEW_PRICE,  AT(multiplier),         NULL      },
    {"initial_cash",       OMS_VIEW_MONEY,  AT(initial_cash),       NULL      },
    {"cash",               OMS_VIEW_MONEY,  AT(cash),               NULL      },
    {"equity",             OMS_VIEW_MONEY,  AT(equity),             NULL      },
    {"buying_power",       OMS_VIEW_MONEY,  AT(buying_power),       NULL      },
    {"long_market_value",  OMS_VIEW_MONEY,  AT(long_value),         NULL      },
    {"short_market_value", OMS_VIEW_MONEY,  AT(short_value),        NULL      },
    {"initial_margin",     OMS_VIEW_MONEY,  AT(initial_margin),     NULL      },
    {"maintenance_margin", OMS_VIEW_MONEY,  AT(maintenance_margin), NULL      },
    {"commission",         OMS_VIEW_MONEY,  AT(commission),         NULL      },
    {"realized_pl",        OMS_VIEW_MONEY,  AT(realized_pl),        NULL      },
    {"dividends",          OMS_VIEW_MONEY,  AT(dividends),          NULL      },
    {"cash_in_lieu",       OMS_VIEW_MONEY,  AT(cash_in_lieu),       NULL      },
    {"day_start_equity",   OMS_VIEW_MONEY,  AT(day_start_equity),   NULL      },
    {"open_orders",        OMS_VIEW_INT,    AT(open_orders),        NULL      },
};

/* Margin that the positions bind now: gross value over leverage; a cash account has none. */
static oms_money_t initial_margin(const oms_account_t *a) {
  oms_money_t gross, margin;
  if (a->type != OMS_ACCOUNT_TYPE_MARGIN || a->multiplier <= 0 ||
      oms_sub(a->long_value, a->short_value, &gross) != OMS_OK ||
      oms_mul_div_half_away(gross, OMS_PRICE_SCALE, a->multiplier, &margin) != OMS_OK) {
    return OMS_NO_PRICE;
  }
  return margin;
}

void oms_account_push(lua_State *L, oms_api_t *api, uint16_t account) {
  const oms_account_t *a = oms_engine_account(oms_api_engine(api), account);
  account_copy_t *c = oms_ud_new(L, OMS_UD_ACCOUNT, sizeof(*c), 0);
  c->id = a->id;
  c->type = a->type;
  c->state = a->trading_state;
  c->multiplier = a->multiplier;
  c->initial_cash = a->initial_cash;
  c->cash = a->cash;
  c->equity = oms_account_equity(a);
  c->buying_power = oms_account_buying_power(a);
  c->long_value = a->long_value;
  c->short_value = a->short_value;
  c->initial_margin = initial_margin(a);
  c->maintenance_margin = OMS_NO_PRICE; /* the model keeps none */
  c->commission = a->commission;
  c->realized_pl = a->realized_pl;
  c->dividends = a->dividends;
  c->cash_in_lieu = a->in_lieu;
  c->day_start_equity = a->day_start_equity;
  c->open_orders = a->open_orders;
}

static int account_index(lua_State *L) {
  const account_copy_t *c = oms_ud_check(L, 1, OMS_UD_ACCOUNT);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  int id = oms_words_find(&oms_api_of(L)->account_words, key);
  if (id < 0) {
    oms_raise_unknown(L, "account", "field", key, fields, sizeof(fields[0]), OMS_COUNT(fields));
  }
  oms_field_push(L, &fields[id], c);
  return 1;
}

static int account_newindex(lua_State *L) {
  return luaL_error(L, "an account's fields cannot be set");
}

static int account_tostring(lua_State *L) {
  const account_copy_t *c = oms_ud_check(L, 1, OMS_UD_ACCOUNT);
  char equity[32], cash[32];
  oms_decimal_format(c->equity, OMS_MONEY_DECIMALS, equity);
  oms_decimal_format(c->cash, OMS_MONEY_DECIMALS, cash);
  lua_pushfstring(L, "account %s: equity %s, cash %s", c->id, equity, cash);
  return 1;
}

static int account(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "oms.account");
  bool given = lua_type(L, 1) > LUA_TNIL;
  oms_account_push(L, api, given ? oms_arg_account(L, 1, "oms.account") : api->account);
  return 1;
}

void oms_open_account(lua_State *L, oms_api_t *api) {
  static const oms_ud_type_t type = {.type = OMS_UD_ACCOUNT,
                                     .name = "account",
                                     .index = account_index,
                                     .newindex = account_newindex,
                                     .tostring = account_tostring};
  oms_ud_define(L, &type);
  oms_words_init(L, &api->account_words, fields, sizeof(fields[0]), OMS_COUNT(fields));
  lua_pushcfunction(L, account);
  lua_setfield(L, -2, "account");
}

/* What the call is for, and the fields. */

/* clang-format off */
const oms_doc_t oms_docs_account[] = {
    {"oms.account", "id?: string",
     "Account",
     "An account as it stands now; the script's own by default.",
     "Money in the account's currency.",
     "Raises on an unknown account.",
     "oms.log.debug(\"equity %.2f, buying power %.2f\", oms.account().equity, "
     "oms.account().buying_power)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */

/* clang-format off */
static const oms_doc_field_t doc_account[] = {
    {"id", "string",
     "its name in the session"},
    {"type", "string",
     "cash or margin"},
    {"state", "string",
     "active, reducing or halted"},
    {"multiplier", "number",
     "buying power is equity times this"},
    {"initial_cash", "number",
     "at the start of the run"},
    {"cash", "number",
     "money"},
    {"equity", "number",
     "cash and market values"},
    {"buying_power", "number",
     "what new positions may cost"},
    {"long_market_value", "number",
     "of long positions"},
    {"short_market_value", "number",
     "of short positions, not above 0"},
    {"initial_margin", "number?",
     "bound by positions and orders"},
    {"maintenance_margin", "number?",
     "bound by positions"},
    {"commission", "number",
     "paid since the start"},
    {"realized_pl", "number",
     "price gains of what was closed"},
    {"dividends", "number",
     "cash received on positions, less what short ones have paid"},
    {"cash_in_lieu", "number",
     "cash for fractions of shares that reverse splits left"},
    {"day_start_equity", "number",
     "at the account's day roll"},
    {"open_orders", "integer",
     "how many"},
};
const oms_doc_class_t oms_docs_classes_account[] = {
    {"Account",
     "An account; what its model does not have is nil.", doc_account, OMS_COUNT(doc_account)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
