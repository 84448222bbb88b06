/* SPDX-License-Identifier: Apache-2.0 */
/* time.h - times as the record writes them; no clock is read here. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-15T10:00:00.000Z" for milliseconds since 1970 UTC (years 1970 to
 * 9999); free with g_free(). */
char *recovery_time_write(int64_t ms);
/* Reads exactly that form; an impossible date is refused. */
bool recovery_time_read(const char *text, int64_t *ret_ms);
/* "20261115100000Z", as roster lines have it (whole seconds). */
char *recovery_time_write_compact(int64_t ms);
