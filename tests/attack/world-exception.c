/* SPDX-License-Identifier: Apache-2.0 */
/* world-exception.c - officers grant, review and end exceptions. */
#include "tests/attack/exception.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/exception.h"
#include "recovery/trial.h"

/* What a policy with requirements has more than that of practice. */
static const char *const with_rules[] = {
    "permits:\n",
    "populations:\n"
    "  - {id: staff, kind: enterprise, rule: {groups: [staff]}}\n"
    "apps:\n"
    "  - {id: wiki, capabilities: {webauthn: true, acr: true, max_age: true}}\n"
    "transactions:\n"
    "  - {id: pay, kind: payment, apps: [wiki]}\n"
    "requires:\n"
    "  - {id: R1, app: wiki, min_class: attested-key}\n"
    "  - {id: R2, population: staff, max_age_s: 600}\n"
    "permits:\n",
    FABRIC, NULL};
AttackWorld *
attack_world_exception_world(void)
{
  AttackWorld *world = attack_world_at(NULL);

  attack_world_founding_columns(world, ",groups", ",staff");
  attack_world_policy(world, 2, with_rules);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  return world;
}

AttackExceptionWanted
attack_world_exception_usual(const char *id)
{
  return (AttackExceptionWanted){.id = id,
                                 .waives = "R1",
                                 .app = "wiki",
                                 .owner = "p-lead",
                                 .until_s = 40 * DAY_S,
                                 .review_every_d = 14};
}

char *
attack_world_exception_line(const AttackWorld *world,
                            AttackExceptionWanted wanted)
{
  g_autoptr(RecoveryExceptionLine) line = g_new0(RecoveryExceptionLine, 1);
  int64_t now_s = world->now_ms / 1000;
  char *text;

  line->id = g_strdup(wanted.id);
  line->waives = g_strsplit(wanted.waives, " ", -1);
  if (wanted.population != NULL)
    line->scope[RECOVERY_EXCEPTION_LINE_POPULATION] =
        g_strsplit(wanted.population, " ", -1);
  if (wanted.app != NULL)
    line->scope[RECOVERY_EXCEPTION_LINE_APP] = g_strsplit(wanted.app, " ", -1);
  line->owner = g_strdup(wanted.owner);
  line->reason = g_strdup("laptops join the register later");
  line->compensating = g_strdup("the wiki alone can be reached");
  line->from_s = now_s + wanted.from_s;
  line->until_s = now_s + wanted.until_s;
  line->review_every_d = wanted.review_every_d;
  text = recovery_exception_line_write(line, NULL);
  assert_non_null(text);
  return text;
}

FidotoolJson *
attack_world_exception_sign(AttackWorld *world, const char *officer, bool away,
                            const char *text)
{
  return attack_world_change(world, "exception.grant", officer, away,
                             "exception", text);
}

char *
attack_world_exception_grant(AttackWorld *world, AttackExceptionWanted wanted)
{
  g_autofree char *text = attack_world_exception_line(world, wanted);

  attack_world_change_both(world, "exception.grant", "exception", text);
  return fidotool_bytes_sha256_hex(text, strlen(text));
}

FidotoolJson *
attack_world_exception_one_signs(AttackWorld *world, const char *act,
                                 const char *officer, const char *object)
{
  return attack_world_change(world, act, officer, false, "object", object);
}

char *
attack_world_exception_live(AttackWorld *world)
{
  const RecoveryModel *model = world->station->model;
  g_autoptr(RecoveryExceptionLive) now =
      recovery_exception_live(model, model->policy, world->now_ms / 1000);
  GString *ids = g_string_new(NULL);

  for (guint i = 0; i < now->list->len; i++)
    g_string_append_printf(
        ids, "%s%s", i == 0 ? "" : " ",
        g_array_index(now->list, RecoveryDocumentException, i).id);
  return g_string_free(ids, false);
}

char *
attack_world_exception_state(AttackWorld *world, const char *id)
{
  g_autoptr(FidotoolJson) answer = NULL;

  attack_world_activate(world, "p-so-one", "security");
  answer = attack_world_query(world, "{\"what\":\"exceptions\"}");
  return g_strdup(fidotool_json_get_text(
      attack_world_row(fidotool_json_get(answer, "exceptions"), "id", id),
      "state"));
}
