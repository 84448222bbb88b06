/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-session.c - fidotool session and role activate: one signature, then many
 * command lines on the same connection. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/sitting.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *reason;
  gboolean stop;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->reason);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool
check_options(const Options *options, int argc, GError **error)
{
  const FidotoolSitting *sitting = fidotool_sitting_current();

  if (argc == 1 && options->who.role &&
      (options->who.as || (sitting && sitting->as)))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "give --as PERSON and --role ROLE");
  return false;
}

/* --- what the role is for ---------------------------------------------------
 */

/* Asked at the terminal itself: standard input may be a script. NULL where
 * there is none. */
static char *
ask_reason(const char *role)
{
  char answer[512] = "";
  FILE *terminal = fopen("/dev/tty", "r+e");
  sigset_t none, before;

  if (!terminal)
    return NULL;
  /* A job with a key blocks Ctrl-C, to read it itself; here it ends us. */
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, &before);
  /* What a scanner typed ahead is no answer. */
  (void)tcflush(fileno(terminal), TCIFLUSH);
  fprintf(terminal, "What is the role %s for? ", role);
  fflush(terminal);
  if (!fgets(answer, sizeof answer, terminal))
    *answer = '\0';
  (void)sigprocmask(SIG_SETMASK, &before, NULL);
  (void)fclose(terminal); /* it was only talked to */
  return g_strdup(g_strstrip(answer));
}

static bool
is_reason_wanted(const FidotoolGoverned *governed)
{
  const FidotoolJson *row =
      fidotool_json_at(fidotool_json_get(governed->refused, "refused"), 0);

  return g_strcmp0(fidotool_json_get_text(row, "rule"), "role-reason") == 0;
}

/* Whether a reason is wanted, the station knows: where none was given it is
 * asked for then, and no sooner. */
static bool
activate(FidotoolGoverned *governed, const Options *options, GError **error)
{
  const char *role = options->who.role;
  g_autoptr(GError) own = NULL;
  g_autofree char *answer = NULL;

  if (fidotool_governed_activate(governed, role,
                                 options->reason ? options->reason : "", &own))
    return true;
  if (!options->reason && !governed->cmd->non_interactive &&
      is_reason_wanted(governed))
    answer = ask_reason(role);
  if (answer)
    return fidotool_governed_activate(governed, role, answer, error);
  g_propagate_error(error, g_steal_pointer(&own));
  return false;
}

/* --- the lines of a session -------------------------------------------------
 */

/* The words of a line; "" for a blank one or a comment. */
static bool
split_line(const char *line, int *ret_argc, char ***ret_argv, GError **error)
{
  g_autoptr(GError) own = NULL;

  *ret_argc = 0;
  *ret_argv = NULL;
  if (g_shell_parse_argv(line, ret_argc, ret_argv, &own) ||
      g_error_matches(own, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s", own->message);
  return false;
}

static int
run_line(FidotoolCmd *cmd, const char *line)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) words = NULL;
  int n = 0;
  int skip;

  if (!split_line(line, &n, &words, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  skip = n > 0 && strcmp(words[0], "fidotool") == 0;
  if (n - skip == 0)
    return FIDOTOOL_CMD_OK;
  if (strcmp(words[skip], "session") == 0)
    return fidotool_cmd_failed(cmd,
                               g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                                           "this is a session already"));
  return cmd->run_line(n - skip, words + skip);
}

/* Until the end of the input, "exit", or with --stop the first failure. The
 * last failure's code is the session's. */
static int
run_lines(FidotoolCmd *cmd, bool stop)
{
  bool prompt = isatty(STDIN_FILENO) && !cmd->non_interactive;
  char *line = NULL;
  size_t size = 0;
  int r = FIDOTOOL_CMD_OK;
  sigset_t none;

  (void)sigemptyset(&none);
  for (;;) {
    ssize_t len;
    int one;

    if (prompt)
      fprintf(stderr, "fidotool> ");
    errno = 0;
    len = getline(&line, &size, stdin);
    if (len < 0)
      break;
    g_strstrip(line);
    if (strcmp(line, "exit") == 0)
      break;
    one = run_line(cmd, line);
    fflush(stdout);
    /* A job with a key blocks Ctrl-C, to read it itself; the prompt does not.
     */
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (one != FIDOTOOL_CMD_OK)
      r = one;
    if (one != FIDOTOOL_CMD_OK && stop)
      break;
  }
  free(line); /* getline's */
  return r;
}

/* Every line of the session runs with this one's connection and options. */
static int
run_session(FidotoolGoverned *governed, const Options *options)
{
  FidotoolSitting sitting = {
      .client = governed->client,
      .as = governed->as,
      .roles = g_ptr_array_new_with_free_func(g_free),
      .first = governed->cmd,
  };
  g_autofree char *name = g_strdup(g_get_prgname());
  g_autoptr(GError) error = NULL;
  int r;

  fidotool_sitting_set(&sitting);
  if (activate(governed, options, &error))
    r = run_lines(governed->cmd, options->stop);
  else
    r = fidotool_governed_failed(governed, g_steal_pointer(&error));
  fidotool_sitting_set(NULL);
  g_set_prgname(name);
  g_free(sitting.of);
  g_free(sitting.note);
  g_free(sitting.note_of);
  g_ptr_array_unref(sitting.roles);
  fidotool_governed_close(governed);
  return r;
}

int
fidotool_cmd_session(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  {"reason", 0, 0, G_OPTION_ARG_STRING,
                                   &options.reason, "what for", "TEXT"},
                                  {"stop", 0, 0, G_OPTION_ARG_NONE,
                                   &options.stop,
                                   "end at the first line that fails", NULL},
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Activates a role with one signature, then reads fidotool's command "
          "lines from standard\ninput, one a line, without a further "
          "activation. A case opened in it is the case of the\nlines after. "
          "\"exit\" or the end of the input ends it, an hour ends the role.\n"
          "Example:\n  fidotool session --as ada --role agent\n"
          "  fidotool> case open --person \"Sam Fox\"",
          &argc, &argv, &error) ||
      !check_options(&options, argc, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!fidotool_governed_open(&governed, cmd, &options.who, 0, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  return run_session(&governed, &options);
}

int
fidotool_cmd_role_activate(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  {"reason", 0, 0, G_OPTION_ARG_STRING,
                                   &options.reason, "what for", "TEXT"},
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  FidotoolGoverned governed;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Activates a role on the connection it runs on: inside a session "
          "that is the session's,\nelse it ends with this command. A reason "
          "that the policy wants is asked for at the\nterminal where it is not "
          "given.\n"
          "Example:\n  fidotool role activate --as ada --role agent --reason "
          "\"desk, morning\"",
          &argc, &argv, &error) ||
      !check_options(&options, argc, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!fidotool_governed_open(&governed, cmd, &options.who, 0, &error) ||
      !activate(&governed, &options, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  return fidotool_governed_done(&governed, g_steal_pointer(&governed.activated),
                                FIDOTOOL_CMD_CHANGED);
}
