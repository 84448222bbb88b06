/* SPDX-License-Identifier: Apache-2.0 */
/* sshsig.c - SSHSIG blobs: put together from what a key answered, and taken
 * apart strictly. Signatures are judged with libcrypto alone. */
#include "recovery/format/sshsig.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/ssh-wire.h"

#define MAGIC "SSHSIG"
#define MAGIC_LEN 6
/* A blob has some 340 bytes. */
#define BLOB_MAX 4096
#define COLUMNS 70
#define BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define END "-----END SSH SIGNATURE-----\n"

static const char *const type_names[] = {
    [RECOVERY_SSHSIG_SK_ECDSA] = "sk-ecdsa-sha2-nistp256@openssh.com",
    [RECOVERY_SSHSIG_SK_ED25519] = "sk-ssh-ed25519@openssh.com",
    [RECOVERY_SSHSIG_ED25519] = "ssh-ed25519",
};

static bool
fail(GError **error, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "signature: %s",
              why);
  return false;
}

const char *
recovery_sshsig_type_name(RecoverySshsigType type)
{
  return type_names[type];
}

/* Keys */

GBytes *
recovery_sshsig_write_key(const RecoverySshsigKey *key)
{
  GByteArray *out = g_byte_array_new();

  recovery_ssh_wire_put_text(out, type_names[key->type]);
  if (key->type == RECOVERY_SSHSIG_SK_ECDSA) {
    recovery_ssh_wire_put_text(out, "nistp256");
    recovery_ssh_wire_put_string(out, key->point, 65);
  } else {
    recovery_ssh_wire_put_string(out, key->point, 32);
  }
  if (key->type != RECOVERY_SSHSIG_ED25519)
    recovery_ssh_wire_put_text(out, key->application);
  return g_byte_array_free_to_bytes(out);
}

/* The key as libcrypto has it; NULL when it is no point of the curve. */
static EVP_PKEY *
load_key(const RecoverySshsigKey *key)
{
  EVP_PKEY_CTX *context;
  EVP_PKEY *pkey = NULL;
  OSSL_PARAM params[3];

  if (key->type != RECOVERY_SSHSIG_SK_ECDSA)
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->point, 32);
  params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                               (char *)"prime256v1", 0);
  params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                                (void *)key->point, 65);
  params[2] = OSSL_PARAM_construct_end();
  context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  if (EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
    pkey = NULL;
  EVP_PKEY_CTX_free(context);
  return pkey;
}

static bool
find_type(const RecoverySshSpan *name, RecoverySshsigType *ret_type)
{
  for (size_t i = 0; i < G_N_ELEMENTS(type_names); i++)
    if (recovery_ssh_wire_is_text(name, type_names[i])) {
      *ret_type = (RecoverySshsigType)i;
      return true;
    }
  return false;
}

bool
recovery_sshsig_read_key(const void *data, size_t len,
                         RecoverySshsigKey *ret_key, GError **error)
{
  RecoverySshSpan span = {data, len}, part;
  RecoverySshsigKey key = {0};
  size_t point_len = 32;
  EVP_PKEY *pkey;

  if (!recovery_ssh_wire_get_string(&span, &part) ||
      !find_type(&part, &key.type))
    return fail(error, "a public key of another type");
  if (key.type == RECOVERY_SSHSIG_SK_ECDSA) {
    point_len = 65;
    if (!recovery_ssh_wire_get_string(&span, &part) ||
        !recovery_ssh_wire_is_text(&part, "nistp256"))
      return fail(error, "a public key on another curve");
  }
  if (!recovery_ssh_wire_get_string(&span, &part) || part.len != point_len ||
      (point_len == 65 && part.p[0] != 0x04))
    return fail(error, "a public key of another form");
  memcpy(key.point, part.p, point_len);
  if (key.type != RECOVERY_SSHSIG_ED25519 &&
      (!recovery_ssh_wire_get_string(&span, &part) ||
       !recovery_ssh_wire_copy_text(&part, key.application,
                                    sizeof(key.application))))
    return fail(error, "a public key without application");
  if (span.len != 0)
    return fail(error, "bytes after the public key");
  pkey = load_key(&key);
  if (pkey == NULL)
    return fail(error, "a public key that is no point of its curve");
  EVP_PKEY_free(pkey);
  *ret_key = key;
  return true;
}

/* What is signed */

