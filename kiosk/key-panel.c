/* SPDX-License-Identifier: Apache-2.0 */
/* key-panel.c - draws a KioskKeyView. */
#include "kiosk/key-panel.h"

#include <glib/gi18n.h>

#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

/* As long as device-work.c waits for a touch. */
#define TOUCH_S 30

struct _KioskKeyPanel {
  AdwBin parent;
  KioskPage *page; /* the panel lives in it */
  KioskDeviceWork *work;
  GtkImage *picture;
  KioskRing *ring;
  GtkLabel *words;
  GtkWidget *pin_box;
  KioskSecretEntry *entry;
  KioskKeypad *keypad;
  GtkWidget *choices, *cancel;
  const char *told; /* the last word: it is said once */
  KioskKeyState told_state;
  int told_n;
  guint tick;
  gint64 touch_until; /* monotonic, microseconds */
};

G_DEFINE_FINAL_TYPE(KioskKeyPanel, kiosk_key_panel, ADW_TYPE_BIN)

static void
stop_ring(KioskKeyPanel *self)
{
  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
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
    return "key.insert";
  case KIOSK_KEY_PIN:
    return view->is_new ? "pin.choose" : "pin.enter";
  case KIOSK_KEY_TOUCH:
    return "touch.now";
  case KIOSK_KEY_REPLUG:
    return "key.remove";
  case KIOSK_KEY_WORKING:
    return "key.working";
  case KIOSK_KEY_IDLE:
  case KIOSK_KEY_TOO_MANY:
  case KIOSK_KEY_LAST:
  case KIOSK_KEY_RETRY:
  case KIOSK_KEY_STOPPED:
  case KIOSK_KEY_DONE:
    return NULL;
  }
  return NULL;
}

static void
show_words(KioskKeyPanel *self, const KioskKeyView *view)
{
  const char *id = quiet_word(view);
  g_autofree char *text =
      id == NULL ? NULL
                 : kiosk_words_text(id, view->is_new ? view->min : view->n,
                                    NULL);
  const KioskWord *word = kiosk_words_find(view->word);

  gtk_label_set_text(self->words, text == NULL ? "" : text);
  gtk_widget_set_visible(GTK_WIDGET(self->words), text != NULL);
  if (word != NULL && word->icon != NULL) {
    g_autofree char *icon = g_strdup_printf("%s-symbolic", word->icon);

    gtk_image_set_from_icon_name(self->picture, icon);
  }
}

static void
update(KioskKeyPanel *self)
{
  const KioskKeyView *view = kiosk_device_work_view(self->work);
  bool asked = view->state == KIOSK_KEY_PIN;
  bool was_asked = gtk_widget_get_visible(self->pin_box);

  show_words(self, view);
  gtk_widget_set_visible(GTK_WIDGET(self->picture),
                         view->word != NULL &&
                             view->state != KIOSK_KEY_TOUCH && !asked);
  if (view->state == KIOSK_KEY_TOUCH)
    start_ring(self);
  else
    stop_ring(self);
  if (!asked)
    kiosk_secret_entry_clear(self->entry);
  gtk_widget_set_visible(self->pin_box, asked);
  gtk_widget_set_visible(self->cancel, view->busy && !asked);
  kiosk_page_set_primary(self->page, kiosk_key_panel_label(self));
  tell(self, view);
  if (asked && !was_asked && !view->error)
    gtk_widget_grab_focus(GTK_WIDGET(self->entry));
}

void
kiosk_key_panel_follow(KioskKeyPanel *self, KioskPage *page)
{
  self->page = page;
  self->work = g_object_ref(kiosk_session_work(kiosk_page_session(page)));
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
  CHILD(picture);
  CHILD(ring);
  CHILD(words);
  CHILD(pin_box);
  CHILD(entry);
  CHILD(keypad);
  CHILD(choices);
  CHILD(cancel);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
  gtk_widget_class_bind_template_callback(widget, on_keypad_pressed);
  gtk_widget_class_bind_template_callback(widget, on_keypad_erased);
  gtk_widget_class_bind_template_callback(widget, on_cancel_clicked);
}

static void
kiosk_key_panel_init(KioskKeyPanel *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
