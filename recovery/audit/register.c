/* SPDX-License-Identifier: Apache-2.0 */
/* register.c - which key is in which state, from the acts alone. */
#include "recovery/audit/register.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/format/state.h"
#include "recovery/format/statement.h"

typedef struct {
  const char *sub, *aaguid, *since, *of; /* interned; of: the case, or NULL */
  RecoveryKeyState state;
} Key;

typedef struct {
  GHashTable *keys; /* hex -> Key */
  bool imported;
} Register;

/* What an act makes of the key that it names. Others say nothing of keys. */
static const struct {
  const char *act;
  RecoveryKeyState state;
} moves[] = {
    {"case.made", RECOVERY_KEY_PENDING},
    {"case.bound", RECOVERY_KEY_PENDING},
    {"case.activate", RECOVERY_KEY_ACTIVE},
    {"key.enrol.outcome", RECOVERY_KEY_ACTIVE},
    {"key.restore", RECOVERY_KEY_ACTIVE},
    {"case.suspend_keys", RECOVERY_KEY_SUSPENDED},
    {"key.suspend.outcome", RECOVERY_KEY_SUSPENDED},
    {"key.lost", RECOVERY_KEY_LOST},
    {"key.revoke.outcome", RECOVERY_KEY_REVOKED},
};

/* Ends of a case: what was made in it and is still pending is good for
 * nothing. */
static const char *const ends[] = {"case.amend",  "case.refuse",
                                   "case.expire", "case.withdraw",
                                   "case.uphold", NULL};

static const char *
take_text(const FidotoolJson *entry, const char *name)
{
  return g_intern_string(fidotool_json_get_text(entry, name));
}

static void
move_key(Register *self, const FidotoolJson *entry, RecoveryKeyState to)
{
  const char *cred = fidotool_json_get_text(entry, "cred");
  Key *key = cred == NULL ? NULL : g_hash_table_lookup(self->keys, cred);

  if (cred == NULL)
    return;
  if (key == NULL) {
    key = g_new0(Key, 1);
    g_hash_table_insert(self->keys, g_strdup(cred), key);
  }
  if (fidotool_json_get(entry, "sub") != NULL)
    key->sub = take_text(entry, "sub");
  if (fidotool_json_get(entry, "aaguid") != NULL)
    key->aaguid = take_text(entry, "aaguid");
  if (fidotool_json_get(entry, "case") != NULL)
    key->of = take_text(entry, "case");
  key->since = take_text(entry, "t");
  key->state = to;
}

static void
end_case(Register *self, const FidotoolJson *entry)
{
  GHashTableIter iter;
  void *value;
  const char *of = take_text(entry, "case");

  g_hash_table_iter_init(&iter, self->keys);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Key *key = value;

    if (key->of != of || key->state != RECOVERY_KEY_PENDING)
      continue;
    key->state = RECOVERY_KEY_RETIRED;
    key->since = take_text(entry, "t");
  }
}

static void
take_entry(Register *self, const FidotoolJson *entry)
{
  const char *act = fidotool_json_get_text(entry, "act");

  self->imported = self->imported || g_strcmp0(act, "key.import") == 0;
  if (g_strcmp0(fidotool_json_get_text(entry, "out"), "ok") != 0)
    return;
  for (size_t i = 0; i < G_N_ELEMENTS(moves); i++)
    if (g_strcmp0(act, moves[i].act) == 0)
      move_key(self, entry, moves[i].state);
  if (act != NULL && g_strv_contains(ends, act))
    end_case(self, entry);
}

static bool
read_entries(Register *self, const RecoveryBag *bag, GError **error)
{
  const RecoveryBagFile *file = recovery_bag_find(bag, RECOVERY_BAG_ENTRIES);
  gsize left = 0;
  const char *p = file == NULL ? NULL : g_bytes_get_data(file->data, &left);

  while (left > 0) {
    const char *end = memchr(p, '\n', left);
    const size_t len = end == NULL ? left : (size_t)(end - p);
    g_autoptr(FidotoolJson) entry =
        recovery_statement_read_entry(p, len, error);

    if (entry == NULL)
      return false;
    take_entry(self, entry);
    left -= MIN(left, len + 1);
    p += len + 1;
  }
  return true;
}

static FidotoolJson *
write_register(const Register *self)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(result, "keys", fidotool_json_new_array());
  g_autoptr(GList) creds = g_hash_table_get_keys(self->keys);

  creds = g_list_sort(creds, (GCompareFunc)strcmp);
  for (GList *l = creds; l != NULL; l = l->next) {
    const Key *key = g_hash_table_lookup(self->keys, l->data);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    fidotool_json_set_text(row, "cred", l->data);
    if (key->sub != NULL)
      fidotool_json_set_text(row, "sub", key->sub);
    fidotool_json_set_text(row, "state", recovery_state_key_name(key->state));
    if (key->aaguid != NULL)
      fidotool_json_set_text(row, "aaguid", key->aaguid);
    if (key->since != NULL)
      fidotool_json_set_text(row, "since", key->since);
  }
  fidotool_json_set_int(result, "imported", self->imported);
  return result;
}

FidotoolJson *
recovery_register_read(const RecoveryBag *bag, GError **error)
{
  g_autoptr(GHashTable) keys =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  Register self = {.keys = keys};

  return read_entries(&self, bag, error) ? write_register(&self) : NULL;
}
