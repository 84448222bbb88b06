/* SPDX-License-Identifier: Apache-2.0 */
/* walk.c - an attacker's random walk: forged, replayed, in any order. */
#include "tests/attack/walk.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

#include "recovery/format/act.h"
#include "recovery/trial.h"

#define KEPT 64

typedef struct {
  AttackWorld *world;
  GRand *rand;
  AttackMachine mine;   /* enrolled nowhere */
  char *kept[KEPT];     /* submissions of before, to be handed in again */
  GHashTable *outcomes; /* rule -> how often */
  unsigned n_kept, frozen, made, approved, forged, replayed;
} Walk;

static const char *const people[] = {
    "p-agent", "p-lead",    "p-other",  "p-mate",   "p-both",
    "p-twin",  "p-release", "p-so-one", "p-so-two", "p-audit"};

static bool
chance(Walk *walk, int percent)
{
  return g_rand_int_range(walk->rand, 0, 100) < percent;
}

static const char *
pick(Walk *walk, const char *const *list, size_t n)
{
  return list[g_rand_int_range(walk->rand, 0, (gint32)n)];
}

static const char *
note_outcome(Walk *walk, FidotoolJson *answer)
{
  g_autoptr(FidotoolJson) taken = answer;
  const char *outcome = g_intern_string(attack_world_outcome(taken));
  unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(walk->outcomes, outcome));

  g_hash_table_insert(walk->outcomes, (void *)outcome, GUINT_TO_POINTER(n + 1));
  return outcome;
}

/* The attacker's keys: whatever the statement names, these two sign. */
static AttackKey *
any_key(Walk *walk)
{
  return attack_world_person(walk->world,
                             chance(walk, 50) ? "p-agent" : "p-lead")
      ->key;
}

static AttackKey *
right_key(Walk *walk, const char *person)
{
  if (strcmp(person, "p-agent") == 0 || strcmp(person, "p-lead") == 0)
    return attack_world_person(walk->world, person)->key;
  return any_key(walk);
}

/* One member of the statement is changed before it is signed. */
static char *
forge(Walk *walk, const char *line)
{
  static const char *const names[] = {"actor", "slot", "act",    "contact",
                                      "case",  "sub",  "newkey", "nonce"};
  static const char *const values[] = {"p-other",      "other-team",
                                       "case.approve", "seen",
                                       "c-00000000",   "next-at-station"};
  g_autoptr(FidotoolJson) fields =
      fidotool_json_parse(line, strlen(line), NULL);

  walk->forged++;
  fidotool_json_set_text(fields, pick(walk, names, G_N_ELEMENTS(names)),
                         pick(walk, values, G_N_ELEMENTS(values)));
  return fidotool_json_write(fields, NULL);
}

static const char *
sign_and_submit(Walk *walk, const FidotoolJson *proposal, const char *person)
{
  const char *line = fidotool_json_get_text(proposal, "statement");
  g_autofree char *statement =
      chance(walk, 10) ? forge(walk, line) : g_strdup(line);
  g_autoptr(FidotoolJson) fields =
      fidotool_json_parse(statement, strlen(statement), NULL);
  g_autofree char *name_space =
      recovery_act_namespace(fidotool_json_get_text(fields, "act"), true);
  g_autoptr(FidotoolJson) result = NULL;
  char *text;

  walk->world->flags = chance(walk, 5) ? 0x01 : 0x05;
  result = attack_world_signed(walk->world, statement, name_space,
                               chance(walk, 90) ? right_key(walk, person)
                                                : any_key(walk),
                               chance(walk, 20) ? &walk->mine : NULL);
  walk->world->flags = 0x05;
  text = fidotool_json_write(result, NULL);
  g_free(walk->kept[walk->n_kept % KEPT]);
  walk->kept[walk->n_kept++ % KEPT] = text;
  return note_outcome(walk, attack_world_submit(walk->world, "%s", text));
}

