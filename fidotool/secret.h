/* SPDX-License-Identifier: Apache-2.0 */
/* secret.h - a PIN in memory: on a page of its own that is not swapped and not
 * dumped, wiped when freed, never printed. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes that a secret holds; a PIN has at most 63. */
#define FIDOTOOL_SECRET_MAX 255

typedef struct FidotoolSecret FidotoolSecret;

/* An empty secret; NULL when the kernel gives no memory. */
FidotoolSecret *fidotool_secret_new(void);
/* A copy of len bytes; NULL when they do not fit or there is no memory. */
FidotoolSecret *fidotool_secret_new_copy(const void *data, size_t len);
void fidotool_secret_free(FidotoolSecret *secret);

/* The buffer itself, FIDOTOOL_SECRET_MAX bytes to write to and one zero after
 * them; then fidotool_secret_set_len(). */
uint8_t *fidotool_secret_buffer(FidotoolSecret *secret);
void fidotool_secret_set_len(FidotoolSecret *secret, size_t len);

size_t fidotool_secret_len(const FidotoolSecret *secret);
/* The bytes with a zero after them; they belong to secret. */
const char *fidotool_secret_text(const FidotoolSecret *secret);
/* Equal in constant time for equal lengths. */
bool fidotool_secret_equal(const FidotoolSecret *a, const FidotoolSecret *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolSecret, fidotool_secret_free)
