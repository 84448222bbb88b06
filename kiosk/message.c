/* SPDX-License-Identifier: Apache-2.0 */
/* message.c */
#include "kiosk/message.h"

#include <glib.h>
#include <glib/gi18n.h>

#include "kiosk/plain.h"
#include "kiosk/words.h"
#include "recovery/format/message.h"

/* Nobody reads more of one part that is not ours. */
#define ARG_MAX 60
/* First-strong isolate, and its end (UAX 9). */
#define ISOLATE 0x2068
#define END 0x2069

/* A format that is none of ours is a text from outside like any other. */
static char *
say_format(const char *format)
{
  return kiosk_plain_text(*format == '\0' ? "" : gettext(format));
}

/* A word of ours where it is one: "awaiting_approval" is a state. */
static char *
say_arg(const char *name, const char *text)
{
  g_autofree char *word = kiosk_words_name(name, text);
  g_autofree char *plain = kiosk_plain_short(word, ARG_MAX);
  GString *out = g_string_new(NULL);

  g_string_append_unichar(out, ISOLATE);
  g_string_append(out, plain);
  g_string_append_unichar(out, END);
  return g_string_free(out, FALSE);
}

char *
kiosk_message_text(const FidotoolJson *row, const char *name)
{
  static const RecoveryMessageWords words = {say_format, say_arg};
  g_autofree char *says = g_strconcat(name, "_says", NULL);
  const char *whole = fidotool_json_get_text(row, name);
  g_autofree char *text =
      recovery_message_write(fidotool_json_get(row, says), &words);

  /* Also where what stands behind it makes no sense. */
  if (text == NULL)
    return say_format(whole == NULL ? "" : whole);
  return kiosk_message_cut(text, KIOSK_PLAIN_MAX);
}

char *
kiosk_message_cut(const char *text, int max)
{
  GString *out = g_string_new(NULL);
  int n = 0, open = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (c != ISOLATE && c != END && n++ == max) {
      g_string_append(out, "…");
      break;
    }
    open += c == ISOLATE ? 1 : c == END ? -1 : 0;
    g_string_append_unichar(out, c);
  }
  for (; open > 0; open--)
    g_string_append_unichar(out, END);
  return g_string_free(out, FALSE);
}

char *
kiosk_message_spoken(const char *text)
{
  GString *out = g_string_new(NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (c != ISOLATE && c != END)
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}
