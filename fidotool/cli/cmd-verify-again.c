/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-verify-again.c - fidotool verify again: what a case was judged by goes
 * to a judge once more, out of a bundle, and both verdicts are compared. */
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/bundle.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/lines.h"
#include "fidotool/cli/verdict-compare.h"
#include "fidotool/worker/peer.h"
#include "recovery/audit/again.h"
#include "recovery/service/program.h"

#define LIMIT_MS 60000

static const char description[] =
    "Judges again what a station has judged: CASE is a case, or the digest of "
    "a\nregistration of staff. All that it was judged by comes out of the "
    "bundle (fidotool\naudit export), and so does the time: neither a station "
    "nor a network is asked, and\nno clock. The bundle is checked first, and "
    "with --trust against what the station gave\nto its auditor. It may be "
    "written verify --again, too.\n\n"
    "Exit codes: 0 the same verdict, 20 another one (what differs is said), "
    "19 the bundle\nwas tampered with, 25 the record or the bundle lacks a "
    "part, 17 nothing of that name\nwas judged.\n\n"
    "Example:\n  fidotool verify --again c-4f1e22aa --bundle bundle --trust "
    "trust";

/* One worker for each: what it knows is that judgement's own. */
static FidotoolJson *
ask_judge(const char *program, const RecoveryAgain *again, GError **error)
{
  g_autoptr(FidotoolPeer) peer =
      fidotool_peer_new_taught(program, g_bytes_get_data(again->pack, NULL),
                               g_bytes_get_size(again->pack), error);
  g_autofree char *said = NULL, *text = NULL;
  g_autoptr(FidotoolJson) holds = NULL, answer = NULL;
  const char *why;

  if (peer == NULL)
    return NULL;
  said = fidotool_peer_wait(peer, LIMIT_MS, error);
  holds = said ? fidotool_json_parse(said, strlen(said), error) : NULL;
  if (holds == NULL)
    return NULL;
  why = fidotool_json_get_text(holds, "error");
  if (why != NULL && *why != '\0') {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "what it was judged by is not taken: %s", why);
    return NULL;
  }
  fidotool_peer_send(peer, again->request, strlen(again->request));
  text = fidotool_peer_wait(peer, LIMIT_MS, error);
  answer = text ? fidotool_json_parse(text, strlen(text), error) : NULL;
  return g_steal_pointer(&answer);
}

/* The answer's result, read; where it could not be judged at all, what the
 * judge says of that. */
static FidotoolJson *
read_result(const FidotoolJson *answer, GError **error)
{
  const char *text = fidotool_json_get_text(answer, "result");
  const char *why = fidotool_json_get_text(answer, "error");
  FidotoolJson *json;

  if (text != NULL)
    return fidotool_json_parse(text, strlen(text), error);
  json = fidotool_json_new_object();
  fidotool_json_set_text(json, "error", why ? why : "");
  return json;
}

static void
copy_member(FidotoolJson *row, const char *name, const FidotoolJson *from,
            const char *member)
{
  const FidotoolJson *value = fidotool_json_get(from, member);

  if (value != NULL)
    fidotool_json_set(row, name, fidotool_json_copy(value));
}

static FidotoolJson *
new_row(const RecoveryAgain *again, const FidotoolJson *result,
        FidotoolJson *differences)
{
  FidotoolJson *row = fidotool_json_new_object();
  const FidotoolJson *trust = fidotool_json_get(result, "trust");

  fidotool_json_set_int(row, "entry", again->seq);
  fidotool_json_set_text(row, "act", again->act);
  fidotool_json_set_text(row, "registration", again->registration);
  fidotool_json_set_text(row, "at", again->at);
  if (again->judge != NULL)
    fidotool_json_set_text(row, "judged_by", again->judge);
  copy_member(row, "statement", fidotool_json_get(result, "statement"),
              "result");
  copy_member(row, "trust", trust, "result");
  copy_member(row, "anchor", trust, "anchor");
  copy_member(row, "revocation", trust, "revocation");
  copy_member(row, "metadata_no", trust, "metadata_no");
  fidotool_json_set_bool(row, "same", fidotool_json_size(differences) == 0);
  fidotool_json_set(row, "differences", differences);
  return row;
}

/* Takes differences where it succeeds. */
static FidotoolJson *
judge_again(const char *program, const RecoveryAgain *again, GError **error)
{
  g_autoptr(FidotoolJson) answer = ask_judge(program, again, error);
  g_autoptr(FidotoolJson) now = answer ? read_result(answer, error) : NULL;
  g_autoptr(FidotoolJson) then = NULL;

  if (now == NULL)
    return NULL;
  then = fidotool_json_parse(again->result, strlen(again->result), error);
  return then == NULL
             ? NULL
             : new_row(again, now, fidotool_verdict_compare(then, now));
}

