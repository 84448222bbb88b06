/* SPDX-License-Identifier: Apache-2.0 */
/* attestation.c - which formats there are. */
#include "fidotool/judge/attestation.h"

/* The identifiers of the IANA registry (RFC 8809). */
/* clang-format off */
static const FidotoolFormat formats[] = {
  { "none",              fidotool_attestation_none_checks,              FIDOTOOL_STATEMENT_VALID },
  { "packed",            fidotool_attestation_packed_checks,            FIDOTOOL_STATEMENT_VALID },
  { "fido-u2f",          fidotool_attestation_fido_u2f_checks,          FIDOTOOL_STATEMENT_VALID },
  { "tpm",               fidotool_attestation_tpm_checks,               FIDOTOOL_STATEMENT_VALID },
  { "android-key",       fidotool_attestation_android_key_checks,       FIDOTOOL_STATEMENT_VALID },
  { "apple",             fidotool_attestation_apple_checks,             FIDOTOOL_STATEMENT_VALID },
  { "compound",          fidotool_attestation_compound_checks,          FIDOTOOL_STATEMENT_VALID },
  { "android-safetynet", fidotool_attestation_android_safetynet_checks, FIDOTOOL_STATEMENT_RETIRED_FORMAT },
};
/* clang-format on */

const FidotoolFormat *
fidotool_attestation_find(const FidotoolCbor *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
    if (fidotool_cbor_is_text(name, formats[i].name))
      return &formats[i];
  return NULL;
}
