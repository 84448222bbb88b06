/* SPDX-License-Identifier: Apache-2.0 */
/* diff-point.c - what changes beside the table: signals, limits of fallbacks
 * and exceptions, tiers of recovery, roles, retention. */
#include <string.h>

#include "recovery/policy/diff-private.h"
#include "recovery/policy/print.h"

typedef RecoveryDocument Document;
typedef RecoveryDocumentRefs Refs;
typedef RecoveryDocumentTier Tier;
typedef RecoveryDocumentSignal Signal;
typedef RecoveryDiff Diff;

#define NONE RECOVERY_DOCUMENT_NONE
#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

typedef struct {
  Diff *diff;
  const Document *before, *after;
} Points;

void
recovery_diff_point_add(Diff *diff, RecoveryDiffWay way, const char *format,
                        ...)
{
  RecoveryDiffPoint *point = g_new0(RecoveryDiffPoint, 1);
  va_list args;

  va_start(args, format);
  point->way = way;
  point->text = g_strdup_vprintf(format, args);
  va_end(args);
  g_ptr_array_add(diff->points, point);
}

#define add_point(points, ...)                                                 \
  recovery_diff_point_add((points)->diff, __VA_ARGS__)

/* more: what a larger number means. */
static void
add_number(const Points *points, const char *what, const char *field,
           int64_t before, int64_t after, RecoveryDiffWay more)
{
  RecoveryDiffWay less = more == RECOVERY_DIFF_LOOSER ? RECOVERY_DIFF_STRICTER
                                                      : RECOVERY_DIFF_LOOSER;

  if (before != after)
    add_point(points, after > before ? more : less,
              "%s: %s is %" G_GINT64_FORMAT ", was %" G_GINT64_FORMAT, what,
              field, after, before);
}

/* More texts of one side than of the other. */
static void
add_missing(const Points *points, const char *what, const char *field,
            const Document *of, const Refs *refs, const Document *other_of,
            const Refs *other, RecoveryDocumentSection section,
            RecoveryDiffWay way, const char *verb)
{
  for (uint32_t i = 0; i < refs->count; i++) {
    const char *id = recovery_document_id(of, section, refs->items[i].index);
    bool found = false;

    for (uint32_t j = 0; j < other->count; j++)
      found = found || strcmp(recovery_document_id(other_of, section,
                                                   other->items[j].index),
                              id) == 0;
    if (!found)
      add_point(points, way, "%s: %s %s %s", what, id, verb, field);
  }
}

/* ---- signals, fallbacks, exceptions ---- */

static RecoveryDiffWay
compare_good(const RecoveryDocumentGood *before,
             const RecoveryDocumentGood *after)
{
  int way = RECOVERY_DIFF_SAME;

  if (before->kind != after->kind)
    return RECOVERY_DIFF_BOTH;
  if (before->kind != RECOVERY_DOCUMENT_GOOD_RANGE)
    return before->number == after->number &&
                   g_strcmp0(before->text, after->text) == 0
               ? RECOVERY_DIFF_SAME
               : RECOVERY_DIFF_BOTH;
  if (after->min < before->min || after->max > before->max)
    way |= RECOVERY_DIFF_LOOSER;
  if (after->min > before->min || after->max < before->max)
    way |= RECOVERY_DIFF_STRICTER;
  return (RecoveryDiffWay)way;
}

/* What stood under that id before; NULL: nothing did. */
static const void *
find_before(const Points *points, RecoveryDocumentSection section,
            const char *id)
{
  const GArray *array = points->before->sections[section];
  uint32_t found = recovery_document_find(points->before, section, id);

  return found == NONE
             ? NULL
             : array->data + found * g_array_get_element_size((GArray *)array);
}

static void
compare_signals(const Points *points)
{
  for (uint32_t i = 0; i < N_OF(points->after, SIGNALS); i++) {
    const Signal *after =
        RECOVERY_DOCUMENT_AT(points->after, SIGNALS, Signal, i);
    const Signal *before =
        find_before(points, RECOVERY_DOCUMENT_SIGNALS, after->id);
    g_autofree char *what = g_strdup_printf("signal %s", after->id);
    RecoveryDiffWay good;

    if (before == NULL)
      continue; /* the table shows what hangs on it */
    good = compare_good(&before->good, &after->good);
    add_number(points, what, "max_age_s", before->max_age_s, after->max_age_s,
               RECOVERY_DIFF_LOOSER);
    if (good != RECOVERY_DIFF_SAME)
      add_point(points, good, "%s: another value is good", what);
    if (strcmp(before->source, after->source) != 0)
      add_point(points, RECOVERY_DIFF_BOTH, "%s: comes from %s, came from %s",
                what, after->source, before->source);
  }
}

