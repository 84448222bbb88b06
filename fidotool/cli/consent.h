/* SPDX-License-Identifier: Apache-2.0 */
/* consent.h - from a proposal to a signature: the words are taken from the
 * openings alone, a person says yes, the key signs, the machine signs too. */
#pragma once

#include "fidotool/cli/cmd.h"

/*
 * Shows a proposal on standard error, has it confirmed, and has it signed by
 * the first of its signers' keys that is there.
 *
 * confirmed  --yes answers for acts that are no approval. An approval is
 *            confirmed by a person at a terminal; only in practice may a
 *            script do without, with --yes and --non-interactive together.
 * machine    the key named by --machine (a folder or its file); without it
 *            the result has no machine signature and the station adds its own
 * returns    {"machine_sig"?,"sig","statement","v":1}, the input of submit
 * errors     RECOVERY_ERROR_INVALID (openings), FIDOTOOL_ERROR_*
 */
FidotoolJson *fidotool_consent_sign(FidotoolCmd *cmd,
                                    const FidotoolJson *proposal,
                                    GError **error);
