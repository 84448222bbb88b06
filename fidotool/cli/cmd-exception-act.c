/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-exception-act.c - fidotool exception request, approve, review and end:
 * one officer words an exception and signs it, another signs the same; one
 * reviews it in time, or ends it. With --out nothing is signed here: the
 * proposal goes to a machine with fidotool sign, and comes back with submit. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/document.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/policy-file.h"
#include "recovery/format/exception-line.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

#define ROLE "security"
#define DAY_S RECOVERY_EXCEPTION_LINE_DAY_S

typedef struct {
  FidotoolGovernedOptions who;
  char *id, *waives;
  char *scope[RECOVERY_EXCEPTION_LINE_SCOPES];
  char *owner, *reason, *compensating, *from, *until, *out;
  int days, review_days;
} Options;

static void
clear_options(Options *options)
{
  char **texts[] = {&options->who.as, &options->who.role,     &options->id,
                    &options->waives, &options->owner,        &options->reason,
                    &options->from,   &options->compensating, &options->until,
                    &options->out};

  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(*texts[i]);
  for (size_t i = 0; i < G_N_ELEMENTS(options->scope); i++)
    g_free(options->scope[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool
usage(GError **error, const char *text)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, text);
  return false;
}

/* Signs and hands in, or writes what is to be signed elsewhere. */
static FidotoolJson *
act(FidotoolGoverned *governed, const Options *options,
    const FidotoolJson *request, GError **error)
{
  g_autoptr(FidotoolJson) proposal = NULL;
  g_autoptr(FidotoolJson) done = NULL;

  if (options->out == NULL)
    return fidotool_governed_act(governed, request, error);
  proposal = fidotool_governed_propose(governed, request, error);
  if (proposal == NULL ||
      !fidotool_document_write(options->out, proposal, error))
    return NULL;
  done = fidotool_json_new_object();
  fidotool_json_set_text(done, "proposal", options->out);
  return g_steal_pointer(&done);
}

/* ---- request ---- */

static FidotoolJson *
list(FidotoolGoverned *governed, GError **error)
{
  return fidotool_governed_ask(governed, "exceptions", NULL, error);
}

static char **
split(const char *list)
{
  char **words = g_strsplit(list, ",", -1);

  for (char **word = words; *word != NULL; word++)
    g_strstrip(*word);
  return words;
}

/* now_s is the station's: another clock's beginning might be in its past. */
static bool
read_times(const Options *options, int64_t now_s, RecoveryExceptionLine *line,
           GError **error)
{
  line->from_s = now_s;
  if (options->from != NULL &&
      !fidotool_policy_file_time("--from", options->from, &line->from_s, error))
    return false;
  line->until_s = line->from_s + options->days * DAY_S;
  return options->until == NULL ||
         fidotool_policy_file_time("--until", options->until, &line->until_s,
                                   error);
}

static bool
check(bool holds, const char *option, const char *expected, const char *text,
      GError **error)
{
  if (!holds)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "%s: expected %s, not \"%s\"", option, expected, text);
  return holds;
}

static bool
check_ids(const char *option, const char *list, GError **error)
{
  g_auto(GStrv) ids = split(list);

  for (char **id = ids; *id != NULL; id++)
    if (!check(recovery_exception_line_is_id(*id), option,
               "ids with commas between", *id, error))
      return false;
  return check(*ids != NULL, option, "at least one id", list, error);
}

static bool
check_days(const char *option, int days, GError **error)
{
  g_autofree char *text = g_strdup_printf("%d", days);

  return check(days >= 1, option, "a number of days", text, error);
}

/* Before anybody is asked for a key: what can be told without the station. */
static bool
check_options(const Options *options, GError **error)
{
  static const char words[] = "one line that says something, of 1024 bytes at "
                              "most";
  int64_t time_s;

  if (options->id == NULL || options->waives == NULL ||
      options->owner == NULL || options->reason == NULL ||
      options->compensating == NULL)
    return usage(error, "--id, --waives, --owner, --reason and --compensating "
                        "are needed");
  if ((options->until != NULL) == (options->days != 0))
    return usage(error, "when does it end? give --until or --days");
  for (size_t i = 0; i < G_N_ELEMENTS(options->scope); i++) {
    g_autofree char *option = g_strconcat(
        "--", recovery_exception_line_scope((RecoveryExceptionLineScope)i),
        NULL);

    if (options->scope[i] != NULL &&
        !check_ids(option, options->scope[i], error))
      return false;
  }
  return check(recovery_exception_line_is_id(options->id), "--id",
               "letters, digits and ._-", options->id, error) &&
         check_ids("--waives", options->waives, error) &&
         check(recovery_jcs_is_id(options->owner), "--owner",
               "the id of a person: lower-case letters, digits and hyphens",
               options->owner, error) &&
         check(recovery_exception_line_is_words(options->reason), "--reason",
               words, options->reason, error) &&
         check(recovery_exception_line_is_words(options->compensating),
               "--compensating", words, options->compensating, error) &&
         fidotool_policy_file_time("--from", options->from, &time_s, error) &&
         fidotool_policy_file_time("--until", options->until, &time_s, error) &&
         (options->days == 0 || check_days("--days", options->days, error)) &&
         check_days("--review-days", options->review_days, error);
}