GBytes *
recovery_sshsig_tosign(const char *name_space, const void *message, size_t len)
{
  GByteArray *out = g_byte_array_new();
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  fidotool_bytes_sha256(message, len, digest);
  g_byte_array_append(out, (const uint8_t *)MAGIC, MAGIC_LEN);
  recovery_ssh_wire_put_text(out, name_space);
  recovery_ssh_wire_put_text(out, "");
  recovery_ssh_wire_put_text(out, "sha256");
  recovery_ssh_wire_put_string(out, digest, sizeof(digest));
  return g_byte_array_free_to_bytes(out);
}

void
recovery_sshsig_client_data_hash(const char *name_space, const void *message,
                                 size_t len, uint8_t ret_hash[32])
{
  g_autoptr(GBytes) tosign = recovery_sshsig_tosign(name_space, message, len);

  fidotool_bytes_sha256(g_bytes_get_data(tosign, NULL),
                        g_bytes_get_size(tosign), ret_hash);
}

void
recovery_sshsig_machine_message(const void *statement, size_t len,
                                const void *blob, size_t blob_len,
                                uint8_t ret_message[64])
{
  fidotool_bytes_sha256(statement, len, ret_message);
  fidotool_bytes_sha256(blob, blob_len, ret_message + 32);
}

static GBytes *
write_blob(const RecoverySshsigKey *key, const char *name_space,
           const GByteArray *signature)
{
  g_autoptr(GBytes) key_bytes = recovery_sshsig_write_key(key);
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, (const uint8_t *)MAGIC, MAGIC_LEN);
  recovery_ssh_wire_put_u32(out, 1);
  recovery_ssh_wire_put_string(out, g_bytes_get_data(key_bytes, NULL),
                               g_bytes_get_size(key_bytes));
  recovery_ssh_wire_put_text(out, name_space);
  recovery_ssh_wire_put_text(out, "");
  recovery_ssh_wire_put_text(out, "sha256");
  recovery_ssh_wire_put_string(out, signature->data, signature->len);
  return g_byte_array_free_to_bytes(out);
}

/* r and s of a DER signature as one string of two mpints. */
static bool
put_ecdsa(GByteArray *out, const void *der, size_t len)
{
  g_autoptr(GByteArray) numbers = g_byte_array_new();
  const uint8_t *p = der;
  ECDSA_SIG *signature = len > 80 ? NULL : d2i_ECDSA_SIG(NULL, &p, (long)len);
  const BIGNUM *r, *s;
  bool good;

  if (signature == NULL)
    return false;
  ECDSA_SIG_get0(signature, &r, &s);
  good = p == (const uint8_t *)der + len && !BN_is_negative(r) &&
         !BN_is_zero(r) && BN_num_bytes(r) <= 32 && !BN_is_negative(s) &&
         !BN_is_zero(s) && BN_num_bytes(s) <= 32;
  if (good) {
    recovery_ssh_wire_put_mpint(numbers, r);
    recovery_ssh_wire_put_mpint(numbers, s);
    recovery_ssh_wire_put_string(out, numbers->data, numbers->len);
  }
  ECDSA_SIG_free(signature);
  return good;
}

GBytes *
recovery_sshsig_from_assertion(const RecoverySshsigKey *key,
                               const char *name_space,
                               const uint8_t auth_data[37],
                               const void *signature, size_t len,
                               GError **error)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  fidotool_bytes_sha256(key->application, strlen(key->application), digest);
  if (memcmp(digest, auth_data, sizeof(digest)) != 0) {
    fail(error, "the key answered for another relying party");
    return NULL;
  }
  recovery_ssh_wire_put_text(out, type_names[key->type]);
  if (key->type == RECOVERY_SSHSIG_SK_ED25519 && len == 64) {
    recovery_ssh_wire_put_string(out, signature, len);
  } else if (key->type != RECOVERY_SSHSIG_SK_ECDSA ||
             !put_ecdsa(out, signature, len)) {
    fail(error, "what the key answered is no signature of its kind");
    return NULL;
  }
  g_byte_array_append(out, auth_data + 32, 5);
  return write_blob(key, name_space, out);
}

