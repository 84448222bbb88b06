/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-audit-proof.c - fidotool audit proof: the receipt of a case, as text and
 * as a QR code that a phone can take home. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/qr.h"
#include "fidotool/cli/sitting.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *svg;
  gboolean plain;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->svg);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

/* The receipt fits one code up to 2,953 bytes: records of any size do. */
static bool
print_receipt(const FidotoolJson *answer, const Options *options,
              GError **error)
{
  const char *proof = fidotool_json_get_text(answer, "proof");

  fputs(proof, stdout);
  return (options->plain || fidotool_qr_print(proof, error)) &&
         (!options->svg || fidotool_qr_write_svg(proof, options->svg, error));
}

static FidotoolJson *
ask(FidotoolGoverned *governed, const char *role, const char *of,
    GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", "proof");
  fidotool_json_set_text(request, "case", of);
  if (!fidotool_governed_any_role(governed, role, "auditor", error))
    return NULL;
  return fidotool_governed_query(governed, request, error);
}

static int
run(FidotoolCmd *cmd, Options *options, const char *of)
{
  g_autofree char *role = g_steal_pointer(&options->who.role);
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolGoverned governed;

  if (fidotool_governed_open(&governed, cmd, &options->who, 0, &error))
    answer = ask(&governed, role, of, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json && !print_receipt(answer, options, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  return fidotool_governed_done(&governed, g_steal_pointer(&answer), NULL);
}

int
fidotool_cmd_audit_proof(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"svg", 0, 0, G_OPTION_ARG_FILENAME, &options.svg,
       "write the QR code as a picture", "FILE"},
      {"plain", 0, 0, G_OPTION_ARG_NONE, &options.plain, "print the text alone",
       NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  const char *of;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Prints the receipt: that the last step of the case is in the "
          "record, and what the\nrecord was then. An auditor holds the station "
          "to it with --anchor.\n"
          "Example:\n  fidotool audit proof c-4f1e22aa --as una",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  of = fidotool_sitting_find_case(argc, argv, &error);
  return of ? run(cmd, &options, of)
            : fidotool_cmd_failed(cmd, g_steal_pointer(&error));
}
