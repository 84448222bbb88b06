/* SPDX-License-Identifier: Apache-2.0 */
/* rule-directory.c - a policy and a directory that do not know of each other:
 * where a population is told by a column that nobody has, every decision is an
 * error, and nobody gets in anywhere. A fact that is missing stays an error;
 * here it is kept from coming about unseen. */
#include <string.h>

#include "recovery/deed.h"
#include "recovery/format/words.h"
#include "recovery/policy/columns.h"
#include "recovery/rule.h"

typedef RecoveryColumnsFinding Finding;

/* ---- words ---- */

/* As the first line of a directory has it; free with g_free(). */
static char *
name_column(const Finding *finding)
{
  return finding->attribute == NULL
             ? g_strdup("groups")
             : g_strconcat("attribute:", finding->attribute, NULL);
}

static FidotoolJson *
word(const char *format, const Finding *finding)
{
  g_autofree char *column = name_column(finding);
  FidotoolJson *message = recovery_message_of(format);

  if (strstr(format, "{column}") != NULL)
    recovery_message_put_text(message, "column", column);
  if (strstr(format, "{population}") != NULL)
    recovery_message_put_text(message, "population", finding->population);
  if (strstr(format, "{value}") != NULL)
    recovery_message_put_text(message, "value", finding->value);
  if (strstr(format, "{nearest}") != NULL)
    recovery_message_put_text(message, "nearest", finding->nearest);
  return message;
}

static RecoveryRefusal *
say(const char *rule, const Finding *finding, const char *text,
    const char *enough)
{
  return recovery_refusal_say(rule, word(text, finding), word(enough, finding));
}

static RecoveryRefusal *
say_no_column(const Finding *finding)
{
  return say("L45", finding,
             N_("The directory has no column {column}, by which the population "
                "{population} is told: every decision would be an error, and "
                "everybody would be refused."),
             finding->nearest != NULL
                 ? N_("A column that it has, like attribute:{nearest}; or "
                      "first a directory that has this one.")
                 : N_("First a directory that has this column; or a population "
                      "that is told by another."));
}

static RecoveryRefusal *
say_lost_column(const Finding *finding)
{
  return say("", finding,
             N_("The column {column} is missing. The policy in force tells the "
                "population {population} by it: everybody in this file would "
                "be refused everywhere."),
             N_("The same file with the column {column}."));
}

static RecoveryRefusal *
say_nobody(const Finding *finding)
{
  return say("L45", finding,
             N_("Nobody of the directory has {value} in its column {column}: "
                "the population {population} is told by it, and no rule finds "
                "these people."),
             finding->nearest != NULL
                 ? N_("Perhaps it is {nearest}.")
                 : N_("Nothing, if these people are still to come."));
}

static RecoveryRefusal *
say_some(const Finding *finding)
{
  return say("L45", finding,
             N_("Of some persons of the directory the column {column} is not "
                "known. The population {population} is told by it: those "
                "persons are refused everywhere."),
             N_("A directory that has them all with this column."));
}

/* ---- what is compared ---- */

/* A policy beside a directory; the texts of a finding belong to the two. */
typedef struct {
  RecoveryPolicy *policy; /* that of the act, or NULL */
  RecoveryColumns *columns;
  GArray *findings; /* NULL: nothing could be compared */
} Comparison;

static void
clear_comparison(Comparison *comparison)
{
  g_clear_pointer(&comparison->findings, g_array_unref);
  recovery_columns_free(comparison->columns);
  recovery_policy_free(comparison->policy);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, clear_comparison)

/* A new policy, and who is in the directory. What cannot be read is said where
 * it is weighed. */
static void
compare_policy(RecoveryTrial *trial, Comparison *comparison)
{
  const char *yaml = recovery_trial_text(trial, "policy");

  if (yaml != NULL)
    comparison->policy = recovery_policy_read(
        yaml, strlen(yaml), trial->station->config.practice, NULL);
  if (comparison->policy == NULL)
    return;
  comparison->columns = recovery_directory_columns(trial->station);
  comparison->findings = recovery_columns_compare(
      comparison->columns, recovery_policy_document(comparison->policy));
}

/* The policy in force, and who comes in. */
static void
compare_import(RecoveryTrial *trial, Comparison *comparison)
{
  if (!recovery_deed_staff_read_import(trial, NULL))
    return;
  comparison->columns =
      recovery_directory_columns_of(fidotool_json_get(trial->draft, "people"));
  comparison->findings = recovery_columns_compare(
      comparison->columns,
      recovery_policy_document(trial->station->model->policy));
}

