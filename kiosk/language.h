/* SPDX-License-Identifier: Apache-2.0 */
/* language.h - the languages the kiosk speaks, changed while it runs. */
#pragma once

#include <stdbool.h>

/* Is it one of them? */
bool kiosk_language_known(const char *id);
/* Once, at the start. wanted: "de", or NULL for the system's language. */
void kiosk_language_init(const char *wanted);
/* "en", "de", ... */
const char *kiosk_language_current(void);
/* The next one's name in itself: "Deutsch". */
const char *kiosk_language_next_name(void);
void kiosk_language_next(void);
/* Back to the station's. */
void kiosk_language_reset(void);
bool kiosk_language_is_rtl(void);
/* A text that recoveryd made, in the language; as it came where no
 * translation is known. */
const char *kiosk_language_text(const char *text);
