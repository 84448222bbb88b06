/* SPDX-License-Identifier: Apache-2.0 */
/* plain.h - text from outside, made fit for a label: what would turn the
 * direction of writing or has no picture is shown as U+FFFD, lines become one,
 * and a text is cut where it is longer than anybody reads. No GTK. */
#pragma once

/* At most this many code points are shown. */
#define KIOSK_PLAIN_MAX 1000

/* text: whatever it is, NULL too. Free with g_free(). */
char *kiosk_plain_text(const char *text);
/* The same for a title or a button: at most max code points. */
char *kiosk_plain_short(const char *text, int max);
