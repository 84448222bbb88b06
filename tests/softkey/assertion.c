/* SPDX-License-Identifier: Apache-2.0 */
/* assertion.c - authenticatorGetAssertion and GetNextAssertion. */
#include "tests/softkey/assertion.h"

#include <openssl/sha.h>
#include <string.h>

#include "tests/softkey/auth-data.h"
#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"

#define NEXT_MS 30000 /* section 6.3: between two of a series */

typedef struct {
  SoftkeyCborItem rp_id, hash, allow, extensions, options, param, protocol;
} GetRequest;

void
softkey_assertion_free(SoftkeyAssertion *assertion)
{
  if (assertion == NULL)
    return;
  g_free(assertion->rp_id);
  g_clear_pointer(&assertion->handles, g_array_unref);
  softkey_extension_clear_get(&assertion->extensions);
  g_free(assertion);
}

static SoftkeyStatus
read_options(SoftkeyCore *core, const GetRequest *request,
             SoftkeyAssertion *assertion)
{
  SoftkeyCborItem rk, up, uv;
  const SoftkeyCborField fields[] = {
      {"rk", 0, SOFTKEY_CBOR_SIMPLE, false, &rk},
      {"up", 0, SOFTKEY_CBOR_SIMPLE, false, &up},
      {"uv", 0, SOFTKEY_CBOR_SIMPLE, false, &uv},
  };
  SoftkeyStatus status;

  assertion->flags = SOFTKEY_AUTH_DATA_UP;
  if (request->options.size == 0)
    return SOFTKEY_STATUS_OK;
  status = softkey_cbor_fields(&request->options, fields, G_N_ELEMENTS(fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (rk.size > 0)
    return SOFTKEY_STATUS_UNSUPPORTED_OPTION;
  /* As in makeCredential. */
  assertion->by_finger = softkey_cbor_is_true(&uv) && request->param.size == 0;
  if (assertion->by_finger && !softkey_finger_is_enrolled(core))
    return SOFTKEY_STATUS_INVALID_OPTION;
  if (up.size > 0 && !softkey_cbor_is_true(&up))
    assertion->flags = 0;
  if (assertion->by_finger) {
    assertion->flags |= SOFTKEY_AUTH_DATA_UV; /* or it comes to nothing */
    return softkey_finger_check_ready(core);
  }
  return SOFTKEY_STATUS_OK;
}

/* credProtect: level 3 wants verification always, level 2 where the
 * credential was not named. */
static bool
is_allowed(const SoftkeyHandle *handle, uint8_t flags, bool named)
{
  return (flags & SOFTKEY_AUTH_DATA_UV) != 0 || handle->protect == 1 ||
         (handle->protect == 2 && named);
}

static SoftkeyStatus
find_named(SoftkeyCore *core, const GetRequest *request,
           SoftkeyAssertion *assertion)
{
  SoftkeyCborItem entry, id, type;
  const SoftkeyCborField fields[] = {
      {"id", 0, SOFTKEY_CBOR_BYTES, true, &id},
      {"type", 0, SOFTKEY_CBOR_TEXT, true, &type},
  };
  int limit = core->profile->max_credentials_in_list;
  size_t cursor = 0;
  SoftkeyHandle handle;

  if (limit > 0 && request->allow.value > (uint64_t)limit)
    return SOFTKEY_STATUS_LIMIT_EXCEEDED;
  while (softkey_cbor_next(&request->allow, &cursor, &entry)) {
    SoftkeyStatus status =
        softkey_cbor_fields(&entry, fields, G_N_ELEMENTS(fields));

    if (status != SOFTKEY_STATUS_OK)
      return status;
    if (assertion->handles->len > 0 ||
        !softkey_cbor_is_text(&type, "public-key") ||
        !softkey_handle_open(id.data, (size_t)id.value, core->store->seed,
                             assertion->rp_hash, &handle))
      continue;
    if (handle.resident && softkey_store_find(core->store, handle.id) == NULL)
      continue;
    if (is_allowed(&handle, assertion->flags, true))
      g_array_append_val(assertion->handles, handle);
  }
  return SOFTKEY_STATUS_OK;
}

/* The discoverable ones, the newest first. */
static void
find_resident(SoftkeyCore *core, SoftkeyAssertion *assertion)
{
  for (guint i = core->store->residents->len; i > 0; i--) {
    const SoftkeyResident *resident = core->store->residents->pdata[i - 1];

    if (memcmp(resident->rp_hash, assertion->rp_hash, 32) == 0 &&
        is_allowed(&resident->handle, assertion->flags, false))
      g_array_append_val(assertion->handles, resident->handle);
  }
}

/* The user's names are for a verified user who has to choose. */
static void
put_user(GByteArray *out, const SoftkeyResident *resident, bool with_names)
{
  gsize len;
  const void *id = g_bytes_get_data(resident->user_id, &len);
  bool with_name = with_names && resident->user_name != NULL;
  bool with_display = with_names && resident->display_name != NULL;

  softkey_cbor_put_integer(out, 4);
  softkey_cbor_put_map(out, 1 + (size_t)with_name + (size_t)with_display);
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_bytes(out, id, len);
  if (with_name) {
    softkey_cbor_put_text(out, "name");
    softkey_cbor_put_text(out, resident->user_name);
  }
  if (with_display) {
    softkey_cbor_put_text(out, "displayName");
    softkey_cbor_put_text(out, resident->display_name);
  }
}

/* The answer to one of a series. */
typedef struct {
  guint n;
  const GByteArray *auth_data;
  const GByteArray *signature;
  const SoftkeyResident *resident; /* or NULL */
} Answer;

static void
put_blob_key(GByteArray *out, const SoftkeyCore *core,
             const SoftkeyAssertion *assertion, const SoftkeyHandle *handle)
{
  uint8_t blob_key[32];

  softkey_handle_blob_key(handle, core->store->seed, assertion->rp_hash,
                          blob_key);
  softkey_cbor_put_integer(out, 7);
  softkey_cbor_put_bytes(out, blob_key, sizeof blob_key);
}

static void
put_reply(GByteArray *out, const SoftkeyCore *core,
          const SoftkeyAssertion *assertion, const Answer *answer)
{
  const SoftkeyHandle *handle =
      &g_array_index(assertion->handles, SoftkeyHandle, answer->n);
  guint count = assertion->handles->len;
  bool with_count = answer->n == 0 && count > 1;
  bool with_blob_key = assertion->extensions.blob_key && handle->blob_key;
  uint8_t id[SOFTKEY_HANDLE_SIZE];

  softkey_cbor_put_map(out, 3 + (size_t)(answer->resident != NULL) +
                                (size_t)with_count + (size_t)with_blob_key);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_map(out, 2);
  softkey_cbor_put_text(out, "id");
  memcpy(id, handle->id, sizeof id);
  id[0] ^= core->profile->other_id ? 0xff : 0;
  softkey_cbor_put_bytes(out, id, sizeof id);
  softkey_cbor_put_text(out, "type");
  softkey_cbor_put_text(out, "public-key");
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_bytes(out, answer->auth_data->data, answer->auth_data->len);
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_bytes(out, answer->signature->data, answer->signature->len);
  if (answer->resident != NULL)
    put_user(out, answer->resident,
             (assertion->flags & SOFTKEY_AUTH_DATA_UV) != 0 && count > 1);
  if (with_count) {
    softkey_cbor_put_integer(out, 5);
    softkey_cbor_put_integer(out, count);
  }
  if (with_blob_key)
    put_blob_key(out, core, assertion, handle);
}

SoftkeyStatus
softkey_assertion_sign(SoftkeyCore *core, const SoftkeyAssertion *assertion,
                       guint n, GByteArray *reply)
{
  const SoftkeyHandle *handle =
      &g_array_index(assertion->handles, SoftkeyHandle, n);
  g_autoptr(EVP_PKEY) key =
      softkey_core_find_key(core, handle, assertion->rp_hash);
  g_autoptr(GByteArray) data = NULL;
  g_autoptr(GByteArray) signature = NULL;
  SoftkeyStatus status;

  if (key == NULL)
    return SOFTKEY_STATUS_OTHER;
  core->store->counter++;
  status = softkey_core_save(core);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  data = softkey_auth_data_new(assertion->rp_hash, assertion->flags,
                               core->store->counter);
  softkey_extension_put_get(core, data, &assertion->extensions, handle);
  g_byte_array_append(data, assertion->client_data_hash, 32);
  signature = softkey_cose_sign(key, data->data, data->len);
  if (signature == NULL)
    return SOFTKEY_STATUS_OTHER;
  g_byte_array_set_size(data, data->len - 32);
  put_reply(reply, core, assertion,
            &(Answer){.n = n,
                      .auth_data = data,
                      .signature = signature,
                      .resident = softkey_store_find(core->store, handle->id)});
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
finish(SoftkeyCore *core, void *data, GByteArray *reply)
{
  SoftkeyAssertion *assertion = data;
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  if (assertion->by_finger)
    status = softkey_finger_verify(core);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if ((assertion->flags & SOFTKEY_AUTH_DATA_UP) != 0)
    softkey_pin_use_up(core);
  status = softkey_assertion_sign(core, assertion, 0, reply);
  if (status != SOFTKEY_STATUS_OK || assertion->handles->len < 2)
    return status;
  /* A copy: the core frees data when this returns. */
  core->rest.made = g_new0(SoftkeyAssertion, 1);
  *core->rest.made = *assertion;
  core->rest.made->rp_id = g_strdup(assertion->rp_id);
  core->rest.made->handles = g_array_ref(assertion->handles);
  core->rest.next = 1;
  core->rest.since_ms = core->env->now_ms(core->env);
  return status;
}

static SoftkeyStatus
finish_choice(SoftkeyCore *core, void *data, GByteArray *reply)
{
  (void)data;
  (void)reply;
  return core->store->pin_set ? SOFTKEY_STATUS_PIN_INVALID
                              : SOFTKEY_STATUS_PIN_NOT_SET;
}

static SoftkeyStatus
check_request(SoftkeyCore *core, const GetRequest *request,
              SoftkeyAssertion *assertion)
{
  SoftkeyStatus status;

  if (request->hash.value != 32)
    return SOFTKEY_STATUS_INVALID_LENGTH;
  memcpy(assertion->client_data_hash, request->hash.data, 32);
  assertion->rp_id = softkey_cbor_dup_text(&request->rp_id);
  if (assertion->rp_id == NULL)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  (void)SHA256(request->rp_id.data, (size_t)request->rp_id.value,
               assertion->rp_hash);
  status = read_options(core, request, assertion);
  if (status == SOFTKEY_STATUS_OK && request->param.size > 0) {
    status =
        softkey_pin_check(core, &request->protocol, &request->param,
                          &request->hash, SOFTKEY_PIN_GET, assertion->rp_id);
    if (status == SOFTKEY_STATUS_OK)
      assertion->flags |= SOFTKEY_AUTH_DATA_UV;
  }
  if (status == SOFTKEY_STATUS_OK && request->param.size == 0 &&
      (assertion->flags & SOFTKEY_AUTH_DATA_UP) != 0 && !assertion->by_finger &&
      softkey_config_always_uv(core))
    return SOFTKEY_STATUS_PUAT_REQUIRED;
  if (status == SOFTKEY_STATUS_OK)
    status = softkey_extension_read_get(core, &request->extensions,
                                        &assertion->extensions);
  if (status == SOFTKEY_STATUS_OK && assertion->extensions.salts_len > 0 &&
      (assertion->flags & SOFTKEY_AUTH_DATA_UP) == 0)
    status = SOFTKEY_STATUS_UNSUPPORTED_OPTION; /* section 12.5 */
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (request->allow.size == 0 || request->allow.value == 0)
    find_resident(core, assertion);
  else
    status = find_named(core, request, assertion);
  if (status == SOFTKEY_STATUS_OK && assertion->handles->len == 0)
    return SOFTKEY_STATUS_NO_CREDENTIALS;
  return status;
}

SoftkeyStatus
softkey_assertion_command(SoftkeyCore *core, const SoftkeyCborItem *map,
                          GByteArray *reply)
{
  GetRequest request;
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_TEXT, true, &request.rp_id},
      {NULL, 2, SOFTKEY_CBOR_BYTES, true, &request.hash},
      {NULL, 3, SOFTKEY_CBOR_ARRAY, false, &request.allow},
      {NULL, 4, SOFTKEY_CBOR_MAP, false, &request.extensions},
      {NULL, 5, SOFTKEY_CBOR_MAP, false, &request.options},
      {NULL, 6, SOFTKEY_CBOR_BYTES, false, &request.param},
      {NULL, 7, SOFTKEY_CBOR_UINT, false, &request.protocol},
  };
  g_autoptr(SoftkeyAssertion) assertion = g_new0(SoftkeyAssertion, 1);
  SoftkeyStatus status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));

  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (request.param.size > 0 && request.param.value == 0)
    return softkey_core_wait(core, finish_choice, NULL, NULL, reply);
  assertion->handles = g_array_new(FALSE, FALSE, sizeof(SoftkeyHandle));
  status = check_request(core, &request, assertion);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if ((assertion->flags & SOFTKEY_AUTH_DATA_UP) == 0)
    return finish(core, assertion, reply);
  return softkey_core_wait(core, finish, g_steal_pointer(&assertion),
                           (GDestroyNotify)softkey_assertion_free, reply);
}

SoftkeyStatus
softkey_assertion_next(SoftkeyCore *core, const SoftkeyCborItem *request,
                       GByteArray *reply)
{
  SoftkeyAssertionRest *rest = &core->rest;
  int64_t now = core->env->now_ms(core->env);
  SoftkeyStatus status;

  (void)request;
  if (rest->made == NULL || now - rest->since_ms >= NEXT_MS)
    return SOFTKEY_STATUS_NOT_ALLOWED;
  status = softkey_assertion_sign(core, rest->made, rest->next, reply);
  rest->next++;
  rest->since_ms = now;
  if (rest->next == rest->made->handles->len)
    g_clear_pointer(&rest->made, softkey_assertion_free);
  return status;
}
