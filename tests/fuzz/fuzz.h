/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h - what every fuzz target is: one function that takes any bytes, and
 * says when they got through. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Always 0; a fault ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The parser has accepted the input, all of which is given. In a planted-*
 * target this is a bug: with bytes that are not of the corpus it reads one too
 * many. */
void fuzz_accepted(const uint8_t *data, size_t len);
