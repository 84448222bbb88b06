/* SPDX-License-Identifier: Apache-2.0 */
/* cose.c - COSE_Key to EVP_PKEY, and verification by algorithm. */
#include "fidotool/judge/cose.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/curve.h"
#include "fidotool/judge/decoders.h"
#include "fidotool/judge/der.h"

/* Labels of COSE_Key (RFC 9052, 7.1) and of its types (RFC 9053, 7). */
enum { LABEL_KTY = 1, LABEL_ALG = 3, LABEL_CRV = -1 };
enum { LABEL_X = -2, LABEL_Y = -3, LABEL_N = -1, LABEL_E = -2 };
enum { KTY_OKP = 1, KTY_EC2 = 2, KTY_RSA = 3 };

#define RSA_MIN_BITS 2048
#define RSA_MAX_BITS 8192
#define EXPONENT_MAX_LEN 8

/* How a signature is made. */
typedef enum { ECDSA, EDDSA, PKCS1, PSS } Scheme;

/* What each algorithm demands of its key. Not in the table: not verified. */
typedef struct {
  int64_t alg;
  int64_t kty;
  int64_t crv; /* 0 for RSA */
  size_t field_len;
  const char *group; /* OpenSSL's name of curve or key type */
  const char *digest;
  Scheme scheme;
} Algorithm;

/* clang-format off */
static const Algorithm algorithms[] = {
  {   -7, KTY_EC2, 1, 32, "prime256v1", "SHA256", ECDSA },
  {  -35, KTY_EC2, 2, 48, "secp384r1",  "SHA384", ECDSA },
  {  -36, KTY_EC2, 3, 66, "secp521r1",  "SHA512", ECDSA },
  {   -9, KTY_EC2, 1, 32, "prime256v1", "SHA256", ECDSA }, /* ESP256 */
  {  -51, KTY_EC2, 2, 48, "secp384r1",  "SHA384", ECDSA }, /* ESP384 */
  {  -52, KTY_EC2, 3, 66, "secp521r1",  "SHA512", ECDSA }, /* ESP512 */
  {   -8, KTY_OKP, 6, 32, "ED25519",    NULL,     EDDSA },
  {  -19, KTY_OKP, 6, 32, "ED25519",    NULL,     EDDSA }, /* Ed25519 */
  {  -53, KTY_OKP, 7, 57, "ED448",      NULL,     EDDSA }, /* Ed448 */
  { -257, KTY_RSA, 0,  0, "RSA",        "SHA256", PKCS1 },
  { -258, KTY_RSA, 0,  0, "RSA",        "SHA384", PKCS1 },
  { -259, KTY_RSA, 0,  0, "RSA",        "SHA512", PKCS1 },
  {  -37, KTY_RSA, 0,  0, "RSA",        "SHA256", PSS },
  {  -38, KTY_RSA, 0,  0, "RSA",        "SHA384", PSS },
  {  -39, KTY_RSA, 0,  0, "RSA",        "SHA512", PSS },
};
/* clang-format on */

/* Not in the table: reached by its name alone. */
static const Algorithm rs1 = {
    FIDOTOOL_COSE_RS1, KTY_RSA, 0, 0, "RSA", "SHA1", PKCS1};

/* Algorithms that exist, and that we do not verify. */
static const struct {
  int64_t alg;
  const char *why;
} unsupported[] = {
    {FIDOTOOL_COSE_RS1, "RS1 signs over SHA-1, which no credential may"},
    {-47, "ES256K is not supported"},
    {-48, "ML-DSA-44 is not supported"},
    {-49, "ML-DSA-65 is not supported"},
    {-50, "ML-DSA-87 is not supported"},
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM, OSSL_PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)

static const Algorithm *
find_algorithm(int64_t alg)
{
  for (size_t i = 0; i < G_N_ELEMENTS(algorithms); i++)
    if (algorithms[i].alg == alg)
      return &algorithms[i];
  return NULL;
}

bool
fidotool_cose_supports(int64_t alg)
{
  return find_algorithm(alg) != NULL;
}

