/* SPDX-License-Identifier: Apache-2.0 */
/* extension.c - extensions into libfido2, and out of authenticator data. */
#include "fidotool/device/extension.h"

#include "fidotool/device/cbor-item.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/types.h"

#define HEAD 37   /* RP ID hash, flags, counter */
#define FLAGS 32  /* where they are */
#define AAGUID 16 /* then two bytes of length, the id, the key */

static bool
has(const FidotoolInfo *info, const char *name)
{
  const FidotoolJson *list = fidotool_json_get(info->json, "extensions");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (g_strcmp0(fidotool_json_text(fidotool_json_at(list, i)), name) == 0)
      return true;
  return false;
}

bool
fidotool_extension_has_blob_key(const FidotoolInfo *info)
{
  return has(info, "largeBlobKey") &&
         fidotool_info_option(info, "largeBlobs") == 1;
}

/* Which of them this key is asked for, as libfido2 counts them. A key that has
 * no credProtect shall say so by itself. */
static int
choose(const FidotoolExtensionMake *what, const FidotoolInfo *info)
{
  int mask = 0;

  if (what->protect > 0)
    mask |= FIDO_EXT_CRED_PROTECT;
  if (what->hmac_secret && has(info, "hmac-secret"))
    mask |= FIDO_EXT_HMAC_SECRET;
  if (what->min_pin_length && has(info, "minPinLength"))
    mask |= FIDO_EXT_MINPINLEN;
  if (what->blob && has(info, "credBlob"))
    mask |= FIDO_EXT_CRED_BLOB;
  if (what->blob_key && fidotool_extension_has_blob_key(info))
    mask |= FIDO_EXT_LARGEBLOB_KEY;
  return mask;
}

size_t
fidotool_extension_count(const FidotoolExtensionMake *what,
                         const FidotoolInfo *info)
{
  size_t n = 0;

  for (int mask = choose(what, info); mask != 0; mask &= mask - 1)
    n++;
  return n;
}

static void
write_yes(GByteArray *out, const char *name, bool asked)
{
  if (!asked)
    return;
  fidotool_cbor_write_text(out, name);
  fidotool_cbor_write_bool(out, true);
}

void
fidotool_extension_write(const FidotoolExtensionMake *what,
                         const FidotoolInfo *info, GByteArray *out)
{
  int mask = choose(what, info);

  fidotool_cbor_write_map(out, fidotool_extension_count(what, info));
  if (mask & FIDO_EXT_CRED_BLOB) {
    fidotool_cbor_write_text(out, "credBlob");
    fidotool_cbor_write_bytes(out, g_bytes_get_data(what->blob, NULL),
                              g_bytes_get_size(what->blob));
  }
  if (mask & FIDO_EXT_CRED_PROTECT) {
    fidotool_cbor_write_text(out, "credProtect");
    fidotool_cbor_write_int(out, what->protect);
  }
  write_yes(out, "hmac-secret", mask & FIDO_EXT_HMAC_SECRET);
  write_yes(out, "largeBlobKey", mask & FIDO_EXT_LARGEBLOB_KEY);
  write_yes(out, "minPinLength", mask & FIDO_EXT_MINPINLEN);
}

int
fidotool_extension_set_make(fido_cred_t *cred,
                            const FidotoolExtensionMake *what,
                            const FidotoolInfo *info)
{
  int mask = choose(what, info), r = FIDO_OK;

  if (mask != 0)
    r = fido_cred_set_extensions(cred, mask);
  if (r == FIDO_OK && what->protect > 0)
    r = fido_cred_set_prot(cred, what->protect);
  if (r == FIDO_OK && (mask & FIDO_EXT_CRED_BLOB))
    r = fido_cred_set_blob(cred, g_bytes_get_data(what->blob, NULL),
                           g_bytes_get_size(what->blob));
  return r;
}

int
fidotool_extension_set_assert(fido_assert_t *assertion,
                              const FidotoolExtensionAssert *what,
                              const FidotoolInfo *info)
{
  bool with_salts = what->n_salts > 0 && has(info, "hmac-secret");
  int mask = 0, r = FIDO_OK;

  if (with_salts)
    mask |= FIDO_EXT_HMAC_SECRET;
  if (what->blob && has(info, "credBlob"))
    mask |= FIDO_EXT_CRED_BLOB;
  if (what->blob_key && fidotool_extension_has_blob_key(info))
    mask |= FIDO_EXT_LARGEBLOB_KEY;
  if (mask != 0)
    r = fido_assert_set_extensions(assertion, mask);
  if (r == FIDO_OK && with_salts)
    r = fido_assert_set_hmac_salt(assertion, what->salts[0],
                                  what->n_salts * FIDOTOOL_EXTENSION_SALT);
  return r;
}

static void
read_output(const FidotoolCborItem *name, const FidotoolCborItem *value,
            FidotoolExtensionOutput *output)
{
  bool yes = value->type == FIDOTOOL_CBOR_ITEM_SIMPLE && value->value == 21;

  if (fidotool_cbor_item_is(name, "hmac-secret"))
    output->hmac_secret = yes;
  else if (fidotool_cbor_item_is(name, "credBlob"))
    output->blob_kept = yes;
  else if (fidotool_cbor_item_is(name, "credProtect"))
    (void)fidotool_cbor_item_int(value, &output->protect);
  else if (fidotool_cbor_item_is(name, "minPinLength"))
    (void)fidotool_cbor_item_int(value, &output->min_pin_length);
}

static bool
read_map(FidotoolCborItemCursor *cursor, FidotoolExtensionOutput *output)
{
  FidotoolCborItem map;

  if (!fidotool_cbor_item_next(cursor, &map) ||
      map.type != FIDOTOOL_CBOR_ITEM_MAP)
    return false;
  for (uint64_t i = 0; i < map.value; i++) {
    FidotoolCborItemCursor at;
    FidotoolCborItem name, value;
    const uint8_t *data;
    size_t len;

    if (!fidotool_cbor_item_next(cursor, &name) ||
        name.type != FIDOTOOL_CBOR_ITEM_TEXT ||
        !fidotool_cbor_item_skip(cursor, &data, &len))
      return false;
    at = (FidotoolCborItemCursor){data, len, true};
    if (fidotool_cbor_item_next(&at, &value))
      read_output(&name, &value, output);
  }
  return cursor->len == 0;
}

bool
fidotool_extension_read(GBytes *auth_data, FidotoolExtensionOutput *ret_output)
{
  FidotoolCborItemCursor cursor = {.canonical = true};
  const uint8_t *data, *key;
  size_t len, id_len, key_len;

  *ret_output = (FidotoolExtensionOutput){0};
  data = g_bytes_get_data(auth_data, &len);
  if (len < HEAD)
    return false;
  if (!(data[FLAGS] & FIDOTOOL_FLAG_ED))
    return true;
  cursor.data = data + HEAD;
  cursor.len = len - HEAD;
  if (data[FLAGS] & FIDOTOOL_FLAG_AT) {
    if (cursor.len < AAGUID + 2)
      return false;
    id_len = (size_t)(cursor.data[AAGUID] << 8 | cursor.data[AAGUID + 1]);
    if (cursor.len < AAGUID + 2 + id_len)
      return false;
    cursor.data += AAGUID + 2 + id_len;
    cursor.len -= AAGUID + 2 + id_len;
    if (!fidotool_cbor_item_skip(&cursor, &key, &key_len))
      return false;
  }
  return read_map(&cursor, ret_output);
}
