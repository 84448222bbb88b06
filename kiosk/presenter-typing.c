/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-typing.c - more than 20 characters of "modhex" within 200 ms are a
 * key's. A scanner is as fast, but types digits and capitals too. */
#include "kiosk/presenter-typing.h"

#include <string.h>

#define BURST_N 20
#define BURST_MS 200
/* A run ends after so long without a character. */
#define GAP_MS 100

static bool
is_modhex(char c)
{
  return c != '\0' && strchr("cbdefghijklnrtuv", c) != NULL;
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
    *typing = (KioskTyping){.first_ms = now_ms};
  typing->last_ms = now_ms;
  typing->n++;
  if (typing->n > BURST_N &&
      now_ms - typing->first_ms <= (int64_t)BURST_MS * typing->n / BURST_N) {
    typing->burst = true;
    return KIOSK_TYPING_BURST;
  }
  return KIOSK_TYPING_PERSON;
}
