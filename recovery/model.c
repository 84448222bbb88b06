/* SPDX-License-Identifier: Apache-2.0 */
/* model.c - what is true now, made from the events alone. */
#include "recovery/model-private.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"
#include "recovery/format/time.h"
#include "recovery/model-case.h"

static void
free_key(void *data)
{
  RecoveryModelKey *key = data;

  g_free(key->sub);
  g_free(key->aaguid);
  g_free(key);
}

static void
free_proposed(void *data)
{
  RecoveryModelProposed *proposed = data;

  g_free(proposed->act);
  g_free(proposed->actor);
  g_free(proposed->machine);
  g_free(proposed->about);
  g_free(proposed);
}

static void
free_change(void *data)
{
  RecoveryModelChange *change = data;

  g_free(change->act);
  g_free(change);
}

static void
free_effect(void *data)
{
  RecoveryModelEffect *effect = data;

  g_free(effect->act);
  fidotool_json_free(effect->fields);
  g_free(effect);
}

RecoveryModel *
recovery_model_new(RecoveryStore *store, bool practice)
{
  RecoveryModel *model = g_new0(RecoveryModel, 1);

  model->store = store;
  model->practice = practice;
  model->cases = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                       (GDestroyNotify)recovery_case_free);
  model->case_ids = g_ptr_array_new();
  model->keys =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_key);
  model->subs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  model->enrolled =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  model->enrolments = g_ptr_array_new_with_free_func(g_free);
  model->listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  model->counters =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  model->key_owner =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  model->employee_owner =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  model->subject_owner =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  model->subject_of =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  model->history = recovery_history_new();
  model->judgements = g_array_new(false, false, sizeof(int64_t));
  model->metadata_numbers = recovery_trust_list_numbers_new();
  model->rosters =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  model->proposed = g_ptr_array_new_with_free_func(free_proposed);
  model->changes = g_ptr_array_new_with_free_func(free_change);
  model->exceptions = recovery_model_exceptions_new();
  model->consents = recovery_model_consents_new();
  model->effects = g_ptr_array_new_with_free_func(free_effect);
  model->approvals = g_array_new(false, false, sizeof(RecoveryModelApproval));
  model->consented = g_array_new(false, false, sizeof(RecoveryModelWeaker));
  model->weaker = g_array_new(false, false, sizeof(RecoveryModelWeaker));
  model->uses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify)g_array_unref);
  return model;
}

void
recovery_model_free(RecoveryModel *model)
{
  if (model == NULL)
    return;
  g_free(model->station);
  g_free(model->origin);
  g_free(model->rp_id);
  g_free(model->rp_origin);
  g_free(model->last_boot);
  recovery_roster_free(model->roster);
  recovery_policy_free(model->policy);
  g_clear_pointer(&model->policy_bytes, g_bytes_unref);
  recovery_document_free(model->base);
  g_clear_pointer(&model->base_bytes, g_bytes_unref);
  g_free(model->tried.actor);
  recovery_history_free(model->history);
  g_array_unref(model->judgements);
  recovery_trust_list_free(model->trust);
  g_hash_table_unref(model->metadata_numbers);
  g_ptr_array_unref(model->case_ids);
  g_hash_table_unref(model->cases);
  g_hash_table_unref(model->keys);
  g_hash_table_unref(model->subs);
  g_hash_table_unref(model->enrolled);
  g_ptr_array_unref(model->enrolments);
  g_hash_table_unref(model->listed);
  g_hash_table_unref(model->counters);
  g_hash_table_unref(model->key_owner);
  g_hash_table_unref(model->employee_owner);
  g_hash_table_unref(model->subject_owner);
  g_hash_table_unref(model->subject_of);
  g_ptr_array_unref(model->rosters);
  g_ptr_array_unref(model->proposed);
  g_ptr_array_unref(model->changes);
  g_ptr_array_unref(model->exceptions);
  g_ptr_array_unref(model->consents);
  g_ptr_array_unref(model->effects);
  g_array_unref(model->approvals);
  g_array_unref(model->consented);
  g_array_unref(model->weaker);
  g_hash_table_unref(model->uses);
  g_free(model);
}

RecoveryCase *
recovery_model_case(const RecoveryModel *model, const char *id)
{
  return id == NULL ? NULL : g_hash_table_lookup(model->cases, id);
}

RecoveryModelKey *
recovery_model_key(const RecoveryModel *model, const char *cred_hex)
{
  return cred_hex == NULL ? NULL : g_hash_table_lookup(model->keys, cred_hex);
}

