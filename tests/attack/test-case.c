/* SPDX-License-Identifier: Apache-2.0 */
/* test-case.c - one lost key is replaced, whole; and goes on where it was
 * after a restart at each step. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

static void
a_lost_key_is_replaced(void **state)
{
  AttackWorld *world = attack_world_new(true);

  (void)state;
  attack_world_found(world);
  attack_world_reach(world, "issued");
  assert_string_equal(attack_world_state(world), "completed");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_lost_key_is_replaced),
  };

  return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
