/* SPDX-License-Identifier: Apache-2.0 */
/* lint-unused.c - L51: what is there and nothing names. A rule that was meant
 * to name it does not, or it can go. */
#include <string.h>

#include "recovery/policy/lint-private.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentRef Ref;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentScope Scope;
typedef RecoveryDocumentTier Tier;
typedef RecoveryLint Lint;

/* By section, one mark for each of its elements. */
typedef struct {
  GByteArray *named[RECOVERY_DOCUMENT_N_SECTIONS];
} Marks;

static void
clear_marks(Marks *marks)
{
  for (int i = 0; i < RECOVERY_DOCUMENT_N_SECTIONS; i++)
    g_clear_pointer(&marks->named[i], g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Marks, clear_marks)

static void
mark(Marks *marks, RecoveryDocumentSection section, const Ref *ref)
{
  if (ref->index != RECOVERY_DOCUMENT_NONE)
    marks->named[section]->data[ref->index] = 1;
}

static void
mark_all(Marks *marks, RecoveryDocumentSection section, const Refs *refs)
{
  for (uint32_t i = 0; i < refs->count; i++)
    mark(marks, section, &refs->items[i]);
}

static void
mark_permits(Marks *marks, const Document *document,
             RecoveryDocumentSection section)
{
  for (uint32_t i = 0; i < recovery_document_count(document, section); i++) {
    const RecoveryDocumentPermit *permit =
        &g_array_index(document->sections[section], RecoveryDocumentPermit, i);

    mark_all(marks, RECOVERY_DOCUMENT_POPULATIONS, &permit->scope.population);
    mark_all(marks, RECOVERY_DOCUMENT_CLASSES, &permit->accept);
  }
}

static void
mark_rules(Marks *marks, const Document *document)
{
  mark_permits(marks, document, RECOVERY_DOCUMENT_PERMITS);
  mark_permits(marks, document, RECOVERY_DOCUMENT_FALLBACKS);
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, REQUIRES); i++) {
    const RecoveryDocumentRequire *require =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);

    mark_all(marks, RECOVERY_DOCUMENT_POPULATIONS, &require->scope.population);
    mark(marks, RECOVERY_DOCUMENT_SIGNALS, &require->unless_good);
    mark(marks, RECOVERY_DOCUMENT_CLASSES, &require->min_class);
    mark(marks, RECOVERY_DOCUMENT_LISTS, &require->aaguid_list);
  }
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, FORBIDS); i++) {
    const RecoveryDocumentForbid *forbid =
        RECOVERY_DOCUMENT_AT(document, FORBIDS, Forbid, i);

    mark_all(marks, RECOVERY_DOCUMENT_POPULATIONS, &forbid->scope.population);
    mark(marks, RECOVERY_DOCUMENT_SIGNALS, &forbid->unless_good);
  }
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, EXCEPTIONS); i++)
    mark_all(marks, RECOVERY_DOCUMENT_POPULATIONS,
             &RECOVERY_DOCUMENT_AT(document, EXCEPTIONS, Exception, i)
                  ->scope.population);
}

static void
mark_classes(Marks *marks, const Document *document)
{
  const Tier *tiers[] = {&document->recovery.standard,
                         &document->recovery.remote,
                         &document->recovery.privileged};

  for (size_t i = 0; i < G_N_ELEMENTS(tiers); i++)
    mark_all(marks, RECOVERY_DOCUMENT_CLASSES, &tiers[i]->issue);
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(document, CLASSES); i++) {
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    mark(marks, RECOVERY_DOCUMENT_LISTS, &class_of->match.aaguid_list);
    if (class_of->use == RECOVERY_DOCUMENT_FOR_ROSTER)
      marks->named[RECOVERY_DOCUMENT_CLASSES]->data[i] = 1;
  }
}

static void
complain(const Lint *lint, const Marks *marks, RecoveryDocumentSection section,
         const char *what)
{
  const GArray *array = lint->document->sections[section];
  const guint size = g_array_get_element_size((GArray *)array);

  for (guint i = 0; i < array->len; i++) {
    /* Each begins with its place (document.h). */
    const RecoveryProblemPlace *at =
        (const RecoveryProblemPlace *)(const void *)(array->data + i * size);

    if (marks->named[section]->data[i] == 0)
      recovery_problem_warn(lint->problems, "L51", *at,
                            "%s %s: nothing names it. Name it in a rule, or "
                            "take it out",
                            what,
                            recovery_document_id(lint->document, section, i));
  }
}

void
recovery_lint_unused(const Lint *lint)
{
  g_auto(Marks) marks = {0};

  for (int i = 0; i < RECOVERY_DOCUMENT_N_SECTIONS; i++) {
    const guint count =
        recovery_document_count(lint->document, (RecoveryDocumentSection)i);

    marks.named[i] = g_byte_array_sized_new(count);
    g_byte_array_set_size(marks.named[i], count);
    if (count > 0)
      memset(marks.named[i]->data, 0, count);
  }
  mark_rules(&marks, lint->document);
  mark_classes(&marks, lint->document);
  complain(lint, &marks, RECOVERY_DOCUMENT_POPULATIONS, "population");
  complain(lint, &marks, RECOVERY_DOCUMENT_CLASSES, "class");
  complain(lint, &marks, RECOVERY_DOCUMENT_LISTS, "aaguid list");
  complain(lint, &marks, RECOVERY_DOCUMENT_SIGNALS, "signal");
}