int64_t
recovery_model_counted(const RecoveryModel *model, const RecoveryMoment *moment)
{
  int64_t counted = model->counted_ms;

  if (model->last_boot != NULL && strcmp(model->last_boot, moment->boot) == 0 &&
      moment->mono_ms > model->last_mono_ms)
    counted += moment->mono_ms - model->last_mono_ms;
  return counted;
}

const RecoveryModelProposed *
recovery_model_proposed(const RecoveryModel *model, const char *act,
                        const char *about, int64_t now_ms)
{
  for (unsigned i = model->proposed->len; i > 0; i--) {
    const RecoveryModelProposed *proposed =
        g_ptr_array_index(model->proposed, i - 1);

    if (strcmp(proposed->act, act) == 0 &&
        g_strcmp0(proposed->about, about) == 0 &&
        now_ms - proposed->at_ms <= RECOVERY_STATEMENT_PROPOSED_MS)
      return proposed;
  }
  return NULL;
}

FidotoolJson *
recovery_model_statement(const RecoveryModel *model, const uint8_t digest[32],
                         GError **error)
{
  g_autoptr(GBytes) body = NULL;

  if (!recovery_store_statement(model->store, digest, &body, error))
    return NULL;
  if (body == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "a statement is missing from the store");
    return NULL;
  }
  return recovery_statement_read(g_bytes_get_data(body, NULL),
                                 g_bytes_get_size(body), error);
}

bool
recovery_model_damaged(GError **error, const FidotoolJson *entry,
                       const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "entry %" G_GINT64_FORMAT " (%s): %s",
              fidotool_json_get_int(entry, "seq", -1),
              fidotool_json_get_text(entry, "act"), what);
  return false;
}

bool
recovery_model_load_object(RecoveryModel *model, const FidotoolJson *entry,
                           const char *field, uint8_t ret_digest[32],
                           GBytes **ret_body, GError **error)
{
  const char *hex = fidotool_json_get_text(entry, field);

  if (hex == NULL || !fidotool_bytes_unhex(hex, ret_digest, 32))
    return recovery_model_damaged(error, entry, "no digest");
  if (!recovery_store_object(model->store, ret_digest, ret_body, NULL, error))
    return false;
  if (*ret_body == NULL)
    return recovery_model_damaged(error, entry,
                                  "its file is missing from the store");
  return true;
}

/* One key, one employee and one subject belong to one person for ever. */
static bool
own(GHashTable *owners, char *what, const char *person)
{
  const char *owner = g_hash_table_lookup(owners, what);
  bool ok = owner == NULL || strcmp(owner, person) == 0;

  if (owner == NULL)
    g_hash_table_insert(owners, what, g_strdup(person));
  else
    g_free(what);
  return ok;
}

bool
recovery_model_take_roster(RecoveryModel *model, const FidotoolJson *entry,
                           GError **error)
{
  g_autoptr(GBytes) body = NULL;
  g_autoptr(RecoveryRoster) roster = NULL;
  uint8_t digest[32];

  if (!recovery_model_load_object(model, entry, "object", digest, &body, error))
    return false;
  roster = recovery_roster_read(g_bytes_get_data(body, NULL),
                                g_bytes_get_size(body), error);
  if (roster == NULL)
    return false;
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(roster->keys, i);
    char *key =
        fidotool_bytes_sha256_hex(g_bytes_get_data(row->key_bytes, NULL),
                                  g_bytes_get_size(row->key_bytes));

    if (!own(model->key_owner, key, row->person) ||
        !own(model->employee_owner, g_strdup(row->employee), row->person) ||
        !own(model->subject_owner, g_strdup(row->sub), row->person) ||
        !own(model->subject_of, g_strdup(row->person), row->sub))
      return recovery_model_damaged(
          error, entry, "a key, an employee or a subject changed hands");
    g_hash_table_add(model->subs, g_strdup(row->sub));
    g_hash_table_add(model->listed, fidotool_bytes_hex(row->registration, 32));
  }
  recovery_roster_free(model->roster);
  model->roster = g_steal_pointer(&roster);
  memcpy(model->roster_digest, digest, 32);
  g_ptr_array_add(model->rosters, g_steal_pointer(&body));
  return true;
}

