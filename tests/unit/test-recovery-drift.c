/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-drift.c - what an export of a directory, or one by hand, comes
 * to at one cell, what cannot be mapped, and which exports are refused. */
#include "tests/unit/drift-rows.h"

/* ---- Entra ---- */

#define POLICY(name, who, conditions, controls, session)                       \
  "{\"displayName\":\"" name "\",\"state\":\"enabled\",\"conditions\":{"       \
  "\"applications\":{\"includeApplications\":[\"All\"]},\"users\":{" who       \
  "}" conditions "},\"grantControls\":" controls                               \
  ",\"sessionControls\":" session "}"
#define ALL "\"includeUsers\":[\"All\"]"
#define STRENGTH(combinations)                                                 \
  "{\"operator\":\"OR\",\"builtInControls\":[],\"authenticationStrength\":{"   \
  "\"id\":\"x\",\"allowedCombinations\":[" combinations "]}}"
#define BUILT_IN(control)                                                      \
  "{\"operator\":\"OR\",\"builtInControls\":[" control "]}"
#define SECOND                                                                 \
  "{\"signInFrequency\":{\"isEnabled\":true,\"value\":1,\"type\":\"hours\","   \
  "\"authenticationType\":\"secondaryAuthentication\"}}"
#define HOURS(n)                                                               \
  "{\"signInFrequency\":{\"isEnabled\":true,\"value\":" n                      \
  ",\"type\":\"hours\"}}"

static void
every_policy_of_entra_that_matches_has_to_be_met(void **state)
{
  static const Row rows[] = {
      {"two strengths meet", "entra",
       "[" POLICY("a", ALL, "", STRENGTH("\"fido2\",\"password,sms\""),
                  "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""),
                                     "null") "]",
       NONE, NONE, "app", "fido2", 0},
      {"the smaller age", "entra",
       "[" POLICY("a", ALL, "", STRENGTH("\"fido2\""), HOURS("8")) "," POLICY(
           "b", ALL, "", STRENGTH("\"fido2\""), HOURS("1")) "]",
       NONE, NONE, "app", "fido2 | 3600", 0},
      {"block wins",
       "entra",
       "[" POLICY("a", ALL, "", STRENGTH("\"fido2\""),
                  "null") "," POLICY("b", "\"includeGroups\":[\"g\"]", "",
                                     BUILT_IN("\"block\""), "null") "]",
       NONE,
       {"g"},
       "app",
       "denied",
       0},
      {"block wins wherever it stands", "entra",
       "[" POLICY("a", ALL, "", BUILT_IN("\"block\""), "null") "," POLICY(
           "b", ALL, "", STRENGTH("\"fido2\""), "null") "]",
       NONE, NONE, "app", "denied", 0},
      {"who is left out is not bound",
       "entra",
       "[" POLICY(
           "a", ALL ",\"excludeGroups\":[\"g\"]", "", BUILT_IN("\"block\""),
           "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""), "null") "]",
       NONE,
       {"g"},
       "app",
       "fido2",
       0},
      {"a place is no place to rely on", "entra",
       "[" POLICY("a", ALL, ",\"locations\":{\"includeLocations\":[\"x\"]}",
                  BUILT_IN("\"block\""),
                  "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""),
                                     "null") "]",
       NONE, NONE, "app", "fido2", 1},
      {"a risk, too", "entra",
       "[" POLICY(
           "a", ALL, ",\"userRiskLevels\":[\"high\"]", BUILT_IN("\"block\""),
           "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""), "null") "]",
       NONE, NONE, "app", "fido2", 1},
      {"a device that is not asked for", "entra",
       "[" POLICY("a", ALL,
                  ",\"devices\":{\"deviceFilter\":null,\"includeDevices\":[]}",
                  BUILT_IN("\"block\""), "null") "]",
       NONE, NONE, "app", "denied", 0},
      {"a device that is", "entra",
       "[" POLICY("a", ALL, ",\"devices\":{\"deviceFilter\":{\"rule\":\"x\"}}",
                  BUILT_IN("\"block\""),
                  "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""),
                                     "null") "]",
       NONE, NONE, "app", "fido2", 1},
      {"a condition that is not known", "entra",
       "[" POLICY(
           "a", ALL, ",\"sessionRiskLevels\":[\"high\"]", BUILT_IN("\"block\""),
           "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""), "null") "]",
       NONE, NONE, "app", "fido2", 1},
      {"one that is a text", "entra",
       "[" POLICY(
           "a", ALL, ",\"agentIdRiskLevels\":\"high\"", BUILT_IN("\"block\""),
           "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""), "null") "]",
       NONE, NONE, "app", "fido2", 1},
      {"one inside of another", "entra",
       "[" POLICY(
           "a", ALL ",\"includeAgents\":[\"All\"]", "", BUILT_IN("\"block\""),
           "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""), "null") "]",
       NONE, NONE, "app", "fido2", 1},
      {"one that says nothing, and a remark", "entra",
       "[" POLICY("a", ALL,
                  ",\"sessionRiskLevels\":[],\"networkAccess\":{\"x\":null},"
                  "\"users@odata.context\":\"x\"",
                  STRENGTH("\"fido2\""), "null") "]",
       NONE, NONE, "app", "fido2", 0},
      {"a control that is not known", "entra",
       "[" POLICY("a", ALL, "",
                  "{\"operator\":\"OR\",\"builtInControls\":[\"mfa\"],"
                  "\"oracle\":true}",
                  "null") "," POLICY("b", ALL, "", STRENGTH("\"fido2\""),
                                     "null") "]",
       NONE, NONE, "app", "unknown", 1},
      {"a strength that is not there", "entra",
       "[" POLICY("a", ALL, "",
                  "{\"operator\":\"OR\",\"authenticationStrength\":{\"id\":"
                  "\"x\"}}",
                  "null") "]",
       NONE, NONE, "app", "unknown", 1},
      {"another one blocks all the same", "entra",
       "[" POLICY("a", ALL, "",
                  "{\"operator\":\"OR\",\"authenticationStrength\":{\"id\":"
                  "\"x\"}}",
                  "null") "," POLICY("b", ALL, "", BUILT_IN("\"block\""),
                                     "null") "]",
       NONE, NONE, "app", "denied", 1},
      {"the second factor alone is no sign-in", "entra",
       "[" POLICY("a", ALL, "", STRENGTH("\"fido2\""), SECOND) "]", NONE, NONE,
       "app", "fido2", 1},
      {"a combination that is not known", "entra",
       "[" POLICY("a", ALL, "", STRENGTH("\"fido2\",\"telepathy\""),
                  "null") "]",
       NONE, NONE, "app", "fido2", 1},
  };

  (void)state;
  check_rows(rows, G_N_ELEMENTS(rows));
}

