/* SPDX-License-Identifier: Apache-2.0 */
/* direct.c - a key for tests that own it. */
#include "tests/softkey/direct.h"

#include <openssl/sha.h>
#include <string.h>

#include "tests/softkey/core-private.h"
#include "tests/softkey/credential.h"

#define USER_ID "user"
#define CREDENTIAL 53 /* in authData: behind 37 bytes and the AAGUID */

static GBytes *
copy_item(const SoftkeyCborItem *item)
{
  return g_bytes_new(item->data, (gsize)item->value);
}

static GBytes *
copy_array(const GByteArray *array)
{
  return g_bytes_new(array->data, array->len);
}

/* An item as it stands, head included. */
static void
put_item(GByteArray *out, const SoftkeyCborItem *item)
{
  g_byte_array_append(out, item->start, (guint)item->size);
}

static GBytes *
build_object(const SoftkeyCborItem *fmt, const SoftkeyCborItem *auth_data,
             const SoftkeyCborItem *statement)
{
  g_autoptr(GByteArray) out = g_byte_array_new();

  softkey_cbor_put_map(out, 3);
  softkey_cbor_put_text(out, "fmt");
  put_item(out, fmt);
  softkey_cbor_put_text(out, "attStmt");
  put_item(out, statement);
  softkey_cbor_put_text(out, "authData");
  put_item(out, auth_data);
  return copy_array(out);
}

/* Takes a reply of our own apart: what is missing there is a bug. */
static void
read_fields(const GByteArray *reply, const SoftkeyCborField *fields, size_t n)
{
  SoftkeyCborItem map;

  if (!softkey_cbor_read(reply->data, reply->len, &map) ||
      softkey_cbor_fields(&map, fields, n) != SOFTKEY_STATUS_OK)
    g_error("softkey's own reply cannot be read");
}

static SoftkeyDirectMade *
read_made(const GByteArray *reply)
{
  SoftkeyDirectMade *made = g_new0(SoftkeyDirectMade, 1);
  SoftkeyCborItem fmt, auth_data, statement, part;
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_TEXT, true, &fmt},
      {NULL, 2, SOFTKEY_CBOR_BYTES, true, &auth_data},
      {NULL, 3, SOFTKEY_CBOR_MAP, true, &statement},
  };
  size_t key = CREDENTIAL + 2 + SOFTKEY_HANDLE_SIZE;

  read_fields(reply, fields, G_N_ELEMENTS(fields));
  /* The public key ends where its map does; extensions may follow. */
  if (!softkey_cbor_next(&auth_data, &key, &part))
    g_error("authenticator data without a public key");
  made->credential_id =
      g_bytes_new(auth_data.data + CREDENTIAL + 2, SOFTKEY_HANDLE_SIZE);
  made->public_key = g_bytes_new(part.start, part.size);
  made->auth_data = copy_item(&auth_data);
  made->attestation_object = build_object(&fmt, &auth_data, &statement);
  made->reply = copy_array(reply);
  return made;
}

SoftkeyDirectMade *
softkey_direct_make(SoftkeyCore *core, const SoftkeyDirectMake *request)
{
  g_autoptr(SoftkeyCredential) credential = g_new0(SoftkeyCredential, 1);
  g_autoptr(GByteArray) reply = g_byte_array_new();

  memcpy(credential->client_data_hash, request->client_data_hash, 32);
  credential->rp_id = g_strdup(request->rp_id);
  (void)SHA256((const uint8_t *)request->rp_id, strlen(request->rp_id),
               credential->rp_hash);
  credential->user_id = g_bytes_new_static(USER_ID, strlen(USER_ID));
  credential->alg = request->alg != 0 ? request->alg : SOFTKEY_COSE_ES256;
  credential->extensions.protect = request->protect;
  credential->resident = request->resident;
  credential->flags = request->flags;
  if (softkey_credential_make(core, credential, reply) != SOFTKEY_STATUS_OK)
    return NULL;
  return read_made(reply);
}

void
softkey_direct_made_free(SoftkeyDirectMade *made)
{
  if (made == NULL)
    return;
  g_bytes_unref(made->credential_id);
  g_bytes_unref(made->public_key);
  g_bytes_unref(made->auth_data);
  g_bytes_unref(made->attestation_object);
  g_bytes_unref(made->reply);
  g_free(made);
}

static SoftkeyDirectAsserted *
read_asserted(const GByteArray *reply)
{
  SoftkeyDirectAsserted *asserted = g_new0(SoftkeyDirectAsserted, 1);
  SoftkeyCborItem auth_data, signature;
  const SoftkeyCborField fields[] = {
      {NULL, 2, SOFTKEY_CBOR_BYTES, true, &auth_data},
      {NULL, 3, SOFTKEY_CBOR_BYTES, true, &signature},
  };

  read_fields(reply, fields, G_N_ELEMENTS(fields));
  asserted->auth_data = copy_item(&auth_data);
  asserted->signature = copy_item(&signature);
  asserted->reply = copy_array(reply);
  return asserted;
}

SoftkeyDirectAsserted *
softkey_direct_assert(SoftkeyCore *core, const SoftkeyDirectAssert *request)
{
  g_autoptr(SoftkeyAssertion) assertion = g_new0(SoftkeyAssertion, 1);
  g_autoptr(GByteArray) reply = g_byte_array_new();
  SoftkeyHandle handle;
  gsize len;
  const uint8_t *id = g_bytes_get_data(request->credential_id, &len);

  memcpy(assertion->client_data_hash, request->client_data_hash, 32);
  (void)SHA256((const uint8_t *)request->rp_id, strlen(request->rp_id),
               assertion->rp_hash);
  if (!softkey_handle_open(id, len, core->store->seed, assertion->rp_hash,
                           &handle))
    return NULL;
  assertion->rp_id = g_strdup(request->rp_id);
  assertion->flags = request->flags;
  assertion->handles = g_array_new(FALSE, FALSE, sizeof(SoftkeyHandle));
  g_array_append_val(assertion->handles, handle);
  if (softkey_assertion_sign(core, assertion, 0, reply) != SOFTKEY_STATUS_OK)
    return NULL;
  return read_asserted(reply);
}

void
softkey_direct_asserted_free(SoftkeyDirectAsserted *asserted)
{
  if (asserted == NULL)
    return;
  g_bytes_unref(asserted->auth_data);
  g_bytes_unref(asserted->signature);
  g_bytes_unref(asserted->reply);
  g_free(asserted);
}
