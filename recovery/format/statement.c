/* SPDX-License-Identifier: Apache-2.0 */
/* statement.c - the fields of statements and entries: each act has the fields
 * of its row and no other, and each field has one form. */
#include "recovery/format/statement.h"

#include <stdlib.h>
#include <string.h>

#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/field.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

/* S and E of the reference; a statement of station.init has no genesis. */
#define STATEMENT                                                              \
  "v act log head_size head_root genesis station actor policy policy_id "      \
  "policy_version iat exp nonce"
#define STATEMENT_INIT                                                         \
  "v act log head_size head_root station actor policy policy_id "              \
  "policy_version iat exp nonce"
#define ENTRY "v log seq t mono id act out policy build"
/* What any entry may have beside its row. */
#define ENTRY_MAY "weaker why"
/* What an entry that records no success never has. */
#define ENTRY_NOT "stmt asrt actors"

#define EMPTY_ROOT                                                             \
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static bool
fail(const FidotoolJson *line, const char *name, const char *why,
     GError **error)
{
  const char *act = fidotool_json_get_text(line, "act");

  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s: %s: %s",
              act == NULL ? "line" : act, name, why);
  return false;
}

/* The next word of a row; false at its end. A trailing "?" is taken off. */
static bool
next_word(const char **row, char *ret_word, size_t size, bool *ret_may_miss)
{
  size_t len = (size_t)(strchrnul(*row, ' ') - *row);

  if (len == 0)
    return false;
  *ret_may_miss = (*row)[len - 1] == '?';
  g_assert(len < size);
  memcpy(ret_word, *row, len);
  ret_word[len - *ret_may_miss] = '\0';
  *row += len + ((*row)[len] == ' ');
  return true;
}

/* Nothing is copied: this is asked for each field of each line. */
static bool
has_word(const char *row, const char *name)
{
  size_t len = strlen(name);

  for (const char *p = row; p != NULL; p = strchr(p, ' ')) {
    p += *p == ' ';
    if (strncmp(p, name, len) == 0 && strchr(" ?", p[len]) != NULL)
      return true;
  }
  return false;
}

/* The fields of a row that must be there are there. */
static bool
check_present(const FidotoolJson *line, const char *row, GError **error)
{
  char word[32];
  bool may_miss;

  while (next_word(&row, word, sizeof(word), &may_miss))
    if (!may_miss && fidotool_json_get(line, word) == NULL)
      return fail(line, word, "missing", error);
  return true;
}

/* No field but those of the rows, each of its form. */
static bool
check_forms(const FidotoolJson *line, const char *const *rows, GError **error)
{
  for (size_t i = 0; i < fidotool_json_size(line); i++) {
    const char *name = fidotool_json_name(line, i);
    bool known = false;

    for (size_t j = 0; rows[j] != NULL && !known; j++)
      known = has_word(rows[j], name);
    if (!known)
      return fail(line, name, "not a field of this act", error);
    if (!recovery_field_check(name, fidotool_json_member(line, i)))
      return fail(line, name, "of another form", error);
  }
  return true;
}

static const RecoveryAct *
find_act(const FidotoolJson *line, GError **error)
{
  const char *name = fidotool_json_get_text(line, "act");
  const RecoveryAct *act = recovery_act_find(name);

  if (act == NULL)
    fail(line, "act", "there is no such act", error);
  return act;
}

/* Statements */

static bool
check_head(const FidotoolJson *statement, bool first, GError **error)
{
  const char *root = fidotool_json_get_text(statement, "head_root");
  bool empty = fidotool_json_get_int(statement, "head_size", -1) == 0;

  if (empty != first)
    return fail(statement, "head_size",
                first ? "not 0" : "0 in an act that is not the first", error);
  if (empty && strcmp(root, EMPTY_ROOT) != 0)
    return fail(statement, "head_root", "not that of an empty record", error);
  return true;
}

