/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-plan.c - fidotool key plan reset and delete: what the key is known
 * by, and a station's leave to take that off it. */
#include <stdio.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/document.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/key-run.h"
#include "recovery/format/key-plan.h"

#define ABOUT                                                                  \
  "On a station nothing is taken off a key without a plan. An agent or a "     \
  "security officer gets\none (--as, --role), the record tells of it, and it " \
  "ends after 10 minutes. --device is the key\nthat the plan is for; the key " \
  "that signs is found by itself, and in a session it has signed\nalready."

typedef struct {
  FidotoolGovernedOptions who;
  char *out;
} Given;

static void
clear_given(Given *given)
{
  g_free(given->who.as);
  g_free(given->who.role);
  g_free(given->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, clear_given)

static bool
parse(FidotoolCmd *cmd, Given *given, const char *description, int *argc,
      char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&given->who),
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &given->out,
       "where to write the plan (default: standard output)", "FILE"},
      G_OPTION_ENTRY_NULL};

  return fidotool_cmd_parse(cmd, entries, description, argc, argv, error);
}

/* The whole id of the one credential that `text` names, and its digest. */
static char *
find_credential(FidotoolCmd *cmd, const char *text, GError **error)
{
  FidotoolJson *request = fidotool_key_run_request("credential-list");
  g_autoptr(FidotoolJson) list = NULL;
  g_autoptr(GBytes) id = NULL;
  const char *whole;

  fidotool_json_set_text(request, "cred", text);
  list = fidotool_key_run_job(cmd, request, error);
  if (!list)
    return NULL;
  whole = fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(list, "credentials"), 0), "id");
  id = whole ? fidotool_bytes_unbase64url(whole) : NULL;
  if (id)
    return fidotool_bytes_sha256_hex(g_bytes_get_data(id, NULL),
                                     g_bytes_get_size(id));
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "keyhelper talks nonsense");
  return NULL;
}

/* {plan, target, credential?}: what the station is asked for. */
static FidotoolJson *
describe(FidotoolCmd *cmd, const char *act, const char *credential,
         GError **error)
{
  g_autofree char *digest =
      credential ? find_credential(cmd, credential, error) : NULL;
  g_autoptr(FidotoolJson) found = NULL;
  FidotoolJson *wanted;

  if (credential && !digest)
    return NULL;
  found =
      fidotool_key_run_job(cmd, fidotool_key_run_request("identify"), error);
  if (!found)
    return NULL;
  wanted = fidotool_json_new_object();
  fidotool_json_set_text(wanted, "plan", act);
  fidotool_json_set(wanted, "target",
                    fidotool_json_copy(fidotool_json_get(found, "identity")));
  if (digest)
    fidotool_json_set_text(wanted, "credential", digest);
  return wanted;
}

static FidotoolJson *
ask_station(FidotoolGoverned *governed, const char *role,
            const FidotoolJson *wanted, GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "key.plan");
  g_autoptr(FidotoolJson) answer = NULL;

  for (size_t i = 0; i < fidotool_json_size(wanted); i++)
    fidotool_json_set(request, fidotool_json_name(wanted, i),
                      fidotool_json_copy(fidotool_json_member(wanted, i)));
  if (!fidotool_governed_activate(governed, role ? role : "agent", NULL, error))
    return NULL;
  answer = fidotool_governed_submit(governed, request, error);
  return answer ? fidotool_json_copy(fidotool_json_get(answer, "done")) : NULL;
}

/* The key that the plan is for, not the one that signed. */
static void
name_target(FidotoolCmd *cmd, FidotoolJson *target)
{
  fidotool_json_free(cmd->device_json);
  cmd->device_json = target;
}

static FidotoolJson *
get_plan(FidotoolCmd *cmd, Given *given, const FidotoolJson *wanted,
         FidotoolGoverned *governed, GError **error)
{
  FidotoolJson *target = g_steal_pointer(&cmd->device_json);
  FidotoolJson *done = NULL;

  /* Whose key it is that signs is known by its credential. */
  g_clear_pointer(&cmd->device, g_free);
  g_clear_pointer(&cmd->device_name, g_free);
  if (fidotool_governed_open(governed, cmd, &given->who, 0, error))
    done = ask_station(governed, given->who.role, wanted, error);
  name_target(cmd, target);
  return done;
}

static FidotoolJson *
new_document(const FidotoolJson *done)
{
  FidotoolJson *document = fidotool_json_new_object();

  fidotool_json_set(document, "plan",
                    fidotool_json_copy(fidotool_json_get(done, "plan")));
  fidotool_json_set(document, "signature",
                    fidotool_json_copy(fidotool_json_get(done, "signature")));
  return document;
}

static int
run(FidotoolCmd *cmd, Given *given, const char *act, const char *credential)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) wanted = describe(cmd, act, credential, &error);
  g_autoptr(FidotoolJson) done = NULL;
  g_autoptr(FidotoolJson) document = NULL;
  FidotoolGoverned governed;

  if (!wanted)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  done = get_plan(cmd, given, wanted, &governed, &error);
  if (!done)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  document = new_document(done);
  if ((given->out || !cmd->json) &&
      !fidotool_document_write(given->out, document, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  return fidotool_governed_done(&governed, g_steal_pointer(&document),
                                FIDOTOOL_CMD_CHANGED);
}

int
fidotool_cmd_key_plan_reset(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Given) given = {.out = NULL};
  g_autoptr(GError) error = NULL;

  if (!parse(cmd, &given,
             ABOUT
             "\nExample:\n  fidotool key plan reset --device hid:/dev/hidraw3 "
             "--as ada --out plan.json\n"
             "  fidotool key reset --device hid:/dev/hidraw3 --plan plan.json",
             &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 1)
    return fidotool_cmd_failed(
        cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                         "%s: no argument is taken; --device names the key",
                         argv[1]));
  return run(cmd, &given, RECOVERY_KEY_PLAN_RESET, NULL);
}

int
fidotool_cmd_key_plan_delete(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Given) given = {.out = NULL};
  g_autoptr(GError) error = NULL;

  if (!parse(cmd, &given,
             ABOUT
             " The key's own PIN is asked\nfor first, to find the passkey that "
             "ID begins.\n"
             "Example:\n  fidotool key plan delete Ab3x --as ada --out "
             "plan.json\n"
             "  fidotool key credential delete Ab3x --plan plan.json",
             &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "ID", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return run(cmd, &given, RECOVERY_KEY_PLAN_DELETE, argv[1]);
}
