/* SPDX-License-Identifier: Apache-2.0 */
/* YAML that could be read in two ways is not read at all, and a document is
 * read whole or refused with the place and what was expected. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/judge/metadata-status.h"
#include "recovery/policy/document.h"

static char *
load(const char *name)
{
  g_autofree char *path =
      g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests", "data", name, NULL);
  char *text;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

static RecoveryDocument *
read_example(void)
{
  g_autofree char *text = load("policy-example.yaml");
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  RecoveryDocument *document =
      recovery_document_read(text, strlen(text), problems);

  if (document == NULL) {
    g_autofree char *errors = recovery_problem_write_errors(problems);

    fail_msg("%s", errors);
  }
  return document;
}

/* ---- what is read ---- */

static const char *
id_of(const RecoveryDocument *document, RecoveryDocumentSection section,
      const RecoveryDocumentRefs *refs, uint32_t i)
{
  assert_true(i < refs->count);
  return recovery_document_id(document, section, refs->items[i].index);
}

static void
test_objects_are_read_whole(void **state)
{
  g_autoptr(RecoveryDocument) document = read_example();
  const RecoveryDocumentList *list =
      RECOVERY_DOCUMENT_AT(document, LISTS, List, 0);
  const RecoveryDocumentEntry *entry =
      &g_array_index(list->entries, RecoveryDocumentEntry, 0);
  const RecoveryDocumentClass *attested =
      RECOVERY_DOCUMENT_AT(document, CLASSES, Class, 3);
  const RecoveryDocumentClass *roster =
      RECOVERY_DOCUMENT_AT(document, CLASSES, Class, 4);

  (void)state;
  assert_string_equal(document->policy.id, "acme-keys");
  assert_string_equal(document->policy.base, "acme-base/3");
  assert_int_equal(document->policy.valid_from_s, 1793491200);
  assert_int_equal(document->policy.review_by_s, 1801440000);
  assert_string_equal(entry->aaguid, "00000000-0000-4000-8000-000000000001");
  assert_string_equal(entry->min_fw, "5.7.0");
  assert_int_equal(entry->until_s, 1830297600);
  assert_string_equal(attested->id, "attested-key");
  assert_int_equal(attested->rank, 80);
  assert_int_equal(attested->match.be, RECOVERY_DOCUMENT_NO);
  assert_int_equal(attested->match.bs, RECOVERY_DOCUMENT_ANY);
  assert_int_equal(attested->match.min_cert, RECOVERY_DOCUMENT_CERT_L1);
  assert_int_equal(attested->match.aaguid_list.index, 0);
  assert_int_equal(attested->at.line, 14);
  assert_int_equal(attested->at.column, 5);
  assert_int_equal(roster->use, RECOVERY_DOCUMENT_FOR_ROSTER);
  assert_string_equal(roster->match.mds_status_not.items[0],
                      "USER_VERIFICATION_BYPASS");
}

static void
test_rules_refer_to_objects(void **state)
{
  g_autoptr(RecoveryDocument) document = read_example();
  const RecoveryDocumentPermit *first =
      RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, 0);
  const RecoveryDocumentPermit *fallback =
      RECOVERY_DOCUMENT_AT(document, FALLBACKS, Permit, 0);
  const RecoveryDocumentRequire *third =
      RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, 2);
  const RecoveryDocumentException *exception =
      RECOVERY_DOCUMENT_AT(document, EXCEPTIONS, Exception, 0);

  (void)state;
  assert_int_equal(first->scope.app.count, 2);
  assert_string_equal(
      id_of(document, RECOVERY_DOCUMENT_APPS, &first->scope.app, 1), "payroll");
  assert_int_equal(first->scope.transaction.count, 0);
  assert_false(first->scope.transaction.star);
  assert_string_equal(
      id_of(document, RECOVERY_DOCUMENT_CLASSES, &first->accept, 2),
      "attested-key");
  assert_int_equal(fallback->max_risk, RECOVERY_DOCUMENT_RISK_LOW);
  assert_int_equal(fallback->uses_per_30d, 60);
  assert_int_equal(third->max_age_s, 300);
  assert_int_equal(third->approvals, 1);
  assert_int_equal(third->unless_good.index, RECOVERY_DOCUMENT_NONE);
  assert_string_equal(
      id_of(document, RECOVERY_DOCUMENT_REQUIRES, &exception->waives, 0), "R4");
  assert_int_equal(exception->approved_by.count, 2);
}

