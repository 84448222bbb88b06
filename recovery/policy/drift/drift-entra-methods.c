/* SPDX-License-Identifier: Apache-2.0 */
/* drift-entra-methods.c - Microsoft Entra's combinations of methods, its
 * authentication strengths, and the policy of methods: what anybody can have at
 * all. Passkey profiles are a union: one that takes a key is enough. */
#include <string.h>

#include "recovery/policy/drift/drift-entra.h"

/* Sets of combinations. */
enum {
  MFA = 1 << 0,
  PASSWORDLESS = 1 << 1,
  RESISTANT = 1 << 2, /* to phishing */
};

/* Sign-in by federation is left out: no export says whether there is any. */
/* clang-format off */
static const struct {
  const char *combination;
  const char *method;
  const char *config; /* that switches it on; NULL: always there */
  unsigned sets;
} combinations[] = {
  { "windowsHelloForBusiness",            "windows-hello",  NULL,                     MFA | PASSWORDLESS | RESISTANT },
  { "fido2",                              "webauthn",       "Fido2",                  MFA | PASSWORDLESS | RESISTANT },
  { "x509CertificateMultiFactor",         "certificate",    "X509Certificate",        MFA | PASSWORDLESS | RESISTANT },
  { "deviceBasedPush",                    "push",           "MicrosoftAuthenticator", MFA | PASSWORDLESS },
  { "temporaryAccessPassOneTime",         "temporary-pass", "TemporaryAccessPass",    MFA },
  { "temporaryAccessPassMultiUse",        "temporary-pass", "TemporaryAccessPass",    MFA },
  { "password,microsoftAuthenticatorPush","push",           "MicrosoftAuthenticator", MFA },
  { "password,softwareOath",              "otp",            "SoftwareOath",           MFA },
  { "password,hardwareOath",              "otp",            "HardwareOath",           MFA },
  { "password,sms",                       "sms",            "Sms",                    MFA },
  { "password,voice",                     "voice",          "Voice",                  MFA },
  { "x509CertificateSingleFactor",        "certificate",    "X509Certificate",        0 },
  { "sms",                                "sms",            "Sms",                    0 },
  { "qrCodePin",                          "qr-code-pin",    "QRCodePin",              0 },
  { "password",                           "password",       NULL,                     0 },
};
/* Of others it is known that they are federation. */
static const char *const federated[] = {
  "federatedMultiFactor", "federatedSingleFactor",
  "microsoftAuthenticatorPush,federatedSingleFactor",
  "softwareOath,federatedSingleFactor", "hardwareOath,federatedSingleFactor",
  "sms,federatedSingleFactor", "voice,federatedSingleFactor", NULL,
};
static const struct {
  const char *id;
  unsigned set;
} built_in[] = {
  { "00000000-0000-0000-0000-000000000002", MFA },
  { "00000000-0000-0000-0000-000000000003", PASSWORDLESS },
  { "00000000-0000-0000-0000-000000000004", RESISTANT },
};
/* clang-format on */

static RecoveryDriftOffer *
new_offer(size_t i)
{
  RecoveryDriftOffer *offer = recovery_drift_table_offer_new(
      combinations[i].combination, combinations[i].method);

  /* Both want PIN or biometrics each time, and Windows Hello stays in its
   * machine. */
  if (strcmp(offer->method, "webauthn") == 0 ||
      strcmp(offer->method, "windows-hello") == 0)
    offer->uv = RECOVERY_DRIFT_YES;
  if (strcmp(offer->method, "windows-hello") == 0)
    offer->be = RECOVERY_DRIFT_NO;
  return offer;
}

static void
add_set(unsigned set, GPtrArray *offers)
{
  for (size_t i = 0; i < G_N_ELEMENTS(combinations); i++)
    if (combinations[i].sets & set)
      g_ptr_array_add(offers, new_offer(i));
}

void
recovery_drift_entra_add_mfa(GPtrArray *offers)
{
  add_set(MFA, offers);
}

