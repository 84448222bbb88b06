/* SPDX-License-Identifier: Apache-2.0 */
/* policy-tier.c - the sections `recovery` and `retention` of a policy file. */
#include "recovery/policy-tier.h"

#include <string.h>

#include "recovery/format/act.h"
#include "recovery/format/jcs.h"

#define DAY_S 86400
#define HOUR_S 3600
#define MAX_HOURS 8760
/* A contest of an issued case comes at most 7 days after it (the record). */
#define MAX_CONTEST_H 168
#define DEFAULT_READ_S 60

#define MUST RECOVERY_POLICY_FIELD_MUST
#define MAY RECOVERY_POLICY_FIELD_MAY
#define NOT_YET RECOVERY_POLICY_FIELD_NOT_YET
#define READ_MAP(reader, node, path, fields, into)                             \
  recovery_policy_field_map(reader, node, path, fields, G_N_ELEMENTS(fields),  \
                            into)

typedef RecoveryPolicyFileNode Node;
typedef RecoveryPolicyField Field;
typedef RecoveryPolicyFieldReader Reader;

/* ---- recovery ---- */

static void
read_tier_issue(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyTier *)into)->issue = recovery_policy_field_ids(reader, node);
}

/* A slot is filled by the role of the same id; some roles fill none. */
static void
read_tier_slots(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyTier *tier = into;

  tier->slots = recovery_policy_field_ids(reader, node);
  if (tier->slots == NULL)
    return;
  if (g_strv_length(tier->slots) < 2)
    recovery_policy_field_problem(reader, node, "L05: two slots are the least");
  for (size_t i = 0; tier->slots[i] != NULL; i++)
    if (!recovery_jcs_is_id(tier->slots[i]) ||
        !recovery_act_role_is_slot(tier->slots[i]))
      recovery_policy_field_problem(reader, node, "L01: \"%s\" is not a slot",
                                    tier->slots[i]);
}

static void
read_tier_off_kiosk(Reader *reader, const Node *node, void *into)
{
  int64_t value = 0;

  if (recovery_policy_field_int(reader, node, 0, 16, &value))
    ((RecoveryPolicyTier *)into)->off_kiosk = (int)value;
}

static void
read_tier_wait(Reader *reader, const Node *node, void *into)
{
  (void)recovery_policy_field_int(reader, node, 0, MAX_HOURS,
                                  &((RecoveryPolicyTier *)into)->wait_h);
}

/* Zero is for practice alone (L40). */
static void
read_nonzero(Reader *reader, const Node *node, int64_t max, int64_t *ret_value)
{
  if (recovery_policy_field_int(reader, node, 0, max, ret_value) &&
      *ret_value == 0 && !reader->practice)
    recovery_policy_field_problem(reader, node, "L40: %s is 0 outside practice",
                                  node->name);
}

static void
read_tier_restrict(Reader *reader, const Node *node, void *into)
{
  read_nonzero(reader, node, MAX_HOURS,
               &((RecoveryPolicyTier *)into)->restrict_h);
}

static void
read_tier_contest(Reader *reader, const Node *node, void *into)
{
  read_nonzero(reader, node, MAX_CONTEST_H,
               &((RecoveryPolicyTier *)into)->contest_h);
}

static void
read_tier_read(Reader *reader, const Node *node, void *into)
{
  read_nonzero(reader, node, HOUR_S, &((RecoveryPolicyTier *)into)->read_s);
}

static void
read_tier_evidence(Reader *reader, const Node *node, void *into)
{
  const char *text = recovery_policy_field_text(reader, node);

  if (text == NULL)
    return;
  if (strcmp(text, "n21") != 0)
    recovery_policy_field_problem(
        reader, node, "not yet: recovery.standard.evidence %s", text);
  ((RecoveryPolicyTier *)into)->evidence = g_strdup(text);
}