static void
another_control_in_place_of_multifactor_limits_nothing(void **state)
{
  static const char text[] = "[" POLICY(
      "a", ALL, "", BUILT_IN("\"mfa\",\"compliantDevice\""), "null") "]";
  g_autoptr(RecoveryDriftTable) table = read_one("entra", text, NULL);
  g_autofree char *cell = NULL;
  const char *const nobody[] = {NULL};

  (void)state;
  assert_non_null(table);
  cell = write_cell(table, nobody, nobody, "app");
  assert_non_null(strstr(cell, " password"));
}

/* ---- Keycloak ---- */

#define STEP(authenticator, requirement)                                       \
  "{\"authenticator\":\"" authenticator                                        \
  "\",\"authenticatorFlow\":false,\"requirement\":\"" requirement "\"}"
#define SUBFLOW(alias, requirement)                                            \
  "{\"flowAlias\":\"" alias                                                    \
  "\",\"authenticatorFlow\":true,\"requirement\":\"" requirement "\"}"
#define FLOW(alias, steps)                                                     \
  "{\"alias\":\"" alias "\",\"authenticationExecutions\":[" steps "]}"
#define REALM(flows)                                                           \
  "{\"realm\":\"r\",\"browserFlow\":\"b\",\"clients\":[{\"clientId\":\"c\"}]," \
  "\"authenticationFlows\":[" flows "],\"authenticatorConfig\":["              \
  "{\"alias\":\"one\",\"config\":{\"loa-condition-level\":\"1\","              \
  "\"loa-max-age\":\"60\"}},{\"alias\":\"two\",\"config\":{"                   \
  "\"loa-condition-level\":\"2\",\"loa-max-age\":\"0\"}}]}"
