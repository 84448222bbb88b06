/* SPDX-License-Identifier: Apache-2.0 */
/* pin.h - the PIN and the tokens bought with it (CTAP 2.1, section 6.5). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/evp.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/protocol.h"

typedef struct SoftkeyCore SoftkeyCore;

/* Token permissions. */
#define SOFTKEY_PIN_MAKE 0x01
#define SOFTKEY_PIN_GET 0x02
#define SOFTKEY_PIN_CREDENTIALS 0x04
#define SOFTKEY_PIN_BIO 0x08
#define SOFTKEY_PIN_BLOB 0x10
#define SOFTKEY_PIN_CONFIG 0x20
#define SOFTKEY_PIN_CREDENTIALS_RO 0x40

/* One PIN protocol's state; gone without power. */
typedef struct {
  EVP_PKEY *key; /* key agreement */
  bool has_token;
  bool token_used;
  uint8_t token[32];
  uint8_t permissions;
  char *rp_id; /* NULL: not bound to one yet */
  int64_t token_at;
} SoftkeyPinSlot;

typedef struct {
  SoftkeyPinSlot slots[2]; /* protocols one and two */
  int wrong_in_a_row;
} SoftkeyPin;

/* authenticatorClientPIN, 0x06. */
SoftkeyStatus softkey_pin_command(SoftkeyCore *core,
                                  const SoftkeyCborItem *request,
                                  GByteArray *reply);

/*
 * Checks the pinUvAuthParam of a command over the client data hash. protocol
 * and param are the request's items. Returns OK (the user is verified),
 * MISSING_PARAMETER, INVALID_PARAMETER or PIN_AUTH_INVALID.
 */
SoftkeyStatus softkey_pin_check(SoftkeyCore *core,
                                const SoftkeyCborItem *protocol,
                                const SoftkeyCborItem *param,
                                const SoftkeyCborItem *client_data_hash,
                                uint8_t permission, const char *rp_id);

/*
 * The same over other bytes, for commands that manage the key. *ret_rp_id is
 * the relying party that the token is bound to, NULL for none.
 */
SoftkeyStatus
softkey_pin_check_bytes(SoftkeyCore *core, const SoftkeyCborItem *protocol,
                        const SoftkeyCborItem *param, const GByteArray *bytes,
                        uint8_t permission, const char **ret_rp_id);

/* The secret shared with a platform whose key agreement key is given.
 * Returns OK, INVALID_PARAMETER. An absent protocol is one. */
SoftkeyStatus softkey_pin_agree(SoftkeyCore *core,
                                const SoftkeyCborItem *protocol,
                                const SoftkeyCborItem *key_agreement,
                                SoftkeyShared *ret_shared);

/* After a touch with a token: it is good for nothing more (CTAP 2.1). */
void softkey_pin_use_up(SoftkeyCore *core);

/* Fresh keys, no tokens, no block. */
void softkey_pin_power_up(SoftkeyCore *core);
void softkey_pin_clear(SoftkeyPin *pin);