static void
test_built_in_journeys_are_always_there(void **state)
{
  g_autoptr(RecoveryDocument) document = read_example();
  uint32_t index =
      recovery_document_find(document, RECOVERY_DOCUMENT_JOURNEYS, "recovery");
  const RecoveryDocumentJourney *recovery;

  (void)state;
  assert_int_equal(
      recovery_document_count(document, RECOVERY_DOCUMENT_JOURNEYS), 4);
  assert_int_not_equal(index, RECOVERY_DOCUMENT_NONE);
  recovery = RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, index);
  assert_int_equal(recovery->at.line, 0);
  assert_int_equal(recovery->risk, RECOVERY_DOCUMENT_RISK_PRIVILEGED);
}

static void
test_slots_are_there_by_being_named(void **state)
{
  g_autoptr(RecoveryDocument) document = read_example();

  (void)state;
  /* helpdesk-lead, other-team, app-owner, security; never agent, releaser. */
  assert_int_equal(recovery_document_count(document, RECOVERY_DOCUMENT_SLOTS),
                   4);
  assert_int_equal(
      recovery_document_find(document, RECOVERY_DOCUMENT_SLOTS, "agent"),
      RECOVERY_DOCUMENT_NONE);
  assert_int_equal(document->recovery.privileged.wait_h_security_on_site, 4);
  assert_int_equal(document->recovery.standard.wait_h_security_on_site, -1);
  assert_int_equal(document->recovery.remote.call_back, RECOVERY_DOCUMENT_YES);
  assert_int_equal(document->recovery.standard.contest_h, 168);
}

/* A policy can name each status that a verdict can tell, by a bit of its own.
 */
static void
test_statuses_are_those_of_the_judge(void **state)
{
  uint32_t all = 0;

  (void)state;
  for (const char *const *name = fidotool_metadata_status_names();
       *name != NULL; name++) {
    uint32_t bit = recovery_document_status(*name);

    if (bit == 0 || (all & bit) != 0)
      fail_msg("%s", *name);
    all |= bit;
  }
  assert_int_equal(recovery_document_status("NO_SUCH_STATUS"), 0);
  assert_int_equal(recovery_document_cert("L1plus"),
                   RECOVERY_DOCUMENT_CERT_L1PLUS);
  assert_int_equal(recovery_document_cert("L4"), RECOVERY_DOCUMENT_CERT_NONE);
}

/* ---- what is refused ---- */

