/* SPDX-License-Identifier: Apache-2.0 */
/* auth-data.c - authenticator data, read up to its last byte. */
#include "fidotool/judge/auth-data.h"

#include "fidotool/types.h"

static FidotoolSlice
take(FidotoolSlice *rest, size_t len)
{
  FidotoolSlice front = {rest->data, len};

  rest->data += len;
  rest->len -= len;
  return front;
}

bool
fidotool_auth_data_head(FidotoolSlice raw, FidotoolAuthData *ret_data)
{
  const uint8_t *p = raw.data;

  *ret_data = (FidotoolAuthData){.raw = raw};
  if (raw.len < FIDOTOOL_AUTH_DATA_HEAD)
    return false;
  ret_data->rp_id_hash = (FidotoolSlice){p, 32};
  ret_data->flags = p[32];
  ret_data->sign_count = (uint32_t)p[33] << 24 | (uint32_t)p[34] << 16 |
                         (uint32_t)p[35] << 8 | (uint32_t)p[36];
  return true;
}

static const char *
read_attested(FidotoolAuthData *data, FidotoolSlice *rest)
{
  FidotoolSlice aaguid, size;
  size_t id_len;
  bool cut;

  if (rest->len < FIDOTOOL_AUTH_DATA_AAGUID + 2)
    return "the attested data are cut off";
  aaguid = take(rest, FIDOTOOL_AUTH_DATA_AAGUID);
  size = take(rest, 2);
  id_len = (size_t)size.data[0] << 8 | size.data[1];
  if (rest->len < id_len)
    return "the credential id is cut off";
  data->aaguid = aaguid;
  data->id = take(rest, id_len);
  data->key_result =
      fidotool_cose_parse(*rest, &data->key, &data->key_why, &cut);
  if (cut)
    return "the public key is cut off";
  if (data->key.raw.data != NULL)
    take(rest, data->key.raw.len);
  return NULL;
}

static const char *
read_extensions(FidotoolAuthData *data, FidotoolSlice *rest)
{
  FidotoolCbor map;

  if (fidotool_cbor_scan(*rest, &map, NULL) != FIDOTOOL_CBOR_OK ||
      map.type != FIDOTOOL_CBOR_MAP)
    return "ED is set and no extension map is there";
  data->has_extensions = true;
  data->extensions = map;
  take(rest, map.raw.len);
  return NULL;
}

const char *
fidotool_auth_data_rest(FidotoolAuthData *data)
{
  FidotoolSlice rest = {data->raw.data + FIDOTOOL_AUTH_DATA_HEAD,
                        data->raw.len - FIDOTOOL_AUTH_DATA_HEAD};
  const char *why;

  if (data->flags & FIDOTOOL_FLAG_AT) {
    why = read_attested(data, &rest);
    if (why != NULL)
      return why;
    if (data->key.raw.data == NULL) /* nobody knows where it ends */
      return NULL;
  }
  if (data->flags & FIDOTOOL_FLAG_ED) {
    why = read_extensions(data, &rest);
    if (why != NULL)
      return why;
  }
  if (rest.len > 0)
    return data->flags & FIDOTOOL_FLAG_ED
               ? "bytes are left over after the extensions"
               : "bytes are left over, and ED is not set";
  return NULL;
}

void
fidotool_auth_data_clear(FidotoolAuthData *data)
{
  fidotool_cose_clear(&data->key);
  *data = (FidotoolAuthData){0};
}
