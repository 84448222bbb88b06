/* SPDX-License-Identifier: Apache-2.0 */
/* deed-check.c - a security officer passes the routine check of a case. */
#include "recovery/deed.h"

bool
recovery_deed_check_fill(RecoveryTrial *trial, FidotoolJson *statement,
                         G_GNUC_UNUSED GError **error)
{
  recovery_trial_fill_case(trial, statement);
  return true;
}

/* The wait is that of the quorum: it ran meanwhile. */
bool
recovery_deed_check(RecoveryTrial *trial, FidotoolJson *entry, GError **error)
{
  g_autoptr(FidotoolJson) taken = entry;

  return recovery_trial_in_case(trial, entry, RECOVERY_STATE_WAITING, error) &&
         recovery_trial_append(trial, g_steal_pointer(&taken), error);
}
