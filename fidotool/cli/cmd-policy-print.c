/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-print.c - fidotool policy print [FILE]: a policy in words. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/lines.h"
#include "fidotool/cli/policy-file.h"
#include "fidotool/cli/policy-station.h"
#include "recovery/policy/print.h"

static const char description[] =
    "Which authenticators are accepted, from whom and for what, as Markdown:\n"
    "the document that NIST SP 800-63B-4 asks for in section 4.1.3. The\n"
    "decision table has a row for each set of people for whom something else\n"
    "holds. Fallbacks and exceptions are those that have not ended; without a\n"
    "signed review an exception has ended when its first one is due. JSON has\n"
    "the table, and the policy itself as `document`. Without FILE it is the\n"
    "policy in force at a station.\n\n"
    "Example:\n"
    "  fidotool policy print policy.yaml > policy.md";

static FidotoolJson *
write_result(const RecoveryDocument *document, const char *text, int64_t now)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *table = recovery_print_json(document, now);

  fidotool_json_set_text(result, "policy", document->policy.id);
  fidotool_json_set_int(result, "version", document->policy.version);
  fidotool_json_set_text(result, "text", text);
  fidotool_json_set(result, "document", recovery_document_write(document));
  if (table != NULL)
    fidotool_json_set(result, "table", table);
  return result;
}

static int
print(FidotoolCmd *cmd, FidotoolGovernedOptions *who, const char *path,
      const char *at)
{
  g_autoptr(GError) error = NULL;
  g_auto(FidotoolPolicyText) policy = {0};
  g_autoptr(RecoveryDocument) document = NULL;
  g_autofree char *text = NULL;
  FidotoolGoverned governed = {.cmd = cmd};
  int64_t now;

  if (fidotool_policy_file_time("--at", at, &now, &error) &&
      fidotool_policy_station_take(&governed, cmd, who, path, &policy, &error))
    document = fidotool_policy_file_need_text(&policy, &error);
  if (document == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  text = recovery_print_write(document, now);
  if (!cmd->json)
    fidotool_lines_print_all(text);
  return fidotool_governed_done(&governed, write_result(document, text, now),
                                NULL);
}

int
fidotool_cmd_policy_print(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolGovernedOptions who = {0};
  g_autofree char *at = NULL;
  const GOptionEntry own[] = {FIDOTOOL_GOVERNED_ENTRIES(&who),
                              {"at", 0, 0, G_OPTION_ARG_STRING, &at,
                               "as it will be then, instead of now", "TIME"},
                              G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  int r;

  if (fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) &&
      (argc <= 1 || fidotool_cmd_take_one(argc, argv, "FILE", &error)))
    r = print(cmd, &who, argc > 1 ? argv[1] : NULL, at);
  else
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  g_free(who.as);
  g_free(who.role);
  return r;
}
