/* SPDX-License-Identifier: Apache-2.0 */
/* point-facts.c - what a key of the register is, by the registration that the
 * station judged and kept: judged again with what is known today, once a day.
 */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/point-private.h"
#include "recovery/policy-read.h"

/* As many are kept as one station has keys in use. */
#define KEPT_MAX 20000

typedef RecoveryPointFacts Facts;

void
recovery_point_facts_free(Facts *facts)
{
  fidotool_json_free(facts->facts);
  g_free(facts->why);
  g_free(facts->public_key);
  g_free(facts);
}

/* Another list of anchors and metadata, another policy or another day: nothing
 * that was kept holds any more. */
static void
drop_old(RecoveryPoint *point, const RecoveryModel *model, int64_t at_s)
{
  const int64_t day = at_s / 86400;
  const FidotoolPiece pieces[] = {{model->trust_digest, 32},
                                  {model->policy_digest, 32},
                                  {&day, sizeof(day)}};
  uint8_t digest[32];

  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), digest);
  if (memcmp(digest, point->facts_of, 32) == 0 &&
      g_hash_table_size(point->facts) < KEPT_MAX)
    return;
  g_hash_table_remove_all(point->facts);
  memcpy(point->facts_of, digest, 32);
}

static Facts *
judge(RecoveryTrial *trial, const RecoveryModelKey *key, GError **error)
{
  RecoveryStation *station = trial->station;
  g_autoptr(RecoveryRefusal) refusal = NULL;
  g_autoptr(RecoveryJudging) judging = NULL;
  RecoveryRequestFacts as;
  Facts *facts;

  if (key->has_registration)
    judging = recovery_judging_again(station, key->registration,
                                     station->model->rp_id,
                                     trial->now.now_ms / 1000, &refusal, error);
  if (key->has_registration && judging == NULL && refusal == NULL)
    return NULL;
  facts = g_new0(Facts, 1);
  if (judging == NULL) {
    facts->why = g_strdup(refusal != NULL
                              ? refusal->text
                              : "the station has no registration of this key");
    return facts;
  }
  as = recovery_policy_facts_request(&judging->facts);
  facts->facts = recovery_request_facts_write(&as);
  facts->public_key =
      g_strdup(fidotool_json_get_text(judging->answer, "public_key"));
  facts->sign_count = fidotool_json_get_int(judging->answer, "sign_count", 0);
  facts->be = judging->facts.be;
  return facts;
}

const Facts *
recovery_point_facts(RecoveryTrial *trial, const RecoveryModelKey *key,
                     GError **error)
{
  RecoveryPoint *point = recovery_point_of(trial->station);
  g_autofree char *name = fidotool_bytes_hex(
      key->has_registration ? key->registration : key->cred, 32);
  Facts *facts;

  drop_old(point, trial->station->model, trial->now.now_ms / 1000);
  facts = g_hash_table_lookup(point->facts, name);
  if (facts == NULL) {
    facts = judge(trial, key, error);
    if (facts != NULL)
      g_hash_table_insert(point->facts, g_steal_pointer(&name), facts);
  }
  return facts;
}
