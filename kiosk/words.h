/* SPDX-License-Identifier: Apache-2.0 */
/* words.h - every message the kiosk can say, by its id: text, how it is
 * spoken, icon and tone. What stands on a page all the time is in its
 * template; what depends on what happened is here. No GTK. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
  KIOSK_TONE_NONE,
  KIOSK_TONE_OK,
  KIOSK_TONE_WRONG,
  KIOSK_TONE_ATTENTION,
} KioskTone;

typedef enum {
  KIOSK_FOR_ALL,
  KIOSK_FOR_USER,  /* plain words: nothing of the field's jargon */
  KIOSK_FOR_STAFF, /* the field's terms */
} KioskAudience;

typedef struct {
  const char *id;
  const char *text;   /* untranslated; {n} and {what} are put in */
  const char *plural; /* for n other than 1, or NULL */
  const char *speech; /* where it is not the text, or NULL */
  const char *icon;   /* name of an icon, or NULL */
  KioskTone tone;
  KioskAudience audience;
} KioskWord;

/* NULL where there is no such id. */
const KioskWord *kiosk_words_find(const char *id);
/* Row i, NULL after the last: for tests and translators' checks. */
const KioskWord *kiosk_words_at(size_t i);

/*
 * The message in the language of the process, {n} and {what} put in. what may
 * be NULL; it is data: made plain (plain.h), it is put in whatever it holds. An
 * unknown id is a bug. Free with g_free().
 */
char *kiosk_words_text(const char *id, int n, const char *what);
/* The same, as it is spoken. */
char *kiosk_words_speech(const char *id, int n, const char *what);

/* What people call an act, a state, a slot, a role, a reason or the kind of a
 * piece of evidence: "act.case.approve". A word that is not in the table is
 * shown as it came, so that a new one needs no new version. Free with
 * g_free(). */
char *kiosk_words_name(const char *kind, const char *word);
