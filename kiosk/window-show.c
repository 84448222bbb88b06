/* SPDX-License-Identifier: Apache-2.0 */
/* window-show.c - the one page that is alive, and the buttons below it. */
#include "kiosk/window-private.h"

#include "kiosk/pages.h"

/* Where a small screen has large text, title and strip leave little room: what
 * went wrong is said instead of what stands below the title. */
static bool
is_tight(KioskWindow *self)
{
  return self->large && gtk_widget_has_css_class(GTK_WIDGET(self), "narrow") &&
         gtk_widget_get_visible(GTK_WIDGET(self->strip));
}

void
kiosk_window_update_heading(KioskWindow *self)
{
  if (self->page == NULL)
    return;
  kiosk_heading_set(self->heading, kiosk_page_title(self->page),
                    is_tight(self) ? "" : kiosk_page_body(self->page));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->scroller),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 kiosk_page_title(self->page), -1);
}

/* In two lines where there is no room for one: some languages need more. */
void
kiosk_window_set_label(GtkButton *button, const char *text)
{
  GtkLabel *label;

  gtk_button_set_label(button, text);
  label = GTK_LABEL(gtk_button_get_child(button));
  gtk_label_set_wrap(label, TRUE);
  gtk_label_set_justify(label, GTK_JUSTIFY_CENTER);
}

static void
update_buttons(KioskWindow *self)
{
  const char *label = kiosk_page_primary_label(self->page);
  KioskStep step = kiosk_session_step(self->session);

  if (g_strcmp0(gtk_button_get_label(self->primary), label) != 0)
    self->changed_ms = kiosk_window_now_ms();
  kiosk_window_set_label(self->primary, label);
  gtk_widget_set_visible(GTK_WIDGET(self->primary), *label != '\0');
  gtk_widget_set_visible(
      GTK_WIDGET(self->back),
      kiosk_presenter_flow_has_back(step, kiosk_session_facts(self->session)));
  gtk_widget_set_visible(GTK_WIDGET(self->stop),
                         kiosk_session_has_stop(self->session));
  gtk_widget_set_visible(self->bottom_bar,
                         gtk_widget_get_visible(GTK_WIDGET(self->primary)) ||
                             gtk_widget_get_visible(GTK_WIDGET(self->back)) ||
                             gtk_widget_get_visible(GTK_WIDGET(self->stop)));
}

/* One page is alive at a time: what was typed goes with it. */
void
kiosk_window_show_page(KioskWindow *self)
{
  KioskStep step = kiosk_session_step(self->session);
  GtkWidget *left = adw_bin_get_child(self->content);

  /* One that is left has no say, also where a click still holds it. */
  if (left != NULL)
    g_signal_handlers_disconnect_by_data(left, self);
  self->page = kiosk_pages_new(step);
  kiosk_window_hear_page(self);
  self->changed_ms = kiosk_window_now_ms();
  kiosk_error_strip_hide(self->strip);
  kiosk_window_set_typing(self, false);
  adw_bin_set_child(self->content, GTK_WIDGET(self->page));
  gtk_adjustment_set_value(gtk_scrolled_window_get_vadjustment(self->scroller),
                           0);
  kiosk_window_update_classes(self);
  kiosk_window_update_heading(self);
  gtk_widget_grab_focus(GTK_WIDGET(self->heading));
  kiosk_window_speak_page(self);
  kiosk_page_enter(self->page, self->session);
  kiosk_window_update_heading(self);
  update_buttons(self);
  g_signal_connect_object(self->page, "notify::title",
                          G_CALLBACK(kiosk_window_update_heading), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(self->page, "notify::body",
                          G_CALLBACK(kiosk_window_update_heading), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(self->page, "notify::primary",
                          G_CALLBACK(update_buttons), self, G_CONNECT_SWAPPED);
}

/* Back at the welcome the next person begins, with the station's settings. */
static void
on_step_changed(KioskWindow *self)
{
  KioskStep step = kiosk_session_step(self->session);

  if (step == KIOSK_STEP_WELCOME && self->shown != KIOSK_STEP_WELCOME &&
      self->shown != KIOSK_STEP_AWAY)
    kiosk_window_settings_reset(self);
  self->shown = step;
  kiosk_window_show_page(self);
}

static void
on_session_changed(KioskWindow *self)
{
  bool practice = kiosk_session_is_practice(self->session);

  gtk_widget_set_visible(GTK_WIDGET(self->watermark), practice);
  gtk_widget_set_visible(GTK_WIDGET(self->banner), practice);
  update_buttons(self);
}

static void
on_primary_clicked(KioskWindow *self)
{
  kiosk_page_activate_primary(self->page);
}

static void
on_back_clicked(KioskWindow *self)
{
  if (!kiosk_page_go_back(self->page))
    (void)kiosk_session_go(self->session, KIOSK_GO_BACK);
}

void
kiosk_window_follow_session(KioskWindow *self)
{
  g_signal_connect_object(self->session, "step-changed",
                          G_CALLBACK(on_step_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(self->session, "changed",
                          G_CALLBACK(on_session_changed), self,
                          G_CONNECT_SWAPPED);
}

void
kiosk_window_show_bind(GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_callback(widget, on_primary_clicked);
  gtk_widget_class_bind_template_callback(widget, on_back_clicked);
}
