/* SPDX-License-Identifier: Apache-2.0 */
/* trust.h - reads --trust and --crl: certificates and revocation lists in PEM
 * or DER, files or folders. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

/*
 * Appends every certificate of path to anchors (an array) as base64 of its
 * DER. In a folder the files named .pem, .crt, .cer and .der are read, in the
 * order of their names.
 * errors  FIDOTOOL_ERROR_USAGE: unreadable, or no certificate in it
 */
bool fidotool_trust_read(const char *path, FidotoolJson *anchors,
                         GError **error);

/* The same for revocation lists; in a folder the files named .crl and .pem. */
bool fidotool_trust_read_lists(const char *path, FidotoolJson *lists,
                               GError **error);
