/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-trial.c - fidotool policy trial: a draft beside the policy in
 * force, which decides nothing and is counted. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-counts.h"
#include "fidotool/cli/policy-replay.h"

#define ROLE "security"
/* What an act can carry. */
#define POLICY_MAX (1024 * 1024)

typedef struct {
  FidotoolGovernedOptions who;
  int days;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static FidotoolJson *
ask_trial(FidotoolGoverned *governed, GError **error)
{
  return fidotool_governed_ask(governed, "policy-trial", NULL, error);
}

static FidotoolJson *
sign(FidotoolGoverned *governed, const char *yaml, int days, GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "policy.trial");

  fidotool_json_set_text(request, "policy", yaml);
  fidotool_json_set_int(request, "days", days);
  return fidotool_governed_act(governed, request, error);
}

/* A draft, and for how long. */
typedef struct {
  const char *yaml;
  int days;
} Draft;

static FidotoolJson *
start(FidotoolGoverned *governed, const void *options, GError **error)
{
  const Draft *draft = options;

  return sign(governed, draft->yaml, draft->days, error);
}

int
fidotool_cmd_policy_trial_start(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {.days = 30};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  {"days", 0, 0, G_OPTION_ARG_INT,
                                   &options.days,
                                   "how long, 1 to 90 (default 30)", "N"},
                                  G_OPTION_ENTRY_NULL};
  g_autofree char *yaml = NULL;
  g_autoptr(GError) error = NULL;
  size_t len;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Tries a DRAFT beside the policy in force, signed by one officer: "
          "what is judged from now\non is judged by the draft as well, and the "
          "differences are shown by policy trial show.\nIt never changes what "
          "is decided. It takes the place of a draft that is tried already.\n"
          "Example:\n  fidotool policy trial start draft.yaml --days 14 --as "
          "sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 2 || options.days < 1 || options.days > 90)
    return fidotool_cmd_failed(
        cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s",
                         argc != 2 ? "one file is needed: DRAFT"
                                   : "--days: from 1 to 90"));
  yaml = fidotool_cmd_read_file(argv[1], POLICY_MAX, &len, &error);
  if (yaml == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_governed_run(cmd, &options.who, ROLE, start,
                               &(Draft){yaml, options.days});
}

/* ---- show ---- */

/* What was judged while it was tried, by both. */
static FidotoolJson *
replay(FidotoolGoverned *governed, const FidotoolJson *answer, GError **error)
{
  static const FidotoolPolicyPastOptions station;
  const FidotoolJson *trial = fidotool_json_get(answer, "trial");
  const char *text = fidotool_json_get_text(answer, "text");
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  RecoveryDocument *draft =
      text == NULL ? NULL
                   : recovery_document_read(text, strlen(text), problems);

  if (draft == NULL) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                        "the draft that is tried cannot be read");
    return NULL;
  }
  return fidotool_policy_replay_run(
      governed, &station, draft, fidotool_json_get_int(trial, "entry", 0),
      fidotool_json_get_text(trial, "until"), error);
}

static FidotoolJson *
show(FidotoolGoverned *governed, GError **error)
{
  g_autoptr(FidotoolJson) answer = ask_trial(governed, error);
  const FidotoolJson *trial = fidotool_json_get(answer, "trial");
  FidotoolJson *replayed;

  if (answer == NULL)
    return NULL;
  if (trial == NULL) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                        "no policy was tried at this station");
    return NULL;
  }
  replayed = replay(governed, answer, error);
  if (replayed == NULL)
    return NULL;
  fidotool_json_set(replayed, "trial", fidotool_json_copy(trial));
  if (fidotool_json_get(answer, "decisions") != NULL)
    fidotool_json_set(
        replayed, "decisions",
        fidotool_json_copy(fidotool_json_get(answer, "decisions")));
  return replayed;
}

static void
print_trial(const FidotoolJson *shown)
{
  const FidotoolJson *trial = fidotool_json_get(shown, "trial");
  const FidotoolJson *decisions = fidotool_json_get(shown, "decisions");
  g_autofree char *line = g_strdup_printf(
      "version %" G_GINT64_FORMAT " of %s, tried from %s to %s%s, by %s",
      fidotool_json_get_int(trial, "version", 0),
      fidotool_json_get_text(trial, "id"),
      fidotool_json_get_text(trial, "from"),
      fidotool_json_get_text(trial, "until"),
      fidotool_json_get_int(trial, "ended", 0) == 1 ? " (ended)" : "",
      fidotool_json_get_text(trial, "actor"));
  g_autofree char *printed = fidotool_cmd_printable(line);

  printf("%s\n", printed);
  fidotool_policy_replay_print(shown);
  if (decisions != NULL)
    fidotool_policy_counts_print(decisions);
}

int
fidotool_cmd_policy_trial_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autofree char *role = NULL;
  g_autoptr(FidotoolJson) shown = NULL;
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Shows the draft that is tried, or was last, and what it would have "
          "decided otherwise:\nwho would be refused or let in, with the rule, "
          "and how many there are.\n"
          "Example:\n  fidotool policy trial show --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  role = g_steal_pointer(&options.who.role);
  if (fidotool_governed_open(&governed, cmd, &options.who, 0, &error) &&
      fidotool_governed_activate(&governed, role ? role : ROLE, NULL, &error))
    shown = show(&governed, &error);
  if (shown == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    print_trial(shown);
  return fidotool_governed_done(&governed, g_steal_pointer(&shown), NULL);
}

/* ---- end ---- */

static FidotoolJson *
end_trial(FidotoolGoverned *governed, G_GNUC_UNUSED const void *options,
          GError **error)
{
  g_autoptr(FidotoolJson) answer = ask_trial(governed, error);
  const FidotoolJson *trial = fidotool_json_get(answer, "trial");

  if (answer == NULL)
    return NULL;
  if (trial == NULL || fidotool_json_get_int(trial, "ended", 0) == 1 ||
      fidotool_json_get_text(answer, "text") == NULL) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                        "no policy is tried at this station");
    return NULL;
  }
  return sign(governed, fidotool_json_get_text(answer, "text"), 0, error);
}

int
fidotool_cmd_policy_trial_end(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Ends the trial of a draft before its time, signed by one officer.\n"
          "Example:\n  fidotool policy trial end --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_governed_run(cmd, &options.who, ROLE, end_trial, NULL);
}
