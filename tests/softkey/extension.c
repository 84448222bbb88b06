/* SPDX-License-Identifier: Apache-2.0 */
/* extension.c - extensions, in and out. */
#include "tests/softkey/extension.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <string.h>

#include "tests/softkey/auth-data.h"
#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"

#define FLAGS 32 /* where authenticator data has them */
#define SALT 32

static bool
has(const SoftkeyCore *core, const char *name)
{
  return softkey_profile_has_extension(core->profile, name);
}

SoftkeyStatus
softkey_extension_read_make(SoftkeyCore *core, const SoftkeyCborItem *map,
                            bool resident, SoftkeyExtensionMake *ret_make)
{
  SoftkeyCborItem protect, blob, blob_key, hmac, min_pin;
  const SoftkeyCborField fields[] = {
      {"credBlob", 0, SOFTKEY_CBOR_BYTES, false, &blob},
      {"credProtect", 0, SOFTKEY_CBOR_UINT, false, &protect},
      {"hmac-secret", 0, SOFTKEY_CBOR_SIMPLE, false, &hmac},
      {"largeBlobKey", 0, SOFTKEY_CBOR_SIMPLE, false, &blob_key},
      {"minPinLength", 0, SOFTKEY_CBOR_SIMPLE, false, &min_pin},
  };
  SoftkeyStatus status;

  if (map->size == 0)
    return SOFTKEY_STATUS_OK;
  status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (protect.size > 0 && has(core, "credProtect")) {
    if (protect.value < 1 || protect.value > 3)
      return SOFTKEY_STATUS_INVALID_OPTION;
    ret_make->protect = (uint8_t)protect.value;
  }
  if (blob_key.size > 0 && has(core, "largeBlobKey")) {
    ret_make->blob_key = softkey_cbor_is_true(&blob_key);
    if (!ret_make->blob_key || !resident)
      return SOFTKEY_STATUS_INVALID_OPTION;
  }
  ret_make->hmac_secret =
      softkey_cbor_is_true(&hmac) && has(core, "hmac-secret");
  ret_make->min_pin_length =
      softkey_cbor_is_true(&min_pin) && has(core, "minPinLength");
  ret_make->blob_asked = blob.size > 0 && has(core, "credBlob");
  if (ret_make->blob_asked && resident &&
      blob.value <= SOFTKEY_EXTENSION_BLOB_MAX)
    ret_make->blob = g_bytes_new(blob.data, (gsize)blob.value);
  return SOFTKEY_STATUS_OK;
}

/* The salts, opened with the secret agreed on (section 12.5). */
static SoftkeyStatus
read_hmac(SoftkeyCore *core, const SoftkeyCborItem *map,
          SoftkeyExtensionGet *get)
{
  SoftkeyCborItem agreement, sealed, mac, protocol;
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_MAP, true, &agreement},
      {NULL, 2, SOFTKEY_CBOR_BYTES, true, &sealed},
      {NULL, 3, SOFTKEY_CBOR_BYTES, true, &mac},
      {NULL, 4, SOFTKEY_CBOR_UINT, false, &protocol},
  };
  g_autoptr(GByteArray) given = g_byte_array_new();
  g_autoptr(GByteArray) salts = NULL;
  SoftkeyStatus status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));

  if (status == SOFTKEY_STATUS_OK)
    status = softkey_pin_agree(core, &protocol, &agreement, &get->shared);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  g_byte_array_append(given, sealed.data, (guint)sealed.value);
  if (!softkey_protocol_verify(get->shared.version, get->shared.mac_key, given,
                               mac.data, (size_t)mac.value))
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  salts =
      softkey_protocol_decrypt(&get->shared, sealed.data, (size_t)sealed.value);
  if (salts == NULL || (salts->len != SALT && salts->len != 2 * SALT))
    return SOFTKEY_STATUS_INVALID_LENGTH;
  memcpy(get->salts, salts->data, salts->len);
  get->salts_len = salts->len;
  return SOFTKEY_STATUS_OK;
}

SoftkeyStatus
softkey_extension_read_get(SoftkeyCore *core, const SoftkeyCborItem *map,
                           SoftkeyExtensionGet *ret_get)
{
  SoftkeyCborItem blob, blob_key, hmac;
  const SoftkeyCborField fields[] = {
      {"credBlob", 0, SOFTKEY_CBOR_SIMPLE, false, &blob},
      {"hmac-secret", 0, SOFTKEY_CBOR_MAP, false, &hmac},
      {"largeBlobKey", 0, SOFTKEY_CBOR_SIMPLE, false, &blob_key},
  };
  SoftkeyStatus status;

  if (map->size == 0)
    return SOFTKEY_STATUS_OK;
  status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  ret_get->blob_asked = softkey_cbor_is_true(&blob) && has(core, "credBlob");
  if (blob_key.size > 0 && has(core, "largeBlobKey")) {
    ret_get->blob_key = softkey_cbor_is_true(&blob_key);
    if (!ret_get->blob_key) /* section 12.3 */
      return SOFTKEY_STATUS_INVALID_OPTION;
  }
  return hmac.size > 0 && has(core, "hmac-secret")
             ? read_hmac(core, &hmac, ret_get)
             : SOFTKEY_STATUS_OK;
}

