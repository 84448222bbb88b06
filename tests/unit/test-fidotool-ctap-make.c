/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-ctap-make.c - a key's answer to makeCredential, as CTAP 2.1,
 * section 6.1.2, has it and as hostile keys do. */
#include <string.h>

#include "fidotool/device/ctap-make.h"
#include "fidotool/error.h"
#include "tests/testing.h"

#define FORMAT "\x01\x66packed"
#define DATA "\x02\x43\xaa\xbb\xcc"
#define STATEMENT                                                              \
  "\x03\xa1\x63"                                                               \
  "alg\x26"
#define KEY16 "0123456789abcdef"

/* clang-format off */
static const struct {
  const char *name;
  const char *bytes;
  size_t len;
} refused[] = {
  { "nothing", "", 0 },
  { "no map", "\x80", 1 },
  { "no format", "\xa2" DATA STATEMENT, sizeof("\xa2" DATA STATEMENT) - 1 },
  { "no authenticator data", "\xa2" FORMAT STATEMENT, sizeof("\xa2" FORMAT STATEMENT) - 1 },
  { "no statement", "\xa2" FORMAT DATA, sizeof("\xa2" FORMAT DATA) - 1 },
  { "a format in bytes", "\xa3\x01\x46packed" DATA STATEMENT, sizeof("\xa3\x01\x46packed" DATA STATEMENT) - 1 },
  { "a format that is no UTF-8", "\xa3\x01\x61\xff" DATA STATEMENT, sizeof("\xa3\x01\x61\xff" DATA STATEMENT) - 1 },
  { "a format with a zero in it", "\xa3\x01\x62n\0" DATA STATEMENT, sizeof("\xa3\x01\x62n\0" DATA STATEMENT) - 1 },
  { "a statement in an array", "\xa3" FORMAT DATA "\x03\x80", sizeof("\xa3" FORMAT DATA "\x03\x80") - 1 },
  { "the format twice", "\xa4" FORMAT FORMAT DATA STATEMENT, sizeof("\xa4" FORMAT FORMAT DATA STATEMENT) - 1 },
  { "a byte behind it", "\xa3" FORMAT DATA STATEMENT "\0", sizeof("\xa3" FORMAT DATA STATEMENT "\0") - 1 },
  { "a short blob key", "\xa4" FORMAT DATA STATEMENT "\x05\x50" KEY16, sizeof("\xa4" FORMAT DATA STATEMENT "\x05\x50" KEY16) - 1 },
  { "an epAtt in words", "\xa4" FORMAT DATA STATEMENT "\x04\x63yes", sizeof("\xa4" FORMAT DATA STATEMENT "\x04\x63yes") - 1 },
};
/* clang-format on */

static FidotoolCtapMade *
read_bytes(const char *bytes, size_t len, GError **error)
{
  g_autoptr(GBytes) reply = g_bytes_new(bytes, len);

  return fidotool_ctap_make_read(reply, error);
}

static void
what_makes_no_sense_is_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolCtapMade) made =
        read_bytes(refused[i].bytes, refused[i].len, &error);

    if (made || error->code != (int)FIDOTOOL_ERROR_INVALID)
      fail_msg("%s: accepted", refused[i].name);
  }
}

static void
the_three_members_are_taken_as_they_are(void **state)
{
  static const char bytes[] = "\xa3" FORMAT DATA STATEMENT;
  g_autoptr(FidotoolCtapMade) made = read_bytes(bytes, sizeof(bytes) - 1, NULL);

  (void)state;
  assert_non_null(made);
  assert_string_equal(made->format, "packed");
  assert_int_equal(g_bytes_get_size(made->auth_data), 3);
  assert_memory_equal(g_bytes_get_data(made->statement, NULL), &STATEMENT[1],
                      sizeof(STATEMENT) - 2);
  assert_int_equal(g_bytes_get_size(made->statement), sizeof(STATEMENT) - 2);
  assert_false(made->enterprise);
  assert_false(made->blob_key);
}

static void
the_others_are_said_alone(void **state)
{
  static const char yes[] =
      "\xa5" FORMAT DATA STATEMENT "\x04\xf5\x05\x58\x20" KEY16 KEY16;
  static const char no[] = "\xa4" FORMAT DATA STATEMENT "\x04\xf4";
  g_autoptr(FidotoolCtapMade) one = read_bytes(yes, sizeof(yes) - 1, NULL);
  g_autoptr(FidotoolCtapMade) two = read_bytes(no, sizeof(no) - 1, NULL);

  (void)state;
  assert_true(one->enterprise);
  assert_true(one->blob_key);
  assert_false(two->enterprise);
  assert_false(two->blob_key);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_makes_no_sense_is_refused),
      cmocka_unit_test(the_three_members_are_taken_as_they_are),
      cmocka_unit_test(the_others_are_said_alone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
