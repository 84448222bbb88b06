/* SPDX-License-Identifier: Apache-2.0 */
/* window-idle.c - nobody there: a warning, then everything is cleared. */
#include "kiosk/window-private.h"

static void
close_idle(KioskWindow *self)
{
  if (!gtk_widget_get_visible(self->idle_box))
    return;
  gtk_widget_set_visible(self->idle_box, FALSE);
  gtk_widget_set_sensitive(self->column, TRUE);
  gtk_widget_grab_focus(GTK_WIDGET(self->heading));
}

void
kiosk_window_live(KioskWindow *self)
{
  self->idle.since_ms = kiosk_window_now_ms();
  close_idle(self);
}

static void
warn_idle(KioskWindow *self, int left_s)
{
  g_autofree char *text = NULL;

  if (left_s == self->warned_s && gtk_widget_get_visible(self->idle_box))
    return;
  self->warned_s = left_s;
  text = kiosk_words_text("idle.warn", left_s, NULL);
  gtk_label_set_text(self->idle_label, text);
  kiosk_window_stop_close(self);
  gtk_widget_set_visible(self->idle_box, TRUE);
  gtk_widget_set_sensitive(self->column, FALSE);
  gtk_widget_child_focus(self->idle_box, GTK_DIR_TAB_FORWARD);
  kiosk_window_play(self, KIOSK_TONE_ATTENTION);
  kiosk_window_say(self, text);
}

static void
end_idle(KioskWindow *self)
{
  close_idle(self);
  (void)kiosk_session_go(self->session, KIOSK_GO_IDLE_END);
}

/* On the welcome page nothing of anybody's is there to be cleared. */
gboolean
kiosk_window_tick(gpointer data)
{
  KioskWindow *self = data;
  int left_s;

  if (kiosk_session_step(self->session) == KIOSK_STEP_WELCOME ||
      kiosk_session_step(self->session) == KIOSK_STEP_AWAY) {
    close_idle(self);
    self->idle.since_ms = kiosk_window_now_ms();
    return G_SOURCE_CONTINUE;
  }
  switch (
      kiosk_presenter_idle_state(&self->idle, kiosk_window_now_ms(), &left_s)) {
  case KIOSK_IDLE_NO:
    break;
  case KIOSK_IDLE_WARN:
    warn_idle(self, left_s);
    break;
  case KIOSK_IDLE_END:
    end_idle(self);
    break;
  }
  return G_SOURCE_CONTINUE;
}

static void
on_idle_still_clicked(KioskWindow *self)
{
  kiosk_window_live(self);
}

void
kiosk_window_idle_bind(GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_callback(widget, on_idle_still_clicked);
}
