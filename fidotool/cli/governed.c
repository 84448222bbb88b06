/* SPDX-License-Identifier: Apache-2.0 */
/* governed.c - one way through every governed act. */
#include "fidotool/cli/governed.h"

#include <stdio.h>
#include <string.h>

#include "fidotool/cli/consent.h"
#include "fidotool/cli/sitting.h"
#include "recovery/error.h"

bool
fidotool_governed_open(FidotoolGoverned *governed, FidotoolCmd *cmd,
                       FidotoolGovernedOptions *options,
                       RecoveryClientFlags flags, GError **error)
{
  FidotoolSitting *sitting = fidotool_sitting_current();

  *governed = (FidotoolGoverned){.cmd = cmd};
  if (options)
    governed->as = g_steal_pointer(&options->as);
  if (sitting) {
    fidotool_sitting_lend(sitting, cmd);
    if (!governed->as)
      governed->as = g_strdup(sitting->as);
    governed->client = sitting->client;
    governed->borrowed = true;
    return true;
  }
  governed->client = recovery_client_open(cmd->station, flags, error);
  return governed->client != NULL;
}

void
fidotool_governed_close(FidotoolGoverned *governed)
{
  if (!governed->borrowed)
    recovery_client_free(governed->client);
  governed->client = NULL;
  g_clear_pointer(&governed->as, g_free);
  g_clear_pointer(&governed->refused, fidotool_json_free);
  g_clear_pointer(&governed->activated, fidotool_json_free);
}

FidotoolJson *
fidotool_governed_request(const FidotoolGoverned *governed, const char *act)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", act);
  if (governed->as)
    fidotool_json_set_text(request, "actor", governed->as);
  return request;
}

/* The answer as a tree; a refusal becomes an error that is remembered. */
static FidotoolJson *
read_answer(FidotoolGoverned *governed, const char *text, GError **error)
{
  g_autoptr(FidotoolJson) answer = NULL;
  FidotoolJson *first;

  if (!text)
    return NULL;
  answer = fidotool_json_parse(text, strlen(text), error);
  if (!answer)
    return NULL;
  first = fidotool_json_at(fidotool_json_get(answer, "refused"), 0);
  if (!first)
    return g_steal_pointer(&answer);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_REFUSED, "%s",
              fidotool_json_get_text(first, "text")
                  ? fidotool_json_get_text(first, "text")
                  : "refused");
  g_clear_pointer(&governed->refused, fidotool_json_free);
  governed->refused = g_steal_pointer(&answer);
  return NULL;
}

typedef char *(*Call)(RecoveryClient *client, const char *request,
                      GError **error);

static FidotoolJson *
ask(FidotoolGoverned *governed, Call call, const FidotoolJson *request,
    GError **error)
{
  g_autofree char *text = fidotool_json_write(request, NULL);
  g_autofree char *answer = call(governed->client, text, error);

  return read_answer(governed, answer, error);
}

FidotoolJson *
fidotool_governed_propose(FidotoolGoverned *governed,
                          const FidotoolJson *request, GError **error)
{
  return ask(governed, recovery_client_propose, request, error);
}

FidotoolJson *
fidotool_governed_submit(FidotoolGoverned *governed,
                         const FidotoolJson *request, GError **error)
{
  return ask(governed, recovery_client_submit, request, error);
}

FidotoolJson *
fidotool_governed_query(FidotoolGoverned *governed, const FidotoolJson *request,
                        GError **error)
{
  return ask(governed, recovery_client_query, request, error);
}

FidotoolJson *
fidotool_governed_ask(FidotoolGoverned *governed, const char *what,
                      FidotoolJson *request, GError **error)
{
  g_autoptr(FidotoolJson) taken =
      request ? request : fidotool_json_new_object();

  fidotool_json_set_text(taken, "what", what);
  return fidotool_governed_query(governed, taken, error);
}

/* What is allowed, and worth a second thought before it is signed. */
static void
warn(FidotoolCmd *cmd, const FidotoolJson *proposal)
{
  const FidotoolJson *list = fidotool_json_get(proposal, "warnings");

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);
    const char *rule = fidotool_json_get_text(row, "rule");
    const char *text = fidotool_json_get_text(row, "text");
    const char *enough = fidotool_json_get_text(row, "enough");
    g_autofree char *words =
        g_strdup_printf("%s %s", text ? text : "", enough ? enough : "");

    fidotool_cmd_warn(cmd, rule ? rule : "warning", words);
  }
}

