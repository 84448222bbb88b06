/* SPDX-License-Identifier: Apache-2.0 */
/* widgets.c - types, style sheet and icons, made known once. */
#include "kiosk/widgets/widgets.h"

#define FOLDER "/org/keyturn/kiosk"

static void
do_nothing(G_GNUC_UNUSED GtkWidget *widget, G_GNUC_UNUSED const char *action,
           G_GNUC_UNUSED GVariant *parameter)
{
}

/* GTK puts these of every label on the accessibility bus, also where there is
 * nothing to select and no link; 4.8.3 crashes on "link.open" then. What
 * is installed last is found first. */
static void
close_label_actions(void)
{
  static const char *const actions[] = {
      "link.open",        "link.copy",
      "menu.popup",       "clipboard.copy",
      "clipboard.cut",    "clipboard.paste",
      "selection.delete", "selection.select-all",
  };
  GtkWidgetClass *label = g_type_class_ref(GTK_TYPE_LABEL);

  for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
    gtk_widget_class_install_action(label, actions[i], NULL, do_nothing);
  g_type_class_unref(label);
}

void
kiosk_widgets_init(void)
{
  g_autoptr(GtkCssProvider) css = gtk_css_provider_new();
  GdkDisplay *display = gdk_display_get_default();

  g_type_ensure(KIOSK_TYPE_CHOICE);
  g_type_ensure(KIOSK_TYPE_CODE_PAD);
  g_type_ensure(KIOSK_TYPE_COLUMNS);
  g_type_ensure(KIOSK_TYPE_ERROR_STRIP);
  g_type_ensure(KIOSK_TYPE_HEADING);
  g_type_ensure(KIOSK_TYPE_KEYBOARD);
  g_type_ensure(KIOSK_TYPE_KEYPAD);
  g_type_ensure(KIOSK_TYPE_PAIR);
  g_type_ensure(KIOSK_TYPE_QR_VIEW);
  g_type_ensure(KIOSK_TYPE_RING);
  g_type_ensure(KIOSK_TYPE_SECRET_ENTRY);
  g_type_ensure(KIOSK_TYPE_TEXT_ENTRY);
  close_label_actions();
  gtk_css_provider_load_from_resource(css, FOLDER "/style.css");
  gtk_style_context_add_provider_for_display(
      display, GTK_STYLE_PROVIDER(css),
      GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(display),
                                   FOLDER "/icons");
}
