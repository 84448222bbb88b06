/* SPDX-License-Identifier: Apache-2.0 */
/* pin-page.c */
#include "kiosk/pin-page.h"

#include <glib/gi18n.h>

#include "kiosk/language.h"
#include "kiosk/notice.h"
#include "kiosk/presenter-pin.h"
#include "kiosk/session-user.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskPinPage {
  KioskPage parent;
  GtkWidget *form, *wait, *other;
  GtkLabel *ask, *rules;
  KioskSecretEntry *entry;
  KioskNotice *strength;
  KioskKeypad *keypad;
  FidotoolSecret *first; /* what was chosen, until it was entered again */
  KioskPinStrength told;
  bool last; /* the person wants to use the last try */
};

G_DEFINE_FINAL_TYPE(KioskPinPage, kiosk_pin_page, KIOSK_TYPE_PAGE)

/* A PIN that is set already may be as short as the standard allows. */
#define MIN_SET 4

typedef enum {
  MODE_CHOOSE,
  MODE_REPEAT,
  MODE_ENTER,
  MODE_LAST, /* one try is left: the person is asked first */
  MODE_WAIT, /* the key takes the PIN */
} Mode;

static KioskSession *
session_of(KioskPinPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

static Mode
mode_of(KioskPinPage *self)
{
  KioskSession *session = session_of(self);

  if (kiosk_device_work_view(kiosk_session_work(session))->state !=
      KIOSK_KEY_IDLE)
    return MODE_WAIT;
  if (g_strcmp0(kiosk_session_user_pin_state(session), "not-set") == 0)
    return self->first == NULL ? MODE_CHOOSE : MODE_REPEAT;
  return kiosk_session_user_pin_tries(session) == 1 && !self->last ? MODE_LAST
                                                                   : MODE_ENTER;
}

static int
wanted_min(KioskPinPage *self)
{
  return kiosk_presenter_pin_min(kiosk_session_user_pin_min(session_of(self)));
}

/* --- what is shown ----------------------------------------------------------
 */

static const char *
title_of(Mode mode)
{
  switch (mode) {
  case MODE_CHOOSE:
    return _("Choose a PIN for your new key");
  case MODE_REPEAT:
    return _("Enter the same PIN again");
  case MODE_ENTER:
    return _("Enter the PIN of your new key");
  case MODE_LAST:
    return _("Only 1 try is left");
  case MODE_WAIT:
    return _("Please wait");
  }
  return "";
}

static const char *
body_of(Mode mode)
{
  switch (mode) {
  case MODE_CHOOSE:
  case MODE_REPEAT:
  case MODE_ENTER:
    return "pin.privacy";
  case MODE_LAST:
    return "pin.last.ask";
  case MODE_WAIT:
    return "pin.setting";
  }
  return NULL;
}

static const char *
primary_of(Mode mode)
{
  switch (mode) {
  case MODE_CHOOSE:
  case MODE_REPEAT:
  case MODE_ENTER:
    return _("Continue");
  case MODE_LAST:
    return _("Use the last try");
  case MODE_WAIT:
    return NULL;
  }
  return NULL;
}

static void
set_word(GtkLabel *label, const char *word, int n)
{
  g_autofree char *text = word == NULL ? NULL : kiosk_words_text(word, n, NULL);

  gtk_label_set_text(label, text == NULL ? "" : text);
  gtk_widget_set_visible(GTK_WIDGET(label), text != NULL);
}

static void
show_ask(KioskPinPage *self, Mode mode)
{
  int tries = kiosk_session_user_pin_tries(session_of(self));
  bool few = mode == MODE_ENTER && tries > 0 && tries < 8;

  if (mode == MODE_CHOOSE)
    set_word(self->ask, "pin.choose", wanted_min(self));
  else
    set_word(self->ask, mode == MODE_REPEAT ? "pin.repeat" : "pin.enter", 0);
  set_word(self->rules,
           mode == MODE_CHOOSE ? "pin.rules"
           : few               ? "pin.tries"
                               : NULL,
           tries);
  g_object_set(self->entry, "label",
               mode == MODE_REPEAT   ? _("The same PIN again")
               : mode == MODE_CHOOSE ? _("New PIN")
                                     : _("PIN of your key"),
               NULL);
}

static void
kiosk_pin_page_update(KioskPage *page)
{
  KioskPinPage *self = KIOSK_PIN_PAGE(page);
  Mode mode = mode_of(self);
  g_autofree char *body = kiosk_words_text(body_of(mode), 0, NULL);
  bool typing =
      mode == MODE_CHOOSE || mode == MODE_REPEAT || mode == MODE_ENTER;

  kiosk_page_set_title(page, title_of(mode));
  kiosk_page_set_body(page, body);
  kiosk_page_set_primary(page, primary_of(mode));
  gtk_widget_set_visible(self->form, typing);
  gtk_widget_set_visible(self->wait, mode == MODE_WAIT);
  gtk_widget_set_visible(self->other, mode == MODE_LAST);
  show_ask(self, mode);
}

/* --- how strong -------------------------------------------------------------
 */

/* Judged where it lies: nothing of it is copied. */
static KioskPinStrength
judge(KioskPinPage *self)
{
  const FidotoolSecret *typed = kiosk_secret_entry_peek(self->entry);

  return typed == NULL ? KIOSK_PIN_EMPTY
                       : kiosk_presenter_pin_judge(
                             fidotool_secret_text(typed),
                             kiosk_session_user_pin_min(session_of(self)));
}

static void
show_strength(KioskPinPage *self)
{
  KioskPinStrength strength = judge(self);
  int missing = wanted_min(self) - (int)kiosk_secret_entry_count(self->entry);

  kiosk_notice_set_tone(
      self->strength, kiosk_presenter_pin_live_word(strength), missing,
      kiosk_presenter_pin_is_good(strength) ? KIOSK_TONE_OK
                                            : KIOSK_TONE_ATTENTION);
  /* Each new judgement is said; not each character that is still missing. */
  if (strength != self->told && strength > KIOSK_PIN_SHORT)
    kiosk_page_tell(KIOSK_PAGE(self), kiosk_presenter_pin_live_word(strength),
                    0, NULL);
  self->told = strength;
}

static void
on_entry_changed(KioskPinPage *self)
{
  bool empty = kiosk_secret_entry_count(self->entry) == 0;

  if (!empty && kiosk_secret_entry_count(self->entry) == 1)
    kiosk_page_tell(KIOSK_PAGE(self), NULL, 0, NULL); /* the strip is read */
  if (mode_of(self) == MODE_CHOOSE)
    show_strength(self);
  else
    kiosk_notice_set(self->strength, NULL, 0);
}

/* --- what is entered --------------------------------------------------------
 */

static void
start_over(KioskPinPage *self)
{
  g_clear_pointer(&self->first, fidotool_secret_free);
  kiosk_secret_entry_clear(self->entry);
  kiosk_pin_page_update(KIOSK_PAGE(self));
  gtk_widget_grab_focus(GTK_WIDGET(self->entry));
}

static void
take_first(KioskPinPage *self)
{
  switch (judge(self)) {
  case KIOSK_PIN_EMPTY:
  case KIOSK_PIN_SHORT:
    kiosk_page_tell(KIOSK_PAGE(self), "pin.short", wanted_min(self), NULL);
    return;
  case KIOSK_PIN_WEAK:
    kiosk_secret_entry_clear(self->entry);
    kiosk_page_tell(KIOSK_PAGE(self), "pin.weak", 0, NULL);
    return;
  case KIOSK_PIN_FAIR:
  case KIOSK_PIN_GOOD:
  case KIOSK_PIN_STRONG:
    break;
  }
  self->first = kiosk_secret_entry_steal(self->entry);
  kiosk_pin_page_update(KIOSK_PAGE(self));
  kiosk_page_tell(KIOSK_PAGE(self), "pin.repeat", 0, NULL);
  gtk_widget_grab_focus(GTK_WIDGET(self->entry));
}

static void
take_second(KioskPinPage *self)
{
  g_autoptr(FidotoolSecret) second = NULL;

  if (kiosk_secret_entry_count(self->entry) == 0) {
    kiosk_page_tell(KIOSK_PAGE(self), "pin.repeat.empty", 0, NULL);
    return;
  }
  second = kiosk_secret_entry_steal(self->entry);
  if (!fidotool_secret_equal(self->first, second)) {
    start_over(self);
    kiosk_page_tell(KIOSK_PAGE(self), "pin.mismatch", 0, NULL);
    return;
  }
  kiosk_session_user_pin(session_of(self), g_steal_pointer(&self->first),
                         false);
}

static void
take_pin(KioskPinPage *self)
{
  if (kiosk_secret_entry_count(self->entry) < MIN_SET)
    kiosk_page_tell(KIOSK_PAGE(self), "pin.short", MIN_SET, NULL);
  else
    kiosk_session_user_pin(session_of(self),
                           kiosk_secret_entry_steal(self->entry), self->last);
}

static void
kiosk_pin_page_primary(KioskPage *page)
{
  KioskPinPage *self = KIOSK_PIN_PAGE(page);

  if (!kiosk_secret_entry_has_page(self->entry)) {
    kiosk_page_tell(page, "pin.nopage", 0, NULL);
    return;
  }
  switch (mode_of(self)) {
  case MODE_CHOOSE:
    take_first(self);
    break;
  case MODE_REPEAT:
    take_second(self);
    break;
  case MODE_ENTER:
    take_pin(self);
    break;
  case MODE_LAST:
    self->last = true;
    kiosk_pin_page_update(page);
    gtk_widget_grab_focus(GTK_WIDGET(self->entry));
    break;
  case MODE_WAIT:
    break;
  }
}

static bool
kiosk_pin_page_back(KioskPage *page)
{
  if (mode_of(KIOSK_PIN_PAGE(page)) != MODE_REPEAT)
    return false;
  start_over(KIOSK_PIN_PAGE(page));
  return true;
}

static bool
kiosk_pin_page_take_key(KioskPage *page, guint keyval, GdkModifierType state)
{
  KioskPinPage *self = KIOSK_PIN_PAGE(page);

  return gtk_widget_get_visible(self->form) &&
         kiosk_secret_entry_take_key(self->entry, keyval, state);
}

static void
on_entry_activated(KioskPinPage *self)
{
  kiosk_pin_page_primary(KIOSK_PAGE(self));
}

static void
on_keypad_pressed(KioskPinPage *self, const char *text)
{
  (void)kiosk_secret_entry_insert(self->entry, text); /* full: nothing */
}

static void
on_keypad_erased(KioskPinPage *self)
{
  (void)kiosk_secret_entry_erase(self->entry); /* empty: nothing */
}

static void
on_other_clicked(KioskPinPage *self)
{
  kiosk_session_user_other_key(session_of(self));
}

/* The key does not take what was chosen, or there is nothing to take. */
static void
on_view_changed(KioskPinPage *self)
{
  kiosk_pin_page_update(KIOSK_PAGE(self));
}

static void
kiosk_pin_page_entered(KioskPage *page)
{
  KioskPinPage *self = KIOSK_PIN_PAGE(page);

  kiosk_session_user_forget_pin(kiosk_page_session(page));
  g_object_set(self->keypad, "language", kiosk_language_current(), NULL);
  g_signal_connect_object(kiosk_session_work(kiosk_page_session(page)),
                          "view-changed", G_CALLBACK(on_view_changed), self,
                          G_CONNECT_SWAPPED);
}

static void
kiosk_pin_page_drop_typed(KioskPage *page)
{
  kiosk_secret_entry_clear(KIOSK_PIN_PAGE(page)->entry);
}

static void
kiosk_pin_page_dispose(GObject *object)
{
  g_clear_pointer(&KIOSK_PIN_PAGE(object)->first, fidotool_secret_free);
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_PIN_PAGE);
  G_OBJECT_CLASS(kiosk_pin_page_parent_class)->dispose(object);
}

static void
kiosk_pin_page_class_init(KioskPinPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_pin_page_dispose;
  page->entered = kiosk_pin_page_entered;
  page->update = kiosk_pin_page_update;
  page->primary = kiosk_pin_page_primary;
  page->back = kiosk_pin_page_back;
  page->take_key = kiosk_pin_page_take_key;
  page->drop_typed = kiosk_pin_page_drop_typed;
  gtk_widget_class_set_template_from_resource(widget,
                                              "/org/keyturn/kiosk/pin-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskPinPage, name)
  CHILD(form);
  CHILD(wait);
  CHILD(other);
  CHILD(ask);
  CHILD(rules);
  CHILD(entry);
  CHILD(strength);
  CHILD(keypad);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
  gtk_widget_class_bind_template_callback(widget, on_entry_changed);
  gtk_widget_class_bind_template_callback(widget, on_keypad_pressed);
  gtk_widget_class_bind_template_callback(widget, on_keypad_erased);
  gtk_widget_class_bind_template_callback(widget, on_other_clicked);
}

static void
kiosk_pin_page_init(KioskPinPage *self)
{
  g_type_ensure(KIOSK_TYPE_NOTICE);
  gtk_widget_init_template(GTK_WIDGET(self));
}