bool
recovery_drift_entra_add_built_in(const char *id, GPtrArray *offers)
{
  for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++)
    if (g_strcmp0(built_in[i].id, id) == 0) {
      add_set(built_in[i].set, offers);
      return true;
    }
  return false;
}

/* ---- strengths ---- */

static bool
add_combination(const char *combination, GPtrArray *offers)
{
  for (size_t i = 0; i < G_N_ELEMENTS(combinations); i++)
    if (strcmp(combinations[i].combination, combination) == 0) {
      g_ptr_array_add(offers, new_offer(i));
      return true;
    }
  return false;
}

/* AAGUIDs that the strength allows for one of its combinations. */
static void
restrict_offers(RecoveryDriftReader *reader, const FidotoolJson *strength,
                const FidotoolJson *configuration, GPtrArray *offers)
{
  GHashTable *set =
      recovery_drift_reader_aaguids(reader, configuration, "allowedAAGUIDs");
  const char *name =
      recovery_drift_reader_text(reader, strength, "displayName");

  if (set == NULL) {
    if (reader->error == NULL)
      recovery_drift_table_note(
          reader->table,
          "authentication strength \"%s\": what it demands of certificates is "
          "not looked at",
          name != NULL ? name : "");
    return;
  }
  for (guint i = 0; i < offers->len; i++) {
    RecoveryDriftOffer *offer = offers->pdata[i];

    if (recovery_drift_reader_lists(reader, configuration,
                                    "appliesToCombinations", offer->name))
      g_ptr_array_add(offer->allow, set);
  }
}

void
recovery_drift_entra_add_strength(RecoveryDriftReader *reader,
                                  const FidotoolJson *strength,
                                  GPtrArray *offers)
{
  const FidotoolJson *names =
      recovery_drift_reader_array(reader, strength, "allowedCombinations");
  const FidotoolJson *configurations = recovery_drift_reader_array(
      reader, strength, "combinationConfigurations");

  for (size_t i = 0; i < fidotool_json_size(names); i++) {
    const char *name = recovery_drift_reader_word(reader, names, i);

    if (name == NULL)
      return;
    if (!add_combination(name, offers) && !g_strv_contains(federated, name))
      recovery_drift_table_unmapped(
          reader->table,
          recovery_drift_reader_text(reader, strength, "displayName"),
          "the combination \"%s\" is not known", name);
  }
  for (size_t i = 0; i < fidotool_json_size(configurations); i++)
    restrict_offers(reader, strength,
                    recovery_drift_reader_item(reader, configurations, i),
                    offers);
}

/* ---- the policy of methods ---- */

static bool
is_set(unsigned have, unsigned want)
{
  return (have & want) != 0;
}

/* Which of a method's combinations a target of it may use. */
enum {
  PUSH = 1 << 0,
  DEVICE_PUSH = 1 << 1,
  SIGN_IN = 1 << 2,
  ONE_TIME = 1 << 3,
  MULTI_USE = 1 << 4,
};

static unsigned
read_uses(RecoveryDriftReader *reader, const FidotoolJson *config,
          const FidotoolJson *target)
{
  const char *mode =
      recovery_drift_reader_text(reader, target, "authenticationMode");
  unsigned uses = ONE_TIME;

  if (g_strcmp0(mode, "deviceBasedPush") != 0)
    uses |= PUSH;
  if (g_strcmp0(mode, "push") != 0)
    uses |= DEVICE_PUSH;
  if (recovery_drift_reader_truth(reader, target, "isUsableForSignIn", false))
    uses |= SIGN_IN;
  if (!recovery_drift_reader_truth(reader, config, "isUsableOnce", false))
    uses |= MULTI_USE;
  return uses;
}

