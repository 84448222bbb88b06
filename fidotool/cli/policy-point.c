/* SPDX-License-Identifier: Apache-2.0 */
/* policy-point.c - asks a station what it decides. Whatever goes wrong on the
 * way there is no permission. */
#include "fidotool/cli/policy-point.h"

#include <stdio.h>
#include <string.h>

#include "fidotool/cli/governed.h"
#include "recovery/error.h"

struct FidotoolPolicyPoint {
  FidotoolGoverned governed;
};

FidotoolJson *
fidotool_policy_point_deny(const char *why)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *context;
  g_autofree char *text =
      g_strdup_printf("Denied: nothing could be decided.\n%s\n", why);

  fidotool_json_set_bool(result, "decision", false);
  context = fidotool_json_set(result, "context", fidotool_json_new_object());
  fidotool_json_set_text(context, "outcome", "deny");
  fidotool_json_set_text(context, "reason", "error");
  fidotool_json_set_text(context, "error", why);
  fidotool_json_set_text(context, "text", text);
  return result;
}

/* An evaluation, with the act that it is to the station; or NULL, and the
 * denial that answers what is none. */
static FidotoolJson *
read_evaluation(const char *text, size_t len, FidotoolJson **ret_denial)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = fidotool_json_parse(text, len, &error);
  const char *why = NULL;

  if (request == NULL)
    why = error->message;
  else if (fidotool_json_type(request) != FIDOTOOL_JSON_OBJECT)
    why = "evaluation: expected an object with subject, action, resource and "
          "context";
  else if (fidotool_json_get(request, "act") != NULL)
    why = "act: is no member there is";
  if (why != NULL) {
    *ret_denial = fidotool_policy_point_deny(why);
    return NULL;
  }
  fidotool_json_set_text(request, "act", "decide");
  return g_steal_pointer(&request);
}

/* The station's answer, or a denial where the request is none; NULL where the
 * station could not be asked. */
static FidotoolJson *
ask(FidotoolGoverned *governed, const char *text, size_t len, GError **error)
{
  FidotoolJson *done = NULL;
  g_autoptr(FidotoolJson) request = read_evaluation(text, len, &done);
  g_autoptr(FidotoolJson) answer = NULL;

  if (request == NULL)
    return done;
  answer = fidotool_governed_submit(governed, request, error);
  if (answer == NULL)
    return NULL;
  done = fidotool_json_take(answer, "done");
  if (done == NULL)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the station's answer has no decision");
  return done;
}

static int
exit_code_of(const FidotoolJson *result)
{
  const char *outcome =
      fidotool_json_get_text(fidotool_json_get(result, "context"), "outcome");

  if (fidotool_json_get_bool(result, "decision", false))
    return FIDOTOOL_CMD_OK;
  return g_strcmp0(outcome, "need-approval") == 0 ? RECOVERY_ERROR_APPROVAL
                                                  : RECOVERY_ERROR_REFUSED;
}

static void
print_words(const FidotoolJson *result)
{
  const char *text =
      fidotool_json_get_text(fidotool_json_get(result, "context"), "text");
  g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);

  for (size_t i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_autofree char *line = fidotool_cmd_printable(lines[i]);

    printf("%s\n", line);
  }
}

/* Of a batch in the station's own form: allowed, where all of it is. */
static int
print_answer(FidotoolCmd *cmd, const FidotoolJson *result)
{
  const FidotoolJson *list = fidotool_json_get(result, "evaluations");
  int code = FIDOTOOL_CMD_OK;

  if (list == NULL) {
    if (!cmd->json)
      print_words(result);
    return exit_code_of(result);
  }
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *one = fidotool_json_at(list, i);

    if (!cmd->json)
      print_words(one);
    if (exit_code_of(one) != FIDOTOOL_CMD_OK)
      code = RECOVERY_ERROR_REFUSED;
  }
  return code;
}

int
fidotool_policy_point_decide(FidotoolCmd *cmd, const char *text, size_t len,
                             const char *unread)
{
  FidotoolGoverned governed;
  g_autoptr(GError) error = NULL;
  FidotoolJson *result = NULL;
  int code;

  if (fidotool_governed_open(&governed, cmd, NULL, 0, &error))
    result = unread != NULL ? fidotool_policy_point_deny(unread)
                            : ask(&governed, text, len, &error);
  if (result == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  code = print_answer(cmd, result);
  fidotool_governed_close(&governed);
  return fidotool_cmd_done_with(cmd, result, NULL, code);
}

int
fidotool_policy_point_challenge(FidotoolCmd *cmd, const char *employee)
{
  FidotoolGoverned governed;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolJson *subject, *answer = NULL;

  fidotool_json_set_text(request, "act", "decide");
  subject = fidotool_json_set(request, "subject", fidotool_json_new_object());
  fidotool_json_set_text(subject, "type", "user");
  fidotool_json_set_text(subject, "id", employee);
  if (fidotool_governed_open(&governed, cmd, NULL, 0, &error))
    answer = fidotool_governed_propose(&governed, request, &error);
  if (answer == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json)
    fidotool_governed_print(answer);
  return fidotool_governed_done(&governed, answer, NULL);
}

/* ---- many ---- */

FidotoolPolicyPoint *
fidotool_policy_point_open(FidotoolCmd *cmd, GError **error)
{
  FidotoolPolicyPoint *station = g_new0(FidotoolPolicyPoint, 1);

  if (fidotool_governed_open(&station->governed, cmd, NULL, 0, error))
    return station;
  fidotool_policy_point_close(station);
  return NULL;
}

void
fidotool_policy_point_close(FidotoolPolicyPoint *station)
{
  fidotool_governed_close(&station->governed);
  g_free(station);
}

FidotoolJson *
fidotool_policy_point_ask(FidotoolPolicyPoint *station, const char *text,
                          size_t len)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *result = ask(&station->governed, text, len, &error);

  return result != NULL ? result : fidotool_policy_point_deny(error->message);
}
