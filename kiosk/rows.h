/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h - what pages show that is made in code: labels that wrap, facts,
 * things to choose from. Text from outside is made fit for a label here. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

#include "fidotool/json.h"
#include "kiosk/widgets/columns.h"

void kiosk_rows_clear(GtkBox *box);
/* css: a class, or NULL. */
GtkWidget *kiosk_rows_label(GtkBox *box, const char *text, const char *css);
/* A text of any length, with nothing left out. */
void kiosk_rows_whole(GtkBox *box, const char *text, const char *css);
/* A heading within a page. */
GtkWidget *kiosk_rows_section(GtkBox *box, const char *text);
/* What it is, small, and the value below: returns its label. Nothing, and
 * NULL, for NULL or "". */
GtkWidget *kiosk_rows_fact(GtkBox *box, const char *label, const char *text);
/* Facts beside each other, where there is room for two. */
KioskColumns *kiosk_rows_pairs(GtkBox *box);
/* css: a class for the value, or NULL. */
void kiosk_rows_pair(KioskColumns *pairs, const char *label, const char *text,
                     const char *css);
/* Sixteen digits of a digest in fours, as a statement's words have them;
 * "" for what is none. Free with g_free(). */
char *kiosk_rows_short_hash(const char *hex);
/* A large button; word is kept as its data "word" (may be NULL). */
GtkWidget *kiosk_rows_choice(GtkBox *box, const char *icon, const char *title,
                             const char *subtitle, const char *word);
const char *kiosk_rows_word(GtkWidget *widget);
/* Something to remember with a widget; word is taken. */
void kiosk_rows_keep(GtkWidget *widget, char *word);
/* Enough or not: an icon and the words, never colour alone. */
void kiosk_rows_verdict(GtkBox *box, bool good, const char *text);
/* Why something is not open: rule, words and what would be enough, as
 * kiosk_message_text() has them; each may be NULL. */
void kiosk_rows_refusal(GtkBox *box, const char *rule, const char *text,
                        const char *enough);
/* The same, as recoveryd's row has it. */
void kiosk_rows_refusal_row(GtkBox *box, const FidotoolJson *row);
/* A QR code as large as it should be, but no larger than can be seen whole. */
void kiosk_rows_fit_code(GtkWidget *code);
/* To what has just been made: focus and view, once it has its place. The second
 * leaves the focus where it is. */
void kiosk_rows_focus(GtkWidget *widget);
void kiosk_rows_scroll_to(GtkWidget *widget);
/* Something that opens; returns the box inside it. */
GtkBox *kiosk_rows_expander(GtkBox *box, const char *title);

/* What stands on it, in more than one line where there is no room for one. */
void kiosk_rows_wrap(GtkButton *button);
