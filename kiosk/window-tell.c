/* SPDX-License-Identifier: Apache-2.0 */
/* window-tell.c - what is said: in the strip, aloud, as a tone. */
#include "kiosk/window-private.h"

#include <glib/gi18n.h>

#include "kiosk/message.h"
#include "kiosk/plain.h"
#include "kiosk/presenter-rule.h"

/* Nobody reads more of a text from outside in the strip. */
#define PART_MAX 200
#define CODE_MAX 60

void
kiosk_window_say(KioskWindow *self, const char *text)
{
  kiosk_speech_say(self->speech, text);
}

void
kiosk_window_play(KioskWindow *self, KioskTone tone)
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

void
kiosk_window_tell(KioskWindow *self, const char *id, int n, const char *what)
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
  kiosk_window_play(self, word->tone);
  kiosk_window_say(self, speech);
}

static void
on_page_told(KioskWindow *self, const char *id, int n, const char *what)
{
  kiosk_window_tell(self, id, n, what);
}

static void
on_trouble(KioskWindow *self, const char *word, const char *what)
{
  kiosk_window_tell(self, word, 0, what);
}

/* What recoveryd says to staff, as much of it as fits. */
static char *
staff_words(const char *rule, const char *text, const char *enough)
{
  const char *word = kiosk_presenter_rule_staff_word(rule);
  g_autofree char *why = kiosk_message_cut(text, PART_MAX);
  g_autofree char *what =
      kiosk_message_cut(kiosk_presenter_rule_enough(enough), PART_MAX);

  if (word != NULL)
    return kiosk_words_text(word, 0, NULL);
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
  return staff_words(rule, text, enough);
}

static void
on_refused(KioskWindow *self, const char *rule, const char *text,
           const char *enough)
{
  g_autofree char *words = refusal_words(self, rule, text, enough);
  g_autofree char *code = kiosk_plain_short(rule, CODE_MAX);
  g_autofree char *spoken = kiosk_message_spoken(words);

  show_strip(self, KIOSK_SEVERITY_WRONG, words, code);
  kiosk_window_play(self, KIOSK_TONE_WRONG);
  kiosk_window_say(self, spoken);
}

void
kiosk_window_speak_page(KioskWindow *self)
{
  g_autofree char *text = g_strdup_printf(
      "%s. %s", kiosk_page_title(self->page), kiosk_page_body(self->page));

  kiosk_window_say(self, text);
}

void
kiosk_window_hear_session(KioskWindow *self)
{
  g_signal_connect_object(self->session, "refused", G_CALLBACK(on_refused),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(self->session, "trouble", G_CALLBACK(on_trouble),
                          self, G_CONNECT_SWAPPED);
}

void
kiosk_window_hear_page(KioskWindow *self)
{
  g_signal_connect_object(self->page, "told", G_CALLBACK(on_page_told), self,
                          G_CONNECT_SWAPPED);
}
