/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-policy-document.c - a policy: what is read decides, whatever it says. */
#include "recovery/policy/decide.h"
#include "recovery/policy/lint.h"
#include "tests/fuzz/fuzz.h"

/* Somebody at the first app, with a key that may be of any class. */
static void
decide(const RecoveryDocument *document)
{
  g_autoptr(RecoveryDecide) decide = recovery_decide_new(document);
  g_autoptr(RecoveryDecideWorker) worker = recovery_decide_worker_new(decide);
  const char *const groups[] = {"staff", NULL};
  RecoveryRequest request = {
      .id = "1",
      .now_s = document->policy.valid_from_s,
      .journey = "sign-in",
      .app = recovery_document_count(document, RECOVERY_DOCUMENT_APPS) > 0
                 ? recovery_document_id(document, RECOVERY_DOCUMENT_APPS, 0)
                 : "none",
      .person = "p",
      .groups_known = true,
      .attributes_known = true,
      .groups = groups,
      .n_groups = 1,
      .record = {"active", true, RECOVERY_REQUEST_UNKNOWN, NULL},
      .authenticator = {.method = "webauthn",
                        .uv = RECOVERY_DOCUMENT_YES,
                        .be = RECOVERY_DOCUMENT_NO,
                        .attested = RECOVERY_DOCUMENT_YES,
                        .at_s = document->policy.valid_from_s},
  };
  const RecoveryDecision *decision = recovery_decide_run(worker, &request);
  FidotoolJson *json = recovery_decide_write(decision, request.id);

  g_assert((decision->reason == RECOVERY_DECIDE_ERROR) ==
           (decision->error != NULL));
  g_assert(decision->outcome != RECOVERY_DECIDE_ALLOW ||
           decision->decided.count > 0);
  fidotool_json_free(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) document =
      recovery_document_read((const char *)data, len, problems);
  g_autofree char *errors = recovery_problem_write_errors(problems);

  g_assert((document == NULL) == (problems->errors > 0));
  g_assert((*errors != '\0') == (problems->errors > 0));
  if (document == NULL)
    return 0;
  recovery_lint_check(document, false, problems);
  decide(document);
  fuzz_accepted(data, len);
  return 0;
}
