/* SPDX-License-Identifier: Apache-2.0 */
/* test-exception-life.c - exceptions live from their beginning until they end,
 * are ended, or are not reviewed; and what has ended is gone. */
#include "tests/attack/exception.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

#include "recovery/exception.h"
#include "recovery/trial.h"

/* The same with one requirement less, or an app less. */
static const char *const without_r2[] = {
    "permits:\n",
    "populations:\n"
    "  - {id: staff, kind: enterprise, rule: {groups: [staff]}}\n"
    "apps:\n"
    "  - {id: wiki, capabilities: {webauthn: true, acr: true, max_age: true}}\n"
    "requires:\n"
    "  - {id: R1, app: wiki, min_class: attested-key}\n"
    "permits:\n",
    FABRIC, NULL};
static const char *const without_wiki[] = {
    "permits:\n",
    "populations:\n"
    "  - {id: staff, kind: enterprise, rule: {groups: [staff]}}\n"
    "apps:\n"
    "  - {id: mail, capabilities: {webauthn: true, acr: true, max_age: true}}\n"
    "requires:\n"
    "  - {id: R1, app: mail, min_class: attested-key}\n"
    "permits:\n",
    FABRIC, NULL};

/* ---- its life ---- */

static void
a_review_in_time_keeps_it(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  g_autofree char *object =
      attack_world_exception_grant(world, attack_world_exception_usual("E1"));
  g_autoptr(RecoveryExceptionLive) now = NULL;
  const RecoveryDocumentException *one;

  (void)state;
  attack_world_pass(world, 13 * DAY_MS);
  attack_world_ok(attack_world_exception_one_signs(world, "exception.review",
                                                   "p-so-two", object));
  now = recovery_exception_live(world->station->model,
                                world->station->model->policy,
                                world->now_ms / 1000);
  one = &g_array_index(now->list, RecoveryDocumentException, 0);
  assert_int_equal(one->review_every_d, 14);
  assert_true(one->from_s >= world->now_ms / 1000 - 60); /* the review */
  assert_true(now->until_s == one->from_s + 14 * DAY_S);
  assert_string_equal(
      recovery_document_id(
          recovery_policy_document(world->station->model->policy),
          RECOVERY_DOCUMENT_REQUIRES, one->waives.items[0].index),
      "R1");
  attack_world_pass(world, 13 * DAY_MS + 23 * ATTACK_HOUR_MS);
  assert_live(world, "E1");
  attack_world_restart(world, NULL);
  assert_live(world, "E1");
  attack_world_pass(world, ATTACK_HOUR_MS);
  assert_live(world, "");
  attack_world_free(world);
}

/* Overdue is gone, and a late review does not bring it back. */
static void
an_overdue_exception_has_ended(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  g_autofree char *object =
      attack_world_exception_grant(world, attack_world_exception_usual("E1"));

  (void)state;
  attack_world_pass(world, 14 * DAY_MS - 60000);
  assert_live(world, "E1");
  attack_world_pass(world, 60000);
  assert_live(world, "");
  assert_state(world, "E1", "overdue");
  attack_world_expect(attack_world_exception_one_signs(
                          world, "exception.review", "p-so-one", object),
                      "exception-over");
  world->now_ms -= 90000; /* nor does a clock that is put back */
  assert_live(world, "");
  world->now_ms += 90000;
  attack_world_ok(attack_world_exception_one_signs(world, "exception.end",
                                                   "p-so-one", object));
  assert_state(world, "E1", "ended");
  attack_world_free(world);
}

static void
an_expired_exception_is_gone(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  AttackExceptionWanted wanted = attack_world_exception_usual("E1");
  g_autofree char *object = NULL;

  (void)state;
  wanted.until_s = 5 * DAY_S;
  object = attack_world_exception_grant(world, wanted);
  attack_world_pass(world, 5 * DAY_MS - 60000);
  assert_live(world, "E1");
  attack_world_pass(world, 60000);
  assert_live(world, "");
  assert_state(world, "E1", "expired");
  attack_world_expect(attack_world_exception_one_signs(
                          world, "exception.review", "p-so-one", object),
                      "exception-over");
  attack_world_expect(attack_world_exception_one_signs(world, "exception.end",
                                                       "p-so-one", object),
                      "exception-over");
  attack_world_free(world);
}

