/* enums.h - enums and their texts, all from enums.def and codes.def. */
#ifndef OMS_CORE_ENUMS_H
#define OMS_CORE_ENUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/codes.def"
#include "core/enums.def"

typedef enum oms_side {
#define X(name, text, fix) OMS_SIDE_##name,
  OMS_SIDE_MAP(X)
#undef X
      OMS_SIDE_COUNT
} oms_side_t;
typedef enum oms_type {
#define X(name, text, fix) OMS_TYPE_##name,
  OMS_TYPE_MAP(X)
#undef X
      OMS_TYPE_COUNT
} oms_type_t;
typedef enum oms_tif {
#define X(name, text, fix) OMS_TIF_##name,
  OMS_TIF_MAP(X)
#undef X
      OMS_TIF_COUNT
} oms_tif_t;
typedef enum oms_status {
#define X(name, text, fix) OMS_STATUS_##name,
  OMS_STATUS_MAP(X)
#undef X
      OMS_STATUS_COUNT
} oms_status_t;
typedef enum oms_event_type {
#define X(name, text, fix) OMS_EVENT_##name,
  OMS_EVENT_MAP(X)
#undef X
      OMS_EVENT_COUNT
} oms_event_type_t;
typedef enum oms_held_by {
#define X(name, text) OMS_HELD_BY_##name,
  OMS_HELD_BY_MAP(X)
#undef X
      OMS_HELD_BY_COUNT
} oms_held_by_t;
typedef enum oms_rejected_by {
#define X(name, text) OMS_REJECTED_BY_##name,
  OMS_REJECTED_BY_MAP(X)
#undef X
      OMS_REJECTED_BY_COUNT
} oms_rejected_by_t;
typedef enum oms_canceled_by {
#define X(name, text) OMS_CANCELED_BY_##name,
  OMS_CANCELED_BY_MAP(X)
#undef X
      OMS_CANCELED_BY_COUNT
} oms_canceled_by_t;
typedef enum oms_trigger_by {
#define X(name, text) OMS_TRIGGER_BY_##name,
  OMS_TRIGGER_BY_MAP(X)
#undef X
      OMS_TRIGGER_BY_COUNT
} oms_trigger_by_t;
typedef enum oms_session {
#define X(name, text) OMS_SESSION_##name,
  OMS_SESSION_MAP(X)
#undef X
      OMS_SESSION_COUNT
} oms_session_t;
typedef enum oms_order_class {
#define X(name, text) OMS_ORDER_CLASS_##name,
  OMS_ORDER_CLASS_MAP(X)
#undef X
      OMS_ORDER_CLASS_COUNT
} oms_order_class_t;
typedef enum oms_intent {
#define X(name, text) OMS_INTENT_##name,
  OMS_INTENT_MAP(X)
#undef X
      OMS_INTENT_COUNT
} oms_intent_t;
typedef enum oms_role {
#define X(name, text) OMS_ROLE_##name,
  OMS_ROLE_MAP(X)
#undef X
      OMS_ROLE_COUNT
} oms_role_t;
typedef enum oms_asset_class {
#define X(name, text) OMS_ASSET_CLASS_##name,
  OMS_ASSET_CLASS_MAP(X)
#undef X
      OMS_ASSET_CLASS_COUNT
} oms_asset_class_t;
typedef enum oms_account_type {
#define X(name, text) OMS_ACCOUNT_TYPE_##name,
  OMS_ACCOUNT_TYPE_MAP(X)
#undef X
      OMS_ACCOUNT_TYPE_COUNT
} oms_account_type_t;
typedef enum oms_trading_state {
#define X(name, text) OMS_TRADING_STATE_##name,
  OMS_TRADING_STATE_MAP(X)
#undef X
      OMS_TRADING_STATE_COUNT
} oms_trading_state_t;
typedef enum oms_report_type {
#define X(name, text) OMS_REPORT_##name,
  OMS_REPORT_MAP(X)
#undef X
      OMS_REPORT_COUNT
} oms_report_type_t;
typedef enum oms_code {
#define X(name, number, text) OMS_CODE_##name = (number),
  OMS_CODE_MAP(X)
#undef X
      OMS_CODE_COUNT
} oms_code_t;

/* The lists, for messages and for parsing: texts[i] belongs to enum value i. */
typedef enum oms_enum_kind {
  OMS_ENUM_SIDE,
  OMS_ENUM_TYPE,
  OMS_ENUM_TIF,
  OMS_ENUM_STATUS,
  OMS_ENUM_EVENT,
  OMS_ENUM_HELD_BY,
  OMS_ENUM_REJECTED_BY,
  OMS_ENUM_CANCELED_BY,
  OMS_ENUM_TRIGGER_BY,
  OMS_ENUM_SESSION,
  OMS_ENUM_ORDER_CLASS,
  OMS_ENUM_INTENT,
  OMS_ENUM_ROLE,
  OMS_ENUM_ASSET_CLASS,
  OMS_ENUM_ACCOUNT_TYPE,
  OMS_ENUM_TRADING_STATE,
  OMS_ENUM_REPORT,
  OMS_ENUM_CODE,
  OMS_ENUM_KIND_COUNT
} oms_enum_kind_t;

/* The texts of a kind, in enum order, and how many. Static. For OMS_ENUM_CODE the names
 * (MAX_ORDER_QTY). */
const char *const *oms_enum_texts(oms_enum_kind_t kind, size_t *n);
/* Text of a value; "?" outside the range. Static, never NULL. */
const char *oms_enum_text(oms_enum_kind_t kind, int value);
/* Value of a text (exact match), or -1. */
int oms_enum_parse(oms_enum_kind_t kind, const char *text, size_t n);
/* The FIX value of a side, type, time in force, status or event; "" where FIX has none. */
const char *oms_enum_fix(oms_enum_kind_t kind, int value);
/* When a code is given: the text of codes.def. */
const char *oms_code_text(oms_code_t code);

/* A code of a risk rule's own is a number from here on; oms_enum_text knows its word. */
#define OMS_CODE_OWN 0x8000
/* The number of a rule's own word, the same at every call. OMS_CODE_NONE: it is no word in upper
 * snake case of at most 40 letters, or there are too many of them already. */
uint16_t oms_code_own(const char *word, size_t n);
/* Gives the word the number that it had when it was written down, before a process asks for words
 * of its own. False: no word, the word or the number is taken otherwise, or too many of them. */
bool oms_code_own_again(uint16_t code, const char *word, size_t n);
/* The word of such a number, valid as long as the process lives; NULL: none. */
const char *oms_code_own_word(int code);

static inline bool oms_side_is_buy(int side) {
  return side == OMS_SIDE_BUY || side == OMS_SIDE_BUY_TO_COVER;
}
/* Final: filled, canceled, replaced, expired, rejected. */
static inline bool oms_status_is_final(int s) {
  return s == OMS_STATUS_FILLED || s == OMS_STATUS_CANCELED || s == OMS_STATUS_REPLACED ||
         s == OMS_STATUS_EXPIRED || s == OMS_STATUS_REJECTED;
}

#endif
