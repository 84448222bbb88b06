/* SPDX-License-Identifier: Apache-2.0 */
/* window-private.h - what the files of the window share. */
#pragma once

#include "kiosk/page.h"
#include "kiosk/presenter-idle.h"
#include "kiosk/presenter-typing.h"
#include "kiosk/tool.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/window.h"
#include "kiosk/words.h"

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
  bool large, contrast, keyboard; /* it is on the screen */
  KioskStep shown;

  GtkWidget *frame; /* the kiosk, without what stands beside it */
  GtkLabel *watermark, *banner;
  KioskHeading *heading;
  KioskErrorStrip *strip;
  GtkScrolledWindow *scroller;
  GtkWidget *column, *top_bar, *above; /* the title */
  AdwBin *content, *side;
  guint arranging, focusing;
  GtkButton *stop, *back, *primary;
  GtkWidget *bottom_bar, *stop_box, *idle_box;
  GtkLabel *stop_title, *stop_text, *idle_label;
  GtkButton *stop_no, *stop_yes, *idle_still;
  KioskTool *language, *text_size, *contrast_button, *speech_button;
  KioskTool *repeat, *pause;
  bool paused;
};

gint64 kiosk_window_now_ms(void);

/* --- window-tell.c ----------------------------------------------------------
 */

void kiosk_window_say(KioskWindow *self, const char *text);
void kiosk_window_play(KioskWindow *self, KioskTone tone);
/* The word id in the strip, as a tone and aloud; an unknown one, such as "",
 * takes away what was there. what may be NULL. */
void kiosk_window_tell(KioskWindow *self, const char *id, int n,
                       const char *what);
void kiosk_window_speak_page(KioskWindow *self);
/* What the session and the page have to say is told from now on. */
void kiosk_window_hear_session(KioskWindow *self);
void kiosk_window_hear_page(KioskWindow *self);

/* --- window-show.c ----------------------------------------------------------
 */

/* In two lines where there is no room for one: some languages need more. */
void kiosk_window_set_label(GtkButton *button, const char *text);
void kiosk_window_update_heading(KioskWindow *self);
/* The page of the step that the session is at, made anew. */
void kiosk_window_show_page(KioskWindow *self);
void kiosk_window_follow_session(KioskWindow *self);
void kiosk_window_show_bind(GtkWidgetClass *widget);

/* --- window-stop.c ----------------------------------------------------------
 */

void kiosk_window_stop_ask(KioskWindow *self);
void kiosk_window_stop_close(KioskWindow *self);
void kiosk_window_stop_no(KioskWindow *self);
void kiosk_window_stop_bind(GtkWidgetClass *widget);

/* --- window-idle.c ----------------------------------------------------------
 */

/* Somebody is there. */
void kiosk_window_live(KioskWindow *self);
gboolean kiosk_window_tick(gpointer data);
void kiosk_window_idle_bind(GtkWidgetClass *widget);

/* --- window-settings.c ------------------------------------------------------
 */

/* Settings of one person are not the next one's. */
void kiosk_window_settings_reset(KioskWindow *self);
/* All words that are not the page's, in the language of now. */
void kiosk_window_relabel(KioskWindow *self);
void kiosk_window_settings_bind(GtkWidgetClass *widget);

/* --- window-layout.c --------------------------------------------------------
 */

void kiosk_window_update_classes(KioskWindow *self);
void kiosk_window_update_tools(KioskWindow *self, int width);
void kiosk_window_arrange_soon(KioskWindow *self);
/* The window is given this size. */
void kiosk_window_layout_fit(KioskWindow *self, int width, int height);
void kiosk_window_layout_frame(KioskWindow *self);

/* --- window-input.c ---------------------------------------------------------
 */

void kiosk_window_watch_input(KioskWindow *self);
/* A key that was touched or plugged in is a sign of life as well. */
void kiosk_window_watch_keys(KioskWindow *self);
