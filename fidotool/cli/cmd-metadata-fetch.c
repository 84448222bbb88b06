/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-metadata-fetch.c - fidotool metadata fetch: downloads a BLOB and takes it
 * in. Never by itself: somebody, or a timer of theirs, says so each time. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/metadata-download.h"
#include "fidotool/cli/metadata-intake.h"
#include "fidotool/judge/metadata-jws.h"

#define SERVICE "https://mds3.fidoalliance.org/"

static const char description[] =
    "Downloads over HTTPS and goes on as \"fidotool metadata import\" does. "
    "The\n"
    "connection proves nothing about the metadata; their signature does.\n"
    "Fetching accepts the terms that the metadata name.\n\n"
    "Example:\n"
    "  fidotool metadata fetch";

int
fidotool_cmd_metadata_fetch(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolMetadataIntakeOptions options = {0};
  g_autofree char *url = NULL;
  g_autofree char *ca = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GArray) entries = fidotool_metadata_intake_entries(&options);
  const GOptionEntry own[] = {
      {"url", 0, 0, G_OPTION_ARG_STRING, &url,
       "where from (default " SERVICE ")", "URL"},
      {"ca", 0, 0, G_OPTION_ARG_FILENAME, &ca,
       "certificates to trust for the connection, in PEM, and no others",
       "FILE"},
  };
  g_autoptr(GError) error = NULL;
  const char *from;
  size_t len;
  int r;

  g_array_append_vals(entries, own, G_N_ELEMENTS(own));
  if (!fidotool_cmd_parse(cmd, (const GOptionEntry *)entries->data, description,
                          &argc, &argv, &error)) {
    fidotool_metadata_intake_clear(&options);
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  from = url ? url : SERVICE;
  if (argc > 1)
    g_set_error_literal(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "fetch takes no argument; see --url");
  else
    text = fidotool_metadata_download_run(from, ca, FIDOTOOL_METADATA_JWS_MAX,
                                          &len, &error);
  r = text != NULL
          ? fidotool_metadata_intake_run(cmd, text, len, from, &options)
          : fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  fidotool_metadata_intake_clear(&options);
  return r;
}
