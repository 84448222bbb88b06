/* SPDX-License-Identifier: Apache-2.0 */
/* drift-okta.c - authentication policies of Okta's Identity Engine: rules in
 * the order of their priority, of which the first that matches decides; the
 * last is the catch-all. What a rule lets in that depends on more than groups,
 * or that asks in an unknown way, is unknown: it is listed, and so is each cell
 * that it may decide. */
#include <string.h>

#include "recovery/policy/drift/drift-adapter.h"
#include "recovery/policy/drift/drift-okta.h"

typedef struct {
  GPtrArray *policies, *rules, *apps, *authenticators, *groups, *methods;
  GHashTable *others; /* ids of policies that are not looked at */
} Parts;

/* ---- what is in the files ---- */

static bool
has(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get(json, name) != NULL;
}

static bool
take_object(Parts *parts, const FidotoolJson *json)
{
  const char *type = fidotool_json_get_text(json, "type");
  void *object = (void *)json; /* arrays hold no const */

  if (has(json, "signOnMode"))
    g_ptr_array_add(parts->apps, object);
  else if (has(json, "actions"))
    g_ptr_array_add(parts->rules, object);
  else if (g_strcmp0(type, "ACCESS_POLICY") == 0 ||
           g_strcmp0(type, "PASSWORD") == 0 ||
           g_strcmp0(type, "MFA_ENROLL") == 0)
    g_ptr_array_add(parts->policies, object);
  else if (g_strcmp0(type, "OKTA_GROUP") == 0 ||
           g_strcmp0(type, "BUILT_IN") == 0 ||
           g_strcmp0(type, "APP_GROUP") == 0)
    g_ptr_array_add(parts->groups, object);
  else if (has(json, "key") && has(json, "status"))
    g_ptr_array_add(parts->authenticators, object);
  else if (g_strcmp0(type, "webauthn") == 0 && has(json, "settings"))
    g_ptr_array_add(parts->methods, object);
  else
    return false;
  return true;
}

static bool
take_list(RecoveryDriftReader *reader, Parts *parts, const FidotoolJson *list)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *item = recovery_drift_reader_item(reader, list, i);
    const char *name = fidotool_json_get_text(item, "name");

    if (item == NULL)
      return true;
    if (!take_object(parts, item) &&
        g_strcmp0(fidotool_json_get_text(item, "status"), "INACTIVE") != 0) {
      g_autofree char *why = recovery_drift_okta_describe_kind(
          fidotool_json_get_text(item, "type"));

      recovery_drift_table_unmapped(
          reader->table,
          name != NULL ? name : fidotool_json_get_text(item, "id"), "%s", why);
      if (fidotool_json_get_text(item, "id") != NULL)
        g_hash_table_add(parts->others,
                         (void *)fidotool_json_get_text(item, "id"));
    }
  }
  return fidotool_json_size(list) > 0;
}

/* A list as the API answers, one object, or an object whose members are that.
 */
static void
take_file(RecoveryDriftReader *reader, Parts *parts, const FidotoolJson *json)
{
  bool any = false;

  if (fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY)
    any = take_list(reader, parts, json);
  else if (fidotool_json_type(json) == FIDOTOOL_JSON_OBJECT)
    any = take_object(parts, json);
  if (!any && fidotool_json_type(json) == FIDOTOOL_JSON_OBJECT)
    for (size_t i = 0; i < fidotool_json_size(json); i++) {
      const FidotoolJson *member = fidotool_json_member(json, i);

      if (fidotool_json_type(member) == FIDOTOOL_JSON_ARRAY)
        any = take_list(reader, parts, member) || any;
    }
  if (!any)
    recovery_drift_reader_fail(reader, "not what Okta's API answers for "
                                       "policies, rules, apps or "
                                       "authenticators");
}

/* ---- which rules belong to a policy ---- */

/* The word after "/policies/" in a link. */
static char *
read_policy_id(RecoveryDriftReader *reader, const FidotoolJson *json,
               const char *link)
{
  const FidotoolJson *links =
      recovery_drift_reader_object(reader, json, "_links");
  const FidotoolJson *target =
      recovery_drift_reader_object(reader, links, link);
  const char *href = recovery_drift_reader_text(reader, target, "href");
  const char *at = href != NULL ? strstr(href, "/policies/") : NULL;

  if (at == NULL)
    return NULL;
  at += strlen("/policies/");
  return g_strndup(at, strcspn(at, "/?"));
}