#define LEVEL(config)                                                          \
  "{\"authenticator\":\"conditional-level-of-authentication\","                \
  "\"authenticatorConfig\":\"" config                                          \
  "\",\"authenticatorFlow\":false,\"requirement\":\"REQUIRED\"}"
#define LEVELS                                                                      \
  REALM(FLOW(                                                                       \
      "b",                                                                          \
      SUBFLOW("1", "CONDITIONAL") "," SUBFLOW(                                      \
          "2",                                                                      \
          "CONDITIONAL")) "," FLOW("1",                                             \
                                   LEVEL("one") "," STEP(                           \
                                       "auth-username-password-form",               \
                                       "REQUIRED")) "," FLOW("2",                   \
                                                             LEVEL("two") "," STEP( \
                                                                 "webauthn-"        \
                                                                 "authenticat"      \
                                                                 "or",              \
                                                                 "REQUIRED")))

static void
a_flow_of_keycloak_lets_in_by_every_way_through_it(void **state)
{
  static const Row rows[] = {
      {"alternatives", "keycloak",
       REALM(FLOW("b", STEP("auth-cookie", "ALTERNATIVE") "," STEP(
                           "webauthn-authenticator-passwordless",
                           "ALTERNATIVE") "," STEP("auth-password-form",
                                                   "ALTERNATIVE"))),
       NONE, NONE, "c", "webauthn-passwordless password", 0},
      {"required steps drown alternatives", "keycloak",
       REALM(FLOW("b", STEP("auth-password-form", "REQUIRED") "," STEP(
                           "auth-otp-form", "ALTERNATIVE"))),
       NONE, NONE, "c", "password", 0},
      {"a factor that not everybody has", "keycloak",
       REALM(FLOW(
           "b",
           STEP("auth-username-password-form", "REQUIRED") "," SUBFLOW(
               "s",
               "CONDITIONAL")) "," FLOW("s",
                                        STEP("conditional-user-configured",
                                             "REQUIRED") "," STEP("auth-otp-"
                                                                  "form",
                                                                  "REQUIRED"))),
       NONE, NONE, "c", "password password,otp", 0},
      {"what is off is off", "keycloak",
       REALM(FLOW("b", STEP("auth-password-form",
                            "REQUIRED") "," STEP("auth-otp-form", "DISABLED"))),
       NONE, NONE, "c", "password", 0},
      {"no level asked for: the first", "keycloak", LEVELS, NONE, NONE, "c",
       "password | 60", 0},
      {"level 1", "keycloak", LEVELS, {"1"}, NONE, "c", "password | 60", 0},
      {"level 2 goes through both",
       "keycloak",
       LEVELS,
       {"2"},
       NONE,
       "c",
       "password,webauthn | 0",
       0},
      {"a condition on a role", "keycloak",
       REALM(FLOW(
           "b",
           STEP("auth-username-password-form", "REQUIRED") "," SUBFLOW(
               "s",
               "CONDITIONAL")) "," FLOW("s",
                                        STEP("conditional-user-role",
                                             "REQUIRED") "," STEP("deny-access-"
                                                                  "authenticato"
                                                                  "r",
                                                                  "REQUIRED"))),
       NONE, NONE, "c", "password", 1},
  };

  (void)state;
  check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- Okta ---- */

#define APP                                                                    \
  "{\"id\":\"app\",\"signOnMode\":\"SAML_2_0\",\"_links\":{\"accessPolicy\":"  \
  "{\"href\":\"https://x/api/v1/policies/p\"}}}"
#define RULE(name, priority, more, verification)                               \
  "{\"name\":\"" name "\",\"status\":\"ACTIVE\",\"priority\":" priority        \
  ",\"conditions\":{" more "},\"actions\":{\"appSignOn\":{\"access\":"         \
  "\"ALLOW\",\"verificationMethod\":{\"type\":\"ASSURANCE\"," verification     \
  "}}}}"
#define OKTA(rules)                                                            \
  "{\"apps\":[" APP                                                            \
  "],\"policies\":[{\"id\":\"p\",\"name\":\"P\",\"type\":\"ACCESS_POLICY\","   \
  "\"_embedded\":{\"rules\":[" rules                                           \
  "]}}],\"authenticators\":[{\"key\":\"webauthn\",\"status\":\"ACTIVE\"},"     \
  "{\"key\":\"okta_password\",\"status\":\"ACTIVE\"}]}"
#define GROUP(g) "\"people\":{\"groups\":{\"include\":[\"" g "\"]}}"
#define ONE                                                                    \
  "\"factorMode\":\"1FA\",\"reauthenticateIn\":\"PT1H30M\",\"constraints\":["  \
  "{\"knowledge\":{\"types\":[\"password\"]}}]"
/* A password alone, in a way that this adapter does not read. */
#define CHAIN                                                                  \
  "{\"name\":\"chain\",\"status\":\"ACTIVE\",\"priority\":1,"                  \
  "\"conditions\":null,\"actions\":{\"appSignOn\":{\"access\":\"ALLOW\","      \
  "\"verificationMethod\":{\"type\":\"AUTH_METHOD_CHAIN\",\"chains\":[{"       \
  "\"authenticationMethods\":[{\"key\":\"okta_password\",\"method\":"          \
  "\"password\"}]}]}}}}"
#define RESISTANT                                                              \
  "\"factorMode\":\"2FA\",\"constraints\":[{\"possession\":{"                  \
  "\"phishingResistant\":\"REQUIRED\"}}]"

static void
the_first_rule_of_okta_that_matches_decides(void **state)
{
  static const Row rows[] = {
      {"by priority, not by place", "okta",
       OKTA(RULE("b", "2", "", RESISTANT) "," RULE("a", "1", "", ONE)), NONE,
       NONE, "app", "okta_password | 5400", 0},
      {"a group",
       "okta",
       OKTA(RULE("a", "1", GROUP("g"), ONE) "," RULE("b", "2", "", RESISTANT)),
       NONE,
       {"other"},
       "app",
       "webauthn",
       0},
      {"a network is passed over", "okta",
       OKTA(RULE("a", "1", "\"network\":{\"connection\":\"ZONE\"}",
                 ONE) "," RULE("b", "2", "", RESISTANT)),
       NONE, NONE, "app", "webauthn + unknown", 1},
      {"an age that is not understood", "okta",
       OKTA(RULE("a", "1", "", "\"reauthenticateIn\":\"soon\"") "," RULE(
           "b", "2", "", RESISTANT)),
       NONE, NONE, "app", "unknown", 1},
      {"a chain of methods", "okta",
       OKTA(CHAIN "," RULE("b", "2", "", RESISTANT)), NONE, NONE, "app",
       "unknown", 1},
      {"a chain below decides nothing above it", "okta",
       OKTA(RULE("b", "0", "", RESISTANT) "," CHAIN), NONE, NONE, "app",
       "webauthn", 1},
      {"a condition on people that is not known", "okta",
       OKTA(RULE("a", "1", "\"people\":{\"moods\":{\"include\":[\"x\"]}}",
                 ONE) "," RULE("b", "2", "", RESISTANT)),
       NONE, NONE, "app", "webauthn + unknown", 1},
      {"one that keeps out somewhere", "okta",
       OKTA("{\"name\":\"a\",\"priority\":1,\"conditions\":{\"network\":{"
            "\"connection\":\"ZONE\"}},\"actions\":{\"appSignOn\":{\"access\":"
            "\"DENY\"}}}," RULE("b", "2", "", RESISTANT)),
       NONE, NONE, "app", "webauthn", 1},
  };

  (void)state;
  check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- CSV ---- */

static void
lines_of_csv_for_one_cell_are_alternatives(void **state)
{
  static const Row rows[] = {
      {"two ways, the looser age",
       "csv",
       "population,app,method,max_age_s\n*,a,otp,60\ng,a,webauthn,120\n",
       NONE,
       {"g"},
       "a",
       "otp webauthn | 120",
       0},
      {"quotes, CRLF, no end of line", "csv",
       "\"population\",app,method\r\n\"*\",\"a,b\",\"o\"\"tp\"", NONE, NONE,
       "a,b", "o\"tp", 0},
      {"a way by its own name", "csv",
       "population,app,way,method\n*,a,\"password,sms\",sms\n", NONE, NONE, "a",
       "password,sms", 0},
      {"nobody", "csv", "population,app,method\n*,a,none\n", NONE, NONE, "a",
       "denied", 0},
      {"one that nobody knows", "csv",
       "population,app,method\n*,a,unknown\n*,a,otp\n", NONE, NONE, "a",
       "otp + unknown", 0},
      {"nothing is said", "csv", "population,app,method\n*,a,otp\n", NONE, NONE,
       "b", "unknown", 0},
  };

  (void)state;
  check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- refused ---- */

static void
what_is_too_much_is_refused(void **state)
{
  (void)state;
  check_refused("rules", "csv",
                repeat("population,app,method\n", "*,a,otp\n", 5000, ""));
  check_refused("deep", "okta", repeat("", "[", 40, ""));
  check_refused("a long name", "csv",
                repeat("population,app,method\n*,", "x", 2000, ",otp\n"));
  check_refused("lists of AAGUIDs", "csv",
                repeat("population,app,method,aaguids\n",
                       "*,a,webauthn,00000000000040008000000000000001\n", 600,
                       ""));
  check_refused("itself", "keycloak",
                g_strdup(REALM(FLOW("b", SUBFLOW("b", "REQUIRED")))));
  check_refused("no flow", "keycloak",
                g_strdup(REALM(FLOW("b", SUBFLOW("x", "REQUIRED")))));
}

static void
flows_that_multiply_end(void **state)
{
  g_autoptr(GString) flows = g_string_new(FLOW("11", STEP("x", "REQUIRED")));
  g_autofree char *text = NULL;

  (void)state;
  /* Each has twenty of the next: 20^11 steps. */
  for (int i = 10; i >= 0; i--) {
    g_autofree char *one =
        g_strdup_printf(SUBFLOW("%d", "REQUIRED") ",", i + 1);
    g_autofree char *many = repeat("", one, 19, "");
    g_autofree char *last = g_strdup_printf(SUBFLOW("%d", "REQUIRED"), i + 1);

    if (i == 0)
      g_string_append_printf(flows, "," FLOW("b", "%s%s"), many, last);
    else
      g_string_append_printf(flows, "," FLOW("%d", "%s%s"), i, many, last);
  }
  text = g_strdup_printf("{\"realm\":\"r\",\"browserFlow\":\"b\",\"clients\":["
                         "{\"clientId\":\"c\"}],\"authenticationFlows\":[%s]}",
                         flows->str);
  check_refused("20^11", "keycloak", g_steal_pointer(&text));
}

static void
wrong_types_are_refused_wherever_they_stand(void **state)
{
  static const char *const wrong[] = {
      "[" POLICY("a", "\"includeUsers\":\"All\"", "", STRENGTH("\"fido2\""),
                 "null") "]",
      "[" POLICY("a", "\"excludeGroups\":[7]", "", STRENGTH("\"fido2\""),
                 "null") "]",
      "[" POLICY("a", ALL, "", STRENGTH("7"), "null") "]",
      "[" POLICY("a", ALL, "", "[]", "null") "]",
      "[" POLICY("a", ALL, "", STRENGTH("\"fido2\""),
                 "{\"signInFrequency\":{\"isEnabled\":\"yes\"}}") "]",
      "[" POLICY("a", ALL, ",\"locations\":7", STRENGTH("\"fido2\""),
                 "null") "]",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
    check_refused(wrong[i], "entra", g_strdup(wrong[i]));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_policy_of_entra_that_matches_has_to_be_met),
      cmocka_unit_test(another_control_in_place_of_multifactor_limits_nothing),
      cmocka_unit_test(a_flow_of_keycloak_lets_in_by_every_way_through_it),
      cmocka_unit_test(the_first_rule_of_okta_that_matches_decides),
      cmocka_unit_test(lines_of_csv_for_one_cell_are_alternatives),
      cmocka_unit_test(what_is_too_much_is_refused),
      cmocka_unit_test(flows_that_multiply_end),
      cmocka_unit_test(wrong_types_are_refused_wherever_they_stand),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
