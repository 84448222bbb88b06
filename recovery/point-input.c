/* SPDX-License-Identifier: Apache-2.0 */
/* point-input.c - the whole input of a decision: the question, and beside it
 * what the directory, the register and the record say. It is written as a
 * request (policy/request.h) and read back by the same reader as any other, so
 * that what is kept is what was decided on. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/time.h"
#include "recovery/point-private.h"
#include "recovery/policy-read.h"
#include "recovery/subject.h"

typedef RecoveryPointQuestion Question;

/* ---- who ---- */

static void
list_employees(RecoveryTrial *trial, RecoveryPoint *point)
{
  const RecoveryModel *model = trial->station->model;
  GHashTableIter iter;
  void *sub;

  g_hash_table_remove_all(point->employees);
  g_hash_table_iter_init(&iter, model->subs);
  while (g_hash_table_iter_next(&iter, &sub, NULL)) {
    g_autoptr(FidotoolJson) person =
        recovery_directory_find(trial->station, sub);
    const char *employee = fidotool_json_get_text(person, "employee");

    if (employee != NULL)
      g_hash_table_replace(point->employees, g_strdup(employee), g_strdup(sub));
  }
  point->n_subs = g_hash_table_size(model->subs);
  point->model = model;
}

const char *
recovery_point_input_sub(RecoveryTrial *trial, const char *employee)
{
  RecoveryPoint *point = recovery_point_of(trial->station);
  const RecoveryModel *model = trial->station->model;

  if (point->model != model || point->n_subs != g_hash_table_size(model->subs))
    list_employees(trial, point);
  return g_hash_table_lookup(point->employees, employee);
}

static void
set_seconds(FidotoolJson *json, const char *name, int64_t ms)
{
  g_autofree char *text = recovery_time_write(ms);
  g_autofree char *seconds = g_strdup_printf("%.19sZ", text);

  fidotool_json_set_text(json, name, seconds);
}

static bool
add_key(Question *question, FidotoolJson *list, const RecoveryModelKey *key)
{
  g_autoptr(GError) error = NULL;
  const RecoveryPointFacts *facts =
      recovery_point_facts(question->trial, key, &error);
  FidotoolJson *row;

  if (facts == NULL)
    return recovery_point_wrong(question, "person.keys: %s", error->message);
  row = fidotool_json_append(list, fidotool_json_new_object());
  fidotool_json_set_text(row, "state", recovery_state_key_name(key->state));
  fidotool_json_set(row, "facts",
                    facts->facts != NULL ? fidotool_json_copy(facts->facts)
                                         : fidotool_json_new_object());
  return true;
}

/* In the order of their hashes, so that equal inputs are equal texts. */
static bool
add_keys(Question *question, FidotoolJson *person)
{
  const RecoveryModel *model = question->trial->station->model;
  FidotoolJson *list =
      fidotool_json_set(person, "keys", fidotool_json_new_array());
  g_autoptr(GList) names = NULL;
  GHashTableIter iter;
  void *name, *value;

  g_hash_table_iter_init(&iter, model->keys);
  while (g_hash_table_iter_next(&iter, &name, &value))
    if (strcmp(((const RecoveryModelKey *)value)->sub, question->sub) == 0)
      names = g_list_prepend(names, name);
  names = g_list_sort(names, (GCompareFunc)strcmp);
  for (GList *l = names; l != NULL; l = l->next)
    if (!add_key(question, list, recovery_model_key(model, l->data)))
      return false;
  return true;
}

/* Groups and attributes are left out where the directory has no such column:
 * then they are not known. */
static bool
add_person(Question *question, FidotoolJson *input)
{
  g_autoptr(FidotoolJson) known =
      recovery_directory_find(question->trial->station, question->sub);
  FidotoolJson *person =
      fidotool_json_set(input, "person", fidotool_json_new_object());
  static const char *const names[] = {"groups", "attributes"};

  fidotool_json_set_text(person, "id", question->sub);
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    FidotoolJson *value = fidotool_json_take(known, names[i]);

    if (value != NULL)
      fidotool_json_set(person, names[i], value);
  }
  return add_keys(question, person);
}

/* ---- with what ---- */

/* The key that is named, or that of the assertion; both are one. */
static bool
find_key(Question *question)
{
  const RecoveryPointAsk *ask = &question->ask;
  const char *proved = fidotool_json_get_text(ask->assertion, "id");
  const char *text = ask->key != NULL ? ask->key : proved;
  g_autoptr(GBytes) id = NULL;
  const RecoveryModelKey *key;

  if (text == NULL)
    return recovery_point_wrong(
        question, "context.key: is missing, and no assertion is in its place");
  if (ask->assertion != NULL && g_strcmp0(text, proved) != 0)
    return recovery_point_wrong(question,
                                "context.assertion: is of another key");
  id = fidotool_bytes_unbase64url(text);
  if (id == NULL || g_bytes_get_size(id) == 0)
    return recovery_point_wrong(
        question, "context.key: expected a credential id in base64url");
  question->cred = fidotool_bytes_sha256_hex(g_bytes_get_data(id, NULL),
                                             g_bytes_get_size(id));
  key = recovery_model_key(question->trial->station->model, question->cred);
  if (key == NULL || strcmp(key->sub, question->sub) != 0)
    return recovery_point_wrong(question,
                                "context.key: is no key of this person");
  return ask->assertion == NULL || recovery_point_challenge_judge(question);
}