bool
recovery_model_take_policy(RecoveryModel *model, const FidotoolJson *entry,
                           const char *field, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  RecoveryPolicy *policy;
  uint8_t digest[32];

  if (!recovery_model_load_object(model, entry, field, digest, &body, error))
    return false;
  policy = recovery_policy_read(g_bytes_get_data(body, NULL),
                                g_bytes_get_size(body), model->practice, error);
  if (policy == NULL)
    return false;
  recovery_policy_free(model->policy);
  g_clear_pointer(&model->policy_bytes, g_bytes_unref);
  model->policy = policy;
  model->policy_bytes = g_steal_pointer(&body);
  memcpy(model->policy_digest, digest, 32);
  model->policy_highest =
      MAX(model->policy_highest, recovery_policy_version(policy));
  return true;
}

bool
recovery_model_take_trust(RecoveryModel *model, const FidotoolJson *entry,
                          GError **error)
{
  g_autoptr(GBytes) body = NULL;
  RecoveryTrustList *list;
  uint8_t digest[32];

  if (!recovery_model_load_object(model, entry, "object", digest, &body, error))
    return false;
  list = recovery_trust_list_read(g_bytes_get_data(body, NULL),
                                  g_bytes_get_size(body), error);
  if (list == NULL)
    return false;
  recovery_trust_list_free(model->trust);
  model->trust = list;
  memcpy(model->trust_digest, digest, 32);
  if (!recovery_trust_list_may_follow(model->metadata_numbers, list))
    return recovery_model_damaged(error, entry, "metadata that went back");
  recovery_trust_list_note_number(model->metadata_numbers, list);
  return true;
}

static bool
apply_init(RecoveryModel *model, const FidotoolJson *entry, GError **error)
{
  if (!recovery_model_take_roster(model, entry, error) ||
      !recovery_model_take_policy(model, entry, "policy", error))
    return false;
  if (recovery_roster_is_practice(model->roster) != model->practice)
    return recovery_model_damaged(error, entry, "practice and real do not mix");
  model->station = g_strdup(model->roster->station);
  model->origin = g_strdup(fidotool_json_get_text(entry, "log"));
  model->rp_id = g_strdup(fidotool_json_get_text(entry, "rp_id"));
  model->rp_origin = g_strdup(fidotool_json_get_text(entry, "origin"));
  return true;
}

/* A key of the first roster; later also one that no roster has yet. */
static bool
apply_enrol(RecoveryModel *model, const FidotoolJson *entry, GError **error)
{
  const char *actor = fidotool_json_get_text(entry, "actor");
  const char *hex = fidotool_json_get_text(entry, "object");
  uint8_t registration[32];
  bool known = model->started;

  if (!fidotool_bytes_unhex(hex, registration, 32))
    return recovery_model_damaged(error, entry, "no digest");
  for (unsigned i = 0; i < model->roster->keys->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(model->roster->keys, i);

    if (memcmp(row->registration, registration, 32) != 0)
      continue;
    known = true;
    if (strcmp(row->person, actor) != 0)
      return recovery_model_damaged(error, entry, "a key of another person");
  }
  if (!known || g_hash_table_contains(model->enrolled, hex))
    return recovery_model_damaged(error, entry,
                                  "no key that is still to be enrolled");
  g_hash_table_insert(model->enrolled, g_strdup(hex), g_strdup(actor));
  g_ptr_array_add(model->enrolments, g_strdup(hex));
  model->started = model->started || g_hash_table_size(model->enrolled) ==
                                         model->roster->keys->len;
  return true;
}

static bool
apply_import(RecoveryModel *model, const FidotoolJson *entry, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  g_autoptr(FidotoolJson) import = NULL;
  const FidotoolJson *list;
  uint8_t digest[32];
  int64_t at_ms = 0;

  if (!recovery_model_load_object(model, entry, "object", digest, &body, error))
    return false;
  import = recovery_jcs_read(g_bytes_get_data(body, NULL),
                             g_bytes_get_size(body), 4 << 20, error);
  if (import == NULL)
    return false;
  (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &at_ms);
  list = fidotool_json_get(import, "subs");
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_hash_table_add(model->subs,
                     g_strdup(fidotool_json_text(fidotool_json_at(list, i))));
  list = fidotool_json_get(import, "keys");
  model->imported = model->imported || fidotool_json_size(list) > 0;
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);
    const char *cred = fidotool_json_get_text(row, "cred");
    RecoveryModelKey *key = g_new0(RecoveryModelKey, 1);

    if (cred == NULL || !fidotool_bytes_unhex(cred, key->cred, 32) ||
        recovery_model_key(model, cred) != NULL) {
      free_key(key);
      return recovery_model_damaged(error, entry,
                                    "a key that is no key, or is here already");
    }
    key->sub = g_strdup(fidotool_json_get_text(row, "sub"));
    key->aaguid = g_strdup(fidotool_json_get_text(row, "aaguid"));
    key->state = RECOVERY_KEY_ACTIVE;
    key->since_ms = at_ms;
    key->last_seq = fidotool_json_get_int(entry, "seq", 0);
    g_hash_table_insert(model->keys, g_strdup(cred), key);
  }
  return true;
}

