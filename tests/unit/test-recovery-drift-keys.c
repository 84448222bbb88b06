/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-drift-keys.c - a list of credentials against a register: each
 * difference by its name, the same from CSV and from JSON, and what is refused.
 */
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/drift/drift-credentials.h"
#include "recovery/policy/drift/drift-keys.h"

static char *
load(const char *name, size_t *ret_len)
{
  g_autofree char *path = g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests",
                                           "data", "drift", "keys", name, NULL);
  char *text;

  assert_true(g_file_get_contents(path, &text, ret_len, NULL));
  return text;
}

static FidotoolJson *
compare(const char *name)
{
  size_t len, register_len;
  g_autofree char *text = load(name, &len);
  g_autofree char *known = load("register.json", &register_len);
  g_autoptr(FidotoolJson) json = fidotool_json_parse(known, register_len, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list =
      recovery_drift_credentials_read(name, text, len, &error);

  assert_null(error);
  return recovery_drift_keys_compare(fidotool_json_get(json, "keys"), list);
}

/* Difference, user there, subject here, state here; "": not said. */
static const char *const found[][4] = {
    {"still-there", "fox@example.org", "s-0001", "revoked"},
    {"still-there", "lee@example.org", "s-0002", "suspended"},
    {"too-early", "new@example.org", "s-0004", "pending"},
    {"unexplained", "admin@example.org", "", ""},
    {"other-model", "bo@example.org", "s-0006", "active"},
    {"still-there", "bo@example.org", "s-0006", "retired"},
    {"twice", "eve@example.org", "s-0001", "active"},
    {"missing", "", "s-0005", "active"},
};

static void
test_each_difference_is_found_by_its_name(void **state)
{
  static const char *const files[] = {"credentials.csv", "credentials.json"};
  static const char *const members[] = {"difference", "user", "sub", "state"};

  (void)state;
  for (size_t f = 0; f < G_N_ELEMENTS(files); f++) {
    g_autoptr(FidotoolJson) list = compare(files[f]);

    assert_int_equal(fidotool_json_size(list), G_N_ELEMENTS(found));
    for (size_t i = 0; i < G_N_ELEMENTS(found); i++)
      for (size_t k = 0; k < G_N_ELEMENTS(members); k++) {
        const char *is =
            fidotool_json_get_text(fidotool_json_at(list, i), members[k]);

        assert_string_equal(is != NULL ? is : "", found[i][k]);
      }
  }
}

/* What the key is here stands in the words. */
static void
test_the_words_say_what_the_key_is_here(void **state)
{
  g_autoptr(FidotoolJson) list = compare("credentials.csv");

  (void)state;
  assert_string_equal(
      fidotool_json_get_text(fidotool_json_at(list, 1), "text"),
      "the key is suspended here, and still opens that account: take the "
      "credential out there");
  assert_string_equal(
      fidotool_json_get_text(fidotool_json_at(list, 3), "created"),
      "2026-11-13T03:14:15Z");
}

static void
test_a_formula_in_a_name_stays_a_text(void **state)
{
  static const char text[] = "user,credential_id\n\"=1+2, \"\"x\"\"\",AAEC\n";
  g_autoptr(GPtrArray) list =
      recovery_drift_credentials_read("x", text, strlen(text), NULL);
  g_autoptr(FidotoolJson) differences = recovery_drift_keys_compare(NULL, list);
  g_autofree char *csv = recovery_drift_keys_csv(differences);

  (void)state;
  assert_non_null(
      strstr(csv, "\"unexplained\",\"'=1+2, \"\"x\"\"\",\"AAEC\","));
  assert_true(g_str_has_prefix(csv, "\"difference\",\"user\","));
  assert_true(g_str_has_suffix(csv, "\"\r\n"));
}

static void
test_a_list_that_is_none_is_refused_with_its_place(void **state)
{
  /* clang-format off */
  static const struct {
    const char *text, *error;
  } rows[] = {
    { "", "the file is empty" },
    { "user,aaguid\n", "columns user and credential_id have to be there" },
    { "user,credential_id,owner\n", "column \"owner\": not known" },
    { "user,credential_id\nfox,\n", "line 2: credential_id: base64url was expected" },
    { "user,credential_id\nfox,AA*A\n", "line 2: credential_id" },
    { "user,credential_id\nfox\n", "line 2: credential_id" },
    { "user,credential_id\n,AAEC\n", "line 2: user is empty" },
    { "user,credential_id,aaguid\nfox,AAEC,yubi\n", "line 2: aaguid: a UUID or nothing" },
    { "user,credential_id\nfox,AAEC,x\n", "line 2: more than" },
    { "user,credential_id\n\"fox,AAEC\n", "line 2: a quote is not closed" },
    { "[", "x: " },
    { "{\"a\": [], \"b\": []}", "an array, or an object with one array" },
    { "{}", "an array, or an object with one array" },
    { "[1]", "a list of objects was expected" },
    { "[{\"user\": 1}]", "user: a text was expected" },
    { "[{\"user\": \"fox\"}]", "number 1: credential_id" },
    { "user,credential_id\n\xff,AAEC\n", "is no UTF-8" },
  };
  /* clang-format on */

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;

    assert_null(recovery_drift_credentials_read("x", rows[i].text,
                                                strlen(rows[i].text), &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
    if (strstr(error->message, rows[i].error) == NULL)
      fail_msg("row %zu: %s", i, error->message);
  }
}

/* Nobody has a key, nobody lists one: that is no difference. */
static void
test_nothing_is_no_difference(void **state)
{
  g_autoptr(GPtrArray) list =
      recovery_drift_credentials_read("x", "[]", 2, NULL);
  g_autoptr(FidotoolJson) none = recovery_drift_keys_compare(NULL, list);

  (void)state;
  assert_int_equal(list->len, 0);
  assert_int_equal(fidotool_json_size(none), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_difference_is_found_by_its_name),
      cmocka_unit_test(test_the_words_say_what_the_key_is_here),
      cmocka_unit_test(test_a_formula_in_a_name_stays_a_text),
      cmocka_unit_test(test_a_list_that_is_none_is_refused_with_its_place),
      cmocka_unit_test(test_nothing_is_no_difference),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
