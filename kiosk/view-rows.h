/* SPDX-License-Identifier: Apache-2.0 */
/* view-rows.h - the words of a statement, made from checked bytes alone: rows,
 * the short code large, and the statement itself for who wants to see it. */
#pragma once

#include <adwaita.h>

#include "recovery/format/viewer.h"

#define KIOSK_TYPE_VIEW_ROWS (kiosk_view_rows_get_type())
G_DECLARE_FINAL_TYPE(KioskViewRows, kiosk_view_rows, KIOSK, VIEW_ROWS, AdwBin)

/* view is not kept. */
void kiosk_view_rows_show(KioskViewRows *self, const RecoveryView *view);
