/* SPDX-License-Identifier: Apache-2.0 */
/* What the judge says of a model, as classes take it: what is not attested or
 * not known is bad, and it is said which fact falls short. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/json.h"
#include "recovery/policy.h"

#define MODEL "6b657974-7572-4e20-8000-70726163746b"
#define NOW 1795000000 /* 2026-11-18 */

static const RecoveryPolicyPerson anybody = {.anybody = true};

static RecoveryPolicyFacts
facts_of(const char *said)
{
  RecoveryPolicyFacts facts = {.uv = true, .attested = true, .aaguid = MODEL};
  g_autofree char *text = g_strdup_printf("{\"facts\":%s}", said);
  g_autoptr(FidotoolJson) json = fidotool_json_parse(text, strlen(text), NULL);

  assert_non_null(json);
  recovery_policy_facts_take(&facts, json);
  return facts;
}

/* The real policy; from and to in pairs, each once. */
static RecoveryPolicy *
read_policy(const char *const *words)
{
  g_autofree char *path = g_build_filename(g_getenv("KEYTURN_SOURCE"),
                                           "tests/data/policy-real.yaml", NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  RecoveryPolicy *policy;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  for (; *words != NULL; words += 2) {
    g_auto(GStrv) parts = g_strsplit(text, words[0], -1);

    assert_int_equal(g_strv_length(parts), 2);
    g_free(text);
    text = g_strjoinv(words[1], parts);
  }
  policy = recovery_policy_read(text, strlen(text), false, &error);
  if (policy == NULL)
    fail_msg("%s", error->message);
  return policy;
}

/* What a class of staff and of the tier wants more, in place of the list. */
static RecoveryPolicy *
read_wanting(const char *more)
{
  g_autofree char *tier = g_strconcat("attested: true, ", more, "}}", NULL);
  g_autofree char *staff =
      g_strconcat("use: roster, match: {be: false, uv: true, attested: true, ",
                  more, "}}", NULL);
  const char *const words[] = {
      "attested: true, aaguid_list: approved-2026}}", tier,
      "use: roster, match: {be: false, uv: true, attested: true}}", staff,
      NULL};

  return read_policy(words);
}

#define LEVEL(source, level)                                                   \
  "{\"certification\":{\"source\":\"" source "\",\"value\":\"" level "\"}}"
#define LIST(name, source, list)                                               \
  "{\"" name "\":{\"source\":\"" source "\",\"value\":[" list "]}}"
#define FIRMWARE(source, number)                                               \
  "{\"firmware\":{\"source\":\"" source "\",\"value\":" number "}}"

/* clang-format off */
static const struct {
  const char *wants, *said, *falls_short; /* NULL: it does not */
} rows[] = {
  { "min_cert: L2", LEVEL("attested", "L2"), NULL },
  { "min_cert: L2", LEVEL("attested", "L3plus"), NULL },
  { "min_cert: L2", LEVEL("attested", "L1plus"), "its model is certified L1plus, and L2 is wanted" },
  { "min_cert: L1", LEVEL("attested", "certified"), "no certification of its model is known, and L1 is wanted" },
  { "min_cert: L1", LEVEL("attested", "L9"), "no certification of its model is known" },
  { "min_cert: L1", LEVEL("self-reported", "L3"), "no certification of its model is known" },
  { "min_cert: L1", "{\"certification\":{\"source\":\"unknown\"}}", "no certification of its model is known" },
  { "min_cert: L1", "{}", "no certification of its model is known" },
  { "mds_status_not: [UPDATE_AVAILABLE, RETIRED]", LIST("statuses", "attested", "\"FIDO_CERTIFIED_L1\""), NULL },
  { "mds_status_not: [UPDATE_AVAILABLE, RETIRED]", LIST("statuses", "attested", ""), NULL },
  { "mds_status_not: [UPDATE_AVAILABLE, RETIRED]", LIST("statuses", "attested", "\"SOMETHING_NEW\",7"), NULL },
  { "mds_status_not: [UPDATE_AVAILABLE, RETIRED]", LIST("statuses", "attested", "\"FIDO_CERTIFIED\",\"RETIRED\""),
    "the metadata say of its model: RETIRED" },
  { "mds_status_not: [UPDATE_AVAILABLE, RETIRED]", LIST("statuses", "self-reported", ""), "the metadata do not know its model" },
  { "mds_status_not: [UPDATE_AVAILABLE, RETIRED]", "{\"statuses\":{\"source\":\"attested\",\"value\":\"none\"}}", "the metadata do not know its model" },
  { "transports: [nfc, ble]", LIST("transports", "attested", "\"usb\",\"nfc\""), NULL },
  { "transports: [nfc, ble]", LIST("transports", "attested", "\"usb\""), "its model is not for nfc or ble" },
  { "transports: [nfc, ble]", LIST("transports", "self-reported", "\"nfc\""), "the metadata do not say that its model is for nfc or ble" },
  { "transports: [nfc, ble]", LIST("transports", "attested", ""), "its model is not for nfc or ble" },
};
/* clang-format on */

static void
each_fact_of_a_model_counts_by_itself(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(RecoveryPolicy) policy = read_wanting(rows[i].wants);
    RecoveryPolicyFacts facts = facts_of(rows[i].said);
    g_autoptr(RecoveryRefusal) refusal = recovery_policy_issue(
        policy, recovery_policy_standard(policy), &anybody, &facts, NOW);
    g_autoptr(RecoveryRefusal) staff =
        recovery_policy_roster(policy, &facts, NOW);

    if ((refusal == NULL) != (rows[i].falls_short == NULL) ||
        (staff == NULL) != (rows[i].falls_short == NULL))
      fail_msg("row %zu: %s, %s", i, refusal ? refusal->text : "taken",
               staff ? staff->text : "taken");
    if (refusal == NULL)
      continue;
    assert_string_equal(refusal->rule, "recovery.issue");
    if (strstr(refusal->text, rows[i].falls_short) == NULL ||
        strstr(staff->text, rows[i].falls_short) == NULL)
      fail_msg("row %zu: %s, %s", i, refusal->text, staff->text);
  }
}

