/* SPDX-License-Identifier: Apache-2.0 */
/* view-rows.c */
#include "kiosk/view-rows.h"

#include <glib/gi18n.h>

#include "kiosk/language.h"
#include "kiosk/plain.h"

struct _KioskViewRows {
  AdwBin parent;
  GtkBox *box;
};

G_DEFINE_FINAL_TYPE(KioskViewRows, kiosk_view_rows, ADW_TYPE_BIN)

static GtkWidget *
add_label(GtkBox *box, const char *text, const char *css)
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

static void
add_row(KioskViewRows *self, const char *label, const char *text)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class(row, "view-row");
  (void)add_label(GTK_BOX(row), kiosk_language_text(label), "caption");
  (void)add_label(GTK_BOX(row), text, NULL);
  gtk_box_append(self->box, row);
}

static void
add_statement(KioskViewRows *self, const char *line)
{
  GtkWidget *expander = gtk_expander_new(_("The statement in full"));
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

  (void)add_label(GTK_BOX(box), line, "mono");
  gtk_expander_set_child(GTK_EXPANDER(expander), box);
  gtk_box_append(self->box, expander);
}

void
kiosk_view_rows_show(KioskViewRows *self, const RecoveryView *view)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->box))) != NULL)
    gtk_box_remove(self->box, child);
  if (view->short_code != NULL) {
    (void)add_label(self->box, _("Short code: compare it on both screens"),
                    "caption");
    (void)add_label(self->box, view->short_code, "short-code");
  }
  for (guint i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = view->lines->pdata[i];

    add_row(self, line->label, line->text);
  }
  add_statement(self, view->statement_line);
}

static void
kiosk_view_rows_class_init(G_GNUC_UNUSED KioskViewRowsClass *klass)
{
}

static void
kiosk_view_rows_init(KioskViewRows *self)
{
  self->box = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 10));
  gtk_widget_add_css_class(GTK_WIDGET(self->box), "card");
  adw_bin_set_child(ADW_BIN(self), GTK_WIDGET(self->box));
}
