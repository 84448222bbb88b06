/* SPDX-License-Identifier: Apache-2.0 */
/* management.c - authenticatorCredentialManagement. */
#include "tests/softkey/management.h"

#include <string.h>

#include "tests/softkey/core-private.h"

typedef enum {
  METADATA = 1,
  RPS_BEGIN = 2,
  RPS_NEXT = 3,
  CREDENTIALS_BEGIN = 4,
  CREDENTIALS_NEXT = 5,
  DELETE = 6,
  UPDATE_USER = 7,
} Subcommand;

typedef struct {
  SoftkeyCborItem subcommand, params, protocol, param;
  SoftkeyCborItem rp_hash, id, user; /* of params */
  const char *rp_id;                 /* of the token */
} ManagementRequest;

void
softkey_management_forget(SoftkeyManagementRest *rest)
{
  g_clear_pointer(&rest->members, g_ptr_array_unref);
}

static SoftkeyStatus
put_metadata(SoftkeyCore *core, GByteArray *reply)
{
  guint n = core->store->residents->len;

  softkey_cbor_put_map(reply, 2);
  softkey_cbor_put_integer(reply, 1);
  softkey_cbor_put_integer(reply, n + (guint)core->profile->count_off);
  softkey_cbor_put_integer(reply, 2);
  softkey_cbor_put_integer(reply,
                           MAX(0, core->profile->resident_slots - (int)n));
  return SOFTKEY_STATUS_OK;
}

/* One of each relying party. */
static GPtrArray *
find_rps(SoftkeyCore *core)
{
  GPtrArray *found = g_ptr_array_new();

  for (guint i = 0; i < core->store->residents->len; i++) {
    SoftkeyResident *resident = core->store->residents->pdata[i];
    bool known = false;

    for (guint k = 0; k < found->len; k++) {
      const SoftkeyResident *other = found->pdata[k];

      known = known || memcmp(other->rp_hash, resident->rp_hash, 32) == 0;
    }
    if (!known)
      g_ptr_array_add(found, resident);
  }
  return found;
}

static GPtrArray *
find_credentials(SoftkeyCore *core, const SoftkeyCborItem *rp_hash)
{
  GPtrArray *found = g_ptr_array_new();

  for (guint i = 0; i < core->store->residents->len; i++) {
    SoftkeyResident *resident = core->store->residents->pdata[i];

    if (rp_hash->value == 32 &&
        memcmp(resident->rp_hash, rp_hash->data, 32) == 0)
      g_ptr_array_add(found, resident);
  }
  return found;
}

static void
put_rp(GByteArray *out, const SoftkeyResident *resident, guint total)
{
  softkey_cbor_put_map(out, total > 0 ? 3 : 2);
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_map(out, 1);
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_text(out, resident->rp_id);
  softkey_cbor_put_integer(out, 4);
  softkey_cbor_put_bytes(out, resident->rp_hash, 32);
  if (total > 0) {
    softkey_cbor_put_integer(out, 5);
    softkey_cbor_put_integer(out, total);
  }
}

static void
put_user(GByteArray *out, const SoftkeyResident *resident)
{
  gsize len;
  const void *id = g_bytes_get_data(resident->user_id, &len);

  softkey_cbor_put_map(out, 1 + (size_t)(resident->user_name != NULL) +
                                (size_t)(resident->display_name != NULL));
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_bytes(out, id, len);
  if (resident->user_name != NULL) {
    softkey_cbor_put_text(out, "name");
    softkey_cbor_put_text(out, resident->user_name);
  }
  if (resident->display_name != NULL) {
    softkey_cbor_put_text(out, "displayName");
    softkey_cbor_put_text(out, resident->display_name);
  }
}

static SoftkeyStatus
put_credential(SoftkeyCore *core, GByteArray *out,
               const SoftkeyResident *resident, guint total)
{
  g_autoptr(EVP_PKEY) key =
      softkey_core_find_key(core, &resident->handle, resident->rp_hash);

  if (key == NULL)
    return SOFTKEY_STATUS_OTHER;
  softkey_cbor_put_map(out, (total > 0 ? 5 : 4) +
                                (resident->handle.blob_key ? 1u : 0u));
  softkey_cbor_put_integer(out, 6);
  put_user(out, resident);
  softkey_cbor_put_integer(out, 7);
  softkey_cbor_put_map(out, 2);
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_bytes(out, resident->handle.id, SOFTKEY_HANDLE_SIZE);
  softkey_cbor_put_text(out, "type");
  softkey_cbor_put_text(out, "public-key");
  softkey_cbor_put_integer(out, 8);
  softkey_cose_put_public(out, key, resident->handle.alg);
  if (total > 0) {
    softkey_cbor_put_integer(out, 9);
    softkey_cbor_put_integer(out, total);
  }
  softkey_cbor_put_integer(out, 10);
  softkey_cbor_put_integer(out, resident->handle.protect);
  if (resident->handle.blob_key) {
    uint8_t blob_key[32];

    softkey_handle_blob_key(&resident->handle, core->store->seed,
                            resident->rp_hash, blob_key);
    softkey_cbor_put_integer(out, 11);
    softkey_cbor_put_bytes(out, blob_key, sizeof blob_key);
  }
  return SOFTKEY_STATUS_OK;
}