static void
compare_times(const Points *points, const char *what, const char *field,
              int64_t before, int64_t after)
{
  g_autofree char *was = recovery_print_time(before);
  g_autofree char *is = recovery_print_time(after);

  if (before != after)
    add_point(points,
              after > before ? RECOVERY_DIFF_LOOSER : RECOVERY_DIFF_STRICTER,
              "%s: %s is %s, was %s", what, field, is, was);
}

static void
compare_fallbacks(const Points *points)
{
  for (uint32_t i = 0; i < N_OF(points->after, FALLBACKS); i++) {
    const RecoveryDocumentPermit *after =
        RECOVERY_DOCUMENT_AT(points->after, FALLBACKS, Permit, i);
    const RecoveryDocumentPermit *before =
        find_before(points, RECOVERY_DOCUMENT_FALLBACKS, after->id);
    g_autofree char *what = g_strdup_printf("fallback %s", after->id);

    if (before == NULL)
      continue;
    compare_times(points, what, "expires", before->expires_s, after->expires_s);
    add_number(points, what, "uses_per_30d", before->uses_per_30d,
               after->uses_per_30d, RECOVERY_DIFF_LOOSER);
  }
}

static void
compare_exceptions(const Points *points)
{
  for (uint32_t i = 0; i < N_OF(points->after, EXCEPTIONS); i++) {
    const RecoveryDocumentException *after =
        RECOVERY_DOCUMENT_AT(points->after, EXCEPTIONS, Exception, i);
    const RecoveryDocumentException *before =
        find_before(points, RECOVERY_DOCUMENT_EXCEPTIONS, after->id);
    g_autofree char *what = g_strdup_printf("exception %s", after->id);

    if (before == NULL)
      continue;
    compare_times(points, what, "until", before->until_s, after->until_s);
    /* An earlier beginning is more of it. */
    if (before->from_s != after->from_s)
      add_point(points,
                after->from_s < before->from_s ? RECOVERY_DIFF_LOOSER
                                               : RECOVERY_DIFF_STRICTER,
                "%s: begins %s than before", what,
                after->from_s < before->from_s ? "earlier" : "later");
    add_number(points, what, "review_every_d", before->review_every_d,
               after->review_every_d, RECOVERY_DIFF_LOOSER);
  }
}

/* ---- the policy, its apps ---- */

/* Words of it that decide something; review_by is when it is looked at again.
 */
static void
compare_heads(const Points *points)
{
  const RecoveryDocumentPolicy *before = &points->before->policy;
  const RecoveryDocumentPolicy *after = &points->after->policy;

  if (strcmp(before->id, after->id) != 0)
    add_point(points, RECOVERY_DIFF_BOTH, "policy: its id is %s, was %s",
              after->id, before->id);
  if (g_strcmp0(before->base, after->base) != 0)
    add_point(points, RECOVERY_DIFF_BOTH, "policy: its base is %s, was %s",
              after->base == NULL ? "none" : after->base,
              before->base == NULL ? "none" : before->base);
  if ((before->review_by_s == 0) != (after->review_by_s == 0))
    add_point(points,
              after->review_by_s == 0 ? RECOVERY_DIFF_LOOSER
                                      : RECOVERY_DIFF_STRICTER,
              "policy: review_by was %s",
              after->review_by_s == 0 ? "taken out" : "added");
  else
    compare_times(points, "policy", "review_by", before->review_by_s,
                  after->review_by_s);
}

static void
compare_apps(const Points *points)
{
  for (uint32_t i = 0; i < N_OF(points->after, APPS); i++) {
    const RecoveryDocumentApp *after =
        RECOVERY_DOCUMENT_AT(points->after, APPS, App, i);
    const RecoveryDocumentApp *before =
        find_before(points, RECOVERY_DOCUMENT_APPS, after->id);

    if (before == NULL)
      continue; /* the table shows it */
    if (g_strcmp0(before->rp_id, after->rp_id) != 0)
      add_point(points, RECOVERY_DIFF_BOTH, "app %s: is another relying party",
                after->id);
  }
}