static void
it_begins_when_it_says(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  AttackExceptionWanted wanted = attack_world_exception_usual("E1");
  g_autofree char *object = NULL;

  (void)state;
  wanted.from_s = 2 * DAY_S;
  object = attack_world_exception_grant(world, wanted);
  assert_live(world, "");
  assert_state(world, "E1", "early");
  attack_world_expect(attack_world_exception_one_signs(
                          world, "exception.review", "p-so-one", object),
                      "exception-over");
  attack_world_pass(world, 2 * DAY_MS);
  assert_live(world, "E1");
  attack_world_free(world);
}

/* Taking away is one person's, at once, and the owner's too. */
static void
one_officer_ends_it(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  g_autofree char *nothing = g_strnfill(64, '0');
  g_autofree char *object =
      attack_world_exception_grant(world, attack_world_exception_usual("E1"));

  (void)state;
  attack_world_expect(attack_world_exception_one_signs(world, "exception.end",
                                                       "p-so-one", nothing),
                      "exception-unknown");
  attack_world_expect(attack_world_exception_one_signs(
                          world, "exception.review", "p-so-one", "E1"),
                      "exception-unknown");
  attack_world_ok(attack_world_exception_one_signs(world, "exception.end",
                                                   "p-so-two", object));
  assert_live(world, "");
  attack_world_expect(attack_world_exception_one_signs(world, "exception.end",
                                                       "p-so-one", object),
                      "exception-over");
  attack_world_expect(attack_world_exception_one_signs(
                          world, "exception.review", "p-so-one", object),
                      "exception-over");
  attack_world_restart(world, NULL);
  assert_live(world, "");
  attack_world_free(world);
}

/* The owner of one is an officer, who came to the roster beside the two. */
static void
the_owner_does_not_review_it(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  RecoveryModel *model = world->station->model;
  g_autofree char *object =
      attack_world_exception_grant(world, attack_world_exception_usual("E1"));
  RecoveryModelException *exception = recovery_model_exception(model, "E1");

  (void)state;
  /* As if a third had signed in the place of this one. */
  g_free(exception->line->owner);
  exception->line->owner = g_strdup("p-so-two");
  attack_world_expect(attack_world_exception_one_signs(
                          world, "exception.review", "p-so-two", object),
                      "exception-owner");
  attack_world_ok(attack_world_exception_one_signs(world, "exception.review",
                                                   "p-so-one", object));
  attack_world_ok(attack_world_exception_one_signs(world, "exception.end",
                                                   "p-so-two", object));
  attack_world_free(world);
}

/* What a new policy does not have any more is not waived. */
static void
it_waives_what_the_policy_has(void **state)
{
  static const struct {
    const char *const *words;
    unsigned waived; /* 0: idle */
  } rows[] = {{without_r2, 1}, {without_wiki, 0}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_exception_world();
    AttackExceptionWanted wanted = attack_world_exception_usual("E1");
    g_autofree char *object = NULL;
    g_autoptr(RecoveryExceptionLive) now = NULL;

    wanted.waives = "R1 R2";
    object = attack_world_exception_grant(world, wanted);
    attack_world_policy(world, 3, rows[i].words);
    attack_world_pass(world, 25 * ATTACK_HOUR_MS);
    now = recovery_exception_live(world->station->model,
                                  world->station->model->policy,
                                  world->now_ms / 1000);
    assert_int_equal(now->list->len, rows[i].waived);
    if (rows[i].waived > 0)
      assert_int_equal(
          g_array_index(now->list, RecoveryDocumentException, 0).waives.count,
          1);
    assert_state(world, "E1", rows[i].waived > 0 ? "live" : "idle");
    if (rows[i].waived == 0)
      attack_world_expect(attack_world_exception_one_signs(
                              world, "exception.review", "p-so-one", object),
                          "exception-over");
    attack_world_free(world);
  }
}

/* ---- whatever happens ---- */

typedef struct {
  char *object;
  char id[8];
  int64_t from_s, until_s, due_s, every_s;
  bool over;
} Known;