static bool
is_usable(const char *combination, unsigned uses)
{
  static const struct {
    const char *combination;
    unsigned use;
  } needs[] = {
      {"deviceBasedPush", DEVICE_PUSH},
      {"password,microsoftAuthenticatorPush", PUSH},
      {"sms", SIGN_IN},
      {"temporaryAccessPassOneTime", ONE_TIME},
      {"temporaryAccessPassMultiUse", MULTI_USE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(needs); i++)
    if (strcmp(needs[i].combination, combination) == 0)
      return is_set(uses, needs[i].use);
  return true;
}

/* What a profile (or the method itself, where it has none) takes of keys. */
static RecoveryDriftOffer *
read_profile(RecoveryDriftReader *reader, const FidotoolJson *profile)
{
  RecoveryDriftOffer *offer =
      recovery_drift_table_offer_new("fido2", "webauthn");
  const FidotoolJson *keys =
      recovery_drift_reader_object(reader, profile, "keyRestrictions");
  const char *types =
      recovery_drift_reader_text(reader, profile, "passkeyTypes");
  const char *attestation =
      recovery_drift_reader_text(reader, profile, "attestationEnforcement");
  const bool enforced =
      attestation != NULL
          ? strcmp(attestation, "registrationOnly") == 0
          : recovery_drift_reader_truth(reader, profile,
                                        "isAttestationEnforced", false);

  offer->uv = RECOVERY_DRIFT_YES;
  offer->attested = enforced ? RECOVERY_DRIFT_YES : RECOVERY_DRIFT_ANY;
  /* A synced passkey has no attestation. */
  if (enforced || g_strcmp0(types, "deviceBound") == 0)
    offer->be = RECOVERY_DRIFT_NO;
  else if (g_strcmp0(types, "synced") == 0)
    offer->be = RECOVERY_DRIFT_YES;
  if (recovery_drift_reader_truth(reader, keys, "isEnforced", false)) {
    GHashTable *set = recovery_drift_reader_aaguids(reader, keys, "aaGuids");
    const bool blocks =
        g_strcmp0(recovery_drift_reader_text(reader, keys, "enforcementType"),
                  "block") == 0;

    if (set != NULL)
      g_ptr_array_add(blocks ? offer->block : offer->allow, set);
  }
  return offer;
}

static const FidotoolJson *
find_profile(RecoveryDriftReader *reader, const FidotoolJson *profiles,
             const char *id)
{
  for (size_t i = 0; i < fidotool_json_size(profiles); i++) {
    const FidotoolJson *profile =
        recovery_drift_reader_item(reader, profiles, i);

    if (g_strcmp0(recovery_drift_reader_text(reader, profile, "id"), id) == 0)
      return profile;
  }
  return NULL;
}

static void
add_keys(RecoveryDriftReader *reader, const FidotoolJson *config,
         const FidotoolJson *target, GPtrArray *accept)
{
  const FidotoolJson *profiles =
      recovery_drift_reader_array(reader, config, "passkeyProfiles");
  const FidotoolJson *ids =
      recovery_drift_reader_array(reader, target, "allowedPasskeyProfiles");

  if (fidotool_json_size(profiles) == 0)
    g_ptr_array_add(accept, read_profile(reader, config));
  for (size_t i = 0;
       fidotool_json_size(profiles) > 0 && i < fidotool_json_size(ids); i++) {
    const char *id = recovery_drift_reader_word(reader, ids, i);
    const FidotoolJson *profile = find_profile(reader, profiles, id);

    if (profile != NULL)
      g_ptr_array_add(accept, read_profile(reader, profile));
    else if (id != NULL)
      recovery_drift_table_unmapped(reader->table, id,
                                    "there is no passkey profile of this id");
  }
}

/* One target of a method: a group, or everybody. */
static void
read_target(RecoveryDriftReader *reader, const FidotoolJson *config,
            const char *id, const FidotoolJson *target)
{
  const char *group = recovery_drift_reader_text(reader, target, "id");
  const FidotoolJson *excluded =
      recovery_drift_reader_array(reader, config, "excludeTargets");
  const unsigned uses = read_uses(reader, config, target);
  RecoveryDriftRule *grant =
      recovery_drift_table_add_rule(reader->table->grants, id, &reader->error);

  if (grant == NULL)
    return;
  grant->who.all = g_strcmp0(group, "all_users") == 0;
  if (!grant->who.all && group != NULL)
    (void)recovery_drift_table_add_name(reader->table, grant->who.names, group,
                                        &reader->error);
  for (size_t i = 0; i < fidotool_json_size(excluded); i++) {
    const char *left_out = recovery_drift_reader_text(
        reader, recovery_drift_reader_item(reader, excluded, i), "id");

    if (left_out != NULL)
      (void)recovery_drift_table_add_name(reader->table, grant->who.except,
                                          left_out, &reader->error);
  }
  if (strcmp(id, "Fido2") == 0)
    add_keys(reader, config, target, grant->accept);
  else
    for (size_t i = 0; i < G_N_ELEMENTS(combinations); i++)
      if (g_strcmp0(combinations[i].config, id) == 0 &&
          is_usable(combinations[i].combination, uses))
        g_ptr_array_add(grant->accept, new_offer(i));
}

static void
read_method(RecoveryDriftReader *reader, const FidotoolJson *config)
{
  const char *id = recovery_drift_reader_text(reader, config, "id");
  const char *state = recovery_drift_reader_text(reader, config, "state");
  const FidotoolJson *targets =
      recovery_drift_reader_array(reader, config, "includeTargets");
  bool known = false;

  if (id == NULL || state == NULL) {
    recovery_drift_reader_fail(reader, "a method without id or state");
    return;
  }
  if (strcmp(state, "enabled") != 0)
    return;
  recovery_drift_reader_enter(reader, id);
  for (size_t i = 0; i < G_N_ELEMENTS(combinations); i++)
    known = known || g_strcmp0(combinations[i].config, id) == 0;
  if (strcmp(id, "Email") == 0)
    recovery_drift_table_unmapped(reader->table, id,
                                  "switched on, and good for a reset of the "
                                  "password: for whom self-service reset is on "
                                  "no export says");
  else if (!known)
    recovery_drift_table_unmapped(reader->table, id,
                                  "this method is not known, and switched on");
  else
    for (size_t i = 0; i < fidotool_json_size(targets); i++)
      read_target(reader, config, id,
                  recovery_drift_reader_item(reader, targets, i));
  recovery_drift_reader_enter(reader, NULL);
}

/* A row for what is there whatever is switched on (config NULL), or for all. */
static void
add_always(RecoveryDriftTable *table, bool every)
{
  RecoveryDriftRule *grant = recovery_drift_table_rule_new("(always there)");

  grant->who.all = true;
  for (size_t i = 0; i < G_N_ELEMENTS(combinations); i++)
    if (every || combinations[i].config == NULL)
      g_ptr_array_add(grant->accept, new_offer(i));
  g_ptr_array_add(table->grants, grant);
}

void
recovery_drift_entra_read_methods(RecoveryDriftReader *reader,
                                  const FidotoolJson *policy)
{
  const FidotoolJson *configs = recovery_drift_reader_array(
      reader, policy, "authenticationMethodConfigurations");
  const char *migration =
      recovery_drift_reader_text(reader, policy, "policyMigrationState");

  if (reader->table->grants != NULL) {
    recovery_drift_reader_fail(reader, "the policy of methods is there twice");
    return;
  }
  reader->table->grants = recovery_drift_table_rules_new();
  reader->table->grants_combine = RECOVERY_DRIFT_UNION;
  add_always(reader->table, false);
  for (size_t i = 0; i < fidotool_json_size(configs); i++)
    read_method(reader, recovery_drift_reader_item(reader, configs, i));
  if (migration != NULL && strcmp(migration, "migrationComplete") != 0)
    recovery_drift_table_unmapped(
        reader->table, "policyMigrationState",
        "the settings of before the policy of methods hold, too, and are not "
        "in this export");
}

void
recovery_drift_entra_assume_methods(RecoveryDriftTable *table)
{
  table->grants = recovery_drift_table_rules_new();
  table->grants_combine = RECOVERY_DRIFT_UNION;
  add_always(table, true);
  recovery_drift_table_note(table,
                            "the policy of methods is not among the files: "
                            "every method is taken as switched on, and no "
                            "attestation as enforced");
}
