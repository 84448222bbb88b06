/* SPDX-License-Identifier: Apache-2.0 */
/* effect.c - what reaches beyond an entry: notices and keys. Intent durable
 * first, outcome after; after a crash the intent is carried out again. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/viewer.h"
#include "recovery/trial.h"

#define PERSONAL_S (90 * INT64_C(86400))

static void
tagged_digest(const char *tag, const char *text, uint8_t ret_digest[32])
{
  FidotoolPiece pieces[] = {{tag, strlen(tag)}, {"", 1}, {text, strlen(text)}};

  fidotool_bytes_sha256_of(pieces, 3, ret_digest);
}

/* Our own register is part of the record: intent and outcome stand together.
 */
bool
recovery_effect_key(RecoveryTrial *trial, const char *act,
                    const RecoveryCase *of, const char *cred_hex,
                    GError **error)
{
  static const char *const ends[] = {".intent", ".outcome"};

  for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *name = g_strconcat(act, ends[i], NULL);
    FidotoolJson *entry = recovery_trial_entry(name, NULL, RECOVERY_STATE_NONE);

    fidotool_json_set_text(entry, "cred", cred_hex);
    fidotool_json_set_text(entry, "rp", trial->station->model->rp_id);
    if (of != NULL)
      fidotool_json_set_text(entry, "case", of->id);
    if (!recovery_trial_append(trial, entry, error))
      return false;
  }
  return true;
}

static const struct {
  const char *kind, *text;
} words[] = {
    {"opened", "A case was opened to replace your security key. The keys you "
               "reported are suspended."},
    {"approved", "Your case was approved by two people. A new key will be "
                 "issued to you."},
    {"issued", "A new security key was issued to you. The keys you reported "
               "are revoked."},
    {"refused", "Your case was refused. No key is issued."},
    {"withdrawn", "Your case was withdrawn. No key is issued; the keys you "
                  "reported stay suspended."},
    {"expired", "Your case was not finished in time. No key is issued; the "
                "keys you reported stay suspended."},
    {"contested", "Somebody said that this case is not yours. Nothing is "
                  "issued until two people have looked at it."},
    {"contest-decided", "The contest of your case was decided."},
};

static const char *
words_of(const char *kind)
{
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    if (strcmp(words[i].kind, kind) == 0)
      return words[i].text;
  return kind;
}

/* Text kept sealed until it is sent, so that a restart sends the same. */
static bool
order_notice(RecoveryTrial *trial, const char *sub, const char *case_id,
             const char *address, const char *body, GError **error)
{
  RecoveryStation *station = trial->station;
  g_autofree char *id = recovery_trial_new_id("n-");
  g_autofree char *more = recovery_trial_random_hex(4);
  g_autofree char *notice = g_strconcat(id, more, NULL);
  g_autofree char *commitment = NULL, *text = NULL;
  FidotoolJson *entry;
  uint8_t digest[32];

  if (!recovery_trial_commit(trial, sub, "address", address, &commitment,
                             error))
    return false;
  text = g_strdup_printf("To: %s\nNotice: %s\n%s\n", address, notice, body);
  tagged_digest("keyturn-notice", notice, digest);
  if (!recovery_vault_keep(station->vault, sub, digest, text,
                           trial->now.now_ms / 1000 + PERSONAL_S, error))
    return false;
  entry = recovery_trial_entry("notice.send.intent", NULL, RECOVERY_STATE_NONE);
  if (case_id != NULL)
    fidotool_json_set_text(entry, "case", case_id);
  fidotool_json_set_text(entry, "notice", notice);
  fidotool_json_set_text(entry, "address", commitment);
  return recovery_trial_append(trial, entry, error);
}

/* A code of 128 bits, kept as a hash: whoever has the notice may contest. */
static char *
new_code(RecoveryTrial *trial, const RecoveryCase *of, GError **error)
{
  g_autofree char *code = recovery_trial_random_hex(16);
  uint8_t digest[32];

  tagged_digest("keyturn-contest", code, digest);
  if (!recovery_vault_keep(trial->station->vault, of->sub, digest, of->id,
                           trial->now.now_ms / 1000 + PERSONAL_S, error))
    return NULL;
  return g_steal_pointer(&code);
}

