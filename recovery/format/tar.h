/* SPDX-License-Identifier: Apache-2.0 */
/* tar.h - a list of small files as one ustar stream, and back, strictly. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
  char *path; /* [A-Za-z0-9._-]+ parts joined by '/', no leading dot or slash */
  GBytes *data;
} RecoveryTarFile;

void recovery_tar_file_free(RecoveryTarFile *file);
/* GPtrArray of RecoveryTarFile that frees its elements. */
GPtrArray *recovery_tar_new(void);
void recovery_tar_add(GPtrArray *files, const char *path, GBytes *data);
RecoveryTarFile *recovery_tar_find(GPtrArray *files, const char *path);

/* True for a path as above, of at most 255 characters. */
bool recovery_tar_is_path(const char *path);
/* Writes the stream to a descriptor (blocking); errors RECOVERY_ERROR_FAILED.
 */
bool recovery_tar_write(GPtrArray *files, int fd, GError **error);
/* Reads a whole stream of at most max bytes: regular files alone, safe paths,
 * no path twice. errors RECOVERY_ERROR_INVALID */
GPtrArray *recovery_tar_read(int fd, size_t max, GError **error);
