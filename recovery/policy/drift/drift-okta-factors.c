/* SPDX-License-Identifier: Apache-2.0 */
/* drift-okta-factors.c - Okta's authenticators, and which of them satisfy the
 * constraints of a rule. The constraints of one rule are alternatives. */
#include <string.h>

#include "recovery/policy/drift/drift-okta.h"

/* What Okta counts an authenticator as. */
enum {
  KNOWLEDGE = 1 << 0,
  POSSESSION = 1 << 1,
  DEVICE_BOUND = 1 << 2,
  HARDWARE = 1 << 3,
  RESISTANT = 1 << 4, /* to phishing */
  USER = 1 << 5,      /* may verify the user */
};
#define KEY (POSSESSION | DEVICE_BOUND | HARDWARE | RESISTANT | USER)

/* A method of an authenticator, as a way to sign in: its own name, and the
 * policy's word. */
/* clang-format off */
static const struct {
  const char *key, *way, *name, *method;
  unsigned is;
} factors[] = {
  { "okta_password",     "password",     "okta_password",         "password",       KNOWLEDGE },
  { "security_question", "security_question", "security_question", "question",      KNOWLEDGE },
  { "okta_email",        "email",        "okta_email",            "email",          POSSESSION },
  { "phone_number",      "sms",          "phone_number:sms",      "sms",            POSSESSION },
  { "phone_number",      "voice",        "phone_number:voice",    "voice",          POSSESSION },
  { "okta_verify",       "push",         "okta_verify:push",      "push",           POSSESSION | DEVICE_BOUND | HARDWARE | USER },
  { "okta_verify",       "totp",         "okta_verify:totp",      "otp",            POSSESSION | DEVICE_BOUND },
  { "okta_verify",       "signed_nonce", "okta_verify:signed_nonce", "okta-fastpass", POSSESSION | DEVICE_BOUND | HARDWARE | RESISTANT | USER },
  { "google_otp",        "otp",          "google_otp",            "otp",            POSSESSION | DEVICE_BOUND },
  { "custom_otp",        "otp",          "custom_otp",            "otp",            POSSESSION | DEVICE_BOUND },
  { "onprem_mfa",        "otp",          "onprem_mfa",            "otp",            POSSESSION | DEVICE_BOUND },
  { "rsa_token",         "otp",          "rsa_token",             "otp",            POSSESSION | DEVICE_BOUND },
  { "symantec_vip",      "otp",          "symantec_vip",          "otp",            POSSESSION | DEVICE_BOUND },
  { "yubikey_token",     "otp",          "yubikey_token",         "otp",            POSSESSION | DEVICE_BOUND | HARDWARE },
  { "duo",               "duo",          "duo",                   "push",           POSSESSION | DEVICE_BOUND },
  { "custom_app",        "push",         "custom_app",            "push",           POSSESSION | DEVICE_BOUND | USER },
  { "smart_card_idp",    "idp",          "smart_card_idp",        "certificate",    KEY | KNOWLEDGE },
  { "external_idp",      "idp",          "external_idp",          "federated",      POSSESSION },
  { "tac",               "tac",          "tac",                   "temporary-pass", POSSESSION },
  { "webauthn",          "webauthn",     "webauthn",              "webauthn",       KEY },
};
/* clang-format on */

static RecoveryDriftOffer *
new_offer(size_t i)
{
  return recovery_drift_table_offer_new(factors[i].name, factors[i].method);
}

/* ---- the age of a sign-in: PT2H, PT15M, P30D ---- */

static bool
read_duration(const char *text, int64_t *ret_s)
{
  static const struct {
    char letter;
    bool time;
    int64_t seconds;
  } units[] = {{'D', false, 86400},
               {'W', false, 604800},
               {'H', true, 3600},
               {'M', true, 60},
               {'S', true, 1}};
  bool in_time = false, any = false;
  int64_t total = 0;

  if (*text++ != 'P')
    return false;
  for (; *text; text++) {
    int64_t number = 0;
    size_t unit = 0;

    if (*text == 'T' && !in_time) {
      in_time = true;
      continue;
    }
    for (; g_ascii_isdigit(*text) && number < 100000000; text++)
      number = number * 10 + (*text - '0');
    while (unit < G_N_ELEMENTS(units) &&
           (units[unit].letter != *text || units[unit].time != in_time))
      unit++;
    if (unit == G_N_ELEMENTS(units))
      return false;
    total += number * units[unit].seconds;
    any = true;
  }
  *ret_s = total;
  return any;
}