static char *
write_line(const Options *options, int64_t now_s, GError **error)
{
  g_autoptr(RecoveryExceptionLine) line = g_new0(RecoveryExceptionLine, 1);

  line->id = g_strdup(options->id);
  line->waives = split(options->waives);
  for (size_t i = 0; i < G_N_ELEMENTS(line->scope); i++)
    if (options->scope[i] != NULL)
      line->scope[i] = split(options->scope[i]);
  line->owner = g_strdup(options->owner);
  line->reason = g_strdup(options->reason);
  line->compensating = g_strdup(options->compensating);
  line->review_every_d = options->review_days;
  return read_times(options, now_s, line, error)
             ? recovery_exception_line_write(line, error)
             : NULL;
}

static FidotoolJson *
grant(FidotoolGoverned *governed, const Options *options, const char *text,
      GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "exception.grant");

  fidotool_json_set_text(request, "exception", text);
  return act(governed, options, request, error);
}

static FidotoolJson *
request(FidotoolGoverned *governed, const Options *options, GError **error)
{
  g_autoptr(FidotoolJson) answer = list(governed, error);
  const char *time = fidotool_json_get_text(answer, "time");
  g_autofree char *text = NULL;
  int64_t now_ms = 0;

  if (answer == NULL)
    return NULL;
  if (time == NULL || !recovery_time_read(time, &now_ms))
    (void)usage(error, "the station does not say what time it is");
  else
    text = write_line(options, now_ms / 1000, error);
  return text == NULL ? NULL : grant(governed, options, text, error);
}

/* ---- approve, review, end ---- */

/* The one of that id, waiting or granted; two that wait may have one id. */
static const FidotoolJson *
choose(const FidotoolJson *answer, const char *id, bool waiting, GError **error)
{
  const FidotoolJson *rows = fidotool_json_get(answer, "exceptions");
  const FidotoolJson *found = NULL;

  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const FidotoolJson *row = fidotool_json_at(rows, i);
    bool waits = strcmp(fidotool_json_get_text(row, "state"), "waiting") == 0;

    if (waits != waiting ||
        (strcmp(fidotool_json_get_text(row, "id"), id) != 0 &&
         strcmp(fidotool_json_get_text(row, "object"), id) != 0))
      continue;
    if (found != NULL) {
      (void)usage(error, "several of that id wait: name one by its object, as "
                         "fidotool exception list --json has it");
      return NULL;
    }
    found = row;
  }
  if (found == NULL)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                waiting ? "no exception %s waits for a second signature"
                        : "no exception %s was granted",
                id);
  return found;
}

static FidotoolJson *
approve(FidotoolGoverned *governed, const Options *options, GError **error)
{
  g_autoptr(FidotoolJson) answer = list(governed, error);
  const FidotoolJson *row =
      answer == NULL ? NULL : choose(answer, options->id, true, error);

  return row == NULL ? NULL
                     : grant(governed, options,
                             fidotool_json_get_text(row, "text"), error);
}

static FidotoolJson *
act_on(FidotoolGoverned *governed, const Options *options, const char *name,
       GError **error)
{
  g_autoptr(FidotoolJson) answer = list(governed, error);
  const FidotoolJson *row =
      answer == NULL ? NULL : choose(answer, options->id, false, error);
  g_autoptr(FidotoolJson) wanted = NULL;

  if (row == NULL)
    return NULL;
  wanted = fidotool_governed_request(governed, name);
  fidotool_json_set_text(wanted, "object",
                         fidotool_json_get_text(row, "object"));
  return act(governed, options, wanted, error);
}

static FidotoolJson *
review(FidotoolGoverned *governed, const Options *options, GError **error)
{
  return act_on(governed, options, "exception.review", error);
}

static FidotoolJson *
end(FidotoolGoverned *governed, const Options *options, GError **error)
{
  return act_on(governed, options, "exception.end", error);
}

/* ---- commands ---- */

typedef FidotoolJson *(*Step)(FidotoolGoverned *governed,
                              const Options *options, GError **error);

static int
run(FidotoolCmd *cmd, Options *options, Step step)
{
  FidotoolGoverned governed = {.cmd = cmd};
  g_autofree char *role = g_steal_pointer(&options->who.role);
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) done = NULL;

  if (fidotool_governed_open(&governed, cmd, &options->who, 0, &error) &&
      fidotool_governed_activate(&governed, role ? role : ROLE, NULL, &error))
    done = step(&governed, options, &error);
  if (!done)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(&governed, g_steal_pointer(&done),
                                options->out == NULL ? FIDOTOOL_CMD_CHANGED
                                                     : FIDOTOOL_CMD_UNCHANGED);
}

