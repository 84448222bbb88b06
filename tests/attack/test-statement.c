/* SPDX-License-Identifier: Apache-2.0 */
/* test-statement.c - what is signed, by which key, on which machine, and when:
 * every signature is checked over the very bytes. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/viewer.h"
#include "recovery/trial.h"

#define APPROVE_LEAD                                                           \
  "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","            \
  "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",                          \
      world->case_id

static FidotoolJson *
submit_text(AttackWorld *world, FidotoolJson *request)
{
  g_autoptr(FidotoolJson) taken = request;
  g_autofree char *text = fidotool_json_write(taken, NULL);

  return attack_world_submit(world, "%s", text);
}

static AttackKey *
lead(AttackWorld *world)
{
  return attack_world_person(world, "p-lead")->key;
}

/* UP and UV set, BE, BS, AT and ED clear: anything else is refused. */
static void
every_flag_is_looked_at(void **state)
{
  static const uint8_t bad[] = {0x00, 0x01, 0x04, 0x0d, 0x15, 0x1d};
  AttackWorld *world = attack_world_at("made");

  (void)state;
  for (size_t i = 0; i < sizeof(bad); i++) {
    world->flags = bad[i];
    attack_world_expect(attack_world_act(world, "p-lead", false, APPROVE_LEAD),
                        "user-verification");
  }
  world->flags = 0x05;
  attack_world_expect(attack_world_act(world, "p-lead", false, APPROVE_LEAD),
                      "ok");
  attack_world_free(world);
}

static void
a_statement_is_handed_in_once(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);
  g_autofree char *text = NULL;

  (void)state;
  {
    g_autoptr(FidotoolJson) result = attack_world_signed(
        world, fidotool_json_get_text(one, "statement"),
        "keyturn-practice-case.approve@v1", lead(world), NULL);

    text = fidotool_json_write(result, NULL);
  }
  attack_world_expect(attack_world_submit(world, "%s", text), "ok");
  attack_world_expect(attack_world_submit(world, "%s", text),
                      "statement-replayed");
  /* Nor signed afresh. */
  attack_world_expect(attack_world_sign(world, one, lead(world), NULL),
                      "statement-replayed");
  attack_world_restart(world, NULL);
  attack_world_expect(attack_world_submit(world, "%s", text),
                      "statement-replayed");
  attack_world_free(world);
}

static void
a_statement_lives_a_quarter_of_an_hour(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);
  g_autoptr(FidotoolJson) two = NULL;

  (void)state;
  world->now_ms += 15 * 60 * 1000 + 1;
  attack_world_expect(attack_world_sign(world, one, lead(world), NULL),
                      "statement-expired");
  two = attack_world_propose(world, APPROVE_LEAD);
  world->now_ms += 14 * 60 * 1000;
  attack_world_expect(attack_world_sign(world, two, lead(world), NULL), "ok");
  attack_world_free(world);
}

/* Each byte of a signed statement, changed: none passes. */
static void
no_byte_of_a_statement_can_be_changed(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);
  g_autofree char *line = g_strdup(fidotool_json_get_text(one, "statement"));

  (void)state;
  for (size_t i = 0; line[i] != '\0'; i++) {
    g_autoptr(FidotoolJson) result = attack_world_signed(
        world, line, "keyturn-practice-case.approve@v1", lead(world), NULL);
    g_autofree char *changed = g_strdup(line);
    g_autoptr(FidotoolJson) answer = NULL;
    const char *outcome;

    changed[i] = (char)(changed[i] == '0' ? '1' : '0');
    fidotool_json_set_text(result, "statement", changed);
    answer = submit_text(world, g_steal_pointer(&result));
    outcome = attack_world_outcome(answer);
    if (strcmp(outcome, "ok") == 0)
      fail_msg("byte %zu of the statement can be changed", i);
  }
  assert_string_equal(attack_world_state(world), "awaiting_approval");
  attack_world_expect(attack_world_sign(world, one, lead(world), NULL), "ok");
  attack_world_free(world);
}

