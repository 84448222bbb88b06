/* SPDX-License-Identifier: Apache-2.0 */
/* lint.c - what must hold between the objects of a policy. */
#include "recovery/policy/lint.h"

#include <string.h>

typedef RecoveryDocument Document;
typedef RecoveryDocumentTier Tier;
typedef RecoveryProblems Problems;

#define DAYS_S 86400
#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

/* ---- classes ---- */

static void
check_roster(const Document *document, Problems *problems)
{
  int rosters = 0;

  for (uint32_t i = 0; i < N_OF(document, CLASSES); i++) {
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    if (class_of->use != RECOVERY_DOCUMENT_FOR_ROSTER)
      continue;
    if (++rosters > 1)
      recovery_problem_error(problems, "L37", class_of->at,
                             "a second class with use: roster");
    if (class_of->match.attested != RECOVERY_DOCUMENT_YES)
      recovery_problem_error(problems, "L37", class_of->at,
                             "the class for the roster lacks attested: true");
  }
  if (rosters == 0)
    recovery_problem_error(problems, "L37", (RecoveryProblemPlace){0, 0},
                           "no class with use: roster");
}

static void
check_ranks(const Document *document, Problems *problems)
{
  g_autoptr(GHashTable) ranks = g_hash_table_new(g_int64_hash, g_int64_equal);

  for (uint32_t i = 0; i < N_OF(document, CLASSES); i++) {
    RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    if (class_of->rank != 0 && !g_hash_table_add(ranks, &class_of->rank))
      recovery_problem_error(problems, "L02", class_of->at,
                             "rank %" G_GINT64_FORMAT " is there twice",
                             class_of->rank);
  }
}

/* ---- rules ---- */

static bool
is_roster(const Document *document, const RecoveryDocumentRef *ref)
{
  return ref->index != RECOVERY_DOCUMENT_NONE &&
         RECOVERY_DOCUMENT_AT(document, CLASSES, Class, ref->index)->use ==
             RECOVERY_DOCUMENT_FOR_ROSTER;
}

static void
check_accept(const Document *document, RecoveryDocumentSection section,
             Problems *problems)
{
  const GArray *permits = document->sections[section];

  for (guint i = 0; i < permits->len; i++) {
    const RecoveryDocumentRefs *accept =
        &g_array_index(permits, RecoveryDocumentPermit, i).accept;

    for (uint32_t j = 0; j < accept->count; j++)
      if (is_roster(document, &accept->items[j]))
        recovery_problem_error(problems, "L37", accept->items[j].at,
                               "a permit names the class for the roster");
  }
}

static void
check_requires(const Document *document, Problems *problems)
{
  for (uint32_t i = 0; i < N_OF(document, REQUIRES); i++) {
    const RecoveryDocumentRef *least =
        &RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i)->min_class;

    if (is_roster(document, least))
      recovery_problem_error(problems, "L37", least->at,
                             "a requirement names the class for the roster");
  }
}

static void
check_exceptions(const Document *document, Problems *problems)
{
  for (uint32_t i = 0; i < N_OF(document, EXCEPTIONS); i++) {
    const RecoveryDocumentException *exception =
        RECOVERY_DOCUMENT_AT(document, EXCEPTIONS, Exception, i);

    if (exception->until_s <= exception->from_s ||
        exception->until_s - exception->from_s > 90 * DAYS_S)
      recovery_problem_error(problems, "L28", exception->at,
                             "%s: from its from to its until there are more "
                             "than 90 days, or none",
                             exception->id);
    if (exception->review_every_d > 30)
      recovery_problem_error(problems, "L28", exception->at,
                             "%s: review_every_d is more than 30",
                             exception->id);
    if (exception->approved_by.count < 2)
      recovery_problem_error(problems, "L28", exception->at,
                             "%s: two people approve an exception",
                             exception->id);
    for (uint32_t j = 0; j < exception->approved_by.count; j++)
      if (strcmp(exception->approved_by.items[j], exception->owner) == 0)
        recovery_problem_error(problems, "L28", exception->at,
                               "%s: its owner approves it", exception->id);
  }
}

/* ---- recovery ---- */

bool
recovery_lint_is_issuable(const Document *document, uint32_t class_of)
{
  for (uint32_t i = 0; i < N_OF(document, PERMITS); i++) {
    const RecoveryDocumentPermit *permit =
        RECOVERY_DOCUMENT_AT(document, PERMITS, Permit, i);
    bool recovery = permit->scope.journey.count == 0;

    for (uint32_t j = 0; j < permit->scope.journey.count; j++)
      recovery =
          recovery ||
          strcmp(recovery_document_id(document, RECOVERY_DOCUMENT_JOURNEYS,
                                      permit->scope.journey.items[j].index),
                 "recovery") == 0;
    for (uint32_t j = 0; recovery && j < permit->accept.count; j++)
      if (permit->accept.items[j].index == class_of)
        return true;
  }
  return false;
}