/* The n-th of the listing under way. */
static SoftkeyStatus
put_member(SoftkeyCore *core, GByteArray *reply)
{
  SoftkeyManagementRest *rest = &core->listing;
  guint total = rest->next == 0 ? rest->members->len : 0;
  const SoftkeyResident *resident = rest->members->pdata[rest->next];
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  if (rest->of_rps)
    put_rp(reply, resident, total);
  else
    status = put_credential(core, reply, resident, total);
  if (++rest->next == rest->members->len)
    softkey_management_forget(rest);
  return status;
}

static SoftkeyStatus
begin(SoftkeyCore *core, GPtrArray *members, bool of_rps, GByteArray *reply)
{
  softkey_management_forget(&core->listing);
  if (members->len == 0) {
    g_ptr_array_unref(members);
    return SOFTKEY_STATUS_NO_CREDENTIALS;
  }
  core->listing = (SoftkeyManagementRest){members, 0, of_rps};
  return put_member(core, reply);
}

static SoftkeyStatus
go_on(SoftkeyCore *core, bool with_rps, GByteArray *reply)
{
  if (core->listing.members == NULL || core->listing.of_rps != with_rps)
    return SOFTKEY_STATUS_NOT_ALLOWED;
  return put_member(core, reply);
}

/* The credential that params name, if the token is good for it. */
static SoftkeyStatus
find_named(SoftkeyCore *core, const ManagementRequest *request,
           SoftkeyResident **ret_resident)
{
  SoftkeyCborItem id;
  const SoftkeyCborField fields[] = {
      {"id", 0, SOFTKEY_CBOR_BYTES, true, &id},
  };
  SoftkeyStatus status =
      softkey_cbor_fields(&request->id, fields, G_N_ELEMENTS(fields));

  if (status != SOFTKEY_STATUS_OK)
    return status;
  *ret_resident = id.value == SOFTKEY_HANDLE_SIZE
                      ? softkey_store_find(core->store, id.data)
                      : NULL;
  if (*ret_resident == NULL)
    return SOFTKEY_STATUS_NO_CREDENTIALS;
  if (request->rp_id != NULL &&
      !g_str_equal(request->rp_id, (*ret_resident)->rp_id))
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus delete (SoftkeyCore *core,
                             const ManagementRequest *request)
{
  SoftkeyResident *resident;
  SoftkeyStatus status = find_named(core, request, &resident);

  if (status != SOFTKEY_STATUS_OK)
    return status;
  g_ptr_array_remove(core->store->residents, resident);
  return softkey_core_save(core);
}

static SoftkeyStatus
update_user(SoftkeyCore *core, const ManagementRequest *request)
{
  SoftkeyResident *resident;
  SoftkeyCborItem id, name, display_name;
  const SoftkeyCborField fields[] = {
      {"id", 0, SOFTKEY_CBOR_BYTES, true, &id},
      {"name", 0, SOFTKEY_CBOR_TEXT, false, &name},
      {"displayName", 0, SOFTKEY_CBOR_TEXT, false, &display_name},
  };
  SoftkeyStatus status = find_named(core, request, &resident);
  gsize len;
  const void *user_id;

  if (status == SOFTKEY_STATUS_OK)
    status = softkey_cbor_fields(&request->user, fields, G_N_ELEMENTS(fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  user_id = g_bytes_get_data(resident->user_id, &len);
  if (id.value != len || memcmp(id.data, user_id, len) != 0)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  g_free(resident->user_name);
  g_free(resident->display_name);
  resident->user_name = softkey_cbor_dup_text(&name);
  resident->display_name = softkey_cbor_dup_text(&display_name);
  return softkey_core_save(core);
}

/* One that may look and change nothing does for what changes nothing (CTAP 2.2,
 * perCredMgmtRO). */
static uint8_t
find_permissions(const SoftkeyCore *core, const ManagementRequest *request)
{
  bool looks = request->subcommand.value != DELETE &&
               request->subcommand.value != UPDATE_USER;

  return looks && softkey_profile_is_on(core->profile, "perCredMgmtRO")
             ? SOFTKEY_PIN_CREDENTIALS | SOFTKEY_PIN_CREDENTIALS_RO
             : SOFTKEY_PIN_CREDENTIALS;
}

/* The token's MAC stands over the subcommand and its parameters. */
static SoftkeyStatus
check_token(SoftkeyCore *core, ManagementRequest *request)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  uint8_t subcommand = (uint8_t)request->subcommand.value;

  g_byte_array_append(bytes, &subcommand, 1);
  if (request->params.size > 0)
    g_byte_array_append(bytes, request->params.start,
                        (guint)request->params.size);
  return softkey_pin_check_bytes(core, &request->protocol, &request->param,
                                 bytes, find_permissions(core, request),
                                 &request->rp_id);
}

static SoftkeyStatus
read_params(ManagementRequest *request)
{
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_BYTES, false, &request->rp_hash},
      {NULL, 2, SOFTKEY_CBOR_MAP, false, &request->id},
      {NULL, 3, SOFTKEY_CBOR_MAP, false, &request->user},
  };

  if (request->params.size == 0)
    return SOFTKEY_STATUS_OK;
  return softkey_cbor_fields(&request->params, fields, G_N_ELEMENTS(fields));
}