/* A forged statement, right in every field, that was never handed out. */
static void
only_statements_of_this_station_count(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);
  const char *line = fidotool_json_get_text(one, "statement");
  g_autoptr(FidotoolJson) fields =
      fidotool_json_parse(line, strlen(line), NULL);
  g_autofree char *forged = NULL;

  (void)state;
  fidotool_json_set_text(fields, "nonce", "00112233445566778899aabbccddeeff");
  forged = fidotool_json_write(fields, NULL);
  attack_world_expect(
      submit_text(world, attack_world_signed(world, forged,
                                             "keyturn-practice-case.approve@v1",
                                             lead(world), NULL)),
      "statement-unknown");
  attack_world_free(world);
}

static void
another_station_or_case_is_another_statement(void **state)
{
  AttackWorld *world = attack_world_at("made"),
              *other = attack_world_at("made");
  g_autoptr(FidotoolJson) theirs = NULL;

  (void)state;
  theirs = attack_world_propose(
      other,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      other->case_id);
  attack_world_expect(attack_world_sign(world, theirs, lead(world), NULL),
                      "statement-unknown");
  attack_world_free(world);
  attack_world_free(other);
}

/* A signature for one act is none for another, nor one from a real station. */
static void
a_namespace_is_one_act(void **state)
{
  static const char *const other[] = {"keyturn-practice-case.refuse@v1",
                                      "keyturn-case.approve@v1", "file",
                                      "keyturn-practice-role.activate@v1"};
  AttackWorld *world = attack_world_at("made");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
    g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);

    attack_world_expect(
        submit_text(world, attack_world_signed(
                               world, fidotool_json_get_text(one, "statement"),
                               other[i], lead(world), NULL)),
        "signature");
  }
  attack_world_free(world);
}

static void
the_named_person_signs(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackKey *stranger = attack_key_new();
  g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);

  (void)state;
  attack_world_expect(
      attack_world_sign(world, one, attack_world_person(world, "p-other")->key,
                        NULL),
      "signature");
  attack_world_expect(attack_world_sign(world, one, stranger, NULL),
                      "signature");
  attack_key_free(stranger);
  attack_world_free(world);
}

static void
a_copied_key_shows_by_its_counter(void **state)
{
  AttackWorld *world = attack_world_at("made");

  (void)state;
  lead(world)->counter = 1;
  attack_world_expect(attack_world_act(world, "p-lead", false, APPROVE_LEAD),
                      "counter");
  /* Refused signatures do not move what is remembered. */
  lead(world)->counter = 100;
  attack_world_expect(attack_world_act(world, "p-lead", false, APPROVE_LEAD),
                      "ok");
  attack_world_free(world);
}

static void
only_machines_of_the_roster_count(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");
  AttackMachine mine = {"mine", EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
  g_autoptr(FidotoolJson) one = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"seen\"}",
      world->case_id);

  (void)state;
  attack_world_expect(
      attack_world_sign(world, one, attack_world_person(world, "p-other")->key,
                        &mine),
      "machine");
  EVP_PKEY_free(mine.key);
  attack_world_free(world);
}

/* What an edit makes void: the statements that were out, and the approvals. */
static void
an_edited_case_is_another_case(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);

  (void)state;
  attack_world_expect(
      attack_world_submit(
          world,
          "{\"act\":\"case.amend\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
          world->case_id),
      "ok");
  attack_world_expect(attack_world_sign(world, one, lead(world), NULL),
                      "state");
  attack_world_expect(
      attack_world_act(
          world, "p-agent", false,
          "{\"act\":\"case.submit\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
          world->case_id),
      "ok");
  /* The credential made for the first freeze is gone. */
  attack_world_expect(attack_world_sign(world, one, lead(world), NULL),
                      "next-at-station-not-yet");
  {
    g_autoptr(FidotoolJson) options = attack_world_propose(
        world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
    AttackKey *again = attack_key_new();

    attack_world_expect(attack_world_made(world, options, again, true), "ok");
    attack_key_free(again);
  }
  attack_world_expect(attack_world_sign(world, one, lead(world), NULL),
                      "changed");
  attack_world_free(world);
}

