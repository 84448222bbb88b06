/* SPDX-License-Identifier: Apache-2.0 */
/* message.h - what recoveryd says, in the language of the screen: a text of
 * ours is translated, and what stands in it is put in afterwards, each part by
 * itself, so that it turns no other. No GTK. */
#pragma once

#include "fidotool/json.h"

/* The text that the row has under name, from the message under name + "_says"
 * where there is one. Fit for a label as it is; "" where there is none. Free
 * with g_free(). */
char *kiosk_message_text(const FidotoolJson *row, const char *name);
/* The same, cut after max code points. */
char *kiosk_message_cut(const char *text, int max);
/* The same, as it is said aloud: without what only the eye needs. */
char *kiosk_message_spoken(const char *text);
