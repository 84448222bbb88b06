/* SPDX-License-Identifier: Apache-2.0 */
/* policy-read.c - from the lines of a policy file to a policy. Each mapping has
 * a table of its fields: those that are read, and those that the final document
 * has and this version does not carry out. */
#include "recovery/policy-read.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy-field.h"
#include "recovery/policy-lint.h"
#include "recovery/policy-tier.h"

#define MUST RECOVERY_POLICY_FIELD_MUST
#define MAY RECOVERY_POLICY_FIELD_MAY
#define NOT_YET RECOVERY_POLICY_FIELD_NOT_YET
#define READ_MAP(reader, node, path, fields, into)                             \
  recovery_policy_field_map(reader, node, path, fields, G_N_ELEMENTS(fields),  \
                            into)

typedef RecoveryPolicyFileNode Node;
typedef RecoveryPolicyField Field;
typedef RecoveryPolicyFieldReader Reader;

/* ---- policy ---- */

static void
read_policy_id(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->id = g_strdup(recovery_policy_field_id(reader, node));
}

static void
read_policy_version(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  (void)recovery_policy_field_int(reader, node, 1, 999999999, &policy->version);
}

static void
read_policy_owner(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->owner = g_strdup(recovery_policy_field_text(reader, node));
}

static void
read_valid_from(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->valid_from_s = recovery_policy_field_time(reader, node);
}

static void
read_review_by(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->review_by_s = recovery_policy_field_time(reader, node);
}

/* The signed minima of `base` are not there yet: naming them would promise
 * what nobody checks. */
static const Field policy_fields[] = {
    {"id", MUST, read_policy_id},       {"version", MUST, read_policy_version},
    {"owner", MUST, read_policy_owner}, {"valid_from", MUST, read_valid_from},
    {"review_by", MAY, read_review_by}, {"base", NOT_YET, NULL},
};

/* ---- aaguid_lists ---- */

static void
clear_entry(void *data)
{
  RecoveryPolicyEntry *entry = data;

  g_free(entry->aaguid);
}

static void
free_list(void *data)
{
  RecoveryPolicyList *list = data;

  g_free(list->id);
  g_array_unref(list->entries);
  g_free(list);
}

static void
read_list_id(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyList *list = into;
  const char *id = recovery_policy_field_id(reader, node);

  if (id != NULL && recovery_policy_read_list(reader->policy, id) != NULL)
    recovery_policy_field_problem(reader, node, "L01: duplicate id: %s", id);
  else
    list->id = g_strdup(id);
}

/* 8-4-4-4-12 lower-case hex digits. */
static bool
is_aaguid(const char *text)
{
  if (strlen(text) != 36)
    return false;
  for (int i = 0; i < 36; i++) {
    bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

    if (hyphen ? text[i] != '-'
               : !g_ascii_isxdigit(text[i]) || g_ascii_isupper(text[i]))
      return false;
  }
  return true;
}

static void
read_entry_aaguid(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyEntry *entry = into;
  const char *text = recovery_policy_field_text(reader, node);

  if (text != NULL && !is_aaguid(text))
    recovery_policy_field_problem(reader, node, "\"%s\" is not an AAGUID",
                                  text);
  else
    entry->aaguid = g_strdup(text);
}

static void
read_entry_note(Reader *reader, const Node *node, void *into)
{
  (void)into;
  (void)recovery_policy_field_text(reader, node); /* for people alone */
}

static void
read_entry_until(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyEntry *entry = into;

  entry->until_s = recovery_policy_field_time(reader, node);
}

/* No firmware version reaches the policy yet, so none could be met. */
static const Field entry_fields[] = {
    {"aaguid", MUST, read_entry_aaguid},
    {"note", MAY, read_entry_note},
    {"until", MAY, read_entry_until},
    {"min_fw", NOT_YET, NULL},
};

