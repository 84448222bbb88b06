/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-text.c - a capital letter of large text is seen at 0.7 degrees, and
 * never smaller than 4.8 mm (US 508, 402.4); usual text is in proportion. */
#include "kiosk/presenter-text.h"

#include <glib.h>

#define REFERENCE_DPI 113
#define MM_PER_INCH 25.4
/* Of the font's size, what a capital takes. */
#define CAPITAL 0.73
/* Twice the tangent of half the angle. */
#define ANGLE 0.0124
#define CAPITAL_MIN_MM 4.8
/* Sizes in the style, of the reference station. */
#define USUAL_PX 20.0
#define LARGE_PX 38.0

int
kiosk_presenter_text_px(int dpi, int distance_mm, bool large)
{
  double capital_mm = MAX(distance_mm * ANGLE, CAPITAL_MIN_MM);
  double px =
      capital_mm / MM_PER_INCH * (dpi == 0 ? REFERENCE_DPI : dpi) / CAPITAL;

  return (int)((large ? px : px * USUAL_PX / LARGE_PX) + 0.5);
}
