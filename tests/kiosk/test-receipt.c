/* SPDX-License-Identifier: Apache-2.0 */
/* What a person takes home names nobody; and moments as people read them. */
#include "tests/testing.h"

#include <glib.h>
#include <string.h>

#include "kiosk/receipt.h"
#include "kiosk/when.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char proof[] =
    "{\"case\":\"c-1a2b3c4d\",\"state\":\"waiting\",\"seq\":41,\"size\":43,"
    "\"root\":\"" HASH "\",\"proof\":\"c2sp.org/tlog-proof@v1\\nindex 41\\n\"}";
static const char of[] =
    "{\"case\":\"c-1a2b3c4d\",\"short_code\":\"76ZQ JALK CCID\",\"sub\":"
    "\"s-0badcafe\",\"agent\":\"ada\",\"not_before\":"
    "\"2026-11-24T09:30:00.000Z\",\"person\":{\"name\":\"Sam Fox\","
    "\"employee\":\"2001\",\"address\":\"sam@example.org\"},\"reported\":["
    "{\"cred\":\"" HASH
    "\",\"state\":\"suspended\"}],\"made\":[{\"cred\":\"" HASH
    "\",\"aaguid\":\"x\"}],\"slots\":[{\"slot\":\"lead\",\"person\":"
    "\"ben\"}]}";

static KioskReceipt *
make(const char *proof_text, const char *of_text, const char *phone,
     int64_t now_s)
{
  g_autoptr(FidotoolJson) a =
      fidotool_json_parse(proof_text, strlen(proof_text), NULL);
  g_autoptr(FidotoolJson) b =
      of_text == NULL ? NULL
                      : fidotool_json_parse(of_text, strlen(of_text), NULL);

  assert_non_null(a);
  return kiosk_receipt_new(a, b, phone, now_s);
}

static void
it_says_what_is_in_the_record(void **state)
{
  static const char *const wanted[] = {
      "c-1a2b3c4d", "76ZQ JALK CCID",         "Waiting period", "Suspended",
      ": 41\n",     "0011 2233 4455 6677",    ": 43\n",         HASH,
      "555 0100",   "I did not ask for this", "tlog-proof@v1"};
  g_autoptr(KioskReceipt) receipt = make(proof, of, "555 0100", 0);
  g_autofree char *text = kiosk_receipt_text(receipt);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
    if (strstr(text, wanted[i]) == NULL)
      fail_msg("%s is missing in:\n%s", wanted[i], text);
}

/* Whatever recoveryd tells of the case besides. */
static void
it_names_nobody(void **state)
{
  static const char *const never[] = {"Sam", "Fox", "2001",      "sam@",
                                      "ada", "ben", "s-0badcafe"};
  g_autoptr(KioskReceipt) receipt = make(proof, of, NULL, 0);
  g_autofree char *text = kiosk_receipt_text(receipt);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(never); i++)
    assert_null(strstr(text, never[i]));
}

static void
a_wait_that_is_over_is_not_on_it(void **state)
{
  g_autoptr(KioskReceipt) before = make(proof, of, NULL, 1795512600 - 1);
  g_autoptr(KioskReceipt) after = make(proof, of, NULL, 1795512600);

  (void)state;
  assert_int_equal(before->lines->len, after->lines->len + 1);
}

static void
without_a_proof_there_is_none(void **state)
{
  g_autoptr(KioskReceipt) bare = make(proof, NULL, NULL, 0);

  (void)state;
  assert_non_null(bare);
  assert_null(bare->short_code);
  assert_null(make("{\"case\":\"c-1a2b3c4d\"}", of, NULL, 0));
  assert_null(make("null", NULL, NULL, 0));
}

/* --- moments ----------------------------------------------------------------
 */

static void
days_begin_at_midnight_where_the_station_is(void **state)
{
  /* Wednesday, 25 November 2026, 00:30 in Berlin: the day before in UTC. */
  static const int64_t now_s = 1795563000;
  static const char *const wanted[] = {
      [KIOSK_WHEN_TODAY] = "2026-11-24T23:00:00.000Z",
      [KIOSK_WHEN_YESTERDAY] = "2026-11-23T23:00:00.000Z",
      [KIOSK_WHEN_WEEK] = "2026-11-22T23:00:00.000Z",
  };

  (void)state;
  for (int day = 0; day < KIOSK_WHEN_N; day++) {
    g_autofree char *begin = kiosk_when_begin((KioskWhenDay)day, now_s);

    assert_string_equal(begin, wanted[day]);
    assert_non_null(kiosk_when_word((KioskWhenDay)day));
  }
}

static void
a_moment_is_read_or_shown_as_it_came(void **state)
{
  g_autofree char *good = kiosk_when_text("2026-11-24T09:30:00.000Z");
  g_autofree char *bad = kiosk_when_text("soon");
  g_autofree char *none = kiosk_when_text(NULL);

  (void)state;
  assert_string_equal(good, "24 November 2026, 10:30");
  assert_string_equal(bad, "soon");
  assert_string_equal(none, "");
  assert_false(kiosk_when_is_ahead("soon", 0));
  assert_false(kiosk_when_is_ahead(NULL, 0));
  assert_true(kiosk_when_is_ahead("2026-11-24T09:30:00.000Z", 0));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_says_what_is_in_the_record),
      cmocka_unit_test(it_names_nobody),
      cmocka_unit_test(a_wait_that_is_over_is_not_on_it),
      cmocka_unit_test(without_a_proof_there_is_none),
      cmocka_unit_test(days_begin_at_midnight_where_the_station_is),
      cmocka_unit_test(a_moment_is_read_or_shown_as_it_came),
  };

  g_setenv("TZ", "Europe/Berlin", TRUE);
  return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}
