/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-text.h - how large letters are, in millimetres and by how far away
 * the eye is. Plain C. */
#pragma once

#include <stdbool.h>

/* Size of the font in pixels. dpi: of the screen, 0 for that of the reference
 * station. large: the person asked for larger text. */
int kiosk_presenter_text_px(int dpi, int distance_mm, bool large);
