/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-store.c - what the folder's files mean to each other. */
#include "fidotool/cli/metadata-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/metadata-file.h"
#include "fidotool/cli/metadata-roots.h"
#include "fidotool/error.h"
#include "fidotool/judge/metadata-jws.h"
#include "fidotool/judge/metadata-vendor.h"

#define STATE "state.json"
#define INDEX "index"
#define VENDORS "vendors.json"
#define STATE_SCHEMA "keyturn-metadata/1"
#define STATE_MAX (256 * 1024)
/* The index is hardly larger than the BLOB, which is base64. */
#define INDEX_MAX ((size_t)FIDOTOOL_METADATA_JWS_MAX + (16 * 1024 * 1024))

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

static FidotoolSlice
get_slice(GMappedFile *mapped)
{
  return (FidotoolSlice){(const uint8_t *)g_mapped_file_get_contents(mapped),
                         g_mapped_file_get_length(mapped)};
}

/* ---- the state ---- */

/* What has to be in it for anything else to be believed. */
static bool
check_state(const FidotoolJson *state)
{
  const char *digest = fidotool_json_get_text(state, "digest");
  int64_t value;
  uint8_t bytes[32];

  return g_strcmp0(fidotool_json_get_text(state, "schema"), STATE_SCHEMA) ==
             0 &&
         fidotool_bytes_unhex(digest, bytes, sizeof(bytes)) &&
         fidotool_json_int(fidotool_json_get(state, "no"), &value) &&
         fidotool_json_int(fidotool_json_get(state, "verified_at"), &value) &&
         fidotool_json_get_text(state, "signer") != NULL &&
         fidotool_json_size(fidotool_json_get(state, "roots")) > 0;
}

/* NULL without error where there is none yet. */
static FidotoolJson *
read_state(const char *folder, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(GMappedFile) mapped =
      fidotool_metadata_file_map(folder, STATE, STATE_MAX, &own);
  g_autoptr(FidotoolJson) state = NULL;

  if (own != NULL) {
    g_propagate_error(error, g_steal_pointer(&own));
    return NULL;
  }
  if (mapped == NULL)
    return NULL;
  state = fidotool_json_parse((const char *)get_slice(mapped).data,
                              get_slice(mapped).len, NULL);
  if (check_state(state))
    return g_steal_pointer(&state);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "%s/" STATE " is damaged; which number was known cannot be told "
              "any more. Take the folder away and import anew",
              folder);
  return NULL;
}

static FidotoolJson *
new_state(const FidotoolMetadataBlob *blob, const char *digest,
          const FidotoolMetadataIntake *intake, const FidotoolJson *roots)
{
  FidotoolJson *state = fidotool_json_new_object();

  fidotool_json_set_text(state, "schema", STATE_SCHEMA);
  fidotool_json_set_int(state, "no", blob->no);
  fidotool_json_set_text(state, "digest", digest);
  fidotool_json_set_text(state, "next_update", blob->next_update);
  fidotool_json_set_text(state, "signer", blob->signer);
  fidotool_json_set_int(state, "signer_until", blob->signer_until);
  fidotool_json_set_int(state, "verified_at", intake->at);
  fidotool_json_set_text(state, "legal_header",
                         blob->legal_header ? blob->legal_header : "");
  fidotool_json_set(state, "roots", fidotool_json_copy(roots));
  return state;
}

static FidotoolAnchors *
read_roots(const FidotoolJson *roots, GError **error)
{
  g_autoptr(FidotoolAnchors) anchors = fidotool_chain_anchors_new();

  for (size_t i = 0; i < fidotool_json_size(roots); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(roots, i));
    g_autoptr(GBytes) der = text ? fidotool_bytes_unbase64(text) : NULL;
    FidotoolSlice slice = {0};

    if (der != NULL)
      slice.data = g_bytes_get_data(der, &slice.len);
    if (!fidotool_chain_anchors_add(anchors, slice)) {
      fail(error, FIDOTOOL_ERROR_USAGE,
           "a root is no certificate, or there are too many");
      return NULL;
    }
  }
  return g_steal_pointer(&anchors);
}

/* ---- the index ---- */

static bool
try_index(FidotoolMetadataStore *store)
{
  uint8_t digest[32];
  g_autoptr(GMappedFile) mapped =
      fidotool_metadata_file_map(store->folder, INDEX, INDEX_MAX, NULL);

  if (mapped == NULL ||
      fidotool_metadata_index_open(get_slice(mapped), &store->index) != NULL ||
      !fidotool_bytes_unhex(fidotool_json_get_text(store->state, "digest"),
                            digest, sizeof(digest)) ||
      memcmp(digest, store->index.blob, sizeof(digest)) != 0 ||
      store->index.no != fidotool_json_get_int(store->state, "no", -1))
    return false;
  store->mapped = g_steal_pointer(&mapped);
  store->has_index = true;
  return true;
}