#define OUT_ENTRY(options)                                                     \
  {                                                                            \
    "out", 'o', 0, G_OPTION_ARG_FILENAME, &(options)->out,                     \
        "sign nothing here: write the proposal, for fidotool sign", "FILE"     \
  }

int
fidotool_cmd_exception_request(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {.review_days = RECOVERY_EXCEPTION_LINE_REVIEW_D};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"id", 0, 0, G_OPTION_ARG_STRING, &options.id,
       "a name of its own, never used again", "ID"},
      {"waives", 0, 0, G_OPTION_ARG_STRING, &options.waives,
       "the requirements that it waives, with commas between", "ID,..."},
      {"journey", 0, 0, G_OPTION_ARG_STRING,
       &options.scope[RECOVERY_EXCEPTION_LINE_JOURNEY],
       "for these journeys alone", "ID,..."},
      {"population", 0, 0, G_OPTION_ARG_STRING,
       &options.scope[RECOVERY_EXCEPTION_LINE_POPULATION],
       "for these people alone", "ID,..."},
      {"app", 0, 0, G_OPTION_ARG_STRING,
       &options.scope[RECOVERY_EXCEPTION_LINE_APP], "at these apps alone",
       "ID,..."},
      {"transaction", 0, 0, G_OPTION_ARG_STRING,
       &options.scope[RECOVERY_EXCEPTION_LINE_TRANSACTION],
       "for these transactions alone", "ID,..."},
      {"owner", 0, 0, G_OPTION_ARG_STRING, &options.owner,
       "who answers for it: a person of the roster, or a subject id", "ID"},
      {"reason", 0, 0, G_OPTION_ARG_STRING, &options.reason,
       "why it is needed; it is kept for good: no names", "TEXT"},
      {"compensating", 0, 0, G_OPTION_ARG_STRING, &options.compensating,
       "what makes up for it; it is kept for good: no names", "TEXT"},
      {"from", 0, 0, G_OPTION_ARG_STRING, &options.from,
       "when it begins (default: now)", "TIME"},
      {"until", 0, 0, G_OPTION_ARG_STRING, &options.until,
       "when it ends: the first moment without it", "TIME"},
      {"days", 0, 0, G_OPTION_ARG_INT, &options.days,
       "how long it lasts, instead of --until; 90 at most", "N"},
      {"review-days", 0, 0, G_OPTION_ARG_INT, &options.review_days,
       "how often it is reviewed (default and most: 30)", "N"},
      OUT_ENTRY(&options),
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Words an exception from requirements of the policy and signs it as "
          "the first of two; the\nsecond signs with exception approve, within "
          "24 hours. One of the two signs on another\nmachine, and neither is "
          "its owner. What is left out of journey, population, app and\n"
          "transaction means any. A forbid is never waived, nor a permit that "
          "is missing.\n"
          "Example:\n  fidotool exception request --id E1 --waives R4 "
          "--population contractors --app wiki\n    --owner ria --reason "
          "\"laptops join the register in December\"\n    --compensating "
          "\"network limited to the wiki\" --days 30 --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc > 1) {
    (void)usage(&error, "it takes options alone");
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  if (!check_options(&options, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return run(cmd, &options, request);
}

static int
run_on(FidotoolCmd *cmd, int argc, char **argv, const char *description,
       Step step)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  OUT_ENTRY(&options), G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, entries, description, &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "ID", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  options.id = g_strdup(argv[1]);
  return run(cmd, &options, step);
}

int
fidotool_cmd_exception_approve(FidotoolCmd *cmd, int argc, char **argv)
{
  return run_on(cmd, argc, argv,
                "Signs an exception as the second of two, within 24 hours of "
                "the first: it is granted, and\nlive from its beginning.\n"
                "Example:\n  fidotool exception approve E1 --as sol --machine "
                "/var/lib/keyturn-machine",
                approve);
}

int
fidotool_cmd_exception_review(FidotoolCmd *cmd, int argc, char **argv)
{
  return run_on(cmd, argc, argv,
                "Says that an exception is still needed: its next review is "
                "due a span later. One that\nwas not reviewed in time has "
                "ended, and no review brings it back.\n"
                "Example:\n  fidotool exception review E1 --as sid",
                review);
}

int
fidotool_cmd_exception_end(FidotoolCmd *cmd, int argc, char **argv)
{
  return run_on(cmd, argc, argv,
                "Ends an exception before its time, at once and for good; one "
                "officer is enough.\n"
                "Example:\n  fidotool exception end E1 --as sid",
                end);
}
