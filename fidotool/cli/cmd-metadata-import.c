/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-metadata-import.c - fidotool metadata import FILE: takes a BLOB in, or an
 * organisation's own anchors. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/metadata-intake.h"
#include "fidotool/cli/metadata-store.h"
#include "fidotool/cli/metadata-words.h"
#include "fidotool/judge/metadata-jws.h"
#include "fidotool/judge/metadata-vendor.h"

static const char description[] =
    "FILE is a metadata BLOB as the service hands it out; \"-\" is standard\n"
    "input. Its signature and certificates are judged, its number may not go\n"
    "back, and until all of it is good what was there before stands.\n"
    "Roots and signer that are given are kept for the next time. A service of\n"
    "another signer has its own numbers: give it a --store of its own.\n\n"
    "With --vendor FILE is a list of models and their anchors, written by the\n"
    "organisation itself; it takes the place of the list before.\n\n"
    "Exit codes: 0 taken in, 19 the bytes or the signature are wrong, 20 not\n"
    "trusted, or an older number than the one that is here.\n\n"
    "Example:\n"
    "  fidotool metadata import blob.jwt";

static int
import_vendors(FidotoolCmd *cmd, const char *path,
               const FidotoolMetadataIntakeOptions *options)
{
  g_autoptr(GError) error = NULL;
  size_t len, count = 0;
  g_autofree char *text =
      fidotool_cmd_read_file(path, FIDOTOOL_METADATA_VENDOR_MAX, &len, &error);
  FidotoolJson *result;

  if (text == NULL || !fidotool_metadata_store_import_vendors(
                          options->store, text, len, &count, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    printf("%zu models of your own\n", count);
  result = fidotool_json_new_object();
  fidotool_json_set_int(result, "models", (int64_t)count);
  return fidotool_cmd_done(cmd, result, FIDOTOOL_CMD_CHANGED);
}

static int
import_blob(FidotoolCmd *cmd, const char *path,
            const FidotoolMetadataIntakeOptions *options)
{
  g_autoptr(GError) error = NULL;
  size_t len;
  g_autofree char *text =
      fidotool_cmd_read_file(path, FIDOTOOL_METADATA_JWS_MAX, &len, &error);

  if (text == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_metadata_intake_run(cmd, text, len, path, options);
}

int
fidotool_cmd_metadata_import(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolMetadataIntakeOptions options = {0};
  gboolean vendor = FALSE;
  g_autoptr(GArray) entries = fidotool_metadata_intake_entries(&options);
  const GOptionEntry own = {
      "vendor", 0,
      0,        G_OPTION_ARG_NONE,
      &vendor,  "FILE is the organisation's own list of anchors",
      NULL};
  g_autoptr(GError) error = NULL;
  int r;

  g_array_append_val(entries, own);
  if (!fidotool_cmd_parse(cmd, (const GOptionEntry *)entries->data, description,
                          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "FILE", &error))
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  else if (vendor)
    r = import_vendors(cmd, argv[1], &options);
  else
    r = import_blob(cmd, argv[1], &options);
  fidotool_metadata_intake_clear(&options);
  return r;
}
