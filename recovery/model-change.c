/* SPDX-License-Identifier: Apache-2.0 */
/* model-change.c - changes of roster and policy: two signatures, a wait, then
 * their effect. */
#include "recovery/model-private.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/time.h"
#include "recovery/policy/base.h"

const char *
recovery_model_about(const FidotoolJson *entry)
{
  const char *object = fidotool_json_get_text(entry, "object");

  return object != NULL ? object : fidotool_json_get_text(entry, "case");
}

const char *
recovery_model_machine(const RecoveryModel *model, const FidotoolJson *entry,
                       GError **error)
{
  const FidotoolJson *asrt = fidotool_json_get(entry, "asrt");
  const char *hex = fidotool_json_text(fidotool_json_at(asrt, 1));
  g_autoptr(GBytes) blob = NULL;
  uint8_t digest[32], stmt[32], cred[32], known[32];

  if (hex == NULL || !fidotool_bytes_unhex(hex, digest, 32)) {
    recovery_model_damaged(error, entry, "no machine signature");
    return NULL;
  }
  if (!recovery_store_assertion(model->store, digest, &blob, stmt, cred, error))
    return NULL;
  for (unsigned i = 0; i < model->roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(model->roster->machines, i);

    fidotool_bytes_sha256(g_bytes_get_data(machine->key_bytes, NULL),
                          g_bytes_get_size(machine->key_bytes), known);
    if (memcmp(known, cred, 32) == 0)
      return machine->id;
  }
  recovery_model_damaged(error, entry, "a machine that is not in the roster");
  return NULL;
}

/* Of three, the second follows the first while that lives; whatever comes else
 * is a first one. */
static void
follow_earlier(const RecoveryModel *model, RecoveryModelProposed *proposed)
{
  const RecoveryModelProposed *earlier = recovery_model_proposed(
      model, proposed->act, proposed->about, proposed->at_ms);

  proposed->n = 1;
  if (earlier == NULL ||
      earlier->n + 1 >= recovery_act_find(proposed->act)->signatures)
    return;
  proposed->earlier = earlier;
  proposed->n = earlier->n + 1;
  proposed->at_ms = earlier->at_ms;
}

bool
recovery_model_propose(RecoveryModel *model, const FidotoolJson *entry,
                       GError **error)
{
  RecoveryModelProposed *proposed;
  const char *act = fidotool_json_get_text(entry, "act");
  const char *machine = recovery_model_machine(model, entry, error);

  if (machine == NULL)
    return false;
  proposed = g_new0(RecoveryModelProposed, 1);
  proposed->machine = g_strdup(machine);

  proposed->act = g_strndup(act, strlen(act) - strlen(".proposed"));
  proposed->actor = g_strdup(fidotool_json_get_text(entry, "actor"));
  proposed->about = g_strdup(recovery_model_about(entry));
  (void)fidotool_bytes_unhex(fidotool_json_get_text(entry, "stmt"),
                             proposed->stmt, 32);
  (void)fidotool_bytes_unhex(fidotool_json_get_text(entry, "policy"),
                             proposed->policy, 32);
  (void)recovery_time_read(fidotool_json_get_text(entry, "t"),
                           &proposed->at_ms);
  follow_earlier(model, proposed);
  g_ptr_array_add(model->proposed, proposed);
  return true;
}

void
recovery_model_drop_proposed(RecoveryModel *model, const char *act,
                             const char *what)
{
  for (unsigned i = model->proposed->len; i > 0; i--) {
    const RecoveryModelProposed *proposed =
        g_ptr_array_index(model->proposed, i - 1);

    if (strcmp(proposed->act, act) == 0 &&
        g_strcmp0(proposed->about, what) == 0)
      g_ptr_array_remove_index(model->proposed, i - 1);
  }
}

/* What was signed of a policy was said beside another base. */
static void
drop_policies(RecoveryModel *model)
{
  for (unsigned i = model->proposed->len; i > 0; i--) {
    const RecoveryModelProposed *proposed =
        g_ptr_array_index(model->proposed, i - 1);

    if (strcmp(proposed->act, "policy.load") == 0)
      g_ptr_array_remove_index(model->proposed, i - 1);
  }
}

