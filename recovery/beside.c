/* SPDX-License-Identifier: Apache-2.0 */
/* beside.c - the draft that is tried beside the policy in force. */
#include "recovery/beside.h"

#include "recovery/beside-counts.h"
#include "recovery/exception-rules.h"
#include "recovery/policy-read.h"

struct RecoveryBeside {
  RecoveryBesideCounts *counts;
  RecoveryPolicy *policy;       /* NULL: it cannot be read any more */
  RecoveryExceptionRules rules; /* it, and what is live in the record */
};

void
recovery_beside_free(RecoveryBeside *beside)
{
  if (beside == NULL)
    return;
  recovery_beside_counts_free(beside->counts);
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

static bool
is_over(const RecoveryModelTry *tried, int64_t now_ms)
{
  return now_ms >= tried->until_ms;
}

/* counts: taken. */
static RecoveryBeside *
take_counts(RecoveryStation *station, RecoveryBesideCounts *counts)
{
  RecoveryBeside *beside = g_new0(RecoveryBeside, 1);

  g_clear_pointer(&station->beside, recovery_beside_free);
  station->beside = beside;
  beside->counts = counts;
  beside->policy = read_draft(station, counts->object, NULL);
  /* It counts as being in force. */
  if (beside->policy != NULL)
    beside->policy->document->policy.valid_from_s = 0;
  return beside;
}

/* The counts of the last trial; they begin with it. NULL: there are none. */
static RecoveryBeside *
find_counts(RecoveryStation *station, int64_t now_ms)
{
  const RecoveryModelTry *tried = &station->model->tried;
  RecoveryBeside *beside = station->beside;

  if (tried->seq == 0)
    return NULL;
  if (beside != NULL && beside->counts->seq == tried->seq)
    return beside;
  if (is_over(tried, now_ms))
    return NULL;
  return take_counts(station, recovery_beside_counts_new(
                                  tried->seq, tried->object, tried->from_ms));
}

void
recovery_beside_note(RecoveryStation *station, int64_t now_ms,
                     const RecoveryRequest *request,
                     RecoveryDecideOutcome outcome)
{
  RecoveryBeside *beside = find_counts(station, now_ms);

  if (beside == NULL || beside->policy == NULL ||
      is_over(&station->model->tried, now_ms))
    return;
  recovery_exception_rules_ready(&beside->rules, station->model, beside->policy,
                                 now_ms / 1000);
  recovery_beside_counts_add(
      beside->counts, outcome,
      recovery_decide_run(beside->rules.worker, request));
}

/* ---- kept ---- */

void
recovery_beside_open(RecoveryStation *station)
{
  const RecoveryModelTry *tried = &station->model->tried;
  RecoveryBesideCounts *counts;
  RecoveryMoment now;
  int64_t until_ms;

  if (tried->seq == 0)
    return;
  station->config.hooks.clock(&now, station->config.hooks.data);
  until_ms = MIN(now.now_ms, tried->until_ms);
  counts = recovery_beside_counts_load(&station->config.hooks, tried->seq,
                                       tried->object);
  if (counts == NULL) {
    if (is_over(tried, now.now_ms))
      return;
    counts = recovery_beside_counts_new(tried->seq, tried->object, until_ms);
    recovery_beside_counts_gap(counts, tried->from_ms, until_ms);
  } else if (counts->open) {
    recovery_beside_counts_gap(counts, counts->saved_ms, until_ms);
  }
  take_counts(station, counts);
  recovery_beside_keep(station, false);
}

void
recovery_beside_keep(RecoveryStation *station, bool closing)
{
  RecoveryBeside *beside;
  RecoveryBesideCounts *counts;
  RecoveryMoment now;
  bool due, open;

  if (station->model == NULL || station->model->tried.seq == 0)
    return;
  station->config.hooks.clock(&now, station->config.hooks.data);
  beside = find_counts(station, now.now_ms);
  if (beside == NULL)
    return;
  counts = beside->counts;
  open = !closing && !is_over(&station->model->tried, now.now_ms);
  due = counts->saved_ms == 0 || now.now_ms < counts->saved_ms ||
        now.now_ms - counts->saved_ms >= RECOVERY_BESIDE_COUNTS_MS;
  if (open != counts->open || (counts->changed && (closing || due)))
    recovery_beside_counts_save(counts, &station->config.hooks, now.now_ms,
                                open);
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
  const RecoveryBeside *beside;
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
  beside = find_counts(station, trial->now.now_ms);
  if (beside != NULL)
    fidotool_json_set(answer, "decisions",
                      recovery_beside_counts_write(beside->counts));
  return answer;
}
