/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody there: asked once it is time, counted down, ended. */
#include "tests/testing.h"

#include <glib.h>

#include "kiosk/presenter-idle.h"

static const KioskIdle station = {60, 20, 1000};

static void
asked_and_ended_at_the_right_moment(void **state)
{
  static const struct {
    int64_t after_ms;
    KioskIdleState is;
    int left_s;
  } rows[] = {
      /* clang-format off */
      { 0,      KIOSK_IDLE_NO,   0 },
      { 59999,  KIOSK_IDLE_NO,   0 },
      { 60000,  KIOSK_IDLE_WARN, 20 },
      { 64999,  KIOSK_IDLE_WARN, 20 },
      { 65000,  KIOSK_IDLE_WARN, 15 }, /* said when it is so, not before */
      { 69999,  KIOSK_IDLE_WARN, 15 },
      { 70000,  KIOSK_IDLE_WARN, 10 },
      { 75000,  KIOSK_IDLE_WARN, 5 },
      { 76000,  KIOSK_IDLE_WARN, 4 },
      { 79000,  KIOSK_IDLE_WARN, 1 },
      { 79999,  KIOSK_IDLE_WARN, 1 },
      { 80000,  KIOSK_IDLE_END,  0 },
      { 9000000, KIOSK_IDLE_END, 0 }, /* the lid was closed */
      { -5000,  KIOSK_IDLE_NO,   0 },
      /* clang-format on */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    int left_s = -1;

    assert_int_equal(
        kiosk_presenter_idle_state(
            &station, station.since_ms + rows[i].after_ms, &left_s),
        rows[i].is);
    assert_int_equal(left_s, rows[i].left_s);
  }
}

/* Half a second at a time, as the window does: never back, never 0 while it
 * still asks, and the end comes. */
static void
the_count_only_goes_down(void **state)
{
  (void)state;
  for (int idle_s = 10; idle_s <= 600; idle_s += 59)
    for (int warn_s = 10; warn_s <= 120; warn_s += 11) {
      const KioskIdle idle = {idle_s, warn_s, 0};
      int before_s = warn_s + 5, left_s;
      int64_t now_ms = idle_s * INT64_C(1000);

      for (;
           kiosk_presenter_idle_state(&idle, now_ms, &left_s) != KIOSK_IDLE_END;
           now_ms += 500) {
        assert_true(left_s > 0 && left_s <= before_s);
        assert_true(left_s <= 5 || left_s % 5 == 0);
        before_s = left_s;
      }
      assert_int_equal(now_ms, (idle_s + warn_s) * INT64_C(1000));
      assert_int_equal(before_s, 1);
    }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(asked_and_ended_at_the_right_moment),
      cmocka_unit_test(the_count_only_goes_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