/* Two approvers race: the second statement did not know of the first. */
static void
a_race_for_slots_has_one_winner(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) one = attack_world_propose(world, APPROVE_LEAD);
  g_autoptr(FidotoolJson) two = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"seen\"}",
      world->case_id);

  (void)state;
  attack_world_expect(attack_world_sign(world, one, lead(world), NULL), "ok");
  attack_world_expect(
      attack_world_sign(world, two, attack_world_person(world, "p-other")->key,
                        &world->away),
      "changed");
  attack_world_free(world);
}

/* After a restart a statement that says it all is still good; one that was
 * about more is proposed again. */
static void
a_restart_forgets_what_was_only_asked(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) approve = attack_world_propose(world, APPROVE_LEAD);
  g_autoptr(FidotoolJson) open = NULL;

  (void)state;
  attack_world_restart(world, NULL);
  attack_world_expect(attack_world_sign(world, approve, lead(world), NULL),
                      "ok");
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(
      attack_world_act(
          world, "p-agent", false,
          "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
          world->case_id),
      "ok");
  open = attack_world_propose(
      world,
      "{\"act\":\"case.open\",\"actor\":\"p-agent\",\"op\":\"recover\","
      "\"sub\":\"%s\",\"reason\":\"lost\"}",
      world->sub);
  attack_world_restart(world, NULL);
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(
      attack_world_sign(world, open, attack_world_person(world, "p-agent")->key,
                        NULL),
      "statement-unknown");
  attack_world_free(world);
}

/* An approval carries the head of the record it was given on. Where the record
 * is another now, nothing is released. */
static void
an_approval_holds_the_record_to_its_head(void **state)
{
  AttackWorld *world = attack_world_at("ready");
  RecoveryStore *store = world->station->store;
  RecoveryCase *of = recovery_model_case(world->station->model, world->case_id);
  RecoveryCaseApproval *approval = g_ptr_array_index(of->approvals, 0);
  g_autoptr(FidotoolJson) statement =
      recovery_model_statement(world->station->model, approval->stmt, NULL);
  g_autofree char *line = NULL;
  g_autoptr(GBytes) body = NULL;

  (void)state;
  fidotool_json_set_text(statement, "head_root",
                         "00000000000000000000000000000000000000000000000000"
                         "00000000000000");
  line = fidotool_json_write(statement, NULL);
  body = g_bytes_new(line, strlen(line));
  assert_true(recovery_store_begin(store, NULL));
  assert_true(recovery_store_put_statement(store, body, approval->stmt, NULL));
  assert_true(recovery_store_commit(store, NULL));
  attack_world_activate(world, "p-release", "releaser");
  attack_world_expect(
      attack_world_act(world, "p-release", false,
                       "{\"act\":\"case.activate\",\"actor\":\"p-release\","
                       "\"case\":\"%s\"}",
                       world->case_id),
      "anchors");
  attack_world_free(world);
}

static void
requests_that_make_no_sense_are_errors(void **state)
{
  static const char *const requests[] = {
      "",
      "[]",
      "{}",
      "{\"act\":1}",
      "{\"act\":\"case.nothing\"}",
      "{\"statement\":\"{}\",\"sig\":\"\"}",
      "{\"statement\":\"x\",\"sig\":\"AA==\"}",
      "{\"act\":\"case.approve\"}",
      "{\"act\":\"station.init\"}",
      "{\"act\":\"case.made\"}",
      "{\"act\":\"case.contest\"}",
  };
  AttackWorld *world = attack_world_at("made");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
    g_autoptr(FidotoolJson) submitted =
        attack_world_submit(world, "%s", requests[i]);
    g_autoptr(FidotoolJson) proposed =
        attack_world_propose(world, "%s", requests[i]);
    g_autoptr(FidotoolJson) asked =
        attack_world_query(world, "%s", requests[i]);

    assert_string_not_equal(attack_world_outcome(submitted), "ok");
    assert_string_not_equal(attack_world_outcome(proposed), "ok");
    assert_string_not_equal(attack_world_outcome(asked), "ok");
  }
  attack_world_expect(
      attack_world_propose(world, "{\"act\":\"bg.open\",\"actor\":\"p-lead\"}"),
      "not-yet");
  attack_world_free(world);
}

