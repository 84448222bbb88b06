/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-vendor.h - an organisation's own anchors, for models that no BLOB
 * has or where none is used:
 *
 *   { "schema": "keyturn-vendor-anchors/1",
 *     "models": [ { "aaguid": "...", "name": "...",
 *                   "anchors": ["base64 of DER", ...],
 *                   "statuses": [ {"status": "...", "effectiveDate": "..."} ] }
 * ] }
 *
 * Its reports are read like a BLOB's; what it leaves out is unknown. */
#pragma once

#include "fidotool/json.h"

#define FIDOTOOL_METADATA_VENDOR_SCHEMA "keyturn-vendor-anchors/1"
/* So that it fits into one message to the judge worker. */
#define FIDOTOOL_METADATA_VENDOR_MAX (512 * 1024)

/*
 * Reads such a file, strictly: a member that it does not know, a certificate
 * that cannot be read and a model that is there twice are refused.
 *
 * returns  an array of entries in the form of a BLOB's, freed with
 *          fidotool_json_free(); NULL and error
 * errors   FIDOTOOL_ERROR_INVALID, with the model that is meant
 */
FidotoolJson *fidotool_metadata_vendor_read(const char *text, size_t len,
                                            GError **error);