static void
read_list_entries(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyList *list = into;

  if (node->kind != RECOVERY_POLICY_FILE_LIST || node->nodes->len == 0) {
    recovery_policy_field_problem(reader, node, "entries: a list is needed");
    return;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    RecoveryPolicyEntry entry = {.until_s = INT64_MAX};

    (void)READ_MAP(reader, g_ptr_array_index(node->nodes, i),
                   "aaguid_lists.entries", entry_fields, &entry);
    g_array_append_val(list->entries, entry);
  }
}

static const Field list_fields[] = {
    {"id", MUST, read_list_id},
    {"entries", MUST, read_list_entries},
};

static void *
begin_list(Reader *reader, const Node *item)
{
  RecoveryPolicyList *list = g_new0(RecoveryPolicyList, 1);

  (void)item;
  list->entries = g_array_new(FALSE, TRUE, sizeof(RecoveryPolicyEntry));
  g_array_set_clear_func(list->entries, clear_entry);
  g_ptr_array_add(reader->policy->lists, list);
  return list;
}

/* ---- classes ---- */

static void
free_class(void *data)
{
  RecoveryPolicyClass *klass = data;

  g_free(klass->id);
  g_free(klass->aaguid_list);
  g_free(klass);
}

static void
read_class_id(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyClass *klass = into;
  const char *id = recovery_policy_field_id(reader, node);

  if (id != NULL && recovery_policy_read_class(reader->policy, id) != NULL)
    recovery_policy_field_problem(reader, node, "L01: duplicate id: %s", id);
  else
    klass->id = g_strdup(id);
}

static void
read_class_rank(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyClass *klass = into;

  (void)recovery_policy_field_int(reader, node, 1, 999999, &klass->rank);
}

static void
read_class_use(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyClass *klass = into;
  const char *text = recovery_policy_field_text(reader, node);

  klass->roster = g_strcmp0(text, "roster") == 0;
  if (text != NULL && !klass->roster)
    recovery_policy_field_problem(reader, node, "use: only roster");
}

static void
read_match_uv(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->uv = recovery_policy_field_want(reader, node);
}

static void
read_match_be(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->be = recovery_policy_field_want(reader, node);
}

static void
read_match_bs(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->bs = recovery_policy_field_want(reader, node);
}

static void
read_match_attested(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->attested =
      recovery_policy_field_want(reader, node);
}

static void
read_match_list(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->aaguid_list =
      g_strdup(recovery_policy_field_id(reader, node));
}

static void
read_match_method(Reader *reader, const Node *node, void *into)
{
  const char *text = recovery_policy_field_text(reader, node);

  (void)into; /* left out it means the same */
  if (text != NULL && strcmp(text, "webauthn") != 0)
    recovery_policy_field_problem(reader, node,
                                  "not yet: classes.match.method %s", text);
}

static const Field match_fields[] = {
    {"uv", MAY, read_match_uv},
    {"be", MAY, read_match_be},
    {"bs", MAY, read_match_bs},
    {"attested", MAY, read_match_attested},
    {"aaguid_list", MAY, read_match_list},
    {"method", MAY, read_match_method},
    {"min_cert", NOT_YET, NULL},
    {"mds_status_not", NOT_YET, NULL},
    {"transports", NOT_YET, NULL},
};

static void
read_class_match(Reader *reader, const Node *node, void *into)
{
  if (READ_MAP(reader, node, "classes.match", match_fields, into) &&
      node->nodes->len == 0)
    recovery_policy_field_problem(reader, node, "an empty match is refused");
}

static const Field class_fields[] = {
    {"id", MUST, read_class_id},   {"rank", MAY, read_class_rank},
    {"use", MAY, read_class_use},  {"match", MUST, read_class_match},
    {"restricted", NOT_YET, NULL}, {"sync_fabric_ref", NOT_YET, NULL},
};

