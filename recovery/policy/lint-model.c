/* SPDX-License-Identifier: Apache-2.0 */
/* lint-model.c - models of keys: those that are in use, and those that the
 * metadata warn of. */
#include "recovery/policy/decide.h"
#include "recovery/policy/lint-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentPermit Permit;
typedef RecoveryLint Lint;

/* ---- L36 ---- */

static void
check_status(const Lint *lint, const char *list,
             const RecoveryDocumentEntry *entry)
{
  g_autofree char *bad =
      lint->options.find_bad(lint->options.find_bad_data, entry->aaguid);

  if (bad != NULL)
    recovery_problem_warn(lint->problems, "L36", entry->at,
                          "the model %s on %s has the status %s in the "
                          "metadata. Take the line out, or have it looked into",
                          entry->aaguid, list, bad);
}

void
recovery_lint_statuses(const Lint *lint)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, LISTS); i++) {
    const RecoveryDocumentList *list =
        RECOVERY_DOCUMENT_AT(lint->document, LISTS, List, i);

    for (guint j = 0; j < list->entries->len; j++)
      check_status(lint, list->id,
                   &g_array_index(list->entries, RecoveryDocumentEntry, j));
  }
}

/* ---- L09 ---- */

/* Such a key as a station issues it, with the best that can be said of it: what
 * is refused then is refused whatever else is known. */
static RecoveryRequestFacts
best_of(const char *aaguid)
{
  return (RecoveryRequestFacts){
      .method = "webauthn",
      .uv = RECOVERY_DOCUMENT_YES,
      .be = RECOVERY_DOCUMENT_NO,
      .bs = RECOVERY_DOCUMENT_NO,
      .attested = RECOVERY_DOCUMENT_YES,
      .aaguid = aaguid,
      .fw = "4294967295",
      .cert = RECOVERY_DOCUMENT_CERT_L3PLUS,
      .mds_known = true,
      .transports_known = true,
      .transports = UINT32_MAX,
      .at_s = RECOVERY_REQUEST_UNKNOWN,
  };
}

/* Some permit to sign in or to enrol accepts the class. */
static bool
is_accepted(const Document *document, uint32_t class_of)
{
  static const RecoveryDocumentSection both[] = {RECOVERY_DOCUMENT_PERMITS,
                                                 RECOVERY_DOCUMENT_FALLBACKS};

  for (size_t i = 0; i < G_N_ELEMENTS(both); i++) {
    const GArray *rules = document->sections[both[i]];

    for (guint j = 0; j < rules->len; j++) {
      const Permit *permit = &g_array_index(rules, Permit, j);
      bool back = permit->scope.journey.count > 0;

      for (uint32_t k = 0; k < permit->scope.journey.count; k++)
        back =
            back && RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey,
                                         permit->scope.journey.items[k].index)
                            ->kind == RECOVERY_DOCUMENT_KIND_RECOVERY;
      for (uint32_t k = 0; !back && k < permit->accept.count; k++)
        if (permit->accept.items[k].index == class_of)
          return true;
    }
  }
  return false;
}

bool
recovery_lint_takes_model(const RecoveryDocument *document,
                          const RecoveryDecide *decide, const char *aaguid,
                          int64_t now_s)
{
  const RecoveryRequestFacts facts = best_of(aaguid);
  const uint32_t class_of = recovery_decide_class(decide, &facts, now_s);

  return class_of != RECOVERY_DOCUMENT_NONE && is_accepted(document, class_of);
}

void
recovery_lint_models(const Lint *lint)
{
  const char *const *models = lint->options.models;
  const guint count = g_strv_length((char **)models);
  g_autoptr(RecoveryDecide) decide = recovery_decide_new(lint->document);
  g_autoptr(GPtrArray) out = g_ptr_array_new();

  for (guint i = 0; i < count; i++)
    if (!recovery_lint_takes_model(lint->document, decide, models[i],
                                   lint->options.now_s))
      g_ptr_array_add(out, (void *)models[i]);
  if (count > 0 && out->len == count)
    recovery_problem_error(lint->problems, "L09", RECOVERY_LINT_NOWHERE,
                           "no key that is in use is good for anything: none "
                           "of their %u models is of a class that a permit "
                           "accepts. Accept one of them, until the others are "
                           "out",
                           count);
  for (guint i = 0; out->len < count && i < out->len; i++)
    recovery_problem_warn(lint->problems, "L09", RECOVERY_LINT_NOWHERE,
                          "keys of the model %s are in use, and no permit "
                          "accepts them. Whoever has no other key is locked "
                          "out",
                          (const char *)out->pdata[i]);
}
