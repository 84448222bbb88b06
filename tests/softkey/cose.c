/* SPDX-License-Identifier: Apache-2.0 */
/* cose.c - the key pairs of a software key: make, write as COSE, sign. */
#include "tests/softkey/cose.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

#define POINT_SIZE 65 /* 04 || x || y */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM, OSSL_PARAM_free)

bool
softkey_cose_is_supported(int64_t alg)
{
  return alg == SOFTKEY_COSE_ES256 || alg == SOFTKEY_COSE_EDDSA;
}

/* With scalar NULL a public key. The point is checked to be on the curve. */
static EVP_PKEY *
import_p256(const BIGNUM *scalar, const uint8_t point[POINT_SIZE])
{
  g_autoptr(OSSL_PARAM_BLD) build = OSSL_PARAM_BLD_new();
  g_autoptr(OSSL_PARAM) params = NULL;
  g_autoptr(EVP_PKEY_CTX) context = NULL;
  EVP_PKEY *key = NULL;

  if (build == NULL ||
      !OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
                                       "P-256", 0) ||
      !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
                                        POINT_SIZE))
    return NULL;
  if (scalar != NULL &&
      !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar))
    return NULL;
  params = OSSL_PARAM_BLD_to_param(build);
  context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1)
    return NULL;
  if (EVP_PKEY_fromdata(context, &key,
                        scalar != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                        params) != 1)
    return NULL;
  return key;
}

static EVP_PKEY *
make_p256(const uint8_t secret[32])
{
  g_autoptr(EC_GROUP) group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  g_autoptr(BIGNUM) scalar = BN_bin2bn(secret, 32, NULL);
  g_autoptr(EC_POINT) point = NULL;
  uint8_t bytes[POINT_SIZE];

  if (group == NULL || scalar == NULL || BN_is_zero(scalar) ||
      BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0)
    return NULL;
  point = EC_POINT_new(group);
  if (point == NULL ||
      EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) != 1 ||
      EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes,
                         sizeof bytes, NULL) != sizeof bytes)
    return NULL;
  return import_p256(scalar, bytes);
}

EVP_PKEY *
softkey_cose_key(int64_t alg, const uint8_t secret[32])
{
  if (alg == SOFTKEY_COSE_EDDSA)
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, 32);
  return make_p256(secret);
}

static void
put_ed25519(GByteArray *out, EVP_PKEY *key)
{
  uint8_t x[32] = {0};
  size_t len = sizeof x;

  (void)EVP_PKEY_get_raw_public_key(key, x, &len); /* fixed size, own key */
  softkey_cbor_put_map(out, 4);
  softkey_cbor_put_integer(out, 1); /* kty: OKP */
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_integer(out, SOFTKEY_COSE_EDDSA);
  softkey_cbor_put_integer(out, -1); /* crv: Ed25519 */
  softkey_cbor_put_integer(out, 6);
  softkey_cbor_put_integer(out, -2);
  softkey_cbor_put_bytes(out, x, sizeof x);
}

void
softkey_cose_put_public(GByteArray *out, EVP_PKEY *key, int64_t alg)
{
  uint8_t point[POINT_SIZE] = {0};
  size_t len = 0;

  if (alg == SOFTKEY_COSE_EDDSA) {
    put_ed25519(out, key);
    return;
  }
  (void)EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
                                        sizeof point, &len);
  softkey_cbor_put_map(out, 5);
  softkey_cbor_put_integer(out, 1); /* kty: EC2 */
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_integer(out, alg);
  softkey_cbor_put_integer(out, -1); /* crv: P-256 */
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, -2);
  softkey_cbor_put_bytes(out, point + 1, 32);
  softkey_cbor_put_integer(out, -3);
  softkey_cbor_put_bytes(out, point + 33, 32);
}

EVP_PKEY *
softkey_cose_read_ecdh(const SoftkeyCborItem *map)
{
  SoftkeyCborItem kty, crv, x, y;
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, true, &kty},
      {NULL, -1, SOFTKEY_CBOR_UINT, true, &crv},
      {NULL, -2, SOFTKEY_CBOR_BYTES, true, &x},
      {NULL, -3, SOFTKEY_CBOR_BYTES, true, &y},
  };
  uint8_t point[POINT_SIZE] = {4};

  if (softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields)) !=
          SOFTKEY_STATUS_OK ||
      kty.value != 2 || crv.value != 1 || x.value != 32 || y.value != 32)
    return NULL;
  memcpy(point + 1, x.data, 32);
  memcpy(point + 33, y.data, 32);
  return import_p256(NULL, point);
}

GByteArray *
softkey_cose_sign(EVP_PKEY *key, const uint8_t *data, size_t len)
{
  g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
  bool is_ed25519 = EVP_PKEY_get_id(key) == EVP_PKEY_ED25519;
  uint8_t signature[128];
  size_t signature_len = sizeof signature;

  if (context == NULL ||
      EVP_DigestSignInit(context, NULL, is_ed25519 ? NULL : EVP_sha256(), NULL,
                         key) != 1 ||
      EVP_DigestSign(context, signature, &signature_len, data, len) != 1)
    return NULL;
  return g_byte_array_append(g_byte_array_new(), signature,
                             (guint)signature_len);
}
