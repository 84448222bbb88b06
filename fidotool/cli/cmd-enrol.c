/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-enrol.c - fidotool enrol: WebAuthn creation options in,
 * RegistrationResponseJSON out; for a key, and a spare right after it. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/cli/spare.h"
#include "fidotool/cli/webauthn-file.h"

typedef struct {
  char *options;
  char *origin;
  char *enterprise;
  char **enterprise_rp_ids;
  char *spare_options;
  char *spare_device;
} Given;

static void
clear_given(Given *given)
{
  g_free(given->options);
  g_free(given->origin);
  g_free(given->enterprise);
  g_strfreev(given->enterprise_rp_ids);
  g_free(given->spare_options);
  g_free(given->spare_device);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, clear_given)

static bool
parse(FidotoolCmd *cmd, Given *given, int *argc, char ***argv, GError **error)
{
  const GOptionEntry own[] = {
      {"options", 0, 0, G_OPTION_ARG_FILENAME, &given->options,
       "creation options as JSON; - is standard input", "FILE"},
      {"origin", 0, 0, G_OPTION_ARG_STRING, &given->origin,
       "origin of the client data (default: https:// and the RP ID)", "URL"},
      {"enterprise-attestation", 0, 0, G_OPTION_ARG_STRING, &given->enterprise,
       "tell the relying party which key it is, if its vendor or we allow it",
       "vendor|platform"},
      {"enterprise-rp-id", 0, 0, G_OPTION_ARG_STRING_ARRAY,
       &given->enterprise_rp_ids,
       "one that we allow to learn it; may be given again", "ID"},
      {"spare-options", 0, 0, G_OPTION_ARG_FILENAME, &given->spare_options,
       "enrol a spare key right after, with these options", "FILE"},
      {"spare-device", 0, 0, G_OPTION_ARG_STRING, &given->spare_device,
       "the spare, where it is plugged in already", "SEL"},
      G_OPTION_ENTRY_NULL};

  return fidotool_cmd_parse(
      cmd, own,
      "The attestation is kept unless the options ask for \"none\". With "
      "--yes the key is\nnot asked how many PIN tries it has left. A key "
      "that knows U2F alone is taken where\nthe options want neither its "
      "user verified nor a passkey.\n"
      "Examples:\n  fidotool enrol --options creation.json > response.json\n"
      "  fidotool enrol --options first.json --spare-options second.json",
      argc, argv, error);
}

static FidotoolWebauthn *
read_options(FidotoolCmd *cmd, const Given *given, const char *path,
             GError **error)
{
  g_autoptr(FidotoolWebauthn) webauthn = fidotool_webauthn_file_read(
      cmd, path, given->origin, fidotool_webauthn_read_creation, error);

  return webauthn && fidotool_webauthn_ask_enterprise(
                         webauthn, given->enterprise,
                         (const char *const *)given->enterprise_rp_ids, error)
             ? g_steal_pointer(&webauthn)
             : NULL;
}

/* The spare's options; NULL without error where no spare is wanted. */
static FidotoolWebauthn *
read_spare(FidotoolCmd *cmd, const Given *given, const FidotoolWebauthn *first,
           GError **error)
{
  g_autoptr(FidotoolWebauthn) spare = NULL;
  bool twice = g_strcmp0(given->options, "-") == 0 &&
               g_strcmp0(given->spare_options, "-") == 0;

  if (!given->spare_options && !given->spare_device)
    return NULL;
  if (!given->spare_options || twice) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s",
                twice ? "standard input holds the options of one key alone"
                      : "--spare-device goes with --spare-options");
    return NULL;
  }
  spare = read_options(cmd, given, given->spare_options, error);
  return spare && fidotool_spare_check(first, spare, error)
             ? g_steal_pointer(&spare)
             : NULL;
}

/* Whether the key gave the enterprise attestation that it was asked for. */
static void
say_enterprise(FidotoolCmd *cmd, const FidotoolJson *result)
{
  const FidotoolJson *given = fidotool_json_get(result, "enterprise");

  if (!given)
    return;
  if (!fidotool_json_bool(given, false))
    fidotool_cmd_warn(cmd, "no-enterprise-attestation",
                      "the key did not tell which key it is; it answered as "
                      "one of its model");
  else if (!cmd->json)
    fprintf(stderr, "The attestation tells which key this is.\n");
}

