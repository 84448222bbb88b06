/* SPDX-License-Identifier: Apache-2.0 */
/* test-bundle.c - the bundle of a whole case is accepted by the verifier that
 * shares no code with what made it. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

/* The auditor activates their role, signs the manifest and takes the files. */
static GPtrArray *
export_bundle(AttackWorld *world)
{
  g_autoptr(FidotoolJson) role = attack_world_act(
      world, "p-audit", false,
      "{\"act\":\"role.activate\",\"actor\":\"p-audit\",\"role\":"
      "\"auditor\"}");
  g_autoptr(FidotoolJson) made =
      attack_world_act(world, "p-audit", true,
                       "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  g_autofree char *request = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *files;

  assert_string_equal(attack_world_outcome(role), "ok");
  assert_string_equal(attack_world_outcome(made), "ok");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  files =
      recovery_station_export(world->station, world->session, request, &error);
  assert_non_null(files);
  return files;
}

static void
the_bundle_of_a_case_verifies(void **state)
{
  AttackWorld *world = attack_world_new(true);
  g_autofree char *said = NULL, *bare = NULL;
  g_autoptr(GPtrArray) files = NULL;

  (void)state;
  attack_world_found(world);
  attack_world_reach(world, "issued");
  files = export_bundle(world);
  if (attack_world_verify(world, files, true, &said) != 0)
    fail_msg("verify.py refuses: %s", said);
  assert_true(g_str_has_prefix(said, "PRACTICE"));
  assert_int_equal(attack_world_verify(world, files, false, &bare), 2);
  assert_non_null(strstr(bare, "consistent, not anchored"));
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_bundle_of_a_case_verifies),
  };

  return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
