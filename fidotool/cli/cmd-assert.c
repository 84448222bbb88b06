/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-assert.c - fidotool assert: WebAuthn request options in,
 * AuthenticationResponseJSON out. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/cli/webauthn-file.h"

static FidotoolJson *
ask(FidotoolCmd *cmd, const FidotoolWebauthn *webauthn, GError **error)
{
  g_autoptr(FidotoolJson) result =
      fidotool_key_run_job(cmd, fidotool_json_copy(webauthn->request), error);

  if (!result)
    return NULL;
  if (fidotool_json_get_int(result, "accounts", 1) > 1)
    fidotool_cmd_warn(cmd, "several-accounts",
                      "the key holds several accounts here; this is the one "
                      "used last");
  fidotool_key_run_warn_u2f(cmd, result);
  return fidotool_webauthn_write_assertion(webauthn, result, error);
}

int
fidotool_cmd_assert(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *options = NULL;
  g_autofree char *origin = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolWebauthn) webauthn = NULL;
  FidotoolJson *response;
  const GOptionEntry own[] = {
      {"options", 0, 0, G_OPTION_ARG_FILENAME, &options,
       "request options as JSON; - is standard input", "FILE"},
      {"origin", 0, 0, G_OPTION_ARG_STRING, &origin,
       "origin of the client data (default: https:// and the RP ID)", "URL"},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          "Example:\n  fidotool assert --options request.json > response.json",
          &argc, &argv, &error))
    webauthn = fidotool_webauthn_file_read(
        cmd, options, origin, fidotool_webauthn_read_request, &error);
  if (!webauthn)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  response = ask(cmd, webauthn, &error);
  if (!response)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  fidotool_webauthn_file_print(cmd, response);
  return fidotool_cmd_done(cmd, response, NULL);
}
