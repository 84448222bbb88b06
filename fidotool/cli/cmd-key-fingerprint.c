/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-fingerprint.c - fidotool key fingerprint list, add, rename and
 * delete. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_one(FILE *out, const FidotoolJson *one)
{
  const char *text = fidotool_json_get_text(one, "name");
  g_autofree char *id =
      fidotool_cmd_printable(fidotool_json_get_text(one, "id"));
  g_autofree char *name = fidotool_cmd_printable(text ? text : "-");

  fprintf(out, "%-16s %s\n", id, name);
}

static void
print_list(const FidotoolJson *result)
{
  const FidotoolJson *list = fidotool_json_get(result, "fingerprints");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    print_one(stdout, fidotool_json_at(list, i));
  if (fidotool_json_size(list) == 0)
    fprintf(stderr, "The key knows no fingerprint.\n");
}

int
fidotool_cmd_key_fingerprint_list(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, NULL,
                          "Example:\n  fidotool key fingerprint list", &argc,
                          &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("fingerprint-list"),
                              print_list);
}

static void
print_added(const FidotoolJson *result)
{
  fprintf(stderr, "The fingerprint is stored.\n");
  print_one(stdout, fidotool_json_get(result, "fingerprint"));
}

int
fidotool_cmd_key_fingerprint_add(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *name = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry own[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &name, "what to call it", "NAME"},
      G_OPTION_ENTRY_NULL};
  FidotoolJson *request;

  if (!fidotool_cmd_parse(
          cmd, own,
          "Put the finger on and lift it, as often as it says. --timeout "
          "counts for each time.\n"
          "Example:\n  fidotool key fingerprint add --name \"right thumb\"",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("fingerprint-add");
  if (name)
    fidotool_json_set_text(request, "name", name);
  return fidotool_key_run_end(cmd, request, print_added);
}

static void
print_renamed(const FidotoolJson *result)
{
  fprintf(stderr, "%s",
          fidotool_json_get_bool(result, "changed", false)
              ? "The fingerprint has its new name.\n"
              : "The fingerprint has this name already.\n");
}

int
fidotool_cmd_key_fingerprint_rename(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *request;

  if (fidotool_cmd_parse(
          cmd, NULL,
          "WHICH is the fingerprint's id or its name.\n"
          "Example:\n  fidotool key fingerprint rename AAE \"right thumb\"",
          &argc, &argv, &error) &&
      argc != 3)
    g_set_error(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "WHICH and NAME are wanted");
  if (error)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("fingerprint-rename");
  fidotool_json_set_text(request, "fingerprint", argv[1]);
  fidotool_json_set_text(request, "name", argv[2]);
  return fidotool_key_run_end(cmd, request, print_renamed);
}

static void
print_deleted(const FidotoolJson *result)
{
  (void)result;
  fprintf(stderr, "The fingerprint is deleted.\n");
}

int
fidotool_cmd_key_fingerprint_delete(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *request;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "WHICH is the fingerprint's id or its name. Where nobody is asked, "
          "--yes and\n--fingerprint, which names the key, are both needed.\n"
          "Example:\n  fidotool key fingerprint delete \"right thumb\"",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "WHICH", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("fingerprint-delete");
  fidotool_json_set_text(request, "fingerprint", argv[1]);
  return fidotool_key_run_end(cmd, request, print_deleted);
}
