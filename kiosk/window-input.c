/* SPDX-License-Identifier: Apache-2.0 */
/* window-input.c - keyboard and pointer: what has a meaning here, and what has
 * none. */
#include "kiosk/window-private.h"

static bool
take_typed(KioskWindow *self, guint keyval, GdkModifierType state)
{
  gunichar c = gdk_keyval_to_unicode(keyval);
  bool enter = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter;

  switch (kiosk_presenter_typing_take(&self->typing,
                                      enter     ? '\n'
                                      : c < 128 ? (char)c
                                                : '\0',
                                      kiosk_window_now_ms())) {
  case KIOSK_TYPING_PERSON:
    break;
  case KIOSK_TYPING_BURST:
    kiosk_device_work_early(kiosk_session_work(self->session));
    if (!kiosk_page_drop_typed(self->page))
      kiosk_window_show_page(self); /* what was typed goes with the page */
    kiosk_window_tell(self, "touch.early", 0, NULL);
    return true;
  case KIOSK_TYPING_DROP:
    return true;
  }
  if (enter) {
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self));

    if (focus != NULL && (GTK_IS_BUTTON(focus) || GTK_IS_TEXT(focus)))
      return false;
    kiosk_page_activate_primary(self->page);
    return true;
  }
  return kiosk_page_take_key(self->page, keyval, state);
}

static gboolean
on_key_pressed(KioskWindow *self, guint keyval, guint code,
               GdkModifierType state)
{
  const GdkModifierType special =
      GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK;

  (void)code;
  kiosk_speech_stop(self->speech); /* any key interrupts */
  if (gtk_widget_get_visible(self->idle_box))
    return FALSE; /* kiosk_window_live() has seen it */
  if (keyval == GDK_KEY_Escape) {
    if (gtk_widget_get_visible(self->stop_box))
      kiosk_window_stop_no(self);
    else if (gtk_widget_get_visible(GTK_WIDGET(self->stop)))
      kiosk_window_stop_ask(self);
    return TRUE;
  }
  /* The debugger, menus, the emoji chooser, F10: nothing has a meaning here. */
  if ((state & special) != 0 || keyval == GDK_KEY_Menu ||
      (keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F35))
    return TRUE;
  if (gtk_widget_get_visible(self->stop_box))
    return FALSE;
  return take_typed(self, keyval, state);
}

/* Any event is a sign of life. */
static gboolean
on_any_event(KioskWindow *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type(event);

  if (type == GDK_MOTION_NOTIFY || type == GDK_BUTTON_PRESS ||
      type == GDK_KEY_PRESS || type == GDK_TOUCH_BEGIN || type == GDK_SCROLL)
    kiosk_window_live(self);
  return FALSE;
}

static void
on_work_changed(KioskWindow *self)
{
  /* A key that was touched or plugged in is one too; a hint is not. */
  if (kiosk_device_work_view(kiosk_session_work(self->session))->hint == NULL)
    kiosk_window_live(self);
}

/* The second half of a double click is no answer to what came in between. */
static void
on_clicked(KioskWindow *self, int n, double x, double y, GtkGesture *click)
{
  (void)x;
  (void)y;
  if (n == 1)
    self->pressed_ms = kiosk_window_now_ms();
  else if (self->changed_ms >= self->pressed_ms)
    gtk_gesture_set_state(click, GTK_EVENT_SEQUENCE_CLAIMED);
}

void
kiosk_window_watch_input(KioskWindow *self)
{
  GtkGesture *click = gtk_gesture_click_new();
  GtkEventController *any = gtk_event_controller_legacy_new();
  GtkEventController *keys = gtk_event_controller_key_new();

  gtk_event_controller_set_propagation_phase(any, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object(any, "event", G_CALLBACK(on_any_event), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(keys, "key-pressed", G_CALLBACK(on_key_pressed), self,
                          G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(click),
                                             GTK_PHASE_CAPTURE);
  g_signal_connect_object(click, "pressed", G_CALLBACK(on_clicked), self,
                          G_CONNECT_SWAPPED);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
  gtk_widget_add_controller(GTK_WIDGET(self), any);
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
}

void
kiosk_window_watch_keys(KioskWindow *self)
{
  g_signal_connect_object(kiosk_session_work(self->session), "view-changed",
                          G_CALLBACK(on_work_changed), self, G_CONNECT_SWAPPED);
}
