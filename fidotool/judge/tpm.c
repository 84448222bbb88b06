/* SPDX-License-Identifier: Apache-2.0 */
/* tpm.c - structures of TPM 2.0: big endian, lengths of 16 bits, no optional
 * parts but by the algorithm before them. */
#include "fidotool/judge/tpm.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

enum { ALG_RSA = 0x0001, ALG_ECC = 0x0023, ALG_NULL = 0x0010 };
enum { ALG_ECDAA = 0x001a };
/* clock, resetCount, restartCount, safe; firmwareVersion */
#define CLOCK_LEN (8 + 4 + 4 + 1)
#define FIRMWARE_LEN 8
#define DEFAULT_EXPONENT 65537

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)

/* What is left, and whether anything was missing so far. */
typedef struct {
  const uint8_t *p, *end;
  bool cut;
} Reader;

static Reader
begin(FidotoolSlice bytes)
{
  static const uint8_t nothing;
  const uint8_t *p = bytes.data ? bytes.data : &nothing;

  return (Reader){p, p + bytes.len, false};
}

static FidotoolSlice
take(Reader *reader, size_t len)
{
  FidotoolSlice slice = {reader->p, len};

  if (reader->cut || (size_t)(reader->end - reader->p) < len) {
    reader->cut = true;
    return (FidotoolSlice){NULL, 0};
  }
  reader->p += len;
  return slice;
}

static uint32_t
take_number(Reader *reader, size_t len)
{
  FidotoolSlice bytes = take(reader, len);
  uint32_t number = 0;

  for (size_t i = 0; i < bytes.len; i++)
    number = number << 8 | bytes.data[i];
  return number;
}

static uint16_t
take_16(Reader *reader)
{
  return (uint16_t)take_number(reader, 2);
}

/* TPM2B: a length, and so many bytes. */
static FidotoolSlice
take_sized(Reader *reader)
{
  return take(reader, take_16(reader));
}

static FidotoolSlice
strip(FidotoolSlice number)
{
  while (number.len > 0 && number.data[0] == 0) {
    number.data++;
    number.len--;
  }
  return number;
}

/* TPMT_SYM_DEF_OBJECT: an algorithm, and unless it is none its key bits and
 * its mode. */
static void
skip_symmetric(Reader *reader)
{
  if (take_16(reader) != ALG_NULL)
    take(reader, 4);
}

/* TPMT_..._SCHEME: an algorithm, and unless it is none its digest; ECDAA has a
 * count besides. */
static void
skip_scheme(Reader *reader)
{
  uint16_t alg = take_16(reader);

  if (alg != ALG_NULL)
    take(reader, alg == ALG_ECDAA ? 4 : 2);
}

const char *
fidotool_tpm_public(FidotoolSlice bytes, FidotoolTpmPublic *ret_public)
{
  Reader reader = begin(bytes);
  FidotoolTpmPublic area = {0};

  area.type = take_16(&reader);
  area.name_alg = take_16(&reader);
  take(&reader, 4);    /* objectAttributes */
  take_sized(&reader); /* authPolicy */
  if (!reader.cut && area.type != ALG_RSA && area.type != ALG_ECC)
    return "pubArea holds neither an RSA nor an ECC key";
  skip_symmetric(&reader);
  skip_scheme(&reader);
  if (area.type == ALG_RSA) {
    area.bits = take_16(&reader);
    area.exponent = take_number(&reader, 4);
    if (area.exponent == 0)
      area.exponent = DEFAULT_EXPONENT;
    area.first = strip(take_sized(&reader));
  } else {
    area.curve = take_16(&reader);
    skip_scheme(&reader); /* kdf */
    area.first = strip(take_sized(&reader));
    area.second = strip(take_sized(&reader));
  }
  if (reader.cut)
    return "pubArea is cut off";
  if (reader.p != reader.end)
    return "bytes are left over after pubArea";
  *ret_public = area;
  return NULL;
}

