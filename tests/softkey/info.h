/* SPDX-License-Identifier: Apache-2.0 */
/* info.h - authenticatorGetInfo, from the profile (CTAP 2.1, section 6.4). */
#pragma once

#include <glib.h>

#include "tests/softkey/cbor.h"

typedef struct SoftkeyCore SoftkeyCore;

/* Command 0x04. */
SoftkeyStatus softkey_info_command(SoftkeyCore *core,
                                   const SoftkeyCborItem *request,
                                   GByteArray *reply);
