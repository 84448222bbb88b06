/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-policy-request.c - a request to a policy: what is read is decided, and
 * explained. */
#include <string.h>

#include "recovery/policy/explain.h"
#include "tests/fuzz/fuzz.h"

/* One of most things a request can name. */
static const char policy[] =
    "schema: keyturn-policy/1\n"
    "policy: {id: p, version: 1, owner: o, valid_from: 2026-01-01}\n"
    "aaguid_lists: [{id: l, entries: [{aaguid: "
    "00000000-0000-4000-8000-000000000001, min_fw: \"5.7\"}]}]\n"
    "classes:\n"
    "  - {id: otp, rank: 1, match: {method: otp}}\n"
    "  - {id: key, rank: 2, match: {be: false, transports: [usb]}}\n"
    "  - {id: good, rank: 3, match: {aaguid_list: l, mds_status_not: "
    "[REVOKED]}}\n"
    "signals:\n"
    "  - {id: managed, good: true, source: mdm, max_age_s: 60}\n"
    "  - {id: score, good: {min: 5}, source: soc, max_age_s: 60}\n"
    "  - {id: recovery_settled, good: true, source: record, max_age_s: 0}\n"
    "populations:\n"
    "  - {id: staff, kind: enterprise, rule: {groups: [staff]}}\n"
    "  - {id: temps, kind: enterprise, rule: {attributes: {term: [short]}}}\n"
    "apps: [{id: a, capabilities: {webauthn: true, acr: true, max_age: "
    "true}}]\n"
    "transactions: [{id: t, kind: export, apps: a}]\n"
    "permits: [{id: P, transaction: \"*\", accept: [key, good]}]\n"
    "fallbacks: [{id: B, accept: [otp], max_risk: high, expires: 2027-01-01, "
    "uses_per_30d: 3}]\n"
    "requires:\n"
    "  - {id: R, unless_good: managed, min_class: good, slots: [lead]}\n"
    "  - {id: S, population: temps, max_age_s: 60, approvals: 2, aaguid_list: "
    "l}\n"
    "forbids: [{id: F, unless_good: score, transaction: t, why: no}]\n"
    "exceptions: [{id: E, waives: [R], owner: o, approved_by: [b, c], reason: "
    "r, compensating: c, from: 2026-01-01, until: 2026-03-01, review_every_d: "
    "9}]\n"
    "recovery:\n"
    "  risk_analysis_ref: r\n"
    "  routine_check_pct: 0\n"
    "  standard: {issue: [good], slots: [lead, other], off_kiosk: 1, wait_h: "
    "0, restrict_h: 24, evidence: n21, min_keys: 1}\n"
    "retention: []\n";

static RecoveryDocument *document;
static RecoveryDecideWorker *worker;

/* Made once, and there to the end. */
static void
make_worker(void)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();

  document = recovery_document_read(policy, strlen(policy), problems);
  g_assert(document != NULL);
  worker = recovery_decide_worker_new(recovery_decide_new(document));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolJson) json =
      fidotool_json_parse((const char *)data, len, NULL);
  g_autofree char *fault = NULL;
  g_autoptr(RecoveryRequest) request =
      json != NULL ? recovery_request_read(json, &fault) : NULL;
  const RecoveryDecision *decision;
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *words = NULL;

  if (worker == NULL)
    make_worker();
  g_assert(json == NULL || (request == NULL) == (fault != NULL));
  if (request == NULL)
    return 0;
  decision = recovery_decide_run(worker, request);
  answer = recovery_decide_write(decision, request->id);
  words = recovery_explain_write(document, request, decision);
  g_assert(*words != '\0');
  g_assert((decision->reason == RECOVERY_DECIDE_ERROR) ==
           (decision->error != NULL));
  if (decision->reason != RECOVERY_DECIDE_ERROR)
    fuzz_accepted(data, len);
  return 0;
}
