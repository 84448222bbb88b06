/* SPDX-License-Identifier: Apache-2.0 */
/* pin-protocol.c - key agreement, AES and MAC, with libcrypto. */
#include "fidotool/device/pin-protocol.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"

#define BLOCK 16
#define MAC_ONE 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

int
fidotool_pin_protocol_choose(const FidotoolInfo *info)
{
  const FidotoolJson *list = fidotool_json_get(info->json, "pin_protocols");
  int64_t version;

  if (fidotool_json_size(list) == 0)
    return 1;
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (fidotool_json_int(fidotool_json_at(list, i), &version) &&
        (version == 1 || version == 2))
      return (int)version;
  return 0;
}

/* libcrypto refuses what is no point on the curve. */
static EVP_PKEY *
import_point(const uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT])
{
  g_autoptr(EVP_PKEY_CTX) context =
      EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  char group[] = "P-256";
  uint8_t octets[1 + FIDOTOOL_PIN_PROTOCOL_POINT] = {4};
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets,
                                        sizeof(octets)),
      OSSL_PARAM_construct_end(),
  };
  EVP_PKEY *key = NULL;

  memcpy(octets + 1, point, FIDOTOOL_PIN_PROTOCOL_POINT);
  if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    return NULL;
  return key;
}

/* The x coordinate of the shared point. */
static bool
derive_x(EVP_PKEY *own, EVP_PKEY *peer, uint8_t ret_x[32])
{
  g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new(own, NULL);
  size_t len = 32;

  return context && EVP_PKEY_derive_init(context) == 1 &&
         EVP_PKEY_derive_set_peer(context, peer) == 1 &&
         EVP_PKEY_derive(context, ret_x, &len) == 1 && len == 32;
}

/* HKDF-SHA-256 with a salt of 32 zero bytes (section 6.5.7). */
static bool
derive_key(const uint8_t x[32], const char *info, uint8_t ret_key[32])
{
  static const uint8_t salt[32];
  g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
  size_t len = 32;

  return context && EVP_PKEY_derive_init(context) == 1 &&
         EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_salt(context, salt, sizeof(salt)) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_key(context, x, 32) == 1 &&
         EVP_PKEY_CTX_add1_hkdf_info(context, (const unsigned char *)info,
                                     (int)strlen(info)) == 1 &&
         EVP_PKEY_derive(context, ret_key, &len) == 1;
}

static bool
derive_keys(FidotoolPinProtocol *protocol, const uint8_t x[32])
{
  if (protocol->version == 2)
    return derive_key(x, "CTAP2 HMAC key", protocol->mac_key) &&
           derive_key(x, "CTAP2 AES key", protocol->aes_key);
  fidotool_bytes_sha256(x, 32, protocol->mac_key);
  memcpy(protocol->aes_key, protocol->mac_key, 32);
  return true;
}

static bool
export_point(EVP_PKEY *own, uint8_t ret_point[FIDOTOOL_PIN_PROTOCOL_POINT])
{
  uint8_t octets[1 + FIDOTOOL_PIN_PROTOCOL_POINT];
  size_t len = 0;

  if (EVP_PKEY_get_octet_string_param(own, OSSL_PKEY_PARAM_PUB_KEY, octets,
                                      sizeof(octets), &len) != 1 ||
      len != sizeof(octets))
    return false;
  memcpy(ret_point, octets + 1, FIDOTOOL_PIN_PROTOCOL_POINT);
  return true;
}

bool
fidotool_pin_protocol_agree(int version,
                            const uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT],
                            FidotoolPinProtocol *ret_protocol, GError **error)
{
  g_autoptr(EVP_PKEY) own = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
  g_autoptr(EVP_PKEY) peer = import_point(point);
  FidotoolPinProtocol protocol = {.version = version};
  uint8_t x[32];
  bool ok;

  if (!peer) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the key's agreement key is no point on its curve");
    return false;
  }
  ok = own && export_point(own, protocol.point) && derive_x(own, peer, x) &&
       derive_keys(&protocol, x);
  explicit_bzero(x, sizeof(x));
  if (ok)
    *ret_protocol = protocol;
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "no secret could be agreed with the key");
  fidotool_pin_protocol_clear(&protocol);
  return ok;
}

void
fidotool_pin_protocol_clear(FidotoolPinProtocol *protocol)
{
  explicit_bzero(protocol, sizeof(*protocol));
}

/* One direction of AES-256-CBC; in and out do not overlap. */
static bool
run_cipher(const uint8_t key[32], const uint8_t iv[BLOCK], int encrypt,
           const uint8_t *in, size_t len, uint8_t *ret_out)
{
  g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
  int n = 0, rest = 0;

  return context &&
         EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv,
                           encrypt) == 1 &&
         EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
         EVP_CipherUpdate(context, ret_out, &n, in, (int)len) == 1 &&
         EVP_CipherFinal_ex(context, ret_out + n, &rest) == 1 &&
         (size_t)(n + rest) == len;
}

GByteArray *
fidotool_pin_protocol_encrypt(const FidotoolPinProtocol *protocol,
                              const uint8_t *data, size_t len)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  uint8_t iv[BLOCK] = {0};
  guint start = protocol->version == 2 ? BLOCK : 0;

  if (len % BLOCK != 0)
    return NULL;
  if (start > 0 && RAND_bytes(iv, sizeof(iv)) != 1)
    return NULL;
  g_byte_array_append(out, iv, start);
  g_byte_array_set_size(out, start + (guint)len);
  if (!run_cipher(protocol->aes_key, iv, 1, data, len, out->data + start))
    return NULL;
  return g_steal_pointer(&out);
}

GByteArray *
fidotool_pin_protocol_decrypt(const FidotoolPinProtocol *protocol,
                              const uint8_t *data, size_t len)
{
  static const uint8_t zero[BLOCK];
  size_t start = protocol->version == 2 ? BLOCK : 0;
  g_autoptr(GByteArray) out = g_byte_array_new();

  if (len <= start || len % BLOCK != 0)
    return NULL;
  g_byte_array_set_size(out, (guint)(len - start));
  if (!run_cipher(protocol->aes_key, start > 0 ? data : zero, 0, data + start,
                  len - start, out->data))
    return NULL;
  return g_steal_pointer(&out);
}

size_t
fidotool_pin_protocol_mac(int version, const void *key, size_t key_len,
                          const void *data, size_t len,
                          uint8_t ret_mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX])
{
  fidotool_bytes_hmac(key, key_len, data, len, ret_mac);
  return version == 1 ? MAC_ONE : FIDOTOOL_PIN_PROTOCOL_MAC_MAX;
}
