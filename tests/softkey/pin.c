/* SPDX-License-Identifier: Apache-2.0 */
/* pin.c - the PIN and the tokens bought with it (CTAP 2.1, section 6.5). */
#include "tests/softkey/pin.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"
#include "tests/softkey/cose.h"
#include "tests/softkey/protocol.h"

#define IN_A_ROW 3
#define PADDED_PIN 64
#define MAX_PIN 63
#define FIRST_USE_MS 30000 /* section 6.5.2.1, USB */
#define LIFETIME_MS 600000

typedef enum {
  PIN_RETRIES = 1,
  KEY_AGREEMENT = 2,
  SET_PIN = 3,
  CHANGE_PIN = 4,
  TOKEN = 5,
  TOKEN_BY_UV = 6,
  UV_RETRIES = 7,
  TOKEN_WITH_PERMISSIONS = 9,
} Subcommand;

typedef struct {
  SoftkeyCborItem protocol, subcommand, key_agreement, param, new_pin, pin_hash,
      permissions, rp_id;
} PinRequest;

/* Wrong permissions are refused by the option that would allow them. */
static const struct {
  uint8_t permission;
  const char *option;
} permission_options[] = {
    {0x04, "credMgmt"},  {0x08, "bioEnroll"},     {0x10, "largeBlobs"},
    {0x20, "authnrCfg"}, {0x40, "perCredMgmtRO"},
};

static SoftkeyPinSlot *
find_slot(SoftkeyCore *core, const SoftkeyCborItem *protocol)
{
  if (protocol->value != 1 && protocol->value != 2)
    return NULL;
  if (!softkey_profile_has_protocol(core->profile, (int64_t)protocol->value))
    return NULL;
  return &core->pin.slots[protocol->value - 1];
}

static void
drop_token(SoftkeyPinSlot *slot)
{
  OPENSSL_cleanse(slot->token, sizeof slot->token);
  slot->has_token = false;
  slot->permissions = 0;
  g_clear_pointer(&slot->rp_id, g_free);
}

static void
renew_key(SoftkeyCore *core, SoftkeyPinSlot *slot)
{
  uint8_t secret[32];

  g_clear_pointer(&slot->key, EVP_PKEY_free);
  while (slot->key == NULL) { /* once, but for one secret in 2^32 */
    core->env->random(core->env, secret, sizeof secret);
    slot->key = softkey_cose_key(SOFTKEY_COSE_ECDH, secret);
  }
  OPENSSL_cleanse(secret, sizeof secret);
}

void
softkey_pin_power_up(SoftkeyCore *core)
{
  for (size_t i = 0; i < G_N_ELEMENTS(core->pin.slots); i++) {
    drop_token(&core->pin.slots[i]);
    renew_key(core, &core->pin.slots[i]);
  }
  core->pin.wrong_in_a_row = 0;
}

void
softkey_pin_clear(SoftkeyPin *pin)
{
  for (size_t i = 0; i < G_N_ELEMENTS(pin->slots); i++) {
    drop_token(&pin->slots[i]);
    g_clear_pointer(&pin->slots[i].key, EVP_PKEY_free);
  }
}

static bool
is_blocked_until_replug(const SoftkeyCore *core)
{
  return core->profile->pin_block && core->pin.wrong_in_a_row >= IN_A_ROW;
}

