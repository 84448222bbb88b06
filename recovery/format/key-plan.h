/* SPDX-License-Identifier: Apache-2.0 */
/* key-plan.h - a station's leave to take something off a security key: which
 * key, what, and until when. One line of the JCS subset, signed by recoveryd in
 * SSHSIG form, so that keyhelper and stock ssh-keygen can check it. */
#pragma once

#include <stdint.h>

#include "fidotool/json.h"
#include "recovery/format/sshsig.h"

/* What a plan may be for. */
#define RECOVERY_KEY_PLAN_RESET "key.reset"
#define RECOVERY_KEY_PLAN_DELETE "key.credential.delete"

/* From its iat to its until, at most. */
#define RECOVERY_KEY_PLAN_LIFE_MS (15 * 60 * INT64_C(1000))

/*
 * Whether the members fit together that a plan and its entry in the record
 * (act key.plan) share: what it is for is one of the two, and cred is there
 * where it is a deletion, and only there. iat_ms is that of the plan, t of the
 * entry.
 * errors  RECOVERY_ERROR_INVALID
 */
bool recovery_key_plan_check(const char *what, const FidotoolJson *cred,
                             int64_t iat_ms, int64_t until_ms, GError **error);

/* "keyturn-plan@v1", in practice "keyturn-practice-plan@v1". */
const char *recovery_key_plan_namespace(bool practice);

/*
 * Reads a plan strictly: {act, cred?, iat, log, nonce, seq, station, target,
 * until, v}. act is what may be done, target what the key is known by (64 hex
 * digits, keyhelper's), cred SHA-256 of the credential's id, seq the entry of
 * the record that tells of it.
 *
 * returns  the tree, freed with fidotool_json_free(); NULL and error
 * errors   RECOVERY_ERROR_INVALID
 */
FidotoolJson *recovery_key_plan_read(const char *line, GError **error);

/* The armoured signature over the line; NULL and error. */
char *recovery_key_plan_sign(EVP_PKEY *key, bool practice, const char *line,
                             GError **error);
/* errors  RECOVERY_ERROR_INVALID: not made by that key over that line */
bool recovery_key_plan_verify(const RecoverySshsigKey *key, bool practice,
                              const char *line, const char *armour,
                              GError **error);

/* "ssh-ed25519 <base64>", as it stands in keyhelper's configuration. */
char *recovery_key_plan_write_key(EVP_PKEY *key);
bool recovery_key_plan_read_key(const char *text, RecoverySshsigKey *ret_key,
                                GError **error);
