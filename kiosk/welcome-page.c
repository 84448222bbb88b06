/* SPDX-License-Identifier: Apache-2.0 */
/* welcome-page.c */
#include "kiosk/welcome-page.h"

#include <glib/gi18n.h>

struct _KioskWelcomePage {
  KioskPage parent;
  GtkLabel *station;
};

G_DEFINE_FINAL_TYPE(KioskWelcomePage, kiosk_welcome_page, KIOSK_TYPE_PAGE)

static void
go(KioskWelcomePage *self, KioskGo where)
{
  (void)kiosk_session_go(kiosk_page_session(KIOSK_PAGE(self)), where);
}

static void
on_lost_clicked(KioskWelcomePage *self)
{
  go(self, KIOSK_GO_LOST);
}

static void
on_appointment_clicked(KioskWelcomePage *self)
{
  go(self, KIOSK_GO_APPOINTMENT);
}

static void
on_staff_clicked(KioskWelcomePage *self)
{
  go(self, KIOSK_GO_STAFF);
}

static void
on_contest_clicked(KioskWelcomePage *self)
{
  go(self, KIOSK_GO_CONTEST);
}

static void
kiosk_welcome_page_update(KioskPage *page)
{
  KioskWelcomePage *self = KIOSK_WELCOME_PAGE(page);
  const char *station = fidotool_json_get_text(
      kiosk_session_status(kiosk_page_session(page)), "station");
  g_autofree char *text =
      station == NULL ? NULL : g_strdup_printf(_("Station %s"), station);

  gtk_label_set_text(self->station, text == NULL ? "" : text);
}

static void
kiosk_welcome_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_WELCOME_PAGE);
  G_OBJECT_CLASS(kiosk_welcome_page_parent_class)->dispose(object);
}

static void
kiosk_welcome_page_class_init(KioskWelcomePageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_welcome_page_dispose;
  KIOSK_PAGE_CLASS(klass)->update = kiosk_welcome_page_update;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/welcome-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskWelcomePage, station);
  gtk_widget_class_bind_template_callback(widget, on_lost_clicked);
  gtk_widget_class_bind_template_callback(widget, on_appointment_clicked);
  gtk_widget_class_bind_template_callback(widget, on_staff_clicked);
  gtk_widget_class_bind_template_callback(widget, on_contest_clicked);
}

static void
kiosk_welcome_page_init(KioskWelcomePage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
