/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-file.h - the files of the metadata's folder: none is followed
 * through a link, none is believed that somebody else may write, and none is
 * ever half written. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Makes the folder where it is not there, and demands that it belongs to this
 * user or to root, and is closed to others' writing.
 * errors  FIDOTOOL_ERROR_PERMISSION, FIDOTOOL_ERROR_FAILED */
bool fidotool_metadata_file_make_folder(const char *folder, GError **error);
bool fidotool_metadata_file_check_folder(const char *folder, GError **error);

/*
 * Maps a file of the folder.
 * returns  the map, released with g_mapped_file_unref(); NULL where it is not
 *          there, and NULL and error where it may not be believed, or is larger
 *          than max
 */
GMappedFile *fidotool_metadata_file_map(const char *folder, const char *name,
                                        size_t max, GError **error);

/* Puts a file in the place of the one before, all of it or nothing, also
 * through a power cut. */
bool fidotool_metadata_file_write(const char *folder, const char *name,
                                  const void *data, size_t len, GError **error);

/* Waits for the folder's lock; the descriptor is closed to let it go. -1 and
 * error. */
int fidotool_metadata_file_lock(const char *folder, GError **error);
