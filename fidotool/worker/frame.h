/* SPDX-License-Identifier: Apache-2.0 */
/* frame.h - messages of the judge worker on a pipe: one byte version, four
 * bytes length (big-endian), that many bytes. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FIDOTOOL_FRAME_VERSION 1
/* Largest message, both ways. */
#define FIDOTOOL_FRAME_MAX (1024 * 1024)
/* A message's head, in bytes. */
#define FIDOTOOL_FRAME_HEAD 5
/* Where a worker that was started with --metadata finds the index. */
#define FIDOTOOL_FRAME_INDEX_FD 3
/* Saved ceremonies that one worker judges; then the next one starts, so that
 * its limit of CPU time is one for each of them. */
#define FIDOTOOL_FRAME_BATCH 10000

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

/* The same with another limit: for the pack that a worker is taught. */
bool fidotool_frame_read_up_to(int fd, size_t max, char **ret_text,
                               size_t *ret_len, GError **error);

/* The head of a message; and its length out of a head, -1 where this is no
 * head of ours or what follows is too long. */
void fidotool_frame_head(size_t len, uint8_t ret_head[FIDOTOOL_FRAME_HEAD]);
ssize_t fidotool_frame_length(const uint8_t head[FIDOTOOL_FRAME_HEAD]);

/* Writes one message. errors  FIDOTOOL_ERROR_FAILED */
bool fidotool_frame_write(int fd, const char *text, size_t len, GError **error);