/* Reckoned by itself: the ids that must be live, in order of grant. */
static char *
reckon(const Known *known, size_t n, int64_t now_s)
{
  GString *ids = g_string_new(NULL);

  for (size_t i = 0; i < n; i++)
    if (!known[i].over && known[i].from_s <= now_s &&
        now_s < known[i].until_s && now_s < known[i].due_s)
      g_string_append_printf(ids, "%s%s", ids->len == 0 ? "" : " ",
                             known[i].id);
  return g_string_free(ids, false);
}

static void
add_random(AttackWorld *world, GRand *rand, Known *known, size_t number)
{
  AttackExceptionWanted wanted = attack_world_exception_usual(known->id);

  g_snprintf(known->id, sizeof(known->id), "E%zu", number);
  wanted.from_s = g_rand_int_range(rand, 0, 10) * DAY_S;
  wanted.until_s = wanted.from_s + g_rand_int_range(rand, 1, 91) * DAY_S;
  wanted.review_every_d = g_rand_int_range(rand, 1, 31);
  known->from_s = world->now_ms / 1000 + wanted.from_s;
  known->until_s = world->now_ms / 1000 + wanted.until_s;
  known->every_s = wanted.review_every_d * DAY_S;
  known->due_s = known->from_s + known->every_s;
  known->object = attack_world_exception_grant(world, wanted);
}

static void
review_or_end(AttackWorld *world, GRand *rand, Known *known)
{
  bool review = g_rand_int_range(rand, 0, 3) > 0;
  int64_t now_s = world->now_ms / 1000;
  bool lives = !known->over && known->from_s <= now_s &&
               now_s < known->until_s && now_s < known->due_s;
  bool there = !known->over && now_s < known->until_s;
  g_autoptr(FidotoolJson) answer = attack_world_exception_one_signs(
      world, review ? "exception.review" : "exception.end", "p-so-one",
      known->object);

  assert_string_equal(attack_world_outcome(answer),
                      (review ? lives : there) ? "ok" : "exception-over");
  if (review && lives)
    known->due_s = recovery_model_exception(world->station->model, known->id)
                           ->reviewed_ms /
                       1000 +
                   known->every_s;
  known->over = known->over || (!review && there);
}

static void
what_has_ended_is_gone(void **state)
{
  enum { MOST = 12, STEPS = 160 };
  const char *seed = g_getenv("KEYTURN_SEED");
  g_autoptr(GRand) rand =
      g_rand_new_with_seed(seed == NULL ? 7 : (guint32)atoi(seed));
  AttackWorld *world = attack_world_exception_world();
  Known known[MOST] = {0};
  size_t n = 0;
  unsigned some = 0, none = 0;

  (void)state;
  for (int i = 0; i < STEPS; i++) {
    g_autofree char *ours = NULL, *theirs = NULL;
    int step = g_rand_int_range(rand, 0, 10);

    if (n == 0 || (step < 2 && n < MOST)) {
      add_random(world, rand, &known[n], n);
      n++;
    } else if (step < 6) {
      review_or_end(world, rand, &known[g_rand_int_range(rand, 0, (int)n)]);
    } else if (step < 9) {
      attack_world_pass(world, g_rand_int_range(rand, 1, 72) * ATTACK_HOUR_MS);
    } else {
      attack_world_restart(world, NULL);
    }
    ours = attack_world_exception_live(world);
    theirs = reckon(known, n, world->now_ms / 1000);
    assert_string_equal(ours, theirs);
    some += *ours != '\0';
    none += *ours == '\0';
  }
  assert_true(n == MOST && some > 20 && none > 0);
  for (size_t i = 0; i < n; i++)
    g_free(known[i].object);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_review_in_time_keeps_it),
      cmocka_unit_test(an_overdue_exception_has_ended),
      cmocka_unit_test(an_expired_exception_is_gone),
      cmocka_unit_test(it_begins_when_it_says),
      cmocka_unit_test(one_officer_ends_it),
      cmocka_unit_test(the_owner_does_not_review_it),
      cmocka_unit_test(it_waives_what_the_policy_has),
      cmocka_unit_test(what_has_ended_is_gone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
