/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c */
#include "kiosk/rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/language.h"
#include "kiosk/plain.h"
#include "kiosk/widgets/widgets.h"

/* Code points on a button. */
#define CHOICE_MAX 160

void
kiosk_rows_clear(GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))) != NULL)
    gtk_box_remove(box, child);
}

GtkWidget *
kiosk_rows_label(GtkBox *box, const char *text, const char *css)
{
  g_autofree char *plain = kiosk_plain_text(text);
  GtkWidget *label = gtk_label_new(plain);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    gtk_widget_add_css_class(label, css);
  gtk_box_append(box, label);
  return label;
}

GtkWidget *
kiosk_rows_section(GtkBox *box, const char *text)
{
  return kiosk_rows_label(box, text, "section");
}

void
kiosk_rows_fact(GtkBox *box, const char *label, const char *text)
{
  GtkWidget *row;

  if (text == NULL || *text == '\0')
    return;
  row = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_add_css_class(row, "view-row");
  (void)kiosk_rows_label(GTK_BOX(row), label, "caption");
  (void)kiosk_rows_label(GTK_BOX(row), text, NULL);
  gtk_box_append(box, row);
}

char *
kiosk_rows_short_hash(const char *hex)
{
  if (hex == NULL || strlen(hex) < 16)
    return g_strdup("");
  return g_strdup_printf("%.4s %.4s %.4s %.4s", hex, hex + 4, hex + 8,
                         hex + 12);
}

GtkWidget *
kiosk_rows_choice(GtkBox *box, const char *icon, const char *title,
                  const char *subtitle, const char *word)
{
  g_autofree char *plain_title = kiosk_plain_short(title, CHOICE_MAX);
  g_autofree char *plain_subtitle = kiosk_plain_short(subtitle, CHOICE_MAX);
  GtkWidget *choice = kiosk_choice_new(icon, plain_title, plain_subtitle);

  kiosk_rows_keep(choice, g_strdup(word));
  gtk_box_append(box, choice);
  return choice;
}

void
kiosk_rows_keep(GtkWidget *widget, char *word)
{
  g_object_set_data_full(G_OBJECT(widget), "word", word, g_free);
}

void
kiosk_rows_verdict(GtkBox *box, bool good, const char *text)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name(
      good ? "kiosk-ok-symbolic" : "kiosk-attention-symbolic");

  gtk_widget_add_css_class(row, "verdict");
  gtk_widget_add_css_class(row, good ? "good" : "short");
  gtk_widget_set_valign(icon, GTK_ALIGN_START);
  gtk_box_append(GTK_BOX(row), icon);
  (void)kiosk_rows_label(GTK_BOX(row), text, NULL);
  gtk_box_append(box, row);
}

const char *
kiosk_rows_word(GtkWidget *widget)
{
  return g_object_get_data(G_OBJECT(widget), "word");
}

void
kiosk_rows_refusal(GtkBox *box, const char *rule, const char *text,
                   const char *enough)
{
  if (text != NULL)
    (void)kiosk_rows_label(box, kiosk_language_text(text), NULL);
  if (enough != NULL && *enough != '\0') {
    /* TRANSLATORS: %s: what recoveryd says would be enough, a sentence */
    g_autofree char *line =
        g_strdup_printf(_("Enough would be: %s"), kiosk_language_text(enough));

    (void)kiosk_rows_label(box, line, NULL);
  }
  if (rule != NULL)
    (void)kiosk_rows_label(box, rule, "rule");
}

void
kiosk_rows_refusal_row(GtkBox *box, const FidotoolJson *row)
{
  kiosk_rows_refusal(box, fidotool_json_get_text(row, "rule"),
                     fidotool_json_get_text(row, "text"),
                     fidotool_json_get_text(row, "enough"));
}

GtkBox *
kiosk_rows_expander(GtkBox *box, const char *title)
{
  GtkWidget *expander = gtk_expander_new(title);
  GtkWidget *inside = gtk_box_new(GTK_ORIENTATION_VERTICAL, 10);

  gtk_expander_set_child(GTK_EXPANDER(expander), inside);
  gtk_box_append(box, expander);
  return GTK_BOX(inside);
}
