/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-advisory.c - which keys an advisory finds, what is unknown, and
 * which files are refused. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/advisory/advisory-check.h"
#include "fidotool/error.h"

#define NFC "2fc0579f-8113-47ea-b116-bb5a8db9202a"
#define FIPS "c1f9a0bc-1dd2-404a-b27f-8e29047a43fd"
#define BIO "d8522d9f-575b-4866-88a9-ba99fa02f35b"
#define BLUE "149a2021-8ef6-4133-96b8-81f8d5b7f1f5"
#define OTHER "6b657974-7572-4e20-8000-70726163746b"
#define ZERO "00000000-0000-0000-0000-000000000000"

/* A file with one advisory; the parts go where they belong. */
#define FILE(versions, affects)                                                \
  "{\"schema\":\"keyturn.advisories/1\",\"name\":\"x\",\"updated\":"           \
  "\"2026-01-01\",\"advisories\":[{\"id\":\"X-1\",\"title\":\"t\",\"about\":"  \
  "\"key\",\"published\":\"2026-01-01\",\"vendor\":\"v\",\"summary\":\"s\","   \
  "\"advice\":\"a\",\"sources\":[\"s\"],\"versions\":{" versions               \
  "},\"affects\":[" affects "]}]}"
#define ROW(more) "{\"models\":\"m\",\"aaguids\":[\"" OTHER "\"]" more "}"

static void
eucleak_finds_the_keys_that_it_names(void **state)
{
  static const struct {
    const char *what;
    FidotoolAdvisoryKey key; /* aaguid, vid, pid, firmware, usb_release */
    const char *status;
    const char *reason;
  } rows[] = {
      {"5.4.2", {NFC, -1, -1, 0x050402, -1}, "affected", "version-affected"},
      {"5.6.9", {NFC, -1, -1, 0x050609, -1}, "affected", "version-affected"},
      {"5.7.0",
       {NFC, -1, -1, 0x050700, -1},
       "not-affected",
       "version-not-affected"},
      {"FIPS 5.7.1",
       {FIPS, -1, -1, 0x050701, -1},
       "affected",
       "version-affected"},
      {"FIPS 5.7.2",
       {FIPS, -1, -1, 0x050702, -1},
       "not-affected",
       "version-not-affected"},
      {"Bio 5.7.1",
       {BIO, -1, -1, 0x050701, -1},
       "affected",
       "version-affected"},
      {"blue 5.7.0",
       {BLUE, -1, -1, 0x050700, -1},
       "not-affected",
       "version-not-affected"},
      /* no version, or one of another scheme */
      {"says none",
       {NFC, 0x1050, 0x0407, -1, -1},
       "unknown",
       "version-unknown"},
      {"a small number", {NFC, -1, -1, 3, -1}, "unknown", "version-unknown"},
      {"a huge number",
       {NFC, -1, -1, 0x105070000, -1},
       "unknown",
       "version-unknown"},
      /* the USB descriptor, alone or against what the key says */
      {"by USB 5.4.3",
       {NFC, 0x1050, 0x0407, -1, 0x0543},
       "affected",
       "version-affected"},
      {"by USB 5.7.1",
       {NFC, 0x1050, 0x0407, -1, 0x0571},
       "not-affected",
       "version-not-affected"},
      {"says better",
       {NFC, 0x1050, 0x0407, 0x050701, 0x0543},
       "affected",
       "version-affected"},
      {"says worse",
       {NFC, 0x1050, 0x0407, 0x050402, 0x0571},
       "affected",
       "version-affected"},
      /* the USB ids alone */
      {"ids 5.2.4",
       {ZERO, 0x1050, 0x0402, -1, 0x0524},
       "affected",
       "version-affected"},
      {"ids 4.3.7",
       {NULL, 0x1050, 0x0407, -1, 0x0437},
       "affected",
       "version-affected"},
      {"ids 5.7.1",
       {ZERO, 0x1050, 0x0402, -1, 0x0571},
       "unknown",
       "model-not-certain"},
      {"ids 5.7.2",
       {ZERO, 0x1050, 0x0402, -1, 0x0572},
       "not-affected",
       "version-not-affected"},
      {"ids alone",
       {ZERO, 0x1050, 0x0402, -1, -1},
       "unknown",
       "version-unknown"},
      /* nobody names it: no good news */
      {"another", {OTHER, -1, -1, 0x010000, -1}, "unknown", "model-not-listed"},
      {"another's ids",
       {OTHER, 0x1209, 1, 0x050700, 0x0570},
       "unknown",
       "model-not-listed"},
      {"zero", {ZERO, -1, -1, 0x050700, -1}, "unknown", "model-not-listed"},
      {"nothing", {NULL, -1, -1, -1, -1}, "unknown", "model-not-listed"},
  };
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolAdvisoryStatus status;
    g_autoptr(FidotoolJson) result =
        fidotool_advisory_check(advisories, &rows[i].key, &status);
    const char *word = fidotool_json_get_text(result, "status");
    const char *reason = fidotool_json_get_text(result, "reason");

    if (strcmp(word, rows[i].status) != 0 ||
        strcmp(reason, rows[i].reason) != 0)
      fail_msg("%s: %s, %s", rows[i].what, word, reason);
    assert_string_equal(fidotool_advisory_check_name(status), word);
  }
}

