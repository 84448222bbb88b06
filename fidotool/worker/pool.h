/* SPDX-License-Identifier: Apache-2.0 */
/* pool.h - saved ceremonies judged by several workers at once: answers come in
 * the order of the questions, memory does not grow with their number, and what
 * ends a worker is told as such and costs its neighbours nothing. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Everything that can be told by now has been, and the next may take a while.
 * returns  false to stop, with error set */
typedef bool (*FidotoolPoolRest)(gpointer data, GError **error);

typedef struct {
  const char *program; /* path of keyturn-judge */
  const char *begin;   /* the batch's first message (judge/batch.h) */
  size_t begin_len;
  unsigned workers; /* 0: one for each processor */
  int limit_ms;     /* for one ceremony; 0: 10 seconds */
  bool has_index;   /* of metadata: this descriptor is one */
  int index;
  FidotoolPoolRest rest; /* or NULL */
} FidotoolPoolConfig;

/*
 * One answer: the exit code and the JSON object of judge/batch.h.
 * returns  false to stop, with error set
 */
typedef bool (*FidotoolPoolTake)(uint64_t line, int code, const char *json,
                                 gpointer data, GError **error);

/*
 * Judges each line of fd. Blank lines are passed over; one of more than
 * FIDOTOOL_SAVED_MAX bytes, or over which a worker ended twice or did not
 * answer in time, gets an error of its own.
 *
 * errors  FIDOTOOL_ERROR_FAILED: no worker starts; FIDOTOOL_ERROR_USAGE: fd
 *         cannot be read; what take() says; what is wrong with `begin`
 */
bool fidotool_pool_run(const FidotoolPoolConfig *config, int fd,
                       FidotoolPoolTake take, gpointer data, GError **error);

/* The same for one text, which may have line ends. */
bool fidotool_pool_ask(const FidotoolPoolConfig *config, const char *text,
                       size_t len, FidotoolPoolTake take, gpointer data,
                       GError **error);