static void
check_issue(const Document *document, const Tier *tier, Problems *problems)
{
  bool any = false;

  for (uint32_t i = 0; i < tier->issue.count; i++) {
    const RecoveryDocumentRef *issue = &tier->issue.items[i];
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, issue->index);

    any = any || recovery_lint_is_issuable(document, issue->index);
    if (is_roster(document, issue))
      recovery_problem_error(problems, "L37", issue->at,
                             "issue: %s is the class for the roster",
                             class_of->id);
    else if (class_of->match.attested != RECOVERY_DOCUMENT_YES)
      recovery_problem_error(problems, "L37", issue->at,
                             "class %s is issued and lacks attested: true",
                             class_of->id);
  }
  if (!any)
    recovery_problem_error(problems, "L03", tier->at,
                           "no permit of journey recovery accepts what is "
                           "issued");
}

static void
check_tier(const Document *document, const Tier *tier, bool practice,
           Problems *problems)
{
  const struct {
    const char *name;
    int64_t value;
  } windows[] = {{"restrict_h", tier->restrict_h},
                 {"contest_h", tier->contest_h},
                 {"read_s", tier->read_s}};

  if (tier->at.line == 0)
    return;
  check_issue(document, tier, problems);
  if (tier->slots.count < 2)
    recovery_problem_error(problems, "L05", tier->at,
                           "two slots are the least");
  if (tier->off_kiosk > (int64_t)tier->slots.count)
    recovery_problem_error(problems, "L03", tier->at,
                           "off_kiosk is more than there are slots");
  for (size_t i = 0; !practice && i < G_N_ELEMENTS(windows); i++)
    if (windows[i].value == 0)
      recovery_problem_error(problems, "L40", tier->at,
                             "%s is 0 outside practice", windows[i].name);
}

/* ---- retention ---- */

/* Each class of data, how its period is written and what ends it. */
static const struct {
  const char *name, *unit, *purge;
  bool must;
} retentions[] = {
    [RECOVERY_DOCUMENT_RECORD] = {"record", "y", "whole-epoch", true},
    [RECOVERY_DOCUMENT_PERSONAL] = {"personal", "d-after-close",
                                    "shred-subject", true},
    [RECOVERY_DOCUMENT_OUTBOX] = {"outbox", "until-acknowledged", "delete",
                                  false},
};

/* A number before the unit; none before a unit that is no number's. */
static bool
read_keep(const char *keep, const char *unit, int64_t *ret_count)
{
  char *end;

  *ret_count = 0;
  if (g_str_has_prefix(unit, "until"))
    return strcmp(keep, unit) == 0;
  if (!g_ascii_isdigit(keep[0]) || keep[0] == '0' || strlen(keep) > 32)
    return false;
  *ret_count = g_ascii_strtoll(keep, &end, 10);
  return strcmp(end, unit) == 0 && *ret_count <= 36500;
}

int64_t
recovery_lint_keep_s(const RecoveryDocumentRetention *retention)
{
  int64_t count;

  if (!read_keep(retention->keep, retentions[retention->class_of].unit, &count))
    return 0;
  return count * DAYS_S *
         (retention->class_of == RECOVERY_DOCUMENT_RECORD ? 365 : 1);
}

static void
check_retention(const Document *document, Problems *problems)
{
  bool seen[G_N_ELEMENTS(retentions)] = {false};
  int64_t count;

  for (guint i = 0; i < document->retention->len; i++) {
    const RecoveryDocumentRetention *line =
        &g_array_index(document->retention, RecoveryDocumentRetention, i);
    const char *name = retentions[line->class_of].name;
    const char *unit = retentions[line->class_of].unit;

    if (seen[line->class_of])
      recovery_problem_error(problems, "L01", line->at,
                             "class %s is there twice", name);
    seen[line->class_of] = true;
    if (!read_keep(line->keep, unit, &count))
      recovery_problem_error(
          problems, "L27", line->at,
          "keep of %s: expected a period like %s%s, not \"%s\"", name,
          unit[0] == 'u' ? "" : "7", unit, line->keep);
    if (strcmp(line->purge, retentions[line->class_of].purge) != 0)
      recovery_problem_error(problems, "L27", line->at,
                             "purge of %s: expected %s, not \"%s\"", name,
                             retentions[line->class_of].purge, line->purge);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(retentions); i++)
    if (retentions[i].must && !seen[i])
      recovery_problem_error(problems, "L27", (RecoveryProblemPlace){0, 0},
                             "retention: no period for %s", retentions[i].name);
}

void
recovery_lint_check(const Document *document, bool practice, Problems *problems)
{
  check_roster(document, problems);
  check_ranks(document, problems);
  check_accept(document, RECOVERY_DOCUMENT_PERMITS, problems);
  check_accept(document, RECOVERY_DOCUMENT_FALLBACKS, problems);
  check_requires(document, problems);
  check_exceptions(document, problems);
  check_tier(document, &document->recovery.standard, practice, problems);
  check_tier(document, &document->recovery.remote, practice, problems);
  check_tier(document, &document->recovery.privileged, practice, problems);
  check_retention(document, problems);
  recovery_problem_sort(problems);
}
