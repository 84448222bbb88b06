/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-credential.c - fidotool key credential list, show and count: what is
 * stored on a key. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"

/* A member in words, "-" where there is none. */
static char *
word(const FidotoolJson *object, const char *name)
{
  const char *text = fidotool_json_get_text(object, name);

  return fidotool_cmd_printable(text ? text : "-");
}

static void
print_row(const FidotoolJson *credential)
{
  const FidotoolJson *user = fidotool_json_get(credential, "user");
  g_autofree char *id = word(credential, "id");
  g_autofree char *rp_id = word(credential, "rp_id");
  g_autofree char *name = word(user, "name");

  printf("%.16s  %-28s %s\n", id, rp_id, name);
}

static void
print_room(const FidotoolJson *result)
{
  printf("%d stored, room for %d more\n",
         (int)fidotool_json_get_int(result, "existing", 0),
         (int)fidotool_json_get_int(result, "remaining", 0));
}

static void
print_list(const FidotoolJson *result)
{
  const FidotoolJson *list = fidotool_json_get(result, "credentials");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    print_row(fidotool_json_at(list, i));
  print_room(result);
}

/* A key whose counts do not fit is worth a word: its store may be damaged. */
static void
check_count(FidotoolCmd *cmd, const FidotoolJson *result)
{
  size_t listed = fidotool_json_size(fidotool_json_get(result, "credentials"));
  g_autofree char *text = NULL;

  if ((int64_t)listed == fidotool_json_get_int(result, "existing", 0))
    return;
  text = g_strdup_printf("the key says that it holds %d, and lists %zu",
                         (int)fidotool_json_get_int(result, "existing", 0),
                         listed);
  fidotool_cmd_warn(cmd, "count-differs", text);
}

int
fidotool_cmd_key_credential_list(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *rp_id = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry own[] = {{"rp-id", 0, 0, G_OPTION_ARG_STRING, &rp_id,
                               "those of one relying party alone", "ID"},
                              G_OPTION_ENTRY_NULL};
  FidotoolJson *request, *result;

  if (!fidotool_cmd_parse(
          cmd, own,
          "One PIN, or one fingerprint, is enough however long the list is. "
          "What is not\ndiscoverable is not stored on the key and cannot be "
          "listed.\n"
          "Example:\n  fidotool key credential list --json",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("credential-list");
  if (rp_id)
    fidotool_json_set_text(request, "rp_id", rp_id);
  result = fidotool_key_run_job(cmd, request, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!rp_id)
    check_count(cmd, result);
  if (!cmd->json)
    print_list(result);
  return fidotool_key_run_done(cmd, result);
}

static void
print_member(const char *name, const FidotoolJson *object, const char *member)
{
  const FidotoolJson *value = fidotool_json_get(object, member);
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;

  if (!value)
    return;
  text = fidotool_json_text(value) ? g_strdup(fidotool_json_text(value))
                                   : fidotool_json_write(value, NULL);
  shown = fidotool_cmd_printable(text);
  printf("%s: %s\n", name, shown);
}

static void
print_one(const FidotoolJson *result)
{
  static const char *const members[] = {
      "id",      "rp_id",      "rp_id_hash",    "alg",
      "protect", "public_key", "large_blob_key"};
  const FidotoolJson *credential =
      fidotool_json_at(fidotool_json_get(result, "credentials"), 0);
  const FidotoolJson *user = fidotool_json_get(credential, "user");

  for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
    print_member(members[i], credential, members[i]);
  print_member("user_id", user, "id");
  print_member("user_name", user, "name");
  print_member("user_display_name", user, "display_name");
}

int
fidotool_cmd_key_credential_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *request;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "ID is the beginning of the credential's id, in base64url or hex, as "
          "long as it\ntakes to name one alone.\n"
          "Example:\n  fidotool key credential show Ab3x",
          &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "ID", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_key_run_request("credential-list");
  fidotool_json_set_text(request, "cred", argv[1]);
  return fidotool_key_run_end(cmd, request, print_one);
}

static void
print_count(const FidotoolJson *result)
{
  const FidotoolJson *rps = fidotool_json_get(result, "rps");

  for (size_t i = 0; i < fidotool_json_size(rps); i++) {
    const FidotoolJson *rp = fidotool_json_at(rps, i);
    g_autofree char *rp_id = word(rp, "rp_id");

    printf("%5d  %s\n", (int)fidotool_json_get_int(rp, "credentials", 0),
           rp_id);
  }
  print_room(result);
}

int
fidotool_cmd_key_credential_count(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "Example:\n  fidotool key credential count --device hid:/dev/hidraw3",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_key_run_end(cmd, fidotool_key_run_request("credential-count"),
                              print_count);
}
