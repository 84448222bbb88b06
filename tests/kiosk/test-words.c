/* SPDX-License-Identifier: Apache-2.0 */
/* The copy check: every message is short, plain, pictured, explained to its
 * translators and used; and what is put into one stays data. */
#include "tests/testing.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "kiosk/words.h"

#define MOST_CHARACTERS 90

/* Words that nobody says yet: pages are being written. A word that is said does
 * no harm here. */
static const char *const waiting[] = {
    "pin.repeat",  "pin.privacy",       "pin.mismatch",     "act.recorded",
    "find.nobody", "elsewhere.written", "elsewhere.nofile", "case.format",
    "code.format", "station.wait",      "receipt.printed",  "print.nopaper",
    NULL,
};

static char *
source_path(const char *name)
{
  return g_build_filename(g_getenv("KEYTURN_SOURCE"), name, NULL);
}

static char *
read_source(const char *name)
{
  g_autofree char *path = source_path(name);
  char *text = NULL;

  if (!g_file_get_contents(path, &text, NULL, NULL))
    fail_msg("%s cannot be read", path);
  return text;
}

/* --- the table --------------------------------------------------------------
 */

static void
each_id_is_there_once(void **state)
{
  g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
  const KioskWord *word;

  (void)state;
  for (size_t i = 0; (word = kiosk_words_at(i)) != NULL; i++) {
    if (!g_hash_table_add(ids, (gpointer)word->id))
      fail_msg("%s is there twice", word->id);
    assert_ptr_equal(kiosk_words_find(word->id), word);
  }
  assert_true(g_hash_table_size(ids) > 60);
  assert_null(kiosk_words_find("no.such"));
  assert_null(kiosk_words_find(NULL));
}

static void
check_text(const KioskWord *word, const char *text)
{
  if (text == NULL)
    return;
  if (g_utf8_strlen(text, -1) > MOST_CHARACTERS)
    fail_msg("%s is longer than %d characters: %s", word->id, MOST_CHARACTERS,
             text);
  /* What has no picture is part of something. */
  if (word->icon != NULL && !g_str_has_suffix(text, ".") &&
      !g_str_has_suffix(text, ")"))
    fail_msg("%s is no sentence: %s", word->id, text);
}

static void
each_text_is_short(void **state)
{
  const KioskWord *word;

  (void)state;
  for (size_t i = 0; (word = kiosk_words_at(i)) != NULL; i++) {
    assert_true(word->text != NULL && *word->text != '\0');
    check_text(word, word->text);
    check_text(word, word->plural);
    check_text(word, word->speech);
  }
}

static void
users_are_spoken_to_in_plain_words(void **state)
{
  static const char *const banned[] = {
      "invalid",    "error",     "failed",      "authenticator",
      "credential", "assertion", "attestation",
  };
  const KioskWord *word;

  (void)state;
  for (size_t i = 0; (word = kiosk_words_at(i)) != NULL; i++)
    for (size_t k = 0; k < G_N_ELEMENTS(banned); k++) {
      const char *const texts[] = {word->text, word->plural, word->speech};

      for (size_t t = 0; t < G_N_ELEMENTS(texts); t++) {
        g_autofree char *low =
            g_ascii_strdown(texts[t] == NULL ? "" : texts[t], -1);

        if (word->audience != KIOSK_FOR_STAFF && strstr(low, banned[k]) != NULL)
          fail_msg("%s says \"%s\"", word->id, banned[k]);
      }
    }
}

static bool
has(const char *text, const char *placeholder)
{
  return strstr(text, placeholder) != NULL;
}

/* The text and its other form name the same; one of something may do without
 * its number. */
static void
check_placeholders(const KioskWord *word, const char *other)
{
  const char *many = word->plural == NULL ? word->text : word->plural;

  if (other == NULL)
    return;
  if (has(word->text, "{what}") != has(other, "{what}"))
    fail_msg("%s: {what} is not in all its texts", word->id);
  if (other != word->text && has(many, "{n}") != has(other, "{n}"))
    fail_msg("%s: {n} is not in all its texts", word->id);
  if (!has(other, "{n}") && !has(other, "{what}") &&
      strpbrk(other, "{}%") != NULL)
    fail_msg("%s has a placeholder that is none: %s", word->id, other);
}

