/* SPDX-License-Identifier: Apache-2.0 */
/* core.c - a software key: the bytes of a CTAP2 message in, bytes out. */
#include "tests/softkey/core.h"

#include <string.h>

#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"
#include "tests/softkey/credential.h"
#include "tests/softkey/info.h"

typedef SoftkeyStatus CommandFunction(SoftkeyCore *core,
                                      const SoftkeyCborItem *request,
                                      GByteArray *reply);

static CommandFunction reset, select_key;

/* Every command there is. */
/* clang-format off */
static const struct {
  uint8_t command;
  bool has_request; /* a CBOR map follows */
  CommandFunction *run;
} commands[] = {
  { 0x01, true, softkey_credential_command },
  { 0x02, true, softkey_assertion_command },
  { 0x04, false, softkey_info_command },
  { 0x06, true, softkey_pin_command },
  { 0x07, false, reset },
  { 0x08, false, softkey_assertion_next },
  { 0x09, true, softkey_bio_command },
  { 0x0a, true, softkey_management_command },
  { 0x0b, false, select_key },
  { 0x0c, true, softkey_blobs_command },
  { 0x0d, true, softkey_config_command },
  { 0x40, true, softkey_bio_preview },
  { 0x41, true, softkey_management_preview },
};
/* clang-format on */

#define GET_NEXT_ASSERTION 0x08
#define CREDENTIAL_MANAGEMENT 0x0a
#define CREDENTIAL_MANAGEMENT_PREVIEW 0x41

/* Waiting for a touch */

static void
drop_wait(SoftkeyCore *core)
{
  if (core->finish != NULL && core->free_data != NULL)
    core->free_data(core->data);
  core->finish = NULL;
  core->data = NULL;
}

/* Looks for the touch, and goes on with the command or not. */
static SoftkeyStatus
look_for_touch(SoftkeyCore *core, GByteArray *reply)
{
  SoftkeyStatus status = softkey_touch_look(&core->touch, core->waits_since,
                                            core->env->now_ms(core->env));

  if (status == SOFTKEY_STATUS_WAITING)
    return status;
  if (status == SOFTKEY_STATUS_OK) {
    core->counters.touches++;
    status = core->finish(core, core->data, reply);
  }
  drop_wait(core);
  return status;
}

SoftkeyStatus
softkey_core_wait(SoftkeyCore *core, SoftkeyCoreFinish *finish, void *data,
                  GDestroyNotify free_data, GByteArray *reply)
{
  core->finish = finish;
  core->data = data;
  core->free_data = free_data;
  core->waits_since = core->env->now_ms(core->env);
  return look_for_touch(core, reply);
}

SoftkeyStatus
softkey_core_save(SoftkeyCore *core)
{
  g_autoptr(GError) error = NULL;

  if (softkey_store_save(core->store, &error))
    return SOFTKEY_STATUS_OK;
  g_printerr("softkey: %s\n", error->message);
  return SOFTKEY_STATUS_OTHER;
}

EVP_PKEY *
softkey_core_find_key(SoftkeyCore *core, const SoftkeyHandle *handle,
                      const uint8_t rp_hash[32])
{
  EVP_PKEY *key = core->last_key;

  /* An id is bound to seed and relying party by its MAC, so it is enough. */
  if (key == NULL ||
      memcmp(core->last_id, handle->id, sizeof handle->id) != 0) {
    key = softkey_handle_key(handle, core->store->seed, rp_hash);
    if (key == NULL)
      return NULL;
    EVP_PKEY_free(core->last_key);
    core->last_key = key;
    memcpy(core->last_id, handle->id, sizeof core->last_id);
  }
  EVP_PKEY_up_ref(key);
  return key;
}

void
softkey_core_damage(SoftkeyCore *core, GByteArray *reply)
{
  uint8_t chance[2];

  if (core->profile->damage == 0)
    return;
  core->env->random(core->env, chance, sizeof chance);
  if ((chance[0] << 8 | chance[1]) % core->profile->damage == 0)
    softkey_inject_damage(core->env, reply);
}

/* Reset (section 6.6) and selection (section 6.9) */

