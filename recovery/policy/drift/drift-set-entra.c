/* SPDX-License-Identifier: Apache-2.0 */
/* drift-set-entra.c - bodies for Microsoft Graph: authentication strengths,
 * Conditional Access policies that name them, and the passkey profiles of the
 * methods policy. Policies begin as report-only. */
#include <string.h>

#include "recovery/policy/drift/drift-set-private.h"

#define HOUR_S 3600
#define DAY_S 86400

/* The policy's methods, as combinations. */
/* clang-format off */
static const struct {
  const char *method, *combination;
} combinations[] = {
  { "webauthn",       "fido2" },
  { "windows-hello",  "windowsHelloForBusiness" },
  { "certificate",    "x509CertificateMultiFactor" },
  { "push",           "password,microsoftAuthenticatorPush" },
  { "otp",            "password,softwareOath" },
  { "otp",            "password,hardwareOath" },
  { "sms",            "password,sms" },
  { "voice",          "password,voice" },
  { "temporary-pass", "temporaryAccessPassOneTime" },
};
/* clang-format on */

/* ---- strengths ---- */

static void
add_combinations(FidotoolJson *list, const char *method, bool *ret_known)
{
  *ret_known = false;
  for (size_t i = 0; i < G_N_ELEMENTS(combinations); i++)
    if (strcmp(combinations[i].method, method) == 0) {
      fidotool_json_append_text(list, combinations[i].combination);
      *ret_known = true;
    }
}

static void
add_strength(RecoveryDriftSetter *setter, const RecoveryDriftWant *want,
             const char *name, FidotoolJson *strengths)
{
  FidotoolJson *strength =
      fidotool_json_append(strengths, fidotool_json_new_object());
  FidotoolJson *list;
  FidotoolJson *configurations;
  bool known;

  fidotool_json_set_text(strength, "displayName", name);
  list = fidotool_json_set(strength, "allowedCombinations",
                           fidotool_json_new_array());
  if (want->webauthn)
    add_combinations(list, "webauthn", &known);
  for (guint i = 0; i < want->methods->len; i++) {
    add_combinations(list, want->methods->pdata[i], &known);
    if (!known)
      recovery_drift_set_cannot(setter, want->methods->pdata[i],
                                "no combination of Entra is this method");
  }
  if (!want->webauthn || want->models == NULL)
    return;
  configurations = fidotool_json_set(strength, "combinationConfigurations",
                                     fidotool_json_new_array());
  strength = fidotool_json_append(configurations, fidotool_json_new_object());
  fidotool_json_set_text(strength, "@odata.type",
                         "#microsoft.graph.fido2CombinationConfiguration");
  fidotool_json_set(strength, "allowedAAGUIDs",
                    recovery_drift_set_texts(want->models));
  list = fidotool_json_set(strength, "appliesToCombinations",
                           fidotool_json_new_array());
  fidotool_json_append_text(list, "fido2");
}

/* ---- policies ---- */

static void
add_users(FidotoolJson *conditions, const char *const *names)
{
  FidotoolJson *users =
      fidotool_json_set(conditions, "users", fidotool_json_new_object());
  FidotoolJson *everybody =
      fidotool_json_set(users, "includeUsers", fidotool_json_new_array());
  FidotoolJson *groups =
      fidotool_json_set(users, "includeGroups", fidotool_json_new_array());
  FidotoolJson *roles =
      fidotool_json_set(users, "includeRoles", fidotool_json_new_array());

  for (; *names != NULL; names++)
    if (strcmp(*names, "*") == 0)
      fidotool_json_append_text(everybody, "All");
    else if (g_str_has_prefix(*names, RECOVERY_DRIFT_MAP_ROLE))
      fidotool_json_append_text(roles,
                                *names + strlen(RECOVERY_DRIFT_MAP_ROLE));
    else
      fidotool_json_append_text(groups, *names);
}

static void
add_texts(FidotoolJson *object, const char *name, const char *const *texts)
{
  FidotoolJson *list =
      fidotool_json_set(object, name, fidotool_json_new_array());

  for (; *texts != NULL; texts++)
    fidotool_json_append_text(list, *texts);
}

