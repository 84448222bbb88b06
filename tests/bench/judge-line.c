/* SPDX-License-Identifier: Apache-2.0 */
/* judge-line.c - a line of NDJSON to a record. */
#include "judge-record.h"

#include <cbor.h>
#include <glib.h>
#include <jansson.h>
#include <openssl/sha.h>
#include <string.h>

typedef struct {
  guchar *data;
  gsize len;
} Bytes;

struct Line {
  Bytes client, object, auth, sig;
  uint8_t hash[32], point[64];
  cbor_item_t *cbor;
};

static bool
read_base64url(const json_t *object, const char *name, Bytes *ret_bytes)
{
  const char *text = json_string_value(json_object_get(object, name));
  const size_t len = text ? strlen(text) : 0;
  g_autofree char *padded = g_malloc(len + 4);

  if (text == NULL)
    return false;
  for (size_t i = 0; i < len; i++)
    padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
  memset(padded + len, '=', 3);
  padded[len + (4 - len % 4) % 4] = '\0';
  ret_bytes->data = g_base64_decode(padded, &ret_bytes->len);
  return true;
}

static bool
has_text(const json_t *object, const char *name, const char *text)
{
  return g_strcmp0(json_string_value(json_object_get(object, name)), text) == 0;
}

static bool
is_client_data(const Line *line, const json_t *options, const char *type)
{
  json_t *client =
      json_loadb((char *)line->client.data, line->client.len, 0, NULL);
  const bool good =
      has_text(client, "type", type) &&
      has_text(client, "challenge",
               json_string_value(json_object_get(options, "challenge"))) &&
      has_text(client, "origin",
               json_string_value(json_object_get(options, "origin")));

  json_decref(client);
  return good;
}

static cbor_item_t *
find(cbor_item_t *map, const char *name, int number)
{
  const struct cbor_pair *pairs = cbor_map_handle(map);

  for (size_t i = 0; i < cbor_map_size(map); i++) {
    cbor_item_t *key = pairs[i].key;

    if (name != NULL && cbor_isa_string(key) &&
        cbor_string_length(key) == strlen(name) &&
        memcmp(cbor_string_handle(key), name, strlen(name)) == 0)
      return pairs[i].value;
    if (name == NULL && cbor_isa_negint(key) &&
        -1 - (int)cbor_get_int(key) == number)
      return pairs[i].value;
  }
  return NULL;
}

static bool
find_bytes(cbor_item_t *map, const char *name, int number,
           const uint8_t **ret_data, size_t *ret_len)
{
  cbor_item_t *item = find(map, name, number);

  if (item == NULL || !cbor_isa_bytestring(item))
    return false;
  *ret_data = cbor_bytestring_handle(item);
  *ret_len = cbor_bytestring_length(item);
  return true;
}

static bool
load_map(Line *line, const Bytes *bytes)
{
  struct cbor_load_result result;

  line->cbor = cbor_load(bytes->data, bytes->len, &result);
  return line->cbor != NULL && cbor_isa_map(line->cbor);
}

static bool
read_registration(Line *line, const json_t *response, Record *record)
{
  cbor_item_t *statement, *x5c;

  if (!read_base64url(response, "attestationObject", &line->object) ||
      !load_map(line, &line->object) ||
      !find_bytes(line->cbor, "authData", 0, &record->auth, &record->auth_len))
    return false;
  statement = find(line->cbor, "attStmt", 0);
  if (statement == NULL || !cbor_isa_map(statement) ||
      !find_bytes(statement, "sig", 0, &record->sig, &record->sig_len))
    return false;
  x5c = find(statement, "x5c", 0);
  if (x5c == NULL)
    return true;
  record->leaf = cbor_bytestring_handle(cbor_array_handle(x5c)[0]);
  record->leaf_len = cbor_bytestring_length(cbor_array_handle(x5c)[0]);
  return true;
}

static bool
read_assertion(Line *line, const json_t *response, const json_t *credential,
               Record *record)
{
  const uint8_t *x, *y;
  size_t x_len, y_len;

  if (!read_base64url(response, "authenticatorData", &line->auth) ||
      !read_base64url(response, "signature", &line->sig) ||
      !read_base64url(credential, "publicKey", &line->object) ||
      !load_map(line, &line->object) ||
      !find_bytes(line->cbor, NULL, -2, &x, &x_len) ||
      !find_bytes(line->cbor, NULL, -3, &y, &y_len) || x_len != 32 ||
      y_len != 32)
    return false;
  memcpy(line->point, x, 32);
  memcpy(line->point + 32, y, 32);
  record->auth = line->auth.data;
  record->auth_len = line->auth.len;
  record->sig = line->sig.data;
  record->sig_len = line->sig.len;
  record->key = line->point;
  record->key_len = sizeof(line->point);
  return true;
}

Line *
judge_line_read(const char *text, size_t len, Record *ret_record)
{
  Line *line = g_new0(Line, 1);
  json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
  const json_t *response =
      json_object_get(json_object_get(json, "response"), "response");
  const json_t *credential = json_object_get(json, "credential");
  bool good = read_base64url(response, "clientDataJSON", &line->client) &&
              is_client_data(line, json_object_get(json, "options"),
                             credential ? "webauthn.get" : "webauthn.create");

  *ret_record = (Record){.hash = line->hash, .hash_len = sizeof(line->hash)};
  if (good)
    good = credential ? read_assertion(line, response, credential, ret_record)
                      : read_registration(line, response, ret_record);
  if (good)
    SHA256(line->client.data, line->client.len, line->hash);
  json_decref(json);
  if (good)
    return line;
  judge_line_free(line);
  return NULL;
}

void
judge_line_free(Line *line)
{
  if (line == NULL)
    return;
  g_free(line->client.data);
  g_free(line->object.data);
  g_free(line->auth.data);
  g_free(line->sig.data);
  if (line->cbor != NULL)
    cbor_decref(&line->cbor);
  g_free(line);
}
