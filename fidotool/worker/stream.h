/* SPDX-License-Identifier: Apache-2.0 */
/* stream.h - the worker's end of its two pipes: many messages come with one
 * call and many answers leave with one. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct FidotoolStream FidotoolStream;

FidotoolStream *fidotool_stream_new(int in, int out);
/* What was not flushed is lost. */
void fidotool_stream_free(FidotoolStream *stream);

/*
 * The next message (frame.h). Before it waits for one, the answers so far are
 * flushed.
 *
 * ret_text  valid until the next call, not terminated; NULL at a clean end of
 *           input
 * returns   false and error set for everything else
 * errors    FIDOTOOL_ERROR_INVALID; as fidotool_stream_flush()
 */
bool fidotool_stream_read(FidotoolStream *stream, const char **ret_text,
                          size_t *ret_len, GError **error);

/* Appends one answer; only a few of them wait.
 * errors  FIDOTOOL_ERROR_FAILED */
bool fidotool_stream_write(FidotoolStream *stream, const char *text, size_t len,
                           GError **error);
bool fidotool_stream_flush(FidotoolStream *stream, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolStream, fidotool_stream_free)
