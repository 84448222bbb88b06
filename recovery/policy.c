/* SPDX-License-Identifier: Apache-2.0 */
/* policy.c - what a policy says of an authenticator. */
#include "recovery/policy.h"

#include <string.h>

#include "recovery/format/words.h"
#include "recovery/policy-read.h"

void
recovery_refusal_free(RecoveryRefusal *refusal)
{
  if (refusal == NULL)
    return;
  g_free(refusal->rule);
  g_free(refusal->text);
  g_free(refusal->enough);
  g_free(refusal);
}

RecoveryRefusal *
recovery_refusal_new(const char *rule, const char *text, const char *enough)
{
  RecoveryRefusal *refusal = g_new0(RecoveryRefusal, 1);

  refusal->rule = g_strdup(rule);
  refusal->text = g_strdup(text);
  refusal->enough = g_strdup(enough);
  return refusal;
}

const char *
recovery_policy_id(const RecoveryPolicy *policy)
{
  return policy->id;
}

int64_t
recovery_policy_version(const RecoveryPolicy *policy)
{
  return policy->version;
}

const RecoveryPolicyTier *
recovery_policy_standard(const RecoveryPolicy *policy)
{
  return &policy->standard;
}

int64_t
recovery_policy_keep_personal(const RecoveryPolicy *policy)
{
  return policy->keep_personal_s;
}

static bool
is_wanted(RecoveryPolicyWant want, bool fact)
{
  return want == RECOVERY_POLICY_ANY || (want == RECOVERY_POLICY_YES) == fact;
}

/* An AAGUID that is not attested is only a claim, so it is on no list. */
static bool
is_listed(const RecoveryPolicyList *list, const RecoveryPolicyFacts *facts,
          int64_t now_s)
{
  if (!facts->attested || facts->aaguid == NULL)
    return false;
  for (guint i = 0; i < list->entries->len; i++) {
    const RecoveryPolicyEntry *entry =
        &g_array_index(list->entries, RecoveryPolicyEntry, i);

    if (strcmp(entry->aaguid, facts->aaguid) == 0 && now_s < entry->until_s)
      return true;
  }
  return false;
}

static bool
matches(const RecoveryPolicy *policy, const RecoveryPolicyClass *klass,
        const RecoveryPolicyFacts *facts, int64_t now_s)
{
  return is_wanted(klass->uv, facts->uv) && is_wanted(klass->be, facts->be) &&
         is_wanted(klass->bs, facts->bs) &&
         is_wanted(klass->attested, facts->attested) &&
         (klass->aaguid_list == NULL ||
          is_listed(recovery_policy_read_list(policy, klass->aaguid_list),
                    facts, now_s));
}

const char *
recovery_policy_class(const RecoveryPolicy *policy,
                      const RecoveryPolicyFacts *facts, int64_t now_s)
{
  const RecoveryPolicyClass *best = NULL;

  for (guint i = 0; i < policy->classes->len; i++) {
    const RecoveryPolicyClass *klass = g_ptr_array_index(policy->classes, i);

    if (!klass->roster && (best == NULL || klass->rank > best->rank) &&
        matches(policy, klass, facts, now_s))
      best = klass;
  }
  return best != NULL ? best->id : NULL;
}

/* ---- words ---- */

static void
add_want(GString *words, RecoveryPolicyWant want, const char *yes,
         const char *no)
{
  const char *word = want == RECOVERY_POLICY_YES  ? yes
                     : want == RECOVERY_POLICY_NO ? no
                                                  : NULL;

  if (word != NULL)
    g_string_append_printf(words, "%s%s", words->len > 0 ? ", " : "", word);
}

/* "attested-key (attested, user verification, device-bound)" */
static char *
describe(const RecoveryPolicyClass *klass)
{
  g_autoptr(GString) words = g_string_new(NULL);

  add_want(words, klass->attested, "attested", "not attested");
  add_want(words, klass->uv, "user verification", "no user verification");
  add_want(words, klass->be, "may be backed up", "device-bound");
  add_want(words, klass->bs, "backed up", "not backed up");
  if (klass->aaguid_list != NULL)
    g_string_append_printf(words, "%smodel on list %s",
                           words->len > 0 ? ", " : "", klass->aaguid_list);
  return g_strdup_printf("%s (%s)", klass->id, words->str);
}

