/* SPDX-License-Identifier: Apache-2.0 */
/* policy-issue.c - something must permit it for this person, nothing may forbid
 * it, and every requirement that applies must be met. What the directory does
 * not say is refused; a signal that nobody tells here is not good. */
#include <string.h>

#include "recovery/policy-issue.h"
#include "recovery/policy-read.h"
#include "recovery/policy/issue.h"

typedef RecoveryDocument Document;
typedef RecoveryPolicyMissing Missing;
typedef RecoveryPolicyPerson Person;

#define COUNT(policy, section)                                                 \
  recovery_document_count((policy)->document, RECOVERY_DOCUMENT_##section)

/* ---- whom a rule is for, and when ---- */

/* A rule that opens is for anybody in particular; one that binds is not, for
 * it may be for others. */
static RecoveryPolicyIn
is_for(const Document *document, const RecoveryDocumentScope *scope,
       const Person *person, bool opens, Missing *ret_missing)
{
  if (person->anybody && scope->population.count > 0)
    return opens ? RECOVERY_POLICY_IN : RECOVERY_POLICY_OUT;
  return recovery_policy_person_in(document, &scope->population, person,
                                   ret_missing);
}

/* A recovery whose tier the policy does not have is never over. */
static bool
is_settled(const Document *document, const Person *person, int64_t now_s)
{
  int64_t restriction;

  if (person->recovered_in == NULL)
    return true;
  restriction = recovery_decide_restriction(document, person->recovered_in);
  return restriction >= 0 && now_s >= person->recovered_s + restriction;
}

/* Of the record alone: no caller tells anything where a key is issued. The key
 * is not active yet. */
static bool
is_good(const Document *document, uint32_t index, const Person *person,
        int64_t now_s)
{
  const RecoveryDocumentSignal *signal =
      RECOVERY_DOCUMENT_AT(document, SIGNALS, Signal, index);
  const bool value = strcmp(signal->id, "recovery_settled") == 0 &&
                     is_settled(document, person, now_s);

  return strcmp(signal->source, "record") == 0 &&
         signal->good.kind == RECOVERY_DOCUMENT_GOOD_TRUTH &&
         signal->good.number == (value ? 1 : 0);
}

/* A rule that binds: OUT where it does not apply. */
static RecoveryPolicyIn
binds(const Document *document, const RecoveryDocumentScope *scope,
      const RecoveryDocumentRef *unless_good, const Person *person,
      int64_t now_s, Missing *ret_missing)
{
  if (!recovery_issue_binds(document, scope))
    return RECOVERY_POLICY_OUT;
  if (unless_good->index != RECOVERY_DOCUMENT_NONE &&
      (person->anybody || is_good(document, unless_good->index, person, now_s)))
    return RECOVERY_POLICY_OUT;
  return is_for(document, scope, person, false, ret_missing);
}

/* ---- permits ---- */

static bool
accepts(const RecoveryDocumentPermit *permit, uint32_t class_of)
{
  for (uint32_t i = 0; i < permit->accept.count; i++)
    if (permit->accept.items[i].index == class_of)
      return true;
  return false;
}

RecoveryPolicyIn
recovery_policy_issue_accepts(const RecoveryPolicy *policy,
                              const Person *person, uint32_t class_of,
                              const char **ret_rule, Missing *ret_missing)
{
  RecoveryPolicyIn in = RECOVERY_POLICY_OUT;

  for (uint32_t i = 0; i < COUNT(policy, PERMITS); i++) {
    const RecoveryDocumentPermit *permit =
        RECOVERY_DOCUMENT_AT(policy->document, PERMITS, Permit, i);
    Missing missing = {0};
    RecoveryPolicyIn one;

    if (!recovery_issue_opens(policy->document, &permit->scope) ||
        !accepts(permit, class_of))
      continue;
    one = is_for(policy->document, &permit->scope, person, true, &missing);
    if (one <= in)
      continue;
    in = one;
    *ret_rule = permit->id;
    *ret_missing = missing;
  }
  return in;
}

bool
recovery_policy_issue_has_permit(const RecoveryPolicy *policy,
                                 const Person *person)
{
  for (uint32_t i = 0; i < COUNT(policy, PERMITS); i++) {
    const RecoveryDocumentPermit *permit =
        RECOVERY_DOCUMENT_AT(policy->document, PERMITS, Permit, i);
    Missing missing = {0};

    if (recovery_issue_opens(policy->document, &permit->scope) &&
        is_for(policy->document, &permit->scope, person, true, &missing) !=
            RECOVERY_POLICY_OUT)
      return true;
  }
  return false;
}

RecoveryRefusal *
recovery_policy_issue_unknown(const char *rule, Missing missing)
{
  FidotoolJson *text = recovery_message_new(
      "the directory does not say {fact} of this person, and rule {rule} of "
      "the policy asks for it");
  FidotoolJson *enough =
      recovery_message_new("an import of the directory that has {fact}");

  recovery_message_put(text, "fact", recovery_policy_person_missing(missing));
  recovery_message_put_text(text, "rule", rule);
  recovery_message_put(enough, "fact", recovery_policy_person_missing(missing));
  return recovery_refusal_say("person-unknown", text, enough);
}

/* ---- forbids ---- */

static RecoveryRefusal *
refuse_forbidden(const Document *document, const RecoveryDocumentForbid *forbid)
{
  FidotoolJson *text =
      recovery_message_new("rule {rule} of the policy forbids it: {why}");
  FidotoolJson *enough;

  recovery_message_put_text(text, "rule", forbid->id);
  recovery_message_put_text(text, "why", forbid->why);
  if (forbid->unless_good.index == RECOVERY_DOCUMENT_NONE) {
    enough = recovery_message_new("nothing: no rule waives a forbid");
  } else {
    enough = recovery_message_new("that {signal} is good");
    recovery_message_put_text(enough, "signal",
                              recovery_document_id(document,
                                                   RECOVERY_DOCUMENT_SIGNALS,
                                                   forbid->unless_good.index));
  }
  return recovery_refusal_say("recovery-forbid", text, enough);
}

RecoveryRefusal *
recovery_policy_issue_forbid(const RecoveryPolicy *policy, const Person *person,
                             int64_t now_s)
{
  const Document *document = policy->document;

  for (uint32_t i = 0; i < COUNT(policy, FORBIDS); i++) {
    const RecoveryDocumentForbid *forbid =
        RECOVERY_DOCUMENT_AT(document, FORBIDS, Forbid, i);
    Missing missing = {0};

    switch (binds(document, &forbid->scope, &forbid->unless_good, person, now_s,
                  &missing)) {
    case RECOVERY_POLICY_IN:
      return refuse_forbidden(document, forbid);
    case RECOVERY_POLICY_UNKNOWN:
      return recovery_policy_issue_unknown(forbid->id, missing);
    case RECOVERY_POLICY_OUT:
      break;
    }
  }
  return NULL;
}

/* ---- requirements ---- */

static int64_t
rank_of(const Document *document, uint32_t class_of)
{
  return class_of == RECOVERY_DOCUMENT_NONE
             ? 0
             : RECOVERY_DOCUMENT_AT(document, CLASSES, Class, class_of)->rank;
}

int64_t
recovery_policy_issue_min_rank(const RecoveryPolicy *policy,
                               const Person *person, int64_t now_s)
{
  const Document *document = policy->document;
  int64_t rank = 0;

  for (uint32_t i = 0; i < COUNT(policy, REQUIRES); i++) {
    const RecoveryDocumentRequire *require =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);
    Missing missing = {0};

    if (binds(document, &require->scope, &require->unless_good, person, now_s,
              &missing) != RECOVERY_POLICY_OUT)
      rank = MAX(rank, rank_of(document, require->min_class.index));
  }
  return rank;
}

