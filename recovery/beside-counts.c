/* SPDX-License-Identifier: Apache-2.0 */
/* beside-counts.c - the counts of a trial, and the file that they live in. */
#include "recovery/beside-counts.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/time.h"

#define FILE_NAME "trial-counts.json"
#define SCHEMA "keyturn-trial-counts/1"
/* Whatever a policy says, the file stays small. */
#define ROWS_MAX 512
#define GAPS_MAX 32

typedef RecoveryBesideCounts Counts;
typedef RecoveryBesideCountsGap Gap;

static const struct {
  const char *name;
  size_t at;
} numbers[] = {
    {"decided", offsetof(Counts, decided)},
    {"refused", offsetof(Counts, refused)},
    {"less", offsetof(Counts, less)},
    {"more", offsetof(Counts, more)},
    {"same", offsetof(Counts, same)},
};

/* Of a row, in the order in which they make up its key. */
static const char *const members[] = {"before", "after", "reason", "rule"};

Counts *
recovery_beside_counts_new(int64_t seq, const uint8_t object[32],
                           int64_t since_ms)
{
  Counts *counts = g_new0(Counts, 1);

  counts->seq = seq;
  memcpy(counts->object, object, 32);
  counts->since_ms = since_ms;
  counts->by = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  counts->gaps = g_array_new(false, true, sizeof(Gap));
  return counts;
}

void
recovery_beside_counts_free(Counts *counts)
{
  if (counts == NULL)
    return;
  g_hash_table_unref(counts->by);
  g_array_unref(counts->gaps);
  g_free(counts);
}

/* ---- counting ---- */

static void
add_by(Counts *counts, const char *key, int64_t n)
{
  int64_t *known = g_hash_table_lookup(counts->by, key);

  if (known == NULL) {
    if (g_hash_table_size(counts->by) >= ROWS_MAX)
      return; /* it is in the whole numbers */
    known = g_new0(int64_t, 1);
    g_hash_table_insert(counts->by, g_strdup(key), known);
  }
  *known += n;
}

void
recovery_beside_counts_add(Counts *counts, RecoveryDecideOutcome then,
                           const RecoveryDecision *now)
{
  g_autoptr(GString) key = NULL;

  counts->changed = true;
  counts->decided++;
  if (now->outcome == then) {
    counts->same++;
    return;
  }
  counts->refused += now->outcome == RECOVERY_DECIDE_DENY;
  counts->more += now->outcome != RECOVERY_DECIDE_DENY && now->outcome < then;
  counts->less += now->outcome > then;
  key = g_string_new(NULL);
  g_string_printf(key, "%s %s %s ", recovery_decide_outcome_word(then),
                  recovery_decide_outcome_word(now->outcome),
                  recovery_decide_reason_word(now->reason));
  for (size_t i = 0; i < now->decided.count; i++)
    g_string_append_printf(key, "%s%s", i > 0 ? ", " : "",
                           now->decided.items[i]);
  add_by(counts, key->str, 1);
}

void
recovery_beside_counts_gap(Counts *counts, int64_t from_ms, int64_t until_ms)
{
  const Gap gap = {from_ms, until_ms};

  if (from_ms >= until_ms)
    return;
  counts->changed = true;
  /* Too many to be told apart: the last one grows. */
  if (counts->gaps->len == GAPS_MAX)
    g_array_index(counts->gaps, Gap, GAPS_MAX - 1).until_ms = until_ms;
  else
    g_array_append_val(counts->gaps, gap);
}

/* ---- in words of JSON ---- */

static void
set_time(FidotoolJson *json, const char *name, int64_t ms)
{
  g_autofree char *text = recovery_time_write(ms);

  fidotool_json_set_text(json, name, text);
}

static bool
get_time(const FidotoolJson *json, const char *name, int64_t *ret_ms)
{
  const char *text = fidotool_json_get_text(json, name);

  return text != NULL && recovery_time_read(text, ret_ms);
}

static void
write_by(const Counts *counts, FidotoolJson *list)
{
  g_autoptr(GList) keys =
      g_list_sort(g_hash_table_get_keys(counts->by), (GCompareFunc)strcmp);

  for (GList *l = keys; l != NULL; l = l->next) {
    g_auto(GStrv) words = g_strsplit(l->data, " ", 4);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
      fidotool_json_set_text(row, members[i], words[i]);
    fidotool_json_set_int(row, "n",
                          *(int64_t *)g_hash_table_lookup(counts->by, l->data));
  }
}