/* The response to a job's result. What it does not hold by WebAuthn is told
 * beside, with --json. */
static FidotoolJson *
write_response(FidotoolCmd *cmd, const FidotoolWebauthn *webauthn,
               const FidotoolJson *result, GError **error)
{
  const FidotoolJson *given = fidotool_json_get(result, "enterprise");
  FidotoolJson *response =
      fidotool_webauthn_write_registration(webauthn, result, error);

  if (!response)
    return NULL;
  fidotool_key_run_warn_u2f(cmd, result);
  say_enterprise(cmd, result);
  if (cmd->json && given)
    fidotool_json_set_bool(response, "enterpriseAttestation",
                           fidotool_json_bool(given, false));
  return response;
}

static FidotoolJson *
make(FidotoolCmd *cmd, const FidotoolWebauthn *webauthn, GError **error)
{
  return fidotool_key_run_job(cmd, fidotool_json_copy(webauthn->request),
                              error);
}

static int
enrol_one(FidotoolCmd *cmd, const FidotoolWebauthn *webauthn)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = make(cmd, webauthn, &error);
  FidotoolJson *response =
      result ? write_response(cmd, webauthn, result, &error) : NULL;

  if (!response)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  fidotool_webauthn_file_print(cmd, response);
  return fidotool_cmd_done(cmd, response, FIDOTOOL_CMD_CHANGED);
}

/* One of the two into what is printed in the end. */
static bool
add_response(FidotoolCmd *cmd, FidotoolJson *both, const char *name,
             const FidotoolWebauthn *webauthn, const FidotoolJson *result,
             GError **error)
{
  FidotoolJson *response = write_response(cmd, webauthn, result, error);
  const FidotoolJson *devices = fidotool_json_get(both, "devices");
  FidotoolJson *into =
      devices ? fidotool_json_copy(devices) : fidotool_json_new_object();

  if (!response) {
    fidotool_json_free(into);
    return false;
  }
  fidotool_json_set(both, name, response);
  fidotool_json_set(into, name,
                    fidotool_json_copy(fidotool_json_get(result, "device")));
  fidotool_json_set(both, "devices", into);
  return true;
}

/* A credential that was made is printed, whatever became of the spare. */
static int
enrol_both(FidotoolCmd *cmd, const Given *given, const FidotoolWebauthn *first,
           const FidotoolWebauthn *spare)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) both = fidotool_json_new_object();
  g_autoptr(FidotoolJson) made = make(cmd, first, &error);
  g_autoptr(FidotoolJson) second = NULL;

  if (!made || !add_response(cmd, both, "primary", first, made, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  second = fidotool_spare_make(cmd, spare, given->spare_device, made, &error);
  if (second && add_response(cmd, both, "spare", spare, second, &error)) {
    fidotool_webauthn_file_print(cmd, both);
    return fidotool_cmd_done(cmd, g_steal_pointer(&both), FIDOTOOL_CMD_CHANGED);
  }
  g_prefix_error(&error, "the first key is enrolled, the spare is not: ");
  fidotool_webauthn_file_print(cmd, both);
  return fidotool_cmd_failed_with(cmd, g_steal_pointer(&both),
                                  FIDOTOOL_CMD_CHANGED,
                                  g_steal_pointer(&error));
}

int
fidotool_cmd_enrol(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Given) given = {.options = NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolWebauthn) webauthn = NULL;
  g_autoptr(FidotoolWebauthn) spare = NULL;

  if (parse(cmd, &given, &argc, &argv, &error))
    webauthn = read_options(cmd, &given, given.options, &error);
  if (webauthn)
    spare = read_spare(cmd, &given, webauthn, &error);
  if (error)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return spare ? enrol_both(cmd, &given, webauthn, spare)
               : enrol_one(cmd, webauthn);
}
