/* SPDX-License-Identifier: Apache-2.0 */
/* bio.h - authenticatorBioEnrollment (CTAP 2.1, section 6.7), for profiles with
 * the option bioEnroll. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/cbor.h"

typedef struct SoftkeyCore SoftkeyCore;

/* A fingerprint that is being taken; id 0: none. */
typedef struct {
  uint16_t id;
  int remaining; /* good samples that are still wanted */
} SoftkeyBioEnrolment;

/* Command 0x09. */
SoftkeyStatus softkey_bio_command(SoftkeyCore *core,
                                  const SoftkeyCborItem *request,
                                  GByteArray *reply);

/* Command 0x40: the same before CTAP 2.1, for profiles with the option
 * userVerificationMgmtPreview. */
SoftkeyStatus softkey_bio_preview(SoftkeyCore *core,
                                  const SoftkeyCborItem *request,
                                  GByteArray *reply);
