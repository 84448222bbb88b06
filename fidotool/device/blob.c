/* SPDX-License-Identifier: Apache-2.0 */
/* blob.c - the array in fragments, its hash, and its elements. */
#include "fidotool/device/blob.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>
#include <zlib.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-item.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap.h"
#include "fidotool/error.h"

#define HASH 16
/* Of a message that is not the fragment (section 6.10.2). */
#define AROUND 64
#define MESSAGE_UNSAID 1024
#define MESSAGE_MAX 7609
#define TAG 16
/* The least that a key must have room for. */
#define CAPACITY_UNSAID 1024

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

bool
fidotool_blob_is_supported(const FidotoolInfo *info)
{
  return fidotool_info_option(info, "largeBlobs") == 1;
}

int
fidotool_blob_capacity(const FidotoolInfo *info)
{
  return (int)CLAMP(fidotool_json_get_int(info->json,
                                          "max_serialized_large_blob_array",
                                          CAPACITY_UNSAID),
                    0, FIDOTOOL_BLOB_ARRAY_MAX);
}

static size_t
max_fragment(const FidotoolInfo *info)
{
  int64_t max =
      fidotool_json_get_int(info->json, "max_msg_size", MESSAGE_UNSAID);

  return (size_t)CLAMP(max, MESSAGE_UNSAID, MESSAGE_MAX) - AROUND;
}

/* --- reading -------------------------------------------------------------- */

void
fidotool_blob_free(FidotoolBlob *blob)
{
  if (!blob)
    return;
  g_clear_pointer(&blob->raw, g_bytes_unref);
  g_clear_pointer(&blob->sealed, g_bytes_unref);
  g_free(blob);
}

/* {1: ciphertext, 2: nonce, 3: size}; anything else is kept as it is. */
static FidotoolBlob *
read_blob(const uint8_t *data, size_t len)
{
  FidotoolCborItem sealed, nonce, size;
  const FidotoolCborItemField fields[] = {
      {NULL, 1, FIDOTOOL_CBOR_ITEM_BYTES, true, &sealed},
      {NULL, 2, FIDOTOOL_CBOR_ITEM_BYTES, true, &nonce},
      {NULL, 3, FIDOTOOL_CBOR_ITEM_UNSIGNED, true, &size},
  };
  FidotoolBlob *blob = g_new0(FidotoolBlob, 1);

  blob->raw = g_bytes_new(data, len);
  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      sealed.len < TAG || nonce.len != sizeof(blob->nonce))
    return blob;
  blob->sealed = g_bytes_new(sealed.data, sealed.len);
  memcpy(blob->nonce, nonce.data, sizeof(blob->nonce));
  blob->size = size.value;
  return blob;
}

/* The elements, all of them up to the hash. */
static bool
read_blobs(const uint8_t *data, size_t len, GPtrArray *blobs)
{
  FidotoolCborItemCursor cursor = {data, len, true};
  FidotoolCborItem head;

  if (!fidotool_cbor_item_next(&cursor, &head) ||
      head.type != FIDOTOOL_CBOR_ITEM_ARRAY)
    return false;
  for (uint64_t i = 0; i < head.value; i++) {
    const uint8_t *one;
    size_t size;

    if (!fidotool_cbor_item_skip(&cursor, &one, &size))
      return false;
    g_ptr_array_add(blobs, read_blob(one, size));
  }
  return cursor.len == 0;
}

FidotoolBlobArray *
fidotool_blob_parse(GBytes *bytes)
{
  FidotoolBlobArray *array = g_new0(FidotoolBlobArray, 1);
  uint8_t digest[FIDOTOOL_BYTES_SHA256];
  gsize len;
  const uint8_t *data = g_bytes_get_data(bytes, &len);

  array->used = len;
  array->blobs =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_blob_free);
  array->damaged = len < HASH + 1;
  if (array->damaged)
    return array;
  fidotool_bytes_sha256(data, len - HASH, digest);
  array->damaged = memcmp(digest, data + len - HASH, HASH) != 0 ||
                   !read_blobs(data, len - HASH, array->blobs);
  if (array->damaged)
    g_ptr_array_set_size(array->blobs, 0);
  return array;
}