static guint
count(const Comparison *comparison)
{
  return comparison->findings == NULL ? 0 : comparison->findings->len;
}

static const Finding *
finding_at(const Comparison *comparison, guint i)
{
  return &g_array_index(comparison->findings, Finding, i);
}

static bool
has_column(const FidotoolJson *person, const char *attribute)
{
  return attribute == NULL
             ? fidotool_json_get(person, "groups") != NULL
             : fidotool_json_get(fidotool_json_get(person, "attributes"),
                                 attribute) != NULL;
}

/* Somebody has the column now, and nobody has once the file is in: who is in
 * the file has what the file says. */
static bool
is_lost(RecoveryTrial *trial, const char *attribute)
{
  const FidotoolJson *people = fidotool_json_get(trial->draft, "people");
  bool known = false;
  GHashTableIter iter;
  void *sub;

  g_hash_table_iter_init(&iter, trial->station->model->subs);
  while (g_hash_table_iter_next(&iter, &sub, NULL)) {
    g_autoptr(FidotoolJson) person =
        recovery_directory_find(trial->station, sub);

    if (!has_column(person, attribute))
      continue;
    if (fidotool_json_get(people, sub) == NULL)
      return false;
    known = true;
  }
  return known;
}

/* The policy in force asks for it as well, and nobody has it. */
static bool
was_missing(RecoveryTrial *trial, const Comparison *comparison,
            const char *attribute)
{
  g_autoptr(GArray) before = recovery_columns_compare(
      comparison->columns,
      recovery_policy_document(trial->station->model->policy));

  for (guint i = 0; i < before->len; i++) {
    const Finding *finding = &g_array_index(before, Finding, i);

    if (finding->fault == RECOVERY_COLUMNS_NONE &&
        g_strcmp0(finding->attribute, attribute) == 0)
      return true;
  }
  return false;
}

/* ---- the rules ---- */

/* What was so before is not held against it, and is warned of. */
RecoveryRefusal *
recovery_rule_directory_policy(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  g_auto(Comparison) comparison = {0};

  compare_policy(trial, &comparison);
  for (guint i = 0; i < count(&comparison); i++) {
    const Finding *finding = finding_at(&comparison, i);

    if (finding->fault == RECOVERY_COLUMNS_NONE &&
        !was_missing(trial, &comparison, finding->attribute))
      return say_no_column(finding);
  }
  return NULL;
}

/* The first directory may be without: a station that issues keys and is asked
 * for no decisions needs no populations. That is warned of, as is a file with
 * some people where others still have the column. */
RecoveryRefusal *
recovery_rule_directory_import(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  g_auto(Comparison) comparison = {0};

  compare_import(trial, &comparison);
  for (guint i = 0; i < count(&comparison); i++) {
    const Finding *finding = finding_at(&comparison, i);

    if (finding->fault == RECOVERY_COLUMNS_NONE &&
        is_lost(trial, finding->attribute))
      return say_lost_column(finding);
  }
  return NULL;
}

/* ---- warnings ---- */

/* Of a file only columns count: it need not have everybody. */
static RecoveryRefusal *
warn_of(const Finding *finding, bool import)
{
  switch (finding->fault) {
  case RECOVERY_COLUMNS_NONE:
    return import ? say_lost_column(finding) : say_no_column(finding);
  case RECOVERY_COLUMNS_SOME:
    return import ? NULL : say_some(finding);
  case RECOVERY_COLUMNS_NOBODY:
    return import ? NULL : say_nobody(finding);
  case RECOVERY_COLUMNS_NOT_TOLD:
    break;
  }
  return NULL;
}

FidotoolJson *
recovery_rule_directory_warnings(RecoveryTrial *trial, FidotoolJson *list)
{
  const bool import = strcmp(trial->deed->act, "key.import") == 0;
  g_auto(Comparison) comparison = {0};

  if (import)
    compare_import(trial, &comparison);
  else if (strcmp(trial->deed->act, "policy.load") == 0)
    compare_policy(trial, &comparison);
  for (guint i = 0; i < count(&comparison); i++) {
    g_autoptr(RecoveryRefusal) warning =
        warn_of(finding_at(&comparison, i), import);

    if (warning == NULL)
      continue;
    if (list == NULL)
      list = fidotool_json_new_array();
    if (*warning->rule == '\0') {
      g_free(warning->rule);
      warning->rule = g_strdup("directory-column");
    }
    recovery_refusal_write(
        warning, fidotool_json_append(list, fidotool_json_new_object()));
  }
  return list;
}
