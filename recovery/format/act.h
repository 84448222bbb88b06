/* SPDX-License-Identifier: Apache-2.0 */
/* act.h - every act there is: who signs it, how often, and which fields its
 * statement and its entry have. What is not a row cannot be recorded. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum {
  RECOVERY_ACT_SIGNED,  /* needs `signatures` statements */
  RECOVERY_ACT_SESSION, /* inside an active role session, with an actor */
  RECOVERY_ACT_SYSTEM,  /* recoveryd itself: no actor, no signature */
  RECOVERY_ACT_NEW_KEY, /* the new key answers (case.made, case.bound) */
  RECOVERY_ACT_MIXED,   /* signed by staff, or by code or key of the subject */
} RecoveryActKind;

typedef struct {
  const char *name; /* without .proposed */
  RecoveryActKind kind;
  int signatures;        /* 0 to 3: how many it needs at least */
  int signatures_most;   /* where one more may be asked for, else the same */
  const char *statement; /* fields beyond S, "?" after one that may miss;
                            NULL where there is no statement */
  const char *entry;     /* fields beyond E, likewise */
  bool of_case;          /* its entry has a case */
} RecoveryAct;

/* Finds an act by its name as recorded; "<act>.proposed" finds <act> where it
 * may take more than one signature. NULL where there is none. */
const RecoveryAct *recovery_act_find(const char *name);
bool recovery_act_is_proposed(const char *name);
size_t recovery_act_count(void);
const RecoveryAct *recovery_act_at(size_t i);

/* True when a holder of the role may sign the act (ledger table of roles; a
 * role id that is not named there is a slot). "roster.enrol" and
 * "role.activate" are everybody's. */
bool recovery_act_role_may(const char *role, const char *act);
/* Likewise for acts in session. */
bool recovery_act_role_may_in_session(const char *role, const char *act);
/* True for a role id that fills the approval slot of the same id. */
bool recovery_act_role_is_slot(const char *role);

/* "keyturn-<act>@v1", in practice "keyturn-practice-<act>@v1", act without
 * .proposed; "machine" for machines. Free with g_free(). */
char *recovery_act_namespace(const char *act, bool practice);
