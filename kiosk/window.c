/* SPDX-License-Identifier: Apache-2.0 */
/* window.c - the shell. What it says, shows and hears is in files of its own.
 */
#include "kiosk/window-private.h"

#include "kiosk/key-panel.h"

#define TICK_MS 500

G_DEFINE_FINAL_TYPE(KioskWindow, kiosk_window, ADW_TYPE_APPLICATION_WINDOW)

gint64
kiosk_window_now_ms(void)
{
  return g_get_monotonic_time() / 1000;
}

/* Ctrl+Shift+I and D open the Inspector otherwise, a way out. */
static gboolean
kiosk_window_enable_debugging(GtkWindow *window, gboolean toggle)
{
  (void)window;
  (void)toggle;
  return FALSE;
}

static gboolean
kiosk_window_close_request(GtkWindow *window)
{
  (void)window;
  return TRUE; /* it does not close */
}

static void
kiosk_window_dispose(GObject *object)
{
  KioskWindow *self = KIOSK_WINDOW(object);

  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
  g_clear_handle_id(&self->arranging, g_source_remove);
  g_clear_handle_id(&self->focusing, g_source_remove);
  if (self->content != NULL)
    adw_bin_set_child(self->content, NULL);
  g_clear_pointer(&self->speech, kiosk_speech_free);
  g_clear_pointer(&self->sound, kiosk_sound_free);
  g_clear_object(&self->session);
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_WINDOW);
  G_OBJECT_CLASS(kiosk_window_parent_class)->dispose(object);
}

static void
kiosk_window_size_allocate(GtkWidget *widget, int width, int height,
                           int baseline)
{
  kiosk_window_layout_fit(KIOSK_WINDOW(widget), width, height);
  GTK_WIDGET_CLASS(kiosk_window_parent_class)
      ->size_allocate(widget, width, height, baseline);
}

static void
bind_template(GtkWidgetClass *widget)
{
  gtk_widget_class_set_template_from_resource(widget,
                                              "/org/keyturn/kiosk/window.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskWindow, name)
  CHILD(frame);
  CHILD(watermark);
  CHILD(banner);
  CHILD(heading);
  CHILD(strip);
  CHILD(scroller);
  CHILD(content);
  CHILD(above);
  CHILD(column);
  CHILD(top_bar);
  CHILD(side);
  CHILD(stop);
  CHILD(back);
  CHILD(primary);
  CHILD(bottom_bar);
  CHILD(stop_box);
  CHILD(idle_box);
  CHILD(stop_title);
  CHILD(stop_text);
  CHILD(stop_no);
  CHILD(stop_yes);
  CHILD(idle_label);
  CHILD(idle_still);
  CHILD(language);
  CHILD(text_size);
  CHILD(contrast_button);
  CHILD(speech_button);
  CHILD(repeat);
  CHILD(pause);
#undef CHILD
  kiosk_window_show_bind(widget);
  kiosk_window_stop_bind(widget);
  kiosk_window_idle_bind(widget);
  kiosk_window_settings_bind(widget);
}

/* GtkWindow has these as actions, which anybody on the accessibility bus may
 * call: in their place stands nothing. */
static void
stay(G_GNUC_UNUSED GtkWidget *widget, G_GNUC_UNUSED const char *action,
     G_GNUC_UNUSED GVariant *parameter)
{
}

static void
close_actions(GtkWidgetClass *widget)
{
  gtk_widget_class_install_action(widget, "window.close", NULL, stay);
  gtk_widget_class_install_action(widget, "window.minimize", NULL, stay);
  gtk_widget_class_install_action(widget, "window.toggle-maximized", NULL,
                                  stay);
}

static void
kiosk_window_class_init(KioskWindowClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  GtkWindowClass *window = GTK_WINDOW_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_window_dispose;
  widget->size_allocate = kiosk_window_size_allocate;
  window->enable_debugging = kiosk_window_enable_debugging;
  window->close_request = kiosk_window_close_request;
  close_actions(widget);
  bind_template(widget);
}

/* What had it went away: nobody is left without a place on the page. */
static gboolean
find_focus(gpointer data)
{
  KioskWindow *self = data;
  GtkWidget *heading = GTK_WIDGET(self->heading);

  self->focusing = 0;
  if (gtk_window_get_focus(GTK_WINDOW(self)) == NULL &&
      gtk_widget_get_mapped(heading) && gtk_widget_is_sensitive(heading))
    gtk_widget_grab_focus(heading);
  return G_SOURCE_REMOVE;
}

/* Not at once: at the end of a round Tab leaves the focus nowhere for a moment,
 * and begins again at the top. */
static void
on_focus_changed(KioskWindow *self)
{
  if (gtk_window_get_focus(GTK_WINDOW(self)) == NULL && self->heading != NULL &&
      self->focusing == 0)
    self->focusing =
        g_idle_add_full(G_PRIORITY_DEFAULT, find_focus, self, NULL);
}

static void
kiosk_window_init(KioskWindow *self)
{
  g_type_ensure(KIOSK_TYPE_TOOL);
  g_type_ensure(KIOSK_TYPE_KEY_PANEL);
  gtk_widget_init_template(GTK_WIDGET(self));
  kiosk_window_layout_frame(self);
  self->speech = kiosk_speech_new();
  self->sound = kiosk_sound_new();
  g_signal_connect(self, "notify::focus-widget", G_CALLBACK(on_focus_changed),
                   NULL);
  g_signal_connect_object(self->strip, "notify::visible",
                          G_CALLBACK(kiosk_window_update_heading), self,
                          G_CONNECT_SWAPPED);
  kiosk_window_watch_input(self);
}

KioskWindow *
kiosk_window_new(GtkApplication *application, KioskSession *session,
                 const KioskConfig *config)
{
  KioskWindow *self =
      g_object_new(KIOSK_TYPE_WINDOW, "application", application, "deletable",
                   FALSE, "title", "Keyturn", NULL);

  self->session = g_object_ref(session);
  self->idle =
      (KioskIdle){config->idle_s, config->warn_s, kiosk_window_now_ms()};
  kiosk_window_follow_session(self);
  kiosk_window_hear_session(self);
  kiosk_window_watch_keys(self);
  g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                          G_CALLBACK(kiosk_window_update_classes), self,
                          G_CONNECT_SWAPPED);
  self->tick = g_timeout_add(TICK_MS, kiosk_window_tick, self);
  kiosk_window_relabel(self);
  kiosk_window_show_page(self);
  if (!config->windowed)
    gtk_window_fullscreen(GTK_WINDOW(self));
  return self;
}

void
kiosk_window_set_side(KioskWindow *self, GtkWidget *side)
{
  adw_bin_set_child(self->side, side);
}