/* clang-format off */
static const struct {
  const char *yaml, *finding;
} refused[] = {
  { "schema: &x 1\n", "line 1, column 9: L01: anchors" },
  { "policy: &x {id: a}\n", "line 1, column 9: L01: anchors" },
  { "classes: &x [1]\n", "line 1, column 10: L01: anchors" },
  { "schema: 1\npolicy: *x\n", "line 2, column 9: L01: aliases" },
  { "schema: !!str 1\n", "line 1, column 9: L01: tags" },
  { "schema: ! 1\n", "line 1, column 9: L01: tags" },
  { "policy: !local {id: a}\n", "line 1, column 9: L01: tags" },
  { "classes: !!set [1]\n", "line 1, column 10: L01: tags" },
  { "unknown: {deep: [&x 1]}\n", "line 1, column 18: L01: anchors" },
  { "schema: keyturn-policy/1\npolicy: {id: a, id: b}\nschema: keyturn-policy/1\n", "line 3, column 1: L01: schema is there twice in the document" },
  { "policy: {id: b, version: 1, id: c}\n", "line 1, column 29: L01: id is there twice in policy" },
  { "schema: keyturn-policy/1\n\"schema\": keyturn-policy/1\n", "line 2, column 1: L01: schema is there twice" },
  { "schema: 1\n---\nschema: 2\n", "line 2, column 1: L01: a second document" },
  { "%YAML 1.1\n---\nschema: 1\n", "line 1, column 1: L01: directives" },
  { "%TAG ! tag:x,2000:\n---\nschema: 1\n", "line 1, column 1: L01: directives" },
  { "? [1, 2]\n: 3\n", "line 1, column 3: L01: a name is a plain word" },
  { "? {a: 1}\n: 3\n", "line 1, column 3: L01: a name is a plain word" },
  { "- 1\n- 2\n", "line 1, column 1: L01: a policy is a mapping" },
  { "text\n", "line 1, column 1: L01: a policy is a mapping" },
  { "", "line 1, column 1: L01: a policy is a mapping" },
  { "# nothing\n", "line 1, column 1: L01: a policy is a mapping" },
  { "schema: |\n  1\n  2\n", "line 1, column 9: L01: a text is one line" },
  { "schema: \"1\\n2\"\n", "line 1, column 9: L01: a text is one line" },
  { "schema: \"\\0\"\n", "line 1, column 9: L01: a text is one line" },
  { "schema: \"\\x7f\"\n", "line 1, column 9: L01: a text is one line" },
  { "classes: [1, 2\n", "L01: did not find" },
  { "schema: 1\n policy: 2\n", "line 2, column 8: L01: mapping values" },
  { "schema: 1\npolicy: {id: \xff}\n", "line 2, column 14: L01: not UTF-8" },
  { "\xff\xfe" "a", "line 1, column 1: L01: not UTF-8" },
  { "classes: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n", "nested too deeply" },
  { "populations: [{rule: {attributes: {a: [[[[[[[[[1]]]]]]]]]}}}]\n", "nested too deeply" },
  { "populations: [{rule: {attributes: {a: 5}}}]\n", "line 1, column 39: L01: value: expected a text" },
  { "populations: [{rule: {attributes: {a: b, a: c}}}]\n", "line 1, column 42: L01: a is there twice" },
  { "populations: [{rule: {attributes: {}}}]\n", "line 1, column 35: L01: attributes: an empty mapping" },
  { "populations: [{rule: {groups: staff}}]\n", "line 1, column 31: L01: groups: expected a list, each a text" },
  { "populations: [{rule: {}}]\n", "line 1, column 22: L01: populations.rule: an empty mapping" },
  { "permits: {id: a}\n", "line 1, column 10: L01: permits: expected a list of mappings, not a mapping" },
  { "permits: [a]\n", "line 1, column 11: L01: permits: expected a list of mappings, not a word" },
  { "permits: [[a]]\n", "line 1, column 11: L01: permits: expected a list of mappings, not a list" },
  { "permits: [{app: []}]\n", "line 1, column 17: L01: app: an empty list" },
  { "populations: [{rule: {group: [x]}}]\n", "line 1, column 23: L01: unknown field in populations.rule: \"group\"; did you mean \"groups\"?" },
  { "permits: [{app: null}]\n", "line 1, column 17: L01: app: expected the id of one of apps, not \"null\"" },
  { "permits: [{app: [\"*\"]}]\n", "line 1, column 18: L01: app: expected the id of one of apps, not \"*\"" },
  { "permits: [{app: {id: a}}]\n", "line 1, column 17: L01: app: expected the id of one of apps, not a mapping" },
  { "permits: [{accept: otp}]\n", "line 1, column 20: L01: accept: expected a list, each the id of one of classes, not a single word" },
  { "requires: [{unless_good: [a, b]}]\n", "line 1, column 26: L01: unless_good: expected the id of one of signals, not a list" },
  { "signals: [{good: {}}]\n", "line 1, column 18: L01: signals.good: an empty mapping" },
  { "signals: [{good: 1.5}]\n", "line 1, column 18: L01: good: expected true, false, a number" },
  { "signals: [{source: mdm}]\n", "L32: signals: good is missing" },
  { "signals: [{source: mdm}]\n", "L32: signals: max_age_s is missing" },
  { "fallbacks: [{id: a}]\n", "L30: fallbacks: uses_per_30d is missing" },
  { "aaguid_lists: [{entries: [{min_fw: 5.10}]}]\n", "line 1, column 36: L01: min_fw: expected a version in quotes" },
  { "aaguid_lists: [{entries: [{note: 5}]}]\n", "line 1, column 34: L01: note: expected a text (in quotes" },
  { "classes: [{match: {mds_status_not: [USER_VERIFICATION_BYPAS]}}]\n", "did you mean \"USER_VERIFICATION_BYPASS\"?" },
  { "classes: [{match: {min_cert: L4}}]\n", "line 1, column 30: L01: min_cert: expected one of L1, L1plus, L2, L2plus, L3, L3plus, not \"L4\"; did you mean \"L1\"?" },
  { "requirs: []\n", "line 1, column 1: L01: unknown field in the document: \"requirs\"; did you mean \"requires\"?" },
};

