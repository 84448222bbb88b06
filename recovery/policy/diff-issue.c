/* SPDX-License-Identifier: Apache-2.0 */
/* diff-issue.c - which keys each tier of recovery issues: those of a class that
 * it names and that a permit of journey recovery accepts. */
#include <string.h>

#include "recovery/policy/diff-private.h"
#include "recovery/policy/lint.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentTier Tier;
typedef RecoveryDiff Diff;
typedef RecoveryWitness Witness;

static bool
issues(const Document *document, const Tier *tier, uint32_t class_of)
{
  for (uint32_t i = 0; class_of != RECOVERY_DOCUMENT_NONE &&
                       tier->at.line != 0 && i < tier->issue.count;
       i++)
    if (tier->issue.items[i].index == class_of)
      return recovery_lint_is_issuable(document, class_of);
  return false;
}

static const char *
name_class(const Document *document, uint32_t class_of)
{
  return class_of == RECOVERY_DOCUMENT_NONE
             ? "no class"
             : recovery_document_id(document, RECOVERY_DOCUMENT_CLASSES,
                                    class_of);
}

static void
add_once(Diff *diff, RecoveryDiffWay way, char *text)
{
  RecoveryDiffPoint *point;

  for (guint i = 0; i < diff->points->len; i++)
    if (strcmp(((RecoveryDiffPoint *)g_ptr_array_index(diff->points, i))->text,
               text) == 0) {
      g_free(text);
      return;
    }
  point = g_new0(RecoveryDiffPoint, 1);
  point->way = way;
  point->text = text;
  g_ptr_array_add(diff->points, point);
}

static void
compare(Diff *diff, const char *name, const Document *const documents[2],
        const Tier *const tiers[2], const Witness *witness)
{
  const char *was = name_class(documents[0], witness->class_of[0]);
  const char *is = name_class(documents[1], witness->class_of[1]);
  bool before = issues(documents[0], tiers[0], witness->class_of[0]);
  bool after = issues(documents[1], tiers[1], witness->class_of[1]);
  g_autofree char *key = strcmp(was, is) == 0
                             ? g_strdup(is)
                             : g_strdup_printf("(was %s) %s", was, is);

  if (before != after)
    add_once(diff, after ? RECOVERY_DIFF_LOOSER : RECOVERY_DIFF_STRICTER,
             g_strdup_printf("%s: a key of class %s is %s", name, key,
                             after ? "issued now" : "no longer issued"));
}

void
recovery_diff_issue(Diff *diff, const Document *before, const Document *after,
                    const GArray *witnesses)
{
  const Document *const documents[2] = {before, after};
  const struct {
    const char *name;
    const Tier *tiers[2];
  } rows[] = {
      {"recovery.standard",
       {&before->recovery.standard, &after->recovery.standard}},
      {"recovery.remote", {&before->recovery.remote, &after->recovery.remote}},
      {"recovery.privileged",
       {&before->recovery.privileged, &after->recovery.privileged}},
  };

  for (size_t t = 0; t < G_N_ELEMENTS(rows); t++)
    for (guint i = 0; i < witnesses->len; i++)
      compare(diff, rows[t].name, documents, rows[t].tiers,
              &g_array_index(witnesses, Witness, i));
}
