/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-station-init.c - fidotool station init: keys of the first staff, the
 * officers' signatures, entry 0, and each key's own proof. */
#include <stdio.h>
#include <string.h>

#include "fidotool/act/making.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/founding.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/key-run.h"
#include "recovery/error.h"

typedef struct {
  FidotoolGoverned governed;
  FidotoolFounding *founding;
  const char *trust;
  char *machine; /* of the last founder's signature */
  char *device;  /* as given for all */
} Init;

static void
say(const FidotoolCmd *cmd, const char *person, const char *what)
{
  if (!cmd->json)
    fprintf(stderr, "\n%s: %s\n", person, what);
}

/* The key of one person, as the configuration names it, or --device. */
static void
choose_key(Init *init, const char *person)
{
  FidotoolCmd *cmd = init->governed.cmd;
  const char *device = fidotool_founding_device(init->founding, person);

  g_free(cmd->device);
  cmd->device = g_strdup(device ? device : init->device);
}

static bool
make_key(Init *init, const char *person, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) offer = NULL;
  g_autoptr(FidotoolJson) made = NULL;
  g_autoptr(FidotoolJson) answer = NULL;

  say(init->governed.cmd, person, "make your key for signing");
  choose_key(init, person);
  fidotool_json_set_text(request, "act", "roster.key");
  fidotool_json_set_text(request, "person", person);
  offer = fidotool_governed_propose(&init->governed, request, error);
  if (offer)
    made = fidotool_key_run_answer(init->governed.cmd, fidotool_making_roster,
                                   offer, error);
  if (!made)
    return false;
  fidotool_json_set_text(made, "act", "roster.key");
  fidotool_json_set_text(made, "person", person);
  answer = fidotool_governed_submit(&init->governed, made, error);
  return answer != NULL;
}

/* One act in the name of a person, with that person's key. */
static FidotoolJson *
act_as(Init *init, const char *person, const char *act, GError **error)
{
  g_autoptr(FidotoolJson) request = NULL;

  choose_key(init, person);
  g_free(init->governed.as);
  init->governed.as = g_strdup(person);
  request = fidotool_governed_request(&init->governed, act);
  return fidotool_governed_act(&init->governed, request, error);
}

/* All but the last sign at the station; the last beside another machine. */
static bool
sign_founders(Init *init, GError **error)
{
  FidotoolCmd *cmd = init->governed.cmd;
  guint n = g_strv_length(init->founding->founders);

  for (guint i = 0; i < n; i++) {
    const char *person = init->founding->founders[i];
    g_autoptr(FidotoolJson) answer = NULL;

    say(cmd, person, "sign the founding");
    g_free(cmd->machine);
    cmd->machine = i + 1 == n ? g_strdup(init->machine) : NULL;
    answer = act_as(init, person, "station.init", error);
    if (!answer)
      return false;
    if (i + 1 == n &&
        !fidotool_founding_write_trust(init->trust, answer, NULL, error))
      return false;
  }
  g_clear_pointer(&cmd->machine, g_free);
  return true;
}

/* The refusal of those whose key has proved itself already. */
#define PROVED "nothing-to-enrol"

static bool
has_proved(const Init *init, const GError *error)
{
  const FidotoolJson *list =
      fidotool_json_get(init->governed.refused, "refused");

  return g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_REFUSED) &&
         g_strcmp0(fidotool_json_get_text(fidotool_json_at(list, 0), "rule"),
                   PROVED) == 0;
}

/* Goes on where an earlier run was cut off: who has proved their key is
 * passed over. */
static bool
enrol_all(Init *init, GError **error)
{
  for (guint i = 0; i < init->founding->persons->len; i++) {
    const FidotoolFoundingPerson *row = init->founding->persons->pdata[i];
    g_autoptr(FidotoolJson) done = NULL;
    g_autoptr(GError) own = NULL;

    say(init->governed.cmd, row->person, "prove your key");
    done = act_as(init, row->person, "roster.enrol", &own);
    if (done || has_proved(init, own))
      continue;
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
  return true;
}

static FidotoolJson *
ask_status(Init *init, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", "status");
  return fidotool_governed_query(&init->governed, request, error);
}

static bool
found(Init *init, GError **error)
{
  g_autoptr(FidotoolJson) answer = NULL;

  if (!fidotool_founding_check_trust(init->trust, error))
    return false;
  answer =
      fidotool_governed_submit(&init->governed, init->founding->request, error);
  if (!answer)
    return false;
  for (guint i = 0; i < init->founding->persons->len; i++) {
    const FidotoolFoundingPerson *row = init->founding->persons->pdata[i];

    if (!make_key(init, row->person, error))
      return false;
  }
  return sign_founders(init, error);
}

/* Entry 0 stands, from an earlier run: what is missing of the folder for the
 * auditor is written, and nothing in it is changed. */
static bool
write_trust_again(Init *init, bool *ret_wrote, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) answer = NULL;

  fidotool_json_set_text(request, "what", "trust");
  answer = fidotool_governed_query(&init->governed, request, error);
  return answer &&
         fidotool_founding_write_trust(init->trust, answer, ret_wrote, error);
}

