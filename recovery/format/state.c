/* SPDX-License-Identifier: Apache-2.0 */
/* state.c - the two tables of states. Every step that exists is a row. */
#include "recovery/format/state.h"

#include <glib.h>
#include <string.h>

#define NONE RECOVERY_STATE_NONE
#define OPEN RECOVERY_STATE_OPEN
#define PROOFING RECOVERY_STATE_PROOFING
#define AWAITING RECOVERY_STATE_AWAITING_APPROVAL
#define CHECK RECOVERY_STATE_ROUTINE_CHECK
#define WAITING RECOVERY_STATE_WAITING
#define READY RECOVERY_STATE_READY
#define BINDING RECOVERY_STATE_BINDING
#define ISSUED RECOVERY_STATE_ISSUED
#define COMPLETED RECOVERY_STATE_COMPLETED
#define CONTESTED RECOVERY_STATE_CONTESTED
#define UNDONE RECOVERY_STATE_UNDONE
#define REFUSED RECOVERY_STATE_REFUSED
#define EXPIRED RECOVERY_STATE_EXPIRED
#define WITHDRAWN RECOVERY_STATE_WITHDRAWN

static const char *const names[] = {
    [NONE] = "",
    [OPEN] = "open",
    [PROOFING] = "proofing",
    [AWAITING] = "awaiting_approval",
    [CHECK] = "routine_check",
    [WAITING] = "waiting",
    [READY] = "ready",
    [BINDING] = "binding",
    [ISSUED] = "issued",
    [COMPLETED] = "completed",
    [CONTESTED] = "contested",
    [UNDONE] = "undone",
    [REFUSED] = "refused",
    [EXPIRED] = "expired",
    [WITHDRAWN] = "withdrawn",
};

/* clang-format off */
static const struct {
  RecoveryState from;
  const char *act;
  RecoveryState to;
} rows[] = {
  { NONE,      "case.open",           OPEN },
  { OPEN,      "case.suspend_keys",   OPEN },
  { OPEN,      "case.start_proofing", PROOFING },
  { OPEN,      "case.contest",        CONTESTED },
  { OPEN,      "case.withdraw",       WITHDRAWN },
  { OPEN,      "case.expire",         EXPIRED },
  { PROOFING,  "case.add_evidence",   PROOFING },
  { PROOFING,  "case.submit",         AWAITING },
  { PROOFING,  "case.contest",        CONTESTED },
  { PROOFING,  "case.withdraw",       WITHDRAWN },
  { PROOFING,  "case.expire",         EXPIRED },
  { AWAITING,  "case.made",           AWAITING },
  { AWAITING,  "case.approve",        AWAITING },
  { AWAITING,  "case.refuse",         REFUSED },
  { AWAITING,  "case.amend",          PROOFING },
  { AWAITING,  "case.quorum",         WAITING },
  { AWAITING,  "case.quorum",         CHECK },
  { AWAITING,  "case.contest",        CONTESTED },
  { AWAITING,  "case.withdraw",       WITHDRAWN },
  { AWAITING,  "case.expire",         EXPIRED },
  { CHECK,     "case.check",          WAITING },
  { CHECK,     "case.refuse",         REFUSED },
  { CHECK,     "case.contest",        CONTESTED },
  { CHECK,     "case.withdraw",       WITHDRAWN },
  { CHECK,     "case.expire",         EXPIRED },
  { WAITING,   "case.elapsed",        READY },
  { WAITING,   "case.contest",        CONTESTED },
  { WAITING,   "case.withdraw",       WITHDRAWN },
  { WAITING,   "case.expire",         EXPIRED },
  { READY,     "case.activate",       ISSUED },
  { READY,     "case.start_binding",  BINDING },
  { READY,     "case.contest",        CONTESTED },
  { READY,     "case.withdraw",       WITHDRAWN },
  { READY,     "case.expire",         EXPIRED },
  { BINDING,   "case.bound",          ISSUED },
  { BINDING,   "case.failed",         READY },
  { BINDING,   "case.contest",        CONTESTED },
  { BINDING,   "case.withdraw",       WITHDRAWN },
  { BINDING,   "case.expire",         EXPIRED },
  { ISSUED,    "case.rp_proof",       ISSUED },
  { ISSUED,    "case.close",          COMPLETED },
  { ISSUED,    "case.contest",        CONTESTED },
  { CONTESTED, "case.uphold",         UNDONE },
  { CONTESTED, "case.reject",         OPEN },
  { CONTESTED, "case.reject",         PROOFING },
  { CONTESTED, "case.reject",         AWAITING },
  { CONTESTED, "case.reject",         CHECK },
  { CONTESTED, "case.reject",         WAITING },
  { CONTESTED, "case.reject",         READY },
  { CONTESTED, "case.reject",         BINDING },
  { CONTESTED, "case.reject",         ISSUED },
};

