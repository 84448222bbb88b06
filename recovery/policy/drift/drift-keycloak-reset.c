/* SPDX-License-Identifier: Apache-2.0 */
/* drift-keycloak-reset.c - what a realm lets people do by themselves, beside
 * its flows of sign-in: reset a credential that they have lost, register an
 * account, let somebody in who sits at another device. */
#include <string.h>

#include "recovery/policy/drift/drift-keycloak.h"

#define DEPTH 12

/* Steps that prove nothing: they ask who it is, or set what is new. */
static const char *const proves_nothing[] = {
    "reset-credentials-choose-user",
    "reset-password",
    "reset-otp",
    "conditional-user-configured",
    NULL,
};

/* The steps of a flow that ask for something, by name. */
static void
list_steps(RecoveryDriftKeycloak *keycloak, const char *alias, int depth,
           GString *text)
{
  RecoveryDriftReader *reader = keycloak->reader;
  const FidotoolJson *flow =
      alias != NULL ? g_hash_table_lookup(keycloak->flows, alias) : NULL;
  const FidotoolJson *list =
      recovery_drift_reader_array(reader, flow, "authenticationExecutions");

  keycloak->steps += (int)fidotool_json_size(list) + 1;
  if (depth > DEPTH || keycloak->steps > RECOVERY_DRIFT_KEYCLOAK_STEPS) {
    recovery_drift_reader_fail(reader,
                               "flow \"%s\" is too deep, or leads back "
                               "to itself",
                               recovery_drift_table_short(alias));
    return;
  }
  for (size_t i = 0; reader->error == NULL && i < fidotool_json_size(list);
       i++) {
    const FidotoolJson *step = recovery_drift_reader_item(reader, list, i);
    const char *name =
        recovery_drift_reader_text(reader, step, "authenticator");

    if (g_strcmp0(recovery_drift_reader_text(reader, step, "requirement"),
                  "DISABLED") == 0)
      continue;
    if (recovery_drift_reader_truth(reader, step, "authenticatorFlow", false))
      list_steps(keycloak,
                 recovery_drift_reader_text(reader, step, "flowAlias"),
                 depth + 1, text);
    else if (name != NULL && !g_strv_contains(proves_nothing, name))
      g_string_append_printf(text, "%s%s", text->len > 0 ? "," : "",
                             recovery_drift_table_short(name));
  }
}

/* The flow of resets as a way back in. */
static void
add_reset(RecoveryDriftKeycloak *keycloak)
{
  RecoveryDriftReader *reader = keycloak->reader;
  const char *alias = recovery_drift_reader_text(reader, keycloak->realm,
                                                 "resetCredentialsFlow");
  g_autoptr(GString) steps = g_string_new(NULL);
  RecoveryDriftRule *rule;
  bool found;

  if (alias == NULL)
    alias = "reset credentials";
  found = g_hash_table_contains(keycloak->flows, alias);
  list_steps(keycloak, alias, 0, steps);
  rule = recovery_drift_table_add_rule(reader->table->ways_back,
                                       "resetPasswordAllowed", &reader->error);
  if (rule == NULL)
    return;
  rule->who.all = true;
  if (steps->len == 0)
    g_string_assign(steps, found ? "(nothing)" : "(not in the export)");
  g_ptr_array_add(
      rule->accept,
      recovery_drift_table_offer_new(
          steps->str, strstr(steps->str, "email") != NULL ? "email" : "none"));
  rule->note = g_strdup_printf("people set a new password by themselves; flow "
                               "\"%s\" asks for: %s",
                               recovery_drift_table_short(alias), steps->str);
}

void
recovery_drift_keycloak_read_reset(RecoveryDriftKeycloak *keycloak)
{
  RecoveryDriftReader *reader = keycloak->reader;

  if (recovery_drift_reader_truth(reader, keycloak->realm,
                                  "resetPasswordAllowed", false))
    add_reset(keycloak);
  else if (fidotool_json_get(keycloak->realm, "resetPasswordAllowed") == NULL)
    recovery_drift_table_note(reader->table,
                              "the export does not say whether people can "
                              "reset their password by themselves");
  if (recovery_drift_reader_truth(reader, keycloak->realm,
                                  "registrationAllowed", false))
    recovery_drift_table_unmapped(reader->table, "registrationAllowed",
                                  "anybody can register an account by "
                                  "themselves");
}

void
recovery_drift_keycloak_read_grants(RecoveryDriftKeycloak *keycloak,
                                    const FidotoolJson *client)
{
  static const struct {
    const char *attribute, *why;
  } grants[] = {
      {"oauth2.device.authorization.grant.enabled",
       "the device grant is on: whoever signs in with its code lets in whoever "
       "asked for the code"},
      {"oidc.ciba.grant.enabled", "the CIBA grant is on: people are asked "
                                  "somewhere else, and with what is "
                                  "not in the export"},
  };
  RecoveryDriftReader *reader = keycloak->reader;
  const FidotoolJson *attributes =
      recovery_drift_reader_object(reader, client, "attributes");
  const char *id = recovery_drift_reader_text(reader, client, "clientId");

  for (size_t i = 0; i < G_N_ELEMENTS(grants); i++)
    if (g_strcmp0(
            recovery_drift_reader_text(reader, attributes, grants[i].attribute),
            "true") == 0)
      recovery_drift_table_unmapped(reader->table, id, "%s", grants[i].why);
}
