/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-verify-assertion.c - fidotool verify assertion FILE: judges a saved
 * assertion against the credential it should be of. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/verify.h"

static const char description[] =
    "FILE is JSON: {\"options\": request options with \"origin\",\n"
    "\"response\": AuthenticationResponseJSON, \"credential\": {\"id\",\n"
    "\"publicKey\" (COSE, base64url), \"signCount\", \"be\", \"bs\"}}; \"-\" "
    "is\n"
    "standard input. Instead of \"credential\", --registration names the file\n"
    "of the registration, which is judged first.\n\n"
    "With --batch each line of FILE, or of standard input, is one such FILE,\n"
    "and one line of JSON answers it: {\"line\", \"exit\", \"result\"}, or\n"
    "{\"line\", \"exit\", \"error\"} for what was not understood. The exit "
    "code\n"
    "is 2 where that was so for any line, else the first of 19, 20, 21 that\n"
    "any line has.\n\n"
    "Exit codes: 0 good, 19 invalid, 20 not trusted (nobody under --trust\n"
    "vouches for the registration), 21 refused by policy (a counter that\n"
    "went back), 2 not understood.\n\n"
    "Example:\n"
    "  fidotool verify assertion --registration made.json assertion.json";

int
fidotool_cmd_verify_assertion(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolVerifyOptions options = {0};
  g_autoptr(GArray) entries = fidotool_verify_entries(&options);
  const GOptionEntry own[] = {
      {"registration", 0, 0, G_OPTION_ARG_FILENAME, &options.registration,
       "the file of the credential's registration", "FILE"},
  };
  g_autoptr(GError) error = NULL;
  int r;

  g_array_append_vals(entries, own, G_N_ELEMENTS(own));
  if (!fidotool_cmd_parse(cmd, (const GOptionEntry *)entries->data, description,
                          &argc, &argv, &error)) {
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  } else if (options.trust != NULL && options.registration == NULL) {
    r = fidotool_cmd_failed(
        cmd, g_error_new_literal(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                                 "--trust needs --registration: an assertion "
                                 "has no certificates"));
  } else {
    r = fidotool_verify_run(cmd, "assertion", argc, argv, &options);
  }
  fidotool_verify_options_clear(&options);
  return r;
}