static SoftkeyStatus
finish_reset(SoftkeyCore *core, void *data, GByteArray *reply)
{
  (void)data;
  (void)reply;
  if (core->profile->reset_silent)
    return SOFTKEY_STATUS_OK;
  softkey_store_wipe(core->store, core->env);
  core->enrolment = (SoftkeyBioEnrolment){0};
  softkey_blobs_forget(&core->blobs_write);
  softkey_pin_power_up(core);
  return softkey_core_save(core);
}

static SoftkeyStatus
reset(SoftkeyCore *core, const SoftkeyCborItem *request, GByteArray *reply)
{
  int64_t age = core->env->now_ms(core->env) - core->powered_at;
  int window = core->profile->reset_window_ms;

  (void)request;
  if (window > 0 && age >= window)
    return SOFTKEY_STATUS_NOT_ALLOWED;
  return softkey_core_wait(core, finish_reset, NULL, NULL, reply);
}

static SoftkeyStatus
finish_selection(SoftkeyCore *core, void *data, GByteArray *reply)
{
  (void)core;
  (void)data;
  (void)reply;
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
select_key(SoftkeyCore *core, const SoftkeyCborItem *request, GByteArray *reply)
{
  (void)request;
  if (!softkey_profile_is_on(core->profile, "pinUvAuthToken"))
    return SOFTKEY_STATUS_INVALID_COMMAND; /* no CTAP 2.1 key */
  return softkey_core_wait(core, finish_selection, NULL, NULL, reply);
}

/* One command */

static SoftkeyStatus
dispatch(SoftkeyCore *core, const uint8_t *message, size_t len,
         GByteArray *reply)
{
  SoftkeyCborItem request = {0};
  int limit = core->profile->max_msg_size;

  if (len == 0)
    return SOFTKEY_STATUS_INVALID_LENGTH;
  if (limit > 0 && len > (size_t)limit)
    return SOFTKEY_STATUS_REQUEST_TOO_LARGE;
  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
    if (commands[i].command != message[0])
      continue;
    if (!commands[i].has_request && len > 1)
      return SOFTKEY_STATUS_INVALID_LENGTH;
    if (commands[i].has_request &&
        !softkey_cbor_read(message + 1, len - 1, &request))
      return SOFTKEY_STATUS_INVALID_CBOR;
    return commands[i].run(core, &request, reply);
  }
  return SOFTKEY_STATUS_INVALID_COMMAND;
}

/* Puts the status in front; false when the command still waits. */
static bool
complete(SoftkeyCore *core, SoftkeyStatus status, GByteArray *reply)
{
  if (status == SOFTKEY_STATUS_WAITING)
    return false;
  if (status != SOFTKEY_STATUS_OK)
    g_byte_array_set_size(reply, 1);
  reply->data[0] = (uint8_t)status;
  softkey_inject_reply(core->inject, reply);
  softkey_core_damage(core, reply);
  return true;
}

bool
softkey_core_begin(SoftkeyCore *core, const uint8_t *message, size_t len,
                   GByteArray *reply)
{
  SoftkeyStatus status = softkey_inject_command(core->inject);
  uint8_t command = len > 0 ? message[0] : 0;

  drop_wait(core);
  core->counters.commands[command]++;
  g_byte_array_set_size(reply, 1);
  if (command != GET_NEXT_ASSERTION)
    g_clear_pointer(&core->rest.made, softkey_assertion_free);
  if (command != CREDENTIAL_MANAGEMENT &&
      command != CREDENTIAL_MANAGEMENT_PREVIEW)
    softkey_management_forget(&core->listing);
  if (status == SOFTKEY_STATUS_OK)
    status = dispatch(core, message, len, reply);
  return complete(core, status, reply);
}

bool
softkey_core_poll(SoftkeyCore *core, GByteArray *reply)
{
  if (core->finish == NULL)
    return false;
  g_byte_array_set_size(reply, 1);
  return complete(core, look_for_touch(core, reply), reply);
}

int64_t
softkey_core_due(const SoftkeyCore *core)
{
  if (core->finish == NULL)
    return INT64_MAX;
  if (core->touch.is_now || core->touch.mode == SOFTKEY_TOUCH_DECLINE)
    return core->waits_since;
  return softkey_touch_due(&core->touch, core->waits_since);
}

void
softkey_core_cancel(SoftkeyCore *core, GByteArray *reply)
{
  drop_wait(core);
  if (reply == NULL)
    return;
  g_byte_array_set_size(reply, 1);
  (void)complete(core, SOFTKEY_STATUS_KEEPALIVE_CANCEL, reply); /* at once */
}