/* ---- constraints ---- */

static bool
is_required(RecoveryDriftReader *reader, const FidotoolJson *constraint,
            const char *name)
{
  return g_strcmp0(recovery_drift_reader_text(reader, constraint, name),
                   "REQUIRED") == 0;
}

static unsigned
read_wanted(RecoveryDriftReader *reader, const FidotoolJson *constraint)
{
  return (is_required(reader, constraint, "deviceBound") ? DEVICE_BOUND : 0u) |
         (is_required(reader, constraint, "hardwareProtection") ? HARDWARE
                                                                : 0u) |
         (is_required(reader, constraint, "phishingResistant") ? RESISTANT
                                                               : 0u) |
         (is_required(reader, constraint, "userVerification") ? USER : 0u);
}

/* Is a factor in a list of {key, method}? */
static bool
is_listed(RecoveryDriftReader *reader, const FidotoolJson *list, size_t factor)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *item = recovery_drift_reader_item(reader, list, i);
    const char *key = recovery_drift_reader_text(reader, item, "key");
    const char *method = recovery_drift_reader_text(reader, item, "method");

    if (g_strcmp0(key, factors[factor].key) == 0 &&
        (method == NULL || strcmp(method, factors[factor].way) == 0))
      return true;
  }
  return false;
}

static bool
satisfies(RecoveryDriftReader *reader, const FidotoolJson *constraint,
          size_t factor)
{
  const FidotoolJson *only =
      recovery_drift_reader_array(reader, constraint, "authenticationMethods");
  const FidotoolJson *never = recovery_drift_reader_array(
      reader, constraint, "excludeAuthenticationMethods");
  const unsigned wanted = read_wanted(reader, constraint);

  return (factors[factor].is & wanted) == wanted &&
         (fidotool_json_size(only) == 0 || is_listed(reader, only, factor)) &&
         !is_listed(reader, never, factor);
}

/* One constraint: every factor of possession that satisfies it; a knowledge
 * factor alone where only that is asked for. */
static void
add_constraint(RecoveryDriftReader *reader, const FidotoolJson *constraint,
               bool two, GPtrArray *accept)
{
  const FidotoolJson *possession =
      recovery_drift_reader_object(reader, constraint, "possession");
  const FidotoolJson *knowledge =
      recovery_drift_reader_object(reader, constraint, "knowledge");
  const bool alone = possession == NULL && knowledge != NULL && !two;

  for (size_t i = 0; i < G_N_ELEMENTS(factors); i++) {
    RecoveryDriftOffer *offer;

    if (!(factors[i].is & (alone ? KNOWLEDGE : POSSESSION)) ||
        !satisfies(reader, alone ? knowledge : possession, i))
      continue;
    offer = new_offer(i);
    if (strcmp(offer->method, "webauthn") == 0 && possession != NULL &&
        is_required(reader, possession, "userVerification"))
      offer->uv = RECOVERY_DRIFT_YES;
    g_ptr_array_add(accept, offer);
  }
}

/* No constraint: any one factor, or any two. */
static void
add_any(bool two, GPtrArray *accept)
{
  for (size_t i = 0; i < G_N_ELEMENTS(factors); i++)
    if (!two || (factors[i].is & POSSESSION))
      g_ptr_array_add(accept, new_offer(i));
}

static int64_t
read_age(RecoveryDriftReader *reader, const FidotoolJson *verification,
         bool *ret_known)
{
  const char *text =
      recovery_drift_reader_text(reader, verification, "reauthenticateIn");
  int64_t age = RECOVERY_DRIFT_NO_AGE;

  *ret_known = text == NULL || read_duration(text, &age);
  return age;
}

