/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-verify-registration.c - fidotool verify registration FILE: judges a
 * saved registration. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/verify.h"

static const char description[] =
    "FILE is JSON: {\"options\": creation options with \"origin\",\n"
    "\"response\": RegistrationResponseJSON}, or the response alone; \"-\" is\n"
    "standard input. Options on the command line win over the file's.\n\n"
    "Exit codes: 0 good, 19 invalid, 20 not trusted (nobody under --trust\n"
    "vouches for it at that time), 21 refused by policy, 2 not understood.\n\n"
    "Example:\n"
    "  fidotool verify registration --trust roots.pem \\\n"
    "    --at 2026-03-01T09:00:00Z registration.json";

static int
judge(FidotoolCmd *cmd, const char *path, const FidotoolVerifyOptions *options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) file = fidotool_verify_read(path, &error);
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolJson) answer = NULL;

  if (file != NULL)
    request = fidotool_verify_request("registration", file, options, &error);
  if (request != NULL)
    answer = fidotool_verify_judge(request, &error);
  if (answer == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_verify_print(cmd, answer, options->trust != NULL);
}

int
fidotool_cmd_verify_registration(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolVerifyOptions options = {0};
  g_autoptr(GArray) entries = fidotool_verify_entries(&options);
  g_autoptr(GError) error = NULL;
  int r;

  if (!fidotool_cmd_parse(cmd, (const GOptionEntry *)entries->data, description,
                          &argc, &argv, &error)) {
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  } else if (argc != 2) {
    r = fidotool_cmd_failed(cmd, g_error_new_literal(FIDOTOOL_ERROR,
                                                     FIDOTOOL_ERROR_USAGE,
                                                     "give one FILE"));
  } else {
    r = judge(cmd, argv[1], &options);
  }
  fidotool_verify_options_clear(&options);
  return r;
}