static GMappedFile *
map_blob(const FidotoolMetadataStore *store, uint8_t ret_digest[32],
         GError **error)
{
  const char *named = fidotool_json_get_text(store->state, "digest");
  g_autofree char *name = g_strdup_printf("%s.jwt", named);
  g_autoptr(GMappedFile) mapped = fidotool_metadata_file_map(
      store->folder, name, FIDOTOOL_METADATA_JWS_MAX, error);
  g_autofree char *hex = NULL;

  if (mapped == NULL) {
    if (error != NULL && *error == NULL)
      fail(error, FIDOTOOL_ERROR_INVALID,
           "the BLOB is gone from the metadata's folder; import it again");
    return NULL;
  }
  fidotool_bytes_sha256(get_slice(mapped).data, get_slice(mapped).len,
                        ret_digest);
  hex = fidotool_bytes_hex(ret_digest, 32);
  if (strcmp(hex, named) == 0)
    return g_steal_pointer(&mapped);
  fail(error, FIDOTOOL_ERROR_INVALID,
       "the BLOB in the metadata's folder is damaged; import it again");
  return NULL;
}

static bool
fail_blob(const FidotoolMetadataBlob *blob, GError **error)
{
  g_autofree char *reason = fidotool_metadata_blob_reason(blob);

  return fail(error,
              blob->is_trust ? FIDOTOOL_ERROR_NOT_TRUSTED
                             : FIDOTOOL_ERROR_INVALID,
              reason);
}

/* From the BLOB, which is judged again as it was. Kept in memory where the
 * folder is somebody else's. */
static bool
rebuild_index(FidotoolMetadataStore *store, GError **error)
{
  uint8_t digest[32];
  g_autoptr(GMappedFile) mapped = map_blob(store, digest, error);
  g_autoptr(FidotoolAnchors) anchors = NULL;
  g_autoptr(FidotoolMetadataBlob) blob = NULL;
  FidotoolMetadataRules rules = {.known_no = -1};
  FidotoolSlice bytes;

  if (mapped != NULL)
    anchors = read_roots(fidotool_json_get(store->state, "roots"), error);
  if (anchors == NULL)
    return false;
  rules.anchors = anchors;
  rules.signer = fidotool_json_get_text(store->state, "signer");
  rules.at = fidotool_json_get_int(store->state, "verified_at", 0);
  blob = fidotool_metadata_blob_judge(get_slice(mapped), &rules);
  if (!blob->good)
    return fail_blob(blob, error);
  store->built = fidotool_metadata_index_build(blob, digest);
  bytes.data = g_bytes_get_data(store->built, &bytes.len);
  store->has_index = fidotool_metadata_index_open(bytes, &store->index) == NULL;
  store->rebuilt = true;
  (void)fidotool_metadata_file_write(store->folder, INDEX, bytes.data,
                                     bytes.len, NULL); /* or next time */
  return store->has_index;
}

/* Alone with the folder where that can be had: an import may just have put its
 * index there, and not yet its state. */
static bool
renew_index(FidotoolMetadataStore *store, GError **error)
{
  int lock = fidotool_metadata_file_lock(store->folder, NULL);
  g_autoptr(FidotoolJson) state = read_state(store->folder, NULL);
  bool good;

  if (state != NULL) {
    fidotool_json_free(store->state);
    store->state = g_steal_pointer(&state);
  }
  good = try_index(store) || rebuild_index(store, error);
  if (lock >= 0)
    (void)close(lock); /* which lets it go */
  return good;
}

/* ---- opening ---- */

static bool
read_vendors(FidotoolMetadataStore *store, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(GMappedFile) mapped = fidotool_metadata_file_map(
      store->folder, VENDORS, FIDOTOOL_METADATA_VENDOR_MAX, &own);

  if (mapped != NULL)
    store->vendors = fidotool_metadata_vendor_read(
        (const char *)get_slice(mapped).data, get_slice(mapped).len, &own);
  if (own == NULL)
    return true;
  g_propagate_error(error, g_steal_pointer(&own));
  return false;
}

FidotoolMetadataStore *
fidotool_metadata_store_open(const char *folder, GError **error)
{
  g_autoptr(FidotoolMetadataStore) store = g_new0(FidotoolMetadataStore, 1);
  g_autoptr(GError) own = NULL;

  store->folder = folder ? g_strdup(folder) : fidotool_metadata_store_default();
  if (!fidotool_metadata_file_check_folder(store->folder, error))
    return NULL;
  store->state = read_state(store->folder, &own);
  if (own == NULL && read_vendors(store, &own) && store->state == NULL &&
      store->vendors == NULL)
    g_set_error(&own, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "%s: there is no metadata in it", store->folder);
  if (own == NULL && store->state != NULL && !try_index(store))
    (void)renew_index(store, &own); /* own says it */
  if (own == NULL)
    return g_steal_pointer(&store);
  g_propagate_error(error, g_steal_pointer(&own));
  return NULL;
}

