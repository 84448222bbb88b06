/* SPDX-License-Identifier: Apache-2.0 */
/* qr.c - modules as half blocks, or as squares. */
#include "fidotool/cli/qr.h"

#include <qrencode.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/error.h"
#include "recovery/format/parts.h"

/* Free modules around a code (ISO/IEC 18004). */
#define QUIET 4
/* Characters of a part: its code is no wider than 80 columns. */
#define PART_LENGTH 500

static void
free_code(QRcode *code)
{
  QRcode_free(code);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QRcode, free_code)

static QRcode *
new_code(const char *text, GError **error)
{
  QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);

  if (!code)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the text does not fit a QR code");
  return code;
}

static bool
is_dark(const QRcode *code, int x, int y)
{
  if (x < 0 || y < 0 || x >= code->width || y >= code->width)
    return false;
  return (code->data[y * code->width + x] & 1) != 0;
}

/* Two rows a line; light modules are drawn. */
bool
fidotool_qr_print(const char *text, GError **error)
{
  g_autoptr(QRcode) code = new_code(text, error);

  if (!code)
    return false;
  for (int y = -QUIET; y < code->width + QUIET; y += 2) {
    for (int x = -QUIET; x < code->width + QUIET; x++) {
      bool upper = is_dark(code, x, y);
      bool lower = is_dark(code, x, y + 1);

      fputs(upper ? lower ? " " : "▄" : lower ? "▀" : "█", stdout);
    }
    putchar('\n');
  }
  return true;
}

bool
fidotool_qr_write_svg(const char *text, const char *path, GError **error)
{
  g_autoptr(QRcode) code = new_code(text, error);
  g_autoptr(GString) picture = g_string_new(NULL);
  int side;

  if (!code)
    return false;
  side = code->width + 2 * QUIET;
  g_string_append_printf(
      picture,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
      "shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" "
      "fill=\"#fff\"/><path d=\"",
      side, side, side, side);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if (is_dark(code, x, y))
        g_string_append_printf(picture, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
  g_string_append(picture, "\"/></svg>\n");
  return g_file_set_contents(path, picture->str, (gssize)picture->len, error);
}

bool
fidotool_qr_print_parts(const char *text, GError **error)
{
  g_auto(GStrv) parts =
      recovery_parts_split(text, strlen(text), PART_LENGTH, error);

  if (!parts)
    return false;
  for (guint i = 0, n = g_strv_length(parts); i < n; i++) {
    if (!fidotool_qr_print(parts[i], error))
      return false;
    printf("%u of %u\n\n", i + 1, n);
  }
  return true;
}
