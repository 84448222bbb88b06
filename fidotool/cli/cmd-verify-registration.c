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
    "Where metadata were taken in (\"fidotool metadata import\") and --trust "
    "is\n"
    "not given, the model's own anchors are trusted, and its standing is "
    "told.\n\n"
    "Exit codes: 0 good, 19 invalid, 20 not trusted (nobody under --trust or "
    "in\n"
    "the metadata vouches for it at that time), 21 refused by policy, or the\n"
    "model stood badly at that time, 2 not understood.\n\n"
    "Example:\n"
    "  fidotool verify registration --trust roots.pem \\\n"
    "    --at 2026-03-01T09:00:00Z registration.json";

static void
add_entries(GArray *entries, FidotoolVerifyOptions *options)
{
  const GOptionEntry own[] = {
      {"allow-sha1", 0, 0, G_OPTION_ARG_NONE, &options->allow_sha1,
       "take a statement that is signed over SHA-1, with a warning", NULL},
      {"hardware-key", 0, 0, G_OPTION_ARG_NONE, &options->hardware_key,
       "Android: believe only what hardware enforces", NULL},
      {"compound", 0, 0, G_OPTION_ARG_STRING, &options->compound,
       "how many statements of a compound one must hold: all, any or a "
       "number",
       "N"},
      {"tpm-manufacturer", 0, 0, G_OPTION_ARG_STRING_ARRAY,
       &options->tpm_manufacturers,
       "a TPM's maker that will do, as id:494E5443; may be given again", "ID"},
      {"metadata", 0, 0, G_OPTION_ARG_FILENAME, &options->metadata,
       "the folder of the metadata, also beside --trust (or KEYTURN_METADATA)",
       "DIR"},
      {"max-stale-days", 0, 0, G_OPTION_ARG_STRING, &options->max_stale,
       "refuse (21) by metadata that are overdue by more days than these", "N"},
  };

  g_array_append_vals(entries, own, G_N_ELEMENTS(own));
}

int
fidotool_cmd_verify_registration(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolVerifyOptions options = {0};
  g_autoptr(GArray) entries = fidotool_verify_entries(&options);
  g_autoptr(GError) error = NULL;
  int r;

  add_entries(entries, &options);
  if (!fidotool_cmd_parse(cmd, (const GOptionEntry *)entries->data, description,
                          &argc, &argv, &error)) {
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  } else {
    r = fidotool_verify_run(cmd, "registration", argc, argv, &options);
  }
  fidotool_verify_options_clear(&options);
  return r;
}
