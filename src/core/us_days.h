/* us_days.h - which days US stock exchanges trade, and from when to when, by rule. Internal to
 * core/calendar.c; exported for its tests alone. */
#ifndef OMS_CORE_US_DAYS_H
#define OMS_CORE_US_DAYS_H

#include <stdbool.h>
#include <stdint.h>

/* Regular hours of the date 'days' (since 1970-01-01) in minutes after midnight, Eastern wall time.
 * False on weekends, holidays and extra closings. */
bool oms_us_day_hours(int64_t days, int *open_minute, int *close_minute);

#endif
