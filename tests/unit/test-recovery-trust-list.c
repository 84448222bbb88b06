/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-trust-list.c - the line that says what keys are judged by, and
 * what may follow what. */
#include "recovery/format/trust-list.h"

#include <string.h>

#include "recovery/error.h"
#include "tests/testing.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define BLOB_OF(digest, at, no)                                                \
  "\"blob\":\"" digest "\",\"blob_at\":\"" at "\",\"blob_no\":" no ","
#define BLOB(digest, no) BLOB_OF(digest, "2026-03-01T09:00:00.000Z", no)
#define END(roots) "\"roots\":[" roots "],"
#define SIGNER "\"signer\":\"mds.example.org\","
#define EMPTY "{\"crls\":[],\"roots\":[],\"v\":1}"
/* With metadata of that digest and number. */
#define WITH(digest, no)                                                       \
  "{" BLOB(digest, no) "\"crls\":[]," END("\"" C "\"") SIGNER "\"v\":1}"

static RecoveryTrustList *
read_line(const char *line)
{
  g_autoptr(GError) error = NULL;
  RecoveryTrustList *list =
      recovery_trust_list_read(line, strlen(line), &error);

  if (list == NULL)
    fail_msg("%s: %s", line, error->message);
  return list;
}

static void
what_is_read_is_written_alike(void **state)
{
  static const char *const lines[] = {
      EMPTY,
      WITH(A, "7"),
      "{\"advisories\":\"" A "\",\"crls\":[\"" A "\",\"" B
      "\"],\"roots\":[],\"v\":1,\"vendor\":\"" B "\"}",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(RecoveryTrustList) list = read_line(lines[i]);
    g_autofree char *again = recovery_trust_list_write(list, NULL);

    assert_string_equal(again, lines[i]);
  }
}

static void
other_lines_are_refused(void **state)
{
  static const char *const lines[] = {
      "",
      "{}",
      "{\"crls\":[],\"roots\":[],\"v\":2}",
      "{\"crls\":[],\"roots\":[],\"v\":1,\"w\":1}",
      "{\"roots\":[],\"v\":1}",
      "{\"crls\":\"" A "\",\"roots\":[],\"v\":1}",
      "{\"crls\":[\"x\"],\"roots\":[],\"v\":1}",
      "{\"crls\":[\"" B "\",\"" A "\"],\"roots\":[],\"v\":1}",
      "{\"crls\":[\"" A "\",\"" A "\"],\"roots\":[],\"v\":1}",
      "{\"crls\":[],\"roots\":[],\"v\":1,\"vendor\":\"x\"}",
      "{\"crls\":[],\"roots\":[],\"v\":1,\"vendor\":7}",
      /* All of the metadata's fields, or none. */
      "{\"crls\":[],\"roots\":[\"" A "\"],\"v\":1}",
      "{\"crls\":[],\"roots\":[]," SIGNER "\"v\":1}",
      "{\"blob_no\":7,\"crls\":[],\"roots\":[],\"v\":1}",
      "{" BLOB(A, "7") "\"crls\":[]," END("") SIGNER "\"v\":1}",
      "{" BLOB(A, "7") "\"crls\":[]," END("\"" C "\"") "\"v\":1}",
      "{" BLOB_OF(A, "noon", "7") "\"crls\":[]," END("\"" C "\"") SIGNER
      "\"v\":1}",
      "{" BLOB_OF(A, "2026-03-01T09:00:00.500Z",
                  "7") "\"crls\":[]," END("\"" C "\"") SIGNER "\"v\":1}",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(GError) error = NULL;

    if (recovery_trust_list_read(lines[i], strlen(lines[i]), &error) != NULL)
      fail_msg("%s", lines[i]);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  }
}

