/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-list.c - fidotool key list: what is plugged in or lies on a reader;
 * none of it is asked more than whether it is a key, unless that is wanted. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-label.h"
#include "fidotool/cli/key-run.h"

/* Into the list: what each key says of itself, or why it says nothing. */
static void
ask_key(FidotoolCmd *cmd, FidotoolJson *key)
{
  static const char *const members[] = {"versions", "aaguid",
                                        "firmware_version"};
  FidotoolJson *request = fidotool_key_run_request("info");
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  const FidotoolJson *info;

  g_free(cmd->device);
  cmd->device = g_strdup(fidotool_json_get_text(key, "selector"));
  result = fidotool_key_run_job(cmd, request, &error);
  if (!result) {
    fidotool_json_set_text(key, "problem", error->message);
    return;
  }
  info = fidotool_json_get(result, "info");
  for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
    const FidotoolJson *value = fidotool_json_get(info, members[i]);

    if (value)
      fidotool_json_set(key, members[i], fidotool_json_copy(value));
  }
  fidotool_json_set_bool(key, "u2f_only", fidotool_key_run_is_u2f(info));
  fidotool_json_set_text(
      key, "pin",
      fidotool_json_get_text(fidotool_json_get(result, "pin"), "state"));
}

/* Puts the same list, each key with what it said, in the place of the old. */
static void
ask_keys(FidotoolCmd *cmd, FidotoolJson *result)
{
  const FidotoolJson *keys = fidotool_json_get(result, "keys");
  FidotoolJson *asked = fidotool_json_new_array();

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    FidotoolJson *key = fidotool_json_append(
        asked, fidotool_json_copy(fidotool_json_at(keys, i)));

    if (fidotool_json_get_bool(key, "permitted", true))
      ask_key(cmd, key);
  }
  fidotool_json_remove(result, "keys");
  fidotool_json_set(result, "keys", asked);
  g_clear_pointer(&cmd->device_json, fidotool_json_free); /* it was several */
}

/* The newest version that is not U2F stands last. */
static void
print_said(const FidotoolJson *key)
{
  const FidotoolJson *versions = fidotool_json_get(key, "versions");
  const size_t n = fidotool_json_size(versions);
  const char *newest =
      n > 0 ? fidotool_json_text(fidotool_json_at(versions, n - 1)) : NULL;
  const char *pin = fidotool_json_get_text(key, "pin");
  const char *problem = fidotool_json_get_text(key, "problem");
  g_autofree char *shown = fidotool_cmd_printable(problem  ? problem
                                                  : newest ? newest
                                                           : "");

  if (problem)
    printf(" (%s)", shown);
  else if (fidotool_json_get_bool(key, "u2f_only", false))
    printf(" (FIDO U2F only: no PIN, no passkeys)");
  else if (pin)
    printf(" (%s, PIN %s)", shown, pin);
}

/* How a reader is known to hold the same key. */
static const struct {
  const char *by;
  const char *words;
} proofs[] = {
    {"place", "part of the same device"},
    {"name", "by its name part of the same device"},
    {"agreement", "the same key, which it has shown"},
};

static void
print_twins(const FidotoolJson *key)
{
  const FidotoolJson *also = fidotool_json_get(key, "also");
  g_autofree char *maybe =
      fidotool_cmd_printable(fidotool_json_get_text(key, "maybe"));

  for (size_t i = 0; i < fidotool_json_size(also); i++) {
    const FidotoolJson *one = fidotool_json_at(also, i);
    g_autofree char *selector =
        fidotool_cmd_printable(fidotool_json_get_text(one, "selector"));

    for (size_t k = 0; k < G_N_ELEMENTS(proofs); k++)
      if (g_strcmp0(fidotool_json_get_text(one, "by"), proofs[k].by) == 0)
        printf("  also %s: %s\n", selector, proofs[k].words);
  }
  if (*maybe)
    printf("  perhaps the same key as %s: one model, and neither says which "
           "one it is\n",
           maybe);
}

static void
print_key(const FidotoolJson *key)
{
  const char *port =
      fidotool_json_get_text(fidotool_json_get(key, "usb"), "port");
  const char *name = fidotool_json_get_text(key, "name");
  g_autofree char *product =
      fidotool_cmd_printable(fidotool_json_get_text(key, "product"));
  g_autofree char *selector =
      fidotool_cmd_printable(fidotool_json_get_text(key, "selector"));
  g_autofree char *place = port ? g_strconcat("usb:", port, NULL) : NULL;
  int64_t vid = fidotool_json_get_int(key, "vid", -1);
  g_autofree char *id =
      vid < 0 ? g_strdup("-")
              : g_strdup_printf("%04x:%04x", (unsigned)vid,
                                (unsigned)fidotool_json_get_int(key, "pid", 0));

  printf("%-24s %-9s %-9s %s%s%s%s", selector, id, place ? place : "-", product,
         name ? " @" : "", name ? name : "",
         fidotool_json_get_bool(key, "permitted", true)
             ? ""
             : " (this user may not open it)");
  print_said(key);
  printf("\n");
  print_twins(key);
}

/* A card service that is there and cannot be asked; one that is not there is
 * nothing to speak of. */
static void
print_service(const char *state)
{
  if (g_strcmp0(state, "down") == 0)
    fprintf(stderr, "The card service does not answer: keys on readers are "
                    "not seen.\n");
  else if (g_strcmp0(state, "refused") == 0)
    fprintf(stderr, "This user may not use the card service: keys on readers "
                    "are not seen.\n");
}

int
fidotool_cmd_key_list(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  gboolean ask = FALSE;
  const GOptionEntry own[] = {
      {"ask", 0, 0, G_OPTION_ARG_NONE, &ask,
       "open each key and ask what it is, and whether it has a PIN", NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(FidotoolJson) names = NULL;
  FidotoolJson *request;
  const FidotoolJson *keys;

  if (!fidotool_cmd_parse(cmd, own, "Example:\n  fidotool key list --ask",
                          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "job", "list");
  result = fidotool_key_run_job(cmd, request, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (ask)
    ask_keys(cmd, result);
  keys = fidotool_json_get(result, "keys");
  names = fidotool_key_label_read(cmd);
  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    fidotool_key_label_add(names, fidotool_json_at(keys, i));
    if (!cmd->json)
      print_key(fidotool_json_at(keys, i));
  }
  if (!cmd->json && fidotool_json_size(keys) == 0)
    fprintf(stderr, "No key is plugged in.\n");
  if (!cmd->json)
    print_service(fidotool_json_get_text(result, "pcscd"));
  fidotool_json_remove(result, "libfido2"); /* it stands in the envelope */
  return fidotool_cmd_done(cmd, g_steal_pointer(&result), NULL);
}
