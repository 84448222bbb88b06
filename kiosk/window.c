/* SPDX-License-Identifier: Apache-2.0 */
/* window.c - the shell. */
#include "kiosk/window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/key-panel.h"
#include "kiosk/language.h"
#include "kiosk/page.h"
#include "kiosk/pages.h"
#include "kiosk/plain.h"
#include "kiosk/presenter-idle.h"
#include "kiosk/presenter-rule.h"
#include "kiosk/presenter-typing.h"
#include "kiosk/tool.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

#define NARROW_PX                                                              \
  700 /* narrower, or lower than the next, is a small screen                   \
       */
#define LOW_PX 600
#define TICK_MS 500
/* Nobody reads more of a text from outside in the strip. */
#define PART_MAX 200
#define CODE_MAX 60

struct _KioskWindow {
  AdwApplicationWindow parent;
  KioskSession *session;
  KioskPage *page;
  KioskSpeech *speech;
  KioskSound *sound;
  KioskIdle idle;
  KioskTyping typing;
  guint tick;
  int warned_s;
  gint64 pressed_ms, changed_ms; /* a first click; what the next would press */
  bool large, contrast;
  KioskStep shown;

  GtkWidget *frame; /* the kiosk, without what stands beside it */
  GtkLabel *watermark, *banner;
  KioskHeading *heading;
  KioskErrorStrip *strip;
  GtkScrolledWindow *scroller;
  GtkBox *column, *page_box;
  GtkWidget *top_bar, *above; /* title and strip */
  AdwBin *content, *side;
  guint arranging;
  GtkButton *stop, *back, *primary;
  GtkWidget *bottom_bar, *stop_box, *idle_box;
  GtkLabel *stop_title, *stop_text, *idle_label;
  GtkButton *stop_no, *stop_yes, *idle_still;
  KioskTool *language, *text_size, *contrast_button, *speech_button;
  KioskTool *repeat, *pause;
  bool paused;
};

G_DEFINE_FINAL_TYPE(KioskWindow, kiosk_window, ADW_TYPE_APPLICATION_WINDOW)

static gint64
now_ms(void)
{
  return g_get_monotonic_time() / 1000;
}

/* --- what is said -----------------------------------------------------------
 */

static void
say(KioskWindow *self, const char *text)
{
  kiosk_speech_say(self->speech, text);
}

static void
play(KioskWindow *self, KioskTone tone)
{
  static const KioskSoundTone tones[] = {
      [KIOSK_TONE_NONE] = KIOSK_SOUND_NONE,
      [KIOSK_TONE_OK] = KIOSK_SOUND_OK,
      [KIOSK_TONE_WRONG] = KIOSK_SOUND_WRONG,
      [KIOSK_TONE_ATTENTION] = KIOSK_SOUND_ATTENTION,
  };

  if (tone != KIOSK_TONE_NONE)
    kiosk_sound_play(self->sound, tones[tone]);
}

static void
show_strip(KioskWindow *self, KioskSeverity severity, const char *text,
           const char *code)
{
  g_object_set(self->strip, "severity", severity, NULL);
  kiosk_error_strip_show(self->strip, text, code);
}

static void
tell(KioskWindow *self, const char *id, int n, const char *what)
{
  const KioskWord *word = kiosk_words_find(id);
  g_autofree char *part =
      what == NULL ? NULL : kiosk_plain_short(what, PART_MAX);
  g_autofree char *text = NULL, *speech = NULL;

  if (word == NULL) {
    kiosk_error_strip_hide(self->strip);
    return;
  }
  text = kiosk_words_text(id, n, part);
  speech = kiosk_words_speech(id, n, part);
  if (word->tone == KIOSK_TONE_WRONG)
    show_strip(self, KIOSK_SEVERITY_WRONG, text, id);
  else
    kiosk_error_strip_hide(self->strip);
  play(self, word->tone);
  say(self, speech);
}

