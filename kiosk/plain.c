/* SPDX-License-Identifier: Apache-2.0 */
/* plain.c */
#include "kiosk/plain.h"

#include <glib.h>
#include <stdbool.h>

/* Embeddings, overrides and isolates (UAX 9): each could make one part of a
 * text look as if it stood in another. */
static bool
turns(gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x200e || c == 0x200f || c == 0x061c;
}

char *
kiosk_plain_text(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text == NULL ? "" : text, -1);
  GString *out = g_string_new(NULL);
  int n = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (n++ == KIOSK_PLAIN_MAX) {
      g_string_append(out, "…");
      break;
    }
    if (c == '\n' || c == '\t')
      g_string_append_c(out, ' ');
    else if (turns(c) || g_unichar_iscntrl(c))
      g_string_append_unichar(out, 0xfffd);
    else
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}
