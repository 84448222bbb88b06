/* SPDX-License-Identifier: Apache-2.0 */
/* world-newcomer.c - after the founding: a person gets a key that signs. */
#include <string.h>

#include "fidotool/bytes.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

FidotoolJson *
attack_world_new_key(AttackWorld *world, const char *person, AttackKey *key,
                     bool attested)
{
  return attack_world_founding_key(world, person, key, attested);
}

char *
attack_world_registration(const FidotoolJson *answer)
{
  const char *hex =
      fidotool_json_get_text(fidotool_json_get(answer, "done"), "object");

  assert_non_null(hex);
  return g_strdup(hex);
}

FidotoolJson *
attack_world_prove(AttackWorld *world, const char *person,
                   const char *registration, AttackKey *key)
{
  FidotoolJson *proposal = attack_world_propose(
      world, "{\"act\":\"roster.enrol\",\"actor\":\"%s\",\"object\":\"%s\"}",
      person, registration);
  FidotoolJson *answer;

  if (fidotool_json_get(proposal, "statement") == NULL)
    return proposal;
  answer = attack_world_sign(world, proposal, key, NULL);
  fidotool_json_free(proposal);
  return answer;
}

void
attack_world_enrol_new(AttackWorld *world, const char *person, AttackKey *key)
{
  g_autoptr(FidotoolJson) made = NULL;
  g_autofree char *hex = NULL;

  attack_world_activate(world, "p-so-one", "security");
  made = attack_world_new_key(world, person, key, true);
  hex = attack_world_registration(made);
  attack_world_ok(attack_world_prove(world, person, hex, key));
}

char *
attack_world_roster_with(AttackWorld *world, const char *person,
                         const char *employee, const char *team,
                         const char *role)
{
  g_autoptr(FidotoolJson) answer =
      attack_world_query(world,
                         "{\"what\":\"roster-with\",\"person\":\"%s\","
                         "\"employee\":\"%s\",\"team\":"
                         "\"%s\",\"roles\":[\"%s\"]}",
                         person, employee, team, role);
  const char *line = fidotool_json_get_text(answer, "roster");

  if (line == NULL)
    fail_msg("no roster with %s: %s", person, attack_world_outcome(answer));
  return g_strdup(line);
}
