/* SPDX-License-Identifier: Apache-2.0 */
/* lines.h - a stream of lines, however long it and they are: memory is bounded,
 * and a line that is too long is told apart from its neighbours. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct FidotoolLines FidotoolLines;

typedef struct {
  uint64_t number; /* from 1 */
  char *text;      /* without its end; NULL: longer than the limit */
  size_t len;
} FidotoolLine;

/* Reads fd, which stays the caller's. Free with fidotool_lines_free(). */
FidotoolLines *fidotool_lines_new(int fd, size_t max);
void fidotool_lines_free(FidotoolLines *lines);

/*
 * Reads once what is there: call it when the descriptor is readable.
 * returns  false and error set where it broke
 * errors   FIDOTOOL_ERROR_USAGE
 */
bool fidotool_lines_fill(FidotoolLines *lines, GError **error);

/* The next whole line that is not blank (a last one needs no end), if any.
 * The text is the caller's: free it with g_free(). */
bool fidotool_lines_next(FidotoolLines *lines, FidotoolLine *ret_line);

/* True when the stream has ended and each line was taken. */
bool fidotool_lines_at_end(const FidotoolLines *lines);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolLines, fidotool_lines_free)
