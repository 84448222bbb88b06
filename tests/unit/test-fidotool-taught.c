/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-taught.c - what a judge is taught: a pack is read strictly, and
 * what was found under another is not used again. */
#include "fidotool/judge/taught.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/judge/request.h"
#include "fidotool/pack.h"
#include "tests/testing.h"

#define ADVISORIES                                                             \
  "{\"schema\":\"keyturn.advisories/1\",\"name\":\"Ours\",\"updated\":"        \
  "\"2026-11-01\",\"advisories\":[]}"

static GBytes *
pack_of(FidotoolPackKind kind, const char *text)
{
  GByteArray *pack = fidotool_pack_new();

  fidotool_pack_add(pack, kind, text, strlen(text));
  return g_byte_array_free_to_bytes(pack);
}

static void
a_pack_is_cut_into_its_parts(void **state)
{
  static const struct {
    const char *bytes;
    size_t len;
    bool is_pack, whole;
  } rows[] = {
      {"", 0, false, false},
      {"KTP", 3, false, false},
      {"KTP2", 4, false, false},
      {"KTP1", 4, true, true},
      {"KTP1\1\0\0\0\1x", 10, true, true},
      {"KTP1\1\0\0\0\0", 9, true, true},
      {"KTP1\1\0\0\0\2x", 10, true, false},
      {"KTP1\1\xff\xff\xff\xffx", 10, true, false},
      {"KTP1\0\0\0\0\1x", 10, true, false},
      {"KTP1\11\0\0\0\1x", 10, true, false},
      {"KTP1\1\0\0\0", 8, true, false},
      {"KTP1\1\0\0\0\1xy", 11, true, false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolPackReader reader;
    FidotoolPackPart part;
    bool is_pack = fidotool_pack_open(rows[i].bytes, rows[i].len, &reader);

    assert_int_equal(is_pack, rows[i].is_pack);
    while (is_pack && fidotool_pack_next(&reader, &part))
      assert_true(part.data + part.len <=
                  (const uint8_t *)rows[i].bytes + rows[i].len);
    if (is_pack && fidotool_pack_at_end(&reader) != rows[i].whole)
      fail_msg("row %zu", i);
  }
}

static void
parts_that_are_not_what_they_should_be_are_refused(void **state)
{
  static const struct {
    FidotoolPackKind kind;
    const char *text;
  } rows[] = {
      {FIDOTOOL_PACK_BLOB, "e30.e30.e30"}, /* nobody may vouch for it */
      {FIDOTOOL_PACK_ROOT, "no certificate"},
      {FIDOTOOL_PACK_AT, "noon"},
      {FIDOTOOL_PACK_KNOWN, "-2"},
      {FIDOTOOL_PACK_CRL, "no list"},
      {FIDOTOOL_PACK_VENDOR, "{}"},
      {FIDOTOOL_PACK_ADVISORIES, "{}"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GBytes) pack = pack_of(rows[i].kind, rows[i].text);
    g_autoptr(FidotoolJson) said = NULL;
    g_autoptr(GError) error = NULL;

    if (fidotool_taught_read(pack, &said, &error) != NULL)
      fail_msg("row %zu", i);
    assert_int_equal(error->domain, FIDOTOOL_ERROR);
    assert_null(said);
  }
}

static void
what_is_in_a_pack_is_said(void **state)
{
  g_autoptr(FidotoolRequests) judge = fidotool_request_state_new();
  g_autoptr(GBytes) good = pack_of(FIDOTOOL_PACK_ADVISORIES, ADVISORIES);
  g_autoptr(GBytes) bad = pack_of(FIDOTOOL_PACK_ADVISORIES, "{}");
  g_autofree char *said = fidotool_request_state_teach(judge, good);
  g_autofree char *unread = fidotool_request_state_teach(judge, bad);
  g_autofree char *nothing = fidotool_request_state_teach(judge, NULL);

  (void)state;
  assert_non_null(strstr(said, "\"advisories\":"));
  assert_non_null(strstr(said, "\"crls\":0"));
  assert_non_null(strstr(said, "\"error\":\"\""));
  assert_null(strstr(unread, "\"error\":\"\""));
  assert_string_equal(nothing, "{\"error\":\"\",\"error_code\":0}");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pack_is_cut_into_its_parts),
      cmocka_unit_test(parts_that_are_not_what_they_should_be_are_refused),
      cmocka_unit_test(what_is_in_a_pack_is_said),
  };

  return cmocka_run_group_tests_name("taught", tests, NULL, NULL);
}
