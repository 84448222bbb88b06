/* SPDX-License-Identifier: Apache-2.0 */
/* world-words.c - what recoveryd says no with, in another language: every
 * refusal that any test here provokes has words of ours that German has too. */
#include "tests/attack/world.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "recovery/format/message.h"
#include "tests/testing.h"

static void
set_language(void)
{
  static bool set;

  if (set)
    return;
  set = true;
  /* In the locale "C" nothing is translated. */
  assert_non_null(setlocale(LC_MESSAGES, "C.UTF-8"));
  g_setenv("LANGUAGE", "de", TRUE);
  assert_non_null(bindtextdomain("keyturn", KEYTURN_CATALOGUES));
  assert_non_null(bind_textdomain_codeset("keyturn", "UTF-8"));
  /* Or all would be missing. */
  assert_string_not_equal(dgettext("keyturn", "There is no such case."),
                          "There is no such case.");
}

/* What has no translation comes back itself; a translation may look alike. */
static void
expect_translated(const char *text)
{
  if (*text != '\0' && dgettext("keyturn", text) == text)
    fail_msg("no German for: %s", text);
}

static void
expect_message_translated(const FidotoolJson *message)
{
  const char *format = fidotool_json_get_text(message, "format");
  const char *between = fidotool_json_get_text(message, "between");
  const FidotoolJson *parts =
      fidotool_json_get(message, format != NULL ? "args" : "items");

  if (fidotool_json_type(message) == FIDOTOOL_JSON_STRING)
    return;
  expect_translated(format != NULL ? format : between);
  for (size_t i = 0; i < fidotool_json_size(parts); i++)
    expect_message_translated(format != NULL ? fidotool_json_member(parts, i)
                                             : fidotool_json_at(parts, i));
}

static void
expect_part(const FidotoolJson *row, const char *name)
{
  g_autofree char *says = g_strconcat(name, "_says", NULL);
  const FidotoolJson *message = fidotool_json_get(row, says);
  const char *text = fidotool_json_get_text(row, name);
  g_autofree char *whole = NULL;

  assert_non_null(text);
  if (message == NULL) {
    expect_translated(text);
    return;
  }
  expect_message_translated(message);
  whole = recovery_message_write(message, NULL);
  assert_non_null(whole);
  assert_string_equal(whole, text);
}

void
attack_world_words(const FidotoolJson *row)
{
  set_language();
  expect_part(row, "text");
  expect_part(row, "enough");
}
