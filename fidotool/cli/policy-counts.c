/* SPDX-License-Identifier: Apache-2.0 */
/* policy-counts.c - the counts of a trial, in words. */
#include "fidotool/cli/policy-counts.h"

#include <stdio.h>

#include "fidotool/cli/cmd.h"

static void
print_text(char *text)
{
  g_autofree char *taken = text;
  g_autofree char *shown = fidotool_cmd_printable(taken);

  printf("%s\n", shown);
}

static int64_t
count_of(const FidotoolJson *counts, const char *name)
{
  return fidotool_json_get_int(counts, name, 0);
}

static void
print_row(const FidotoolJson *row)
{
  const char *rule = fidotool_json_get_text(row, "rule");
  const char *reason = fidotool_json_get_text(row, "reason");

  print_text(g_strdup_printf(
      "  %s, and %s by the draft (%s): %" G_GINT64_FORMAT,
      fidotool_json_get_text(row, "before"),
      fidotool_json_get_text(row, "after"),
      rule == NULL || *rule == '\0' ? reason : rule, count_of(row, "n")));
}

void
fidotool_policy_counts_print(const FidotoolJson *counts)
{
  const FidotoolJson *by = fidotool_json_get(counts, "by");
  const FidotoolJson *gaps = fidotool_json_get(counts, "gaps");

  print_text(g_strdup_printf(
      "decisions over access since %s: %" G_GINT64_FORMAT
      ", of these %" G_GINT64_FORMAT " refused, %" G_GINT64_FORMAT
      " asked for more, %" G_GINT64_FORMAT " for less",
      fidotool_json_get_text(counts, "since"), count_of(counts, "decided"),
      count_of(counts, "refused"), count_of(counts, "more"),
      count_of(counts, "less")));
  for (size_t i = 0; i < fidotool_json_size(by); i++)
    print_row(fidotool_json_at(by, i));
  for (size_t i = 0; i < fidotool_json_size(gaps); i++)
    print_text(g_strdup_printf(
        "between %s and %s recoveryd ended without being stopped, or its "
        "counts were lost: decisions of that time may be missing",
        fidotool_json_get_text(fidotool_json_at(gaps, i), "from"),
        fidotool_json_get_text(fidotool_json_at(gaps, i), "until")));
}
