/* SPDX-License-Identifier: Apache-2.0 */
/* drift-entra.c - Conditional Access policies of Microsoft Entra, as Microsoft
 * Graph answers with them. Every policy that matches has to be met; where none
 * matches, nothing is required. Report-only policies and those that depend on
 * more than who, where and journey (a place, a device, a risk) enforce nothing
 * that can be relied on: they are listed and left out. */
#include <string.h>

#include "recovery/policy/drift/drift-adapter.h"
#include "recovery/policy/drift/drift-entra.h"

#define REGISTER "urn:user:registersecurityinfo"
#define DAY_S INT64_C(86400)
#define HOUR_S INT64_C(3600)

/* ---- what is in the files ---- */

typedef struct {
  const FidotoolJson *json;
  const char *file;
} Part;

/* Objects of the files, by what they are. */
typedef struct {
  GArray *policies, *strengths, *methods, *authorization; /* Part */
} Parts;

static void
add_part(GArray *parts, RecoveryDriftReader *reader, const FidotoolJson *json)
{
  const Part part = {json, reader->file};

  g_array_append_val(parts, part);
}

/* False where the object is none of those that are looked for. */
static bool
take_object(RecoveryDriftReader *reader, Parts *parts, const FidotoolJson *json)
{
  if (fidotool_json_get(json, "conditions") != NULL)
    add_part(parts->policies, reader, json);
  else if (fidotool_json_get(json, "allowedCombinations") != NULL)
    add_part(parts->strengths, reader, json);
  else if (fidotool_json_get(json, "authenticationMethodConfigurations") !=
           NULL)
    add_part(parts->methods, reader, json);
  else if (fidotool_json_get(json, "allowedToUseSSPR") != NULL)
    add_part(parts->authorization, reader, json);
  else
    return false;
  return true;
}

static void
take_list(RecoveryDriftReader *reader, Parts *parts, const FidotoolJson *list)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *item = recovery_drift_reader_item(reader, list, i);
    const char *name = fidotool_json_get_text(item, "displayName");

    if (item == NULL)
      return;
    if (!take_object(reader, parts, item))
      recovery_drift_table_unmapped(
          reader->table,
          name != NULL ? name : fidotool_json_get_text(item, "id"),
          "not a Conditional Access policy, an authentication strength, or the "
          "policy of methods or of authorization");
  }
}

/* One answer of Graph: a list in "value", a list alone, or one object. */
static bool
take_answer(RecoveryDriftReader *reader, Parts *parts, const FidotoolJson *json)
{
  const FidotoolJson *value = fidotool_json_get(json, "value");

  if (fidotool_json_get(json, "@odata.nextLink") != NULL)
    recovery_drift_table_unmapped(reader->table, reader->file,
                                  "one page of several: what is on the other "
                                  "pages is not known");
  if (fidotool_json_type(value) == FIDOTOOL_JSON_ARRAY)
    take_list(reader, parts, value);
  else if (fidotool_json_size(json) > 0 &&
           fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY)
    take_list(reader, parts, json);
  else
    return take_object(reader, parts, json);
  return true;
}

/* A file is one answer, or an object whose members are answers. */
static void
take_file(RecoveryDriftReader *reader, Parts *parts, const FidotoolJson *json)
{
  bool any = take_answer(reader, parts, json);

  if (!any && fidotool_json_type(json) == FIDOTOOL_JSON_OBJECT)
    for (size_t i = 0; i < fidotool_json_size(json); i++) {
      const FidotoolJson *member = fidotool_json_member(json, i);
      const FidotoolJsonType type = fidotool_json_type(member);

      if (type == FIDOTOOL_JSON_OBJECT || type == FIDOTOOL_JSON_ARRAY)
        any = take_answer(reader, parts, member) || any;
    }
  if (!any)
    recovery_drift_reader_fail(
        reader, "not what Microsoft Graph answers for Conditional Access, "
                "authentication strengths or authentication methods");
}

/* ---- who and where ---- */

/* Guests are a word among users, or an object of their own. */
static const char *
read_guests(RecoveryDriftReader *reader, const FidotoolJson *users,
            const char *name, GPtrArray *names)
{
  const FidotoolJson *guests =
      recovery_drift_reader_object(reader, users, name);

  if (guests == NULL)
    return NULL;
  (void)recovery_drift_table_add_name(reader->table, names,
                                      "GuestsOrExternalUsers", &reader->error);
  return "it names some kinds of guests";
}

