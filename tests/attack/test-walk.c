/* SPDX-License-Identifier: Apache-2.0 */
/* test-walk.c - a seeded random walk by an attacker who has one agent's key,
 * one approver's key, as many genuine new keys and machines as they like, and
 * the source. Whatever is pressed, in whatever order: no key is issued.
 * KEYTURN_SEED and KEYTURN_ACTS change the walk. */
#include "tests/attack/walk.h"
#include "tests/testing.h"

static void
one_agent_and_one_approver_issue_nothing(void **state)
{
  AttackWorld *world = attack_world_at("open");

  (void)state;
  attack_walk_run(world, attack_walk_number("KEYTURN_ACTS", 20000));
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_agent_and_one_approver_issue_nothing),
  };

  return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
