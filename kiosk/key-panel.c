/* SPDX-License-Identifier: Apache-2.0 */
/* key-panel.c - draws a KioskKeyView. */
#include "kiosk/key-panel.h"

#include <glib/gi18n.h>

#include "kiosk/language.h"
#include "kiosk/rows.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

/* As long as device-work.c waits for a touch. */
#define TOUCH_S 30
/* So long nothing happens before there is a hint. */
#define HINT_S 20
/* As many tries as a key has at first; fewer are worth saying. */
#define ALL_TRIES 8

struct _KioskKeyPanel {
  AdwBin parent;
  KioskPage *page; /* weak: a click may outlive it */
  KioskDeviceWork *work;
  GtkWidget *moment;
  GtkImage *picture;
  KioskRing *ring;
  GtkLabel *words, *hint, *pin_words, *tries;
  GtkWidget *pin_box;
  KioskSecretEntry *entry;
  KioskKeypad *keypad;
  GtkWidget *choices, *another, *cancel;
  bool leave_primary;
  const char *told; /* the last word: it is said once */
  KioskKeyState told_state;
  int told_n;
  guint tick, hint_source;
  gint64 touch_until; /* monotonic, microseconds */
};

G_DEFINE_FINAL_TYPE(KioskKeyPanel, kiosk_key_panel, ADW_TYPE_BIN)

static guint updated, another_wanted;

static void
stop_ring(KioskKeyPanel *self)
{
  g_clear_handle_id(&self->tick, g_source_remove);
  gtk_widget_set_visible(GTK_WIDGET(self->ring), FALSE);
}

