/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c */
#include "kiosk/rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/message.h"
#include "kiosk/plain.h"
#include "kiosk/widgets/widgets.h"

#define LABEL_MIN_PX 160
/* Of a long text, in a label of its own. */
#define PART_MAX 500
/* Code points on a button. */
#define CHOICE_MAX 160
/* Pixels around a code that fills the view. */
#define MARGIN 16
/* Characters of a fact that stands beside another. */
#define PAIR_CHARS 30

/* Where it is in what goes, GTK 4.8 forgets it only half: Tab would then lead
 * past the whole page. */
static void
let_go_of_focus(GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root(widget);
  GtkWidget *focus = root == NULL ? NULL : gtk_root_get_focus(root);

  if (focus != NULL && gtk_widget_is_ancestor(focus, widget))
    gtk_root_set_focus(root, NULL);
}

void
kiosk_rows_clear(GtkBox *box)
{
  GtkWidget *child;

  let_go_of_focus(GTK_WIDGET(box));
  while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))) != NULL)
    gtk_box_remove(box, child);
}

/* text: fit for a label. */
static GtkWidget *
add_label(GtkBox *box, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  /* GTK tries for the narrowest width; with a floor a long text is drawn in a
   * fraction of the time. */
  gtk_widget_set_size_request(label, LABEL_MIN_PX, -1);
  if (css != NULL)
    gtk_widget_add_css_class(label, css);
  gtk_box_append(box, label);
  return label;
}

GtkWidget *
kiosk_rows_label(GtkBox *box, const char *text, const char *css)
{
  g_autofree char *plain = kiosk_plain_text(text);

  return add_label(box, plain, css);
}

void
kiosk_rows_whole(GtkBox *box, const char *text, const char *css)
{
  const char *end;

  for (const char *p = text; *p != '\0'; p = end) {
    g_autofree char *part = NULL;

    end = p;
    for (int n = 0; n < PART_MAX && *end != '\0'; n++)
      end = g_utf8_next_char(end);
    part = g_strndup(p, (size_t)(end - p));
    (void)kiosk_rows_label(box, part, css);
  }
}

GtkWidget *
kiosk_rows_section(GtkBox *box, const char *text)
{
  return kiosk_rows_label(box, text, "section");
}

static GtkWidget *
new_fact(const char *label, const char *text, const char *css,
         GtkWidget **ret_value)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class(row, "view-row");
  (void)kiosk_rows_label(GTK_BOX(row), label, "caption");
  *ret_value = kiosk_rows_label(GTK_BOX(row), text, css);
  return row;
}

GtkWidget *
kiosk_rows_fact(GtkBox *box, const char *label, const char *text)
{
  GtkWidget *value = NULL;

  if (text != NULL && *text != '\0')
    gtk_box_append(box, new_fact(label, text, NULL, &value));
  return value;
}

KioskColumns *
kiosk_rows_pairs(GtkBox *box)
{
  GtkWidget *pairs = kiosk_columns_new();

  g_object_set(pairs, "spacing", 24, NULL);
  gtk_box_append(box, pairs);
  return KIOSK_COLUMNS(pairs);
}

void
kiosk_rows_pair(KioskColumns *pairs, const char *label, const char *text,
                const char *css)
{
  GtkWidget *row, *value;

  if (text == NULL || *text == '\0')
    return;
  row = new_fact(label, text, css, &value);
  /* A long text makes two lines before it makes one column. */
  gtk_label_set_max_width_chars(GTK_LABEL(value), PAIR_CHARS);
  kiosk_columns_append(pairs, row);
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
  GtkWidget *icon = GTK_WIDGET(kiosk_decoration_new(
      good ? "kiosk-ok-symbolic" : "kiosk-attention-symbolic"));

  gtk_widget_add_css_class(row, "verdict");
  gtk_widget_add_css_class(row, good ? "good" : "short");
  gtk_widget_set_valign(icon, GTK_ALIGN_START);
  gtk_box_append(GTK_BOX(row), icon);
  gtk_widget_set_hexpand(kiosk_rows_label(GTK_BOX(row), text, NULL), TRUE);
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
  if (text != NULL && *text != '\0')
    (void)add_label(box, text, NULL);
  if (enough != NULL && *enough != '\0') {
    /* TRANSLATORS: %s: what recoveryd says would be enough, a sentence */
    g_autofree char *line = g_strdup_printf(_("Enough would be: %s"), enough);

    (void)add_label(box, line, NULL);
  }
  if (rule != NULL)
    (void)kiosk_rows_label(box, rule, "rule");
}

