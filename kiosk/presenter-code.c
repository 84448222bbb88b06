/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-code.c - recoveryd draws both at random, in hexadecimal. */
#include "kiosk/presenter-code.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define CASE_PREFIX "c-"
#define CASE_LEN 8
#define CONTEST_LEN 32

/* Small letters; without what only makes it easier to read. */
static char *
squeeze(const char *typed)
{
  GString *out = g_string_new(NULL);

  for (const char *p = typed == NULL ? "" : typed; *p != '\0'; p++)
    if (strchr(" \t-.:", *p) == NULL)
      g_string_append_c(out, g_ascii_tolower(*p));
  return g_string_free(out, FALSE);
}

static bool
is_hex(const char *text, size_t len)
{
  return strlen(text) == len && text[strspn(text, "0123456789abcdef")] == '\0';
}

char *
kiosk_presenter_code_case(const char *typed)
{
  g_autofree char *text = squeeze(typed);
  const char *digits = text;

  /* The prefix is a digit too: it is one where there is one too many. */
  if (strlen(text) == CASE_LEN + 1 && *text == 'c')
    digits++;
  return is_hex(digits, CASE_LEN) ? g_strconcat(CASE_PREFIX, digits, NULL)
                                  : NULL;
}

char *
kiosk_presenter_code_contest(const char *typed)
{
  g_autofree char *text = squeeze(typed);

  return is_hex(text, CONTEST_LEN) ? g_steal_pointer(&text) : NULL;
}
