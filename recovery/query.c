/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - what is there to see, and what may happen next. The station's
 * status and the keys that may sign are for everybody, the rest for a role. */
#include "recovery/query.h"

#include <string.h>

#include "recovery/beside.h"
#include "recovery/error.h"
#include "recovery/known.h"
#include "recovery/point.h"
#include "recovery/staff-row.h"

/* Who may ask. */
typedef enum {
  ANYBODY,   /* also a station that is not initialised */
  COMERS,    /* whoever comes to a station that is */
  SOMEBODY,  /* a role is active on the connection */
  APPROVERS, /* one that approves decisions */
  CASE_DESK, /* one that opens cases: the directory is for them */
} Asker;

/* Every query there is, in order of names. of_case: it names a case. */
/* clang-format off */
static const struct {
  const char *what;
  Asker asker;
  bool of_case;
  FidotoolJson *(*run)(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                       GError **error);
} queries[] = {
  { "acts", SOMEBODY, false, recovery_query_acts },
  { "approvals", APPROVERS, false, recovery_query_approvals },
  { "case", SOMEBODY, true, recovery_query_case },
  { "cases", SOMEBODY, false, recovery_query_case_list },
  { "changes", SOMEBODY, false, recovery_query_people_changes },
  { "directory-columns", SOMEBODY, false, recovery_query_people_columns },
  { "exceptions", SOMEBODY, false, recovery_query_exceptions },
  { "judgements", SOMEBODY, false, recovery_query_judgement_list },
  { "persons", CASE_DESK, false, recovery_query_people_find },
  { "plan", SOMEBODY, true, recovery_query_plan },
  { "policies", SOMEBODY, false, recovery_query_policy_list },
  { "policy", SOMEBODY, false, recovery_query_policy },
  { "policy-trial", SOMEBODY, false, recovery_beside_query },
  { "policy-version", SOMEBODY, false, recovery_query_policy_version },
  { "preflight", SOMEBODY, true, recovery_query_preflight },
  { "proof", SOMEBODY, true, recovery_query_case_proof },
  { "register", SOMEBODY, false, recovery_query_policy_register },
  { "report", SOMEBODY, false, recovery_query_report },
  { "roster", SOMEBODY, false, recovery_query_people_roster },
  { "roster-with", SOMEBODY, false, recovery_staff_row_draft },
  { "signers", COMERS, false, recovery_query_people_signers },
  { "status", ANYBODY, false, recovery_query_status },
  { "trust", COMERS, false, recovery_found_trust_query },
  { "trust-files", SOMEBODY, false, recovery_known_query },
  { "trust-with", SOMEBODY, false, recovery_known_query_with },
};
/* clang-format on */

void
recovery_query_head(const RecoveryStation *station, FidotoolJson *answer)
{
  uint8_t root[32], genesis[32];

  recovery_record_root(station->record, root);
  fidotool_json_set_int(answer, "size", recovery_record_size(station->record));
  recovery_trial_set_hex(answer, "root", root, 32);
  if (recovery_record_genesis(station->record, genesis))
    recovery_trial_set_hex(answer, "genesis", genesis, 32);
}

RecoveryRefusal *
recovery_query_no_case(void)
{
  return recovery_refusal_new("case-unknown", "There is no such case.",
                              "fidotool case list shows them.");
}

static RecoveryRefusal *
refuse(const RecoveryTrial *trial, Asker asker, bool of_case)
{
  if (asker == ANYBODY)
    return NULL;
  if (trial->station->model->roster == NULL)
    return recovery_refusal_new("state", "This station was not initialised.",
                                "fidotool station init.");
  if (asker == COMERS)
    return NULL;
  if (!recovery_trial_has_role(trial, asker == CASE_DESK ? "case.start_proofing"
                                      : asker == APPROVERS ? "decision.approve"
                                                           : NULL))
    return recovery_refusal_new(
        "role-not-active",
        "Only the station's status is shown without an active role.",
        "Activate a role with your key first.");
  return of_case && trial->of == NULL ? recovery_query_no_case() : NULL;
}

FidotoolJson *
recovery_query_run(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                   GError **error)
{
  const char *what = fidotool_json_get_text(trial->request, "what");

  for (size_t i = 0; what != NULL && i < G_N_ELEMENTS(queries); i++) {
    if (strcmp(queries[i].what, what) != 0)
      continue;
    *ret_refusal = recovery_point_refuse(trial, what);
    if (*ret_refusal == NULL)
      *ret_refusal = refuse(trial, queries[i].asker, queries[i].of_case);
    return *ret_refusal == NULL ? queries[i].run(trial, ret_refusal, error)
                                : NULL;
  }
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "there is no query \"%s\"", what == NULL ? "" : what);
  return NULL;
}
