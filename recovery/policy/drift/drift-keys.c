/* SPDX-License-Identifier: Apache-2.0 */
/* drift-keys.c - one look-up a credential, and one a key. */
#include "recovery/policy/drift/drift-keys.h"

#include <string.h>

#include "recovery/format/csv.h"
#include "recovery/policy/drift/drift-credentials.h"

typedef RecoveryDriftCredential Credential;

static const struct {
  const char *word, *text;
} kinds[RECOVERY_DRIFT_KEYS_N] = {
    [RECOVERY_DRIFT_KEYS_STILL_THERE] =
        {"still-there", "the key is %s here, and still opens that account: "
                        "take the credential out there"},
    [RECOVERY_DRIFT_KEYS_TOO_EARLY] =
        {"too-early", "the key is %s here: its case was not released yet, "
                      "and it is there already"},
    [RECOVERY_DRIFT_KEYS_UNEXPLAINED] =
        {"unexplained", "no case and no import explains it: ask who put it "
                        "there, and take it out if nobody knows"},
    [RECOVERY_DRIFT_KEYS_OTHER_MODEL] =
        {"other-model", "it is said to be of another model there than the "
                        "registration here proved"},
    [RECOVERY_DRIFT_KEYS_TWICE] = {"twice", "it is listed more than once"},
    [RECOVERY_DRIFT_KEYS_MISSING] =
        {"missing", "the key is %s here, and not there: its holder cannot "
                    "sign in with it"},
};

typedef struct {
  GHashTable *keys; /* cred -> row of the register */
  GHashTable *seen; /* cred of the list */
  FidotoolJson *found;
} Compare;

const char *
recovery_drift_keys_word(RecoveryDriftKeysKind kind)
{
  return kinds[kind].word;
}

static void
copy_text(FidotoolJson *row, const FidotoolJson *key, const char *name)
{
  const char *text = fidotool_json_get_text(key, name);

  if (text != NULL)
    fidotool_json_set_text(row, name, text);
}

static void
set_text(FidotoolJson *row, const char *name, const char *text)
{
  if (text != NULL)
    fidotool_json_set_text(row, name, text);
}

/* key or credential may be NULL, not both. */
static void
add(Compare *compare, RecoveryDriftKeysKind kind, const FidotoolJson *key,
    const Credential *credential)
{
  FidotoolJson *row =
      fidotool_json_append(compare->found, fidotool_json_new_object());
  const char *state = fidotool_json_get_text(key, "state");
  GString *text = g_string_new(kinds[kind].text);

  g_string_replace(text, "%s", state != NULL ? state : "", 1);
  fidotool_json_set_text(row, "difference", kinds[kind].word);
  fidotool_json_set_text(row, "cred",
                         credential != NULL
                             ? credential->cred
                             : fidotool_json_get_text(key, "cred"));
  if (credential != NULL) {
    set_text(row, "credential_id", credential->credential_id);
    set_text(row, "user", credential->user);
    set_text(row, "aaguid", credential->aaguid);
    set_text(row, "created", credential->created);
  } else {
    copy_text(row, key, "aaguid");
  }
  copy_text(row, key, "sub");
  copy_text(row, key, "state");
  fidotool_json_set_text(row, "text", text->str);
  g_string_free(text, TRUE);
}

static bool
is_state(const FidotoolJson *key, const char *state)
{
  return g_strcmp0(fidotool_json_get_text(key, "state"), state) == 0;
}

static void
compare_credential(Compare *compare, const Credential *credential)
{
  const FidotoolJson *key =
      g_hash_table_lookup(compare->keys, credential->cred);
  const char *aaguid = fidotool_json_get_text(key, "aaguid");

  if (!g_hash_table_add(compare->seen, (void *)credential->cred)) {
    add(compare, RECOVERY_DRIFT_KEYS_TWICE, key, credential);
    return;
  }
  if (key == NULL)
    add(compare, RECOVERY_DRIFT_KEYS_UNEXPLAINED, NULL, credential);
  else if (is_state(key, "pending") || is_state(key, "stock"))
    add(compare, RECOVERY_DRIFT_KEYS_TOO_EARLY, key, credential);
  else if (!is_state(key, "active"))
    add(compare, RECOVERY_DRIFT_KEYS_STILL_THERE, key, credential);
  if (key != NULL && aaguid != NULL && credential->aaguid != NULL &&
      strcmp(aaguid, credential->aaguid) != 0)
    add(compare, RECOVERY_DRIFT_KEYS_OTHER_MODEL, key, credential);
}

FidotoolJson *
recovery_drift_keys_compare(const FidotoolJson *keys, const GPtrArray *list)
{
  g_autoptr(GHashTable) by_cred = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  Compare compare = {by_cred, seen, fidotool_json_new_array()};

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    const char *cred = fidotool_json_get_text(key, "cred");

    if (cred != NULL)
      g_hash_table_insert(by_cred, (void *)cred, (void *)key);
  }
  for (guint i = 0; i < list->len; i++)
    compare_credential(&compare, g_ptr_array_index(list, i));
  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    const char *cred = fidotool_json_get_text(key, "cred");

    if (cred != NULL && is_state(key, "active") &&
        !g_hash_table_contains(seen, cred))
      add(&compare, RECOVERY_DRIFT_KEYS_MISSING, key, NULL);
  }
  return compare.found;
}

char *
recovery_drift_keys_csv(const FidotoolJson *differences)
{
  static const char *const columns[] = {
      "difference", "user",   "credential_id", "cred", "sub",
      "state",      "aaguid", "created",       "text"};
  GString *csv = g_string_new(NULL);

  for (size_t k = 0; k < G_N_ELEMENTS(columns); k++)
    recovery_csv_add(csv, columns[k], k + 1 == G_N_ELEMENTS(columns));
  for (size_t i = 0; i < fidotool_json_size(differences); i++)
    for (size_t k = 0; k < G_N_ELEMENTS(columns); k++)
      recovery_csv_add(
          csv,
          fidotool_json_get_text(fidotool_json_at(differences, i), columns[k]),
          k + 1 == G_N_ELEMENTS(columns));
  return g_string_free(csv, FALSE);
}
