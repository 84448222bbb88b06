/* SPDX-License-Identifier: Apache-2.0 */
/* stop-page.c */
#include "kiosk/stop-page.h"

#include "kiosk/fact.h"
#include "kiosk/notice.h"
#include "kiosk/session-user.h"
#include "kiosk/words.h"

struct _KioskStopPage {
  KioskPage parent;
  KioskNotice *why;
  KioskFact *reference;
  KioskFact *phone;
  GtkWidget *keep;
};

G_DEFINE_FINAL_TYPE(KioskStopPage, kiosk_stop_page, KIOSK_TYPE_PAGE)

static void
kiosk_stop_page_entered(KioskPage *page)
{
  KioskStopPage *self = KIOSK_STOP_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const char *why = kiosk_session_user_why(session);
  bool somebody_else = g_strcmp0(why, "stop.notme") == 0;
  g_autofree char *body = kiosk_words_text(
      kiosk_session_facts(session)->made ? "stop.made" : "stop.nothing", 0,
      NULL);

  kiosk_page_set_body(page, body);
  kiosk_notice_set(self->why, why, 0);
  /* Whose case it is not, has no use for its number. */
  kiosk_fact_set_text(self->reference,
                      somebody_else ? NULL : kiosk_session_case_id(session));
  gtk_widget_set_visible(self->keep, !somebody_else);
  kiosk_fact_set_text(self->phone, kiosk_session_config(session)->phone);
}

static void
kiosk_stop_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
kiosk_stop_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_STOP_PAGE);
  G_OBJECT_CLASS(kiosk_stop_page_parent_class)->dispose(object);
}

static void
kiosk_stop_page_class_init(KioskStopPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_stop_page_dispose;
  page->entered = kiosk_stop_page_entered;
  page->primary = kiosk_stop_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/stop-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskStopPage, why);
  gtk_widget_class_bind_template_child(widget, KioskStopPage, reference);
  gtk_widget_class_bind_template_child(widget, KioskStopPage, phone);
  gtk_widget_class_bind_template_child(widget, KioskStopPage, keep);
}

static void
kiosk_stop_page_init(KioskStopPage *self)
{
  g_type_ensure(KIOSK_TYPE_FACT);
  g_type_ensure(KIOSK_TYPE_NOTICE);
  gtk_widget_init_template(GTK_WIDGET(self));
}
