/* SPDX-License-Identifier: Apache-2.0 */
/* walk-exception.c - exceptions: granted by two who do not own them, within the
 * floors and from requirements of the policy in force; reviewed and ended while
 * they are there. */
#include <string.h>

#include "recovery/audit/walk-parts.h"
#include "recovery/format/exception-line.h"

#define DAY_S RECOVERY_EXCEPTION_LINE_DAY_S

/* line is NULL where its file is not in the bundle. */
typedef struct {
  RecoveryExceptionLine *line;
  int64_t reviewed_s;
  bool ended;
} Granted;

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

void
recovery_walk_exception_free(void *granted)
{
  Granted *one = granted;

  recovery_exception_line_free(one->line);
  g_free(one);
}

static RecoveryExceptionLine *
read_line(RecoveryWalk *walk, const char *digest, GError **error)
{
  const RecoveryBagFile *file =
      recovery_walk_object(walk, "exceptions", "json", digest);

  return file == NULL
             ? NULL
             : recovery_exception_line_read(g_bytes_get_data(file->data, NULL),
                                            g_bytes_get_size(file->data),
                                            error);
}

/* Of all that signed so far. */
static bool
check_owner(const RecoveryExceptionLine *line, const GArray *signers,
            GError **error)
{
  for (unsigned i = 0; i < signers->len; i++) {
    const RecoveryWalkSigned *by =
        &g_array_index(signers, RecoveryWalkSigned, i);

    if (strcmp(by->actor, line->owner) == 0 ||
        (by->row != NULL && strcmp(by->row->sub, line->owner) == 0))
      return recovery_walk_fail(
          error, "is signed by %s, who owns the exception", by->actor);
  }
  return true;
}

static bool
check_floors(const RecoveryWalk *walk, const RecoveryExceptionLine *line,
             GError **error)
{
  int64_t now_s = walk->now_ms / 1000;

  switch (recovery_exception_line_flaw(line)) {
  case RECOVERY_EXCEPTION_LINE_SOUND:
    break;
  case RECOVERY_EXCEPTION_LINE_BACKWARDS:
    return recovery_walk_fail(error, "grants what ends before it begins");
  case RECOVERY_EXCEPTION_LINE_LONG:
    return recovery_walk_fail(error, "grants more than 90 days");
  case RECOVERY_EXCEPTION_LINE_UNSEEN:
    return recovery_walk_fail(
        error, "grants what is reviewed less than every 30 days");
  }
  if (line->until_s <= now_s)
    return recovery_walk_fail(error, "grants what is over already");
  if (line->from_s < now_s - DAY_S)
    return recovery_walk_fail(error, "grants what began before it was signed");
  return true;
}

static bool
check_waives(RecoveryWalk *walk, const RecoveryExceptionLine *line,
             GError **error)
{
  const RecoveryDocument *document = recovery_walk_policy_document(walk);

  for (char **id = line->waives; document != NULL && *id != NULL; id++)
    if (recovery_document_find(document, RECOVERY_DOCUMENT_REQUIRES, *id) ==
        RECOVERY_DOCUMENT_NONE)
      return recovery_walk_fail(
          error, "waives %s, which is no requirement of the policy in force",
          *id);
  return true;
}

static bool
judge_grant(RecoveryWalk *walk, const FidotoolJson *entry,
            const GArray *signers, GError **error)
{
  GError *own = NULL;
  g_autoptr(RecoveryExceptionLine) line =
      read_line(walk, text_of(entry, "object"), &own);
  Granted *granted;

  if (own != NULL) {
    g_propagate_error(error, own);
    return false;
  }
  if (line != NULL &&
      (!check_owner(line, signers, error) || !check_floors(walk, line, error) ||
       !check_waives(walk, line, error)))
    return false;
  if (line != NULL && g_hash_table_contains(walk->exception_ids, line->id))
    return recovery_walk_fail(error, "grants %s again: an id is used once",
                              line->id);
  if (recovery_act_is_proposed(text_of(entry, "act")))
    return true;
  if (line != NULL)
    g_hash_table_add(walk->exception_ids, g_strdup(line->id));
  granted = g_new0(Granted, 1);
  granted->line = g_steal_pointer(&line);
  g_hash_table_insert(walk->exceptions, g_strdup(text_of(entry, "object")),
                      granted);
  return true;
}

/* A review in time; one end. */
static bool
judge_one(RecoveryWalk *walk, const FidotoolJson *entry, const GArray *signers,
          bool review, GError **error)
{
  Granted *granted =
      g_hash_table_lookup(walk->exceptions, text_of(entry, "object"));
  int64_t now_s = walk->now_ms / 1000;

  if (granted == NULL)
    return recovery_walk_unknown(
        walk, "is about an exception that was not granted", error);
  if (granted->ended ||
      (granted->line != NULL && now_s >= granted->line->until_s))
    return recovery_walk_fail(error, "is about an exception that is over");
  granted->ended = !review;
  if (!review || granted->line == NULL)
    return true;
  if (now_s < granted->line->from_s)
    return recovery_walk_fail(error, "reviews what has not begun");
  if (now_s >= recovery_exception_line_due(granted->line, granted->reviewed_s))
    return recovery_walk_fail(error, "reviews an exception whose review was "
                                     "overdue, and which has ended by that");
  granted->reviewed_s = now_s;
  return check_owner(granted->line, signers, error);
}

bool
recovery_walk_exception_judge(RecoveryWalk *walk, const RecoveryAct *act,
                              const FidotoolJson *entry, const GArray *signers,
                              GError **error)
{
  if (strcmp(act->name, "exception.grant") == 0)
    return judge_grant(walk, entry, signers, error);
  return judge_one(walk, entry, signers,
                   strcmp(act->name, "exception.review") == 0, error);
}