static gboolean
move_ring(gpointer data)
{
  KioskKeyPanel *self = data;
  gint64 left = MAX(self->touch_until - g_get_monotonic_time(), 0);

  g_object_set(self->ring, "fraction",
               (double)left / (TOUCH_S * (double)G_USEC_PER_SEC), "seconds",
               (guint)((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC), NULL);
  return G_SOURCE_CONTINUE;
}

static void
start_ring(KioskKeyPanel *self)
{
  if (self->tick != 0)
    return;
  self->touch_until = g_get_monotonic_time() + TOUCH_S * G_USEC_PER_SEC;
  self->tick = g_timeout_add(250, move_ring, self);
  (void)move_ring(self);
  gtk_widget_set_visible(GTK_WIDGET(self->ring), TRUE);
}

const char *
kiosk_key_panel_label(KioskKeyPanel *self)
{
  const KioskKeyView *view =
      self->work == NULL ? NULL : kiosk_device_work_view(self->work);

  if (view == NULL)
    return NULL;
  switch (view->state) {
  case KIOSK_KEY_PIN:
    return _("Continue");
  case KIOSK_KEY_LAST:
    return _("Use the last try");
  case KIOSK_KEY_RETRY:
    return _("Try again");
  case KIOSK_KEY_IDLE:
  case KIOSK_KEY_INSERT:
  case KIOSK_KEY_TOO_MANY:
  case KIOSK_KEY_WORKING:
  case KIOSK_KEY_TOUCH:
  case KIOSK_KEY_REPLUG:
  case KIOSK_KEY_STOPPED:
  case KIOSK_KEY_DONE:
    return NULL;
  }
  return NULL;
}

/* --- the wait for a hint ---------------------------------------------------
 */

static void
stop_hint(KioskKeyPanel *self)
{
  g_clear_handle_id(&self->hint_source, g_source_remove);
}

static gboolean
on_waited(gpointer data)
{
  KioskKeyPanel *self = data;

  self->hint_source = 0;
  kiosk_device_work_waited(self->work);
  return G_SOURCE_REMOVE;
}

/* From the beginning of this moment; the hint itself begins no new one. */
static void
wait_for_hint(KioskKeyPanel *self, const KioskKeyView *view)
{
  if (view->hint != NULL)
    return;
  stop_hint(self);
  if (view->state == KIOSK_KEY_INSERT || view->state == KIOSK_KEY_REPLUG)
    self->hint_source = g_timeout_add_seconds(HINT_S, on_waited, self);
}

/* --- what is shown ----------------------------------------------------------
 */

/* Said once for each new moment; words in the strip are not repeated here. */
static void
tell(KioskKeyPanel *self, const KioskKeyView *view)
{
  if (self->told == view->word && self->told_state == view->state &&
      self->told_n == view->n)
    return;
  self->told = view->word;
  self->told_state = view->state;
  self->told_n = view->n;
  if (view->word == NULL)
    return;
  kiosk_page_tell(self->page, view->word, view->n, NULL);
}

/* What a person is to do now, where the strip says what went wrong. */
static const char *
quiet_word(const KioskKeyView *view)
{
  if (!view->error)
    return view->word;
  switch (view->state) {
  case KIOSK_KEY_INSERT:
    return view->written ? "key.insert.same" : "key.insert";
  case KIOSK_KEY_TOO_MANY:
    return "key.two";
  case KIOSK_KEY_PIN:
    return view->is_new ? "pin.choose" : "pin.enter";
  case KIOSK_KEY_LAST:
    return "pin.last.ask";
  case KIOSK_KEY_TOUCH:
    return "touch.now";
  case KIOSK_KEY_REPLUG:
    return "key.remove";
  case KIOSK_KEY_WORKING:
    return "key.working";
  case KIOSK_KEY_STOPPED:
    return view->out ? "key.needed" : "key.another";
  case KIOSK_KEY_RETRY:
    return g_strcmp0(view->word, "key.other") == 0 ? "key.swap" : "key.retry";
  case KIOSK_KEY_IDLE:
  case KIOSK_KEY_DONE:
    return NULL;
  }
  return NULL;
}

static void
show_text(GtkLabel *label, const char *word, int n)
{
  g_autofree char *text = word == NULL ? NULL : kiosk_words_text(word, n, NULL);

  gtk_label_set_text(label, text == NULL ? "" : text);
  gtk_widget_set_visible(GTK_WIDGET(label), text != NULL);
}

/* Another way comes first: a hint is for who tries the one that is asked for.
 */
static void
show_hint(KioskKeyPanel *self, const KioskKeyView *view)
{
  g_autofree char *beside =
      view->beside == NULL ? NULL : kiosk_words_text(view->beside, 0, NULL);
  g_autofree char *hint =
      view->hint == NULL ? NULL : kiosk_words_text(view->hint, 0, NULL);
  g_autofree char *both =
      g_strjoin(beside != NULL && hint != NULL ? "\n" : "",
                beside != NULL ? beside : "", hint != NULL ? hint : "", NULL);

  gtk_label_set_text(self->hint, both);
  gtk_widget_set_visible(GTK_WIDGET(self->hint), *both != '\0');
}

static void
show_picture(KioskKeyPanel *self, const KioskKeyView *view, const char *id)
{
  const KioskWord *word =
      kiosk_words_find(view->word != NULL ? view->word : id);
  g_autofree char *icon = word == NULL || word->icon == NULL
                              ? NULL
                              : g_strdup_printf("%s-symbolic", word->icon);

  gtk_image_set_from_icon_name(self->picture, icon);
  g_object_set(self->ring, "icon-name", icon, NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->picture),
                         icon != NULL && view->state != KIOSK_KEY_TOUCH);
}