static void *
begin_class(Reader *reader, const Node *item)
{
  RecoveryPolicyClass *klass = g_new0(RecoveryPolicyClass, 1);

  klass->line = item->line;
  if ((recovery_policy_file_get(item, "rank") != NULL) ==
      (recovery_policy_file_get(item, "use") != NULL))
    recovery_policy_field_problem(reader, item,
                                  "a class has either rank or use: roster");
  g_ptr_array_add(reader->policy->classes, klass);
  return klass;
}

/* ---- permits ---- */

static void
free_permit(void *data)
{
  RecoveryPolicyPermit *permit = data;

  g_free(permit->id);
  g_free(permit->journey);
  g_strfreev(permit->accept);
  g_free(permit);
}

static void
read_permit_id(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyPermit *permit = into;
  const char *id = recovery_policy_field_id(reader, node);

  if (id == NULL)
    return;
  if (!g_hash_table_add(reader->rule_ids, g_strdup(id)))
    recovery_policy_field_problem(reader, node, "L01: duplicate id: %s", id);
  permit->id = g_strdup(id);
}

static void
read_permit_journey(Reader *reader, const Node *node, void *into)
{
  static const char *const built_in[] = {"sign-in", "admin", "step-up",
                                         "recovery", NULL};
  RecoveryPolicyPermit *permit = into;
  const char *id = recovery_policy_field_id(reader, node);

  if (id == NULL)
    return;
  if (!g_strv_contains(built_in, id))
    recovery_policy_field_problem(reader, node, "L01: unknown journey: %s", id);
  permit->journey = g_strdup(id);
}

static void
read_permit_accept(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyPermit *permit = into;

  permit->accept = recovery_policy_field_ids(reader, node);
}

/* There are no populations and apps yet, so only everybody can be meant. */
static void
read_selector(Reader *reader, const Node *node, void *into)
{
  (void)into;
  if (node->kind != RECOVERY_POLICY_FILE_SCALAR || strcmp(node->text, "*") != 0)
    recovery_policy_field_problem(
        reader, node, "not yet: permits.%s other than \"*\"", node->name);
}

static const Field permit_fields[] = {
    {"id", MUST, read_permit_id},
    {"journey", MUST, read_permit_journey},
    {"accept", MUST, read_permit_accept},
    {"population", MAY, read_selector},
    {"app", MAY, read_selector},
    {"transaction", NOT_YET, NULL},
};

static void *
begin_permit(Reader *reader, const Node *item)
{
  RecoveryPolicyPermit *permit = g_new0(RecoveryPolicyPermit, 1);

  permit->line = item->line;
  g_ptr_array_add(reader->policy->permits, permit);
  return permit;
}

/* ---- the document ---- */

static void
read_schema(Reader *reader, const Node *node, void *into)
{
  (void)into;
  if (node->kind != RECOVERY_POLICY_FILE_SCALAR ||
      strcmp(node->text, "keyturn-policy/1") != 0)
    recovery_policy_field_problem(reader, node,
                                  "L01: schema is keyturn-policy/1");
}

static void
read_policy(Reader *reader, const Node *node, void *into)
{
  (void)READ_MAP(reader, node, "policy", policy_fields, into);
}

static void
read_lists(Reader *reader, const Node *node, void *into)
{
  (void)into;
  recovery_policy_field_items(reader, node, "aaguid_lists", list_fields,
                              G_N_ELEMENTS(list_fields), begin_list);
}

static void
read_classes(Reader *reader, const Node *node, void *into)
{
  (void)into;
  recovery_policy_field_items(reader, node, "classes", class_fields,
                              G_N_ELEMENTS(class_fields), begin_class);
}

static void
read_permits(Reader *reader, const Node *node, void *into)
{
  (void)into;
  recovery_policy_field_items(reader, node, "permits", permit_fields,
                              G_N_ELEMENTS(permit_fields), begin_permit);
}