/* Moves the word All from names into `all`. */
static void
take_all(RecoveryDriftSelector *selector)
{
  for (guint i = selector->names->len; i > 0; i--) {
    const char *name = selector->names->pdata[i - 1];

    if (strcmp(name, "All") == 0)
      selector->all = true;
    if (strcmp(name, "All") == 0 || strcmp(name, "None") == 0)
      g_ptr_array_remove_index(selector->names, i - 1);
  }
}

static const char *
read_people(RecoveryDriftReader *reader, const FidotoolJson *conditions,
            RecoveryDriftSelector *who)
{
  static const char *const include[] = {"includeUsers", "includeGroups",
                                        "includeRoles"};
  static const char *const exclude[] = {"excludeUsers", "excludeGroups",
                                        "excludeRoles"};
  const FidotoolJson *users =
      recovery_drift_reader_object(reader, conditions, "users");
  const char *why;

  for (size_t i = 0; i < G_N_ELEMENTS(include); i++) {
    recovery_drift_reader_names(reader, users, include[i], who->names);
    recovery_drift_reader_names(reader, users, exclude[i], who->except);
  }
  take_all(who);
  why = read_guests(reader, users, "includeGuestsOrExternalUsers", who->names);
  if (why == NULL)
    why =
        read_guests(reader, users, "excludeGuestsOrExternalUsers", who->except);
  return why;
}

/* Apps, or else what is done or an authentication context. */
static const char *
read_apps(RecoveryDriftReader *reader, const FidotoolJson *conditions,
          RecoveryDriftRule *rule)
{
  const FidotoolJson *apps =
      recovery_drift_reader_object(reader, conditions, "applications");
  const FidotoolJson *contexts = recovery_drift_reader_array(
      reader, apps, "includeAuthenticationContextClassReferences");
  const FidotoolJson *actions =
      recovery_drift_reader_array(reader, apps, "includeUserActions");

  recovery_drift_reader_names(reader, apps, "includeApplications",
                              rule->where.names);
  recovery_drift_reader_names(reader, apps, "excludeApplications",
                              rule->where.except);
  take_all(&rule->where);
  if (recovery_drift_entra_is_set(apps, "applicationFilter"))
    return "it chooses apps by a filter";
  if (fidotool_json_size(contexts) + fidotool_json_size(actions) == 0)
    return NULL;
  if (fidotool_json_size(contexts) + fidotool_json_size(actions) > 1)
    return "it is about more than one context or user action";
  rule->where.all = true;
  rule->journey =
      fidotool_json_size(contexts) == 1
          ? g_strdup(recovery_drift_reader_word(reader, contexts, 0))
          : g_strdup(recovery_drift_reader_word(reader, actions, 0));
  if (g_strcmp0(rule->journey, REGISTER) == 0) {
    g_free(rule->journey);
    rule->journey = g_strdup("enrol");
  }
  return NULL;
}

/* ---- what is required ---- */

static const FidotoolJson *
find_strength(const Parts *parts, const char *id)
{
  for (guint i = 0; id != NULL && i < parts->strengths->len; i++) {
    const FidotoolJson *json = g_array_index(parts->strengths, Part, i).json;

    if (g_strcmp0(fidotool_json_get_text(json, "id"), id) == 0)
      return json;
  }
  return NULL;
}

/* The combinations of a strength that is named in grantControls. */
static const char *
read_strength(RecoveryDriftReader *reader, const Parts *parts,
              const FidotoolJson *strength, RecoveryDriftRule *rule)
{
  const char *id = recovery_drift_reader_text(reader, strength, "id");
  const FidotoolJson *full =
      fidotool_json_get(strength, "allowedCombinations") != NULL
          ? strength
          : find_strength(parts, id);

  rule->narrows = true;
  if (full != NULL)
    recovery_drift_entra_add_strength(reader, full, rule->accept);
  else if (!recovery_drift_entra_add_built_in(id, rule->accept))
    return "its authentication strength is not among the files";
  return NULL;
}

