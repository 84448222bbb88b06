/* SPDX-License-Identifier: Apache-2.0 */
/* drift-expect.h - what the policy lets in at one cell of the same table: plain
 * access, every signal good, every approval given. Classes are told by the
 * facts that other systems can have: method, user verification, whether a key
 * can be synced, attestation, and the model. What no export says
 * (certification, metadata status, firmware, transports) is taken as met. */
#pragma once

#include "recovery/policy/document.h"
#include "recovery/policy/drift/drift-table.h"

/* One authenticator that there may be. */
typedef struct {
  const char *method;
  bool uv, be, attested;
  const char *aaguid; /* NULL: one that no list has */
} RecoveryDriftProbe;

/* The policy with its lists as sets. */
typedef struct {
  const RecoveryDocument *document;
  int64_t now_s;
  GPtrArray *lists; /* by index: GHashTable of AAGUIDs that are live */
} RecoveryDriftPolicy;

typedef struct {
  const RecoveryDriftPolicy *policy;
  bool open;         /* something is accepted here */
  bool *accepted;    /* by index of class */
  int64_t min_rank;  /* 0: none */
  int64_t max_age_s; /* RECOVERY_DRIFT_NO_AGE: none */
  GArray *lists;     /* uint32_t: in every one of these */
  bool no_webauthn;  /* the app cannot do it */
  int64_t approvals; /* needed besides; other systems have none */
  bool conditional;  /* more holds where a signal is not good */
  GPtrArray *rules;  /* ids of those that decided */
} RecoveryDriftExpect;

RecoveryDriftPolicy *
recovery_drift_expect_policy_new(const RecoveryDocument *document,
                                 int64_t now_s);
void recovery_drift_expect_policy_free(RecoveryDriftPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftPolicy,
                              recovery_drift_expect_policy_free)

/* populations: one truth for each of the policy's; which the person is in. */
RecoveryDriftExpect *recovery_drift_expect(const RecoveryDriftPolicy *policy,
                                           uint32_t journey,
                                           const bool *populations,
                                           uint32_t app);
void recovery_drift_expect_free(RecoveryDriftExpect *expect);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftExpect, recovery_drift_expect_free)

/* The class of an authenticator, RECOVERY_DOCUMENT_NONE where it has none. */
uint32_t recovery_drift_expect_class(const RecoveryDriftPolicy *policy,
                                     const RecoveryDriftProbe *probe);
bool recovery_drift_expect_takes_class(const RecoveryDriftExpect *expect,
                                       uint32_t index);
bool recovery_drift_expect_takes(const RecoveryDriftExpect *expect,
                                 const RecoveryDriftProbe *probe);
