/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-metadata-find.c - fidotool metadata find QUERY: the models of which it is
 * true. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/metadata-words.h"
#include "fidotool/judge/metadata-query.h"

static const char description[] =
    "QUERY is made of and, or, not and ( ) between conditions:\n"
    "  certified >= L2      none, certified, L1, L1plus ... L3plus\n"
    "  fips >= L2           none, L1 ... L4\n"
    "  status any-bad       or a status by its name\n"
    "  transport nfc        protocol, key-protection, matcher-protection,\n"
    "                       attestation, user-verification, display,\n"
    "                       version, extension, option, algorithm likewise\n"
    "  firmware >= 328707   statement-version and strength likewise\n"
    "  key-restricted       and fresh-verification: nothing after them\n"
    "  name \"part of it\"    aaguid UUID\n"
    "What an entry does not say is neither true nor false, also under not: a\n"
    "model is found where the query is true of it.\n\n"
    "--allow-list writes the models found as an aaguid_lists entry of the\n"
    "policy, in YAML.\n\n"
    "Example:\n"
    "  fidotool metadata find 'certified >= L2 and not status any-bad and "
    "transport nfc'";

typedef struct {
  char *folder;
  char *at;
  char *allow_list;
  char *list_id;
} Options;

/* One model that was found. */
typedef struct {
  FidotoolJson *entry;
  char *aaguid; /* UUID text; NULL where it has none */
  bool own;
} Model;

static void
clear_model(void *data)
{
  Model *model = data;

  fidotool_json_free(model->entry);
  g_free(model->aaguid);
}

/* Points at the place below the query, which is one line on a terminal. */
static FidotoolMetadataQuery *
read_query(const char *text, GError **error)
{
  size_t at;
  g_autoptr(GError) own = NULL;
  FidotoolMetadataQuery *query = fidotool_metadata_query_parse(text, &at, &own);
  g_autofree char *gap = NULL;

  if (query != NULL)
    return query;
  if (strchr(text, '\n') == NULL && g_utf8_validate(text, -1, NULL) &&
      strlen(text) <= FIDOTOOL_METADATA_QUERY_MAX) {
    gap = g_strnfill((gsize)g_utf8_strlen(text, (gssize)at), ' ');
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s\n  %s\n  %s^",
                own->message, text, gap);
  } else {
    g_propagate_error(error, g_steal_pointer(&own));
  }
  return NULL;
}

static GArray *
find_models(FidotoolMetadataStore *store, const FidotoolMetadataQuery *query,
            int64_t at, GError **error)
{
  GArray *models = g_array_new(FALSE, FALSE, sizeof(Model));
  g_autoptr(GError) own_error = NULL;

  g_array_set_clear_func(models, clear_model);
  for (size_t i = 0;; i++) {
    Model model = {0};
    uint8_t aaguid[16];

    model.entry =
        fidotool_metadata_store_entry(store, i, &model.own, &own_error);
    if (model.entry == NULL)
      break;
    if (fidotool_metadata_query_ask(query, model.entry, at) !=
        FIDOTOOL_METADATA_YES) {
      fidotool_json_free(model.entry);
      continue;
    }
    if (fidotool_metadata_entry_aaguid(model.entry, aaguid))
      model.aaguid = fidotool_verdict_uuid(aaguid);
    g_array_append_val(models, model);
  }
  if (own_error == NULL)
    return models;
  g_array_unref(models);
  g_propagate_error(error, g_steal_pointer(&own_error));
  return NULL;
}

static char *
describe(const Model *model, int64_t at)
{
  g_autoptr(FidotoolMetadataStanding) standing =
      fidotool_metadata_entry_standing(model->entry, at, NULL, 0);
  g_autoptr(FidotoolJson) json = fidotool_metadata_status_json(standing);

  return fidotool_metadata_words_standing(json);
}

static void
print_models(const GArray *models, int64_t at)
{
  for (guint i = 0; i < models->len; i++) {
    const Model *model = &g_array_index(models, Model, i);
    g_autofree char *standing = describe(model, at);
    g_autofree char *name =
        fidotool_cmd_printable(fidotool_metadata_entry_name(model->entry));
    g_autofree char *shown = fidotool_cmd_printable(standing);

    printf("%-36s  %s (%s)\n", model->aaguid ? model->aaguid : "-", name,
           shown);
  }
}

static FidotoolJson *
new_result(const GArray *models, int64_t at)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(result, "models", fidotool_json_new_array());

  for (guint i = 0; i < models->len; i++) {
    const Model *model = &g_array_index(models, Model, i);
    g_autoptr(FidotoolMetadataStanding) standing =
        fidotool_metadata_entry_standing(model->entry, at, NULL, 0);
    FidotoolJson *item =
        fidotool_json_append(list, fidotool_metadata_status_json(standing));

    if (model->aaguid != NULL)
      fidotool_json_set_text(item, "aaguid", model->aaguid);
    fidotool_json_set_text(item, "name",
                           fidotool_metadata_entry_name(model->entry));
    fidotool_json_set_bool(item, "own", model->own);
  }
  return result;
}

