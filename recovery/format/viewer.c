/* SPDX-License-Identifier: Apache-2.0 */
/* viewer.c - the words of a proposal, from checked bytes alone. */
#include "recovery/format/viewer.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/exception-line.h"
#include "recovery/format/roster.h"
#include "recovery/format/time.h"
#include "recovery/format/trust-list.h"
#include "recovery/format/viewer-check.h"
#include "recovery/format/words.h"

/* clang-format off */
static const struct {
  const char *act;
  const char *title;
} titles[] = {
  { "bg.open",             N_("Open a break-glass") },
  { "bg.review",           N_("Review a break-glass") },
  { "case.activate",       N_("Issue the new key") },
  { "case.approve",        N_("Approve the recovery of a lost key") },
  { "case.check",          N_("Pass the routine check of a case") },
  { "case.contest",        N_("Contest a case") },
  { "case.hold_off",       N_("Lift the legal hold of a case") },
  { "case.hold_on",        N_("Put a legal hold on a case") },
  { "case.open",           N_("Open a case and suspend the keys it names") },
  { "case.refuse",         N_("Refuse the recovery of a lost key") },
  { "case.reject",         N_("Reject the contest of a case") },
  { "case.rp_proof",       N_("Prove that the lost key is gone") },
  { "case.start_binding",  N_("Start binding the new key") },
  { "case.submit",         N_("Submit the case for approval") },
  { "case.uphold",         N_("Uphold the contest of a case") },
  { "case.withdraw",       N_("Withdraw a case") },
  { "decision.approve",    N_("Approve one decision over access") },
  { "base.load",           N_("Load a new policy base") },
  { "change.veto",         N_("Veto a change") },
  { "checkpoint.cosign",   N_("Cosign a checkpoint of the record") },
  { "clock.accept",        N_("Accept the station's clock") },
  { "exception.end",       N_("End an exception") },
  { "exception.grant",     N_("Grant an exception") },
  { "exception.review",    N_("Review an exception") },
  { "export.made",         N_("Sign a bundle of evidence") },
  { "key.import",          N_("Import keys") },
  { "key.lost",            N_("Report a key as lost") },
  { "key.reserve",         N_("Reserve a key") },
  { "key.restore",         N_("Restore a suspended key") },
  { "key.retire",          N_("Retire a key") },
  { "log.open",            N_("Open a new epoch of the record") },
  { "pii.erased",          N_("Erase personal data") },
  { "policy.load",         N_("Load a new policy") },
  { "policy.trial",        N_("Try a policy beside the one in force") },
  { "role.activate",       N_("Activate your role") },
  { "roster.change",       N_("Change the roster") },
  { "roster.enrol",        N_("Prove your new key") },
  { "roster.machine",      N_("Change the roster's machines") },
  { "roster.suspend",      N_("Suspend a key of the roster") },
  { "siem.off",            N_("Switch off a copy of the record") },
  { "siem.on",             N_("Switch on a copy of the record") },
  { "station.init",        N_("Found the station with its first roster") },
  { "station.inspect",     N_("Record an inspection of the station") },
  { "station.unlock",      N_("Unlock the station") },
  { "trust.load",          N_("Change what keys are judged by") },
  { "witness.off",         N_("Switch off a witness") },
  { "witness.on",          N_("Switch on a witness") },
};

/* Fields of the statement that are shown as they stand. */
static const struct {
  const char *name;
  const char *label;
} plain[] = {
  { "role", N_("Role") },            { "slot", N_("Slot") },
  { "contact", N_("Your contact") }, { "rp", N_("Relying party") },
  { "result", N_("Result") },        { "until", N_("Until") },
  { "time", N_("Time you read") },   { "machine", N_("Machine") },
  { "sink", N_("Copy") },            { "key", N_("Key") },
  { "size", N_("Size of the record") }, { "root", N_("Root of the record") },
  { "op", N_("Kind of case") },      { "sub", N_("Subject") },
  { "station", N_("Station") },      { "case", N_("Case") },
  { "caller", N_("Asked by") },      { "journey", N_("To do") },
  { "app", N_("At the app") },       { "transaction", N_("Transaction") },
  { "base", N_("Base that it keeps") },
};
/* clang-format on */

