/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-roster.c - fidotool roster show and print. */
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "recovery/format/roster.h"
#include "recovery/format/time.h"

/* The roster as the station has it; the connection needs a role, any. */
static FidotoolJson *
ask_roster(FidotoolGoverned *governed, const char *role, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", "roster");
  if (!fidotool_governed_any_role(governed, role, "agent", error))
    return NULL;
  return fidotool_governed_query(governed, request, error);
}

static bool
is_enrolled(const FidotoolJson *answer, const uint8_t cred[32])
{
  const FidotoolJson *list = fidotool_json_get(answer, "enrolled");
  g_autofree char *hex = fidotool_bytes_hex(cred, 32);

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (g_strcmp0(fidotool_json_text(fidotool_json_at(list, i)), hex) == 0)
      return true;
  return false;
}

/* Keys that proved themselves and have no row yet. */
static void
print_newcomers(const FidotoolJson *answer)
{
  const FidotoolJson *list = fidotool_json_get(answer, "newcomers");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    printf("%-16s a new key that is not on the roster: fidotool roster add\n",
           fidotool_json_get_text(fidotool_json_at(list, i), "person"));
}

static bool
print_roster(const FidotoolJson *answer, GError **error)
{
  const char *line = fidotool_json_get_text(answer, "roster");
  g_autoptr(RecoveryRoster) roster =
      recovery_roster_read(line ? line : "", line ? strlen(line) : 0, error);

  if (!roster)
    return false;
  for (guint i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = roster->keys->pdata[i];
    g_autofree char *roles = g_strjoinv(", ", key->roles);
    g_autofree char *until = recovery_time_write(key->valid_before_ms);
    g_autofree char *hash = fidotool_bytes_hex(key->cred, 4);

    printf("%-16s team %-16s roles %s; key %s until %.10s%s\n", key->person,
           key->team, roles, hash, until,
           is_enrolled(answer, key->cred) ? "" : ", not enrolled yet");
  }
  print_newcomers(answer);
  for (guint i = 0; i < roster->machines->len; i++) {
    const RecoveryRosterMachine *machine = roster->machines->pdata[i];
    g_autofree char *until = recovery_time_write(machine->valid_before_ms);

    printf("machine:%-8s until %.10s%s\n", machine->id, until,
           strcmp(machine->id, roster->station) == 0 ? ", this station" : "");
  }
  return true;
}

static int
run(FidotoolCmd *cmd, int argc, char **argv, bool signers)
{
  FidotoolGovernedOptions who = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&who),
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *role = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(
          cmd, entries,
          signers ? "Prints the roster as an OpenSSH allowed_signers file.\n"
                    "Example:\n  fidotool roster print --as ada "
                    ">allowed_signers"
                  : "Shows who may sign what, with which key, until when.\n"
                    "Example:\n  fidotool roster show --as ada",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  role = g_steal_pointer(&who.role);
  if (fidotool_governed_open(&governed, cmd, &who, 0, &error))
    answer = ask_roster(&governed, role, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json && signers)
    fputs(fidotool_json_get_text(answer, "allowed_signers"), stdout);
  else if (!cmd->json && !print_roster(answer, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  return fidotool_governed_done(&governed, g_steal_pointer(&answer), NULL);
}

int
fidotool_cmd_roster_show(FidotoolCmd *cmd, int argc, char **argv)
{
  return run(cmd, argc, argv, false);
}

int
fidotool_cmd_roster_print(FidotoolCmd *cmd, int argc, char **argv)
{
  return run(cmd, argc, argv, true);
}
