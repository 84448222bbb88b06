/* SPDX-License-Identifier: Apache-2.0 */
/* world-reach.c - one case, taken from step to step. */
#include <string.h>

#include "tests/attack/world.h"
#include "tests/testing.h"

static void
open_case(AttackWorld *world)
{
  FidotoolJson *answer;

  attack_world_activate(world, "p-agent", "agent");
  answer = attack_world_act(world, "p-agent", false,
                            "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                            "\"op\":\"recover\",\"sub\":\"%s\",\"reason\":"
                            "\"lost\"}",
                            world->sub);
  g_free(world->case_id);
  world->case_id = g_strdup(
      fidotool_json_get_text(fidotool_json_get(answer, "done"), "case"));
  attack_world_ok(answer);
}

static void
prove(AttackWorld *world)
{
  attack_world_ok(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"actor\":"
                          "\"p-agent\",\"case\":\"%s\",\"branch\":\"c\","
                          "\"ial\":1}",
                          world->case_id));
}

static void
freeze(AttackWorld *world)
{
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\","
      "\"issuer\":\"NL\"}",
      world->case_id));
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.submit\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
}

static void
make(AttackWorld *world)
{
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);

  attack_world_ok(attack_world_made(world, proposal, world->fresh, true));
}

static void
approve_first(AttackWorld *world)
{
  attack_world_ok(attack_world_act(
      world, "p-lead", false,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id));
}

static void
approve_second(AttackWorld *world)
{
  attack_world_ok(attack_world_act(
      world, "p-other", true,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"none\"}",
      world->case_id));
}

static void
release(AttackWorld *world)
{
  attack_world_activate(world, "p-release", "releaser");
  attack_world_ok(attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id));
}

void
attack_world_reach(AttackWorld *world, const char *state)
{
  static const struct {
    const char *state;
    void (*step)(AttackWorld *world);
  } steps[] = {
      {"open", open_case},
      {"proofing", prove},
      {"awaiting_approval", freeze},
      {"made", make},
      {"one-approval", approve_first},
      {"ready", approve_second},
      {"issued", release},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
    steps[i].step(world);
    if (strcmp(steps[i].state, state) == 0)
      return;
  }
  fail_msg("no such state: %s", state);
}
