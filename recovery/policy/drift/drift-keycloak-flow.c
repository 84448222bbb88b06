/* SPDX-License-Identifier: Apache-2.0 */
/* drift-keycloak-flow.c - the ways through an authentication flow. In one flow
 * all required steps are gone through, or else one of the alternatives; a
 * conditional flow is gone through where its conditions hold. A condition that
 * depends on the person is taken both ways. */
#include <string.h>

#include "recovery/policy/drift/drift-keycloak.h"

#define DEPTH 12
#define WIDTH 64
/* Keycloak's own, where a level has no max age. */
#define DEFAULT_AGE_S 36000

/* Factors, the strongest first; a way is the set of those it goes through. */
enum {
  PASSKEY = 1 << 0,
  SECURITY_KEY = 1 << 1,
  CERTIFICATE = 1 << 2,
  KERBEROS = 1 << 3,
  OTP = 1 << 4,
  RECOVERY_CODE = 1 << 5,
  FEDERATED = 1 << 6,
  PASSWORD = 1 << 7,
};

/* clang-format off */
static const struct {
  unsigned factor;
  const char *name, *method;
} factors[] = {
  { PASSKEY,       "webauthn-passwordless", "webauthn" },
  { SECURITY_KEY,  "webauthn",              "webauthn" },
  { CERTIFICATE,   "x509",                  "certificate" },
  { KERBEROS,      "kerberos",              "kerberos" },
  { OTP,           "otp",                   "otp" },
  { RECOVERY_CODE, "recovery-code",         "recovery-code" },
  { FEDERATED,     "identity-provider",     "federated" },
  { PASSWORD,      "password",              "password" },
};

/* What a step does. */
typedef enum {
  FACTOR,    /* goes through one */
  MAYBE,     /* may, or may not */
  PASSES,    /* asks for nothing that proves anything */
  STOPS,     /* nobody gets past it, or not by themselves */
} Act;

static const struct {
  const char *authenticator;
  Act act;
  unsigned factor;
} steps[] = {
  { "auth-cookie",                         STOPS,  0 }, /* an earlier sign-in */
  { "auth-spnego",                         FACTOR, KERBEROS },
  { "identity-provider-redirector",        FACTOR, FEDERATED },
  { "auth-username-form",                  PASSES, 0 },
  { "auth-username-password-form",         FACTOR, PASSWORD },
  { "auth-password-form",                  FACTOR, PASSWORD },
  { "auth-otp-form",                       FACTOR, OTP },
  { "auth-conditional-otp-form",           MAYBE,  OTP },
  { "auth-recovery-authn-code-form",       FACTOR, RECOVERY_CODE },
  { "webauthn-authenticator",              FACTOR, SECURITY_KEY },
  { "webauthn-authenticator-passwordless", FACTOR, PASSKEY },
  { "auth-x509-client-username-form",      FACTOR, CERTIFICATE },
  { "direct-grant-validate-username",      PASSES, 0 },
  { "direct-grant-validate-password",      FACTOR, PASSWORD },
  { "direct-grant-validate-otp",           FACTOR, OTP },
  { "direct-grant-auth-x509-username",     FACTOR, CERTIFICATE },
  { "organization",                        PASSES, 0 },
  { "allow-access-authenticator",          PASSES, 0 },
  { "deny-access-authenticator",           STOPS,  0 },
};

/* Conditions; what is not here is taken both ways, and listed. */
#define LEVEL "conditional-level-of-authentication"
static const char *const of_the_person[] = {
  "conditional-user-configured", "conditional-credential",
  "conditional-sub-flow-executed", NULL,
};
/* clang-format on */

/* Which sets of factors get somebody through. */
#define ALL_WAYS (1 << G_N_ELEMENTS(factors))
typedef struct {
  bool has[ALL_WAYS];
} Ways;

/* One walk through a flow. */
typedef struct {
  RecoveryDriftKeycloak *keycloak;
  int64_t level;
  bool level_taken; /* no level was asked for, and one was gone through */
} Walk;

static Ways walk_flow(Walk *walk, const char *alias, int depth);

/* ---- sets of ways ---- */

static Ways
no_way(void)
{
  return (Ways){{false}};
}

static void
add_ways(Ways *ways, const Ways *more)
{
  for (size_t i = 0; i < ALL_WAYS; i++)
    ways->has[i] = ways->has[i] || more->has[i];
}

/* First one, then the other. */
static Ways
follow(const Ways *first, const Ways *next)
{
  Ways both = no_way();

  for (size_t i = 0; i < ALL_WAYS; i++)
    for (size_t k = 0; first->has[i] && k < ALL_WAYS; k++)
      if (next->has[k])
        both.has[i | k] = true;
  return both;
}

/* ---- steps ---- */

