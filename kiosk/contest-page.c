/* SPDX-License-Identifier: Apache-2.0 */
/* contest-page.c */
#include "kiosk/contest-page.h"

#include "kiosk/presenter-code.h"
#include "kiosk/session-act.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskContestPage {
  KioskPage parent;
  KioskSecretEntry *entry;
  GtkLabel *count;
  KioskCodePad *pad;
};

G_DEFINE_FINAL_TYPE(KioskContestPage, kiosk_contest_page, KIOSK_TYPE_PAGE)

/* How much is there, for who types 32 characters. */
static void
show_count(KioskContestPage *self)
{
  g_autofree char *text = kiosk_words_text(
      "code.count", (int)kiosk_secret_entry_count(self->entry), NULL);

  gtk_label_set_text(self->count, text);
}

static void
kiosk_contest_page_entered(KioskPage *page)
{
  show_count(KIOSK_CONTEST_PAGE(page));
}

/* What is no code at all is worded like one that fits no case. */
static void
kiosk_contest_page_primary(KioskPage *page)
{
  KioskContestPage *self = KIOSK_CONTEST_PAGE(page);
  const FidotoolSecret *typed = kiosk_secret_entry_peek(self->entry);
  g_autofree char *code = kiosk_presenter_code_contest(
      typed == NULL ? NULL : fidotool_secret_text(typed));

  if (code == NULL)
    kiosk_page_tell(page, "code.format", 0, NULL);
  else if (!kiosk_session_is_busy(kiosk_page_session(page)))
    kiosk_session_act_contest(kiosk_page_session(page), code);
}

static bool
kiosk_contest_page_take_key(KioskPage *page, guint keyval,
                            GdkModifierType state)
{
  return kiosk_secret_entry_take_key(KIOSK_CONTEST_PAGE(page)->entry, keyval,
                                     state);
}

static void
on_entry_activated(KioskContestPage *self)
{
  kiosk_contest_page_primary(KIOSK_PAGE(self));
}

static void
on_entry_changed(KioskContestPage *self)
{
  show_count(self);
}

static void
on_pad_pressed(KioskContestPage *self, const char *text)
{
  (void)kiosk_secret_entry_insert(self->entry, text); /* full: nothing */
}

static void
on_pad_erased(KioskContestPage *self)
{
  (void)kiosk_secret_entry_erase(self->entry); /* empty: nothing */
}

static void
kiosk_contest_page_drop_typed(KioskPage *page)
{
  kiosk_secret_entry_clear(KIOSK_CONTEST_PAGE(page)->entry);
}

static void
kiosk_contest_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_CONTEST_PAGE);
  G_OBJECT_CLASS(kiosk_contest_page_parent_class)->dispose(object);
}

static void
kiosk_contest_page_class_init(KioskContestPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_contest_page_dispose;
  page->entered = kiosk_contest_page_entered;
  page->primary = kiosk_contest_page_primary;
  page->take_key = kiosk_contest_page_take_key;
  page->drop_typed = kiosk_contest_page_drop_typed;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/contest-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskContestPage, entry);
  gtk_widget_class_bind_template_child(widget, KioskContestPage, count);
  gtk_widget_class_bind_template_child(widget, KioskContestPage, pad);
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
  gtk_widget_class_bind_template_callback(widget, on_entry_changed);
  gtk_widget_class_bind_template_callback(widget, on_pad_pressed);
  gtk_widget_class_bind_template_callback(widget, on_pad_erased);
}

static void
kiosk_contest_page_init(KioskContestPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
