/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - small files of the station: there whole, or not at all. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * Writes data as FOLDER/NAME with mode 0600: a temporary file, synced,
 * renamed, the folder synced. Writing the same name again replaces the file,
 * so an effect that is repeated after a crash does no harm.
 *
 * name    recovery_file_is_name()
 * errors  RECOVERY_ERROR_FAILED
 */
bool recovery_file_write(const char *folder, const char *name, const void *data,
                         size_t len, GError **error);
/*
 * Reads at most max bytes of a regular file (no link). NULL without error
 * where there is none.
 * errors  RECOVERY_ERROR_FAILED
 */
GBytes *recovery_file_read(const char *folder, const char *name, size_t max,
                           GError **error);
/* [A-Za-z0-9._-]+ of at most 128 characters, no leading dot. */
bool recovery_file_is_name(const char *name);
