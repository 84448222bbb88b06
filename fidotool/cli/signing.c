/* SPDX-License-Identifier: Apache-2.0 */
/* signing.c - shows, asks, signs; decides nothing about the act itself. */
#include "fidotool/cli/signing.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/cli/machine.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/sshsig.h"
#include "recovery/format/viewer.h"

/* Acts by which somebody decides about somebody else: a person says yes. */
static const char *const decisions[] = {
    "case.approve",   "case.activate", "case.uphold",
    "case.reject",    "roster.change", "roster.machine",
    "roster.suspend", "policy.load",   "station.init",
};

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
is_decision(const RecoveryView *view)
{
  const char *act = fidotool_json_get_text(view->statement, "act");

  for (size_t i = 0; i < G_N_ELEMENTS(decisions); i++)
    if (g_strcmp0(act, decisions[i]) == 0)
      return true;
  return false;
}

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
  bool decision = is_decision(view);

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

/* What one row of "signers" says; NULL and error. */
static bool
read_signer(const FidotoolJson *row, RecoverySshsigKey *ret_key, GError **error)
{
  g_autoptr(GBytes) bytes =
      fidotool_bytes_unbase64(fidotool_json_get_text(row, "key"));

  if (!bytes || !fidotool_json_get_text(row, "cred"))
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the proposal names a key that cannot be read");
  return recovery_sshsig_read_key(g_bytes_get_data(bytes, NULL),
                                  g_bytes_get_size(bytes), ret_key, error);
}

static FidotoolClientJobsSignature *
ask_key(FidotoolCmd *cmd, const RecoveryView *view, const char *rp_id,
        const FidotoolJson *row, GError **error)
{
  FidotoolClientHooks hooks;
  FidotoolClientReport report;
  FidotoolClientJobs how = fidotool_key_run_how(cmd, &hooks, &report);
  FidotoolClientJobsSignature *given = fidotool_client_jobs_sign(
      &how, view->statement_line, rp_id, fidotool_json_get_text(row, "cred"),
      fidotool_json_get_text(row, "key"), error);

  fidotool_key_run_note(cmd, &report, given ? given->device : NULL);
  return given;
}

/* The blob of one signer; a key that is not there leaves NOT_FOUND. */
static GBytes *
sign_by(FidotoolCmd *cmd, const RecoveryView *view, const char *rp_id,
        const FidotoolJson *row, GError **error)
{
  bool practice = strcmp(rp_id, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;
  g_autofree char *name_space = recovery_act_namespace(
      fidotool_json_get_text(view->statement, "act"), practice);
  g_autoptr(FidotoolClientJobsSignature) given = NULL;
  RecoverySshsigKey key;

  if (!read_signer(row, &key, error))
    return NULL;
  given = ask_key(cmd, view, rp_id, row, error);
  if (!given)
    return NULL;
  return recovery_sshsig_from_assertion(
      &key, name_space, given->auth_data,
      g_bytes_get_data(given->signature, NULL),
      g_bytes_get_size(given->signature), error);
}

/* A person may have several keys: the first that is there. */
static GBytes *
sign_by_any(FidotoolCmd *cmd, const RecoveryView *view,
            const FidotoolJson *proposal, GError **error)
{
  const FidotoolJson *signers = fidotool_json_get(proposal, "signers");
  const char *rp_id = fidotool_json_get_text(proposal, "rp_id");

  for (size_t i = 0; i < fidotool_json_size(signers); i++) {
    g_autoptr(GError) own = NULL;
    GBytes *blob =
        sign_by(cmd, view, rp_id, fidotool_json_at(signers, i), &own);

    if (blob)
      return blob;
    if (i + 1 < fidotool_json_size(signers) &&
        g_error_matches(own, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND))
      continue;
    g_propagate_error(error, g_steal_pointer(&own));
    return NULL;
  }
  (void)fail(error, FIDOTOOL_ERROR_INVALID, "the proposal names no key");
  return NULL;
}

static bool
add_machine(const FidotoolCmd *cmd, const char *statement, GBytes *blob,
            bool practice, FidotoolJson *result, GError **error)
{
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

/* The RP ID is one of our two, and the one the keys were made for. */
static bool
read_practice(const FidotoolJson *proposal, bool *ret_practice, GError **error)
{
  const char *rp_id = fidotool_json_get_text(proposal, "rp_id");

  *ret_practice = g_strcmp0(rp_id, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;
  return *ret_practice || g_strcmp0(rp_id, RECOVERY_SSHSIG_APPLICATION) == 0 ||
         fail(error, FIDOTOOL_ERROR_INVALID,
              "the proposal is not for an approval key");
}

FidotoolJson *
fidotool_signing_run(FidotoolCmd *cmd, const FidotoolJson *proposal,
                     GError **error)
{
  g_autoptr(RecoveryView) view = NULL;
  g_autoptr(FidotoolJson) result = fidotool_json_new_object();
  g_autoptr(GBytes) blob = NULL;
  g_autofree char *text = NULL;
  bool practice;

  if (!read_practice(proposal, &practice, error))
    return NULL;
  view = recovery_viewer_read(proposal, error);
  if (!view)
    return NULL;
  show(view, practice);
  if (!confirm(cmd, view, practice, error))
    return NULL;
  blob = sign_by_any(cmd, view, proposal, error);
  if (!blob)
    return NULL;
  text = fidotool_bytes_base64(g_bytes_get_data(blob, NULL),
                               g_bytes_get_size(blob));
  fidotool_json_set_text(result, "sig", text);
  fidotool_json_set_text(result, "statement", view->statement_line);
  fidotool_json_set_int(result, "v", 1);
  if (cmd->machine &&
      !add_machine(cmd, view->statement_line, blob, practice, result, error))
    return NULL;
  return g_steal_pointer(&result);
}
