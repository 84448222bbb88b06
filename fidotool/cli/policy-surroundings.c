/* SPDX-License-Identifier: Apache-2.0 */
/* policy-surroundings.c - from files and answers to what lint takes. */
#include "fidotool/cli/policy-surroundings.h"

#include <string.h>

#include "fidotool/cli/cmd.h"
#include "fidotool/cli/policy-file.h"
#include "fidotool/judge/metadata-entry.h"
#include "fidotool/judge/metadata-status.h"

typedef FidotoolPolicySurroundings Surroundings;

/* The line of a roster is at most so long. */
#define ROSTER_MAX (4 * 1024 * 1024)

void
fidotool_policy_surroundings_clear(Surroundings *around)
{
  g_clear_pointer(&around->base, recovery_document_free);
  g_clear_pointer(&around->roster, recovery_roster_free);
  g_clear_pointer(&around->columns, recovery_columns_free);
  g_clear_pointer(&around->models, g_strfreev);
  g_clear_pointer(&around->metadata, fidotool_metadata_store_free);
}

bool
fidotool_policy_surroundings_add_base(Surroundings *around, const char *path,
                                      GError **error)
{
  around->base = fidotool_policy_file_need(path, error);
  around->lint.base = around->base;
  return around->base != NULL;
}

/* ---- people ---- */

bool
fidotool_policy_surroundings_add_roster(Surroundings *around, const char *line,
                                        GError **error)
{
  g_clear_pointer(&around->roster, recovery_roster_free);
  around->roster = recovery_roster_read(line, strlen(line), error);
  around->lint.roster = around->roster;
  return around->roster != NULL;
}

/* The line inside what `roster show --json` prints; NULL: it is none. */
static char *
take_from_envelope(const char *text, size_t len)
{
  g_autoptr(FidotoolJson) json = fidotool_json_parse(text, len, NULL);

  return g_strdup(
      fidotool_json_get_text(fidotool_json_get(json, "result"), "roster"));
}

bool
fidotool_policy_surroundings_add_roster_file(Surroundings *around,
                                             const char *path, GError **error)
{
  size_t len;
  g_autofree char *text =
      fidotool_cmd_read_file(path, ROSTER_MAX * 2, &len, error);
  g_autofree char *line = NULL;

  if (text == NULL)
    return false;
  line = take_from_envelope(text, len);
  if (fidotool_policy_surroundings_add_roster(
          around, line != NULL ? line : g_strchomp(text), error))
    return true;
  g_prefix_error(error, "%s: ", path);
  return false;
}

void
fidotool_policy_surroundings_add_columns(Surroundings *around,
                                         const FidotoolJson *answer)
{
  g_clear_pointer(&around->columns, recovery_columns_free);
  around->columns = recovery_columns_read(answer);
  around->lint.columns = around->columns;
}

/* ---- keys in use ---- */

void
fidotool_policy_surroundings_add_register(Surroundings *around,
                                          const FidotoolJson *answer)
{
  const FidotoolJson *keys = fidotool_json_get(answer, "keys");
  g_autoptr(GStrvBuilder) models = g_strv_builder_new();
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    const char *aaguid = fidotool_json_get_text(key, "aaguid");

    if (aaguid != NULL &&
        g_strcmp0(fidotool_json_get_text(key, "state"), "active") == 0 &&
        g_hash_table_add(seen, (void *)aaguid))
      g_strv_builder_add(models, aaguid);
  }
  g_strfreev(around->models);
  around->models = g_strv_builder_end(models);
  around->lint.models = (const char *const *)around->models;
}

/* ---- metadata ---- */

static char *
find_bad(void *data, const char *aaguid)
{
  FidotoolMetadataStore *store = data;
  g_autoptr(FidotoolJson) entry = NULL;
  g_autoptr(FidotoolMetadataStanding) standing = NULL;
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  uint8_t bytes[16];
  bool own;

  if (fidotool_metadata_entry_read_aaguid(aaguid, bytes))
    entry = fidotool_metadata_store_find(store, bytes, &own, NULL);
  if (entry == NULL)
    return NULL;
  standing = fidotool_metadata_status_judge(
      fidotool_json_get(entry, "statusReports"),
      g_get_real_time() / G_USEC_PER_SEC, NULL, 0);
  for (guint i = 0; i < standing->bad->len; i++)
    g_ptr_array_add(names, standing->bad->pdata[i]);
  g_ptr_array_add(names, NULL);
  return names->len > 1 ? g_strjoinv(", ", (char **)names->pdata) : NULL;
}

bool
fidotool_policy_surroundings_add_metadata(Surroundings *around, GError **error)
{
  around->metadata = fidotool_metadata_store_open(NULL, error);
  if (around->metadata == NULL)
    return false;
  around->lint.find_bad = find_bad;
  around->lint.find_bad_data = around->metadata;
  return true;
}
