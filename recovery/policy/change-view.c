/* SPDX-License-Identifier: Apache-2.0 */
/* change-view.c - what loading a policy changes, in words for who signs it: the
 * loosenings first. */
#include "recovery/format/viewer.h"
#include "recovery/policy/change.h"

/* Of one kind; more are counted. Nobody reads a thousand lines. */
#define LINES_MAX 200

static void
add(GPtrArray *lines, const char *label, char *text)
{
  g_ptr_array_add(lines, recovery_viewer_line_new(label, text));
}

static void
add_wait(GPtrArray *lines, const RecoveryChange *change,
         const FidotoolJson *statement, bool tried)
{
  const RecoveryDocumentPolicy *was = &change->before->policy;
  const RecoveryDocumentPolicy *is = &change->after->policy;

  add(lines, "Change",
      g_strdup_printf("%s, version %" G_GINT64_FORMAT " -> %s, version "
                      "%" G_GINT64_FORMAT "%s",
                      was->id, was->version, is->id, is->version,
                      is->version > was->version + 1
                          ? "; those between can never be used then"
                          : ""));
  add(lines, "Takes effect",
      g_strdup(tried ? "never: what it would decide is counted, and decides "
                       "nothing"
               : recovery_change_is_at_once(statement)
                   ? "at once, with the second signature: nothing becomes "
                     "looser"
                   : "24 hours after the second signature, unless an officer "
                     "vetoes it"));
}

static bool
is_of(RecoveryDiffWay way, bool looser)
{
  /* What is less of one thing and more of another is told once, as looser. */
  return looser ? way != RECOVERY_DIFF_STRICTER : way == RECOVERY_DIFF_STRICTER;
}

static void
add_way(GPtrArray *lines, const RecoveryDiff *diff, bool looser)
{
  const char *label = looser ? "Looser" : "Stricter";
  guint of = 0;

  for (guint i = 0; i < diff->changes->len; i++) {
    const RecoveryDiffChange *one = g_ptr_array_index(diff->changes, i);

    if (is_of(one->way, looser) && of++ < LINES_MAX)
      add(lines, label, recovery_diff_write_change(one));
  }
  for (guint i = 0; i < diff->points->len; i++) {
    const RecoveryDiffPoint *one = g_ptr_array_index(diff->points, i);

    if (is_of(one->way, looser) && of++ < LINES_MAX)
      add(lines, label, g_strdup(one->text));
  }
  if (of > LINES_MAX)
    add(lines, label,
        g_strdup_printf("%u more: fidotool policy diff shows them",
                        of - LINES_MAX));
}

static void
add_diff(GPtrArray *lines, const RecoveryChange *change)
{
  const bool whole = change->diff->whole;

  if (!whole)
    add(lines, "Looser",
        g_strdup("not known: the two policies are too large to be compared "
                 "whole; what follows stands beside their tables"));
  else
    add(lines, "Places that become looser",
        g_strdup_printf("%" G_GINT64_FORMAT, change->looser));
  add_way(lines, change->diff, true);
  if (whole)
    add(lines, "Places that become stricter",
        g_strdup_printf("%" G_GINT64_FORMAT, change->stricter));
  add_way(lines, change->diff, false);
}

static void
add_warnings(GPtrArray *lines, const RecoveryProblems *problems)
{
  add(lines, "Warnings of lint",
      g_strdup_printf("%" G_GUINT64_FORMAT, problems->warnings));
  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *one = g_ptr_array_index(problems->items, i);

    if (!one->error && !one->unchecked)
      add(lines, "Warning", recovery_problem_write(one));
  }
}

GPtrArray *
recovery_change_view(GBytes *before, GBytes *after, int64_t at_s,
                     const FidotoolJson *statement, GError **error)
{
  g_autoptr(RecoveryChange) change =
      recovery_change_new(before, after, at_s, error);
  /* A trial states no number. */
  const bool tried =
      g_strcmp0(fidotool_json_get_text(statement, "act"), "policy.trial") == 0;
  GPtrArray *lines;

  if (change == NULL ||
      (!tried && !recovery_change_fits(change, statement, true, error)))
    return NULL;
  lines = g_ptr_array_new_with_free_func(recovery_viewer_line_free);
  add_wait(lines, change, statement, tried);
  add_diff(lines, change);
  add_warnings(lines, change->problems);
  return lines;
}
