/* SPDX-License-Identifier: Apache-2.0 */
/* deed.c - the acts that this version carries out, one row each. */
#include "recovery/deed.h"

#include <string.h>

/* clang-format off */
static const RecoveryDeed deeds[] = {
  { "role.activate", false, "role", recovery_deed_staff_fill_role, recovery_deed_staff_role },
  { "roster.enrol", false, "", recovery_deed_staff_fill_enrol, recovery_deed_staff_enrol },
  { "key.import", true, "csv", recovery_deed_staff_fill_import, recovery_deed_staff_import },
  { "key.plan", true, "plan target credential?", NULL, recovery_deed_key_plan_give },
  { "roster.change", true, "roster", recovery_deed_change_fill_roster, recovery_deed_change_sign },
  { "roster.machine", true, "roster", recovery_deed_change_fill_roster, recovery_deed_change_sign },
  { "policy.load", true, "policy", recovery_deed_policy_fill, recovery_deed_change_sign },
  { "base.load", true, "base", recovery_deed_base_fill, recovery_deed_change_sign },
  { "policy.trial", true, "policy days?", recovery_deed_try_fill, recovery_deed_try },
  { "trust.load", true, "trust", recovery_deed_change_fill_trust, recovery_deed_change_sign },
  { "exception.grant", false, "exception", recovery_deed_exception_fill_grant, recovery_deed_exception_grant },
  { "exception.review", false, "object", recovery_deed_exception_fill_one, recovery_deed_exception_one },
  { "exception.end", false, "object", recovery_deed_exception_fill_one, recovery_deed_exception_one },
  { "decision.approve", false, "employee caller journey app transaction? reference minutes?", recovery_deed_consent_fill, recovery_deed_consent },
  { "change.veto", true, "change", recovery_deed_change_fill_veto, recovery_deed_change_veto },
  { "export.made", true, "reports?", recovery_deed_staff_fill_export, recovery_deed_staff_export },
  { "case.open", true, "sub op reason creds? lost_at? tier?", recovery_deed_case_fill_open, recovery_deed_case_open },
  { "case.start_proofing", true, "branch ial", NULL, recovery_deed_case_start_proofing },
  { "case.add_evidence", true, "type method result issuer? number_end?", NULL, recovery_deed_case_add_evidence },
  { "case.amend", true, "", NULL, recovery_deed_case_amend },
  { "case.submit", true, "", recovery_deed_case_fill_submit, recovery_deed_case_submit },
  { "case.approve", false, "contact", recovery_deed_decide_fill_approve, recovery_deed_decide_approve },
  { "case.refuse", false, "reason", recovery_deed_decide_fill_refuse, recovery_deed_decide_refuse },
  { "case.check", false, "", recovery_deed_check_fill, recovery_deed_check },
  { "case.activate", true, "", recovery_deed_decide_fill_activate, recovery_deed_decide_activate },
  { "case.withdraw", true, "", recovery_deed_case_fill_withdraw, recovery_deed_case_withdraw },
  { "case.uphold", false, "", recovery_deed_decide_fill_contest, recovery_deed_decide_contest },
  { "case.reject", false, "", recovery_deed_decide_fill_contest, recovery_deed_decide_contest },
};
/* clang-format on */

const RecoveryDeed *
recovery_deed_find(const char *act)
{
  for (size_t i = 0; act != NULL && i < G_N_ELEMENTS(deeds); i++)
    if (strcmp(deeds[i].act, act) == 0)
      return &deeds[i];
  return NULL;
}

const RecoveryDeed *
recovery_deed_at(size_t i)
{
  return i < G_N_ELEMENTS(deeds) ? &deeds[i] : NULL;
}