/* next lets nothing in that old did not. */
static void
what_tightens(void **state)
{
  static const struct {
    const char *old, *next;
    bool tightens;
  } rows[] = {
      {NULL, EMPTY, true},
      {NULL, "{\"crls\":[\"" A "\"],\"roots\":[],\"v\":1}", true},
      {NULL, "{\"advisories\":\"" A "\",\"crls\":[],\"roots\":[],\"v\":1}",
       true},
      {NULL, "{\"crls\":[],\"roots\":[],\"v\":1,\"vendor\":\"" A "\"}", false},
      {NULL, WITH(A, "7"), false},
      {WITH(A, "7"), WITH(A, "7"), true},
      {WITH(A, "7"), WITH(B, "8"), true},
      {WITH(A, "7"), WITH(B, "7"), false},
      {WITH(A, "7"), WITH(B, "6"), false},
      {WITH(A, "7"), EMPTY, false},
      {EMPTY, WITH(A, "7"), false},
      {"{\"crls\":[\"" A "\"],\"roots\":[],\"v\":1}",
       "{\"crls\":[\"" A "\",\"" B "\"],\"roots\":[],\"v\":1}", true},
      {"{\"crls\":[\"" A "\"],\"roots\":[],\"v\":1}",
       "{\"crls\":[\"" B "\"],\"roots\":[],\"v\":1}", false},
      {"{\"crls\":[],\"roots\":[],\"v\":1,\"vendor\":\"" A "\"}", EMPTY, false},
      /* Another root, another signer, judged anew at another time. */
      {WITH(A, "7"),
       "{" BLOB(B, "8") "\"crls\":[]," END("\"" B "\"") SIGNER "\"v\":1}",
       false},
      {WITH(A, "7"),
       "{" BLOB(B, "8") "\"crls\":[]," END("\"" C "\"") "\"signer\":\"x\","
                                                        "\"v\":1}",
       false},
      {WITH(A, "7"),
       "{" BLOB_OF(A, "2027-03-01T09:00:00.000Z",
                   "7") "\"crls\":[]," END("\"" C "\"") SIGNER "\"v\":1}",
       false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(RecoveryTrustList) old =
        rows[i].old == NULL ? NULL : read_line(rows[i].old);
    g_autoptr(RecoveryTrustList) next = read_line(rows[i].next);

    if (recovery_trust_list_tightens(next, old) != rows[i].tightens)
      fail_msg("row %zu: %s", i, rows[i].next);
  }
}

static void
numbers_never_go_back(void **state)
{
  g_autoptr(GHashTable) numbers = recovery_trust_list_numbers_new();
  g_autoptr(RecoveryTrustList) seven = read_line(WITH(A, "7"));
  g_autoptr(RecoveryTrustList) other = read_line(WITH(B, "7"));
  g_autoptr(RecoveryTrustList) six = read_line(WITH(B, "6"));
  g_autoptr(RecoveryTrustList) eight = read_line(WITH(B, "8"));
  g_autoptr(RecoveryTrustList) none = read_line(EMPTY);
  g_autoptr(RecoveryTrustList) else_ = read_line(
      "{" BLOB(B, "1") "\"crls\":[]," END("\"" C "\"") "\"signer\":\"x\","
                                                       "\"v\":1}");

  (void)state;
  assert_int_equal(recovery_trust_list_number(numbers, "mds.example.org"), -1);
  recovery_trust_list_note_number(numbers, seven);
  recovery_trust_list_note_number(numbers, none);
  assert_int_equal(recovery_trust_list_number(numbers, "mds.example.org"), 7);
  assert_true(recovery_trust_list_may_follow(numbers, seven));
  assert_false(recovery_trust_list_may_follow(numbers, other));
  assert_false(recovery_trust_list_may_follow(numbers, six));
  assert_true(recovery_trust_list_may_follow(numbers, eight));
  assert_true(recovery_trust_list_may_follow(numbers, none));
  assert_true(recovery_trust_list_may_follow(numbers, else_));
}

static GBytes *
fetch(const RecoveryTrustListFile *file, void *data, GError **error)
{
  GString *seen = data;

  g_string_append_printf(seen, "%d:%c.%s ", file->kind, *file->digest,
                         file->suffix);
  if (*file->digest != 'b' || file->kind != FIDOTOOL_PACK_VENDOR)
    return g_bytes_new_static("x", 1);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND, "gone");
  return NULL;
}

static void
every_file_is_packed_or_none(void **state)
{
  g_autoptr(RecoveryTrustList) list = read_line(
      "{\"advisories\":\"" A "\"," BLOB(B, "7") "\"crls\":[\"" A "\",\"" B
                                                "\"]," END("\"" C "\"") SIGNER
      "\"v\":1,\"vendor\":\"" A "\"}");
  g_autoptr(RecoveryTrustList) lacks =
      read_line("{\"crls\":[],\"roots\":[],\"v\":1,\"vendor\":\"" B "\"}");
  g_autoptr(GString) seen = g_string_new(NULL);
  g_autoptr(GBytes) pack = recovery_trust_list_pack(list, 6, fetch, seen, NULL);
  g_autoptr(GError) error = NULL;
  FidotoolPackReader reader;
  FidotoolPackPart part;
  g_autoptr(GString) parts = g_string_new(NULL);

  (void)state;
  assert_string_equal(seen->str, "1:b.jwt 2:c.der 6:a.crl 6:b.crl 7:a.json "
                                 "8:a.json ");
  assert_true(fidotool_pack_open(g_bytes_get_data(pack, NULL),
                                 g_bytes_get_size(pack), &reader));
  while (fidotool_pack_next(&reader, &part))
    g_string_append_printf(parts, "%d=%.*s ", part.kind, (int)part.len,
                           (const char *)part.data);
  assert_true(fidotool_pack_at_end(&reader));
  assert_string_equal(parts->str, "3=mds.example.org 4=1772355600 5=6 1=x 2=x "
                                  "6=x 6=x 7=x 8=x ");
  assert_null(recovery_trust_list_pack(lacks, -1, fetch, seen, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_read_is_written_alike),
      cmocka_unit_test(other_lines_are_refused),
      cmocka_unit_test(what_tightens),
      cmocka_unit_test(numbers_never_go_back),
      cmocka_unit_test(every_file_is_packed_or_none),
  };

  return cmocka_run_group_tests_name("trust-list", tests, NULL, NULL);
}
