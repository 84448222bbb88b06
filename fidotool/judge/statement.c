/* SPDX-License-Identifier: Apache-2.0 */
/* statement.c - members, certificates and signed bytes of a statement. */
#include "fidotool/judge/statement.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

/* The certificates into ceremony->x5c; too many or too long ones never get
 * as far as a signature. */
static const char *
read_list(FidotoolCeremony *ceremony, const FidotoolCbor *list)
{
  FidotoolSlice rest = list->body;
  FidotoolCbor item;

  if (list->type != FIDOTOOL_CBOR_ARRAY)
    return "x5c is no array";
  if (list->argument > FIDOTOOL_CERTIFICATE_MAX_COUNT)
    return "x5c has too many certificates";
  while (fidotool_cbor_next(&rest, &item)) {
    if (item.type != FIDOTOOL_CBOR_BYTES ||
        item.body.len > FIDOTOOL_CERTIFICATE_MAX_LEN)
      return "a certificate in x5c is no byte string, or too long";
    ceremony->x5c[ceremony->x5c_count++] = item.body;
  }
  ceremony->has_x5c = true;
  return NULL;
}

const char *
fidotool_statement_x5c(FidotoolCeremony *ceremony)
{
  FidotoolCbor value;

  if (ceremony->statement.type != FIDOTOOL_CBOR_MAP)
    return "it is no map";
  if (!fidotool_cbor_find_text(&ceremony->statement, "x5c", &value))
    return "x5c is missing";
  return read_list(ceremony, &value);
}

const char *
fidotool_statement_alg(FidotoolCeremony *ceremony)
{
  FidotoolCbor value;

  if (!fidotool_cbor_find_text(&ceremony->statement, "alg", &value) ||
      !fidotool_cbor_int(&value, &ceremony->statement_alg))
    return "alg is missing, or is no number";
  return NULL;
}

const char *
fidotool_statement_sig(FidotoolCeremony *ceremony)
{
  FidotoolCbor value;

  if (!fidotool_cbor_find_text(&ceremony->statement, "sig", &value) ||
      value.type != FIDOTOOL_CBOR_BYTES)
    return "sig is missing, or is no byte string";
  ceremony->statement_sig = value.body;
  return NULL;
}

const char *
fidotool_statement_bytes(const FidotoolCeremony *ceremony, const char *name,
                         FidotoolSlice *ret_bytes)
{
  FidotoolCbor value;

  if (!fidotool_cbor_find_text(&ceremony->statement, name, &value) ||
      value.type != FIDOTOOL_CBOR_BYTES || value.body.len == 0)
    return "a member is missing, is empty, or is no byte string";
  *ret_bytes = value.body;
  return NULL;
}

const char *
fidotool_statement_size(const FidotoolCeremony *ceremony, uint64_t count)
{
  if (ceremony->statement.type != FIDOTOOL_CBOR_MAP)
    return "it is no map";
  return ceremony->statement.argument == count ? NULL
                                               : "it has an unknown member";
}

const char *
fidotool_statement_load(FidotoolCeremony *ceremony)
{
  const char *why = NULL;

  ceremony->certificates = fidotool_chain_load(ceremony->cache, ceremony->x5c,
                                               ceremony->x5c_count, &why);
  if (ceremony->certificates == NULL)
    return why;
  ceremony->cost += ceremony->certificates->cost;
  if (ceremony->cost <= FIDOTOOL_CEREMONY_MAX_COST)
    return NULL;
  g_clear_pointer(&ceremony->certificates, fidotool_certificate_list_unref);
  return "its signatures would cost more than we spend on one request";
}

X509 *
fidotool_statement_leaf(const FidotoolCeremony *ceremony)
{
  return ceremony->certificates ? ceremony->certificates->x509[0] : NULL;
}

const char *
fidotool_statement_verify_bytes(const FidotoolCeremony *ceremony,
                                FidotoolSlice first, FidotoolSlice second,
                                const char *id)
{
  const int64_t alg = ceremony->statement_alg;

  if (alg != FIDOTOOL_COSE_RS1 || !ceremony->options->allow_sha1)
    return fidotool_verifier_check(ceremony->certificates->leaf, alg, first,
                                   second, ceremony->statement_sig);
  fidotool_verdict_warn(ceremony->verdict, id,
                        "the signature is over SHA-1, which is weak");
  return fidotool_cose_verify_sha1(
      X509_get0_pubkey(fidotool_statement_leaf(ceremony)), first, second,
      ceremony->statement_sig);
}

const char *
fidotool_statement_verify(const FidotoolCeremony *ceremony, const char *id)
{
  FidotoolSlice hash = {ceremony->hash, sizeof(ceremony->hash)};

  return fidotool_statement_verify_bytes(ceremony, ceremony->auth.raw, hash,
                                         id);
}

const char *
fidotool_statement_verify_self(const FidotoolCeremony *ceremony)
{
  const FidotoolSlice hash = {ceremony->hash, sizeof(ceremony->hash)};

  return fidotool_cose_verify_own(&ceremony->auth.key, ceremony->auth.raw, hash,
                                  ceremony->statement_sig);
}

const char *
fidotool_statement_same_key(const FidotoolCeremony *ceremony)
{
  EVP_PKEY *leaf = X509_get0_pubkey(fidotool_statement_leaf(ceremony));
  g_autoptr(EVP_PKEY) key = fidotool_cose_pkey(&ceremony->auth.key);

  return key != NULL && EVP_PKEY_eq(leaf, key) == 1
             ? NULL
             : "the leaf's key is not the credential's";
}

size_t
fidotool_statement_digest(const FidotoolCeremony *ceremony, const char *name,
                          uint8_t ret_digest[64])
{
  g_autoptr(GByteArray) all = g_byte_array_new();
  size_t len = 0;

  g_byte_array_append(all, ceremony->auth.raw.data,
                      (guint)ceremony->auth.raw.len);
  g_byte_array_append(all, ceremony->hash, sizeof(ceremony->hash));
  return EVP_Q_digest(NULL, name, NULL, all->data, all->len, ret_digest,
                      &len) == 1
             ? len
             : 0;
}