GBytes *
recovery_sshsig_sign(EVP_PKEY *key, const char *name_space, const void *message,
                     size_t len, GError **error)
{
  g_autoptr(GBytes) tosign = recovery_sshsig_tosign(name_space, message, len);
  g_autoptr(GByteArray) out = g_byte_array_new();
  RecoverySshsigKey own = {.type = RECOVERY_SSHSIG_ED25519};
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  uint8_t signature[64];
  size_t key_len = 32, signature_len = sizeof(signature);
  bool good = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 &&
              EVP_PKEY_get_raw_public_key(key, own.point, &key_len) == 1 &&
              EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(context, signature, &signature_len,
                             g_bytes_get_data(tosign, NULL),
                             g_bytes_get_size(tosign)) == 1;

  EVP_MD_CTX_free(context);
  if (!good) {
    fail(error, "this machine's key cannot sign");
    return NULL;
  }
  recovery_ssh_wire_put_text(out, type_names[own.type]);
  recovery_ssh_wire_put_string(out, signature, signature_len);
  return write_blob(&own, name_space, out);
}

/* Checking */

/* The two mpints as DER; NULL when they are written in any second way. */
static GBytes *
read_ecdsa(RecoverySshSpan numbers)
{
  BIGNUM *r = recovery_ssh_wire_get_mpint(&numbers);
  BIGNUM *s = recovery_ssh_wire_get_mpint(&numbers);
  ECDSA_SIG *signature = ECDSA_SIG_new();
  uint8_t *der = NULL;
  GBytes *bytes;
  int len;

  if (r == NULL || s == NULL || numbers.len != 0 ||
      ECDSA_SIG_set0(signature, r, s) != 1) {
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    return NULL;
  }
  len = i2d_ECDSA_SIG(signature, &der);
  bytes = len <= 0 ? NULL : g_bytes_new(der, (size_t)len);
  OPENSSL_free(der);
  ECDSA_SIG_free(signature);
  return bytes;
}

static bool
verify_bytes(const RecoverySshsigKey *key, GBytes *signature, const void *data,
             size_t len)
{
  EVP_PKEY *pkey = load_key(key);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  const EVP_MD *digest =
      key->type == RECOVERY_SSHSIG_SK_ECDSA ? EVP_sha256() : NULL;
  bool good = pkey != NULL &&
              EVP_DigestVerifyInit(context, NULL, digest, NULL, pkey) == 1 &&
              EVP_DigestVerify(context, g_bytes_get_data(signature, NULL),
                               g_bytes_get_size(signature), data, len) == 1;

  EVP_MD_CTX_free(context);
  EVP_PKEY_free(pkey);
  return good;
}

/* The signature field: type, numbers, and for people flags and counter. */
static GBytes *
read_signature(RecoverySshSpan field, RecoverySshsigSeen *seen)
{
  RecoverySshSpan part, bytes;
  const uint8_t *flags;

  if (!recovery_ssh_wire_get_string(&field, &part) ||
      !recovery_ssh_wire_is_text(&part, type_names[seen->key.type]) ||
      !recovery_ssh_wire_get_string(&field, &bytes))
    return NULL;
  if (seen->key.type != RECOVERY_SSHSIG_ED25519) {
    if (!recovery_ssh_wire_get_bytes(&field, 1, &flags) ||
        !recovery_ssh_wire_get_u32(&field, &seen->counter))
      return NULL;
    seen->flags = *flags;
  }
  if (field.len != 0)
    return NULL;
  if (seen->key.type == RECOVERY_SSHSIG_SK_ECDSA)
    return read_ecdsa(bytes);
  return bytes.len == 64 ? g_bytes_new(bytes.p, bytes.len) : NULL;
}

/* All of a blob but whether its signature holds. */
static GBytes *
read_blob(const void *blob, size_t len, RecoverySshsigSeen *seen,
          GError **error)
{
  RecoverySshSpan span = {blob, len}, part;
  const uint8_t *magic;
  uint32_t version;
  GBytes *signature;

  if (len > BLOB_MAX ||
      !recovery_ssh_wire_get_bytes(&span, MAGIC_LEN, &magic) ||
      memcmp(magic, MAGIC, MAGIC_LEN) != 0 ||
      !recovery_ssh_wire_get_u32(&span, &version) || version != 1 ||
      !recovery_ssh_wire_get_string(&span, &part)) {
    fail(error, "no SSHSIG of version 1");
    return NULL;
  }
  if (!recovery_sshsig_read_key(part.p, part.len, &seen->key, error))
    return NULL;
  if (!recovery_ssh_wire_get_string(&span, &part) ||
      !recovery_ssh_wire_copy_text(&part, seen->namespace,
                                   sizeof(seen->namespace)) ||
      !recovery_ssh_wire_get_string(&span, &part) || part.len != 0 ||
      !recovery_ssh_wire_get_string(&span, &part) ||
      !recovery_ssh_wire_is_text(&part, "sha256") ||
      !recovery_ssh_wire_get_string(&span, &part) || span.len != 0) {
    fail(error, "an SSHSIG of another form");
    return NULL;
  }
  signature = read_signature(part, seen);
  if (signature == NULL)
    fail(error, "a signature of another form");
  return signature;
}

