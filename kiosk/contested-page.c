/* SPDX-License-Identifier: Apache-2.0 */
/* contested-page.c */
#include "kiosk/contested-page.h"

#include "kiosk/fact.h"
#include "kiosk/notice.h"

struct _KioskContestedPage {
  KioskPage parent;
  KioskNotice *done;
  KioskFact *phone;
};

G_DEFINE_FINAL_TYPE(KioskContestedPage, kiosk_contested_page, KIOSK_TYPE_PAGE)

static void
kiosk_contested_page_entered(KioskPage *page)
{
  KioskContestedPage *self = KIOSK_CONTESTED_PAGE(page);

  kiosk_notice_set(self->done, "contest.done", 0);
  kiosk_page_tell(page, "contest.done", 0, NULL);
  kiosk_fact_set_text(self->phone,
                      kiosk_session_config(kiosk_page_session(page))->phone);
}

static void
kiosk_contested_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
kiosk_contested_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_CONTESTED_PAGE);
  G_OBJECT_CLASS(kiosk_contested_page_parent_class)->dispose(object);
}

static void
kiosk_contested_page_class_init(KioskContestedPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_contested_page_dispose;
  page->entered = kiosk_contested_page_entered;
  page->primary = kiosk_contested_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/contested-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskContestedPage, done);
  gtk_widget_class_bind_template_child(widget, KioskContestedPage, phone);
}

static void
kiosk_contested_page_init(KioskContestedPage *self)
{
  g_type_ensure(KIOSK_TYPE_FACT);
  g_type_ensure(KIOSK_TYPE_NOTICE);
  gtk_widget_init_template(GTK_WIDGET(self));
}
