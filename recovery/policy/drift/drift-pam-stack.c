/* SPDX-License-Identifier: Apache-2.0 */
/* drift-pam-stack.c - a stack as libpam goes through it, once for each set of
 * answers that its modules may give. */
#include <string.h>

#include "recovery/policy/drift/drift-pam.h"

typedef enum { SUCCESS, FAILURE, IGNORED } Answer;

/* One set of answers: a bit each. */
typedef struct {
  guint factors, conditions;
} Answers;

static void
clear_module(void *data)
{
  RecoveryDriftPamModule *module = data;

  g_clear_pointer(&module->stack, g_array_unref);
}

GArray *
recovery_drift_pam_stack_new(void)
{
  GArray *stack = g_array_new(FALSE, TRUE, sizeof(RecoveryDriftPamModule));

  g_array_set_clear_func(stack, clear_module);
  return stack;
}

static RecoveryDriftPamModule *
module_at(const GArray *stack, guint i)
{
  return &g_array_index(stack, RecoveryDriftPamModule, i);
}

/* ---- going through ---- */

static Answer go_through(const GArray *stack, const Answers *answers);

static Answer
ask(const RecoveryDriftPamModule *module, const Answers *answers)
{
  switch (module->kind) {
  case RECOVERY_DRIFT_PAM_FACTOR:
    return module->skips || (answers->factors >> module->bit & 1) ? SUCCESS
                                                                  : FAILURE;
  case RECOVERY_DRIFT_PAM_CONDITION:
    return answers->conditions >> module->bit & 1 ? SUCCESS : FAILURE;
  case RECOVERY_DRIFT_PAM_NEUTRAL:
    return IGNORED;
  case RECOVERY_DRIFT_PAM_PERMITS:
    return SUCCESS;
  case RECOVERY_DRIFT_PAM_DENIES:
  case RECOVERY_DRIFT_PAM_ROOT:
    return FAILURE;
  case RECOVERY_DRIFT_PAM_STACK:
    return go_through(module->stack, answers);
  }
  return FAILURE;
}

static int
action_of(const RecoveryDriftPamModule *module, Answer answer)
{
  switch (answer) {
  case SUCCESS:
    return module->on_success;
  case FAILURE:
    return module->on_failure;
  case IGNORED:
    return module->on_ignore;
  }
  return RECOVERY_DRIFT_PAM_BAD;
}

/* libpam's impression: nothing yet, good, or bad for good. */
typedef enum { NOTHING, GOOD, SPOILT } Impression;

static void
take_good(Impression *impression, bool *good, Answer answer)
{
  if (answer == IGNORED || *impression == SPOILT ||
      (*impression == GOOD && !*good))
    return;
  *impression = GOOD;
  *good = answer == SUCCESS;
}

static Answer
go_through(const GArray *stack, const Answers *answers)
{
  Impression impression = NOTHING;
  bool good = false;

  for (guint i = 0; i < stack->len; i++) {
    const RecoveryDriftPamModule *module = module_at(stack, i);
    const Answer answer = ask(module, answers);
    const int action = action_of(module, answer);

    if (action == RECOVERY_DRIFT_PAM_RESET)
      impression = NOTHING;
    if (action == RECOVERY_DRIFT_PAM_BAD || action == RECOVERY_DRIFT_PAM_DIE)
      impression = SPOILT;
    if (action == RECOVERY_DRIFT_PAM_DIE)
      break;
    if (action == RECOVERY_DRIFT_PAM_OK || action == RECOVERY_DRIFT_PAM_DONE ||
        action > RECOVERY_DRIFT_PAM_JUMP)
      take_good(&impression, &good, answer);
    if (action == RECOVERY_DRIFT_PAM_DONE && impression == GOOD)
      break;
    if (action > RECOVERY_DRIFT_PAM_JUMP)
      i += (guint)(action - RECOVERY_DRIFT_PAM_JUMP);
  }
  return impression == GOOD && good ? SUCCESS : FAILURE;
}

/* ---- the least sets ---- */

static guint
count_modules(const GArray *stack)
{
  guint n = stack->len;

  for (guint i = 0; i < stack->len; i++)
    if (module_at(stack, i)->stack != NULL)
      n += count_modules(module_at(stack, i)->stack);
  return n;
}

