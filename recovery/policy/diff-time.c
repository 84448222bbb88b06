/* SPDX-License-Identifier: Apache-2.0 */
/* diff-time.c - what two tables of today do not show, but those of a later day
 * would: models that stay listed longer, fallbacks and exceptions that are new,
 * and rules beneath an exception, which come to light when it ends. Where that
 * cannot be told for certain, it counts as looser. */
#include <string.h>

#include "recovery/policy/diff-private.h"
#include "recovery/policy/print.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentRequire Require;
typedef RecoveryDocumentEntry Entry;

#define NONE RECOVERY_DOCUMENT_NONE
#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

typedef struct {
  RecoveryDiff *diff;
  const Document *before, *after;
  int64_t now_s;
} Times;

/* ---- lists of models ---- */

/* How long the model stays on a list, in the entry of that list that ends
 * first (earliest) or last; now_s: on no such list. list NULL: on any. */
static int64_t
find_end(const Times *times, const Document *document, const char *list,
         const char *aaguid, bool earliest)
{
  int64_t end = times->now_s;
  bool found = false;

  for (uint32_t i = 0; i < N_OF(document, LISTS); i++) {
    const RecoveryDocumentList *one =
        RECOVERY_DOCUMENT_AT(document, LISTS, List, i);

    if (list != NULL && strcmp(one->id, list) != 0)
      continue;
    for (guint j = 0; j < one->entries->len; j++) {
      const Entry *entry = &g_array_index(one->entries, Entry, j);

      if (strcmp(entry->aaguid, aaguid) != 0)
        continue;
      end = !found     ? entry->until_s
            : earliest ? MIN(end, entry->until_s)
                       : MAX(end, entry->until_s);
      found = true;
    }
  }
  return end;
}

static void
compare_entry(const Times *times, const char *list, const Entry *entry)
{
  bool known = recovery_document_find(times->before, RECOVERY_DOCUMENT_LISTS,
                                      list) != NONE;
  int64_t was =
      find_end(times, times->before, known ? list : NULL, entry->aaguid, true);
  g_autofree char *is = entry->until_s == INT64_MAX
                            ? g_strdup("for good")
                            : recovery_print_time(entry->until_s);

  if (entry->until_s > times->now_s && entry->until_s > was)
    recovery_diff_point_add(times->diff, RECOVERY_DIFF_LOOSER,
                            "aaguid list %s: %s stays on it %s%s", list,
                            entry->aaguid,
                            entry->until_s == INT64_MAX ? "" : "until ", is);
}

static void
compare_gone(const Times *times, const char *list, const Entry *entry)
{
  int64_t is = find_end(times, times->after, list, entry->aaguid, false);

  if (entry->until_s > times->now_s && is < entry->until_s)
    recovery_diff_point_add(times->diff, RECOVERY_DIFF_STRICTER,
                            "aaguid list %s: %s leaves it earlier", list,
                            entry->aaguid);
}

static void
compare_lists(const Times *times)
{
  const Document *const documents[] = {times->after, times->before};

  for (size_t s = 0; s < 2; s++)
    for (uint32_t i = 0; i < N_OF(documents[s], LISTS); i++) {
      const RecoveryDocumentList *list =
          RECOVERY_DOCUMENT_AT(documents[s], LISTS, List, i);

      for (guint j = 0; j < list->entries->len; j++)
        (s == 0 ? compare_entry : compare_gone)(
            times, list->id, &g_array_index(list->entries, Entry, j));
    }
}

static const char *
list_id(const Document *document, const RecoveryDocumentRef *ref)
{
  return ref->index == NONE
             ? NULL
             : recovery_document_id(document, RECOVERY_DOCUMENT_LISTS,
                                    ref->index);
}

/* A class that hangs on another list than before. */
static void
compare_classes(const Times *times)
{
  for (uint32_t i = 0; i < N_OF(times->after, CLASSES); i++) {
    const RecoveryDocumentClass *after =
        RECOVERY_DOCUMENT_AT(times->after, CLASSES, Class, i);
    uint32_t found = recovery_document_find(
        times->before, RECOVERY_DOCUMENT_CLASSES, after->id);
    const RecoveryDocumentClass *before =
        found == NONE
            ? NULL
            : RECOVERY_DOCUMENT_AT(times->before, CLASSES, Class, found);
    const char *is = list_id(times->after, &after->match.aaguid_list);
    const char *was = before == NULL
                          ? NULL
                          : list_id(times->before, &before->match.aaguid_list);

    if (is != NULL && g_strcmp0(is, was) != 0)
      recovery_diff_point_add(times->diff, RECOVERY_DIFF_BOTH,
                              "class %s: hangs on list %s now", after->id, is);
    if (before != NULL && before->restricted.at.line != 0 &&
        after->restricted.at.line == 0)
      recovery_diff_point_add(
          times->diff, RECOVERY_DIFF_LOOSER,
          "class %s: is no longer restricted, so its use is no weaker path",
          after->id);
  }
}

/* ---- fallbacks and exceptions ---- */

