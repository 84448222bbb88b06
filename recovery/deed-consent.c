/* SPDX-License-Identifier: Apache-2.0 */
/* deed-consent.c - somebody approves one decision: for this person, caller and
 * place, and for what the caller calls by that reference. Name, employee number
 * and reference are personal: the statement has commitments to them, and the
 * signer sees what is behind those. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/consent.h"
#include "recovery/deed.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

#define MINUTE_MS INT64_C(60000)
/* As of all that is personal in an entry (trial.c). */
#define PERSONAL_S (90 * INT64_C(86400))

/* One value, with a salt of its own, as openings have it. */
static bool
draw(FidotoolJson *list, const char *name, const char *value, GError **error)
{
  g_autoptr(FidotoolJson) field = fidotool_json_new_object();
  g_autofree char *salt_hex = recovery_trial_random_hex(32);
  g_autofree char *line = NULL;
  FidotoolJson *row;
  uint8_t salt[32], commitment[32];

  fidotool_json_set_text(field, name, value);
  line = recovery_jcs_write(field, NULL, error);
  if (line == NULL)
    return false;
  (void)fidotool_bytes_unhex(salt_hex, salt, 32); /* our own digits */
  fidotool_bytes_hmac(salt, sizeof(salt), line, strlen(line), commitment);
  row = fidotool_json_append(list, fidotool_json_new_object());
  recovery_trial_set_hex(row, "commitment", commitment, 32);
  fidotool_json_set_text(row, "salt", salt_hex);
  fidotool_json_set_text(row, "value", line);
  return true;
}

/* Drawn once: what is handed in must be what was proposed. The reference is the
 * last of them. */
static const FidotoolJson *
find_commitments(RecoveryTrial *trial, const RecoveryConsentOf *of,
                 GError **error)
{
  static const char *const names[] = {"name", "employee"};
  const FidotoolJson *drawn = fidotool_json_get(trial->draft, "commitments");
  g_autoptr(FidotoolJson) person = NULL;
  g_autoptr(FidotoolJson) list = NULL;

  if (drawn != NULL)
    return drawn;
  list = fidotool_json_new_array();
  person = recovery_directory_find(trial->station, of->sub);
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *value = fidotool_json_get_text(person, names[i]);

    if (value != NULL && !draw(list, names[i], value, error))
      return NULL;
  }
  if (!draw(list, "reference", of->reference, error))
    return NULL;
  return fidotool_json_set(trial->draft, "commitments", g_steal_pointer(&list));
}

/* From the statement itself once it is handed in. */
static int64_t
find_until(const RecoveryTrial *trial)
{
  int64_t from_ms = trial->now.now_ms;

  if (trial->statement != NULL)
    (void)recovery_time_read(fidotool_json_get_text(trial->statement, "iat"),
                             &from_ms);
  return from_ms + fidotool_json_get_int(trial->request, "minutes",
                                         RECOVERY_CONSENT_MINUTES) *
                       MINUTE_MS;
}

bool
recovery_deed_consent_fill(RecoveryTrial *trial, FidotoolJson *statement,
                           GError **error)
{
  RecoveryConsentOf of = recovery_consent_asked(trial);
  const FidotoolJson *drawn = find_commitments(trial, &of, error);
  size_t last = fidotool_json_size(drawn);
  FidotoolJson *pii;

  if (drawn == NULL)
    return false;
  fidotool_json_set_text(statement, "sub", of.sub);
  fidotool_json_set_text(statement, "caller", of.caller);
  fidotool_json_set_text(statement, "journey", of.journey);
  fidotool_json_set_text(statement, "app", of.app);
  if (of.transaction != NULL)
    fidotool_json_set_text(statement, "transaction", of.transaction);
  fidotool_json_set_text(statement, "slot", recovery_trial_text(trial, "slot"));
  recovery_trial_set_time(statement, "until", find_until(trial));
  pii = fidotool_json_set(statement, "pii", fidotool_json_new_array());
  for (size_t i = 0; i < last; i++) {
    const char *hex =
        fidotool_json_get_text(fidotool_json_at(drawn, i), "commitment");

    if (i + 1 < last)
      fidotool_json_append_text(pii, hex);
    else
      fidotool_json_set_text(statement, "reference", hex);
  }
  return true;
}

static bool
keep(RecoveryTrial *trial, const char *sub, GError **error)
{
  const FidotoolJson *drawn = fidotool_json_get(trial->draft, "commitments");

  for (size_t i = 0; i < fidotool_json_size(drawn); i++) {
    const FidotoolJson *row = fidotool_json_at(drawn, i);
    uint8_t salt[32], commitment[32];

    (void)fidotool_bytes_unhex(fidotool_json_get_text(row, "salt"), salt, 32);
    if (!recovery_vault_commit_with(trial->station->vault, sub, salt,
                                    fidotool_json_get_text(row, "value"),
                                    trial->now.now_ms / 1000 + PERSONAL_S,
                                    commitment, error))
      return false;
  }
  return true;
}

bool
recovery_deed_consent(RecoveryTrial *trial, FidotoolJson *entry, GError **error)
{
  static const char *const names[] = {"sub",   "caller",      "journey",
                                      "app",   "transaction", "slot",
                                      "until", "reference"};
  g_autoptr(FidotoolJson) taken = entry;
  const char *until = fidotool_json_get_text(trial->statement, "until");
  g_autofree char *text = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *value = fidotool_json_get_text(trial->statement, names[i]);

    if (value != NULL)
      fidotool_json_set_text(entry, names[i], value);
  }
  fidotool_json_set(
      entry, "pii",
      fidotool_json_copy(fidotool_json_get(trial->statement, "pii")));
  if (!keep(trial, fidotool_json_get_text(trial->statement, "sub"), error) ||
      !recovery_trial_append(trial, g_steal_pointer(&taken), error))
    return false;
  fidotool_json_set_text(trial->done, "until", until);
  text = g_strdup_printf(
      "An approval was given in your name: a decision over %s, as %s, signed "
      "on %s.",
      fidotool_json_get_text(trial->statement, "app"),
      fidotool_json_get_text(trial->statement, "slot"), trial->machine->id);
  return recovery_effect_tell(trial, trial->actor, text, error);
}
