/* SPDX-License-Identifier: Apache-2.0 */
/* frame.h - messages of the judge worker on a pipe: one byte version, four
 * bytes length (big-endian), that many bytes. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define FIDOTOOL_FRAME_VERSION 1
/* Largest message, both ways. */
#define FIDOTOOL_FRAME_MAX (1024 * 1024)

/*
 * Reads one message from a descriptor.
 *
 * ret_text  the message, freed with g_free(); NULL at a clean end of input
 * returns   false and error set for everything else: another version, too
 *           long, cut off
 * errors    FIDOTOOL_ERROR_INVALID
 */
bool fidotool_frame_read(int fd, char **ret_text, size_t *ret_len,
                         GError **error);

/* Writes one message. errors  FIDOTOOL_ERROR_FAILED */
bool fidotool_frame_write(int fd, const char *text, size_t len, GError **error);
