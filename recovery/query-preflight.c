/* SPDX-License-Identifier: Apache-2.0 */
/* query-preflight.c - would this key do? Asked before anybody is asked for a
 * PIN, from what the key says of itself: advice, never a fact. Nothing of it
 * is kept, and the key is judged as if it had never been asked. */
#include <string.h>

#include "fidotool/types.h"
#include "recovery/error.h"
#include "recovery/known.h"
#include "recovery/query.h"
#include "recovery/rule.h"

static bool
is_uuid(const char *text)
{
  return text != NULL && strlen(text) == 36 && g_uuid_string_is_valid(text);
}

/* CTAP 2 of any year; U2F alone makes no such credential. */
static bool
speaks_ctap2(const FidotoolJson *versions)
{
  for (size_t i = 0; i < fidotool_json_size(versions); i++) {
    const char *version = fidotool_json_text(fidotool_json_at(versions, i));

    if (version != NULL && g_str_has_prefix(version, "FIDO_2_"))
      return true;
  }
  return false;
}

/* A list that is not there proves nothing. */
static bool
has_algorithm(const FidotoolJson *algorithms)
{
  for (size_t i = 0; i < fidotool_json_size(algorithms); i++) {
    int64_t alg =
        fidotool_json_get_int(fidotool_json_at(algorithms, i), "alg", 0);

    if (alg == FIDOTOOL_ALG_ES256 || alg == FIDOTOOL_ALG_EDDSA)
      return true;
  }
  return fidotool_json_size(algorithms) == 0;
}

/* A PIN, set or to be set now, or a sensor with something enrolled in it. */
static bool
verifies_users(const FidotoolJson *request)
{
  return g_strcmp0(fidotool_json_get_text(request, "pin"), "unsupported") !=
             0 ||
         fidotool_json_get_bool(fidotool_json_get(request, "options"), "uv",
                                false);
}

static RecoveryRefusal *
check_abilities(const FidotoolJson *request)
{
  if (!speaks_ctap2(fidotool_json_get(request, "versions")))
    return recovery_refusal_new("preflight-version",
                                "this key is too old: it knows U2F alone",
                                "a key that knows CTAP 2");
  if (!has_algorithm(fidotool_json_get(request, "algorithms")))
    return recovery_refusal_new(
        "preflight-algorithm",
        "this key makes no credential of a kind that is asked for",
        "a key that knows ES256 or EdDSA");
  if (!verifies_users(request))
    return recovery_refusal_new(
        "preflight-verification",
        "this key cannot know its user: it has no PIN function and "
        "no sensor that is set up",
        "a key with a PIN or a fingerprint");
  return NULL;
}

/* The formats that a key says it has (CTAP 2.2, getInfo 0x16). One that names
 * none alone proves its make to nobody; a list that is not there says nothing.
 */
static bool
may_attest(const FidotoolJson *formats)
{
  for (size_t i = 0; i < fidotool_json_size(formats); i++)
    if (g_strcmp0(fidotool_json_text(fidotool_json_at(formats, i)), "none") !=
        0)
      return true;
  return fidotool_json_size(formats) == 0;
}

/* What the judge would say at best; then the policy as for case.made. */
static RecoveryRefusal *
check_policy(RecoveryTrial *trial, const RecoveryPolicyFacts *facts,
             GError **error)
{
  g_autoptr(RecoveryRefusal) refusal = recovery_rule_issue(trial, facts, error);

  if (refusal == NULL || strcmp(refusal->rule, "attestation") != 0)
    return g_steal_pointer(&refusal);
  return recovery_refusal_say(
      "preflight-attestation",
      recovery_message_new("this key proves its make to nobody"),
      g_steal_pointer(&refusal->enough_says));
}

/* How far the advice goes stands behind what it says. Takes the verdict. */
static FidotoolJson *
with_advice(const RecoveryPolicy *policy, FidotoolJson *verdict)
{
  FidotoolJson *message = recovery_message_new("{verdict} ({advice}).");

  recovery_message_put(message, "verdict", verdict);
  recovery_message_put(
      message, "advice",
      recovery_policy_asks_model(policy)
          ? recovery_message_new(
                "judged by what the key says of itself, as if its make were "
                "proved; that, its model's certification and status, its "
                "transports and its firmware show when it makes its credential")
          : recovery_message_new(
                "judged by what the key says of itself, as if its make were "
                "proved; that shows when it makes its credential"));
  return message;
}

static FidotoolJson *
copy_text(const RecoveryRefusal *refusal)
{
  return refusal->text_says != NULL ? fidotool_json_copy(refusal->text_says)
                                    : recovery_message_of(refusal->text);
}

static FidotoolJson *
copy_enough(const RecoveryRefusal *refusal)
{
  return refusal->enough_says != NULL ? fidotool_json_copy(refusal->enough_says)
                                      : recovery_message_of(refusal->enough);
}

static FidotoolJson *
write_verdict(const RecoveryTrial *trial, const RecoveryPolicyFacts *facts,
              const RecoveryRefusal *refusal)
{
  const RecoveryPolicy *policy = trial->station->model->policy;
  FidotoolJson *answer = fidotool_json_new_object();
  g_autoptr(RecoveryRefusal) said =
      refusal == NULL
          ? recovery_refusal_say(
                "", with_advice(policy, recovery_message_new("this key fits")),
                recovery_message_of(""))
          : recovery_refusal_say(refusal->rule,
                                 with_advice(policy, copy_text(refusal)),
                                 copy_enough(refusal));

  fidotool_json_set_int(answer, "advisory", 1);
  fidotool_json_set_int(answer, "fits", refusal == NULL);
  recovery_refusal_write(said, answer);
  if (refusal == NULL)
    fidotool_json_set_text(
        answer, "class",
        recovery_policy_class(policy, facts, trial->now.now_ms / 1000));
  return answer;
}

FidotoolJson *
recovery_query_preflight(RecoveryTrial *trial,
                         G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                         GError **error)
{
  const char *aaguid = fidotool_json_get_text(trial->request, "aaguid");
  g_autofree char *lower = aaguid == NULL ? NULL : g_ascii_strdown(aaguid, -1);
  /* A key that is no passkey provider: what it cannot be asked is assumed. */
  RecoveryPolicyFacts facts = {
      .uv = true,
      .attested =
          may_attest(fidotool_json_get(trial->request, "attestation_formats")),
      .aaguid = lower,
  };
  g_autoptr(RecoveryRefusal) refusal = NULL;
  g_autoptr(GError) trouble = NULL;

  if (!is_uuid(lower) || fidotool_json_get(trial->request, "pin") == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "preflight takes aaguid, pin, versions and options, as the "
                "key gave them");
    return NULL;
  }
  recovery_policy_facts_hope(&facts);
  facts.next_update_s = recovery_known_next_update(trial->station);
  refusal = check_abilities(trial->request);
  if (refusal == NULL)
    refusal = check_policy(trial, &facts, &trouble);
  if (trouble != NULL) {
    g_propagate_error(error, g_steal_pointer(&trouble));
    return NULL;
  }
  return write_verdict(trial, &facts, refusal);
}