FidotoolJson *
fidotool_governed_act(FidotoolGoverned *governed, const FidotoolJson *request,
                      GError **error)
{
  g_autoptr(FidotoolJson) proposal =
      fidotool_governed_propose(governed, request, error);
  g_autoptr(FidotoolJson) signed_act = NULL;
  g_autoptr(FidotoolJson) answer = NULL;

  if (!proposal)
    return NULL;
  warn(governed->cmd, proposal);
  signed_act = fidotool_consent_sign(governed->cmd, proposal, error);
  if (!signed_act)
    return NULL;
  /* A station that was started anew meanwhile has forgotten the request. */
  if (fidotool_json_get(request, "note"))
    fidotool_json_set(signed_act, "note",
                      fidotool_json_copy(fidotool_json_get(request, "note")));
  answer = fidotool_governed_submit(governed, signed_act, error);
  return answer ? fidotool_json_copy(fidotool_json_get(answer, "done")) : NULL;
}

bool
fidotool_governed_activate(FidotoolGoverned *governed, const char *role,
                           const char *reason, GError **error)
{
  FidotoolSitting *sitting = fidotool_sitting_current();
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolJson) done = NULL;

  if (!governed->as) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "who acts? give --as PERSON");
    return false;
  }
  if (sitting && g_strcmp0(sitting->as, governed->as) == 0 &&
      fidotool_sitting_has_role(sitting, role))
    return true;
  request = fidotool_governed_request(governed, "role.activate");
  fidotool_json_set_text(request, "role", role);
  /* A role that is activated for one command is for that command. */
  fidotool_json_set_text(request, "reason",
                         reason ? reason : governed->cmd->path);
  done = fidotool_governed_act(governed, request, error);
  fidotool_json_free(governed->activated);
  governed->activated = done == NULL ? NULL : fidotool_json_copy(done);
  if (done && sitting && g_strcmp0(sitting->as, governed->as) == 0)
    fidotool_sitting_add_role(sitting, role);
  return done != NULL;
}

bool
fidotool_governed_any_role(FidotoolGoverned *governed, const char *role,
                           const char *usual, GError **error)
{
  const FidotoolSitting *sitting = fidotool_sitting_current();

  if (sitting && sitting->roles->len > 0)
    return true;
  return fidotool_governed_activate(governed, role ? role : usual, NULL, error);
}

/* --- the end ----------------------------------------------------------------
 */

/* clang-format off */
static const struct {
  const char *rule; /* a '*' at its end fits the rest */
  int code;
} codes[] = {
  { "actor-unknown",       RECOVERY_ERROR_NOT_FOUND },
  { "approved-already",    RECOVERY_ERROR_STATE },
  { "assertion/*",         RECOVERY_ERROR_INVALID },
  { "case-open-already",   RECOVERY_ERROR_STATE },
  { "case-unknown",        RECOVERY_ERROR_NOT_FOUND },
  { "changed",             RECOVERY_ERROR_APPROVAL },
  { "enrol-first",         RECOVERY_ERROR_STATE },
  { "exception-over",      RECOVERY_ERROR_STATE },
  { "exception-unknown",   RECOVERY_ERROR_NOT_FOUND },
  { "judged",              RECOVERY_ERROR_INVALID },
  { "made-*",              RECOVERY_ERROR_STATE },
  { "registration/*",      RECOVERY_ERROR_INVALID },
  { "role-not-active",     RECOVERY_ERROR_APPROVAL },
  { "signature",           RECOVERY_ERROR_INVALID },
  { "slot-filled",         RECOVERY_ERROR_STATE },
  { "state",               RECOVERY_ERROR_STATE },
  { "statement-*",         RECOVERY_ERROR_APPROVAL },
  { "subject-unknown",     RECOVERY_ERROR_NOT_FOUND },
};
/* clang-format on */

int
fidotool_governed_exit_code(const FidotoolJson *refused)
{
  const char *rule = fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(refused, "refused"), 0), "rule");

  for (size_t i = 0; rule && i < G_N_ELEMENTS(codes); i++) {
    size_t len = strlen(codes[i].rule);
    bool fits = codes[i].rule[len - 1] == '*'
                    ? strncmp(rule, codes[i].rule, len - 1) == 0
                    : strcmp(rule, codes[i].rule) == 0;

    if (fits)
      return codes[i].code;
  }
  return RECOVERY_ERROR_REFUSED;
}

