/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-audit-verify.c - fidotool audit verify: judges a bundle from outside. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/lines.h"
#include "recovery/audit/verify.h"

static const char description[] =
    "Judges an evidence bundle: a folder, or a tar stream in a file. What is\n"
    "trusted comes from outside the bundle, the folder trust/ that the "
    "station\n"
    "gave to its auditor. Exit code: 0 good, 19 tampered, 25 incomplete or "
    "not\n"
    "anchored.\n\n"
    "Example:\n  fidotool audit verify bundle --trust trust";

static FidotoolJson *
make_findings(const RecoveryVerdict *verdict)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (unsigned i = 0; i < verdict->findings->len; i++) {
    const RecoveryVerdictFinding *finding =
        g_ptr_array_index(verdict->findings, i);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    fidotool_json_set_text(row, "kind",
                           finding->tampered ? "tampered" : "incomplete");
    fidotool_json_set_text(row, "place", finding->place);
    fidotool_json_set_text(row, "text", finding->text);
    if (finding->seq != RECOVERY_VERDICT_NO_SEQ)
      fidotool_json_set_int(row, "seq", finding->seq);
  }
  return list;
}

static FidotoolJson *
make_texts(const GPtrArray *texts)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (unsigned i = 0; i < texts->len; i++)
    fidotool_json_append_text(list, g_ptr_array_index(texts, i));
  return list;
}

static FidotoolJson *
make_result(const RecoveryVerdict *verdict)
{
  FidotoolJson *result = fidotool_json_new_object();
  g_autofree char *headline = recovery_verdict_headline(verdict);

  fidotool_json_set_text(result, "verdict", headline);
  fidotool_json_set_bool(result, "practice", verdict->practice);
  fidotool_json_set_int(result, "entries", verdict->entries);
  fidotool_json_set_int(result, "signatures", verdict->signatures);
  fidotool_json_set_int(result, "cases", verdict->cases);
  fidotool_json_set_int(result, "approved", verdict->approved);
  fidotool_json_set_int(result, "weaker", verdict->weaker);
  if (verdict->origin != NULL)
    fidotool_json_set_text(result, "log", verdict->origin);
  if (verdict->root != NULL)
    fidotool_json_set_text(result, "root", verdict->root);
  fidotool_json_set(result, "findings", make_findings(verdict));
  fidotool_json_set(result, "not_anchored", make_texts(verdict->lacking));
  fidotool_json_set(result, "notes", make_texts(verdict->notes));
  return result;
}

static void
print_words(const RecoveryVerdict *verdict)
{
  bool good = !recovery_verdict_is_tampered(verdict);

  fidotool_lines_print(recovery_verdict_headline(verdict));
  for (unsigned i = 0; i < verdict->findings->len; i++) {
    const RecoveryVerdictFinding *finding =
        g_ptr_array_index(verdict->findings, i);

    fidotool_lines_print(g_strdup_printf(
        "%s: %s: %s", finding->tampered ? "tampered" : "incomplete",
        finding->place, finding->text));
  }
  for (unsigned i = 0; good && i < verdict->lacking->len; i++)
    fidotool_lines_print(
        g_strdup_printf("not anchored: trust/%s",
                        (char *)g_ptr_array_index(verdict->lacking, i)));
  if (good)
    fidotool_lines_print(g_strdup_printf(
        "cases: %u, approved by two people or more: %u, entries marked weaker: "
        "%u",
        verdict->cases, verdict->approved, verdict->weaker));
  if (good && verdict->root != NULL)
    fidotool_lines_print(g_strdup_printf("head of the record: %" G_GINT64_FORMAT
                                         ":%s",
                                         verdict->entries, verdict->root));
  for (unsigned i = 0; i < verdict->notes->len; i++)
    fidotool_lines_print(g_strdup_printf(
        "note: %s", (char *)g_ptr_array_index(verdict->notes, i)));
  if (verdict->practice)
    fidotool_lines_print(
        g_strdup("note: this is a practice bundle; it proves nothing "
                 "about a real station"));
}

static GArray *
read_anchors(char **texts, GError **error)
{
  g_autoptr(GArray) anchors =
      g_array_new(false, false, sizeof(RecoveryVerifyAnchor));

  for (char **text = texts; text != NULL && *text != NULL; text++) {
    RecoveryVerifyAnchor anchor;

    if (!recovery_verify_read_anchor(*text, &anchor, error))
      return NULL;
    g_array_append_val(anchors, anchor);
  }
  return g_steal_pointer(&anchors);
}

static RecoveryVerdict *
judge(const char *path, const char *folder, char **texts, GError **error)
{
  g_autoptr(GArray) anchors = read_anchors(texts, error);
  g_autoptr(RecoveryTrust) trust = NULL;
  g_autoptr(RecoveryBag) bag = NULL;

  if (anchors == NULL)
    return NULL;
  trust = recovery_trust_open(folder, error);
  if (trust == NULL)
    return NULL;
  bag = recovery_bag_open(path, error);
  if (bag == NULL)
    return NULL;
  return recovery_verify_bag(
      bag, trust, (const RecoveryVerifyAnchor *)(const void *)anchors->data,
      anchors->len, false);
}

int
fidotool_cmd_audit_verify(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_auto(GStrv) anchors = NULL;
  const GOptionEntry own[] = {
      {"trust", 0, 0, G_OPTION_ARG_FILENAME, &folder,
       "the folder trust/ of the station", "DIR"},
      {"anchor", 0, 0, G_OPTION_ARG_STRING_ARRAY, &anchors,
       "a head of the record kept outside (repeatable)", "SIZE:ROOT"},
      {0},
  };
  g_autoptr(RecoveryVerdict) verdict = NULL;
  GError *error = NULL;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, error);
  if (argc != 2) {
    g_set_error_literal(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "audit verify takes one bundle");
    return fidotool_cmd_failed(cmd, error);
  }
  verdict = judge(argv[1], folder, anchors, &error);
  if (verdict == NULL)
    return fidotool_cmd_failed(cmd, error);
  if (!cmd->json)
    print_words(verdict);
  return fidotool_cmd_done_with(cmd, make_result(verdict), NULL,
                                recovery_verdict_code(verdict));
}
