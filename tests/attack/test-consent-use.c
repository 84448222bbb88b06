/* SPDX-License-Identifier: Apache-2.0 */
/* test-consent-use.c - what an approval makes possible, once, and is in the
 * record before it is answered; what is seen of it. */
#include <string.h>

#include "recovery/format/viewer.h"
#include "tests/attack/consent.h"
#include "tests/testing.h"

#define MINUTE_MS INT64_C(60000)

/* ---- what an approval does ---- */

static void
an_approval_makes_one_allow_possible(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  g_autoptr(FidotoolJson) before = NULL, allowed = NULL, again = NULL;

  (void)state;
  before = attack_world_consent_context(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  assert_int_equal(fidotool_json_get_int(
                       fidotool_json_at(fidotool_json_get(before, "enough"), 0),
                       "approvals", -1),
                   1);
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  allowed = attack_world_consent_context(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 1);
  assert_true(fidotool_json_get_int(allowed, "entry", -1) > 0);
  /* The answer may get lost: whoever asks again is told, and not allowed. */
  again = attack_world_consent_context(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  assert_int_equal(fidotool_json_get_int(again, "used", -1),
                   fidotool_json_get_int(allowed, "entry", -2));
  attack_world_restart(world, NULL);
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 2);
  attack_world_free(world);
}

static void
it_is_for_just_this(void **state)
{
  static const AttackConsentAsk others[] = {
      {.caller = &attack_world_consent_other},
      {.reference = "pay 18"},
      {.transaction = "refund"},
      {.transaction = "transfer"},
      {.reference = ""},
  };
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
    attack_world_consent_expect(attack_world_consent_ask(world, others[i]),
                                "need-approval");
  /* An allow that asks for none uses none up. */
  attack_world_consent_expect(
      attack_world_consent_ask(
          world, (AttackConsentAsk){.transaction = "", .journey = "sign-in"}),
      "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 0);
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  /* Of another person, journey or app. */
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.employee = "E-101"}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.journey = "sign-in"}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.app = "wiki", .transaction = ""}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_ok(
      attack_world_consent_approve(world, (AttackConsent){.transaction = ""}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_free(world);
}

static void
two_slots_take_two_persons(void **state)
{
  const AttackConsentAsk transfer = {.transaction = "transfer"};
  AttackWorld *world = attack_world_consent_new();
  g_autoptr(FidotoolJson) half = NULL;

  (void)state;
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.transaction = "transfer"}));
  half = attack_world_consent_context(attack_world_consent_ask(world, transfer),
                                      "need-approval");
  assert_int_equal(fidotool_json_size(fidotool_json_get(half, "approved")), 1);
  /* A second lead fills no other slot, and one person fills one. */
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.transaction = "transfer", .by = "p-twin"}));
  attack_world_consent_expect(attack_world_consent_ask(world, transfer),
                              "need-approval");
  attack_world_expect(attack_world_consent_approve(
                          world, (AttackConsent){.transaction = "transfer",
                                                 .by = "p-twin",
                                                 .slot = "other-team"}),
                      "approved-already");
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.transaction = "transfer",
                             .by = "p-other",
                             .slot = "other-team",
                             .away = true}));
  attack_world_consent_expect(attack_world_consent_ask(world, transfer),
                              "allow");
  /* All that were given for it are used up. */
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.transaction = "transfer",
                             .by = "p-other",
                             .slot = "other-team"}));
  attack_world_consent_expect(attack_world_consent_ask(world, transfer),
                              "need-approval");
  attack_world_free(world);
}

static void
a_weaker_path_uses_them_up_too(void **state)
{
  const AttackConsentAsk refund = {.transaction = "refund"};
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.transaction = "refund"}));
  attack_world_consent_expect(attack_world_consent_ask(world, refund), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.weaker\""), 1);
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 0);
  assert_int_equal(attack_world_entries(world, "\"approvals\":["), 1);
  attack_world_consent_expect(attack_world_consent_ask(world, refund),
                              "need-approval");
  attack_world_restart(world, NULL);
  attack_world_consent_expect(attack_world_consent_ask(world, refund),
                              "need-approval");
  attack_world_free(world);
}

static void
a_slot_that_the_policy_has_not_fills_none(void **state)
{
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.by = "p-so-one", .slot = "security"}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  attack_world_free(world);
}

/* ---- what is seen ---- */

static void
signers_see_what_they_approve(void **state)
{
  static const char *const words[] = {"Sam Okafor", "E-100",        "pay 17",
                                      "bank-web",   "step-up",      "bank",
                                      "payment",    "helpdesk-lead"};
  AttackWorld *world = attack_world_consent_new();
  const AttackConsent one = {0};
  g_autofree char *request = attack_world_consent_request(&one);
  g_autoptr(FidotoolJson) proposal = attack_world_propose(world, "%s", request);
  g_autoptr(RecoveryView) view = recovery_viewer_read(proposal, NULL);
  FidotoolJson *commitments =
      fidotool_json_get(fidotool_json_get(proposal, "openings"), "commitments");

  (void)state;
  assert_non_null(view);
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    bool found = false;

    for (unsigned j = 0; j < view->lines->len; j++) {
      const RecoveryViewerLine *line = g_ptr_array_index(view->lines, j);

      found = found || strcmp(line->text, words[i]) == 0;
    }
    if (!found)
      fail_msg("%s is not shown", words[i]);
  }
  /* Nothing of it is in the statement that is signed, or in the record. */
  assert_null(strstr(view->statement_line, "pay 17"));
  assert_null(strstr(view->statement_line, "E-100"));
  attack_world_ok(attack_world_consent_approve(world, one));
  assert_int_equal(attack_world_entries(world, "pay 17"), 0);
  assert_int_equal(attack_world_entries(world, "Okafor"), 0);
  /* Where a value is another, there is nothing to sign. */
  fidotool_json_set_text(fidotool_json_at(commitments, 2), "value",
                         "{\"reference\":\"pay 99\"}");
  assert_null(recovery_viewer_read(proposal, NULL));
  attack_world_free(world);
}