void
fidotool_metadata_store_free(FidotoolMetadataStore *store)
{
  if (store == NULL)
    return;
  g_free(store->folder);
  fidotool_json_free(store->state);
  fidotool_json_free(store->vendors);
  g_clear_pointer(&store->mapped, g_mapped_file_unref);
  g_clear_pointer(&store->built, g_bytes_unref);
  g_free(store);
}

/* ---- taking in ---- */

/* The BLOB of the state is the only one that stays. */
static void
remove_old_blobs(const char *folder, const char *kept)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  g_autofree char *keep = g_strdup_printf("%s.jwt", kept);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    if (g_str_has_suffix(name, ".jwt") && strcmp(name, keep) != 0) {
      g_autofree char *path = g_build_filename(folder, name, NULL);

      (void)g_unlink(path); /* it takes room, no more */
    }
}

/* The state last: with it the new BLOB counts, and not before. */
static bool
write_all(const char *folder, FidotoolSlice text,
          const FidotoolMetadataBlob *blob, const FidotoolJson *state,
          GError **error)
{
  const char *digest = fidotool_json_get_text(state, "digest");
  g_autofree char *name = g_strdup_printf("%s.jwt", digest);
  g_autofree char *json = NULL;
  g_autoptr(GBytes) index = NULL;
  uint8_t bytes[32];
  size_t len;

  if (!fidotool_bytes_unhex(digest, bytes, sizeof(bytes)))
    return fail(error, FIDOTOOL_ERROR_FAILED, "no digest");
  index = fidotool_metadata_index_build(blob, bytes);
  if (!fidotool_metadata_file_write(folder, name, text.data, text.len, error) ||
      !fidotool_metadata_file_write(folder, INDEX,
                                    g_bytes_get_data(index, NULL),
                                    g_bytes_get_size(index), error))
    return false;
  json = fidotool_json_write(state, &len);
  if (!fidotool_metadata_file_write(folder, STATE, json, len, error))
    return false;
  remove_old_blobs(folder, digest);
  return true;
}

/* Roots and signer as given, as they were before, or pinned. */
static FidotoolJson *
choose_roots(const FidotoolMetadataIntake *intake, const FidotoolJson *before)
{
  FidotoolJson *roots;

  if (intake->roots != NULL)
    return fidotool_json_copy(intake->roots);
  if (before != NULL)
    return fidotool_json_copy(fidotool_json_get(before, "roots"));
  roots = fidotool_json_new_array();
  fidotool_metadata_roots_append(roots);
  return roots;
}

static const char *
choose_signer(const FidotoolMetadataIntake *intake, const FidotoolJson *before)
{
  if (intake->signer != NULL)
    return intake->signer;
  return before != NULL ? fidotool_json_get_text(before, "signer")
                        : FIDOTOOL_METADATA_BLOB_SIGNER;
}

