/* SPDX-License-Identifier: Apache-2.0 */
/* policy-replay.c - past judgements, decided again under a draft. */
#include "fidotool/cli/policy-replay.h"

#include <stdio.h>
#include <string.h>

#include "fidotool/cli/bundle.h"
#include "fidotool/cli/cmd.h"
#include "recovery/policy/replay.h"

typedef struct {
  RecoveryReplay *replay;
  const RecoveryBag *bag;
  FidotoolJson *rows;
  int64_t from, skipped;
  int64_t sealed; /* decisions on what nobody here may see */
  const char *until;
} Run;

/* ---- one judgement ---- */

static void
copy_texts(FidotoolJson *row, const FidotoolJson *from)
{
  static const char *const names[] = {"act", "case",         "sub",
                                      "at",  "registration", "actor"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *text = fidotool_json_get_text(from, names[i]);

    if (text != NULL)
      fidotool_json_set_text(row, names[i], text);
  }
}

/* one: as the query "judgements" has it. */
static void
replay_one(Run *run, const FidotoolJson *one)
{
  const char *at = fidotool_json_get_text(one, "at");
  const char *policy = fidotool_json_get_text(one, "policy");
  const char *act = fidotool_json_get_text(one, "act");
  const FidotoolJson *request = fidotool_json_get(one, "request");
  FidotoolJson *row = NULL;

  if (run->until != NULL && g_strcmp0(at, run->until) >= 0)
    return;
  if (fidotool_json_get(one, "sealed") != NULL) {
    run->sealed++;
    return;
  }
  if (policy != NULL && request != NULL)
    row = recovery_replay_request(run->replay, policy, request, at);
  else if (policy != NULL && act != NULL)
    row = recovery_replay_judgement(run->replay, policy, act,
                                    fidotool_json_get(one, "result"), at);
  if (row == NULL) {
    run->skipped++;
    return;
  }
  fidotool_json_set_int(row, "entry", fidotool_json_get_int(one, "entry", -1));
  copy_texts(row, one);
  fidotool_json_append(run->rows, row);
}

/* ---- a bundle ---- */

static FidotoolJson *
read_part(const RecoveryBag *bag, const FidotoolJson *of, const char *name)
{
  const char *digest = fidotool_json_get_text(of, name);
  g_autoptr(GBytes) bytes =
      digest == NULL ? NULL
                     : fidotool_bundle_file(bag, "metadata", digest, "json");

  return bytes == NULL ? NULL
                       : fidotool_json_parse(g_bytes_get_data(bytes, NULL),
                                             g_bytes_get_size(bytes), NULL);
}

static bool
see_entry(const FidotoolJson *entry, void *data)
{
  static const char *const sealed[] = {"decision.approved", "decision.weaker",
                                       NULL};
  Run *run = data;
  int64_t seq = fidotool_json_get_int(entry, "seq", -1);
  const char *policy = fidotool_json_get_text(entry, "policy");
  g_autoptr(FidotoolJson) judgement = NULL, one = NULL;
  g_autoptr(GBytes) yaml = NULL;
  FidotoolJson *result;

  if (seq < run->from || policy == NULL)
    return true;
  if (g_strv_contains(sealed, fidotool_json_get_text(entry, "act")))
    run->sealed++;
  if (fidotool_json_get(entry, "judgement") == NULL)
    return true;
  judgement = read_part(run->bag, entry, "judgement");
  result = read_part(run->bag, judgement, "result");
  yaml = fidotool_bundle_file(run->bag, "policy", policy, "yaml");
  if (result == NULL || yaml == NULL) {
    fidotool_json_free(result);
    run->skipped++;
    return true;
  }
  (void)recovery_replay_add(run->replay, policy, yaml); /* else skipped */
  one = fidotool_json_copy(entry);
  copy_texts(one, judgement);
  fidotool_json_set_int(one, "entry", seq);
  fidotool_json_set(one, "result", result);
  replay_one(run, one);
  return true;
}

static bool
run_bundle(Run *run, const FidotoolPolicyPastOptions *options, GError **error)
{
  g_autoptr(RecoveryBag) bag =
      fidotool_bundle_open(options->bundle, options->trust, NULL, error);

  if (bag == NULL)
    return false;
  run->bag = bag;
  fidotool_bundle_each(bag, see_entry, run);
  run->bag = NULL;
  return true;
}

/* ---- a station ---- */

static void
take_policies(Run *run, const FidotoolJson *policies)
{
  for (size_t i = 0; i < fidotool_json_size(policies); i++) {
    const char *text = fidotool_json_text(fidotool_json_member(policies, i));
    g_autoptr(GBytes) yaml =
        text == NULL ? NULL : g_bytes_new(text, strlen(text));

    if (yaml != NULL)
      (void)recovery_replay_add(run->replay, fidotool_json_name(policies, i),
                                yaml); /* else skipped */
  }
}

static bool
take_exceptions(Run *run, FidotoolGoverned *governed, GError **error)
{
  g_autoptr(FidotoolJson) answer =
      fidotool_governed_ask(governed, "exceptions", NULL, error);
  const FidotoolJson *list = fidotool_json_get(answer, "exceptions");

  if (answer == NULL)
    return false;
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);

    if (fidotool_json_get(row, "granted") != NULL &&
        !recovery_replay_grant(run->replay, row)) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                  "exception %s cannot be read",
                  fidotool_json_get_text(row, "id"));
      return false;
    }
  }
  return true;
}

