/* SPDX-License-Identifier: Apache-2.0 */
/* tool.h - a button of the top bar: icon and label; the label gives way where
 * there is no room, the name for screen readers stays. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define KIOSK_TYPE_TOOL (kiosk_tool_get_type())
G_DECLARE_FINAL_TYPE(KioskTool, kiosk_tool, KIOSK, TOOL, GtkButton)

/* Property: "icon" (string, set once). */
void kiosk_tool_set_label(KioskTool *self, const char *label);
void kiosk_tool_set_small(KioskTool *self, bool small);
