/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-history.c - fidotool policy history and show: the policies that
 * were in force at a station. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-past.h"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolPolicyPastOptions,
                                 fidotool_policy_past_clear)

static void
print_text(char *text)
{
  g_autofree char *taken = text;
  g_autofree char *shown = fidotool_cmd_printable(taken);

  printf("%s\n", shown);
}

/* "2 looser, 1 stricter, 0 warnings", "not compared", "founding" */
static char *
word_numbers(const FidotoolJson *row)
{
  if (fidotool_json_get(row, "looser") != NULL)
    return g_strdup_printf("%" G_GINT64_FORMAT " looser, %" G_GINT64_FORMAT
                           " stricter, %" G_GINT64_FORMAT " warnings",
                           fidotool_json_get_int(row, "looser", 0),
                           fidotool_json_get_int(row, "stricter", 0),
                           fidotool_json_get_int(row, "warnings", 0));
  if (fidotool_json_get(row, "warnings") != NULL)
    return g_strdup_printf("not compared, %" G_GINT64_FORMAT " warnings",
                           fidotool_json_get_int(row, "warnings", 0));
  return g_strdup("the first");
}

static void
print_row(const FidotoolJson *row)
{
  const FidotoolJson *list = fidotool_json_get(row, "signed");
  const char *until = fidotool_json_get_text(row, "until");
  const char *id = fidotool_json_get_text(row, "id");
  g_autofree char *numbers = word_numbers(row);
  g_autoptr(GString) who = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(who, "%s%s", i > 0 ? ", " : "",
                           fidotool_json_text(fidotool_json_at(list, i)));
  print_text(g_strdup_printf("version %" G_GINT64_FORMAT " of %s",
                             fidotool_json_get_int(row, "version", 0),
                             id != NULL ? id : "(its file is not there)"));
  print_text(g_strdup_printf("  in force  %s to %s",
                             fidotool_json_get_text(row, "from"),
                             until != NULL ? until : "now"));
  print_text(g_strdup_printf("  signed by %s", who->str));
  print_text(g_strdup_printf("  changed   %s", numbers));
  print_text(
      g_strdup_printf("  SHA-256   %s", fidotool_json_get_text(row, "object")));
}

int
fidotool_cmd_policy_history(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(FidotoolPolicyPastOptions) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_POLICY_PAST_ENTRIES(&options),
                                  G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autoptr(FidotoolJson) past = NULL;
  g_autoptr(GError) error = NULL;
  FidotoolJson *list;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Lists every policy that was in force: from when to when, who "
          "signed it, its digest,\nand how many places became looser and "
          "stricter by it, as both signed. From a station,\nor out of a "
          "bundle, which is checked first.\n"
          "Example:\n  fidotool policy history --bundle bundle --trust trust",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  past = fidotool_policy_past_read(&governed, cmd, &options, &error);
  if (past == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  list = fidotool_json_get(past, "policies");
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    fidotool_json_remove(fidotool_json_at(list, i), "text");
    if (!cmd->json)
      print_row(fidotool_json_at(list, i));
  }
  return fidotool_governed_done(&governed, g_steal_pointer(&past), NULL);
}

int
fidotool_cmd_policy_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(FidotoolPolicyPastOptions) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_POLICY_PAST_ENTRIES(&options),
                                  G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autoptr(FidotoolJson) past = NULL, found = NULL;
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Prints the text of the policy in force, or of a VERSION that was. "
          "From a station, or\nout of a bundle, which is checked first.\n"
          "Example:\n  fidotool policy show 7 --as sid > policy-7.yaml",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc > 2)
    return fidotool_cmd_failed(
        cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                         "one version, or none for the policy in force"));
  past = fidotool_policy_past_read(&governed, cmd, &options, &error);
  if (past != NULL)
    found = fidotool_policy_past_find(&governed, past,
                                      argc == 2 ? argv[1] : NULL, &error);
  if (found == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fputs(fidotool_json_get_text(found, "text"), stdout);
  return fidotool_governed_done(&governed, g_steal_pointer(&found), NULL);
}