/* Text from outside without what would disturb a screen: characters that are
 * not printed, and those that turn the direction of writing. */
static char *
make_shown(const char *text)
{
  g_autoptr(GString) out = g_string_new(NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
                 c == 0x200e || c == 0x200f || c == 0x061c;

    g_string_append_unichar(out, turns || !g_unichar_isprint(c) ? 0xfffd : c);
  }
  return g_string_free(g_steal_pointer(&out), false);
}

/* Takes text. */
RecoveryViewerLine *
recovery_viewer_line_new(const char *label, char *text)
{
  RecoveryViewerLine *line = g_new0(RecoveryViewerLine, 1);
  g_autofree char *taken = text;

  line->label = make_shown(label);
  line->text = make_shown(taken);
  return line;
}

void
recovery_viewer_line_free(void *data)
{
  RecoveryViewerLine *line = data;

  g_free(line->label);
  g_free(line->text);
  g_free(line);
}

void
recovery_viewer_free(RecoveryView *view)
{
  if (view == NULL)
    return;
  fidotool_json_free(view->statement);
  g_free(view->statement_line);
  g_free(view->title);
  g_free(view->short_code);
  g_clear_pointer(&view->lines, g_ptr_array_unref);
  g_free(view);
}

char *
recovery_viewer_short_code(const uint8_t digest[32])
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  uint64_t bits = 0;
  GString *code = g_string_new(NULL);

  for (int i = 0; i < 8; i++)
    bits = bits << 8 | digest[i];
  for (int i = 0; i < 12; i++) {
    if (i > 0 && i % 4 == 0)
      g_string_append_c(code, ' ');
    g_string_append_c(code, letters[bits >> 59]);
    bits <<= 5;
  }
  return g_string_free(code, false);
}

/* Takes text. */
static void
add_line(RecoveryView *view, const char *label, char *text)
{
  g_ptr_array_add(view->lines, recovery_viewer_line_new(label, text));
}

/* Sixteen digits of a digest, in fours. */
static char *
shorten(const char *hex)
{
  return g_strdup_printf("%.4s %.4s %.4s %.4s", hex, hex + 4, hex + 8,
                         hex + 12);
}

/* A value as words: a text as it stands, an object as its values. */
static char *
word_value(const FidotoolJson *value)
{
  g_autoptr(GString) out = NULL;

  if (fidotool_json_type(value) == FIDOTOOL_JSON_STRING)
    return g_strdup(fidotool_json_text(value));
  if (fidotool_json_type(value) != FIDOTOOL_JSON_OBJECT)
    return fidotool_json_write(value, NULL);
  out = g_string_new(NULL);
  for (size_t i = 0; i < fidotool_json_size(value); i++) {
    g_autofree char *part = word_value(fidotool_json_member(value, i));

    g_string_append_printf(out, "%s%s %s", i == 0 ? "" : ", ",
                           fidotool_json_name(value, i), part);
  }
  return g_string_free(g_steal_pointer(&out), false);
}

