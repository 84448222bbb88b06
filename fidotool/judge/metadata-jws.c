/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-jws.c - reads and verifies a compact JWS with x5c. Two algorithms,
 * no others: nothing in a header chooses how it is checked. */
#include "fidotool/judge/metadata-jws.h"

#include <string.h>

#include <openssl/ecdsa.h>

#include "fidotool/bytes.h"
#include "fidotool/json.h"
#include "fidotool/judge/cose.h"
#include "fidotool/types.h"

#define M1 "metadata/M1"
#define M2 "metadata/M2"
/* r and s of P-256, each. */
#define ES256_HALF 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

/* Six bits of a letter, 0xff for what is none. */
static const uint8_t *
decode_table(void)
{
  static const char letters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  static uint8_t table[256];
  static gsize once;

  if (g_once_init_enter(&once)) {
    memset(table, 0xff, sizeof(table));
    for (uint8_t i = 0; i < 64; i++)
      table[(uint8_t)letters[i]] = i;
    g_once_init_leave(&once, 1);
  }
  return table;
}

/* The two or three letters at the end; false where bits are left over. */
static bool
decode_tail(const uint8_t *table, FidotoolSlice tail, uint8_t *out)
{
  uint32_t bits = 0;
  unsigned left = tail.len == 2 ? 4 : 2;

  for (size_t i = 0; i < tail.len; i++) {
    if (table[tail.data[i]] == 0xff)
      return false;
    bits = bits << 6 | table[tail.data[i]];
  }
  if ((bits & ((1u << left) - 1)) != 0)
    return false;
  bits >>= left;
  if (tail.len == 3)
    *out++ = (uint8_t)(bits >> 8);
  *out = (uint8_t)bits;
  return true;
}

GBytes *
fidotool_metadata_jws_decode(FidotoolSlice text)
{
  const uint8_t *table = decode_table();
  size_t whole = text.len / 4, rest = text.len % 4;
  size_t len = 3 * whole + (rest == 0 ? 0 : rest - 1);
  g_autofree uint8_t *data = NULL;
  const uint8_t *p = text.data;
  uint8_t *out;

  if (rest == 1)
    return NULL;
  data = g_malloc(len + 1);
  out = data;
  for (size_t i = 0; i < whole; i++, p += 4, out += 3) {
    uint8_t a = table[p[0]], b = table[p[1]], c = table[p[2]], d = table[p[3]];

    if ((a | b | c | d) & 0x80)
      return NULL;
    out[0] = (uint8_t)(a << 2 | b >> 4);
    out[1] = (uint8_t)(b << 4 | c >> 2);
    out[2] = (uint8_t)(c << 6 | d);
  }
  if (rest != 0 && !decode_tail(table, (FidotoolSlice){p, rest}, out))
    return NULL;
  return g_bytes_new_take(g_steal_pointer(&data), len);
}

/* Three parts and no fourth; the end's white space is no part of it. */
static bool
split(FidotoolSlice text, FidotoolSlice parts[3])
{
  while (text.len > 0 && g_ascii_isspace((char)text.data[text.len - 1]))
    text.len--;
  for (int i = 0; i < 3; i++) {
    const uint8_t *dot = text.len > 0 ? memchr(text.data, '.', text.len) : NULL;
    size_t len = dot ? (size_t)(dot - text.data) : text.len;

    if ((dot == NULL) != (i == 2) || len == 0)
      return false;
    parts[i] = (FidotoolSlice){text.data, len};
    if (dot != NULL)
      text = (FidotoolSlice){dot + 1, text.len - len - 1};
  }
  return true;
}

/* x5c is base64 with padding, unlike all else here (RFC 7515, 4.1.6). */
static const char *
read_certificates(const FidotoolJson *header, FidotoolMetadataJws *jws)
{
  const FidotoolJson *x5c = fidotool_json_get(header, "x5c");
  g_autoptr(GPtrArray) owned =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  FidotoolSlice slices[FIDOTOOL_CERTIFICATE_MAX_COUNT];
  size_t count = fidotool_json_size(x5c);
  const char *why = NULL;

  if (fidotool_json_get(header, "x5u") != NULL)
    return "it has x5u, which would have to be fetched";
  if (fidotool_json_type(x5c) != FIDOTOOL_JSON_ARRAY || count == 0 ||
      count > FIDOTOOL_CERTIFICATE_MAX_COUNT)
    return "x5c is missing, empty or too long";
  for (size_t i = 0; i < count; i++) {
    const char *text = fidotool_json_text(fidotool_json_at(x5c, i));
    GBytes *der = text ? fidotool_bytes_unbase64(text) : NULL;

    if (der == NULL)
      return "a certificate is not base64";
    g_ptr_array_add(owned, der);
    slices[i].data = g_bytes_get_data(der, &slices[i].len);
  }
  jws->certificates = fidotool_certificate_list_parse(slices, count, &why);
  return why;
}

