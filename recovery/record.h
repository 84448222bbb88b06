/* SPDX-License-Identifier: Apache-2.0 */
/* record.h - the append-only log of one station: entries, tree, checkpoints. */
#pragma once

#include <openssl/evp.h>

#include "fidotool/json.h"
#include "recovery/format/tree.h"
#include "recovery/store.h"

typedef struct RecoveryRecord RecoveryRecord;

/* When something happened; handed in, no clock is read here. */
typedef struct {
  int64_t now_ms;   /* wall clock, UTC */
  int64_t mono_ms;  /* monotonic, within one boot */
  const char *boot; /* boot id, 36 characters of lower-case uuid text */
} RecoveryMoment;

/*
 * Opens the record on a store and checks it: entries are read from the start,
 * each leaf and stored root is made again, seq and log and uuid compared with
 * the body, and the newest checkpoint's signature (station_key, 32 bytes of
 * Ed25519; NULL skips it in an empty store) and root. A checkpoint beyond the
 * end is a rollback.
 * errors  RECOVERY_ERROR_DAMAGED naming the first bad seq
 */
RecoveryRecord *recovery_record_open(RecoveryStore *store,
                                     const uint8_t *station_key,
                                     GError **error);
void recovery_record_free(RecoveryRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryRecord, recovery_record_free)

/* NULL in an empty store. */
const char *recovery_record_origin(const RecoveryRecord *record);
int64_t recovery_record_size(const RecoveryRecord *record);
void recovery_record_root(const RecoveryRecord *record, uint8_t ret_root[32]);
/* SHA-256 of the bytes of entry 0; false in an empty store. */
bool recovery_record_genesis(const RecoveryRecord *record,
                             uint8_t ret_genesis[32]);
/* Time of the last entry, 0 in an empty store. */
int64_t recovery_record_last_ms(const RecoveryRecord *record);
/* Root at a size <= the record's; size 0 gives SHA-256 of nothing. */
bool recovery_record_root_at(RecoveryRecord *record, int64_t size,
                             uint8_t ret_root[32], GError **error);

/*
 * A group of entries that stand or fall together, with the store's writers in
 * between: begin, append any number, commit. Rollback (also after a failed
 * append or commit) puts the tree back to where it was.
 */
bool recovery_record_begin(RecoveryRecord *record, GError **error);
/*
 * fields: the entry without v, log, seq, t, mono, id, policy, build (added
 * here); act and out are the caller's. policy: 32 bytes. The whole is checked
 * (recovery_statement_check_entry) before it is stored. ret_body may be NULL.
 */
bool recovery_record_append(RecoveryRecord *record, FidotoolJson *fields,
                            const RecoveryMoment *moment,
                            const uint8_t policy[32], const char *build,
                            int64_t *ret_seq, GBytes **ret_body,
                            GError **error);
bool recovery_record_commit(RecoveryRecord *record, GError **error);
void recovery_record_rollback(RecoveryRecord *record);

/* First entry of all: adds the log row with its origin. Inside begin/commit. */
bool recovery_record_start(RecoveryRecord *record, const char *origin,
                           const RecoveryMoment *moment, GError **error);

/* Signs the head; the note is also stored. Inside begin/commit. */
char *recovery_record_checkpoint(RecoveryRecord *record, EVP_PKEY *key,
                                 GError **error);
/* All leaf hashes up to size, 32 bytes each: for proofs. */
GByteArray *recovery_record_leaves(RecoveryRecord *record, int64_t size,
                                   GError **error);
