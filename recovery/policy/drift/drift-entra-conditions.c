/* SPDX-License-Identifier: Apache-2.0 */
/* drift-entra-conditions.c - what a Conditional Access policy depends on
 * besides who, where and journey. A condition that this adapter has never heard
 * of is told by its name: a policy that has one does not hold at every sign-in.
 */
#include <string.h>

#include "recovery/policy/drift/drift-entra.h"

/* Does a value say anything? Graph writes what is not set as null, as an empty
 * list, or as an object of such. */
static bool
says_something(const FidotoolJson *json)
{
  if (json == NULL || fidotool_json_type(json) == FIDOTOOL_JSON_NULL)
    return false;
  if (fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY)
    return fidotool_json_size(json) > 0;
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return true;
  for (size_t i = 0; i < fidotool_json_size(json); i++)
    if (says_something(fidotool_json_member(json, i)))
      return true;
  return false;
}

bool
recovery_drift_entra_is_set(const FidotoolJson *conditions, const char *name)
{
  return says_something(fidotool_json_get(conditions, name));
}

const char *
recovery_drift_entra_find_strange(const FidotoolJson *object,
                                  const char *const *known)
{
  for (size_t i = 0; i < fidotool_json_size(object); i++) {
    const char *name = fidotool_json_name(object, i);

    if (strchr(name, '@') == NULL && !g_strv_contains(known, name) &&
        says_something(fidotool_json_member(object, i)))
      return name;
  }
  return NULL;
}

/* What Graph says of a policy that this adapter has never heard of. */
static const char *
find_strange_condition(RecoveryDriftReader *reader,
                       const FidotoolJson *conditions)
{
  static const char *const known[] = {"applications",   "users",
                                      "clientAppTypes", "locations",
                                      "platforms",      NULL};
  static const struct {
    const char *name;
    const char *const members[9];
  } parts[] = {
      {"applications",
       {"includeApplications", "excludeApplications", "includeUserActions",
        "includeAuthenticationContextClassReferences", "applicationFilter"}},
      {"users",
       {"includeUsers", "excludeUsers", "includeGroups", "excludeGroups",
        "includeRoles", "excludeRoles", "includeGuestsOrExternalUsers",
        "excludeGuestsOrExternalUsers"}},
      {"locations", {"includeLocations", "excludeLocations"}},
      {"platforms", {"includePlatforms", "excludePlatforms"}},
  };
  const char *strange = recovery_drift_entra_find_strange(conditions, known);

  for (size_t i = 0; strange == NULL && i < G_N_ELEMENTS(parts); i++)
    strange = recovery_drift_entra_find_strange(
        recovery_drift_reader_object(reader, conditions, parts[i].name),
        parts[i].members);
  return strange;
}

/* Does a pair of lists (places, platforms) leave somebody out? */
static bool
leaves_out(RecoveryDriftReader *reader, const FidotoolJson *conditions,
           const char *name, const char *include, const char *exclude)
{
  const FidotoolJson *pair =
      recovery_drift_reader_object(reader, conditions, name);

  if (pair == NULL)
    return false;
  return fidotool_json_size(fidotool_json_get(pair, exclude)) > 0 ||
         (!recovery_drift_reader_lists(reader, pair, include, "All") &&
          !recovery_drift_reader_lists(reader, pair, include, "all"));
}

/* Does it hold for some kinds of clients alone? */
static bool
is_for_some_clients(RecoveryDriftReader *reader, const FidotoolJson *conditions)
{
  return recovery_drift_entra_is_set(conditions, "clientAppTypes") &&
         !recovery_drift_reader_lists(reader, conditions, "clientAppTypes",
                                      "all") &&
         !(recovery_drift_reader_lists(reader, conditions, "clientAppTypes",
                                       "browser") &&
           recovery_drift_reader_lists(reader, conditions, "clientAppTypes",
                                       "mobileAppsAndDesktopClients"));
}

char *
recovery_drift_entra_find_condition(RecoveryDriftReader *reader,
                                    const FidotoolJson *conditions)
{
  static const struct {
    const char *name, *why;
  } known[] = {
      {"signInRiskLevels", "it depends on the risk of a sign-in"},
      {"userRiskLevels", "it depends on the risk of a user"},
      {"insiderRiskLevels", "it depends on insider risk"},
      {"servicePrincipalRiskLevels", "it is about service principals"},
      {"clientApplications", "it is about service principals"},
      {"devices", "it depends on the device"},
      {"deviceStates", "it depends on the device"},
      {"times", "it depends on the time of day"},
      {"authenticationFlows", "it is about some ways to sign in alone"},
  };
  const char *strange;

  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (recovery_drift_entra_is_set(conditions, known[i].name))
      return g_strdup(known[i].why);
  if (is_for_some_clients(reader, conditions))
    return g_strdup("it is about some client apps alone");
  if (leaves_out(reader, conditions, "locations", "includeLocations",
                 "excludeLocations"))
    return g_strdup("it depends on the place");
  if (leaves_out(reader, conditions, "platforms", "includePlatforms",
                 "excludePlatforms"))
    return g_strdup("it depends on the platform");
  strange = find_strange_condition(reader, conditions);
  return strange != NULL
             ? g_strdup_printf("it depends on \"%s\", which is not known",
                               recovery_drift_table_short(strange))
             : NULL;
}
