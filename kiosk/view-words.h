/* SPDX-License-Identifier: Apache-2.0 */
/* view-words.h - a line made from a statement, in the words of the person who
 * reads it. No GTK. The statement in full stands below such lines. */
#pragma once

/*
 * text as people read it: words of ours in the language of the process, a
 * moment as local date and time, a piece of evidence as what it is, how it was
 * checked and with what result. Whatever is not quite what the label says is
 * returned as it stands. label: untranslated. Free with g_free().
 */
char *kiosk_view_words_text(const char *label, const char *text);
