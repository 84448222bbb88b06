/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h - what every fuzz target is: one function that takes any bytes. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Always 0; a fault ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
