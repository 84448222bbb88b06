/* SPDX-License-Identifier: Apache-2.0 */
/* return-page.c */
#include "kiosk/return-page.h"

#include "kiosk/session-act.h"
#include "kiosk/widgets/widgets.h"

struct _KioskReturnPage {
  KioskPage parent;
  KioskChoice *approve;
};

G_DEFINE_FINAL_TYPE(KioskReturnPage, kiosk_return_page, KIOSK_TYPE_PAGE)

static void
on_help_desk_clicked(KioskReturnPage *self)
{
  (void)kiosk_session_go(kiosk_page_session(KIOSK_PAGE(self)), KIOSK_GO_NEXT);
}

static void
on_approve_clicked(KioskReturnPage *self)
{
  kiosk_session_act_approve(kiosk_page_session(KIOSK_PAGE(self)));
}

static void
kiosk_return_page_update(KioskPage *page)
{
  gtk_widget_set_visible(
      GTK_WIDGET(KIOSK_RETURN_PAGE(page)->approve),
      kiosk_session_act_can_approve(kiosk_page_session(page)));
}

static void
kiosk_return_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_RETURN_PAGE);
  G_OBJECT_CLASS(kiosk_return_page_parent_class)->dispose(object);
}

static void
kiosk_return_page_class_init(KioskReturnPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_return_page_dispose;
  page->update = kiosk_return_page_update;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/return-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskReturnPage, approve);
  gtk_widget_class_bind_template_callback(widget, on_help_desk_clicked);
  gtk_widget_class_bind_template_callback(widget, on_approve_clicked);
}

static void
kiosk_return_page_init(KioskReturnPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
