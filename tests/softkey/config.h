/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - authenticatorConfig (CTAP 2.1, section 6.11), and what it has set
 * so far. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "tests/softkey/cbor.h"

typedef struct SoftkeyCore SoftkeyCore;

/* Command 0x0d. */
SoftkeyStatus softkey_config_command(SoftkeyCore *core,
                                     const SoftkeyCborItem *request,
                                     GByteArray *reply);

/* As they are now: the profile's, or what was set since. */
bool softkey_config_always_uv(const SoftkeyCore *core);
int softkey_config_min_pin_length(const SoftkeyCore *core);