/* Controls that are about something else than authenticators. */
static size_t
count_other(RecoveryDriftReader *reader, const FidotoolJson *controls,
            const FidotoolJson *built_in)
{
  size_t n = fidotool_json_size(recovery_drift_reader_array(
                 reader, controls, "customAuthenticationFactors")) +
             fidotool_json_size(
                 recovery_drift_reader_array(reader, controls, "termsOfUse"));

  for (size_t i = 0; i < fidotool_json_size(built_in); i++) {
    const char *word = recovery_drift_reader_word(reader, built_in, i);

    if (g_strcmp0(word, "mfa") != 0 && g_strcmp0(word, "block") != 0)
      n++;
  }
  return n;
}

static const char *
read_grant(RecoveryDriftReader *reader, const Parts *parts,
           const FidotoolJson *policy, RecoveryDriftRule *rule)
{
  static const char *const known[] = {
      "operator",   "builtInControls",        "customAuthenticationFactors",
      "termsOfUse", "authenticationStrength", NULL};
  const FidotoolJson *controls =
      recovery_drift_reader_object(reader, policy, "grantControls");
  const FidotoolJson *built_in =
      recovery_drift_reader_array(reader, controls, "builtInControls");
  const FidotoolJson *strength =
      recovery_drift_reader_object(reader, controls, "authenticationStrength");
  const bool either =
      g_strcmp0(recovery_drift_reader_text(reader, controls, "operator"),
                "OR") == 0;
  const size_t other = count_other(reader, controls, built_in);

  if (recovery_drift_entra_find_strange(controls, known) != NULL)
    return "it asks for something that is not known";
  rule->deny =
      recovery_drift_reader_lists(reader, controls, "builtInControls", "block");
  if (either && other > 0) {
    rule->note = g_strdup("another control is enough in place of the "
                          "authenticator");
    return NULL;
  }
  if (other > 0)
    rule->note = g_strdup("it asks for more than an authenticator");
  if (strength != NULL)
    return read_strength(reader, parts, strength, rule);
  if (recovery_drift_reader_lists(reader, controls, "builtInControls", "mfa")) {
    rule->narrows = true;
    recovery_drift_entra_add_mfa(rule->accept);
  }
  return NULL;
}

/* Is a whole sign-in asked for again, or (that is listed) the second factor
 * alone? */
static bool
asks_for_all(RecoveryDriftReader *reader, const FidotoolJson *frequency,
             const RecoveryDriftRule *rule)
{
  const char *what =
      recovery_drift_reader_text(reader, frequency, "authenticationType");

  if (what == NULL || strcmp(what, "primaryAndSecondaryAuthentication") == 0)
    return true;
  recovery_drift_table_unmapped(
      reader->table, rule->name,
      "its sign-in frequency is for \"%s\" alone: it counts as no limit of the "
      "age of a sign-in",
      recovery_drift_table_short(what));
  return false;
}

static const char *
read_age(RecoveryDriftReader *reader, const FidotoolJson *policy,
         RecoveryDriftRule *rule)
{
  const FidotoolJson *session =
      recovery_drift_reader_object(reader, policy, "sessionControls");
  const FidotoolJson *frequency =
      recovery_drift_reader_object(reader, session, "signInFrequency");
  const char *type = recovery_drift_reader_text(reader, frequency, "type");
  const int64_t value =
      recovery_drift_reader_number(reader, frequency, "value", 0);

  if (frequency == NULL ||
      !recovery_drift_reader_truth(reader, frequency, "isEnabled", false))
    return NULL;
  if (!asks_for_all(reader, frequency, rule))
    return NULL;
  if (g_strcmp0(
          recovery_drift_reader_text(reader, frequency, "frequencyInterval"),
          "everyTime") == 0)
    rule->max_age_s = 0;
  else if (value < 1 || value > 3650 ||
           (g_strcmp0(type, "hours") != 0 && g_strcmp0(type, "days") != 0))
    return "its sign-in frequency is not understood";
  else
    rule->max_age_s = value * (strcmp(type, "days") == 0 ? DAY_S : HOUR_S);
  return NULL;
}

/* ---- one policy ---- */

/* Why the policy is no row of the table, freed with g_free(); NULL where it is.
 * One that holds for sure and asks for what nobody knows is a row all the same:
 * what its cells come to is unknown. */
