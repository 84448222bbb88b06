/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-verify-registration.c - fidotool verify registration FILE: judges a
 * saved registration. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/verify.h"

static const char description[] =
    "FILE is JSON: {\"options\": creation options with \"origin\",\n"
    "\"response\": RegistrationResponseJSON}, or the response alone; \"-\" is\n"
    "standard input. Options on the command line win over the file's.\n\n"
    "With --batch each line of FILE, or of standard input, is one such FILE,\n"
    "and one line of JSON answers it: {\"line\", \"exit\", \"result\"}, or\n"
    "{\"line\", \"exit\", \"error\"} for what was not understood. The exit "
    "code\n"
    "is 2 where that was so for any line, else the first of 19, 20, 21 that\n"
    "any line has.\n\n"
    "Exit codes: 0 good, 19 invalid, 20 not trusted (nobody under --trust\n"
    "vouches for it at that time), 21 refused by policy, 2 not understood.\n\n"
    "Example:\n"
    "  fidotool verify registration --trust roots.pem \\\n"
    "    --at 2026-03-01T09:00:00Z registration.json";

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
  } else {
    r = fidotool_verify_run(cmd, "registration", argc, argv, &options);
  }
  fidotool_verify_options_clear(&options);
  return r;
}
