/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-typing.h - tells a key that types from a person who does. A key
 * whose OTP function is on is a keyboard too: touched too early it types 32 to
 * 48 characters of its own alphabet and Enter. Plain C; the time is given. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* More characters than this in a fifth of a second, and nobody typed them. */
#define KIOSK_TYPING_BURST_N 20

typedef struct {
  int64_t at_ms[KIOSK_TYPING_BURST_N]; /* of the latest, in a ring */
  int64_t last_ms;
  unsigned n; /* characters of the run that is under way */
  bool burst; /* the run is a key's */
} KioskTyping;

typedef enum {
  KIOSK_TYPING_PERSON,
  KIOSK_TYPING_BURST, /* just found: what came before is to be dropped too */
  KIOSK_TYPING_DROP,  /* the rest of it, its Enter included */
} KioskTypingVerdict;

/* c: the character, '\n' for Enter, 0 for any other key. */
KioskTypingVerdict kiosk_presenter_typing_take(KioskTyping *typing, char c,
                                               int64_t now_ms);
