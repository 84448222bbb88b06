/* SPDX-License-Identifier: Apache-2.0 */
/* walk-first.c - entry 0: what everything after it rests on. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/walk-parts.h"
#include "recovery/format/checkpoint.h"

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

static bool
check_first_roster(RecoveryWalk *walk, GError **error)
{
  const RecoveryRoster *roster = walk->roster;

  if (recovery_roster_find_machine(roster, roster->station) == NULL ||
      roster->machines->len < 2)
    return recovery_walk_fail(
        error, "names a roster without the station's machine and another one");
  walk->first_enrol =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (unsigned i = 0; i < roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);

    g_hash_table_add(walk->first_enrol,
                     fidotool_bytes_hex(key->registration, 32));
  }
  return true;
}

static bool
check_genesis(const RecoveryWalk *walk, GError **error)
{
  if (walk->trust->genesis != NULL &&
      strcmp(walk->trust->genesis, walk->genesis) != 0)
    return recovery_walk_fail(error,
                              "is not the genesis of the trusted station");
  return true;
}

static bool
begin_station(RecoveryWalk *walk, const FidotoolJson *entry, const void *body,
              size_t len, GError **error)
{
  const RecoveryBagFile *file = recovery_bag_find(walk->bag, RECOVERY_BAG_VKEY);
  g_autofree char *vkey =
      g_strconcat(text_of(entry, "station_key"), "\n", NULL);

  walk->genesis = fidotool_bytes_sha256_hex(body, len);
  if (!check_genesis(walk, error))
    return false;
  if (!fidotool_bytes_equal(vkey, strlen(vkey),
                            g_bytes_get_data(file->data, NULL),
                            g_bytes_get_size(file->data)))
    return recovery_walk_fail(
        error, "names another station key than data/station.vkey");
  if (walk->roster != NULL && !check_first_roster(walk, error))
    return false;
  return recovery_walk_several_at_once(walk, entry, error);
}

/* A later epoch: its roster rests on log.open, which nobody signs. */
static bool
begin_epoch(RecoveryWalk *walk, const FidotoolJson *entry, GError **error)
{
  const char *before = text_of(entry, "prev_origin");
  const char *epoch = strrchr(walk->origin, '/') + 1;
  const char *last = strrchr(before, '/') + 1;

  walk->genesis = g_strdup(text_of(entry, "genesis"));
  if (!check_genesis(walk, error))
    return false;
  if (!recovery_checkpoint_same_station(before, walk->origin) ||
      g_ascii_strtoull(last, NULL, 10) + 1 != g_ascii_strtoull(epoch, NULL, 10))
    return recovery_walk_fail(error, "does not follow the epoch it names");
  recovery_verdict_missing(
      walk->verdict, 0, "entry 0",
      "the record begins in an earlier epoch, which is not in this bundle");
  walk->later = true;
  /* Its keys were enrolled in an earlier epoch, if at all. */
  for (unsigned i = 0; walk->roster != NULL && i < walk->roster->keys->len;
       i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(walk->roster->keys, i);

    g_hash_table_add(walk->enrolled, fidotool_bytes_hex(key->registration, 32));
  }
  return fidotool_json_get(entry, "stmt") == NULL ||
         recovery_walk_several_at_once(walk, entry, error);
}

bool
recovery_walk_first_judge(RecoveryWalk *walk, const FidotoolJson *entry,
                          const void *body, size_t len, GError **error)
{
  const char *act = text_of(entry, "act");
  const RecoveryBagFile *file = recovery_bag_find(walk->bag, RECOVERY_BAG_VKEY);
  g_autofree char *vkey = g_strndup(g_bytes_get_data(file->data, NULL),
                                    g_bytes_get_size(file->data));
  bool init = strcmp(act, "station.init") == 0;

  if ((!init && strcmp(act, "log.open") != 0) ||
      strcmp(text_of(entry, "out"), "ok") != 0)
    return recovery_walk_fail(error, "is not the beginning of a record");
  walk->origin = g_strdup(text_of(entry, "log"));
  walk->policy = g_strdup(text_of(entry, "policy"));
  walk->rp_id = g_strdup(text_of(entry, "rp_id"));
  walk->web_origin = g_strdup(text_of(entry, "origin"));
  *strchrnul(vkey, '+') = '\0';
  if (!recovery_checkpoint_same_station(vkey, walk->origin))
    return recovery_walk_fail(error,
                              "is of another station than data/station.vkey");
  walk->roster = recovery_walk_roster(walk, text_of(entry, "object"));
  (void)recovery_walk_object(walk, "policy", "yaml", walk->policy); /* only
                                                            that it is there */
  if (walk->practice < 0)
    walk->practice = 0;
  return init ? begin_station(walk, entry, body, len, error)
              : begin_epoch(walk, entry, error);
}