/* A case makes two credentials at most. */
static void
read_tier_min_keys(Reader *reader, const Node *node, void *into)
{
  int64_t value = 0;

  if (recovery_policy_field_int(reader, node, 1, 2, &value))
    ((RecoveryPolicyTier *)into)->min_keys = (int)value;
}

/* "2/30d", "10/24h": so many in a span. */
static void
read_limit(Reader *reader, const Node *node, int64_t *ret_count,
           int64_t *ret_span_s)
{
  const char *text = recovery_policy_field_text(reader, node);
  const char *slash = text != NULL ? strchr(text, '/') : NULL;
  size_t len = text != NULL ? strlen(text) : 0;
  int64_t count = 0, span = 0;

  if (text == NULL)
    return;
  if (slash != NULL && slash < text + len - 1 &&
      (text[len - 1] == 'd' || text[len - 1] == 'h') &&
      recovery_policy_field_count(text, (size_t)(slash - text), &count) &&
      count >= 1 &&
      recovery_policy_field_count(slash + 1, len - 2 - (size_t)(slash - text),
                                  &span) &&
      span >= 1 && span <= MAX_HOURS) {
    *ret_count = count;
    *ret_span_s = span * (text[len - 1] == 'd' ? DAY_S : HOUR_S);
    return;
  }
  recovery_policy_field_problem(
      reader, node, "%s: a limit like 2/30d or 5/24h is needed", node->name);
}

static void
read_limit_subject(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyTier *tier = into;

  read_limit(reader, node, &tier->subject_count, &tier->subject_span_s);
}

static void
read_limit_agent(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyTier *tier = into;

  read_limit(reader, node, &tier->agent_count, &tier->agent_span_s);
}

static void
read_limit_approver(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyTier *tier = into;

  read_limit(reader, node, &tier->approver_count, &tier->approver_span_s);
}

static const Field limit_fields[] = {
    {"subject", MAY, read_limit_subject},
    {"agent", MAY, read_limit_agent},
    {"approver", MAY, read_limit_approver},
};

static void
read_tier_limits(Reader *reader, const Node *node, void *into)
{
  (void)READ_MAP(reader, node, "recovery.standard.limits", limit_fields, into);
}

static const Field tier_fields[] = {
    {"issue", MUST, read_tier_issue},
    {"slots", MUST, read_tier_slots},
    {"off_kiosk", MUST, read_tier_off_kiosk},
    {"wait_h", MUST, read_tier_wait},
    {"restrict_h", MUST, read_tier_restrict},
    {"contest_h", MAY, read_tier_contest},
    {"read_s", MAY, read_tier_read},
    {"evidence", MUST, read_tier_evidence},
    {"min_keys", MUST, read_tier_min_keys},
    {"limits", MAY, read_tier_limits},
    {"call_back", NOT_YET, NULL},
    {"notices", NOT_YET, NULL},
    {"wait_h_security_on_site", NOT_YET, NULL},
};

static void
read_standard(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;
  RecoveryPolicyTier *tier = &policy->standard;

  tier->contest_h = MAX_CONTEST_H;
  tier->read_s = DEFAULT_READ_S;
  if (READ_MAP(reader, node, "recovery.standard", tier_fields, tier) &&
      tier->slots != NULL && tier->off_kiosk > (int)g_strv_length(tier->slots))
    recovery_policy_field_problem(
        reader, node, "L03: off_kiosk is more than there are slots");
}

static void
read_risk_analysis(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->risk_analysis_ref =
      g_strdup(recovery_policy_field_text(reader, node));
}

static void
read_routine_check(Reader *reader, const Node *node, void *into)
{
  int64_t value = 0;

  (void)into;
  if (recovery_policy_field_int(reader, node, 0, 100, &value) && value != 0)
    recovery_policy_field_problem(
        reader, node,
        "not yet: routine_check (routine_check_pct is "
        "0)");
}

/* L11: a help-desk path needs its risk analysis. */
static const Field recovery_fields[] = {
    {"risk_analysis_ref", MUST, read_risk_analysis},
    {"routine_check_pct", MUST, read_routine_check},
    {"standard", MUST, read_standard},
    {"remote", NOT_YET, NULL},
    {"privileged", NOT_YET, NULL},
};