/* ---- the list for a policy ---- */

/* In double quotes, as YAML and JSON both read it. */
static char *
quote(const char *text)
{
  g_autofree char *printable = fidotool_cmd_printable(text);
  g_autoptr(FidotoolJson) json = NULL;

  g_strdelimit(printable, "\n\t", ' ');
  json = fidotool_json_new_text(printable);
  return fidotool_json_write(json, NULL);
}

static char *
write_list(const GArray *models, const char *id, const char *query, int64_t no,
           const char *date)
{
  GString *text = g_string_new(NULL);
  g_autofree char *about = quote(query);

  g_string_append_printf(text,
                         "# Models of which this was true on %s, by the "
                         "metadata number %" G_GINT64_FORMAT ":\n# %s\n"
                         "aaguid_lists:\n  - id: %s\n    entries:\n",
                         date, no, about, id);
  for (guint i = 0; i < models->len; i++) {
    const Model *model = &g_array_index(models, Model, i);
    g_autofree char *note = quote(fidotool_metadata_entry_name(model->entry));

    if (model->aaguid != NULL)
      g_string_append_printf(text, "      - {aaguid: \"%s\", note: %s}\n",
                             model->aaguid, note);
  }
  return g_string_free(text, FALSE);
}

static bool
has_aaguid(const GArray *models)
{
  for (guint i = 0; i < models->len; i++)
    if (g_array_index(models, Model, i).aaguid != NULL)
      return true;
  return false;
}

static bool
save_list(const GArray *models, const Options *options, const char *query,
          const FidotoolMetadataStore *store, int64_t at, GError **error)
{
  g_autofree char *date = fidotool_metadata_words_date(at);
  g_autofree char *text =
      write_list(models, options->list_id ? options->list_id : "found", query,
                 fidotool_json_get_int(store->state, "no", 0), date);

  if (!has_aaguid(models)) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                        "no model with an AAGUID was found: a list of none "
                        "would let nobody in");
    return false;
  }
  if (strcmp(options->allow_list, "-") == 0)
    return fputs(text, stdout) >= 0;
  return g_file_set_contents(options->allow_list, text, -1, error);
}

static bool
check_list_id(const char *id, GError **error)
{
  bool good = id == NULL || g_ascii_isalpha(*id);

  for (const char *p = id; good && p != NULL && *p != '\0'; p++)
    good = g_ascii_islower(*p) || g_ascii_isdigit(*p) || *p == '-' || *p == '_';
  if (!good)
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "--list-id is of lower-case letters, digits, - and _");
  return good;
}

static int
find(FidotoolCmd *cmd, const char *text, const Options *options, int64_t at)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolMetadataQuery) query = read_query(text, &error);
  g_autoptr(FidotoolMetadataStore) store = NULL;
  g_autoptr(GArray) models = NULL;
  bool to_stdout = g_strcmp0(options->allow_list, "-") == 0;

  if (query != NULL)
    store = fidotool_metadata_store_open(options->folder, &error);
  if (store != NULL)
    models = find_models(store, query, at, &error);
  if (models == NULL || (options->allow_list != NULL &&
                         !save_list(models, options, text, store, at, &error)))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json && !to_stdout)
    print_models(models, at);
  fidotool_metadata_words_warn_overdue(cmd, store,
                                       g_get_real_time() / G_USEC_PER_SEC);
  return fidotool_cmd_done(cmd, new_result(models, at), NULL);
}

int
fidotool_cmd_metadata_find(FidotoolCmd *cmd, int argc, char **argv)
{
  Options options = {0};
  const GOptionEntry own[] = {
      {"store", 0, 0, G_OPTION_ARG_FILENAME, &options.folder,
       "where metadata are kept (or KEYTURN_METADATA)", "DIR"},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options.at,
       "as the models stood at that time (default: now)", "TIME"},
      {"allow-list", 0, 0, G_OPTION_ARG_FILENAME, &options.allow_list,
       "write the models found for a policy; - is standard output", "FILE"},
      {"list-id", 0, 0, G_OPTION_ARG_STRING, &options.list_id,
       "what the policy calls that list (default found)", "ID"},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;
  int64_t at;
  int r;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "QUERY", &error) ||
      !check_list_id(options.list_id, &error) ||
      !fidotool_metadata_words_time(options.at, &at, &error))
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  else
    r = find(cmd, argv[1], &options, at);
  g_free(options.folder);
  g_free(options.at);
  g_free(options.allow_list);
  g_free(options.list_id);
  return r;
}