static bool
check_life(const FidotoolJson *statement, GError **error)
{
  int64_t iat = 0, exp = 0;

  /* Their form was looked at. */
  (void)recovery_time_read(fidotool_json_get_text(statement, "iat"), &iat);
  (void)recovery_time_read(fidotool_json_get_text(statement, "exp"), &exp);
  if (exp < iat || exp - iat > RECOVERY_STATEMENT_LIFE_MS)
    return fail(statement, "exp", "not within 15 minutes of iat", error);
  return true;
}

bool
recovery_statement_check(const FidotoolJson *statement, GError **error)
{
  const RecoveryAct *act = find_act(statement, error);
  const char *rows[3] = {STATEMENT, NULL, NULL};
  bool init, first;

  if (act == NULL)
    return false;
  if (act->statement == NULL ||
      recovery_act_is_proposed(fidotool_json_get_text(statement, "act")))
    return fail(statement, "act", "nobody signs a statement of it", error);
  init = strcmp(act->name, "station.init") == 0;
  first = init || strcmp(act->name, "log.open") == 0;
  if (init)
    rows[0] = STATEMENT_INIT;
  rows[1] = act->statement;
  return check_present(statement, rows[0], error) &&
         check_present(statement, rows[1], error) &&
         check_forms(statement, rows, error) &&
         check_head(statement, first, error) && check_life(statement, error);
}

FidotoolJson *
recovery_statement_read(const void *line, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) json =
      recovery_jcs_read(line, len, RECOVERY_JCS_MAX, error);

  if (json == NULL || !recovery_statement_check(json, error))
    return NULL;
  return g_steal_pointer(&json);
}

/* Entries */

static bool
is_there(const FidotoolJson *line, const char *name)
{
  return fidotool_json_get(line, name) != NULL;
}

/* Signed by the given name, or not: actor, stmt and asrt come together. */
static bool
check_signed_group(const FidotoolJson *entry, const char *actor, bool wanted,
                   GError **error)
{
  if (is_there(entry, actor) != wanted)
    return fail(entry, actor, wanted ? "missing" : "not here", error);
  if (is_there(entry, "stmt") != wanted)
    return fail(entry, "stmt", wanted ? "missing" : "not here", error);
  if (is_there(entry, "asrt") != wanted)
    return fail(entry, "asrt", wanted ? "missing" : "not here", error);
  return true;
}

/* Contest and withdrawal: which fields there are depends on the method. Nobody
 * of the staff contests: that row has no signature. */
static bool
check_method(const FidotoolJson *entry, GError **error)
{
  const char *method = fidotool_json_get_text(entry, "method");
  bool by_key = strcmp(method, "key") == 0;
  bool by_staff = strcmp(method, "signed") == 0;

  if (!by_key && !by_staff && strcmp(method, "code") != 0)
    return fail(entry, "method", "neither code, key nor signed", error);
  if (is_there(entry, "assertion") != by_key)
    return fail(entry, "assertion", by_key ? "missing" : "not here", error);
  return check_signed_group(entry, "actor", by_staff, error);
}

/* The three arrays of entries that several people sign at once: two or more,
 * by their form. */
static bool
check_signers(const FidotoolJson *entry, GError **error)
{
  size_t count = fidotool_json_size(fidotool_json_get(entry, "actors"));

  if (fidotool_json_size(fidotool_json_get(entry, "stmt")) != count)
    return fail(entry, "stmt", "not one for each of actors", error);
  if (fidotool_json_size(fidotool_json_get(entry, "asrt")) != count)
    return fail(entry, "asrt", "not one for each of actors", error);
  return true;
}

