/* SPDX-License-Identifier: Apache-2.0 */
/* policy-person.c - a person of the directory, as a policy knows people. */
#include "recovery/policy-person.h"

#include <string.h>

#include "recovery/policy-read.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentPopulation Population;
typedef RecoveryPolicyPerson Person;
typedef RecoveryPolicyMissing Missing;
typedef RecoveryPolicyPrivilege Privilege;

/* ---- one population ---- */

/* has: a list of texts, or NULL: not known. */
static RecoveryPolicyIn
has_any(const FidotoolJson *has, const RecoveryDocumentTexts *values)
{
  if (fidotool_json_type(has) != FIDOTOOL_JSON_ARRAY)
    return RECOVERY_POLICY_UNKNOWN;
  for (size_t i = 0; i < fidotool_json_size(has); i++)
    for (uint32_t j = 0; j < values->count; j++)
      if (g_strcmp0(fidotool_json_text(fidotool_json_at(has, i)),
                    values->items[j]) == 0)
        return RECOVERY_POLICY_IN;
  return RECOVERY_POLICY_OUT;
}

/* Groups and each attribute: one that is not so keeps a person out, whatever
 * is not known beside it. */
static RecoveryPolicyIn
in_population(const Population *population, const Person *person,
              Missing *ret_missing)
{
  const FidotoolJson *attributes =
      fidotool_json_get(person->known, "attributes");
  const GArray *asked = population->attributes;
  RecoveryPolicyIn in = RECOVERY_POLICY_IN;

  if (population->groups.count > 0)
    in = has_any(fidotool_json_get(person->known, "groups"),
                 &population->groups);
  if (in == RECOVERY_POLICY_UNKNOWN)
    *ret_missing = (Missing){.groups = true};
  for (guint i = 0;
       asked != NULL && i < asked->len && in != RECOVERY_POLICY_OUT; i++) {
    const RecoveryDocumentAttribute *attribute =
        &g_array_index(asked, RecoveryDocumentAttribute, i);
    const RecoveryPolicyIn has = has_any(
        fidotool_json_get(attributes, attribute->name), &attribute->values);

    if (has == RECOVERY_POLICY_UNKNOWN)
      *ret_missing = (Missing){.attribute = attribute->name};
    in = MIN(in, has);
  }
  return in;
}

RecoveryPolicyIn
recovery_policy_person_in(const Document *document,
                          const RecoveryDocumentRefs *refs,
                          const Person *person, Missing *ret_missing)
{
  RecoveryPolicyIn in =
      refs->count == 0 ? RECOVERY_POLICY_IN : RECOVERY_POLICY_OUT;

  for (uint32_t i = 0; i < refs->count && in != RECOVERY_POLICY_IN; i++) {
    Missing missing = {0};
    const RecoveryPolicyIn one =
        in_population(RECOVERY_DOCUMENT_AT(document, POPULATIONS, Population,
                                           refs->items[i].index),
                      person, &missing);

    if (one == RECOVERY_POLICY_UNKNOWN)
      *ret_missing = missing;
    in = MAX(in, one);
  }
  return in;
}

FidotoolJson *
recovery_policy_person_missing(Missing missing)
{
  FidotoolJson *message;

  if (missing.groups)
    return recovery_message_new("the groups");
  message = recovery_message_new("the attribute {attribute}");
  recovery_message_put_text(message, "attribute", missing.attribute);
  return message;
}

/* ---- privileged ---- */

/* A journey of the rule's that is more than anybody may do, whatever risk the
 * file gives to one of kind admin; NULL: none. */
static const char *
privileged_journey(const Document *document, const RecoveryDocumentRefs *refs)
{
  const uint32_t count =
      recovery_document_count(document, RECOVERY_DOCUMENT_JOURNEYS);

  for (uint32_t i = 0; i < (refs->count == 0 ? count : refs->count); i++) {
    const RecoveryDocumentJourney *journey =
        RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey,
                             refs->count == 0 ? i : refs->items[i].index);

    if (journey->kind == RECOVERY_DOCUMENT_KIND_ADMIN ||
        (journey->risk == RECOVERY_DOCUMENT_RISK_PRIVILEGED &&
         journey->kind != RECOVERY_DOCUMENT_KIND_RECOVERY))
      return journey->id;
  }
  return NULL;
}

/* Notes the rule where it makes the person privileged more surely than those
 * before it. */
static void
look_at(const Document *document, const RecoveryDocumentPermit *rule,
        const Person *person, Privilege *privilege)
{
  const char *journey = privileged_journey(document, &rule->scope.journey);
  Missing missing = {0};
  RecoveryPolicyIn in;

  if (journey == NULL)
    return;
  in = recovery_policy_person_in(document, &rule->scope.population, person,
                                 &missing);
  if (in <= privilege->in)
    return;
  *privilege = (Privilege){
      .in = in, .permit = rule->id, .journey = journey, .missing = missing};
}

Privilege
recovery_policy_privilege(const RecoveryPolicy *policy, const Person *person,
                          int64_t now_s)
{
  const Document *document = policy->document;
  Privilege privilege = {.in = RECOVERY_POLICY_OUT};

  /* Without such a tier everybody's case is of the same kind. */
  if (document->recovery.privileged.at.line == 0)
    return privilege;
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_PERMITS); i++)
    look_at(document, RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, i),
            person, &privilege);
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_FALLBACKS);
       i++) {
    const RecoveryDocumentPermit *fallback =
        RECOVERY_DOCUMENT_AT(document, FALLBACKS, Permit, i);

    if (fallback->max_risk == RECOVERY_DOCUMENT_RISK_PRIVILEGED &&
        now_s < fallback->expires_s)
      look_at(document, fallback, person, &privilege);
  }
  return privilege;
}
