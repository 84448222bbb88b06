/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-parts.c - a text in parts: any order, any repetition; nothing
 * damaged, foreign or swollen gets through. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/format/parts.h"

/* Made with Python: zlib, struct and base45 written anew. BOMB holds 1 MiB of
 * zeros; TRAILING has four bytes behind its deflate, CUT_OFF three too few. */
#define KNOWN_TEXT                                                             \
  "{\"sig\":\"c2lnbmVk\",\"statement\":\"{\\\"act\\\":\\\"role.act"            \
  "ivate\\\",\\\"v\\\":1}\",\"v\":1}"
#define KNOWN_ONE                                                              \
  "KT1:1/2:6B386F39:WTLNI5DT9KOM8H9SSP7Q9LX1-/AXBAE%5"                         \
  ".Q5..P8.P-50G4BH35$OCX$5"
#define KNOWN_TWO                                                              \
  "KT1:2/2:6B386F39:O*4-ZOVFB135+2T8%K/60THJC98G23V%J"                         \
  "Z*KEEK$CCV6ABA36Y05-J-I0"
#define BOMB                                                                   \
  "KT1:1/1:30E14955:P2UZ86000E40UFK%1AS21AAK000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "00000000000000000000000000000000000000000000000000"                         \
  "000000000000H10-L0W:M.1"
#define TRAILING                                                               \
  "KT1:1/1:6B386F39:WTLNI5DT9KOM8H9SSP7Q9LX1-/AXBAE%5"                         \
  ".Q5..P8.P-50G4BH35O*4-ZOVFB135+2T8%K/60THJC98G23V%"                         \
  "JZ*KEEK$CCV6ABA36Y0P$DZKE8J0-VK"
#define CUT_OFF                                                                \
  "KT1:1/1:6B386F39:WTLNI5DT9KOM8H9SSP7Q9LX1-/AXBAE%5"                         \
  ".Q5..P8.P-50G4BH35O*4-ZOVFB135+2T8%K/60THJC98G23V%"                         \
  "JZ*KEEK$CCV6AMA3N H%4"

/* Text that deflate cannot shorten much: a series of several parts. */
static char *
make_text(size_t len)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(7);
  char *text = g_malloc(len + 1);

  for (size_t i = 0; i < len; i++)
    text[i] = (char)g_rand_int_range(rand, ' ', 127);
  text[len] = '\0';
  return text;
}

static void
take(RecoveryParts *parts, const char *line)
{
  g_autoptr(GError) error = NULL;

  if (!recovery_parts_add(parts, line, &error))
    fail_msg("%s: %s", line, error->message);
}

static void
refuse(RecoveryParts *parts, const char *line)
{
  g_autoptr(GError) error = NULL;

  if (recovery_parts_add(parts, line, &error))
    fail_msg("taken: %s", line);
  assert_int_equal(error->code, RECOVERY_ERROR_INVALID);
}

static void
texts_come_back_in_any_order(void **state)
{
  static const size_t lengths[] = {1, 2, 100, 5000, 60000};
  g_autoptr(GRand) rand = g_rand_new_with_seed(3);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
    g_autofree char *text = make_text(lengths[i]);
    g_auto(GStrv) lines =
        recovery_parts_split(text, lengths[i], RECOVERY_PARTS_LENGTH, NULL);
    guint n = g_strv_length(lines);
    g_autoptr(RecoveryParts) parts = recovery_parts_new();
    g_autofree char *back = NULL;
    size_t len = 0;

    /* Again and again, until every one was there. */
    while (!recovery_parts_is_complete(parts))
      take(parts, lines[g_rand_int_range(rand, 0, (gint32)n)]);
    back = recovery_parts_join(parts, &len, NULL);
    assert_int_equal(len, lengths[i]);
    assert_string_equal(back, text);
  }
}

