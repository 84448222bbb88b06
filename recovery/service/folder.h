/* SPDX-License-Identifier: Apache-2.0 */
/* folder.h - a station's folder: one owner, one recoveryd, its keys.
 *
 *   station.conf  practice or not, the kiosk's user
 *   callers.conf  who may ask for decisions (callers.h); may be missing
 *   record.db     the record            outbox/  notices
 *   keys/         station.pem, machine.pem, plan.pem, kek: made once
 *   files/        small files of the station, such as roots.pem
 *   lock          held while a recoveryd runs
 *   socket        of a practice station
 */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
  char *path;
  char *store, *outbox, *files, *socket;
  bool practice;
  uid_t owner;
  uid_t kiosk; /* RECOVERY_PEER_NOBODY where there is none */
  GPtrArray *callers; /* RecoveryCaller; NULL: none */
  EVP_PKEY *station_key, *machine_key, *plan_key;
  uint8_t kek[32];
  int lock;
} RecoveryFolder;

/*
 * Opens the folder, and makes it and its keys where it is new. It must belong
 * to this user and to nobody else (0700), and hold a station of this kind, or
 * nothing. A record without its keys is never given new ones, but for plan.pem:
 * keyhelper takes no plan under a key that its configuration does not name.
 *
 * errors  RECOVERY_ERROR_FAILED (permissions, foreign, another recoveryd, a
 *         callers.conf that cannot be read),
 *         RECOVERY_ERROR_DAMAGED (keys are missing)
 */
RecoveryFolder *recovery_folder_open(const char *path, bool practice,
                                     GError **error);
/* Lets go of the lock and wipes the keys. */
void recovery_folder_free(RecoveryFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryFolder, recovery_folder_free)