/* What a requirement asks for and the key is not; NULL: it meets it. */
static FidotoolJson *
find_short(const RecoveryPolicy *policy, const RecoveryDocumentRequire *require,
           const RecoveryRequestFacts *facts, uint32_t class_of, int64_t now_s)
{
  const Document *document = policy->document;
  FidotoolJson *text;

  if (rank_of(document, class_of) <
      rank_of(document, require->min_class.index)) {
    text = recovery_message_new("rule {rule} of the policy asks for a key of "
                                "class {least} or a stronger one, and this one "
                                "is of class {class}");
    recovery_message_put_text(text, "least",
                              recovery_document_id(document,
                                                   RECOVERY_DOCUMENT_CLASSES,
                                                   require->min_class.index));
    recovery_message_put_text(
        text, "class",
        recovery_document_id(document, RECOVERY_DOCUMENT_CLASSES, class_of));
    return text;
  }
  if (require->aaguid_list.index == RECOVERY_DOCUMENT_NONE ||
      recovery_decide_on_list(policy->decide, require->aaguid_list.index, facts,
                              now_s))
    return NULL;
  text = recovery_message_new(
      "rule {rule} of the policy asks for a model of the list {list}");
  recovery_message_put_text(text, "list",
                            recovery_document_id(document,
                                                 RECOVERY_DOCUMENT_LISTS,
                                                 require->aaguid_list.index));
  return text;
}

FidotoolJson *
recovery_policy_issue_short(const RecoveryPolicy *policy, const Person *person,
                            const RecoveryRequestFacts *facts,
                            uint32_t class_of, int64_t now_s,
                            RecoveryRefusal **ret_unknown)
{
  const Document *document = policy->document;

  for (uint32_t i = 0; i < COUNT(policy, REQUIRES); i++) {
    const RecoveryDocumentRequire *require =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);
    Missing missing = {0};
    RecoveryPolicyIn in = binds(document, &require->scope,
                                &require->unless_good, person, now_s, &missing);
    FidotoolJson *text;

    if (in == RECOVERY_POLICY_OUT)
      continue;
    if (in == RECOVERY_POLICY_UNKNOWN) {
      *ret_unknown = recovery_policy_issue_unknown(require->id, missing);
      return NULL;
    }
    text = find_short(policy, require, facts, class_of, now_s);
    if (text != NULL) {
      recovery_message_put_text(text, "rule", require->id);
      return text;
    }
  }
  return NULL;
}