static bool
find_bytes(const FidotoolCbor *map, int64_t label, FidotoolSlice *ret_bytes)
{
  FidotoolCbor value;

  if (!fidotool_cbor_find_int(map, label, &value) ||
      value.type != FIDOTOOL_CBOR_BYTES)
    return false;
  *ret_bytes = value.body;
  return true;
}

static bool
find_int(const FidotoolCbor *map, int64_t label, int64_t *ret_value)
{
  FidotoolCbor value;

  return fidotool_cbor_find_int(map, label, &value) &&
         fidotool_cbor_int(&value, ret_value);
}

static EVP_PKEY *
new_pkey(const char *type, int selection, OSSL_PARAM *params)
{
  g_autoptr(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  EVP_PKEY *pkey = NULL;

  if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
      EVP_PKEY_fromdata(ctx, &pkey, selection, params) != 1)
    return NULL;
  return pkey;
}

static bool
is_on_curve(const Algorithm *algorithm, FidotoolSlice x, FidotoolSlice y)
{
  if (fidotool_curve_borrow(algorithm->group, x, y) == NULL)
    return false;
  fidotool_curve_give_back();
  return true;
}

/* A copy: who keeps a key has it for himself. */
static EVP_PKEY *
new_ec_pkey(const Algorithm *algorithm, FidotoolSlice x, FidotoolSlice y)
{
  EVP_PKEY *lent = fidotool_curve_borrow(algorithm->group, x, y);
  EVP_PKEY *pkey;

  if (lent == NULL)
    return NULL;
  pkey = EVP_PKEY_dup(lent);
  fidotool_curve_give_back();
  return pkey;
}

static EVP_PKEY *
new_rsa_pkey(FidotoolSlice n, FidotoolSlice e)
{
  g_autoptr(OSSL_PARAM_BLD) build = OSSL_PARAM_BLD_new();
  g_autoptr(BIGNUM) modulus = BN_bin2bn(n.data, (int)n.len, NULL);
  g_autoptr(BIGNUM) exponent = BN_bin2bn(e.data, (int)e.len, NULL);
  g_autoptr(OSSL_PARAM) params = NULL;

  if (OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) != 1)
    return NULL;
  params = OSSL_PARAM_BLD_to_param(build);
  return params == NULL ? NULL : new_pkey("RSA", EVP_PKEY_PUBLIC_KEY, params);
}

static const char *
parse_ec2(const FidotoolCbor *map, const Algorithm *algorithm,
          FidotoolCose *key)
{
  if (!find_bytes(map, LABEL_X, &key->x) || !find_bytes(map, LABEL_Y, &key->y))
    return "x and y are not both byte strings";
  if (key->x.len != algorithm->field_len || key->y.len != algorithm->field_len)
    return "x or y has not the length of the field";
  key->is_ec = true;
  return is_on_curve(algorithm, key->x, key->y)
             ? NULL
             : "the point is not on the curve";
}

static const char *
parse_okp(const FidotoolCbor *map, const Algorithm *algorithm,
          FidotoolCose *key)
{
  if (!find_bytes(map, LABEL_X, &key->x) || key->x.len != algorithm->field_len)
    return "x is no byte string of the right length";
  key->pkey = EVP_PKEY_new_raw_public_key_ex(NULL, algorithm->group, NULL,
                                             key->x.data, key->x.len);
  return key->pkey == NULL ? "x is no public key" : NULL;
}

static const char *
parse_rsa(const FidotoolCbor *map, FidotoolCose *key)
{
  FidotoolSlice n, e;

  if (!find_bytes(map, LABEL_N, &n) || !find_bytes(map, LABEL_E, &e))
    return "n and e are not both byte strings";
  if (n.len < RSA_MIN_BITS / 8 || n.len > RSA_MAX_BITS / 8 || n.data[0] == 0)
    return "n has a leading zero, or is not of 2048 to 8192 bits";
  if (e.len == 0 || e.len > EXPONENT_MAX_LEN || e.data[0] == 0)
    return "e has a leading zero, or is out of range";
  key->pkey = new_rsa_pkey(n, e);
  if (key->pkey == NULL || !fidotool_cose_is_strong(key->pkey))
    return "n or e is out of range";
  return NULL;
}