static char *
fill_rule(RecoveryDriftReader *reader, const Parts *parts,
          const FidotoolJson *policy, RecoveryDriftRule *rule)
{
  const FidotoolJson *conditions =
      recovery_drift_reader_object(reader, policy, "conditions");
  const char *people = read_people(reader, conditions, &rule->who);
  const char *apps = read_apps(reader, conditions, rule);
  char *condition = recovery_drift_entra_find_condition(reader, conditions);
  const char *grant = read_grant(reader, parts, policy, rule);
  const char *age = read_age(reader, policy, rule);
  const char *whys[] = {people, apps, grant, age};

  rule->maybe = condition != NULL || people != NULL || apps != NULL;
  rule->unknown = !rule->maybe && (grant != NULL || age != NULL);
  for (size_t i = 0; condition == NULL && i < G_N_ELEMENTS(whys); i++)
    condition = g_strdup(whys[i]);
  return condition;
}

static void
read_policy(RecoveryDriftReader *reader, const Parts *parts,
            const FidotoolJson *policy)
{
  const char *name = recovery_drift_reader_text(reader, policy, "displayName");
  const char *state = recovery_drift_reader_text(reader, policy, "state");
  RecoveryDriftRule *rule;
  g_autofree char *condition = NULL;
  const char *why;

  if (name == NULL)
    name = recovery_drift_reader_text(reader, policy, "id");
  if (name == NULL || state == NULL) {
    recovery_drift_reader_fail(reader, "a policy without name or state");
    return;
  }
  if (strcmp(state, "disabled") == 0)
    return;
  recovery_drift_reader_enter(reader, name);
  rule = recovery_drift_table_rule_new(name);
  why = condition = fill_rule(reader, parts, policy, rule);
  if (strcmp(state, "enabledForReportingButNotEnforced") == 0)
    why = "report-only: it enforces nothing";
  else if (strcmp(state, "enabled") != 0)
    why = "its state is not known";
  if (why != NULL)
    recovery_drift_table_unmapped(reader->table, name, "%s", why);
  if (reader->table->rules->len >= RECOVERY_DRIFT_TABLE_RULES)
    recovery_drift_reader_fail(reader, "too many policies");
  if (reader->error == NULL && strcmp(state, "enabled") == 0 &&
      (why == NULL || rule->unknown))
    g_ptr_array_add(reader->table->rules, rule);
  else
    recovery_drift_table_rule_free(rule);
}

static void
read_parts(RecoveryDriftReader *reader, const Parts *parts)
{
  for (guint i = 0; i < parts->methods->len && reader->error == NULL; i++) {
    const Part *part = &g_array_index(parts->methods, Part, i);

    reader->file = part->file;
    recovery_drift_entra_read_methods(reader, part->json);
  }
  for (guint i = 0; i < parts->policies->len && reader->error == NULL; i++) {
    const Part *part = &g_array_index(parts->policies, Part, i);

    reader->file = part->file;
    read_policy(reader, parts, part->json);
  }
  recovery_drift_reader_enter(reader, NULL);
  for (guint i = 0; i < parts->authorization->len && reader->error == NULL; i++)
    recovery_drift_entra_read_authorization(
        reader, g_array_index(parts->authorization, Part, i).json);
  if (parts->authorization->len == 0)
    recovery_drift_table_note(reader->table,
                              "the policy of authorization is not among the "
                              "files: whether administrators reset their "
                              "password by themselves is not known");
  if (parts->methods->len == 0)
    recovery_drift_entra_assume_methods(reader->table);
  if (parts->policies->len == 0)
    recovery_drift_table_note(reader->table,
                              "no Conditional Access policy is among the "
                              "files: nothing is required of anybody");
}

void
recovery_drift_entra_read(RecoveryDriftReader *reader,
                          const RecoveryDriftExport *export)
{
  g_autoptr(GPtrArray) trees = recovery_drift_read_trees(reader, export);
  g_autoptr(GArray) policies = g_array_new(FALSE, FALSE, sizeof(Part));
  g_autoptr(GArray) strengths = g_array_new(FALSE, FALSE, sizeof(Part));
  g_autoptr(GArray) methods = g_array_new(FALSE, FALSE, sizeof(Part));
  g_autoptr(GArray) authorization = g_array_new(FALSE, FALSE, sizeof(Part));
  Parts parts = {policies, strengths, methods, authorization};

  if (trees == NULL)
    return;
  reader->table->combine = RECOVERY_DRIFT_EVERY;
  reader->table->otherwise = RECOVERY_DRIFT_OPEN;
  for (guint i = 0; i < trees->len && reader->error == NULL; i++) {
    reader->file = export->files[i].name;
    take_file(reader, &parts, trees->pdata[i]);
  }
  read_parts(reader, &parts);
}
