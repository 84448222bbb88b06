/* SPDX-License-Identifier: Apache-2.0 */
/* drift-keys.h - the credentials that another system lists, against the
 * register of the keys that a station gave out. */
#pragma once

#include "fidotool/json.h"

typedef enum {
  RECOVERY_DRIFT_KEYS_STILL_THERE, /* lost, suspended, revoked or retired */
  RECOVERY_DRIFT_KEYS_TOO_EARLY,   /* made, and not released yet */
  RECOVERY_DRIFT_KEYS_UNEXPLAINED, /* of no case and no import */
  RECOVERY_DRIFT_KEYS_OTHER_MODEL, /* another AAGUID than it was judged to have
                                    */
  RECOVERY_DRIFT_KEYS_TWICE,       /* listed again */
  RECOVERY_DRIFT_KEYS_MISSING,     /* active here, and not listed */
  RECOVERY_DRIFT_KEYS_N,
} RecoveryDriftKeysKind;

/* "still-there" */
const char *recovery_drift_keys_word(RecoveryDriftKeysKind kind);

/*
 * Compares. The order is that of the list, then of the register.
 *
 * keys     the member of a station's answer to the query "register"
 * list     RecoveryDriftCredential
 * returns  an array of {"difference", "cred", "credential_id"?, "user"?,
 *          "sub"?, "state"?, "aaguid"?, "created"?, "text"}; freed with
 *          fidotool_json_free()
 */
FidotoolJson *recovery_drift_keys_compare(const FidotoolJson *keys,
                                          const GPtrArray *list);
/* The same as CSV, safe for spreadsheets; g_free(). */
char *recovery_drift_keys_csv(const FidotoolJson *differences);
