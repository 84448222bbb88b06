/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-trust.c - fidotool trust load and show: what a station judges keys by.
 * One officer hands the files in and signs, another signs with roster sign. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/trust-files.h"
#include "fidotool/judge/metadata-blob.h"

#define ROLE "security"

typedef struct {
  FidotoolGovernedOptions who;
  char **roots, **drop;
  char *signer;
  FidotoolTrustFiles *files;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_strfreev(options->roots);
  g_strfreev(options->drop);
  g_free(options->signer);
  g_clear_pointer(&options->files, fidotool_trust_files_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

/* What goes: a kind of which there is one, or a revocation list by its digest.
 */
static void
add_drops(FidotoolJson *request, char **drop)
{
  static const char *const kinds[] = {"blob", "vendor", "advisories", NULL};
  static const char *const words[] = {"metadata", "anchors", "advisories",
                                      NULL};
  FidotoolJson *list =
      fidotool_json_set(request, "drop", fidotool_json_new_array());

  for (; drop != NULL && *drop != NULL; drop++) {
    size_t i = 0;

    while (words[i] != NULL && strcmp(words[i], *drop) != 0)
      i++;
    if (words[i] != NULL)
      fidotool_json_set_text(request, kinds[i], "");
    else
      fidotool_json_append_text(list, *drop);
  }
}

/* The first BLOB names who may vouch for it; later ones keep to that. */
static bool
add_vouchers(FidotoolTrustFiles *files, const Options *options, bool first,
             GError **error)
{
  bool blob = fidotool_json_get(files->request, "blob") != NULL;

  if (options->signer != NULL)
    fidotool_json_set_text(files->request, "signer", options->signer);
  else if (blob && first)
    fidotool_json_set_text(files->request, "signer",
                           FIDOTOOL_METADATA_BLOB_SIGNER);
  if (options->roots == NULL && !(blob && first))
    return true;
  return fidotool_trust_files_add_roots(files, options->roots, error);
}

static FidotoolJson *
load(FidotoolGoverned *governed, const void *data, GError **error)
{
  const Options *options = data;
  FidotoolTrustFiles *files = options->files;
  g_autoptr(FidotoolJson) now =
      fidotool_governed_ask(governed, "trust-files", NULL, error);
  g_autoptr(FidotoolJson) with = NULL;
  g_autoptr(FidotoolJson) request = NULL;
  bool first;

  if (now == NULL)
    return NULL;
  first =
      fidotool_json_get(fidotool_json_get(now, "trust"), "metadata_no") == NULL;
  if (!add_vouchers(files, options, first, error) ||
      !fidotool_trust_files_hand_in(files, governed, error))
    return NULL;
  add_drops(files->request, options->drop);
  with = fidotool_governed_ask(governed, "trust-with",
                               fidotool_json_copy(files->request), error);
  if (with == NULL)
    return NULL;
  request = fidotool_governed_request(governed, "trust.load");
  fidotool_json_set_text(request, "trust",
                         fidotool_json_get_text(with, "trust"));
  return fidotool_governed_act(governed, request, error);
}

int
fidotool_cmd_trust_load(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"root", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.roots,
       "who may vouch for the metadata's signer, PEM or DER; may be given "
       "again",
       "PATH"},
      {"signer", 0, 0, G_OPTION_ARG_STRING, &options.signer,
       "the name in the certificate of the metadata's signer", "NAME"},
      {"drop", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.drop,
       "take metadata, anchors or advisories away, or a revocation list by "
       "its digest; may be given again",
       "WHAT"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Hands a station what it judges keys by, signed by one officer; the "
          "second signs with\nroster sign, on another machine. A FILE is a "
          "metadata BLOB, revocation lists, own anchors\nor own advisories. "
          "Revocation lists are added to those that are there; of the others\n"
          "each takes the place of the one before. What only adds revocation "
          "lists or advisories,\nor brings later metadata of the same signer, "
          "takes effect at once, all else 24 hours\nlater, unless an officer "
          "vetoes it.\n"
          "Example:\n  fidotool trust load blob.jwt maker.crl --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc < 2 && options.drop == NULL)
    return fidotool_cmd_failed(
        cmd, g_error_new(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                         "give the files, or what is to go with --drop"));
  options.files = fidotool_trust_files_new();
  for (int i = 1; i < argc; i++)
    if (!fidotool_trust_files_add(options.files, argv[i], &error))
      return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_governed_run(cmd, &options.who, ROLE, load, &options);
}

int
fidotool_cmd_trust_show(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {FIDOTOOL_GOVERNED_ENTRIES(&options.who),
                                  G_OPTION_ENTRY_NULL};
  FidotoolGoverned governed = {.cmd = cmd};
  g_autofree char *role = NULL;
  g_autoptr(FidotoolJson) answer = NULL;
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "Shows what a station judges keys by, each file by its digest.\n"
          "Example:\n  fidotool trust show --as sid",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  role = g_steal_pointer(&options.who.role);
  if (fidotool_governed_open(&governed, cmd, &options.who, 0, &error) &&
      fidotool_governed_activate(&governed, role ? role : ROLE, NULL, &error))
    answer = fidotool_governed_ask(&governed, "trust-files", NULL, &error);
  if (!answer)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  fidotool_json_remove(answer, "missing");
  if (!cmd->json)
    fidotool_governed_print(answer);
  return fidotool_governed_done(&governed, g_steal_pointer(&answer), NULL);
}
