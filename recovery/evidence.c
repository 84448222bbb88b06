/* SPDX-License-Identifier: Apache-2.0 */
/* evidence.c - types of evidence, methods, results, and the plans. */
#include "recovery/evidence.h"

#include <stddef.h>
#include <string.h>

#include "recovery/format/words.h"

#define COUNT(member) offsetof(RecoveryEvidenceCount, member)

/* clang-format off */
/* Each type: what it counts as, and what where its chip was read. */
static const struct {
  const char *type;
  size_t as, by_chip;
} types[] = {
  { "passport", COUNT(strong), COUNT(superior) },
  { "id-card", COUNT(strong), COUNT(superior) },
  { "driving-licence", COUNT(fair), COUNT(fair) },
  { "saved-code", COUNT(saved_code), COUNT(saved_code) },
  { "issued-code", COUNT(issued_code), COUNT(issued_code) },
  { "bound-authenticator", COUNT(bound), COUNT(bound) },
};
/* clang-format on */

#define CHIP "chip"
static const char *const methods[] = {"visual", CHIP, "code", "callback"};

#define GOOD "ok"
static const char *const results[] = {GOOD, "failed"};

const char *
recovery_evidence_type(size_t i)
{
  return i < G_N_ELEMENTS(types) ? types[i].type : NULL;
}

const char *
recovery_evidence_method(size_t i)
{
  return i < G_N_ELEMENTS(methods) ? methods[i] : NULL;
}

const char *
recovery_evidence_result(size_t i)
{
  return i < G_N_ELEMENTS(results) ? results[i] : NULL;
}

bool
recovery_evidence_is_good(const char *result)
{
  return g_strcmp0(result, GOOD) == 0;
}

bool
recovery_evidence_add(RecoveryEvidenceCount *count, const char *type,
                      const char *method)
{
  bool chip = g_strcmp0(method, CHIP) == 0;

  for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
    size_t at = chip ? types[i].by_chip : types[i].as;

    if (g_strcmp0(type, types[i].type) != 0)
      continue;
    (*(int *)((char *)count + at))++;
    return true;
  }
  return false;
}

static bool
has_both_codes(const RecoveryEvidenceCount *n)
{
  return n->saved_code >= 1 && n->issued_code >= 1;
}

static bool
has_code_and_authenticator(const RecoveryEvidenceCount *n)
{
  return n->saved_code + n->issued_code >= 1 && n->bound >= 1;
}

static bool
has_document(const RecoveryEvidenceCount *n)
{
  return n->fair + n->strong + n->superior >= 1;
}

static bool
has_strong_documents(const RecoveryEvidenceCount *n)
{
  return n->superior >= 1 || n->strong >= 2 || (n->strong >= 1 && n->fair >= 1);
}

#define BOTH_CODES N_("Two codes by different methods: one saved, one issued.")
#define CODE_AND_AUTHENTICATOR                                                 \
  N_("A code, saved or issued, and a bound authenticator.")

/* clang-format off */
static const RecoveryEvidencePlan plans[] = {
  { "a", 1, has_both_codes, BOTH_CODES },
  { "a", 2, has_both_codes, BOTH_CODES },
  { "b", 1, has_code_and_authenticator, CODE_AND_AUTHENTICATOR },
  { "b", 2, has_code_and_authenticator, CODE_AND_AUTHENTICATOR },
  { "c", 1, has_document, N_("An identity document.") },
  { "c", 2, has_strong_documents, N_("A passport or identity card read by its chip, or one and a second document.") },
};
/* clang-format on */

/* The first plan of its branch (or of its level). */
static bool
is_first(size_t at, bool branch)
{
  for (size_t i = 0; i < at; i++)
    if (branch ? strcmp(plans[i].branch, plans[at].branch) == 0
               : plans[i].ial == plans[at].ial)
      return false;
  return true;
}

static const RecoveryEvidencePlan *
nth_first(size_t n, bool branch)
{
  for (size_t i = 0; i < G_N_ELEMENTS(plans); i++)
    if (is_first(i, branch) && n-- == 0)
      return &plans[i];
  return NULL;
}

const char *
recovery_evidence_branch(size_t i)
{
  const RecoveryEvidencePlan *plan = nth_first(i, true);

  return plan == NULL ? NULL : plan->branch;
}

int
recovery_evidence_ial(size_t i)
{
  const RecoveryEvidencePlan *plan = nth_first(i, false);

  return plan == NULL ? 0 : plan->ial;
}

const RecoveryEvidencePlan *
recovery_evidence_plan(size_t i)
{
  return i < G_N_ELEMENTS(plans) ? &plans[i] : NULL;
}

const RecoveryEvidencePlan *
recovery_evidence_find_plan(const char *branch, int64_t ial)
{
  for (size_t i = 0; i < G_N_ELEMENTS(plans); i++)
    if (g_strcmp0(plans[i].branch, branch) == 0 && plans[i].ial == ial)
      return &plans[i];
  return NULL;
}
