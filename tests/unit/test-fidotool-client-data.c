/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-client-data.c - the members of client data. The refusals are
 * rows of test-fidotool-registration.c, under R2. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/error.h"
#include "fidotool/judge/client-data.h"

static FidotoolClientData *
parse(const char *text, size_t len, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new(text, len);

  return fidotool_client_data_parse(bytes, error);
}

static void
members_are_read(void **state)
{
  static const char text[] =
      "{\"type\":\"webauthn.get\",\"challenge\":\"AAAA\",\"origin\":"
      "\"https://a.example\",\"crossOrigin\":true,\"topOrigin\":"
      "\"https://b.example\"}";
  g_autoptr(FidotoolClientData) data = parse(text, strlen(text), NULL);

  (void)state;
  assert_string_equal(data->type, "webauthn.get");
  assert_string_equal(data->challenge, "AAAA");
  assert_string_equal(data->origin, "https://a.example");
  assert_string_equal(data->top_origin, "https://b.example");
  assert_true(data->cross_origin);
}

static void
what_is_missing_has_its_default(void **state)
{
  static const char text[] =
      "\xef\xbb\xbf{\"type\":\"t\",\"challenge\":\"c\",\"origin\":\"o\"}";
  g_autoptr(FidotoolClientData) data = parse(text, strlen(text), NULL);

  (void)state;
  assert_false(data->cross_origin);
  assert_null(data->top_origin);
}

static void
too_much_and_nothing_are_refused(void **state)
{
  g_autofree char *large = g_strnfill(FIDOTOOL_CLIENT_DATA_MAX + 1, ' ');
  g_autoptr(GError) empty = NULL, full = NULL;

  (void)state;
  assert_null(parse("", 0, &empty));
  assert_int_equal(empty->code, FIDOTOOL_ERROR_INVALID);
  assert_null(parse(large, FIDOTOOL_CLIENT_DATA_MAX + 1, &full));
  assert_int_equal(full->code, FIDOTOOL_ERROR_INVALID);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(members_are_read),
      cmocka_unit_test(what_is_missing_has_its_default),
      cmocka_unit_test(too_much_and_nothing_are_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
