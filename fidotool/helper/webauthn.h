/* SPDX-License-Identifier: Apache-2.0 */
/* webauthn.h - WebAuthn's JSON on one side, keyhelper's jobs on the other. No
 * key and no network here. WebAuthn Level 3, sections 5.1.8 to 5.1.10. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

/* Largest options that are read. */
#define FIDOTOOL_WEBAUTHN_MAX (48 * 1024)

/* What options turn into. */
typedef struct {
  FidotoolJson *request; /* for fidotool_client_run() */
  char *client_data;     /* clientDataJSON, as it is hashed */
  FidotoolJson *options; /* as read, without a wrapper around them */
  GPtrArray *ignored;    /* names of members that have no effect here */
} FidotoolWebauthn;

/*
 * Reads PublicKeyCredentialCreationOptionsJSON, also inside {"publicKey": }.
 *
 * origin  of the client data; NULL means "https://" and the RP ID
 * errors  FIDOTOOL_ERROR_USAGE, naming the member
 */
FidotoolWebauthn *fidotool_webauthn_read_creation(const char *text, size_t len,
                                                  const char *origin,
                                                  GError **error);
/* Likewise PublicKeyCredentialRequestOptionsJSON. */
FidotoolWebauthn *fidotool_webauthn_read_request(const char *text, size_t len,
                                                 const char *origin,
                                                 GError **error);
void fidotool_webauthn_free(FidotoolWebauthn *webauthn);

/* Adds a test assertion over challenge (base64url) to a creation: the job then
 * makes both. Returns the test's clientDataJSON, freed with g_free(). */
char *fidotool_webauthn_add_test(FidotoolWebauthn *webauthn,
                                 const char *challenge, const char *origin);

/*
 * Asks for the attestation that tells which key it is, where the options have
 * attestation "enterprise" or how says so: "vendor" (the key decides, by what
 * its maker wrote into it), "platform" (rp_ids name who may learn it; both may
 * be NULL). By the options alone it is the platform's for those of rp_ids, and
 * the vendor's for all others.
 * errors  FIDOTOOL_ERROR_USAGE; FIDOTOOL_ERROR_POLICY: the relying party is
 *         not among them
 */
bool fidotool_webauthn_ask_enterprise(FidotoolWebauthn *webauthn,
                                      const char *how,
                                      const char *const *rp_ids,
                                      GError **error);

/* {"type": ..., "challenge": ..., "origin": ..., "crossOrigin": false} in the
 * order of section 5.8.1.1. Free with g_free(). */
char *fidotool_webauthn_client_data(const char *type, const char *challenge,
                                    const char *origin);

/*
 * RegistrationResponseJSON from the result of a make job. Where the options
 * ask for attestation "none" the statement is taken out, as a browser does.
 * errors  FIDOTOOL_ERROR_FAILED: the result makes no sense
 */
FidotoolJson *
fidotool_webauthn_write_registration(const FidotoolWebauthn *webauthn,
                                     const FidotoolJson *result,
                                     GError **error);

/* AuthenticationResponseJSON from the result of an assert job. */
FidotoolJson *
fidotool_webauthn_write_assertion(const FidotoolWebauthn *webauthn,
                                  const FidotoolJson *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolWebauthn, fidotool_webauthn_free)
