/* SPDX-License-Identifier: Apache-2.0 */
/* job-config.c - jobs config-show, config-set, pin-verify and
 * pin-force-change: a state is compared first, and changed only where it is
 * another. */
#include <string.h>

#include "fidotool/device/config.h"
#include "fidotool/device/pin.h"
#include "fidotool/device/token.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/unlock.h"

/* For the token of pin-verify: nobody's relying party. */
#define VERIFY_RP_ID "keyturn:verify"
#define LENGTH_MIN 4
#define LENGTH_MAX 63

/* What a request wants. */
typedef struct {
  bool on;           /* always-uv */
  int length;        /* min-pin-length */
  GPtrArray *rp_ids; /* of char *, that belong to the request; or NULL */
} Wish;

/* One setting. */
typedef struct {
  const char *name;
  /* Reads the wish; refuses one that this key cannot grant. */
  bool (*read)(const FidotoolJob *job, Wish *wish, GError **error);
  /* Is it so already? */
  bool (*is_so)(const FidotoolInfo *info, const Wish *wish);
  bool (*set)(FidotoolKey *key, const FidotoolToken *token, const Wish *wish,
              GError **error);
} Setting;

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

/* --- always-uv ------------------------------------------------------------ */

static bool
read_always_uv(const FidotoolJob *job, Wish *wish, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);
  const FidotoolJson *on = fidotool_json_get(job->request, "on");

  if (!on || fidotool_json_type(on) != FIDOTOOL_JSON_BOOL)
    return set_error(error, FIDOTOOL_ERROR_USAGE,
                     "the request: \"on\" is missing or wrong");
  wish->on = fidotool_json_bool(on, false);
  return fidotool_config_always_uv(info) >= 0 ||
         set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                   "this key has no setting always-uv");
}

static bool
is_always_uv(const FidotoolInfo *info, const Wish *wish)
{
  return fidotool_config_always_uv(info) == (wish->on ? 1 : 0);
}

static bool
set_always_uv(FidotoolKey *key, const FidotoolToken *token, const Wish *wish,
              GError **error)
{
  return fidotool_config_set_always_uv(key, token, wish->on, error);
}

/* --- min-pin-length ------------------------------------------------------- */

static bool
read_rp_ids(const FidotoolJob *job, Wish *wish, GError **error)
{
  const FidotoolJson *list = fidotool_json_get(job->request, "rp_ids");
  int max = fidotool_config_max_rp_ids(fidotool_key_info(job->key));

  if (!list)
    return true;
  if (fidotool_json_size(list) > (size_t)max) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FULL,
                "this key keeps at most %d relying parties for that", max);
    return false;
  }
  wish->rp_ids = g_ptr_array_new();
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *rp_id = fidotool_json_text(fidotool_json_at(list, i));

    if (!rp_id || !*rp_id || strlen(rp_id) > 253)
      return set_error(error, FIDOTOOL_ERROR_USAGE,
                       "the request: \"rp_ids\" is missing or wrong");
    g_ptr_array_add(wish->rp_ids, (char *)rp_id);
  }
  return true;
}

static bool
read_min_pin(const FidotoolJob *job, Wish *wish, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);
  int64_t length = fidotool_json_get_int(job->request, "length", 0);

  if (length < LENGTH_MIN || length > LENGTH_MAX) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "the shortest PIN is between %d and %d characters", LENGTH_MIN,
                LENGTH_MAX);
    return false;
  }
  wish->length = (int)length;
  if (!fidotool_config_can_set_min_pin(info))
    return set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                     "on this key the shortest PIN cannot be set");
  if (wish->length < info->min_pin_length) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_STATE,
                "the shortest PIN of this key is %d characters already, and "
                "only a reset lowers it",
                info->min_pin_length);
    return false;
  }
  return read_rp_ids(job, wish, error);
}

/* Which relying parties are told cannot be asked for, so they are set. */
static bool
is_min_pin(const FidotoolInfo *info, const Wish *wish)
{
  return info->min_pin_length == wish->length && !wish->rp_ids;
}

static bool
set_min_pin(FidotoolKey *key, const FidotoolToken *token, const Wish *wish,
            GError **error)
{
  return fidotool_config_set_min_pin(key, token, wish->length, wish->rp_ids,
                                     error);
}

/* --- enterprise-attestation ----------------------------------------------- */

static bool
read_enterprise(const FidotoolJob *job, Wish *wish, GError **error)
{
  (void)wish;
  return fidotool_config_enterprise(fidotool_key_info(job->key)) >= 0 ||
         set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                   "this key has no enterprise attestation");
}

static bool
is_enterprise(const FidotoolInfo *info, const Wish *wish)
{
  (void)wish;
  return fidotool_config_enterprise(info) == 1;
}

static bool
set_enterprise(FidotoolKey *key, const FidotoolToken *token, const Wish *wish,
               GError **error)
{
  (void)wish;
  return fidotool_config_set_enterprise(key, token, error);
}

/* --- force-change --------------------------------------------------------- */

static bool
read_force_change(const FidotoolJob *job, Wish *wish, GError **error)
{
  (void)wish;
  if (fidotool_pin_state(job->key) != FIDOTOOL_PIN_SET)
    return set_error(error, FIDOTOOL_ERROR_PIN_STATE, "the key has no PIN yet");
  return fidotool_config_can_set_min_pin(fidotool_key_info(job->key)) ||
         set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                   "this key cannot be made to ask for another PIN");
}

