/* SPDX-License-Identifier: Apache-2.0 */
/* plain.c */
#include "kiosk/plain.h"

#include <glib.h>
#include <stdbool.h>

/* More marks than any language puts on one letter would cover what stands
 * above and below. */
#define MARKS_MAX 8

/* What has no picture of its own, embeddings, overrides and isolates (UAX 9)
 * among it: each could make one text look like another, or one part as if it
 * stood elsewhere. The two joiners shape what is around them, and the signs
 * below are seen, though Unicode calls them formats too. */
static bool
is_unseen(gunichar c)
{
  static const gunichar seen[] = {0x200c, 0x200d, 0x06dd, 0x070f, 0x08e2};

  if (g_unichar_type(c) != G_UNICODE_FORMAT || (c >= 0x0600 && c <= 0x0605))
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(seen); i++)
    if (c == seen[i])
      return false;
  return true;
}

static bool
is_break(gunichar c)
{
  return c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029;
}

char *
kiosk_plain_text(const char *text)
{
  return kiosk_plain_short(text, KIOSK_PLAIN_MAX);
}

char *
kiosk_plain_short(const char *text, int max)
{
  g_autofree char *valid = g_utf8_make_valid(text == NULL ? "" : text, -1);
  GString *out = g_string_new(NULL);
  int n = 0, marks = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (n++ == max) {
      g_string_append(out, "…");
      break;
    }
    marks = g_unichar_ismark(c) ? marks + 1 : 0;
    if (is_break(c))
      g_string_append_c(out, ' ');
    else if (is_unseen(c) || g_unichar_iscntrl(c))
      g_string_append_unichar(out, 0xfffd);
    else if (marks <= MARKS_MAX)
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}
