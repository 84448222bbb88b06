/* SPDX-License-Identifier: Apache-2.0 */
/* credential.c - authenticatorMakeCredential (CTAP 2.1, section 6.1). */
#include "tests/softkey/credential.h"

#include <openssl/sha.h>
#include <string.h>

#include "tests/softkey/auth-data.h"
#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"

#define MAX_RP_ID 255
#define MAX_USER_ID 64
#define SERIAL 8
#define MAX_NAME 64 /* longer names are cut (section 6.1.2) */

typedef struct {
  SoftkeyCborItem hash, rp, user, params, exclude, extensions, options, param,
      protocol, enterprise;
} MakeRequest;

void
softkey_credential_free(SoftkeyCredential *credential)
{
  if (credential == NULL)
    return;
  g_free(credential->rp_id);
  g_clear_pointer(&credential->user_id, g_bytes_unref);
  g_free(credential->user_name);
  g_free(credential->display_name);
  softkey_extension_clear_make(&credential->extensions);
  g_free(credential);
}

/* At most MAX_NAME bytes, whole characters. */
static char *
cut_name(const SoftkeyCborItem *item)
{
  char *name = softkey_cbor_dup_text(item);
  size_t len = MAX_NAME;

  if (name == NULL || strlen(name) <= MAX_NAME)
    return name;
  while ((name[len] & 0xc0) == 0x80)
    len--;
  name[len] = '\0';
  return name;
}