static FidotoolJson *
list(AttackWorld *world, const char *person, const char *role)
{
  attack_world_consent_come(world, RECOVERY_PEER_STAFF, NULL);
  attack_world_activate(world, person, role);
  return attack_world_query(world, "{\"what\":\"approvals\"}");
}

static void
what_waits_is_listed_for_those_who_approve(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  g_autoptr(FidotoolJson) answer = NULL, after = NULL;
  const FidotoolJson *row;

  (void)state;
  attack_world_expect(attack_world_query(world, "{\"what\":\"approvals\"}"),
                      "role-not-active");
  attack_world_expect(list(world, "p-agent", "agent"), "role-not-active");
  attack_world_expect(list(world, "p-audit", "auditor"), "role-not-active");
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){.reference = ""}),
      "need-approval");
  answer = list(world, "p-lead", "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(answer, "waiting")), 1);
  row = fidotool_json_at(fidotool_json_get(answer, "waiting"), 0);
  assert_string_equal(fidotool_json_get_text(row, "reference"), "pay 17");
  assert_string_equal(fidotool_json_get_text(row, "employee"), "E-100");
  assert_string_equal(fidotool_json_get_text(row, "caller"), "bank-web");
  assert_int_equal(fidotool_json_get_int(row, "approvals", -1), 1);
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  after = list(world, "p-lead", "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(after, "waiting")), 0);
  row = fidotool_json_at(fidotool_json_get(after, "given"), 0);
  assert_string_equal(fidotool_json_get_text(row, "state"), "used");
  assert_string_equal(fidotool_json_get_text(row, "by"), "p-lead");
  assert_string_equal(fidotool_json_get_text(row, "reference"), "pay 17");
  attack_world_free(world);
}

static void
what_waits_is_bounded(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  g_autoptr(FidotoolJson) answer = NULL, later = NULL;
  const FidotoolJson *rows;

  (void)state;
  attack_world_consent_expect(
      attack_world_consent_ask(
          world, (AttackConsentAsk){.caller = &attack_world_consent_other,
                                    .reference = "alone"}),
      "need-approval");
  for (int i = 0; i < 70; i++) {
    g_autofree char *reference = g_strdup_printf("pay %d", i);

    attack_world_consent_expect(
        attack_world_consent_ask(world,
                                 (AttackConsentAsk){.reference = reference}),
        "need-approval");
  }
  answer = list(world, "p-lead", "helpdesk-lead");
  rows = fidotool_json_get(answer, "waiting");
  assert_int_equal(fidotool_json_size(rows), 65);
  assert_non_null(attack_world_row(rows, "reference", "alone"));
  assert_null(attack_world_row(rows, "reference", "pay 5"));
  assert_non_null(attack_world_row(rows, "reference", "pay 69"));
  attack_world_pass(world, 61 * MINUTE_MS);
  later = list(world, "p-lead", "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(later, "waiting")), 0);
  attack_world_free(world);
}

static void
a_report_tells_who_approved_and_what_for(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *text = NULL;
  const FidotoolJson *rows, *given, *used;

  (void)state;
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.transaction = "refund"}));
  attack_world_consent_expect(
      attack_world_consent_ask(world,
                               (AttackConsentAsk){.transaction = "refund"}),
      "allow");
  attack_world_restart(world, NULL);
  attack_world_pass(world, 60 * ATTACK_HOUR_MS);
  attack_world_activate(world, "p-so-one", "security");
  answer =
      attack_world_query(world, "{\"what\":\"report\",\"of\":\"approvals\"}");
  text = attack_world_text(answer);
  rows = fidotool_json_get(answer, "approvals");
  assert_int_equal(fidotool_json_size(rows), 4);
  given = fidotool_json_at(rows, 0);
  used = fidotool_json_at(rows, 1);
  assert_string_equal(fidotool_json_get_text(given, "actor"), "p-lead");
  assert_string_equal(fidotool_json_get_text(used, "act"), "decision.approved");
  assert_string_equal(fidotool_json_text(fidotool_json_at(
                          fidotool_json_get(used, "approvals"), 0)),
                      fidotool_json_get_text(given, "stmt"));
  assert_string_equal(fidotool_json_get_text(fidotool_json_at(rows, 3), "act"),
                      "decision.weaker");
  assert_null(strstr(text, "pay 17"));
  assert_null(strstr(text, "Okafor"));
  attack_world_free(world);
}

/* ---- where it fails ---- */

/* What cannot be recorded is not allowed, and uses nothing up. */
static void
no_record_no_allow(void **state)
{
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){.full = true}),
      "deny");
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 1);
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_approval_makes_one_allow_possible),
      cmocka_unit_test(it_is_for_just_this),
      cmocka_unit_test(two_slots_take_two_persons),
      cmocka_unit_test(a_weaker_path_uses_them_up_too),
      cmocka_unit_test(a_slot_that_the_policy_has_not_fills_none),
      cmocka_unit_test(signers_see_what_they_approve),
      cmocka_unit_test(what_waits_is_listed_for_those_who_approve),
      cmocka_unit_test(what_waits_is_bounded),
      cmocka_unit_test(a_report_tells_who_approved_and_what_for),
      cmocka_unit_test(no_record_no_allow),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