static bool
apply_key(RecoveryModel *model, const FidotoolJson *entry, GError **error)
{
  const char *act = fidotool_json_get_text(entry, "act");
  const char *cred = fidotool_json_get_text(entry, "cred");
  int64_t seq = fidotool_json_get_int(entry, "seq", 0), at_ms = 0;

  (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &at_ms);
  if (g_str_has_prefix(act, "key.revoke"))
    return recovery_model_case_move_key(model, cred, RECOVERY_KEY_REVOKED,
                                        at_ms, seq, error);
  if (g_str_has_prefix(act, "key.enrol"))
    return recovery_model_case_move_key(model, cred, RECOVERY_KEY_ACTIVE, at_ms,
                                        seq, error);
  return recovery_model_case_move_key(model, cred, RECOVERY_KEY_SUSPENDED,
                                      at_ms, seq, error);
}

/* Outcomes repeat the fields of their intent, and pair with it by them. */
static bool
same_effect(const FidotoolJson *a, const FidotoolJson *b)
{
  static const char *const names[] = {"case", "cred", "rp", "notice",
                                      "address"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_strcmp0(fidotool_json_get_text(a, names[i]),
                  fidotool_json_get_text(b, names[i])) != 0)
      return false;
  return true;
}

/* When somebody was told of a case last. */
static void
note_told(const RecoveryModel *model, const FidotoolJson *entry)
{
  RecoveryCase *of =
      recovery_model_case(model, fidotool_json_get_text(entry, "case"));

  if (of != NULL &&
      strcmp(fidotool_json_get_text(entry, "act"), "notice.send.intent") == 0)
    (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &of->told_ms);
}

static bool
apply_effect(RecoveryModel *model, const FidotoolJson *entry, GError **error)
{
  const char *act = fidotool_json_get_text(entry, "act");
  g_autofree char *base = g_strndup(act, (size_t)(strrchr(act, '.') - act));

  if (g_str_has_suffix(act, ".intent")) {
    RecoveryModelEffect *effect = g_new0(RecoveryModelEffect, 1);

    effect->act = g_steal_pointer(&base);
    effect->fields = fidotool_json_copy(entry);
    g_ptr_array_add(model->effects, effect);
    note_told(model, entry);
    return true;
  }
  for (unsigned i = 0; i < model->effects->len; i++) {
    const RecoveryModelEffect *effect = g_ptr_array_index(model->effects, i);

    if (strcmp(effect->act, base) == 0 && same_effect(effect->fields, entry)) {
      g_ptr_array_remove_index(model->effects, i);
      if (g_str_has_prefix(act, "key.") &&
          strcmp(fidotool_json_get_text(entry, "out"), "ok") == 0)
        return apply_key(model, entry, error);
      return true;
    }
  }
  return recovery_model_damaged(error, entry, "an outcome without its intent");
}

/* A key of staff signed: its counter is remembered. */
static bool
count_signature(RecoveryModel *model, const char *asrt_hex, GError **error)
{
  g_autoptr(GBytes) blob = NULL;
  uint8_t digest[32], stmt[32], cred[32];
  const uint8_t *end;
  unsigned counter;

  if (asrt_hex == NULL || !fidotool_bytes_unhex(asrt_hex, digest, 32))
    return true;
  if (!recovery_store_assertion(model->store, digest, &blob, stmt, cred, error))
    return false;
  if (blob == NULL || g_bytes_get_size(blob) < 5) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
                "a signature is missing from the store");
    return false;
  }
  /* The blob ends with flags and counter (PROTOCOL.u2f). */
  end = (const uint8_t *)g_bytes_get_data(blob, NULL) + g_bytes_get_size(blob);
  counter = (unsigned)end[-4] << 24 | (unsigned)end[-3] << 16 |
            (unsigned)end[-2] << 8 | (unsigned)end[-1];
  g_hash_table_replace(model->counters, fidotool_bytes_hex(cred, 32),
                       GUINT_TO_POINTER(counter));
  return true;
}