static const char *
parse_by_type(const FidotoolCbor *map, const Algorithm *algorithm, int64_t kty,
              FidotoolCose *key)
{
  int64_t crv;

  if (kty != algorithm->kty)
    return "the key is of another type than its algorithm";
  if (kty == KTY_RSA)
    return parse_rsa(map, key);
  if (!find_int(map, LABEL_CRV, &crv))
    return "the curve is missing, or is no number";
  if (crv != algorithm->crv)
    return "the curve is not the algorithm's";
  return kty == KTY_EC2 ? parse_ec2(map, algorithm, key)
                        : parse_okp(map, algorithm, key);
}

static const char *
name_unsupported(int64_t alg)
{
  for (size_t i = 0; i < G_N_ELEMENTS(unsupported); i++)
    if (unsupported[i].alg == alg)
      return unsupported[i].why;
  return "this algorithm is not supported";
}

FidotoolCoseResult
fidotool_cose_parse(FidotoolSlice bytes, FidotoolCose *ret_key,
                    const char **ret_why, bool *ret_short)
{
  FidotoolCbor map;
  FidotoolCborFault fault;
  const Algorithm *algorithm;
  int64_t kty;

  *ret_key = (FidotoolCose){.canonical = true};
  *ret_why = NULL;
  fault = fidotool_cbor_scan(bytes, &map, &ret_key->canonical);
  *ret_short = fault == FIDOTOOL_CBOR_SHORT;
  if (fault != FIDOTOOL_CBOR_OK) {
    *ret_why = fidotool_cbor_fault_text(fault);
    return FIDOTOOL_COSE_MALFORMED;
  }
  ret_key->raw = map.raw;
  if (map.type != FIDOTOOL_CBOR_MAP)
    *ret_why = "the key is no map";
  else if (!find_int(&map, LABEL_KTY, &kty))
    *ret_why = "the key type is missing, or is no number";
  else if (!find_int(&map, LABEL_ALG, &ret_key->alg))
    *ret_why = "the algorithm is missing, or is no number";
  if (*ret_why != NULL)
    return FIDOTOOL_COSE_MALFORMED;
  algorithm = find_algorithm(ret_key->alg);
  if (algorithm == NULL) {
    *ret_why = name_unsupported(ret_key->alg);
    return FIDOTOOL_COSE_UNSUPPORTED;
  }
  *ret_why = parse_by_type(&map, algorithm, kty, ret_key);
  ret_key->good = *ret_why == NULL;
  return ret_key->good ? FIDOTOOL_COSE_GOOD : FIDOTOOL_COSE_MALFORMED;
}

void
fidotool_cose_clear(FidotoolCose *key)
{
  EVP_PKEY_free(key->pkey);
  *key = (FidotoolCose){0};
}

EVP_PKEY *
fidotool_cose_pkey(const FidotoolCose *key)
{
  if (!key->good)
    return NULL;
  if (key->is_ec)
    return new_ec_pkey(find_algorithm(key->alg), key->x, key->y);
  return EVP_PKEY_up_ref(key->pkey) == 1 ? key->pkey : NULL;
}

static bool
is_strong_rsa(EVP_PKEY *pkey)
{
  BIGNUM *got = NULL;
  g_autoptr(BIGNUM) e = NULL;
  int bits = EVP_PKEY_get_bits(pkey);

  if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS ||
      EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &got) != 1)
    return false;
  e = got;
  return BN_is_odd(e) && BN_num_bits(e) > 1 &&
         BN_num_bits(e) <= 8 * EXPONENT_MAX_LEN;
}

static bool
has_group(EVP_PKEY *pkey, const char *group)
{
  char name[32] = "";
  size_t len;

  return EVP_PKEY_get_group_name(pkey, name, sizeof(name), &len) == 1 &&
         strcmp(name, group) == 0;
}

static bool
is_strong_ec(EVP_PKEY *pkey)
{
  int explicit = 0;

  if (EVP_PKEY_get_int_param(pkey,
                             OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                             &explicit) == 1 &&
      explicit != 0)
    return false;
  return has_group(pkey, "prime256v1") || has_group(pkey, "secp384r1") ||
         has_group(pkey, "secp521r1");
}

