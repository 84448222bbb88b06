/* SPDX-License-Identifier: Apache-2.0 */
/* verb.c - from the row of a verb to its act. */
#include "fidotool/cli/verb.h"

#include <string.h>

#include "fidotool/cli/governed.h"
#include "fidotool/cli/note.h"
#include "fidotool/cli/sitting.h"
#include "recovery/format/act.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *code;
  char *values[FIDOTOOL_VERB_MAX];
} Given;

static void
clear_given(Given *given)
{
  g_free(given->who.as);
  g_free(given->who.role);
  g_free(given->code);
  for (size_t i = 0; i < FIDOTOOL_VERB_MAX; i++)
    g_free(given->values[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, clear_given)

static bool G_GNUC_PRINTF(2, 3) usage(GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list rest;

  va_start(rest, format);
  text = g_strdup_vprintf(format, rest);
  va_end(rest);
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, text);
  return false;
}

char *
fidotool_verb_time(const char *text, GError **error)
{
  g_autoptr(GTimeZone) local = g_time_zone_new_local();
  g_autofree char *full = strlen(text) == 10
                              ? g_strconcat(text, "T00:00:00", NULL)
                          : strlen(text) == 16 ? g_strconcat(text, ":00", NULL)
                                               : g_strdup(text);
  g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(full, local);
  g_autoptr(GDateTime) utc = when ? g_date_time_to_utc(when) : NULL;

  if (utc)
    return g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S.000Z");
  (void)usage(error, "\"%s\" is no moment; write 2026-11-20 14:00", text);
  return NULL;
}

static bool
parse(FidotoolCmd *cmd, const FidotoolVerb *verb, Given *given, int *argc,
      char ***argv, GError **error)
{
  GOptionEntry entries[FIDOTOOL_VERB_MAX + 4] = {
      FIDOTOOL_GOVERNED_ENTRIES(&given->who)};
  size_t n = 2;

  if (verb->by_code)
    entries[n++] = (GOptionEntry){.long_name = "code",
                                  .arg = G_OPTION_ARG_STRING,
                                  .arg_data = &given->code,
                                  .description = "the code of a notice",
                                  .arg_description = "CODE"};
  for (size_t i = 0; i < FIDOTOOL_VERB_MAX && verb->options[i].name; i++)
    entries[n++] = (GOptionEntry){.long_name = verb->options[i].name,
                                  .arg = G_OPTION_ARG_STRING,
                                  .arg_data = &given->values[i],
                                  .description = verb->options[i].help,
                                  .arg_description = verb->options[i].argument};
  return fidotool_cmd_parse(cmd, entries, verb->description, argc, argv, error);
}

static bool
set_int(FidotoolJson *request, const FidotoolVerbOption *option,
        const char *text, GError **error)
{
  gint64 value;

  if (!g_ascii_string_to_signed(text, 10, 0, INT32_MAX, &value, NULL))
    return usage(error, "--%s is a number", option->name);
  fidotool_json_set_int(request, option->field, value);
  return true;
}

static bool
set_value(FidotoolJson *request, const FidotoolVerbOption *option,
          const char *text, GError **error)
{
  g_autofree char *own = NULL;

  switch (option->kind) {
  case FIDOTOOL_VERB_TEXT:
    if (!g_utf8_validate(text, -1, NULL))
      return usage(error, "--%s is no UTF-8", option->name);
    own = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
    break;
  case FIDOTOOL_VERB_WORD:
    own = g_strdelimit(g_strdup(text), "-", '_');
    break;
  case FIDOTOOL_VERB_TIME:
    own = fidotool_verb_time(text, error);
    if (!own)
      return false;
    break;
  case FIDOTOOL_VERB_INT:
    return set_int(request, option, text, error);
  }
  fidotool_json_set_text(request, option->field, own);
  return true;
}

static bool
fill(FidotoolJson *request, const FidotoolVerb *verb, const Given *given,
     const char *of, GError **error)
{
  fidotool_json_set_text(request, "case", of);
  if (given->code) {
    fidotool_json_set_text(request, "code", given->code);
    return true;
  }
  for (size_t i = 0; i < FIDOTOOL_VERB_MAX && verb->options[i].name; i++) {
    const FidotoolVerbOption *option = &verb->options[i];

    if (!given->values[i] && option->required)
      return usage(error, "--%s is missing; see --help", option->name);
    if (given->values[i] &&
        !set_value(request, option, given->values[i], error))
      return false;
  }
  return true;
}

/* A code is the person's own word: no role, no signature. */
static FidotoolJson *
carry_out(FidotoolGoverned *governed, const FidotoolVerb *verb,
          const Given *given, const FidotoolJson *request, GError **error)
{
  const RecoveryAct *act = recovery_act_find(verb->act);
  const char *role = given->who.role ? given->who.role : verb->role;
  g_autoptr(FidotoolJson) answer = NULL;

  if (!given->code && verb->role &&
      !fidotool_governed_activate(governed, role, NULL, error))
    return NULL;
  if (!given->code && act->kind != RECOVERY_ACT_SESSION)
    return fidotool_governed_act(governed, request, error);
  answer = fidotool_governed_submit(governed, request, error);
  return answer ? fidotool_json_copy(fidotool_json_get(answer, "done")) : NULL;
}

static int
run(FidotoolCmd *cmd, const FidotoolVerb *verb, Given *given, const char *of)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolJson) done = NULL;
  FidotoolGoverned governed;

  if (!fidotool_governed_open(&governed, cmd, &given->who, 0, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  request = fidotool_governed_request(&governed, verb->act);
  if (given->code)
    fidotool_json_remove(request, "actor");
  if (fill(request, verb, given, of, &error)) {
    fidotool_note_put(request);
    done = carry_out(&governed, verb, given, request, &error);
  }
  if (!done)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  fidotool_note_sent(request);
  fidotool_sitting_set_case(of);
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(&governed, g_steal_pointer(&done),
                                FIDOTOOL_CMD_CHANGED);
}

int
fidotool_verb_run(FidotoolCmd *cmd, int argc, char **argv,
                  const FidotoolVerb *verb)
{
  g_autoptr(GError) error = NULL;
  g_auto(Given) given = {0};
  const char *of;

  if (!parse(cmd, verb, &given, &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  of = fidotool_sitting_find_case(argc, argv, &error);
  if (!of)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return run(cmd, verb, &given, of);
}
