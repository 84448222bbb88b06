/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - from texts to numbers, for a table that is made once and asked for
 * ever: GLib's hash of strings is slower than all else in a decision. */
#pragma once

#include <stdint.h>

#define RECOVERY_NAMES_NONE UINT32_MAX

typedef struct {
  uint64_t hash; /* 0: free */
  const char *text;
  uint32_t space, value;
} RecoveryNamesSlot;

typedef struct {
  RecoveryNamesSlot *slots;
  uint32_t mask, count;
} RecoveryNames;

/* Texts are not copied. space: equal texts in different ones are different. */
void recovery_names_init(RecoveryNames *names);
void recovery_names_clear(RecoveryNames *names);
/* The value of a text, to be read or set; NONE where it is new. */
uint32_t *recovery_names_put(RecoveryNames *names, uint32_t space,
                             const char *text);
uint32_t recovery_names_get(const RecoveryNames *names, uint32_t space,
                            const char *text);
/* Bits well mixed, whatever the numbers are. */
uint64_t recovery_names_mix(uint64_t a, uint64_t b);
