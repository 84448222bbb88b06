/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - authenticatorConfig: states that outlive the power. */
#include "tests/softkey/config.h"

#include <string.h>

#include "tests/softkey/core-private.h"

#define MAX_PIN 63

typedef enum {
  ENABLE_ENTERPRISE = 1,
  TOGGLE_ALWAYS_UV = 2,
  SET_MIN_PIN_LENGTH = 3,
} Subcommand;

typedef struct {
  SoftkeyCborItem subcommand, params, protocol, param;
  SoftkeyCborItem length, rp_ids, force; /* of params */
} ConfigRequest;

bool
softkey_config_always_uv(const SoftkeyCore *core)
{
  bool factory;

  if (!softkey_profile_option(core->profile, "alwaysUv", &factory))
    return false;
  return factory != core->store->always_uv_toggled;
}

int
softkey_config_min_pin_length(const SoftkeyCore *core)
{
  return MAX(core->profile->min_pin_length, core->store->min_pin_length);
}

/* 32 bytes 0xff, the command, the subcommand and its parameters (section
 * 6.11). A key without a PIN asks for none. */
static SoftkeyStatus
check_token(SoftkeyCore *core, const ConfigRequest *request)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  uint8_t head[34];
  const char *rp_id; /* says nothing here */

  if (!core->store->pin_set && !softkey_finger_is_enrolled(core) &&
      request->param.size == 0)
    return SOFTKEY_STATUS_OK;
  memset(head, 0xff, 32);
  head[32] = 0x0d;
  head[33] = (uint8_t)request->subcommand.value;
  g_byte_array_append(bytes, head, sizeof head);
  if (request->params.size > 0)
    g_byte_array_append(bytes, request->params.start,
                        (guint)request->params.size);
  return softkey_pin_check_bytes(core, &request->protocol, &request->param,
                                 bytes, SOFTKEY_PIN_CONFIG, &rp_id);
}

static SoftkeyStatus
enable_enterprise(SoftkeyCore *core)
{
  bool listed;

  if (!softkey_profile_option(core->profile, "ep", &listed))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  core->store->enterprise = !core->profile->config_silent;
  return softkey_core_save(core);
}

static SoftkeyStatus
toggle_always_uv(SoftkeyCore *core)
{
  bool listed;

  if (!softkey_profile_option(core->profile, "alwaysUv", &listed))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  core->store->always_uv_toggled = !core->store->always_uv_toggled;
  return softkey_core_save(core);
}

static SoftkeyStatus
set_rp_ids(SoftkeyCore *core, const SoftkeyCborItem *array)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new();
  SoftkeyCborItem member;
  size_t cursor = 0;

  if (array->value > (uint64_t)core->profile->max_min_pin_rp_ids)
    return SOFTKEY_STATUS_KEY_STORE_FULL;
  while (softkey_cbor_next(array, &cursor, &member))
    if (member.type != SOFTKEY_CBOR_TEXT)
      return SOFTKEY_STATUS_CBOR_UNEXPECTED_TYPE;
  cursor = 0;
  while (softkey_cbor_next(array, &cursor, &member))
    g_ptr_array_add(list, softkey_cbor_dup_text(&member));
  g_ptr_array_add(list, NULL);
  g_strfreev(core->store->min_pin_rp_ids);
  core->store->min_pin_rp_ids =
      (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
set_min_pin_length(SoftkeyCore *core, const ConfigRequest *request)
{
  SoftkeyStore *store = core->store;
  int length = softkey_config_min_pin_length(core);
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  if (!softkey_profile_is_on(core->profile, "setMinPINLength"))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  if (request->length.size > 0 && (request->length.value < (uint64_t)length ||
                                   request->length.value > MAX_PIN))
    return SOFTKEY_STATUS_PIN_POLICY_VIOLATION;
  if (softkey_cbor_is_true(&request->force) && !store->pin_set)
    return SOFTKEY_STATUS_PIN_NOT_SET;
  if (request->rp_ids.size > 0)
    status = set_rp_ids(core, &request->rp_ids);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (request->length.size > 0)
    store->min_pin_length = (uint8_t)request->length.value;
  if (softkey_cbor_is_true(&request->force) ||
      (store->pin_set && store->pin_length < store->min_pin_length))
    store->force_change = true;
  return softkey_core_save(core);
}

static SoftkeyStatus
run(SoftkeyCore *core, const ConfigRequest *request)
{
  switch ((Subcommand)request->subcommand.value) {
  case ENABLE_ENTERPRISE:
    return enable_enterprise(core);
  case TOGGLE_ALWAYS_UV:
    return toggle_always_uv(core);
  case SET_MIN_PIN_LENGTH:
    return set_min_pin_length(core, request);
  }
  return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
}

static SoftkeyStatus
read_params(ConfigRequest *request)
{
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, false, &request->length},
      {NULL, 2, SOFTKEY_CBOR_ARRAY, false, &request->rp_ids},
      {NULL, 3, SOFTKEY_CBOR_SIMPLE, false, &request->force},
  };

  if (request->params.size == 0)
    return SOFTKEY_STATUS_OK;
  return softkey_cbor_fields(&request->params, fields, G_N_ELEMENTS(fields));
}

SoftkeyStatus
softkey_config_command(SoftkeyCore *core, const SoftkeyCborItem *map,
                       GByteArray *reply)
{
  ConfigRequest request = {0};
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, true, &request.subcommand},
      {NULL, 2, SOFTKEY_CBOR_MAP, false, &request.params},
      {NULL, 3, SOFTKEY_CBOR_UINT, false, &request.protocol},
      {NULL, 4, SOFTKEY_CBOR_BYTES, false, &request.param},
  };
  SoftkeyStatus status;

  (void)reply;
  if (core->profile->config_denied)
    return SOFTKEY_STATUS_UNAUTHORIZED_PERMISSION;
  if (!softkey_profile_is_on(core->profile, "authnrCfg"))
    return SOFTKEY_STATUS_INVALID_COMMAND;
  status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));
  if (status == SOFTKEY_STATUS_OK)
    status = read_params(&request);
  if (status == SOFTKEY_STATUS_OK)
    status = check_token(core, &request);
  return status == SOFTKEY_STATUS_OK ? run(core, &request) : status;
}