static SoftkeyStatus
get_retries(SoftkeyCore *core, GByteArray *reply)
{
  softkey_cbor_put_map(reply, 2);
  softkey_cbor_put_integer(reply, 3);
  softkey_cbor_put_integer(reply, core->store->pin_retries);
  softkey_cbor_put_integer(reply, 4); /* powerCycleState */
  softkey_cbor_put_bool(reply, is_blocked_until_replug(core));
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
get_key_agreement(SoftkeyPinSlot *slot, GByteArray *reply)
{
  softkey_cbor_put_map(reply, 1);
  softkey_cbor_put_integer(reply, 1);
  softkey_cose_put_public(reply, slot->key, SOFTKEY_COSE_ECDH);
  return SOFTKEY_STATUS_OK;
}

static bool
agree(SoftkeyPinSlot *slot, const PinRequest *request,
      SoftkeyShared *ret_shared)
{
  g_autoptr(EVP_PKEY) peer = softkey_cose_read_ecdh(&request->key_agreement);

  return peer != NULL && softkey_protocol_agree((int)request->protocol.value,
                                                slot->key, peer, ret_shared);
}

SoftkeyStatus
softkey_pin_agree(SoftkeyCore *core, const SoftkeyCborItem *protocol,
                  const SoftkeyCborItem *key_agreement,
                  SoftkeyShared *ret_shared)
{
  const SoftkeyCborItem one = {.type = SOFTKEY_CBOR_UINT, .value = 1};
  const SoftkeyCborItem *version = protocol->size > 0 ? protocol : &one;
  SoftkeyPinSlot *slot = find_slot(core, version);
  g_autoptr(EVP_PKEY) peer = softkey_cose_read_ecdh(key_agreement);

  return slot != NULL && peer != NULL &&
                 softkey_protocol_agree((int)version->value, slot->key, peer,
                                        ret_shared)
             ? SOFTKEY_STATUS_OK
             : SOFTKEY_STATUS_INVALID_PARAMETER;
}

/* The MAC over newPinEnc, and over pinHashEnc when the PIN is changed. */
static bool
check_param(const SoftkeyShared *shared, const PinRequest *request)
{
  g_autoptr(GByteArray) data = g_byte_array_new();

  g_byte_array_append(data, request->new_pin.data,
                      (guint)request->new_pin.value);
  if (request->subcommand.value == CHANGE_PIN)
    g_byte_array_append(data, request->pin_hash.data,
                        (guint)request->pin_hash.value);
  return softkey_protocol_verify(shared->version, shared->mac_key, data,
                                 request->param.data,
                                 (size_t)request->param.value);
}

static size_t
count_code_points(const uint8_t *pin, size_t len)
{
  size_t n = 0;

  for (size_t i = 0; i < len; i++)
    n += (pin[i] & 0xc0) != 0x80;
  return n;
}

/* Decrypts the new PIN and, if it will do, stores its hash. */
static SoftkeyStatus
take_new_pin(SoftkeyCore *core, const SoftkeyShared *shared,
             const PinRequest *request)
{
  g_autoptr(GByteArray) pin = softkey_protocol_decrypt(
      shared, request->new_pin.data, (size_t)request->new_pin.value);
  uint8_t digest[SHA256_DIGEST_LENGTH];
  size_t len;

  if (pin == NULL)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (pin->len != PADDED_PIN) {
    OPENSSL_cleanse(pin->data, pin->len);
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  }
  for (len = pin->len; len > 0 && pin->data[len - 1] == 0;)
    len--;
  (void)SHA256(pin->data, len, digest);
  if (len > MAX_PIN ||
      count_code_points(pin->data, len) <
          (size_t)softkey_config_min_pin_length(core) ||
      (core->store->force_change &&
       CRYPTO_memcmp(digest, core->store->pin_hash,
                     sizeof core->store->pin_hash) == 0)) {
    OPENSSL_cleanse(pin->data, pin->len);
    return SOFTKEY_STATUS_PIN_POLICY_VIOLATION;
  }
  core->store->pin_length = (uint8_t)count_code_points(pin->data, len);
  core->store->force_change = false;
  OPENSSL_cleanse(pin->data, pin->len);
  memcpy(core->store->pin_hash, digest, sizeof core->store->pin_hash);
  core->store->pin_set = true;
  core->store->pin_retries = SOFTKEY_STORE_PIN_RETRIES;
  return softkey_core_save(core);
}

static SoftkeyStatus
set_pin(SoftkeyCore *core, SoftkeyPinSlot *slot, const PinRequest *request)
{
  g_auto(SoftkeyShared) shared = {0};

  if (core->store->pin_set)
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  if (!agree(slot, request, &shared))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (!check_param(&shared, request))
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  return take_new_pin(core, &shared, request);
}

static SoftkeyStatus
check_not_blocked(SoftkeyCore *core)
{
  if (!core->store->pin_set)
    return SOFTKEY_STATUS_PIN_NOT_SET;
  if (core->store->pin_retries == 0)
    return SOFTKEY_STATUS_PIN_BLOCKED;
  if (is_blocked_until_replug(core))
    return SOFTKEY_STATUS_PIN_AUTH_BLOCKED;
  return SOFTKEY_STATUS_OK;
}

/*
 * Compares the PIN. The try is counted, and durably so, before the comparison:
 * pulling the key out at the right moment must not give one back.
 */
static SoftkeyStatus
try_pin(SoftkeyCore *core, SoftkeyPinSlot *slot, const SoftkeyShared *shared,
        const PinRequest *request)
{
  g_autoptr(GByteArray) hash = softkey_protocol_decrypt(
      shared, request->pin_hash.data, (size_t)request->pin_hash.value);
  SoftkeyStatus status;

  if (hash == NULL || hash->len != 16)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  core->store->pin_retries--;
  status = softkey_core_save(core);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  core->counters.pin_tries++;
  if (CRYPTO_memcmp(hash->data, core->store->pin_hash, 16) == 0) {
    core->store->pin_retries = SOFTKEY_STORE_PIN_RETRIES;
    core->pin.wrong_in_a_row = 0;
    return softkey_core_save(core);
  }
  renew_key(core, slot);
  core->pin.wrong_in_a_row++;
  if (core->store->pin_retries == 0)
    return SOFTKEY_STATUS_PIN_BLOCKED;
  return is_blocked_until_replug(core) ? SOFTKEY_STATUS_PIN_AUTH_BLOCKED
                                       : SOFTKEY_STATUS_PIN_INVALID;
}

static SoftkeyStatus
change_pin(SoftkeyCore *core, SoftkeyPinSlot *slot, const PinRequest *request)
{
  g_auto(SoftkeyShared) shared = {0};
  SoftkeyStatus status = check_not_blocked(core);

  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (!agree(slot, request, &shared))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (!check_param(&shared, request))
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  status = try_pin(core, slot, &shared, request);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  status = take_new_pin(core, &shared, request);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  for (size_t i = 0; i < G_N_ELEMENTS(core->pin.slots); i++)
    drop_token(&core->pin.slots[i]);
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
check_permissions(SoftkeyCore *core, const PinRequest *request)
{
  uint64_t wanted = request->permissions.value;

  if (wanted == 0)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  for (size_t i = 0; i < G_N_ELEMENTS(permission_options); i++)
    if ((wanted & permission_options[i].permission) != 0 &&
        !softkey_profile_is_on(core->profile, permission_options[i].option) &&
        !(core->profile->config_denied && wanted == SOFTKEY_PIN_CONFIG))
      return SOFTKEY_STATUS_UNAUTHORIZED_PERMISSION;
  if ((wanted & (SOFTKEY_PIN_MAKE | SOFTKEY_PIN_GET)) != 0 &&
      request->rp_id.size == 0)
    return SOFTKEY_STATUS_MISSING_PARAMETER;
  return SOFTKEY_STATUS_OK;
}

/* Issues a token for permissions, encrypted for the platform. */
static SoftkeyStatus
put_token(SoftkeyCore *core, SoftkeyPinSlot *slot, const SoftkeyShared *shared,
          uint8_t permissions, const char *rp_id, GByteArray *reply)
{
  g_autoptr(GByteArray) sealed = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(core->pin.slots); i++)
    drop_token(&core->pin.slots[i]);
  core->env->random(core->env, slot->token, sizeof slot->token);
  slot->has_token = true;
  slot->token_used = false;
  slot->token_at = core->env->now_ms(core->env);
  slot->permissions = permissions;
  slot->rp_id = g_strdup(rp_id);
  sealed = softkey_protocol_encrypt(shared, core->env, slot->token,
                                    sizeof slot->token);
  if (sealed == NULL)
    return SOFTKEY_STATUS_OTHER;
  core->counters.tokens++;
  softkey_cbor_put_map(reply, 1);
  softkey_cbor_put_integer(reply, 2);
  softkey_cbor_put_bytes(reply, sealed->data, sealed->len);
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
get_token(SoftkeyCore *core, SoftkeyPinSlot *slot, const PinRequest *request,
          GByteArray *reply)
{
  g_auto(SoftkeyShared) shared = {0};
  g_autofree char *rp_id = softkey_cbor_dup_text(&request->rp_id);
  bool is_plain = request->subcommand.value == TOKEN;
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  if (!is_plain)
    status = check_permissions(core, request);
  else if (request->permissions.size > 0 || request->rp_id.size > 0)
    status = SOFTKEY_STATUS_INVALID_PARAMETER;
  if (status == SOFTKEY_STATUS_OK)
    status = check_not_blocked(core);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (!agree(slot, request, &shared))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  status = try_pin(core, slot, &shared, request);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (core->store->force_change)
    return SOFTKEY_STATUS_PIN_INVALID; /* right as it was */
  core->store->uv_retries = SOFTKEY_STORE_UV_RETRIES;
  return put_token(core, slot, &shared,
                   is_plain ? SOFTKEY_PIN_MAKE | SOFTKEY_PIN_GET
                            : (uint8_t)request->permissions.value,
                   rp_id, reply);
}

/* A token that waits for a finger. */
typedef struct {
  SoftkeyPinSlot *slot;
  SoftkeyShared shared;
  uint8_t permissions;
  char *rp_id;
} FingerToken;

static void
free_finger_token(void *data)
{
  FingerToken *wanted = data;

  softkey_protocol_clear(&wanted->shared);
  g_free(wanted->rp_id);
  g_free(wanted);
}

static SoftkeyStatus
finish_finger_token(SoftkeyCore *core, void *data, GByteArray *reply)
{
  const FingerToken *wanted = data;
  SoftkeyStatus status = softkey_finger_verify(core);

  return status == SOFTKEY_STATUS_OK
             ? put_token(core, wanted->slot, &wanted->shared,
                         wanted->permissions, wanted->rp_id, reply)
             : status;
}

static SoftkeyStatus
get_token_by_finger(SoftkeyCore *core, SoftkeyPinSlot *slot,
                    const PinRequest *request, GByteArray *reply)
{
  SoftkeyStatus status = check_permissions(core, request);
  FingerToken *wanted;

  if (status == SOFTKEY_STATUS_OK)
    status = softkey_finger_check_ready(core);
  /* Fingerprints and settings are the PIN's, unless options say otherwise. */
  if (status == SOFTKEY_STATUS_OK &&
      (request->permissions.value & (SOFTKEY_PIN_BIO | SOFTKEY_PIN_CONFIG)) !=
          0)
    status = SOFTKEY_STATUS_UNAUTHORIZED_PERMISSION;
  if (status != SOFTKEY_STATUS_OK)
    return status;
  wanted = g_new0(FingerToken, 1);
  wanted->slot = slot;
  wanted->permissions = (uint8_t)request->permissions.value;
  wanted->rp_id = softkey_cbor_dup_text(&request->rp_id);
  if (!agree(slot, request, &wanted->shared)) {
    free_finger_token(wanted);
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  }
  return softkey_core_wait(core, finish_finger_token, wanted, free_finger_token,
                           reply);
}

static bool
has_all(const PinRequest *request)
{
  bool has_key = request->key_agreement.size > 0;
  bool has_new = request->new_pin.size > 0 && request->param.size > 0;
  bool has_old = request->pin_hash.size > 0;

  switch ((Subcommand)request->subcommand.value) {
  case PIN_RETRIES:
  case UV_RETRIES:
    return true;
  case KEY_AGREEMENT:
    return request->protocol.size > 0;
  case SET_PIN:
    return request->protocol.size > 0 && has_key && has_new;
  case CHANGE_PIN:
    return request->protocol.size > 0 && has_key && has_new && has_old;
  case TOKEN:
    return request->protocol.size > 0 && has_key && has_old;
  case TOKEN_BY_UV:
    return request->protocol.size > 0 && has_key &&
           request->permissions.size > 0;
  case TOKEN_WITH_PERMISSIONS:
    return request->protocol.size > 0 && has_key && has_old &&
           request->permissions.size > 0;
  }
  return true; /* an unknown one is refused as such */
}

static SoftkeyStatus
run_subcommand(SoftkeyCore *core, const PinRequest *request, GByteArray *reply)
{
  SoftkeyPinSlot *slot;

  if ((request->subcommand.value == TOKEN_BY_UV ||
       request->subcommand.value == UV_RETRIES) &&
      !softkey_profile_is_on(core->profile, "uv"))
    return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
  if (!has_all(request))
    return SOFTKEY_STATUS_MISSING_PARAMETER;
  if (request->subcommand.value == PIN_RETRIES)
    return get_retries(core, reply);
  if (request->subcommand.value == UV_RETRIES)
    return softkey_finger_put_retries(core, reply);
  if (request->subcommand.value > TOKEN_WITH_PERMISSIONS)
    return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
  slot = find_slot(core, &request->protocol);
  if (slot == NULL)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  switch ((Subcommand)request->subcommand.value) {
  case PIN_RETRIES:
  case UV_RETRIES:
  case KEY_AGREEMENT:
    return get_key_agreement(slot, reply);
  case SET_PIN:
    return set_pin(core, slot, request);
  case CHANGE_PIN:
    return change_pin(core, slot, request);
  case TOKEN_BY_UV:
    return get_token_by_finger(core, slot, request, reply);
  case TOKEN_WITH_PERMISSIONS:
    if (!softkey_profile_is_on(core->profile, "pinUvAuthToken"))
      return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
    return get_token(core, slot, request, reply);
  case TOKEN:
    return get_token(core, slot, request, reply);
  }
  return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
}

SoftkeyStatus
softkey_pin_command(SoftkeyCore *core, const SoftkeyCborItem *map,
                    GByteArray *reply)
{
  PinRequest request;
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, false, &request.protocol},
      {NULL, 2, SOFTKEY_CBOR_UINT, true, &request.subcommand},
      {NULL, 3, SOFTKEY_CBOR_MAP, false, &request.key_agreement},
      {NULL, 4, SOFTKEY_CBOR_BYTES, false, &request.param},
      {NULL, 5, SOFTKEY_CBOR_BYTES, false, &request.new_pin},
      {NULL, 6, SOFTKEY_CBOR_BYTES, false, &request.pin_hash},
      {NULL, 9, SOFTKEY_CBOR_UINT, false, &request.permissions},
      {NULL, 10, SOFTKEY_CBOR_TEXT, false, &request.rp_id},
  };
  SoftkeyStatus status;
  bool value;

  if (!softkey_profile_option(core->profile, "clientPin", &value))
    return SOFTKEY_STATUS_INVALID_COMMAND;
  status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  return run_subcommand(core, &request, reply);
}

