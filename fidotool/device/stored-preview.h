/* SPDX-License-Identifier: Apache-2.0 */
/* stored-preview.h - credential management of keys from before CTAP 2.1,
 * through libfido2: each call takes the PIN and buys a token of its own. */
#pragma once

#include "fidotool/device/stored.h"

/* Each as its namesake in stored.h; errors those of fidotool_key_check(). */
bool fidotool_stored_preview_counts(FidotoolKey *key, const FidotoolSecret *pin,
                                    int *ret_existing, int *ret_remaining,
                                    GError **error);
GPtrArray *fidotool_stored_preview_rps(FidotoolKey *key,
                                       const FidotoolSecret *pin,
                                       GError **error);
/* Appends the credentials of one relying party to list. */
bool fidotool_stored_preview_list(FidotoolKey *key, const FidotoolSecret *pin,
                                  const char *rp_id, GPtrArray *list,
                                  GError **error);
bool fidotool_stored_preview_delete(FidotoolKey *key, const FidotoolSecret *pin,
                                    GBytes *id, GError **error);
