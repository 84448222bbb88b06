/* SPDX-License-Identifier: Apache-2.0 */
/*
 * platform.h - the other side of CTAP2, for tests of a key in the same
 * process: builds requests, does the platform's part of the PIN protocols.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/core.h"

/* A bought token; version 0 means none. Plain value. */
typedef struct {
  int version;
  uint8_t bytes[32];
} SoftkeyPlatformToken;

/* What makeCredential is asked; zeroed members are left out. */
typedef struct {
  const char *rp_id;   /* NULL: "example.org" */
  const char *user_id; /* NULL: "user" */
  int64_t alg;         /* 0: -7 */
  int protect;         /* credProtect */
  const char *options; /* such as "rk" or "up=false", one */
  GBytes *exclude;     /* one credential id */
  bool blob_key;       /* largeBlobKey; not together with protect */
  const SoftkeyPlatformToken *token;
  int enterprise;    /* enterpriseAttestation */
  GByteArray *reply; /* NULL, or where the reply's CBOR goes */
} SoftkeyPlatformMake;

typedef struct {
  const char *rp_id; /* NULL: "example.org" */
  GBytes *allow;     /* one credential id */
  const char *options;
  bool blob_key; /* largeBlobKey */
  const SoftkeyPlatformToken *token;
  GByteArray *reply; /* as above */
} SoftkeyPlatformGet;

/* The client data hash of all requests. */
extern const uint8_t softkey_platform_hash[32];

/* Sends command and body (NULL: none); returns the status. reply, if not
 * NULL, is left with the CBOR alone. */
SoftkeyStatus softkey_platform_send(SoftkeyCore *core, uint8_t command,
                                    const GByteArray *body, GByteArray *reply);

SoftkeyStatus softkey_platform_set_pin(SoftkeyCore *core, int version,
                                       const char *pin);
SoftkeyStatus softkey_platform_change_pin(SoftkeyCore *core, int version,
                                          const char *old_pin, const char *pin);

/* With permissions 0 the old getPinToken (subcommand 5). */
SoftkeyStatus softkey_platform_get_token(SoftkeyCore *core, int version,
                                         const char *pin, int permissions,
                                         const char *rp_id,
                                         SoftkeyPlatformToken *ret_token);

/* PIN tries left. */
int softkey_platform_retries(SoftkeyCore *core);

/* *ret_id, if not NULL, is the new credential's id. */
SoftkeyStatus softkey_platform_make(SoftkeyCore *core,
                                    const SoftkeyPlatformMake *request,
                                    GBytes **ret_id);

/* *ret_auth_data, if not NULL, is the authenticator data. */
SoftkeyStatus softkey_platform_get(SoftkeyCore *core,
                                   const SoftkeyPlatformGet *request,
                                   GBytes **ret_auth_data);

/* Sign counter and flags of authenticator data. */
uint32_t softkey_platform_counter(GBytes *auth_data);
uint8_t softkey_platform_flags(GBytes *auth_data);
