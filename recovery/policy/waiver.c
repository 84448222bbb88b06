/* SPDX-License-Identifier: Apache-2.0 */
/* waiver.c - what an exception names, found in a policy. */
#include "recovery/policy/waiver.h"

typedef RecoveryDocumentSection Section;

static const Section sections[] = {
    [RECOVERY_EXCEPTION_LINE_JOURNEY] = RECOVERY_DOCUMENT_JOURNEYS,
    [RECOVERY_EXCEPTION_LINE_POPULATION] = RECOVERY_DOCUMENT_POPULATIONS,
    [RECOVERY_EXCEPTION_LINE_APP] = RECOVERY_DOCUMENT_APPS,
    [RECOVERY_EXCEPTION_LINE_TRANSACTION] = RECOVERY_DOCUMENT_TRANSACTIONS,
};

const char *
recovery_waiver_stray(const RecoveryDocument *document,
                      const RecoveryExceptionLine *line,
                      RecoveryExceptionLineScope *ret_scope)
{
  for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
    for (char **id = line->scope[i]; id != NULL && *id != NULL; id++) {
      if (recovery_document_find(document, sections[i], *id) !=
          RECOVERY_DOCUMENT_NONE)
        continue;
      *ret_scope = (RecoveryExceptionLineScope)i;
      return *id;
    }
  return NULL;
}

bool
recovery_waiver_applies(const RecoveryDocument *document,
                        const RecoveryExceptionLine *line)
{
  RecoveryExceptionLineScope scope;

  if (recovery_waiver_stray(document, line, &scope) != NULL)
    return false;
  for (char **id = line->waives; *id != NULL; id++)
    if (recovery_document_find(document, RECOVERY_DOCUMENT_REQUIRES, *id) !=
        RECOVERY_DOCUMENT_NONE)
      return true;
  return false;
}

static RecoveryDocumentRefs
refer(const RecoveryDocument *document, Section section, char **ids,
      GPtrArray *owned)
{
  size_t count = ids == NULL ? 0 : g_strv_length(ids);
  RecoveryDocumentRef *items;
  uint32_t found = 0;

  if (count == 0)
    return (RecoveryDocumentRefs){0};
  items = g_new0(RecoveryDocumentRef, count);
  g_ptr_array_add(owned, items);
  for (size_t i = 0; i < count; i++) {
    items[found].index = recovery_document_find(document, section, ids[i]);
    if (items[found].index != RECOVERY_DOCUMENT_NONE)
      found++;
  }
  return (RecoveryDocumentRefs){.items = items, .count = found};
}

RecoveryDocumentException *
recovery_waiver_add(const RecoveryDocument *document,
                    const RecoveryExceptionLine *line, int64_t from_s,
                    GArray *list, GPtrArray *owned)
{
  RecoveryDocumentException one = {
      .id = line->id,
      .owner = line->owner,
      .reason = line->reason,
      .compensating = line->compensating,
      .waives =
          refer(document, RECOVERY_DOCUMENT_REQUIRES, line->waives, owned),
      .from_s = from_s,
      .until_s = line->until_s,
      .review_every_d = line->review_every_d};
  RecoveryDocumentRefs *scopes[] = {
      [RECOVERY_EXCEPTION_LINE_JOURNEY] = &one.scope.journey,
      [RECOVERY_EXCEPTION_LINE_POPULATION] = &one.scope.population,
      [RECOVERY_EXCEPTION_LINE_APP] = &one.scope.app,
      [RECOVERY_EXCEPTION_LINE_TRANSACTION] = &one.scope.transaction};

  for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++)
    *scopes[i] = refer(document, sections[i], line->scope[i], owned);
  g_array_append_val(list, one);
  return &g_array_index(list, RecoveryDocumentException, list->len - 1);
}