/* CTAP 2.1 tokens end by time and by use; those of CTAP 2.0 do not. */
static bool
is_expired(SoftkeyCore *core, const SoftkeyPinSlot *slot)
{
  int64_t age = core->env->now_ms(core->env) - slot->token_at;

  return softkey_profile_is_on(core->profile, "pinUvAuthToken") &&
         (age >= LIFETIME_MS || (!slot->token_used && age >= FIRST_USE_MS));
}

/* Tokens of CTAP 2.0 are good for everything. */
static bool
has_permission(SoftkeyCore *core, const SoftkeyPinSlot *slot,
               uint8_t permission)
{
  return (slot->permissions & permission) != 0 ||
         !softkey_profile_is_on(core->profile, "pinUvAuthToken");
}

static SoftkeyStatus
check_token(SoftkeyCore *core, const SoftkeyCborItem *protocol,
            const SoftkeyCborItem *param, const GByteArray *bytes,
            uint8_t permission, SoftkeyPinSlot **ret_slot)
{
  SoftkeyPinSlot *slot;

  if (protocol->size == 0)
    return SOFTKEY_STATUS_MISSING_PARAMETER;
  slot = find_slot(core, protocol);
  if (slot == NULL)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (!slot->has_token || is_expired(core, slot) ||
      !softkey_protocol_verify((int)protocol->value, slot->token, bytes,
                               param->data, (size_t)param->value) ||
      !has_permission(core, slot, permission))
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  *ret_slot = slot;
  return SOFTKEY_STATUS_OK;
}