static void
list_once(Walk *walk, const char *name, const char *why)
{
  if (name != NULL && g_hash_table_add(walk->keycloak->told, g_strdup(name)))
    recovery_drift_table_unmapped(walk->keycloak->reader->table, name, "%s",
                                  why);
}

static void
add_factor(Walk *walk, Ways *ways, const char *authenticator, size_t i)
{
  if (steps[i].act == STOPS ||
      (steps[i].factor == FEDERATED && !walk->keycloak->has_providers))
    return;
  ways->has[steps[i].factor] = true;
  if (steps[i].act == MAYBE)
    ways->has[0] = true;
  /* The form of the password offers passkeys, too, where they are on. */
  if (strcmp(authenticator, "auth-username-password-form") == 0 &&
      recovery_drift_reader_truth(walk->keycloak->reader, walk->keycloak->realm,
                                  "webAuthnPolicyPasswordlessPasskeysEnabled",
                                  false))
    ways->has[PASSKEY] = true;
}

static Ways
walk_step(Walk *walk, const FidotoolJson *step, int depth)
{
  RecoveryDriftReader *reader = walk->keycloak->reader;
  const char *authenticator =
      recovery_drift_reader_text(reader, step, "authenticator");
  Ways ways = no_way();
  size_t i = 0;

  if (recovery_drift_reader_truth(reader, step, "authenticatorFlow", false))
    return walk_flow(
        walk, recovery_drift_reader_text(reader, step, "flowAlias"), depth + 1);
  while (i < G_N_ELEMENTS(steps) &&
         g_strcmp0(steps[i].authenticator, authenticator) != 0)
    i++;
  if (i < G_N_ELEMENTS(steps)) {
    add_factor(walk, &ways, authenticator, i);
    return ways;
  }
  list_once(walk, authenticator,
            "this step of a flow is not known, and counts as none");
  ways.has[0] = true;
  return ways;
}

/* ---- conditions ---- */

typedef enum { HOLDS, FAILS, EITHER } Truth;

static Truth
judge_level(Walk *walk, const FidotoolJson *step)
{
  RecoveryDriftReader *reader = walk->keycloak->reader;
  const char *alias =
      recovery_drift_reader_text(reader, step, "authenticatorConfig");
  const FidotoolJson *config =
      alias != NULL ? g_hash_table_lookup(walk->keycloak->configs, alias)
                    : NULL;
  const int64_t level =
      recovery_drift_reader_digits(reader, config, "loa-condition-level", 0);

  if (walk->level != RECOVERY_DRIFT_KEYCLOAK_NO_LEVEL)
    return level <= walk->level ? HOLDS : FAILS;
  /* Nothing was asked for: the first level is enough. */
  if (walk->level_taken)
    return FAILS;
  walk->level_taken = true;
  return HOLDS;
}

static Truth
judge_condition(Walk *walk, const FidotoolJson *step, const char *name)
{
  if (strcmp(name, LEVEL) == 0)
    return judge_level(walk, step);
  if (!g_strv_contains(of_the_person, name))
    list_once(walk, name,
              "a condition of a flow that is taken both ways: whom it is about "
              "is not known");
  return EITHER;
}

static bool
is_condition(const FidotoolJson *step)
{
  const char *name = fidotool_json_get_text(step, "authenticator");

  return name != NULL && g_str_has_prefix(name, "conditional-");
}

/* All conditions of a conditional flow. */
static Truth
judge_conditions(Walk *walk, const FidotoolJson *list)
{
  RecoveryDriftReader *reader = walk->keycloak->reader;
  Truth all = HOLDS;

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *step = recovery_drift_reader_item(reader, list, i);
    Truth one;

    if (step == NULL || !is_condition(step) ||
        g_strcmp0(recovery_drift_reader_text(reader, step, "requirement"),
                  "DISABLED") == 0)
      continue;
    one = judge_condition(walk, step,
                          fidotool_json_get_text(step, "authenticator"));
    if (one == FAILS)
      return FAILS;
    if (one == EITHER)
      all = EITHER;
  }
  return all;
}

/* ---- flows ---- */

static const FidotoolJson *
find_steps(Walk *walk, const char *alias)
{
  const FidotoolJson *flow =
      alias != NULL ? g_hash_table_lookup(walk->keycloak->flows, alias) : NULL;
  const FidotoolJson *list = recovery_drift_reader_array(
      walk->keycloak->reader, flow, "authenticationExecutions");

  if (flow == NULL)
    recovery_drift_reader_fail(walk->keycloak->reader,
                               "there is no flow \"%s\"",
                               recovery_drift_table_short(alias));
  else if (fidotool_json_size(list) > WIDTH)
    recovery_drift_reader_fail(walk->keycloak->reader,
                               "flow \"%s\": more than %d steps",
                               recovery_drift_table_short(alias), WIDTH);
  return list;
}