static const char *act(Walk *walk, const char *person, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static const char *
act(Walk *walk, const char *person, const char *format, ...)
{
  va_list args;
  g_autofree char *request = NULL;
  FidotoolJson *proposal;
  const char *outcome;

  va_start(args, format);
  request = g_strdup_vprintf(format, args);
  va_end(args);
  proposal = attack_world_propose(walk->world, "%s", request);
  if (fidotool_json_get(proposal, "statement") == NULL)
    return note_outcome(walk, proposal);
  outcome = sign_and_submit(walk, proposal, person);
  fidotool_json_free(proposal);
  return outcome;
}

static const char *
someone(Walk *walk)
{
  return chance(walk, 60) ? (chance(walk, 50) ? "p-agent" : "p-lead")
                          : pick(walk, people, G_N_ELEMENTS(people));
}

static void
step_open(Walk *walk)
{
  AttackWorld *world = walk->world;
  const char *who = chance(walk, 80) ? "p-agent" : someone(walk);
  FidotoolJson *proposal = attack_world_propose(
      world,
      "{\"act\":\"case.open\",\"actor\":\"%s\",\"op\":\"recover\",\"sub\":"
      "\"%s\",\"reason\":\"lost\"}",
      who, world->sub);
  const char *line = fidotool_json_get_text(proposal, "statement");

  if (line != NULL) {
    g_autoptr(FidotoolJson) fields =
        fidotool_json_parse(line, strlen(line), NULL);
    g_autofree char *id = g_strdup(fidotool_json_get_text(fields, "case"));

    if (strcmp(sign_and_submit(walk, proposal, who), "ok") == 0) {
      g_free(world->case_id);
      world->case_id = g_steal_pointer(&id);
    }
  } else {
    note_outcome(walk, fidotool_json_copy(proposal));
  }
  fidotool_json_free(proposal);
}

static void
step_session(Walk *walk)
{
  static const char evidence[] =
      "\"case.add_evidence\",\"type\":\"passport\",\"method\":\"visual\","
      "\"result\":\"ok\"";
  static const char *const acts[] = {
      "\"case.start_proofing\",\"branch\":\"c\",\"ial\":1", evidence,
      "\"case.amend\""};

  note_outcome(
      walk,
      attack_world_submit(
          walk->world, "{\"act\":%s,\"actor\":\"%s\",\"case\":\"%s\"}",
          acts[g_rand_int_range(walk->rand, 0, chance(walk, 15) ? 3 : 2)],
          chance(walk, 85) ? "p-agent" : someone(walk), walk->world->case_id));
}

static void
step_made(Walk *walk)
{
  AttackKey *key = attack_key_new();
  FidotoolJson *options = attack_world_propose(
      walk->world, "{\"act\":\"case.made\",\"case\":\"%s\"}",
      walk->world->case_id);

  if (fidotool_json_get(options, "nonce") == NULL) {
    note_outcome(walk, options);
  } else {
    if (strcmp(note_outcome(walk, attack_world_made(walk->world, options, key,
                                                    chance(walk, 80))),
               "ok") == 0)
      walk->made++;
    fidotool_json_free(options);
  }
  attack_key_free(key);
}

static void
step_approve(Walk *walk)
{
  static const char *const slots[] = {"helpdesk-lead", "other-team",
                                      "security"};
  const char *who = chance(walk, 50) ? "p-lead" : someone(walk);

  if (strcmp(act(walk, who,
                 "{\"act\":\"case.approve\",\"actor\":\"%s\",\"case\":"
                 "\"%s\",\"slot\":\"%s\",\"contact\":\"seen\"}",
                 who, walk->world->case_id,
                 pick(walk, slots, G_N_ELEMENTS(slots))),
             "ok") == 0)
    walk->approved++;
}

static void
step_other(Walk *walk)
{
  static const char *const acts[] = {
      "case.submit", "case.submit",  "case.submit", "case.activate",
      "case.uphold", "case.reject",  "case.refuse", "case.withdraw",
      "export.made", "roster.enrol", "change.veto", "case.check",
      "bg.open",     "clock.accept", "key.restore"};
  const char *name = pick(walk, acts, G_N_ELEMENTS(acts));
  const char *who =
      strcmp(name, "case.submit") == 0 ? "p-agent" : someone(walk);

  if (strcmp(act(walk, who,
                 "{\"act\":\"%s\",\"actor\":\"%s\",\"case\":\"%s\","
                 "\"reason\":\"lost\"}",
                 name, who, walk->world->case_id),
             "ok") == 0 &&
      strcmp(name, "case.submit") == 0)
    walk->frozen++;
}

static void
step_role(Walk *walk)
{
  static const char *const roles[] = {"agent",    "helpdesk-lead",
                                      "releaser", "security",
                                      "auditor",  "other-team"};
  const char *who = someone(walk);

  act(walk, who, "{\"act\":\"role.activate\",\"actor\":\"%s\",\"role\":\"%s\"}",
      who,
      strcmp(who, "p-agent") == 0 ? "agent"
                                  : pick(walk, roles, G_N_ELEMENTS(roles)));
}

static void
step_replay(Walk *walk)
{
  const char *text = walk->kept[g_rand_int_range(walk->rand, 0, KEPT)];

  if (text == NULL)
    return;
  walk->replayed++;
  note_outcome(walk, attack_world_submit(walk->world, "%s", text));
}

static void
step_time(Walk *walk)
{
  int64_t ms;

  if (walk->world->remote != NULL)
    return; /* the clock of a real station is its own */
  ms = g_rand_int_range(walk->rand, 1, 40 * 60 * 1000);
  walk->world->now_ms += ms;
  walk->world->mono_ms += ms;
  assert_true(recovery_station_tick(walk->world->station, NULL));
  if (chance(walk, 2))
    attack_world_restart(walk->world, NULL);
}

/* clang-format off */
static const struct {
  int weight;
  void (*step)(Walk *walk);
} steps[] = {
  { 14, step_role }, { 12, step_open }, { 20, step_session },
  { 16, step_made }, { 14, step_approve }, { 14, step_other },
  { 7, step_replay }, { 3, step_time },
};
/* clang-format on */

/* No case of the attacker's gets past one approval; no key is active that was
 * not there from the start. */
static void
check_promise(Walk *walk)
{
  const RecoveryModel *model;
  const RecoveryCase *of;
  GHashTableIter iter;
  void *value;

  if (walk->world->remote != NULL)
    return; /* its record is looked at in the end */
  model = walk->world->station->model;
  of = recovery_model_case(model, walk->world->case_id);

  if (of != NULL) {
    assert_true(of->approvals->len < 2);
    assert_true(of->state != RECOVERY_STATE_WAITING &&
                of->state != RECOVERY_STATE_READY &&
                of->state != RECOVERY_STATE_ISSUED &&
                of->state != RECOVERY_STATE_COMPLETED);
  }
  g_hash_table_iter_init(&iter, model->keys);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryModelKey *key = value;

    assert_false(key->state == RECOVERY_KEY_ACTIVE && key->has_registration);
  }
}

