/* SPDX-License-Identifier: Apache-2.0 */
/* widgets.c - types, style sheet and icons, made known once. */
#include "kiosk/widgets/widgets.h"

#define FOLDER "/org/keyturn/kiosk"

void
kiosk_widgets_init(void)
{
  g_autoptr(GtkCssProvider) css = gtk_css_provider_new();
  GdkDisplay *display = gdk_display_get_default();

  g_type_ensure(KIOSK_TYPE_CHOICE);
  g_type_ensure(KIOSK_TYPE_ERROR_STRIP);
  g_type_ensure(KIOSK_TYPE_HEADING);
  g_type_ensure(KIOSK_TYPE_KEYBOARD);
  g_type_ensure(KIOSK_TYPE_KEYPAD);
  g_type_ensure(KIOSK_TYPE_PAIR);
  g_type_ensure(KIOSK_TYPE_QR_VIEW);
  g_type_ensure(KIOSK_TYPE_RING);
  g_type_ensure(KIOSK_TYPE_SECRET_ENTRY);
  g_type_ensure(KIOSK_TYPE_TEXT_ENTRY);
  gtk_css_provider_load_from_resource(css, FOLDER "/style.css");
  gtk_style_context_add_provider_for_display(
      display, GTK_STYLE_PROVIDER(css),
      GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(display),
                                   FOLDER "/icons");
}
