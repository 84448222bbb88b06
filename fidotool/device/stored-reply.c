/* SPDX-License-Identifier: Apache-2.0 */
/* stored-reply.c - answers of credential management; every byte may lie. */
#include "fidotool/device/stored-reply.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-item.h"
#include "fidotool/device/ctap.h"

/* Longest texts and bytes that are kept (WebAuthn, sections 4 and 5.4). */
#define TEXT_MAX 255
#define ID_MAX 1023
#define USER_ID_MAX 64
#define KEY_MAX 4096
#define BLOB_KEY 32
/* A count is never more; what a key says beyond is nonsense. */
#define COUNT_MAX 65535

#define WHAT "read the key's list of credentials"

static bool
refuse(GError **error)
{
  return fidotool_ctap_refuse(WHAT, error);
}

/* Text from a key: made valid and cut; NULL where it is absent. */
static char *
copy_text(const FidotoolCborItem *item)
{
  size_t len;

  if (!item->present)
    return NULL;
  len = strnlen((const char *)item->data, MIN(item->len, TEXT_MAX));
  return g_utf8_make_valid((const char *)item->data, (gssize)len);
}

static GBytes *
copy_bytes(const FidotoolCborItem *item)
{
  return item->present ? g_bytes_new(item->data, item->len) : NULL;
}

static int64_t
read_total(const FidotoolCborItem *item)
{
  return item->present ? (int64_t)MIN(item->value, COUNT_MAX + 1) : -1;
}

bool
fidotool_stored_reply_counts(GBytes *reply, int *ret_existing,
                             int *ret_remaining, GError **error)
{
  FidotoolCborItem existing, remaining;
  const FidotoolCborItemField fields[] = {
      {NULL, 1, FIDOTOOL_CBOR_ITEM_UNSIGNED, true, &existing},
      {NULL, 2, FIDOTOOL_CBOR_ITEM_UNSIGNED, true, &remaining},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      existing.value > COUNT_MAX || remaining.value > COUNT_MAX)
    return refuse(error);
  *ret_existing = (int)existing.value;
  *ret_remaining = (int)remaining.value;
  return true;
}

int64_t
fidotool_stored_reply_total(GBytes *reply, int64_t member)
{
  FidotoolCborItem total;
  const FidotoolCborItemField fields[] = {
      {NULL, member, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &total},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  return fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields))
             ? read_total(&total)
             : -1;
}

FidotoolStoredRp *
fidotool_stored_reply_rp(GBytes *reply, int64_t *ret_total, GError **error)
{
  FidotoolCborItem rp, hash, total, id;
  const FidotoolCborItemField fields[] = {
      {NULL, 3, FIDOTOOL_CBOR_ITEM_MAP, true, &rp},
      {NULL, 4, FIDOTOOL_CBOR_ITEM_BYTES, true, &hash},
      {NULL, 5, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &total},
  };
  const FidotoolCborItemField rp_fields[] = {
      {"id", 0, FIDOTOOL_CBOR_ITEM_TEXT, true, &id},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);
  FidotoolStoredRp *found;

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      !fidotool_cbor_item_fields(rp.data, rp.len, rp_fields, 1) ||
      hash.len != 32) {
    (void)refuse(error);
    return NULL;
  }
  found = g_new0(FidotoolStoredRp, 1);
  found->rp_id = copy_text(&id);
  memcpy(found->rp_hash, hash.data, 32);
  *ret_total = read_total(&total);
  return found;
}

void
fidotool_stored_reply_rp_free(FidotoolStoredRp *rp)
{
  if (!rp)
    return;
  g_free(rp->rp_id);
  g_free(rp);
}

static bool
read_user(const FidotoolCborItem *user, FidotoolStoredCredential *credential)
{
  FidotoolCborItem id, name, display_name;
  const FidotoolCborItemField fields[] = {
      {"id", 0, FIDOTOOL_CBOR_ITEM_BYTES, true, &id},
      {"name", 0, FIDOTOOL_CBOR_ITEM_TEXT, false, &name},
      {"displayName", 0, FIDOTOOL_CBOR_ITEM_TEXT, false, &display_name},
  };

  if (!fidotool_cbor_item_fields(user->data, user->len, fields,
                                 G_N_ELEMENTS(fields)) ||
      id.len > USER_ID_MAX)
    return false;
  credential->user_id = copy_bytes(&id);
  credential->user_name = copy_text(&name);
  credential->display_name = copy_text(&display_name);
  return true;
}

static bool
read_id(const FidotoolCborItem *descriptor,
        FidotoolStoredCredential *credential)
{
  FidotoolCborItem id;
  const FidotoolCborItemField fields[] = {
      {"id", 0, FIDOTOOL_CBOR_ITEM_BYTES, true, &id},
  };

  if (!fidotool_cbor_item_fields(descriptor->data, descriptor->len, fields,
                                 1) ||
      id.len == 0 || id.len > ID_MAX)
    return false;
  credential->id = copy_bytes(&id);
  return true;
}

/* The COSE_Key as it is; of it only the algorithm is looked at, which may be
 * of either sign. */
static bool
read_public_key(const FidotoolCborItem *key,
                FidotoolStoredCredential *credential)
{
  FidotoolCborItemCursor cursor = {key->data, key->len, true};
  FidotoolCborItem map, name, value;
  const uint8_t *data;
  size_t len;
  int64_t number;

  if (key->len > KEY_MAX || !fidotool_cbor_item_next(&cursor, &map))
    return false;
  for (uint64_t i = 0; i < map.value; i++) {
    FidotoolCborItemCursor before;

    if (!fidotool_cbor_item_next(&cursor, &name))
      return false;
    before = cursor;
    if (!fidotool_cbor_item_skip(&cursor, &data, &len))
      return false;
    if (fidotool_cbor_item_int(&name, &number) && number == 3 &&
        fidotool_cbor_item_next(&before, &value))
      (void)fidotool_cbor_item_int(&value, &credential->alg); /* else 0 */
  }
  credential->public_key = g_bytes_new(key->data, key->len);
  return true;
}

FidotoolStoredCredential *
fidotool_stored_reply_credential(GBytes *reply, int64_t *ret_total,
                                 GError **error)
{
  FidotoolCborItem user, id, key, total, protect, blob_key;
  const FidotoolCborItemField fields[] = {
      {NULL, 6, FIDOTOOL_CBOR_ITEM_MAP, true, &user},
      {NULL, 7, FIDOTOOL_CBOR_ITEM_MAP, true, &id},
      {NULL, 8, FIDOTOOL_CBOR_ITEM_MAP, false, &key},
      {NULL, 9, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &total},
      {NULL, 10, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &protect},
      {NULL, 11, FIDOTOOL_CBOR_ITEM_BYTES, false, &blob_key},
  };
  g_autoptr(FidotoolStoredCredential) credential =
      g_new0(FidotoolStoredCredential, 1);
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      !read_user(&user, credential) || !read_id(&id, credential) ||
      (key.present && !read_public_key(&key, credential)) ||
      (protect.present && (protect.value < 1 || protect.value > 3)) ||
      (blob_key.present && blob_key.len != BLOB_KEY)) {
    (void)refuse(error);
    return NULL;
  }
  credential->protect = (int)protect.value;
  credential->blob_key = copy_bytes(&blob_key);
  *ret_total = read_total(&total);
  return g_steal_pointer(&credential);
}