static bool
take_base(RecoveryModel *model, const FidotoolJson *entry, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) base = NULL;
  g_autoptr(GBytes) body = NULL;
  uint8_t digest[32];

  if (!recovery_model_load_object(model, entry, "object", digest, &body, error))
    return false;
  base = recovery_base_read(g_bytes_get_data(body, NULL),
                            g_bytes_get_size(body), problems);
  if (base == NULL)
    return recovery_model_damaged(error, entry, "a base that cannot be read");
  recovery_document_free(model->base);
  g_clear_pointer(&model->base_bytes, g_bytes_unref);
  model->base = g_steal_pointer(&base);
  model->base_bytes = g_steal_pointer(&body);
  memcpy(model->base_digest, digest, 32);
  model->base_highest = MAX(model->base_highest, model->base->policy.version);
  drop_policies(model);
  return true;
}

bool
recovery_model_add_change(RecoveryModel *model, const FidotoolJson *entry)
{
  RecoveryModelChange *change = g_new0(RecoveryModelChange, 1);
  int64_t at_ms = 0;

  change->act = g_strdup(fidotool_json_get_text(entry, "act"));
  (void)fidotool_bytes_unhex(fidotool_json_get_text(entry, "object"),
                             change->object, 32);
  (void)fidotool_bytes_unhex(fidotool_json_get_text(entry, "stmt"),
                             change->stmt, 32);
  (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &at_ms);
  change->due_ms = at_ms + 24 * INT64_C(3600000);
  recovery_model_drop_proposed(model, change->act, recovery_model_about(entry));
  g_ptr_array_add(model->changes, change);
  return true;
}

bool
recovery_model_end_change(RecoveryModel *model, const FidotoolJson *entry,
                          bool effect, GError **error)
{
  uint8_t stmt[32];

  if (!fidotool_bytes_unhex(fidotool_json_get_text(entry, "target"), stmt, 32))
    return recovery_model_damaged(error, entry, "no digest");
  for (unsigned i = 0; i < model->changes->len; i++) {
    const RecoveryModelChange *change = g_ptr_array_index(model->changes, i);
    bool policy, trust, base;

    if (memcmp(change->stmt, stmt, 32) != 0)
      continue;
    policy = strcmp(change->act, "policy.load") == 0;
    trust = strcmp(change->act, "trust.load") == 0;
    base = strcmp(change->act, "base.load") == 0;
    g_ptr_array_remove_index(model->changes, i);
    if (!effect)
      return true;
    return policy  ? recovery_model_take_policy(model, entry, "object", error)
           : trust ? recovery_model_take_trust(model, entry, error)
           : base  ? take_base(model, entry, error)
                   : recovery_model_take_roster(model, entry, error);
  }
  return recovery_model_damaged(error, entry, "a change that nobody signed");
}

bool
recovery_model_is_change(const char *act)
{
  return strcmp(act, "roster.change") == 0 ||
         strcmp(act, "roster.machine") == 0 ||
         strcmp(act, "roster.suspend") == 0 ||
         strcmp(act, "policy.load") == 0 || strcmp(act, "trust.load") == 0 ||
         strcmp(act, "base.load") == 0;
}

bool
recovery_model_take_try(RecoveryModel *model, const FidotoolJson *entry,
                        GError **error)
{
  RecoveryModelTry *tried = &model->tried;
  int64_t until_ms, at_ms;
  uint8_t object[32];

  if (!fidotool_bytes_unhex(fidotool_json_get_text(entry, "object"), object,
                            32) ||
      !recovery_time_read(fidotool_json_get_text(entry, "until"), &until_ms) ||
      !recovery_time_read(fidotool_json_get_text(entry, "t"), &at_ms))
    return recovery_model_damaged(error, entry, "no trial of a policy");
  /* It ends, and what it was stays to be seen. */
  if (tried->seq != 0 && until_ms <= at_ms && until_ms < tried->until_ms &&
      memcmp(object, tried->object, 32) == 0) {
    tried->until_ms = until_ms;
    return true;
  }
  memcpy(tried->object, object, 32);
  tried->until_ms = until_ms;
  tried->from_ms = at_ms;
  tried->seq = fidotool_json_get_int(entry, "seq", 0);
  g_free(tried->actor);
  tried->actor = g_strdup(fidotool_json_get_text(entry, "actor"));
  return true;
}
