/* SPDX-License-Identifier: Apache-2.0 */
/* decoration.h - a picture that says nothing that is not said beside it. */
#pragma once

#include <gtk/gtk.h>

/* icon: its name, or NULL for none yet. A screen reader passes it by. */
GtkImage *kiosk_decoration_new(const char *icon);
