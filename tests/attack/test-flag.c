/* SPDX-License-Identifier: Apache-2.0 */
/* test-flag.c - the silent flag: what it does, who sees it, and that nobody
 * else can tell. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "recovery/format/note.h"
#include "recovery/trial.h"

#define TOLD "somebody stands behind her"

/* The steps of staff up to the last approval. */
static const struct {
  const char *act, *person;
  bool away;
  const char *more;
} steps[] = {
    {"case.open", "p-agent", false,
     "\"op\":\"recover\",\"reason\":\"lost\",\"sub\":"},
    {"case.start_proofing", "p-agent", false, "\"branch\":\"c\",\"ial\":1"},
    {"case.add_evidence", "p-agent", false,
     "\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\","
     "\"issuer\":\"NL\""},
    {"case.submit", "p-agent", false, "\"x\":1"},
    {"case.approve", "p-lead", false,
     "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\""},
    {"case.approve", "p-other", true,
     "\"slot\":\"other-team\",\"contact\":\"none\""},
};
#define N_STEPS G_N_ELEMENTS(steps)

/* Bytes of all answers, so that one with a flag can be laid beside one without.
 */
typedef struct {
  AttackWorld *world;
  size_t bytes;
} Desk;

static void
weigh(Desk *desk, const FidotoolJson *answer)
{
  g_autofree char *text = fidotool_json_write(answer, NULL);

  assert_null(strstr(text, "behind"));
  assert_null(strstr(text, "flag"));
  desk->bytes += strlen(text);
}

static void
make_key(Desk *desk)
{
  g_autoptr(FidotoolJson) options = attack_world_propose(
      desk->world, "{\"act\":\"case.made\",\"case\":\"%s\"}",
      desk->world->case_id);
  g_autoptr(FidotoolJson) answer =
      attack_world_made(desk->world, options, desk->world->fresh, true);

  assert_string_equal(attack_world_outcome(answer), "ok");
}

static void
take_step(Desk *desk, size_t i, const char *text)
{
  AttackWorld *world = desk->world;
  g_autofree char *note = recovery_note_fill(text, NULL);
  g_autofree char *of =
      i == 0 ? g_strdup_printf("\"%s\"", world->sub)
             : g_strdup_printf(",\"case\":\"%s\"", world->case_id);
  g_autofree char *request =
      g_strdup_printf("{\"act\":\"%s\",\"actor\":\"%s\",%s%s,\"note\":\"%s\"}",
                      steps[i].act, steps[i].person, steps[i].more, of, note);
  bool session = i == 1 || i == 2;
  g_autoptr(FidotoolJson) answer =
      session ? attack_world_submit(world, "%s", request)
              : attack_world_act(world, steps[i].person, steps[i].away, "%s",
                                 request);

  assert_string_equal(attack_world_outcome(answer), "ok");
  weigh(desk, answer);
  if (i == 0) {
    g_free(world->case_id);
    world->case_id = g_strdup(
        fidotool_json_get_text(fidotool_json_get(answer, "done"), "case"));
  }
}

/* A case with all approvals, whose step has a note; N_STEPS: none has. */
static void
run_case(Desk *desk, size_t flagged, const char *text)
{
  static const char *const what[] = {"case", "cases", "acts", "plan"};

  attack_world_activate(desk->world, "p-agent", "agent");
  for (size_t i = 0; i < N_STEPS; i++) {
    take_step(desk, i, i == flagged ? text : NULL);
    if (strcmp(steps[i].act, "case.submit") == 0)
      make_key(desk);
    for (size_t k = 0; k < G_N_ELEMENTS(what); k++) {
      g_autoptr(FidotoolJson) answer =
          attack_world_query(desk->world, "{\"what\":\"%s\",\"case\":\"%s\"}",
                             what[k], desk->world->case_id);

      weigh(desk, answer);
    }
  }
}

static void
what_is_flagged_is_checked(void **state)
{
  (void)state;
  for (size_t i = 0; i <= N_STEPS; i++) {
    Desk desk = {.world = attack_world_at(NULL)};

    run_case(&desk, i, TOLD);
    assert_string_equal(attack_world_state(desk.world),
                        i == N_STEPS ? "ready" : "routine_check");
    attack_world_free(desk.world);
  }
}

static bool
add_sealed(G_GNUC_UNUSED const uint8_t commitment[32],
           G_GNUC_UNUSED const uint8_t subject[16], GBytes *sealed, void *data,
           G_GNUC_UNUSED GError **error)
{
  *(size_t *)data += g_bytes_get_size(sealed);
  return true;
}

static size_t
weigh_sealed(AttackWorld *world)
{
  size_t bytes = 0;

  assert_true(
      recovery_store_each_pii(world->station->store, add_sealed, &bytes, NULL));
  return bytes;
}

static bool
add_body(const RecoveryStoreEntry *stored, void *data,
         G_GNUC_UNUSED GError **error)
{
  *(size_t *)data += g_bytes_get_size(stored->body);
  return true;
}

static size_t
weigh_record(AttackWorld *world)
{
  size_t bytes = 0;

  assert_true(recovery_store_each(world->station->store, 0,
                                  recovery_station_size(world->station),
                                  add_body, &bytes, NULL));
  return bytes;
}

/* The same whether there is a text or not: every answer, every entry, every
 * notice, everything that is sealed. */
