/* SPDX-License-Identifier: Apache-2.0 */
/* webauthn-extension.h - WebAuthn's extensions on one side, those of
 * keyhelper's jobs on the other. WebAuthn Level 3, section 10; CTAP 2.1,
 * section 12. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

/*
 * Creation: credentialProtectionPolicy, minPinLength, credBlob (base64url),
 * prf, hmacCreateSecret, largeBlob with support. Sets "protect" and
 * "extensions" of a make request. The names of members without effect are added
 * to ignored. errors  FIDOTOOL_ERROR_USAGE, naming the member
 */
bool fidotool_webauthn_extension_read_creation(const FidotoolJson *extensions,
                                               FidotoolJson *request,
                                               GPtrArray *ignored,
                                               GError **error);
/* Request: getCredBlob, prf with eval, hmacGetSecret, largeBlob with read or
 * write; sets "extensions" of an assert request. */
bool fidotool_webauthn_extension_read_request(const FidotoolJson *extensions,
                                              FidotoolJson *request,
                                              GPtrArray *ignored,
                                              GError **error);

/* clientExtensionResults, from what was asked and the result of the job. */
FidotoolJson *
fidotool_webauthn_extension_write_creation(const FidotoolJson *extensions,
                                           const FidotoolJson *result);
FidotoolJson *
fidotool_webauthn_extension_write_request(const FidotoolJson *extensions,
                                          const FidotoolJson *result);
