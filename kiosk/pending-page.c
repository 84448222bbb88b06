/* SPDX-License-Identifier: Apache-2.0 */
/* pending-page.c */
#include "kiosk/pending-page.h"

#include <glib/gi18n.h>

#include "kiosk/fact.h"
#include "kiosk/notice.h"
#include "kiosk/session-user.h"
#include "kiosk/widgets/widgets.h"

struct _KioskPendingPage {
  KioskPage parent;
  KioskNotice *key;
  KioskFact *reference, *code;
  GtkWidget *spare;
  bool warned;
};

G_DEFINE_FINAL_TYPE(KioskPendingPage, kiosk_pending_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskPendingPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

static void
show_key(KioskPendingPage *self)
{
  kiosk_notice_set(self->key,
                   kiosk_session_user_key_in(session_of(self)) ? "key.take"
                                                               : "key.taken",
                   0);
}

/* What was said of the key that is in is no longer so once it is out. */
static void
on_keys_changed(KioskPendingPage *self)
{
  show_key(self);
  if (self->warned && !kiosk_session_user_key_in(session_of(self)))
    kiosk_page_tell(KIOSK_PAGE(self), "key.taken", 0, NULL);
}

static void
kiosk_pending_page_update(KioskPage *page)
{
  KioskPendingPage *self = KIOSK_PENDING_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *of = kiosk_session_case(session);
  bool both = fidotool_json_size(fidotool_json_get(of, "made")) > 1;

  kiosk_page_set_title(page,
                       both ? _("Both keys are ready, but not active yet")
                            : _("Your new key is ready, but not active yet"));
  kiosk_fact_set_text(self->reference, kiosk_session_case_id(session));
  kiosk_fact_set_text(self->code, fidotool_json_get_text(of, "short_code"));
  gtk_widget_set_visible(self->spare, kiosk_session_user_may_spare(session));
  show_key(self);
}

static void
kiosk_pending_page_entered(KioskPage *page)
{
  g_signal_connect_object(kiosk_session_work(kiosk_page_session(page)),
                          "keys-changed", G_CALLBACK(on_keys_changed), page,
                          G_CONNECT_SWAPPED);
  kiosk_page_tell(page, "made.ok", 0, NULL);
}

/* A key that is forgotten in the port is said once; then it is the person's. */
static void
kiosk_pending_page_primary(KioskPage *page)
{
  KioskPendingPage *self = KIOSK_PENDING_PAGE(page);

  if (kiosk_session_user_key_in(kiosk_page_session(page)) && !self->warned) {
    self->warned = true;
    kiosk_page_tell(page, "key.forgotten", 0, NULL);
    return;
  }
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
on_spare_clicked(KioskPendingPage *self)
{
  kiosk_session_user_spare(session_of(self));
}

static void
kiosk_pending_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_PENDING_PAGE);
  G_OBJECT_CLASS(kiosk_pending_page_parent_class)->dispose(object);
}

static void
kiosk_pending_page_class_init(KioskPendingPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_pending_page_dispose;
  page->entered = kiosk_pending_page_entered;
  page->update = kiosk_pending_page_update;
  page->primary = kiosk_pending_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/pending-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskPendingPage, name)
  CHILD(key);
  CHILD(reference);
  CHILD(code);
  CHILD(spare);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_spare_clicked);
}

static void
kiosk_pending_page_init(KioskPendingPage *self)
{
  g_type_ensure(KIOSK_TYPE_FACT);
  g_type_ensure(KIOSK_TYPE_NOTICE);
  gtk_widget_init_template(GTK_WIDGET(self));
}
