/* SPDX-License-Identifier: Apache-2.0 */
/* view-rows.c */
#include "kiosk/view-rows.h"

#include <glib/gi18n.h>

#include "kiosk/language.h"
#include "kiosk/rows.h"
#include "kiosk/view-words.h"

struct _KioskViewRows {
  AdwBin parent;
  GtkBox *box;
};

G_DEFINE_FINAL_TYPE(KioskViewRows, kiosk_view_rows, ADW_TYPE_BIN)

void
kiosk_view_rows_show(KioskViewRows *self, const RecoveryView *view)
{
  KioskColumns *pairs;
  GtkBox *inside;

  kiosk_rows_clear(self->box);
  if (view->short_code != NULL) {
    (void)kiosk_rows_label(
        self->box, _("Short code: compare it on both screens"), "caption");
    (void)kiosk_rows_label(self->box, view->short_code, "short-code");
  }
  pairs = kiosk_rows_pairs(self->box);
  for (guint i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = view->lines->pdata[i];
    g_autofree char *text = kiosk_view_words_text(line->label, line->text);

    kiosk_rows_pair(pairs, kiosk_language_text(line->label), text, NULL);
  }
  inside = kiosk_rows_expander(self->box, _("The statement in full"));
  kiosk_rows_whole(inside, view->statement_line, "mono");
}

static void
kiosk_view_rows_class_init(KioskViewRowsClass *klass)
{
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
kiosk_view_rows_init(KioskViewRows *self)
{
  self->box = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 10));
  gtk_widget_add_css_class(GTK_WIDGET(self->box), "card");
  adw_bin_set_child(ADW_BIN(self), GTK_WIDGET(self->box));
}