/* Every letter is one of a QR code's short set, and no part is too long. */
static void
parts_fit_a_small_code(void **state)
{
  static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  static const size_t lengths[] = {64, 100, 101, 102, 500, 900, 4096};
  g_autofree char *text = make_text(9000);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
    g_auto(GStrv) lines = recovery_parts_split(text, 9000, lengths[i], NULL);

    assert_non_null(lines);
    for (char **line = lines; *line; line++) {
      assert_true(strlen(*line) <= lengths[i]);
      assert_int_equal(strspn(*line, letters), strlen(*line));
    }
  }
}

/* Written by another program: Python's zlib, and base45 by hand. */
static void
a_known_series_is_read(void **state)
{
  g_autoptr(RecoveryParts) parts = recovery_parts_new();
  g_autofree char *text = NULL;

  (void)state;
  take(parts, KNOWN_TWO);
  take(parts, KNOWN_ONE);
  text = recovery_parts_join(parts, NULL, NULL);
  assert_string_equal(text, KNOWN_TEXT);
}

static void
line_ends_and_letter_case_mean_nothing(void **state)
{
  g_auto(GStrv) lines = recovery_parts_split("{\"v\":1}", 7, 900, NULL);
  g_autoptr(RecoveryParts) parts = recovery_parts_new();
  g_autofree char *lower = g_ascii_strdown(lines[0], -1);
  g_autofree char *line = g_strconcat(lower, "\r\n", NULL);
  g_autofree char *text = NULL;

  (void)state;
  assert_true(recovery_parts_is_part(line));
  take(parts, line);
  text = recovery_parts_join(parts, NULL, NULL);
  assert_string_equal(text, "{\"v\":1}");
}

static void
what_is_missing_is_named(void **state)
{
  g_autofree char *text = make_text(4000);
  g_auto(GStrv) lines = recovery_parts_split(text, 4000, 1000, NULL);
  g_autoptr(RecoveryParts) parts = recovery_parts_new();
  g_autofree char *none = recovery_parts_missing(parts);
  g_autofree char *some = NULL, *one = NULL, *done = NULL;
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_int_equal(g_strv_length(lines), 6);
  assert_null(none);
  assert_null(recovery_parts_join(parts, NULL, &error));
  g_clear_error(&error);
  take(parts, lines[0]);
  take(parts, lines[3]);
  take(parts, lines[3]);
  some = recovery_parts_missing(parts);
  assert_string_equal(some, "2, 3, 5 and 6 of 6");
  assert_null(recovery_parts_join(parts, NULL, &error));
  assert_non_null(strstr(error->message, some));
  take(parts, lines[1]);
  take(parts, lines[2]);
  take(parts, lines[5]);
  one = recovery_parts_missing(parts);
  assert_string_equal(one, "5 of 6");
  take(parts, lines[4]);
  done = recovery_parts_missing(parts);
  assert_null(done);
}

/* Each letter of a part turned into another: never the same text wrongly. */
static void
a_damaged_part_is_refused(void **state)
{
  g_autofree char *text = make_text(300);
  g_auto(GStrv) lines = recovery_parts_split(text, 300, 200, NULL);
  size_t refused = 0;

  (void)state;
  for (size_t i = 0; i < strlen(lines[0]); i++) {
    g_autofree char *line = g_strdup(lines[0]);
    g_autoptr(RecoveryParts) parts = recovery_parts_new();

    line[i] = line[i] == '7' ? '8' : '7';
    if (!recovery_parts_add(parts, line, NULL)) {
      refused++;
      continue;
    }
    /* Its head: number, count or tag. The others are then of another series,
     * or what comes out is not what the tag says. */
    assert_true(i < strlen("KT1:1/3:01234567:"));
    for (char **other = lines; *other; other++)
      (void)recovery_parts_add(parts, *other, NULL);
    assert_null(recovery_parts_join(parts, NULL, NULL));
  }
  assert_true(refused > strlen(lines[0]) - 20);
}

