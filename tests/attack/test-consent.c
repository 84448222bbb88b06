/* SPDX-License-Identifier: Apache-2.0 */
/* test-consent.c - one decision is approved: by whom, for what, until when. */
#include <string.h>

#include "tests/attack/consent.h"
#include "tests/testing.h"

#define MINUTE_MS INT64_C(60000)

/* ---- who, what, how long ---- */

static void
what_may_be_approved_by_whom(void **state)
{
  char longest[RECOVERY_CONSENT_REFERENCE + 2];
  const struct {
    AttackConsent one;
    const char *rule;
  } rows[] = {
      {{.employee = "E-5", .by = "p-both"}, "own-decision"},
      {{.employee = "E-5"}, "ok"},
      {{.employee = "E-999"}, "subject-unknown"},
      {{.employee = ""}, "subject-unknown"},
      {{.journey = "fly"}, "decision-place"},
      {{.journey = ""}, "decision-place"},
      {{.app = "vault"}, "decision-place"},
      {{.app = ""}, "decision-place"},
      {{.transaction = "gift"}, "decision-place"},
      {{.app = "wiki"}, "decision-place"},
      {{.reference = " "}, "ok"},
      {{.reference = longest}, "decision-reference"},
      {{.reference = "two\nlines"}, "decision-reference"},
      {{.reference = ""}, "decision-reference"},
      {{.blank = true}, "decision-reference"},
      {{.app = "vault", .transaction = ""}, "decision-place"},
      {{.caller = "Bank Web"}, "decision-reference"},
      {{.caller = ""}, "decision-reference"},
      {{.minutes = -1}, "decision-end"},
      {{.minutes = 1441}, "decision-end"},
      {{.minutes = 1440, .by = "p-twin"}, "ok"},
      {{.slot = "other-team"}, "role"},
      {{.by = "p-agent", .slot = "agent"}, "role"},
      {{.by = "p-audit", .slot = "auditor"}, "role"},
      {{.slot = ""}, "decision-slot"},
      {{.by = "p-nobody"}, "actor-unknown"},
  };
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  memset(longest, 'x', sizeof(longest) - 1);
  longest[sizeof(longest) - 1] = '\0';
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolJson *answer = attack_world_consent_approve(world, rows[i].one);

    if (strcmp(attack_world_outcome(answer), rows[i].rule) != 0)
      print_error("row %zu\n", i);
    attack_world_expect(answer, rows[i].rule);
  }
  attack_world_free(world);
}

static void
one_person_approves_it_once(void **state)
{
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_expect(attack_world_consent_approve(world, (AttackConsent){0}),
                      "approved-already");
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.reference = "pay 18"}));
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.caller = "other-web"}));
  attack_world_ok(
      attack_world_consent_approve(world, (AttackConsent){.transaction = ""}));
  attack_world_ok(attack_world_consent_approve(
      world, (AttackConsent){.app = "wiki", .transaction = ""}));
  /* Once it is over, anew. */
  attack_world_pass(world, 61 * MINUTE_MS);
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_free(world);
}

static void
roles_that_are_kept_apart_stay_so(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  const AttackConsent one = {.by = "p-both", .slot = "other-team"};

  (void)state;
  attack_world_activate(world, "p-both", "agent");
  attack_world_expect(attack_world_consent_approve(world, one),
                      "role-conflict");
  attack_world_consent_come(world, RECOVERY_PEER_STAFF, NULL);
  attack_world_ok(attack_world_consent_approve(world, one));
  attack_world_free(world);
}

static void
it_ends(void **state)
{
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_pass(world, 59 * MINUTE_MS);
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  attack_world_pass(world, 60 * MINUTE_MS);
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_ok(
      attack_world_consent_approve(world, (AttackConsent){.minutes = 1440}));
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "allow");
  attack_world_free(world);
}

/* By the clock, though nothing was recorded since; and a clock that is put back
 * does not bring it back. */
static void
it_ends_by_the_clock_and_for_good(void **state)
{
  AttackWorld *world = attack_world_consent_new();

  (void)state;
  attack_world_ok(
      attack_world_consent_approve(world, (AttackConsent){.minutes = 1}));
  world->now_ms += 61000;
  world->mono_ms += 61000;
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_activate(world, "p-so-one", "security"); /* is recorded */
  world->now_ms -= 30000;
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_free(world);
}

/* Signed elsewhere, and carried back too late. */
static void
what_is_over_is_not_taken_in(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  const AttackConsent one = {.minutes = 5};
  g_autofree char *request = attack_world_consent_request(&one);
  g_autoptr(FidotoolJson) proposal = NULL;
  AttackKey *key = attack_world_person(world, "p-lead")->key;

  (void)state;
  proposal = attack_world_propose(world, "%s", request);
  attack_world_pass(world, 4 * MINUTE_MS);
  attack_world_ok(attack_world_sign(world, proposal, key, &world->away));
  attack_world_pass(world, 2 * MINUTE_MS);
  g_clear_pointer(&proposal, fidotool_json_free);
  proposal = attack_world_propose(world, "%s", request);
  attack_world_pass(world, 5 * MINUTE_MS);
  attack_world_expect(attack_world_sign(world, proposal, key, &world->away),
                      "decision-end");
  attack_world_free(world);
}

/* The roster in force, to be changed; freed by the caller. */
static FidotoolJson *
read_roster(AttackWorld *world)
{
  g_autoptr(FidotoolJson) answer = NULL;
  const char *line;
  FidotoolJson *roster;

  attack_world_activate(world, "p-so-one", "security");
  answer = attack_world_query(world, "{\"what\":\"roster\"}");
  line = fidotool_json_get_text(answer, "roster");
  roster = fidotool_json_parse(line, strlen(line), NULL);
  assert_non_null(roster);
  return roster;
}

