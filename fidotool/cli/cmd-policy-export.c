/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-export.c - fidotool policy export: what should be set in another
 * system, and what that system cannot express. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-input.h"
#include "recovery/policy/drift/drift-set.h"

#define SECOND_US INT64_C(1000000)

typedef struct {
  char *system, *policy, *map, *name, *app;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->system);
  g_free(options->policy);
  g_free(options->map);
  g_free(options->name);
  g_free(options->app);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool
check_options(const Options *options, int argc, GError **error)
{
  const char *fault = NULL;

  if (argc > 1)
    fault = "no argument is taken";
  else if (options->system == NULL)
    fault = "--for is one of entra, okta, keycloak, sshd, pam";
  else if (options->policy == NULL)
    fault = "--policy is missing";
  if (fault != NULL)
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, fault);
  return fault == NULL;
}

static RecoveryDriftSetting *
make_setting(const Options *options, GError **error)
{
  g_autoptr(RecoveryDocument) document =
      fidotool_policy_input_read(options->policy, error);
  g_autoptr(RecoveryDriftMap) map = NULL;
  g_autoptr(RecoveryDriftPolicy) policy = NULL;
  RecoveryDriftSetRequest request = {
      .export = options->name != NULL ? options->name : options->system,
      .app = options->app};

  if (document == NULL)
    return NULL;
  map = fidotool_policy_input_read_map(options->map, document, error);
  if (map == NULL)
    return NULL;
  policy =
      recovery_drift_expect_policy_new(document, g_get_real_time() / SECOND_US);
  request.policy = policy;
  request.map = map;
  return recovery_drift_set(options->system, &request, error);
}

/* On stderr, so that the settings alone are on standard output. */
static void
tell_cannot(FidotoolCmd *cmd, const FidotoolJson *cannot)
{
  for (size_t i = 0; i < fidotool_json_size(cannot); i++) {
    const FidotoolJson *row = fidotool_json_at(cannot, i);
    g_autofree char *text =
        g_strdup_printf("%s: %s", fidotool_json_get_text(row, "name"),
                        fidotool_json_get_text(row, "why"));

    fidotool_cmd_warn(cmd, "not-expressed", text);
  }
}

static int
print_setting(FidotoolCmd *cmd, const char *system,
              RecoveryDriftSetting *setting)
{
  FidotoolJson *result = fidotool_json_new_object();

  tell_cannot(cmd, setting->cannot);
  fidotool_json_set_text(result, "for", system);
  if (!cmd->json && setting->text != NULL)
    fputs(setting->text, stdout);
  if (!cmd->json && setting->json != NULL) {
    g_autofree char *text = fidotool_json_write(setting->json, NULL);

    printf("%s\n", text);
  }
  if (setting->text != NULL)
    fidotool_json_set_text(result, "text", setting->text);
  if (setting->json != NULL)
    fidotool_json_set(result, "settings", g_steal_pointer(&setting->json));
  fidotool_json_set(result, "cannot", g_steal_pointer(&setting->cannot));
  return fidotool_cmd_done(cmd, result, NULL);
}

int
fidotool_cmd_policy_export(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryDriftSetting) setting = NULL;
  const GOptionEntry own[] = {
      {"for", 0, 0, G_OPTION_ARG_STRING, &options.system,
       "entra, okta, keycloak, sshd or pam", "SYSTEM"},
      {"policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policy,
       "the policy to write it after", "FILE"},
      {"map", 0, 0, G_OPTION_ARG_FILENAME, &options.map,
       "which names of other systems are which of the policy's", "FILE"},
      {"as", 0, 0, G_OPTION_ARG_STRING, &options.name,
       "whose names of the map are used (default: the system's)", "NAME"},
      {"app", 0, 0, G_OPTION_ARG_STRING, &options.app,
       "this app of the policy alone; sshd and pam need one", "APP"},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          "Writes what should be set, in the system's own format: bodies for "
          "Microsoft Graph or\nOkta's API, a part of a realm, lines of "
          "sshd_config or of a file of pam.d. What that\nsystem cannot express "
          "is said on standard error, and with --json in \"cannot\".\nNothing "
          "is changed anywhere.\n\nExample:\n  fidotool policy export --for "
          "sshd --policy policy.yaml --app bastion",
          &argc, &argv, &error) &&
      check_options(&options, argc, &error))
    setting = make_setting(&options, &error);
  if (setting == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return print_setting(cmd, options.system, setting);
}
