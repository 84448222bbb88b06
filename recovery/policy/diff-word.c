/* SPDX-License-Identifier: Apache-2.0 */
/* diff-word.c - a cell of a comparison in words. */
#include <string.h>

#include "recovery/policy/diff-private.h"
#include "recovery/policy/print.h"

typedef RecoveryDiffTables Compare;
typedef RecoveryDiffNeed Need;
typedef RecoveryDiffPeople People;
typedef RecoveryWitness Witness;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)
#define NONE RECOVERY_DOCUMENT_NONE

guint
recovery_diff_id(GPtrArray *ids, const char *id)
{
  for (guint i = 0; i < ids->len; i++)
    if (strcmp(g_ptr_array_index(ids, i), id) == 0)
      return i;
  g_ptr_array_add(ids, (gpointer)id);
  return ids->len - 1;
}

static void
add_words(GString *text, const char *between, const char *words)
{
  if (text->len > 0)
    g_string_append(text, between);
  g_string_append(text, words);
}

static const People *
people_at(const Compare *compare, guint i)
{
  return &g_array_index(compare->people, People, i);
}

/* "passes, at most 15 minutes old, 1 approval" */
char *
recovery_diff_word_need(const Compare *compare, const Need *need)
{
  GString *text = g_string_new(need->passes ? "passes" : "does not pass");

  if (need->max_age_s != INT64_MAX) {
    g_autofree char *span = recovery_print_span(need->max_age_s);

    g_string_append_printf(text, ", when at most %s old", span);
  }
  if (need->approvals > 0)
    g_string_append_printf(text, ", with %" G_GINT64_FORMAT " approval%s",
                           need->approvals, need->approvals == 1 ? "" : "s");
  for (guint i = 0; i < compare->slots->len; i++)
    if ((need->slots & (UINT64_C(1) << i)) != 0)
      g_string_append_printf(
          text, ", as %s", (const char *)g_ptr_array_index(compare->slots, i));
  if (need->fallback)
    g_string_append(text, ", by a fallback");
  return g_string_free(text, FALSE);
}

/* In both policies, and in one of them alone: its rule was changed. */
static bool
is_one_sided(const Compare *compare, guint i, uint64_t set)
{
  const People *one = people_at(compare, i);

  for (guint j = 0; j < compare->people->len; j++)
    if (j != i &&
        strcmp(one->population->id, people_at(compare, j)->population->id) == 0)
      return (set & (UINT64_C(1) << j)) == 0;
  return false;
}

/* Those that are alike with the i-th, each name once: "admins", or
 * "(admins or auditors)". */
static void
add_alike(GString *text, const Compare *compare, guint i, uint64_t set,
          GPtrArray *names)
{
  g_autoptr(GString) words = g_string_new(NULL);
  guint count = 0;

  for (guint j = i; j < compare->people->len; j++) {
    const People *people = people_at(compare, j);
    guint before = names->len;

    if (people->alike != i || (set & (UINT64_C(1) << j)) == 0 ||
        recovery_diff_id(names, people->population->id) < before)
      continue;
    add_words(words, " or ", people->population->id);
    count++;
    if (is_one_sided(compare, j, set))
      g_string_append(words, people->places[0] >= 0
                                 ? " (by the old rule alone)"
                                 : " (by the new rule alone)");
  }
  if (count > 1) {
    g_string_prepend_c(words, '(');
    g_string_append_c(words, ')');
  }
  if (count > 0)
    add_words(text, " and ", words->str);
}

/* Populations by name, each once though both policies have it. */
char *
recovery_diff_word_people(const Compare *compare, uint64_t set)
{
  GString *text = g_string_new(NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (guint i = 0; i < compare->people->len; i++)
    if ((set & (UINT64_C(1) << i)) != 0 && people_at(compare, i)->alike == i)
      add_alike(text, compare, i, set, names);
  if (text->len == 0)
    g_string_assign(text, "anybody");
  return g_string_free(text, FALSE);
}

static bool
has_list(const Compare *compare, const Witness *witness, size_t s)
{
  return witness->class_of[s] != NONE &&
         RECOVERY_DOCUMENT_AT(compare->sides[s].document, CLASSES, Class,
                              witness->class_of[s])
                 ->match.aaguid_list.index != NONE;
}

static const char *
name_class(const Compare *compare, const Witness *witness, size_t s)
{
  return witness->class_of[s] == NONE
             ? "no class"
             : recovery_document_id(compare->sides[s].document,
                                    RECOVERY_DOCUMENT_CLASSES,
                                    witness->class_of[s]);
}

/* "attested-key", "what was bound-key and is attested-key"; the model where it
 * matters. */
char *
recovery_diff_word_witness(const Compare *compare, const Witness *witness,
                           bool lists)
{
  const char *was = name_class(compare, witness, 0);
  const char *is = name_class(compare, witness, 1);
  GString *text = g_string_new(NULL);

  if (strcmp(was, is) == 0)
    g_string_append(text, was);
  else
    g_string_append_printf(text, "what was %s and is %s", was, is);
  lists = lists || (strcmp(was, is) != 0 && (has_list(compare, witness, 0) ||
                                             has_list(compare, witness, 1)));
  if (lists && witness->attested && witness->aaguid != NULL) {
    g_string_append_printf(text, " (model %s", witness->aaguid);
    if (witness->fw != NULL)
      g_string_append_printf(text, ", firmware %s or later", witness->fw);
    g_string_append_c(text, ')');
  } else if (lists) {
    g_string_append(text, " (model on no list)");
  }
  return g_string_free(text, FALSE);
}

char *
recovery_diff_word_state(const Compare *compare, uint64_t state)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < compare->signals->len; i++)
    if ((state & (UINT64_C(1) << i)) != 0)
      add_words(text, " and ", g_ptr_array_index(compare->signals, i));
  return g_string_free(text, FALSE);
}
