/* SPDX-License-Identifier: Apache-2.0 */
/* lint-retention.c - how long each class of data is kept, and what ends it. */
#include <string.h>

#include "recovery/policy/lint-private.h"

/* Each class of data, how its period is written and what ends it. */
static const struct {
  const char *name, *unit, *purge;
  bool must;
} retentions[] = {
    [RECOVERY_DOCUMENT_RECORD] = {"record", "y", "whole-epoch", true},
    [RECOVERY_DOCUMENT_PERSONAL] = {"personal", "d-after-close",
                                    "shred-subject", true},
    [RECOVERY_DOCUMENT_OUTBOX] = {"outbox", "until-acknowledged", "delete",
                                  false},
};

/* A number before the unit; none before a unit that is no number's. */
static bool
read_keep(const char *keep, const char *unit, int64_t *ret_count)
{
  char *end;

  *ret_count = 0;
  if (g_str_has_prefix(unit, "until"))
    return strcmp(keep, unit) == 0;
  if (!g_ascii_isdigit(keep[0]) || keep[0] == '0' || strlen(keep) > 32)
    return false;
  *ret_count = g_ascii_strtoll(keep, &end, 10);
  return strcmp(end, unit) == 0 && *ret_count <= 36500;
}

int64_t
recovery_lint_keep_s(const RecoveryDocumentRetention *retention)
{
  int64_t count;

  if (!read_keep(retention->keep, retentions[retention->class_of].unit, &count))
    return 0;
  return count * RECOVERY_LINT_DAY_S *
         (retention->class_of == RECOVERY_DOCUMENT_RECORD ? 365 : 1);
}

static void
check_line(const RecoveryLint *lint, const RecoveryDocumentRetention *line)
{
  const char *name = retentions[line->class_of].name;
  const char *unit = retentions[line->class_of].unit;
  int64_t count;

  if (!read_keep(line->keep, unit, &count))
    recovery_problem_error(
        lint->problems, "L27", line->at,
        "keep of %s: expected a period like %s%s, not \"%s\"", name,
        unit[0] == 'u' ? "" : "7", unit, line->keep);
  if (strcmp(line->purge, retentions[line->class_of].purge) != 0)
    recovery_problem_error(lint->problems, "L27", line->at,
                           "purge of %s: expected %s, not \"%s\"", name,
                           retentions[line->class_of].purge, line->purge);
}

void
recovery_lint_retention(const RecoveryLint *lint)
{
  bool seen[G_N_ELEMENTS(retentions)] = {false};

  for (guint i = 0; i < lint->document->retention->len; i++) {
    const RecoveryDocumentRetention *line =
        &g_array_index(lint->document->retention, RecoveryDocumentRetention, i);

    if (seen[line->class_of])
      recovery_problem_error(lint->problems, "L01", line->at,
                             "class %s is there twice",
                             retentions[line->class_of].name);
    seen[line->class_of] = true;
    check_line(lint, line);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(retentions); i++)
    if (retentions[i].must && !seen[i])
      recovery_problem_error(
          lint->problems, "L27", RECOVERY_LINT_NOWHERE,
          "retention: no period for %s. Add {class: %s, keep: %s%s, purge: %s}",
          retentions[i].name, retentions[i].name,
          i == RECOVERY_DOCUMENT_RECORD ? "7" : "90", retentions[i].unit,
          retentions[i].purge);
}
