/* SPDX-License-Identifier: Apache-2.0 */
/* credential.h - authenticatorMakeCredential (CTAP 2.1, section 6.1). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/extension.h"

typedef struct SoftkeyCore SoftkeyCore;

/* A credential to be made, once all is checked. */
typedef struct {
  uint8_t client_data_hash[32];
  uint8_t rp_hash[32];
  char *rp_id;
  GBytes *user_id;
  char *user_name;    /* NULL when none was given */
  char *display_name; /* likewise */
  int64_t alg;
  bool resident;
  SoftkeyExtensionMake extensions;
  uint8_t flags;  /* of the authenticator data: UP, and UV when verified */
  bool by_finger; /* UV by the key's own sensor, still to come */
  int enterprise; /* enterpriseAttestation: 1 by the key's own list, 2 by the
                     platform's; 0 not asked for */
  bool excluded;  /* the touch only tells that it is there already */
} SoftkeyCredential;

void softkey_credential_free(SoftkeyCredential *credential);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyCredential, softkey_credential_free)

/* Command 0x01. */
SoftkeyStatus softkey_credential_command(SoftkeyCore *core,
                                         const SoftkeyCborItem *request,
                                         GByteArray *reply);

/* Makes it, touched as it is; appends the reply's CBOR. */
SoftkeyStatus softkey_credential_make(SoftkeyCore *core,
                                      const SoftkeyCredential *credential,
                                      GByteArray *reply);
