/* SPDX-License-Identifier: Apache-2.0 */
/* test-trust.c - what keys are judged by: who may change it, what waits, and
 * what comes in with it. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/trust-list.h"
#include "recovery/trial.h"

static const uint8_t other_model[16] = {7};
#define OTHER "07000000-0000-0000-0000-000000000000"

/* Hands a part of a file in. */
static FidotoolJson *
hand_in(AttackWorld *world, const char *object, size_t size, size_t at,
        const void *data, size_t len)
{
  g_autofree char *text = fidotool_bytes_base64(data, len);

  return attack_world_submit(world,
                             "{\"act\":\"trust.part\",\"object\":\"%s\","
                             "\"size\":%zu,\"at\":%zu,\"data\":\"%s\"}",
                             object, size, at, text);
}

/* A whole file; its digest is freed with g_free(). */
static char *
put(AttackWorld *world, const char *text)
{
  size_t len = strlen(text);
  char *digest = fidotool_bytes_sha256_hex(text, len);

  attack_world_activate(world, "p-so-one", "security");
  attack_world_ok(hand_in(world, digest, len, 0, text, len));
  return digest;
}

/* Own anchors for the other model. */
static char *
own_anchors(const AttackBatch *batch)
{
  g_autofree char *root = fidotool_bytes_base64(
      g_bytes_get_data(batch->root, NULL), g_bytes_get_size(batch->root));

  return g_strdup_printf(
      "{\"schema\":\"keyturn-vendor-anchors/1\",\"models\":[{\"aaguid\":"
      "\"" OTHER "\",\"name\":\"Other\",\"anchors\":[\"%s\"]}]}",
      root);
}

static char *
list_of(const char *vendor, const char *advisories)
{
  g_autoptr(RecoveryTrustList) list = recovery_trust_list_new();

  list->vendor = g_strdup(vendor);
  list->advisories = g_strdup(advisories);
  return recovery_trust_list_write(list, NULL);
}

static FidotoolJson *
load(AttackWorld *world, const char *officer, bool away, const char *line)
{
  return attack_world_change(world, "trust.load", officer, away, "trust", line);
}

static bool
has_trust(AttackWorld *world)
{
  g_autoptr(FidotoolJson) status =
      attack_world_query(world, "{\"what\":\"status\"}");

  return fidotool_json_get(fidotool_json_get(status, "trust"), "list") != NULL;
}

#define ADVISORIES                                                             \
  "{\"schema\":\"keyturn.advisories/1\",\"name\":\"Ours\",\"updated\":"        \
  "\"2026-11-01\",\"advisories\":[]}"

static void
files_come_in_where_an_officer_is(void **state)
{
  static const char text[] = "some file";
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *digest = fidotool_bytes_sha256_hex(text, 9);
  g_autoptr(FidotoolJson) answer = NULL;
  RecoverySession *desk = world->session;

  (void)state;
  recovery_session_end_roles(world->session);
  attack_world_expect(hand_in(world, digest, 9, 0, text, 9), "role-not-active");
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(hand_in(world, digest, 9, 0, text, 9), "role-not-active");
  attack_world_activate(world, "p-so-one", "security");
  /* Nothing that does not follow, is too much, or is nothing. */
  attack_world_expect(hand_in(world, digest, 9, 4, text, 5), "error");
  attack_world_expect(hand_in(world, "00", 9, 0, text, 9), "error");
  attack_world_expect(hand_in(world, digest, 0, 0, text, 9), "error");
  attack_world_expect(hand_in(world, digest, (size_t)1 << 30, 0, text, 9),
                      "error");
  attack_world_expect(hand_in(world, digest, 8, 0, text, 9), "error");
  attack_world_ok(hand_in(world, digest, 9, 0, text, 4));
  attack_world_expect(hand_in(world, digest, 9, 3, text + 3, 6), "error");
  attack_world_expect(hand_in(world, digest, 9, 4, text, 0), "error");
  /* A part belongs to the connection that began. */
  world->session = recovery_session_new(RECOVERY_PEER_STAFF);
  attack_world_activate(world, "p-so-two", "security");
  attack_world_expect(hand_in(world, digest, 9, 4, text + 4, 5), "error");
  recovery_session_free(world->session);
  world->session = desk;
  attack_world_ok(hand_in(world, digest, 9, 4, text + 4, 5));
  /* Another digest than announced is not kept. */
  attack_world_expect(hand_in(world, digest, 9, 0, "Some file", 9), "error");
  answer = attack_world_query(
      world, "{\"what\":\"trust-files\",\"objects\":[\"%s\",\"%064d\",1]}",
      digest, 0);
  assert_int_equal(fidotool_json_size(fidotool_json_get(answer, "missing")), 1);
  attack_world_free(world);
}

