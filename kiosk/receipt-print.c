/* SPDX-License-Identifier: Apache-2.0 */
/* receipt-print.c - cairo and pango; the first page is the only one. */
#include "kiosk/receipt-print.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <string.h>

#include "kiosk/new-file.h"

/* A4 in points, and what stays white. */
#define WIDTH 595.28
#define HEIGHT 841.89
#define MARGIN 56.69  /* 20 mm */
#define QR_SIDE 198.4 /* 70 mm */
#define QUIET 4       /* free modules around a code (ISO/IEC 18004) */

typedef struct {
  cairo_t *cr;
  PangoFontMap *fonts; /* of this thread alone */
  double y;
} Sheet;

/* --- text -------------------------------------------------------------------
 */

static double
draw_text(Sheet *sheet, const char *text, const char *font, double x,
          double width)
{
  PangoContext *context = pango_font_map_create_context(sheet->fonts);
  PangoLayout *layout = pango_layout_new(context);
  PangoFontDescription *description = pango_font_description_from_string(font);
  int height;

  pango_layout_set_font_description(layout, description);
  pango_font_description_free(description);
  pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout, text, -1);
  cairo_move_to(sheet->cr, x, sheet->y);
  pango_cairo_show_layout(sheet->cr, layout);
  pango_layout_get_size(layout, NULL, &height);
  g_object_unref(layout);
  g_object_unref(context);
  return (double)height / PANGO_SCALE;
}

static void
add_text(Sheet *sheet, const char *text, const char *font, double after)
{
  sheet->y += draw_text(sheet, text, font, MARGIN, WIDTH - 2 * MARGIN) + after;
}

/* Label on the left, value on the right. */
static void
add_line(Sheet *sheet, const char *label, const char *text, const char *font)
{
  double left = 150, width = WIDTH - 2 * MARGIN;
  double a = draw_text(sheet, label, "Sans Bold 10", MARGIN, left - 10);
  double b = draw_text(sheet, text, font, MARGIN + left, width - left);

  sheet->y += MAX(a, b) + 6;
}

/* --- the code ---------------------------------------------------------------
 */

static bool
draw_code(Sheet *sheet, const char *text)
{
  QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
  double module;

  if (code == NULL)
    return false;
  module = QR_SIDE / (code->width + 2 * QUIET);
  cairo_set_antialias(sheet->cr, CAIRO_ANTIALIAS_NONE);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if (code->data[y * code->width + x] & 1)
        cairo_rectangle(sheet->cr, MARGIN + (x + QUIET) * module,
                        sheet->y + (y + QUIET) * module, module, module);
  cairo_fill(sheet->cr);
  QRcode_free(code);
  sheet->y += QR_SIDE + 6;
  return true;
}

/* --- the sheet --------------------------------------------------------------
 */

static void
draw(Sheet *sheet, const KioskReceipt *receipt)
{
  sheet->y = MARGIN;
  add_text(sheet, receipt->title, "Sans Bold 20", 14);
  add_line(sheet, _("Reference"), receipt->reference, "Monospace 12");
  if (receipt->short_code != NULL)
    add_line(sheet, _("Short code"), receipt->short_code, "Monospace Bold 16");
  for (guint i = 0; i < receipt->lines->len; i++) {
    const KioskReceiptLine *line = receipt->lines->pdata[i];

    add_line(sheet, line->label, line->text, "Sans 10");
  }
  sheet->y += 8;
  for (guint i = 0; i < receipt->advice->len; i++)
    add_text(sheet, receipt->advice->pdata[i], "Sans 11", 6);
  sheet->y += 8;
  if (!draw_code(sheet, receipt->proof))
    add_text(sheet, receipt->proof, "Monospace 7", 0);
}

static cairo_status_t
keep(void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append(closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static GByteArray *
make_pdf(const KioskReceipt *receipt, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  cairo_surface_t *surface =
      cairo_pdf_surface_create_for_stream(keep, bytes, WIDTH, HEIGHT);
  Sheet sheet = {.cr = cairo_create(surface),
                 .fonts = pango_cairo_font_map_new()};
  cairo_status_t status;

  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                 receipt->title);
  draw(&sheet, receipt);
  cairo_show_page(sheet.cr);
  status = cairo_status(sheet.cr);
  cairo_destroy(sheet.cr);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  g_object_unref(sheet.fonts);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_steal_pointer(&bytes);
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s",
              cairo_status_to_string(status));
  return NULL;
}

char *
kiosk_receipt_print(const KioskReceipt *receipt, const char *folder,
                    GError **error)
{
  g_autoptr(GByteArray) pdf = make_pdf(receipt, error);
  g_autofree char *stem = g_strdup_printf("receipt-%s", receipt->reference);

  /* The reference is recoveryd's word: it is a name here, and no path. */
  g_strdelimit(stem, "/.", '-');
  return pdf == NULL ? NULL
                     : kiosk_new_file_write(folder, stem, ".pdf", pdf->data,
                                            pdf->len, error);
}

/* --- on a thread ------------------------------------------------------------
 */

typedef struct {
  KioskReceipt *receipt;
  char *folder;
} Job;

static void
free_job(gpointer data)
{
  Job *job = data;

  kiosk_receipt_free(job->receipt);
  g_free(job->folder);
  g_free(job);
}

static void
run(GTask *task, G_GNUC_UNUSED gpointer source, gpointer data,
    G_GNUC_UNUSED GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  char *name = kiosk_receipt_print(job->receipt, job->folder, &error);

  if (name == NULL)
    g_task_return_error(task, error);
  else
    g_task_return_pointer(task, name, g_free);
}

void
kiosk_receipt_print_async(KioskReceipt *receipt, const char *folder,
                          GCancellable *cancellable, GAsyncReadyCallback done,
                          gpointer data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
  Job *job = g_new0(Job, 1);

  job->receipt = receipt;
  job->folder = g_strdup(folder);
  g_task_set_task_data(task, job, free_job);
  g_task_run_in_thread(task, run);
}

char *
kiosk_receipt_print_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}