static void
compare_new(const Times *times)
{
  for (uint32_t i = 0; i < N_OF(times->after, FALLBACKS); i++) {
    const RecoveryDocumentPermit *fallback =
        RECOVERY_DOCUMENT_AT(times->after, FALLBACKS, Permit, i);

    if (fallback->expires_s > times->now_s &&
        recovery_document_find(times->before, RECOVERY_DOCUMENT_FALLBACKS,
                               fallback->id) == NONE)
      recovery_diff_point_add(times->diff, RECOVERY_DIFF_LOOSER,
                              "fallback %s: is new", fallback->id);
  }
  for (uint32_t i = 0; i < N_OF(times->after, EXCEPTIONS); i++) {
    const RecoveryDocumentException *exception =
        RECOVERY_DOCUMENT_AT(times->after, EXCEPTIONS, Exception, i);

    if (exception->until_s > times->now_s &&
        recovery_document_find(times->before, RECOVERY_DOCUMENT_EXCEPTIONS,
                               exception->id) == NONE)
      recovery_diff_point_add(times->diff, RECOVERY_DIFF_LOOSER,
                              "exception %s: is new", exception->id);
  }
}

static void
add_refs(GString *out, const Document *document, const Refs *refs,
         RecoveryDocumentSection section)
{
  g_string_append_printf(out, "|%u%s", refs->count, refs->star ? "*" : "");
  for (uint32_t i = 0; i < refs->count; i++)
    g_string_append_printf(
        out, ",%s",
        recovery_document_id(document, section, refs->items[i].index));
}

static void
add_ref(GString *out, const Document *document, const RecoveryDocumentRef *ref,
        RecoveryDocumentSection section)
{
  g_string_append_printf(
      out, "|%s",
      ref->index == NONE ? "-"
                         : recovery_document_id(document, section, ref->index));
}

/* All that a requirement says, by names; free with g_free(). */
static char *
word_require(const Document *document, const Require *of)
{
  GString *out = g_string_new(NULL);

  g_string_append_printf(out, "%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT,
                         of->max_age_s, of->approvals);
  add_refs(out, document, &of->slots, RECOVERY_DOCUMENT_SLOTS);
  add_refs(out, document, &of->scope.journey, RECOVERY_DOCUMENT_JOURNEYS);
  add_refs(out, document, &of->scope.population, RECOVERY_DOCUMENT_POPULATIONS);
  add_refs(out, document, &of->scope.app, RECOVERY_DOCUMENT_APPS);
  add_refs(out, document, &of->scope.transaction,
           RECOVERY_DOCUMENT_TRANSACTIONS);
  add_ref(out, document, &of->unless_good, RECOVERY_DOCUMENT_SIGNALS);
  add_ref(out, document, &of->min_class, RECOVERY_DOCUMENT_CLASSES);
  add_ref(out, document, &of->aaguid_list, RECOVERY_DOCUMENT_LISTS);
  return g_string_free(out, FALSE);
}

static bool
is_waived(const Times *times, uint32_t require)
{
  for (uint32_t i = 0; i < N_OF(times->before, EXCEPTIONS); i++) {
    const RecoveryDocumentException *exception =
        RECOVERY_DOCUMENT_AT(times->before, EXCEPTIONS, Exception, i);

    for (uint32_t j = 0;
         exception->until_s > times->now_s && j < exception->waives.count; j++)
      if (exception->waives.items[j].index == require)
        return true;
  }
  return false;
}

/* A requirement that an exception waives, or that hangs on a list of models,
 * asks for more on another day than today. */
static void
compare_requires(const Times *times)
{
  for (uint32_t i = 0; i < N_OF(times->before, REQUIRES); i++) {
    const Require *before =
        RECOVERY_DOCUMENT_AT(times->before, REQUIRES, Require, i);
    uint32_t found = recovery_document_find(
        times->after, RECOVERY_DOCUMENT_REQUIRES, before->id);
    bool waived = is_waived(times, i);
    g_autofree char *was = NULL, *is = NULL;

    if (!waived && before->aaguid_list.index == NONE)
      continue;
    was = word_require(times->before, before);
    if (found != NONE)
      is = word_require(
          times->after,
          RECOVERY_DOCUMENT_AT(times->after, REQUIRES, Require, found));
    if (g_strcmp0(was, is) != 0)
      recovery_diff_point_add(times->diff, RECOVERY_DIFF_BOTH,
                              "requirement %s: %s, and it %s", before->id,
                              is == NULL ? "was taken out" : "is another",
                              waived ? "is waived today by an exception"
                                     : "hangs on a list of models");
  }
}

/* ---- the document itself ---- */

/* Before it is valid, a policy denies everything. */
static void
compare_beginning(const Times *times)
{
  const int64_t was = MAX(times->before->policy.valid_from_s, times->now_s);
  const int64_t is = MAX(times->after->policy.valid_from_s, times->now_s);
  g_autofree char *until = recovery_print_time(MAX(was, is));

  if (is > was)
    recovery_diff_point_add(times->diff, RECOVERY_DIFF_STRICTER,
                            "policy: is not valid before %s, and denies "
                            "everything until then",
                            until);
  else if (is < was)
    recovery_diff_point_add(times->diff, RECOVERY_DIFF_LOOSER,
                            "policy: is valid now, or sooner than %s; until "
                            "then everything would be denied",
                            until);
}

void
recovery_diff_time(RecoveryDiff *diff, const Document *before,
                   const Document *after, int64_t now_s)
{
  const Times times = {diff, before, after, now_s};

  compare_beginning(&times);
  compare_lists(&times);
  compare_classes(&times);
  compare_new(&times);
  compare_requires(&times);
}
