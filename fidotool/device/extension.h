/* SPDX-License-Identifier: Apache-2.0 */
/* extension.h - what is asked of a key besides a credential or an assertion,
 * and what it answered: CTAP 2.1, section 12. What a key does not list is not
 * asked for; the answer then says no. */
#pragma once

#include <fido.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/info.h"

#define FIDOTOOL_EXTENSION_SALT 32
#define FIDOTOOL_EXTENSION_BLOB_MAX 1024

/* With a new credential. */
typedef struct {
  int protect;         /* credProtect 1 to 3; 0 leaves it out */
  bool hmac_secret;    /* it is to answer salts later */
  bool min_pin_length; /* of the key, told to the relying party */
  GBytes *blob;        /* credBlob; NULL: none */
  bool blob_key;       /* largeBlobKey; for discoverable ones alone */
} FidotoolExtensionMake;

/* With an assertion. */
typedef struct {
  bool blob;      /* the credBlob, please */
  bool blob_key;  /* the largeBlobKey, please */
  size_t n_salts; /* 0 to 2 */
  uint8_t salts[2][FIDOTOOL_EXTENSION_SALT];
} FidotoolExtensionAssert;

/* Both return FIDO_OK or libfido2's error. */
int fidotool_extension_set_make(fido_cred_t *cred,
                                const FidotoolExtensionMake *what,
                                const FidotoolInfo *info);
int fidotool_extension_set_assert(fido_assert_t *assertion,
                                  const FidotoolExtensionAssert *what,
                                  const FidotoolInfo *info);

/* Beside libfido2: how many of them are asked for of this key, and the map of
 * them, in canonical order. */
size_t fidotool_extension_count(const FidotoolExtensionMake *what,
                                const FidotoolInfo *info);
void fidotool_extension_write(const FidotoolExtensionMake *what,
                              const FidotoolInfo *info, GByteArray *out);

/* Whether the key keeps large blobs, and gives credentials keys for them. */
bool fidotool_extension_has_blob_key(const FidotoolInfo *info);

/* What authenticator data says; 0, false where it says nothing. */
typedef struct {
  int64_t protect;
  int64_t min_pin_length;
  bool hmac_secret; /* of a new credential */
  bool blob_kept;   /* likewise */
} FidotoolExtensionOutput;

/* Reads the extension outputs of a new credential's authenticator data.
 * returns  false where the bytes make no sense */
bool fidotool_extension_read(GBytes *auth_data,
                             FidotoolExtensionOutput *ret_output);