static int64_t
priority_of(const FidotoolJson *rule)
{
  /* The catch-all is last, whatever its number. */
  return fidotool_json_get_bool(rule, "system", false)
             ? INT64_MAX
             : fidotool_json_get_int(rule, "priority", INT64_MAX - 1);
}

static int
compare_priority(const void *a, const void *b)
{
  const int64_t first = priority_of(*(FidotoolJson *const *)a);
  const int64_t second = priority_of(*(FidotoolJson *const *)b);

  return first < second ? -1 : first > second;
}

/* In the order in which they are asked; freed with g_ptr_array_unref(). */
static GPtrArray *
find_rules(RecoveryDriftReader *reader, const Parts *parts,
           const FidotoolJson *policy)
{
  const char *id = recovery_drift_reader_text(reader, policy, "id");
  const FidotoolJson *embedded =
      recovery_drift_reader_object(reader, policy, "_embedded");
  const FidotoolJson *list =
      recovery_drift_reader_array(reader, embedded, "rules");
  GPtrArray *rules = g_ptr_array_new();

  if (list == NULL)
    list = recovery_drift_reader_array(reader, policy, "rules");
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_ptr_array_add(rules, (void *)recovery_drift_reader_item(reader, list, i));
  for (guint i = 0; list == NULL && i < parts->rules->len; i++) {
    g_autofree char *owner =
        read_policy_id(reader, parts->rules->pdata[i], "self");

    if (g_strcmp0(owner, id) == 0)
      g_ptr_array_add(rules, parts->rules->pdata[i]);
  }
  g_ptr_array_sort(rules, compare_priority);
  return rules;
}

/* ---- who ---- */

/* Is a name the group that everybody is in? */
static bool
is_everyone(RecoveryDriftReader *reader, const GPtrArray *groups,
            const char *id)
{
  for (guint i = 0; i < groups->len; i++) {
    const FidotoolJson *group = groups->pdata[i];
    const FidotoolJson *profile =
        recovery_drift_reader_object(reader, group, "profile");

    if (g_strcmp0(recovery_drift_reader_text(reader, group, "id"), id) == 0)
      return g_strcmp0(recovery_drift_reader_text(reader, group, "type"),
                       "BUILT_IN") == 0 &&
             g_strcmp0(recovery_drift_reader_text(reader, profile, "name"),
                       "Everyone") == 0;
  }
  return false;
}

static void
read_people(RecoveryDriftReader *reader, const GPtrArray *groups,
            const FidotoolJson *conditions, RecoveryDriftSelector *who)
{
  static const char *const kinds[] = {"users", "groups"};
  const FidotoolJson *people =
      recovery_drift_reader_object(reader, conditions, "people");

  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
    const FidotoolJson *kind =
        recovery_drift_reader_object(reader, people, kinds[i]);

    recovery_drift_reader_names(reader, kind, "include", who->names);
    recovery_drift_reader_names(reader, kind, "exclude", who->except);
  }
  who->all = who->names->len == 0;
  for (guint i = who->names->len; i > 0; i--)
    if (is_everyone(reader, groups, who->names->pdata[i - 1])) {
      who->all = true;
      g_ptr_array_remove_index(who->names, i - 1);
    }
}

/* Do the people of a rule say no more than which users and groups? */
static bool
is_known_people(const FidotoolJson *people)
{
  for (size_t i = 0; i < fidotool_json_size(people); i++) {
    const char *name = fidotool_json_name(people, i);

    if (strcmp(name, "users") != 0 && strcmp(name, "groups") != 0)
      return false;
  }
  return true;
}

/* Does a condition say more than "anything"? */
static bool
is_open(const char *name, const FidotoolJson *condition)
{
  if (strcmp(name, "network") == 0)
    return g_strcmp0(fidotool_json_get_text(condition, "connection"),
                     "ANYWHERE") == 0;
  if (strcmp(name, "authProvider") == 0)
    return g_strcmp0(fidotool_json_get_text(condition, "provider"), "OKTA") ==
           0;
  if (strcmp(name, "riskScore") == 0 || strcmp(name, "risk") == 0)
    return g_strcmp0(fidotool_json_get_text(condition, "level"), "ANY") == 0;
  if (strcmp(name, "userType") == 0 || strcmp(name, "platform") == 0)
    return fidotool_json_size(fidotool_json_get(condition, "include")) == 0 &&
           fidotool_json_size(fidotool_json_get(condition, "exclude")) == 0;
  return strcmp(name, "people") == 0 && is_known_people(condition);
}