/* The number that is attested is read as three bytes, where it can be. */
static void
firmware_that_is_attested_counts(void **state)
{
  /* clang-format off */
  static const struct {
    const char *said, *falls_short;
  } versions[] = {
    { FIRMWARE("attested", "329472"), NULL }, /* 5.7.0 */
    { FIRMWARE("attested", "329728"), NULL }, /* 5.8.0 */
    { FIRMWARE("attested", "329985"), NULL }, /* 5.9.1 */
    { FIRMWARE("attested", "330240"), NULL }, /* 5.10.0 */
    { FIRMWARE("attested", "328707"), "its firmware is 5.4.3, and 5.7.0 is wanted" },
    { FIRMWARE("self-reported", "329472"), "its firmware is not attested, and 5.7.0 is wanted" },
    { FIRMWARE("attested", "4194624"), "not attested" }, /* 1.5.0, packed otherwise */
    { FIRMWARE("attested", "57000"), "not attested" },
    { FIRMWARE("attested", "-1"), "not attested" },
    { FIRMWARE("attested", "5000000000"), "not attested" },
    { FIRMWARE("attested", "\"5.7.0\""), "not attested" },
    { "{}", "not attested" },
  };
  /* clang-format on */
  static const char *const words[] = {
      "note: for tests", "min_fw: \"5.7.0\", note: for tests", NULL};
  g_autoptr(RecoveryPolicy) policy = read_policy(words);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
    RecoveryPolicyFacts facts = facts_of(versions[i].said);
    g_autoptr(RecoveryRefusal) refusal = recovery_policy_issue(
        policy, recovery_policy_standard(policy), &anybody, &facts, NOW);

    if ((refusal == NULL) != (versions[i].falls_short == NULL) ||
        (refusal != NULL &&
         strstr(refusal->text, versions[i].falls_short) == NULL))
      fail_msg("row %zu: %s", i, refusal ? refusal->text : "taken");
  }
}

static void
what_would_be_enough_names_each_fact(void **state)
{
  g_autoptr(RecoveryPolicy) policy =
      read_wanting("min_cert: L2, mds_status_not: [RETIRED, UPDATE_AVAILABLE], "
                   "transports: [usb, nfc]");
  RecoveryPolicyFacts facts = facts_of("{}");
  g_autoptr(RecoveryRefusal) refusal = recovery_policy_issue(
      policy, recovery_policy_standard(policy), &anybody, &facts, NOW);

  (void)state;
  assert_string_equal(
      refusal->enough,
      "a key of class attested-key (attested, user verification, device-bound, "
      "certified L2 or better, known to the metadata, and not RETIRED or "
      "UPDATE_AVAILABLE, known to the metadata for usb or nfc)");
}

static void
a_key_without_proof_lacks_the_proof_alone(void **state)
{
  g_autoptr(RecoveryPolicy) policy = read_wanting("min_cert: L2");
  RecoveryPolicyFacts facts = facts_of("{}");
  g_autoptr(RecoveryRefusal) refusal = NULL;

  (void)state;
  facts.attested = false;
  refusal = recovery_policy_issue(policy, recovery_policy_standard(policy),
                                  &anybody, &facts, NOW);
  assert_string_equal(refusal->rule, "attestation");
}

static void
advice_hopes_for_what_is_not_known(void **state)
{
  g_autoptr(RecoveryPolicy) policy =
      read_wanting("min_cert: L3plus, mds_status_not: [RETIRED], "
                   "transports: [ble]");
  g_autoptr(RecoveryPolicy) plain = read_wanting("bs: false");
  RecoveryPolicyFacts facts = facts_of("{}");
  RecoveryPolicyFacts known = facts_of(LEVEL("attested", "L1"));

  (void)state;
  assert_true(recovery_policy_asks_model(policy));
  assert_false(recovery_policy_asks_model(plain));
  recovery_policy_facts_hope(&facts);
  assert_string_equal(recovery_policy_class(policy, &facts, NOW),
                      "attested-key");
  recovery_policy_facts_hope(&known); /* what is known stays */
  assert_string_equal(recovery_policy_class(policy, &known, NOW), "bound-key");
}

