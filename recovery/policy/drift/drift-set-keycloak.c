/* SPDX-License-Identifier: Apache-2.0 */
/* drift-set-keycloak.c - a part of a realm: the realm's policy of passkeys, a
 * flow for each app with a level of assurance for each journey, and the clients
 * that are bound to it. */
#include <string.h>

#include "recovery/policy/drift/drift-set-private.h"

#define SESSION_S 36000 /* Keycloak's own, where the policy has no limit */

/* Ids of a part that is imported may be any; these stay the same. */
static char *
make_id(const char *alias)
{
  g_autofree char *hash =
      g_compute_checksum_for_string(G_CHECKSUM_SHA256, alias, -1);

  return g_strdup_printf("%.8s-%.4s-4%.3s-8%.3s-%.12s", hash, hash + 8,
                         hash + 12, hash + 15, hash + 18);
}

typedef struct {
  RecoveryDriftSetter *setter;
  FidotoolJson *flows, *configs, *clients;
  RecoveryDriftWant all; /* of passkeys, over all apps */
} Realm;

/* ---- flows ---- */

static FidotoolJson *
add_flow(Realm *realm, const char *alias, bool top)
{
  FidotoolJson *flow =
      fidotool_json_append(realm->flows, fidotool_json_new_object());
  g_autofree char *id = make_id(alias);

  fidotool_json_set_text(flow, "id", id);
  fidotool_json_set_text(flow, "alias", alias);
  fidotool_json_set_text(flow, "providerId", "basic-flow");
  fidotool_json_set_bool(flow, "topLevel", top);
  fidotool_json_set_bool(flow, "builtIn", false);
  return fidotool_json_set(flow, "authenticationExecutions",
                           fidotool_json_new_array());
}

static FidotoolJson *
add_execution(FidotoolJson *executions, const char *requirement)
{
  FidotoolJson *execution =
      fidotool_json_append(executions, fidotool_json_new_object());

  fidotool_json_set_text(execution, "requirement", requirement);
  fidotool_json_set_int(execution, "priority",
                        10 * (int64_t)fidotool_json_size(executions));
  return execution;
}

static FidotoolJson *
add_step(FidotoolJson *executions, const char *requirement,
         const char *authenticator)
{
  FidotoolJson *execution = add_execution(executions, requirement);

  fidotool_json_set_text(execution, "authenticator", authenticator);
  fidotool_json_set_bool(execution, "authenticatorFlow", false);
  return execution;
}

static void
add_subflow(FidotoolJson *executions, const char *requirement,
            const char *alias)
{
  FidotoolJson *execution = add_execution(executions, requirement);

  fidotool_json_set_text(execution, "flowAlias", alias);
  fidotool_json_set_bool(execution, "authenticatorFlow", true);
}

/* ---- one level ---- */

static void
add_condition(Realm *realm, FidotoolJson *executions, const char *alias,
              int level, int64_t max_age_s)
{
  FidotoolJson *step =
      add_step(executions, "REQUIRED", "conditional-level-of-authentication");
  FidotoolJson *config =
      fidotool_json_append(realm->configs, fidotool_json_new_object());
  g_autofree char *id = make_id(alias);
  g_autofree char *number = g_strdup_printf("%d", level);
  g_autofree char *age = g_strdup_printf(
      "%" G_GINT64_FORMAT, max_age_s >= 0 ? max_age_s : SESSION_S);

  fidotool_json_set_text(step, "authenticatorConfig", alias);
  fidotool_json_set_text(config, "id", id);
  fidotool_json_set_text(config, "alias", alias);
  config = fidotool_json_set(config, "config", fidotool_json_new_object());
  fidotool_json_set_text(config, "loa-condition-level", number);
  fidotool_json_set_text(config, "loa-max-age", age);
}

/* Password and code, one after the other, as one of the alternatives. */
static void
add_otp(Realm *realm, FidotoolJson *ways, const char *alias)
{
  g_autofree char *name = g_strconcat(alias, " otp", NULL);
  FidotoolJson *steps = add_flow(realm, name, false);

  add_step(steps, "REQUIRED", "auth-username-password-form");
  add_step(steps, "REQUIRED", "auth-otp-form");
  add_subflow(ways, "ALTERNATIVE", name);
}

static void
add_ways(Realm *realm, const RecoveryDriftWant *want, FidotoolJson *ways,
         const char *alias)
{
  if (want->webauthn)
    add_step(ways, "ALTERNATIVE", "webauthn-authenticator-passwordless");
  for (guint i = 0; i < want->methods->len; i++) {
    const char *method = want->methods->pdata[i];

    if (strcmp(method, "otp") == 0)
      add_otp(realm, ways, alias);
    else if (strcmp(method, "certificate") == 0)
      add_step(ways, "ALTERNATIVE", "auth-x509-client-username-form");
    else if (strcmp(method, "kerberos") == 0)
      add_step(ways, "ALTERNATIVE", "auth-spnego");
    else if (strcmp(method, "password") == 0)
      add_step(ways, "ALTERNATIVE", "auth-username-password-form");
    else
      recovery_drift_set_cannot(realm->setter, method,
                                "no step of Keycloak is this method");
  }
  if (fidotool_json_size(ways) == 0)
    add_step(ways, "REQUIRED", "deny-access-authenticator");
}

