/* SPDX-License-Identifier: Apache-2.0 */
/* policy-file.c - from a FILE to a document that decides. */
#include "fidotool/cli/policy-file.h"

#include "fidotool/cli/cmd.h"
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