static bool
count_signatures(RecoveryModel *model, const FidotoolJson *entry,
                 GError **error)
{
  const FidotoolJson *asrt = fidotool_json_get(entry, "asrt");

  /* Entry 0 holds an array for each officer. */
  if (fidotool_json_type(fidotool_json_at(asrt, 0)) != FIDOTOOL_JSON_ARRAY)
    return count_signature(model, fidotool_json_text(fidotool_json_at(asrt, 0)),
                           error);
  for (size_t i = 0; i < fidotool_json_size(asrt); i++)
    if (!count_signature(
            model,
            fidotool_json_text(fidotool_json_at(fidotool_json_at(asrt, i), 0)),
            error))
      return false;
  return true;
}

static void
count_time(RecoveryModel *model, const FidotoolJson *entry)
{
  const FidotoolJson *mono = fidotool_json_get(entry, "mono");
  const char *boot = fidotool_json_get_text(mono, "boot");
  int64_t ms = fidotool_json_get_int(mono, "ms", 0);

  if (g_strcmp0(model->last_boot, boot) == 0) {
    if (ms > model->last_mono_ms)
      model->counted_ms += ms - model->last_mono_ms;
  } else {
    g_free(model->last_boot);
    model->last_boot = g_strdup(boot);
  }
  model->last_mono_ms = ms;
  (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &model->last_ms);
}

static bool
apply_act(RecoveryModel *model, const FidotoolJson *entry, const char *act,
          GError **error)
{
  if (recovery_act_is_proposed(act))
    return recovery_model_propose(model, entry, error);
  if (g_str_has_prefix(act, "case.")) {
    recovery_model_drop_proposed(model, act, recovery_model_about(entry));
    return recovery_model_case_apply(model, entry, error);
  }
  if (g_str_has_suffix(act, ".intent") || g_str_has_suffix(act, ".outcome"))
    return apply_effect(model, entry, error);
  if (g_str_has_prefix(act, "exception."))
    return recovery_model_apply_exception(model, entry, error);
  if (strcmp(act, "decision.approve") == 0)
    return recovery_model_apply_consent(model, entry, error);
  if (g_str_has_prefix(act, "decision."))
    return recovery_model_use_consents(model, entry, error);
  if (recovery_model_is_change(act))
    return recovery_model_add_change(model, entry);
  if (strcmp(act, "station.init") == 0)
    return apply_init(model, entry, error);
  if (strcmp(act, "roster.enrol") == 0)
    return apply_enrol(model, entry, error);
  if (strcmp(act, "key.import") == 0)
    return apply_import(model, entry, error);
  if (strcmp(act, "policy.trial") == 0)
    return recovery_model_take_try(model, entry, error);
  if (strcmp(act, "change.effect") == 0 || strcmp(act, "change.veto") == 0)
    return recovery_model_end_change(model, entry,
                                     strcmp(act, "change.effect") == 0, error);
  if (strcmp(act, "heartbeat") == 0 || strcmp(act, "station.start") == 0)
    model->last_heartbeat_ms = model->last_ms;
  return true;
}

static void
note_judgement(RecoveryModel *model, const FidotoolJson *entry)
{
  int64_t seq = fidotool_json_get_int(entry, "seq", 0);

  if (fidotool_json_get(entry, "judgement") != NULL ||
      strcmp(fidotool_json_get_text(entry, "act"), "decision.approved") == 0 ||
      strcmp(fidotool_json_get_text(entry, "act"), "decision.weaker") == 0)
    g_array_append_val(model->judgements, seq);
}

bool
recovery_model_apply(RecoveryModel *model, const FidotoolJson *entry,
                     bool project, GError **error)
{
  const char *act = fidotool_json_get_text(entry, "act");

  if (model->roster == NULL && strcmp(act, "station.init") != 0)
    return recovery_model_damaged(error, entry, "an event before station.init");
  model->projecting = project;
  count_time(model, entry);
  /* What was not done changes nothing. */
  if (strcmp(fidotool_json_get_text(entry, "out"), "ok") != 0 &&
      !g_str_has_suffix(act, ".outcome"))
    return true;
  if (strcmp(act, "checkpoint.made") == 0)
    model->checkpoint_due = false;
  else if (strcmp(act, "case.approve") == 0 || strcmp(act, "case.close") == 0 ||
           strcmp(act, "export.made") == 0)
    model->checkpoint_due = true;
  recovery_model_count_exceptions(model, entry);
  recovery_model_weaker_note(model, entry);
  if (!apply_act(model, entry, act, error) ||
      !count_signatures(model, entry, error))
    return false;
  recovery_history_note(model->history, entry);
  note_judgement(model, entry);
  return !project || recovery_model_project(model, entry, act, error);
}