/* ---- recovery ---- */

static int64_t
rate(const RecoveryDocumentLimit *limit)
{
  return limit->count == 0 ? INT64_MAX
                           : limit->count * 1000000 / MAX(1, limit->span_s);
}

static void
compare_limits(const Points *points, const char *what, const char *field,
               const RecoveryDocumentLimit *before,
               const RecoveryDocumentLimit *after)
{
  if (before->count == after->count && before->span_s == after->span_s)
    return;
  add_point(points,
            rate(after) > rate(before)   ? RECOVERY_DIFF_LOOSER
            : rate(after) < rate(before) ? RECOVERY_DIFF_STRICTER
                                         : RECOVERY_DIFF_BOTH,
            "%s: another limit for each %s", what, field);
}

static void
compare_slots(const Points *points, const char *what, const Tier *before,
              const Tier *after)
{
  add_missing(points, what, "slots", points->before, &before->slots,
              points->after, &after->slots, RECOVERY_DOCUMENT_SLOTS,
              RECOVERY_DIFF_LOOSER, "was taken out of");
  add_missing(points, what, "slots", points->after, &after->slots,
              points->before, &before->slots, RECOVERY_DOCUMENT_SLOTS,
              RECOVERY_DIFF_STRICTER, "was added to");
}

static bool
has_notice(const Tier *tier, const char *notice)
{
  for (uint32_t i = 0; i < tier->notices.count; i++)
    if (strcmp(tier->notices.items[i], notice) == 0)
      return true;
  return false;
}

static void
compare_notices(const Points *points, const char *what, const Tier *before,
                const Tier *after)
{
  const struct {
    const Tier *of, *other;
    RecoveryDiffWay way;
    const char *verb;
  } sides[] = {{before, after, RECOVERY_DIFF_LOOSER, "was taken out"},
               {after, before, RECOVERY_DIFF_STRICTER, "was added"}};

  for (size_t s = 0; s < G_N_ELEMENTS(sides); s++)
    for (uint32_t i = 0; i < sides[s].of->notices.count; i++)
      if (!has_notice(sides[s].other, sides[s].of->notices.items[i]))
        add_point(points, sides[s].way, "%s: notice %s %s", what,
                  sides[s].of->notices.items[i], sides[s].verb);
}

static void
compare_tier(const Points *points, const char *what, const Tier *before,
             const Tier *after)
{
  const struct {
    const char *field;
    int64_t before, after;
  } numbers[] = {
      {"off_kiosk", before->off_kiosk, after->off_kiosk},
      {"wait_h", before->wait_h, after->wait_h},
      {"restrict_h", before->restrict_h, after->restrict_h},
      {"contest_h", before->contest_h, after->contest_h},
      {"read_s", before->read_s, after->read_s},
      {"min_keys", before->min_keys, after->min_keys},
  };
  /* Without it there is no shorter wait at all. */
  int64_t was = before->wait_h_security_on_site;
  int64_t is = after->wait_h_security_on_site;

  if ((before->at.line == 0) != (after->at.line == 0))
    add_point(points, RECOVERY_DIFF_BOTH, "%s: the tier was %s", what,
              after->at.line == 0 ? "taken out" : "added");
  if (before->at.line == 0 || after->at.line == 0)
    return;
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
    add_number(points, what, numbers[i].field, numbers[i].before,
               numbers[i].after, RECOVERY_DIFF_STRICTER);
  if (was >= 0 || is >= 0)
    add_number(points, what, "wait_h_security_on_site",
               was < 0 ? before->wait_h : was, is < 0 ? after->wait_h : is,
               RECOVERY_DIFF_STRICTER);
  if ((before->call_back == RECOVERY_DOCUMENT_YES) !=
      (after->call_back == RECOVERY_DOCUMENT_YES))
    add_point(points,
              after->call_back == RECOVERY_DOCUMENT_YES ? RECOVERY_DIFF_STRICTER
                                                        : RECOVERY_DIFF_LOOSER,
              "%s: call_back was %s", what,
              after->call_back == RECOVERY_DOCUMENT_YES ? "added"
                                                        : "taken out");
  if ((before->present_at_issue == RECOVERY_DOCUMENT_YES) !=
      (after->present_at_issue == RECOVERY_DOCUMENT_YES))
    add_point(points,
              after->present_at_issue == RECOVERY_DOCUMENT_YES
                  ? RECOVERY_DIFF_STRICTER
                  : RECOVERY_DIFF_LOOSER,
              "%s: present_at_issue was %s", what,
              after->present_at_issue == RECOVERY_DOCUMENT_YES ? "added"
                                                               : "taken out");
  compare_notices(points, what, before, after);
  if (strcmp(before->evidence, after->evidence) != 0)
    add_point(points, RECOVERY_DIFF_BOTH, "%s: evidence is %s, was %s", what,
              after->evidence, before->evidence);
  compare_slots(points, what, before, after);
  compare_limits(points, what, "subject", &before->subject, &after->subject);
  compare_limits(points, what, "agent", &before->agent, &after->agent);
  compare_limits(points, what, "approver", &before->approver, &after->approver);
}

