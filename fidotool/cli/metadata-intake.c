/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-intake.c - a BLOB comes in. */
#include "fidotool/cli/metadata-intake.h"

#include <stdio.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/metadata-store.h"
#include "fidotool/cli/metadata-words.h"
#include "fidotool/cli/trust.h"

GArray *
fidotool_metadata_intake_entries(FidotoolMetadataIntakeOptions *options)
{
  GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
  const GOptionEntry common[] = {
      {"store", 0, 0, G_OPTION_ARG_FILENAME, &options->store,
       "where metadata are kept (or KEYTURN_METADATA)", "DIR"},
      {"root", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->roots,
       "who may vouch for the signer, PEM or DER, from now on; may be given "
       "again",
       "PATH"},
      {"signer", 0, 0, G_OPTION_ARG_STRING, &options->signer,
       "the name in the signer's certificate, from now on", "NAME"},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options->at,
       "judge as of that time (default: now)", "TIME"},
  };

  g_array_append_vals(entries, common, G_N_ELEMENTS(common));
  return entries;
}

void
fidotool_metadata_intake_clear(FidotoolMetadataIntakeOptions *options)
{
  g_free(options->store);
  g_free(options->signer);
  g_free(options->at);
  g_strfreev(options->roots);
  *options = (FidotoolMetadataIntakeOptions){0};
}

static FidotoolJson *
new_checks(const FidotoolMetadataBlob *blob)
{
  FidotoolJson *json = fidotool_json_new_array();

  for (guint i = 0; i < blob->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(blob->checks, FidotoolCheckResult, i);
    FidotoolJson *item = fidotool_json_append(json, fidotool_json_new_object());

    fidotool_json_set_text(item, "id", check->id);
    fidotool_json_set_bool(item, "ok", check->ok);
    fidotool_json_set_text(item, "text", check->text);
  }
  return json;
}

static int64_t
count_models(const FidotoolMetadataBlob *blob)
{
  int64_t count = 0;

  for (guint i = 0; i < blob->items->len; i++)
    count += g_array_index(blob->items, FidotoolMetadataItem, i).has_aaguid;
  return count;
}

static FidotoolJson *
new_result(const FidotoolMetadataBlob *blob, const char *text, size_t len)
{
  FidotoolJson *json = fidotool_json_new_object();
  g_autofree char *digest = fidotool_bytes_sha256_hex(text, len);

  fidotool_json_set_int(json, "no", blob->no);
  fidotool_json_set_text(json, "next_update", blob->next_update);
  fidotool_json_set_bool(json, "overdue", blob->overdue);
  fidotool_json_set_int(json, "entries", blob->items->len);
  fidotool_json_set_int(json, "models", count_models(blob));
  fidotool_json_set_int(json, "passed_over", blob->ignored);
  fidotool_json_set_int(json, "twice", blob->twice);
  fidotool_json_set_int(json, "left_out", blob->stale);
  fidotool_json_set_text(json, "signer", blob->signer);
  fidotool_json_set_text(json, "anchor", blob->anchor);
  fidotool_json_set_text(json, "digest", digest);
  fidotool_json_set_text(json, "legal_header",
                         blob->legal_header ? blob->legal_header : "");
  fidotool_json_set(json, "checks", new_checks(blob));
  return json;
}

static void
print_result(const FidotoolMetadataBlob *blob, bool changed)
{
  g_autofree char *models =
      g_strdup_printf("%" G_GINT64_FORMAT " with an AAGUID, of %u entries",
                      count_models(blob), blob->items->len);
  g_autofree char *until = fidotool_metadata_words_date(blob->signer_until);
  g_autofree char *signer =
      g_strdup_printf("%s, until %s", blob->signer, until);
  g_autofree char *no =
      g_strdup_printf("%" G_GINT64_FORMAT "%s", blob->no,
                      changed ? "" : ", which was here already");

  fidotool_metadata_words_row("number", no);
  fidotool_metadata_words_row("models", models);
  fidotool_metadata_words_row("next update", blob->next_update);
  fidotool_metadata_words_row("signed by", signer);
  fidotool_metadata_words_row("revocation", "not checked");
}

static void
warn_of(FidotoolCmd *cmd, const FidotoolMetadataBlob *blob)
{
  g_autofree char *stale = NULL;
  g_autofree char *twice = NULL;

  if (blob->overdue)
    fidotool_cmd_warn(cmd, "metadata-overdue",
                      "these metadata are overdue: newer ones should be out");
  if (blob->stale > 0) {
    stale = g_strdup_printf("%u models are left out: an update was announced, "
                            "and their statements are still of the version "
                            "before",
                            blob->stale);
    fidotool_cmd_warn(cmd, "metadata-not-risen", stale);
  }
  if (blob->twice > 0) {
    twice = g_strdup_printf("%u entries are left out: their models came before",
                            blob->twice);
    fidotool_cmd_warn(cmd, "metadata-twice", twice);
  }
}

/* M10: said where the words that its use accepts have changed. */
static char *
read_legal_header(const char *folder)
{
  g_autoptr(FidotoolMetadataStore) store =
      fidotool_metadata_store_open(folder, NULL);

  return store ? g_strdup(fidotool_json_get_text(store->state, "legal_header"))
               : NULL;
}

static void
tell_legal_header(FidotoolCmd *cmd, const FidotoolMetadataBlob *blob,
                  const char *before)
{
  g_autofree char *text = NULL;

  if (blob->legal_header == NULL || g_strcmp0(before, blob->legal_header) == 0)
    return;
  text = g_strdup_printf("terms of use: %s", blob->legal_header);
  fidotool_cmd_warn(cmd, "metadata-terms", text);
}

static FidotoolJson *
read_roots(char **paths, GError **error)
{
  g_autoptr(FidotoolJson) roots = fidotool_json_new_array();

  for (; *paths != NULL; paths++)
    if (!fidotool_trust_read(*paths, roots, error))
      return NULL;
  return g_steal_pointer(&roots);
}

int
fidotool_metadata_intake_run(FidotoolCmd *cmd, const char *text, size_t len,
                             const char *from,
                             const FidotoolMetadataIntakeOptions *options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolMetadataBlob) blob = NULL;
  g_autoptr(FidotoolJson) roots = NULL;
  g_autofree char *terms = read_legal_header(options->store);
  FidotoolMetadataIntake intake = {.signer = options->signer};
  bool changed;

  if (!fidotool_metadata_words_time(options->at, &intake.at, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (options->roots != NULL) {
    roots = read_roots(options->roots, &error);
    if (roots == NULL)
      return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  intake.roots = roots;
  if (!fidotool_metadata_store_import(options->store, text, len, &intake, &blob,
                                      &changed, &error)) {
    g_prefix_error(&error, "%s is not taken in: ", from);
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  if (!cmd->json)
    print_result(blob, changed);
  tell_legal_header(cmd, blob, terms);
  warn_of(cmd, blob);
  return fidotool_cmd_done(cmd, new_result(blob, text, len),
                           changed ? FIDOTOOL_CMD_CHANGED
                                   : FIDOTOOL_CMD_UNCHANGED);
}
