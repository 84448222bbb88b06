/* SPDX-License-Identifier: Apache-2.0 */
/* ring.h - the time that is left to touch a key. It has no clock: the page
 * sets both properties. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_RING (kiosk_ring_get_type())
G_DECLARE_FINAL_TYPE(KioskRing, kiosk_ring, KIOSK, RING, GtkWidget)

/*
 * Properties: "fraction" (double, 0 to 1, what is left), "seconds" (uint, what
 * is left, written in the middle; the accessible name changes each 5 seconds
 * only), "icon-name" (string, drawn in the middle, above the seconds; none by
 * default). With gtk-enable-animations off the ring moves in twelfths.
 */
GtkWidget *kiosk_ring_new(void);
