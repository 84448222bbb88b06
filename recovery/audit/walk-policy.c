/* SPDX-License-Identifier: Apache-2.0 */
/* walk-policy.c - a new policy: its version rises, both signed what it changes,
 * and where that is looser it waited. The two documents are compared again: the
 * verifier in Python cannot, and takes the signed numbers. */
#include <string.h>

#include "recovery/audit/walk-parts.h"
#include "recovery/format/statement.h"
#include "recovery/format/time.h"
#include "recovery/policy/change.h"

/* A change that loosens takes effect a day after its last signature. */
#define VETO_MS INT64_C(86400000)
/* A draft is tried so long at most, from its statement on. */
#define TRIAL_MS (90 * INT64_C(86400000))

bool
recovery_walk_policy_named(RecoveryWalk *walk, const FidotoolJson *fields,
                           GError **error)
{
  int64_t version = fidotool_json_get_int(fields, "policy_version", 0);

  if (version <= walk->policy_highest)
    return recovery_walk_fail(error,
                              "has a statement of a policy whose version "
                              "is not higher than those before");
  walk->policy_highest = version;
  return true;
}

/* The first of the statements; NULL: it is not in the bundle. */
static const FidotoolJson *
find_first(const RecoveryWalk *walk, const FidotoolJson *fields)
{
  const FidotoolJson *previous = fidotool_json_get(fields, "previous");
  const char *stmt = fidotool_json_text(fidotool_json_at(previous, 0));
  const RecoveryPaper *first =
      stmt == NULL ? NULL : g_hash_table_lookup(walk->papers, stmt);

  return first == NULL ? NULL : first->fields;
}

/* What both signed is what the two documents say. */
static bool
weigh(const RecoveryBagFile *before, const RecoveryBagFile *after,
      const FidotoolJson *first, const FidotoolJson *fields, GError **error)
{
  g_autoptr(GError) own = NULL;
  int64_t at_ms = 0;
  g_autoptr(RecoveryChange) change = NULL;

  /* Both count as of the moment when the first was made. */
  (void)recovery_time_read(fidotool_json_get_text(first, "iat"), &at_ms);
  change = recovery_change_new(before->data, after->data, at_ms / 1000, &own);
  if (change != NULL && recovery_change_fits(change, fields, false, &own))
    return true;
  return recovery_walk_fail(error, "puts a policy in force of which %s",
                            own->message);
}

const RecoveryDocument *
recovery_walk_policy_read(RecoveryWalk *walk, const char *digest)
{
  const RecoveryBagFile *file;
  g_autoptr(RecoveryProblems) problems = NULL;
  RecoveryDocument *document;

  if (g_hash_table_contains(walk->documents, digest))
    return g_hash_table_lookup(walk->documents, digest);
  file = recovery_walk_object(walk, "policy", "yaml", digest);
  if (file == NULL)
    return NULL;
  problems = recovery_problem_new();
  document = recovery_document_read(g_bytes_get_data(file->data, NULL),
                                    g_bytes_get_size(file->data), problems);
  if (document == NULL)
    recovery_verdict_missing(walk->verdict, walk->seq, file->path,
                             "is a policy that cannot be read here");
  g_hash_table_insert(walk->documents, g_strdup(digest), document);
  return document;
}

const RecoveryDocument *
recovery_walk_policy_document(RecoveryWalk *walk)
{
  return recovery_walk_policy_read(walk, walk->policy);
}

bool
recovery_walk_policy_effect(RecoveryWalk *walk,
                            const RecoveryWalkChange *change, GError **error)
{
  const RecoveryBagFile *before =
      recovery_walk_object(walk, "policy", "yaml", walk->policy);
  const RecoveryBagFile *after =
      recovery_walk_object(walk, "policy", "yaml", change->object);
  const FidotoolJson *fields = change->fields;
  g_autofree char *was = g_steal_pointer(&walk->policy);
  const FidotoolJson *first;

  walk->policy = g_strdup(change->object);
  if (g_hash_table_contains(walk->policies, change->object))
    return recovery_walk_fail(error,
                              "puts a policy in force that was so before");
  if (fields == NULL)
    return true; /* recorded as missing */
  if (strcmp(fidotool_json_get_text(fields, "policy"), was) != 0)
    return recovery_walk_fail(error, "puts a policy in force that was weighed "
                                     "against another than the one before it");
  if (!recovery_change_is_at_once(fields) &&
      walk->now_ms - change->at_ms < VETO_MS)
    return recovery_walk_fail(error,
                              "puts a policy in force that loosens, less than "
                              "24 hours after it was signed");
  if (!recovery_walk_base_policy(walk, change, error))
    return false;
  first = find_first(walk, fields);
  if (first == NULL || before == NULL || after == NULL)
    return true; /* recorded as missing */
  if (strcmp(fidotool_json_get_text(first, "policy"), was) != 0)
    return recovery_walk_fail(error, "puts a policy in force whose first "
                                     "signature was beside another");
  return weigh(before, after, first, fields, error);
}

bool
recovery_walk_policy_try(RecoveryWalk *walk, const FidotoolJson *entry,
                         GError **error)
{
  int64_t until_ms = 0;

  (void)recovery_walk_object(walk, "policy", "yaml",
                             fidotool_json_get_text(entry, "object"));
  (void)recovery_time_read(fidotool_json_get_text(entry, "until"), &until_ms);
  if (until_ms > walk->now_ms + TRIAL_MS ||
      until_ms < walk->now_ms - RECOVERY_STATEMENT_LIFE_MS)
    return recovery_walk_fail(error, "tries a policy for more than 90 days");
  return true;
}
