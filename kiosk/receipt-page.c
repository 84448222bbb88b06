/* SPDX-License-Identifier: Apache-2.0 */
/* receipt-page.c */
#include "kiosk/receipt-page.h"

#include <glib/gi18n.h>

#include "kiosk/receipt-print.h"
#include "kiosk/rows.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskReceiptPage {
  KioskPage parent;
  GtkBox *head, *advice;
  GtkWidget *print;
  GtkLabel *printed;
  KioskQrView *code;
  char *shown; /* the proof that was drawn */
  GCancellable *printing;
};

G_DEFINE_FINAL_TYPE(KioskReceiptPage, kiosk_receipt_page, KIOSK_TYPE_PAGE)

static KioskReceipt *
new_receipt(KioskReceiptPage *self)
{
  KioskSession *session = kiosk_page_session(KIOSK_PAGE(self));

  return kiosk_receipt_new(
      kiosk_session_proof(session), kiosk_session_case(session),
      kiosk_session_config(session)->phone, g_get_real_time() / G_USEC_PER_SEC);
}

static const char *
folder_of(KioskReceiptPage *self)
{
  const KioskConfig *config =
      kiosk_session_config(kiosk_page_session(KIOSK_PAGE(self)));

  return config->receipts != NULL ? config->receipts : config->exchange;
}

/* --- on paper ---------------------------------------------------------------
 */

static void
on_printed(G_GNUC_UNUSED GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *name = kiosk_receipt_print_finish(result, &error);
  g_autofree char *text = NULL;
  KioskReceiptPage *self = data;

  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the page is gone */
  gtk_widget_set_sensitive(self->print, TRUE);
  if (name == NULL) {
    kiosk_page_tell(KIOSK_PAGE(self), "print.nopaper", 0, NULL);
    return;
  }
  text = kiosk_words_text("receipt.printed", 0, name);
  gtk_label_set_text(self->printed, text);
  gtk_widget_set_visible(GTK_WIDGET(self->printed), TRUE);
  kiosk_page_tell(KIOSK_PAGE(self), "receipt.printed", 0, name);
}

static void
on_print_clicked(KioskReceiptPage *self)
{
  KioskReceipt *receipt = new_receipt(self);

  if (receipt == NULL)
    return;
  gtk_widget_set_sensitive(self->print, FALSE);
  g_clear_object(&self->printing);
  self->printing = g_cancellable_new();
  kiosk_receipt_print_async(receipt, folder_of(self), self->printing,
                            on_printed, self);
}

/* --- the page ---------------------------------------------------------------
 */

static void
show(KioskReceiptPage *self, const KioskReceipt *receipt)
{
  KioskColumns *pairs;

  kiosk_rows_clear(self->head);
  kiosk_rows_clear(self->advice);
  pairs = kiosk_rows_pairs(self->head);
  kiosk_rows_pair(pairs, _("Reference"), receipt->reference, NULL);
  kiosk_rows_pair(pairs, _("Short code"), receipt->short_code, "short-code");
  for (guint i = 0; i < receipt->lines->len; i++) {
    const KioskReceiptLine *line = receipt->lines->pdata[i];

    kiosk_rows_pair(pairs, line->label, line->text, NULL);
  }
  for (guint i = 0; i < receipt->advice->len; i++)
    (void)kiosk_rows_label(self->advice, receipt->advice->pdata[i], NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->code),
                         kiosk_qr_view_set_text(self->code, receipt->proof));
  kiosk_rows_fit_code(GTK_WIDGET(self->code));
  gtk_widget_set_visible(GTK_WIDGET(self->head), TRUE);
  gtk_widget_set_visible(self->print, folder_of(self) != NULL);
}

static void
kiosk_receipt_page_update(KioskPage *page)
{
  KioskReceiptPage *self = KIOSK_RECEIPT_PAGE(page);
  g_autoptr(KioskReceipt) receipt = new_receipt(self);

  if (receipt == NULL || g_strcmp0(receipt->proof, self->shown) == 0)
    return;
  g_free(self->shown);
  self->shown = g_strdup(receipt->proof);
  show(self, receipt);
}

static void
kiosk_receipt_page_entered(KioskPage *page)
{
  kiosk_session_load_proof(kiosk_page_session(page));
}

static void
kiosk_receipt_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
kiosk_receipt_page_dispose(GObject *object)
{
  KioskReceiptPage *self = KIOSK_RECEIPT_PAGE(object);

  if (self->printing != NULL)
    g_cancellable_cancel(self->printing);
  g_clear_object(&self->printing);
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_RECEIPT_PAGE);
  G_OBJECT_CLASS(kiosk_receipt_page_parent_class)->dispose(object);
}

static void
kiosk_receipt_page_finalize(GObject *object)
{
  g_free(KIOSK_RECEIPT_PAGE(object)->shown);
  G_OBJECT_CLASS(kiosk_receipt_page_parent_class)->finalize(object);
}

static void
kiosk_receipt_page_class_init(KioskReceiptPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_receipt_page_dispose;
  G_OBJECT_CLASS(klass)->finalize = kiosk_receipt_page_finalize;
  page->entered = kiosk_receipt_page_entered;
  page->update = kiosk_receipt_page_update;
  page->primary = kiosk_receipt_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/receipt-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskReceiptPage, name)
  CHILD(head);
  CHILD(advice);
  CHILD(print);
  CHILD(printed);
  CHILD(code);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_print_clicked);
}

static void
kiosk_receipt_page_init(KioskReceiptPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