void
kiosk_rows_refusal_row(GtkBox *box, const FidotoolJson *row)
{
  g_autofree char *text = kiosk_message_text(row, "text");
  g_autofree char *enough = kiosk_message_text(row, "enough");

  kiosk_rows_refusal(box, fidotool_json_get_text(row, "rule"), text, enough);
}

void
kiosk_rows_fit_code(GtkWidget *code)
{
  GtkWidget *view = gtk_widget_get_ancestor(code, GTK_TYPE_SCROLLED_WINDOW);
  int room = view == NULL ? 0 : gtk_widget_get_height(view), side;

  gtk_widget_set_size_request(code, -1, -1);
  gtk_widget_measure(code, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &side, NULL,
                     NULL);
  if (room > 0)
    side = MIN(side, room - MARGIN);
  gtk_widget_set_size_request(code, side, side);
}

/* A widget has its place after the next frame alone. */
static gboolean
focus_now(GtkWidget *widget, G_GNUC_UNUSED GdkFrameClock *clock,
          G_GNUC_UNUSED gpointer data)
{
  gtk_widget_grab_focus(widget);
  return G_SOURCE_REMOVE;
}

void
kiosk_rows_focus(GtkWidget *widget)
{
  gtk_widget_add_tick_callback(widget, focus_now, NULL, NULL);
}

static gboolean
scroll_now(GtkWidget *widget, G_GNUC_UNUSED GdkFrameClock *clock, gpointer data)
{
  int *frames = data;
  GtkWidget *view = gtk_widget_get_ancestor(widget, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment;
  graphene_rect_t bounds;
  double top, bottom, page;

  /* In the first frame it has no size yet. */
  if ((*frames)++ == 0)
    return G_SOURCE_CONTINUE;
  if (view == NULL || !gtk_widget_compute_bounds(widget, view, &bounds))
    return G_SOURCE_REMOVE;
  adjustment = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(view));
  page = gtk_adjustment_get_page_size(adjustment);
  top = gtk_adjustment_get_value(adjustment) + (double)bounds.origin.y;
  bottom = top + (double)bounds.size.height;
  /* All of it, and where it is too large its beginning. */
  gtk_adjustment_set_value(adjustment, MIN(top, bottom - page));
  return G_SOURCE_REMOVE;
}

void
kiosk_rows_scroll_to(GtkWidget *widget)
{
  gtk_widget_add_tick_callback(widget, scroll_now, g_new0(int, 1), g_free);
}

GtkBox *
kiosk_rows_expander(GtkBox *box, const char *title)
{
  GtkWidget *expander = gtk_expander_new(NULL);
  GtkWidget *label = gtk_label_new(title);
  GtkWidget *inside = gtk_box_new(GTK_ORIENTATION_VERTICAL, 10);

  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  /* An expander gives its title no more than it would like to have. */
  gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
  gtk_expander_set_label_widget(GTK_EXPANDER(expander), label);
  gtk_accessible_update_property(GTK_ACCESSIBLE(expander),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_expander_set_child(GTK_EXPANDER(expander), inside);
  gtk_box_append(box, expander);
  return GTK_BOX(inside);
}

void
kiosk_rows_wrap(GtkButton *button)
{
  GtkWidget *label = gtk_button_get_child(button);

  if (!GTK_IS_LABEL(label))
    return;
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_CENTER);
}