static const char *
read_header(const FidotoolJson *header, FidotoolMetadataJws *jws,
            const char **ret_id)
{
  const char *alg = fidotool_json_get_text(header, "alg");
  const FidotoolJson *type = fidotool_json_get(header, "typ");

  *ret_id = M1;
  if (fidotool_json_type(header) != FIDOTOOL_JSON_OBJECT)
    return "the header is no JSON object";
  if (g_strcmp0(alg, "RS256") == 0)
    jws->alg = FIDOTOOL_ALG_RS256;
  else if (g_strcmp0(alg, "ES256") == 0)
    jws->alg = FIDOTOOL_ALG_ES256;
  else
    return "the algorithm is neither RS256 nor ES256";
  if (type != NULL && g_strcmp0(fidotool_json_text(type), "JWT") != 0)
    return "the type is not JWT";
  if (fidotool_json_get(header, "crit") != NULL)
    return "it demands an extension that we do not know";
  *ret_id = M2;
  return read_certificates(header, jws);
}

/* r || s (RFC 7518, 3.4) to what COSE and OpenSSL call a signature. */
static GBytes *
wrap_numbers(GBytes *raw)
{
  const uint8_t *data = g_bytes_get_data(raw, NULL);
  g_autoptr(ECDSA_SIG) numbers = ECDSA_SIG_new();
  uint8_t *der = NULL;
  int der_len;
  GBytes *bytes;

  if (ECDSA_SIG_set0(numbers, BN_bin2bn(data, ES256_HALF, NULL),
                     BN_bin2bn(data + ES256_HALF, ES256_HALF, NULL)) != 1)
    return NULL;
  der_len = i2d_ECDSA_SIG(numbers, &der);
  if (der_len <= 0)
    return NULL;
  bytes = g_bytes_new(der, (size_t)der_len);
  OPENSSL_free(der);
  return bytes;
}

static const char *
read_signature(FidotoolSlice part, FidotoolMetadataJws *jws)
{
  g_autoptr(GBytes) raw = fidotool_metadata_jws_decode(part);

  if (raw == NULL)
    return "the signature is not base64url";
  jws->is_loose = jws->alg == FIDOTOOL_ALG_ES256 &&
                  g_bytes_get_size(raw) != 2 * (size_t)ES256_HALF;
  if (jws->alg == FIDOTOOL_ALG_ES256 && !jws->is_loose)
    jws->sig = wrap_numbers(raw);
  else
    jws->sig = g_steal_pointer(&raw);
  return jws->sig == NULL ? "the signature cannot be read" : NULL;
}

const char *
fidotool_metadata_jws_parse(FidotoolSlice text, FidotoolMetadataJws *ret_jws,
                            const char **ret_id)
{
  FidotoolSlice parts[3];
  g_autoptr(GBytes) header_bytes = NULL;
  g_autoptr(FidotoolJson) header = NULL;
  const char *why;

  *ret_jws = (FidotoolMetadataJws){0};
  *ret_id = M1;
  if (text.len > FIDOTOOL_METADATA_JWS_MAX)
    return "it is larger than we read";
  if (!split(text, parts))
    return "it is not of three parts";
  if (parts[0].len > FIDOTOOL_METADATA_JWS_HEADER_MAX)
    return "the header is larger than we read";
  header_bytes = fidotool_metadata_jws_decode(parts[0]);
  if (header_bytes == NULL)
    return "the header is not base64url";
  header = fidotool_json_parse(g_bytes_get_data(header_bytes, NULL),
                               g_bytes_get_size(header_bytes), NULL);
  why = read_header(header, ret_jws, ret_id);
  if (why != NULL)
    return why;
  *ret_id = M1;
  why = read_signature(parts[2], ret_jws);
  if (why != NULL)
    return why;
  ret_jws->payload = fidotool_metadata_jws_decode(parts[1]);
  ret_jws->signed_part = (FidotoolSlice){
      parts[0].data, (size_t)(parts[1].data - parts[0].data) + parts[1].len};
  return ret_jws->payload == NULL ? "the payload is not base64url" : NULL;
}

const char *
fidotool_metadata_jws_verify(const FidotoolMetadataJws *jws)
{
  FidotoolSlice none = {0}, sig;

  sig.data = g_bytes_get_data(jws->sig, &sig.len);
  return fidotool_cose_verify(jws->alg,
                              X509_get0_pubkey(jws->certificates->x509[0]),
                              jws->signed_part, none, sig);
}

void
fidotool_metadata_jws_clear(FidotoolMetadataJws *jws)
{
  g_clear_pointer(&jws->payload, g_bytes_unref);
  g_clear_pointer(&jws->sig, g_bytes_unref);
  g_clear_pointer(&jws->certificates, fidotool_certificate_list_unref);
}