static void
placeholders_are_the_same_in_all_texts(void **state)
{
  const KioskWord *word;

  (void)state;
  for (size_t i = 0; (word = kiosk_words_at(i)) != NULL; i++) {
    check_placeholders(word, word->text);
    check_placeholders(word, word->plural);
    check_placeholders(word, word->speech);
    /* A number has one and many, in some languages more. */
    if (word->plural == NULL ? has(word->text, "{n}")
                             : !has(word->plural, "{n}"))
      fail_msg("%s: {n} and a plural go together", word->id);
  }
}

static void
each_icon_is_drawn(void **state)
{
  g_autofree char *resources = read_source("ui/kiosk.gresource.xml");
  const KioskWord *word;

  (void)state;
  for (size_t i = 0; (word = kiosk_words_at(i)) != NULL; i++) {
    g_autofree char *file = g_strdup_printf(
        "icons/%s-symbolic.svg", word->icon == NULL ? "kiosk-ok" : word->icon);
    g_autofree char *name = g_build_filename("ui", file, NULL);
    g_autofree char *path = source_path(name);

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
      fail_msg("%s: there is no %s", word->id, name);
    if (strstr(resources, file) == NULL)
      fail_msg("%s: %s is not in the resources", word->id, name);
  }
}

/* --- the source -------------------------------------------------------------
 */

/* Each row of the table has its line, and above it the note. */
static void
translators_are_told_what_each_is_for(void **state)
{
  g_autofree char *text = read_source("kiosk/words.c");
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  const KioskWord *word;
  size_t i = 0;

  (void)state;
  for (size_t k = 1; (word = kiosk_words_at(i)) != NULL; k++) {
    g_autofree char *start = g_strdup_printf("  { \"%s\", ", word->id);

    assert_non_null(lines[k]);
    if (!g_str_has_prefix(lines[k], start))
      continue;
    if (!g_str_has_prefix(lines[k - 1], "  /* TRANSLATORS: "))
      fail_msg("%s has no note for translators", word->id);
    /* N_() twice is two messages: their languages would have no plural. */
    if (!g_str_has_prefix(lines[k] + strlen(start),
                          word->plural == NULL ? "N_(\"" : "NP_(\""))
      fail_msg("%s: N_() for one text, NP_() for two", word->id);
    i++;
  }
}

static void
names_have_their_kind_as_context(void **state)
{
  g_autofree char *text = read_source("kiosk/words.c");
  g_autoptr(GRegex) row =
      g_regex_new("^  \\{ \"([a-z]+)\\.([^\"]+)\", "
                  "(?:N_\\(|NC_\\(\"([a-z]+)\", )\"[^\"]+\"\\) "
                  "\\},$",
                  G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GHashTable) ids =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  (void)state;
  g_regex_match(row, text, 0, &match);
  for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
    g_autofree char *kind = g_match_info_fetch(match, 1);
    g_autofree char *word = g_match_info_fetch(match, 2);
    g_autofree char *context = g_match_info_fetch(match, 3);
    g_autofree char *name = kiosk_words_name(kind, word);

    if (context != NULL && *context != '\0')
      assert_string_equal(context, kind);
    if (!g_hash_table_add(ids, g_strdup_printf("%s.%s", kind, word)))
      fail_msg("%s.%s is there twice", kind, word);
    assert_string_not_equal(name, word);
  }
  assert_true(g_hash_table_size(ids) > 40);
}

/* Does the kiosk call a message by this text? Acts look alike. */
static bool
is_name_of_act(const char *text)
{
  g_autofree char *name = kiosk_words_name("act", text);

  return strcmp(name, text) != 0;
}

static bool
starts_like_a_word(const char *text)
{
  const KioskWord *word;
  size_t len = strcspn(text, ".") + 1;

  for (size_t i = 0; (word = kiosk_words_at(i)) != NULL; i++)
    if (strncmp(word->id, text, len) == 0)
      return true;
  return false;
}

