/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h - settings of a key (authenticatorConfig, CTAP 2.1, section 6.11).
 * The standard knows toggles and counts that only grow; here they are states.
 * After each change the key is looked at again, and what it shows is believed,
 * not what it answered.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/key.h"
#include "fidotool/device/token.h"

/* One state that a key may have: 1 on, 0 off, -1 it has no such setting. */
int fidotool_config_always_uv(const FidotoolInfo *info);
int fidotool_config_enterprise(const FidotoolInfo *info);
/* Can the command be used at all; can the minimum be set? */
bool fidotool_config_is_supported(const FidotoolInfo *info);
bool fidotool_config_can_set_min_pin(const FidotoolInfo *info);
/* Most relying parties that fidotool_config_set_min_pin() takes. */
int fidotool_config_max_rp_ids(const FidotoolInfo *info);

/*
 * Each takes the key into a state: the caller has seen that it is in another.
 *
 * token   with FIDOTOOL_TOKEN_CONFIG; NULL for a key without PIN and sensor
 * errors  those of fidotool_ctap_run(); FIDOTOOL_ERROR_FAILED when the key
 *         said yes and then shows something else
 */
bool fidotool_config_set_always_uv(FidotoolKey *key, const FidotoolToken *token,
                                   bool on, GError **error);
bool fidotool_config_set_enterprise(FidotoolKey *key,
                                    const FidotoolToken *token, GError **error);
bool fidotool_config_force_change(FidotoolKey *key, const FidotoolToken *token,
                                  GError **error);

/* length    code points, 4 to 63; never below what it is
 * rp_ids    may read the minimum from the key, in place of those before; NULL
 *           leaves them */
bool fidotool_config_set_min_pin(FidotoolKey *key, const FidotoolToken *token,
                                 int length, const GPtrArray *rp_ids,
                                 GError **error);