/* What may happen once a case is over; none of it changes the state. */
static const char *const afterwards[] = {
  "case.hold_on", "case.hold_off", "case.purge", NULL,
};
/* clang-format on */

const char *
recovery_state_name(RecoveryState state)
{
  g_assert((size_t)state < G_N_ELEMENTS(names));
  return names[state];
}

bool
recovery_state_read(const char *name, RecoveryState *ret_state)
{
  for (size_t i = 1; name != NULL && i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i], name) == 0) {
      *ret_state = (RecoveryState)i;
      return true;
    }
  return false;
}

bool
recovery_state_is_final(RecoveryState state)
{
  return state == COMPLETED || state == UNDONE || state == REFUSED ||
         state == EXPIRED || state == WITHDRAWN;
}

/* How many rows there are from a state with an act, and the one wanted. */
static int
count_rows(RecoveryState from, const char *act, RecoveryState wanted,
           RecoveryState *ret_only, bool *ret_wanted)
{
  int count = 0;

  *ret_wanted = false;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    if (rows[i].from != from || strcmp(rows[i].act, act) != 0)
      continue;
    count++;
    *ret_only = rows[i].to;
    *ret_wanted = *ret_wanted || rows[i].to == wanted;
  }
  return count;
}

bool
recovery_state_next(RecoveryState from, const char *act, RecoveryState wanted,
                    RecoveryState *ret_to)
{
  RecoveryState only = NONE;
  bool is_wanted;
  int count;

  if (recovery_state_is_final(from) && g_strv_contains(afterwards, act)) {
    *ret_to = from;
    return true;
  }
  count = count_rows(from, act, wanted, &only, &is_wanted);
  if (count == 0 || (count > 1 && !is_wanted))
    return false;
  *ret_to = count == 1 ? only : wanted;
  return true;
}

/* Keys */

static const char *const key_names[] = {
    [RECOVERY_KEY_NONE] = "",
    [RECOVERY_KEY_STOCK] = "stock",
    [RECOVERY_KEY_PENDING] = "pending",
    [RECOVERY_KEY_ACTIVE] = "active",
    [RECOVERY_KEY_SUSPENDED] = "suspended",
    [RECOVERY_KEY_LOST] = "lost",
    [RECOVERY_KEY_REVOKED] = "revoked",
    [RECOVERY_KEY_RETIRED] = "retired",
};

static const struct {
  RecoveryKeyState from, to;
} key_rows[] = {
    {RECOVERY_KEY_NONE, RECOVERY_KEY_STOCK},
    {RECOVERY_KEY_NONE, RECOVERY_KEY_PENDING},
    {RECOVERY_KEY_STOCK, RECOVERY_KEY_PENDING},
    {RECOVERY_KEY_STOCK, RECOVERY_KEY_RETIRED},
    {RECOVERY_KEY_PENDING, RECOVERY_KEY_ACTIVE},
    {RECOVERY_KEY_PENDING, RECOVERY_KEY_RETIRED},
    {RECOVERY_KEY_ACTIVE, RECOVERY_KEY_SUSPENDED},
    {RECOVERY_KEY_ACTIVE, RECOVERY_KEY_LOST},
    {RECOVERY_KEY_ACTIVE, RECOVERY_KEY_REVOKED},
    {RECOVERY_KEY_ACTIVE, RECOVERY_KEY_RETIRED},
    {RECOVERY_KEY_SUSPENDED, RECOVERY_KEY_ACTIVE},
    {RECOVERY_KEY_SUSPENDED, RECOVERY_KEY_LOST},
    {RECOVERY_KEY_SUSPENDED, RECOVERY_KEY_REVOKED},
    {RECOVERY_KEY_LOST, RECOVERY_KEY_REVOKED},
    {RECOVERY_KEY_REVOKED, RECOVERY_KEY_RETIRED},
};

const char *
recovery_state_key_name(RecoveryKeyState state)
{
  g_assert((size_t)state < G_N_ELEMENTS(key_names));
  return key_names[state];
}

bool
recovery_state_key_read(const char *name, RecoveryKeyState *ret_state)
{
  for (size_t i = 1; name != NULL && i < G_N_ELEMENTS(key_names); i++)
    if (strcmp(key_names[i], name) == 0) {
      *ret_state = (RecoveryKeyState)i;
      return true;
    }
  return false;
}

bool
recovery_state_key_may(RecoveryKeyState from, RecoveryKeyState to)
{
  for (size_t i = 0; i < G_N_ELEMENTS(key_rows); i++)
    if (key_rows[i].from == from && key_rows[i].to == to)
      return true;
  return false;
}
