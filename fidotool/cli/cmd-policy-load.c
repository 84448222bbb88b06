/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-load.c - fidotool policy load and rollback: one officer signs a
 * new policy, another signs the same with roster sign. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-past.h"
#include "recovery/policy/document.h"
#include "recovery/policy/revise.h"

#define ROLE "security"
/* What an act can carry. */
#define POLICY_MAX (1024 * 1024)

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolPolicyPastOptions,
                                 fidotool_policy_past_clear)

static FidotoolJson *
sign(FidotoolGoverned *governed, const char *yaml, GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "policy.load");

  fidotool_json_set_text(request, "policy", yaml);
  return fidotool_governed_act(governed, request, error);
}

static int
end(FidotoolCmd *cmd, FidotoolGoverned *governed, FidotoolJson *done,
    GError *error)
{
  if (done == NULL)
    return fidotool_governed_failed(governed, error);
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(governed, done, FIDOTOOL_CMD_CHANGED);
}

int
fidotool_cmd_policy_load(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(FidotoolPolicyPastOptions) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autofree char *yaml = NULL, *role = NULL;
  g_autoptr(GError) error = NULL;
  FidotoolJson *done = NULL;
  size_t len;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Hands a station a new policy, signed by one officer; the second "
          "signs with roster sign,\non another machine. Both are shown what "
          "becomes looser, what stricter, and the warnings\nof lint. A policy "
          "that makes nothing looser takes effect at once, any other 24 "
          "hours\nlater, unless an officer vetoes it. Its version is higher "
          "than any before.\n"
          "Example:\n  fidotool policy load policy-8.yaml --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 2)
    return fidotool_cmd_failed(cmd,
                               g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                                           "one file is needed: FILE"));
  yaml = fidotool_cmd_read_file(argv[1], POLICY_MAX, &len, &error);
  if (yaml == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  role = g_steal_pointer(&options.who.role);
  if (fidotool_governed_open(&governed, cmd, &options.who, 0, &error) &&
      fidotool_governed_activate(&governed, role ? role : ROLE, NULL, &error))
    done = sign(&governed, yaml, &error);
  return end(cmd, &governed, done, g_steal_pointer(&error));
}

/* ---- rollback ---- */

/* One above every version that was in force. */
static int64_t
next_version(const FidotoolJson *past)
{
  const FidotoolJson *list = fidotool_json_get(past, "policies");
  int64_t highest = 0;

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    highest = MAX(highest, fidotool_json_get_int(fidotool_json_at(list, i),
                                                 "version", 0));
  return highest + 1;
}

/* 0: it has none, or cannot be read. */
static int64_t
find_review(const FidotoolJson *row)
{
  const char *text = fidotool_json_get_text(row, "text");
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) document =
      text == NULL ? NULL
                   : recovery_document_read(text, strlen(text), problems);

  return document == NULL ? 0 : document->policy.review_by_s;
}

static char *
revise(FidotoolGoverned *governed, const FidotoolJson *past,
       const char *version, GError **error)
{
  g_autoptr(FidotoolJson) found =
      fidotool_policy_past_find(governed, past, version, error);
  g_autoptr(FidotoolJson) now =
      found == NULL ? NULL
                    : fidotool_policy_past_find(governed, past, NULL, error);
  g_autofree char *review_by = NULL;
  const char *text;

  if (now == NULL)
    return NULL;
  text = fidotool_json_get_text(found, "text");
  review_by = recovery_revise_review_by(find_review(found), find_review(now),
                                        g_get_real_time() / G_USEC_PER_SEC);
  return recovery_revise_write(text, strlen(text), next_version(past),
                               review_by, error);
}

static FidotoolJson *
write_output(const char *path, const char *yaml, GError **error)
{
  FidotoolJson *done;

  if (!g_file_set_contents(path, yaml, -1, error))
    return NULL;
  done = fidotool_json_new_object();
  fidotool_json_set_text(done, "file", path);
  return done;
}

int
fidotool_cmd_policy_rollback(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(FidotoolPolicyPastOptions) options = {0};
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
      FIDOTOOL_POLICY_PAST_ENTRIES(&options),
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
       "write the policy there, and sign nothing", "FILE"},
      G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autoptr(FidotoolJson) past = NULL;
  g_autofree char *yaml = NULL;
  g_autoptr(GError) error = NULL;
  FidotoolJson *done = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Takes up a policy again that was in force: the text of VERSION "
          "under a new version,\nhigher than any before, with a review date "
          "that is still ahead. It goes the way of\npolicy load: two officers "
          "sign, and what becomes looser by it waits 24 hours.\n"
          "Example:\n  fidotool policy rollback 7 --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 2 || (options.bundle != NULL && output == NULL))
    return fidotool_cmd_failed(
        cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s",
                         argc != 2 ? "one version is needed: VERSION"
                                   : "out of a bundle a policy is written to a "
                                     "file: give --output FILE, too"));
  past = fidotool_policy_past_read(&governed, cmd, &options, &error);
  if (past != NULL)
    yaml = revise(&governed, past, argv[1], &error);
  if (yaml != NULL)
    done = output != NULL ? write_output(output, yaml, &error)
                          : sign(&governed, yaml, &error);
  return end(cmd, &governed, done, g_steal_pointer(&error));
}
