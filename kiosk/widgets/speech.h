/* SPDX-License-Identifier: Apache-2.0 */
/* speech.h - words aloud, by speech-dispatcher. No call waits and none fails:
 * where nothing speaks, kiosk_speech_last() is all that happens. A digit of a
 * PIN is "dot", said so by the caller. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct KioskSpeech KioskSpeech;

/* Silent until enabled; connects when it first speaks, in a thread. */
KioskSpeech *kiosk_speech_new(void);
/* Stops what is said. Waits for nothing; takes NULL. */
void kiosk_speech_free(KioskSpeech *self);

/* Off: stops, and kiosk_speech_say() only remembers. */
void kiosk_speech_set_enabled(KioskSpeech *self, bool enabled);
bool kiosk_speech_enabled(const KioskSpeech *self);
/* A language tag, "en" or "de-AT"; from the next text on. */
void kiosk_speech_set_language(KioskSpeech *self, const char *language);

/* Interrupts what is said and says text. */
void kiosk_speech_say(KioskSpeech *self, const char *text);
void kiosk_speech_stop(KioskSpeech *self);
/* The last text again, from its beginning. */
void kiosk_speech_repeat(KioskSpeech *self);
void kiosk_speech_pause(KioskSpeech *self);
void kiosk_speech_resume(KioskSpeech *self);

/* Forgets the last text: at the end of a session. */
void kiosk_speech_clear(KioskSpeech *self);
/* The last text, whether it was heard or not; "" at first. */
const char *kiosk_speech_last(const KioskSpeech *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KioskSpeech, kiosk_speech_free)
