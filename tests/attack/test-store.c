/* SPDX-License-Identifier: Apache-2.0 */
/* test-store.c - what the disk does to a case: an act is recorded whole or not
 * at all, and the lists for queries follow from the entries alone. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "recovery/trial.h"

/* A full disk is a warning, and the point of these tests. */
static int
set_up(void **state)
{
  (void)state;
  (void)g_log_set_always_fatal(G_LOG_FATAL_MASK);
  return signal(SIGXFSZ, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* Files may grow up to here and no further; the disk is full. */
static void
set_room(rlim_t bytes)
{
  struct rlimit limit;

  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = bytes;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static rlim_t
size_of(const AttackWorld *world, const char *suffix)
{
  g_autofree char *path = g_strconcat(world->config.store_path, suffix, NULL);
  GStatBuf info;

  return g_stat(path, &info) == 0 ? (rlim_t)info.st_size : 0;
}

static FidotoolJson *
approve(AttackWorld *world, const FidotoolJson *proposal)
{
  return attack_world_sign(world, proposal,
                           attack_world_person(world, "p-other")->key,
                           &world->away);
}

static char *
dump(AttackWorld *world)
{
  g_autoptr(GError) error = NULL;
  char *text = recovery_store_dump_projections(world->station->store, &error);

  assert_non_null(text);
  return text;
}

/* The last approval brings a dozen entries: approval, quorum, notices. With a
 * little more room each time it fails at each write of them in turn. */
static void
a_full_disk_leaves_nothing_half_done(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");
  g_autoptr(FidotoolJson) proposal = NULL;
  int64_t before = recovery_station_size(world->station);
  int failed = 0;
  bool done = false;

  (void)state;
  proposal = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"seen\"}",
      world->case_id);
  attack_world_activate(world, "p-agent", "agent");
  before = recovery_station_size(world->station);
  for (rlim_t room = 0; !done && room < 1000; room++) {
    g_autoptr(FidotoolJson) answer = NULL;

    set_room(size_of(world, "-wal") / 2 + room * 2048);
    answer = approve(world, proposal);
    set_room(RLIM_INFINITY);
    done = strcmp(attack_world_outcome(answer), "ok") == 0;
    if (done)
      break;
    failed++;
    assert_string_equal(attack_world_outcome(answer), "error");
    /* It can be read again, and nothing of the act is there. */
    assert_string_equal(attack_world_state(world), "awaiting_approval");
    assert_int_equal(recovery_station_size(world->station), before);
  }
  assert_true(done);
  assert_true(failed > 3);
  attack_world_restart(world, NULL);
  attack_world_activate(world, "p-release", "releaser");
  assert_string_equal(attack_world_state(world), "ready");
  attack_world_ok(attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id));
  attack_world_free(world);
}

/* The same for the making of the key, which leaves evidence behind. */
static void
a_full_disk_makes_no_key(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
  int failed = 0;
  bool done = false;

  (void)state;
  for (rlim_t room = 0; !done && room < 1000; room++) {
    g_autoptr(FidotoolJson) answer = NULL;
    const RecoveryCase *of;

    set_room(size_of(world, "-wal") / 2 + room * 2048);
    answer = attack_world_made(world, options, world->fresh, true);
    set_room(RLIM_INFINITY);
    done = strcmp(attack_world_outcome(answer), "ok") == 0;
    /* The next request reads the record again. */
    assert_string_equal(attack_world_state(world), "awaiting_approval");
    of = recovery_model_case(world->station->model, world->case_id);
    assert_int_equal(of->made->len, done ? 1 : 0);
    failed += !done;
  }
  assert_true(done);
  assert_true(failed > 3);
  attack_world_free(world);
}

static void
lists_follow_from_the_entries(void **state)
{
  static const char *const states[] = {"made", "one-approval", "issued"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
    AttackWorld *world = attack_world_at(states[i]);
    g_autofree char *live = dump(world);
    g_autofree char *again = NULL, *cleared = NULL;
    RecoveryStore *store = world->station->store;

    assert_true(recovery_store_begin(store, NULL));
    assert_true(recovery_store_clear_projections(store, NULL));
    assert_true(recovery_store_commit(store, NULL));
    cleared = dump(world);
    assert_string_not_equal(cleared, live);
    assert_true(recovery_station_project(world->station, NULL));
    again = dump(world);
    assert_string_equal(again, live);
    attack_world_free(world);
  }
}

/* What an edit voids is void in the lists too. */
static void
lists_show_what_is_void(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");
  g_autofree char *live = NULL, *again = NULL;

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_submit(
      world, "{\"act\":\"case.amend\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  live = dump(world);
  assert_true(recovery_station_project(world->station, NULL));
  again = dump(world);
  assert_string_equal(again, live);
  attack_world_free(world);
}

/* Notices are carried out after their act; one that fails is an outcome, and
 * the next one is sent. */
static void
a_notice_that_fails_is_recorded(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");
  unsigned before;

  (void)state;
  world->notice_fails = true;
  before = world->notices->len;
  attack_world_ok(
      attack_world_act(world, "p-other", true,
                       "{\"act\":\"case.approve\",\"actor\":\"p-other\","
                       "\"case\":\"%s\",\"slot\":\"other-team\","
                       "\"contact\":\"seen\"}",
                       world->case_id));
  assert_int_equal(world->notices->len, before);
  assert_int_equal(world->station->model->effects->len, 0);
  assert_string_equal(attack_world_state(world), "ready");
  world->notice_fails = false;
  attack_world_activate(world, "p-release", "releaser");
  attack_world_ok(attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id));
  assert_true(world->notices->len > before);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_full_disk_leaves_nothing_half_done),
      cmocka_unit_test(a_full_disk_makes_no_key),
      cmocka_unit_test(lists_follow_from_the_entries),
      cmocka_unit_test(lists_show_what_is_void),
      cmocka_unit_test(a_notice_that_fails_is_recorded),
  };

  return cmocka_run_group_tests_name("store", tests, set_up, NULL);
}
