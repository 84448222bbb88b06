/* SPDX-License-Identifier: Apache-2.0 */
/* make-credential.c - what an authenticator would make, for tests. */
#include "make-credential.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "make-certificate.h"

typedef struct {
  int64_t alg;
  const char *key;
  const char *digest;
  int64_t kty, crv;
  size_t field_len;
} Kind;

static const Kind kinds[] = {
    {-7, "P-256", "SHA256", 2, 1, 32},
    {-35, "P-384", "SHA384", 2, 2, 48},
    {-36, "P-521", "SHA512", 2, 3, 66},
    {-9, "P-256", "SHA256", 2, 1, 32},
    {-51, "P-384", "SHA384", 2, 2, 48},
    {-52, "P-521", "SHA512", 2, 3, 66},
    {-8, "ED25519", NULL, 1, 6, 32},
    {-19, "ED25519", NULL, 1, 6, 32},
    {-53, "ED448", NULL, 1, 7, 57},
    {-257, "RSA-2048", "SHA256", 3, 0, 0},
    {-258, "RSA-2048", "SHA384", 3, 0, 0},
    {-259, "RSA-2048", "SHA512", 3, 0, 0},
    {-37, "RSA-2048", "SHA256", 3, 0, 0},
    {-38, "RSA-2048", "SHA384", 3, 0, 0},
    {-39, "RSA-2048", "SHA512", 3, 0, 0},
    {-65535, "RSA-2048", "SHA1", 3, 0, 0},
};

static const Kind *
find_kind(int64_t alg)
{
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (kinds[i].alg == alg)
      return &kinds[i];
  g_assert_not_reached();
}

void
make_credential_head(GByteArray *out, unsigned type, uint64_t argument)
{
  uint8_t head[9] = {(uint8_t)(type << 5)};
  unsigned more = argument < 24            ? 0
                  : argument <= UINT8_MAX  ? 1
                  : argument <= UINT16_MAX ? 2
                  : argument <= UINT32_MAX ? 4
                                           : 8;

  if (more == 0)
    head[0] |= (uint8_t)argument;
  else
    head[0] |= (uint8_t)(more == 1 ? 24 : more == 2 ? 25 : more == 4 ? 26 : 27);
  for (unsigned i = 0; i < more; i++)
    head[1 + i] = (uint8_t)(argument >> (8 * (more - 1 - i)));
  g_byte_array_append(out, head, 1 + more);
}

void
make_credential_int(GByteArray *out, int64_t value)
{
  if (value < 0)
    make_credential_head(out, 1, (uint64_t)(-1 - value));
  else
    make_credential_head(out, 0, (uint64_t)value);
}

void
make_credential_text(GByteArray *out, const char *text)
{
  make_credential_head(out, 3, strlen(text));
  g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

void
make_credential_bytes(GByteArray *out, const void *data, size_t len)
{
  make_credential_head(out, 2, len);
  g_byte_array_append(out, data, (guint)len);
}

void
make_credential_hex(GByteArray *out, const char *hex)
{
  for (; *hex != '\0'; hex += 2) {
    uint8_t byte = (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 |
                             g_ascii_xdigit_value(hex[1]));

    g_byte_array_append(out, &byte, 1);
  }
}

EVP_PKEY *
make_credential_key(int64_t alg)
{
  return make_certificate_key(find_kind(alg)->key);
}

static void
add_bn(GByteArray *out, EVP_PKEY *pkey, const char *name, size_t len)
{
  BIGNUM *bn = NULL;
  uint8_t data[1024];

  g_assert(EVP_PKEY_get_bn_param(pkey, name, &bn) == 1);
  if (len == 0)
    len = (size_t)BN_num_bytes(bn);
  g_assert(BN_bn2binpad(bn, data, (int)len) == (int)len);
  make_credential_bytes(out, data, len);
  BN_free(bn);
}

void
make_credential_cose(GByteArray *out, int64_t alg, EVP_PKEY *pkey)
{
  const Kind *kind = find_kind(alg);
  uint8_t raw[64];
  size_t len = sizeof(raw);

  make_credential_head(out, 5, kind->kty == 2 ? 5 : 4);
  make_credential_int(out, 1);
  make_credential_int(out, kind->kty);
  make_credential_int(out, 3);
  make_credential_int(out, alg);
  make_credential_int(out, -1);
  if (kind->kty == 3) {
    add_bn(out, pkey, OSSL_PKEY_PARAM_RSA_N, 0);
    make_credential_int(out, -2);
    add_bn(out, pkey, OSSL_PKEY_PARAM_RSA_E, 0);
    return;
  }
  make_credential_int(out, kind->crv);
  make_credential_int(out, -2);
  if (kind->kty == 1) {
    g_assert(EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1);
    make_credential_bytes(out, raw, len);
    return;
  }
  add_bn(out, pkey, OSSL_PKEY_PARAM_EC_PUB_X, kind->field_len);
  make_credential_int(out, -3);
  add_bn(out, pkey, OSSL_PKEY_PARAM_EC_PUB_Y, kind->field_len);
}

GBytes *
make_credential_sign(int64_t alg, EVP_PKEY *pkey, const void *data, size_t len)
{
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_PKEY_CTX *pctx = NULL;
  uint8_t sig[1024];
  size_t sig_len = sizeof(sig);

  g_assert(EVP_DigestSignInit_ex(ctx, &pctx, find_kind(alg)->digest, NULL, NULL,
                                 pkey, NULL) == 1);
  if (alg <= -37 && alg >= -39) {
    EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST);
  }
  g_assert(EVP_DigestSign(ctx, sig, &sig_len, data, len) == 1);
  EVP_MD_CTX_free(ctx);
  return g_bytes_new(sig, sig_len);
}