static void
a_list_is_tried_before_it_is_signed(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *rubbish = put(world, "rubbish");
  g_autofree char *nowhere = fidotool_bytes_sha256_hex("nowhere", 7);
  g_autofree char *missing = list_of(nowhere, NULL);
  g_autofree char *unread = list_of(NULL, rubbish);

  (void)state;
  attack_world_says(load(world, "p-so-one", false, missing), "is not here");
  attack_world_says(load(world, "p-so-one", false, unread),
                    "the judge does not take it");
  attack_world_says(load(world, "p-so-one", false, "{\"v\":2}"),
                    "has other fields");
  attack_world_expect(
      attack_world_change(world, "trust.load", "p-so-one", false, "other", "x"),
      "error");
  attack_world_expect(
      attack_world_query(
          world, "{\"what\":\"trust-with\",\"advisories\":\"%s\"}", rubbish),
      "error");
  attack_world_expect(
      attack_world_query(world, "{\"what\":\"trust-with\",\"crls\":[\"x\"]}"),
      "error");
  attack_world_expect(
      attack_world_query(world, "{\"what\":\"trust-with\",\"blob\":\"%s\"}",
                         rubbish),
      "error");
  assert_false(has_trust(world));
  attack_world_free(world);
}

static void
two_people_put_it_in_force(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *advisories = put(world, ADVISORIES);
  g_autofree char *line = list_of(NULL, advisories);
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *text = NULL;

  (void)state;
  fidotool_json_set_text(request, "act", "trust.load");
  fidotool_json_set_text(request, "actor", "p-agent");
  fidotool_json_set_text(request, "trust", line);
  text = fidotool_json_write(request, NULL);
  attack_world_expect(attack_world_propose(world, "%s", text), "role");
  attack_world_ok(load(world, "p-so-one", false, line));
  assert_false(has_trust(world));
  attack_world_expect(load(world, "p-so-one", true, line), "two-people");
  attack_world_expect(load(world, "p-so-two", false, line), "change-off-kiosk");
  attack_world_ok(load(world, "p-so-two", true, line));
  /* Advisories let nobody in: at once. */
  assert_true(has_trust(world));
  attack_world_restart(world, NULL);
  assert_true(has_trust(world));
  attack_world_free(world);
}

/* Whatever list names them: their number is remembered. */
static void
metadata_never_go_back(void **state)
{
  static const char line[] =
      "{\"blob\":\"%s\",\"blob_at\":\"2026-11-18T00:00:00.000Z\","
      "\"blob_no\":%d,\"crls\":[],\"roots\":[\"%s\"],\"signer\":\"mds\","
      "\"v\":1}";
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *file = put(world, "a file");
  g_autofree char *seven = g_strdup_printf(line, file, 7, file);
  g_autofree char *six = g_strdup_printf(line, file, 6, file);
  g_autoptr(RecoveryTrustList) list =
      recovery_trust_list_read(seven, strlen(seven), NULL);

  (void)state;
  recovery_trust_list_note_number(world->station->model->metadata_numbers,
                                  list);
  attack_world_expect(load(world, "p-so-one", false, six), "metadata-older");
  /* It is the judge that finds no metadata in them. */
  attack_world_says(load(world, "p-so-one", false, seven),
                    "the judge does not take it");
  attack_world_free(world);
}

