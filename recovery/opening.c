/* SPDX-License-Identifier: Apache-2.0 */
/* opening.c - what stands behind each digest of a statement, so that a viewer
 * can make the digests again and show words from those bytes alone. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/trial.h"

char *
recovery_opening_evidence(const RecoveryCase *of)
{
  g_autoptr(FidotoolJson) list = fidotool_json_new_object();
  FidotoolJson *evidence =
      fidotool_json_set(list, "evidence", fidotool_json_new_array());

  fidotool_json_set_int(list, "v", 1);
  for (unsigned i = 0; i < of->evidence->len; i++)
    fidotool_json_append_text(evidence, g_ptr_array_index(of->evidence, i));
  return fidotool_json_write(list, NULL);
}

static FidotoolJson *
open_piece(RecoveryTrial *trial, const char *hex, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(FidotoolJson) value = NULL;
  uint8_t commitment[32], salt[32];

  if (!fidotool_bytes_unhex(hex, commitment, 32)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "a commitment of the case is no hash");
    return NULL;
  }
  if (!recovery_vault_open(trial->station->vault, commitment, salt, &text,
                           error))
    return NULL;
  value = fidotool_json_parse(text, strlen(text), error);
  return value == NULL
             ? NULL
             : fidotool_json_copy(fidotool_json_get(value, "evidence"));
}

GPtrArray *
recovery_opening_pieces(RecoveryTrial *trial, GError **error)
{
  g_autoptr(GPtrArray) pieces =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_json_free);

  for (unsigned i = 0; i < trial->of->evidence->len; i++) {
    FidotoolJson *piece =
        open_piece(trial, g_ptr_array_index(trial->of->evidence, i), error);

    if (piece == NULL)
      return NULL;
    g_ptr_array_add(pieces, piece);
  }
  return g_steal_pointer(&pieces);
}

static bool
add_commitment(RecoveryTrial *trial, FidotoolJson *list, const char *hex,
               GError **error)
{
  uint8_t commitment[32], salt[32];
  g_autofree char *value = NULL;
  FidotoolJson *opened;

  (void)fidotool_bytes_unhex(hex, commitment, 32); /* from an entry */
  if (!recovery_vault_open(trial->station->vault, commitment, salt, &value,
                           error))
    return false;
  opened = fidotool_json_append(list, fidotool_json_new_object());
  fidotool_json_set_text(opened, "commitment", hex);
  recovery_trial_set_hex(opened, "salt", salt, 32);
  fidotool_json_set_text(opened, "value", value);
  return true;
}

/* The frozen line, with everything that it and the evidence commit to. */
static bool
open_case(RecoveryTrial *trial, const FidotoolJson *statement,
          FidotoolJson *openings, GError **error)
{
  const char *digest_hex = fidotool_json_get_text(statement, "case_digest");
  const char *drafted = fidotool_json_get_text(trial->draft, "frozen");
  FidotoolJson *list =
      fidotool_json_set(openings, "commitments", fidotool_json_new_array());
  g_autofree char *frozen = NULL;
  uint8_t digest[32], salt[32];

  (void)fidotool_bytes_unhex(digest_hex, digest, 32); /* of our statement */
  if (drafted != NULL)
    frozen = g_strdup(drafted);
  else if (!recovery_vault_open(trial->station->vault, digest, salt, &frozen,
                                error))
    return false;
  fidotool_json_set_text(openings, "frozen", frozen);
  for (unsigned i = 0; i < trial->of->pii->len; i++)
    if (!add_commitment(trial, list, g_ptr_array_index(trial->of->pii, i),
                        error))
      return false;
  for (unsigned i = 0; i < trial->of->evidence->len; i++)
    if (!add_commitment(trial, list, g_ptr_array_index(trial->of->evidence, i),
                        error))
      return false;
  return true;
}

static bool
open_newkeys(RecoveryTrial *trial, FidotoolJson *openings, GError **error)
{
  FidotoolJson *list =
      fidotool_json_set(openings, "newkeys", fidotool_json_new_array());

  for (unsigned i = 0; i < trial->of->made->len; i++) {
    const RecoveryCaseMade *made = g_ptr_array_index(trial->of->made, i);
    g_autofree char *id = NULL;
    uint8_t salt[32];

    if (!recovery_vault_open(trial->station->vault, made->cred, salt, &id,
                             error))
      return false;
    fidotool_json_append_text(list, id);
  }
  return true;
}

static bool
open_object(RecoveryTrial *trial, const char *hex, FidotoolJson *openings,
            GError **error)
{
  const char *drafted = fidotool_json_get_text(trial->draft, "object");
  g_autoptr(GBytes) body = NULL;
  g_autofree char *text = NULL;
  uint8_t digest[32];

  (void)fidotool_bytes_unhex(hex, digest, 32); /* of our statement */
  if (drafted != NULL)
    body = g_bytes_new(drafted, strlen(drafted));
  else if (!recovery_store_object(trial->station->store, digest, &body, NULL,
                                  error))
    return false;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "the file behind a digest is missing from the store");
    return false;
  }
  text = fidotool_bytes_base64(g_bytes_get_data(body, NULL),
                               g_bytes_get_size(body));
  fidotool_json_set_text(openings, "object", text);
  return true;
}