static void
it_is_said_who_said_the_version(void **state)
{
  static const struct {
    FidotoolAdvisoryKey key;
    const char *source;
    size_t versions;
  } rows[] = {
      {{NFC, -1, -1, 0x050402, -1}, "self-reported", 1},
      {{NFC, 0x1050, 0x0407, -1, 0x0542}, "usb", 1},
      {{NFC, 0x1050, 0x0407, 0x050402, 0x0542}, "self-reported", 2},
      {{NFC, 0x1050, 0x0407, -1, -1}, "unknown", 0},
  };
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolAdvisoryStatus status;
    g_autoptr(FidotoolJson) result =
        fidotool_advisory_check(advisories, &rows[i].key, &status);
    const FidotoolJson *finding =
        fidotool_json_at(fidotool_json_get(result, "advisories"), 0);
    const FidotoolJson *versions = fidotool_json_get(finding, "versions");

    assert_string_equal(
        fidotool_json_get_text(fidotool_json_get(result, "firmware"), "source"),
        rows[i].source);
    assert_int_equal(fidotool_json_size(versions), rows[i].versions);
    for (size_t j = 0; j < rows[i].versions; j++)
      assert_string_equal(
          fidotool_json_get_text(fidotool_json_at(versions, j), "version"),
          "5.4.2");
  }
}

static FidotoolAdvisoryStatus
check_with(const char *file, const FidotoolAdvisoryKey *key)
{
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();
  g_autoptr(FidotoolJson) result = NULL;
  FidotoolAdvisoryStatus status;

  assert_true(fidotool_advisory_add(advisories, file, strlen(file), NULL));
  result = fidotool_advisory_check(advisories, key, &status);
  return status;
}

static void
a_row_without_bounds_is_every_version(void **state)
{
  const FidotoolAdvisoryKey key = {OTHER, -1, -1, -1, -1};

  (void)state;
  assert_int_equal(check_with(FILE("", ROW("")), &key),
                   FIDOTOOL_ADVISORY_AFFECTED);
  assert_int_equal(check_with(FILE("", ROW(",\"certain\":false")), &key),
                   FIDOTOOL_ADVISORY_UNKNOWN);
  assert_int_equal(check_with(FILE("", ROW(",\"below\":\"2.0.0\"")), &key),
                   FIDOTOOL_ADVISORY_UNKNOWN);
}

static void
a_number_is_no_version_where_its_scheme_is_not_known(void **state)
{
  const FidotoolAdvisoryKey key = {OTHER, -1, -1, 0x030000, -1};

  (void)state;
  assert_int_equal(check_with(FILE("", ROW(",\"below\":\"2.0.0\"")), &key),
                   FIDOTOOL_ADVISORY_UNKNOWN);
  assert_int_equal(
      check_with(FILE("\"getinfo\":\"bytes\"", ROW(",\"below\":\"2.0.0\"")),
                 &key),
      FIDOTOOL_ADVISORY_NOT_AFFECTED);
  assert_int_equal(
      check_with(FILE("\"getinfo\":\"bytes\"", ROW(",\"from\":\"3.0.0\"")),
                 &key),
      FIDOTOOL_ADVISORY_AFFECTED);
}

