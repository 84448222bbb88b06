/* SPDX-License-Identifier: Apache-2.0 */
/* consent.c - shows, asks, has it signed; decides nothing about the act. */
#include "fidotool/cli/consent.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

#include "fidotool/act/signing.h"
#include "fidotool/bytes.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/cli/machine.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/sshsig.h"
#include "recovery/format/viewer.h"
#include "recovery/policy/change.h"

/* --- what is shown ---------------------------------------------------------
 */

static void
show(const RecoveryView *view, bool practice)
{
  size_t width = 0;

  for (guint i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = view->lines->pdata[i];

    width = MAX(width, strlen(line->label));
  }
  fprintf(stderr, "\n%s%s\n", practice ? "PRACTICE - " : "", view->title);
  for (guint i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = view->lines->pdata[i];
    g_autofree char *text = fidotool_cmd_printable(line->text);

    fprintf(stderr, "  %-*s  %s\n", (int)width, line->label, text);
  }
  if (view->short_code)
    fprintf(stderr, "  %-*s  %s\n", (int)width, "Short code", view->short_code);
  fprintf(stderr, "\n");
}

/* --- the yes ---------------------------------------------------------------
 */

static bool
fail(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

/* Asked at the terminal itself: standard input may be a script. */
static bool
ask_person(GError **error)
{
  char answer[16] = "";
  FILE *terminal = fopen("/dev/tty", "r+e");
  sigset_t none, before;
  bool yes;

  if (!terminal)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "there is no terminal to say yes at");
  /* A job with a key blocks Ctrl-C, to read it itself; here it ends us. */
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, &before);
  /* What a scanner typed ahead is no answer. */
  (void)tcflush(fileno(terminal), TCIFLUSH);
  fprintf(terminal, "Sign this? Type yes: ");
  fflush(terminal);
  yes = fgets(answer, sizeof answer, terminal) &&
        strcmp(g_strstrip(answer), "yes") == 0;
  (void)sigprocmask(SIG_SETMASK, &before, NULL);
  (void)fclose(terminal); /* it was only talked to */
  return yes || fail(error, FIDOTOOL_ERROR_CANCELLED, "not signed");
}

static bool
confirm(const FidotoolCmd *cmd, const RecoveryView *view, bool practice,
        GError **error)
{
  bool decision = fidotool_signing_is_decision(view);

  if (cmd->yes && (!decision || (practice && cmd->non_interactive)))
    return true;
  if (cmd->non_interactive)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                decision && !practice
                    ? "this is confirmed by a person at a terminal"
                    : "nobody is there to say yes; add --yes");
  return ask_person(error);
}

/* --- the signatures --------------------------------------------------------
 */

static FidotoolJson *
ask_key(FidotoolCmd *cmd, const RecoveryView *view,
        const FidotoolJson *proposal, GError **error)
{
  FidotoolClientHooks hooks;
  FidotoolClientReport report = {.retries = -1};
  FidotoolClientJobs how = fidotool_key_run_how(cmd, &hooks, &report);
  g_autoptr(FidotoolJson) device = NULL;
  FidotoolJson *result =
      fidotool_signing_sign(&how, view, proposal, &device, error);

  fidotool_key_run_note(cmd, &report, device);
  return result;
}

static bool
add_machine(const FidotoolCmd *cmd, bool practice, FidotoolJson *result,
            GError **error)
{
  const char *statement = fidotool_json_get_text(result, "statement");
  g_autoptr(GBytes) blob =
      fidotool_bytes_unbase64(fidotool_json_get_text(result, "sig"));
  g_autofree char *name_space = recovery_act_namespace("machine", practice);
  g_autoptr(FidotoolMachine) machine =
      fidotool_machine_open(cmd->machine, error);
  uint8_t message[64];
  g_autoptr(GBytes) sig = NULL;
  g_autofree char *text = NULL;

  if (!machine)
    return false;
  recovery_sshsig_machine_message(statement, strlen(statement),
                                  g_bytes_get_data(blob, NULL),
                                  g_bytes_get_size(blob), message);
  sig = recovery_sshsig_sign(machine->key, name_space, message, sizeof message,
                             error);
  if (!sig)
    return false;
  text =
      fidotool_bytes_base64(g_bytes_get_data(sig, NULL), g_bytes_get_size(sig));
  fidotool_json_set_text(result, "machine_sig", text);
  return true;
}

FidotoolJson *
fidotool_consent_sign(FidotoolCmd *cmd, const FidotoolJson *proposal,
                      GError **error)
{
  g_autoptr(RecoveryView) view = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  bool practice;

  if (!fidotool_signing_is_practice(proposal, &practice, error))
    return NULL;
  view = recovery_viewer_read_with(proposal, recovery_change_view, error);
  if (!view)
    return NULL;
  show(view, practice);
  if (!confirm(cmd, view, practice, error))
    return NULL;
  result = ask_key(cmd, view, proposal, error);
  if (!result || (cmd->machine && !add_machine(cmd, practice, result, error)))
    return NULL;
  return g_steal_pointer(&result);
}