const char *
recovery_drift_okta_read_action(RecoveryDriftReader *reader,
                                const FidotoolJson *json,
                                RecoveryDriftRule *rule)
{
  const FidotoolJson *actions =
      recovery_drift_reader_object(reader, json, "actions");
  const FidotoolJson *sign_on =
      recovery_drift_reader_object(reader, actions, "appSignOn");
  const FidotoolJson *verification =
      recovery_drift_reader_object(reader, sign_on, "verificationMethod");
  const FidotoolJson *constraints =
      recovery_drift_reader_array(reader, verification, "constraints");
  const bool two =
      g_strcmp0(recovery_drift_reader_text(reader, verification, "factorMode"),
                "1FA") != 0;
  const char *access = recovery_drift_reader_text(reader, sign_on, "access");
  bool known;

  if (sign_on == NULL)
    return "not a rule of an authentication policy";
  rule->deny = g_strcmp0(access, "DENY") == 0;
  rule->narrows = true;
  if (rule->deny)
    return NULL;
  if (g_strcmp0(access, "ALLOW") != 0)
    return "its access is not known";
  if (g_strcmp0(recovery_drift_reader_text(reader, verification, "type"),
                "ASSURANCE") != 0)
    return "it asks for authenticators in a way that is not known";
  rule->max_age_s = read_age(reader, verification, &known);
  if (!known)
    return "its time of reauthentication is not understood";
  for (size_t i = 0; i < fidotool_json_size(constraints); i++)
    add_constraint(reader, recovery_drift_reader_item(reader, constraints, i),
                   two, rule->accept);
  if (fidotool_json_size(constraints) == 0)
    add_any(two, rule->accept);
  return NULL;
}

/* ---- what can be enrolled ---- */

/* Settings of WebAuthn: those of the method, wherever they came from. */
static const FidotoolJson *
find_settings(RecoveryDriftReader *reader, const GPtrArray *methods)
{
  return methods->len == 0 ? NULL
                           : recovery_drift_reader_object(
                                 reader, methods->pdata[0], "settings");
}

/* The AAGUIDs of some groups, as one set. */
static GHashTable *
read_groups(RecoveryDriftReader *reader, const FidotoolJson *settings,
            const FidotoolJson *names)
{
  const FidotoolJson *groups =
      recovery_drift_reader_array(reader, settings, "aaguidGroups");
  GHashTable *set = recovery_drift_table_add_set(reader->table, &reader->error);
  bool found = set != NULL;

  for (size_t n = 0; found && n < fidotool_json_size(names); n++) {
    const char *name = recovery_drift_reader_word(reader, names, n);

    found = false;
    for (size_t i = 0; i < fidotool_json_size(groups); i++) {
      const FidotoolJson *group = recovery_drift_reader_item(reader, groups, i);
      const FidotoolJson *list =
          recovery_drift_reader_array(reader, group, "aaguids");

      if (g_strcmp0(recovery_drift_reader_text(reader, group, "name"), name) !=
          0)
        continue;
      found = true;
      for (size_t k = 0; k < fidotool_json_size(list) && reader->error == NULL;
           k++)
        (void)recovery_drift_table_add_aaguid(
            reader->table, set, recovery_drift_reader_word(reader, list, k),
            reader->error == NULL ? &reader->error : NULL);
    }
    if (!found)
      recovery_drift_table_unmapped(
          reader->table, name,
          "the AAGUIDs of this group are not among the "
          "files");
  }
  return found ? set : NULL;
}

static void
fill_key(RecoveryDriftReader *reader, const FidotoolJson *settings,
         const FidotoolJson *constraints, RecoveryDriftOffer *offer)
{
  const FidotoolJson *names =
      recovery_drift_reader_array(reader, constraints, "aaguidGroups");
  const char *uv =
      recovery_drift_reader_text(reader, settings, "userVerificationForVerify");
  GHashTable *set = fidotool_json_size(names) > 0
                        ? read_groups(reader, settings, names)
                        : NULL;

  if (uv == NULL)
    uv = recovery_drift_reader_text(reader, settings, "userVerification");
  if (g_strcmp0(uv, "REQUIRED") == 0)
    offer->uv = RECOVERY_DRIFT_YES;
  if (!recovery_drift_reader_truth(reader, settings, "allowSyncablePasskeys",
                                   true))
    offer->be = RECOVERY_DRIFT_NO;
  /* To know a model Okta checks its attestation. */
  if (set != NULL) {
    g_ptr_array_add(offer->allow, set);
    offer->attested = RECOVERY_DRIFT_YES;
  }
}

