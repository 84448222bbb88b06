/* SPDX-License-Identifier: Apache-2.0 */
/* bytes-digest.c - the part of bytes.h for which OpenSSL is loaded. */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "fidotool/bytes.h"

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
