/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-decide.c - fidotool policy decide, and policy explain: what a
 * policy says of one request, or of each of many. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/lines.h"
#include "fidotool/cli/policy-file.h"
#include "fidotool/cli/policy-point.h"
#include "fidotool/cli/policy-station.h"
#include "recovery/error.h"
#include "recovery/policy/decide.h"
#include "recovery/policy/explain.h"

/* A request, or one line of --batch. */
#define REQUEST_MAX ((size_t)1024 * 1024)
#define TOO_LONG "request: is longer than 1 MiB"

typedef struct {
  FidotoolGovernedOptions who;
  char *policy;
  char *challenge; /* an employee number, or NULL */
  gboolean batch;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->policy);
  g_free(options->challenge);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

/* A policy that decides; without a document it has an error, and denies. */
typedef struct {
  RecoveryDocument *document;
  RecoveryDecide *decide;
  RecoveryDecideWorker *worker;
  char *broken; /* what is wrong with the policy, or NULL */
} Judge;

/* One request and what became of it. */
typedef struct {
  FidotoolJson *json;
  RecoveryRequest *request; /* NULL where it could not be read */
  const RecoveryDecision *decision;
} Answer;

/* ---- the policy ---- */

static void
clear_judge(Judge *judge)
{
  g_clear_pointer(&judge->worker, recovery_decide_worker_free);
  g_clear_pointer(&judge->decide, recovery_decide_free);
  g_clear_pointer(&judge->document, recovery_document_free);
  g_clear_pointer(&judge->broken, g_free);
}

static void
make_ready(Judge *judge)
{
  judge->decide = recovery_decide_new(judge->document);
  judge->worker = recovery_decide_worker_new(judge->decide);
}

static bool
open_judge(const char *path, Judge *judge, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(GError) inner = NULL;

  judge->document = fidotool_policy_file_read(path, problems, &inner);
  if (inner != NULL) {
    g_propagate_error(error, g_steal_pointer(&inner));
    return false;
  }
  if (judge->document == NULL)
    judge->broken = recovery_problem_write_errors(problems);
  else
    make_ready(judge);
  return true;
}

/* By the policy in force at a station. */
static bool
ask_judge(FidotoolGoverned *governed, Options *options, Judge *judge,
          GError **error)
{
  g_auto(FidotoolPolicyText) policy = {0};

  if (!fidotool_policy_station_take(governed, governed->cmd, &options->who,
                                    NULL, &policy, error))
    return false;
  judge->document = fidotool_policy_file_need_text(&policy, error);
  if (judge->document == NULL)
    return false;
  make_ready(judge);
  return true;
}

/* ---- one request ---- */

static void
clear_answer(Answer *answer)
{
  g_clear_pointer(&answer->request, recovery_request_free);
  g_clear_pointer(&answer->json, fidotool_json_free);
}

/* What denies where nothing decides. */
static const RecoveryDecision *
refuse(Judge *judge, const char *text)
{
  static RecoveryDecision denied;

  if (judge->worker != NULL)
    return recovery_decide_refuse(judge->worker, text);
  denied = (RecoveryDecision){.outcome = RECOVERY_DECIDE_DENY,
                              .reason = RECOVERY_DECIDE_ERROR,
                              .error = text};
  return &denied;
}

static Answer
answer_text(Judge *judge, const char *text, size_t len)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *fault = NULL;
  Answer answer = {.json = fidotool_json_parse(text, len, &error)};

  if (answer.json != NULL)
    answer.request = recovery_request_read(answer.json, &fault);
  if (judge->broken != NULL)
    answer.decision = refuse(judge, judge->broken);
  else if (answer.json == NULL)
    answer.decision = refuse(judge, error->message);
  else if (answer.request == NULL)
    answer.decision = refuse(judge, fault);
  else
    answer.decision = recovery_decide_run(judge->worker, answer.request);
  return answer;
}

/* The id is told even where the request is wrong elsewhere. */
static FidotoolJson *
write_answer(const Answer *answer)
{
  FidotoolJson *result = recovery_decide_write(
      answer->decision, fidotool_json_get_text(answer->json, "id"));

  /* With a policy of a FILE the request's own word is taken for everything. */
  fidotool_json_set_bool(result, "assumed", true);
  return result;
}

static int
exit_code_of(const RecoveryDecision *decision)
{
  switch (decision->outcome) {
  case RECOVERY_DECIDE_DENY:
  case RECOVERY_DECIDE_STEP_UP:
    return RECOVERY_ERROR_REFUSED;
  case RECOVERY_DECIDE_NEED_APPROVAL:
    return RECOVERY_ERROR_APPROVAL;
  case RECOVERY_DECIDE_ALLOW:
    return FIDOTOOL_CMD_OK;
  }
  return RECOVERY_ERROR_REFUSED;
}