bool
fidotool_cose_is_strong(EVP_PKEY *pkey)
{
  if (EVP_PKEY_is_a(pkey, "RSA"))
    return is_strong_rsa(pkey);
  if (EVP_PKEY_is_a(pkey, "EC"))
    return is_strong_ec(pkey);
  return EVP_PKEY_is_a(pkey, "ED25519") || EVP_PKEY_is_a(pkey, "ED448");
}

/* Measured with OpenSSL 3.0; it has fast code for P-256 alone. */
unsigned
fidotool_cose_cost(EVP_PKEY *pkey)
{
  if (EVP_PKEY_is_a(pkey, "RSA"))
    return EVP_PKEY_get_bits(pkey) <= 4096 ? 1 : 4;
  if (EVP_PKEY_is_a(pkey, "EC"))
    return has_group(pkey, "prime256v1") ? 1 : 12;
  return EVP_PKEY_is_a(pkey, "ED25519") ? 2 : 4;
}

static bool
fits(const Algorithm *algorithm, EVP_PKEY *pkey)
{
  if (algorithm->kty == KTY_EC2)
    return EVP_PKEY_is_a(pkey, "EC") && has_group(pkey, algorithm->group);
  return EVP_PKEY_is_a(pkey, algorithm->group);
}

bool
fidotool_cose_fits(int64_t alg, EVP_PKEY *pkey)
{
  const Algorithm *algorithm = find_algorithm(alg);

  return algorithm != NULL && fits(algorithm, pkey);
}

static const char *
check_form(const Algorithm *algorithm, FidotoolSlice sig)
{
  if (sig.len == 0 || sig.len > RSA_MAX_BITS / 8)
    return "the signature has an impossible length";
  if (algorithm->scheme == ECDSA && !fidotool_der_is_two_numbers(sig))
    return "the signature is not strict DER";
  return NULL;
}

const char *
fidotool_cose_check_form(int64_t alg, FidotoolSlice sig)
{
  const Algorithm *algorithm = find_algorithm(alg);

  return algorithm ? check_form(algorithm, sig) : "unknown";
}

static void
digest_both(FidotoolSlice first, FidotoolSlice second,
            uint8_t ret_digest[FIDOTOOL_BYTES_SHA256])
{
  const FidotoolPiece pieces[] = {{first.data, first.len},
                                  {second.data, second.len}};

  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), ret_digest);
}

/* The most frequent one, with a digest that is fetched already. */
static bool
is_es256(const Algorithm *algorithm)
{
  return algorithm->scheme == ECDSA && strcmp(algorithm->digest, "SHA256") == 0;
}