/* A box that takes the focus is read by its own name, not by its parts. */
static void
name_moment(KioskKeyPanel *self)
{
  const char *hint = gtk_label_get_text(self->hint);
  g_autofree char *name = g_strconcat(gtk_label_get_text(self->words),
                                      *hint == '\0' ? "" : " ", hint, NULL);

  gtk_accessible_update_property(GTK_ACCESSIBLE(self->moment),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_moment(KioskKeyPanel *self, const KioskKeyView *view)
{
  const char *id = quiet_word(view);
  int n = view->is_new ? view->min : view->n;
  bool asked = view->state == KIOSK_KEY_PIN;
  bool few = asked && view->tries > 0 && view->tries < ALL_TRIES &&
             !(view->error && view->tries == view->n);

  show_text(self->words, id, n);
  show_hint(self, view);
  show_text(self->pin_words, id, n);
  show_text(self->tries, few ? "pin.tries" : NULL, view->tries);
  show_picture(self, view, id);
  name_moment(self);
  gtk_widget_set_visible(self->moment, id != NULL && !asked);
  gtk_widget_set_visible(self->pin_box, asked);
}

/* A way out of each moment that does not go on by itself. */
static void
show_choices(KioskKeyPanel *self, const KioskKeyView *view)
{
  bool last = view->state == KIOSK_KEY_LAST;
  bool other =
      view->state == KIOSK_KEY_STOPPED || view->state == KIOSK_KEY_RETRY;

  gtk_button_set_label(GTK_BUTTON(self->another),
                       last ? _("Get another key") : _("Use another key"));
  kiosk_rows_wrap(GTK_BUTTON(self->another));
  gtk_widget_set_visible(self->another, last || (other && !view->any));
  gtk_widget_set_visible(self->cancel, view->state == KIOSK_KEY_WORKING ||
                                           view->state == KIOSK_KEY_TOUCH);
  gtk_widget_set_visible(self->choices,
                         gtk_widget_get_visible(self->another) ||
                             gtk_widget_get_visible(self->cancel));
}

/* Where the focus was on something that is gone, or a new moment asks for
 * something, the person is there; the strip has taken it by itself. */
static void
move_focus(KioskKeyPanel *self, const KioskKeyView *view, bool new_moment)
{
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
  GtkWidget *focus = root == NULL ? NULL : gtk_root_get_focus(root);
  bool lost = focus == NULL || !gtk_widget_is_visible(focus);
  bool here = focus != NULL && gtk_widget_is_ancestor(focus, GTK_WIDGET(self));

  if (view->state == KIOSK_KEY_PIN && new_moment && !view->error)
    gtk_widget_grab_focus(GTK_WIDGET(self->entry));
  else if (lost || (here && new_moment && !view->error))
    gtk_widget_grab_focus(view->state == KIOSK_KEY_PIN ? GTK_WIDGET(self->entry)
                                                       : self->moment);
}

static void
update(KioskKeyPanel *self)
{
  const KioskKeyView *view = kiosk_device_work_view(self->work);
  bool new_moment = self->told_state != view->state;

  if (self->page == NULL)
    return;
  show_moment(self, view);
  show_choices(self, view);
  if (view->state == KIOSK_KEY_TOUCH)
    start_ring(self);
  else
    stop_ring(self);
  if (view->state != KIOSK_KEY_PIN)
    kiosk_secret_entry_clear(self->entry);
  wait_for_hint(self, view);
  if (!self->leave_primary)
    kiosk_page_set_primary(self->page, kiosk_key_panel_label(self));
  tell(self, view);
  move_focus(self, view, new_moment);
  g_signal_emit(self, updated, 0);
}

void
kiosk_key_panel_leave_primary(KioskKeyPanel *self)
{
  self->leave_primary = true;
}

void
kiosk_key_panel_follow(KioskKeyPanel *self, KioskPage *page)
{
  g_set_weak_pointer(&self->page, page);
  self->work = g_object_ref(kiosk_session_work(kiosk_page_session(page)));
  g_object_set(self->keypad, "language", kiosk_language_current(), NULL);
  g_signal_connect_object(self->work, "view-changed", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  update(self);
}

static void
enter(KioskKeyPanel *self)
{
  if (kiosk_secret_entry_count(self->entry) > 0)
    kiosk_device_work_enter(self->work, kiosk_secret_entry_steal(self->entry));
}

bool
kiosk_key_panel_primary(KioskKeyPanel *self)
{
  switch (kiosk_device_work_view(self->work)->state) {
  case KIOSK_KEY_PIN:
    enter(self);
    return true;
  case KIOSK_KEY_LAST:
    kiosk_device_work_use_last(self->work);
    return true;
  case KIOSK_KEY_RETRY:
    kiosk_device_work_again(self->work);
    return true;
  case KIOSK_KEY_IDLE:
  case KIOSK_KEY_INSERT:
  case KIOSK_KEY_TOO_MANY:
  case KIOSK_KEY_WORKING:
  case KIOSK_KEY_TOUCH:
  case KIOSK_KEY_REPLUG:
  case KIOSK_KEY_STOPPED:
  case KIOSK_KEY_DONE:
    return false;
  }
  return false;
}

bool
kiosk_key_panel_take_key(KioskKeyPanel *self, guint keyval,
                         GdkModifierType state)
{
  return self->work != NULL &&
         kiosk_device_work_view(self->work)->state == KIOSK_KEY_PIN &&
         kiosk_secret_entry_take_key(self->entry, keyval, state);
}

void
kiosk_key_panel_drop_typed(KioskKeyPanel *self)
{
  kiosk_secret_entry_clear(self->entry);
}

static void
on_entry_activated(KioskKeyPanel *self)
{
  enter(self);
}

static void
on_keypad_pressed(KioskKeyPanel *self, const char *text)
{
  (void)kiosk_secret_entry_insert(self->entry, text); /* full: nothing */
}

static void
on_keypad_erased(KioskKeyPanel *self)
{
  (void)kiosk_secret_entry_erase(self->entry); /* empty: nothing */
}

/* Nothing more is asked of this one; the page knows who takes another, or it is
 * the page before. */
static void
on_another_clicked(KioskKeyPanel *self)
{
  if (g_signal_has_handler_pending(self, another_wanted, 0, FALSE))
    g_signal_emit(self, another_wanted, 0);
  else if (!kiosk_session_go(kiosk_page_session(self->page), KIOSK_GO_BACK))
    kiosk_device_work_stop(self->work);
}

static void
on_cancel_clicked(KioskKeyPanel *self)
{
  kiosk_device_work_stop(self->work);
}

static void
kiosk_key_panel_dispose(GObject *object)
{
  KioskKeyPanel *self = KIOSK_KEY_PANEL(object);

  if (self->ring != NULL)
    stop_ring(self);
  stop_hint(self);
  g_clear_weak_pointer(&self->page);
  g_clear_object(&self->work);
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_KEY_PANEL);
  G_OBJECT_CLASS(kiosk_key_panel_parent_class)->dispose(object);
}

static void
kiosk_key_panel_class_init(KioskKeyPanelClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_key_panel_dispose;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/key-panel.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskKeyPanel, name)
  CHILD(moment);
  CHILD(picture);
  CHILD(ring);
  CHILD(words);
  CHILD(hint);
  CHILD(pin_words);
  CHILD(tries);
  CHILD(pin_box);
  CHILD(entry);
  CHILD(keypad);
  CHILD(choices);
  CHILD(another);
  CHILD(cancel);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
  gtk_widget_class_bind_template_callback(widget, on_keypad_pressed);
  gtk_widget_class_bind_template_callback(widget, on_keypad_erased);
  gtk_widget_class_bind_template_callback(widget, on_another_clicked);
  gtk_widget_class_bind_template_callback(widget, on_cancel_clicked);
  updated = g_signal_new("updated", KIOSK_TYPE_KEY_PANEL, G_SIGNAL_RUN_LAST, 0,
                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  another_wanted =
      g_signal_new("another-wanted", KIOSK_TYPE_KEY_PANEL, G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
kiosk_key_panel_init(KioskKeyPanel *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
