/* SPDX-License-Identifier: Apache-2.0 */
/* print-word.c - times, spans, and texts of others in a line of ours: shown as
 * they were written, whatever Markdown would make of them. */
#include <string.h>

#include "recovery/format/time.h"
#include "recovery/policy/print-private.h"
#include "recovery/policy/print.h"

#define DAY_S 86400

typedef RecoveryDocument Document;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentTexts Texts;

char *
recovery_print_span(int64_t seconds)
{
  static const struct {
    int64_t seconds;
    const char *one, *many;
  } units[] = {{DAY_S, "day", "days"},
               {3600, "hour", "hours"},
               {60, "minute", "minutes"},
               {1, "second", "seconds"}};

  for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
    if (seconds != 0 && seconds % units[i].seconds == 0)
      return g_strdup_printf(
          "%" G_GINT64_FORMAT " %s", seconds / units[i].seconds,
          seconds == units[i].seconds ? units[i].one : units[i].many);
  return g_strdup("0 seconds");
}

char *
recovery_print_time(int64_t seconds)
{
  char *text = recovery_time_write(seconds * 1000);

  if (seconds % DAY_S == 0)
    text[strlen("2026-11-01")] = '\0';
  else
    memmove(text + strlen("2026-11-01T00:00:00"), "Z", 2);
  return text;
}

/* Would Markdown take it for something? What stands inside of a word is none of
 * it: of_them, j.doe. */
static bool
is_markup(const char *text, const char *at)
{
  switch (*at) {
  case '_':
    return at == text || !g_ascii_isalnum(at[-1]) || !g_ascii_isalnum(at[1]);
  case ':': /* of an address that would become a link */
    return at[1] == '/';
  case '.':
    return at - text >= 3 && g_ascii_strncasecmp(at - 3, "www", 3) == 0;
  default:
    return strchr("\\`*[]<>|&!~$#@{}", *at) != NULL;
  }
}

void
recovery_print_add_text(GString *out, const char *text)
{
  for (const char *at = text; *at != '\0'; at++) {
    if (is_markup(text, at))
      g_string_append_c(out, '\\');
    g_string_append_c(out, g_ascii_iscntrl(*at) ? ' ' : *at);
  }
}

void
recovery_print_add_texts(GString *out, const Texts *texts, const char *between)
{
  for (uint32_t i = 0; i < texts->count; i++) {
    if (i > 0)
      g_string_append(out, between);
    recovery_print_add_text(out, texts->items[i]);
  }
}

void
recovery_print_add_ids(GString *out, const Document *document,
                       RecoveryDocumentSection section, const Refs *refs,
                       const char *all)
{
  for (uint32_t i = 0; i < refs->count; i++)
    g_string_append_printf(
        out, "%s%s", i > 0 ? ", " : "",
        recovery_document_id(document, section, refs->items[i].index));
  if (refs->count == 0)
    g_string_append(out, all);
}

void
recovery_print_add_heading(GString *out, const char *heading)
{
  g_string_append_printf(out, "\n## %s\n\n", heading);
}