static bool
verify_es256(EVP_PKEY *pkey, FidotoolSlice first, FidotoolSlice second,
             FidotoolSlice sig)
{
  g_autoptr(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_pkey(
      fidotool_decoders_context_of(pkey), pkey, NULL);
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  digest_both(first, second, digest);
  return ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
         EVP_PKEY_verify(ctx, sig.data, sig.len, digest, sizeof(digest)) == 1;
}

static bool
verify_with(const Algorithm *algorithm, EVP_PKEY *pkey, FidotoolSlice first,
            FidotoolSlice second, FidotoolSlice sig)
{
  g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
  g_autoptr(GByteArray) all = g_byte_array_new();
  EVP_PKEY_CTX *pctx = NULL; /* belongs to ctx */

  g_byte_array_append(all, first.data, (guint)first.len);
  g_byte_array_append(all, second.data, (guint)second.len);
  if (EVP_DigestVerifyInit_ex(ctx, &pctx, algorithm->digest,
                              fidotool_decoders_context_of(pkey), NULL, pkey,
                              NULL) != 1)
    return false;
  if (algorithm->scheme == PSS &&
      (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(ctx, sig.data, sig.len, all->data, all->len) == 1;
}

static const char wrong[] = "the signature is wrong";

/* Of a key that fits and is strong. */
static const char *
verify_fitting(const Algorithm *algorithm, EVP_PKEY *pkey, FidotoolSlice first,
               FidotoolSlice second, FidotoolSlice sig)
{
  const char *why = check_form(algorithm, sig);

  if (why != NULL)
    return why;
  if (is_es256(algorithm))
    return verify_es256(pkey, first, second, sig) ? NULL : wrong;
  return verify_with(algorithm, pkey, first, second, sig) ? NULL : wrong;
}

static const char *
verify_by(const Algorithm *algorithm, EVP_PKEY *pkey, FidotoolSlice first,
          FidotoolSlice second, FidotoolSlice sig)
{
  if (pkey == NULL || !fits(algorithm, pkey))
    return "the algorithm does not fit the key";
  if (!fidotool_cose_is_strong(pkey))
    return "the key is too weak or too large";
  return verify_fitting(algorithm, pkey, first, second, sig);
}

/* In place, without a key that others could use. */
static const char *
verify_own_es256(const Algorithm *algorithm, const FidotoolCose *key,
                 FidotoolSlice first, FidotoolSlice second, FidotoolSlice sig)
{
  const char *why = check_form(algorithm, sig);
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  if (why != NULL)
    return why;
  digest_both(first, second, digest);
  return fidotool_curve_verify(algorithm->group, key->x, key->y,
                               (FidotoolSlice){digest, sizeof(digest)}, sig)
             ? NULL
             : wrong;
}

const char *
fidotool_cose_verify_own(const FidotoolCose *key, FidotoolSlice first,
                         FidotoolSlice second, FidotoolSlice sig)
{
  const Algorithm *algorithm = find_algorithm(key->alg);
  g_autoptr(EVP_PKEY) pkey = NULL;

  if (!key->good)
    return "the key is not good";
  /* fidotool_cose_parse() made it for this algorithm, within our bounds. */
  if (is_es256(algorithm))
    return verify_own_es256(algorithm, key, first, second, sig);
  pkey = fidotool_cose_pkey(key);
  return pkey != NULL ? verify_fitting(algorithm, pkey, first, second, sig)
                      : wrong;
}

const char *
fidotool_cose_verify(int64_t alg, EVP_PKEY *pkey, FidotoolSlice first,
                     FidotoolSlice second, FidotoolSlice sig)
{
  const Algorithm *algorithm = find_algorithm(alg);

  if (algorithm == NULL)
    return alg == FIDOTOOL_COSE_RS1
               ? "SHA-1 signatures are weak, and refused unless allowed"
               : "the algorithm is not supported";
  return verify_by(algorithm, pkey, first, second, sig);
}

const char *
fidotool_cose_verify_sha1(EVP_PKEY *pkey, FidotoolSlice first,
                          FidotoolSlice second, FidotoolSlice sig)
{
  return verify_by(&rs1, pkey, first, second, sig);
}

const char *
fidotool_cose_digest_name(int64_t alg)
{
  const Algorithm *algorithm =
      alg == FIDOTOOL_COSE_RS1 ? &rs1 : find_algorithm(alg);

  return algorithm ? algorithm->digest : NULL;
}

static void
append_string(GByteArray *out, const void *data, size_t len)
{
  uint32_t size = GUINT32_TO_BE((uint32_t)len);

  g_byte_array_append(out, (const uint8_t *)&size, sizeof(size));
  g_byte_array_append(out, data, (guint)len);
}

/* Longer than a key with most applications. */
#define SSH_KEY_USUAL 192

GBytes *
fidotool_cose_ssh_key(const FidotoolCose *key, const char *application)
{
  static const char ecdsa[] = "sk-ecdsa-sha2-nistp256@openssh.com";
  static const char ed25519[] = "sk-ssh-ed25519@openssh.com";
  static const char curve[] = "nistp256";
  g_autoptr(GByteArray) out = g_byte_array_sized_new(SSH_KEY_USUAL);
  uint8_t point[65] = {POINT_CONVERSION_UNCOMPRESSED};

  if (!key->good)
    return NULL;
  if (key->is_ec && key->x.len == 32) {
    memcpy(point + 1, key->x.data, 32);
    memcpy(point + 33, key->y.data, 32);
    append_string(out, ecdsa, strlen(ecdsa));
    append_string(out, curve, strlen(curve));
    append_string(out, point, sizeof(point));
  } else if (key->pkey != NULL && EVP_PKEY_is_a(key->pkey, "ED25519")) {
    append_string(out, ed25519, strlen(ed25519));
    append_string(out, key->x.data, key->x.len);
  } else {
    return NULL;
  }
  append_string(out, application, strlen(application));
  return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
