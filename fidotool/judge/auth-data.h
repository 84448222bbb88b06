/* SPDX-License-Identifier: Apache-2.0 */
/* auth-data.h - reads authenticator data, in slices of what was received. */
#pragma once

#include "fidotool/judge/cbor.h"
#include "fidotool/judge/cose.h"

/* RP ID hash, flags, counter. */
#define FIDOTOOL_AUTH_DATA_HEAD 37
#define FIDOTOOL_AUTH_DATA_AAGUID 16

typedef struct {
  FidotoolSlice raw;
  FidotoolSlice rp_id_hash; /* 32 bytes */
  uint8_t flags;            /* FIDOTOOL_FLAG_... */
  uint32_t sign_count;

  /* Attested credential data; NULL slices where AT is 0 or it is cut off. */
  FidotoolSlice aaguid; /* 16 bytes */
  FidotoolSlice id;
  FidotoolCose key;
  FidotoolCoseResult key_result;
  const char *key_why; /* static; NULL for a good key */

  bool has_extensions;
  FidotoolCbor extensions; /* a map */
} FidotoolAuthData;

/*
 * Reads the first 37 bytes.
 * returns   false where there are fewer
 * standard  WebAuthn Level 3, 6.1
 */
bool fidotool_auth_data_head(FidotoolSlice raw, FidotoolAuthData *ret_data);

/*
 * Reads the rest as the flags AT and ED say, up to the last byte.
 * returns   NULL when it is complete, else what is wrong (static). A key that
 *           is complete and no good is no fault here: key_result says so. One
 *           that cannot be told apart from what follows it leaves
 *           key.raw.data NULL, and nothing behind it is read.
 */
const char *fidotool_auth_data_rest(FidotoolAuthData *data);

void fidotool_auth_data_clear(FidotoolAuthData *data);