static bool
run_station(Run *run, FidotoolGoverned *governed, GError **error)
{
  int64_t from = run->from;

  if (!take_exceptions(run, governed, error))
    return false;
  while (from >= 0) {
    g_autoptr(FidotoolJson) request = fidotool_json_new_object();
    g_autoptr(FidotoolJson) answer = NULL;
    const FidotoolJson *list;

    fidotool_json_set_text(request, "what", "judgements");
    fidotool_json_set_int(request, "from", from);
    answer = fidotool_governed_query(governed, request, error);
    if (answer == NULL)
      return false;
    take_policies(run, fidotool_json_get(answer, "policies"));
    list = fidotool_json_get(answer, "judgements");
    for (size_t i = 0; i < fidotool_json_size(list); i++)
      replay_one(run, fidotool_json_at(list, i));
    from = fidotool_json_get_int(answer, "next", -1);
  }
  return true;
}

FidotoolJson *
fidotool_policy_replay_run(FidotoolGoverned *governed,
                           const FidotoolPolicyPastOptions *options,
                           RecoveryDocument *draft, int64_t from,
                           const char *until, GError **error)
{
  g_autoptr(RecoveryReplay) replay = recovery_replay_new(draft);
  g_autoptr(FidotoolJson) result = fidotool_json_new_object();
  Run run = {.replay = replay, .from = from, .until = until};

  run.rows = fidotool_json_set(result, "rows", fidotool_json_new_array());
  if (!(options->bundle != NULL ? run_bundle(&run, options, error)
                                : run_station(&run, governed, error)))
    return NULL;
  fidotool_json_set(result, "counts", recovery_replay_count(run.rows));
  if (run.skipped > 0)
    fidotool_json_set_int(result, "skipped", run.skipped);
  if (run.sealed > 0)
    fidotool_json_set_int(result, "sealed", run.sealed);
  return g_steal_pointer(&result);
}

/* ---- in words ---- */

static void
print_text(char *text)
{
  g_autofree char *taken = text;
  g_autofree char *shown = fidotool_cmd_printable(taken);

  printf("%s\n", shown);
}

/* By what it is so, and why: "(then R4: ...)". */
static char *
write_why(const FidotoolJson *why, bool then)
{
  const char *rule = fidotool_json_get_text(why, "rule");
  const char *text = fidotool_json_get_text(why, "text");

  if (rule != NULL && *rule == '\0')
    rule = NULL;
  if (rule == NULL && text == NULL)
    return g_strdup("");
  return g_strdup_printf(
      " (%s%s%s%s)", then ? "then " : "", rule != NULL ? rule : "",
      rule != NULL && text != NULL ? ": " : "", text != NULL ? text : "");
}

static void
print_row(const FidotoolJson *row)
{
  static const char *const words[][2] = {{"refused", "REFUSED"},
                                         {"let-in", "let in"},
                                         {"step-up", "has to step up"},
                                         {"need-approval", "needs approvals"},
                                         {"less", "needs less"}};
  const char *change = fidotool_json_get_text(row, "change");
  const FidotoolJson *after = fidotool_json_get(row, "after");
  const FidotoolJson *before = fidotool_json_get(row, "before");
  const FidotoolJson *why =
      fidotool_json_get_text(after, "rule") != NULL ? after : before;
  const char *of = fidotool_json_get_text(row, "case");
  const char *who = fidotool_json_get_text(row, "sub");
  g_autofree char *reason = write_why(why, why == before);
  const char *by = fidotool_json_get_text(before, "exception");

  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_strcmp0(change, words[i][0]) == 0)
      change = words[i][1];
  if (who == NULL)
    who = fidotool_json_get_text(row, "actor");
  print_text(g_strdup_printf(
      "entry %" G_GINT64_FORMAT ", %s%s%s of %s, %s: %s%s%s%s",
      fidotool_json_get_int(row, "entry", -1),
      fidotool_json_get_text(row, "act"), of == NULL ? "" : ", case ",
      of == NULL ? "" : of, who == NULL ? "-" : who,
      fidotool_json_get_text(row, "at"), change, reason,
      by == NULL ? "" : "; then by exception ", by == NULL ? "" : by));
}

/* "12 judged: 1 refused, 2 let in, 9 the same". */
static void
write_counts(const FidotoolJson *counts, GString *line)
{
  static const char *const words[][2] = {{"refused", "refused"},
                                         {"step_up", "to step up"},
                                         {"need_approval", "to be approved"},
                                         {"less", "with less"},
                                         {"let_in", "let in"},
                                         {"same", "the same"}};

  g_string_append_printf(line, "%" G_GINT64_FORMAT " judged",
                         fidotool_json_get_int(counts, "judged", 0));
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    g_string_append_printf(
        line, "%s%" G_GINT64_FORMAT " %s", i == 0 ? ": " : ", ",
        fidotool_json_get_int(counts, words[i][0], 0), words[i][1]);
}

void
fidotool_policy_replay_print(const FidotoolJson *replayed)
{
  const FidotoolJson *rows = fidotool_json_get(replayed, "rows");
  const FidotoolJson *counts = fidotool_json_get(replayed, "counts");
  g_autoptr(GString) line = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    if (g_strcmp0(fidotool_json_get_text(fidotool_json_at(rows, i), "change"),
                  "same") != 0)
      print_row(fidotool_json_at(rows, i));
  write_counts(counts, line);
  if (fidotool_json_get(replayed, "skipped") != NULL)
    g_string_append_printf(line,
                           "; %" G_GINT64_FORMAT " could not be decided again",
                           fidotool_json_get_int(replayed, "skipped", 0));
  if (fidotool_json_get(replayed, "sealed") != NULL)
    g_string_append_printf(
        line, "; of %" G_GINT64_FORMAT " decisions what was asked is sealed",
        fidotool_json_get_int(replayed, "sealed", 0));
  print_text(g_strdup(line->str));
}
