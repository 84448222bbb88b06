/* SPDX-License-Identifier: Apache-2.0 */
/* extension.h - extensions of makeCredential and getAssertion: credProtect,
 * credBlob, hmac-secret, largeBlobKey, minPinLength (CTAP 2.1, section 12). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/handle.h"
#include "tests/softkey/protocol.h"

typedef struct SoftkeyCore SoftkeyCore;

/* Longest credBlob, as getInfo says. */
#define SOFTKEY_EXTENSION_BLOB_MAX 32

/* What makeCredential was asked for. */
typedef struct {
  uint8_t protect; /* 0: not asked for */
  bool blob_key;   /* largeBlobKey */
  bool hmac_secret;
  bool min_pin_length;
  bool blob_asked;
  GBytes *blob; /* to be kept; NULL: it does not fit, or nothing was asked */
} SoftkeyExtensionMake;

/* What getAssertion was asked for. */
typedef struct {
  bool blob_asked;
  bool blob_key;    /* largeBlobKey */
  size_t salts_len; /* 0: no hmac-secret; else 32 or 64 */
  uint8_t salts[64];
  SoftkeyShared shared; /* seals the answer */
} SoftkeyExtensionGet;

/* Reads the map of a request. Extensions that the profile has not are passed
 * over, as the standard wants. resident: a credBlob can be kept. */
SoftkeyStatus softkey_extension_read_make(SoftkeyCore *core,
                                          const SoftkeyCborItem *map,
                                          bool resident,
                                          SoftkeyExtensionMake *ret_make);
SoftkeyStatus softkey_extension_read_get(SoftkeyCore *core,
                                         const SoftkeyCborItem *map,
                                         SoftkeyExtensionGet *ret_get);
void softkey_extension_clear_make(SoftkeyExtensionMake *make);
void softkey_extension_clear_get(SoftkeyExtensionGet *get);

/* Appends the output to authenticator data and sets the flag ED; nothing
 * where nothing was asked. */
void softkey_extension_put_make(SoftkeyCore *core, GByteArray *data,
                                const SoftkeyExtensionMake *make,
                                const char *rp_id);
void softkey_extension_put_get(SoftkeyCore *core, GByteArray *data,
                               const SoftkeyExtensionGet *get,
                               const SoftkeyHandle *handle);
