/* SPDX-License-Identifier: Apache-2.0 */
/* confirm.c - shows what is about to be lost, and asks. */
#include "fidotool/cli/confirm.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

/* What each action does, for the person. */
/* clang-format off */
static const struct {
  const char *action;
  const char *title;
  const char *question;
} actions[] = {
  { "blob-purge", "These large blobs will be lost for good:", "Take them away? Type yes: " },
  { "credential-delete", "This passkey will be deleted for good:", "Delete it? Type yes: " },
  { "fingerprint-delete", "This fingerprint will be deleted for good:", "Delete it? Type yes: " },
  { "reset", "Everything on this key will be lost for good:", "Reset it? Type yes: " },
};
/* clang-format on */

static bool
fail(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

static void
show_line(const char *name, const char *text)
{
  g_autofree char *label = fidotool_cmd_printable(name);
  g_autofree char *words = fidotool_cmd_printable(text);

  fprintf(stderr, "  %-14s %s\n", label, words);
}

/* The target's texts and numbers; members of members follow. */
static void
show_target(const FidotoolJson *target)
{
  for (size_t i = 0; i < fidotool_json_size(target); i++) {
    const FidotoolJson *member = fidotool_json_member(target, i);
    g_autofree char *text = NULL;

    if (fidotool_json_type(member) == FIDOTOOL_JSON_OBJECT) {
      show_target(member);
      continue;
    }
    text = fidotool_json_text(member) ? g_strdup(fidotool_json_text(member))
                                      : fidotool_json_write(member, NULL);
    show_line(fidotool_json_name(target, i), text);
  }
}

/* The passkeys by relying party; where they were not listed, what is known. */
static void
show_passkeys(const FidotoolJson *lost)
{
  const FidotoolJson *rps = fidotool_json_get(lost, "rps");
  int64_t n = fidotool_json_get_int(lost, "passkeys", -1);
  int64_t room = fidotool_json_get_int(lost, "room", -1);
  g_autofree char *count =
      n >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT, n)
      : room >= 0
          ? g_strdup_printf(
                "not listed; it has room for %" G_GINT64_FORMAT " more", room)
          : g_strdup("not listed");

  show_line("passkeys", count);
  for (size_t i = 0; i < fidotool_json_size(rps); i++) {
    const FidotoolJson *row = fidotool_json_at(rps, i);
    const char *rp_id = fidotool_json_get_text(row, "rp_id");
    g_autofree char *line =
        g_strdup_printf("%s: %" G_GINT64_FORMAT, rp_id ? rp_id : "?",
                        fidotool_json_get_int(row, "passkeys", 0));

    show_line("", line);
  }
}

static void
show_reset(const FidotoolJson *lost)
{
  const FidotoolJson *fingerprints = fidotool_json_get(lost, "fingerprints");

  show_passkeys(lost);
  show_line("PIN", fidotool_json_get_text(lost, "pin"));
  if (fingerprints)
    show_line("fingerprints",
              fidotool_json_bool(fingerprints, false) ? "set" : "not-set");
  fprintf(stderr,
          "  Lost as well, and no key can list them: registrations with U2F, "
          "and those\n  with sites that keep no passkey on the key.\n");
}

/* What is asked; shown first. */
static const char *
show(const FidotoolJson *what)
{
  const FidotoolJson *device = fidotool_json_get(what, "device");
  const char *action = fidotool_json_get_text(what, "action");
  const char *product = fidotool_json_get_text(device, "product");
  const char *question = "Go on? Type yes: ";

  for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
    if (g_strcmp0(action, actions[i].action) == 0) {
      fprintf(stderr, "%s\n", actions[i].title);
      question = actions[i].question;
    }
  if (g_strcmp0(action, "reset") == 0)
    show_reset(fidotool_json_get(what, "target"));
  else
    show_target(fidotool_json_get(what, "target"));
  show_line("key", product ? product : "");
  show_line("fingerprint", fidotool_json_get_text(device, "fingerprint"));
  return question;
}

/* 1 yes, 0 no, -1 there is no terminal to ask at. */
static int
ask_person(const char *question)
{
  char answer[16] = "";
  FILE *terminal = fopen("/dev/tty", "r+e");
  sigset_t none, before;
  bool yes;

  if (!terminal)
    return -1;
  /* A job with a key blocks Ctrl-C, to read it itself; here it ends us. */
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, &before);
  /* What was typed ahead is no answer. */
  (void)tcflush(fileno(terminal), TCIFLUSH);
  fprintf(terminal, "%s", question);
  fflush(terminal);
  yes = fgets(answer, sizeof(answer), terminal) &&
        strcmp(g_strstrip(answer), "yes") == 0;
  (void)sigprocmask(SIG_SETMASK, &before, NULL);
  (void)fclose(terminal); /* it was only talked to */
  return yes;
}

static bool
has_terminal(void)
{
  FILE *terminal = fopen("/dev/tty", "r+e");

  if (terminal)
    (void)fclose(terminal); /* it was only looked for */
  return terminal != NULL;
}

bool
fidotool_confirm_hook(const FidotoolJson *what, gpointer data, GError **error)
{
  const FidotoolCmd *cmd = data;
  const char *fingerprint =
      fidotool_json_get_text(fidotool_json_get(what, "device"), "fingerprint");
  const char *question;

  if (cmd->fingerprint && g_strcmp0(cmd->fingerprint, fingerprint) != 0)
    return fail(error, FIDOTOOL_ERROR_NOT_FOUND,
                "this is another key than --fingerprint names");
  question = show(what);
  if (cmd->yes &&
      (cmd->fingerprint || (!cmd->non_interactive && has_terminal())))
    return true;
  if (cmd->yes)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "nobody is there to look: name the key with --fingerprint");
  if (cmd->non_interactive)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "nobody is there to say yes; add --yes and --fingerprint");
  switch (ask_person(question)) {
  case 1:
    return true;
  case 0:
    return fail(error, FIDOTOOL_ERROR_CANCELLED, "nothing was done");
  }
  return fail(error, FIDOTOOL_ERROR_USAGE,
              "there is no terminal to say yes at; add --yes and "
              "--fingerprint");
}
