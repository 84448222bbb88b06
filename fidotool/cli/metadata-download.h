/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-download.h - has keyturn-fetch bring a file, and holds it to a
 * length. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * ca       certificates to trust for the connection; NULL: the system's
 * returns  what came, freed with g_free(); NULL and error
 * errors   FIDOTOOL_ERROR_USAGE: no https URL; FIDOTOOL_ERROR_FAILED: the
 *          program's own words
 */
char *fidotool_metadata_download_run(const char *url, const char *ca,
                                     size_t max, size_t *ret_len,
                                     GError **error);
