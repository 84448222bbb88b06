/* SPDX-License-Identifier: Apache-2.0 */
/* blobs.c - authenticatorLargeBlobs: an array of which the key knows nothing
 * but its length and the hash at its end. */
#include "tests/softkey/blobs.h"

#include <openssl/sha.h>
#include <string.h>

#include "tests/softkey/core-private.h"

#define HASH 16
#define AROUND 64 /* of a message that is not the fragment */
#define MESSAGE_UNSAID 1024

/* The array of a new key: no element, and its hash. */
static const uint8_t initial[] = {0x80, 0x76, 0xbe, 0x8b, 0x52, 0x8d,
                                  0x00, 0x75, 0xf7, 0xaa, 0xe9, 0x8d,
                                  0x6f, 0xa5, 0x7a, 0x6d, 0x3c};

typedef struct {
  SoftkeyCborItem get, set, offset, length, param, protocol;
} BlobsRequest;

void
softkey_blobs_forget(SoftkeyBlobsWrite *write)
{
  g_clear_pointer(&write->bytes, g_byte_array_unref);
}

static size_t
max_fragment(const SoftkeyCore *core)
{
  int limit = core->profile->max_msg_size;

  return (size_t)(limit > 0 ? limit : MESSAGE_UNSAID) - AROUND;
}

static SoftkeyStatus
get(SoftkeyCore *core, const BlobsRequest *request, GByteArray *reply)
{
  gsize len = sizeof initial;
  const uint8_t *data = initial;
  size_t n;

  if (core->store->blobs != NULL)
    data = g_bytes_get_data(core->store->blobs, &len);
  if (request->length.size > 0 || request->param.size > 0)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (request->get.value > max_fragment(core))
    return SOFTKEY_STATUS_INVALID_LENGTH;
  if (request->offset.value > len)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  n = MIN((size_t)request->get.value, len - (size_t)request->offset.value);
  softkey_cbor_put_map(reply, 1);
  softkey_cbor_put_integer(reply, 1);
  softkey_cbor_put_bytes(reply, data + request->offset.value, n);
  return SOFTKEY_STATUS_OK;
}

/* 32 bytes 0xff, the command twice over, the offset, the fragment's hash. */
static SoftkeyStatus
check_token(SoftkeyCore *core, const BlobsRequest *request)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  uint32_t offset = GUINT32_TO_LE((uint32_t)request->offset.value);
  uint8_t head[34], digest[SHA256_DIGEST_LENGTH];
  const char *rp_id; /* says nothing here */

  if (!core->store->pin_set && request->param.size == 0)
    return SOFTKEY_STATUS_OK;
  memset(head, 0xff, 32);
  head[32] = 0x0c;
  head[33] = 0x00;
  (void)SHA256(request->set.data, (size_t)request->set.value, digest);
  g_byte_array_append(bytes, head, sizeof head);
  g_byte_array_append(bytes, (const uint8_t *)&offset, sizeof offset);
  g_byte_array_append(bytes, digest, sizeof digest);
  return softkey_pin_check_bytes(core, &request->protocol, &request->param,
                                 bytes, SOFTKEY_PIN_BLOB, &rp_id);
}

/* All of it is there: is it whole? */
static SoftkeyStatus
keep(SoftkeyCore *core)
{
  GByteArray *bytes = core->blobs_write.bytes;
  uint8_t digest[SHA256_DIGEST_LENGTH];

  (void)SHA256(bytes->data, bytes->len - HASH, digest);
  if (memcmp(digest, bytes->data + bytes->len - HASH, HASH) != 0) {
    softkey_blobs_forget(&core->blobs_write);
    return SOFTKEY_STATUS_INTEGRITY_FAILURE;
  }
  g_clear_pointer(&core->store->blobs, g_bytes_unref);
  core->store->blobs = g_bytes_new(bytes->data, bytes->len);
  softkey_blobs_forget(&core->blobs_write);
  return softkey_core_save(core);
}

static SoftkeyStatus
begin(SoftkeyCore *core, const BlobsRequest *request)
{
  softkey_blobs_forget(&core->blobs_write);
  if (request->length.size == 0 || request->length.value < sizeof initial)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (request->length.value > (uint64_t)core->profile->max_blobs)
    return SOFTKEY_STATUS_LARGE_BLOB_STORAGE_FULL;
  core->blobs_write =
      (SoftkeyBlobsWrite){g_byte_array_new(), (size_t)request->length.value};
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
set(SoftkeyCore *core, const BlobsRequest *request)
{
  SoftkeyBlobsWrite *write = &core->blobs_write;
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  if (request->set.value > max_fragment(core))
    return SOFTKEY_STATUS_INVALID_LENGTH;
  if (request->offset.value == 0)
    status = begin(core, request);
  else if (request->length.size > 0)
    status = SOFTKEY_STATUS_INVALID_PARAMETER;
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (write->bytes == NULL || request->offset.value != write->bytes->len)
    return SOFTKEY_STATUS_INVALID_SEQ;
  status = check_token(core, request);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (write->bytes->len + request->set.value > write->expected)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  g_byte_array_append(write->bytes, request->set.data,
                      (guint)request->set.value);
  return write->bytes->len == write->expected ? keep(core) : SOFTKEY_STATUS_OK;
}

SoftkeyStatus
softkey_blobs_command(SoftkeyCore *core, const SoftkeyCborItem *map,
                      GByteArray *reply)
{
  BlobsRequest request = {0};
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, false, &request.get},
      {NULL, 2, SOFTKEY_CBOR_BYTES, false, &request.set},
      {NULL, 3, SOFTKEY_CBOR_UINT, true, &request.offset},
      {NULL, 4, SOFTKEY_CBOR_UINT, false, &request.length},
      {NULL, 5, SOFTKEY_CBOR_BYTES, false, &request.param},
      {NULL, 6, SOFTKEY_CBOR_UINT, false, &request.protocol},
  };
  SoftkeyStatus status;

  if (!softkey_profile_is_on(core->profile, "largeBlobs"))
    return SOFTKEY_STATUS_INVALID_COMMAND;
  status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if ((request.get.size > 0) == (request.set.size > 0))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  return request.get.size > 0 ? get(core, &request, reply)
                              : set(core, &request);
}