void
softkey_extension_clear_make(SoftkeyExtensionMake *make)
{
  g_clear_pointer(&make->blob, g_bytes_unref);
}

void
softkey_extension_clear_get(SoftkeyExtensionGet *get)
{
  OPENSSL_cleanse(get, sizeof *get);
}

/* Only relying parties that were named to the key learn it. */
static bool
may_learn_min(const SoftkeyCore *core, const SoftkeyExtensionMake *make,
              const char *rp_id)
{
  char **list = core->store->min_pin_rp_ids;

  return make->min_pin_length && list != NULL &&
         g_strv_contains((const char *const *)list, rp_id);
}

void
softkey_extension_put_make(SoftkeyCore *core, GByteArray *data,
                           const SoftkeyExtensionMake *make, const char *rp_id)
{
  bool with_min = may_learn_min(core, make, rp_id);
  size_t n = (size_t)make->blob_asked + (make->protect != 0) +
             (size_t)make->hmac_secret + (size_t)with_min;

  if (n == 0)
    return;
  softkey_cbor_put_map(data, n);
  if (make->blob_asked) {
    softkey_cbor_put_text(data, "credBlob");
    softkey_cbor_put_bool(data, make->blob != NULL);
  }
  if (make->protect != 0) {
    softkey_cbor_put_text(data, "credProtect");
    softkey_cbor_put_integer(data, make->protect);
  }
  if (make->hmac_secret) {
    softkey_cbor_put_text(data, "hmac-secret");
    softkey_cbor_put_bool(data, true);
  }
  if (with_min) {
    softkey_cbor_put_text(data, "minPinLength");
    softkey_cbor_put_integer(data, softkey_config_min_pin_length(core));
  }
  data->data[FLAGS] |= SOFTKEY_AUTH_DATA_ED;
}

/* One secret for a verified user, another without (section 12.5). */
static void
make_secret(const SoftkeyCore *core, const SoftkeyHandle *handle, bool verified,
            uint8_t ret_secret[32])
{
  uint8_t message[1 + SOFTKEY_HANDLE_SIZE] = {verified};
  unsigned len = 32;

  memcpy(message + 1, handle->id, SOFTKEY_HANDLE_SIZE);
  (void)HMAC(EVP_sha256(), core->store->seed, 32, message, sizeof message,
             ret_secret, &len);
}

static void
put_hmac(SoftkeyCore *core, GByteArray *data, const SoftkeyExtensionGet *get,
         const SoftkeyHandle *handle)
{
  g_autoptr(GByteArray) sealed = NULL;
  uint8_t secret[32], out[2 * SALT];
  unsigned len = 32;

  make_secret(core, handle, (data->data[FLAGS] & SOFTKEY_AUTH_DATA_UV) != 0,
              secret);
  for (size_t at = 0; at < get->salts_len; at += SALT)
    (void)HMAC(EVP_sha256(), secret, sizeof secret, get->salts + at, SALT,
               out + at, &len);
  sealed =
      softkey_protocol_encrypt(&get->shared, core->env, out, get->salts_len);
  OPENSSL_cleanse(secret, sizeof secret);
  OPENSSL_cleanse(out, sizeof out);
  softkey_cbor_put_text(data, "hmac-secret");
  softkey_cbor_put_bytes(data, sealed->data, sealed->len);
}

void
softkey_extension_put_get(SoftkeyCore *core, GByteArray *data,
                          const SoftkeyExtensionGet *get,
                          const SoftkeyHandle *handle)
{
  const SoftkeyResident *resident = softkey_store_find(core->store, handle->id);
  GBytes *blob = resident != NULL ? resident->blob : NULL;
  gsize len = 0;
  const void *bytes = blob != NULL ? g_bytes_get_data(blob, &len) : NULL;
  size_t n = (size_t)get->blob_asked + (get->salts_len > 0);

  if (n == 0)
    return;
  softkey_cbor_put_map(data, n);
  if (get->blob_asked) {
    softkey_cbor_put_text(data, "credBlob");
    softkey_cbor_put_bytes(data, bytes, len);
  }
  if (get->salts_len > 0)
    put_hmac(core, data, get, handle);
  data->data[FLAGS] |= SOFTKEY_AUTH_DATA_ED;
}
