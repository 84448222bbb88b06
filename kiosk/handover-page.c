/* SPDX-License-Identifier: Apache-2.0 */
/* handover-page.c */
#include "kiosk/handover-page.h"

#include "kiosk/notice.h"
#include "kiosk/session-user.h"

struct _KioskHandoverPage {
  KioskPage parent;
  KioskNotice *staff_key;
};

G_DEFINE_FINAL_TYPE(KioskHandoverPage, kiosk_handover_page, KIOSK_TYPE_PAGE)

/* It may stay where there is a second port. */
static void
show_staff_key(KioskHandoverPage *self)
{
  bool in =
      kiosk_session_user_staff_key_in(kiosk_page_session(KIOSK_PAGE(self)));

  kiosk_notice_set(self->staff_key, in ? "key.staff.out" : NULL, 0);
}

static void
kiosk_handover_page_entered(KioskPage *page)
{
  KioskHandoverPage *self = KIOSK_HANDOVER_PAGE(page);

  g_signal_connect_object(kiosk_session_work(kiosk_page_session(page)),
                          "keys-changed", G_CALLBACK(show_staff_key), self,
                          G_CONNECT_SWAPPED);
  show_staff_key(self);
}

static void
kiosk_handover_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
kiosk_handover_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_HANDOVER_PAGE);
  G_OBJECT_CLASS(kiosk_handover_page_parent_class)->dispose(object);
}

static void
kiosk_handover_page_class_init(KioskHandoverPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_handover_page_dispose;
  page->entered = kiosk_handover_page_entered;
  page->primary = kiosk_handover_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/handover-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskHandoverPage, staff_key);
}

static void
kiosk_handover_page_init(KioskHandoverPage *self)
{
  g_type_ensure(KIOSK_TYPE_NOTICE);
  gtk_widget_init_template(GTK_WIDGET(self));
}
