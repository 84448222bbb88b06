/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-name.c - fidotool key name set, list and remove: @blue-7. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-names.h"
#include "fidotool/cli/key-run.h"

/* A name as the person writes it, with or without "@". */
static char *
take_name(int argc, char **argv, GError **error)
{
  const char *text;

  if (!fidotool_cmd_take_one(argc, argv, "NAME", error))
    return NULL;
  text = argv[1][0] == '@' ? argv[1] + 1 : argv[1];
  if (fidotool_key_names_is_name(text))
    return g_strdup(text);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "a name is letters and digits, and after the first also \"-\", "
              "\"_\" and \".\"; 32 at most");
  return NULL;
}

static bool
check_free(const FidotoolKeyNamesPlaces *places, const char *name, bool for_all,
           GError **error)
{
  g_autoptr(FidotoolJson) names = fidotool_key_names_read(places, error);

  if (!names)
    return false;
  if (for_all ||
      !fidotool_json_get_bool(fidotool_json_get(names, name), "for_all", false))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY,
              "%s: this machine has given the name to a key already", name);
  return false;
}

/* Asks the key what it is, and gives the row of its name. */
static FidotoolJson *
bind(FidotoolCmd *cmd, const char **ret_doubt, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_key_run_request("list");
  g_autoptr(FidotoolJson) info = NULL;
  g_autoptr(FidotoolJson) listed = NULL;

  info = fidotool_key_run_job(cmd, fidotool_key_run_request("info"), error);
  if (!info)
    return NULL;
  listed = fidotool_client_run(request, NULL, NULL, error);
  if (!listed)
    return NULL;
  return fidotool_key_names_bind(fidotool_json_get(info, "device"),
                                 fidotool_json_get(listed, "keys"), ret_doubt,
                                 error);
}

static FidotoolJson *
set_name(FidotoolCmd *cmd, const char *name, bool for_all, bool *ret_changed,
         GError **error)
{
  FidotoolKeyNamesPlaces places = fidotool_key_names_places();
  const char *doubt = NULL;
  g_autoptr(FidotoolJson) row = NULL;

  if (check_free(&places, name, for_all, error))
    row = bind(cmd, &doubt, error);
  if (row && !fidotool_key_names_write(&places.files[for_all ? 0 : 1], name,
                                       row, ret_changed, error))
    g_clear_pointer(&row, fidotool_json_free);
  fidotool_key_names_places_clear(&places);
  if (!row)
    return NULL;
  if (doubt)
    fidotool_cmd_warn(cmd, "not-told-apart", doubt);
  fidotool_json_set_text(row, "name", name);
  return g_steal_pointer(&row);
}

int
fidotool_cmd_key_name_set(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  gboolean for_all = FALSE;
  const GOptionEntry own[] = {{"for-all", 0, 0, G_OPTION_ARG_NONE, &for_all,
                               "for everybody on this machine; as root", NULL},
                              G_OPTION_ENTRY_NULL};
  g_autofree char *name = NULL;
  FidotoolJson *row = NULL;
  bool changed = false;

  if (fidotool_cmd_parse(
          cmd, own,
          "From then on --device @NAME is this key.\n"
          "Example:\n  fidotool key name set blue-7 --device touch",
          &argc, &argv, &error))
    name = take_name(argc, argv, &error);
  if (name)
    row = set_name(cmd, name, for_all, &changed, &error);
  if (!row)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    printf("@%s\n", name);
  return fidotool_cmd_done(
      cmd, row, changed ? FIDOTOOL_CMD_CHANGED : FIDOTOOL_CMD_UNCHANGED);
}

static void
print_row(const char *name, const FidotoolJson *row)
{
  g_autofree char *product =
      fidotool_cmd_printable(fidotool_json_get_text(row, "product"));
  g_auto(GStrv) lines =
      g_strsplit(fidotool_json_get_text(row, "selector"), "\n", -1);
  g_autofree char *selector = fidotool_cmd_printable(lines[0]);
  g_autofree char *handle = g_strconcat("@", name, NULL);

  printf("%-20s %-7s %s  %s%s\n", handle, fidotool_json_get_text(row, "bound"),
         selector, product,
         fidotool_json_get_bool(row, "for_all", false) ? " (for all)" : "");
}

int
fidotool_cmd_key_name_list(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolKeyNamesPlaces places = fidotool_key_names_places();
  g_autoptr(FidotoolJson) names = NULL;
  FidotoolJson *result;

  if (fidotool_cmd_parse(cmd, NULL, "Example:\n  fidotool key name list", &argc,
                         &argv, &error))
    names = fidotool_key_names_read(&places, &error);
  fidotool_key_names_places_clear(&places);
  if (!names)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  for (size_t i = 0; !cmd->json && i < fidotool_json_size(names); i++)
    print_row(fidotool_json_name(names, i), fidotool_json_member(names, i));
  result = fidotool_json_new_object();
  fidotool_json_set(result, "names", g_steal_pointer(&names));
  return fidotool_cmd_done(cmd, result, NULL);
}

int
fidotool_cmd_key_name_remove(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  gboolean for_all = FALSE;
  const GOptionEntry own[] = {
      {"for-all", 0, 0, G_OPTION_ARG_NONE, &for_all,
       "the name that everybody on this machine has; as root", NULL},
      G_OPTION_ENTRY_NULL};
  FidotoolKeyNamesPlaces places = fidotool_key_names_places();
  g_autofree char *name = NULL;
  bool changed = false;

  if (fidotool_cmd_parse(cmd, own,
                         "Example:\n  fidotool key name remove blue-7", &argc,
                         &argv, &error))
    name = take_name(argc, argv, &error);
  if (name)
    (void)fidotool_key_names_write(&places.files[for_all ? 0 : 1], name, NULL,
                                   &changed, &error); /* error says it */
  fidotool_key_names_places_clear(&places);
  if (error)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_cmd_done(cmd, NULL, FIDOTOOL_CMD_CHANGED);
}
