/* SPDX-License-Identifier: Apache-2.0 */
/* bytes.c - bytes as text and back; digests. Knows no format. */
#include "fidotool/bytes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

char *
fidotool_bytes_hex(const void *data, size_t len)
{
  static const char digits[] = "0123456789abcdef";
  const uint8_t *p = data;
  char *text = g_malloc(2 * len + 1);

  for (size_t i = 0; i < len; i++) {
    text[2 * i] = digits[p[i] >> 4];
    text[2 * i + 1] = digits[p[i] & 15];
  }
  text[2 * len] = '\0';
  return text;
}

static int
hex_value(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

bool
fidotool_bytes_unhex(const char *text, uint8_t *ret_data, size_t len)
{
  if (text == NULL || strlen(text) != 2 * len)
    return false;
  for (size_t i = 0; i < 2 * len; i++)
    if (hex_value(text[i]) < 0)
      return false;
  for (size_t i = 0; i < len; i++)
    ret_data[i] =
        (uint8_t)(hex_value(text[2 * i]) << 4 | hex_value(text[2 * i + 1]));
  return true;
}

char *
fidotool_bytes_base64(const void *data, size_t len)
{
  /* GLib returns NULL text for no bytes only in old versions; be plain. */
  return len == 0 ? g_strdup("") : g_base64_encode(data, len);
}

GBytes *
fidotool_bytes_unbase64(const char *text)
{
  g_autofree guchar *data = NULL;
  g_autofree char *again = NULL;
  gsize len = 0;

  if (text == NULL)
    return NULL;
  if (*text == '\0')
    return g_bytes_new(NULL, 0);
  data = g_base64_decode(text, &len);
  /* GLib skips what it does not know: only what it writes is accepted. */
  again = fidotool_bytes_base64(data, len);
  if (strcmp(again, text) != 0)
    return NULL;
  return g_bytes_new_take(g_steal_pointer(&data), len);
}

char *
fidotool_bytes_base64url(const void *data, size_t len)
{
  char *text = fidotool_bytes_base64(data, len);
  size_t end = strlen(text);

  while (end > 0 && text[end - 1] == '=')
    text[--end] = '\0';
  for (char *p = text; *p != '\0'; p++) {
    if (*p == '+')
      *p = '-';
    else if (*p == '/')
      *p = '_';
  }
  return text;
}

GBytes *
fidotool_bytes_unbase64url(const char *text)
{
  g_autoptr(GString) padded = NULL;

  if (text == NULL || strpbrk(text, "+/=") != NULL || strlen(text) % 4 == 1)
    return NULL;
  padded = g_string_new(text);
  for (char *p = padded->str; *p != '\0'; p++) {
    if (*p == '-')
      *p = '+';
    else if (*p == '_')
      *p = '/';
  }
  while (padded->len % 4 != 0)
    g_string_append_c(padded, '=');
  return fidotool_bytes_unbase64(padded->str);
}

/* Fetched once: a one-shot SHA256() looks its provider up each time. */
static const EVP_MD *
sha256(void)
{
  static gsize once;
  static EVP_MD *md;

  if (g_once_init_enter(&once)) {
    md = EVP_MD_fetch(NULL, "SHA256", NULL);
    g_assert(md != NULL);
    g_once_init_leave(&once, 1);
  }
  return md;
}

void
fidotool_bytes_sha256(const void *data, size_t len,
                      uint8_t ret_digest[FIDOTOOL_BYTES_SHA256])
{
  FidotoolPiece piece = {data, len};

  fidotool_bytes_sha256_of(&piece, 1, ret_digest);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

void
fidotool_bytes_sha256_of(const FidotoolPiece *pieces, size_t count,
                         uint8_t ret_digest[FIDOTOOL_BYTES_SHA256])
{
  g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
  int ok = ctx != NULL && EVP_DigestInit_ex2(ctx, sha256(), NULL) == 1;

  for (size_t i = 0; ok && i < count; i++)
    ok = EVP_DigestUpdate(ctx, pieces[i].data, pieces[i].len) == 1;
  ok = ok && EVP_DigestFinal_ex(ctx, ret_digest, NULL) == 1;
  g_assert(ok);
}

char *
fidotool_bytes_sha256_hex(const void *data, size_t len)
{
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  fidotool_bytes_sha256(data, len, digest);
  return fidotool_bytes_hex(digest, sizeof(digest));
}

void
fidotool_bytes_hmac(const void *key, size_t key_len, const void *data,
                    size_t len, uint8_t ret_mac[FIDOTOOL_BYTES_SHA256])
{
  unsigned int mac_len = FIDOTOOL_BYTES_SHA256;
  const uint8_t *mac =
      HMAC(sha256(), key, (int)key_len, data, len, ret_mac, &mac_len);

  g_assert(mac != NULL && mac_len == FIDOTOOL_BYTES_SHA256);
}

bool
fidotool_bytes_equal(const void *a, size_t a_len, const void *b, size_t b_len)
{
  return a_len == b_len && (a_len == 0 || CRYPTO_memcmp(a, b, a_len) == 0);
}
