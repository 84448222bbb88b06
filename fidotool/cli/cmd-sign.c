/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-sign.c - fidotool sign, submit and propose: one act in three steps, on
 * one machine or on three. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/consent.h"
#include "fidotool/cli/document.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/machine.h"
#include "fidotool/cli/qr.h"
#include "recovery/error.h"

/* A proposal carries its openings, a roster among them. */
#define MAX_PROPOSAL (8 * 1024 * 1024)
#define MAX_SIGNED (256 * 1024)

static int
fail_usage(FidotoolCmd *cmd, const char *what)
{
  return fidotool_cmd_failed(
      cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s", what));
}

/* With --json the result stands in the envelope, without it in the file. */
static int
finish(FidotoolCmd *cmd, const char *out, FidotoolJson *result)
{
  g_autoptr(FidotoolJson) taken = result;
  g_autoptr(GError) error = NULL;

  if ((out || !cmd->json) && !fidotool_document_write(out, taken, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_cmd_done(cmd, g_steal_pointer(&taken), NULL);
}

/* This machine's key signs too, where there is one. */
static bool
find_machine(FidotoolCmd *cmd, GError **error)
{
  g_autofree char *place = NULL;
  g_autoptr(FidotoolMachine) machine = NULL;

  if (cmd->machine)
    return true;
  place = fidotool_machine_default();
  machine = fidotool_machine_open(place, error);
  if (!machine)
    return false;
  cmd->machine = g_steal_pointer(&place);
  return true;
}

/* On the screen, where another one can read it. */
static int
finish_as_codes(FidotoolCmd *cmd, const char *out, FidotoolJson *result)
{
  g_autoptr(FidotoolJson) taken = result;
  g_autofree char *line = fidotool_json_write(taken, NULL);
  g_autoptr(GError) error = NULL;

  if ((out && !fidotool_document_write(out, taken, &error)) ||
      !fidotool_qr_print_parts(line, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_cmd_done(cmd, NULL, NULL);
}

int
fidotool_cmd_sign(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *out = NULL;
  gboolean qr = FALSE;
  const GOptionEntry entries[] = {
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out,
       "where to write what submit takes (default: standard output)", "FILE"},
      {"qr", 0, 0, G_OPTION_ARG_NONE, &qr, "show what submit takes as QR codes",
       NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) proposal = NULL;
  g_autoptr(FidotoolJson) result = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Checks a proposal, shows its words and signs it with your key and "
          "this machine's. No\nstation is asked. FILE may be - for standard "
          "input; it holds the proposal, or the parts\nof one that QR codes "
          "gave, one a line. An approval is confirmed at the terminal; see\n"
          "fidotool case approve --help.\n"
          "Example:\n  fidotool sign approve.json --out signed.json",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 2)
    return fail_usage(cmd, "give the file of one proposal");
  if (qr && cmd->json)
    return fail_usage(cmd, "--qr is for people, --json for programs");
  if (find_machine(cmd, &error))
    proposal = fidotool_document_read(cmd, argv[1], MAX_PROPOSAL, &error);
  if (proposal)
    result = fidotool_consent_sign(cmd, proposal, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return qr ? finish_as_codes(cmd, out, g_steal_pointer(&result))
            : finish(cmd, out, g_steal_pointer(&result));
}

int
fidotool_cmd_submit(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolGovernedOptions who = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) signed_act = NULL;
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(
          cmd, NULL,
          "Hands a signed statement to its station. FILE may be "
          "- for standard input; parts that\nQR codes gave are "
          "taken too, one a line.\n"
          "Example:\n  fidotool submit signed.json",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 2)
    return fail_usage(cmd, "give the file that fidotool sign wrote");
  signed_act = fidotool_document_read(cmd, argv[1], MAX_SIGNED, &error);
  if (!signed_act)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (fidotool_governed_open(&governed, cmd, &who, 0, &error))
    answer = fidotool_governed_submit(&governed, signed_act, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(fidotool_json_get(answer, "done"));
  return fidotool_governed_done(
      &governed, fidotool_json_copy(fidotool_json_get(answer, "done")),
      FIDOTOOL_CMD_CHANGED);
}

/* KEY=VALUE; KEY:=JSON for what is no text. */
static bool
add_field(FidotoolJson *request, const char *text, GError **error)
{
  const char *equals = strchr(text, '=');
  g_autofree char *name = NULL;
  FidotoolJson *value;

  if (!equals || equals == text) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "\"%s\" is not KEY=VALUE", text);
    return false;
  }
  if (equals[-1] != ':') {
    name = g_strndup(text, (size_t)(equals - text));
    fidotool_json_set_text(request, name, equals + 1);
    return true;
  }
  name = g_strndup(text, (size_t)(equals - text - 1));
  value = fidotool_json_parse(equals + 1, strlen(equals + 1), error);
  if (value)
    fidotool_json_set(request, name, value);
  return value != NULL;
}

static FidotoolJson *
propose(FidotoolGoverned *governed, const char *role, int argc, char **argv,
        GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, argv[1]);

  for (int i = 2; i < argc; i++)
    if (!add_field(request, argv[i], error))
      return NULL;
  if (role && !fidotool_governed_activate(governed, role, NULL, error))
    return NULL;
  return fidotool_governed_propose(governed, request, error);
}

int
fidotool_cmd_propose(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolGovernedOptions who = {0};
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&who),
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out,
       "where to write the proposal (default: standard output)", "FILE"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) proposal = NULL;
  g_autofree char *role = NULL;
  FidotoolGoverned governed;
  bool ok;

  ok = fidotool_cmd_parse(
      cmd, entries,
      "Asks the station for the statement of an act, with everything behind "
      "its digests, so that\nit can be signed on another machine. KEY=VALUE "
      "are the act's fields; KEY:=JSON for numbers\nand lists. With --role "
      "that role is activated first.\n"
      "Example:\n  fidotool propose case.approve case=c-4f1e22aa "
      "slot=other-team contact=called_back --as cleo --out approve.json",
      &argc, &argv, &error);
  role = g_steal_pointer(&who.role);
  if (!ok) {
    g_free(who.as);
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  if (argc < 2) {
    g_free(who.as);
    return fail_usage(cmd, "which act? such as case.approve");
  }
  if (fidotool_governed_open(&governed, cmd, &who, 0, &error))
    proposal = propose(&governed, role, argc, argv, &error);
  if (!proposal)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  fidotool_governed_close(&governed);
  return finish(cmd, out, g_steal_pointer(&proposal));
}