/* One edit of the example each. */
static const struct {
  const char *from, *to, *finding;
} edits[] = {
  { "accept: [otp]", "accept: [opt]", "line 42, column 77: L01: accept: \"opt\" is none of the classes; did you mean \"otp\"?" },
  { "{id: R1,", "{id: P1,", "line 44, column 5: L01: the id \"P1\" is there twice, first in line 37" },
  { "{id: F1,", "{id: E1,", "L01: the id \"E1\" is there twice" },
  { "waives: [R4]", "waives: [F1]", "L29: waives: \"F1\" is one of the forbids, and only requirements can be waived" },
  { "waives: [R4]", "waives: [R9]", "L29: waives: \"R9\" is none of the requires; did you mean \"R1\"?" },
  { "risk: high", "risk: low", "line 27, column 5: L01: journey step-up is built in, and its risk may be raised, never lowered" },
  { "kind: admin,   risk", "kind: enrol,   risk", "journey admin is built in and of another kind" },
  { "min_class: bound-key, max_age_s: 300, approvals: 1", "unless_good: key_active", "L01: R3 requires nothing" },
  { "{id: device_managed,   good: true, source: mdm,", "{id: device_managed,   good: true, source: record,", "the record knows only key_active and recovery_settled, not device_managed" },
  { "good: true, source: mdm,", "good: {min: 5, max: 4}, source: mdm,", "good: min is more than max" },
  { "apps: [payroll]}", "apps: [payrol]}", "did you mean \"payroll\"?" },
  { "conflicts_with: [agent]}", "conflicts_with: [agnet]}", "did you mean \"agent\"?" },
  { "      - {aaguid: 00000000-0000-4000-8000-000000000001, min_fw: \"5.7.0\", note: example model, until: 2028-01-01}\n", "      []\n", "entries: an empty list" },
};
/* clang-format on */

static void
check_refused(const char *yaml, size_t len, const char *finding)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) document =
      recovery_document_read(yaml, len, problems);
  g_autofree char *errors = recovery_problem_write_errors(problems);

  if (document != NULL)
    fail_msg("\"%.80s\" was taken", yaml);
  if (strstr(errors, finding) == NULL)
    fail_msg("\"%.80s\": not \"%s\" but \"%s\"", yaml, finding, errors);
}