static void
count_steps(Walk *walk, const char *alias, const FidotoolJson *list, int depth)
{
  RecoveryDriftKeycloak *keycloak = walk->keycloak;

  keycloak->steps += (int)fidotool_json_size(list) + 1;
  if (depth > DEPTH || keycloak->steps > RECOVERY_DRIFT_KEYCLOAK_STEPS)
    recovery_drift_reader_fail(keycloak->reader,
                               "flow \"%s\" is too deep, or leads back to "
                               "itself",
                               recovery_drift_table_short(alias));
}

/* A conditional flow as one step: gone through, or not, or either. */
static Ways
walk_conditional(Walk *walk, const FidotoolJson *step, int depth)
{
  const char *alias =
      recovery_drift_reader_text(walk->keycloak->reader, step, "flowAlias");
  const Truth truth = judge_conditions(walk, find_steps(walk, alias));
  Ways ways = truth == FAILS || walk->keycloak->reader->error != NULL
                  ? no_way()
                  : walk_flow(walk, alias, depth + 1);

  if (truth != HOLDS)
    ways.has[0] = true;
  return ways;
}

static bool
is_a(const FidotoolJson *step, const char *requirement)
{
  return g_strcmp0(fidotool_json_get_text(step, "requirement"), requirement) ==
         0;
}

static Ways
walk_required(Walk *walk, const FidotoolJson *list, int depth)
{
  Ways ways = no_way();

  ways.has[0] = true;
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *step = fidotool_json_at(list, i);
    Ways next;

    if (is_condition(step) ||
        !(is_a(step, "REQUIRED") || is_a(step, "CONDITIONAL")))
      continue;
    next = is_a(step, "CONDITIONAL") ? walk_conditional(walk, step, depth)
                                     : walk_step(walk, step, depth);
    ways = follow(&ways, &next);
  }
  return ways;
}

static Ways
walk_alternatives(Walk *walk, const FidotoolJson *list, int depth)
{
  Ways ways = no_way();

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *step = fidotool_json_at(list, i);
    Ways more;

    if (is_condition(step) || !is_a(step, "ALTERNATIVE"))
      continue;
    more = walk_step(walk, step, depth);
    add_ways(&ways, &more);
  }
  return ways;
}

static Ways
walk_flow(Walk *walk, const char *alias, int depth)
{
  const FidotoolJson *list = find_steps(walk, alias);
  bool required = false;

  count_steps(walk, alias, list, depth);
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *step =
        recovery_drift_reader_item(walk->keycloak->reader, list, i);

    required =
        required || (step != NULL && !is_condition(step) &&
                     (is_a(step, "REQUIRED") || is_a(step, "CONDITIONAL")));
  }
  if (walk->keycloak->reader->error != NULL)
    return no_way();
  return required ? walk_required(walk, list, depth)
                  : walk_alternatives(walk, list, depth);
}

/* ---- ways as offers ---- */

static GHashTable *
find_set(RecoveryDriftKeycloak *keycloak, const char *name)
{
  GHashTable *set = g_hash_table_lookup(keycloak->sets, name);

  if (set == NULL &&
      fidotool_json_size(fidotool_json_get(keycloak->realm, name)) > 0) {
    set =
        recovery_drift_reader_aaguids(keycloak->reader, keycloak->realm, name);
    if (set != NULL)
      g_hash_table_insert(keycloak->sets, g_strdup(name), set);
  }
  return set;
}

/* The realm's policy of WebAuthn, or that of passkeys. */
static void
fill_key(RecoveryDriftKeycloak *keycloak, const char *prefix,
         RecoveryDriftOffer *offer)
{
  g_autofree char *uv =
      g_strconcat(prefix, "UserVerificationRequirement", NULL);
  g_autofree char *conveyance =
      g_strconcat(prefix, "AttestationConveyancePreference", NULL);
  g_autofree char *aaguids = g_strconcat(prefix, "AcceptableAaguids", NULL);
  const char *asked =
      recovery_drift_reader_text(keycloak->reader, keycloak->realm, conveyance);
  GHashTable *set = find_set(keycloak, aaguids);

  if (g_strcmp0(
          recovery_drift_reader_text(keycloak->reader, keycloak->realm, uv),
          "required") == 0)
    offer->uv = RECOVERY_DRIFT_YES;
  if (g_strcmp0(asked, "direct") == 0 || g_strcmp0(asked, "indirect") == 0 ||
      g_strcmp0(asked, "enterprise") == 0)
    offer->attested = RECOVERY_DRIFT_YES;
  if (set != NULL)
    g_ptr_array_add(offer->allow, set);
}