/* Fields that come together, and forms that depend on the act. */
static bool
check_groups(const RecoveryAct *act, const FidotoolJson *entry, GError **error)
{
  bool several = is_there(entry, "actors");

  if (act->kind == RECOVERY_ACT_MIXED)
    return check_method(entry, error);
  if (strcmp(act->name, "case.bound") == 0) {
    bool made_here = is_there(entry, "registration");

    if (is_there(entry, "assertion") != made_here ||
        is_there(entry, "nonce") != made_here)
      return fail(entry, "registration",
                  "without assertion and nonce, or they without it", error);
    if (is_there(entry, "judgement") && !made_here)
      return fail(entry, "judgement", "of nothing that was made here", error);
  }
  if (strcmp(act->name, "log.open") == 0 &&
      !check_signed_group(entry, "actors", several, error))
    return false;
  if (several)
    return check_signers(entry, error);
  if ((is_there(entry, "stmt") &&
       fidotool_json_type(fidotool_json_get(entry, "stmt")) !=
           FIDOTOOL_JSON_STRING) ||
      (is_there(entry, "asrt") &&
       !recovery_field_is_pair(fidotool_json_get(entry, "asrt"))))
    return fail(entry, "asrt", "of another form", error);
  return true;
}

/* `why` stands exactly where something is to be explained. */
static bool
check_why(const FidotoolJson *entry, bool done, GError **error)
{
  bool wanted = !done || is_there(entry, "weaker");

  if (is_there(entry, "why") != wanted)
    return fail(entry, "why", wanted ? "missing" : "not here", error);
  return true;
}

bool
recovery_statement_check_entry(const FidotoolJson *entry, GError **error)
{
  const RecoveryAct *act = find_act(entry, error);
  const char *rows[4] = {ENTRY, ENTRY_MAY, NULL, NULL};
  char word[32];
  const char *banned = ENTRY_NOT;
  bool may_miss, done;

  if (act == NULL)
    return false;
  rows[2] = act->entry;
  if (!check_present(entry, rows[0], error) || !check_forms(entry, rows, error))
    return false;
  done = strcmp(fidotool_json_get_text(entry, "out"), "ok") == 0;
  if (!check_why(entry, done, error))
    return false;
  if ((done || g_str_has_suffix(act->name, ".outcome")) &&
      !check_present(entry, rows[2], error))
    return false;
  if (done)
    return check_groups(act, entry, error);
  while (next_word(&banned, word, sizeof(word), &may_miss))
    if (is_there(entry, word))
      return fail(entry, word, "in an entry that was not done", error);
  return true;
}

FidotoolJson *
recovery_statement_read_entry(const void *line, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) json =
      recovery_jcs_read(line, len, RECOVERY_JCS_MAX, error);

  if (json == NULL || !recovery_statement_check_entry(json, error))
    return NULL;
  return g_steal_pointer(&json);
}

/* Statement against entry */

static bool
is_equal(const FidotoolJson *a, const FidotoolJson *b)
{
  g_autofree char *text_a = fidotool_json_write(a, NULL);
  g_autofree char *text_b = fidotool_json_write(b, NULL);

  return strcmp(text_a, text_b) == 0;
}

bool
recovery_statement_match(const FidotoolJson *statement,
                         const FidotoolJson *entry, GError **error)
{
  const RecoveryAct *act = find_act(statement, error);

  if (act == NULL)
    return false;
  if (recovery_act_find(fidotool_json_get_text(entry, "act")) != act)
    return fail(statement, "act", "another than in the entry", error);
  for (size_t i = 0; i < fidotool_json_size(statement); i++) {
    const char *name = fidotool_json_name(statement, i);
    const FidotoolJson *other = fidotool_json_get(entry, name);

    if (strcmp(name, "act") == 0)
      continue;
    if (other == NULL && has_word(act->entry, name))
      return fail(statement, name, "missing in the entry", error);
    if (other != NULL && !is_equal(fidotool_json_member(statement, i), other))
      return fail(statement, name, "another than in the entry", error);
  }
  for (size_t i = 0; i < fidotool_json_size(entry); i++) {
    const char *name = fidotool_json_name(entry, i);

    if (fidotool_json_get(statement, name) == NULL && act->statement != NULL &&
        has_word(act->statement, name))
      return fail(statement, name, "missing in the statement", error);
  }
  return true;
}
