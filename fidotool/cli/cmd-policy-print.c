/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-print.c - fidotool policy print FILE: a policy in words. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-file.h"
#include "recovery/policy/print.h"

static const char description[] =
    "Which authenticators are accepted, from whom and for what, as Markdown:\n"
    "the document that NIST SP 800-63B-4 asks for in section 4.1.3. The\n"
    "decision table has a row for each set of people for whom something else\n"
    "holds. Fallbacks and exceptions are those that have not ended.\n\n"
    "Example:\n"
    "  fidotool policy print policy.yaml > policy.md";

/* Lines of ours with texts of others in them. */
static void
print_lines(const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (size_t i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i]);
       i++) {
    g_autofree char *line = fidotool_cmd_printable(lines[i]);

    printf("%s\n", line);
  }
}

static int
print(FidotoolCmd *cmd, const char *path, const char *at)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryDocument) document = NULL;
  g_autofree char *text = NULL;
  FidotoolJson *result;
  FidotoolJson *table;
  int64_t now;

  if (fidotool_policy_file_time(at, &now, &error))
    document = fidotool_policy_file_need(path, &error);
  if (document == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  text = recovery_print_write(document, now);
  if (!cmd->json) {
    print_lines(text);
    return fidotool_cmd_done(cmd, NULL, NULL);
  }
  result = fidotool_json_new_object();
  table = recovery_print_json(document, now);
  fidotool_json_set_text(result, "policy", document->policy.id);
  fidotool_json_set_int(result, "version", document->policy.version);
  fidotool_json_set_text(result, "text", text);
  if (table != NULL)
    fidotool_json_set(result, "table", table);
  return fidotool_cmd_done(cmd, result, NULL);
}

int
fidotool_cmd_policy_print(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *at = NULL;
  const GOptionEntry own[] = {
      {"at", 0, 0, G_OPTION_ARG_STRING, &at,
       "as it will be then, instead of now", "TIME"},
      {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "FILE", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return print(cmd, argv[1], at);
}