static bool
take_in(const char *folder, FidotoolSlice text,
        const FidotoolMetadataIntake *intake, FidotoolMetadataBlob **ret_blob,
        bool *ret_changed, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(FidotoolJson) before = read_state(folder, &own);
  g_autoptr(FidotoolJson) roots = choose_roots(intake, before);
  g_autoptr(FidotoolJson) state = NULL;
  g_autoptr(FidotoolAnchors) anchors = NULL;
  g_autoptr(FidotoolMetadataStore) known = g_new0(FidotoolMetadataStore, 1);
  g_autofree char *digest = fidotool_bytes_sha256_hex(text.data, text.len);
  FidotoolMetadataRules rules = {.at = intake->at,
                                 .known_no =
                                     fidotool_json_get_int(before, "no", -1),
                                 .signer = choose_signer(intake, before)};

  if (own == NULL)
    anchors = read_roots(roots, &own);
  if (own != NULL) {
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
  rules.anchors = anchors;
  if (before != NULL) { /* for M13; a damaged index hides nothing else */
    known->folder = g_strdup(folder);
    known->state = fidotool_json_copy(before);
    rules.known = try_index(known) ? &known->index : NULL;
  }
  *ret_blob = fidotool_metadata_blob_judge(text, &rules);
  if (!(*ret_blob)->good)
    return fail_blob(*ret_blob, error);
  *ret_changed = (*ret_blob)->no > rules.known_no || intake->roots != NULL ||
                 intake->signer != NULL;
  if (!*ret_changed)
    return true;
  state = new_state(*ret_blob, digest, intake, roots);
  return write_all(folder, text, *ret_blob, state, error);
}

bool
fidotool_metadata_store_import(const char *folder, const char *text, size_t len,
                               const FidotoolMetadataIntake *intake,
                               FidotoolMetadataBlob **ret_blob,
                               bool *ret_changed, GError **error)
{
  g_autofree char *place =
      folder ? g_strdup(folder) : fidotool_metadata_store_default();
  FidotoolSlice slice = {(const uint8_t *)text, len};
  bool good;
  int lock;

  *ret_blob = NULL;
  *ret_changed = false;
  if (!fidotool_metadata_file_make_folder(place, error))
    return false;
  lock = fidotool_metadata_file_lock(place, error);
  if (lock < 0)
    return false;
  good = take_in(place, slice, intake, ret_blob, ret_changed, error);
  (void)close(lock); /* which lets it go */
  return good;
}

bool
fidotool_metadata_store_import_vendors(const char *folder, const char *text,
                                       size_t len, size_t *ret_count,
                                       GError **error)
{
  g_autofree char *place =
      folder ? g_strdup(folder) : fidotool_metadata_store_default();
  g_autoptr(FidotoolJson) entries =
      fidotool_metadata_vendor_read(text, len, error);
  bool good;
  int lock;

  if (entries == NULL || !fidotool_metadata_file_make_folder(place, error))
    return false;
  lock = fidotool_metadata_file_lock(place, error);
  if (lock < 0)
    return false;
  *ret_count = fidotool_json_size(entries);
  good = fidotool_metadata_file_write(place, VENDORS, text, len, error);
  (void)close(lock); /* which lets it go */
  return good;
}

/* ---- looking up ---- */

/* The head was whole and a part of the index is not: the BLOB has it still. */
static bool
repair(FidotoolMetadataStore *store, GError **error)
{
  store->has_index = false;
  if (!store->rebuilt && rebuild_index(store, error))
    return true;
  if (error != NULL && *error == NULL)
    fail(error, FIDOTOOL_ERROR_INVALID, "the metadata's index is damaged");
  return false;
}

static FidotoolJson *
find_vendor(const FidotoolMetadataStore *store, const uint8_t aaguid[16])
{
  uint8_t named[16];

  for (size_t i = 0; i < fidotool_json_size(store->vendors); i++) {
    const FidotoolJson *entry = fidotool_json_at(store->vendors, i);

    if (fidotool_metadata_entry_aaguid(entry, named) &&
        memcmp(named, aaguid, sizeof(named)) == 0)
      return fidotool_json_copy(entry);
  }
  return NULL;
}

FidotoolJson *
fidotool_metadata_store_find(FidotoolMetadataStore *store,
                             const uint8_t aaguid[16], bool *ret_own,
                             GError **error)
{
  FidotoolJson *entry = NULL;
  FidotoolMetadataFind found = FIDOTOOL_METADATA_ABSENT;

  *ret_own = false;
  if (store->has_index)
    found = fidotool_metadata_index_find(&store->index, aaguid, &entry);
  if (found == FIDOTOOL_METADATA_DAMAGED) {
    if (!repair(store, error))
      return NULL;
    found = fidotool_metadata_index_find(&store->index, aaguid, &entry);
  }
  if (found == FIDOTOOL_METADATA_FOUND)
    return entry;
  entry = find_vendor(store, aaguid);
  *ret_own = entry != NULL;
  return entry;
}

FidotoolJson *
fidotool_metadata_store_find_key_id(
    FidotoolMetadataStore *store,
    const uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID], GError **error)
{
  FidotoolJson *entry = NULL;
  FidotoolMetadataFind found = FIDOTOOL_METADATA_ABSENT;

  if (store->has_index)
    found = fidotool_metadata_index_find_key_id(&store->index, key_id, &entry);
  if (found == FIDOTOOL_METADATA_DAMAGED && repair(store, error))
    (void)fidotool_metadata_index_find_key_id(&store->index, key_id,
                                              &entry); /* NULL says it */
  return entry;
}

FidotoolJson *
fidotool_metadata_store_entry(FidotoolMetadataStore *store, size_t i,
                              bool *ret_own, GError **error)
{
  size_t count = store->has_index ? store->index.n_entries : 0;
  FidotoolJson *entry = NULL;

  *ret_own = i >= count;
  if (*ret_own) {
    const FidotoolJson *own = fidotool_json_at(store->vendors, i - count);

    return own ? fidotool_json_copy(own) : NULL;
  }
  if (fidotool_metadata_index_entry(&store->index, (uint32_t)i, &entry) ==
      FIDOTOOL_METADATA_FOUND)
    return entry;
  if (repair(store, error))
    (void)fidotool_metadata_index_entry(&store->index, (uint32_t)i,
                                        &entry); /* NULL says it */
  return entry;
}
