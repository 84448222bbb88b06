/* SPDX-License-Identifier: Apache-2.0 */
/* view-words.c - one table of labels. */
#include "kiosk/view-words.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/when.h"
#include "kiosk/words.h"

#define BETWEEN " · "

/* "lost" */
static char *
name_word(const char *kind, const char *text)
{
  return kiosk_words_name(kind, text);
}

/* "helpdesk-lead, other-team" */
static char *
name_words(const char *kind, const char *text)
{
  g_auto(GStrv) words = g_strsplit(text, ", ", -1);
  g_autoptr(GString) out = g_string_new(NULL);

  for (char **word = words; *word != NULL; word++) {
    g_autofree char *name = kiosk_words_name(kind, *word);

    g_string_append_printf(out, "%s%s", word == words ? "" : ", ", name);
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
name_moment(G_GNUC_UNUSED const char *kind, const char *text)
{
  return kiosk_when_text(text);
}

/* --- a piece of evidence ----------------------------------------------------
 */

/* In the order in which people say it. Where a word of ours says it all, its
 * field is not named. */
static const struct {
  const char *field;
  gboolean named;
} fields[] = {
    {"type", FALSE},  {"method", FALSE},    {"result", FALSE},
    {"issuer", TRUE}, {"number_end", TRUE},
};

/* Which field begins this part, or -1. */
static int
find_field(const char *part)
{
  for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
    if (g_str_has_prefix(part, fields[i].field) &&
        part[strlen(fields[i].field)] == ' ')
      return (int)i;
  return -1;
}

/* A value may hold what stands between two fields: then one of them comes
 * twice, or is none. */
static gboolean
sort_fields(char **parts, const char *found[G_N_ELEMENTS(fields)])
{
  for (char **part = parts; *part != NULL; part++) {
    int i = find_field(*part);

    if (i < 0 || found[i] != NULL)
      return FALSE;
    found[i] = *part + strlen(fields[i].field) + 1;
  }
  return TRUE;
}

/* "method chip, result ok, type passport" */
static char *
name_evidence(G_GNUC_UNUSED const char *kind, const char *text)
{
  g_auto(GStrv) parts = g_strsplit(text, ", ", -1);
  const char *found[G_N_ELEMENTS(fields)] = {NULL};
  g_autoptr(GString) out = g_string_new(NULL);

  if (!sort_fields(parts, found))
    return g_strdup(text);
  for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
    g_autofree char *label = kiosk_words_name("takes", fields[i].field);
    g_autofree char *value =
        found[i] == NULL ? NULL : kiosk_words_name(fields[i].field, found[i]);

    if (value == NULL)
      continue;
    if (out->len > 0)
      g_string_append(out, BETWEEN);
    if (fields[i].named)
      g_string_append_printf(out, "%s: ", label);
    g_string_append(out, value);
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

/* --- the lines --------------------------------------------------------------
 */

char *
kiosk_view_words_text(const char *label, const char *text)
{
  /* clang-format off */
  static const struct {
    const char *label, *kind;
    char *(*read)(const char *kind, const char *text);
  } lines[] = {
    { "Reason",        "reason",  name_word },
    { "Your reason",   "reason",  name_word },
    { "Kind of case",  "op",      name_word },
    { "Role",          "role",    name_word },
    { "Slot",          "slot",    name_word },
    { "Slots",         "slot",    name_words },
    { "Your contact",  "contact", name_word },
    { "Result",        "result",  name_word },
    { "Lost since",    NULL,      name_moment },
    { "Expires",       NULL,      name_moment },
    { "Until",         NULL,      name_moment },
    { "Time you read", NULL,      name_moment },
    { "Evidence",      NULL,      name_evidence },
  };
  /* clang-format on */

  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
    if (strcmp(lines[i].label, label) == 0)
      return lines[i].read(lines[i].kind, text);
  return g_strdup(text);
}
