/* civil.c - calendar dates of the proleptic Gregorian calendar as days since 1970-01-01. Years are
 * counted from March, so that the leap day is the last of its year and month lengths follow one
 * linear formula. Pure arithmetic, no tables of dates. */
#include "base/time.h"

#define DAYS_PER_ERA 146097 /* 400 years */
#define EPOCH_SHIFT  719468 /* 0000-03-01 to 1970-01-01 */

int64_t oms_days_from_civil(int year, int month, int day) {
  int64_t y = (int64_t)year - (month <= 2);
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t month_from_march = month > 2 ? month - 3 : month + 9;
  int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT;
}

void oms_civil_from_days(int64_t days, int *year, int *month, int *day) {
  int64_t z = days + EPOCH_SHIFT;
  int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
  uint32_t doe = (uint32_t)(z - era * DAYS_PER_ERA);
  uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  uint32_t mp = (5 * doy + 2) / 153;
  *day = (int)(doy - (153 * mp + 2) / 5 + 1);
  *month = (int)(mp < 10 ? mp + 3 : mp - 9);
  *year = (int)((int64_t)yoe + era * 400 + (*month <= 2));
}

static bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool oms_civil_valid(int year, int month, int day) {
  static const int length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) {
    return false;
  }
  return day <= length[month - 1] + (month == 2 && is_leap(year));
}

int oms_weekday(int64_t days) {
  int64_t r = (days + 3) % 7; /* 1970-01-01 was a Thursday */
  return (int)(r < 0 ? r + 7 : r) + 1;
}
