/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-roots.h - whom the FIDO Alliance's BLOB is trusted from, where
 * nobody said otherwise. */
#pragma once

#include "fidotool/json.h"

/* Appends the pinned anchors, base64 of DER, to an array. */
void fidotool_metadata_roots_append(FidotoolJson *anchors);