/* The name of a condition that cannot be put into the table; NULL: none. */
static const char *
find_condition(const FidotoolJson *conditions)
{
  for (size_t i = 0; i < fidotool_json_size(conditions); i++) {
    const FidotoolJson *condition = fidotool_json_member(conditions, i);
    const char *name = fidotool_json_name(conditions, i);

    if (fidotool_json_type(condition) != FIDOTOOL_JSON_NULL &&
        !is_open(name, condition))
      return name;
  }
  return NULL;
}

/* ---- one policy ---- */

/* The apps that a policy is for, by their links. */
static void
read_apps(RecoveryDriftReader *reader, const Parts *parts,
          const FidotoolJson *policy, RecoveryDriftSelector *where)
{
  const char *id = recovery_drift_reader_text(reader, policy, "id");

  for (guint i = 0; i < parts->apps->len; i++) {
    const FidotoolJson *app = parts->apps->pdata[i];
    const char *name = recovery_drift_reader_text(reader, app, "id");
    g_autofree char *owner = read_policy_id(reader, app, "accessPolicy");

    if (owner != NULL && name != NULL && g_strcmp0(owner, id) == 0)
      (void)recovery_drift_table_add_name(reader->table, where->names, name,
                                          &reader->error);
  }
}

static void
copy_names(RecoveryDriftReader *reader, const GPtrArray *from, GPtrArray *to)
{
  for (guint i = 0; i < from->len; i++)
    (void)recovery_drift_table_add_name(reader->table, to, from->pdata[i],
                                        &reader->error);
}

static void
read_rule(RecoveryDriftReader *reader, const Parts *parts, const char *policy,
          const GPtrArray *apps, const FidotoolJson *json)
{
  const char *name = recovery_drift_reader_text(reader, json, "name");
  const FidotoolJson *conditions =
      recovery_drift_reader_object(reader, json, "conditions");
  const char *status = recovery_drift_reader_text(reader, json, "status");
  const char *unknown = find_condition(conditions);
  g_autofree char *full =
      g_strdup_printf("%s: %s", policy, name != NULL ? name : "?");
  RecoveryDriftRule *rule;
  const char *why;

  recovery_drift_reader_enter(reader, full);
  if (g_strcmp0(status, "INACTIVE") == 0)
    return;
  rule =
      recovery_drift_table_add_rule(reader->table->rules, full, &reader->error);
  if (rule == NULL)
    return;
  read_people(reader, parts->groups, conditions, &rule->who);
  copy_names(reader, apps, rule->where.names);
  why = recovery_drift_okta_read_action(reader, json, rule);
  rule->unknown = why != NULL || unknown != NULL;
  rule->maybe = unknown != NULL;
  if (unknown != NULL)
    recovery_drift_table_unmapped(
        reader->table, full,
        rule->deny
            ? "it depends on \"%s\": it keeps out nobody for sure"
            : "it depends on \"%s\": what it lets in is unknown, and the "
              "rules below it are shown as if it did not match",
        recovery_drift_table_short(unknown));
  else if (why != NULL)
    recovery_drift_table_unmapped(reader->table, full, "%s", why);
  /* One that only keeps out lets in nobody whom those below it do not. */
  if (rule->maybe && rule->deny)
    (void)g_ptr_array_remove(reader->table->rules, rule);
}

static void
read_access(RecoveryDriftReader *reader, const Parts *parts,
            const FidotoolJson *policy)
{
  const char *name = recovery_drift_reader_text(reader, policy, "name");
  g_autoptr(GPtrArray) rules = find_rules(reader, parts, policy);
  RecoveryDriftRule *apps = recovery_drift_table_rule_new(name);

  read_apps(reader, parts, policy, &apps->where);
  if (apps->where.names->len == 0 && reader->error == NULL)
    recovery_drift_table_unmapped(reader->table, name,
                                  "no app among the files is bound to this "
                                  "policy");
  else if (rules->len == 0)
    recovery_drift_table_unmapped(reader->table, name,
                                  "its rules are not among the files");
  else
    for (guint i = 0; i < rules->len && reader->error == NULL; i++)
      read_rule(reader, parts, name != NULL ? name : "?", apps->where.names,
                rules->pdata[i]);
  recovery_drift_table_rule_free(apps);
  recovery_drift_reader_enter(reader, NULL);
}