/* One fragment from offset on, appended to out. */
static bool
read_fragment(FidotoolKey *key, size_t count, GByteArray *out, guint *ret_len,
              GError **error)
{
  const char *what = "read the large blobs";
  g_autoptr(GByteArray) parameters = g_byte_array_new();
  const FidotoolCtapCommand command = {FIDOTOOL_CTAP_LARGE_BLOBS, parameters,
                                       FIDOTOOL_KEY_QUICK_MS, what};
  g_autoptr(GBytes) reply = NULL;
  FidotoolCborItem fragment;
  const FidotoolCborItemField fields[] = {
      {NULL, 1, FIDOTOOL_CBOR_ITEM_BYTES, true, &fragment},
  };
  const uint8_t *data;
  gsize len;

  fidotool_cbor_write_map(parameters, 2);
  fidotool_cbor_write_int(parameters, 1);
  fidotool_cbor_write_int(parameters, (int64_t)count);
  fidotool_cbor_write_int(parameters, 3);
  fidotool_cbor_write_int(parameters, out->len);
  reply = fidotool_ctap_send(key, &command, error);
  if (!reply)
    return false;
  data = g_bytes_get_data(reply, &len);
  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      fragment.len > count || out->len + fragment.len > FIDOTOOL_BLOB_ARRAY_MAX)
    return fidotool_ctap_refuse(what, error);
  fidotool_cbor_write_raw(out, fragment.data, fragment.len);
  *ret_len = (guint)fragment.len;
  return true;
}

FidotoolBlobArray *
fidotool_blob_read(FidotoolKey *key, GError **error)
{
  size_t count = max_fragment(fidotool_key_info(key));
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_autoptr(GBytes) whole = NULL;
  guint n = 0;

  do
    if (!read_fragment(key, count, bytes, &n, error))
      return NULL;
  while (n == count);
  whole = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
  return fidotool_blob_parse(whole);
}

void
fidotool_blob_array_free(FidotoolBlobArray *array)
{
  if (!array)
    return;
  g_ptr_array_unref(array->blobs);
  g_free(array);
}

/* --- opening -------------------------------------------------------------- */

/* AES-256-GCM; "blob" and the size are authenticated with it (section
 * 6.10.3). NULL where the key is not the right one. */
static GByteArray *
decrypt(const FidotoolBlob *blob, const uint8_t key[FIDOTOOL_BLOB_KEY])
{
  g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
  g_autoptr(GByteArray) out = g_byte_array_new();
  uint64_t size = GUINT64_TO_LE(blob->size);
  uint8_t tag[TAG];
  gsize len;
  const uint8_t *data = g_bytes_get_data(blob->sealed, &len);
  int n = 0, text = (int)(len - TAG);

  memcpy(tag, data + text, TAG);
  g_byte_array_set_size(out, (guint)text + 1); /* never nothing */
  if (!context ||
      EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, blob->nonce) !=
          1 ||
      EVP_DecryptUpdate(context, NULL, &n, (const uint8_t *)"blob", 4) != 1 ||
      EVP_DecryptUpdate(context, NULL, &n, (const uint8_t *)&size,
                        sizeof(size)) != 1 ||
      EVP_DecryptUpdate(context, out->data, &n, data, text) != 1 ||
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG, tag) != 1 ||
      EVP_DecryptFinal_ex(context, out->data + n, &n) != 1)
    return NULL;
  g_byte_array_set_size(out, (guint)text);
  return g_steal_pointer(&out);
}