static void
nobody_can_tell(void **state)
{
  size_t answers[2], entries[2], sealed[2], notices[2] = {0, 0};

  (void)state;
  for (size_t i = 0; i < 2; i++) {
    Desk desk = {.world = attack_world_at(NULL)};

    attack_world_policy(desk.world, 2,
                        (const char *[]){"routine_check_pct: 0",
                                         "routine_check_pct: 100", NULL});
    recovery_session_end_roles(desk.world->session);
    run_case(&desk, i == 0 ? N_STEPS : 2, TOLD);
    answers[i] = desk.bytes;
    entries[i] = weigh_record(desk.world);
    for (unsigned k = 0; k < desk.world->notices->len; k++)
      notices[i] += strlen(g_ptr_array_index(desk.world->notices, k));
    assert_int_equal(attack_world_entries(desk.world, "behind"), 0);
    assert_int_equal(attack_world_notices(desk.world, "behind"), 0);
    sealed[i] = weigh_sealed(desk.world);
    attack_world_free(desk.world);
  }
  assert_int_equal(answers[0], answers[1]);
  assert_int_equal(entries[0], entries[1]);
  assert_int_equal(sealed[0], sealed[1]);
  assert_int_equal(notices[0], notices[1]);
}

static void
officers_see_it_at_once(void **state)
{
  Desk desk = {.world = attack_world_at(NULL)};
  AttackWorld *world = desk.world;
  RecoverySession *mine = world->session;
  g_autoptr(FidotoolJson) list = NULL, of = NULL, later = NULL;
  g_autofree char *text = NULL;
  const FidotoolJson *note;

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  take_step(&desk, 0, NULL);
  take_step(&desk, 1, TOLD " \"really\"");
  world->session = recovery_session_new(RECOVERY_PEER_ADMIN);
  attack_world_activate(world, "p-so-one", "security");
  list = attack_world_query(world, "{\"what\":\"cases\"}");
  of = attack_world_query(world, "{\"what\":\"case\",\"case\":\"%s\"}",
                          world->case_id);
  assert_int_equal(
      fidotool_json_get_int(
          fidotool_json_at(fidotool_json_get(list, "cases"), 0), "flagged", 0),
      1);
  assert_int_equal(fidotool_json_get_int(of, "flagged", 0), 1);
  assert_int_equal(fidotool_json_size(fidotool_json_get(of, "notes")), 1);
  note = fidotool_json_at(fidotool_json_get(of, "notes"), 0);
  assert_string_equal(fidotool_json_get_text(note, "note"), TOLD " 'really'");
  assert_string_equal(fidotool_json_get_text(note, "actor"), "p-agent");
  assert_string_equal(fidotool_json_get_text(note, "act"),
                      "case.start_proofing");
  /* A list does not open what is over, nor says it of what says nothing. */
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  take_step(&desk, 0, NULL);
  later = attack_world_query(world, "{\"what\":\"cases\"}");
  assert_int_equal(fidotool_json_size(fidotool_json_get(later, "cases")), 2);
  text = attack_world_text(later);
  assert_null(strstr(text, "flagged"));
  recovery_session_free(world->session);
  world->session = mine;
  attack_world_free(world);
}

/* What was erased may have been a flag. */
static void
a_note_that_is_gone_counts(void **state)
{
  Desk desk = {.world = attack_world_at(NULL)};
  RecoveryCase *of;

  (void)state;
  attack_world_activate(desk.world, "p-agent", "agent");
  for (size_t i = 0; i < N_STEPS; i++) {
    if (i == N_STEPS - 1) {
      of = recovery_model_case(desk.world->station->model, desk.world->case_id);
      g_array_index(of->notes, RecoveryCaseNote, 0).commitment[0] ^= 1;
    }
    take_step(&desk, i, NULL);
    if (strcmp(steps[i].act, "case.submit") == 0)
      make_key(&desk);
  }
  assert_string_equal(attack_world_state(desk.world), "routine_check");
  attack_world_free(desk.world);
}

/* Between statement and signature the station forgets what it was asked. */
static void
a_note_goes_with_the_signature_too(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");
  g_autoptr(FidotoolJson) proposal = NULL, signed_act = NULL;
  g_autofree char *line = NULL;

  (void)state;
  proposal = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"none\",\"note\":\"" TOLD "\"}",
      world->case_id);
  line = g_strdup(fidotool_json_get_text(proposal, "statement"));
  assert_null(strstr(line, "behind"));
  signed_act = attack_world_signed(
      world, line, "keyturn-practice-case.approve@v1",
      attack_world_person(world, "p-other")->key, &world->away);
  fidotool_json_set_text(signed_act, "note", TOLD);
  attack_world_restart(world, NULL);
  attack_world_ok(attack_world_send(world, g_steal_pointer(&signed_act)));
  attack_world_activate(world, "p-audit", "auditor");
  assert_string_equal(attack_world_state(world), "routine_check");
  attack_world_free(world);
}

static void
a_note_is_one_line(void **state)
{
  AttackWorld *world = attack_world_at("open");
  g_autofree char *text = g_strnfill(RECOVERY_NOTE_BYTES + 1, 'x');

  (void)state;
  attack_world_says(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"actor\":"
                          "\"p-agent\",\"case\":\"%s\",\"branch\":\"c\","
                          "\"ial\":1,\"note\":\"%s\"}",
                          world->case_id, text),
      "one line of at most 256 bytes");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_flagged_is_checked),
      cmocka_unit_test(nobody_can_tell),
      cmocka_unit_test(officers_see_it_at_once),
      cmocka_unit_test(a_note_that_is_gone_counts),
      cmocka_unit_test(a_note_goes_with_the_signature_too),
      cmocka_unit_test(a_note_is_one_line),
  };

  return cmocka_run_group_tests_name("flag", tests, NULL, NULL);
}
