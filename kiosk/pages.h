/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - the table of pages: one row a step. */
#pragma once

#include "kiosk/page.h"
#include "kiosk/presenter-flow.h"

/* The page for a step, new; there is one alive at a time. */
KioskPage *kiosk_pages_new(KioskStep step);
/* Short name of a step, as its template is called: "sign-in". */
const char *kiosk_pages_name(KioskStep step);