static RecoveryDriftOffer *
new_offer(RecoveryDriftKeycloak *keycloak, unsigned way)
{
  g_autoptr(GString) name = g_string_new(NULL);
  const char *method = "none";
  RecoveryDriftOffer *offer;

  for (size_t i = G_N_ELEMENTS(factors); i > 0; i--) {
    if (!(way & factors[i - 1].factor))
      continue;
    g_string_append_printf(name, "%s%s", name->len > 0 ? "," : "",
                           factors[i - 1].name);
    method = factors[i - 1].method;
  }
  offer = recovery_drift_table_offer_new(
      name->len > 0 ? name->str : "(nothing)", method);
  if (way & PASSKEY)
    fill_key(keycloak, "webAuthnPolicyPasswordless", offer);
  else if (way & SECURITY_KEY)
    fill_key(keycloak, "webAuthnPolicy", offer);
  return offer;
}

const GPtrArray *
recovery_drift_keycloak_flow(RecoveryDriftKeycloak *keycloak, const char *alias,
                             int64_t level)
{
  g_autofree char *key =
      g_strdup_printf("%" G_GINT64_FORMAT " %s", level, alias);
  GPtrArray *offers = g_hash_table_lookup(keycloak->ways, key);
  Walk walk = {.keycloak = keycloak, .level = level};
  Ways ways;

  if (offers != NULL)
    return offers;
  offers = recovery_drift_table_offers_new();
  ways = walk_flow(&walk, alias, 0);
  for (unsigned way = 0; way < ALL_WAYS; way++)
    if (ways.has[way])
      g_ptr_array_add(offers, new_offer(keycloak, way));
  g_hash_table_insert(keycloak->ways, g_steal_pointer(&key), offers);
  return offers;
}

/* ---- levels ---- */

typedef struct {
  int64_t level, max_age_s;
} Level;

static int
compare_levels(const void *a, const void *b)
{
  const Level *first = a, *second = b;

  return first->level < second->level ? -1 : first->level > second->level;
}

static void
find_levels(Walk *walk, const char *alias, int depth, GArray *levels)
{
  RecoveryDriftReader *reader = walk->keycloak->reader;
  const FidotoolJson *list = find_steps(walk, alias);

  count_steps(walk, alias, list, depth);
  for (size_t i = 0; reader->error == NULL && i < fidotool_json_size(list);
       i++) {
    const FidotoolJson *step = recovery_drift_reader_item(reader, list, i);
    const char *name =
        recovery_drift_reader_text(reader, step, "authenticator");
    const char *config =
        recovery_drift_reader_text(reader, step, "authenticatorConfig");
    const FidotoolJson *values =
        config != NULL ? g_hash_table_lookup(walk->keycloak->configs, config)
                       : NULL;
    const Level level = {
        recovery_drift_reader_digits(reader, values, "loa-condition-level", 0),
        recovery_drift_reader_digits(reader, values, "loa-max-age",
                                     DEFAULT_AGE_S)};

    if (step == NULL || is_a(step, "DISABLED"))
      continue;
    if (g_strcmp0(name, LEVEL) == 0)
      g_array_append_val(levels, level);
    if (recovery_drift_reader_truth(reader, step, "authenticatorFlow", false))
      find_levels(walk, recovery_drift_reader_text(reader, step, "flowAlias"),
                  depth + 1, levels);
  }
}

static const GArray *
list_levels(RecoveryDriftKeycloak *keycloak, const char *alias)
{
  Walk walk = {.keycloak = keycloak};
  GArray *levels = g_hash_table_lookup(keycloak->levels, alias);

  if (levels != NULL)
    return levels;
  levels = g_array_new(FALSE, FALSE, sizeof(Level));
  find_levels(&walk, alias, 0, levels);
  g_array_sort(levels, compare_levels);
  g_hash_table_insert(keycloak->levels, g_strdup(alias), levels);
  return levels;
}

GArray *
recovery_drift_keycloak_flow_levels(RecoveryDriftKeycloak *keycloak,
                                    const char *alias)
{
  const GArray *levels = list_levels(keycloak, alias);
  GArray *numbers = g_array_new(FALSE, FALSE, sizeof(int64_t));

  for (guint i = 0; i < levels->len; i++) {
    const Level *level = &g_array_index(levels, Level, i);

    if (i == 0 || level[-1].level != level->level)
      g_array_append_val(numbers, level->level);
  }
  return numbers;
}

int64_t
recovery_drift_keycloak_flow_age(RecoveryDriftKeycloak *keycloak,
                                 const char *alias, int64_t level,
                                 int64_t fallback)
{
  const GArray *levels = list_levels(keycloak, alias);
  int64_t age = fallback;

  for (guint i = 0; i < levels->len; i++) {
    const Level *one = &g_array_index(levels, Level, i);

    if (i == 0 || one->level <= level)
      age = one->max_age_s;
  }
  return age;
}