static void
an_id_that_comes_again_takes_the_place(void **state)
{
  static const char file[] =
      FILE("\"getinfo\":\"bytes\"", ROW(",\"below\":\"9.0.0\""));
  g_autofree char *text = g_strdup(file);
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();
  const guint before = advisories->all->len;

  (void)state;
  assert_true(fidotool_advisory_add(advisories, text, strlen(text), NULL));
  assert_int_equal(advisories->all->len, before + 1);
  memcpy(strstr(text, "9.0.0"), "1.0.0", 5);
  assert_true(fidotool_advisory_add(advisories, text, strlen(text), NULL));
  assert_int_equal(advisories->all->len, before + 1);
  assert_int_equal(advisories->from->len, 3);
  assert_int_equal(
      ((FidotoolAdvisoryRow *)g_ptr_array_index(
           ((FidotoolAdvisory *)g_ptr_array_index(advisories->all, before))
               ->rows,
           0))
          ->below,
      INT64_C(1) << 32);
}

static void
files_that_are_not_understood_are_refused(void **state)
{
  static const char *const files[] = {
      "",
      "[]",
      "{}",
      "{\"schema\":\"keyturn.advisories/2\",\"name\":\"x\",\"updated\":\"x\","
      "\"advisories\":[]}",
      "{\"schema\":\"keyturn.advisories/1\",\"name\":\"x\",\"updated\":\"x\"}",
      "{\"schema\":\"keyturn.advisories/1\",\"name\":\"x\",\"updated\":\"x\","
      "\"advisories\":[{\"id\":\"X\"}]}",
      FILE("", ""),
      FILE("\"getinfo\":\"words\"", ROW("")),
      FILE("", ROW("") ",5"),
      FILE("", "{\"models\":\"m\"}"),
      FILE("", "{\"models\":\"m\",\"aaguids\":[]}"),
      FILE("", "{\"models\":\"m\",\"aaguids\":[\"" ZERO "\"]}"),
      FILE("", "{\"models\":\"m\",\"aaguids\":[\"6B657974-7572-4e20-8000-"
               "70726163746b\"]}"),
      FILE("", "{\"models\":\"m\",\"aaguids\":\"" OTHER "\"}"),
      FILE("", "{\"models\":\"m\",\"usb\":[\"1050\"]}"),
      FILE("", "{\"models\":\"m\",\"usb\":[4176]}"),
      FILE("", ROW(",\"below\":\"5.7\"")),
      FILE("", ROW(",\"below\":\"5.7.0.1\"")),
      FILE("", ROW(",\"below\":\"05.7.0\"")),
      FILE("", ROW(",\"below\":\"5.7.99999\"")),
      FILE("", ROW(",\"below\":5")),
      FILE("", ROW(",\"from\":\"2.0.0\",\"below\":\"2.0.0\"")),
      FILE("", ROW(",\"certain\":1")),
  };
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();
  const guint before = advisories->all->len;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autoptr(GError) error = NULL;

    if (fidotool_advisory_add(advisories, files[i], strlen(files[i]), &error))
      fail_msg("file %zu was taken", i);
    assert_true(g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID));
    assert_int_equal(advisories->all->len, before);
  }
}

static void
versions_are_read_and_written(void **state)
{
  int64_t version, later;
  g_autofree char *text = NULL;

  (void)state;
  assert_true(fidotool_advisory_version_read("5.10.2", &version));
  assert_true(fidotool_advisory_version_read("5.10.10", &later));
  assert_true(version < later);
  text = fidotool_advisory_version_write(version);
  assert_string_equal(text, "5.10.2");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(eucleak_finds_the_keys_that_it_names),
      cmocka_unit_test(it_is_said_who_said_the_version),
      cmocka_unit_test(a_row_without_bounds_is_every_version),
      cmocka_unit_test(a_number_is_no_version_where_its_scheme_is_not_known),
      cmocka_unit_test(an_id_that_comes_again_takes_the_place),
      cmocka_unit_test(files_that_are_not_understood_are_refused),
      cmocka_unit_test(versions_are_read_and_written),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
