/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-time.c - times against written-down moments. */
#include "tests/testing.h"

#include <glib.h>

#include "recovery/format/time.h"

/* Milliseconds by GNU date. */
static const struct {
  const char *text;
  int64_t ms;
  const char *compact;
} moments[] = {
    {"1970-01-01T00:00:00.000Z", 0, "19700101000000Z"},
    {"1970-01-01T00:00:01.001Z", 1001, "19700101000001Z"},
    {"2000-02-29T12:34:56.789Z", INT64_C(951827696789), "20000229123456Z"},
    {"2026-11-15T10:00:00.000Z", INT64_C(1794736800000), "20261115100000Z"},
    {"2028-02-29T23:59:59.999Z", INT64_C(1835481599999), "20280229235959Z"},
    {"2100-03-01T00:00:00.000Z", INT64_C(4107542400000), "21000301000000Z"},
    {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999), "99991231235959Z"},
};

static void
moments_are_read_and_written(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(moments); i++) {
    g_autofree char *text = recovery_time_write(moments[i].ms);
    g_autofree char *compact = recovery_time_write_compact(moments[i].ms);
    int64_t ms = -1;

    assert_string_equal(text, moments[i].text);
    assert_string_equal(compact, moments[i].compact);
    assert_true(recovery_time_read(moments[i].text, &ms));
    assert_int_equal(ms, moments[i].ms);
  }
}

static void
impossible_times_are_refused(void **state)
{
  static const char *const texts[] = {
      "",
      "2026-11-15",
      "2026-11-15T10:00:00Z",
      "2026-11-15T10:00:00.000",
      "2026-11-15T10:00:00.000z",
      "2026-11-15t10:00:00.000Z",
      "2026-11-15 10:00:00.000Z",
      "2026-11-15T10:00:00.000Z ",
      " 2026-11-15T10:00:00.000Z",
      "2026-11-15T10:00:00,000Z",
      "2026-11-15T10:00:00.000+00:00",
      "1969-12-31T23:59:59.999Z",
      "2026-00-15T10:00:00.000Z",
      "2026-13-15T10:00:00.000Z",
      "2026-11-00T10:00:00.000Z",
      "2026-11-31T10:00:00.000Z",
      "2026-02-29T10:00:00.000Z",
      "2100-02-29T10:00:00.000Z",
      "2026-11-15T24:00:00.000Z",
      "2026-11-15T10:60:00.000Z",
      "2026-11-15T10:00:60.000Z",
      "2026-11-15T10:00:0a.000Z",
      "+026-11-15T10:00:00.000Z",
  };
  int64_t ms;

  (void)state;
  assert_false(recovery_time_read(NULL, &ms));
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    assert_false(recovery_time_read(texts[i], &ms));
}

/* Each day of four centuries has the text of its own number. */
static void
every_day_comes_back(void **state)
{
  (void)state;
  for (int64_t day = 0; day < 146097; day++) {
    int64_t ms = day * INT64_C(86400000) + 43200001, back = -1;
    g_autofree char *text = recovery_time_write(ms);

    assert_true(recovery_time_read(text, &back));
    assert_int_equal(back, ms);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(moments_are_read_and_written),
      cmocka_unit_test(impossible_times_are_refused),
      cmocka_unit_test(every_day_comes_back),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