static void
on_page_told(KioskWindow *self, const char *id, int n, const char *what)
{
  tell(self, id, n, what);
}

static void
on_trouble(KioskWindow *self, const char *word, const char *what)
{
  tell(self, word, 0, what);
}

/* What recoveryd says to staff: our own texts are translated, others stand as
 * they came, without what would disturb the screen. */
static char *
staff_words(const char *text, const char *enough)
{
  g_autofree char *why = kiosk_plain_short(kiosk_language_text(text), PART_MAX);
  g_autofree char *what =
      kiosk_plain_short(kiosk_language_text(enough), PART_MAX);

  if (*why == '\0')
    return kiosk_words_text("rule.user.other", 0, NULL);
  if (*what == '\0')
    return g_steal_pointer(&why);
  return g_strdup_printf(_("%s Enough would be: %s"), why, what);
}

/* On the user's half in plain words; the rule stands small below. */
static char *
refusal_words(KioskWindow *self, const char *rule, const char *text,
              const char *enough)
{
  KioskStep step = kiosk_session_step(self->session);

  if (step == KIOSK_STEP_CONTEST)
    return kiosk_words_text(kiosk_presenter_rule_contest_word(rule), 0, NULL);
  if (kiosk_presenter_flow_half(step) == KIOSK_HALF_USER)
    return kiosk_words_text(kiosk_presenter_rule_word(rule), 0, NULL);
  return staff_words(text, enough);
}

static void
on_refused(KioskWindow *self, const char *rule, const char *text,
           const char *enough)
{
  g_autofree char *words = refusal_words(self, rule, text, enough);
  g_autofree char *code = kiosk_plain_short(rule, CODE_MAX);

  show_strip(self, KIOSK_SEVERITY_WRONG, words, code);
  play(self, KIOSK_TONE_WRONG);
  say(self, words);
}

/* --- the page ---------------------------------------------------------------
 */

static void
update_heading(KioskWindow *self)
{
  kiosk_heading_set(self->heading, kiosk_page_title(self->page),
                    kiosk_page_body(self->page));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->scroller),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 kiosk_page_title(self->page), -1);
}

/* In two lines where there is no room for one: some languages need more. */
static void
set_label(GtkButton *button, const char *text)
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
    self->changed_ms = now_ms();
  set_label(self->primary, label);
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

static void
speak_page(KioskWindow *self)
{
  g_autofree char *text = g_strdup_printf(
      "%s. %s", kiosk_page_title(self->page), kiosk_page_body(self->page));

  say(self, text);
}

static void
set_class(KioskWindow *self, const char *name, bool on)
{
  if (on)
    gtk_widget_add_css_class(GTK_WIDGET(self), name);
  else
    gtk_widget_remove_css_class(GTK_WIDGET(self), name);
}

