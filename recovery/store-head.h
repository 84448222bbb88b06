/* SPDX-License-Identifier: Apache-2.0 */
/* store-head.h - size and root of the newest head that was acknowledged, in a
 * small file beside the store ("PATH-head"). SQLite takes a file or a log put
 * back to an earlier state for a good one; this shows that entries are gone.
 * The file is also the lock that keeps a second program out. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct RecoveryStoreHead RecoveryStoreHead;

/*
 * Opens the file beside path and locks it; made where make is set and it is
 * not there. ":memory:" has no file and keeps the head itself.
 * errors  RECOVERY_ERROR_RECORD (in use, or I/O)
 */
RecoveryStoreHead *recovery_store_head_open(const char *path, bool make,
                                            GError **error);
void recovery_store_head_free(RecoveryStoreHead *head);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryStoreHead, recovery_store_head_free)

/* ret_size is -1 where the file is missing or cannot be read. */
void recovery_store_head_read(RecoveryStoreHead *head, int64_t *ret_size,
                              uint8_t ret_root[32]);
/* Written in place and not synced: a head that is behind the store does no
 * harm, one that is ahead cannot come from a power cut. */
bool recovery_store_head_write(RecoveryStoreHead *head, int64_t size,
                               const uint8_t root[32]);