/* One rule of a password policy, for the people of the policy. */
static void
read_reset(RecoveryDriftReader *reader, const Parts *parts,
           const FidotoolJson *policy, const RecoveryDriftRule *whose,
           const FidotoolJson *json)
{
  const FidotoolJson *conditions =
      recovery_drift_reader_object(reader, json, "conditions");
  const char *name = recovery_drift_reader_text(reader, json, "name");
  g_autofree char *full =
      g_strdup_printf("%s: %s", whose->name, name != NULL ? name : "?");
  RecoveryDriftRule *own = recovery_drift_table_rule_new(full);
  RecoveryDriftRule *rule = NULL;
  const char *why;

  recovery_drift_reader_enter(reader, full);
  read_people(reader, parts->groups, conditions, &own->who);
  if (g_strcmp0(recovery_drift_reader_text(reader, json, "status"),
                "INACTIVE") != 0)
    rule = recovery_drift_table_add_rule(reader->table->ways_back, full,
                                         &reader->error);
  if (rule != NULL) {
    rule->maybe =
        whose->maybe || !own->who.all || find_condition(conditions) != NULL;
    rule->who.all = whose->who.all;
    copy_names(reader, whose->who.names, rule->who.names);
    copy_names(reader, whose->who.except, rule->who.except);
    copy_names(reader, own->who.except, rule->who.except);
    why = recovery_drift_okta_read_reset(reader, policy, json, rule);
    rule->deny = rule->deny || why != NULL;
    rule->maybe = rule->maybe || why != NULL;
    if (why != NULL)
      recovery_drift_table_unmapped(reader->table, full, "%s", why);
  }
  recovery_drift_table_rule_free(own);
}

/* A password policy: who resets what by themselves. Of the policies the first
 * that matches counts, and so of its rules. */
static void
read_password(RecoveryDriftReader *reader, const Parts *parts,
              const FidotoolJson *policy)
{
  const FidotoolJson *conditions =
      recovery_drift_reader_object(reader, policy, "conditions");
  const char *name = recovery_drift_reader_text(reader, policy, "name");
  g_autoptr(GPtrArray) rules = find_rules(reader, parts, policy);
  RecoveryDriftRule *whose = recovery_drift_table_rule_new(name);
  RecoveryDriftRule *last;

  read_people(reader, parts->groups, conditions, &whose->who);
  whose->maybe = find_condition(conditions) != NULL;
  if (rules->len == 0)
    recovery_drift_table_unmapped(reader->table, whose->name,
                                  "its rules are not among the files: whether "
                                  "people reset their password by themselves "
                                  "is not known");
  for (guint i = 0; i < rules->len && reader->error == NULL; i++)
    read_reset(reader, parts, policy, whose, rules->pdata[i]);
  last = reader->error == NULL
             ? recovery_drift_table_add_rule(reader->table->ways_back,
                                             whose->name, &reader->error)
             : NULL;
  if (last != NULL) {
    last->deny = true;
    last->maybe = whose->maybe;
    last->who.all = whose->who.all;
    copy_names(reader, whose->who.names, last->who.names);
    copy_names(reader, whose->who.except, last->who.except);
  }
  recovery_drift_table_rule_free(whose);
  recovery_drift_reader_enter(reader, NULL);
}

/* An enrolment policy: what people can have. Of one that may not match they
 * have what it gives, and what the next one does. */
static void
read_enrolment(RecoveryDriftReader *reader, const Parts *parts,
               const FidotoolJson *policy)
{
  const FidotoolJson *conditions =
      recovery_drift_reader_object(reader, policy, "conditions");
  const char *unknown = find_condition(conditions);
  RecoveryDriftRule *grant = recovery_drift_okta_read_enrolment(
      reader, policy, parts->authenticators, parts->methods);

  if (grant == NULL)
    return;
  read_people(reader, parts->groups, conditions, &grant->who);
  grant->maybe = unknown != NULL;
  if (unknown != NULL)
    recovery_drift_table_unmapped(
        reader->table, grant->name,
        "it depends on \"%s\": what it gives is taken "
        "together with what the next policy does",
        recovery_drift_table_short(unknown));
}

