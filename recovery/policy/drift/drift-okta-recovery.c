/* SPDX-License-Identifier: Apache-2.0 */
/* drift-okta-recovery.c - resets of a password by oneself, as Okta's password
 * policies let people have them: by the rule, or (older) by the factors of the
 * policy; and the kinds of policies that are in no cell. */
#include <string.h>

#include "recovery/policy/drift/drift-okta.h"

/* A method of a rule in a policy's words; others are their own. */
static const char *
find_method(const char *word)
{
  static const struct {
    const char *word, *method;
  } methods[] = {
      {"okta_email", "email"},
      {"okta_sms", "sms"},
      {"okta_call", "voice"},
      {"recovery_question", "question"},
      {"security_question", "question"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
    if (strcmp(methods[i].word, word) == 0)
      return methods[i].method;
  return word;
}

static void
add_way(RecoveryDriftRule *rule, const char *name)
{
  /* Some answers have these in capitals. */
  g_autofree char *word = g_ascii_strdown(recovery_drift_table_short(name), -1);

  g_ptr_array_add(rule->accept,
                  recovery_drift_table_offer_new(word, find_method(word)));
}

static void
add_words(RecoveryDriftReader *reader, const FidotoolJson *part,
          RecoveryDriftRule *rule)
{
  const FidotoolJson *list =
      recovery_drift_reader_array(reader, part, "methods");

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *word = recovery_drift_reader_word(reader, list, i);

    if (word != NULL)
      add_way(rule, word);
  }
}

/* Of the time when the policy said it for all its rules. */
static void
add_factors(RecoveryDriftReader *reader, const FidotoolJson *policy,
            RecoveryDriftRule *rule)
{
  const FidotoolJson *factors = recovery_drift_reader_object(
      reader,
      recovery_drift_reader_object(
          reader, recovery_drift_reader_object(reader, policy, "settings"),
          "recovery"),
      "factors");

  for (size_t i = 0; i < fidotool_json_size(factors); i++) {
    const char *name = fidotool_json_name(factors, i);
    const FidotoolJson *factor =
        recovery_drift_reader_object(reader, factors, name);

    if (g_strcmp0(recovery_drift_reader_text(reader, factor, "status"),
                  "ACTIVE") == 0)
      add_way(rule, name);
  }
}

static char *
join_ways(const RecoveryDriftRule *rule)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; i < rule->accept->len; i++)
    g_string_append_printf(
        text, "%s%s", i > 0 ? ", " : "",
        ((const RecoveryDriftOffer *)rule->accept->pdata[i])->name);
  return g_strdup(text->str);
}

static void
describe(RecoveryDriftReader *reader, const FidotoolJson *requirement,
         RecoveryDriftRule *rule)
{
  const FidotoolJson *step_up =
      recovery_drift_reader_object(reader, requirement, "stepUp");
  const bool account = g_strcmp0(recovery_drift_reader_text(reader, requirement,
                                                            "accessControl"),
                                 "AUTH_POLICY") == 0;
  g_autofree char *ways = NULL;

  if (account)
    g_ptr_array_set_size(rule->accept, 0);
  if (rule->accept->len == 0)
    add_way(rule, account ? "(account management)" : "(not in the export)");
  ways = join_ways(rule);
  rule->note = g_strdup_printf(
      "people reset their password by themselves, with: %s%s%s", ways,
      recovery_drift_reader_truth(reader, step_up, "required", false)
          ? "; and one more"
          : "",
      rule->maybe ? "; for some of them" : "");
}

const char *
recovery_drift_okta_read_reset(RecoveryDriftReader *reader,
                               const FidotoolJson *policy,
                               const FidotoolJson *json,
                               RecoveryDriftRule *rule)
{
  const FidotoolJson *reset = recovery_drift_reader_object(
      reader, recovery_drift_reader_object(reader, json, "actions"),
      "selfServicePasswordReset");
  const char *access = recovery_drift_reader_text(reader, reset, "access");
  const FidotoolJson *requirement =
      recovery_drift_reader_object(reader, reset, "requirement");

  rule->deny = g_strcmp0(access, "DENY") == 0;
  if (rule->deny)
    return NULL;
  if (g_strcmp0(access, "ALLOW") != 0)
    return "whether people reset their password by themselves it does not say";
  add_words(reader,
            recovery_drift_reader_object(reader, requirement, "primary"), rule);
  if (requirement == NULL)
    add_factors(reader, policy, rule);
  describe(reader, requirement, rule);
  return NULL;
}

char *
recovery_drift_okta_describe_kind(const char *type)
{
  static const struct {
    const char *type, *why;
  } kinds[] = {
      {"OKTA_SIGN_ON", "a global session policy: what it asks for besides, and "
                       "how long its sessions hold, is in no cell"},
      {"PROFILE_ENROLLMENT", "a policy of profiles: whether people make an "
                             "account by themselves is in no cell"},
      {"IDP_DISCOVERY", "a routing policy: whom it sends to another identity "
                        "provider is in no cell"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_strcmp0(kinds[i].type, type) == 0)
      return g_strdup(kinds[i].why);
  return type != NULL && g_ascii_isupper(*type)
             ? g_strdup_printf("of type \"%s\", which is not looked at",
                               recovery_drift_table_short(type))
             : g_strdup("not a policy, a rule, an app, a group or an "
                        "authenticator that sign-in depends on");
}