static const Field sections[] = {
    {"schema", MUST, read_schema},
    {"policy", MUST, read_policy},
    {"aaguid_lists", MAY, read_lists},
    {"classes", MUST, read_classes},
    {"permits", MUST, read_permits},
    {"recovery", MUST, recovery_policy_tier_recovery},
    {"retention", MUST, recovery_policy_tier_retention},
    {"signals", NOT_YET, NULL},
    {"populations", NOT_YET, NULL},
    {"journeys", NOT_YET, NULL},
    {"apps", NOT_YET, NULL},
    {"transactions", NOT_YET, NULL},
    {"fallbacks", NOT_YET, NULL},
    {"requires", NOT_YET, NULL},
    {"forbids", NOT_YET, NULL},
    {"exceptions", NOT_YET, NULL},
    {"roles", NOT_YET, NULL},
};

/* ---- finding ---- */

const RecoveryPolicyClass *
recovery_policy_read_class(const RecoveryPolicy *policy, const char *id)
{
  for (guint i = 0; i < policy->classes->len; i++) {
    const RecoveryPolicyClass *klass = g_ptr_array_index(policy->classes, i);

    if (g_strcmp0(klass->id, id) == 0)
      return klass;
  }
  return NULL;
}

const RecoveryPolicyList *
recovery_policy_read_list(const RecoveryPolicy *policy, const char *id)
{
  for (guint i = 0; i < policy->lists->len; i++) {
    const RecoveryPolicyList *list = g_ptr_array_index(policy->lists, i);

    if (g_strcmp0(list->id, id) == 0)
      return list;
  }
  return NULL;
}

bool
recovery_policy_read_permitted(const RecoveryPolicy *policy, const char *klass)
{
  for (guint i = 0; i < policy->permits->len; i++) {
    const RecoveryPolicyPermit *permit = g_ptr_array_index(policy->permits, i);

    if (g_strcmp0(permit->journey, "recovery") == 0 && permit->accept != NULL &&
        g_strv_contains((const char *const *)permit->accept, klass))
      return true;
  }
  return false;
}

static RecoveryPolicy *
new_policy(void)
{
  RecoveryPolicy *policy = g_new0(RecoveryPolicy, 1);

  policy->lists = g_ptr_array_new_with_free_func(free_list);
  policy->classes = g_ptr_array_new_with_free_func(free_class);
  policy->permits = g_ptr_array_new_with_free_func(free_permit);
  return policy;
}

RecoveryPolicy *
recovery_policy_read(const char *yaml, size_t len, bool practice,
                     GError **error)
{
  g_autoptr(RecoveryPolicyFileNode) root =
      recovery_policy_file_read(yaml, len, error);
  g_autoptr(RecoveryPolicy) policy = NULL;
  g_autoptr(GPtrArray) problems = NULL;
  g_autoptr(GHashTable) rule_ids = NULL;
  g_autofree char *text = NULL;
  Reader reader;

  if (root == NULL)
    return NULL;
  policy = new_policy();
  problems = g_ptr_array_new_with_free_func(g_free);
  rule_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  reader = (Reader){policy, practice, problems, rule_ids};
  (void)READ_MAP(&reader, root, "", sections, policy);
  /* What does not hold together is only looked at where all else is right. */
  if (problems->len == 0)
    recovery_policy_lint_all(&reader, root);

  if (problems->len == 0)
    return g_steal_pointer(&policy);
  g_ptr_array_add(problems, NULL);
  text = g_strjoinv("\n", (char **)problems->pdata);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s", text);
  return NULL;
}

void
recovery_policy_free(RecoveryPolicy *policy)
{
  if (policy == NULL)
    return;
  g_free(policy->id);
  g_free(policy->owner);
  g_free(policy->risk_analysis_ref);
  g_free(policy->standard.evidence);
  g_strfreev(policy->standard.issue);
  g_strfreev(policy->standard.slots);
  g_ptr_array_unref(policy->lists);
  g_ptr_array_unref(policy->classes);
  g_ptr_array_unref(policy->permits);
  g_free(policy);
}