int
attack_walk_number(const char *name, int otherwise)
{
  const char *text = g_getenv(name);

  return text == NULL ? otherwise : atoi(text);
}

static void
print_outcome(void *rule, void *count, void *data)
{
  (void)data;
  print_message("  %6u %s\n", GPOINTER_TO_UINT(count), (const char *)rule);
}

void
attack_walk_run(AttackWorld *world, int n)
{
  uint32_t seed = (uint32_t)attack_walk_number("KEYTURN_SEED", 20261124);
  Walk walk = {.world = world,
               .rand = g_rand_new_with_seed(seed),
               .mine = {"mine", EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")}};

  walk.outcomes = g_hash_table_new(g_str_hash, g_str_equal);
  for (int i = 0; i < n; i++) {
    int at = g_rand_int_range(walk.rand, 0, 100);
    size_t k = 0;

    while (at >= steps[k].weight)
      at -= steps[k++].weight;
    steps[k].step(&walk);
    check_promise(&walk);
  }
  print_message("seed %u, %d steps: %u frozen, %u made, %u approved once, %u "
                "forged, %u replayed\n",
                seed, n, walk.frozen, walk.made, walk.approved, walk.forged,
                walk.replayed);
  g_hash_table_foreach(walk.outcomes, print_outcome, NULL);
  /* Or the promise was never put to the test. */
  assert_true(walk.frozen > (unsigned)n / 500);
  assert_true(walk.made > (unsigned)n / 500);
  assert_true(walk.approved > (unsigned)n / 1000);
  assert_true(walk.forged > (unsigned)n / 200);
  assert_true(walk.replayed > (unsigned)n / 50);
  for (size_t i = 0; i < KEPT; i++)
    g_free(walk.kept[i]);
  g_hash_table_unref(walk.outcomes);
  g_rand_free(walk.rand);
  EVP_PKEY_free(walk.mine.key);
}