static void
compare_recovery(const Points *points)
{
  const RecoveryDocumentRecovery *before = &points->before->recovery;
  const RecoveryDocumentRecovery *after = &points->after->recovery;

  add_number(points, "recovery", "routine_check_pct", before->routine_check_pct,
             after->routine_check_pct, RECOVERY_DIFF_STRICTER);
  compare_tier(points, "recovery.standard", &before->standard,
               &after->standard);
  compare_tier(points, "recovery.remote", &before->remote, &after->remote);
  compare_tier(points, "recovery.privileged", &before->privileged,
               &after->privileged);
}

/* Without the section metadata are never too old. */
static void
compare_metadata(const Points *points)
{
  const RecoveryDocumentMetadata *before = &points->before->metadata;
  const RecoveryDocumentMetadata *after = &points->after->metadata;

  if (before->at.line == 0 && after->at.line == 0)
    return;
  if (before->at.line != 0 && after->at.line != 0)
    add_number(points, "metadata", "max_stale_days", before->max_stale_days,
               after->max_stale_days, RECOVERY_DIFF_LOOSER);
  else
    add_point(points,
              after->at.line == 0 ? RECOVERY_DIFF_LOOSER
                                  : RECOVERY_DIFF_STRICTER,
              "metadata: max_stale_days was %s",
              after->at.line == 0 ? "taken out" : "added");
}

/* The keys of staff: a class of which none is weaker than another. */
static const RecoveryDocumentClass *
find_roster(const Document *document)
{
  for (uint32_t i = 0; i < N_OF(document, CLASSES); i++) {
    const RecoveryDocumentClass *class_of =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    if (class_of->use == RECOVERY_DOCUMENT_FOR_ROSTER)
      return class_of;
  }
  return NULL;
}

static void
compare_roster(const Points *points)
{
  const RecoveryDocumentClass *before = find_roster(points->before);
  const RecoveryDocumentClass *after = find_roster(points->after);
  g_autofree char *was = NULL;
  g_autofree char *is = NULL;

  if (before == NULL || after == NULL)
    return; /* an error of lint */
  was = recovery_print_class(points->before, before);
  is = recovery_print_class(points->after, after);
  if (strcmp(was, is) != 0)
    add_point(points, RECOVERY_DIFF_BOTH, "keys of staff: are %s, were %s", is,
              was);
}

/* ---- roles, retention ---- */

static bool
grants(const RecoveryDocumentRole *role, const char *act)
{
  for (uint32_t i = 0; i < role->grants.count; i++)
    if (strcmp(role->grants.items[i], act) == 0)
      return true;
  return role->grants.count == 0; /* its whole row */
}

static void
compare_grants(const Points *points, const char *what,
               const RecoveryDocumentRole *before,
               const RecoveryDocumentRole *after)
{
  if (before->grants.count > 0 && after->grants.count == 0)
    add_point(points, RECOVERY_DIFF_LOOSER,
              "%s: grants were taken out, so it "
              "keeps all its acts",
              what);
  if (before->grants.count == 0 && after->grants.count > 0)
    add_point(points, RECOVERY_DIFF_STRICTER, "%s: grants narrow its acts now",
              what);
  for (uint32_t i = 0; i < after->grants.count; i++)
    if (!grants(before, after->grants.items[i]))
      add_point(points, RECOVERY_DIFF_LOOSER, "%s: may %s now", what,
                after->grants.items[i]);
  for (uint32_t i = 0; i < before->grants.count; i++)
    if (!grants(after, before->grants.items[i]))
      add_point(points, RECOVERY_DIFF_STRICTER, "%s: may no longer %s", what,
                before->grants.items[i]);
}

