/* commission.c - what an order costs: the rates of its commission model on all it has filled, and
 * the regulatory fees of sells, by date.
 * Leaves out who pays when: the venue charges each fill the increase of the total. Leaves out fees
 * that nobody charges by a public table (exchange, clearing and options regulatory fees).
 * Invariant: everything is summed exactly and rounded once. */
#include "core/commission.h"

#include "base/check.h"
#include "base/time.h"

#define CENT (OMS_MONEY_SCALE / 100)
/* Rates times quantities come in 1e-18; this many of them make 1e-6. */
#define WIDE_PER_MONEY INT64_C(1000000000000)

static bool is_contract(int asset_class) {
  return asset_class == OMS_ASSET_CLASS_US_OPTION || asset_class == OMS_ASSET_CLASS_FUTURE;
}

/* The four rates added up, in 1e-18. A hundredth of a 1e-9 ratio of 1e-6 money is 1e-17. */
static int wide_total(const oms_commission_model_t *m, int asset_class, oms_qty_t qty,
                      oms_money_t notional, oms_int128_t *out) {
  int64_t rate = is_contract(asset_class) ? m->per_contract : m->per_share;
  oms_int128_t value = notional < 0 ? -(oms_int128_t)notional : notional;
  oms_int128_t by_value;
  oms_int128_t sum = (oms_int128_t)rate * qty;
  if (__builtin_mul_overflow(value * m->percent, (oms_int128_t)10, &by_value) ||
      __builtin_add_overflow(sum, by_value, &sum) ||
      __builtin_add_overflow(sum, (oms_int128_t)m->per_order * WIDE_PER_MONEY, &sum)) {
    return OMS_ERR_OVERFLOW;
  }
  *out = sum;
  return OMS_OK;
}

bool oms_commission_charges(const oms_commission_model_t *m) {
  return m->per_share != 0 || m->per_contract != 0 || m->percent != 0 || m->per_order != 0 ||
         (m->min != OMS_NO_PRICE && m->min != 0);
}

int oms_commission_total(const oms_commission_model_t *m, int asset_class, oms_qty_t qty,
                         oms_money_t notional, oms_money_t *out) {
  oms_int128_t wide;
  oms_int128_t rounded; /* the division adds half of the divisor: that must fit as well */
  oms_money_t total;
  if (qty <= 0) {
    *out = 0;
    return OMS_OK;
  }
  if (wide_total(m, asset_class, qty, notional, &wide) != OMS_OK ||
      __builtin_add_overflow(wide, wide < 0 ? -WIDE_PER_MONEY : WIDE_PER_MONEY, &rounded) ||
      oms_narrow(oms_div_half_away(wide, WIDE_PER_MONEY), &total) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  if (m->min != OMS_NO_PRICE && total < m->min) {
    total = m->min;
  }
  if (m->max != OMS_NO_PRICE && total > m->max) {
    total = m->max;
  }
  *out = total;
  return OMS_OK;
}

/* Both tables hold the rates for which a source was seen, and no others. Where the source names a
 * month or a year the rate begins on its first day. Between two rows the earlier one stands, also
 * where other rates are known to have been in force meanwhile. */

/* clang-format off */
/* Section 31, in cents a million of sale proceeds, nothing before the first row. Not in the table:
 * 15.30 and 11.00 dollars of 2007 and 2008, whose first days are not known (the dearer 30.70
 * stands), and whatever stood from 2009 to 2011. */
static const struct {
  int32_t from; /* yyyymmdd */
  int32_t cents_a_million;
} section_31[] = {
    {20011228, 1500}, {20020401, 3010}, {20030322, 2520}, {20030401, 4680}, {20040222, 3900},
    {20040401, 2340}, {20050107, 3290}, {20050401, 4180}, {20051222, 3070}, {20080401, 560},
    {20120101, 2240}, /* "2012 to early 2013": that is, the first quarter */
    {20130401, 1740}, {20140318, 2210}, {20160201, 2180}, {20170701, 2310}, {20180522, 1300},
    {20190416, 2070}, {20200218, 2210}, {20210225, 510},  {20220501, 2290},
    {20230227, 800},  /* not seen in an advisory, only in another's account of it */
    {20240522, 2780}, {20250514, 0},
    {20260404, 2060}, /* likewise at second hand */
};

/* FINRA Trading Activity Fee on sells: 1e-9 of a dollar a share and an option contract, and the
 * most that one trade in shares pays, in cents. The first row has no known beginning and stands on
 * all earlier dates; a contract pays nothing before its first known rate. */
static const struct {
  int32_t from; /* yyyymmdd */
  int32_t a_share, a_contract, cap_cents;
} taf[] = {
    {0, 75000, 0, 375},
    {20110701, 90000, 0, 450},
    {20120301, 95000, 0, 475},
    {20120701, 119000, 0, 595},
    {20220101, 130000, 2180000, 649},
    {20230101, 145000, 2440000, 727},
    {20240101, 166000, 2790000, 830},
    {20260101, 195000, 3290000, 979}, /* at second hand */
};
/* clang-format on */

static int32_t date_of(int64_t day) {
  int year;
  int month;
  int of_month;
  oms_civil_from_days(day, &year, &month, &of_month);
  return year * 10000 + month * 100 + of_month;
}

/* Whole cents at least as large as 'wide' (1e-18). */
static int cents_up(oms_int128_t wide, int64_t *cents) {
  return oms_narrow(oms_div_ceil(wide, (oms_int128_t)WIDE_PER_MONEY * CENT), cents);
}

static int section_31_cents(int32_t date, oms_money_t notional, int64_t *cents) {
  size_t i = OMS_COUNT(section_31);
  while (i > 0 && section_31[i - 1].from > date) {
    i--;
  }
  *cents = 0;
  if (i == 0) {
    return OMS_OK;
  }
  /* 1e-6 of money times cents a million is 1e-14 of money. */
  return cents_up((oms_int128_t)notional * section_31[i - 1].cents_a_million * 10000, cents);
}

static int taf_cents(int32_t date, bool contracts, oms_qty_t qty, int64_t *cents) {
  size_t i = OMS_COUNT(taf);
  while (i > 0 && taf[i - 1].from > date) {
    i--;
  }
  *cents = 0;
  if (i == 0) {
    return OMS_OK;
  }
  int32_t rate = contracts ? taf[i - 1].a_contract : taf[i - 1].a_share;
  int rc = cents_up((oms_int128_t)rate * qty, cents);
  if (rc == OMS_OK && !contracts && *cents > taf[i - 1].cap_cents) {
    *cents = taf[i - 1].cap_cents;
  }
  return rc;
}

/* An instrument without an asset class counts as shares, as in the commission itself. */
static bool has_fees(int asset_class) {
  return asset_class == OMS_ASSET_CLASS_NONE || asset_class == OMS_ASSET_CLASS_US_EQUITY ||
         asset_class == OMS_ASSET_CLASS_US_OPTION;
}

int oms_regulatory_fees(int64_t day, int asset_class, bool is_buy, oms_qty_t qty,
                        oms_money_t notional, oms_money_t *out) {
  int64_t sec = 0;
  int64_t finra = 0;
  if (is_buy || qty <= 0 || notional <= 0 || !has_fees(asset_class)) {
    *out = 0;
    return OMS_OK;
  }
  int32_t date = date_of(day);
  if (section_31_cents(date, notional, &sec) != OMS_OK ||
      taf_cents(date, asset_class == OMS_ASSET_CLASS_US_OPTION, qty, &finra) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  return oms_narrow(((oms_int128_t)sec + finra) * CENT, out);
}
