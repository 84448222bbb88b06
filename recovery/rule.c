/* SPDX-License-Identifier: Apache-2.0 */
/* rule.c - every check between a request and the record, one row each. A row
 * that is taken out is a rule that no longer holds: tests/attack shows that a
 * test falls for each. Nothing is decided anywhere else. */
#include <string.h>

#include "recovery/rule.h"

/* ACTOR: asked always, and alone where only the person is looked at. */
enum { ALWAYS = 1, AT_SUBMIT = 2, SIGNED = 4, WHO = 8, ACTOR = ALWAYS | WHO };

#define DECIDES "case.uphold case.reject"
#define CHANGES "roster.change roster.machine policy.load trust.load base.load"
#define GRANT "exception.grant"
#define CONSENT "decision.approve"
#define STAFF_STEPS                                                            \
  "case.start_proofing case.add_evidence case.submit case.amend"

/* Every rule there is, in the order they are asked. acts: NULL for all.
 * SIGNED: about the two signatures over a statement, when it is handed in. */
/* clang-format off */
static const struct {
  const char *id;
  int when;
  const char *acts;
  RecoveryRefusal *(*check)(RecoveryTrial *trial, GError **error);
} rules[] = {
  { "clock", ACTOR, NULL, recovery_rule_actor_clock },
  { "actor-unknown", ACTOR, NULL, recovery_rule_actor_known },
  { "enrol-first", ACTOR, "!roster.enrol", recovery_rule_actor_enrolled_first },
  { "statement-unknown", AT_SUBMIT, NULL, recovery_rule_statement_nonce_known },
  { "statement-replayed", AT_SUBMIT, NULL, recovery_rule_statement_nonce_fresh },
  { "statement-expired", AT_SUBMIT, NULL, recovery_rule_statement_not_expired },
  { "signature", SIGNED, NULL, recovery_rule_signature_person },
  { "user-verification", SIGNED, NULL, recovery_rule_signature_flags },
  { "key-expired", SIGNED, NULL, recovery_rule_signature_key_window },
  { "counter", SIGNED, NULL, recovery_rule_signature_counter },
  { "machine", SIGNED, NULL, recovery_rule_signature_machine },
  { "machine-expired", SIGNED, NULL, recovery_rule_signature_machine_window },
  { "key-not-enrolled", ACTOR, "!roster.enrol", recovery_rule_actor_enrolled },
  { "other-key", AT_SUBMIT, "roster.enrol", recovery_rule_actor_own_registration },
  { "role-not-active", ALWAYS, "roster.enrol", recovery_rule_actor_officer },
  { "nothing-to-enrol", ACTOR, "roster.enrol", recovery_rule_actor_to_enrol },
  { "case-unknown", ALWAYS, "case.* !case.open", recovery_rule_case_known },
  { "role", ACTOR, "!role.activate !roster.enrol", recovery_rule_actor_role },
  { "role", ACTOR, "role.activate", recovery_rule_actor_role_held },
  { "role-conflict", ACTOR, "role.activate " CONSENT, recovery_rule_role_session },
  { "role-reason", ALWAYS, "role.activate", recovery_rule_role_reason },
  { "role-not-active", ACTOR, NULL, recovery_rule_actor_session },
  { "import-owner", ACTOR, "key.import", recovery_rule_import_owner },
  { "import-keys-once", ALWAYS, "key.import", recovery_rule_import_once },
  { "directory-column", ALWAYS, "key.import", recovery_rule_directory_import },
  { "key-plan", ALWAYS, "key.plan", recovery_rule_key_plan_names },
  { "not-yet", ALWAYS, "case.open", recovery_rule_case_op },
  { "subject-unknown", ALWAYS, "case.open", recovery_rule_case_subject },
  { "own-case", ALWAYS, "case.open case.approve case.refuse case.check case.activate " STAFF_STEPS " " DECIDES, recovery_rule_case_not_subject },
  { "tier", ALWAYS, "case.open", recovery_rule_tier },
  { "case-open-already", ALWAYS, "case.open", recovery_rule_case_one_live_case },
  { "reported-keys", ALWAYS, "case.open", recovery_rule_case_reported },
  { "reason", ALWAYS, "case.open case.refuse", recovery_rule_case_reason },
  { "limit-subject", ALWAYS, "case.open", recovery_rule_limit_subject },
  { "limit-agent", ALWAYS, "case.open", recovery_rule_limit_agent },
  { "state", ALWAYS, "case.*", recovery_rule_case_state },
  { "plan", ALWAYS, "case.start_proofing", recovery_rule_evidence_plan },
  { "evidence-type", ALWAYS, "case.add_evidence", recovery_rule_evidence_type },
  { "evidence", ALWAYS, "case.submit", recovery_rule_evidence_enough },
  { "check-slot", ALWAYS, "case.refuse", recovery_rule_check_slot },
  { "slot", ALWAYS, "case.approve case.refuse", recovery_rule_approval_slot },
  { "role-conflict", ALWAYS, "case.* !case.open !case.withdraw", recovery_rule_role_case },
  { "next-at-station-not-yet", ALWAYS, "case.approve case.activate", recovery_rule_approval_made },
  { "own-work", ALWAYS, "case.approve case.refuse case.check", recovery_rule_approval_not_staff_of_case },
  { "checker-approved", ALWAYS, "case.check case.refuse", recovery_rule_check_approver },
  { "one-person", ALWAYS, "case.approve", recovery_rule_approval_person_once },
  { "slot-filled", ALWAYS, "case.approve", recovery_rule_approval_slot_free },
  { "same-team", ALWAYS, "case.approve", recovery_rule_approval_team },
  { "contact-word", ALWAYS, "case.approve", recovery_rule_approval_contact_word },
  { "contact", ALWAYS, "case.approve", recovery_rule_approval_contact },
  { "limit-approver", ALWAYS, "case.approve", recovery_rule_limit_approver },
  { "read-time", AT_SUBMIT, "case.approve", recovery_rule_approval_read_time },
  { "off-kiosk", AT_SUBMIT, "case.approve", recovery_rule_approval_off_kiosk },
  { "judged-again", AT_SUBMIT, "case.approve", recovery_rule_issue_again },
  { "releaser-approved", ALWAYS, "case.activate", recovery_rule_release_releaser },
  { "releaser-verified", ALWAYS, "case.activate", recovery_rule_release_releaser_verifier },
  { "releaser-checked", ALWAYS, "case.activate", recovery_rule_check_releaser },
  { "judged-again", ALWAYS, "case.activate", recovery_rule_issue_again },
  { "anchors", ALWAYS, "case.activate", recovery_rule_release_anchors },
  { "not-on-case", ALWAYS, DECIDES, recovery_rule_pair_not_on_case },
  { "subject-unknown", ALWAYS, CONSENT, recovery_rule_consent_subject },
  { "own-decision", ALWAYS, CONSENT, recovery_rule_consent_not_oneself },
  { "decision-place", ALWAYS, CONSENT, recovery_rule_consent_place },
  { "decision-reference", ALWAYS, CONSENT, recovery_rule_consent_reference },
  { "decision-end", ALWAYS, CONSENT, recovery_rule_consent_end },
  { "decision-slot", ALWAYS, CONSENT, recovery_rule_consent_slot },
  { "approved-already", ALWAYS, CONSENT, recovery_rule_consent_once },
  { "exception-id", ALWAYS, GRANT, recovery_rule_exception_id },
  { "exception-waives", ALWAYS, GRANT, recovery_rule_exception_waives },
  { "exception-scope", ALWAYS, GRANT, recovery_rule_exception_scope },
  { "exception-dates", ALWAYS, GRANT, recovery_rule_exception_dates },
  { "exception-life", ALWAYS, GRANT, recovery_rule_exception_life },
  { "exception-review-days", ALWAYS, GRANT, recovery_rule_exception_review_days },
  { "exception-owner-unknown", ALWAYS, GRANT, recovery_rule_exception_owner_known },
  { "exception-unknown", ALWAYS, "exception.review exception.end", recovery_rule_exception_known },
  { "exception-owner", ALWAYS, GRANT " exception.review", recovery_rule_exception_owner },
  { "exception-over", ALWAYS, "exception.review", recovery_rule_exception_review },
  { "exception-over", ALWAYS, "exception.end", recovery_rule_exception_end },
  { "two-people", ALWAYS, DECIDES " " CHANGES " " GRANT, recovery_rule_pair_two_people },
  { "officer-and-approver", ALWAYS, DECIDES, recovery_rule_pair_officer },
  { "policy-waits", ALWAYS, "policy.load", recovery_rule_policy_one },
  { "policy-version", ALWAYS, "policy.load", recovery_rule_policy_rises },
  { "policy-version-step", ALWAYS, "policy.load", recovery_rule_policy_step },
  { "policy-valid-from", ALWAYS, "policy.load", recovery_rule_policy_begun },
  { "directory", ALWAYS, "policy.load", recovery_rule_directory_policy },
  { "base-waits", ALWAYS, "policy.load base.load", recovery_rule_base_alone },
  { "base-version", ALWAYS, "base.load", recovery_rule_base_rises },
  { "base-kept", ALWAYS, "base.load", recovery_rule_base_kept },
  { "base-named", ALWAYS, "policy.load", recovery_rule_base_named },
  { "trust-waits", ALWAYS, "trust.load", recovery_rule_pair_one_trust },
  { "metadata-older", ALWAYS, "trust.load", recovery_rule_pair_trust_follows },
  { "not-for-oneself", ALWAYS, "roster.change roster.machine", recovery_rule_pair_not_for_oneself },
  { "changed-hands", ALWAYS, "roster.change roster.machine", recovery_rule_pair_owners },
  { "own-subject", ALWAYS, "roster.change roster.machine", recovery_rule_pair_subjects },
  { "staffing", ALWAYS, "roster.change policy.load", recovery_rule_staffing },
  { "change-off-kiosk", AT_SUBMIT, CHANGES " " GRANT, recovery_rule_pair_change_off_kiosk },
  { "changed", AT_SUBMIT, NULL, recovery_rule_statement_unchanged },
};
/* clang-format on */

