/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - recoveryd: options, walls, then the main loop around one station. */
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "fidotool/helper/sandbox.h"
#include "recovery/error.h"
#include "recovery/service/daemon.h"
#include "recovery/service/program.h"
#include "recovery/service/socket.h"

typedef struct {
  char *practice;
  char *data;
  char *socket;
  char *judge;
  gboolean until_eof;
  gboolean version;
} Options;

static int
fail(const GError *error)
{
  fprintf(stderr, "recoveryd: %s\n", error->message);
  return error->domain == RECOVERY_ERROR ? error->code : RECOVERY_ERROR_FAILED;
}

static bool
check_options(const Options *options, int argc, GError **error)
{
  const char *wrong = NULL;

  if (argc > 1)
    wrong = "there are no arguments";
  else if (!options->practice == !options->data)
    wrong = "give either --practice DIR or --data DIR";
  else if (options->practice && options->socket)
    wrong = "a practice station has its socket in its folder";
  else if (options->data && options->judge)
    wrong = "--judge is for practice";
  else if (options->data && g_getenv("KEYTURN_KEYS"))
    wrong = "KEYTURN_KEYS is set: software keys are for practice alone";
  if (!wrong)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "%s; see recoveryd --help", wrong);
  return false;
}

static bool
parse(Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"practice", 0, 0, G_OPTION_ARG_FILENAME, &options->practice,
       "a practice station in a folder of your own", "DIR"},
      {"data", 0, 0, G_OPTION_ARG_FILENAME, &options->data,
       "a station: its folder", "DIR"},
      {"socket", 0, 0, G_OPTION_ARG_FILENAME, &options->socket,
       "where a station listens, unless systemd passes the socket", "PATH"},
      {"judge", 0, 0, G_OPTION_ARG_FILENAME, &options->judge,
       "another judge worker (practice alone)", "PROGRAM"},
      {"until-eof", 0, 0, G_OPTION_ARG_NONE, &options->until_eof,
       "end with standard input", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &options->version,
       "print the version", NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);
  g_autoptr(GError) own = NULL;

  g_option_context_set_summary(context,
                               "The recovery station: it keeps the record and "
                               "lets happen what the rules allow.");
  g_option_context_set_description(
      context, "Prints \"ready\" once it listens; SIGTERM ends it cleanly.\n"
               "Example:\n  recoveryd --practice ~/practice\n");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, argc, argv, &own)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE, "%s",
                own->message);
    return false;
  }
  return options->version || check_options(options, *argc, error);
}

/* "version+sha256 of an executable", as each entry carries it. */
static char *
read_build(const char *path, GError **error)
{
  g_autofree char *bytes = NULL;
  g_autofree char *digest = NULL;
  gsize len = 0;

  if (!g_file_get_contents(path, &bytes, &len, error))
    return NULL;
  digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)bytes, len);
  return g_strdup_printf("%s+%s", KEYTURN_VERSION, digest);
}

/* The judge is found before the walls close. */
static char *
find_judge(const Options *options, GError **error)
{
  char *path = options->judge
                   ? g_canonicalize_filename(options->judge, NULL)
                   : recovery_program_find("keyturn-judge",
                                           "fidotool/worker/keyturn-judge");

  if (!path)
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "keyturn-judge is not installed");
  return path;
}

static bool
enter_sandbox(const RecoveryFolder *folder, const char *socket,
              const char *judge, GError **error)
{
  g_autofree char *programs = g_path_get_dirname(judge);
  g_autofree char *place = socket ? g_path_get_dirname(socket) : NULL;
  const FidotoolSandboxPath paths[] = {
      {folder->path, FIDOTOOL_SANDBOX_WRITE},
      {programs, FIDOTOOL_SANDBOX_RUN},
      {place, FIDOTOOL_SANDBOX_WRITE},
  };

  return fidotool_sandbox_enter(FIDOTOOL_SANDBOX_SERVICE, paths, place ? 3 : 2,
                                error);
}

/* From systemd, or made here: for the owner alone in practice, else for the
 * station's group, which its folder was given to. */
static int
listen_on(const Options *options, const RecoveryFolder *folder, GError **error)
{
  GError *own = NULL;
  int fd = options->practice ? -1 : recovery_socket_inherit(&own);

  if (own) {
    g_propagate_error(error, own);
    return -1;
  }
  if (fd >= 0)
    return fd;
  if (options->practice)
    return recovery_socket_bind(folder->socket, 0600, error);
  if (options->socket)
    return recovery_socket_bind(options->socket, 0660, error);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "no socket: give --socket PATH, or start it by systemd");
  return -1;
}

static int
serve(const Options *options, GError **error)
{
  g_autofree char *build = read_build("/proc/self/exe", error);
  g_autofree char *judge = build ? find_judge(options, error) : NULL;
  g_autofree char *judge_build = judge ? read_build(judge, error) : NULL;
  g_autoptr(RecoveryFolder) folder = NULL;
  g_autoptr(RecoveryDaemon) daemon = NULL;
  bool ok;
  int fd;

  if (!judge_build)
    return RECOVERY_ERROR_FAILED;
  folder = recovery_folder_open(options->practice ? options->practice
                                                  : options->data,
                                options->practice != NULL, error);
  if (!folder || !enter_sandbox(folder, options->socket, judge, error))
    return RECOVERY_ERROR_FAILED;
  daemon = recovery_daemon_open(folder, judge, build, judge_build, error);
  if (!daemon)
    return RECOVERY_ERROR_FAILED;
  fd = listen_on(options, folder, error);
  if (fd < 0 || !recovery_daemon_listen(daemon, fd, error))
    return RECOVERY_ERROR_FAILED;
  puts("ready");
  fflush(stdout);
  ok = recovery_daemon_run(daemon, options->until_eof, error);
  if (options->practice)
    (void)unlink(folder->socket); /* the next start removes it otherwise */
  return ok ? 0 : RECOVERY_ERROR_FAILED;
}

static void
clear_options(Options *options)
{
  g_free(options->practice);
  g_free(options->data);
  g_free(options->socket);
  g_free(options->judge);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_auto(Options) options = {0};
  sigset_t none;
  int r = 0;

  (void)setlocale(LC_ALL, ""); /* an unknown locale is the C locale */
  if (!parse(&options, &argc, &argv, &error))
    return fail(error);
  if (options.version)
    return printf("recoveryd %s\n", KEYTURN_VERSION) < 0;
  (void)umask(077);
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none,
                    NULL);        /* a client may have blocked some */
  (void)signal(SIGPIPE, SIG_IGN); /* a worker that went away is an error */
  if (!fidotool_sandbox_prepare("recoveryd", false, &error) ||
      serve(&options, &error) != 0)
    r = fail(error);
  return r;
}
