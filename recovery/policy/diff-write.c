/* SPDX-License-Identifier: Apache-2.0 */
/* diff-write.c - a comparison in words, and as JSON. */
#include "recovery/policy/diff.h"

typedef RecoveryDiff Diff;
typedef RecoveryDiffChange Change;
typedef RecoveryDiffPoint Point;

/* In the order in which they are told: the loosenings first. */
static const struct {
  RecoveryDiffWay way;
  const char *word, *heading;
} ways[] = {
    {RECOVERY_DIFF_LOOSER, "looser", "Looser: with less than before"},
    {RECOVERY_DIFF_BOTH, "both", "Both: less of one thing, more of another"},
    {RECOVERY_DIFF_STRICTER, "stricter", "Stricter: with more than before"},
    {RECOVERY_DIFF_SAME, "other", "Neither, but not as before"},
};

static const char *
find_word(RecoveryDiffWay way)
{
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
    if (ways[i].way == way)
      return ways[i].word;
  return "other";
}

bool
recovery_diff_loosens(const Diff *diff)
{
  if (!diff->whole || diff->looser > 0 || diff->both > 0)
    return true;
  for (guint i = 0; i < diff->points->len; i++)
    if (((const Point *)g_ptr_array_index(diff->points, i))->way !=
        RECOVERY_DIFF_STRICTER)
      return true;
  return false;
}

static FidotoolJson *
write_change(const Change *change)
{
  FidotoolJson *row = fidotool_json_new_object();
  FidotoolJson *where =
      fidotool_json_set(row, "where", fidotool_json_new_array());

  for (guint i = 0; i < change->where->len; i++)
    fidotool_json_append_text(where, g_ptr_array_index(change->where, i));
  fidotool_json_set_text(row, "way", find_word(change->way));
  fidotool_json_set_text(row, "who", change->who);
  fidotool_json_set_text(row, "with", change->with);
  fidotool_json_set_text(row, "not_good", change->unless);
  fidotool_json_set_text(row, "before", change->before);
  fidotool_json_set_text(row, "after", change->after);
  return row;
}

static void
set_cells(FidotoolJson *json, const Diff *diff)
{
  FidotoolJson *cells =
      fidotool_json_set(json, "cells", fidotool_json_new_object());

  fidotool_json_set_int(cells, "total", (int64_t)diff->cells);
  fidotool_json_set_int(cells, "looser", (int64_t)diff->looser);
  fidotool_json_set_int(cells, "stricter", (int64_t)diff->stricter);
  fidotool_json_set_int(cells, "both", (int64_t)diff->both);
  fidotool_json_set_int(
      cells, "same",
      (int64_t)(diff->cells - diff->looser - diff->stricter - diff->both));
}

FidotoolJson *
recovery_diff_json(const Diff *diff)
{
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *changes =
      fidotool_json_set(json, "changes", fidotool_json_new_array());
  FidotoolJson *points =
      fidotool_json_set(json, "points", fidotool_json_new_array());

  fidotool_json_set_bool(json, "whole", diff->whole);
  if (diff->whole)
    set_cells(json, diff);
  for (guint i = 0; i < diff->changes->len; i++)
    fidotool_json_append(changes,
                         write_change(g_ptr_array_index(diff->changes, i)));
  for (guint i = 0; i < diff->points->len; i++) {
    const Point *point = g_ptr_array_index(diff->points, i);
    FidotoolJson *row =
        fidotool_json_append(points, fidotool_json_new_object());

    fidotool_json_set_text(row, "way", find_word(point->way));
    fidotool_json_set_text(row, "text", point->text);
  }
  fidotool_json_set_bool(json, "loosens", recovery_diff_loosens(diff));
  return json;
}

char *
recovery_diff_write_change(const Change *change)
{
  GString *out = g_string_new(NULL);

  g_string_append_printf(out, "%s, with %s: ", change->who, change->with);
  for (guint i = 0; i < change->where->len; i++)
    g_string_append_printf(out, "%s%s", i > 0 ? "; " : "",
                           (const char *)g_ptr_array_index(change->where, i));
  if (*change->unless != '\0')
    g_string_append_printf(out, ", while %s is not known to be good",
                           change->unless);
  g_string_append_printf(out, ". Now %s; before %s", change->after,
                         change->before);
  return g_string_free(out, FALSE);
}

static void
add_change(GString *out, const Change *change)
{
  g_autofree char *text = recovery_diff_write_change(change);

  g_string_append_printf(out, "- %s.\n", text);
}

char *
recovery_diff_write(const Diff *diff)
{
  GString *out = g_string_new(NULL);

  if (!diff->whole)
    g_string_append(out, "The tables are too large to be compared: what is "
                         "said here stands beside them.\n");
  else
    g_string_append_printf(
        out,
        "%" G_GUINT64_FORMAT " cells: %" G_GUINT64_FORMAT
        " looser, %" G_GUINT64_FORMAT " stricter, %" G_GUINT64_FORMAT
        " both, %" G_GUINT64_FORMAT " the same.\n",
        diff->cells, diff->looser, diff->stricter, diff->both,
        diff->cells - diff->looser - diff->stricter - diff->both);
  for (size_t w = 0; w < G_N_ELEMENTS(ways); w++) {
    gsize begun = out->len;

    for (guint i = 0; i < diff->changes->len; i++) {
      const Change *change = g_ptr_array_index(diff->changes, i);

      if (change->way == ways[w].way)
        add_change(out, change);
    }
    for (guint i = 0; i < diff->points->len; i++) {
      const Point *point = g_ptr_array_index(diff->points, i);

      if (point->way == ways[w].way)
        g_string_append_printf(out, "- %s.\n", point->text);
    }
    if (out->len > begun) {
      g_autofree char *heading = g_strdup_printf("\n%s\n", ways[w].heading);

      g_string_insert(out, (gssize)begun, heading);
    }
  }
  if (diff->whole && diff->changes->len == 0 && diff->points->len == 0)
    g_string_append(out, "The two policies mean the same.\n");
  else if (!recovery_diff_loosens(diff))
    g_string_append(out, "\nNothing becomes looser.\n");
  return g_string_free(out, FALSE);
}
