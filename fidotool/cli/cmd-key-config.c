/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-config.c - fidotool key config show and set, and key pin
 * force-change: settings as states, not as toggles. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

static void
print_state(const char *name, const FidotoolJson *result, const char *member)
{
  const FidotoolJson *value = fidotool_json_get(result, member);

  printf("%s: %s\n", name,
         !value                             ? "not on this key"
         : fidotool_json_bool(value, false) ? "on"
                                            : "off");
}

static void
print_config(const FidotoolJson *result)
{
  int rp_ids = (int)fidotool_json_get_int(result, "min_pin_length_rp_ids", 0);

  print_state("always-uv", result, "always_uv");
  print_state("enterprise-attestation", result, "enterprise_attestation");
  if (fidotool_json_get(result, "min_pin_length")) {
    printf("min-pin-length: %d%s\n",
           (int)fidotool_json_get_int(result, "min_pin_length", 0),
           fidotool_json_get_bool(result, "min_pin_length_settable", false)
               ? ""
               : " (fixed)");
    if (rp_ids > 0)
      printf("relying parties that may learn it: at most %d\n", rp_ids);
  }
  if (fidotool_json_get_bool(result, "force_pin_change", false))
    printf("the key wants its PIN changed\n");
  if (!fidotool_json_get_bool(result, "supported", false))
    printf("the settings of this key cannot be changed\n");
}

int
fidotool_cmd_key_config_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, NULL, "Example:\n  fidotool key config show",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("config-show"),
                              print_config);
}

static void
print_set(const FidotoolJson *result)
{
  if (!fidotool_json_get_bool(result, "changed", false))
    fprintf(stderr, "It is so already; nothing was changed.\n");
  print_config(result);
}

static FidotoolJson *
new_setting(const char *name)
{
  FidotoolJson *request = fidotool_key_run_request("config-set");

  fidotool_json_set_text(request, "setting", name);
  return request;
}

/* "on" or "off". */
static bool
read_switch(const char *text, bool *ret_on, GError **error)
{
  *ret_on = strcmp(text, "on") == 0;
  if (*ret_on || strcmp(text, "off") == 0)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "the setting is on or off");
  return false;
}

int
fidotool_cmd_key_config_set_always_uv(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *request;
  bool on;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "With it on, the key does nothing without PIN or fingerprint. A key "
          "that is so\nalready is left as it is.\n"
          "Example:\n  fidotool key config set always-uv on",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "on or off", &error) ||
      !read_switch(argv[1], &on, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = new_setting("always-uv");
  fidotool_json_set_bool(request, "on", on);
  return fidotool_key_run_end(cmd, request, print_set);
}

static bool
read_length(const char *text, int64_t *ret_length, GError **error)
{
  char *end;

  errno = 0;
  *ret_length = strtol(text, &end, 10);
  if (errno == 0 && end != text && !*end && *ret_length >= 4 &&
      *ret_length <= 63)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "the shortest PIN is between 4 and 63 characters");
  return false;
}

int
fidotool_cmd_key_config_set_min_pin_length(FidotoolCmd *cmd, int argc,
                                           char **argv)
{
  g_auto(GStrv) rp_ids = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry own[] = {
      {"rp-id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &rp_ids,
       "a relying party that may learn it; may be given again", "ID"},
      G_OPTION_ENTRY_NULL};
  FidotoolJson *request, *list;
  int64_t length;

  if (!fidotool_cmd_parse(
          cmd, own,
          "It only grows: a reset alone lowers it. A PIN that is shorter must "
          "then be changed\nbefore the key works on. Relying parties that are "
          "given take the place of those\nbefore.\n"
          "Example:\n  fidotool key config set min-pin-length 6",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "a number", &error) ||
      !read_length(argv[1], &length, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = new_setting("min-pin-length");
  fidotool_json_set_int(request, "length", length);
  if (rp_ids) {
    list = fidotool_json_set(request, "rp_ids", fidotool_json_new_array());
    for (char **at = rp_ids; *at; at++)
      fidotool_json_append_text(list, *at);
  }
  return fidotool_key_run_end(cmd, request, print_set);
}

int
fidotool_cmd_key_config_set_enterprise(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  bool on = true;

  if (fidotool_cmd_parse(
          cmd, NULL,
          "The key may then say which one it is to relying parties that its "
          "maker or your\nadministrator chose. Only a reset switches it off "
          "again.\n"
          "Example:\n  fidotool key config set enterprise-attestation on",
          &argc, &argv, &error) &&
      (argc == 1 || (fidotool_cmd_take_one(argc, argv, "on", &error) &&
                     read_switch(argv[1], &on, &error))) &&
      !on)
    g_set_error(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "only a reset switches enterprise attestation off");
  if (error)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, new_setting("enterprise-attestation"),
                              print_set);
}

int
fidotool_cmd_key_pin_force_change(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "Until the PIN is changed the key does nothing for which it wants "
          "one: for a PIN\nthat somebody else has set.\n"
          "Example:\n  fidotool key pin force-change",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("pin-force-change"),
                              print_set);
}
