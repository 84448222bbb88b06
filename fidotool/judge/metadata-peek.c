/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-peek.c - AAGUID and certificates of a registration. Refuses nothing
 * that the judge would not refuse as well. */
#include "fidotool/judge/metadata-peek.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/auth-data.h"
#include "fidotool/types.h"

/* Largest attestation object in base64url. */
#define TEXT_MAX (96 * 1024)

static GBytes *
read_object(const FidotoolJson *response)
{
  const FidotoolJson *inner = fidotool_json_get(response, "response");
  const char *text =
      fidotool_json_get_text(inner ? inner : response, "attestationObject");
  g_autofree char *bare = NULL;

  if (text == NULL || strlen(text) > TEXT_MAX)
    return NULL;
  bare = g_strdup(text);
  for (size_t len = strlen(bare); len > 0 && bare[len - 1] == '='; len--)
    bare[len - 1] = '\0';
  return fidotool_bytes_unbase64url(bare);
}

static void
read_certificates(const FidotoolCbor *statement, FidotoolMetadataPeek *peek)
{
  FidotoolCbor list, item;

  if (statement->type != FIDOTOOL_CBOR_MAP ||
      !fidotool_cbor_find_text(statement, "x5c", &list) ||
      list.type != FIDOTOOL_CBOR_ARRAY)
    return;
  while (peek->count < G_N_ELEMENTS(peek->x5c) &&
         fidotool_cbor_next(&list.body, &item))
    if (item.type == FIDOTOOL_CBOR_BYTES)
      peek->x5c[peek->count++] = item.body;
}

bool
fidotool_metadata_peek_look(const FidotoolJson *response,
                            FidotoolMetadataPeek *ret_peek)
{
  FidotoolSlice bytes;
  FidotoolCbor map, auth, statement;
  FidotoolAuthData data;

  *ret_peek = (FidotoolMetadataPeek){.object = read_object(response)};
  if (ret_peek->object == NULL)
    return false;
  bytes.data = g_bytes_get_data(ret_peek->object, &bytes.len);
  if (fidotool_cbor_scan(bytes, &map, NULL) != FIDOTOOL_CBOR_OK ||
      map.type != FIDOTOOL_CBOR_MAP ||
      !fidotool_cbor_find_text(&map, "authData", &auth) ||
      auth.type != FIDOTOOL_CBOR_BYTES ||
      !fidotool_auth_data_head(auth.body, &data) ||
      (data.flags & FIDOTOOL_FLAG_AT) == 0 ||
      auth.body.len < FIDOTOOL_AUTH_DATA_HEAD + FIDOTOOL_AUTH_DATA_AAGUID)
    return false;
  memcpy(ret_peek->aaguid, auth.body.data + FIDOTOOL_AUTH_DATA_HEAD,
         sizeof(ret_peek->aaguid));
  if (fidotool_cbor_find_text(&map, "attStmt", &statement))
    read_certificates(&statement, ret_peek);
  return true;
}

void
fidotool_metadata_peek_clear(FidotoolMetadataPeek *peek)
{
  g_clear_pointer(&peek->object, g_bytes_unref);
}