static SoftkeyStatus
read_entities(const MakeRequest *request, SoftkeyCredential *credential)
{
  SoftkeyCborItem rp_id, user_id, name, display_name;
  const SoftkeyCborField rp_fields[] = {
      {"id", 0, SOFTKEY_CBOR_TEXT, true, &rp_id},
  };
  const SoftkeyCborField user_fields[] = {
      {"id", 0, SOFTKEY_CBOR_BYTES, true, &user_id},
      {"name", 0, SOFTKEY_CBOR_TEXT, false, &name},
      {"displayName", 0, SOFTKEY_CBOR_TEXT, false, &display_name},
  };
  SoftkeyStatus status =
      softkey_cbor_fields(&request->rp, rp_fields, G_N_ELEMENTS(rp_fields));

  if (status == SOFTKEY_STATUS_OK)
    status = softkey_cbor_fields(&request->user, user_fields,
                                 G_N_ELEMENTS(user_fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (request->hash.value != 32 || rp_id.value == 0 ||
      rp_id.value > MAX_RP_ID || user_id.value == 0 ||
      user_id.value > MAX_USER_ID)
    return SOFTKEY_STATUS_INVALID_LENGTH;
  memcpy(credential->client_data_hash, request->hash.data, 32);
  credential->rp_id = softkey_cbor_dup_text(&rp_id);
  if (credential->rp_id == NULL)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  (void)SHA256(rp_id.data, (size_t)rp_id.value, credential->rp_hash);
  credential->user_id = g_bytes_new(user_id.data, (gsize)user_id.value);
  credential->user_name = cut_name(&name);
  credential->display_name = cut_name(&display_name);
  return SOFTKEY_STATUS_OK;
}

/* The first algorithm in the list that this key has. */
static SoftkeyStatus
choose_algorithm(SoftkeyCore *core, const SoftkeyCborItem *params,
                 SoftkeyCredential *credential)
{
  SoftkeyCborItem entry, type, alg;
  const SoftkeyCborField fields[] = {
      {"alg", 0, SOFTKEY_CBOR_NEGATIVE, true, &alg},
      {"type", 0, SOFTKEY_CBOR_TEXT, true, &type},
  };
  size_t cursor = 0;
  int64_t number;

  while (softkey_cbor_next(params, &cursor, &entry)) {
    SoftkeyStatus status =
        softkey_cbor_fields(&entry, fields, G_N_ELEMENTS(fields));

    if (status != SOFTKEY_STATUS_OK)
      return status;
    if (credential->alg == 0 && softkey_cbor_is_text(&type, "public-key") &&
        softkey_cbor_integer(&alg, &number) &&
        softkey_profile_has_algorithm(core->profile, number))
      credential->alg = number;
  }
  return credential->alg != 0 ? SOFTKEY_STATUS_OK
                              : SOFTKEY_STATUS_UNSUPPORTED_ALGORITHM;
}

static SoftkeyStatus
read_options(SoftkeyCore *core, const MakeRequest *request,
             SoftkeyCredential *credential)
{
  SoftkeyCborItem rk, up, uv;
  const SoftkeyCborField fields[] = {
      {"rk", 0, SOFTKEY_CBOR_SIMPLE, false, &rk},
      {"up", 0, SOFTKEY_CBOR_SIMPLE, false, &up},
      {"uv", 0, SOFTKEY_CBOR_SIMPLE, false, &uv},
  };
  SoftkeyStatus status;

  if (request->options.size == 0)
    return SOFTKEY_STATUS_OK;
  status = softkey_cbor_fields(&request->options, fields, G_N_ELEMENTS(fields));
  if (status != SOFTKEY_STATUS_OK)
    return status;
  /* With a pinUvAuthParam it counts as false (step 5). */
  credential->by_finger = softkey_cbor_is_true(&uv) && request->param.size == 0;
  if (credential->by_finger && !softkey_finger_is_enrolled(core))
    return SOFTKEY_STATUS_INVALID_OPTION;
  if (up.size > 0 && !softkey_cbor_is_true(&up))
    return SOFTKEY_STATUS_INVALID_OPTION;
  credential->resident = softkey_cbor_is_true(&rk);
  if (credential->resident && !softkey_profile_is_on(core->profile, "rk"))
    return SOFTKEY_STATUS_UNSUPPORTED_OPTION;
  return SOFTKEY_STATUS_OK;
}

/* Sets the flag UV, or says why the user must be verified first. */
static SoftkeyStatus
check_user(SoftkeyCore *core, const MakeRequest *request,
           SoftkeyCredential *credential)
{
  SoftkeyStatus status;

  if (request->param.size > 0) {
    status =
        softkey_pin_check(core, &request->protocol, &request->param,
                          &request->hash, SOFTKEY_PIN_MAKE, credential->rp_id);
    if (status == SOFTKEY_STATUS_OK)
      credential->flags |= SOFTKEY_AUTH_DATA_UV;
    return status;
  }
  if (credential->by_finger) {
    credential->flags |= SOFTKEY_AUTH_DATA_UV; /* or it comes to nothing */
    return softkey_finger_check_ready(core);
  }
  if (softkey_config_always_uv(core))
    return SOFTKEY_STATUS_PUAT_REQUIRED;
  if (!core->store->pin_set && !softkey_finger_is_enrolled(core))
    return SOFTKEY_STATUS_OK;
  if (!credential->resident &&
      softkey_profile_is_on(core->profile, "makeCredUvNotRqd"))
    return SOFTKEY_STATUS_OK;
  return SOFTKEY_STATUS_PUAT_REQUIRED;
}

/* Step 12: whether a listed credential is this key's. One of level 3 is not
 * admitted to without verification. */
static SoftkeyStatus
check_exclude(SoftkeyCore *core, const MakeRequest *request,
              SoftkeyCredential *credential)
{
  SoftkeyCborItem entry, id, type;
  const SoftkeyCborField fields[] = {
      {"id", 0, SOFTKEY_CBOR_BYTES, true, &id},
      {"type", 0, SOFTKEY_CBOR_TEXT, true, &type},
  };
  int limit = core->profile->max_credentials_in_list;
  size_t cursor = 0;
  SoftkeyHandle handle;

  if (limit > 0 && request->exclude.value > (uint64_t)limit)
    return SOFTKEY_STATUS_LIMIT_EXCEEDED;
  while (softkey_cbor_next(&request->exclude, &cursor, &entry)) {
    SoftkeyStatus status =
        softkey_cbor_fields(&entry, fields, G_N_ELEMENTS(fields));

    if (status != SOFTKEY_STATUS_OK)
      return status;
    if (!softkey_cbor_is_text(&type, "public-key") ||
        !softkey_handle_open(id.data, (size_t)id.value, core->store->seed,
                             credential->rp_hash, &handle))
      continue;
    if (handle.resident && softkey_store_find(core->store, handle.id) == NULL)
      continue;
    if (handle.protect != 3 || (credential->flags & SOFTKEY_AUTH_DATA_UV) != 0)
      credential->excluded = true;
  }
  return SOFTKEY_STATUS_OK;
}

static void
keep_resident(SoftkeyCore *core, const SoftkeyCredential *credential,
              const SoftkeyHandle *handle)
{
  SoftkeyResident *resident = g_new0(SoftkeyResident, 1);

  resident->handle = *handle;
  memcpy(resident->rp_hash, credential->rp_hash, 32);
  resident->rp_id = g_strdup(credential->rp_id);
  resident->user_id = g_bytes_ref(credential->user_id);
  resident->user_name = g_strdup(credential->user_name);
  resident->display_name = g_strdup(credential->display_name);
  if (credential->extensions.blob != NULL)
    resident->blob = g_bytes_ref(credential->extensions.blob);
  softkey_store_add(core->store, resident);
}

static bool
has_room(SoftkeyCore *core, const SoftkeyCredential *credential)
{
  const GPtrArray *residents = core->store->residents;

  if (residents->len < (guint)core->profile->resident_slots)
    return true;
  for (guint i = 0; i < residents->len; i++) {
    const SoftkeyResident *old = residents->pdata[i];

    if (memcmp(old->rp_hash, credential->rp_hash, 32) == 0 &&
        g_bytes_equal(old->user_id, credential->user_id))
      return true; /* takes the place of this one */
  }
  return false;
}

/* Whether the relying party is told which key this is (section 7.1). */
static bool
is_enterprise(const SoftkeyCore *core, const SoftkeyCredential *credential)
{
  char **list = core->profile->enterprise_rp_ids;

  return credential->enterprise == 2 ||
         (credential->enterprise == 1 && list != NULL &&
          g_strv_contains((const char *const *)list, credential->rp_id));
}

/* This key's own; drawn when it is wanted for the first time, and then kept. */
static GBytes *
find_serial(SoftkeyCore *core)
{
  const char *fixed = core->profile->enterprise_serial;
  uint8_t bytes[SERIAL];

  if (fixed != NULL)
    return g_bytes_new(fixed, strlen(fixed));
  if (core->store->serial == NULL) {
    core->env->random(core->env, bytes, sizeof bytes);
    core->store->serial = g_bytes_new(bytes, sizeof bytes);
  }
  return g_bytes_ref(core->store->serial);
}

/* Authenticator data and the hash: what the statement is about. */
static GByteArray *
make_data(SoftkeyCore *core, const SoftkeyCredential *credential,
          const SoftkeyHandle *handle, EVP_PKEY *key)
{
  GByteArray *data = softkey_auth_data_new(
      credential->rp_hash, credential->flags, core->store->counter);

  softkey_auth_data_put_credential(data, core->profile->aaguid, handle, key);
  softkey_extension_put_make(core, data, &credential->extensions,
                             credential->rp_id);
  softkey_bad_attestation_spoil(core->profile->attestation_fault, data);
  g_byte_array_append(data, credential->client_data_hash, 32);
  return data;
}

static void
put_blob_key(SoftkeyCore *core, const SoftkeyCredential *credential,
             const SoftkeyHandle *handle, GByteArray *reply)
{
  uint8_t blob_key[32];

  softkey_handle_blob_key(handle, core->store->seed, credential->rp_hash,
                          blob_key);
  softkey_cbor_put_integer(reply, 5);
  softkey_cbor_put_bytes(reply, blob_key, sizeof blob_key);
}

static SoftkeyStatus
put_reply(SoftkeyCore *core, const SoftkeyCredential *credential,
          const SoftkeyHandle *handle, EVP_PKEY *key, GByteArray *reply)
{
  bool enterprise = is_enterprise(core, credential);
  SoftkeyFault fault = core->profile->attestation_fault;
  g_autoptr(GBytes) serial = enterprise && fault != SOFTKEY_FAULT_EP_IGNORED
                                 ? find_serial(core)
                                 : NULL;
  g_autoptr(GByteArray) data = NULL;
  SoftkeyStatement statement = {.kind = core->profile->attestation,
                                .fault = fault,
                                .serial = serial,
                                .key = key,
                                .alg = handle->alg};
  SoftkeyStatus status = softkey_core_save(core);

  if (status != SOFTKEY_STATUS_OK)
    return status;
  statement.signed_data = data = make_data(core, credential, handle, key);
  softkey_cbor_put_map(reply,
                       3 + (size_t)enterprise + (size_t)handle->blob_key);
  if (!softkey_attestation_put(core->attestation, &statement, reply))
    return SOFTKEY_STATUS_OTHER;
  if (enterprise) {
    softkey_cbor_put_integer(reply, 4);
    softkey_cbor_put_bool(reply, true);
  }
  if (handle->blob_key)
    put_blob_key(core, credential, handle, reply);
  return SOFTKEY_STATUS_OK;
}

SoftkeyStatus
softkey_credential_make(SoftkeyCore *core, const SoftkeyCredential *credential,
                        GByteArray *reply)
{
  SoftkeyHandle handle = {.alg = credential->alg,
                          .protect = MAX(credential->extensions.protect, 1),
                          .blob_key = credential->extensions.blob_key,
                          .resident = credential->resident};
  g_autoptr(EVP_PKEY) key = NULL;

  if (credential->resident && !has_room(core, credential))
    return SOFTKEY_STATUS_KEY_STORE_FULL;
  softkey_handle_make(&handle, core->env, core->store->seed,
                      credential->rp_hash);
  key = softkey_handle_key(&handle, core->store->seed, credential->rp_hash);
  if (key == NULL)
    return SOFTKEY_STATUS_OTHER;
  if (credential->resident)
    keep_resident(core, credential, &handle);
  core->store->counter++;
  return put_reply(core, credential, &handle, key, reply);
}

static SoftkeyStatus
finish(SoftkeyCore *core, void *data, GByteArray *reply)
{
  SoftkeyCredential *credential = data;
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  if (credential->by_finger)
    status = softkey_finger_verify(core);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (credential->excluded)
    return SOFTKEY_STATUS_CREDENTIAL_EXCLUDED;
  softkey_pin_use_up(core);
  return softkey_credential_make(core, credential, reply);
}

/* Step 1: an empty pinUvAuthParam asks for a touch, to choose a key. */
static SoftkeyStatus
finish_choice(SoftkeyCore *core, void *data, GByteArray *reply)
{
  (void)data;
  (void)reply;
  return core->store->pin_set ? SOFTKEY_STATUS_PIN_INVALID
                              : SOFTKEY_STATUS_PIN_NOT_SET;
}

/* Step 9. A key that has it not, or off, takes the member for wrong. */
static SoftkeyStatus
read_enterprise(SoftkeyCore *core, const MakeRequest *request,
                SoftkeyCredential *credential)
{
  bool listed;

  if (request->enterprise.size == 0)
    return SOFTKEY_STATUS_OK;
  if (!softkey_profile_option(core->profile, "ep", &listed) ||
      !core->store->enterprise)
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (request->enterprise.value < 1 || request->enterprise.value > 2)
    return SOFTKEY_STATUS_INVALID_OPTION;
  credential->enterprise = (int)request->enterprise.value;
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
check_request(SoftkeyCore *core, const MakeRequest *request,
              SoftkeyCredential *credential)
{
  SoftkeyStatus status = read_entities(request, credential);

  if (status == SOFTKEY_STATUS_OK)
    status = choose_algorithm(core, &request->params, credential);
  if (status == SOFTKEY_STATUS_OK)
    status = read_options(core, request, credential);
  if (status == SOFTKEY_STATUS_OK)
    status = read_enterprise(core, request, credential);
  if (status == SOFTKEY_STATUS_OK)
    status = softkey_extension_read_make(core, &request->extensions,
                                         credential->resident,
                                         &credential->extensions);
  if (status == SOFTKEY_STATUS_OK)
    status = check_user(core, request, credential);
  if (status == SOFTKEY_STATUS_OK)
    status = check_exclude(core, request, credential);
  return status;
}

SoftkeyStatus
softkey_credential_command(SoftkeyCore *core, const SoftkeyCborItem *map,
                           GByteArray *reply)
{
  MakeRequest request;
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_BYTES, true, &request.hash},
      {NULL, 2, SOFTKEY_CBOR_MAP, true, &request.rp},
      {NULL, 3, SOFTKEY_CBOR_MAP, true, &request.user},
      {NULL, 4, SOFTKEY_CBOR_ARRAY, true, &request.params},
      {NULL, 5, SOFTKEY_CBOR_ARRAY, false, &request.exclude},
      {NULL, 6, SOFTKEY_CBOR_MAP, false, &request.extensions},
      {NULL, 7, SOFTKEY_CBOR_MAP, false, &request.options},
      {NULL, 8, SOFTKEY_CBOR_BYTES, false, &request.param},
      {NULL, 9, SOFTKEY_CBOR_UINT, false, &request.protocol},
      {NULL, 10, SOFTKEY_CBOR_UINT, false, &request.enterprise},
  };
  g_autoptr(SoftkeyCredential) credential = g_new0(SoftkeyCredential, 1);
  SoftkeyStatus status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));

  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (request.param.size > 0 && request.param.value == 0)
    return softkey_core_wait(core, finish_choice, NULL, NULL, reply);
  credential->flags = SOFTKEY_AUTH_DATA_UP;
  status = check_request(core, &request, credential);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  return softkey_core_wait(core, finish, g_steal_pointer(&credential),
                           (GDestroyNotify)softkey_credential_free, reply);
}
