/* SPDX-License-Identifier: Apache-2.0 */
/* finger.h - the sensor: what the next samples are, and whether they are of a
 * finger that the key knows. When one is put there is touch.h's. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "tests/softkey/status.h"

typedef struct SoftkeyCore SoftkeyCore;

typedef enum {
  SOFTKEY_FINGER_GOOD, /* what a sample is when nothing was ordered */
  SOFTKEY_FINGER_BAD,  /* another finger; too short for an enrolment */
  SOFTKEY_FINGER_LOW_QUALITY,
} SoftkeyFinger;

/* The next sample; it is used up. */
SoftkeyFinger softkey_finger_next(SoftkeyCore *core);

bool softkey_finger_is_enrolled(const SoftkeyCore *core);

/* Whether a finger can be asked for: OK, UV_BLOCKED, or NOT_ALLOWED where none
 * is enrolled. */
SoftkeyStatus softkey_finger_check_ready(const SoftkeyCore *core);

/* The answer to getUVRetries. */
SoftkeyStatus softkey_finger_put_retries(SoftkeyCore *core, GByteArray *reply);

/* One try with the next sample: OK, UV_INVALID or UV_BLOCKED. */
SoftkeyStatus softkey_finger_verify(SoftkeyCore *core);
