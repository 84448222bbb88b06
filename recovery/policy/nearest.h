/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h - which of the valid words was probably meant. */
#pragma once

#include <stddef.h>

/* The search for the nearest of many words. */
typedef struct {
  const char *word;    /* as it was written */
  const char *nearest; /* NULL: none is near */
  size_t distance;
} RecoveryNearest;

RecoveryNearest recovery_nearest_begin(const char *word);
/* candidate: outlives the search. */
void recovery_nearest_try(RecoveryNearest *nearest, const char *candidate);
