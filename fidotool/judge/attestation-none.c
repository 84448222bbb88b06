/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-none.c - no attestation (WebAuthn Level 3, 8.7): the AAGUID is
 * then a hint and never proof. */
#include "fidotool/judge/attestation.h"

static FidotoolOutcome
check_empty(FidotoolCeremony *ceremony)
{
  ceremony->verdict->type = FIDOTOOL_ATTESTATION_NONE;
  return fidotool_ceremony_outcome(
      ceremony, ceremony->statement.type == FIDOTOOL_CBOR_MAP &&
                        ceremony->statement.argument == 0
                    ? NULL
                    : "it is not");
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "none/N1", FIDOTOOL_CHECK_HARD, check_empty, "the statement is the empty map" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_none_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
