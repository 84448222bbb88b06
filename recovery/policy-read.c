/* SPDX-License-Identifier: Apache-2.0 */
/* policy-read.c - from the lines of a policy file to a policy. Each mapping has
 * a table of its fields: those that are read, and those that the final document
 * has and this version does not carry out. */
#include "recovery/policy-read.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"
#include "recovery/policy-file.h"

#define MAX_PROBLEMS 20
#define DAY_S 86400
#define HOUR_S 3600
#define MAX_HOURS 8760
/* A contest of an issued case comes at most 7 days after it (the record). */
#define MAX_CONTEST_H 168
#define DEFAULT_READ_S 60

typedef RecoveryPolicyFileNode Node;

/* The policy that is being filled, and what is wrong with it. */
typedef struct {
  RecoveryPolicy *policy;
  bool practice;
  GPtrArray *problems; /* texts */
  GHashTable *rule_ids;
} Reader;

typedef struct {
  const char *name;
  enum { MUST, MAY, NOT_YET } use;
  void (*read)(Reader *reader, const Node *node, void *into);
} Field;

G_GNUC_PRINTF(3, 4)
static void
add_problem(Reader *reader, const Node *node, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  if (reader->problems->len >= MAX_PROBLEMS)
    return;
  va_start(args, format);
  what = g_strdup_vprintf(format, args);
  va_end(args);
  g_ptr_array_add(reader->problems,
                  g_strdup_printf("line %d: %s", node->line, what));
}

/* ---- scalars ---- */

static const char *
read_text(Reader *reader, const Node *node)
{
  if (node->kind == RECOVERY_POLICY_FILE_SCALAR && *node->text != '\0' &&
      !(node->plain &&
        (strcmp(node->text, "null") == 0 || strcmp(node->text, "~") == 0)))
    return node->text;
  add_problem(reader, node, "%s: a text is needed",
              node->name != NULL ? node->name : "list");
  return NULL;
}

static bool
is_id(const char *text)
{
  size_t len = strlen(text);

  if (len < 1 || len > 64 || !g_ascii_isalnum(text[0]))
    return false;
  return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                      "0123456789._-") == len;
}

static const char *
read_id(Reader *reader, const Node *node)
{
  const char *text = read_text(reader, node);

  if (text == NULL || is_id(text))
    return text;
  add_problem(reader, node, "\"%s\" is not an id", text);
  return NULL;
}

/* Decimal without sign or leading zero. */
static bool
parse_count(const char *text, size_t len, int64_t *ret_value)
{
  int64_t value = 0;

  if (len < 1 || len > 9 || (len > 1 && text[0] == '0'))
    return false;
  for (size_t i = 0; i < len; i++) {
    if (!g_ascii_isdigit(text[i]))
      return false;
    value = value * 10 + (text[i] - '0');
  }
  *ret_value = value;
  return true;
}

static bool
read_int(Reader *reader, const Node *node, int64_t min, int64_t max,
         int64_t *ret_value)
{
  int64_t value;

  if (node->kind == RECOVERY_POLICY_FILE_SCALAR && node->plain &&
      parse_count(node->text, strlen(node->text), &value) && value >= min &&
      value <= max) {
    *ret_value = value;
    return true;
  }
  add_problem(reader, node,
              "%s: a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
              " is needed",
              node->name, min, max);
  return false;
}

static RecoveryPolicyWant
read_want(Reader *reader, const Node *node)
{
  if (node->kind == RECOVERY_POLICY_FILE_SCALAR && node->plain) {
    if (strcmp(node->text, "true") == 0)
      return RECOVERY_POLICY_YES;
    if (strcmp(node->text, "false") == 0)
      return RECOVERY_POLICY_NO;
  }
  add_problem(reader, node, "%s: true or false is needed", node->name);
  return RECOVERY_POLICY_ANY;
}

/* A date is its first second; else YYYY-MM-DDThh:mm:ssZ. */
static int64_t
read_time(Reader *reader, const Node *node)
{
  const char *text = read_text(reader, node);
  g_autofree char *full = NULL;
  size_t len;
  int64_t ms;

  if (text == NULL)
    return 0;
  len = strlen(text);
  if (len == strlen("2026-11-01"))
    full = g_strconcat(text, "T00:00:00.000Z", NULL);
  else if (len == strlen("2026-11-01T00:00:00Z"))
    full = g_strdup_printf("%.19s.000Z", text);
  if (full != NULL && recovery_time_read(full, &ms) &&
      (len == 10 || text[len - 1] == 'Z'))
    return ms / 1000;
  add_problem(reader, node, "%s: \"%s\" is not a date", node->name, text);
  return 0;
}

