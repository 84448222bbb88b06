/* SPDX-License-Identifier: Apache-2.0 */
/* model-weaker.c - weaker paths that were taken: where they stand in the
 * record, and how often a person used a fallback of late. */
#include <string.h>

#include "recovery/format/time.h"
#include "recovery/model-private.h"

/* A use counts for so long. */
#define COUNTED_MS (30 * INT64_C(86400) * 1000)

static char *
name_use(const char *sub, const char *fallback)
{
  return g_strdup_printf("%s %s", sub, fallback);
}

/* Those that count no more are forgotten; times go up, but for a clock that
 * was put right. */
static void
drop_old(GArray *uses, int64_t now_ms)
{
  guint old = 0;

  while (old < uses->len &&
         g_array_index(uses, int64_t, old) <= now_ms - COUNTED_MS)
    old++;
  if (old > 0)
    g_array_remove_range(uses, 0, old);
}

static void
add_use(RecoveryModel *model, const char *sub, const char *fallback,
        int64_t at_ms)
{
  char *name = name_use(sub, fallback);
  GArray *uses = g_hash_table_lookup(model->uses, name);

  if (uses == NULL) {
    uses = g_array_new(false, false, sizeof(int64_t));
    g_hash_table_insert(model->uses, name, uses);
  } else {
    g_free(name);
  }
  drop_old(uses, at_ms);
  g_array_append_val(uses, at_ms);
}

void
recovery_model_weaker_note(RecoveryModel *model, const FidotoolJson *entry)
{
  const FidotoolJson *fallbacks = fidotool_json_get(entry, "fallbacks");
  RecoveryModelWeaker weaker = {.seq = fidotool_json_get_int(entry, "seq", 0)};

  if (fidotool_json_get_int(entry, "weaker", 0) != 1)
    return;
  (void)recovery_time_read(fidotool_json_get_text(entry, "t"), &weaker.at_ms);
  g_array_append_val(model->weaker, weaker);
  for (size_t i = 0; i < fidotool_json_size(fallbacks); i++)
    add_use(model, fidotool_json_get_text(entry, "sub"),
            fidotool_json_text(fidotool_json_at(fallbacks, i)), weaker.at_ms);
}

int64_t
recovery_model_weaker_uses(const RecoveryModel *model, const char *sub,
                           const char *fallback, int64_t now_ms)
{
  g_autofree char *name = name_use(sub, fallback);
  const GArray *uses = g_hash_table_lookup(model->uses, name);
  int64_t count = 0;

  for (guint i = 0; uses != NULL && i < uses->len; i++)
    count += g_array_index(uses, int64_t, i) > now_ms - COUNTED_MS;
  return count;
}
