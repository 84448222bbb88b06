/* SPDX-License-Identifier: Apache-2.0 */
/* vault.h - personal data: commitments for the record, sealed values for the
 * station. AES-256-GCM under a key of the subject, itself wrapped. */
#pragma once

#include "recovery/store.h"

typedef struct RecoveryVault RecoveryVault;

/* kek: 32 bytes that wrap the subjects' keys; copied, wiped when freed. */
RecoveryVault *recovery_vault_new(RecoveryStore *store, const uint8_t kek[32]);
void recovery_vault_free(RecoveryVault *vault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryVault, recovery_vault_free)

/*
 * Commits to value (a JCS line of one field, {"name":"..."}): fresh 32-byte
 * salt, commitment = HMAC-SHA-256(salt, value); salt and value are sealed for
 * subject (a subject id). Inside the store's transaction.
 * expires_at  seconds UTC
 */
bool recovery_vault_commit(RecoveryVault *vault, const char *subject,
                           const char *value, int64_t expires_at,
                           uint8_t ret_commitment[32], GError **error);
/* The same with a salt that was drawn before: the value was shown, with its
 * commitment, to be signed. */
bool recovery_vault_commit_with(RecoveryVault *vault, const char *subject,
                                const uint8_t salt[32], const char *value,
                                int64_t expires_at, uint8_t ret_commitment[32],
                                GError **error);
/* The same with a salt derived from the station's key, so that equal values
 * give equal commitments (employee ids; never handed out as an opening). */
void recovery_vault_employee(RecoveryVault *vault, const char *employee,
                             uint8_t ret_commitment[32]);
/* Seals text under a digest of its own (the frozen case line, by its case
 * digest), in place of what was there. */
bool recovery_vault_keep(RecoveryVault *vault, const char *subject,
                         const uint8_t digest[32], const char *text,
                         int64_t expires_at, GError **error);
/* Opens either kind: ret_salt (32 bytes) is zero for the second. NOT_FOUND
 * where it was erased or never there. */
bool recovery_vault_open(RecoveryVault *vault, const uint8_t commitment[32],
                         uint8_t ret_salt[32], char **ret_value,
                         GError **error);