SoftkeyStatus
softkey_pin_check(SoftkeyCore *core, const SoftkeyCborItem *protocol,
                  const SoftkeyCborItem *param,
                  const SoftkeyCborItem *client_data_hash, uint8_t permission,
                  const char *rp_id)
{
  g_autoptr(GByteArray) data = g_byte_array_new();
  SoftkeyPinSlot *slot;
  SoftkeyStatus status;

  g_byte_array_append(data, client_data_hash->data,
                      (guint)client_data_hash->value);
  status = check_token(core, protocol, param, data, permission, &slot);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (slot->rp_id != NULL && !g_str_equal(slot->rp_id, rp_id))
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  if (slot->rp_id == NULL &&
      softkey_profile_is_on(core->profile, "pinUvAuthToken"))
    slot->rp_id = g_strdup(rp_id);
  slot->token_used = true;
  return SOFTKEY_STATUS_OK;
}

SoftkeyStatus
softkey_pin_check_bytes(SoftkeyCore *core, const SoftkeyCborItem *protocol,
                        const SoftkeyCborItem *param, const GByteArray *bytes,
                        uint8_t permission, const char **ret_rp_id)
{
  SoftkeyPinSlot *slot;
  SoftkeyStatus status;

  if (param->size == 0)
    return SOFTKEY_STATUS_PUAT_REQUIRED;
  status = check_token(core, protocol, param, bytes, permission, &slot);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  slot->token_used = true;
  *ret_rp_id = slot->rp_id;
  return SOFTKEY_STATUS_OK;
}

void
softkey_pin_use_up(SoftkeyCore *core)
{
  if (!softkey_profile_is_on(core->profile, "pinUvAuthToken"))
    return;
  for (size_t i = 0; i < G_N_ELEMENTS(core->pin.slots); i++)
    core->pin.slots[i].permissions &= 0x10; /* large blob write stays */
}
