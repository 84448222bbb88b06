/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-metadata-show.c - fidotool metadata show AAGUID: one model. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/metadata-words.h"
#include "fidotool/judge/metadata-facts.h"

static const char description[] =
    "AAGUID is the model's, as \"fidotool key info\" prints it.\n\n"
    "Example:\n"
    "  fidotool metadata show 00000000-0000-4000-8000-000000000001 \\\n"
    "    --at 2024-05-01";

/* Every report as it came, the history of the model. */
static void
print_reports(const FidotoolJson *reports)
{
  for (size_t i = 0; i < fidotool_json_size(reports); i++) {
    const FidotoolJson *report = fidotool_json_at(reports, i);
    const char *from = fidotool_json_get_text(report, "effectiveDate");
    const char *until = fidotool_json_get_text(report, "sunsetDate");
    const char *status = fidotool_json_get_text(report, "status");
    bool batch = fidotool_json_get(report, "batchCertificate") != NULL ||
                 fidotool_json_get(report, "certificate") != NULL;
    g_autofree char *line =
        g_strdup_printf("%s %s%s%s%s", from ? from : "always    ",
                        status ? status : "?", until ? ", until " : "",
                        until ? until : "", batch ? " (one batch alone)" : "");

    fidotool_metadata_words_row(i == 0 ? "reports" : "", line);
  }
}

static void
print_words(const FidotoolJson *statement, const char *member, const char *name)
{
  const FidotoolJson *value = fidotool_json_get(statement, member);
  g_autoptr(GString) text = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(value); i++) {
    const char *word = fidotool_json_text(fidotool_json_at(value, i));

    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", word ? word : "?");
  }
  if (text->len > 0)
    fidotool_metadata_words_row(name, text->str);
}

static void
print_model(const FidotoolJson *entry, const FidotoolJson *facts,
            const char *aaguid, bool own)
{
  const FidotoolJson *statement = fidotool_json_get(entry, "metadataStatement");
  g_autofree char *then =
      fidotool_metadata_words_standing(fidotool_json_get(facts, "then"));
  g_autofree char *now =
      fidotool_metadata_words_standing(fidotool_json_get(facts, "now"));

  fidotool_metadata_words_row("name", fidotool_metadata_entry_name(entry));
  fidotool_metadata_words_row("aaguid", aaguid);
  if (own)
    fidotool_metadata_words_row("from", "the organisation's own list");
  if (g_strcmp0(then, now) != 0)
    fidotool_metadata_words_row("then", then);
  fidotool_metadata_words_row("now", now);
  print_reports(fidotool_json_get(entry, "statusReports"));
  print_words(statement, "attestationTypes", "attestation");
  print_words(statement, "keyProtection", "keys kept in");
  print_words(statement, "attachmentHint", "attached");
  print_words(fidotool_json_get(statement, "authenticatorGetInfo"), "versions",
              "versions");
}

static FidotoolJson *
find_model(FidotoolMetadataStore *store, const char *text, bool *ret_own,
           GError **error)
{
  uint8_t aaguid[16];
  FidotoolJson *entry;

  if (!fidotool_metadata_entry_read_aaguid(text, aaguid)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "\"%s\" is no AAGUID; fidotool metadata find 'name \"...\"' "
                "finds one",
                text);
    return NULL;
  }
  entry = fidotool_metadata_store_find(store, aaguid, ret_own, error);
  if (entry == NULL && *error == NULL)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "the metadata know no model %s", text);
  return entry;
}

static int
show_model(FidotoolCmd *cmd, const char *folder, const char *aaguid, int64_t at)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolMetadataStore) store =
      fidotool_metadata_store_open(folder, &error);
  bool own = false;
  int64_t now = g_get_real_time() / G_USEC_PER_SEC;
  FidotoolJson *entry = store ? find_model(store, aaguid, &own, &error) : NULL;
  g_autoptr(FidotoolJson) member = NULL;
  FidotoolJson *facts;

  if (entry == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  member = fidotool_metadata_words_member(store, entry, own, now);
  facts = fidotool_metadata_facts_json(member, at, NULL, 0);
  if (!cmd->json)
    print_model(entry, facts, aaguid, own);
  fidotool_metadata_words_warn_overdue(cmd, store, now);
  fidotool_json_set_bool(facts, "own", own);
  fidotool_json_set(facts, "entry", fidotool_json_copy(entry));
  return fidotool_cmd_done(cmd, facts, NULL);
}

int
fidotool_cmd_metadata_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autofree char *at_text = NULL;
  const GOptionEntry own[] = {
      {"store", 0, 0, G_OPTION_ARG_FILENAME, &folder,
       "where metadata are kept (or KEYTURN_METADATA)", "DIR"},
      {"at", 0, 0, G_OPTION_ARG_STRING, &at_text,
       "how it stood at that time, beside now", "TIME"},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;
  int64_t at;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "AAGUID", &error) ||
      !fidotool_metadata_words_time(at_text, &at, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return show_model(cmd, folder, argv[1], at);
}