void
softkey_core_command(SoftkeyCore *core, const uint8_t *message, size_t len,
                     GByteArray *reply)
{
  if (softkey_core_begin(core, message, len, reply))
    return;
  drop_wait(core);
  (void)complete(core, SOFTKEY_STATUS_USER_ACTION_TIMEOUT, reply);
}

void
softkey_core_power_cycle(SoftkeyCore *core)
{
  drop_wait(core);
  g_clear_pointer(&core->rest.made, softkey_assertion_free);
  softkey_management_forget(&core->listing);
  core->enrolment = (SoftkeyBioEnrolment){0};
  softkey_pin_power_up(core);
  core->u2f = (SoftkeyU2fWait){0};
  core->powered_at = core->env->now_ms(core->env);
}

/* The whole */

SoftkeyCore *
softkey_core_new(SoftkeyProfile *profile, SoftkeyStore *store,
                 SoftkeyAttestation *attestation, SoftkeyEnv *env)
{
  SoftkeyCore *core = g_new0(SoftkeyCore, 1);

  core->profile = profile;
  core->store = store;
  core->attestation = attestation;
  core->env = env;
  core->inject = softkey_inject_new();
  softkey_core_power_cycle(core);
  if (!store->pin_set && store->residents->len == 0)
    core->ready_at = core->powered_at + profile->first_start_ms;
  return core;
}

SoftkeyCore *
softkey_core_new_in_memory(const char *profile_name, uint64_t seed,
                           GError **error)
{
  g_autoptr(SoftkeyEnv) env = softkey_env_new();
  g_autoptr(SoftkeyProfile) profile = softkey_profile_load(profile_name, error);
  g_autoptr(SoftkeyAttestation) attestation = NULL;
  g_autoptr(SoftkeyStore) store = NULL;

  if (profile == NULL)
    return NULL;
  attestation = softkey_attestation_load(NULL, profile->aaguid, error);
  if (attestation == NULL)
    return NULL;
  softkey_env_seed(env, seed);
  softkey_env_stop(env);
  store = softkey_store_open(NULL, env, error);
  if (store == NULL)
    return NULL;
  return softkey_core_new(g_steal_pointer(&profile), g_steal_pointer(&store),
                          g_steal_pointer(&attestation), g_steal_pointer(&env));
}

void
softkey_core_free(SoftkeyCore *core)
{
  if (core == NULL)
    return;
  drop_wait(core);
  g_clear_pointer(&core->rest.made, softkey_assertion_free);
  softkey_management_forget(&core->listing);
  g_queue_clear(&core->fingers);
  softkey_blobs_forget(&core->blobs_write);
  EVP_PKEY_free(core->last_key);
  softkey_pin_clear(&core->pin);
  softkey_inject_free(core->inject);
  softkey_profile_free(core->profile);
  softkey_store_free(core->store);
  softkey_attestation_free(core->attestation);
  softkey_env_free(core->env);
  g_free(core);
}

const SoftkeyCounters *
softkey_core_counters(const SoftkeyCore *core)
{
  return &core->counters;
}

void
softkey_core_finger(SoftkeyCore *core, SoftkeyFinger finger)
{
  g_queue_push_tail(&core->fingers, GINT_TO_POINTER((int)finger));
}

int64_t
softkey_core_ready_at(const SoftkeyCore *core)
{
  return core->ready_at;
}

SoftkeyEnv *
softkey_core_env(SoftkeyCore *core)
{
  return core->env;
}

SoftkeyTouch *
softkey_core_touch(SoftkeyCore *core)
{
  return &core->touch;
}

SoftkeyInject *
softkey_core_inject(SoftkeyCore *core)
{
  return core->inject;
}

const SoftkeyProfile *
softkey_core_profile(const SoftkeyCore *core)
{
  return core->profile;
}

void
softkey_core_set_fault(SoftkeyCore *core, SoftkeyFault fault)
{
  core->profile->attestation_fault = fault;
}

bool
softkey_core_set_back(SoftkeyCore *core, uint32_t n)
{
  if (core->store->counter < n)
    return false;
  core->store->counter -= n;
  return softkey_core_save(core) == SOFTKEY_STATUS_OK;
}
