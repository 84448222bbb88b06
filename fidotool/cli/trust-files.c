/* SPDX-License-Identifier: Apache-2.0 */
/* trust-files.c - reads, names by digest, and hands in. */
#include "fidotool/cli/trust-files.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/metadata-roots.h"
#include "fidotool/cli/trust.h"
#include "fidotool/error.h"
#include "fidotool/pack.h"

/* Of one message to a station (half a megabyte) as base64. */
#define PART (360 * 1024)

FidotoolTrustFiles *
fidotool_trust_files_new(void)
{
  FidotoolTrustFiles *files = g_new0(FidotoolTrustFiles, 1);

  files->request = fidotool_json_new_object();
  files->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)g_bytes_unref);
  return files;
}

void
fidotool_trust_files_free(FidotoolTrustFiles *files)
{
  if (files == NULL)
    return;
  fidotool_json_free(files->request);
  g_hash_table_unref(files->files);
  g_free(files);
}

static bool
fail(GError **error, const char *path, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", path,
              what);
  return false;
}

/* Its digest, which belongs to the files. Takes bytes. */
static const char *
keep(FidotoolTrustFiles *files, GBytes *bytes)
{
  char *digest = fidotool_bytes_sha256_hex(g_bytes_get_data(bytes, NULL),
                                           g_bytes_get_size(bytes));

  g_hash_table_replace(files->files, digest, bytes);
  return digest;
}

static FidotoolJson *
get_list(FidotoolTrustFiles *files, const char *name)
{
  FidotoolJson *list = fidotool_json_get(files->request, name);

  return list != NULL ? list
                      : fidotool_json_set(files->request, name,
                                          fidotool_json_new_array());
}

/* Every text of found, base64 of DER. */
static void
keep_all(FidotoolTrustFiles *files, const char *name, const FidotoolJson *found)
{
  FidotoolJson *list = get_list(files, name);

  for (size_t i = 0; i < fidotool_json_size(found); i++) {
    GBytes *der =
        fidotool_bytes_unbase64(fidotool_json_text(fidotool_json_at(found, i)));

    if (der != NULL)
      fidotool_json_append_text(list, keep(files, der));
  }
}

/* By the first member that names a form; what it really is the judge says. */
static const char *
find_kind(const char *text, size_t len)
{
  g_autoptr(FidotoolJson) json = NULL;
  const char *schema;

  while (len > 0 && g_ascii_isspace(*text)) {
    text++;
    len--;
  }
  if (len == 0 || *text != '{')
    return len > 2 && text[0] == 'e' && text[1] == 'y' ? "blob" : NULL;
  json = fidotool_json_parse(text, len, NULL);
  schema = fidotool_json_get_text(json, "schema");
  if (schema == NULL)
    return NULL;
  return g_str_has_prefix(schema, "keyturn-vendor-anchors/") ? "vendor"
         : g_str_has_prefix(schema, "keyturn.advisories/")   ? "advisories"
                                                             : NULL;
}

bool
fidotool_trust_files_add(FidotoolTrustFiles *files, const char *path,
                         GError **error)
{
  size_t len;
  g_autofree char *text =
      fidotool_cmd_read_file(path, FIDOTOOL_PACK_MAX, &len, error);
  g_autoptr(FidotoolJson) lists = fidotool_json_new_array();
  const char *kind = text ? find_kind(text, len) : NULL;

  if (text == NULL)
    return false;
  if (kind == NULL) {
    if (!fidotool_trust_read_lists(path, lists, NULL))
      return fail(error, path,
                  "neither metadata, nor a revocation list, own anchors or "
                  "advisories");
    keep_all(files, "crls", lists);
    return true;
  }
  if (fidotool_json_get(files->request, kind) != NULL)
    return fail(error, path, "there is one of this kind already");
  fidotool_json_set_text(files->request, kind,
                         keep(files, g_bytes_new(text, len)));
  return true;
}

bool
fidotool_trust_files_add_roots(FidotoolTrustFiles *files, char **paths,
                               GError **error)
{
  g_autoptr(FidotoolJson) found = fidotool_json_new_array();

  if (paths == NULL)
    fidotool_metadata_roots_append(found);
  for (; paths != NULL && *paths != NULL; paths++)
    if (!fidotool_trust_read(*paths, found, error))
      return false;
  keep_all(files, "roots", found);
  return true;
}

/* Handing in */

static bool
hand_in_part(FidotoolGoverned *governed, const char *digest, GBytes *bytes,
             size_t at, GError **error)
{
  const uint8_t *data = g_bytes_get_data(bytes, NULL);
  size_t size = g_bytes_get_size(bytes), len = MIN(size - at, PART);
  g_autofree char *text = fidotool_bytes_base64(data + at, len);
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "trust.part");
  g_autoptr(FidotoolJson) answer = NULL;

  fidotool_json_set_text(request, "object", digest);
  fidotool_json_set_int(request, "size", (int64_t)size);
  fidotool_json_set_int(request, "at", (int64_t)at);
  fidotool_json_set_text(request, "data", text);
  answer = fidotool_governed_submit(governed, request, error);
  return answer != NULL;
}

static bool
hand_in_one(FidotoolGoverned *governed, const char *digest, GBytes *bytes,
            GError **error)
{
  for (size_t at = 0; at < g_bytes_get_size(bytes); at += PART)
    if (!hand_in_part(governed, digest, bytes, at, error))
      return false;
  return true;
}

static FidotoolJson *
ask_missing(const FidotoolTrustFiles *files, FidotoolGoverned *governed,
            GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolJson *objects =
      fidotool_json_set(request, "objects", fidotool_json_new_array());
  GHashTableIter iter;
  void *digest;

  fidotool_json_set_text(request, "what", "trust-files");
  g_hash_table_iter_init(&iter, files->files);
  while (g_hash_table_iter_next(&iter, &digest, NULL))
    fidotool_json_append_text(objects, digest);
  return fidotool_governed_query(governed, request, error);
}

bool
fidotool_trust_files_hand_in(const FidotoolTrustFiles *files,
                             FidotoolGoverned *governed, GError **error)
{
  g_autoptr(FidotoolJson) answer = ask_missing(files, governed, error);
  const FidotoolJson *missing = fidotool_json_get(answer, "missing");

  for (size_t i = 0; i < fidotool_json_size(missing); i++) {
    const char *digest = fidotool_json_text(fidotool_json_at(missing, i));
    GBytes *bytes = digest ? g_hash_table_lookup(files->files, digest) : NULL;

    if (bytes != NULL && !hand_in_one(governed, digest, bytes, error))
      return false;
  }
  return answer != NULL;
}