static bool
word_fits(const char *word, const char *act)
{
  size_t len = strlen(word);

  if (len > 0 && word[len - 1] == '*')
    return strncmp(word, act, len - 1) == 0;
  return strcmp(word, act) == 0;
}

/* "a b c.*": one of them; "!a": all but a; both: one of them, and not a. */
static bool
row_applies(const char *acts, const char *act)
{
  g_auto(GStrv) words = NULL;
  bool named = false, any = true;

  if (acts == NULL)
    return true;
  words = g_strsplit(acts, " ", -1);
  for (char **word = words; *word != NULL; word++) {
    if (**word == '!') {
      if (word_fits(*word + 1, act))
        return false;
      continue;
    }
    any = false;
    named = named || word_fits(*word, act);
  }
  return any || named;
}

static bool
run_rows(RecoveryTrial *trial, int when, RecoveryRefusal **ret_refusal,
         GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
    g_autoptr(GError) trouble = NULL;
    RecoveryRefusal *refusal;

    if ((rules[i].when & when) == 0 ||
        !row_applies(rules[i].acts, trial->deed->act))
      continue;
    refusal = rules[i].check(trial, &trouble);
    if (trouble != NULL) {
      recovery_refusal_free(refusal);
      g_propagate_error(error, g_steal_pointer(&trouble));
      return false;
    }
    if (refusal != NULL) {
      /* A refusal of the policy keeps the policy's own rule. */
      if (*refusal->rule == '\0') {
        g_free(refusal->rule);
        refusal->rule = g_strdup(rules[i].id);
      }
      *ret_refusal = refusal;
      return false;
    }
  }
  return true;
}

bool
recovery_rule_check(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                    GError **error)
{
  int when = ALWAYS;

  if (trial->submitting && trial->statement != NULL)
    when |= AT_SUBMIT | SIGNED;
  return run_rows(trial, when, ret_refusal, error);
}

bool
recovery_rule_check_actor(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                          GError **error)
{
  return run_rows(trial, WHO, ret_refusal, error);
}

bool
recovery_rule_check_signatures(RecoveryTrial *trial,
                               RecoveryRefusal **ret_refusal, GError **error)
{
  return run_rows(trial, SIGNED, ret_refusal, error);
}
