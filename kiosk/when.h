/* SPDX-License-Identifier: Apache-2.0 */
/* when.h - moments, as the record writes them and as people read them, in the
 * station's time zone. The clock is given. No GTK. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* As g_date_time_format(), with the month's name in the language that is
 * spoken. Free with g_free(). */
char *kiosk_when_format(GDateTime *local, const char *format);
/* "2026-11-24T09:30:00.000Z" as "24 November 2026, 09:30", in the form of the
 * language; as it came where it is no moment. Free with g_free(). */
char *kiosk_when_text(const char *moment);
/* It is a moment, and not yet. now_s: seconds since 1970 UTC. */
bool kiosk_when_is_ahead(const char *moment, int64_t now_s);

typedef enum {
  KIOSK_WHEN_TODAY,
  KIOSK_WHEN_YESTERDAY,
  KIOSK_WHEN_WEEK, /* since Monday */
  KIOSK_WHEN_N,
} KioskWhenDay;

/* The word of a day in words.c: "when.today", ... */
const char *kiosk_when_word(KioskWhenDay day);
/* The beginning of that day, as the record writes it. now_s: seconds since
 * 1970 UTC. Free with g_free(). */
char *kiosk_when_begin(KioskWhenDay day, int64_t now_s);