static void
note_uses(const char *file, GHashTable *used)
{
  g_autofree char *name = g_build_filename("kiosk", file, NULL);
  g_autofree char *text = read_source(name);
  g_autoptr(GRegex) literal =
      g_regex_new("\"([a-z0-9]+(?:\\.[a-z0-9_-]+)+)\"", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_regex_match(literal, text, 0, &match);
  for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
    g_autofree char *id = g_match_info_fetch(match, 1);

    if (kiosk_words_find(id) != NULL)
      g_hash_table_add(used, g_steal_pointer(&id));
    else if (starts_like_a_word(id) && !is_name_of_act(id))
      fail_msg("%s says \"%s\", which is no word", name, id);
  }
}

static bool
is_waiting(const char *id)
{
  return g_strv_contains(waiting, id);
}

static void
each_word_is_used_and_each_use_is_a_word(void **state)
{
  g_autofree char *path = source_path("kiosk");
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  g_autoptr(GHashTable) used =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const KioskWord *word;
  const char *file;

  (void)state;
  assert_non_null(dir);
  while ((file = g_dir_read_name(dir)) != NULL)
    if (g_str_has_suffix(file, ".c") && strcmp(file, "words.c") != 0)
      note_uses(file, used);
  for (size_t i = 0; (word = kiosk_words_at(i)) != NULL; i++)
    if (!g_hash_table_contains(used, word->id) && !is_waiting(word->id))
      fail_msg("nobody says %s", word->id);
  for (size_t i = 0; waiting[i] != NULL; i++)
    assert_non_null(kiosk_words_find(waiting[i]));
}

/* --- what is put in ---------------------------------------------------------
 */

static void
what_is_put_in_is_not_read_again(void **state)
{
  static const char *const whats[] = {"{n}", "{what}", "{{n}", "{n}{what}%s%n"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(whats); i++) {
    g_autofree char *text = kiosk_words_text("act.missing", 7, whats[i]);
    g_autofree char *wanted =
        g_strdup_printf("Please answer this first: %s.", whats[i]);

    assert_string_equal(text, wanted);
  }
}

static void
what_is_put_in_is_made_plain(void **state)
{
  g_autofree char *text = kiosk_words_text("act.missing", 0,
                                           "a\u202eb\x01"
                                           "c\nd");
  g_autofree char *none = kiosk_words_text("act.missing", 0, NULL);

  (void)state;
  assert_string_equal(text, "Please answer this first: a\xef\xbf\xbd"
                            "b\xef\xbf\xbd"
                            "c d.");
  assert_string_equal(none, "Please answer this first: .");
}

static void
numbers_are_put_in(void **state)
{
  g_autofree char *one = kiosk_words_text("idle.warn", 1, NULL);
  g_autofree char *many = kiosk_words_speech("idle.warn", 20, NULL);

  (void)state;
  assert_non_null(strstr(one, "in 1 second and"));
  assert_non_null(strstr(many, "in 20 seconds and"));
}

static void
a_name_that_is_not_known_is_shown_as_it_came(void **state)
{
  g_autofree char *known = kiosk_words_name("act", "case.approve");
  g_autofree char *unknown = kiosk_words_name("act", "case.new_one");
  g_autofree char *other = kiosk_words_name("slot", "case.approve");

  (void)state;
  assert_string_equal(known, "Approve");
  assert_string_equal(unknown, "case.new_one");
  assert_string_equal(other, "case.approve");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_id_is_there_once),
      cmocka_unit_test(each_text_is_short),
      cmocka_unit_test(users_are_spoken_to_in_plain_words),
      cmocka_unit_test(placeholders_are_the_same_in_all_texts),
      cmocka_unit_test(each_icon_is_drawn),
      cmocka_unit_test(translators_are_told_what_each_is_for),
      cmocka_unit_test(names_have_their_kind_as_context),
      cmocka_unit_test(each_word_is_used_and_each_use_is_a_word),
      cmocka_unit_test(what_is_put_in_is_not_read_again),
      cmocka_unit_test(what_is_put_in_is_made_plain),
      cmocka_unit_test(numbers_are_put_in),
      cmocka_unit_test(a_name_that_is_not_known_is_shown_as_it_came),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
