/* SPDX-License-Identifier: Apache-2.0 */
/* sound.h - three tones. Never the only sign of anything: where there is no
 * sound they are not played and nothing is said about it. */
#pragma once

#include <glib.h>

typedef enum {
  KIOSK_SOUND_NONE,
  KIOSK_SOUND_OK,
  KIOSK_SOUND_WRONG,
  KIOSK_SOUND_ATTENTION,
} KioskSoundTone;

typedef struct KioskSound KioskSound;

/* Never blocks; the sound server is looked for in a thread, at the first tone.
 * The tones come out of the resources. */
KioskSound *kiosk_sound_new(void);
void kiosk_sound_free(KioskSound *self); /* takes NULL */

/* Ends a tone that is still on, and plays this one. */
void kiosk_sound_play(KioskSound *self, KioskSoundTone tone);
/* The last one asked for. */
KioskSoundTone kiosk_sound_last(const KioskSound *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KioskSound, kiosk_sound_free)