bool
recovery_effect_notice(RecoveryTrial *trial, const RecoveryCase *of,
                       const char *kind, GError **error)
{
  static const uint8_t none[32];
  g_autoptr(FidotoolJson) person =
      recovery_directory_find(trial->station, of->sub);
  const char *address = fidotool_json_get_text(person, "address");
  g_autofree char *code = new_code(trial, of, error);
  g_autofree char *short_code = recovery_viewer_short_code(of->digest);
  g_autofree char *root = NULL, *body = NULL;
  uint8_t head[32];

  if (code == NULL)
    return false;
  recovery_record_root(trial->station->record, head);
  root = fidotool_bytes_hex(head, 32);
  body = g_strdup_printf(
      "%s\n%s\nCase: %s\n%s%s%sStation: %s\n"
      "Record: size %" G_GINT64_FORMAT " root %s\n"
      "If this was not you: fidotool case contest --code, at any station, or "
      "at the help desk.\nContest code: %s\n",
      trial->station->config.practice
          ? "PRACTICE - this is an exercise, nothing was lost."
          : "",
      words_of(kind), of->id,
      memcmp(of->digest, none, 32) == 0 ? "" : "Short code: ",
      memcmp(of->digest, none, 32) == 0 ? "" : short_code,
      memcmp(of->digest, none, 32) == 0 ? "" : "\n",
      trial->station->model->station,
      recovery_record_size(trial->station->record), root, code);
  return order_notice(trial, of->sub, of->id,
                      address == NULL || *address == '\0' ? "letter" : address,
                      body, error);
}

/* of may be NULL. */
static bool
tell(RecoveryTrial *trial, const char *person, const RecoveryCase *of,
     const char *text, GError **error)
{
  const RecoveryRosterKey *row =
      recovery_roster_find_person(trial->station->model->roster, person);
  g_autoptr(FidotoolJson) known =
      recovery_directory_find(trial->station, row->sub);
  const char *address = fidotool_json_get_text(known, "address");
  g_autofree char *fallback = g_strconcat("staff:", person, NULL);

  return order_notice(trial, row->sub, of == NULL ? NULL : of->id,
                      address == NULL || *address == '\0' ? fallback : address,
                      text, error);
}

bool
recovery_effect_tell(RecoveryTrial *trial, const char *person, const char *text,
                     GError **error)
{
  return tell(trial, person, NULL, text, error);
}

bool
recovery_effect_tell_officers(RecoveryTrial *trial, const RecoveryCase *of,
                              const char *text, GError **error)
{
  const RecoveryRoster *roster = trial->station->model->roster;
  const char *last = "";

  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);

    if (strcmp(row->person, last) == 0 ||
        !recovery_roster_key_has_role(row, "security"))
      continue;
    last = row->person;
    if (!tell(trial, row->person, of, text, error))
      return false;
  }
  return true;
}

RecoveryCase *
recovery_effect_code(RecoveryTrial *trial, const char *code)
{
  g_autofree char *id = NULL;
  uint8_t digest[32], salt[32];

  if (code == NULL)
    return NULL;
  tagged_digest("keyturn-contest", code, digest);
  /* What is no code opens nothing, and is of no case. */
  (void)recovery_vault_open(trial->station->vault, digest, salt, &id, NULL);
  return recovery_model_case(trial->station->model, id);
}

typedef struct {
  FidotoolJson *intent;
  const char *why; /* NULL: sent */
} Outcome;

static bool
record_outcome(RecoveryTrial *trial, void *data, GError **error)
{
  static const char *const names[] = {"case", "notice", "address"};
  const Outcome *outcome = data;
  FidotoolJson *entry =
      recovery_trial_entry("notice.send.outcome", NULL, RECOVERY_STATE_NONE);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *text = fidotool_json_get_text(outcome->intent, names[i]);

    if (text != NULL)
      fidotool_json_set_text(entry, names[i], text);
  }
  if (outcome->why != NULL) {
    fidotool_json_set_text(entry, "out", "error");
    fidotool_json_set_text(entry, "why", outcome->why);
  }
  return recovery_trial_append(trial, entry, error);
}

/* An erased notice can no longer be sent; one that cannot be written is an
 * outcome too, and shows. */
static bool
send_one(RecoveryTrial *trial, FidotoolJson *intent, GError **error)
{
  RecoveryStation *station = trial->station;
  const char *notice = fidotool_json_get_text(intent, "notice");
  g_autofree char *text = NULL, *name = NULL;
  Outcome outcome = {intent, NULL};
  uint8_t digest[32], salt[32];

  tagged_digest("keyturn-notice", notice, digest);
  name = g_strconcat(notice, ".txt", NULL);
  if (!recovery_vault_open(station->vault, digest, salt, &text, NULL))
    outcome.why = "erased";
  else if (!station->config.hooks.notice(name, text, station->config.hooks.data,
                                         NULL))
    outcome.why = "not-written";
  return recovery_submit_group(trial, record_outcome, &outcome, error);
}

bool
recovery_effect_run(RecoveryTrial *trial, GError **error)
{
  GPtrArray *effects = trial->station->model->effects;

  while (effects->len > 0) {
    const RecoveryModelEffect *effect = g_ptr_array_index(effects, 0);
    g_autoptr(FidotoolJson) intent = fidotool_json_copy(effect->fields);

    if (!send_one(trial, intent, error))
      return false;
    /* The model may have been made again: look the list up anew. */
    effects = trial->station->model->effects;
  }
  return true;
}
