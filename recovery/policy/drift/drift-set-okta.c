/* SPDX-License-Identifier: Apache-2.0 */
/* drift-set-okta.c - authentication policies for Okta, one an app, their rules
 * in the order in which they have to be asked; the catch-all refuses. */
#include <string.h>

#include "recovery/policy/drift/drift-set-private.h"

/* The policy's methods, as Okta's authenticators. */
/* clang-format off */
static const struct {
  const char *method, *key, *way;
} factors[] = {
  { "okta-fastpass",  "okta_verify",    "signed_nonce" },
  { "push",           "okta_verify",    "push" },
  { "otp",            "okta_verify",    "totp" },
  { "otp",            "google_otp",     "otp" },
  { "sms",            "phone_number",   "sms" },
  { "voice",          "phone_number",   "voice" },
  { "email",          "okta_email",     "email" },
  { "certificate",    "smart_card_idp", "idp" },
  { "temporary-pass", "tac",            "tac" },
};
/* clang-format on */

static void
add_method(FidotoolJson *list, const char *key, const char *way)
{
  FidotoolJson *method = fidotool_json_append(list, fidotool_json_new_object());

  fidotool_json_set_text(method, "key", key);
  fidotool_json_set_text(method, "method", way);
}

static FidotoolJson *
add_possession(FidotoolJson *constraints)
{
  FidotoolJson *constraint =
      fidotool_json_append(constraints, fidotool_json_new_object());

  return fidotool_json_set(constraint, "possession",
                           fidotool_json_new_object());
}

static void
add_key(const RecoveryDriftWant *want, FidotoolJson *constraints)
{
  FidotoolJson *possession = add_possession(constraints);

  fidotool_json_set_text(possession, "phishingResistant", "REQUIRED");
  if (want->uv)
    fidotool_json_set_text(possession, "userVerification", "REQUIRED");
  add_method(fidotool_json_set(possession, "authenticationMethods",
                               fidotool_json_new_array()),
             "webauthn", "webauthn");
}

static void
add_others(RecoveryDriftSetter *setter, const RecoveryDriftWant *want,
           FidotoolJson *constraints)
{
  FidotoolJson *list = NULL;

  for (guint i = 0; i < want->methods->len; i++) {
    bool known = false;

    for (size_t k = 0; k < G_N_ELEMENTS(factors); k++) {
      if (strcmp(factors[k].method, want->methods->pdata[i]) != 0)
        continue;
      if (list == NULL)
        list = fidotool_json_set(add_possession(constraints),
                                 "authenticationMethods",
                                 fidotool_json_new_array());
      add_method(list, factors[k].key, factors[k].way);
      known = true;
    }
    if (!known)
      recovery_drift_set_cannot(setter, want->methods->pdata[i],
                                "no authenticator of Okta is this method");
  }
}

/* A rule that refuses where nothing of what is wanted can be written. */
static void
add_action(RecoveryDriftSetter *setter, const RecoveryDriftWant *want,
           FidotoolJson *rule)
{
  FidotoolJson *action = fidotool_json_set(
      fidotool_json_set(rule, "actions", fidotool_json_new_object()),
      "appSignOn", fidotool_json_new_object());
  FidotoolJson *constraints = fidotool_json_new_array();
  FidotoolJson *verification;

  if (want->webauthn)
    add_key(want, constraints);
  add_others(setter, want, constraints);
  if (fidotool_json_size(constraints) == 0) {
    fidotool_json_free(constraints);
    fidotool_json_set_text(action, "access", "DENY");
    return;
  }
  fidotool_json_set_text(action, "access", "ALLOW");
  verification = fidotool_json_set(action, "verificationMethod",
                                   fidotool_json_new_object());
  fidotool_json_set_text(verification, "type", "ASSURANCE");
  fidotool_json_set_text(verification, "factorMode", "2FA");
  fidotool_json_set(verification, "constraints", constraints);
  if (want->max_age_s != RECOVERY_DRIFT_NO_AGE) {
    g_autofree char *age =
        g_strdup_printf("PT%" G_GINT64_FORMAT "S", want->max_age_s);

    fidotool_json_set_text(verification, "reauthenticateIn", age);
  }
}

/* Everybody where the map says "*"; else the groups. */
static void
add_people(const char *const *names, FidotoolJson *rule)
{
  FidotoolJson *groups;

  if (g_strv_contains(names, "*"))
    return;
  groups = fidotool_json_set(
      fidotool_json_set(
          fidotool_json_set(rule, "conditions", fidotool_json_new_object()),
          "people", fidotool_json_new_object()),
      "groups", fidotool_json_new_object());
  groups = fidotool_json_set(groups, "include", fidotool_json_new_array());
  for (; *names != NULL; names++)
    fidotool_json_append_text(groups, *names);
}

static FidotoolJson *
new_rule(FidotoolJson *rules, const char *name)
{
  FidotoolJson *rule = fidotool_json_append(rules, fidotool_json_new_object());

  fidotool_json_set_text(rule, "name", name);
  fidotool_json_set_text(rule, "type", "ACCESS_POLICY");
  fidotool_json_set_text(rule, "status", "ACTIVE");
  fidotool_json_set_int(rule, "priority", (int64_t)fidotool_json_size(rules));
  return rule;
}