bool
recovery_sshsig_read(const void *blob, size_t len, RecoverySshsigSeen *ret_seen,
                     GError **error)
{
  RecoverySshsigSeen seen = {0};
  g_autoptr(GBytes) signature = read_blob(blob, len, &seen, error);

  if (signature == NULL)
    return false;
  *ret_seen = seen;
  return true;
}

/* What a FIDO key signs: authenticator data and client data hash. */
static GBytes *
make_signed(const RecoverySshsigSeen *seen, GBytes *tosign)
{
  GByteArray *out;
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  if (seen->key.type == RECOVERY_SSHSIG_ED25519)
    return g_bytes_ref(tosign);
  out = g_byte_array_new();
  fidotool_bytes_sha256(seen->key.application, strlen(seen->key.application),
                        digest);
  g_byte_array_append(out, digest, sizeof(digest));
  g_byte_array_append(out, &seen->flags, 1);
  recovery_ssh_wire_put_u32(out, seen->counter);
  fidotool_bytes_sha256(g_bytes_get_data(tosign, NULL),
                        g_bytes_get_size(tosign), digest);
  g_byte_array_append(out, digest, sizeof(digest));
  return g_byte_array_free_to_bytes(out);
}

bool
recovery_sshsig_check(const void *blob, size_t blob_len,
                      const RecoverySshsigKey *key, const char *name_space,
                      const void *message, size_t len,
                      RecoverySshsigSeen *ret_seen, GError **error)
{
  RecoverySshsigSeen seen = {0};
  g_autoptr(GBytes) signature = read_blob(blob, blob_len, &seen, error);
  g_autoptr(GBytes) expected = NULL, found = NULL, tosign = NULL, data = NULL;

  if (signature == NULL)
    return false;
  expected = recovery_sshsig_write_key(key);
  found = recovery_sshsig_write_key(&seen.key);
  if (!g_bytes_equal(expected, found))
    return fail(error, "made by another key");
  if (strcmp(seen.namespace, name_space) != 0)
    return fail(error, "made for another namespace");
  tosign = recovery_sshsig_tosign(name_space, message, len);
  data = make_signed(&seen, tosign);
  if (!verify_bytes(&seen.key, signature, g_bytes_get_data(data, NULL),
                    g_bytes_get_size(data)))
    return fail(error, "does not hold for these bytes");
  *ret_seen = seen;
  return true;
}

bool
recovery_sshsig_flags_ok(uint8_t flags)
{
  return (flags & 0xdd) == 0x05;
}

/* Armour */

char *
recovery_sshsig_armour(const void *blob, size_t len)
{
  g_autofree char *base64 = fidotool_bytes_base64(blob, len);
  g_autoptr(GString) out = g_string_new(BEGIN);
  size_t left = strlen(base64);

  for (const char *p = base64; left > 0; p += COLUMNS) {
    size_t part = MIN(left, COLUMNS);

    g_string_append_len(out, p, (gssize)part);
    g_string_append_c(out, '\n');
    left -= part;
    if (left == 0)
      break;
  }
  g_string_append(out, END);
  return g_string_free(g_steal_pointer(&out), false);
}

GBytes *
recovery_sshsig_unarmour(const char *text, size_t len, GError **error)
{
  size_t begin = strlen(BEGIN), end = strlen(END);
  g_autoptr(GString) base64 = g_string_new(NULL);
  g_autoptr(GBytes) blob = NULL;
  g_autofree char *again = NULL;

  if (len > begin + end && len < 2 * BLOB_MAX) {
    for (const char *p = text + begin; p < text + len - end; p++)
      if (*p != '\n')
        g_string_append_c(base64, *p);
    blob = fidotool_bytes_unbase64(base64->str);
  }
  if (blob != NULL)
    again = recovery_sshsig_armour(g_bytes_get_data(blob, NULL),
                                   g_bytes_get_size(blob));
  /* One spelling: only what would be written again is accepted. */
  if (again == NULL || strlen(again) != len || memcmp(again, text, len) != 0) {
    fail(error, "armour of another form");
    return NULL;
  }
  return g_steal_pointer(&blob);
}
