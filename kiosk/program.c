/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - closes what would let anything in, reads the options, opens the
 * window. */
#include "kiosk/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "fidotool/error.h"
#include "kiosk/application.h"
#include "kiosk/language.h"

typedef struct {
  char *config, *station, *softkeys, *language, *exchange;
  gboolean windowed, version;
} Options;

static bool
parse(Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"config", 0, 0, G_OPTION_ARG_FILENAME, &options->config,
       "the kiosk's own settings (keyturn-kiosk(1))", "FILE"},
      {"station", 0, 0, G_OPTION_ARG_FILENAME, &options->station,
       "the station: its socket, or the folder of a practice station",
       "DIR|SOCKET"},
      {"exchange", 0, 0, G_OPTION_ARG_FILENAME, &options->exchange,
       "folder for statements that are signed elsewhere", "DIR"},
      {"language", 0, 0, G_OPTION_ARG_STRING, &options->language,
       "the language it begins with", "en|de|ar"},
      {"windowed", 0, 0, G_OPTION_ARG_NONE, &options->windowed,
       "in a window of its own, for practice at a laptop", NULL},
      {"practice-keys", 0, 0, G_OPTION_ARG_FILENAME, &options->softkeys,
       "at a practice station: software keys beside the page, by their control "
       "sockets",
       "DIR"},
      {"version", 0, 0, G_OPTION_ARG_NONE, &options->version,
       "print the version and end", NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);

  g_option_context_add_main_entries(context, entries, NULL);
  g_option_context_set_summary(
      context,
      "The recovery station's windows: a lost key replaced, by touch or "
      "keyboard.");
  g_option_context_set_description(
      context, "Example:\n  keyturn-kiosk --station ~/practice --windowed");
  if (!g_option_context_parse(context, argc, argv, error))
    return false;
  if (*argc == 1)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "there are no arguments: %s", (*argv)[1]);
  return false;
}

static void
set(char **place, char *text)
{
  if (text == NULL)
    return;
  g_free(*place);
  *place = text;
}

/* A PIN passes through this process: no core, no debugger. */
static void
close_doors(void)
{
  const struct rlimit none = {0, 0};

  (void)setrlimit(RLIMIT_CORE, &none); /* can only become stricter */
  (void)prctl(PR_SET_DUMPABLE, 0);
}

/* What would have GTK and its libraries load code or settings from somewhere,
 * start a program, or show more than the window. */
/* clang-format off */
static const char *const cleared[] = {
  /* GTK: modules, the debugger, input methods, themes, printing */
  "GTK_MODULES", "GTK_DEBUG", "GTK_PATH", "GTK_EXE_PREFIX", "GTK_DATA_PREFIX",
  "GTK_IM_MODULE", "GTK_IM_MODULE_FILE", "GTK_THEME", "GTK_MEDIA",
  "GDK_PIXBUF_MODULEDIR", "GDK_PIXBUF_MODULE_FILE",
  /* GLib: modules; files instead of the pages that are built in */
  "GIO_EXTRA_MODULES", "GIO_MODULE_DIR", "GIO_LAUNCH_DESKTOP",
  "GSETTINGS_SCHEMA_DIR", "G_RESOURCE_OVERLAYS",
  /* sound and speech */
  "LTDL_LIBRARY_PATH", "SPEECHD_CMD", "GST_PLUGIN_PATH", "GST_PLUGIN_PATH_1_0",
  "GST_PLUGIN_SYSTEM_PATH", "GST_PLUGIN_SYSTEM_PATH_1_0",
  "GST_PLUGIN_SCANNER", "GST_PLUGIN_SCANNER_1_0",
  /* whoever started us */
  "DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN", "SESSION_MANAGER",
};
/* clang-format on */

/* Settings come from the kiosk's own file and are kept nowhere; files are
 * files; nobody outside is asked to open, choose or print. */
static const struct {
  const char *name, *value;
} fixed[] = {
    {"GSETTINGS_BACKEND", "memory"},
    {"GIO_USE_VFS", "local"},
    {"GTK_USE_PORTAL", "0"},
    {"ADW_DISABLE_PORTAL", "1"},
};

/* Before the first thread: afterwards the environment may be read. */
static void
close_environment(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cleared); i++)
    g_unsetenv(cleared[i]);
  for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++)
    (void)g_setenv(fixed[i].name, fixed[i].value, TRUE); /* the names fit */
}

int
kiosk_program_run(int argc, char **argv)
{
  Options options = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(KioskConfig) config = NULL;
  g_autoptr(KioskApplication) application = NULL;

  close_doors();
  close_environment();
  if (!parse(&options, &argc, &argv, &error)) {
    fprintf(stderr, "keyturn-kiosk: %s\n", error->message);
    return FIDOTOOL_ERROR_USAGE;
  }
  if (options.version) {
    printf("keyturn-kiosk %s\n", KEYTURN_VERSION);
    return EXIT_SUCCESS;
  }
  config = kiosk_config_read(options.config, &error);
  g_free(options.config);
  if (config == NULL) {
    fprintf(stderr, "keyturn-kiosk: %s\n", error->message);
    return FIDOTOOL_ERROR_USAGE;
  }
  set(&config->station, options.station);
  set(&config->exchange, options.exchange);
  set(&config->language, options.language);
  config->windowed = options.windowed;
  if (config->language != NULL && !kiosk_language_known(config->language)) {
    fprintf(stderr, "keyturn-kiosk: there is no language \"%s\"\n",
            config->language);
    return FIDOTOOL_ERROR_USAGE;
  }
  kiosk_language_init(config->language);
  application =
      kiosk_application_new(g_steal_pointer(&config), options.softkeys);
  g_free(options.softkeys);
  if (kiosk_application_run(application, &error))
    return EXIT_SUCCESS;
  fprintf(stderr, "keyturn-kiosk: %s\n", error->message);
  return EXIT_FAILURE;
}
