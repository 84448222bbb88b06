/* SPDX-License-Identifier: Apache-2.0 */
/* u2f.h - U2F (CTAP1) with keys that know nothing else: messages of our own,
 * and what comes back in the form that WebAuthn gives it (Level 3, section 8.6;
 * CTAP 2.1, section 7). It has no PIN, no passkeys and no extensions. */
#pragma once

#include "fidotool/device/credential.h"
#include "fidotool/device/key.h"

/* Asks for the version: true for "U2F_V2".
 * errors  FIDOTOOL_ERROR_UNSUPPORTED, and those of fidotool_key_exchange() */
bool fidotool_u2f_check_version(FidotoolKey *key, GError **error);

/*
 * Registers; the application is the RP ID. A credential of the list that the
 * key holds is told after a touch. errors  FIDOTOOL_ERROR_UNSUPPORTED
 * (discoverable, no ES256, credProtect 3), _NOT_FOUND (excluded), _TIMEOUT,
 * _CANCELLED, _INVALID, _LOST
 */
FidotoolCredentialMade *fidotool_u2f_make(FidotoolKey *key,
                                          const FidotoolCredentialMake *what,
                                          GError **error);

/* errors  FIDOTOOL_ERROR_UNSUPPORTED (no list), _NOT_FOUND, and as above */
FidotoolCredentialAsserted *
fidotool_u2f_assert(FidotoolKey *key, const FidotoolCredentialAssert *what,
                    GError **error);

/* The first of ids (GBytes) that the key says is its own for rp_id, without a
 * touch; *ret_id is NULL where none is, and else belongs to ids. */
bool fidotool_u2f_find(FidotoolKey *key, const char *rp_id,
                       const GPtrArray *ids, GBytes **ret_id, GError **error);

/* The message of a registration that nobody keeps, for who wants a touch alone.
 */
GBytes *fidotool_u2f_dummy(void);