static void
add_level(Realm *realm, const RecoveryDriftWant *want, FidotoolJson *levels,
          const char *flow, int level)
{
  g_autofree char *alias = g_strdup_printf("%s level %d", flow, level);
  g_autofree char *inner = g_strconcat(alias, " ways", NULL);
  FidotoolJson *steps = add_flow(realm, alias, false);

  add_subflow(levels, "CONDITIONAL", alias);
  add_condition(realm, steps, alias, level, want->max_age_s);
  add_subflow(steps, "REQUIRED", inner);
  add_ways(realm, want, add_flow(realm, inner, false), inner);
}

/* ---- one app ---- */

/* Everybody goes through the same flow: the loosest of all populations. */
static bool
find_want(Realm *realm, uint32_t journey, uint32_t app, RecoveryDriftWant *ret)
{
  RecoveryDriftSetter *setter = realm->setter;
  const char *id =
      recovery_document_id(setter->document, RECOVERY_DOCUMENT_APPS, app);
  g_autoptr(GArray) people = recovery_drift_set_people(setter, journey, app);
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_POPULATIONS);

  for (guint i = 0; i < people->len; i++) {
    g_autoptr(RecoveryDriftWant) want = recovery_drift_set_want(
        setter, journey, g_array_index(people, uint32_t, i), app);

    if (i > 0 && !recovery_drift_want_is_same(ret, want))
      recovery_drift_set_cannot(setter, id,
                                "a flow is the same for every population: it "
                                "is what the loosest needs");
    recovery_drift_want_join(ret, want);
  }
  if (people->len > 0 && people->len < n)
    recovery_drift_set_cannot(setter, id,
                              "a flow lets in every population: let the app, "
                              "or a role, refuse those that the policy does "
                              "not open it to");
  return ret->open;
}

static void
clear_want(RecoveryDriftWant *want)
{
  g_clear_pointer(&want->models, g_ptr_array_unref);
  g_clear_pointer(&want->methods, g_ptr_array_unref);
}

/* The level that a journey has in the map; 1 for a sign-in. */
static int
find_level(RecoveryDriftSetter *setter, uint32_t journey)
{
  const char *id = recovery_document_id(setter->document,
                                        RECOVERY_DOCUMENT_JOURNEYS, journey);
  g_autofree const char **names =
      recovery_drift_map_names(setter->request->map, setter->request->export,
                               RECOVERY_DRIFT_MAP_JOURNEYS, id);
  guint64 level = 0;

  if (names != NULL && names[0] != NULL &&
      g_ascii_string_to_unsigned(names[0], 10, 1, 1000, &level, NULL))
    return (int)level;
  return strcmp(id, "sign-in") == 0 ? 1 : 0;
}

static void
add_levels(Realm *realm, uint32_t app, FidotoolJson *levels, const char *flow)
{
  RecoveryDriftSetter *setter = realm->setter;
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_JOURNEYS);

  for (int level = 1; level <= 1000; level++)
    for (uint32_t j = 0; j < n; j++) {
      RecoveryDriftWant want = {.models = g_ptr_array_new(),
                                .methods = g_ptr_array_new(),
                                .max_age_s = RECOVERY_DRIFT_NO_AGE};

      if (find_level(setter, j) == level && find_want(realm, j, app, &want)) {
        add_level(realm, &want, levels, flow, level);
        recovery_drift_want_join(&realm->all, &want);
      }
      clear_want(&want);
    }
}

static void
tell_journeys(Realm *realm, uint32_t app)
{
  RecoveryDriftSetter *setter = realm->setter;
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_JOURNEYS);

  for (uint32_t j = 0; j < n; j++) {
    const char *id =
        recovery_document_id(setter->document, RECOVERY_DOCUMENT_JOURNEYS, j);
    g_autoptr(GArray) people = recovery_drift_set_people(setter, j, app);

    if (people->len > 0 && find_level(setter, j) == 0 &&
        strcmp(id, "recovery") != 0)
      recovery_drift_set_cannot(setter, id,
                                "the map has no level of it; nothing was "
                                "written for it");
  }
}

