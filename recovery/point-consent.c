/* SPDX-License-Identifier: Apache-2.0 */
/* point-consent.c - the approvals of a question: those of the record that were
 * given for just this, by people who may still give them. They come into the
 * input where nothing else is missing, and the allow uses them up. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/consent.h"
#include "recovery/point-private.h"
#include "recovery/policy-read.h"

typedef RecoveryPointQuestion Question;

RecoveryConsentOf
recovery_point_consent_of(const Question *question)
{
  const RecoveryPointAsk *ask = &question->ask;

  return (RecoveryConsentOf){.sub = question->sub,
                             .caller = question->caller->name,
                             .journey = ask->journey,
                             .app = ask->app,
                             .transaction = ask->transaction,
                             .reference = ask->reference};
}

/* One a person: the first. */
static bool
is_there(const GPtrArray *found, const RecoveryModelConsent *consent)
{
  for (guint i = 0; i < found->len; i++)
    if (strcmp(((const RecoveryModelConsent *)g_ptr_array_index(found, i))->by,
               consent->by) == 0)
      return true;
  return false;
}

GPtrArray *
recovery_point_consent_find(const Question *question)
{
  const RecoveryModel *model = question->trial->station->model;
  RecoveryConsentOf of = recovery_point_consent_of(question);
  GPtrArray *found = g_ptr_array_new();

  for (guint i = 0; of.reference != NULL && i < model->consents->len; i++) {
    RecoveryModelConsent *consent = g_ptr_array_index(model->consents, i);

    if (recovery_consent_is_live(question->trial, consent) &&
        recovery_consent_fits(question->trial, consent, &of) &&
        !is_there(found, consent))
      g_ptr_array_add(found, consent);
  }
  return found;
}

/* A slot that the policy does not name fills none. */
static void
add_approval(Question *question, FidotoolJson *list,
             const RecoveryModelConsent *consent)
{
  const RecoveryModel *model = question->trial->station->model;
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

  /* By the same kind of name as the person's, so that a decision sees where
   * the two are one. */
  fidotool_json_set_text(row, "by",
                         g_hash_table_lookup(model->subject_of, consent->by));
  if (recovery_document_find(model->policy->document, RECOVERY_DOCUMENT_SLOTS,
                             consent->slot) != RECOVERY_DOCUMENT_NONE)
    fidotool_json_set_text(row, "slot", consent->slot);
}

bool
recovery_point_consent_add(Question *question)
{
  g_autoptr(GPtrArray) found = recovery_point_consent_find(question);
  FidotoolJson *list;

  if (found->len == 0)
    return false;
  list = fidotool_json_set(question->input, "approvals",
                           fidotool_json_new_array());
  question->approvals = fidotool_json_new_array();
  for (guint i = 0; i < found->len; i++) {
    const RecoveryModelConsent *consent = g_ptr_array_index(found, i);
    g_autofree char *stmt = fidotool_bytes_hex(consent->stmt, 32);

    add_approval(question, list, consent);
    fidotool_json_append_text(question->approvals, stmt);
  }
  return true;
}

/* ---- what is still missing ---- */

/* The last allow that used an approval of just this. */
static const RecoveryModelConsent *
find_used(const Question *question, const RecoveryConsentOf *of)
{
  const RecoveryModel *model = question->trial->station->model;
  const RecoveryModelConsent *used = NULL;

  for (guint i = 0; i < model->consents->len; i++) {
    const RecoveryModelConsent *consent = g_ptr_array_index(model->consents, i);

    if (consent->used_seq >= 0 &&
        (used == NULL || consent->used_seq > used->used_seq) &&
        recovery_consent_fits(question->trial, consent, of))
      used = consent;
  }
  return used;
}

static void
add_given(const Question *question, FidotoolJson *context, GString *text)
{
  g_autoptr(GPtrArray) found = recovery_point_consent_find(question);
  FidotoolJson *list = NULL;

  for (guint i = 0; i < found->len; i++) {
    const RecoveryModelConsent *consent = g_ptr_array_index(found, i);
    FidotoolJson *row;

    if (list == NULL)
      list = fidotool_json_set(context, "approved", fidotool_json_new_array());
    row = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(row, "slot", consent->slot);
    recovery_trial_set_time(row, "until", consent->until_ms);
    g_string_append_printf(text, "Approved so far, until %.19sZ: as %s.\n",
                           fidotool_json_get_text(row, "until"), consent->slot);
  }
}

void
recovery_point_consent_explain(const Question *question, FidotoolJson *context)
{
  RecoveryConsentOf of = recovery_point_consent_of(question);
  g_autoptr(GString) text =
      g_string_new(fidotool_json_get_text(context, "text"));
  const RecoveryModelConsent *used;

  if (of.reference == NULL) {
    g_string_append(text, "Nothing can be approved without context.reference: "
                          "what is to be done, in the caller's own words.\n");
  } else {
    add_given(question, context, text);
    used = find_used(question, &of);
    if (used != NULL) {
      g_string_append_printf(text,
                             "It was allowed before, and the approval used up: "
                             "entry %" G_GINT64_FORMAT ".\n",
                             used->used_seq);
      fidotool_json_set_int(context, "used", used->used_seq);
    }
    g_string_append(text, "Whoever approves it: fidotool policy approve.\n");
  }
  fidotool_json_remove(context, "text");
  fidotool_json_set_text(context, "text", text->str);
}
