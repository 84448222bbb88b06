/* SPDX-License-Identifier: Apache-2.0 */
/* language.c - gettext, and the one way there is to change its language. */
#include "kiosk/language.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <locale.h>
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

static void
set(size_t i)
{
  now = i;
  g_setenv("LANGUAGE", languages[i].id, TRUE);
  _nl_msg_cat_cntr++;
}

void
kiosk_language_init(const char *wanted)
{
  const char *const *system = g_get_language_names();

  if (setlocale(LC_ALL, "") == NULL || strcmp(setlocale(LC_MESSAGES, NULL),
                                              "C") == 0)
    /* gettext translates nothing in the locale "C". */
    (void)setlocale(LC_ALL, "C.UTF-8");
  /* GLib, and with it what reads templates, decides on its first message for
   * good whether to translate: not when the first language is the source's. As
   * long as no domain is set it says yes. */
  (void)g_dgettext(GETTEXT_PACKAGE, "");
  bindtextdomain(GETTEXT_PACKAGE, KEYTURN_LOCALEDIR);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
  textdomain(GETTEXT_PACKAGE);
  for (size_t i = 0; i < G_N_ELEMENTS(languages); i++)
    if (strcmp(languages[i].id, wanted != NULL ? wanted : system[0]) == 0 ||
        (wanted == NULL && g_str_has_prefix(system[0], languages[i].id)))
      station = i;
  set(station);
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
