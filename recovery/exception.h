/* SPDX-License-Identifier: Apache-2.0 */
/* exception.h - exceptions as acts of the record: which of them are there at a
 * time, and in the form in which a decision takes them. */
#pragma once

#include "recovery/model.h"
#include "recovery/policy/document.h"

/* Where a granted exception stands. Only a live one waives anything. */
typedef enum {
  RECOVERY_EXCEPTION_EARLY, /* its time has not come */
  RECOVERY_EXCEPTION_LIVE,
  RECOVERY_EXCEPTION_OVERDUE, /* no review in time: as ended, for good */
  RECOVERY_EXCEPTION_IDLE,    /* the policy has no such rule (any more) */
  RECOVERY_EXCEPTION_ENDED,   /* by an officer */
  RECOVERY_EXCEPTION_EXPIRED, /* by its date */
} RecoveryExceptionState;

/* "early", "live", "overdue", "idle", "ended", "expired". */
const char *recovery_exception_state_name(RecoveryExceptionState state);
RecoveryExceptionState
recovery_exception_state(const RecoveryModel *model,
                         const RecoveryModelException *exception,
                         int64_t now_ms);
/* When the next review is due, seconds: from then on it is not there. */
int64_t recovery_exception_due(const RecoveryModelException *exception);

/*
 * The live exceptions, ready to be decided with: what they name are references
 * into a policy: that in force, or a draft. They point into the model, and are
 * true as long as the policy, the model's exception_acts and the time (until_s)
 * allow. A requirement that the policy does not have is left out of `waives`.
 */
typedef struct {
  GArray *list;     /* RecoveryDocumentException, in order of grant. from_s is
                       the last review, where there was one, so that a decision
                       needs no `reviews` besides */
  int64_t until_s;  /* until then it stays the same, acts and another policy
                       aside; INT64_MAX: for ever */
  GPtrArray *lists; /* what the members point to */
} RecoveryExceptionLive;

RecoveryExceptionLive *recovery_exception_live(const RecoveryModel *model,
                                               const RecoveryPolicy *policy,
                                               int64_t now_s);
void recovery_exception_live_free(RecoveryExceptionLive *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryExceptionLive,
                              recovery_exception_live_free)

/* The kind of rule that an id names in a policy: a section, or
 * RECOVERY_DOCUMENT_N_SECTIONS where it names no rule. */
RecoveryDocumentSection recovery_exception_rule(const RecoveryPolicy *policy,
                                                const char *id);