static bool
carry_out(Init *init, GError **error)
{
  g_autoptr(FidotoolJson) status = ask_status(init, error);
  bool wrote = false;

  if (!status)
    return false;
  if (fidotool_json_get_int(status, "initialised", 0) == 0)
    return found(init, error) && enrol_all(init, error);
  if (!write_trust_again(init, &wrote, error))
    return false;
  if (fidotool_json_get_int(status, "started", 0) == 0)
    return enrol_all(init, error);
  if (wrote)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE,
              "this station was founded already");
  return false;
}

static int
finish(Init *init)
{
  FidotoolCmd *cmd = init->governed.cmd;
  g_autoptr(GError) error = NULL;
  FidotoolJson *status = ask_status(init, &error);

  if (!status)
    return fidotool_governed_failed(&init->governed, g_steal_pointer(&error));
  fidotool_json_set_text(status, "trust", init->trust);
  if (!cmd->json)
    printf("The station is founded.\ngenesis  %s\nGive the folder %s to the "
           "auditor.\nFor /etc/keyturn/keyhelper.conf:\nplan_key=%s\n",
           fidotool_json_get_text(status, "genesis"), init->trust,
           fidotool_json_get_text(status, "plan_key"));
  return fidotool_governed_done(&init->governed, status, FIDOTOOL_CMD_CHANGED);
}

static int
run(FidotoolCmd *cmd, const char *config, const char *trust)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolFounding) founding = NULL;
  g_autofree char *machine = g_steal_pointer(&cmd->machine);
  g_autofree char *device = g_strdup(cmd->device);
  Init init = {.trust = trust, .machine = machine, .device = device};

  founding = fidotool_founding_read(config, g_get_real_time() / G_USEC_PER_SEC,
                                    &error);
  if (!founding)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  init.founding = founding;
  if (!fidotool_governed_open(&init.governed, cmd, NULL, RECOVERY_CLIENT_MAKE,
                              &error) ||
      !carry_out(&init, &error))
    return fidotool_governed_failed(&init.governed, g_steal_pointer(&error));
  return finish(&init);
}

int
fidotool_cmd_station_init(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *config = NULL;
  g_autofree char *trust = NULL;
  const GOptionEntry entries[] = {
      {"config", 0, 0, G_OPTION_ARG_FILENAME, &config,
       "what the station is called, who works there, by which policy", "FILE"},
      {"trust", 0, 0, G_OPTION_ARG_FILENAME, &trust,
       "where to write what the auditor is given", "DIR"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Founds a station, once: every person of the first roster makes a "
          "key and proves it, the\nfounding officers sign. --machine is the "
          "key of another machine of the roster; the last\nofficer signs "
          "beside it. Run again, it goes on where it was cut off: with keys "
          "that are not proved yet,\nand with what is missing of --trust, "
          "until the first case is opened.\n\nThe configuration is JSON:\n"
          "  {\"station\":\"st-07\",\"log\":\"example.org/keyturn/st-07/1\",\n"
          "   \"rp_id\":\"example.org\",\"origin\":\"https://example.org\",\n"
          "   \"policy\":\"policy.yaml\",\"roots\":[\"roots.pem\"],\n"
          "   \"persons\":[{\"person\":\"ada\",\"employee\":\"1001\","
          "\"team\":\"desk\",\n"
          "     \"roles\":[\"agent\"],\"device\":\"hid:/dev/hidraw3\"}],\n"
          "   \"machines\":[{\"id\":\"desk-ben\",\"key\":\"ssh-ed25519 "
          "...\"}],\n"
          "   \"founders\":[\"sol\",\"una\"],\"valid_days\":365}\n\n"
          "Example:\n  fidotool station init --config station.json --trust "
          "trust --machine desk-ben",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 1 || !config || !trust)
    return fidotool_cmd_failed(
        cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                         "give --config FILE and --trust DIR"));
  return run(cmd, config, trust);
}
