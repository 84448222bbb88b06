/* SPDX-License-Identifier: Apache-2.0 */
/* notice.c */
#include "kiosk/notice.h"

#include "kiosk/widgets/decoration.h"

struct _KioskNotice {
  AdwBin parent;
  GtkImage *icon;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE(KioskNotice, kiosk_notice, ADW_TYPE_BIN)

static const char *
class_of(KioskTone tone)
{
  switch (tone) {
  case KIOSK_TONE_OK:
    return "ok";
  case KIOSK_TONE_WRONG:
    return "wrong";
  case KIOSK_TONE_ATTENTION:
    return "attention";
  case KIOSK_TONE_NONE:
    return "plain";
  }
  return "plain";
}

void
kiosk_notice_set_tone(KioskNotice *self, const char *word, int n,
                      KioskTone tone)
{
  const KioskWord *of = kiosk_words_find(word);
  const char *classes[] = {"notice", class_of(tone), NULL};
  g_autofree char *text = NULL, *icon = NULL;

  gtk_widget_set_visible(GTK_WIDGET(self), of != NULL);
  if (of == NULL)
    return;
  text = kiosk_words_text(word, n, NULL);
  icon = g_strdup_printf("%s-symbolic",
                         of->icon == NULL ? "kiosk-attention" : of->icon);
  gtk_label_set_text(self->words, text);
  gtk_image_set_from_icon_name(self->icon, icon);
  gtk_widget_set_css_classes(GTK_WIDGET(self), classes);
}

void
kiosk_notice_set(KioskNotice *self, const char *word, int n)
{
  const KioskWord *of = kiosk_words_find(word);

  kiosk_notice_set_tone(self, word, n, of == NULL ? KIOSK_TONE_NONE : of->tone);
}

static void
kiosk_notice_class_init(KioskNoticeClass *klass)
{
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
kiosk_notice_init(KioskNotice *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);

  self->icon = kiosk_decoration_new(NULL);
  self->words = GTK_LABEL(gtk_label_new(NULL));
  gtk_widget_set_valign(GTK_WIDGET(self->icon), GTK_ALIGN_CENTER);
  gtk_label_set_xalign(self->words, 0);
  gtk_label_set_wrap(self->words, TRUE);
  gtk_label_set_wrap_mode(self->words, PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand(GTK_WIDGET(self->words), TRUE);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->icon));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->words));
  adw_bin_set_child(ADW_BIN(self), box);
  gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
}
