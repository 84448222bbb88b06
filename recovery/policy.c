/* SPDX-License-Identifier: Apache-2.0 */
/* policy.c - what a policy says of an authenticator. */
#include "recovery/policy.h"

#include <string.h>

#include "recovery/format/words.h"
#include "recovery/policy-issue.h"
#include "recovery/policy-read.h"

typedef RecoveryDocumentClass Class;

void
recovery_refusal_free(RecoveryRefusal *refusal)
{
  if (refusal == NULL)
    return;
  g_free(refusal->rule);
  g_free(refusal->text);
  g_free(refusal->enough);
  fidotool_json_free(refusal->text_says);
  fidotool_json_free(refusal->enough_says);
  g_free(refusal);
}

RecoveryRefusal *
recovery_refusal_of(const char *rule, const char *text, const char *enough)
{
  RecoveryRefusal *refusal = g_new0(RecoveryRefusal, 1);

  refusal->rule = g_strdup(rule);
  refusal->text = g_strdup(text);
  refusal->enough = g_strdup(enough);
  return refusal;
}

RecoveryRefusal *
recovery_refusal_say(const char *rule, FidotoolJson *text, FidotoolJson *enough)
{
  RecoveryRefusal *refusal = g_new0(RecoveryRefusal, 1);

  refusal->rule = g_strdup(rule);
  refusal->text = recovery_message_write(text, NULL);
  refusal->enough = recovery_message_write(enough, NULL);
  refusal->text_says = text;
  refusal->enough_says = enough;
  return refusal;
}

void
recovery_refusal_write(const RecoveryRefusal *refusal, FidotoolJson *row)
{
  fidotool_json_set_text(row, "rule", refusal->rule);
  fidotool_json_set_text(row, "text", refusal->text);
  fidotool_json_set_text(row, "enough",
                         refusal->enough == NULL ? "" : refusal->enough);
  if (refusal->text_says != NULL)
    fidotool_json_set(row, "text_says", fidotool_json_copy(refusal->text_says));
  if (refusal->enough_says != NULL)
    fidotool_json_set(row, "enough_says",
                      fidotool_json_copy(refusal->enough_says));
}

const RecoveryDocument *
recovery_policy_document(const RecoveryPolicy *policy)
{
  return policy->document;
}

const char *
recovery_policy_id(const RecoveryPolicy *policy)
{
  return policy->document->policy.id;
}