static char *
explain(const Judge *judge, const Answer *answer)
{
  if (answer->request != NULL && judge->document != NULL)
    return recovery_explain_write(judge->document, answer->request,
                                  answer->decision);
  return g_strdup_printf("Denied: nothing could be decided.\n%s\n",
                         answer->decision->error);
}

static int
run_one(FidotoolCmd *cmd, Judge *judge, bool in_words)
{
  size_t len;
  g_autoptr(GError) error = NULL;
  g_autofree char *text =
      fidotool_cmd_read_file("-", REQUEST_MAX, &len, &error);
  g_autofree char *words = NULL;
  FidotoolJson *result;
  Answer answer = {0};
  int r;

  if (text == NULL)
    answer.decision = refuse(judge, error->message);
  else
    answer = answer_text(judge, text, len);
  words = explain(judge, &answer);
  result = write_answer(&answer);
  if (in_words)
    fidotool_json_set_text(result, "text", words);
  if (!cmd->json)
    fidotool_lines_print_all(words);
  r = fidotool_cmd_done_with(cmd, result, NULL, exit_code_of(answer.decision));
  clear_answer(&answer);
  return r;
}

/* ---- many ---- */

/* One line without its newline; -1 at the end. What is too long is read and
 * thrown away: the next line is a request of its own. */
static ssize_t
read_line(char **buffer, size_t *size, bool *ret_long)
{
  size_t len = 0;
  int c;

  *ret_long = false;
  if (*buffer == NULL) {
    *size = 4096;
    *buffer = g_malloc(*size);
  }
  while ((c = getc_unlocked(stdin)) != EOF && c != '\n') {
    if (len >= REQUEST_MAX) {
      *ret_long = true;
      continue;
    }
    if (len + 1 >= *size) {
      *size *= 2;
      *buffer = g_realloc(*buffer, *size);
    }
    (*buffer)[len++] = (char)c;
  }
  (*buffer)[len] = '\0';
  return c == EOF && len == 0 ? -1 : (ssize_t)len;
}

static void
print_answer(Judge *judge, const char *line, size_t len, bool too_long)
{
  Answer answer = {0};
  g_autoptr(FidotoolJson) result = NULL;
  g_autofree char *text = NULL;
  size_t text_len;

  if (too_long)
    answer.decision = refuse(judge, TOO_LONG);
  else
    answer = answer_text(judge, line, len);
  result = write_answer(&answer);
  text = fidotool_json_write(result, &text_len);
  (void)fwrite(text, 1, text_len, stdout); /* seen by fflush() in main() */
  (void)putchar('\n');
  clear_answer(&answer);
}

static int
run_batch(Judge *judge, GError **error)
{
  g_autofree char *line = NULL;
  size_t size = 0;
  bool too_long;
  ssize_t len;

  while ((len = read_line(&line, &size, &too_long)) >= 0)
    print_answer(judge, line, (size_t)len, too_long);
  if (ferror(stdin)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the requests could not be read: %s", g_strerror(errno));
    return -1;
  }
  return judge->broken != NULL ? RECOVERY_ERROR_REFUSED : FIDOTOOL_CMD_OK;
}

/* ---- by a station ---- */

static int
ask_batch(FidotoolCmd *cmd, GError **error)
{
  FidotoolPolicyPoint *station = fidotool_policy_point_open(cmd, error);
  g_autofree char *line = NULL;
  size_t size = 0;
  bool too_long;
  ssize_t len;

  if (station == NULL)
    return -1;
  while ((len = read_line(&line, &size, &too_long)) >= 0) {
    g_autoptr(FidotoolJson) result =
        too_long ? fidotool_policy_point_deny(TOO_LONG)
                 : fidotool_policy_point_ask(station, line, (size_t)len);
    g_autofree char *text = fidotool_json_write(result, NULL);

    printf("%s\n", text);
  }
  fidotool_policy_point_close(station);
  return FIDOTOOL_CMD_OK;
}

static int
ask_station(FidotoolCmd *cmd, const Options *options, GError **error)
{
  size_t len;
  g_autofree char *text = NULL;
  g_autoptr(GError) unread = NULL;

  if (options->challenge != NULL)
    return fidotool_policy_point_challenge(cmd, options->challenge);
  if (options->batch)
    return ask_batch(cmd, error);
  text = fidotool_cmd_read_file("-", REQUEST_MAX, &len, &unread);
  return fidotool_policy_point_decide(cmd, text, len,
                                      unread != NULL ? unread->message : NULL);
}

