/* SPDX-License-Identifier: Apache-2.0 */
/* practice-key.h - one software key in the practice panel: whose it is, put in
 * or pulled out, touched when it waits for that. */
#pragma once

#include <gtk/gtk.h>

#define KIOSK_TYPE_PRACTICE_KEY (kiosk_practice_key_get_type())
G_DECLARE_FINAL_TYPE(KioskPracticeKey, kiosk_practice_key, KIOSK, PRACTICE_KEY,
                     GtkWidget)

/* control: path of the key's control socket; name: whose key it is; note: what
 * that person does, or NULL. */
GtkWidget *kiosk_practice_key_new(const char *control, const char *name,
                                  const char *note);
