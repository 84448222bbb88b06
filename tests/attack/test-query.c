/* SPDX-License-Identifier: Apache-2.0 */
/* test-query.c - what is said before anybody signed in: the station's state,
 * which keys may sign, and whose a key is. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"

/* --- signers --------------------------------------------------------------
 */

static void
signers_are_shown_before_anybody_signed_in(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) answer = NULL;
  const FidotoolJson *signers;
  size_t n = 0;

  (void)state;
  attack_world_restart(world, NULL); /* no role is active any more */
  answer = attack_world_query(world, "{\"what\":\"signers\"}");
  signers = fidotool_json_get(answer, "signers");
  assert_string_equal(fidotool_json_get_text(answer, "rp_id"),
                      ATTACK_WORLD_APPROVAL);
  for (AttackPerson *one = world->people; one->person != NULL; one++, n++) {
    g_autofree char *cred =
        fidotool_bytes_base64(one->key->id, sizeof(one->key->id));
    const FidotoolJson *row = attack_world_row(signers, "cred", cred);
    g_auto(GStrv) roles = g_strsplit(one->roles, " ", -1);

    assert_non_null(row);
    assert_non_null(fidotool_json_get_text(row, "key"));
    assert_int_equal(fidotool_json_size(fidotool_json_get(row, "roles")),
                     g_strv_length(roles));
    assert_int_equal(fidotool_json_size(row), 4);
  }
  assert_int_equal(fidotool_json_size(signers), n);
  attack_world_free(world);
}

/* Nothing in it says who it is. */
static void
signers_name_nobody(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) answer =
      attack_world_query(world, "{\"what\":\"signers\"}");
  g_autofree char *text = attack_world_text(answer);

  (void)state;
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    assert_null(strstr(text, one->person));
  attack_world_free(world);
}

static void
signers_have_proved_themselves_and_are_in_time(void **state)
{
  AttackWorld *world = attack_world_new(true);
  g_autoptr(FidotoolJson) early = NULL, late = NULL;

  (void)state;
  attack_world_expect(attack_world_query(world, "{\"what\":\"signers\"}"),
                      "state");
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  attack_world_ok(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"station.init\",\"actor\":\"p-so-one\"}"));
  attack_world_ok(
      attack_world_act(world, "p-so-two", true,
                       "{\"act\":\"station.init\",\"actor\":\"p-so-two\"}"));
  early = attack_world_query(world, "{\"what\":\"signers\"}");
  assert_non_null(fidotool_json_get(early, "signers"));
  assert_int_equal(fidotool_json_size(fidotool_json_get(early, "signers")), 0);
  attack_world_free(world);
  world = attack_world_at(NULL);
  world->now_ms += INT64_C(20) * 365 * 86400 * 1000;
  late = attack_world_query(world, "{\"what\":\"signers\"}");
  assert_int_equal(fidotool_json_size(fidotool_json_get(late, "signers")), 0);
  attack_world_free(world);
}

/* --- the key names its person ---------------------------------------------
 */

static void
a_key_names_its_person(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autofree char *cred = attack_world_cred(world, "p-lead");
  g_autoptr(FidotoolJson) role = NULL, approve = NULL, statement = NULL;
  const char *line;

  (void)state;
  role = attack_world_propose(
      world,
      "{\"act\":\"role.activate\",\"cred\":\"%s\",\"role\":\"helpdesk-lead\"}",
      cred);
  assert_string_equal(attack_world_outcome(role), "ok");
  approve = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"cred\":\"%s\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      cred, world->case_id);
  line = fidotool_json_get_text(approve, "statement");
  assert_non_null(line);
  statement = fidotool_json_parse(line, strlen(line), NULL);
  assert_string_equal(fidotool_json_get_text(statement, "actor"), "p-lead");
  /* The lead has two keys; the statement is for the one that is there. */
  assert_int_equal(fidotool_json_size(fidotool_json_get(approve, "signers")),
                   1);
  assert_non_null(
      attack_world_row(fidotool_json_get(approve, "signers"), "cred", cred));
  attack_world_expect(
      attack_world_sign(world, approve,
                        attack_world_person(world, "p-lead")->key, NULL),
      "ok");
  attack_world_free(world);
}

/* A step in session, by the key alone. */
static void
a_key_names_its_person_in_session(void **state)
{
  AttackWorld *world = attack_world_at("open");
  g_autofree char *cred = attack_world_cred(world, "p-agent");
  g_autofree char *other = attack_world_cred(world, "p-lead");

  (void)state;
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"cred\":\"%s\","
                          "\"case\":\"%s\",\"branch\":\"c\",\"ial\":1}",
                          other, world->case_id),
      "role");
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"cred\":\"%s\","
                          "\"case\":\"%s\",\"branch\":\"c\",\"ial\":1}",
                          cred, world->case_id),
      "ok");
  attack_world_free(world);
}

static void
an_unknown_key_is_nobody(void **state)
{
  AttackWorld *world = attack_world_at("made");
  static const char *const creds[] = {"AAAA", "", "!", "p-lead"};
  g_autofree char *lost =
      fidotool_bytes_base64(world->lost->id, sizeof(world->lost->id));

  (void)state;
  for (size_t i = 0; i <= G_N_ELEMENTS(creds); i++)
    attack_world_expect(
        attack_world_propose(world,
                             "{\"act\":\"case.refuse\",\"cred\":\"%s\","
                             "\"case\":\"%s\",\"reason\":\"doubt\"}",
                             i < G_N_ELEMENTS(creds) ? creds[i] : lost,
                             world->case_id),
        "actor-unknown");
  attack_world_free(world);
}

