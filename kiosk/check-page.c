/* SPDX-License-Identifier: Apache-2.0 */
/* check-page.c */
#include "kiosk/check-page.h"

#include "kiosk/fact.h"
#include "kiosk/key-name.h"
#include "kiosk/session-user.h"
#include "kiosk/words.h"

struct _KioskCheckPage {
  KioskPage parent;
  KioskFact *reference, *name, *key, *pin, *old, *approval, *wait;
};

G_DEFINE_FINAL_TYPE(KioskCheckPage, kiosk_check_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskCheckPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

static void
set_word(KioskFact *fact, const char *word, int n)
{
  g_autofree char *text = word == NULL ? NULL : kiosk_words_text(word, n, NULL);

  kiosk_fact_set_text(fact, text);
}

static int
count_missing(const FidotoolJson *slots)
{
  int n = 0;

  for (size_t i = 0; i < fidotool_json_size(slots); i++)
    n += fidotool_json_get(fidotool_json_at(slots, i), "person") == NULL;
  return n;
}

static void
kiosk_check_page_update(KioskPage *page)
{
  KioskCheckPage *self = KIOSK_CHECK_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *of = kiosk_session_case(session);
  int old = (int)fidotool_json_size(fidotool_json_get(of, "reported"));
  int missing = count_missing(fidotool_json_get(of, "slots"));
  g_autofree char *key = kiosk_key_name(
      fidotool_json_get(kiosk_session_user_key(session), "device"));

  kiosk_fact_set_text(self->reference, kiosk_session_case_id(session));
  kiosk_fact_set_text(self->name, fidotool_json_get_text(
                                      fidotool_json_get(of, "person"), "name"));
  kiosk_fact_set_text(self->key, key);
  set_word(self->pin,
           kiosk_session_facts(session)->no_pin ? NULL : "pin.is.entered", 0);
  set_word(self->old, old > 0 ? "old.stopped" : "old.none", old);
  set_word(self->approval, missing > 0 ? "need.approval" : "need.nobody",
           missing);
  set_word(self->wait, "need.wait", 0);
}

static void
kiosk_check_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
on_name_change_wanted(KioskCheckPage *self)
{
  kiosk_session_user_block(session_of(self), "stop.notme");
}

static void
on_key_change_wanted(KioskCheckPage *self)
{
  kiosk_session_user_other_key(session_of(self));
}

static void
on_pin_change_wanted(KioskCheckPage *self)
{
  (void)kiosk_session_go(session_of(self), KIOSK_GO_BACK);
}

static void
kiosk_check_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_CHECK_PAGE);
  G_OBJECT_CLASS(kiosk_check_page_parent_class)->dispose(object);
}

static void
kiosk_check_page_class_init(KioskCheckPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_check_page_dispose;
  page->update = kiosk_check_page_update;
  page->primary = kiosk_check_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/check-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskCheckPage, name)
  CHILD(reference);
  CHILD(name);
  CHILD(key);
  CHILD(pin);
  CHILD(old);
  CHILD(approval);
  CHILD(wait);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_name_change_wanted);
  gtk_widget_class_bind_template_callback(widget, on_key_change_wanted);
  gtk_widget_class_bind_template_callback(widget, on_pin_change_wanted);
}

static void
kiosk_check_page_init(KioskCheckPage *self)
{
  g_type_ensure(KIOSK_TYPE_FACT);
  gtk_widget_init_template(GTK_WIDGET(self));
}