static void
test_each_fault_is_refused_with_its_place(void **state)
{
  g_autofree char *text = load("policy-example.yaml");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
    check_refused(refused[i].yaml, strlen(refused[i].yaml), refused[i].finding);
  for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
    const char *at = strstr(text, edits[i].from);
    g_autofree char *edited = NULL;

    if (at == NULL)
      fail_msg("row %zu: \"%s\" is not in the file", i, edits[i].from);
    edited = g_strdup_printf("%.*s%s%s", (int)(at - text), text, edits[i].to,
                             at + strlen(edits[i].from));
    check_refused(edited, strlen(edited), edits[i].finding);
  }
}

static void
test_more_faults_than_can_be_told_are_counted(void **state)
{
  g_autoptr(GString) yaml = g_string_new("permits:\n");
  (void)state;

  for (int i = 0; i < 1000; i++)
    g_string_append(yaml, "  - {id: [], accept: x}\n");
  check_refused(yaml->str, yaml->len, "\nand ");
}

static void
check_bound(GString *yaml, const char *finding)
{
  check_refused(yaml->str, yaml->len, finding);
  g_string_free(yaml, TRUE);
}

static void
test_size_is_bounded(void **state)
{
  GString *yaml = g_string_new("unknown: [");

  (void)state;
  for (int i = 0; i < RECOVERY_DOCUMENT_VALUES + 1; i++)
    g_string_append(yaml, "1,");
  g_string_append(yaml, "1]\n");
  check_bound(yaml, "too many values");

  yaml = g_string_new("populations: [{rule: {attributes: {");
  for (int i = 0; i <= RECOVERY_DOCUMENT_WIDTH; i++)
    g_string_append_printf(yaml, "a%d: b, ", i);
  g_string_append(yaml, "}}}]\n");
  check_bound(yaml, "too many names");

  yaml = g_string_new("schema: ");
  for (int i = 0; i <= RECOVERY_DOCUMENT_TEXT; i++)
    g_string_append_c(yaml, 'x');
  check_bound(yaml, "a text is one line");

  yaml = g_string_new("schema: keyturn-policy/1\n");
  while (yaml->len <= RECOVERY_DOCUMENT_MAX)
    g_string_append(yaml, "# filler, filler, filler, filler, filler\n");
  check_bound(yaml, "at most 32 MiB");
}

/* No byte may crash the reader, whatever is cut or changed. */
static void
test_cut_and_changed_files_do_no_harm(void **state)
{
  g_autofree char *text = load("policy-example.yaml");
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
  size_t len = strlen(text);
  size_t last = (size_t)(strstr(text, "retention:") - text);
  int read = 0;

  (void)state;
  for (size_t cut = 0; cut < last; cut += 7) {
    g_autoptr(RecoveryProblems) problems = recovery_problem_new();
    g_autoptr(RecoveryDocument) document =
        recovery_document_read(text, cut, problems);

    assert_null(document);
    assert_true(problems->errors > 0);
  }
  for (int i = 0; i < 2000; i++) {
    g_autofree char *copy = g_strdup(text);
    g_autoptr(RecoveryProblems) problems = recovery_problem_new();
    g_autoptr(RecoveryDocument) document = NULL;

    for (int j = 0; j <= i % 3; j++)
      copy[g_rand_int_range(rand, 0, (gint32)len)] =
          (char)g_rand_int_range(rand, 1, 128);
    document = recovery_document_read(copy, len, problems);
    assert_true((document != NULL) == (problems->errors == 0));
    read += document != NULL;
  }
  assert_true(read > 10 && read < 1990);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_objects_are_read_whole),
      cmocka_unit_test(test_rules_refer_to_objects),
      cmocka_unit_test(test_built_in_journeys_are_always_there),
      cmocka_unit_test(test_slots_are_there_by_being_named),
      cmocka_unit_test(test_statuses_are_those_of_the_judge),
      cmocka_unit_test(test_each_fault_is_refused_with_its_place),
      cmocka_unit_test(test_more_faults_than_can_be_told_are_counted),
      cmocka_unit_test(test_size_is_bounded),
      cmocka_unit_test(test_cut_and_changed_files_do_no_harm),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