static void
add_frequency(FidotoolJson *policy, int64_t max_age_s,
              RecoveryDriftSetter *setter, const char *app)
{
  FidotoolJson *session;
  FidotoolJson *frequency;

  if (max_age_s == RECOVERY_DRIFT_NO_AGE)
    return;
  session =
      fidotool_json_set(policy, "sessionControls", fidotool_json_new_object());
  frequency =
      fidotool_json_set(session, "signInFrequency", fidotool_json_new_object());
  fidotool_json_set_bool(frequency, "isEnabled", true);
  fidotool_json_set_text(frequency, "authenticationType",
                         "primaryAndSecondaryAuthentication");
  if (max_age_s < HOUR_S) {
    fidotool_json_set_text(frequency, "frequencyInterval", "everyTime");
    if (max_age_s > 0)
      recovery_drift_set_cannot(setter, app,
                                "%" G_GINT64_FORMAT
                                " s is shorter than the hour that Entra can "
                                "count: it asks every time",
                                max_age_s);
    return;
  }
  /* Hours up to 23, then days; never longer than the policy has it. */
  fidotool_json_set_text(frequency, "frequencyInterval", "timeBased");
  fidotool_json_set_text(frequency, "type",
                         max_age_s < DAY_S ? "hours" : "days");
  fidotool_json_set_int(frequency, "value",
                        max_age_s / (max_age_s < DAY_S ? HOUR_S : DAY_S));
}

/* One cell as one policy; contexts in the place of apps where the journey has
 * one. */
static void
add_policy(RecoveryDriftSetter *setter, const char *name,
           const RecoveryDriftWant *want, const char *const *people,
           const char *const *apps, const char *const *contexts,
           FidotoolJson *policies)
{
  static const char *const any[] = {"all", NULL};
  FidotoolJson *policy =
      fidotool_json_append(policies, fidotool_json_new_object());
  FidotoolJson *conditions;
  FidotoolJson *part;

  fidotool_json_set_text(policy, "displayName", name);
  fidotool_json_set_text(policy, "state", "enabledForReportingButNotEnforced");
  conditions =
      fidotool_json_set(policy, "conditions", fidotool_json_new_object());
  add_texts(conditions, "clientAppTypes", any);
  part =
      fidotool_json_set(conditions, "applications", fidotool_json_new_object());
  if (*contexts != NULL)
    add_texts(part, "includeAuthenticationContextClassReferences", contexts);
  else
    add_texts(part, "includeApplications", apps);
  add_users(conditions, people);
  part = fidotool_json_set(policy, "grantControls", fidotool_json_new_object());
  fidotool_json_set_text(part, "operator", "OR");
  part = fidotool_json_set(part, "authenticationStrength",
                           fidotool_json_new_object());
  {
    g_autofree char *id = g_strdup_printf("(id of \"%s\")", name);

    fidotool_json_set_text(part, "id", id);
  }
  add_frequency(policy, want->max_age_s, setter, *apps);
}

/* ---- cells ---- */

typedef struct {
  FidotoolJson *strengths, *policies;
  RecoveryDriftWant **keys; /* by population: the loosest of its cells */
} Bodies;

static void
add_cell(RecoveryDriftSetter *setter, Bodies *bodies, uint32_t journey,
         uint32_t population, uint32_t app, const char *const *contexts)
{
  const RecoveryDocument *document = setter->document;
  const char *person =
      recovery_document_id(document, RECOVERY_DOCUMENT_POPULATIONS, population);
  const char *id = recovery_document_id(document, RECOVERY_DOCUMENT_APPS, app);
  g_autoptr(RecoveryDriftWant) want =
      recovery_drift_set_want(setter, journey, population, app);
  g_autofree const char **people = NULL;
  g_autofree const char **apps = NULL;
  g_autofree char *name = g_strdup_printf(
      "%s: %s, %s, %s", setter->title,
      recovery_document_id(document, RECOVERY_DOCUMENT_JOURNEYS, journey),
      person, id);

  if (!want->open)
    return;
  people =
      recovery_drift_set_names(setter, RECOVERY_DRIFT_MAP_POPULATIONS, person);
  apps = recovery_drift_set_names(setter, RECOVERY_DRIFT_MAP_APPS, id);
  if (people == NULL || apps == NULL)
    return;
  add_strength(setter, want, name, bodies->strengths);
  add_policy(setter, name, want, people, apps, contexts, bodies->policies);
  if (bodies->keys[population] == NULL)
    bodies->keys[population] = g_steal_pointer(&want);
  else
    recovery_drift_want_join(bodies->keys[population], want);
}

