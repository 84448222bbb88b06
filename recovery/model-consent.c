/* SPDX-License-Identifier: Apache-2.0 */
/* model-consent.c - approvals of single decisions: given by one person each,
 * and used up by the allow that they made possible. Which of them count at a
 * time is consent.c's. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/time.h"
#include "recovery/model-private.h"

/* So long after its end it is still told what became of one. */
#define TOLD_MS (24 * INT64_C(3600000))

typedef RecoveryModelConsent Consent;

static void
free_consent(void *data)
{
  Consent *consent = data;

  g_free(consent->by);
  g_free(consent->slot);
  g_free(consent->sub);
  g_free(consent->caller);
  g_free(consent->journey);
  g_free(consent->app);
  g_free(consent->transaction);
  g_free(consent);
}

GPtrArray *
recovery_model_consents_new(void)
{
  return g_ptr_array_new_with_free_func(free_consent);
}

static void
drop_old(RecoveryModel *model)
{
  for (unsigned i = model->consents->len; i > 0; i--) {
    const Consent *consent = g_ptr_array_index(model->consents, i - 1);

    if (consent->until_ms + TOLD_MS <= model->last_ms)
      g_ptr_array_remove_index(model->consents, i - 1);
  }
}

static char *
copy_text(const FidotoolJson *entry, const char *name)
{
  return g_strdup(fidotool_json_get_text(entry, name));
}

static void
note_entry(RecoveryModel *model, const FidotoolJson *entry)
{
  const RecoveryModelWeaker one = {
      .seq = fidotool_json_get_int(entry, "seq", 0), .at_ms = model->last_ms};

  g_array_append_val(model->consented, one);
}

bool
recovery_model_apply_consent(RecoveryModel *model, const FidotoolJson *entry,
                             GError **error)
{
  Consent *consent = g_new0(Consent, 1);

  drop_old(model);
  note_entry(model, entry);
  g_ptr_array_add(model->consents, consent);
  consent->by = copy_text(entry, "actor");
  consent->slot = copy_text(entry, "slot");
  consent->sub = copy_text(entry, "sub");
  consent->caller = copy_text(entry, "caller");
  consent->journey = copy_text(entry, "journey");
  consent->app = copy_text(entry, "app");
  consent->transaction = copy_text(entry, "transaction");
  consent->at_ms = model->last_ms;
  consent->used_seq = -1;
  if (!recovery_time_read(fidotool_json_get_text(entry, "until"),
                          &consent->until_ms) ||
      !fidotool_bytes_unhex(fidotool_json_get_text(entry, "stmt"),
                            consent->stmt, 32) ||
      !fidotool_bytes_unhex(fidotool_json_get_text(entry, "reference"),
                            consent->reference, 32))
    return recovery_model_damaged(error, entry, "an approval of another form");
  return true;
}

static Consent *
find_consent(const RecoveryModel *model, const char *hex)
{
  uint8_t stmt[32];

  if (hex == NULL || !fidotool_bytes_unhex(hex, stmt, 32))
    return NULL;
  for (unsigned i = 0; i < model->consents->len; i++) {
    Consent *consent = g_ptr_array_index(model->consents, i);

    if (memcmp(consent->stmt, stmt, 32) == 0)
      return consent;
  }
  return NULL;
}

bool
recovery_model_use_consents(RecoveryModel *model, const FidotoolJson *entry,
                            GError **error)
{
  const FidotoolJson *list = fidotool_json_get(entry, "approvals");

  if (list != NULL)
    note_entry(model, entry);
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    Consent *consent =
        find_consent(model, fidotool_json_text(fidotool_json_at(list, i)));

    if (consent == NULL || consent->used_seq >= 0)
      return recovery_model_damaged(
          error, entry, "an approval that is not there, or was used up");
    consent->used_seq = fidotool_json_get_int(entry, "seq", 0);
    consent->used_ms = model->last_ms;
  }
  return true;
}