static void
what_is_no_part_is_refused(void **state)
{
  static const char *const lines[] = {
      "",
      "{\"v\":1}",
      "KT1:",
      "KT2:1/1:01234567:00",
      "KT1:0/1:01234567:00",
      "KT1:1/0:01234567:00",
      "KT1:2/1:01234567:00",
      "KT1:01/1:01234567:00",
      "KT1:1/1000:01234567:00",
      "KT1:99999999999/99999999999:01234567:00",
      "KT1:1/1:0123456:00",
      "KT1:1/1:0123456G:00",
      "KT1:1/1:01234567:",
      "KT1:1/1:01234567:0",
      "KT1:1/1:01234567:::",
      "KT1:1/1:01234567:GGW", /* 65536 */
      "KT1:1/1:01234567:U5",
      "KT1:1/1:01234567:\xc3\xa9",
      "KT1:1/1:01234567:000\nKT1:1/1:01234567:000",
  };
  g_autoptr(RecoveryParts) parts = recovery_parts_new();
  g_autofree char *tail = g_strnfill(RECOVERY_PARTS_LINE_MAX, '0');
  g_autofree char *longest = g_strconcat("KT1:1/1:01234567:", tail, NULL);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
    refuse(parts, lines[i]);
  refuse(parts, longest);
}

static void
a_foreign_part_is_refused(void **state)
{
  g_autofree char *text = make_text(3000);
  g_auto(GStrv) lines = recovery_parts_split(text, 3000, 900, NULL);
  g_auto(GStrv) others = recovery_parts_split(text, 2999, 900, NULL);
  g_auto(GStrv) fewer = recovery_parts_split(text, 3000, 2000, NULL);
  g_autoptr(RecoveryParts) parts = recovery_parts_new();

  (void)state;
  take(parts, lines[0]);
  refuse(parts, others[1]);
  refuse(parts, fewer[1]);
  take(parts, lines[1]); /* and the series goes on */
}

static void
a_text_has_a_greatest_length(void **state)
{
  g_autofree char *fits = g_strnfill(RECOVERY_PARTS_TEXT_MAX, 'x');
  g_autofree char *large = g_strnfill(RECOVERY_PARTS_TEXT_MAX + 1, 'x');
  g_auto(GStrv) lines = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryParts) parts = recovery_parts_new();
  g_autofree char *back = NULL;

  (void)state;
  assert_null(
      recovery_parts_split(large, RECOVERY_PARTS_TEXT_MAX + 1, 900, &error));
  assert_int_equal(error->code, RECOVERY_ERROR_INVALID);
  g_clear_error(&error);
  assert_null(recovery_parts_split("", 0, 900, &error));
  g_clear_error(&error);
  lines = recovery_parts_split(fits, RECOVERY_PARTS_TEXT_MAX, 900, NULL);
  for (char **line = lines; *line; line++)
    take(parts, *line);
  back = recovery_parts_join(parts, NULL, NULL);
  assert_string_equal(back, fits);
}

/* A part of a few letters that would be a megabyte, and one with bytes behind
 * the end of its deflate. */
static void
a_bomb_does_not_go_off(void **state)
{
  static const char *const series[] = {BOMB, TRAILING, CUT_OFF};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(series); i++) {
    g_autoptr(RecoveryParts) parts = recovery_parts_new();
    g_autoptr(GError) error = NULL;

    take(parts, series[i]);
    assert_null(recovery_parts_join(parts, NULL, &error));
    assert_int_equal(error->code, RECOVERY_ERROR_INVALID);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_come_back_in_any_order),
      cmocka_unit_test(parts_fit_a_small_code),
      cmocka_unit_test(a_known_series_is_read),
      cmocka_unit_test(line_ends_and_letter_case_mean_nothing),
      cmocka_unit_test(what_is_missing_is_named),
      cmocka_unit_test(a_damaged_part_is_refused),
      cmocka_unit_test(what_is_no_part_is_refused),
      cmocka_unit_test(a_foreign_part_is_refused),
      cmocka_unit_test(a_text_has_a_greatest_length),
      cmocka_unit_test(a_bomb_does_not_go_off),
  };

  return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