/* Factors and conditions in the order in which they are met. */
static void
list_modules(const GArray *stack, GPtrArray *factors, GPtrArray *conditions)
{
  for (guint i = 0; i < stack->len; i++) {
    RecoveryDriftPamModule *module = module_at(stack, i);

    if (module->kind == RECOVERY_DRIFT_PAM_STACK)
      list_modules(module->stack, factors, conditions);
    if (module->kind == RECOVERY_DRIFT_PAM_FACTOR) {
      module->bit = factors->len;
      g_ptr_array_add(factors, module);
    }
    if (module->kind == RECOVERY_DRIFT_PAM_CONDITION) {
      module->bit = conditions->len;
      g_ptr_array_add(conditions, module);
    }
  }
}

/* The strongest factor of a set says what it is. */
static guint
strength_of(const char *method)
{
  static const char *const order[] = {"webauthn",    "certificate", "ssh-key",
                                      "fingerprint", "push",        "otp",
                                      "kerberos",    "password"};
  guint i = 0;

  while (i < G_N_ELEMENTS(order) && strcmp(order[i], method) != 0)
    i++;
  return i;
}

static RecoveryDriftOffer *
new_offer(const GPtrArray *factors, guint set)
{
  g_autoptr(GString) name = g_string_new(NULL);
  const RecoveryDriftPamModule *best = NULL;
  RecoveryDriftOffer *offer;

  for (guint i = 0; i < factors->len; i++) {
    const RecoveryDriftPamModule *module = factors->pdata[i];

    if (!(set >> i & 1))
      continue;
    g_string_append_printf(name, "%s%s", name->len > 0 ? "," : "",
                           module->name);
    if (best == NULL || strength_of(module->method) < strength_of(best->method))
      best = module;
  }
  offer =
      recovery_drift_table_offer_new(name->len > 0 ? name->str : "(nothing)",
                                     best != NULL ? best->method : "none");
  if (best != NULL && best->uv)
    offer->uv = RECOVERY_DRIFT_YES;
  return offer;
}

static bool
has_less(const GArray *sets, guint set)
{
  for (guint i = 0; i < sets->len; i++)
    if ((g_array_index(sets, guint, i) & set) == g_array_index(sets, guint, i))
      return true;
  return false;
}

static int
compare_sizes(const void *a, const void *b)
{
  const int first = __builtin_popcount(*(const guint *)a);
  const int second = __builtin_popcount(*(const guint *)b);

  return first - second;
}

/* All sets of n factors, the smaller first. */
static GArray *
list_sets(guint n)
{
  GArray *sets = g_array_new(FALSE, FALSE, sizeof(guint));

  for (guint set = 0; set < 1u << n; set++)
    g_array_append_val(sets, set);
  g_array_sort(sets, compare_sizes);
  return sets;
}

static bool
has_set(const GArray *sets, guint set)
{
  for (guint i = 0; i < sets->len; i++)
    if (g_array_index(sets, guint, i) == set)
      return true;
  return false;
}

/* The least sets for one answer of the conditions. */
static void
find_least(const GArray *stack, const GArray *all, guint conditions,
           GArray *found)
{
  g_autoptr(GArray) least = g_array_new(FALSE, FALSE, sizeof(guint));

  for (guint i = 0; i < all->len; i++) {
    const Answers answers = {g_array_index(all, guint, i), conditions};

    if (has_less(least, answers.factors) ||
        go_through(stack, &answers) != SUCCESS)
      continue;
    g_array_append_val(least, answers.factors);
    if (!has_set(found, answers.factors))
      g_array_append_val(found, answers.factors);
  }
}

GPtrArray *
recovery_drift_pam_stack_ways(GArray *stack)
{
  g_autoptr(GPtrArray) factors = g_ptr_array_new();
  g_autoptr(GPtrArray) conditions = g_ptr_array_new();
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint));
  g_autoptr(GArray) all = NULL;
  GPtrArray *offers;

  if (count_modules(stack) > RECOVERY_DRIFT_PAM_MODULES)
    return NULL;
  list_modules(stack, factors, conditions);
  if (factors->len + conditions->len > RECOVERY_DRIFT_PAM_FACTORS)
    return NULL;
  all = list_sets(factors->len);
  for (guint answer = 0; answer < 1u << conditions->len; answer++)
    find_least(stack, all, answer, found);
  offers = recovery_drift_table_offers_new();
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add(offers, new_offer(factors, g_array_index(found, guint, i)));
  return offers;
}