static void
update_classes(KioskWindow *self)
{
  KioskHalf half =
      kiosk_presenter_flow_half(kiosk_session_step(self->session));
  const struct {
    const char *name;
    bool on;
  } classes[] = {
      {"user", half != KIOSK_HALF_STAFF},
      {"staff", half == KIOSK_HALF_STAFF},
      {"large", self->large},
      {"hc", self->contrast},
      {"dark", adw_style_manager_get_dark(adw_style_manager_get_default())},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
    set_class(self, classes[i].name, classes[i].on);
}

/* One page is alive at a time: what was typed goes with it. */
static void
show_page(KioskWindow *self)
{
  KioskStep step = kiosk_session_step(self->session);
  GtkWidget *left = adw_bin_get_child(self->content);

  /* One that is left has no say, also where a click still holds it. */
  if (left != NULL)
    g_signal_handlers_disconnect_by_data(left, self);
  self->page = kiosk_pages_new(step);
  g_signal_connect_object(self->page, "told", G_CALLBACK(on_page_told), self,
                          G_CONNECT_SWAPPED);
  self->changed_ms = now_ms();
  kiosk_error_strip_hide(self->strip);
  adw_bin_set_child(self->content, GTK_WIDGET(self->page));
  gtk_adjustment_set_value(
      gtk_scrolled_window_get_vadjustment(self->scroller), 0);
  update_classes(self);
  update_heading(self);
  gtk_widget_grab_focus(GTK_WIDGET(self->heading));
  speak_page(self);
  kiosk_page_enter(self->page, self->session);
  update_heading(self);
  update_buttons(self);
  g_signal_connect_object(self->page, "notify::title",
                          G_CALLBACK(update_heading), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(self->page, "notify::body",
                          G_CALLBACK(update_heading), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(self->page, "notify::primary",
                          G_CALLBACK(update_buttons), self, G_CONNECT_SWAPPED);
}

static void reset_settings(KioskWindow *self);

/* Back at the welcome the next person begins, with the station's settings. */
static void
on_step_changed(KioskWindow *self)
{
  KioskStep step = kiosk_session_step(self->session);

  if (step == KIOSK_STEP_WELCOME && self->shown != KIOSK_STEP_WELCOME &&
      self->shown != KIOSK_STEP_AWAY)
    reset_settings(self);
  self->shown = step;
  show_page(self);
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

/* --- stop and clear ---------------------------------------------------------
 */

static void
on_stop_clicked(KioskWindow *self)
{
  gtk_widget_set_visible(self->stop_box, TRUE);
  gtk_widget_set_sensitive(GTK_WIDGET(self->column), FALSE);
  gtk_widget_child_focus(self->stop_box, GTK_DIR_TAB_FORWARD);
  say(self, _("Stop and clear everything that was entered?"));
}

static void
close_stop(KioskWindow *self)
{
  gtk_widget_set_visible(self->stop_box, FALSE);
  gtk_widget_set_sensitive(GTK_WIDGET(self->column), TRUE);
}

static void
on_stop_yes_clicked(KioskWindow *self)
{
  close_stop(self);
  (void)kiosk_session_go(self->session, KIOSK_GO_STOP);
}

static void
on_stop_no_clicked(KioskWindow *self)
{
  close_stop(self);
  gtk_widget_grab_focus(GTK_WIDGET(self->heading));
}

/* --- nobody there -----------------------------------------------------------
 */

static void
close_idle(KioskWindow *self)
{
  if (!gtk_widget_get_visible(self->idle_box))
    return;
  gtk_widget_set_visible(self->idle_box, FALSE);
  gtk_widget_set_sensitive(GTK_WIDGET(self->column), TRUE);
  gtk_widget_grab_focus(GTK_WIDGET(self->heading));
}

static void
live(KioskWindow *self)
{
  self->idle.since_ms = now_ms();
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
  close_stop(self);
  gtk_widget_set_visible(self->idle_box, TRUE);
  gtk_widget_set_sensitive(GTK_WIDGET(self->column), FALSE);
  gtk_widget_child_focus(self->idle_box, GTK_DIR_TAB_FORWARD);
  play(self, KIOSK_TONE_ATTENTION);
  say(self, text);
}

/* Settings of one person are not the next one's. */
static void relabel(KioskWindow *self);

static void
reset_settings(KioskWindow *self)
{
  self->large = self->contrast = false;
  kiosk_speech_set_enabled(self->speech, false);
  kiosk_speech_clear(self->speech);
  kiosk_language_reset();
  relabel(self);
}

static void
end_idle(KioskWindow *self)
{
  close_idle(self);
  (void)kiosk_session_go(self->session, KIOSK_GO_IDLE_END);
}

/* On the welcome page nothing of anybody's is there to be cleared. */
static gboolean
on_tick(gpointer data)
{
  KioskWindow *self = data;
  int left_s;

  if (kiosk_session_step(self->session) == KIOSK_STEP_WELCOME ||
      kiosk_session_step(self->session) == KIOSK_STEP_AWAY) {
    close_idle(self);
    self->idle.since_ms = now_ms();
    return G_SOURCE_CONTINUE;
  }
  switch (kiosk_presenter_idle_state(&self->idle, now_ms(), &left_s)) {
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
  live(self);
}

/* --- settings of this person ------------------------------------------------
 */

/* Words beside the icons as long as there is room for them. */
static void
update_tools(KioskWindow *self, int width)
{
  KioskTool *const tools[] = {self->repeat,          self->pause,
                              self->language,        self->text_size,
                              self->contrast_button, self->speech_button};
  bool speaks = kiosk_speech_enabled(self->speech);
  int room = width - gtk_widget_get_width(GTK_WIDGET(self->side));
  bool small = room < (speaks ? 1100 : 900) * (self->large ? 2 : 1);

  for (size_t i = 0; i < G_N_ELEMENTS(tools); i++)
    kiosk_tool_set_small(tools[i], small);
}

/* Title and error strip stay on the screen while the page scrolls, but for a
 * small screen with large text: there they would leave nothing of it. */
static void
move_above(KioskWindow *self, bool scrolls)
{
  g_object_ref(self->above);
  gtk_box_remove(scrolls ? self->column : self->page_box, self->above);
  if (scrolls)
    gtk_box_prepend(self->page_box, self->above);
  else
    gtk_box_insert_child_after(self->column, self->above, self->top_bar);
  g_object_unref(self->above);
}

static bool
is_narrow(int width, int height)
{
  return width < NARROW_PX || height < LOW_PX;
}

/* Not while sizes are handed out: a style changes them. */
static gboolean
arrange(gpointer data)
{
  KioskWindow *self = data;
  int width = gtk_widget_get_width(data), height = gtk_widget_get_height(data);
  bool scrolls = self->large && is_narrow(width, height);
  bool did = gtk_widget_get_parent(self->above) == GTK_WIDGET(self->page_box);

  self->arranging = 0;
  set_class(self, "narrow", is_narrow(width, height));
  set_class(self, "portrait", height > width);
  if (scrolls != did) {
    move_above(self, scrolls);
    gtk_widget_grab_focus(GTK_WIDGET(self->heading));
  }
  return G_SOURCE_REMOVE;
}

static void
arrange_soon(KioskWindow *self)
{
  if (self->arranging == 0)
    self->arranging = g_idle_add(arrange, self);
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
  set_label(self->stop_no, _("Go on"));
  set_label(self->stop_yes, _("Yes, stop"));
  set_label(self->idle_still, _("I am still here"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->stop_box),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, stop, -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->idle_box),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Are you still there?"), -1);
}

static void
relabel(KioskWindow *self)
{
  kiosk_speech_set_language(self->speech, kiosk_language_current());
  gtk_widget_set_default_direction(kiosk_language_is_rtl() ? GTK_TEXT_DIR_RTL
                                                           : GTK_TEXT_DIR_LTR);
  relabel_template(self);
  set_label(self->stop, _("Stop and clear"));
  set_label(self->back, _("Back"));
  kiosk_tool_set_label(self->language, kiosk_language_next_name());
  kiosk_tool_set_label(self->text_size,
                       self->large ? _("Normal text") : _("Larger text"));
  kiosk_tool_set_label(self->contrast_button, self->contrast
                                                  ? _("Normal contrast")
                                                  : _("High contrast"));
  kiosk_tool_set_label(self->speech_button,
                       kiosk_speech_enabled(self->speech) ? _("Speech off")
                                                          : _("Speech on"));
  kiosk_tool_set_label(self->repeat, _("Repeat"));
  kiosk_tool_set_label(self->pause, self->paused ? _("Go on") : _("Pause"));
  gtk_widget_set_visible(GTK_WIDGET(self->repeat),
                         kiosk_speech_enabled(self->speech));
  gtk_widget_set_visible(GTK_WIDGET(self->pause),
                         kiosk_speech_enabled(self->speech));
  update_tools(self, gtk_widget_get_width(GTK_WIDGET(self)));
  update_classes(self);
  arrange_soon(self);
}

static void
on_language_clicked(KioskWindow *self)
{
  kiosk_language_next();
  relabel(self);
  show_page(self);
}

static void
on_text_size_clicked(KioskWindow *self)
{
  self->large = !self->large;
  relabel(self);
}

static void
on_contrast_clicked(KioskWindow *self)
{
  self->contrast = !self->contrast;
  relabel(self);
}

static void
on_speech_clicked(KioskWindow *self)
{
  kiosk_speech_set_enabled(self->speech, !kiosk_speech_enabled(self->speech));
  self->paused = false;
  relabel(self);
  speak_page(self);
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
  relabel(self);
}

/* --- keyboard and pointer ---------------------------------------------------
 */

static bool
take_typed(KioskWindow *self, guint keyval, GdkModifierType state)
{
  gunichar c = gdk_keyval_to_unicode(keyval);
  bool enter = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter;

  switch (kiosk_presenter_typing_take(&self->typing,
                                      enter     ? '\n'
                                      : c < 128 ? (char)c
                                                : '\0',
                                      now_ms())) {
  case KIOSK_TYPING_PERSON:
    break;
  case KIOSK_TYPING_BURST:
    kiosk_device_work_early(kiosk_session_work(self->session));
    if (!kiosk_page_drop_typed(self->page))
      show_page(self); /* what was typed goes with the page */
    tell(self, "touch.early", 0, NULL);
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
    return FALSE; /* live() has seen it */
  if (keyval == GDK_KEY_Escape) {
    if (gtk_widget_get_visible(self->stop_box))
      on_stop_no_clicked(self);
    else if (gtk_widget_get_visible(GTK_WIDGET(self->stop)))
      on_stop_clicked(self);
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
    live(self);
  return FALSE;
}

static void
on_work_changed(KioskWindow *self)
{
  /* A key that was touched or plugged in is one too; a hint is not. */
  if (kiosk_device_work_view(kiosk_session_work(self->session))->hint == NULL)
    live(self);
}

/* The second half of a double click is no answer to what came in between. */
static void
on_clicked(KioskWindow *self, int n, double x, double y, GtkGesture *click)
{
  (void)x;
  (void)y;
  if (n == 1)
    self->pressed_ms = now_ms();
  else if (self->changed_ms >= self->pressed_ms)
    gtk_gesture_set_state(click, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
watch_input(KioskWindow *self)
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
kiosk_window_size_allocate(GtkWidget *widget, int width, int height,
                           int baseline)
{
  KioskWindow *self = KIOSK_WINDOW(widget);

  if (is_narrow(width, height) != gtk_widget_has_css_class(widget, "narrow") ||
      (height > width) != gtk_widget_has_css_class(widget, "portrait"))
    arrange_soon(self);
  update_tools(self, width);
  GTK_WIDGET_CLASS(kiosk_window_parent_class)
      ->size_allocate(widget, width, height, baseline);
}

static void
kiosk_window_dispose(GObject *object)
{
  KioskWindow *self = KIOSK_WINDOW(object);

  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
  g_clear_handle_id(&self->arranging, g_source_remove);
  if (self->content != NULL)
    adw_bin_set_child(self->content, NULL);
  g_clear_pointer(&self->speech, kiosk_speech_free);
  g_clear_pointer(&self->sound, kiosk_sound_free);
  g_clear_object(&self->session);
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_WINDOW);
  G_OBJECT_CLASS(kiosk_window_parent_class)->dispose(object);
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
  CHILD(page_box);
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
  gtk_widget_class_bind_template_callback(widget, on_primary_clicked);
  gtk_widget_class_bind_template_callback(widget, on_back_clicked);
  gtk_widget_class_bind_template_callback(widget, on_stop_clicked);
  gtk_widget_class_bind_template_callback(widget, on_stop_yes_clicked);
  gtk_widget_class_bind_template_callback(widget, on_stop_no_clicked);
  gtk_widget_class_bind_template_callback(widget, on_idle_still_clicked);
  gtk_widget_class_bind_template_callback(widget, on_language_clicked);
  gtk_widget_class_bind_template_callback(widget, on_text_size_clicked);
  gtk_widget_class_bind_template_callback(widget, on_contrast_clicked);
  gtk_widget_class_bind_template_callback(widget, on_speech_clicked);
  gtk_widget_class_bind_template_callback(widget, on_repeat_clicked);
  gtk_widget_class_bind_template_callback(widget, on_pause_clicked);
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
static void
on_focus_changed(KioskWindow *self)
{
  GtkWidget *heading = GTK_WIDGET(self->heading);

  if (gtk_window_get_focus(GTK_WINDOW(self)) == NULL && heading != NULL &&
      gtk_widget_get_mapped(heading) && gtk_widget_is_sensitive(heading))
    gtk_widget_grab_focus(heading);
}

/* --- a width that does not depend on the height -----------------------------
 */

static GtkSizeRequestMode
mode_of_frame(G_GNUC_UNUSED GtkWidget *frame)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Words wrap, so that boxes ask for more width where they are given a height;
 * GTK then finds that they had asked for too little. */
static void
measure_frame(GtkWidget *frame, GtkOrientation orientation, int for_size,
              int *minimum, int *natural, int *minimum_baseline,
              int *natural_baseline)
{
  gtk_widget_measure(gtk_widget_get_first_child(frame), orientation,
                     orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size,
                     minimum, natural, minimum_baseline, natural_baseline);
}

static void
allocate_frame(GtkWidget *frame, int width, int height, int baseline)
{
  gtk_widget_allocate(gtk_widget_get_first_child(frame), width, height,
                      baseline, NULL);
}

static void
kiosk_window_init(KioskWindow *self)
{
  g_type_ensure(KIOSK_TYPE_TOOL);
  g_type_ensure(KIOSK_TYPE_KEY_PANEL);
  gtk_widget_init_template(GTK_WIDGET(self));
  gtk_widget_set_layout_manager(
      self->frame,
      gtk_custom_layout_new(mode_of_frame, measure_frame, allocate_frame));
  self->speech = kiosk_speech_new();
  self->sound = kiosk_sound_new();
  g_signal_connect(self, "notify::focus-widget", G_CALLBACK(on_focus_changed),
                   NULL);
  watch_input(self);
}

KioskWindow *
kiosk_window_new(GtkApplication *application, KioskSession *session,
                 const KioskConfig *config)
{
  KioskWindow *self =
      g_object_new(KIOSK_TYPE_WINDOW, "application", application, "deletable",
                   FALSE, "title", "Keyturn", NULL);

  self->session = g_object_ref(session);
  self->idle = (KioskIdle){config->idle_s, config->warn_s, now_ms()};
  g_signal_connect_object(session, "step-changed", G_CALLBACK(on_step_changed),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "changed", G_CALLBACK(on_session_changed),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "refused", G_CALLBACK(on_refused), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "trouble", G_CALLBACK(on_trouble), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(kiosk_session_work(session), "view-changed",
                          G_CALLBACK(on_work_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                          G_CALLBACK(update_classes), self, G_CONNECT_SWAPPED);
  self->tick = g_timeout_add(TICK_MS, on_tick, self);
  relabel(self);
  show_page(self);
  if (!config->windowed)
    gtk_window_fullscreen(GTK_WINDOW(self));
  return self;
}

void
kiosk_window_set_side(KioskWindow *self, GtkWidget *side)
{
  adw_bin_set_child(self->side, side);
}
