/* SPDX-License-Identifier: Apache-2.0 */
/* window-stop.c - stop and clear, once that was asked for and confirmed. */
#include "kiosk/window-private.h"

#include <glib/gi18n.h>

void
kiosk_window_stop_ask(KioskWindow *self)
{
  gtk_widget_set_visible(self->stop_box, TRUE);
  gtk_widget_set_sensitive(self->column, FALSE);
  gtk_widget_child_focus(self->stop_box, GTK_DIR_TAB_FORWARD);
  kiosk_window_say(self, _("Stop and clear everything that was entered?"));
}

void
kiosk_window_stop_close(KioskWindow *self)
{
  gtk_widget_set_visible(self->stop_box, FALSE);
  gtk_widget_set_sensitive(self->column, TRUE);
}

static void
on_stop_yes_clicked(KioskWindow *self)
{
  kiosk_window_stop_close(self);
  (void)kiosk_session_go(self->session, KIOSK_GO_STOP);
}

void
kiosk_window_stop_no(KioskWindow *self)
{
  kiosk_window_stop_close(self);
  gtk_widget_grab_focus(GTK_WIDGET(self->heading));
}

void
kiosk_window_stop_bind(GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_callback_full(
      widget, "on_stop_clicked", G_CALLBACK(kiosk_window_stop_ask));
  gtk_widget_class_bind_template_callback_full(
      widget, "on_stop_no_clicked", G_CALLBACK(kiosk_window_stop_no));
  gtk_widget_class_bind_template_callback(widget, on_stop_yes_clicked);
}
