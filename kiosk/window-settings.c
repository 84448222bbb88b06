/* SPDX-License-Identifier: Apache-2.0 */
/* window-settings.c - the settings of this person: language, size of text,
 * contrast, speech. */
#include "kiosk/window-private.h"

#include <glib/gi18n.h>

#include "kiosk/language.h"

void
kiosk_window_settings_reset(KioskWindow *self)
{
  self->large = self->contrast = false;
  kiosk_speech_set_enabled(self->speech, false);
  kiosk_speech_clear(self->speech);
  kiosk_language_reset();
  kiosk_window_relabel(self);
}

/* What was read from the template once, and is not part of a page. */
static void
relabel_template(KioskWindow *self)
{
  const char *stop = _("Stop and clear everything that was entered?");

  gtk_label_set_text(self->banner, _("PRACTICE: nothing here is real"));
  gtk_label_set_text(self->watermark, _("PRACTICE"));
  gtk_label_set_text(self->stop_title, stop);
  gtk_label_set_text(self->stop_text,
                     _("What stands in the record stays there."));
  kiosk_window_set_label(self->stop_no, _("Go on"));
  kiosk_window_set_label(self->stop_yes, _("Yes, stop"));
  kiosk_window_set_label(self->idle_still, _("I am still here"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->stop_box),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, stop, -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->idle_box),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Are you still there?"), -1);
}

void
kiosk_window_relabel(KioskWindow *self)
{
  kiosk_speech_set_language(self->speech, kiosk_language_current());
  gtk_widget_set_default_direction(kiosk_language_is_rtl() ? GTK_TEXT_DIR_RTL
                                                           : GTK_TEXT_DIR_LTR);
  relabel_template(self);
  kiosk_window_set_label(self->stop, _("Stop and clear"));
  kiosk_window_set_label(self->back, _("Back"));
  kiosk_tool_set_label(self->language, kiosk_language_next_name());
  kiosk_tool_set_label(self->text_size,
                       self->large ? _("Normal text") : _("Larger text"));
  kiosk_tool_set_label(self->contrast_button, self->contrast
                                                  ? _("Normal contrast")
                                                  : _("High contrast"));
  kiosk_tool_set_label(self->speech_button, kiosk_speech_enabled(self->speech)
                                                ? _("Speech off")
                                                : _("Speech on"));
  kiosk_tool_set_label(self->repeat, _("Repeat"));
  kiosk_tool_set_label(self->pause, self->paused ? _("Go on") : _("Pause"));
  gtk_widget_set_visible(GTK_WIDGET(self->repeat),
                         kiosk_speech_enabled(self->speech));
  gtk_widget_set_visible(GTK_WIDGET(self->pause),
                         kiosk_speech_enabled(self->speech));
  kiosk_window_update_tools(self, gtk_widget_get_width(GTK_WIDGET(self)));
  kiosk_window_update_classes(self);
  kiosk_window_update_heading(self);
  kiosk_window_arrange_soon(self);
}

static void
on_language_clicked(KioskWindow *self)
{
  kiosk_language_next();
  kiosk_window_relabel(self);
  kiosk_window_show_page(self);
}

static void
on_text_size_clicked(KioskWindow *self)
{
  self->large = !self->large;
  kiosk_window_relabel(self);
}

static void
on_contrast_clicked(KioskWindow *self)
{
  self->contrast = !self->contrast;
  kiosk_window_relabel(self);
}

static void
on_speech_clicked(KioskWindow *self)
{
  kiosk_speech_set_enabled(self->speech, !kiosk_speech_enabled(self->speech));
  self->paused = false;
  kiosk_window_relabel(self);
  kiosk_window_speak_page(self);
}

static void
on_repeat_clicked(KioskWindow *self)
{
  kiosk_speech_repeat(self->speech);
}

static void
on_pause_clicked(KioskWindow *self)
{
  self->paused = !self->paused;
  if (self->paused)
    kiosk_speech_pause(self->speech);
  else
    kiosk_speech_resume(self->speech);
  kiosk_window_relabel(self);
}

void
kiosk_window_settings_bind(GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_callback(widget, on_language_clicked);
  gtk_widget_class_bind_template_callback(widget, on_text_size_clicked);
  gtk_widget_class_bind_template_callback(widget, on_contrast_clicked);
  gtk_widget_class_bind_template_callback(widget, on_speech_clicked);
  gtk_widget_class_bind_template_callback(widget, on_repeat_clicked);
  gtk_widget_class_bind_template_callback(widget, on_pause_clicked);
}
