/* SPDX-License-Identifier: Apache-2.0 */
/* insert-page.c */
#include "kiosk/insert-page.h"

#include <glib/gi18n.h>

#include "kiosk/fact.h"
#include "kiosk/key-name.h"
#include "kiosk/key-panel.h"
#include "kiosk/notice.h"
#include "kiosk/session-user.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskInsertPage {
  KioskPage parent;
  KioskKeyPanel *panel;
  GtkWidget *found, *none;
  KioskNotice *fits, *staff_key;
  KioskFact *key, *pin;
  const FidotoolJson *told; /* the key that was spoken of; not ours */
};

G_DEFINE_FINAL_TYPE(KioskInsertPage, kiosk_insert_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskInsertPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

/* The key is known, and whether it does. */
static bool
is_judged(KioskSession *session)
{
  return kiosk_session_user_key(session) != NULL &&
         (kiosk_session_user_verdict(session) != NULL ||
          kiosk_session_user_refusal(session) != NULL);
}

static const char *
pin_word(KioskSession *session)
{
  const char *state = kiosk_session_user_pin_state(session);

  if (g_strcmp0(state, "set") == 0)
    return "pin.is.set";
  return g_strcmp0(state, "not-set") == 0 ? "pin.is.not" : NULL;
}

static void
show_facts(KioskInsertPage *self, KioskSession *session)
{
  const char *pin = pin_word(session);
  g_autofree char *name = kiosk_key_name(
      fidotool_json_get(kiosk_session_user_key(session), "device"));
  g_autofree char *text = pin == NULL ? NULL : kiosk_words_text(pin, 0, NULL);

  kiosk_fact_set_text(self->key, name);
  /* Of a key that does not fit nothing more is asked. */
  kiosk_fact_set_text(
      self->pin, kiosk_session_user_refusal(session) == NULL ? text : NULL);
}

/* Once for each key: what fits stands on the page, what does not above it. */
static void
tell_verdict(KioskInsertPage *self, KioskSession *session)
{
  const char *refusal = kiosk_session_user_refusal(session);

  if (self->told == kiosk_session_user_key(session))
    return;
  self->told = kiosk_session_user_key(session);
  kiosk_page_tell(KIOSK_PAGE(self), refusal == NULL ? "fit.yes" : refusal, 0,
                  NULL);
}

static void
show_title(KioskInsertPage *self, KioskSession *session)
{
  const char *why = kiosk_session_user_why(session);
  g_autofree char *text =
      kiosk_words_text(why == NULL ? "key.only" : why, 0, NULL);

  if (!is_judged(session)) {
    kiosk_page_set_title(KIOSK_PAGE(self), _("Insert your new key"));
    kiosk_page_set_body(KIOSK_PAGE(self), text);
  } else if (kiosk_session_user_refusal(session) == NULL) {
    kiosk_page_set_title(KIOSK_PAGE(self), _("Your new key"));
    kiosk_page_set_body(KIOSK_PAGE(self),
                        why == NULL ? _("Leave it in until the end.") : text);
  } else {
    kiosk_page_set_title(KIOSK_PAGE(self), _("Another key is needed"));
    kiosk_page_set_body(KIOSK_PAGE(self),
                        _("Take this key out, and insert another one."));
  }
}

static void
show_primary(KioskInsertPage *self)
{
  KioskSession *session = session_of(self);

  if (!is_judged(session))
    kiosk_page_set_primary(KIOSK_PAGE(self),
                           kiosk_key_panel_label(self->panel));
  else
    kiosk_page_set_primary(
        KIOSK_PAGE(self),
        kiosk_session_user_refusal(session) == NULL ? _("Continue") : NULL);
}

static void
show_staff_key(KioskInsertPage *self)
{
  kiosk_notice_set(
      self->staff_key,
      kiosk_session_user_staff_key_in(session_of(self)) ? "key.staff.in" : NULL,
      0);
}

static void
kiosk_insert_page_update(KioskPage *page)
{
  KioskInsertPage *self = KIOSK_INSERT_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  bool judged = is_judged(session);
  bool fits = judged && kiosk_session_user_refusal(session) == NULL;

  gtk_widget_set_visible(GTK_WIDGET(self->panel), !judged);
  gtk_widget_set_visible(self->found, judged);
  gtk_widget_set_visible(self->none, !fits);
  kiosk_notice_set(self->fits, fits ? "fit.yes" : NULL, 0);
  show_title(self, session);
  show_primary(self);
  show_staff_key(self);
  if (judged) {
    show_facts(self, session);
    tell_verdict(self, session);
  } else {
    self->told = NULL;
  }
}

static void
kiosk_insert_page_entered(KioskPage *page)
{
  KioskInsertPage *self = KIOSK_INSERT_PAGE(page);

  kiosk_key_panel_leave_primary(self->panel);
  g_signal_connect_object(self->panel, "updated", G_CALLBACK(show_primary),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(kiosk_session_work(kiosk_page_session(page)),
                          "keys-changed", G_CALLBACK(show_staff_key), self,
                          G_CONNECT_SWAPPED);
  kiosk_session_user_check_key(kiosk_page_session(page));
  kiosk_key_panel_follow(self->panel, page);
}

static void
kiosk_insert_page_primary(KioskPage *page)
{
  if (is_judged(kiosk_page_session(page)))
    (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
  else
    (void)kiosk_key_panel_primary(KIOSK_INSERT_PAGE(page)->panel);
}

static void
on_none_clicked(KioskInsertPage *self)
{
  kiosk_session_user_block(session_of(self),
                           kiosk_session_user_refusal(session_of(self)));
}

static void
kiosk_insert_page_drop_typed(KioskPage *page)
{
  kiosk_key_panel_drop_typed(KIOSK_INSERT_PAGE(page)->panel);
}

static void
kiosk_insert_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_INSERT_PAGE);
  G_OBJECT_CLASS(kiosk_insert_page_parent_class)->dispose(object);
}

static void
kiosk_insert_page_class_init(KioskInsertPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_insert_page_dispose;
  page->entered = kiosk_insert_page_entered;
  page->drop_typed = kiosk_insert_page_drop_typed;
  page->update = kiosk_insert_page_update;
  page->primary = kiosk_insert_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/insert-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskInsertPage, name)
  CHILD(panel);
  CHILD(found);
  CHILD(none);
  CHILD(fits);
  CHILD(staff_key);
  CHILD(key);
  CHILD(pin);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_none_clicked);
}

static void
kiosk_insert_page_init(KioskInsertPage *self)
{
  g_type_ensure(KIOSK_TYPE_FACT);
  g_type_ensure(KIOSK_TYPE_NOTICE);
  gtk_widget_init_template(GTK_WIDGET(self));
}
