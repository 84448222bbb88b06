/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-blob.c - fidotool key blob list, get and purge. */
#include <stdio.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_blob(const FidotoolJson *blob)
{
  const FidotoolJson *owner = fidotool_json_get(blob, "credential");
  const char *text = fidotool_json_get_text(owner, "id");
  const char *rp = fidotool_json_get_text(owner, "rp_id");
  g_autofree char *id = fidotool_cmd_printable(text ? text : "nobody's");
  g_autofree char *rp_id = fidotool_cmd_printable(rp ? rp : "-");

  printf("%6d  %-16.16s %s\n",
         (int)fidotool_json_get_int(blob, "stored_size", 0), id, rp_id);
}

static void
print_meter(const FidotoolJson *result)
{
  printf("%d of %d bytes used%s\n",
         (int)fidotool_json_get_int(result, "used", 0),
         (int)fidotool_json_get_int(result, "capacity", 0),
         fidotool_json_get_bool(result, "damaged", false)
             ? "; the store is damaged and counts as empty"
             : "");
}

static void
print_list(const FidotoolJson *result)
{
  const FidotoolJson *list = fidotool_json_get(result, "blobs");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    print_blob(fidotool_json_at(list, i));
  print_meter(result);
}

int
fidotool_cmd_key_blob_list(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, NULL,
                          "Example:\n  fidotool key blob list --json", &argc,
                          &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("blob-list"),
                              print_list);
}

/* The bytes themselves; main() looks whether they were written. */
static void
print_data(const FidotoolJson *result)
{
  const char *text = fidotool_json_get_text(result, "data");
  g_autoptr(GBytes) data = text ? fidotool_bytes_unbase64url(text) : NULL;

  if (data && g_bytes_get_size(data) > 0)
    (void)fwrite(g_bytes_get_data(data, NULL), 1, g_bytes_get_size(data),
                 stdout);
}

int
fidotool_cmd_key_blob_get(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *request;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "ID is the beginning of the credential's id, in base64url or hex. "
          "The bytes come as\nthey are; with --json in base64url.\n"
          "Example:\n  fidotool key blob get Ab3x > blob",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "ID", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("blob-get");
  fidotool_json_set_text(request, "cred", argv[1]);
  return fidotool_key_run_end(cmd, request, print_data);
}

static void
print_purged(const FidotoolJson *result)
{
  if (fidotool_json_get_bool(result, "changed", false))
    fprintf(stderr, "%d taken away, %d kept.\n",
            (int)fidotool_json_get_int(result, "blobs_lost", 0),
            (int)fidotool_json_get_int(result, "blobs_kept", 0));
  else
    fprintf(stderr, "There is nothing to take away.\n");
  print_meter(result);
}

int
fidotool_cmd_key_blob_purge(FidotoolCmd *cmd, int argc, char **argv)
{
  gboolean all = FALSE;
  g_autoptr(GError) error = NULL;
  const GOptionEntry own[] = {{"all", 0, 0, G_OPTION_ARG_NONE, &all,
                               "all of them, not only nobody's", NULL},
                              G_OPTION_ENTRY_NULL};
  FidotoolJson *request;

  if (!fidotool_cmd_parse(
          cmd, own,
          "Nobody's are those that no passkey on the key opens. A store that "
          "is "
          "damaged is made\nanew. Where nobody is asked, --yes and "
          "--fingerprint are both needed.\n"
          "Example:\n  fidotool key blob purge",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("blob-purge");
  if (all)
    fidotool_json_set_bool(request, "all", true);
  return fidotool_key_run_end(cmd, request, print_purged);
}