static char *
statement_line(RecoveryTrial *trial, const char *hex, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  uint8_t digest[32];

  (void)fidotool_bytes_unhex(hex, digest, 32); /* of our statement */
  if (!recovery_store_statement(trial->station->store, digest, &body, error))
    return NULL;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "a statement is missing from the store");
    return NULL;
  }
  return g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
}

static bool
open_previous(RecoveryTrial *trial, const FidotoolJson *previous,
              FidotoolJson *openings, GError **error)
{
  FidotoolJson *list =
      fidotool_json_set(openings, "previous", fidotool_json_new_array());

  for (size_t i = 0; i < fidotool_json_size(previous); i++) {
    g_autofree char *line = statement_line(
        trial, fidotool_json_text(fidotool_json_at(previous, i)), error);

    if (line == NULL)
      return false;
    fidotool_json_append_text(list, line);
  }
  return true;
}

FidotoolJson *
recovery_opening_make(RecoveryTrial *trial, const FidotoolJson *statement,
                      GError **error)
{
  g_autoptr(FidotoolJson) openings = fidotool_json_new_object();
  GBytes *policy = trial->station->model->policy_bytes;
  const FidotoolJson *previous = fidotool_json_get(statement, "previous");
  const char *newkey = fidotool_json_get_text(statement, "newkey");
  const char *object = fidotool_json_get_text(statement, "object");
  const char *target = fidotool_json_get_text(statement, "target");
  g_autofree char *policy_text = fidotool_bytes_base64(
      g_bytes_get_data(policy, NULL), g_bytes_get_size(policy));

  fidotool_json_set_text(openings, "policy", policy_text);
  if (fidotool_json_get(statement, "case_digest") != NULL &&
      !open_case(trial, statement, openings, error))
    return NULL;
  /* The frozen line has the digest of the list, whatever the act. */
  if (fidotool_json_get(statement, "evidence") != NULL ||
      fidotool_json_get(statement, "case_digest") != NULL) {
    g_autofree char *list = recovery_opening_evidence(trial->of);

    fidotool_json_set_text(openings, "evidence", list);
  }
  /* Drawn for it, and in the vault once it was signed. */
  if (fidotool_json_get(statement, "reference") != NULL)
    fidotool_json_set(
        openings, "commitments",
        fidotool_json_copy(fidotool_json_get(trial->draft, "commitments")));
  if (newkey != NULL && strcmp(newkey, "next-at-station") != 0 &&
      !open_newkeys(trial, openings, error))
    return NULL;
  if (object != NULL && !open_object(trial, object, openings, error))
    return NULL;
  if (fidotool_json_size(previous) > 0 &&
      !open_previous(trial, previous, openings, error))
    return NULL;
  if (target != NULL) {
    g_autofree char *line = statement_line(trial, target, error);

    if (line == NULL)
      return NULL;
    fidotool_json_set_text(openings, "target", line);
  }
  return g_steal_pointer(&openings);
}

static FidotoolJson *
new_signer(const RecoveryRosterKey *row, const char *id)
{
  FidotoolJson *signer = fidotool_json_new_object();
  g_autofree char *key = fidotool_bytes_base64(
      g_bytes_get_data(row->key_bytes, NULL), g_bytes_get_size(row->key_bytes));

  fidotool_json_set_text(signer, "cred", id);
  fidotool_json_set_text(signer, "key", key);
  return signer;
}

FidotoolJson *
recovery_opening_signer(RecoveryTrial *trial, const RecoveryRosterKey *row,
                        GError **error)
{
  g_autofree char *id = NULL;
  uint8_t salt[32];

  if (!recovery_vault_open(trial->station->vault, row->cred, salt, &id, error))
    return NULL;
  return new_signer(row, id);
}

FidotoolJson *
recovery_opening_signers(RecoveryTrial *trial, GError **error)
{
  g_autoptr(FidotoolJson) signers = fidotool_json_new_array();

  if (trial->newcomer != NULL) {
    fidotool_json_append(signers,
                         new_signer(trial->newcomer, trial->newcomer_id));
    return g_steal_pointer(&signers);
  }
  for (unsigned i = 0; i < trial->roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(trial->roster->keys, i);
    FidotoolJson *signer;

    if (strcmp(row->person, trial->actor) != 0 ||
        (trial->named != NULL && trial->named != row))
      continue;
    signer = recovery_opening_signer(trial, row, error);
    if (signer == NULL)
      return NULL;
    fidotool_json_append(signers, signer);
  }
  return g_steal_pointer(&signers);
}