/* A list of distinct ids; NULL where it is none. */
static char **
read_ids(Reader *reader, const Node *node)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();

  if (node->kind != RECOVERY_POLICY_FILE_LIST || node->nodes->len == 0) {
    add_problem(reader, node, "%s: a list of ids is needed", node->name);
    return NULL;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    const Node *item = g_ptr_array_index(node->nodes, i);
    const char *id = read_id(reader, item);

    if (id == NULL)
      return NULL;
    for (guint j = 0; j < ids->len; j++)
      if (strcmp(g_ptr_array_index(ids, j), id) == 0) {
        add_problem(reader, item, "duplicate id: %s", id);
        return NULL;
      }
    g_ptr_array_add(ids, (gpointer)id);
  }
  g_ptr_array_add(ids, NULL);
  return g_strdupv((char **)ids->pdata);
}

/* ---- mappings ---- */

static const Field *
find_field(const Field *fields, size_t count, const char *name)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(fields[i].name, name) == 0)
      return &fields[i];
  return NULL;
}

static void
check_missing(Reader *reader, const Node *node, const Field *fields,
              size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (fields[i].use == MUST &&
        recovery_policy_file_get(node, fields[i].name) == NULL)
      add_problem(reader, node, "%s is missing", fields[i].name);
}

/* path: where the mapping stands, for "not yet"; "" at the top. */
static bool
read_map(Reader *reader, const Node *node, const char *path,
         const Field *fields, size_t count, void *into)
{
  const char *dot = *path != '\0' ? "." : "";

  if (node->kind != RECOVERY_POLICY_FILE_MAP) {
    add_problem(reader, node, "%s: a mapping is needed", path);
    return false;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    const Node *member = g_ptr_array_index(node->nodes, i);
    const Field *field = find_field(fields, count, member->name);

    if (field == NULL)
      add_problem(reader, member, "unknown: %s%s%s", path, dot, member->name);
    else if (field->use == NOT_YET)
      add_problem(reader, member, "not yet: %s%s%s", path, dot, member->name);
    else
      field->read(reader, member, into);
  }
  check_missing(reader, node, fields, count);
  return true;
}

#define READ_MAP(reader, node, path, fields, into)                             \
  read_map(reader, node, path, fields, G_N_ELEMENTS(fields), into)

/* Each item of a list of mappings. */
static void
read_items(Reader *reader, const Node *node, const char *path,
           const Field *fields, size_t count,
           void *(*begin)(Reader *reader, const Node *item))
{
  if (node->kind != RECOVERY_POLICY_FILE_LIST) {
    add_problem(reader, node, "%s: a list is needed", path);
    return;
  }
  for (guint i = 0; i < node->nodes->len; i++) {
    const Node *item = g_ptr_array_index(node->nodes, i);

    (void)read_map(reader, item, path, fields, count, begin(reader, item));
  }
}

/* ---- policy ---- */

static void
read_policy_id(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->id = g_strdup(read_id(reader, node));
}

static void
read_policy_version(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  (void)read_int(reader, node, 1, 999999999, &policy->version);
}

static void
read_policy_owner(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->owner = g_strdup(read_text(reader, node));
}

static void
read_valid_from(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->valid_from_s = read_time(reader, node);
}

static void
read_review_by(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->review_by_s = read_time(reader, node);
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
  const char *id = read_id(reader, node);

  if (id != NULL && recovery_policy_read_list(reader->policy, id) != NULL)
    add_problem(reader, node, "L01: duplicate id: %s", id);
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
  const char *text = read_text(reader, node);

  if (text != NULL && !is_aaguid(text))
    add_problem(reader, node, "\"%s\" is not an AAGUID", text);
  else
    entry->aaguid = g_strdup(text);
}

static void
read_entry_note(Reader *reader, const Node *node, void *into)
{
  (void)into;
  (void)read_text(reader, node); /* for people alone */
}