int64_t
recovery_policy_version(const RecoveryPolicy *policy)
{
  return policy->document->policy.version;
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

static uint32_t
count_classes(const RecoveryPolicy *policy)
{
  return recovery_document_count(policy->document, RECOVERY_DOCUMENT_CLASSES);
}

static const Class *
class_at(const RecoveryPolicy *policy, uint32_t i)
{
  return RECOVERY_DOCUMENT_AT(policy->document, CLASSES, Class, i);
}

static bool
matches(const RecoveryPolicy *policy, uint32_t class_of,
        const RecoveryPolicyFacts *facts, int64_t now_s)
{
  const RecoveryRequestFacts as = recovery_policy_facts_request(facts);

  return recovery_decide_matches(policy->decide, class_of, &as, now_s);
}

static const Class *
find_class(const RecoveryPolicy *policy, const RecoveryPolicyFacts *facts,
           int64_t now_s, uint32_t *ret_index)
{
  const RecoveryRequestFacts as = recovery_policy_facts_request(facts);

  *ret_index = recovery_decide_class(policy->decide, &as, now_s);
  return *ret_index != RECOVERY_DOCUMENT_NONE ? class_at(policy, *ret_index)
                                              : NULL;
}

const char *
recovery_policy_class(const RecoveryPolicy *policy,
                      const RecoveryPolicyFacts *facts, int64_t now_s)
{
  uint32_t index;
  const Class *found = find_class(policy, facts, now_s, &index);

  return found != NULL ? found->id : NULL;
}

bool
recovery_policy_is_restricted(const RecoveryPolicy *policy,
                              const RecoveryPolicyFacts *facts, int64_t now_s)
{
  uint32_t index;
  const Class *found = find_class(policy, facts, now_s, &index);

  return found != NULL && found->restricted.at.line != 0;
}

static bool
list_asks_firmware(const RecoveryPolicy *policy, uint32_t list)
{
  const GArray *entries;

  if (list == RECOVERY_DOCUMENT_NONE)
    return false;
  entries = RECOVERY_DOCUMENT_AT(policy->document, LISTS, List, list)->entries;
  for (guint i = 0; i < entries->len; i++)
    if (g_array_index(entries, RecoveryDocumentEntry, i).min_fw != NULL)
      return true;
  return false;
}

bool
recovery_policy_asks_model(const RecoveryPolicy *policy)
{
  for (uint32_t i = 0; i < count_classes(policy); i++) {
    const RecoveryDocumentMatch *match = &class_at(policy, i)->match;

    if (match->min_cert != RECOVERY_DOCUMENT_CERT_NONE ||
        match->mds_status_not.count > 0 || match->transports.count > 0 ||
        list_asks_firmware(policy, match->aaguid_list.index))
      return true;
  }
  return false;
}

/* ---- words ---- */

/* What is asked of recovery_policy_issue(). */
typedef struct {
  const RecoveryPolicy *policy;
  const RecoveryPolicyTier *tier;
  const RecoveryPolicyPerson *person;
  const RecoveryPolicyFacts *facts;
  int64_t now_s;
} Asked;

/* "attested-key (attested, user verification, device-bound)" */
static FidotoolJson *
describe(const RecoveryPolicy *policy, const Class *klass)
{
  FidotoolJson *message = recovery_message_new("{class} ({facts})");

  recovery_message_put_text(message, "class", klass->id);
  recovery_message_put(message, "facts",
                       recovery_policy_short_wants(policy, klass));
  return message;
}

/* May the person have keys of this class, whatever they are? */
static bool
may_have(const Asked *asked, uint32_t class_of)
{
  RecoveryPolicyMissing missing;
  const char *rule;

  return recovery_policy_issue_accepts(asked->policy, asked->person, class_of,
                                       &rule, &missing) == RECOVERY_POLICY_IN &&
         class_at(asked->policy, class_of)->rank >=
             recovery_policy_issue_min_rank(asked->policy, asked->person,
                                            asked->now_s);
}

/* The index of a class of the tier that the person may have; else NONE. */
static uint32_t
class_of_tier(const Asked *asked, size_t i)
{
  uint32_t index =
      recovery_document_find(asked->policy->document, RECOVERY_DOCUMENT_CLASSES,
                             asked->tier->issue[i]);

  return may_have(asked, index) ? index : RECOVERY_DOCUMENT_NONE;
}

/* "a key of class A (...) or B (...)": those of the tier that a permit for the
 * person takes. */
static FidotoolJson *
describe_enough(const Asked *asked)
{
  FidotoolJson *message = recovery_message_new("a key of class {classes}");
  FidotoolJson *classes = recovery_message_list(N_("{one} or {other}"));
  bool any = false;

  for (size_t i = 0; asked->tier->issue[i] != NULL; i++) {
    uint32_t index = class_of_tier(asked, i);

    if (index == RECOVERY_DOCUMENT_NONE)
      continue;
    any = true;
    recovery_message_add(
        classes, describe(asked->policy, class_at(asked->policy, index)));
  }
  recovery_message_put(message, "classes", classes);
  if (any)
    return message;
  fidotool_json_free(message);
  return recovery_message_new("another policy: by this one there is no key "
                              "that this person may be given");
}

static FidotoolJson *
with_class(FidotoolJson *message, const char *klass)
{
  recovery_message_put_text(message, "class", klass);
  return message;
}

/* The class of the tier that the key comes nearest to, of equal ones the first:
 * in what it falls short of it. Takes what is said before. */
static FidotoolJson *
with_short(FidotoolJson *verdict, const Asked *asked)
{
  FidotoolJson *message, *best = NULL;
  size_t fewest = SIZE_MAX;
  const char *nearest = NULL;

  for (size_t i = 0; asked->tier->issue[i] != NULL; i++) {
    uint32_t index = class_of_tier(asked, i);
    FidotoolJson *list;
    size_t n;

    if (index == RECOVERY_DOCUMENT_NONE)
      continue;
    list = recovery_policy_short_list(asked->policy,
                                      class_at(asked->policy, index),
                                      asked->facts, asked->now_s);
    n = fidotool_json_size(fidotool_json_get(list, "items"));
    if (n > 0 && n < fewest) {
      fidotool_json_free(best);
      best = g_steal_pointer(&list);
      fewest = n;
      nearest = asked->tier->issue[i];
    }
    fidotool_json_free(list);
  }
  if (best == NULL)
    return verdict;
  message = recovery_message_new("{verdict}; for {class} it falls short: "
                                 "{facts}");
  recovery_message_put(message, "verdict", verdict);
  recovery_message_put_text(message, "class", nearest);
  recovery_message_put(message, "facts", best);
  return message;
}

/* ---- issuing ---- */

static RecoveryRefusal *
check_in_force(const RecoveryPolicy *policy, int64_t now_s)
{
  if (now_s >= policy->document->policy.valid_from_s)
    return NULL;
  return recovery_refusal_new("policy.valid_from",
                              "the policy is not in force yet",
                              "wait until it is, or load another");
}

#define DAY_S 86400

/* M9 (MDS 3.1.1, 3.1.7): the day that the next are due is still theirs. */
static RecoveryRefusal *
check_metadata(const RecoveryPolicy *policy, const RecoveryPolicyFacts *facts,
               int64_t now_s)
{
  const RecoveryDocumentMetadata *metadata = &policy->document->metadata;
  int64_t days = metadata->max_stale_days;
  g_autofree char *text = NULL;
  FidotoolJson *message;

  if (metadata->at.line == 0 || facts->next_update_s == 0 ||
      (facts->next_update_s > 0 &&
       now_s < facts->next_update_s + (days + 1) * DAY_S))
    return NULL;
  text = g_strdup_printf("%" G_GINT64_FORMAT, days);
  message = recovery_message_new("the metadata are overdue by more than the "
                                 "{days} days that the policy allows");
  recovery_message_put_text(message, "days", text);
  return recovery_refusal_say(
      "metadata-overdue", message,
      recovery_message_new("newer metadata, which two officers put in force"));
}

static RecoveryRefusal *
refuse_no_permit(const Asked *asked, const char *klass)
{
  if (!recovery_policy_issue_has_permit(asked->policy, asked->person))
    return recovery_refusal_new(
        "person-no-permit", "no permit of journey recovery is for this person",
        "a permit for a population that they are in, which two officers put "
        "in force");
  return recovery_refusal_say(
      "no-permit",
      with_short(with_class(recovery_message_new(
                                "no permit of journey recovery accepts "
                                "this key: its class is {class}"),
                            klass),
                 asked),
      describe_enough(asked));
}

static RecoveryRefusal *
check_permit(const Asked *asked, uint32_t class_of, const char *klass)
{
  RecoveryPolicyMissing missing = {0};
  const char *rule = NULL;

  switch (recovery_policy_issue_accepts(asked->policy, asked->person, class_of,
                                        &rule, &missing)) {
  case RECOVERY_POLICY_OUT:
    return refuse_no_permit(asked, klass);
  case RECOVERY_POLICY_UNKNOWN:
    return recovery_policy_issue_unknown(rule, missing);
  case RECOVERY_POLICY_IN:
    break;
  }
  return NULL;
}

static RecoveryRefusal *
check_requirements(const Asked *asked, uint32_t class_of)
{
  const RecoveryRequestFacts as = recovery_policy_facts_request(asked->facts);
  RecoveryRefusal *unknown = NULL;
  FidotoolJson *text = recovery_policy_issue_short(
      asked->policy, asked->person, &as, class_of, asked->now_s, &unknown);

  if (text == NULL)
    return unknown;
  return recovery_refusal_say("recovery-requirement", text,
                              describe_enough(asked));
}

static RecoveryRefusal *
check_class(const Asked *asked)
{
  uint32_t index = 0;
  const Class *found =
      find_class(asked->policy, asked->facts, asked->now_s, &index);
  const char *klass = found != NULL ? found->id : NULL;
  RecoveryRefusal *refusal;

  if (klass == NULL)
    return recovery_refusal_say(
        "class",
        with_short(
            recovery_message_new("this key is of no class of the policy"),
            asked),
        describe_enough(asked));
  refusal = check_permit(asked, index, klass);
  if (refusal != NULL)
    return refusal;
  if (!g_strv_contains((const char *const *)asked->tier->issue, klass))
    return recovery_refusal_say(
        "recovery.issue",
        with_short(
            with_class(recovery_message_new("the tier does not issue this key: "
                                            "its class is {class}"),
                       klass),
            asked),
        describe_enough(asked));
  return check_requirements(asked, index);
}

/* A key that would do if its make were proved lacks that proof, and not another
 * model: so it is said. */
static bool
lacks_attestation(const Asked *asked)
{
  RecoveryPolicyFacts proved = *asked->facts;
  Asked as_proved = *asked;
  g_autoptr(RecoveryRefusal) refusal = NULL;

  if (asked->facts->attested)
    return false;
  proved.attested = true;
  recovery_policy_facts_hope(&proved); /* the model follows from the proof */
  as_proved.facts = &proved;
  refusal = check_class(&as_proved);
  return refusal == NULL;
}

RecoveryRefusal *
recovery_policy_issue(const RecoveryPolicy *policy,
                      const RecoveryPolicyTier *tier,
                      const RecoveryPolicyPerson *person,
                      const RecoveryPolicyFacts *facts, int64_t now_s)
{
  const Asked asked = {policy, tier, person, facts, now_s};
  RecoveryRefusal *early = check_in_force(policy, now_s);
  g_autoptr(RecoveryRefusal) refusal = NULL;

  if (early == NULL)
    early = check_metadata(policy, facts, now_s);
  if (early == NULL)
    early = recovery_policy_issue_forbid(policy, person, now_s);
  if (early != NULL)
    return early;
  refusal = check_class(&asked);
  if (refusal != NULL && lacks_attestation(&asked))
    return recovery_refusal_say(
        "attestation",
        recovery_message_new(
            "the attestation of this key does not reach a trusted maker"),
        describe_enough(&asked));
  return g_steal_pointer(&refusal);
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

static FidotoolJson *
say_short_of_staff(const RecoveryPolicy *policy, const Class *klass,
                   const RecoveryPolicyFacts *facts, int64_t now_s)
{
  FidotoolJson *message =
      recovery_message_new("this key is not of the class for staff: {facts}");

  recovery_message_put(message, "facts",
                       recovery_policy_short_list(policy, klass, facts, now_s));
  return message;
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
    return recovery_refusal_of(
        "floor.roster-key", low,
        N_("an attested, device-bound key with user verification"));
  early = check_metadata(policy, facts, now_s);
  if (early != NULL)
    return early;
  for (uint32_t i = 0; i < count_classes(policy); i++) {
    const Class *klass = class_at(policy, i);

    if (klass->use != RECOVERY_DOCUMENT_FOR_ROSTER)
      continue;
    if (matches(policy, i, facts, now_s))
      return NULL;
    return recovery_refusal_say("class.roster",
                                say_short_of_staff(policy, klass, facts, now_s),
                                describe(policy, klass));
  }
  return recovery_refusal_new("class.roster", "no class for staff's keys",
                              "a policy that has one");
}
