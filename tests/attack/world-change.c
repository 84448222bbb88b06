/* SPDX-License-Identifier: Apache-2.0 */
/* world-change.c - two officers change the policy or the roster. */
#include <string.h>

#include "tests/attack/world.h"
#include "tests/testing.h"

FidotoolJson *
attack_world_change(AttackWorld *world, const char *act, const char *officer,
                    bool away, const char *member, const char *text)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *whole = NULL;

  fidotool_json_set_text(request, "act", act);
  fidotool_json_set_text(request, "actor", officer);
  fidotool_json_set_text(request, member, text);
  whole = fidotool_json_write(request, NULL);
  attack_world_activate(world, officer, "security");
  return attack_world_act(world, officer, away, "%s", whole);
}

void
attack_world_change_both(AttackWorld *world, const char *act,
                         const char *member, const char *text)
{
  attack_world_ok(
      attack_world_change(world, act, "p-so-one", false, member, text));
  attack_world_ok(
      attack_world_change(world, act, "p-so-two", true, member, text));
}

char *
attack_world_policy_text(AttackWorld *world, int version, const char *was,
                         const char *is)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  const char *yaml = fidotool_json_get_text(founding, "policy");
  g_autofree char *number = g_strdup_printf("version: %d", version);
  g_auto(GStrv) versions = g_strsplit(yaml, "version: 1,", 2);
  g_autofree char *text =
      g_strdup_printf("%s%s,%s", versions[0], number, versions[1]);
  g_auto(GStrv) parts = g_strsplit(text, was, -1);

  assert_int_equal(g_strv_length(parts), 2);
  return g_strjoinv(is, parts);
}

void
attack_world_policy(AttackWorld *world, int version, const char *const *words)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  g_autofree char *yaml = g_strdup(fidotool_json_get_text(founding, "policy"));
  g_autofree char *number = g_strdup_printf("version: %d", version);
  const char *const versions[] = {"version: 1", number, NULL};
  const char *const *lists[] = {words, versions};

  for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
    for (const char *const *word = lists[i]; *word != NULL; word += 2) {
      g_auto(GStrv) parts = g_strsplit(yaml, word[0], -1);

      assert_int_equal(g_strv_length(parts), 2);
      g_free(yaml);
      yaml = g_strjoinv(word[1], parts);
    }
  attack_world_change_both(world, "policy.load", "policy", yaml);
}
