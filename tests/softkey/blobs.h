/* SPDX-License-Identifier: Apache-2.0 */
/* blobs.h - authenticatorLargeBlobs (CTAP 2.1, section 6.10), for profiles with
 * the option largeBlobs. */
#pragma once

#include <stddef.h>

#include <glib.h>

#include "tests/softkey/cbor.h"

typedef struct SoftkeyCore SoftkeyCore;

/* An array that comes in fragments; bytes is NULL when none does. */
typedef struct {
  GByteArray *bytes;
  size_t expected;
} SoftkeyBlobsWrite;

void softkey_blobs_forget(SoftkeyBlobsWrite *write);

/* Command 0x0c. */
SoftkeyStatus softkey_blobs_command(SoftkeyCore *core,
                                    const SoftkeyCborItem *request,
                                    GByteArray *reply);