/* What a field about a person is called. */
static const char *
label_of(const char *name)
{
  static const struct {
    const char *name, *label;
  } labels[] = {
      {"name", N_("Person")},
      {"employee", N_("Employee")},
      {"address", N_("Address")},
      {"reference", N_("Reference")},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
    if (strcmp(labels[i].name, name) == 0)
      return labels[i].label;
  return name;
}

static void
add_pii(RecoveryView *view, const RecoveryViewerCheck *check)
{
  for (unsigned i = 0; i < check->pii->len; i++) {
    const FidotoolJson *field = g_ptr_array_index(check->pii, i);

    add_line(view, label_of(fidotool_json_name(field, 0)),
             word_value(fidotool_json_member(field, 0)));
  }
}

static void
add_frozen(RecoveryView *view, const RecoveryViewerCheck *check)
{
  const FidotoolJson *frozen = check->frozen;
  const FidotoolJson *creds = fidotool_json_get(frozen, "creds");
  const FidotoolJson *slots = fidotool_json_get(frozen, "slots");
  g_autoptr(GString) names = g_string_new(NULL);

  add_pii(view, check);
  add_line(view, "Reason", g_strdup(fidotool_json_get_text(frozen, "reason")));
  if (fidotool_json_get_text(frozen, "lost_at") != NULL)
    add_line(view, "Lost since",
             g_strdup(fidotool_json_get_text(frozen, "lost_at")));
  for (size_t i = 0; i < fidotool_json_size(creds); i++)
    add_line(view, "Key to be revoked",
             shorten(fidotool_json_text(fidotool_json_at(creds, i))));
  for (unsigned i = 0; i < check->evidence->len; i++)
    add_line(view, "Evidence",
             word_value(fidotool_json_member(
                 g_ptr_array_index(check->evidence, i), 0)));
  for (size_t i = 0; i < fidotool_json_size(slots); i++)
    g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ",
                           fidotool_json_text(fidotool_json_at(slots, i)));
  add_line(view, "Tier", g_strdup(fidotool_json_get_text(frozen, "tier")));
  add_line(view, "Slots", g_strdup(names->str));
  add_line(view, "Opened by",
           g_strdup(fidotool_json_get_text(frozen, "agent")));
  add_line(view, "Submitted by",
           g_strdup(fidotool_json_get_text(frozen, "verifier")));
}

static void
add_credentials(RecoveryView *view, const RecoveryViewerCheck *check)
{
  if (check->credentials == NULL) {
    if (fidotool_json_get(check->statement, "newkey") != NULL)
      add_line(view, "New key",
               g_strdup("not made yet: the next one made at the station"));
    return;
  }
  for (unsigned i = 0; i < check->credentials->len; i++) {
    GBytes *id = g_ptr_array_index(check->credentials, i);
    g_autofree char *hex = fidotool_bytes_sha256_hex(g_bytes_get_data(id, NULL),
                                                     g_bytes_get_size(id));

    add_line(view, i == 0 ? N_("New key") : N_("Spare key"), shorten(hex));
  }
}

/* The file an act is about */

static void
add_roster(RecoveryView *view, const RecoveryRoster *roster)
{
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);
    g_autofree char *roles = g_strjoinv(", ", key->roles);
    g_autofree char *end = recovery_time_write(key->valid_before_ms);
    g_autofree char *hex = fidotool_bytes_hex(key->cred, 32);
    g_autofree char *name = shorten(hex);

    /* With its key: another one in its place must show. */
    add_line(view, "On the roster",
             g_strdup_printf("%s, team %s: %s; key %s until %.10s", key->person,
                             key->team, roles, name, end));
  }
  for (unsigned i = 0; i < roster->machines->len; i++) {
    const RecoveryRosterMachine *machine =
        g_ptr_array_index(roster->machines, i);
    g_autofree char *end = recovery_time_write(machine->valid_before_ms);

    add_line(view, "Machine",
             g_strdup_printf("%s, until %.10s", machine->id, end));
  }
}

/* When the first of its statements was made: what the others say is of then. */
static int64_t
find_first_s(const RecoveryViewerCheck *check)
{
  const FidotoolJson *first =
      check->previous != NULL && check->previous->len > 0
          ? g_ptr_array_index(check->previous, 0)
          : check->statement;
  int64_t ms = 0;

  (void)recovery_time_read(fidotool_json_get_text(first, "iat"), &ms);
  return ms / 1000;
}

static bool
add_policy(RecoveryView *view, const RecoveryViewerCheck *check,
           RecoveryViewerPolicy policy, GError **error)
{
  g_autoptr(GPtrArray) lines = NULL;

  if (policy == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "what a policy changes is not worked out here: sign it with "
                "fidotool roster sign");
    return false;
  }
  lines = policy(check->policy, check->object, find_first_s(check),
                 check->statement, error);
  if (lines == NULL)
    return false;
  g_ptr_array_extend_and_steal(view->lines, g_steal_pointer(&lines));
  return true;
}

