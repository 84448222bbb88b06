/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-metadata-status.c - fidotool metadata status: what metadata are here. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/metadata-words.h"

static const char description[] =
    "Exit code 17 where there are none, 20 where they are overdue.\n\n"
    "Example:\n"
    "  fidotool metadata status --json";

static FidotoolJson *
new_result(const FidotoolMetadataStore *store, bool overdue)
{
  static const char *const copied[] = {
      "no",           "digest",      "next_update", "signer",
      "signer_until", "verified_at", "legal_header"};
  FidotoolJson *json = fidotool_json_new_object();

  for (size_t i = 0; i < G_N_ELEMENTS(copied); i++) {
    const FidotoolJson *value = fidotool_json_get(store->state, copied[i]);

    if (value != NULL)
      fidotool_json_set(json, copied[i], fidotool_json_copy(value));
  }
  fidotool_json_set_text(json, "store", store->folder);
  fidotool_json_set_int(json, "entries",
                        store->has_index ? store->index.n_entries : 0);
  fidotool_json_set_int(json, "models",
                        store->has_index ? store->index.n_models : 0);
  fidotool_json_set_int(json, "own_models",
                        (int64_t)fidotool_json_size(store->vendors));
  fidotool_json_set_bool(json, "overdue", overdue);
  fidotool_json_set_bool(json, "rebuilt", store->rebuilt);
  return json;
}

static void
print_blob(const FidotoolMetadataStore *store)
{
  g_autofree char *no = g_strdup_printf(
      "%" G_GINT64_FORMAT, fidotool_json_get_int(store->state, "no", -1));
  g_autofree char *models =
      g_strdup_printf("%u with an AAGUID, of %u entries", store->index.n_models,
                      store->index.n_entries);
  g_autofree char *until = fidotool_metadata_words_date(
      fidotool_json_get_int(store->state, "signer_until", 0));
  g_autofree char *judged = fidotool_metadata_words_date(
      fidotool_json_get_int(store->state, "verified_at", 0));
  g_autofree char *signer = g_strdup_printf(
      "%s, until %s", fidotool_json_get_text(store->state, "signer"), until);

  fidotool_metadata_words_row("number", no);
  fidotool_metadata_words_row("models", models);
  fidotool_metadata_words_row(
      "next update", fidotool_json_get_text(store->state, "next_update"));
  fidotool_metadata_words_row("signed by", signer);
  fidotool_metadata_words_row("judged on", judged);
}

/* Looks at every entry once: what is damaged is made anew here, not where
 * somebody waits for a verdict. */
static bool
check_all(FidotoolMetadataStore *store, GError **error)
{
  g_autoptr(GError) own_error = NULL;
  bool own;

  for (uint32_t i = 0; store->has_index && i < store->index.n_entries; i++) {
    g_autoptr(FidotoolJson) entry =
        fidotool_metadata_store_entry(store, i, &own, &own_error);

    if (entry == NULL)
      break;
  }
  if (own_error == NULL)
    return true;
  g_propagate_error(error, g_steal_pointer(&own_error));
  return false;
}

static int
show_status(FidotoolCmd *cmd, const char *folder, int64_t now)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolMetadataStore) store =
      fidotool_metadata_store_open(folder, &error);
  g_autofree char *own = NULL;
  bool overdue;

  if (store == NULL || !check_all(store, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  overdue = fidotool_metadata_words_is_overdue(store, now);
  if (!cmd->json) {
    if (store->has_index)
      print_blob(store);
    own = g_strdup_printf("%zu", fidotool_json_size(store->vendors));
    if (store->vendors != NULL)
      fidotool_metadata_words_row("own models", own);
    fidotool_metadata_words_row("store", store->folder);
  }
  fidotool_metadata_words_warn_overdue(cmd, store, now);
  return fidotool_cmd_done_with(cmd, new_result(store, overdue), NULL,
                                overdue ? FIDOTOOL_ERROR_NOT_TRUSTED
                                        : FIDOTOOL_CMD_OK);
}

int
fidotool_cmd_metadata_status(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autofree char *at = NULL;
  const GOptionEntry own[] = {
      {"store", 0, 0, G_OPTION_ARG_FILENAME, &folder,
       "where metadata are kept (or KEYTURN_METADATA)", "DIR"},
      {"at", 0, 0, G_OPTION_ARG_STRING, &at,
       "overdue as of that time (default: now)", "TIME"},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;
  int64_t now;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) ||
      !fidotool_metadata_words_time(at, &now, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return show_status(cmd, folder, now);
}
