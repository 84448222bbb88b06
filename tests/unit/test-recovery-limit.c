/* SPDX-License-Identifier: Apache-2.0 */
/* How often a client may call. */
#include "tests/testing.h"

#include "recovery/service/limit.h"

static void
a_burst_passes_and_the_next_call_does_not(void **state)
{
  RecoveryLimit limit = recovery_limit_new(3, 10, 1000);

  (void)state;
  for (int i = 0; i < 3; i++)
    assert_true(recovery_limit_take(&limit, 1000));
  assert_false(recovery_limit_take(&limit, 1000));
}

static void
time_gives_calls_back_at_its_rate(void **state)
{
  RecoveryLimit limit = recovery_limit_new(3, 10, 0);

  (void)state;
  for (int i = 0; i < 3; i++)
    assert_true(recovery_limit_take(&limit, 0));
  assert_false(recovery_limit_take(&limit, 99));
  assert_true(recovery_limit_take(&limit, 100));
  assert_false(recovery_limit_take(&limit, 150));
}

static void
a_long_pause_fills_it_and_no_more(void **state)
{
  RecoveryLimit limit = recovery_limit_new(2, 1000, 0);

  (void)state;
  assert_true(recovery_limit_take(&limit, INT64_MAX / 2));
  assert_true(recovery_limit_take(&limit, INT64_MAX / 2));
  assert_false(recovery_limit_take(&limit, INT64_MAX / 2));
}

static void
a_clock_that_goes_back_gives_nothing(void **state)
{
  RecoveryLimit limit = recovery_limit_new(1, 1, 5000);

  (void)state;
  assert_true(recovery_limit_take(&limit, 5000));
  assert_false(recovery_limit_take(&limit, 1000));
  assert_true(recovery_limit_take(&limit, 2000));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_burst_passes_and_the_next_call_does_not),
      cmocka_unit_test(time_gives_calls_back_at_its_rate),
      cmocka_unit_test(a_long_pause_fills_it_and_no_more),
      cmocka_unit_test(a_clock_that_goes_back_gives_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