/* Whoever signs the base of all policies reads it whole, line by line. */
static void
add_base(RecoveryView *view, const char *data, size_t len)
{
  g_autofree char *text = g_strndup(data, len);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      add_line(view, N_("Base"), g_strdup(*line));
}

/* What the files are, by their digests: the words come from the line that is
 * signed, and from nothing that is in them. */
static bool
add_trust(RecoveryView *view, const void *data, size_t len, GError **error)
{
  g_autoptr(RecoveryTrustList) list =
      recovery_trust_list_read(data, len, error);

  if (list == NULL)
    return false;
  if (list->blob != NULL)
    add_line(view, N_("Metadata"),
             g_strdup_printf("%" G_GINT64_FORMAT ", %s, %s", list->blob_no,
                             list->signer, list->blob));
  for (unsigned i = 0; i < list->roots->len; i++)
    add_line(view, N_("Root of the metadata"),
             g_strdup(g_ptr_array_index(list->roots, i)));
  for (unsigned i = 0; i < list->crls->len; i++)
    add_line(view, N_("Revocation list"),
             g_strdup(g_ptr_array_index(list->crls, i)));
  if (list->vendor != NULL)
    add_line(view, N_("Own anchors"), g_strdup(list->vendor));
  if (list->advisories != NULL)
    add_line(view, N_("Own advisories"), g_strdup(list->advisories));
  return true;
}

/* Whom and what it lets through, and until when. */
static bool
add_exception(RecoveryView *view, const void *data, size_t len, GError **error)
{
  static const char *const labels[] = {
      [RECOVERY_EXCEPTION_LINE_JOURNEY] = N_("For the journey"),
      [RECOVERY_EXCEPTION_LINE_POPULATION] = N_("For the people"),
      [RECOVERY_EXCEPTION_LINE_APP] = N_("At the app"),
      [RECOVERY_EXCEPTION_LINE_TRANSACTION] = N_("For the transaction"),
  };
  g_autoptr(RecoveryExceptionLine) line =
      recovery_exception_line_read(data, len, error);

  if (line == NULL)
    return false;
  add_line(view, N_("Exception"), g_strdup(line->id));
  add_line(view, N_("Requirements waived"), g_strjoinv(", ", line->waives));
  for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
    add_line(view, labels[i],
             line->scope[i] == NULL ? g_strdup("any")
                                    : g_strjoinv(", ", line->scope[i]));
  add_line(view, N_("Begins"), recovery_time_write(line->from_s * 1000));
  add_line(view, N_("Ends"), recovery_time_write(line->until_s * 1000));
  add_line(
      view, N_("Reviewed"),
      g_strdup_printf("every %" G_GINT64_FORMAT " days", line->review_every_d));
  add_line(view, N_("Owner"), g_strdup(line->owner));
  add_line(view, N_("Reason"), g_strdup(line->reason));
  add_line(view, N_("What makes up for it"), g_strdup(line->compensating));
  return true;
}

static bool
is_roster_act(const char *act)
{
  return strcmp(act, "station.init") == 0 ||
         strcmp(act, "roster.change") == 0 ||
         strcmp(act, "roster.machine") == 0 ||
         strcmp(act, "roster.suspend") == 0;
}

static bool
add_object(RecoveryView *view, const RecoveryViewerCheck *check,
           RecoveryViewerPolicy policy, GError **error)
{
  const char *act = fidotool_json_get_text(check->statement, "act");
  gsize len;
  const void *data = g_bytes_get_data(check->object, &len);
  g_autoptr(RecoveryRoster) roster = NULL;

  add_line(view, "File",
           g_strdup_printf("%s (%zu bytes)",
                           fidotool_json_get_text(check->statement, "object"),
                           len));
  if (is_roster_act(act)) {
    roster = recovery_roster_read(data, len, error);
    if (roster == NULL)
      return false;
    add_roster(view, roster);
  } else if (strcmp(act, "policy.load") == 0) {
    return add_policy(view, check, policy, error);
  } else if (strcmp(act, "policy.trial") == 0 && policy != NULL) {
    return add_policy(view, check, policy, error);
  } else if (strcmp(act, "base.load") == 0) {
    add_base(view, data, len);
  } else if (strcmp(act, "trust.load") == 0) {
    return add_trust(view, data, len, error);
  } else if (g_str_has_prefix(act, "exception.")) {
    return add_exception(view, data, len, error);
  }
  return true;
}