/* DEFLATE without a header (RFC 1951), to exactly so many bytes. */
static GBytes *
unpack(const GByteArray *packed, size_t size)
{
  g_autofree uint8_t *out = g_malloc(size + 1);
  z_stream stream = {.next_in = packed->data,
                     .avail_in = packed->len,
                     .next_out = out,
                     .avail_out = (uInt)size + 1};
  int r;

  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return NULL;
  r = inflate(&stream, Z_FINISH);
  (void)inflateEnd(&stream); /* it frees, whatever it says */
  if (r != Z_STREAM_END || stream.total_out != size || stream.avail_in != 0)
    return NULL;
  return g_bytes_new(out, size);
}

GBytes *
fidotool_blob_open(const FidotoolBlob *blob,
                   const uint8_t key[FIDOTOOL_BLOB_KEY], GError **error)
{
  g_autoptr(GByteArray) packed = NULL;
  GBytes *opened;

  if (!blob->sealed)
    return NULL;
  packed = decrypt(blob, key);
  if (!packed)
    return NULL;
  opened = blob->size <= FIDOTOOL_BLOB_MAX ? unpack(packed, (size_t)blob->size)
                                           : NULL;
  if (!opened)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the blob is damaged, or too large to be unpacked");
  return opened;
}

/* --- sealing -------------------------------------------------------------- */

/* DEFLATE without a header (RFC 1951). */
static GByteArray *
pack(GBytes *data)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  gsize len;
  const uint8_t *bytes = g_bytes_get_data(data, &len);
  z_stream stream = {.avail_in = (uInt)len};
  int r;

  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return NULL;
  g_byte_array_set_size(out, (guint)deflateBound(&stream, len));
  stream.next_in = (z_const Bytef *)bytes;
  stream.next_out = out->data;
  stream.avail_out = out->len;
  r = deflate(&stream, Z_FINISH);
  g_byte_array_set_size(out, (guint)stream.total_out);
  (void)deflateEnd(&stream); /* it frees, whatever it says */
  return r == Z_STREAM_END ? g_steal_pointer(&out) : NULL;
}

/* The other way than decrypt(): packed becomes ciphertext and tag. */
static bool
encrypt(GByteArray *packed, uint64_t size, const uint8_t nonce[12],
        const uint8_t key[FIDOTOOL_BLOB_KEY])
{
  g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
  uint64_t little = GUINT64_TO_LE(size);
  int n = 0, text = (int)packed->len;

  g_byte_array_set_size(packed, packed->len + TAG);
  return context &&
         EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) ==
             1 &&
         EVP_EncryptUpdate(context, NULL, &n, (const uint8_t *)"blob", 4) ==
             1 &&
         EVP_EncryptUpdate(context, NULL, &n, (const uint8_t *)&little,
                           sizeof(little)) == 1 &&
         EVP_EncryptUpdate(context, packed->data, &n, packed->data, text) ==
             1 &&
         EVP_EncryptFinal_ex(context, packed->data + n, &n) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG,
                             packed->data + text) == 1;
}

FidotoolBlob *
fidotool_blob_seal(GBytes *data, const uint8_t key[FIDOTOOL_BLOB_KEY],
                   GError **error)
{
  size_t size = g_bytes_get_size(data);
  g_autoptr(GByteArray) packed = NULL;
  g_autoptr(GByteArray) out = g_byte_array_new();
  uint8_t nonce[12];

  if (size > FIDOTOOL_BLOB_MAX) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "a large blob has at most %d bytes", FIDOTOOL_BLOB_MAX);
    return NULL;
  }
  packed = pack(data);
  if (!packed || RAND_bytes(nonce, sizeof(nonce)) != 1 ||
      !encrypt(packed, size, nonce, key)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the blob cannot be sealed");
    return NULL;
  }
  fidotool_cbor_write_map(out, 3);
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_bytes(out, packed->data, packed->len);
  fidotool_cbor_write_int(out, 2);
  fidotool_cbor_write_bytes(out, nonce, sizeof(nonce));
  fidotool_cbor_write_int(out, 3);
  fidotool_cbor_write_int(out, (int64_t)size);
  return read_blob(out->data, out->len);
}

