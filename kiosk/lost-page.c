/* SPDX-License-Identifier: Apache-2.0 */
/* lost-page.c */
#include "kiosk/lost-page.h"

struct _KioskLostPage {
  KioskPage parent;
};

G_DEFINE_FINAL_TYPE(KioskLostPage, kiosk_lost_page, KIOSK_TYPE_PAGE)

static void
kiosk_lost_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
kiosk_lost_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_LOST_PAGE);
  G_OBJECT_CLASS(kiosk_lost_page_parent_class)->dispose(object);
}

static void
kiosk_lost_page_class_init(KioskLostPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_lost_page_dispose;
  page->primary = kiosk_lost_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/lost-page.ui");
}

static void
kiosk_lost_page_init(KioskLostPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