static void
add_plain(RecoveryView *view, const FidotoolJson *statement)
{
  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
    const FidotoolJson *value = fidotool_json_get(statement, plain[i].name);

    if (value != NULL)
      add_line(view, plain[i].label, word_value(value));
  }
  if (fidotool_json_get(statement, "cred") != NULL)
    add_line(view, "Key", shorten(fidotool_json_get_text(statement, "cred")));
}

static void
add_end(RecoveryView *view, const FidotoolJson *statement)
{
  add_line(view, "Signed as",
           g_strdup(fidotool_json_get_text(statement, "actor")));
  add_line(
      view, "Policy",
      g_strdup_printf("%s, version %" G_GINT64_FORMAT,
                      fidotool_json_get_text(statement, "policy_id"),
                      fidotool_json_get_int(statement, "policy_version", 0)));
  add_line(view, "Expires", g_strdup(fidotool_json_get_text(statement, "exp")));
}

static void
add_others(RecoveryView *view, const RecoveryViewerCheck *check)
{
  for (unsigned i = 0; check->previous != NULL && i < check->previous->len; i++)
    add_line(view, "Signed before by",
             g_strdup(fidotool_json_get_text(
                 g_ptr_array_index(check->previous, i), "actor")));
  if (check->target != NULL)
    add_line(view, "About",
             g_strdup_printf("%s by %s",
                             fidotool_json_get_text(check->target, "act"),
                             fidotool_json_get_text(check->target, "actor")));
  if (fidotool_json_get_text(check->statement, "reason") != NULL)
    add_line(view, "Your reason",
             g_strdup(fidotool_json_get_text(check->statement, "reason")));
}

/* NULL: an act that has no words here. */
static const char *
find_title(const char *act)
{
  for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
    if (strcmp(titles[i].act, act) == 0)
      return titles[i].title;
  return NULL;
}

static void
add_title(RecoveryView *view, const char *act)
{
  const char *title = find_title(act);

  view->title = g_strdup(title != NULL ? title : N_("Sign an act"));
  if (title == NULL)
    add_line(view, "Act", g_strdup(act));
}

RecoveryView *
recovery_viewer_read(const FidotoolJson *proposal, GError **error)
{
  return recovery_viewer_read_with(proposal, NULL, error);
}

RecoveryView *
recovery_viewer_read_with(const FidotoolJson *proposal,
                          RecoveryViewerPolicy policy, GError **error)
{
  g_autoptr(RecoveryViewerCheck) check =
      recovery_viewer_check_read(proposal, error);
  g_autoptr(RecoveryView) view = NULL;
  uint8_t digest[32];

  if (check == NULL)
    return NULL;
  view = g_new0(RecoveryView, 1);
  view->lines = g_ptr_array_new_with_free_func(recovery_viewer_line_free);
  view->statement_line =
      g_strdup(fidotool_json_get_text(proposal, "statement"));
  add_title(view, fidotool_json_get_text(check->statement, "act"));
  if (fidotool_bytes_unhex(
          fidotool_json_get_text(check->statement, "case_digest"), digest,
          sizeof(digest)))
    view->short_code = recovery_viewer_short_code(digest);
  if (check->frozen != NULL)
    add_frozen(view, check);
  else if (check->pii != NULL)
    add_pii(view, check);
  add_credentials(view, check);
  if (check->object != NULL && !add_object(view, check, policy, error))
    return NULL;
  add_others(view, check);
  add_plain(view, check->statement);
  add_end(view, check->statement);
  view->statement = g_steal_pointer(&check->statement);
  return g_steal_pointer(&view);
}