static void
add_client(Realm *realm, const char *name, const char *flow)
{
  FidotoolJson *client =
      fidotool_json_append(realm->clients, fidotool_json_new_object());
  g_autofree char *id = make_id(flow);

  fidotool_json_set_text(client, "clientId", name);
  fidotool_json_set_bool(client, "directAccessGrantsEnabled", false);
  fidotool_json_set_text(
      fidotool_json_set(client, "attributes", fidotool_json_new_object()),
      "minimum.acr.value", "1");
  fidotool_json_set_text(fidotool_json_set(client,
                                           "authenticationFlowBindingOverrides",
                                           fidotool_json_new_object()),
                         "browser", id);
}

static void
add_app(Realm *realm, uint32_t app)
{
  RecoveryDriftSetter *setter = realm->setter;
  const char *id =
      recovery_document_id(setter->document, RECOVERY_DOCUMENT_APPS, app);
  g_autofree const char **names =
      recovery_drift_set_names_or_id(setter, RECOVERY_DRIFT_MAP_APPS, id);
  g_autofree char *flow = g_strdup_printf("keyturn %s", id);
  g_autofree char *inner = g_strdup_printf("%s levels", flow);
  FidotoolJson *top = add_flow(realm, flow, true);

  add_step(top, "ALTERNATIVE", "auth-cookie");
  add_subflow(top, "ALTERNATIVE", inner);
  add_levels(realm, app, add_flow(realm, inner, false), flow);
  for (size_t i = 0; names[i] != NULL; i++)
    add_client(realm, names[i], flow);
  tell_journeys(realm, app);
}

/* Is an app one of this realm? The map says so, or the policy by its idp, or
 * who asked for it alone. */
static bool
is_here(RecoveryDriftSetter *setter, uint32_t app)
{
  const char *id =
      recovery_document_id(setter->document, RECOVERY_DOCUMENT_APPS, app);
  g_autofree const char **names =
      recovery_drift_map_names(setter->request->map, setter->request->export,
                               RECOVERY_DRIFT_MAP_APPS, id);
  const bool here =
      names != NULL || setter->app == app ||
      g_strcmp0(RECOVERY_DOCUMENT_AT(setter->document, APPS, App, app)->idp,
                setter->request->export) == 0;

  if (!here)
    recovery_drift_set_cannot(setter, id,
                              "neither the map nor its idp says that it is of "
                              "\"%s\"; nothing was written for it",
                              setter->request->export);
  return here;
}

/* Is there anything of the policy at this app? */
static bool
is_open(RecoveryDriftSetter *setter, uint32_t app)
{
  g_autoptr(GArray) people = recovery_drift_set_people(
      setter, recovery_drift_set_sign_in(setter), app);

  return people->len > 0;
}

/* ---- the realm ---- */

static void
add_keys(Realm *realm, FidotoolJson *json)
{
  const RecoveryDriftWant *all = &realm->all;

  if (!all->webauthn)
    return;
  fidotool_json_set_text(
      json, "webAuthnPolicyPasswordlessUserVerificationRequirement",
      all->uv ? "required" : "preferred");
  fidotool_json_set_text(
      json, "webAuthnPolicyPasswordlessAttestationConveyancePreference",
      all->attested ? "direct" : "none");
  fidotool_json_set(json, "webAuthnPolicyPasswordlessAcceptableAaguids",
                    all->models != NULL ? recovery_drift_set_texts(all->models)
                                        : fidotool_json_new_array());
  recovery_drift_set_cannot(realm->setter, "webAuthnPolicyPasswordless",
                            "a realm has one policy of passkeys, for all apps "
                            "and everybody: it is what the loosest cell needs");
  if (!all->synced && !all->attested)
    recovery_drift_set_cannot(realm->setter, "webAuthnPolicyPasswordless",
                              "without attestation Keycloak cannot tell "
                              "whether a passkey can be synced");
}

void
recovery_drift_set_keycloak(RecoveryDriftSetter *setter)
{
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_APPS);
  FidotoolJson *json = fidotool_json_new_object();
  Realm realm = {
      .setter = setter,
      .all = {.models = g_ptr_array_new(), .methods = g_ptr_array_new()}};

  setter->setting->json = json;
  realm.flows =
      fidotool_json_set(json, "authenticationFlows", fidotool_json_new_array());
  realm.configs =
      fidotool_json_set(json, "authenticatorConfig", fidotool_json_new_array());
  realm.clients = fidotool_json_set(json, "clients", fidotool_json_new_array());
  for (uint32_t i = 0; i < n; i++)
    if (recovery_drift_set_wants_app(setter, i) && is_here(setter, i) &&
        is_open(setter, i))
      add_app(&realm, i);
  add_keys(&realm, json);
  clear_want(&realm.all);
  recovery_drift_set_cannot(setter, "acr",
                            "a level holds only where the app checks \"acr\", "
                            "or its request cannot be changed (PAR, request "
                            "object)");
}
