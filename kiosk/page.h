/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - what all pages have in common. A page shows what the session holds
 * and tells it what the person wants; the window around it has the title, the
 * error strip and the buttons below. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#include "kiosk/session.h"

#define KIOSK_TYPE_PAGE (kiosk_page_get_type())
G_DECLARE_DERIVABLE_TYPE(KioskPage, kiosk_page, KIOSK, PAGE, AdwBin)

struct _KioskPageClass {
  AdwBinClass parent_class;
  /* All may be NULL. The session is set before the first. */
  void (*entered)(KioskPage *self);
  void (*update)(KioskPage *self);  /* the session has changed */
  void (*primary)(KioskPage *self); /* the main button, or Enter */
  bool (*back)(KioskPage *self);    /* true: the page went back inside itself */
  /* A character typed on a keyboard or a key's own typing: true if taken. */
  bool (*take_key)(KioskPage *self, guint keyval, GdkModifierType state);
  /* What was typed was a key's own typing: it is dropped. Without it the page
   * begins anew. */
  void (*drop_typed)(KioskPage *self);
};

/*
 * Properties, set in the template: "title", "body" (a sentence or two, may be
 * empty), "primary" (label of the main button; empty: there is none).
 * Signal: "told" (word, n, what): something is said (kiosk_page_tell()).
 */
KioskSession *kiosk_page_session(KioskPage *self);
void kiosk_page_set_title(KioskPage *self, const char *title);
void kiosk_page_set_body(KioskPage *self, const char *body);
void kiosk_page_set_primary(KioskPage *self, const char *label);
const char *kiosk_page_title(KioskPage *self);
const char *kiosk_page_body(KioskPage *self);
const char *kiosk_page_primary_label(KioskPage *self);
/* Says a message of words.h: in the strip where it is one of the wrong tone,
 * aloud where speech is on, with its tone. NULL takes the strip away. */
void kiosk_page_tell(KioskPage *self, const char *word, int n,
                     const char *what);

/* For the window. */
void kiosk_page_enter(KioskPage *self, KioskSession *session);
void kiosk_page_activate_primary(KioskPage *self);
bool kiosk_page_go_back(KioskPage *self);
bool kiosk_page_take_key(KioskPage *self, guint keyval, GdkModifierType state);
/* False where the page cannot. */
bool kiosk_page_drop_typed(KioskPage *self);