/* The judge is asked once more before an approval is taken. */
static void
what_was_revoked_since_is_not_approved(void **state)
{
  static const char *const says[][2] = {
      {"{\\\"trust\\\":{\\\"revocation\\\":\\\"revoked\\\"}}", "revoked"},
      {"{\\\"metadata\\\":{\\\"then\\\":{\\\"bad\\\":[\\\"REVOKED\\\"]}}}",
       "registration/R20"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(says); i++) {
    AttackWorld *world = attack_world_at("made");
    g_autofree char *answer = g_strdup_printf(
        "{\"statement\":\"valid\",\"trust\":\"anchored\",\"cred\":\"AAAA\","
        "\"result\":\"%s\"}",
        says[i][0]);

    world->judge_says = answer;
    attack_world_expect(
        attack_world_act(world, "p-lead", false,
                         "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                         "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                         "\"contact\":\"seen\"}",
                         world->case_id),
        says[i][1]);
    world->judge_says = NULL;
    attack_world_free(world);
  }
}

/* Which generation the judge is asked in, now; free with g_free(). */
static char *
generation(AttackWorld *world)
{
  AttackKey *key = attack_key_new();
  g_autoptr(FidotoolJson) answer = NULL;
  g_autoptr(FidotoolJson) request = NULL;
  char *text;

  attack_world_activate(world, "p-so-one", "security");
  answer = attack_world_new_key(world, "p-nia", key, true);
  assert_string_equal(attack_world_outcome(answer), "ok");
  request =
      fidotool_json_parse(world->judge_asked, strlen(world->judge_asked), NULL);
  text = g_strdup(fidotool_json_get_text(request, "generation"));
  assert_non_null(text);
  attack_key_free(key);
  return text;
}

/* What a judge remembers leans on the list, the policy and the day. */
static void
another_list_policy_or_day_is_another_generation(void **state)
{
  static const char *const words[] = {"off_kiosk: 1", "off_kiosk: 0", NULL};
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *advisories = put(world, ADVISORIES);
  g_autofree char *line = list_of(NULL, advisories);
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *first = generation(world);

  (void)state;
  g_hash_table_add(seen, generation(world));
  assert_true(g_hash_table_contains(seen, first));
  attack_world_change_both(world, "trust.load", "trust", line);
  assert_true(g_hash_table_add(seen, generation(world)));
  assert_false(g_hash_table_add(seen, generation(world)));
  attack_world_policy(world, 2, words);
  assert_false(g_hash_table_add(seen, generation(world))); /* not in force */
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  assert_true(g_hash_table_add(seen, generation(world))); /* the day */
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  assert_true(g_hash_table_add(seen, generation(world))); /* the policy */
  attack_world_free(world);
}

static FidotoolJson *
make_key(AttackWorld *world)
{
  g_autoptr(FidotoolJson) options = NULL;

  attack_world_activate(world, "p-agent", "agent");
  options = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
  return attack_world_made(world, options, world->fresh, true);
}

/* The policy's list of models has the other one, whose root nobody trusts. */
static AttackWorld *
world_of_other_model(AttackBatch **ret_batch)
{
  static const char *const words[] = {
      "      - {aaguid: 6b657974",
      "      - {aaguid: " OTHER ", note: other}\n      - {aaguid: 6b657974",
      NULL};
  AttackWorld *world = attack_world_at(NULL);

  attack_world_policy(world, 2, words);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  *ret_batch = attack_key_batch_new(other_model, false);
  memcpy(world->fresh->aaguid, other_model, sizeof(other_model));
  world->fresh->batch = *ret_batch;
  return world;
}

/* Own anchors let a model in: a day in which any officer may veto it, and one
 * list at a time. */
static void
own_anchors_wait_a_day(void **state)
{
  AttackBatch *batch;
  AttackWorld *world = world_of_other_model(&batch);
  g_autofree char *text = own_anchors(batch);
  g_autofree char *vendor = put(world, text);
  g_autofree char *advisories = put(world, ADVISORIES);
  g_autofree char *line = list_of(vendor, NULL);
  g_autofree char *second = list_of(vendor, advisories);
  g_autoptr(FidotoolJson) changes = NULL;
  const char *statement;

  (void)state;
  attack_world_change_both(world, "trust.load", "trust", line);
  assert_false(has_trust(world));
  attack_world_expect(load(world, "p-so-one", false, second), "trust-waits");
  changes = attack_world_query(world, "{\"what\":\"changes\"}");
  statement = fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(changes, "changes"), 0), "statement");
  attack_world_ok(attack_world_change(world, "change.veto", "p-so-two", false,
                                      "change", statement));
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  assert_false(has_trust(world));
  attack_world_reach(world, "awaiting_approval");
  attack_world_expect(make_key(world), "attestation");
  attack_world_change_both(world, "trust.load", "trust", second);
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  assert_false(has_trust(world));
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  assert_true(has_trust(world));
  attack_key_batch_free(batch);
  attack_world_free(world);
}

static GPtrArray *
export_bundle(AttackWorld *world)
{
  g_autoptr(FidotoolJson) made = NULL;
  g_autofree char *request = NULL;

  attack_world_activate(world, "p-audit", "auditor");
  made = attack_world_act(world, "p-audit", true,
                          "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  return recovery_station_export(world->station, world->session, request, NULL);
}

/* A key that only they vouch for is issued, and the auditor sees by what. */
static void
own_anchors_vouch_for_a_key(void **state)
{
  AttackBatch *batch;
  AttackWorld *world = world_of_other_model(&batch);
  g_autofree char *text = own_anchors(batch);
  g_autofree char *vendor = put(world, text);
  g_autofree char *line = list_of(vendor, NULL);
  g_autofree char *none = list_of(NULL, NULL);
  g_autoptr(GPtrArray) files = NULL;
  g_autofree char *said = NULL;

  (void)state;
  attack_world_change_both(world, "trust.load", "trust", line);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  /* Taken away again they still count until then: that waits too. */
  attack_world_change_both(world, "trust.load", "trust", none);
  attack_world_reach(world, "issued");
  files = export_bundle(world);
  assert_non_null(files);
  if (attack_world_verify(world, files, true, &said) != 0)
    fail_msg("a verifier refuses: %s", said);
  attack_key_batch_free(batch);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_come_in_where_an_officer_is),
      cmocka_unit_test(a_list_is_tried_before_it_is_signed),
      cmocka_unit_test(two_people_put_it_in_force),
      cmocka_unit_test(metadata_never_go_back),
      cmocka_unit_test(what_was_revoked_since_is_not_approved),
      cmocka_unit_test(another_list_policy_or_day_is_another_generation),
      cmocka_unit_test(own_anchors_wait_a_day),
      cmocka_unit_test(own_anchors_vouch_for_a_key),
  };

  return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
