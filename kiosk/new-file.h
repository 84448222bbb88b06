/* SPDX-License-Identifier: Apache-2.0 */
/* new-file.h - a file that was not there before, for what leaves the station:
 * nothing is ever written over. No GTK. */
#pragma once

#include <glib.h>

/*
 * Makes <folder>/<stem><end>, or <stem>-2<end> and so on where that is there.
 * A name in the folder that is a link is not followed.
 *
 * returns  a file to write to, or -1 and error (G_FILE_ERROR); ret_name: its
 *          name without the folder, freed with g_free()
 */
int kiosk_new_file_open(const char *folder, const char *stem, const char *end,
                        char **ret_name, GError **error);
/* Writes all of it and closes. On failure the file is gone again. */
char *kiosk_new_file_write(const char *folder, const char *stem,
                           const char *end, const void *data, size_t len,
                           GError **error);
