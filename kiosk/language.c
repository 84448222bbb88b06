/* SPDX-License-Identifier: Apache-2.0 */
/* language.c - gettext, and the one way there is to change its language. */
#include "kiosk/language.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* glibc's counter of changes of catalogue. */
extern int _nl_msg_cat_cntr;

/* clang-format off */
static const struct {
  const char *id, *name;
  bool rtl;
} languages[] = {
  { "en", "English", false },
  { "de", "Deutsch", false },
  { "ar", "العربية", true },
};
/* clang-format on */

static size_t now, station;

/* Part of the environment once it was put there: only its two letters change
 * afterwards, for other threads may be reading. */
static char variable[] = "LANGUAGE=en";

static void
set(size_t i)
{
  now = i;
  memcpy(strchr(variable, '=') + 1, languages[i].id, 2);
  _nl_msg_cat_cntr++;
}

/* Installed, or beside this program or a test in the build folder. Free with
 * g_free(). */
static char *
find_catalogues(void)
{
  static const char *const places[] = {"../po", "../../po"};
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self == NULL ? NULL : g_path_get_dirname(self);

  if (folder == NULL || strcmp(folder, KEYTURN_BINDIR) == 0)
    return g_strdup(KEYTURN_LOCALEDIR);
  for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autofree char *place = g_build_filename(folder, places[i], NULL);
    g_autofree char *one = g_build_filename(place, "de", "LC_MESSAGES",
                                            GETTEXT_PACKAGE ".mo", NULL);

    if (g_file_test(one, G_FILE_TEST_EXISTS))
      return g_canonicalize_filename(place, NULL);
  }
  return g_strdup(KEYTURN_LOCALEDIR);
}

bool
kiosk_language_known(const char *id)
{
  for (size_t i = 0; i < G_N_ELEMENTS(languages); i++)
    if (strcmp(languages[i].id, id) == 0)
      return true;
  return false;
}

void
kiosk_language_init(const char *wanted)
{
  const char *const *system = g_get_language_names();
  g_autofree char *catalogues = find_catalogues();

  if (setlocale(LC_ALL, "") == NULL ||
      strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0)
    /* gettext translates nothing in the locale "C". */
    (void)setlocale(LC_ALL, "C.UTF-8");
  /* GLib, and with it what reads templates, decides on its first message for
   * good whether to translate: not when the first language is the source's. As
   * long as no domain is set it says yes. */
  (void)g_dgettext(GETTEXT_PACKAGE, "");
  bindtextdomain(GETTEXT_PACKAGE, catalogues);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
  textdomain(GETTEXT_PACKAGE);
  for (size_t i = 0; i < G_N_ELEMENTS(languages); i++)
    if (strcmp(languages[i].id, wanted != NULL ? wanted : system[0]) == 0 ||
        (wanted == NULL && g_str_has_prefix(system[0], languages[i].id)))
      station = i;
  set(station);
  (void)putenv(variable); /* as good as full memory: then it stays English */
}

const char *
kiosk_language_current(void)
{
  return languages[now].id;
}

static size_t
next(void)
{
  return (now + 1) % G_N_ELEMENTS(languages);
}

const char *
kiosk_language_next_name(void)
{
  return languages[next()].name;
}

void
kiosk_language_next(void)
{
  set(next());
}

void
kiosk_language_reset(void)
{
  set(station);
}

bool
kiosk_language_is_rtl(void)
{
  return languages[now].rtl;
}

const char *
kiosk_language_text(const char *text)
{
  return *text == '\0' ? text : gettext(text);
}
