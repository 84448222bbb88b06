/* SPDX-License-Identifier: Apache-2.0 */
/* case-rows.h - a case as recoveryd tells of it, in rows. */
#pragma once

#include <adwaita.h>

#include "fidotool/json.h"

/* Person, state, short code, how long it waits, who has approved. Draws over
 * what is in the box. */
void kiosk_case_rows_head(GtkBox *box, const FidotoolJson *of);
/* The rest. */
void kiosk_case_rows_more(GtkBox *box, const FidotoolJson *of);
