/* SPDX-License-Identifier: Apache-2.0 */
/* time.c - the record's times to milliseconds and back, without the C
 * library's time zones. */
#include "recovery/format/time.h"

#include <glib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
/* 9999-12-31T23:59:59.999Z */
#define LAST_MS INT64_C(253402300799999)

/* Days since 1970-01-01 of a date in the Gregorian calendar, and back; the
 * year is made to begin in March so that the leap day comes last. */
static int64_t
count_days(int year, int month, int day)
{
  int y = month <= 2 ? year - 1 : year;
  int era = y / 400;
  int year_of_era = y - era * 400;
  int month_from_march = month <= 2 ? month + 9 : month - 3;
  int day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  int day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return (int64_t)era * 146097 + day_of_era - 719468;
}

static void
find_date(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
  int shifted = (int)(days + 719468);
  int era = shifted / 146097;
  int day_of_era = shifted % 146097;
  int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                     day_of_era / 146096) /
                    365;
  int day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int month_from_march = (5 * day_of_year + 2) / 153;

  *ret_day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  *ret_month =
      month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  *ret_year = year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

char *
recovery_time_write(int64_t ms)
{
  int year, month, day, rest;

  g_assert(ms >= 0 && ms <= LAST_MS);
  find_date(ms / DAY_MS, &year, &month, &day);
  rest = (int)(ms % DAY_MS);
  return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month,
                         day, rest / 3600000, rest / 60000 % 60,
                         rest / 1000 % 60, rest % 1000);
}

char *
recovery_time_write_compact(int64_t ms)
{
  int year, month, day, rest;

  g_assert(ms >= 0 && ms <= LAST_MS);
  find_date(ms / DAY_MS, &year, &month, &day);
  rest = (int)(ms % DAY_MS / 1000);
  return g_strdup_printf("%04d%02d%02d%02d%02d%02dZ", year, month, day,
                         rest / 3600, rest / 60 % 60, rest % 60);
}

static int
read_digits(const char *text, int count)
{
  int value = 0;

  for (int i = 0; i < count; i++)
    value = value * 10 + (text[i] - '0');
  return value;
}

static int
count_month_days(int year, int month)
{
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  return month == 2 && leap ? 29 : days[month - 1];
}

bool
recovery_time_read(const char *text, int64_t *ret_ms)
{
  static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
  int year, month, day, hour, minute, second;

  if (text == NULL || strlen(text) != sizeof(form) - 1)
    return false;
  for (size_t i = 0; i < sizeof(form) - 1; i++)
    if (form[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != form[i])
      return false;
  year = read_digits(text, 4);
  month = read_digits(text + 5, 2);
  day = read_digits(text + 8, 2);
  hour = read_digits(text + 11, 2);
  minute = read_digits(text + 14, 2);
  second = read_digits(text + 17, 2);
  if (year < 1970 || month < 1 || month > 12 || day < 1 ||
      day > count_month_days(year, month) || hour > 23 || minute > 59 ||
      second > 59)
    return false;
  *ret_ms = count_days(year, month, day) * DAY_MS +
            ((int64_t)hour * 3600 + minute * 60 + second) * 1000 +
            read_digits(text + 20, 3);
  return true;
}
