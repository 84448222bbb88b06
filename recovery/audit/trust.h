/* SPDX-License-Identifier: Apache-2.0 */
/* trust.h - what an auditor was given before: the folder trust/ of a station.
 * Nothing inside a bundle can stand in for it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "recovery/format/sshsig.h"

typedef struct {
  char *person;
  GBytes *key; /* SSH public key */
  int64_t valid_after_ms, valid_before_ms;
} RecoveryTrustOfficer;

typedef struct {
  char *vkey;          /* text with its newline; NULL where it is lacking */
  char *genesis;       /* 64 hex digits; NULL */
  GPtrArray *officers; /* RecoveryTrustOfficer; NULL */
  bool practice;       /* read from the officers' keys */
  GPtrArray *roots;    /* char *, base64 of DER; NULL */
  GPtrArray *lacking;  /* char *: what is missing, empty or unreadable */
} RecoveryTrust;

/*
 * Reads the folder; NULL for none. A part that is missing, empty or
 * unreadable is lacking, which makes a bundle "not anchored".
 * errors  RECOVERY_ERROR_FAILED: there is no such folder
 */
RecoveryTrust *recovery_trust_open(const char *folder, GError **error);
RecoveryTrust *recovery_trust_new(void);
/* One part by its file name; for those who hold it in memory. */
void recovery_trust_add(RecoveryTrust *trust, const char *name, GBytes *data);
void recovery_trust_free(RecoveryTrust *trust);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryTrust, recovery_trust_free)