const char *
fidotool_tpm_attest(FidotoolSlice bytes, FidotoolTpmAttest *ret_attest)
{
  Reader reader = begin(bytes);
  FidotoolTpmAttest attest = {0};

  attest.magic = take_number(&reader, 4);
  attest.type = take_16(&reader);
  take_sized(&reader); /* qualifiedSigner */
  attest.extra_data = take_sized(&reader);
  take(&reader, CLOCK_LEN + FIRMWARE_LEN);
  if (reader.cut)
    return "certInfo is cut off";
  attest.attested = (FidotoolSlice){reader.p, (size_t)(reader.end - reader.p)};
  *ret_attest = attest;
  return NULL;
}

const char *
fidotool_tpm_certified(FidotoolSlice attested, FidotoolSlice *ret_name)
{
  Reader reader = begin(attested);
  FidotoolSlice name = take_sized(&reader);

  take_sized(&reader); /* qualifiedName */
  if (reader.cut)
    return "certInfo is cut off";
  if (reader.p != reader.end)
    return "bytes are left over after certInfo";
  *ret_name = name;
  return NULL;
}

bool
fidotool_tpm_unwrap(FidotoolSlice bytes, FidotoolSlice *ret_inner)
{
  Reader reader = begin(bytes);
  FidotoolSlice inner = take_sized(&reader);
  FidotoolTpmPublic area;

  if (reader.cut || reader.p != reader.end ||
      fidotool_tpm_public(inner, &area) != NULL)
    return false;
  *ret_inner = inner;
  return true;
}

const char *
fidotool_tpm_digest_name(uint16_t alg)
{
  static const struct {
    uint16_t alg;
    const char *name;
  } digests[] = {
      {0x0004, "SHA1"},
      {0x000b, "SHA256"},
      {0x000c, "SHA384"},
      {0x000d, "SHA512"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(digests); i++)
    if (digests[i].alg == alg)
      return digests[i].name;
  return NULL;
}

static bool
is_number(EVP_PKEY *pkey, const char *name, FidotoolSlice bytes)
{
  BIGNUM *got = NULL;
  g_autoptr(BIGNUM) wanted = BN_bin2bn(bytes.data, (int)bytes.len, NULL);
  bool same = EVP_PKEY_get_bn_param(pkey, name, &got) == 1 && wanted != NULL &&
              BN_cmp(got, wanted) == 0;

  BN_free(got);
  return same;
}

static const char *
compare_rsa(const FidotoolTpmPublic *area, EVP_PKEY *pkey)
{
  uint8_t exponent[4] = {
      (uint8_t)(area->exponent >> 24), (uint8_t)(area->exponent >> 16),
      (uint8_t)(area->exponent >> 8), (uint8_t)area->exponent};

  if (!EVP_PKEY_is_a(pkey, "RSA"))
    return "pubArea holds a key of another type";
  if (EVP_PKEY_get_bits(pkey) != area->bits)
    return "pubArea names another length of key";
  if (!is_number(pkey, OSSL_PKEY_PARAM_RSA_E,
                 (FidotoolSlice){exponent, sizeof(exponent)}))
    return "pubArea has another exponent";
  return is_number(pkey, OSSL_PKEY_PARAM_RSA_N, area->first)
             ? NULL
             : "pubArea holds another key";
}

static const char *
compare_ecc(const FidotoolTpmPublic *area, const FidotoolCose *key,
            EVP_PKEY *pkey)
{
  static const struct {
    uint16_t curve;
    size_t field_len;
  } curves[] = {{0x0003, 32}, {0x0004, 48}, {0x0005, 66}};
  size_t len = 0;

  if (!key->is_ec)
    return "pubArea holds a key of another type";
  for (size_t i = 0; i < G_N_ELEMENTS(curves); i++)
    if (curves[i].curve == area->curve)
      len = curves[i].field_len;
  if (key->x.len != len)
    return "pubArea names another curve";
  return pkey != NULL &&
                 is_number(pkey, OSSL_PKEY_PARAM_EC_PUB_X, area->first) &&
                 is_number(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, area->second)
             ? NULL
             : "pubArea holds another key";
}

const char *
fidotool_tpm_same_key(const FidotoolTpmPublic *area, const FidotoolCose *key)
{
  g_autoptr(EVP_PKEY) pkey = fidotool_cose_pkey(key);

  return area->type == ALG_RSA ? compare_rsa(area, pkey)
                               : compare_ecc(area, key, pkey);
}
