/* SPDX-License-Identifier: Apache-2.0 */
/* drift-entra-recovery.c - what Microsoft Graph says of the ways back in, and
 * of accounts that people make by themselves: the policy of authorization.
 * Self-service password reset of all others is in no answer of Graph. */
#include "recovery/policy/drift/drift-entra.h"

static void
add_administrators(RecoveryDriftReader *reader)
{
  RecoveryDriftRule *rule = recovery_drift_table_add_rule(
      reader->table->ways_back, "allowedToUseSSPR", &reader->error);

  if (rule == NULL)
    return;
  rule->who.all = true; /* who is an administrator the export does not say */
  rule->note = g_strdup("administrators reset their password by themselves, "
                        "with two methods that no export lists");
  g_ptr_array_add(rule->accept,
                  recovery_drift_table_offer_new("(two methods)", "none"));
}

void
recovery_drift_entra_read_authorization(RecoveryDriftReader *reader,
                                        const FidotoolJson *policy)
{
  if (recovery_drift_reader_truth(reader, policy, "allowedToUseSSPR", false))
    add_administrators(reader);
  if (recovery_drift_reader_truth(
          reader, policy, "allowEmailVerifiedUsersToJoinOrganization", false))
    recovery_drift_table_unmapped(
        reader->table, "allowEmailVerifiedUsersToJoinOrganization",
        "who has an address of one of the domains can make an account by "
        "themselves");
}