/* --- writing -------------------------------------------------------------- */

static GByteArray *
serialize(const GPtrArray *blobs)
{
  GByteArray *out = g_byte_array_new();
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  fidotool_cbor_write_array(out, blobs->len);
  for (guint i = 0; i < blobs->len; i++) {
    const FidotoolBlob *blob = blobs->pdata[i];

    fidotool_cbor_write_raw(out, g_bytes_get_data(blob->raw, NULL),
                            g_bytes_get_size(blob->raw));
  }
  fidotool_bytes_sha256(out->data, out->len, digest);
  fidotool_cbor_write_raw(out, digest, HASH);
  return out;
}

size_t
fidotool_blob_size(const GPtrArray *blobs)
{
  g_autoptr(GByteArray) whole = serialize(blobs);

  return whole->len;
}

/* 32 bytes 0xff, 0x0c, 0x00, the offset, the fragment's hash. */
static GByteArray *
write_signed(const uint8_t *fragment, size_t len, guint offset)
{
  GByteArray *out = g_byte_array_new();
  uint32_t little = GUINT32_TO_LE(offset);
  uint8_t head[34], digest[FIDOTOOL_BYTES_SHA256];

  memset(head, 0xff, 32);
  head[32] = FIDOTOOL_CTAP_LARGE_BLOBS;
  head[33] = 0x00;
  fidotool_bytes_sha256(fragment, len, digest);
  fidotool_cbor_write_raw(out, head, sizeof(head));
  fidotool_cbor_write_raw(out, &little, sizeof(little));
  fidotool_cbor_write_raw(out, digest, sizeof(digest));
  return out;
}

/* {2: fragment, 3: offset, 4: whole length at the first, 5: MAC, 6: protocol}.
 * The two last stand the other way round than elsewhere. */
static bool
write_fragment(FidotoolKey *key, const FidotoolToken *token,
               const GByteArray *whole, guint offset, size_t len,
               GError **error)
{
  const uint8_t *fragment = whole->data + offset;
  g_autoptr(GByteArray) signed_bytes = write_signed(fragment, len, offset);
  g_autoptr(GByteArray) parameters = g_byte_array_new();
  const FidotoolCtapCommand command = {FIDOTOOL_CTAP_LARGE_BLOBS, parameters,
                                       FIDOTOOL_KEY_QUICK_MS,
                                       "write the large blobs"};
  uint8_t mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX];

  fidotool_cbor_write_map(parameters,
                          2 + (size_t)(offset == 0) + (token ? 2 : 0));
  fidotool_cbor_write_int(parameters, 2);
  fidotool_cbor_write_bytes(parameters, fragment, len);
  fidotool_cbor_write_int(parameters, 3);
  fidotool_cbor_write_int(parameters, offset);
  if (offset == 0) {
    fidotool_cbor_write_int(parameters, 4);
    fidotool_cbor_write_int(parameters, whole->len);
  }
  if (token) {
    size_t n =
        fidotool_token_mac(token, signed_bytes->data, signed_bytes->len, mac);

    fidotool_cbor_write_int(parameters, 5);
    fidotool_cbor_write_bytes(parameters, mac, n);
    fidotool_cbor_write_int(parameters, 6);
    fidotool_cbor_write_int(parameters, fidotool_token_protocol(token));
  }
  return fidotool_ctap_run(key, &command, error);
}

bool
fidotool_blob_write(FidotoolKey *key, const FidotoolToken *token,
                    const GPtrArray *blobs, GError **error)
{
  size_t max = max_fragment(fidotool_key_info(key));
  g_autoptr(GByteArray) whole = serialize(blobs);

  for (guint offset = 0; offset < whole->len;) {
    size_t len = MIN(max, whole->len - offset);

    if (!write_fragment(key, token, whole, offset, len, error))
      return false;
    offset += (guint)len;
  }
  return true;
}
