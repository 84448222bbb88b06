/* SPDX-License-Identifier: Apache-2.0 */
/* client-checks.h - what registration and assertion check alike: client data
 * and the flags of authenticator data. Inside the judge only. */
#pragma once

#include "fidotool/judge/ceremony.h"

/* Each is the run function of a row; they skip where the options hold a hash
 * instead of client data. */
FidotoolOutcome fidotool_client_checks_read(FidotoolCeremony *ceremony);
FidotoolOutcome fidotool_client_checks_challenge(FidotoolCeremony *ceremony);
FidotoolOutcome fidotool_client_checks_origin(FidotoolCeremony *ceremony);
FidotoolOutcome fidotool_client_checks_cross(FidotoolCeremony *ceremony);
FidotoolOutcome fidotool_client_checks_top(FidotoolCeremony *ceremony);
/* `type` is exactly this. */
FidotoolOutcome fidotool_client_checks_type(FidotoolCeremony *ceremony,
                                            const char *type);

/* Flags; these need authData's head. */
FidotoolOutcome fidotool_client_checks_up(FidotoolCeremony *ceremony);
FidotoolOutcome fidotool_client_checks_uv(FidotoolCeremony *ceremony);
FidotoolOutcome fidotool_client_checks_backup(FidotoolCeremony *ceremony);
/* Bits 1 and 5: a warning under this id. */
void fidotool_client_checks_reserved(FidotoolCeremony *ceremony,
                                     const char *id);
