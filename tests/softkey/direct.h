/* SPDX-License-Identifier: Apache-2.0 */
/*
 * direct.h - a key for tests that own it: credentials and assertions without
 * a PIN protocol, a touch or a transport, and with any flags. Fast; made and
 * signed by the same code as through the front door.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/core.h"

#define SOFTKEY_DIRECT_UP_UV 0x05

typedef struct {
  const char *rp_id;
  const uint8_t *client_data_hash; /* 32 bytes */
  int64_t alg;                     /* 0: -7, ES256 */
  uint8_t protect;                 /* 0: not asked for */
  uint8_t flags;                   /* usually SOFTKEY_DIRECT_UP_UV */
  bool resident;                   /* for the user id "user" */
} SoftkeyDirectMake;

typedef struct {
  GBytes *credential_id;
  GBytes *public_key; /* COSE_Key */
  GBytes *auth_data;
  GBytes *attestation_object; /* of WebAuthn: fmt, attStmt, authData */
  GBytes *reply;              /* of CTAP: the same under 1, 2, 3 */
} SoftkeyDirectMade;

typedef struct {
  const char *rp_id;
  const uint8_t *client_data_hash; /* 32 bytes */
  GBytes *credential_id;
  uint8_t flags; /* usually SOFTKEY_DIRECT_UP_UV */
} SoftkeyDirectAssert;

typedef struct {
  GBytes *auth_data;
  GBytes *signature;
  GBytes *reply; /* of CTAP: credential, authData, signature */
} SoftkeyDirectAsserted;

/* Makes a credential. NULL when the key is full or cannot save. */
SoftkeyDirectMade *softkey_direct_make(SoftkeyCore *core,
                                       const SoftkeyDirectMake *request);
void softkey_direct_made_free(SoftkeyDirectMade *made);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyDirectMade, softkey_direct_made_free)

/* Signs. NULL when the id is none of this key's for that relying party. */
SoftkeyDirectAsserted *
softkey_direct_assert(SoftkeyCore *core, const SoftkeyDirectAssert *request);
void softkey_direct_asserted_free(SoftkeyDirectAsserted *asserted);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyDirectAsserted,
                              softkey_direct_asserted_free)