static void
print_row(const FidotoolJson *row)
{
  const FidotoolJson *list = fidotool_json_get(row, "differences");
  const char *trust = fidotool_json_get_text(row, "trust");
  const char *statement = fidotool_json_get_text(row, "statement");

  fidotool_lines_print(g_strdup_printf(
      "entry %" G_GINT64_FORMAT " (%s, as of %s): %s: %s, %s",
      fidotool_json_get_int(row, "entry", -1),
      fidotool_json_get_text(row, "act"), fidotool_json_get_text(row, "at"),
      fidotool_json_size(list) == 0 ? "the same" : "ANOTHER VERDICT",
      statement ? statement : "unreadable", trust ? trust : "-"));
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *one = fidotool_json_at(list, i);

    fidotool_lines_print(g_strdup_printf("  %s: then %s, now %s",
                                         fidotool_json_get_text(one, "what"),
                                         fidotool_json_get_text(one, "then"),
                                         fidotool_json_get_text(one, "now")));
  }
}

static char *
find_judge(char **ret_build, GError **error)
{
  char *program =
      recovery_program_find("keyturn-judge", "fidotool/worker/keyturn-judge");
  g_autofree char *bytes = NULL, *digest = NULL;
  gsize len;

  if (program == NULL || !g_file_get_contents(program, &bytes, &len, NULL)) {
    g_free(program);
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                        "keyturn-judge is not installed");
    return NULL;
  }
  digest = fidotool_bytes_sha256_hex(bytes, len);
  *ret_build = g_strdup_printf("%s+%s", KEYTURN_VERSION, digest);
  return program;
}

static FidotoolJson *
judge_all(const GPtrArray *found, bool *ret_same, GError **error)
{
  g_autoptr(FidotoolJson) result = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(result, "judgements", fidotool_json_new_array());
  g_autofree char *build = NULL;
  g_autofree char *program = find_judge(&build, error);

  *ret_same = true;
  for (unsigned i = 0; program != NULL && i < found->len; i++) {
    FidotoolJson *row =
        judge_again(program, g_ptr_array_index(found, i), error);

    if (row == NULL)
      return NULL;
    *ret_same = *ret_same && fidotool_json_get_bool(row, "same", false);
    fidotool_json_append(list, row);
  }
  if (program == NULL)
    return NULL;
  fidotool_json_set_text(result, "judge", build);
  fidotool_json_set_bool(result, "same", *ret_same);
  return g_steal_pointer(&result);
}

static int
run(FidotoolCmd *cmd, const char *what, const char *path, const char *folder)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryVerdict) verdict = NULL;
  g_autoptr(RecoveryBag) bag =
      fidotool_bundle_open(path, folder, &verdict, &error);
  g_autoptr(GPtrArray) found =
      bag ? recovery_again_find(bag, what, &error) : NULL;
  g_autofree char *headline = NULL;
  FidotoolJson *result;
  const FidotoolJson *list;
  bool same = false;

  result = found ? judge_all(found, &same, &error) : NULL;
  if (result == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  headline = recovery_verdict_headline(verdict);
  fidotool_json_set_text(result, "bundle", headline);
  list = fidotool_json_get(result, "judgements");
  for (size_t i = 0; !cmd->json && i < fidotool_json_size(list); i++)
    print_row(fidotool_json_at(list, i));
  if (!cmd->json)
    fidotool_lines_print(g_strdup_printf("the bundle: %s", headline));
  return fidotool_cmd_done_with(
      cmd, result, NULL, same ? FIDOTOOL_CMD_OK : FIDOTOOL_ERROR_NOT_TRUSTED);
}

int
fidotool_cmd_verify_again(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *bundle = NULL, *trust = NULL;
  const GOptionEntry own[] = {
      {"bundle", 0, 0, G_OPTION_ARG_FILENAME, &bundle,
       "the bundle, a folder or a tar stream in a file", "DIR"},
      {"trust", 0, 0, G_OPTION_ARG_FILENAME, &trust,
       "the folder trust/ of the station", "DIR"},
      {0},
  };
  GError *error = NULL;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, error);
  if (argc == 2 && bundle != NULL)
    return run(cmd, argv[1], bundle, trust);
  g_set_error_literal(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                      "verify --again takes one case, and --bundle DIR");
  return fidotool_cmd_failed(cmd, error);
}
