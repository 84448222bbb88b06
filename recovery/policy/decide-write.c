/* SPDX-License-Identifier: Apache-2.0 */
/* decide-write.c - a decision as JSON. */
#include "recovery/format/time.h"
#include "recovery/policy/decide.h"

static const char *const outcomes[] = {
    [RECOVERY_DECIDE_DENY] = "deny",
    [RECOVERY_DECIDE_STEP_UP] = "step-up",
    [RECOVERY_DECIDE_NEED_APPROVAL] = "need-approval",
    [RECOVERY_DECIDE_ALLOW] = "allow",
};

static const char *const reasons[] = {
    [RECOVERY_DECIDE_ERROR] = "error",
    [RECOVERY_DECIDE_FORBID] = "forbid",
    [RECOVERY_DECIDE_NO_PERMIT] = "no-permit",
    [RECOVERY_DECIDE_CLASS] = "class",
    [RECOVERY_DECIDE_REQUIREMENT] = "requirement",
    [RECOVERY_DECIDE_PERMIT] = "permit",
};

/* By the bits of RecoveryDecideWeaker. */
static const char *const weaker[] = {"break-glass", "exception", "fallback",
                                     "restricted-class",
                                     "stronger-key-not-used"};

const char *
recovery_decide_outcome_word(RecoveryDecideOutcome outcome)
{
  return outcomes[outcome];
}

const char *
recovery_decide_reason_word(RecoveryDecideReason reason)
{
  return reasons[reason];
}

static FidotoolJson *
write_ids(const RecoveryDecideIds *ids)
{
  FidotoolJson *array = fidotool_json_new_array();

  for (size_t i = 0; i < ids->count; i++)
    fidotool_json_append_text(array, ids->items[i]);
  return array;
}

static FidotoolJson *
write_enough(const RecoveryDecideEnough *enough)
{
  FidotoolJson *json = fidotool_json_new_object();

  if (enough->classes.count > 0)
    fidotool_json_set(json, "classes", write_ids(&enough->classes));
  if (enough->max_age_s >= 0)
    fidotool_json_set_int(json, "max_age_s", enough->max_age_s);
  if (enough->lists.count > 0)
    fidotool_json_set(json, "aaguid_lists", write_ids(&enough->lists));
  if (enough->approvals > 0)
    fidotool_json_set_int(json, "approvals", enough->approvals);
  if (enough->slots.count > 0)
    fidotool_json_set(json, "slots", write_ids(&enough->slots));
  if (enough->signals.count > 0)
    fidotool_json_set(json, "signals", write_ids(&enough->signals));
  return json;
}

static FidotoolJson *
write_weaker(unsigned set)
{
  FidotoolJson *array = fidotool_json_new_array();

  for (size_t i = 0; i < G_N_ELEMENTS(weaker); i++)
    if ((set & 1u << i) != 0)
      fidotool_json_append_text(array, weaker[i]);
  return array;
}

static FidotoolJson *
write_time(int64_t s)
{
  g_autofree char *text = NULL;
  g_autofree char *short_text = NULL;

  if (s <= 0 || s > INT64_C(253402300799))
    return fidotool_json_new_null();
  text = recovery_time_write(s * 1000);
  short_text = g_strdup_printf("%.19sZ", text);
  return fidotool_json_new_text(short_text);
}

FidotoolJson *
recovery_decide_write(const RecoveryDecision *decision, const char *id)
{
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *enough = fidotool_json_new_array();

  for (size_t i = 0; i < decision->n_enough; i++)
    fidotool_json_append(enough, write_enough(&decision->enough[i]));
  fidotool_json_set(json, "id",
                    id != NULL && *id != '\0' ? fidotool_json_new_text(id)
                                              : fidotool_json_new_null());
  fidotool_json_set_text(json, "outcome", outcomes[decision->outcome]);
  fidotool_json_set_text(json, "reason", reasons[decision->reason]);
  fidotool_json_set(json, "decided", write_ids(&decision->decided));
  fidotool_json_set(json, "waived", write_ids(&decision->waived));
  fidotool_json_set(json, "class",
                    decision->class_of != NULL
                        ? fidotool_json_new_text(decision->class_of)
                        : fidotool_json_new_null());
  fidotool_json_set(json, "accepted", write_ids(&decision->accepted));
  fidotool_json_set(json, "enough", enough);
  fidotool_json_set_bool(json, "weaker", decision->weaker != 0);
  fidotool_json_set(json, "weaker_reasons", write_weaker(decision->weaker));
  fidotool_json_set_bool(json, "stale_policy", decision->stale_policy);
  fidotool_json_set(json, "next_review", write_time(decision->next_review_s));
  if (decision->error != NULL)
    fidotool_json_set_text(json, "error", decision->error);
  if (decision->why.count > 0)
    fidotool_json_set(json, "why", write_ids(&decision->why));
  if (decision->waivers.count > 0)
    fidotool_json_set(json, "waived_by", write_ids(&decision->waivers));
  return json;
}
