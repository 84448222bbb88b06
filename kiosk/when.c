/* SPDX-License-Identifier: Apache-2.0 */
/* when.c */
#include "kiosk/when.h"

#include <glib.h>
#include <glib/gi18n.h>

/* By our own names: those of the system speak its language, not the one that
 * was chosen. */
static const char *
month_name(int month)
{
  static const char *const names[] = {
      N_("January"),   N_("February"), N_("March"),    N_("April"),
      N_("May"),       N_("June"),     N_("July"),     N_("August"),
      N_("September"), N_("October"),  N_("November"), N_("December"),
  };

  return gettext(names[month - 1]);
}

char *
kiosk_when_format(GDateTime *local, const char *format)
{
  g_auto(GStrv) parts = g_strsplit(format, "%B", 2);
  g_autofree char *whole =
      g_strjoinv(month_name(g_date_time_get_month(local)), parts);

  return g_date_time_format(local, whole);
}

char *
kiosk_when_text(const char *moment)
{
  g_autoptr(GDateTime) utc =
      moment == NULL ? NULL : g_date_time_new_from_iso8601(moment, NULL);
  g_autoptr(GDateTime) local = utc == NULL ? NULL : g_date_time_to_local(utc);

  if (local == NULL)
    return g_strdup(moment == NULL ? "" : moment);
  /* TRANSLATORS: date and time, as strftime(3); %B is the month's name */
  return kiosk_when_format(local, _("%-d %B %Y, %H:%M"));
}

bool
kiosk_when_is_ahead(const char *moment, int64_t now_s)
{
  g_autoptr(GDateTime) when =
      moment == NULL ? NULL : g_date_time_new_from_iso8601(moment, NULL);

  return when != NULL && g_date_time_to_unix(when) > now_s;
}

const char *
kiosk_when_word(KioskWhenDay day)
{
  switch (day) {
  case KIOSK_WHEN_TODAY:
    return "today";
  case KIOSK_WHEN_YESTERDAY:
    return "yesterday";
  case KIOSK_WHEN_WEEK:
    return "week";
  case KIOSK_WHEN_N:
    break;
  }
  return NULL;
}

char *
kiosk_when_begin(KioskWhenDay day, int64_t now_s)
{
  g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_s);
  int back = day == KIOSK_WHEN_TODAY ? 0
             : day == KIOSK_WHEN_YESTERDAY
                 ? 1
                 : g_date_time_get_day_of_week(now) - 1;
  g_autoptr(GDateTime) then = g_date_time_add_days(now, -back);
  g_autoptr(GDateTime) midnight = g_date_time_new_local(
      g_date_time_get_year(then), g_date_time_get_month(then),
      g_date_time_get_day_of_month(then), 0, 0, 0);
  g_autoptr(GDateTime) utc = g_date_time_to_utc(midnight);

  return g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S.000Z");
}
