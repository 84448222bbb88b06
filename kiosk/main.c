/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - keyturn-kiosk: reads its options, opens the window. */
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
       "en, de or ar", "LANGUAGE"},
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
      context, "The recovery station's windows: a lost key replaced, by touch or "
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

int
main(int argc, char **argv)
{
  Options options = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(KioskConfig) config = NULL;
  g_autoptr(KioskApplication) application = NULL;

  close_doors();
  /* What GTK would let in from outside. */
  g_unsetenv("GTK_MODULES");
  g_unsetenv("GTK_DEBUG");
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
  kiosk_language_init(config->language);
  application =
      kiosk_application_new(g_steal_pointer(&config), options.softkeys);
  g_free(options.softkeys);
  return g_application_run(G_APPLICATION(application), 0, NULL);
}
