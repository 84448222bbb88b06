/* SPDX-License-Identifier: Apache-2.0 */
/* away-page.c */
#include "kiosk/away-page.h"

#include "kiosk/fact.h"
#include "kiosk/words.h"

struct _KioskAwayPage {
  KioskPage parent;
  KioskFact *phone;
};

G_DEFINE_FINAL_TYPE(KioskAwayPage, kiosk_away_page, KIOSK_TYPE_PAGE)

static void
kiosk_away_page_entered(KioskPage *page)
{
  g_autofree char *wait = kiosk_words_text("station.wait", 0, NULL);

  kiosk_page_set_body(page, wait);
  kiosk_fact_set_text(KIOSK_AWAY_PAGE(page)->phone,
                      kiosk_session_config(kiosk_page_session(page))->phone);
}

static void
kiosk_away_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_AWAY_PAGE);
  G_OBJECT_CLASS(kiosk_away_page_parent_class)->dispose(object);
}

static void
kiosk_away_page_class_init(KioskAwayPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_away_page_dispose;
  page->entered = kiosk_away_page_entered;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/away-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskAwayPage, phone);
}

static void
kiosk_away_page_init(KioskAwayPage *self)
{
  g_type_ensure(KIOSK_TYPE_FACT);
  gtk_widget_init_template(GTK_WIDGET(self));
}