static void
read_entry_until(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyEntry *entry = into;

  entry->until_s = read_time(reader, node);
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
    add_problem(reader, node, "entries: a list is needed");
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
  const char *id = read_id(reader, node);

  if (id != NULL && recovery_policy_read_class(reader->policy, id) != NULL)
    add_problem(reader, node, "L01: duplicate id: %s", id);
  else
    klass->id = g_strdup(id);
}

static void
read_class_rank(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyClass *klass = into;

  (void)read_int(reader, node, 1, 999999, &klass->rank);
}

static void
read_class_use(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyClass *klass = into;
  const char *text = read_text(reader, node);

  klass->roster = g_strcmp0(text, "roster") == 0;
  if (text != NULL && !klass->roster)
    add_problem(reader, node, "use: only roster");
}

static void
read_match_uv(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->uv = read_want(reader, node);
}

static void
read_match_be(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->be = read_want(reader, node);
}

static void
read_match_bs(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->bs = read_want(reader, node);
}

static void
read_match_attested(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->attested = read_want(reader, node);
}

static void
read_match_list(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyClass *)into)->aaguid_list = g_strdup(read_id(reader, node));
}

static void
read_match_method(Reader *reader, const Node *node, void *into)
{
  const char *text = read_text(reader, node);

  (void)into; /* left out it means the same */
  if (text != NULL && strcmp(text, "webauthn") != 0)
    add_problem(reader, node, "not yet: classes.match.method %s", text);
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
    add_problem(reader, node, "an empty match is refused");
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
    add_problem(reader, item, "a class has either rank or use: roster");
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
  const char *id = read_id(reader, node);

  if (id == NULL)
    return;
  if (!g_hash_table_add(reader->rule_ids, g_strdup(id)))
    add_problem(reader, node, "L01: duplicate id: %s", id);
  permit->id = g_strdup(id);
}

static void
read_permit_journey(Reader *reader, const Node *node, void *into)
{
  static const char *const built_in[] = {"sign-in", "admin", "step-up",
                                         "recovery", NULL};
  RecoveryPolicyPermit *permit = into;
  const char *id = read_id(reader, node);

  if (id == NULL)
    return;
  if (!g_strv_contains(built_in, id))
    add_problem(reader, node, "L01: unknown journey: %s", id);
  permit->journey = g_strdup(id);
}

static void
read_permit_accept(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyPermit *permit = into;

  permit->accept = read_ids(reader, node);
}