FidotoolJson *
recovery_beside_counts_write(const Counts *counts)
{
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *list;

  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
    fidotool_json_set_int(
        json, numbers[i].name,
        *(const int64_t *)(const void *)((const char *)counts + numbers[i].at));
  set_time(json, "since", counts->since_ms);
  if (counts->saved_ms != 0)
    set_time(json, "saved", counts->saved_ms);
  write_by(counts, fidotool_json_set(json, "by", fidotool_json_new_array()));
  list = fidotool_json_set(json, "gaps", fidotool_json_new_array());
  for (guint i = 0; i < counts->gaps->len; i++) {
    const Gap *gap = &g_array_index(counts->gaps, Gap, i);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    set_time(row, "from", gap->from_ms);
    set_time(row, "until", gap->until_ms);
  }
  return json;
}

/* ---- the file ---- */

static bool
read_numbers(Counts *counts, const FidotoolJson *json)
{
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
    int64_t n = fidotool_json_get_int(json, numbers[i].name, -1);

    if (n < 0)
      return false;
    *(int64_t *)(void *)((char *)counts + numbers[i].at) = n;
  }
  return true;
}

static bool
read_by(Counts *counts, const FidotoolJson *list)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);
    int64_t n = fidotool_json_get_int(row, "n", -1);
    g_autoptr(GString) key = g_string_new(NULL);

    for (size_t j = 0; j < G_N_ELEMENTS(members); j++) {
      const char *word = fidotool_json_get_text(row, members[j]);

      /* The last may have blanks. */
      if (word == NULL ||
          (j + 1 < G_N_ELEMENTS(members) && strchr(word, ' ') != NULL))
        return false;
      g_string_append_printf(key, "%s%s", j > 0 ? " " : "", word);
    }
    if (n < 0)
      return false;
    add_by(counts, key->str, n);
  }
  return true;
}

static bool
read_gaps(Counts *counts, const FidotoolJson *list)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);
    int64_t from_ms, until_ms;

    if (!get_time(row, "from", &from_ms) || !get_time(row, "until", &until_ms))
      return false;
    recovery_beside_counts_gap(counts, from_ms, until_ms);
  }
  return true;
}

static bool
is_of(const FidotoolJson *json, const Counts *counts)
{
  g_autofree char *object = fidotool_bytes_hex(counts->object, 32);

  return g_strcmp0(fidotool_json_get_text(json, "schema"), SCHEMA) == 0 &&
         g_strcmp0(fidotool_json_get_text(json, "object"), object) == 0 &&
         fidotool_json_get_int(json, "entry", -1) == counts->seq;
}

Counts *
recovery_beside_counts_load(const RecoveryHooks *hooks, int64_t seq,
                            const uint8_t object[32])
{
  g_autoptr(GBytes) bytes = hooks->load(FILE_NAME, hooks->data, NULL);
  g_autoptr(FidotoolJson) json =
      bytes == NULL || g_bytes_get_size(bytes) == 0
          ? NULL
          : fidotool_json_parse(g_bytes_get_data(bytes, NULL),
                                g_bytes_get_size(bytes), NULL);
  g_autoptr(RecoveryBesideCounts) counts =
      recovery_beside_counts_new(seq, object, 0);

  if (json == NULL || !is_of(json, counts) || !read_numbers(counts, json) ||
      !get_time(json, "since", &counts->since_ms) ||
      !get_time(json, "saved", &counts->saved_ms) ||
      !read_by(counts, fidotool_json_get(json, "by")) ||
      !read_gaps(counts, fidotool_json_get(json, "gaps")))
    return NULL;
  counts->open = fidotool_json_get_int(json, "open", 1) != 0;
  counts->changed = false;
  return g_steal_pointer(&counts);
}

void
recovery_beside_counts_save(Counts *counts, const RecoveryHooks *hooks,
                            int64_t now_ms, bool open)
{
  const int64_t before_ms = counts->saved_ms;
  g_autoptr(FidotoolJson) json = NULL;
  g_autofree char *object = fidotool_bytes_hex(counts->object, 32);
  g_autoptr(GBytes) bytes = NULL;
  char *text;
  size_t len;

  counts->saved_ms = now_ms;
  json = recovery_beside_counts_write(counts);
  fidotool_json_set_text(json, "schema", SCHEMA);
  fidotool_json_set_text(json, "object", object);
  fidotool_json_set_int(json, "entry", counts->seq);
  fidotool_json_set_int(json, "open", open);
  text = fidotool_json_write(json, &len);
  bytes = g_bytes_new_take(text, len);
  if (!hooks->save(FILE_NAME, bytes, hooks->data, NULL)) {
    counts->saved_ms = before_ms;
    return;
  }
  counts->open = open;
  counts->changed = false;
}
