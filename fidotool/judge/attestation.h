/* SPDX-License-Identifier: Apache-2.0 */
/* attestation.h - the table of attestation statement formats. */
#pragma once

#include "fidotool/judge/ceremony.h"

struct FidotoolFormat {
  const char *name; /* matched exactly */
  /* The format's own rows. */
  const FidotoolCheck *(*checks)(size_t *ret_count);
  /* The best that a statement of this format can be. */
  FidotoolStatementResult best;
};

/* The format of this name; NULL for one the standard does not know. */
const FidotoolFormat *fidotool_attestation_find(const FidotoolCbor *name);

/* The rows of the formats, each in its file. */
const FidotoolCheck *fidotool_attestation_android_key_checks(size_t *ret_count);
const FidotoolCheck *
fidotool_attestation_android_safetynet_checks(size_t *ret_count);
const FidotoolCheck *fidotool_attestation_apple_checks(size_t *ret_count);
const FidotoolCheck *fidotool_attestation_compound_checks(size_t *ret_count);
const FidotoolCheck *fidotool_attestation_fido_u2f_checks(size_t *ret_count);
const FidotoolCheck *fidotool_attestation_none_checks(size_t *ret_count);
const FidotoolCheck *fidotool_attestation_packed_checks(size_t *ret_count);
const FidotoolCheck *fidotool_attestation_tpm_checks(size_t *ret_count);
