/* SPDX-License-Identifier: Apache-2.0 */
/* Letters are as large as they have to be, wherever the screen stands. */
#include "tests/testing.h"

#include <glib.h>

#include "kiosk/presenter-text.h"

/* The reference station is what the style is written for. */
static void
letters_fit_the_screen_and_the_distance(void **state)
{
  static const struct {
    int dpi, distance_mm, usual_px, large_px;
  } rows[] = {
      {0, 500, 20, 38},   {113, 500, 20, 38}, {113, 400, 16, 30},
      {226, 500, 40, 76}, {96, 500, 17, 32},  {113, 1000, 40, 76},
      {113, 200, 15, 29}, /* not below 4.8 mm, however near */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    assert_int_equal(
        kiosk_presenter_text_px(rows[i].dpi, rows[i].distance_mm, false),
        rows[i].usual_px);
    assert_int_equal(
        kiosk_presenter_text_px(rows[i].dpi, rows[i].distance_mm, true),
        rows[i].large_px);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(letters_fit_the_screen_and_the_distance),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
