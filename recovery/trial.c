/* SPDX-License-Identifier: Apache-2.0 */
/* trial.c - what every act needs to be worded and recorded. */
#include "recovery/trial.h"

#include <openssl/rand.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/note.h"
#include "recovery/format/time.h"

/* Personal data of a case is kept this long (policy, retention: personal). */
#define PERSONAL_S (90 * INT64_C(86400))
/* Characters of a private note; an empty one is as long as a full one. */

static void
free_role(void *data)
{
  RecoveryTrialRole *role = data;

  g_free(role->person);
  g_free(role->role);
  g_free(role);
}

RecoverySession *
recovery_session_new(RecoveryPeer peer)
{
  RecoverySession *session = g_new0(RecoverySession, 1);

  session->peer = peer;
  session->roles = g_ptr_array_new_with_free_func(free_role);
  return session;
}

void
recovery_session_set_caller(RecoverySession *session,
                            const RecoveryCaller *caller)
{
  session->caller = caller;
}

void
recovery_session_free(RecoverySession *session)
{
  if (session == NULL)
    return;
  g_ptr_array_unref(session->roles);
  g_free(session);
}

void
recovery_session_end_roles(RecoverySession *session)
{
  g_ptr_array_set_size(session->roles, 0);
}

char *
recovery_trial_random_hex(size_t n)
{
  uint8_t bytes[64];
  int ok = RAND_bytes(bytes, (int)n);

  g_assert(n <= sizeof(bytes) && ok == 1);
  return fidotool_bytes_hex(bytes, n);
}

char *
recovery_trial_new_id(const char *prefix)
{
  g_autofree char *hex = recovery_trial_random_hex(4);

  return g_strconcat(prefix, hex, NULL);
}

const char *
recovery_trial_text(const RecoveryTrial *trial, const char *name)
{
  const char *text = fidotool_json_get_text(trial->draft, name);

  return text != NULL ? text : fidotool_json_get_text(trial->request, name);
}

void
recovery_trial_find_actor(RecoveryTrial *trial)
{
  const char *cred = fidotool_json_get_text(trial->request, "cred");
  g_autoptr(GBytes) id = NULL;
  uint8_t digest[32];

  trial->actor = fidotool_json_get_text(trial->request, "actor");
  if (trial->actor != NULL || cred == NULL || trial->roster == NULL)
    return;
  id = fidotool_bytes_unbase64(cred);
  if (id == NULL)
    return;
  fidotool_bytes_sha256(g_bytes_get_data(id, NULL), g_bytes_get_size(id),
                        digest);
  trial->named = recovery_roster_find_cred(trial->roster, digest);
  if (trial->named != NULL)
    trial->actor = trial->named->person;
}

const char *
recovery_trial_approval_rp_id(const RecoveryTrial *trial)
{
  return trial->station->config.practice ? RECOVERY_SSHSIG_APPLICATION_PRACTICE
                                         : RECOVERY_SSHSIG_APPLICATION;
}

void
recovery_trial_set_hex(FidotoolJson *object, const char *name,
                       const uint8_t *data, size_t len)
{
  g_autofree char *hex = fidotool_bytes_hex(data, len);

  fidotool_json_set_text(object, name, hex);
}

void
recovery_trial_set_time(FidotoolJson *object, const char *name, int64_t ms)
{
  g_autofree char *text = recovery_time_write(ms);

  fidotool_json_set_text(object, name, text);
}

void
recovery_trial_fill_case(RecoveryTrial *trial, FidotoolJson *statement)
{
  static const uint8_t none[32];
  const RecoveryCase *of = trial->of;

  fidotool_json_set_text(statement, "case", of->id);
  fidotool_json_set_text(statement, "op", of->op);
  fidotool_json_set_text(statement, "sub", of->sub);
  if (memcmp(of->digest, none, 32) != 0)
    recovery_trial_set_hex(statement, "case_digest", of->digest, 32);
}

FidotoolJson *
recovery_trial_entry(const char *act, const RecoveryCase *of,
                     RecoveryState state)
{
  FidotoolJson *entry = fidotool_json_new_object();

  fidotool_json_set_text(entry, "act", act);
  fidotool_json_set_text(entry, "out", "ok");
  if (of != NULL) {
    fidotool_json_set_text(entry, "case", of->id);
    fidotool_json_set_text(entry, "sub", of->sub);
    fidotool_json_set_text(entry, "state", recovery_state_name(state));
  }
  return entry;
}

