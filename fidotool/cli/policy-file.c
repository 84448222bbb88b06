/* SPDX-License-Identifier: Apache-2.0 */
/* policy-file.c - from a FILE to a document that decides. */
#include "fidotool/cli/policy-file.h"

#include "fidotool/cli/cmd.h"
#include "recovery/error.h"
#include "recovery/policy/lint.h"

RecoveryDocument *
fidotool_policy_file_read(const char *path, RecoveryProblems *problems,
                          GError **error)
{
  size_t len;
  g_autofree char *text =
      fidotool_cmd_read_file(path, RECOVERY_DOCUMENT_MAX, &len, error);
  g_autoptr(RecoveryDocument) document = NULL;

  if (text == NULL)
    return NULL;
  document = recovery_document_read(text, len, problems);
  if (document == NULL)
    return NULL;
  recovery_lint_check(document, false, problems);
  return problems->errors == 0 ? g_steal_pointer(&document) : NULL;
}

RecoveryDocument *
fidotool_policy_file_need(const char *path, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(GError) inner = NULL;
  RecoveryDocument *document =
      fidotool_policy_file_read(path, problems, &inner);
  g_autofree char *text = NULL;

  if (document != NULL)
    return document;
  if (inner != NULL) {
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
  }
  text = recovery_problem_write_errors(problems);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_REFUSED,
              "%s has errors; fidotool policy lint says more:\n%s", path, text);
  return NULL;
}

bool
fidotool_policy_file_time(const char *text, int64_t *ret_s, GError **error)
{
  *ret_s = g_get_real_time() / G_USEC_PER_SEC;
  if (text == NULL || recovery_document_read_time(text, ret_s))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "--at: expected a date like 2026-11-01, not \"%s\"", text);
  return false;
}
