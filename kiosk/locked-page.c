/* SPDX-License-Identifier: Apache-2.0 */
/* locked-page.c */
#include "kiosk/locked-page.h"

#include "kiosk/session-act.h"
#include "kiosk/widgets/widgets.h"

struct _KioskLockedPage {
  KioskPage parent;
  KioskChoice *approve;
};

G_DEFINE_FINAL_TYPE(KioskLockedPage, kiosk_locked_page, KIOSK_TYPE_PAGE)

static void
on_approve_clicked(KioskLockedPage *self)
{
  kiosk_session_act_approve(kiosk_page_session(KIOSK_PAGE(self)));
}

static void
kiosk_locked_page_update(KioskPage *page)
{
  gtk_widget_set_visible(
      GTK_WIDGET(KIOSK_LOCKED_PAGE(page)->approve),
      kiosk_session_act_can_approve(kiosk_page_session(page)));
}

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
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_locked_page_dispose;
  page->update = kiosk_locked_page_update;
  page->primary = kiosk_locked_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/locked-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskLockedPage, approve);
  gtk_widget_class_bind_template_callback(widget, on_approve_clicked);
}

static void
kiosk_locked_page_init(KioskLockedPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
