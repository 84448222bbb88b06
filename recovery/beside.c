/* SPDX-License-Identifier: Apache-2.0 */
/* beside.c - the draft that is tried beside the policy in force. */
#include "recovery/beside.h"

#include "recovery/exception-rules.h"
#include "recovery/policy-read.h"

struct RecoveryBeside {
  int64_t seq; /* of the entry that began its trial */
  RecoveryPolicy *policy;
  RecoveryExceptionRules rules; /* it, and what is live in the record */
  int64_t decided, refused, less, more, same;
};

void
recovery_beside_free(RecoveryBeside *beside)
{
  if (beside == NULL)
    return;
  recovery_exception_rules_clear(&beside->rules);
  recovery_policy_free(beside->policy);
  g_free(beside);
}

static RecoveryPolicy *
read_draft(RecoveryStation *station, const uint8_t digest[32], char **ret_text)
{
  g_autoptr(GBytes) body = NULL;
  RecoveryPolicy *policy;

  if (!recovery_store_object(station->store, digest, &body, NULL, NULL) ||
      body == NULL)
    return NULL;
  policy =
      recovery_policy_read(g_bytes_get_data(body, NULL), g_bytes_get_size(body),
                           station->config.practice, NULL);
  if (policy != NULL && ret_text != NULL)
    *ret_text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
  return policy;
}

/* The counts of the draft that is tried; they begin with its trial. NULL: none
 * is tried. */
static RecoveryBeside *
find_counts(RecoveryStation *station, int64_t now_ms)
{
  const RecoveryModelTry *tried = &station->model->tried;
  RecoveryBeside *beside = station->beside;

  if (tried->seq == 0 || now_ms >= tried->until_ms)
    return NULL;
  if (beside != NULL && beside->seq == tried->seq)
    return beside;
  g_clear_pointer(&station->beside, recovery_beside_free);
  beside = g_new0(RecoveryBeside, 1);
  station->beside = beside;
  beside->seq = tried->seq;
  beside->policy = read_draft(station, tried->object, NULL);
  /* It counts as being in force. */
  if (beside->policy != NULL)
    beside->policy->document->policy.valid_from_s = 0;
  return beside;
}

void
recovery_beside_note(RecoveryStation *station, int64_t now_ms,
                     const RecoveryRequest *request,
                     RecoveryDecideOutcome outcome)
{
  RecoveryBeside *beside = find_counts(station, now_ms);
  RecoveryDecideOutcome other;

  if (beside == NULL || beside->policy == NULL)
    return;
  recovery_exception_rules_ready(&beside->rules, station->model, beside->policy,
                                 now_ms / 1000);
  other = recovery_decide_run(beside->rules.worker, request)->outcome;
  beside->decided++;
  beside->same += other == outcome;
  beside->refused += other == RECOVERY_DECIDE_DENY && other != outcome;
  beside->more += other != RECOVERY_DECIDE_DENY && other < outcome;
  beside->less += other > outcome;
}

static void
add_counts(const RecoveryBeside *beside, FidotoolJson *answer)
{
  FidotoolJson *counts =
      fidotool_json_set(answer, "decisions", fidotool_json_new_object());

  fidotool_json_set_int(counts, "decided", beside->decided);
  fidotool_json_set_int(counts, "refused", beside->refused);
  fidotool_json_set_int(counts, "less", beside->less);
  fidotool_json_set_int(counts, "more", beside->more);
  fidotool_json_set_int(counts, "same", beside->same);
}

FidotoolJson *
recovery_beside_query(RecoveryTrial *trial,
                      G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                      G_GNUC_UNUSED GError **error)
{
  RecoveryStation *station = trial->station;
  const RecoveryModelTry *tried = &station->model->tried;
  FidotoolJson *answer = fidotool_json_new_object();
  g_autoptr(RecoveryPolicy) policy = NULL;
  g_autofree char *text = NULL;
  FidotoolJson *row;

  if (tried->seq == 0)
    return answer;
  row = fidotool_json_set(answer, "trial", fidotool_json_new_object());
  recovery_trial_set_hex(row, "object", tried->object, 32);
  fidotool_json_set_int(row, "entry", tried->seq);
  recovery_trial_set_time(row, "from", tried->from_ms);
  recovery_trial_set_time(row, "until", tried->until_ms);
  fidotool_json_set_text(row, "actor", tried->actor);
  fidotool_json_set_int(row, "ended", trial->now.now_ms >= tried->until_ms);
  policy = read_draft(station, tried->object, &text);
  if (policy != NULL) {
    fidotool_json_set_int(row, "version", recovery_policy_version(policy));
    fidotool_json_set_text(row, "id", recovery_policy_id(policy));
    fidotool_json_set_text(answer, "text", text);
  }
  if (station->beside != NULL && station->beside->seq == tried->seq)
    add_counts(station->beside, answer);
  return answer;
}