static void
print_line(FILE *out, const char *before, const char *text)
{
  g_autofree char *words = fidotool_cmd_printable(text);

  if (text)
    fprintf(out, "%s%s\n", before, words);
}

static void
print_refusal(const FidotoolJson *refused)
{
  const FidotoolJson *list = fidotool_json_get(refused, "refused");

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);
    g_autofree char *rule =
        fidotool_cmd_printable(fidotool_json_get_text(row, "rule"));

    fprintf(stderr, "Refused (%s): ", rule);
    print_line(stderr, "", fidotool_json_get_text(row, "text"));
    print_line(stderr,
               "Enough would be: ", fidotool_json_get_text(row, "enough"));
  }
}

int
fidotool_governed_failed(FidotoolGoverned *governed, GError *error)
{
  g_autoptr(FidotoolJson) refused = g_steal_pointer(&governed->refused);
  FidotoolCmd *cmd = governed->cmd;
  int code;

  fidotool_governed_close(governed);
  if (!refused ||
      !g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_REFUSED))
    return fidotool_cmd_failed(cmd, error);
  g_error_free(error);
  if (!cmd->json)
    print_refusal(refused);
  code = fidotool_governed_exit_code(refused);
  return fidotool_cmd_done_with(cmd, g_steal_pointer(&refused),
                                FIDOTOOL_CMD_UNCHANGED, code);
}

int
fidotool_governed_done(FidotoolGoverned *governed, FidotoolJson *result,
                       const char *changed)
{
  FidotoolCmd *cmd = governed->cmd;

  fidotool_governed_close(governed);
  return fidotool_cmd_done(cmd, result, changed);
}

int
fidotool_governed_run(FidotoolCmd *cmd, FidotoolGovernedOptions *who,
                      const char *usual, FidotoolGovernedWork work,
                      const void *options)
{
  FidotoolGoverned governed = {.cmd = cmd};
  g_autofree char *role = g_steal_pointer(&who->role);
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) done = NULL;

  if (fidotool_governed_open(&governed, cmd, who, 0, &error) &&
      (!usual || fidotool_governed_activate(&governed, role ? role : usual,
                                            NULL, &error)))
    done = work(&governed, options, &error);
  if (!done)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(&governed, g_steal_pointer(&done),
                                FIDOTOOL_CMD_CHANGED);
}

/* --- words ------------------------------------------------------------------
 */

static void print_value(const char *name, const FidotoolJson *value, int depth);

static void
print_scalar(const char *name, const FidotoolJson *value, int depth)
{
  g_autofree char *raw = fidotool_json_text(value)
                             ? g_strdup(fidotool_json_text(value))
                             : fidotool_json_write(value, NULL);
  g_autofree char *text = fidotool_cmd_printable(raw);

  if (name)
    printf("%*s%-*s  %s\n", depth * 2, "", MAX(16 - depth * 2, 1), name, text);
  else
    printf("%*s- %s\n", depth * 2, "", text);
}

static void
print_list(const char *name, const FidotoolJson *value, int depth)
{
  if (name)
    printf("%*s%s%s\n", depth * 2, "", name,
           fidotool_json_size(value) == 0 ? "  none" : "");
  for (size_t i = 0; i < fidotool_json_size(value); i++) {
    if (i > 0 &&
        fidotool_json_type(fidotool_json_at(value, i)) == FIDOTOOL_JSON_OBJECT)
      printf("\n");
    print_value(NULL, fidotool_json_at(value, i), depth + (name ? 1 : 0));
  }
}

static void
print_object(const char *name, const FidotoolJson *value, int depth)
{
  if (name)
    printf("%*s%s\n", depth * 2, "", name);
  for (size_t i = 0; i < fidotool_json_size(value); i++)
    print_value(fidotool_json_name(value, i), fidotool_json_member(value, i),
                depth + (name ? 1 : 0));
}

static void
print_value(const char *name, const FidotoolJson *value, int depth)
{
  if (fidotool_json_type(value) == FIDOTOOL_JSON_OBJECT)
    print_object(name, value, depth);
  else if (fidotool_json_type(value) == FIDOTOOL_JSON_ARRAY)
    print_list(name, value, depth);
  else
    print_scalar(name, value, depth);
}

void
fidotool_governed_print(const FidotoolJson *json)
{
  print_value(NULL, json, 0);
}