/* A registration tells what the key is. Whether its user was verified, and when
 * it was last there, an assertion alone tells; so is it with a backup, where
 * there can be one. */
static bool
add_authenticator(Question *question, FidotoolJson *input)
{
  const RecoveryPointFacts *known;
  g_autoptr(GError) error = NULL;
  FidotoolJson *facts;

  known = recovery_point_facts(
      question->trial,
      recovery_model_key(question->trial->station->model, question->cred),
      &error);
  if (known == NULL || known->facts == NULL)
    return recovery_point_wrong(question, "context.key: %s",
                                known == NULL ? error->message : known->why);
  facts = fidotool_json_set(input, "authenticator",
                            fidotool_json_copy(known->facts));
  fidotool_json_remove(facts, "uv");
  if (known->be != 0)
    fidotool_json_remove(facts, "bs");
  if (!question->proved)
    return true;
  fidotool_json_set_bool(facts, "uv", question->uv);
  fidotool_json_set_bool(facts, "bs", question->bs);
  set_seconds(facts, "at", question->proved_ms);
  return true;
}

/* ---- what the record says ---- */

static void
add_record(Question *question, FidotoolJson *input)
{
  const RecoveryModel *model = question->trial->station->model;
  const RecoveryModelKey *key = recovery_model_key(model, question->cred);
  const RecoveryCase *of = recovery_subject_last(model, question->sub);
  FidotoolJson *record =
      fidotool_json_set(input, "record", fidotool_json_new_object());

  fidotool_json_set_text(record, "key_state",
                         recovery_state_key_name(key->state));
  if (of == NULL) {
    fidotool_json_set(record, "recovered_at", fidotool_json_new_null());
    return;
  }
  set_seconds(record, "recovered_at", of->issued_ms);
  fidotool_json_set_text(record, "recovered_tier", of->tier);
}

static void
add_uses(Question *question, FidotoolJson *input)
{
  const RecoveryModel *model = question->trial->station->model;
  const RecoveryDocument *document = model->policy->document;
  FidotoolJson *uses =
      fidotool_json_set(input, "uses", fidotool_json_new_object());

  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_FALLBACKS);
       i++) {
    const char *id =
        recovery_document_id(document, RECOVERY_DOCUMENT_FALLBACKS, i);

    fidotool_json_set_int(
        uses, id,
        recovery_model_weaker_uses(model, question->sub, id,
                                   question->trial->now.now_ms));
  }
}

/* ---- what the caller says ---- */

static void
add_question(Question *question, FidotoolJson *input)
{
  const RecoveryPointAsk *ask = &question->ask;

  fidotool_json_set_text(input, "id", ask->id != NULL ? ask->id : "-");
  set_seconds(input, "time", question->trial->now.now_ms);
  fidotool_json_set_text(input, "journey", ask->journey);
  fidotool_json_set_text(input, "app", ask->app);
  if (ask->transaction != NULL)
    fidotool_json_set_text(input, "transaction", ask->transaction);
  if (ask->policy_version != NULL)
    fidotool_json_set(input, "policy_version",
                      fidotool_json_copy(ask->policy_version));
}

static void
add_signals(Question *question, FidotoolJson *input)
{
  FidotoolJson *signals =
      fidotool_json_set(input, "signals", fidotool_json_new_object());
  const FidotoolJson *told = question->ask.signals;

  for (size_t i = 0; i < fidotool_json_size(told); i++) {
    FidotoolJson *signal =
        fidotool_json_set(signals, fidotool_json_name(told, i),
                          fidotool_json_copy(fidotool_json_member(told, i)));

    if (fidotool_json_type(signal) == FIDOTOOL_JSON_OBJECT)
      fidotool_json_set_text(signal, "source", question->caller->name);
  }
}

bool
recovery_point_input_make(Question *question)
{
  const char *sub =
      recovery_point_input_sub(question->trial, question->ask.subject);
  FidotoolJson *input;

  if (sub == NULL)
    return recovery_point_wrong(question,
                                "subject.id: nobody of the directory has this "
                                "employee number");
  question->sub = g_strdup(sub);
  input = question->input = fidotool_json_new_object();
  add_question(question, input);
  if (!find_key(question) || !add_person(question, input) ||
      !add_authenticator(question, input))
    return false;
  add_signals(question, input);
  add_record(question, input);
  add_uses(question, input);
  return true;
}
