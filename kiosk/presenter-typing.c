/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-typing.c - more than 20 characters of "modhex" within 200 ms are a
 * key's. A scanner is as fast, but types digits too. */
#include "kiosk/presenter-typing.h"

#include <glib.h>
#include <string.h>

#define BURST_MS 200
/* A run ends after so long without a character. */
#define GAP_MS 100

/* In either case: caps lock changes what a key types as well. */
static bool
is_modhex(char c)
{
  return c != '\0' && strchr("cbdefghijklnrtuv", g_ascii_tolower(c)) != NULL;
}

/* Keeps the time; true where it is one more than N within BURST_MS, whatever
 * a person typed right before. */
static bool
note(KioskTyping *typing, int64_t now_ms)
{
  int64_t *place = &typing->at_ms[typing->n % KIOSK_TYPING_BURST_N];
  int64_t before_ms = *place;

  *place = typing->last_ms = now_ms;
  typing->n++;
  return typing->n > KIOSK_TYPING_BURST_N && now_ms - before_ms <= BURST_MS;
}

KioskTypingVerdict
kiosk_presenter_typing_take(KioskTyping *typing, char c, int64_t now_ms)
{
  bool goes_on = typing->n > 0 && now_ms - typing->last_ms <= GAP_MS;

  if (typing->burst && goes_on && (is_modhex(c) || c == '\n')) {
    typing->last_ms = now_ms;
    if (c == '\n')
      *typing = (KioskTyping){0};
    return KIOSK_TYPING_DROP;
  }
  if (!is_modhex(c)) {
    *typing = (KioskTyping){0};
    return KIOSK_TYPING_PERSON;
  }
  if (!goes_on)
    *typing = (KioskTyping){0};
  if (!note(typing, now_ms))
    return KIOSK_TYPING_PERSON;
  typing->burst = true;
  return KIOSK_TYPING_BURST;
}
