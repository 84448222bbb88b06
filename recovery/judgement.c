/* SPDX-License-Identifier: Apache-2.0 */
/* judgement.c - what a registration was judged by, kept under its digests, so
 * that anybody can judge it again from the record alone, years later. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/found.h"

#define KIND "metadata"
/* Of what a key says of itself. */
#define GETINFO_MAX 16384

static bool
keep_bytes(RecoveryStation *station, const char *kind, GBytes *bytes,
           FidotoolJson *judgement, const char *name, GError **error)
{
  uint8_t digest[32];

  if (!recovery_store_put_object(station->store, kind, bytes, digest, error))
    return false;
  recovery_trial_set_hex(judgement, name, digest, 32);
  return true;
}

/* A text that may be missing, or empty. */
static bool
keep_text(RecoveryStation *station, const char *text, FidotoolJson *judgement,
          const char *name, GError **error)
{
  g_autoptr(GBytes) bytes = NULL;

  if (text == NULL || *text == '\0')
    return true;
  bytes = g_bytes_new(text, strlen(text));
  return keep_bytes(station, KIND, bytes, judgement, name, error);
}

static bool
keep_parts(RecoveryStation *station, const RecoveryJudging *judging,
           GBytes *getinfo, FidotoolJson *judgement, GError **error)
{
  const FidotoolJson *answer = judging->answer;
  g_autofree char *roots = recovery_found_draft_pem(station->roots);

  return keep_text(station, fidotool_json_get_text(answer, "result"), judgement,
                   "result", error) &&
         keep_text(station, fidotool_json_get_text(answer, "entry"), judgement,
                   "entry", error) &&
         keep_text(station, roots, judgement, "anchors", error) &&
         (getinfo == NULL || g_bytes_get_size(getinfo) > GETINFO_MAX ||
          keep_bytes(station, "getinfo", getinfo, judgement, "getinfo", error));
}

static void
add_plain(const RecoveryStation *station, const RecoveryJudging *judging,
          const uint8_t registration[32], FidotoolJson *judgement)
{
  const char *judge = station->config.judge_build;

  recovery_trial_set_time(judgement, "at", judging->at_s * 1000);
  if (judge != NULL)
    fidotool_json_set_text(judgement, "judge", judge);
  fidotool_json_set_text(judgement, "options", judging->options);
  recovery_trial_set_hex(judgement, "registration", registration, 32);
  if (judging->transports != NULL)
    fidotool_json_set(judgement, "transports",
                      fidotool_json_copy(judging->transports));
  if (station->model->trust != NULL)
    recovery_trial_set_hex(judgement, "trust", station->model->trust_digest,
                           32);
  fidotool_json_set_int(judgement, "v", 1);
}

bool
recovery_judgement_keep(RecoveryTrial *trial, const RecoveryJudging *judging,
                        const uint8_t registration[32], GBytes *getinfo,
                        FidotoolJson *entry, GError **error)
{
  g_autoptr(FidotoolJson) judgement = fidotool_json_new_object();
  g_autofree char *line = NULL;

  if (!keep_parts(trial->station, judging, getinfo, judgement, error))
    return false;
  add_plain(trial->station, judging, registration, judgement);
  line = recovery_jcs_write(judgement, NULL, error);
  return line != NULL &&
         keep_text(trial->station, line, entry, "judgement", error);
}