/* There are no populations and apps yet, so only everybody can be meant. */
static void
read_selector(Reader *reader, const Node *node, void *into)
{
  (void)into;
  if (node->kind != RECOVERY_POLICY_FILE_SCALAR || strcmp(node->text, "*") != 0)
    add_problem(reader, node, "not yet: permits.%s other than \"*\"",
                node->name);
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

/* ---- recovery ---- */

static void
read_tier_issue(Reader *reader, const Node *node, void *into)
{
  ((RecoveryPolicyTier *)into)->issue = read_ids(reader, node);
}

/* A slot is filled by the role of the same id; some roles fill none. */
static void
read_tier_slots(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicyTier *tier = into;

  tier->slots = read_ids(reader, node);
  if (tier->slots == NULL)
    return;
  if (g_strv_length(tier->slots) < 2)
    add_problem(reader, node, "L05: two slots are the least");
  for (size_t i = 0; tier->slots[i] != NULL; i++)
    if (!recovery_jcs_is_id(tier->slots[i]) ||
        !recovery_act_role_is_slot(tier->slots[i]))
      add_problem(reader, node, "L01: \"%s\" is not a slot", tier->slots[i]);
}

static void
read_tier_off_kiosk(Reader *reader, const Node *node, void *into)
{
  int64_t value = 0;

  if (read_int(reader, node, 0, 16, &value))
    ((RecoveryPolicyTier *)into)->off_kiosk = (int)value;
}

static void
read_tier_wait(Reader *reader, const Node *node, void *into)
{
  (void)read_int(reader, node, 0, MAX_HOURS,
                 &((RecoveryPolicyTier *)into)->wait_h);
}

/* Zero is for practice alone (L40). */
static void
read_nonzero(Reader *reader, const Node *node, int64_t max, int64_t *ret_value)
{
  if (read_int(reader, node, 0, max, ret_value) && *ret_value == 0 &&
      !reader->practice)
    add_problem(reader, node, "L40: %s is 0 outside practice", node->name);
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
  const char *text = read_text(reader, node);

  if (text == NULL)
    return;
  if (strcmp(text, "n21") != 0)
    add_problem(reader, node, "not yet: recovery.standard.evidence %s", text);
  ((RecoveryPolicyTier *)into)->evidence = g_strdup(text);
}

/* A case makes two credentials at most. */
static void
read_tier_min_keys(Reader *reader, const Node *node, void *into)
{
  int64_t value = 0;

  if (read_int(reader, node, 1, 2, &value))
    ((RecoveryPolicyTier *)into)->min_keys = (int)value;
}

/* "2/30d", "10/24h": so many in a span. */
static void
read_limit(Reader *reader, const Node *node, int64_t *ret_count,
           int64_t *ret_span_s)
{
  const char *text = read_text(reader, node);
  const char *slash = text != NULL ? strchr(text, '/') : NULL;
  size_t len = text != NULL ? strlen(text) : 0;
  int64_t count = 0, span = 0;

  if (text == NULL)
    return;
  if (slash != NULL && slash < text + len - 1 &&
      (text[len - 1] == 'd' || text[len - 1] == 'h') &&
      parse_count(text, (size_t)(slash - text), &count) && count >= 1 &&
      parse_count(slash + 1, len - 2 - (size_t)(slash - text), &span) &&
      span >= 1 && span <= MAX_HOURS) {
    *ret_count = count;
    *ret_span_s = span * (text[len - 1] == 'd' ? DAY_S : HOUR_S);
    return;
  }
  add_problem(reader, node, "%s: a limit like 2/30d or 5/24h is needed",
              node->name);
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
    add_problem(reader, node, "L03: off_kiosk is more than there are slots");
}

static void
read_risk_analysis(Reader *reader, const Node *node, void *into)
{
  RecoveryPolicy *policy = into;

  policy->risk_analysis_ref = g_strdup(read_text(reader, node));
}

static void
read_routine_check(Reader *reader, const Node *node, void *into)
{
  int64_t value = 0;

  (void)into;
  if (read_int(reader, node, 0, 100, &value) && value != 0)
    add_problem(reader, node,
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
  ((Retention *)into)->class_id = read_id(reader, node);
}

static void
read_retention_keep(Reader *reader, const Node *node, void *into)
{
  ((Retention *)into)->keep = read_text(reader, node);
}

static void
read_retention_purge(Reader *reader, const Node *node, void *into)
{
  ((Retention *)into)->purge = read_text(reader, node);
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
         parse_count(keep, len - unit_len, ret_count) && *ret_count >= 1 &&
         *ret_count <= 36500;
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
      add_problem(reader, node, "L01: duplicate class: %s", line->class_id);
    *seen |= 1u << i;
    if (!parse_keep(line->keep, retentions[i].unit, &count))
      add_problem(reader, node, "L27: keep of %s: a period like %s%s is needed",
                  line->class_id, retentions[i].unit[0] == 'u' ? "" : "7",
                  retentions[i].unit);
    if (strcmp(line->purge, retentions[i].purge) != 0)
      add_problem(reader, node, "L27: purge of %s is %s", line->class_id,
                  retentions[i].purge);
    if (strcmp(line->class_id, "personal") == 0)
      reader->policy->keep_personal_s = count * DAY_S;
    return;
  }
  add_problem(reader, node, "L01: unknown class of data: %s", line->class_id);
}

static void
read_retention(Reader *reader, const Node *node, void *into)
{
  unsigned seen = 0;

  (void)into;
  if (node->kind != RECOVERY_POLICY_FILE_LIST) {
    add_problem(reader, node, "retention: a list is needed");
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
      add_problem(reader, node, "L27: no period for %s",
                  retentions[i].class_id);
}

/* ---- the document ---- */

static void
read_schema(Reader *reader, const Node *node, void *into)
{
  (void)into;
  if (node->kind != RECOVERY_POLICY_FILE_SCALAR ||
      strcmp(node->text, "keyturn-policy/1") != 0)
    add_problem(reader, node, "L01: schema is keyturn-policy/1");
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
  read_items(reader, node, "aaguid_lists", list_fields,
             G_N_ELEMENTS(list_fields), begin_list);
}

static void
read_classes(Reader *reader, const Node *node, void *into)
{
  (void)into;
  read_items(reader, node, "classes", class_fields, G_N_ELEMENTS(class_fields),
             begin_class);
}

static void
read_permits(Reader *reader, const Node *node, void *into)
{
  (void)into;
  read_items(reader, node, "permits", permit_fields,
             G_N_ELEMENTS(permit_fields), begin_permit);
}

static void
read_recovery(Reader *reader, const Node *node, void *into)
{
  (void)READ_MAP(reader, node, "recovery", recovery_fields, into);
}

static const Field sections[] = {
    {"schema", MUST, read_schema},
    {"policy", MUST, read_policy},
    {"aaguid_lists", MAY, read_lists},
    {"classes", MUST, read_classes},
    {"permits", MUST, read_permits},
    {"recovery", MUST, read_recovery},
    {"retention", MUST, read_retention},
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

/* ---- what holds between the sections ---- */

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

static void
check_classes(Reader *reader)
{
  const GPtrArray *classes = reader->policy->classes;
  int rosters = 0;

  for (guint i = 0; i < classes->len; i++) {
    const RecoveryPolicyClass *klass = g_ptr_array_index(classes, i);
    const Node at = {.line = klass->line};

    if (klass->aaguid_list != NULL &&
        recovery_policy_read_list(reader->policy, klass->aaguid_list) == NULL)
      add_problem(reader, &at, "L01: unknown aaguid_list: %s",
                  klass->aaguid_list);
    if (klass->roster && ++rosters > 1)
      add_problem(reader, &at, "L37: a second class with use: roster");
    if (klass->roster && klass->attested != RECOVERY_POLICY_YES)
      add_problem(reader, &at, "L37: the class for the roster lacks attested");
    for (guint j = 0; j < i; j++) {
      const RecoveryPolicyClass *other = g_ptr_array_index(classes, j);

      if (!klass->roster && !other->roster && klass->rank == other->rank)
        add_problem(reader, &at, "L02: rank %" G_GINT64_FORMAT " twice",
                    klass->rank);
    }
  }
  if (rosters == 0)
    add_problem(reader, &(const Node){.line = 1},
                "L37: no class with use: roster");
}

static void
check_permits(Reader *reader)
{
  for (guint i = 0; i < reader->policy->permits->len; i++) {
    const RecoveryPolicyPermit *permit =
        g_ptr_array_index(reader->policy->permits, i);
    const Node at = {.line = permit->line};

    for (size_t j = 0; permit->accept != NULL && permit->accept[j] != NULL;
         j++) {
      const RecoveryPolicyClass *klass =
          recovery_policy_read_class(reader->policy, permit->accept[j]);

      if (klass == NULL)
        add_problem(reader, &at, "L01: unknown class: %s", permit->accept[j]);
      else if (klass->roster)
        add_problem(reader, &at,
                    "L37: a permit names the class for the "
                    "roster");
    }
  }
}

static bool
is_permitted(const RecoveryPolicy *policy, const char *klass)
{
  for (guint i = 0; i < policy->permits->len; i++) {
    const RecoveryPolicyPermit *permit = g_ptr_array_index(policy->permits, i);

    if (g_strcmp0(permit->journey, "recovery") == 0 && permit->accept != NULL &&
        g_strv_contains((const char *const *)permit->accept, klass))
      return true;
  }
  return false;
}

static void
check_issue(Reader *reader, const Node *root)
{
  const Node *recovery = recovery_policy_file_get(root, "recovery");
  const Node *standard = recovery_policy_file_get(recovery, "standard");
  const RecoveryPolicyTier *tier = &reader->policy->standard;
  bool any = false;

  for (size_t i = 0; tier->issue != NULL && tier->issue[i] != NULL; i++) {
    const RecoveryPolicyClass *klass =
        recovery_policy_read_class(reader->policy, tier->issue[i]);

    any = any || is_permitted(reader->policy, tier->issue[i]);
    if (klass == NULL || klass->roster)
      add_problem(reader, standard, "L01: unknown class to issue: %s",
                  tier->issue[i]);
    else if (klass->attested != RECOVERY_POLICY_YES)
      add_problem(reader, standard,
                  "L37: class %s is issued and lacks "
                  "attested",
                  tier->issue[i]);
  }
  if (tier->issue != NULL && !any)
    add_problem(reader, standard,
                "L03: no permit of journey recovery accepts "
                "what is issued");
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
  if (problems->len == 0) {
    check_classes(&reader);
    check_permits(&reader);
    check_issue(&reader, root);
  }
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
