/* enums.c - the text tables behind enums.h, all made from the lists of enums.def and codes.def.
 * Leaves out any guessing: a text is matched exactly or not at all; "did you mean" is the caller's.
 * */
#include "core/enums.h"

#include <string.h>

#include "base/check.h"

#define TEXT3(name, text, fix) text,
#define TEXT2(name, text)      text,
#define FIX3(name, text, fix)  fix,

static const char *const side_texts[] = {OMS_SIDE_MAP(TEXT3)};
static const char *const type_texts[] = {OMS_TYPE_MAP(TEXT3)};
static const char *const tif_texts[] = {OMS_TIF_MAP(TEXT3)};
static const char *const status_texts[] = {OMS_STATUS_MAP(TEXT3)};
static const char *const event_texts[] = {OMS_EVENT_MAP(TEXT3)};
static const char *const held_by_texts[] = {OMS_HELD_BY_MAP(TEXT2)};
static const char *const rejected_by_texts[] = {OMS_REJECTED_BY_MAP(TEXT2)};
static const char *const canceled_by_texts[] = {OMS_CANCELED_BY_MAP(TEXT2)};
static const char *const trigger_by_texts[] = {OMS_TRIGGER_BY_MAP(TEXT2)};
static const char *const session_texts[] = {OMS_SESSION_MAP(TEXT2)};
static const char *const order_class_texts[] = {OMS_ORDER_CLASS_MAP(TEXT2)};
static const char *const intent_texts[] = {OMS_INTENT_MAP(TEXT2)};
static const char *const role_texts[] = {OMS_ROLE_MAP(TEXT2)};
static const char *const asset_class_texts[] = {OMS_ASSET_CLASS_MAP(TEXT2)};
static const char *const account_type_texts[] = {OMS_ACCOUNT_TYPE_MAP(TEXT2)};
static const char *const trading_state_texts[] = {OMS_TRADING_STATE_MAP(TEXT2)};
static const char *const report_texts[] = {OMS_REPORT_MAP(TEXT2)};

/* Placed by number, so that a number once given up leaves a hole ("?") instead of moving the rest.
 * */
#define CODE_NAME(name, number, text) [number] = #name,
#define CODE_TEXT(name, number, text) [number] = (text),
static const char *const code_names[OMS_CODE_COUNT] = {OMS_CODE_MAP(CODE_NAME)};
static const char *const code_texts[OMS_CODE_COUNT] = {OMS_CODE_MAP(CODE_TEXT)};

static const char *const side_fix[] = {OMS_SIDE_MAP(FIX3)};     /* Side(54) */
static const char *const type_fix[] = {OMS_TYPE_MAP(FIX3)};     /* OrdType(40) */
static const char *const tif_fix[] = {OMS_TIF_MAP(FIX3)};       /* TimeInForce(59) */
static const char *const status_fix[] = {OMS_STATUS_MAP(FIX3)}; /* OrdStatus(39) */
static const char *const event_fix[] = {OMS_EVENT_MAP(FIX3)};   /* ExecType(150) */

typedef struct enum_table {
  const char *const *texts;
  const char *const *fix; /* NULL: FIX has no field for it */
  size_t n;
} enum_table_t;

/* clang-format off */
#define TABLE(texts, fix)                                                                          \
  { texts, fix, OMS_COUNT(texts) }
static const enum_table_t tables[OMS_ENUM_KIND_COUNT] = {
    [OMS_ENUM_SIDE] = TABLE(side_texts, side_fix),
    [OMS_ENUM_TYPE] = TABLE(type_texts, type_fix),
    [OMS_ENUM_TIF] = TABLE(tif_texts, tif_fix),
    [OMS_ENUM_STATUS] = TABLE(status_texts, status_fix),
    [OMS_ENUM_EVENT] = TABLE(event_texts, event_fix),
    [OMS_ENUM_HELD_BY] = TABLE(held_by_texts, NULL),
    [OMS_ENUM_REJECTED_BY] = TABLE(rejected_by_texts, NULL),
    [OMS_ENUM_CANCELED_BY] = TABLE(canceled_by_texts, NULL),
    [OMS_ENUM_TRIGGER_BY] = TABLE(trigger_by_texts, NULL),
    [OMS_ENUM_SESSION] = TABLE(session_texts, NULL),
    [OMS_ENUM_ORDER_CLASS] = TABLE(order_class_texts, NULL),
    [OMS_ENUM_INTENT] = TABLE(intent_texts, NULL),
    [OMS_ENUM_ROLE] = TABLE(role_texts, NULL),
    [OMS_ENUM_ASSET_CLASS] = TABLE(asset_class_texts, NULL),
    [OMS_ENUM_ACCOUNT_TYPE] = TABLE(account_type_texts, NULL),
    [OMS_ENUM_TRADING_STATE] = TABLE(trading_state_texts, NULL),
    [OMS_ENUM_REPORT] = TABLE(report_texts, NULL),
    [OMS_ENUM_CODE] = TABLE(code_names, NULL),
};
/* clang-format on */

static const enum_table_t *table_of(oms_enum_kind_t kind) {
  OMS_CHECK((unsigned)kind < OMS_ENUM_KIND_COUNT);
  return &tables[kind];
}

const char *const *oms_enum_texts(oms_enum_kind_t kind, size_t *n) {
  const enum_table_t *t = table_of(kind);
  *n = t->n;
  return t->texts;
}

const char *oms_enum_text(oms_enum_kind_t kind, int value) {
  const enum_table_t *t = table_of(kind);
  if (value < 0 || (size_t)value >= t->n || t->texts[value] == NULL) {
    const char *own = kind == OMS_ENUM_CODE ? oms_code_own_word(value) : NULL;
    return own != NULL ? own : "?";
  }
  return t->texts[value];
}

int oms_enum_parse(oms_enum_kind_t kind, const char *text, size_t n) {
  const enum_table_t *t = table_of(kind);
  for (size_t i = 0; i < t->n; i++) {
    const char *word = t->texts[i];
    if (word != NULL && strlen(word) == n && memcmp(word, text, n) == 0) {
      return (int)i;
    }
  }
  return -1;
}

const char *oms_enum_fix(oms_enum_kind_t kind, int value) {
  const enum_table_t *t = table_of(kind);
  if (t->fix == NULL || value < 0 || (size_t)value >= t->n) {
    return "";
  }
  return t->fix[value];
}

const char *oms_code_text(oms_code_t code) {
  if ((unsigned)code >= OMS_CODE_COUNT || code_texts[code] == NULL) {
    return "?";
  }
  return code_texts[code];
}