static bool
is_change_forced(const FidotoolInfo *info, const Wish *wish)
{
  (void)wish;
  return info->force_pin_change;
}

static bool
force_change(FidotoolKey *key, const FidotoolToken *token, const Wish *wish,
             GError **error)
{
  (void)wish;
  return fidotool_config_force_change(key, token, error);
}

static const Setting settings[] = {
    {"always-uv", read_always_uv, is_always_uv, set_always_uv},
    {"min-pin-length", read_min_pin, is_min_pin, set_min_pin},
    {"enterprise-attestation", read_enterprise, is_enterprise, set_enterprise},
    {"force-change", read_force_change, is_change_forced, force_change},
};

/* --- the jobs ------------------------------------------------------------- */

static void
set_state(FidotoolJson *json, const char *name, int state)
{
  if (state >= 0)
    fidotool_json_set_bool(json, name, state == 1);
}

static FidotoolJson *
write_config(const FidotoolKey *key)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_bool(json, "supported", fidotool_config_is_supported(info));
  set_state(json, "always_uv", fidotool_config_always_uv(info));
  set_state(json, "enterprise_attestation", fidotool_config_enterprise(info));
  if (fidotool_pin_state(key) == FIDOTOOL_PIN_UNSUPPORTED)
    return json;
  fidotool_json_set_int(json, "min_pin_length", info->min_pin_length);
  fidotool_json_set_bool(json, "min_pin_length_settable",
                         fidotool_config_can_set_min_pin(info));
  fidotool_json_set_int(json, "min_pin_length_rp_ids",
                        fidotool_config_max_rp_ids(info));
  fidotool_json_set_bool(json, "force_pin_change", info->force_pin_change);
  return json;
}

FidotoolJson *
fidotool_job_config_show(FidotoolJob *job, GError **error)
{
  (void)error;
  return write_config(job->key);
}

typedef struct {
  const Setting *setting;
  const Wish *wish;
  int timeout_ms;
} Change;

static bool
run_change(FidotoolKey *key, FidotoolCredentialUv uv, const FidotoolSecret *pin,
           gpointer data, GError **error)
{
  const Change *change = data;
  g_autoptr(FidotoolToken) token = NULL;

  if (uv != FIDOTOOL_CREDENTIAL_UV_NONE) {
    token = fidotool_token_buy(key, pin, FIDOTOOL_TOKEN_CONFIG, NULL,
                               change->timeout_ms, error);
    if (!token)
      return false;
  }
  return change->setting->set(key, token, change->wish, error);
}

/* Takes the key into the wished state, where it is in another. */
static FidotoolJson *
reach(FidotoolJob *job, const Setting *setting, const Wish *wish,
      GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(job->key);
  bool is_so = setting->is_so(info, wish);
  Change change = {setting, wish, job->timeout_ms};
  const FidotoolUnlock how = {
      .want = FIDOTOOL_UNLOCK_PREFERRED,
      .skip_retries = job->skip_retries,
      .pin_only = fidotool_info_option(info, "uvAcfg") != 1,
  };
  FidotoolJson *json;

  if (!is_so && !fidotool_config_is_supported(info)) {
    (void)set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                    "this key's settings cannot be changed");
    return NULL;
  }
  if (!is_so && !fidotool_unlock_run(job->session, job->key, &how, run_change,
                                     &change, error))
    return NULL;
  json = write_config(job->key);
  fidotool_json_set_bool(json, "changed", !is_so);
  return json;
}

static FidotoolJson *
run_setting(FidotoolJob *job, const char *name, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
    Wish wish = {0};
    FidotoolJson *json = NULL;

    if (g_strcmp0(name, settings[i].name) != 0)
      continue;
    if (settings[i].read(job, &wish, error))
      json = reach(job, &settings[i], &wish, error);
    g_clear_pointer(&wish.rp_ids, g_ptr_array_unref);
    return json;
  }
  (void)set_error(error, FIDOTOOL_ERROR_USAGE, "there is no such setting");
  return NULL;
}

FidotoolJson *
fidotool_job_config_set(FidotoolJob *job, GError **error)
{
  return run_setting(job, fidotool_json_get_text(job->request, "setting"),
                     error);
}

FidotoolJson *
fidotool_job_pin_force_change(FidotoolJob *job, GError **error)
{
  return run_setting(job, "force-change", error);
}

static bool
run_verify(FidotoolKey *key, FidotoolCredentialUv uv, const FidotoolSecret *pin,
           gpointer data, GError **error)
{
  g_autoptr(FidotoolToken) token =
      fidotool_token_buy(key, pin, FIDOTOOL_TOKEN_ASSERT, VERIFY_RP_ID,
                         FIDOTOOL_KEY_QUICK_MS, error);

  (void)uv;
  (void)data;
  return token != NULL;
}

FidotoolJson *
fidotool_job_pin_verify(FidotoolJob *job, GError **error)
{
  const FidotoolUnlock how = {.want = FIDOTOOL_UNLOCK_REQUIRED,
                              .skip_retries = job->skip_retries,
                              .pin_only = true};
  FidotoolJson *json;
  int retries;

  if (!fidotool_unlock_run(job->session, job->key, &how, run_verify, NULL,
                           error) ||
      !fidotool_pin_retries(job->key, &retries, error))
    return NULL;
  json = fidotool_json_new_object();
  fidotool_json_set_bool(json, "verified", true);
  fidotool_json_set_int(json, "retries", retries);
  return json;
}