/* ---- the verbs ---- */

static bool
check_no_more(int argc, char **argv, GError **error)
{
  if (argc <= 1)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "\"%s\" is one too many: the request is read from standard "
              "input",
              argv[1]);
  return false;
}

static int
run(FidotoolCmd *cmd, const Options *options, int argc, char **argv,
    bool in_words, GError **error)
{
  Judge judge = {0};
  int r;

  if (!check_no_more(argc, argv, error))
    return -1;
  if (options->policy != NULL && options->challenge != NULL) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "--challenge is for a station, and --policy for none");
    return -1;
  }
  if (options->policy == NULL && !in_words)
    return ask_station(cmd, options, error);
  if (options->policy == NULL) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "--policy FILE is needed");
    return -1;
  }
  if (!open_judge(options->policy, &judge, error))
    return -1;
  if (options->batch)
    r = run_batch(&judge, error);
  else
    r = run_one(cmd, &judge, in_words);
  clear_judge(&judge);
  return r;
}

static int
explain_at_station(FidotoolCmd *cmd, Options *options, int argc, char **argv)
{
  FidotoolGoverned governed = {.cmd = cmd};
  g_autoptr(GError) error = NULL;
  Judge judge = {0};
  int r = -1;

  if (check_no_more(argc, argv, &error) &&
      ask_judge(&governed, options, &judge, &error)) {
    fidotool_governed_close(&governed);
    r = run_one(cmd, &judge, true);
  }
  clear_judge(&judge);
  return r >= 0 ? r
                : fidotool_governed_failed(&governed, g_steal_pointer(&error));
}

static const char decide_description[] =
    "The request is JSON on standard input: {\"id\", \"time\", \"journey\",\n"
    "\"app\", \"transaction\", \"person\", \"authenticator\", \"signals\",\n"
    "\"record\", \"approvals\", \"uses\", \"reviews\"}; fidotool(1) has its "
    "fields.\n"
    "With a policy of a FILE all of it is taken at its word, and every answer\n"
    "says so: \"assumed\".\n\n"
    "Without --policy a station is asked, as a caller that is registered "
    "there.\n"
    "Then the request is an evaluation of OpenID AuthZEN: {\"subject\", "
    "\"action\",\n\"resource\", \"context\"}; what is known of person and key "
    "comes from the\nstation alone.\n\n"
    "With --batch each line is one request, and one line answers each, in the\n"
    "same order. A line that is wrong, and every line where the policy is, is\n"
    "denied with reason \"error\".\n\n"
    "Exit codes: 0 allow, 21 deny or step-up, 22 need-approval; of a batch 0, "
    "or\n21 where the policy has an error.\n\n"
    "Example:\n"
    "  fidotool policy decide --policy policy.yaml --json < request.json\n"
    "  fidotool policy decide --station /run/keyturn/recovery < "
    "evaluation.json";

static const char explain_description[] =
    "The request is JSON on standard input, as \"fidotool policy decide\" has\n"
    "it. The answer says in words which rules decided, and what would be\n"
    "enough. Exit codes are the same, too. Without --policy it is the policy\n"
    "in force at a station; the request is taken at its word all the same.\n\n"
    "Example:\n"
    "  fidotool policy explain --policy policy.yaml < request.json";

int
fidotool_cmd_policy_decide(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
      {"policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policy,
       "the policy, without a station", "FILE"},
      {"challenge", 0, 0, G_OPTION_ARG_STRING, &options.challenge,
       "ask a station for a challenge that the person's key answers",
       "EMPLOYEE"},
      {"batch", 0, 0, G_OPTION_ARG_NONE, &options.batch,
       "each line is a request; answers are lines of JSON", NULL},
      G_OPTION_ENTRY_NULL};
  int r = -1;

  if (fidotool_cmd_parse(cmd, entries, decide_description, &argc, &argv,
                         &error))
    r = run(cmd, &options, argc, argv, false, &error);
  return r >= 0 ? r : fidotool_cmd_failed(cmd, g_steal_pointer(&error));
}

int
fidotool_cmd_policy_explain(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  {"policy", 0, 0, G_OPTION_ARG_FILENAME,
                                   &options.policy,
                                   "the policy, without a station", "FILE"},
                                  G_OPTION_ENTRY_NULL};
  int r = -1;

  if (fidotool_cmd_parse(cmd, entries, explain_description, &argc, &argv,
                         &error)) {
    if (options.policy == NULL)
      return explain_at_station(cmd, &options, argc, argv);
    r = run(cmd, &options, argc, argv, true, &error);
  }
  return r >= 0 ? r : fidotool_cmd_failed(cmd, g_steal_pointer(&error));
}
