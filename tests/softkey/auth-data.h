/* SPDX-License-Identifier: Apache-2.0 */
/* auth-data.h - authenticator data (WebAuthn Level 3, section 6.1). */
#pragma once

#include <stdint.h>

#include <glib.h>

#include "tests/softkey/handle.h"

#define SOFTKEY_AUTH_DATA_UP 0x01
#define SOFTKEY_AUTH_DATA_UV 0x04
#define SOFTKEY_AUTH_DATA_AT 0x40
#define SOFTKEY_AUTH_DATA_ED 0x80

/* The 37 bytes that are always there. */
GByteArray *softkey_auth_data_new(const uint8_t rp_hash[32], uint8_t flags,
                                  uint32_t counter);

/* Appends the attested credential data; sets the flag AT. */
void softkey_auth_data_put_credential(GByteArray *data,
                                      const uint8_t aaguid[16],
                                      const SoftkeyHandle *handle,
                                      EVP_PKEY *key);