static void
compare_role(const Points *points, const RecoveryDocumentRole *before,
             const RecoveryDocumentRole *after)
{
  g_autofree char *what = g_strdup_printf("role %s", after->id);

  add_number(points, what, "max_min",
             before->max_min == 0 ? 60 : before->max_min,
             after->max_min == 0 ? 60 : after->max_min, RECOVERY_DIFF_LOOSER);
  add_number(points, what, "approvals", before->approvals, after->approvals,
             RECOVERY_DIFF_STRICTER);
  if ((before->reason == RECOVERY_DOCUMENT_YES) !=
      (after->reason == RECOVERY_DOCUMENT_YES))
    add_point(points,
              after->reason == RECOVERY_DOCUMENT_YES ? RECOVERY_DIFF_STRICTER
                                                     : RECOVERY_DIFF_LOOSER,
              "%s: activation %s a reason", what,
              after->reason == RECOVERY_DOCUMENT_YES ? "takes"
                                                     : "no longer takes");
  compare_grants(points, what, before, after);
  add_missing(points, what, "conflicts_with", points->before,
              &before->conflicts_with, points->after, &after->conflicts_with,
              RECOVERY_DOCUMENT_ROLES, RECOVERY_DIFF_LOOSER,
              "was taken out of");
  add_missing(points, what, "conflicts_with", points->after,
              &after->conflicts_with, points->before, &before->conflicts_with,
              RECOVERY_DOCUMENT_ROLES, RECOVERY_DIFF_STRICTER, "was added to");
}

static void
compare_roles(const Points *points)
{
  static const RecoveryDocumentRole whole; /* a role that is not listed */

  for (uint32_t i = 0; i < N_OF(points->after, ROLES); i++) {
    const RecoveryDocumentRole *after =
        RECOVERY_DOCUMENT_AT(points->after, ROLES, Role, i);
    uint32_t found = recovery_document_find(points->before,
                                            RECOVERY_DOCUMENT_ROLES, after->id);

    compare_role(points,
                 found == NONE
                     ? &whole
                     : RECOVERY_DOCUMENT_AT(points->before, ROLES, Role, found),
                 after);
  }
  for (uint32_t i = 0; i < N_OF(points->before, ROLES); i++) {
    const RecoveryDocumentRole *before =
        RECOVERY_DOCUMENT_AT(points->before, ROLES, Role, i);

    if (recovery_document_find(points->after, RECOVERY_DOCUMENT_ROLES,
                               before->id) == NONE)
      add_point(points, RECOVERY_DIFF_LOOSER,
                "role %s: was taken out, so it keeps all its acts", before->id);
  }
}

static const char *
find_keep(const Document *document, RecoveryDocumentData class_of)
{
  for (guint i = 0; i < document->retention->len; i++) {
    const RecoveryDocumentRetention *line =
        &g_array_index(document->retention, RecoveryDocumentRetention, i);

    if (line->class_of == class_of)
      return line->keep;
  }
  return "not there";
}

static void
compare_retention(const Points *points)
{
  static const char *const names[] = {"record", "personal", "outbox"};

  for (int i = RECOVERY_DOCUMENT_RECORD; i <= RECOVERY_DOCUMENT_OUTBOX; i++) {
    const char *was = find_keep(points->before, (RecoveryDocumentData)i);
    const char *is = find_keep(points->after, (RecoveryDocumentData)i);

    if (strcmp(was, is) != 0)
      add_point(points, RECOVERY_DIFF_SAME, "retention of %s: is %s, was %s",
                names[i], is, was);
  }
}

void
recovery_diff_points(Diff *diff, const Document *before, const Document *after)
{
  Points points = {diff, before, after};

  compare_heads(&points);
  compare_signals(&points);
  compare_apps(&points);
  compare_fallbacks(&points);
  compare_exceptions(&points);
  compare_recovery(&points);
  compare_metadata(&points);
  compare_roster(&points);
  compare_roles(&points);
  compare_retention(&points);
}
