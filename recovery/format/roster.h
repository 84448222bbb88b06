/* SPDX-License-Identifier: Apache-2.0 */
/* roster.h - who may sign what, with which key, until when (one version). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "recovery/format/sshsig.h"

typedef struct {
  char *person, *sub, *team, *employee; /* employee: commitment, hex */
  uint8_t cred[32], registration[32];
  RecoverySshsigKey key;
  GBytes *key_bytes; /* SSH public key */
  char **roles;      /* sorted, NULL at the end */
  int64_t valid_after_ms, valid_before_ms;
} RecoveryRosterKey;

typedef struct {
  char *id;
  RecoverySshsigKey key;
  GBytes *key_bytes;
  int64_t valid_after_ms, valid_before_ms;
} RecoveryRosterMachine;

typedef struct {
  char *station;
  GPtrArray *keys;     /* RecoveryRosterKey, by person, then cred */
  GPtrArray *machines; /* RecoveryRosterMachine, by id */
} RecoveryRoster;

/* Up to 4 MiB. Strict: order, forms, no row twice, key application equal in
 * all rows (practice or real), one key and employee to one person, one sub a
 * person. errors RECOVERY_ERROR_INVALID */
RecoveryRoster *recovery_roster_read(const void *line, size_t len,
                                     GError **error);
/* The line; rows are sorted here. Free with g_free(). */
char *recovery_roster_write(RecoveryRoster *roster, size_t *ret_len,
                            GError **error);
RecoveryRoster *recovery_roster_new(const char *station);
void recovery_roster_free(RecoveryRoster *roster);
/* New zeroed rows, owned by the roster. */
RecoveryRosterKey *recovery_roster_add_key(RecoveryRoster *roster);
RecoveryRosterMachine *recovery_roster_add_machine(RecoveryRoster *roster);

bool recovery_roster_is_practice(const RecoveryRoster *roster);
const RecoveryRosterKey *recovery_roster_find_cred(const RecoveryRoster *roster,
                                                   const uint8_t cred[32]);
const RecoveryRosterKey *recovery_roster_find_key(const RecoveryRoster *roster,
                                                  const void *key, size_t len);
/* First row of a person (team and sub are equal in all, roles may differ). */
const RecoveryRosterKey *
recovery_roster_find_person(const RecoveryRoster *roster, const char *person);
const RecoveryRosterKey *recovery_roster_find_sub(const RecoveryRoster *roster,
                                                  const char *sub);
const RecoveryRosterMachine *
recovery_roster_find_machine(const RecoveryRoster *roster, const char *id);
const RecoveryRosterMachine *
recovery_roster_find_machine_key(const RecoveryRoster *roster, const void *key,
                                 size_t len);
bool recovery_roster_key_has_role(const RecoveryRosterKey *key,
                                  const char *role);
bool recovery_roster_valid_at(int64_t after_ms, int64_t before_ms,
                              int64_t now_ms);

/* data/roster.allowed_signers from every version: a line for every key and
 * machine, equal ones once, sorted. Free with g_free(). */
char *recovery_roster_allowed_signers(RecoveryRoster *const *versions,
                                      size_t count);
/* trust/officers.allowed_signers: the given persons' keys with the namespace
 * of station.init alone. */
char *recovery_roster_officers(const RecoveryRoster *roster,
                               const char *const *persons, size_t count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryRoster, recovery_roster_free)