/* --- status ---------------------------------------------------------------
 */

static FidotoolJson *
ask_status(AttackWorld *world)
{
  return attack_world_query(world, "{\"what\":\"status\"}");
}

static void
room_is_low_below_both_limits(void **state)
{
  static const struct {
    int64_t mib, total_mib;
    int low;
  } rows[] = {
      {500, 1000000, 1}, {1023, 10000, 1}, {1024, 10000, 0},
      {900, 2000, 0},    {0, 100, 1},      {100000, 1000000, 0},
  };
  AttackWorld *world = attack_world_new(true);
  g_autoptr(FidotoolJson) unknown = ask_status(world);

  (void)state;
  assert_null(fidotool_json_get(unknown, "disk"));
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) answer = NULL;
    const FidotoolJson *disk;

    world->room = rows[i].mib << 20;
    world->room_total = rows[i].total_mib << 20;
    answer = ask_status(world);
    disk = fidotool_json_get(answer, "disk");
    assert_int_equal(fidotool_json_get_int(disk, "free_mb", -1), rows[i].mib);
    assert_int_equal(fidotool_json_get_int(disk, "low", -1), rows[i].low);
  }
  attack_world_free(world);
}

static int64_t
number_of(AttackWorld *world, const char *group, const char *name)
{
  g_autoptr(FidotoolJson) answer = ask_status(world);

  return fidotool_json_get_int(fidotool_json_get(answer, group), name, -1);
}

static void
a_clock_in_doubt_is_shown(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  assert_int_equal(number_of(world, "clock", "doubt"), 0);
  world->now_ms -= 110 * 1000;
  assert_int_equal(number_of(world, "clock", "doubt"), 0);
  world->now_ms -= 60 * 1000;
  assert_int_equal(number_of(world, "clock", "doubt"), 1);
  attack_world_free(world);
}

static void
cases_are_counted_and_not_named(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *text = NULL;

  (void)state;
  assert_int_equal(number_of(world, "cases", "open"), 0);
  attack_world_reach(world, "made");
  assert_int_equal(number_of(world, "cases", "open"), 1);
  assert_int_equal(number_of(world, "cases", "waiting"), 0);
  attack_world_restart(world, NULL);
  answer = ask_status(world);
  text = attack_world_text(answer);
  assert_null(strstr(text, world->case_id));
  assert_null(strstr(text, world->sub));
  attack_world_free(world);
}

/* --- codes ----------------------------------------------------------------
 */

/* Whoever tries codes learns nothing of which cases there are. */
static void
an_unknown_case_is_worded_like_a_wrong_code(void **state)
{
  static const struct {
    const char *of;   /* NULL: that case; "": none is named */
    const char *code; /* NULL: the right one */
  } rows[] = {
      {NULL, "00000000000000000000000000000000"},
      {"c-00000000", "00000000000000000000000000000000"},
      {"c-00000000", NULL},
      {"nonsense", NULL},
      {NULL, "1"},
      {NULL, ""},
      {"", "00000000000000000000000000000000"},
  };
  static const char *const acts[] = {"case.contest", "case.withdraw"};
  AttackWorld *world = attack_world_at("made");
  g_autofree char *code = attack_world_code(world);
  g_autofree char *first = NULL;

  (void)state;
  assert_non_null(code);
  attack_world_restart(world, NULL); /* nobody's session */
  for (size_t i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(acts); i++) {
    const char *of = rows[i / 2].of == NULL ? world->case_id : rows[i / 2].of;
    g_autofree char *named =
        *of == '\0' ? g_strdup("") : g_strdup_printf("\"case\":\"%s\",", of);
    g_autoptr(FidotoolJson) answer = attack_world_submit(
        world, "{\"act\":\"%s\",%s\"code\":\"%s\"}", acts[i % 2], named,
        rows[i / 2].code == NULL ? code : rows[i / 2].code);
    g_autofree char *text = attack_world_text(answer);

    assert_string_equal(attack_world_outcome(answer), "code");
    if (first == NULL)
      first = g_strdup(text);
    assert_string_equal(text, first);
  }
  attack_world_expect(
      attack_world_submit(world, "{\"act\":\"case.contest\",\"code\":\"%s\"}",
                          code),
      "ok");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signers_are_shown_before_anybody_signed_in),
      cmocka_unit_test(signers_name_nobody),
      cmocka_unit_test(signers_have_proved_themselves_and_are_in_time),
      cmocka_unit_test(a_key_names_its_person),
      cmocka_unit_test(a_key_names_its_person_in_session),
      cmocka_unit_test(an_unknown_key_is_nobody),
      cmocka_unit_test(room_is_low_below_both_limits),
      cmocka_unit_test(a_clock_in_doubt_is_shown),
      cmocka_unit_test(cases_are_counted_and_not_named),
      cmocka_unit_test(an_unknown_case_is_worded_like_a_wrong_code),
  };

  return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
