/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-act.c - who may sign what, in the fixed tables. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/format/act.h"

static void
every_act_is_found_by_its_name(void **state)
{
  (void)state;
  for (size_t i = 0; i < recovery_act_count(); i++) {
    const RecoveryAct *act = recovery_act_at(i);

    assert_ptr_equal(recovery_act_find(act->name), act);
    if (i > 0)
      assert_true(strcmp(recovery_act_at(i - 1)->name, act->name) < 0);
    if (act->kind == RECOVERY_ACT_SIGNED)
      assert_non_null(act->statement);
  }
}

static void
what_is_no_row_is_not_found(void **state)
{
  static const char *const names[] = {
      "",
      "case",
      "case.",
      "case.opened",
      "case.ope",
      "CASE.OPEN",
      "case.flag",
      ".proposed",
      "open",
      "case.open ",
      "key.enrol",
      "case.open.proposed",
      "heartbeat.proposed",
      "station.init.proposed",
      "case.uphold.proposed.proposed",
  };

  (void)state;
  assert_null(recovery_act_find(NULL));
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (recovery_act_find(names[i]) != NULL)
      fail_msg("%s", names[i]);
}

static void
acts_of_several_signatures_have_a_proposed(void **state)
{
  static const char *const names[] = {
      "base.load",      "bg.review",    "case.hold_off",   "case.reject",
      "case.uphold",    "clock.accept", "exception.grant", "key.restore",
      "pii.erased",     "policy.load",  "roster.change",   "roster.machine",
      "roster.suspend", "siem.off",     "station.unlock",  "trust.load",
      "witness.off",
  };
  size_t count = 0;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *name = g_strconcat(names[i], ".proposed", NULL);

    assert_ptr_equal(recovery_act_find(name), recovery_act_find(names[i]));
    assert_true(recovery_act_is_proposed(name));
  }
  for (size_t i = 0; i < recovery_act_count(); i++) {
    g_autofree char *name =
        g_strconcat(recovery_act_at(i)->name, ".proposed", NULL);

    count += recovery_act_find(name) != NULL;
  }
  assert_int_equal(count, G_N_ELEMENTS(names));
}

static void
numbers_of_signatures(void **state)
{
  static const struct {
    const char *name;
    int least, most;
  } rows[] = {
      {"case.approve", 1, 1},   {"case.uphold", 2, 2},  {"base.load", 3, 3},
      {"roster.suspend", 1, 2}, {"station.init", 2, 2}, {"change.effect", 0, 0},
      {"case.made", 0, 0},      {"case.amend", 0, 0},   {"roster.enrol", 1, 1},
      {"case.contest", 0, 0},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    const RecoveryAct *act = recovery_act_find(rows[i].name);

    assert_int_equal(act->signatures, rows[i].least);
    assert_int_equal(act->signatures_most, rows[i].most);
  }
}

/* Role, act, may sign, may do in session. */
static void
roles_sign_what_their_row_says(void **state)
{
  static const struct {
    const char *role, *act;
    bool sign, session;
  } rows[] = {
      {"agent", "case.open", true, false},
      {"agent", "case.approve", false, false},
      {"agent", "case.amend", false, true},
      {"agent", "case.submit", true, false},
      {"agent", "roster.change", false, false},
      {"verifier", "case.open", false, false},
      {"verifier", "case.submit", true, false},
      {"verifier", "case.start_proofing", false, true},
      {"helpdesk-lead", "case.approve", true, false},
      {"helpdesk-lead", "case.refuse", true, false},
      {"helpdesk-lead", "case.check", false, false},
      {"helpdesk-lead", "case.add_evidence", false, false},
      {"any-other-id", "key.restore", true, false},
      {"security", "case.approve", true, false},
      {"security", "station.init", true, false},
      {"security", "roster.change.proposed", true, false},
      {"security", "export.made", false, false},
      {"security", "case.open", false, false},
      {"releaser", "case.activate", true, false},
      {"releaser", "case.approve", false, false},
      {"auditor", "export.made", true, false},
      {"auditor", "case.approve", false, false},
      {"break-glass", "bg.open", true, false},
      {"break-glass", "case.approve", false, false},
      {"agent", "roster.enrol", true, false},
      {"auditor", "role.activate", true, false},
      {"agent", "case.contest", false, false},
      {"security", "case.made", false, false},
      {"security", "case.appr", false, false},
      {"security", "c", false, false},
      {"agent", "role", false, false},
      {"agent", "case.am", false, false},
      {"Not an id", "case.approve", false, false},
      {"", "case.approve", false, false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    if (recovery_act_role_may(rows[i].role, rows[i].act) != rows[i].sign ||
        recovery_act_role_may_in_session(rows[i].role, rows[i].act) !=
            rows[i].session)
      fail_msg("%s, %s", rows[i].role, rows[i].act);
}

static void
slots_are_all_roles_but_five(void **state)
{
  (void)state;
  assert_true(recovery_act_role_is_slot("security"));
  assert_true(recovery_act_role_is_slot("helpdesk-lead"));
  assert_true(recovery_act_role_is_slot("x"));
  assert_false(recovery_act_role_is_slot("agent"));
  assert_false(recovery_act_role_is_slot("verifier"));
  assert_false(recovery_act_role_is_slot("releaser"));
  assert_false(recovery_act_role_is_slot("auditor"));
  assert_false(recovery_act_role_is_slot("break-glass"));
  assert_false(recovery_act_role_is_slot("a,b"));
}

static void
a_namespace_is_that_of_its_act(void **state)
{
  static const struct {
    const char *act;
    bool practice;
    const char *name;
  } rows[] = {
      {"case.approve", false, "keyturn-case.approve@v1"},
      {"case.approve", true, "keyturn-practice-case.approve@v1"},
      {"roster.change.proposed", false, "keyturn-roster.change@v1"},
      {"machine", false, "keyturn-machine@v1"},
      {"machine", true, "keyturn-practice-machine@v1"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *name =
        recovery_act_namespace(rows[i].act, rows[i].practice);

    assert_string_equal(name, rows[i].name);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_act_is_found_by_its_name),
      cmocka_unit_test(what_is_no_row_is_not_found),
      cmocka_unit_test(acts_of_several_signatures_have_a_proposed),
      cmocka_unit_test(numbers_of_signatures),
      cmocka_unit_test(roles_sign_what_their_row_says),
      cmocka_unit_test(slots_are_all_roles_but_five),
      cmocka_unit_test(a_namespace_is_that_of_its_act),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