/* --- who it is about ------------------------------------------------------
 */

static const char *
line_of(const RecoveryView *view, const char *label)
{
  for (unsigned i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = g_ptr_array_index(view->lines, i);

    if (strcmp(line->label, label) == 0)
      return line->text;
  }
  return NULL;
}

static void
add_passport(AttackWorld *world)
{
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\"}",
      world->case_id));
}

/* From the submit on a statement has the digest of the frozen case, and behind
 * it the name stands. When a case is opened nothing is committed to yet: the
 * statement has the subject's id, and no words that it does not bind. */
static void
whoever_signs_reads_the_name_where_it_is_bound(void **state)
{
  static const struct {
    const char *at, *act, *person, *more;
    bool named;
  } rows[] = {
      {"issued", "case.open", "p-agent", "\"op\":\"recover\"", false},
      {"proofing", "case.submit", "p-agent", NULL, true},
      {"made", "case.approve", "p-lead",
       "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"", true},
      {"made", "case.refuse", "p-lead", NULL, true},
      {"ready", "case.activate", "p-release", NULL, true},
      {"ready", "case.withdraw", "p-agent", NULL, true},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at(rows[i].at);
    g_autoptr(FidotoolJson) proposal = NULL;
    g_autoptr(RecoveryView) view = NULL;

    if (strcmp(rows[i].at, "proofing") == 0)
      add_passport(world);
    if (strcmp(rows[i].act, "case.activate") == 0)
      attack_world_activate(world, "p-release", "releaser");
    proposal = attack_world_propose(
        world,
        "{\"act\":\"%s\",\"actor\":\"%s\",\"%s\":\"%s\",\"reason\":\"%s\"%s%s}",
        rows[i].act, rows[i].person, rows[i].named ? "case" : "sub",
        rows[i].named ? world->case_id : world->sub,
        strcmp(rows[i].act, "case.refuse") == 0 ? "doubt" : "lost",
        rows[i].more == NULL ? "" : ",",
        rows[i].more == NULL ? "" : rows[i].more);
    view = recovery_viewer_read(proposal, NULL);
    if (view == NULL)
      fail_msg("%s: %s", rows[i].act, attack_world_text(proposal));
    assert_string_equal(line_of(view, "Subject"), world->sub);
    if (rows[i].named)
      assert_string_equal(line_of(view, "Person"), "Sam Okafor");
    else
      assert_null(line_of(view, "Person"));
    attack_world_free(world);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_flag_is_looked_at),
      cmocka_unit_test(a_statement_is_handed_in_once),
      cmocka_unit_test(a_statement_lives_a_quarter_of_an_hour),
      cmocka_unit_test(no_byte_of_a_statement_can_be_changed),
      cmocka_unit_test(only_statements_of_this_station_count),
      cmocka_unit_test(another_station_or_case_is_another_statement),
      cmocka_unit_test(a_namespace_is_one_act),
      cmocka_unit_test(the_named_person_signs),
      cmocka_unit_test(a_copied_key_shows_by_its_counter),
      cmocka_unit_test(only_machines_of_the_roster_count),
      cmocka_unit_test(an_edited_case_is_another_case),
      cmocka_unit_test(a_race_for_slots_has_one_winner),
      cmocka_unit_test(a_restart_forgets_what_was_only_asked),
      cmocka_unit_test(an_approval_holds_the_record_to_its_head),
      cmocka_unit_test(requests_that_make_no_sense_are_errors),
      cmocka_unit_test(whoever_signs_reads_the_name_where_it_is_bound),
  };

  return cmocka_run_group_tests_name("statement", tests, NULL, NULL);
}