/* "a key of class A (...) or B (...)" */
static char *
describe_all(const RecoveryPolicy *policy, char *const *ids)
{
  g_autoptr(GString) words = g_string_new("a key of class ");

  for (size_t i = 0; ids[i] != NULL; i++) {
    g_autofree char *one = describe(recovery_policy_read_class(policy, ids[i]));

    g_string_append_printf(words, "%s%s", i > 0 ? " or " : "", one);
  }
  return g_string_free(g_steal_pointer(&words), FALSE);
}

static RecoveryRefusal *
refuse(const char *rule, char *text, char *enough)
{
  RecoveryRefusal *refusal = recovery_refusal_new(rule, text, enough);

  g_free(text);
  g_free(enough);
  return refusal;
}

/* ---- issuing ---- */

static RecoveryRefusal *
check_in_force(const RecoveryPolicy *policy, int64_t now_s)
{
  if (now_s >= policy->valid_from_s)
    return NULL;
  return recovery_refusal_new("policy.valid_from",
                              "the policy is not in force yet",
                              "wait until it is, or load another");
}

/* Those of the tier that a permit takes; never none (L03). */
static char *
describe_enough(const RecoveryPolicy *policy, const RecoveryPolicyTier *tier)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();

  for (size_t i = 0; tier->issue[i] != NULL; i++)
    if (recovery_policy_read_permitted(policy, tier->issue[i]))
      g_ptr_array_add(ids, tier->issue[i]);
  g_ptr_array_add(ids, NULL);
  return describe_all(policy, (char *const *)ids->pdata);
}

RecoveryRefusal *
recovery_policy_issue(const RecoveryPolicy *policy,
                      const RecoveryPolicyTier *tier,
                      const RecoveryPolicyFacts *facts, int64_t now_s)
{
  RecoveryRefusal *early = check_in_force(policy, now_s);
  const char *klass;

  if (early != NULL)
    return early;
  klass = recovery_policy_class(policy, facts, now_s);
  if (klass == NULL)
    return refuse("class",
                  g_strdup(N_("this key is of no class of the policy")),
                  describe_enough(policy, tier));
  if (!recovery_policy_read_permitted(policy, klass))
    return refuse("no-permit",
                  g_strdup_printf("no permit of journey recovery accepts this "
                                  "key: its class is %s",
                                  klass),
                  describe_enough(policy, tier));
  if (!g_strv_contains((const char *const *)tier->issue, klass))
    return refuse("recovery.issue",
                  g_strdup_printf("the tier does not issue this key: its class "
                                  "is %s",
                                  klass),
                  describe_enough(policy, tier));
  return NULL;
}

/* The floors come first: no policy takes them away. */
static const char *
find_low_floor(const RecoveryPolicyFacts *facts)
{
  if (!facts->attested)
    return N_("the attestation of this key does not reach a trusted maker");
  if (facts->be || facts->bs)
    return N_("this key can be copied or backed up");
  if (!facts->uv)
    return N_("this key did not verify its user");
  return NULL;
}

RecoveryRefusal *
recovery_policy_roster(const RecoveryPolicy *policy,
                       const RecoveryPolicyFacts *facts, int64_t now_s)
{
  const char *low = find_low_floor(facts);
  RecoveryRefusal *early = check_in_force(policy, now_s);

  if (early != NULL)
    return early;
  if (low != NULL)
    return recovery_refusal_new(
        "floor.roster-key", low,
        "an attested, device-bound key with user verification");
  for (guint i = 0; i < policy->classes->len; i++) {
    const RecoveryPolicyClass *klass = g_ptr_array_index(policy->classes, i);

    if (!klass->roster)
      continue;
    if (matches(policy, klass, facts, now_s))
      return NULL;
    return refuse("class.roster",
                  g_strdup(N_("this key is not of the class for staff")),
                  describe(klass));
  }
  return recovery_refusal_new("class.roster", "no class for staff's keys",
                              "a policy that has one");
}
