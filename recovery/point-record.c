/* SPDX-License-Identifier: Apache-2.0 */
/* point-record.c - a weaker path is in the record before it is answered. What
 * was decided on is personal: it is sealed, and the entry commits to it. */
#include <string.h>

#include "recovery/point-private.h"

typedef RecoveryPointQuestion Question;

typedef struct {
  const Question *question;
  const RecoveryRequest *request;
  const RecoveryDecision *decision;
  const RecoveryDocument *document;
  int64_t seq;
} Weaker;

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
put_fallbacks(FidotoolJson *entry, const Weaker *weaker)
{
  const RecoveryDecision *decision = weaker->decision;
  FidotoolJson *list = put_ids(entry, "fallbacks", NULL);

  for (size_t i = 0; decision->outcome == RECOVERY_DECIDE_ALLOW &&
                     (decision->weaker & RECOVERY_DECIDE_FALLBACK) != 0 &&
                     i < decision->decided.count;
       i++)
    if (recovery_document_find(weaker->document, RECOVERY_DOCUMENT_FALLBACKS,
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

static FidotoolJson *
new_entry(const Weaker *weaker)
{
  const Question *question = weaker->question;
  const RecoveryDecision *decision = weaker->decision;
  FidotoolJson *entry =
      recovery_trial_entry("decision.weaker", NULL, RECOVERY_STATE_NONE);

  fidotool_json_set_text(entry, "sub", question->sub);
  fidotool_json_set_text(entry, "caller", question->caller->name);
  fidotool_json_set_text(entry, "journey", weaker->request->journey);
  fidotool_json_set_text(entry, "app", weaker->request->app);
  if (weaker->request->transaction != NULL)
    fidotool_json_set_text(entry, "transaction", weaker->request->transaction);
  fidotool_json_set_text(entry, "method",
                         weaker->request->authenticator.method);
  fidotool_json_set_text(entry, "cred", question->cred);
  fidotool_json_set_text(entry, "result",
                         recovery_decide_outcome_word(decision->outcome));
  put_reasons(entry, decision);
  put_ids(entry, "rules", &decision->decided);
  put_fallbacks(entry, weaker);
  put_ids(entry, "waived", &decision->waived);
  put_ids(entry, "exceptions", &decision->waivers);
  if (decision->next_review_s > 0)
    recovery_trial_set_time(entry, "review", decision->next_review_s * 1000);
  return entry;
}

static bool
append(RecoveryTrial *trial, void *data, GError **error)
{
  Weaker *weaker = data;
  g_autoptr(FidotoolJson) entry = new_entry(weaker);
  g_autofree char *input = fidotool_json_write(weaker->question->input, NULL);
  g_autofree char *commitment = NULL;
  FidotoolJson *pii;

  if (!recovery_trial_commit(trial, weaker->question->sub, "decision", input,
                             &commitment, error))
    return false;
  pii = fidotool_json_set(entry, "pii", fidotool_json_new_array());
  fidotool_json_append_text(pii, commitment);
  weaker->seq = recovery_record_size(trial->station->record);
  return recovery_trial_append(trial, g_steal_pointer(&entry), error);
}

bool
recovery_point_record(Question *question, const RecoveryRequest *request,
                      const RecoveryDecision *decision,
                      const RecoveryDocument *document, int64_t *ret_seq,
                      GError **error)
{
  Weaker weaker = {.question = question,
                   .request = request,
                   .decision = decision,
                   .document = document};

  if (!recovery_submit_group(question->trial, append, &weaker, error))
    return false;
  *ret_seq = weaker.seq;
  return true;
}