/* ---- retention ---- */

/* A line of `retention` while it is read. */
typedef struct {
  const char *class_id, *keep, *purge;
} Retention;

static void
read_retention_class(Reader *reader, const Node *node, void *into)
{
  ((Retention *)into)->class_id = recovery_policy_field_id(reader, node);
}

static void
read_retention_keep(Reader *reader, const Node *node, void *into)
{
  ((Retention *)into)->keep = recovery_policy_field_text(reader, node);
}

static void
read_retention_purge(Reader *reader, const Node *node, void *into)
{
  ((Retention *)into)->purge = recovery_policy_field_text(reader, node);
}

static const Field retention_fields[] = {
    {"class", MUST, read_retention_class},
    {"keep", MUST, read_retention_keep},
    {"purge", MUST, read_retention_purge},
};

/* Each class of data, how its period is written and what ends it. */
static const struct {
  const char *class_id, *unit, *purge;
  bool must;
} retentions[] = {
    {"record", "y", "whole-epoch", true},
    {"personal", "d-after-close", "shred-subject", true},
    {"outbox", "until-acknowledged", "delete", false},
};

/* A number before the unit; none before a unit that is no number's. */
static bool
parse_keep(const char *keep, const char *unit, int64_t *ret_count)
{
  size_t len = strlen(keep), unit_len = strlen(unit);

  *ret_count = 0;
  if (g_str_has_prefix(unit, "until"))
    return strcmp(keep, unit) == 0;
  return len > unit_len && strcmp(keep + len - unit_len, unit) == 0 &&
         recovery_policy_field_count(keep, len - unit_len, ret_count) &&
         *ret_count >= 1 && *ret_count <= 36500;
}

static void
take_retention(Reader *reader, const Node *node, const Retention *line,
               unsigned *seen)
{
  int64_t count = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(retentions); i++) {
    if (strcmp(line->class_id, retentions[i].class_id) != 0)
      continue;
    if ((*seen & 1u << i) != 0)
      recovery_policy_field_problem(reader, node, "L01: duplicate class: %s",
                                    line->class_id);
    *seen |= 1u << i;
    if (!parse_keep(line->keep, retentions[i].unit, &count))
      recovery_policy_field_problem(
          reader, node, "L27: keep of %s: a period like %s%s is needed",
          line->class_id, retentions[i].unit[0] == 'u' ? "" : "7",
          retentions[i].unit);
    if (strcmp(line->purge, retentions[i].purge) != 0)
      recovery_policy_field_problem(reader, node, "L27: purge of %s is %s",
                                    line->class_id, retentions[i].purge);
    if (strcmp(line->class_id, "personal") == 0)
      reader->policy->keep_personal_s = count * DAY_S;
    return;
  }
  recovery_policy_field_problem(reader, node, "L01: unknown class of data: %s",
                                line->class_id);
}

void
recovery_policy_tier_retention(Reader *reader, const Node *node, void *into)
{
  unsigned seen = 0;

  (void)into;
  if (node->kind != RECOVERY_POLICY_FILE_LIST) {
    recovery_policy_field_problem(reader, node, "retention: a list is needed");
    return;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    const Node *item = g_ptr_array_index(node->nodes, i);
    Retention line = {0};

    (void)READ_MAP(reader, item, "retention", retention_fields, &line);
    if (line.class_id != NULL && line.keep != NULL && line.purge != NULL)
      take_retention(reader, item, &line, &seen);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(retentions); i++)
    if (retentions[i].must && (seen & 1u << i) == 0)
      recovery_policy_field_problem(reader, node, "L27: no period for %s",
                                    retentions[i].class_id);
}

void
recovery_policy_tier_recovery(Reader *reader, const Node *node, void *into)
{
  (void)READ_MAP(reader, node, "recovery", recovery_fields, into);
}
