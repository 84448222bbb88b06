/* SPDX-License-Identifier: Apache-2.0 */
/* locked-page.c */
#include "kiosk/locked-page.h"

struct _KioskLockedPage {
  KioskPage parent;
};

G_DEFINE_FINAL_TYPE(KioskLockedPage, kiosk_locked_page, KIOSK_TYPE_PAGE)

static void
kiosk_locked_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
kiosk_locked_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_LOCKED_PAGE);
  G_OBJECT_CLASS(kiosk_locked_page_parent_class)->dispose(object);
}

static void
kiosk_locked_page_class_init(KioskLockedPageClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = kiosk_locked_page_dispose;
  KIOSK_PAGE_CLASS(klass)->primary = kiosk_locked_page_primary;
  gtk_widget_class_set_template_from_resource(
      GTK_WIDGET_CLASS(klass), "/org/keyturn/kiosk/locked-page.ui");
}

static void
kiosk_locked_page_init(KioskLockedPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