/* The last rule is there already; it has to be changed. */
static void
add_catch_all(FidotoolJson *rules)
{
  FidotoolJson *rule = new_rule(rules, "Catch-all Rule");

  fidotool_json_set_bool(rule, "system", true);
  fidotool_json_set_text(
      fidotool_json_set(
          fidotool_json_set(rule, "actions", fidotool_json_new_object()),
          "appSignOn", fidotool_json_new_object()),
      "access", "DENY");
}

static void
add_app(RecoveryDriftSetter *setter, uint32_t app, FidotoolJson *policies,
        RecoveryDriftWant *all)
{
  const uint32_t sign_in = recovery_drift_set_sign_in(setter);
  const char *id =
      recovery_document_id(setter->document, RECOVERY_DOCUMENT_APPS, app);
  g_autoptr(GArray) people = recovery_drift_set_people(setter, sign_in, app);
  g_autofree char *name = g_strdup_printf("%s: %s", setter->title, id);
  FidotoolJson *policy =
      fidotool_json_append(policies, fidotool_json_new_object());
  FidotoolJson *rules;

  fidotool_json_set_text(policy, "type", "ACCESS_POLICY");
  fidotool_json_set_text(policy, "name", name);
  fidotool_json_set_text(policy, "status", "ACTIVE");
  rules = fidotool_json_set(policy, "rules", fidotool_json_new_array());
  for (guint i = 0; i < people->len; i++) {
    const uint32_t population = g_array_index(people, uint32_t, i);
    const char *person = recovery_document_id(
        setter->document, RECOVERY_DOCUMENT_POPULATIONS, population);
    g_autoptr(RecoveryDriftWant) want =
        recovery_drift_set_want(setter, sign_in, population, app);
    g_autofree const char **names = recovery_drift_set_names(
        setter, RECOVERY_DRIFT_MAP_POPULATIONS, person);
    FidotoolJson *rule = names != NULL ? new_rule(rules, person) : NULL;

    if (rule == NULL)
      continue;
    add_people(names, rule);
    add_action(setter, want, rule);
    recovery_drift_want_join(all, want);
  }
  add_catch_all(rules);
}

/* What may be enrolled at all: the loosest of all. */
static void
add_enrolment(RecoveryDriftSetter *setter, const RecoveryDriftWant *all,
              FidotoolJson *json)
{
  FidotoolJson *settings;
  FidotoolJson *group;

  if (!all->webauthn)
    return;
  settings = fidotool_json_set(
      fidotool_json_set(json, "webauthnMethod", fidotool_json_new_object()),
      "settings", fidotool_json_new_object());
  fidotool_json_set_text(settings, "userVerification",
                         all->uv ? "REQUIRED" : "PREFERRED");
  fidotool_json_set_bool(settings, "allowSyncablePasskeys", all->synced);
  if (all->models != NULL) {
    group = fidotool_json_append(
        fidotool_json_set(settings, "aaguidGroups", fidotool_json_new_array()),
        fidotool_json_new_object());
    fidotool_json_set_text(group, "name", "keyturn");
    fidotool_json_set(group, "aaguids", recovery_drift_set_texts(all->models));
  }
  if (all->attested && all->models == NULL)
    recovery_drift_set_cannot(setter, "webauthn",
                              "attestation is enforced only by a group of "
                              "AAGUIDs, and the policy has no list for it");
  recovery_drift_set_cannot(setter, "webauthn",
                            "models and kind of passkey are decided when a key "
                            "is enrolled, for all apps of a person: these are "
                            "what the loosest cell needs");
}

static void
tell_journeys(RecoveryDriftSetter *setter, uint32_t app)
{
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_JOURNEYS);

  for (uint32_t i = 0; i < n; i++) {
    const char *id =
        recovery_document_id(setter->document, RECOVERY_DOCUMENT_JOURNEYS, i);
    g_autoptr(GArray) people = recovery_drift_set_people(setter, i, app);

    if (people->len > 0 && strcmp(id, "sign-in") != 0 &&
        strcmp(id, "recovery") != 0)
      recovery_drift_set_cannot(setter, id,
                                "an app has one authentication policy: this "
                                "journey is not written");
  }
}

void
recovery_drift_set_okta(RecoveryDriftSetter *setter)
{
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_APPS);
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *policies =
      fidotool_json_set(json, "policies", fidotool_json_new_array());
  RecoveryDriftWant all = {.models = g_ptr_array_new(),
                           .methods = g_ptr_array_new()};

  setter->setting->json = json;
  for (uint32_t i = 0; i < n; i++) {
    const char *id =
        recovery_document_id(setter->document, RECOVERY_DOCUMENT_APPS, i);
    g_autofree const char **names = NULL;

    if (!recovery_drift_set_wants_app(setter, i))
      continue;
    names = recovery_drift_set_names(setter, RECOVERY_DRIFT_MAP_APPS, id);
    if (names == NULL)
      continue;
    add_app(setter, i, policies, &all);
    tell_journeys(setter, i);
  }
  add_enrolment(setter, &all, json);
  g_clear_pointer(&all.models, g_ptr_array_unref);
  g_ptr_array_unref(all.methods);
  recovery_drift_set_cannot(setter, "_links",
                            "an app is bound to its policy by hand, or by the "
                            "API's link from the app");
}
