/* SPDX-License-Identifier: Apache-2.0 */
/* lint-class.c - classes, and what lists and permits make of them. */
#include <string.h>

#include "recovery/policy/lint-private.h"
#include "recovery/policy/witness.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentClass Class;
typedef RecoveryDocumentMatch Match;
typedef RecoveryDocumentTexts Texts;
typedef RecoveryLint Lint;

static const Class *
class_at(const Document *document, uint32_t i)
{
  return RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);
}

static void
check_roster(const Lint *lint)
{
  int rosters = 0;

  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, CLASSES); i++) {
    const Class *class_of = class_at(lint->document, i);

    if (class_of->use != RECOVERY_DOCUMENT_FOR_ROSTER)
      continue;
    if (++rosters > 1)
      recovery_problem_error(lint->problems, "L37", class_of->at,
                             "a second class with use: roster. Keep one");
    if (class_of->match.attested != RECOVERY_DOCUMENT_YES)
      recovery_problem_error(lint->problems, "L37", class_of->at,
                             "the class for the roster lacks attested: true");
  }
  if (rosters == 0)
    recovery_problem_error(
        lint->problems, "L37", RECOVERY_LINT_NOWHERE,
        "no class with use: roster. Say which keys staff may sign with, like "
        "{id: roster, use: roster, match: {be: false, uv: true, attested: "
        "true}}");
}

static void
check_ranks(const Lint *lint)
{
  g_autoptr(GHashTable) ranks = g_hash_table_new(g_int64_hash, g_int64_equal);

  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, CLASSES); i++) {
    Class *class_of = RECOVERY_DOCUMENT_AT(lint->document, CLASSES, Class, i);

    if (class_of->rank != 0 && !g_hash_table_add(ranks, &class_of->rank))
      recovery_problem_error(lint->problems, "L02", class_of->at,
                             "rank %" G_GINT64_FORMAT " is there twice. Give "
                             "each class its own: the stronger, the higher",
                             class_of->rank);
  }
}

/* ---- lists ---- */

static void
check_entries(const Lint *lint)
{
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, LISTS); i++) {
    const RecoveryDocumentList *list =
        RECOVERY_DOCUMENT_AT(lint->document, LISTS, List, i);

    for (guint j = 0; j < list->entries->len; j++) {
      const RecoveryDocumentEntry *entry =
          &g_array_index(list->entries, RecoveryDocumentEntry, j);

      if (entry->until_s <= lint->options.now_s)
        recovery_problem_warn(lint->problems, "L36", entry->at,
                              "the model %s is no longer on %s: its until has "
                              "come. Take the line out, or give a later date",
                              entry->aaguid, list->id);
    }
  }
}

/* ---- one class beside another ---- */

static bool
has_all(const Texts *texts, const Texts *others)
{
  for (uint32_t i = 0; i < others->count; i++) {
    bool found = false;

    for (uint32_t j = 0; j < texts->count; j++)
      found = found || strcmp(texts->items[j], others->items[i]) == 0;
    if (!found)
      return false;
  }
  return true;
}

static bool
is_as_strict(RecoveryDocumentWant one, RecoveryDocumentWant other)
{
  return other == RECOVERY_DOCUMENT_ANY || one == other;
}

/* Whatever matches one matches the other, too. */
static bool
implies(const Match *one, const Match *other)
{
  RecoveryDocumentWant attested =
      one->aaguid_list.index != RECOVERY_DOCUMENT_NONE ? RECOVERY_DOCUMENT_YES
                                                       : one->attested;

  return g_strcmp0(one->method != NULL ? one->method : "webauthn",
                   other->method != NULL ? other->method : "webauthn") == 0 &&
         is_as_strict(one->uv, other->uv) && is_as_strict(one->be, other->be) &&
         is_as_strict(one->bs, other->bs) &&
         is_as_strict(attested, other->attested) &&
         (other->aaguid_list.index == RECOVERY_DOCUMENT_NONE ||
          other->aaguid_list.index == one->aaguid_list.index) &&
         other->min_cert <= one->min_cert &&
         has_all(&one->mds_status_not, &other->mds_status_not) &&
         (other->transports.count == 0 ||
          (one->transports.count > 0 &&
           has_all(&other->transports, &one->transports)));
}

static bool
accepts(const RecoveryDocumentRefs *accept, uint32_t class_of)
{
  for (uint32_t i = 0; i < accept->count; i++)
    if (accept->items[i].index == class_of)
      return true;
  return false;
}

/* A better key that is refused is a trap: its class is the better one. */
static void
check_better(const Lint *lint, const RecoveryDocumentPermit *permit)
{
  for (uint32_t j = 0; j < permit->accept.count; j++) {
    const RecoveryDocumentRef *ref = &permit->accept.items[j];
    const Class *weaker = class_at(lint->document, ref->index);

    for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, CLASSES);
         i++) {
      const Class *better = class_at(lint->document, i);

      if (better->use == RECOVERY_DOCUMENT_FOR_ALL &&
          better->rank > weaker->rank && !accepts(&permit->accept, i) &&
          implies(&better->match, &weaker->match))
        recovery_problem_warn(lint->problems, "L41", ref->at,
                              "%s accepts %s and not the stronger %s: whoever "
                              "has the better key is refused. Accept %s, too",
                              permit->id, weaker->id, better->id, better->id);
    }
  }
}

/* A class that no key is ever of. */
static void
check_shadows(const Lint *lint)
{
  const Document *documents[] = {lint->document};
  uint32_t count = RECOVERY_LINT_COUNT(lint->document, CLASSES);
  g_autoptr(GArray) witnesses =
      recovery_witness_all(documents, 1, lint->options.now_s);
  uint64_t seen = 0;

  if (witnesses == NULL)
    return; /* said with the cells */
  for (guint i = 0; i < witnesses->len; i++)
    seen |=
        UINT64_C(1) << g_array_index(witnesses, RecoveryWitness, i).class_of[0];
  for (uint32_t i = 0; i < count; i++) {
    const Class *class_of = class_at(lint->document, i);

    if (class_of->use == RECOVERY_DOCUMENT_FOR_ALL &&
        (seen & (UINT64_C(1) << i)) == 0)
      recovery_problem_warn(
          lint->problems, "L43", class_of->at,
          "no key is ever of class %s: what matches it matches a class of "
          "higher rank as well, or nothing matches it. Change its match or its "
          "rank, or take it out",
          class_of->id);
  }
}

void
recovery_lint_classes(const Lint *lint)
{
  check_roster(lint);
  check_ranks(lint);
  recovery_lint_methods(lint);
  if (!lint->warn)
    return;
  check_entries(lint);
  check_shadows(lint);
  for (uint32_t i = 0; i < RECOVERY_LINT_COUNT(lint->document, PERMITS) &&
                       RECOVERY_LINT_COUNT(lint->document, CLASSES) <= 64;
       i++)
    check_better(lint,
                 RECOVERY_DOCUMENT_AT(lint->document, PERMITS, Permit, i));
}
