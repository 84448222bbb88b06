/* SPDX-License-Identifier: Apache-2.0 */
/* test-query.c - which keys may sign, before anybody signed in; and whose key
 * it was. */
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
    assert_int_equal(fidotool_json_size(row), 3);
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
  };

  return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