static void
a_class_may_be_restricted(void **state)
{
  static const char *const words[] = {
      "aaguid_list: approved-2026}}",
      "aaguid_list: approved-2026}, restricted: {alternative: a, notice: n, "
      "risk_assessment: r, migration_plan: m}}",
      NULL};
  g_autoptr(RecoveryPolicy) policy = read_policy(words);
  RecoveryPolicyFacts facts = facts_of("{}");

  (void)state;
  assert_null(recovery_policy_issue(policy, recovery_policy_standard(policy),
                                    &anybody, &facts, NOW));
  assert_true(recovery_policy_is_restricted(policy, &facts, NOW));
  facts.attested = false; /* bound-key */
  assert_false(recovery_policy_is_restricted(policy, &facts, NOW));
  facts.uv = false; /* no class */
  assert_false(recovery_policy_is_restricted(policy, &facts, NOW));
}

/* No key is ever a one-time password, so such a class harms nobody. */
static void
a_class_of_another_method_is_never_a_keys(void **state)
{
  static const char *const words[] = {"rank: 60, match: {be: false, uv: true}",
                                      "rank: 60, match: {method: otp}", NULL};
  g_autoptr(RecoveryPolicy) policy = read_policy(words);
  RecoveryPolicyFacts facts = facts_of("{}");

  (void)state;
  facts.attested = false;
  assert_null(recovery_policy_class(policy, &facts, NOW));
}

/* The next are due on 2026-11-17; that day is still theirs. */
static void
metadata_may_be_overdue_for_so_long(void **state)
{
  /* clang-format off */
  static const struct {
    const char *metadata, *days;
    int64_t now;
    bool taken;
  } cases[] = {
    { "{\"no\":7,\"next_update\":\"2026-11-17\"}", "0", 1794959999, true },
    { "{\"no\":7,\"next_update\":\"2026-11-17\"}", "0", 1794960000, false },
    { "{\"no\":7,\"next_update\":\"2026-11-17\"}", "10", 1795823999, true },
    { "{\"no\":7,\"next_update\":\"2026-11-17\"}", "10", 1795824000, false },
    { "{\"no\":7,\"next_update\":\"2026-11-17\"}", NULL, 1805000000, true },
    { "{\"no\":7,\"next_update\":\"soon\"}", "10", NOW, false },
    { "{\"no\":7}", "10", NOW, false },
    { "{\"no\":7}", NULL, NOW, true },
    { "{\"known\":true}", "0", NOW, true }, /* own anchors */
    { "null", "0", NOW, true },
  };
  /* clang-format on */

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *section =
        g_strdup_printf("metadata: {max_stale_days: %s}\nrecovery:\n",
                        cases[i].days ? cases[i].days : "");
    const char *const words[] = {"recovery:\n",
                                 cases[i].days ? section : "recovery:\n", NULL};
    g_autoptr(RecoveryPolicy) policy = read_policy(words);
    g_autofree char *said =
        g_strdup_printf("{\"metadata\":%s}", cases[i].metadata);
    g_autoptr(FidotoolJson) result =
        fidotool_json_parse(said, strlen(said), NULL);
    RecoveryPolicyFacts facts = {.uv = true, .attested = true, .aaguid = MODEL};
    g_autoptr(RecoveryRefusal) refusal = NULL, staff = NULL;

    recovery_policy_facts_take(&facts, result);
    refusal = recovery_policy_issue(policy, recovery_policy_standard(policy),
                                    &anybody, &facts, cases[i].now);
    staff = recovery_policy_roster(policy, &facts, cases[i].now);
    if ((refusal == NULL) != cases[i].taken ||
        (staff == NULL) != cases[i].taken)
      fail_msg("row %zu: %s, %s", i, refusal ? refusal->text : "taken",
               staff ? staff->text : "taken");
    if (refusal == NULL)
      continue;
    assert_string_equal(refusal->rule, "metadata-overdue");
    assert_string_equal(staff->rule, "metadata-overdue");
    assert_non_null(strstr(refusal->text, cases[i].days));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_fact_of_a_model_counts_by_itself),
      cmocka_unit_test(firmware_that_is_attested_counts),
      cmocka_unit_test(what_would_be_enough_names_each_fact),
      cmocka_unit_test(a_key_without_proof_lacks_the_proof_alone),
      cmocka_unit_test(advice_hopes_for_what_is_not_known),
      cmocka_unit_test(metadata_may_be_overdue_for_so_long),
      cmocka_unit_test(a_class_may_be_restricted),
      cmocka_unit_test(a_class_of_another_method_is_never_a_keys),
  };

  return cmocka_run_group_tests_name("policy-facts", tests, NULL, NULL);
}
