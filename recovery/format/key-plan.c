/* SPDX-License-Identifier: Apache-2.0 */
/* key-plan.c - the members of a plan, and the signature over it. */
#include "recovery/format/key-plan.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/field.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

#define KEY_TYPE "ssh-ed25519"
/* A line and its armour are a few hundred bytes each. */
#define PLAN_MAX 2048
#define ARMOUR_MAX 2048

/* Each must be there but cred; what is none of them must not. */
static const char *const members[] = {
    "act", "cred",    "iat",    "log",   "nonce",
    "seq", "station", "target", "until", "v",
};

static bool
fail(GError **error, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "the plan: %s",
              why);
  return false;
}

const char *
recovery_key_plan_namespace(bool practice)
{
  return practice ? "keyturn-practice-plan@v1" : "keyturn-plan@v1";
}

bool
recovery_key_plan_check(const char *what, const FidotoolJson *cred,
                        int64_t iat_ms, int64_t until_ms, GError **error)
{
  bool deletes = g_strcmp0(what, RECOVERY_KEY_PLAN_DELETE) == 0;

  if (!deletes && g_strcmp0(what, RECOVERY_KEY_PLAN_RESET) != 0)
    return fail(error, "is for something else than a reset or a deletion");
  if (deletes != (cred != NULL))
    return fail(error, deletes ? "names no credential"
                               : "names a credential, and is for all of it");
  if (until_ms <= iat_ms || until_ms - iat_ms > RECOVERY_KEY_PLAN_LIFE_MS)
    return fail(error, "does not end within 15 minutes");
  return true;
}

static bool
check_members(const FidotoolJson *plan, GError **error)
{
  size_t known = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
    const FidotoolJson *value = fidotool_json_get(plan, members[i]);

    if (value == NULL && strcmp(members[i], "cred") == 0)
      continue;
    if (value == NULL || !recovery_field_check(members[i], value))
      return fail(error, "a member is missing, or of another form");
    known++;
  }
  return known == fidotool_json_size(plan) ||
         fail(error, "has a member that plans do not have");
}

static bool
check(const FidotoolJson *plan, GError **error)
{
  int64_t iat = 0, until = 0;

  if (!check_members(plan, error))
    return false;
  /* Their form was looked at. */
  (void)recovery_time_read(fidotool_json_get_text(plan, "iat"), &iat);
  (void)recovery_time_read(fidotool_json_get_text(plan, "until"), &until);
  return recovery_key_plan_check(fidotool_json_get_text(plan, "act"),
                                 fidotool_json_get(plan, "cred"), iat, until,
                                 error);
}

FidotoolJson *
recovery_key_plan_read(const char *line, GError **error)
{
  g_autoptr(FidotoolJson) plan =
      recovery_jcs_read(line, strlen(line), PLAN_MAX, error);

  return plan != NULL && check(plan, error) ? g_steal_pointer(&plan) : NULL;
}

char *
recovery_key_plan_sign(EVP_PKEY *key, bool practice, const char *line,
                       GError **error)
{
  g_autoptr(GBytes) blob = recovery_sshsig_sign(
      key, recovery_key_plan_namespace(practice), line, strlen(line), error);

  return blob == NULL ? NULL
                      : recovery_sshsig_armour(g_bytes_get_data(blob, NULL),
                                               g_bytes_get_size(blob));
}

bool
recovery_key_plan_verify(const RecoverySshsigKey *key, bool practice,
                         const char *line, const char *armour, GError **error)
{
  size_t len = strlen(armour);
  g_autoptr(GBytes) blob = NULL;
  RecoverySshsigSeen seen;

  if (len > ARMOUR_MAX || strlen(line) > PLAN_MAX)
    return fail(error, "is too long");
  blob = recovery_sshsig_unarmour(armour, len, error);
  return blob != NULL &&
         recovery_sshsig_check(g_bytes_get_data(blob, NULL),
                               g_bytes_get_size(blob), key,
                               recovery_key_plan_namespace(practice), line,
                               strlen(line), &seen, error);
}

char *
recovery_key_plan_write_key(EVP_PKEY *key)
{
  RecoverySshsigKey own = {.type = RECOVERY_SSHSIG_ED25519};
  size_t len = 32;
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *base64 = NULL;

  if (EVP_PKEY_get_raw_public_key(key, own.point, &len) != 1)
    return NULL;
  bytes = recovery_sshsig_write_key(&own);
  base64 = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                 g_bytes_get_size(bytes));
  return g_strconcat(KEY_TYPE " ", base64, NULL);
}

bool
recovery_key_plan_read_key(const char *text, RecoverySshsigKey *ret_key,
                           GError **error)
{
  g_autoptr(GBytes) bytes = NULL;
  RecoverySshsigKey key;

  if (g_str_has_prefix(text, KEY_TYPE " "))
    bytes = fidotool_bytes_unbase64(text + strlen(KEY_TYPE " "));
  if (bytes == NULL)
    return fail(error, "its key is not \"" KEY_TYPE " BASE64\"");
  if (!recovery_sshsig_read_key(g_bytes_get_data(bytes, NULL),
                                g_bytes_get_size(bytes), &key, error))
    return false;
  if (key.type != RECOVERY_SSHSIG_ED25519)
    return fail(error, "its key is no " KEY_TYPE);
  *ret_key = key;
  return true;
}
