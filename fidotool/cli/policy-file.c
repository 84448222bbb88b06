/* SPDX-License-Identifier: Apache-2.0 */
/* policy-file.c - from a FILE to a document that decides. */
#include "fidotool/cli/policy-file.h"

#include "fidotool/cli/cmd.h"
#include "recovery/error.h"
#include "recovery/policy/lint.h"

static RecoveryDocument *
take(const char *text, size_t len, bool practice, RecoveryProblems *problems)
{
  g_autoptr(RecoveryDocument) document =
      recovery_document_read(text, len, problems);

  if (document == NULL)
    return NULL;
  recovery_lint_check(document, practice, problems);
  return problems->errors == 0 ? g_steal_pointer(&document) : NULL;
}

RecoveryDocument *
fidotool_policy_file_read(const char *path, RecoveryProblems *problems,
                          GError **error)
{
  size_t len;
  g_autofree char *text =
      fidotool_cmd_read_file(path, RECOVERY_DOCUMENT_MAX, &len, error);

  return text == NULL ? NULL : take(text, len, false, problems);
}

RecoveryDocument *
fidotool_policy_file_need_text(const FidotoolPolicyText *policy, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  RecoveryDocument *document =
      take(policy->text, policy->len, policy->practice, problems);
  g_autofree char *text = NULL;

  if (document != NULL)
    return document;
  text = recovery_problem_write_errors(problems);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_REFUSED,
              "%s has errors; fidotool policy lint says more:\n%s",
              policy->name, text);
  return NULL;
}

static RecoveryDocument *
need_file(const char *path, bool practice, GError **error)
{
  g_auto(FidotoolPolicyText)
      policy = {.name = g_strdup(path), .practice = practice};

  policy.text =
      fidotool_cmd_read_file(path, RECOVERY_DOCUMENT_MAX, &policy.len, error);
  return policy.text == NULL ? NULL
                             : fidotool_policy_file_need_text(&policy, error);
}

RecoveryDocument *
fidotool_policy_file_need(const char *path, GError **error)
{
  return need_file(path, false, error);
}

RecoveryDocument *
fidotool_policy_file_draft(const char *path, GError **error)
{
  return need_file(path, true, error);
}

void
fidotool_policy_file_text_clear(FidotoolPolicyText *policy)
{
  g_clear_pointer(&policy->name, g_free);
  g_clear_pointer(&policy->text, g_free);
}

bool
fidotool_policy_file_time(const char *option, const char *text, int64_t *ret_s,
                          GError **error)
{
  *ret_s = g_get_real_time() / G_USEC_PER_SEC;
  if (text == NULL || recovery_document_read_time(text, ret_s))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "%s: expected a date like 2026-11-01, not \"%s\"", option, text);
  return false;
}
