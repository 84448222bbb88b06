/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-enrol.c - fidotool enrol: WebAuthn creation options in,
 * RegistrationResponseJSON out. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/cli/webauthn-file.h"

/* Runs the job of the options and writes the response. */
static FidotoolJson *
enrol(FidotoolCmd *cmd, const FidotoolWebauthn *webauthn, GError **error)
{
  g_autoptr(FidotoolJson) result =
      fidotool_key_run_job(cmd, fidotool_json_copy(webauthn->request), error);

  if (!result)
    return NULL;
  fidotool_key_run_warn_u2f(cmd, result);
  return fidotool_webauthn_write_registration(webauthn, result, error);
}

int
fidotool_cmd_enrol(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *options = NULL;
  g_autofree char *origin = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolWebauthn) webauthn = NULL;
  FidotoolJson *response;
  const GOptionEntry own[] = {
      {"options", 0, 0, G_OPTION_ARG_FILENAME, &options,
       "creation options as JSON; - is standard input", "FILE"},
      {"origin", 0, 0, G_OPTION_ARG_STRING, &origin,
       "origin of the client data (default: https:// and the RP ID)", "URL"},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          "The attestation is kept unless the options ask for \"none\". With "
          "--yes the key is\nnot asked how many PIN tries it has left. A key "
          "that knows U2F alone is taken where\nthe options want neither its "
          "user verified nor a passkey.\n"
          "Example:\n  fidotool enrol --options creation.json > response.json",
          &argc, &argv, &error))
    webauthn = fidotool_webauthn_file_read(
        cmd, options, origin, fidotool_webauthn_read_creation, &error);
  if (!webauthn)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  response = enrol(cmd, webauthn, &error);
  if (!response)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  fidotool_webauthn_file_print(cmd, response);
  return fidotool_cmd_done(cmd, response, FIDOTOOL_CMD_CHANGED);
}
