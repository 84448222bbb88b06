/* SPDX-License-Identifier: Apache-2.0 */
/* walk-decision.c - decisions that took a weaker path. What they decided on is
 * personal and not in the bundle; what they leaned on is. */
#include <string.h>

#include "recovery/audit/walk-parts.h"

static const FidotoolJson *
list_of(const FidotoolJson *entry, const char *name)
{
  return fidotool_json_get(entry, name);
}

static bool
has(const FidotoolJson *list, const char *text)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (strcmp(fidotool_json_text(fidotool_json_at(list, i)), text) == 0)
      return true;
  return false;
}

static bool
is_any(const FidotoolJson *entry, const char *name)
{
  return fidotool_json_size(list_of(entry, name)) > 0;
}

static bool
check_reason(const FidotoolJson *entry, GError **error)
{
  const char *result = fidotool_json_get_text(entry, "result");
  const char *first =
      fidotool_json_text(fidotool_json_at(list_of(entry, "reasons"), 0));

  if (fidotool_json_get(entry, "weaker") == NULL ||
      strcmp(fidotool_json_get_text(entry, "why"), first) != 0)
    return recovery_walk_fail(error, "is a weaker path and not marked so, or "
                                     "for another reason");
  if (strcmp(result, "allow") != 0 && strcmp(result, "need-approval") != 0)
    return recovery_walk_fail(error, "is a weaker path that was not taken");
  return true;
}

static bool
check_fallbacks(const FidotoolJson *entry, GError **error)
{
  const FidotoolJson *fallbacks = list_of(entry, "fallbacks");
  bool used = has(list_of(entry, "reasons"), "fallback") &&
              strcmp(fidotool_json_get_text(entry, "result"), "allow") == 0;
  bool ok = is_any(entry, "fallbacks") == used;

  for (size_t i = 0; ok && i < fidotool_json_size(fallbacks); i++)
    ok = has(list_of(entry, "rules"),
             fidotool_json_text(fidotool_json_at(fallbacks, i)));
  return ok || recovery_walk_fail(error, "names fallbacks that it did not use, "
                                         "or uses some without naming them");
}

bool
recovery_walk_decision_judge(const FidotoolJson *entry, GError **error)
{
  bool excepted = has(list_of(entry, "reasons"), "exception");

  if (!check_reason(entry, error) || !check_fallbacks(entry, error))
    return false;
  if (is_any(entry, "exceptions") != excepted ||
      is_any(entry, "waived") != excepted)
    return recovery_walk_fail(error, "names exceptions that it did not use, or "
                                     "uses some without naming them");
  if (!is_any(entry, "rules"))
    return recovery_walk_fail(error, "names no rule");
  if (fidotool_json_size(list_of(entry, "pii")) != 1)
    return recovery_walk_fail(error,
                              "does not commit to what was decided on, once");
  return true;
}