static bool
has_all(const ManagementRequest *request)
{
  switch ((Subcommand)request->subcommand.value) {
  case METADATA:
  case RPS_BEGIN:
  case RPS_NEXT:
  case CREDENTIALS_NEXT:
    return true;
  case CREDENTIALS_BEGIN:
    return request->rp_hash.size > 0;
  case DELETE:
    return request->id.size > 0;
  case UPDATE_USER:
    return request->id.size > 0 && request->user.size > 0;
  }
  return true; /* an unknown one is refused as such */
}

static SoftkeyStatus
run(SoftkeyCore *core, ManagementRequest *request, GByteArray *reply)
{
  Subcommand subcommand = (Subcommand)request->subcommand.value;
  SoftkeyStatus status = read_params(request);

  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (!has_all(request))
    return SOFTKEY_STATUS_MISSING_PARAMETER;
  if (subcommand == RPS_NEXT || subcommand == CREDENTIALS_NEXT)
    return go_on(core, subcommand == RPS_NEXT, reply);
  if (subcommand < METADATA || subcommand > UPDATE_USER)
    return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
  status = check_token(core, request);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (request->rp_id != NULL &&
      (subcommand == METADATA || subcommand == RPS_BEGIN))
    return SOFTKEY_STATUS_PIN_AUTH_INVALID;
  switch (subcommand) {
  case METADATA:
    return put_metadata(core, reply);
  case RPS_BEGIN:
    return begin(core, find_rps(core), true, reply);
  case CREDENTIALS_BEGIN:
    return begin(core, find_credentials(core, &request->rp_hash), false, reply);
  case DELETE:
    return delete (core, request);
  case UPDATE_USER:
    return update_user(core, request);
  case RPS_NEXT:
  case CREDENTIALS_NEXT:
    break;
  }
  return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
}

static SoftkeyStatus
read_and_run(SoftkeyCore *core, const SoftkeyCborItem *map, bool preview,
             GByteArray *reply)
{
  ManagementRequest request = {0};
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, true, &request.subcommand},
      {NULL, 2, SOFTKEY_CBOR_MAP, false, &request.params},
      {NULL, 3, SOFTKEY_CBOR_UINT, false, &request.protocol},
      {NULL, 4, SOFTKEY_CBOR_BYTES, false, &request.param},
  };
  SoftkeyStatus status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));

  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (request.subcommand.value != RPS_NEXT &&
      request.subcommand.value != CREDENTIALS_NEXT)
    softkey_management_forget(&core->listing);
  /* The preview knew no new names; some final keys do not either. */
  if (request.subcommand.value == UPDATE_USER &&
      (preview || core->profile->no_update))
    return SOFTKEY_STATUS_INVALID_COMMAND;
  return run(core, &request, reply);
}

SoftkeyStatus
softkey_management_command(SoftkeyCore *core, const SoftkeyCborItem *request,
                           GByteArray *reply)
{
  if (!softkey_profile_is_on(core->profile, "credMgmt"))
    return SOFTKEY_STATUS_INVALID_COMMAND;
  return read_and_run(core, request, false, reply);
}

SoftkeyStatus
softkey_management_preview(SoftkeyCore *core, const SoftkeyCborItem *request,
                           GByteArray *reply)
{
  if (!softkey_profile_is_on(core->profile, "credentialMgmtPreview"))
    return SOFTKEY_STATUS_INVALID_COMMAND;
  return read_and_run(core, request, true, reply);
}