/* The factors of an authenticator that is there. */
static bool
add_key(RecoveryDriftReader *reader, const char *key, const GPtrArray *methods,
        const FidotoolJson *constraints, GPtrArray *accept)
{
  bool known = false;

  for (size_t i = 0; i < G_N_ELEMENTS(factors); i++) {
    RecoveryDriftOffer *offer;

    if (g_strcmp0(factors[i].key, key) != 0)
      continue;
    known = true;
    offer = new_offer(i);
    if (strcmp(offer->method, "webauthn") == 0)
      fill_key(reader, find_settings(reader, methods), constraints, offer);
    g_ptr_array_add(accept, offer);
  }
  return known;
}

static bool
is_active(RecoveryDriftReader *reader, const GPtrArray *authenticators,
          const char *key)
{
  for (guint i = 0; i < authenticators->len; i++) {
    const FidotoolJson *one = authenticators->pdata[i];

    if (g_strcmp0(recovery_drift_reader_text(reader, one, "key"), key) == 0)
      return g_strcmp0(recovery_drift_reader_text(reader, one, "status"),
                       "ACTIVE") == 0;
  }
  return authenticators->len == 0;
}

static RecoveryDriftRule *
new_grant(RecoveryDriftReader *reader, const char *name)
{
  if (reader->table->grants == NULL) {
    reader->table->grants = recovery_drift_table_rules_new();
    reader->table->grants_combine = RECOVERY_DRIFT_FIRST;
  }
  return recovery_drift_table_add_rule(reader->table->grants, name,
                                       &reader->error);
}

RecoveryDriftRule *
recovery_drift_okta_read_enrolment(RecoveryDriftReader *reader,
                                   const FidotoolJson *policy,
                                   const GPtrArray *authenticators,
                                   const GPtrArray *methods)
{
  const char *name = recovery_drift_reader_text(reader, policy, "name");
  const FidotoolJson *list = recovery_drift_reader_array(
      reader, recovery_drift_reader_object(reader, policy, "settings"),
      "authenticators");
  RecoveryDriftRule *grant = new_grant(reader, name);

  for (size_t i = 0; grant != NULL && i < fidotool_json_size(list); i++) {
    const FidotoolJson *item = recovery_drift_reader_item(reader, list, i);
    const char *key = recovery_drift_reader_text(reader, item, "key");
    const char *self = recovery_drift_reader_text(
        reader, recovery_drift_reader_object(reader, item, "enroll"), "self");

    if (g_strcmp0(self, "NOT_ALLOWED") == 0 ||
        !is_active(reader, authenticators, key))
      continue;
    if (!add_key(reader, key, methods,
                 recovery_drift_reader_object(reader, item, "constraints"),
                 grant->accept))
      recovery_drift_table_unmapped(reader->table, key,
                                    "this authenticator is not known");
  }
  return grant;
}

void
recovery_drift_okta_assume_enrolment(RecoveryDriftReader *reader,
                                     const GPtrArray *authenticators,
                                     const GPtrArray *methods)
{
  RecoveryDriftRule *grant = new_grant(reader, "(every authenticator)");

  if (grant == NULL)
    return;
  grant->who.all = true;
  for (size_t i = 0; i < G_N_ELEMENTS(factors); i++)
    if (is_active(reader, authenticators, factors[i].key) &&
        (i == 0 || strcmp(factors[i].key, factors[i - 1].key) != 0))
      (void)add_key(reader, factors[i].key, methods, NULL, grant->accept);
  recovery_drift_table_note(
      reader->table, authenticators->len == 0
                         ? "neither authenticators nor enrolment policies are "
                           "among the files: every authenticator is taken as "
                           "there"
                         : "no enrolment policy is among the files: every "
                           "active authenticator is taken as open to all");
}