static void
add_journey(RecoveryDriftSetter *setter, Bodies *bodies, uint32_t journey)
{
  const RecoveryDocument *document = setter->document;
  const char *id =
      recovery_document_id(document, RECOVERY_DOCUMENT_JOURNEYS, journey);
  const uint32_t n_apps =
      recovery_document_count(document, RECOVERY_DOCUMENT_APPS);
  const uint32_t n_people =
      recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS);
  g_autofree const char **contexts = NULL;

  if (strcmp(id, "recovery") == 0)
    return;
  contexts =
      strcmp(id, "sign-in") == 0
          ? g_new0(const char *, 1)
          : recovery_drift_set_names(setter, RECOVERY_DRIFT_MAP_JOURNEYS, id);
  for (uint32_t a = 0; contexts != NULL && a < n_apps; a++)
    for (uint32_t p = 0;
         recovery_drift_set_wants_app(setter, a) && p < n_people; p++)
      add_cell(setter, bodies, journey, p, a, contexts);
}

/* ---- passkey profiles ---- */

static void
add_profile(RecoveryDriftSetter *setter, uint32_t population,
            const RecoveryDriftWant *want, FidotoolJson *profiles)
{
  const char *id = recovery_document_id(
      setter->document, RECOVERY_DOCUMENT_POPULATIONS, population);
  FidotoolJson *profile;
  FidotoolJson *keys;

  if (!want->webauthn)
    return;
  profile = fidotool_json_append(profiles, fidotool_json_new_object());
  fidotool_json_set_text(profile, "name", id);
  fidotool_json_set_text(profile, "passkeyTypes",
                         want->synced ? "deviceBound,synced" : "deviceBound");
  fidotool_json_set_text(profile, "attestationEnforcement",
                         want->attested ? "registrationOnly" : "disabled");
  keys =
      fidotool_json_set(profile, "keyRestrictions", fidotool_json_new_object());
  fidotool_json_set_bool(keys, "isEnforced", want->models != NULL);
  fidotool_json_set_text(keys, "enforcementType", "allow");
  fidotool_json_set(keys, "aaGuids",
                    want->models != NULL
                        ? recovery_drift_set_texts(want->models)
                        : fidotool_json_new_array());
  if (!want->synced && !want->attested)
    recovery_drift_set_cannot(setter, id,
                              "without enforced attestation Entra takes a "
                              "key's word that it cannot be synced");
}

static void
tell(RecoveryDriftSetter *setter)
{
  recovery_drift_set_cannot(setter, "authentication strengths",
                            "a policy names a strength by its id: make the "
                            "strengths first, and put the ids that Graph "
                            "answers where \"(id of ...)\" stands");
  recovery_drift_set_cannot(setter, "state",
                            "policies are written as report-only; switch them "
                            "on when the report is as it should be");
  recovery_drift_set_cannot(setter, "everybody else",
                            "Entra requires nothing where no policy matches; a "
                            "policy that blocks everybody else has to leave "
                            "out break-glass accounts and is not written");
  recovery_drift_set_cannot(setter, "passkey profiles",
                            "attestation and kind of passkey are decided when "
                            "a key is registered, for all apps of a person; "
                            "each profile is what the loosest app needs, and "
                            "who has several has what the loosest of them "
                            "takes");
  recovery_drift_set_cannot(setter, "includeTargets",
                            "which group has which profile is not written: "
                            "Entra gives profiles their ids");
}

void
recovery_drift_set_entra(RecoveryDriftSetter *setter)
{
  const uint32_t n_journeys =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_JOURNEYS);
  const uint32_t n_people =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_POPULATIONS);
  g_autofree RecoveryDriftWant **keys =
      g_new0(RecoveryDriftWant *, n_people + 1);
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *methods;
  FidotoolJson *profiles;
  Bodies bodies = {.keys = keys};

  setter->setting->json = json;
  bodies.strengths = fidotool_json_set(json, "authenticationStrengthPolicies",
                                       fidotool_json_new_array());
  bodies.policies = fidotool_json_set(json, "conditionalAccessPolicies",
                                      fidotool_json_new_array());
  for (uint32_t i = 0; i < n_journeys; i++)
    add_journey(setter, &bodies, i);
  methods = fidotool_json_set(json, "fido2AuthenticationMethodConfiguration",
                              fidotool_json_new_object());
  fidotool_json_set_text(
      methods, "@odata.type",
      "#microsoft.graph.fido2AuthenticationMethodConfiguration");
  fidotool_json_set_text(methods, "id", "Fido2");
  fidotool_json_set_text(methods, "state", "enabled");
  profiles =
      fidotool_json_set(methods, "passkeyProfiles", fidotool_json_new_array());
  for (uint32_t i = 0; i < n_people; i++) {
    if (keys[i] != NULL)
      add_profile(setter, i, keys[i], profiles);
    recovery_drift_want_free(keys[i]);
  }
  tell(setter);
}
