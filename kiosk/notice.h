/* SPDX-License-Identifier: Apache-2.0 */
/* notice.h - something worth knowing on a page: icon and words, tinted. It
 * stands there as long as it is true; what just went wrong is the strip's. */
#pragma once

#include <adwaita.h>

#include "kiosk/words.h"

#define KIOSK_TYPE_NOTICE (kiosk_notice_get_type())
G_DECLARE_FINAL_TYPE(KioskNotice, kiosk_notice, KIOSK, NOTICE, AdwBin)

/* A message of words.h, tinted by its tone; NULL hides it. */
void kiosk_notice_set(KioskNotice *self, const char *word, int n);
/* The same in another tone: what is wrong elsewhere is a fact here. */
void kiosk_notice_set_tone(KioskNotice *self, const char *word, int n,
                           KioskTone tone);