/* The keys of a person, one after the other: those of them that stay. */
static void
change_rows(FidotoolJson *roster, const char *person,
            bool (*change)(FidotoolJson *row, unsigned nth))
{
  g_autoptr(FidotoolJson) keys = fidotool_json_take(roster, "keys");
  FidotoolJson *kept =
      fidotool_json_set(roster, "keys", fidotool_json_new_array());
  unsigned nth = 0;

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    g_autoptr(FidotoolJson) row = fidotool_json_copy(fidotool_json_at(keys, i));

    if (strcmp(fidotool_json_get_text(row, "person"), person) != 0 ||
        change(row, nth++))
      fidotool_json_append(kept, g_steal_pointer(&row));
  }
}

static void
set_role(FidotoolJson *row, const char *role)
{
  FidotoolJson *roles;

  fidotool_json_remove(row, "roles");
  roles = fidotool_json_set(row, "roles", fidotool_json_new_array());
  fidotool_json_append_text(roles, role);
}

static bool
goes(G_GNUC_UNUSED FidotoolJson *row, G_GNUC_UNUSED unsigned nth)
{
  return false;
}

static bool
is_over(FidotoolJson *row, G_GNUC_UNUSED unsigned nth)
{
  fidotool_json_remove(row, "valid_before");
  /* A little after the world's today. */
  fidotool_json_set_text(row, "valid_before", "2026-11-18T20:00:00.000Z");
  return true;
}

static bool
has_another_role(FidotoolJson *row, G_GNUC_UNUSED unsigned nth)
{
  set_role(row, "other-team");
  return true;
}

static void
whoever_is_not_in_the_role_any_more_approved_nothing(void **state)
{
  bool (*const changes[])(FidotoolJson * row,
                          unsigned nth) = {goes, is_over, has_another_role};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
    AttackWorld *world = attack_world_consent_new();
    g_autoptr(FidotoolJson) roster = read_roster(world);
    g_autofree char *line = NULL;

    change_rows(roster, "p-twin", changes[i]);
    line = fidotool_json_write(roster, NULL);
    attack_world_ok(attack_world_consent_approve(
        world, (AttackConsent){.by = "p-twin", .minutes = 1440}));
    attack_world_change_both(world, "roster.change", "roster", line);
    attack_world_pass(world, 20 * ATTACK_HOUR_MS);
    attack_world_consent_expect(
        attack_world_consent_ask(world, (AttackConsentAsk){0}),
        "need-approval");
    attack_world_free(world);
  }
}

static bool
second_is_another(FidotoolJson *row, unsigned nth)
{
  if (nth == 1)
    set_role(row, "other-team");
  return true;
}

/* A person has two keys, and the roster gives them different roles: what is
 * signed is signed in a role of the key that signs. */
static void
a_key_signs_in_its_own_roles(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  g_autoptr(FidotoolJson) roster = read_roster(world);
  g_autofree char *line = NULL;
  unsigned refused = 0;

  (void)state;
  change_rows(roster, "p-lead", second_is_another);
  line = fidotool_json_write(roster, NULL);
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  for (AttackPerson *key = world->people; key->person != NULL; key++) {
    /* Each of its own, whichever key comes first. */
    g_autofree char *reference =
        g_strdup_printf("pay %td", key - world->people);
    const AttackConsent one = {.reference = reference};
    g_autofree char *request = attack_world_consent_request(&one);
    g_autoptr(FidotoolJson) proposal = NULL;
    g_autoptr(FidotoolJson) answer = NULL;

    if (strcmp(key->person, "p-lead") != 0)
      continue;
    proposal = attack_world_propose(world, "%s", request);
    answer = attack_world_sign(world, proposal, key->key, NULL);
    if (strcmp(attack_world_outcome(answer), "decision-slot") == 0)
      refused++;
    else
      attack_world_ok(g_steal_pointer(&answer));
  }
  assert_int_equal(refused, 1);
  attack_world_free(world);
}

/* What its reference is called was erased: it fits nothing any more. */
static void
an_erased_reference_is_none(void **state)
{
  AttackWorld *world = attack_world_consent_new();
  const RecoveryModelConsent *consent;
  g_autoptr(FidotoolJson) answer = NULL;
  const FidotoolJson *row;

  (void)state;
  attack_world_ok(attack_world_consent_approve(world, (AttackConsent){0}));
  consent = g_ptr_array_index(world->station->model->consents, 0);
  assert_true(recovery_store_begin(world->station->store, NULL));
  assert_true(
      recovery_store_drop_pii(world->station->store, consent->reference, NULL));
  assert_true(recovery_store_commit(world->station->store, NULL));
  attack_world_consent_expect(
      attack_world_consent_ask(world, (AttackConsentAsk){0}), "need-approval");
  attack_world_activate(world, "p-lead", "helpdesk-lead");
  answer = attack_world_query(world, "{\"what\":\"approvals\"}");
  row = fidotool_json_at(fidotool_json_get(answer, "given"), 0);
  assert_string_equal(fidotool_json_get_text(row, "state"), "live");
  assert_null(fidotool_json_get_text(row, "reference"));
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_may_be_approved_by_whom),
      cmocka_unit_test(one_person_approves_it_once),
      cmocka_unit_test(roles_that_are_kept_apart_stay_so),
      cmocka_unit_test(it_ends),
      cmocka_unit_test(it_ends_by_the_clock_and_for_good),
      cmocka_unit_test(what_is_over_is_not_taken_in),
      cmocka_unit_test(whoever_is_not_in_the_role_any_more_approved_nothing),
      cmocka_unit_test(a_key_signs_in_its_own_roles),
      cmocka_unit_test(an_erased_reference_is_none),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