static void
read_policies(RecoveryDriftReader *reader, const Parts *parts)
{
  bool enrols = false, resets = false;

  g_ptr_array_sort(parts->policies, compare_priority);
  for (guint i = 0; i < parts->policies->len && reader->error == NULL; i++) {
    const FidotoolJson *policy = parts->policies->pdata[i];
    const char *type = recovery_drift_reader_text(reader, policy, "type");

    if (g_strcmp0(recovery_drift_reader_text(reader, policy, "status"),
                  "INACTIVE") == 0)
      continue;
    if (g_strcmp0(type, "ACCESS_POLICY") == 0) {
      read_access(reader, parts, policy);
    } else if (g_strcmp0(type, "PASSWORD") == 0) {
      read_password(reader, parts, policy);
      resets = true;
    } else {
      read_enrolment(reader, parts, policy);
      enrols = true;
    }
  }
  if (!enrols)
    recovery_drift_okta_assume_enrolment(reader, parts->authenticators,
                                         parts->methods);
  if (!resets)
    recovery_drift_table_note(reader->table,
                              "no password policy is among the files: whether "
                              "people reset their password by themselves is "
                              "not known");
}

/* Is the policy among the files? */
static bool
has_policy(RecoveryDriftReader *reader, const Parts *parts, const char *id)
{
  bool found = id != NULL && g_hash_table_contains(parts->others, id);

  for (guint i = 0; !found && i < parts->policies->len; i++)
    found =
        id != NULL && g_strcmp0(recovery_drift_reader_text(
                                    reader, parts->policies->pdata[i], "id"),
                                id) == 0;
  return found;
}

/* Rules whose policy is not there are asked by nobody here. */
static void
list_orphans(RecoveryDriftReader *reader, const Parts *parts)
{
  for (guint i = 0; i < parts->rules->len; i++) {
    const FidotoolJson *rule = parts->rules->pdata[i];
    g_autofree char *owner = read_policy_id(reader, rule, "self");

    if (!has_policy(reader, parts, owner))
      recovery_drift_table_unmapped(
          reader->table, recovery_drift_reader_text(reader, rule, "name"),
          "a rule whose policy is not among the files");
  }
}

static void
read_labels(RecoveryDriftReader *reader, const Parts *parts)
{
  for (guint i = 0; i < parts->apps->len; i++) {
    const FidotoolJson *app = parts->apps->pdata[i];
    const char *id = recovery_drift_reader_text(reader, app, "id");
    const char *label = recovery_drift_reader_text(reader, app, "label");

    if (id != NULL &&
        g_strcmp0(recovery_drift_reader_text(reader, app, "status"),
                  "INACTIVE") != 0)
      g_hash_table_replace(reader->table->apps, g_strdup(id),
                           g_strdup(label != NULL ? label : id));
  }
  for (guint i = 0; i < parts->groups->len; i++) {
    const FidotoolJson *group = parts->groups->pdata[i];
    const char *id = recovery_drift_reader_text(reader, group, "id");
    const char *name = recovery_drift_reader_text(
        reader, recovery_drift_reader_object(reader, group, "profile"), "name");

    if (id != NULL && name != NULL)
      g_hash_table_replace(reader->table->labels, g_strdup(id), g_strdup(name));
  }
}

void
recovery_drift_okta_read(RecoveryDriftReader *reader,
                         const RecoveryDriftExport *export)
{
  g_autoptr(GPtrArray) trees = recovery_drift_read_trees(reader, export);
  g_autoptr(GPtrArray) policies = g_ptr_array_new();
  g_autoptr(GPtrArray) rules = g_ptr_array_new();
  g_autoptr(GPtrArray) apps = g_ptr_array_new();
  g_autoptr(GPtrArray) authenticators = g_ptr_array_new();
  g_autoptr(GPtrArray) groups = g_ptr_array_new();
  g_autoptr(GPtrArray) methods = g_ptr_array_new();
  g_autoptr(GHashTable) others = g_hash_table_new(g_str_hash, g_str_equal);
  Parts parts = {policies, rules,   apps,  authenticators,
                 groups,   methods, others};

  if (trees == NULL)
    return;
  reader->table->combine = RECOVERY_DRIFT_FIRST;
  reader->table->otherwise = RECOVERY_DRIFT_SILENT;
  for (guint i = 0; i < trees->len && reader->error == NULL; i++) {
    reader->file = export->files[i].name;
    take_file(reader, &parts, trees->pdata[i]);
  }
  if (reader->error == NULL && policies->len == 0)
    recovery_drift_reader_fail(reader, "there is no policy in it");
  read_labels(reader, &parts);
  read_policies(reader, &parts);
  list_orphans(reader, &parts);
}
