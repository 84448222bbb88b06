/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the program softkey: a software security key on a socket, or as a
 * device of the kernel. */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tests/softkey/ca.h"
#include "tests/softkey/core.h"
#include "tests/softkey/error.h"
#include "tests/softkey/server.h"

#define EXIT_FAILED 1
#define EXIT_USAGE 2

typedef struct {
  char *socket;
  gboolean uhid;
  char *control;
  char *state;
  char *profile;
  char *attestation;
  char *seed;
  int vpcd;
  gboolean die_with_parent;
} ServeOptions;

static void
clear_options(ServeOptions *options)
{
  g_free(options->socket);
  g_free(options->control);
  g_free(options->state);
  g_free(options->profile);
  g_free(options->attestation);
  g_free(options->seed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ServeOptions, clear_options)

static int
report(const GError *error)
{
  g_printerr("softkey: %s\n", error->message);
  return g_error_matches(error, SOFTKEY_ERROR, SOFTKEY_ERROR_USAGE)
             ? EXIT_USAGE
             : EXIT_FAILED;
}

static bool
parse_serve(int *argc, char ***argv, ServeOptions *options, GError **error)
{
  const GOptionEntry entries[] = {
      {"socket", 0, 0, G_OPTION_ARG_FILENAME, &options->socket,
       "where the key is plugged in", "PATH"},
      {"uhid", 0, 0, G_OPTION_ARG_NONE, &options->uhid,
       "plugged into the kernel: a hidraw node", NULL},
      {"control", 0, 0, G_OPTION_ARG_FILENAME, &options->control,
       "where it is told what happens to it", "PATH"},
      {"state", 0, 0, G_OPTION_ARG_FILENAME, &options->state,
       "what it remembers", "FILE"},
      {"profile", 0, 0, G_OPTION_ARG_FILENAME, &options->profile,
       "what kind of key it is (plain-2.1)", "NAME|FILE"},
      {"attestation", 0, 0, G_OPTION_ARG_FILENAME, &options->attestation,
       "certificates made by \"softkey ca\"", "DIR"},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &options->seed,
       "the same keys in each run", "N"},
      {"vpcd", 0, 0, G_OPTION_ARG_INT, &options->vpcd,
       "the virtual card reader it lies on", "PORT"},
      {"die-with-parent", 0, 0, G_OPTION_ARG_NONE, &options->die_with_parent,
       "end when the program that started it ends", NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new("serve");
  GError *fault = NULL;

  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, argc, argv, &fault)) {
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_USAGE, "%s",
                fault->message);
    g_error_free(fault);
    return false;
  }
  if (*argc == 2 &&
      (options->socket != NULL || options->vpcd > 0 || options->uhid) &&
      options->control != NULL && options->state != NULL)
    return true;
  g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_USAGE,
              "serve needs --socket, --vpcd or --uhid, --control and --state, "
              "and no more");
  return false;
}

static SoftkeyEnv *
make_env(const char *seed, GError **error)
{
  g_autoptr(SoftkeyEnv) env = softkey_env_new();
  guint64 number;

  if (seed == NULL)
    return g_steal_pointer(&env);
  if (!g_ascii_string_to_unsigned(seed, 10, 0, G_MAXUINT64, &number, NULL)) {
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_USAGE,
                "--seed needs a number");
    return NULL;
  }
  softkey_env_seed(env, number);
  return g_steal_pointer(&env);
}

static SoftkeyCore *
make_core(const ServeOptions *options, GError **error)
{
  const char *name =
      options->profile != NULL ? options->profile : SOFTKEY_PROFILE_DEFAULT;
  g_autoptr(SoftkeyEnv) env = make_env(options->seed, error);
  g_autoptr(SoftkeyProfile) profile = NULL;
  g_autoptr(SoftkeyAttestation) attestation = NULL;
  g_autoptr(SoftkeyStore) store = NULL;

  if (env == NULL)
    return NULL;
  profile = softkey_profile_load(name, error);
  if (profile == NULL)
    return NULL;
  attestation =
      softkey_attestation_load(options->attestation, profile->aaguid, error);
  if (attestation == NULL)
    return NULL;
  store = softkey_store_open(options->state, env, error);
  if (store == NULL)
    return NULL;
  return softkey_core_new(g_steal_pointer(&profile), g_steal_pointer(&store),
                          g_steal_pointer(&attestation), g_steal_pointer(&env));
}

/* SIGTERM and SIGINT become readable here. */
static int
open_signals(void)
{
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool
serve(const ServeOptions *options, GError **error)
{
  int signal_fd = open_signals();
  g_autoptr(SoftkeyServer) server = NULL;
  SoftkeyCore *core;

  if (signal_fd < 0)
    return softkey_error_file(error, "open", "signalfd");
  core = make_core(options, error);
  if (core == NULL)
    return false;
  server = softkey_server_new(core, options->socket, options->control, error);
  if (server == NULL ||
      (options->vpcd > 0 &&
       !softkey_server_use_vpcd(server, options->vpcd, error)) ||
      (options->uhid && !softkey_server_use_kernel(server, error)))
    return false;
  if (puts("ready") == EOF || fflush(stdout) != 0)
    return softkey_error_file(error, "write", "standard output");
  return softkey_server_run(server, signal_fd, error);
}

static int
run_serve(int argc, char **argv)
{
  g_auto(ServeOptions) options = {0};
  g_autoptr(GError) error = NULL;
  pid_t parent = getppid();

  if (!parse_serve(&argc, &argv, &options, &error))
    return report(error);
  if (options.die_with_parent &&
      (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent))
    return EXIT_FAILED;
  return serve(&options, &error) ? 0 : report(error);
}

static int
run_ca(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SoftkeyProfile) profile = NULL;

  if (argc != 3) {
    g_printerr("softkey: ca needs one folder\n");
    return EXIT_USAGE;
  }
  profile = softkey_profile_load(SOFTKEY_PROFILE_DEFAULT, &error);
  if (profile == NULL || !softkey_ca_make(argv[2], profile->aaguid, &error))
    return report(error);
  return 0;
}

int
main(int argc, char **argv)
{
  if (argc >= 2 && g_str_equal(argv[1], "serve"))
    return run_serve(argc, argv);
  if (argc >= 2 && g_str_equal(argv[1], "ca"))
    return run_ca(argc, argv);
  if (argc == 2 && g_str_equal(argv[1], "--version"))
    return puts("softkey " KEYTURN_VERSION) == EOF;
  g_printerr("usage: softkey serve --socket PATH --control PATH --state FILE"
             " [--profile NAME|FILE]\n"
             "                     [--attestation DIR] [--seed N]"
             " [--vpcd PORT] [--uhid]\n"
             "                     [--die-with-parent]\n"
             "       softkey ca DIR\n");
  return EXIT_USAGE;
}