bool
recovery_trial_in_case(RecoveryTrial *trial, FidotoolJson *entry,
                       RecoveryState wanted, GError **error)
{
  const char *act = fidotool_json_get_text(entry, "act");
  RecoveryState to;

  if (!recovery_state_next(trial->of->state, act, wanted, &to)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE,
                "%s: no such step for a case that is %s", act,
                recovery_state_name(trial->of->state));
    return false;
  }
  fidotool_json_set_text(entry, "case", trial->of->id);
  fidotool_json_set_text(entry, "sub", trial->of->sub);
  fidotool_json_set_text(entry, "state", recovery_state_name(to));
  return true;
}

bool
recovery_trial_append(RecoveryTrial *trial, FidotoolJson *fields,
                      GError **error)
{
  RecoveryStation *station = trial->station;
  g_autoptr(FidotoolJson) taken = fields;
  g_autoptr(FidotoolJson) entry = NULL;
  g_autoptr(GBytes) body = NULL;
  int64_t seq;

  if (!recovery_record_append(station->record, taken, &trial->now,
                              station->model->policy_digest, station->build,
                              &seq, &body, error))
    return false;
  entry = recovery_jcs_read(g_bytes_get_data(body, NULL),
                            g_bytes_get_size(body), RECOVERY_JCS_MAX, error);
  if (entry == NULL ||
      !recovery_model_apply(station->model, entry, true, error))
    return false;
  if (trial->done != NULL && fidotool_json_get(trial->done, "seq") == NULL) {
    fidotool_json_set_int(trial->done, "seq", seq);
    fidotool_json_set_text(trial->done, "act",
                           fidotool_json_get_text(entry, "act"));
  }
  return true;
}

bool
recovery_trial_commit(RecoveryTrial *trial, const char *sub, const char *name,
                      const char *value, char **ret_hex, GError **error)
{
  g_autoptr(FidotoolJson) field = fidotool_json_new_object();
  g_autofree char *line = NULL;
  uint8_t commitment[32];

  fidotool_json_set_text(field, name, value);
  line = recovery_jcs_write(field, NULL, error);
  if (line == NULL ||
      !recovery_vault_commit(trial->station->vault, sub, line,
                             trial->now.now_ms / 1000 + PERSONAL_S, commitment,
                             error))
    return false;
  *ret_hex = fidotool_bytes_hex(commitment, 32);
  return true;
}

bool
recovery_trial_note_of(RecoveryTrial *trial, FidotoolJson *entry,
                       const char *sub, const char *text, GError **error)
{
  g_autofree char *note = g_strnfill(RECOVERY_TRIAL_NOTE, ' ');
  g_autofree char *hex = NULL;
  size_t len = text == NULL ? 0 : strlen(text);

  if (len > RECOVERY_TRIAL_NOTE ||
      (text != NULL && !recovery_jcs_is_text(text))) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "a note is one line of at most %d bytes", RECOVERY_TRIAL_NOTE);
    return false;
  }
  if (len > 0)
    memcpy(note, text, len);
  if (!recovery_trial_commit(trial, sub, "note", note, &hex, error))
    return false;
  fidotool_json_set_text(entry, "note", hex);
  return true;
}

bool
recovery_trial_note(RecoveryTrial *trial, FidotoolJson *entry, const char *sub,
                    GError **error)
{
  const char *text = trial->note != NULL
                         ? trial->note
                         : fidotool_json_get_text(trial->request, "note");
  g_autofree char *note = recovery_note_fill(text, error);

  return note != NULL && recovery_trial_note_of(trial, entry, sub, note, error);
}

bool
recovery_trial_has_role(const RecoveryTrial *trial, const char *act)
{
  for (unsigned i = 0; i < trial->session->roles->len; i++) {
    const RecoveryTrialRole *role = g_ptr_array_index(trial->session->roles, i);

    if (role->until_ms > trial->now.now_ms &&
        (act == NULL || recovery_act_role_may(role->role, act) ||
         recovery_act_role_may_in_session(role->role, act)))
      return true;
  }
  return false;
}
