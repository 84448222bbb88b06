/* SPDX-License-Identifier: Apache-2.0 */
/* qr.h - QR codes on a terminal and as pictures. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * Prints a text as one code to stdout, drawn for light letters on dark, as
 * terminals are. errors FIDOTOOL_ERROR_FAILED: it does not fit a code
 */
bool fidotool_qr_print(const char *text, GError **error);
/* The same as an SVG picture. errors also those of g_file_set_contents() */
bool fidotool_qr_write_svg(const char *text, const char *path, GError **error);

/* Prints a longer text as a series of codes, each with its number
 * (recovery/format/parts.h). */
bool fidotool_qr_print_parts(const char *text, GError **error);
