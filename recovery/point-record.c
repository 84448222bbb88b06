/* SPDX-License-Identifier: Apache-2.0 */
/* point-record.c - a weaker path, and an allow that uses approvals up, are in
 * the record before they are answered. What was decided on is personal: it is
 * sealed, and the entry commits to it. */
#include <string.h>

#include "recovery/point-private.h"

typedef RecoveryPointQuestion Question;

typedef struct {
  const Question *question;
  const RecoveryRequest *request;
  const RecoveryDecision *decision;
  const RecoveryDocument *document;
  int64_t seq;
} Recorded;

static FidotoolJson *
put_ids(FidotoolJson *entry, const char *name, const RecoveryDecideIds *ids)
{
  FidotoolJson *list =
      fidotool_json_set(entry, name, fidotool_json_new_array());

  for (size_t i = 0; ids != NULL && i < ids->count; i++)
    fidotool_json_append_text(list, ids->items[i]);
  return list;
}

/* Those of an allow that are fallbacks: each of them counts as used. */
static void
put_fallbacks(FidotoolJson *entry, const Recorded *recorded)
{
  const RecoveryDecision *decision = recorded->decision;
  FidotoolJson *list = put_ids(entry, "fallbacks", NULL);

  for (size_t i = 0; decision->outcome == RECOVERY_DECIDE_ALLOW &&
                     (decision->weaker & RECOVERY_DECIDE_FALLBACK) != 0 &&
                     i < decision->decided.count;
       i++)
    if (recovery_document_find(recorded->document, RECOVERY_DOCUMENT_FALLBACKS,
                               decision->decided.items[i]) !=
        RECOVERY_DOCUMENT_NONE)
      fidotool_json_append_text(list, decision->decided.items[i]);
}

static void
put_reasons(FidotoolJson *entry, const RecoveryDecision *decision)
{
  g_autoptr(FidotoolJson) written = recovery_decide_write(decision, NULL);
  FidotoolJson *reasons = fidotool_json_take(written, "weaker_reasons");

  fidotool_json_set_int(entry, "weaker", 1);
  fidotool_json_set_text(entry, "why",
                         fidotool_json_text(fidotool_json_at(reasons, 0)));
  fidotool_json_set(entry, "reasons", reasons);
}

static void
put_weaker(FidotoolJson *entry, const Recorded *recorded)
{
  const RecoveryDecision *decision = recorded->decision;

  put_reasons(entry, decision);
  put_fallbacks(entry, recorded);
  put_ids(entry, "waived", &decision->waived);
  put_ids(entry, "exceptions", &decision->waivers);
  if (decision->next_review_s > 0)
    recovery_trial_set_time(entry, "review", decision->next_review_s * 1000);
}

static FidotoolJson *
new_entry(const Recorded *recorded)
{
  const Question *question = recorded->question;
  const RecoveryDecision *decision = recorded->decision;
  FidotoolJson *entry = recovery_trial_entry(
      decision->weaker != 0 ? "decision.weaker" : "decision.approved", NULL,
      RECOVERY_STATE_NONE);

  fidotool_json_set_text(entry, "sub", question->sub);
  fidotool_json_set_text(entry, "caller", question->caller->name);
  fidotool_json_set_text(entry, "journey", recorded->request->journey);
  fidotool_json_set_text(entry, "app", recorded->request->app);
  if (recorded->request->transaction != NULL)
    fidotool_json_set_text(entry, "transaction",
                           recorded->request->transaction);
  fidotool_json_set_text(entry, "method",
                         recorded->request->authenticator.method);
  fidotool_json_set_text(entry, "cred", question->cred);
  fidotool_json_set_text(entry, "result",
                         recovery_decide_outcome_word(decision->outcome));
  put_ids(entry, "rules", &decision->decided);
  if (decision->weaker != 0)
    put_weaker(entry, recorded);
  if (question->approvals != NULL && decision->outcome == RECOVERY_DECIDE_ALLOW)
    fidotool_json_set(entry, "approvals",
                      fidotool_json_copy(question->approvals));
  return entry;
}

static bool
append(RecoveryTrial *trial, void *data, GError **error)
{
  Recorded *recorded = data;
  g_autoptr(FidotoolJson) entry = new_entry(recorded);
  g_autofree char *input = fidotool_json_write(recorded->question->input, NULL);
  g_autofree char *commitment = NULL;
  FidotoolJson *pii;

  if (!recovery_trial_commit(trial, recorded->question->sub, "decision", input,
                             &commitment, error))
    return false;
  pii = fidotool_json_set(entry, "pii", fidotool_json_new_array());
  fidotool_json_append_text(pii, commitment);
  recorded->seq = recovery_record_size(trial->station->record);
  return recovery_trial_append(trial, g_steal_pointer(&entry), error);
}

bool
recovery_point_record(Question *question, const RecoveryRequest *request,
                      const RecoveryDecision *decision,
                      const RecoveryDocument *document, int64_t *ret_seq,
                      GError **error)
{
  Recorded recorded = {.question = question,
                       .request = request,
                       .decision = decision,
                       .document = document};

  if (!recovery_submit_group(question->trial, append, &recorded, error))
    return false;
  *ret_seq = recorded.seq;
  return true;
}
