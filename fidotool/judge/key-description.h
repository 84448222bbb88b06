/* SPDX-License-Identifier: Apache-2.0 */
/* key-description.h - the extension in which Android says what a key is and
 * what it may be used for (1.3.6.1.4.1.11129.2.1.17).
 * standard  Android, "Verifying hardware-backed key pairs with Key
 *           Attestation", the extension's schema */
#pragma once

#include "fidotool/judge/cbor.h"

/* Where a key, or its attestation, lives. */
enum {
  FIDOTOOL_KEY_DESCRIPTION_SOFTWARE = 0,
  FIDOTOOL_KEY_DESCRIPTION_TEE = 1,
  FIDOTOOL_KEY_DESCRIPTION_STRONGBOX = 2,
};

/* What one list authorizes; lists have many more members. */
typedef struct {
  bool all_applications;
  bool has_purpose;
  bool only_signs; /* its purposes are exactly {SIGN} */
  bool has_origin;
  int64_t origin;     /* 0: GENERATED */
  int64_t os_version; /* 0 where it is not said */
  int64_t os_patch_level;
} FidotoolKeyDescriptionList;

typedef struct {
  int64_t version;
  int64_t level;     /* of the attestation */
  int64_t key_level; /* of the key */
  FidotoolSlice challenge;
  FidotoolKeyDescriptionList software, tee;
} FidotoolKeyDescription;

/* Reads the extension's value to its end; false where it cannot be read, or
 * says one of the above twice in one list. */
bool fidotool_key_description_parse(FidotoolSlice value,
                                    FidotoolKeyDescription *ret_description);

/* "software", "tee", "strongbox", or "unknown". */
const char *fidotool_key_description_level_name(int64_t level);
