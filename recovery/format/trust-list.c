/* SPDX-License-Identifier: Apache-2.0 */
/* trust-list.c - a line of digests, and what may follow another. */
#include "recovery/format/trust-list.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/json.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

#define SIGNER_MAX 253

RecoveryTrustList *
recovery_trust_list_new(void)
{
  RecoveryTrustList *list = g_new0(RecoveryTrustList, 1);

  list->roots = g_ptr_array_new_with_free_func(g_free);
  list->crls = g_ptr_array_new_with_free_func(g_free);
  list->blob_no = -1;
  return list;
}

void
recovery_trust_list_free(RecoveryTrustList *list)
{
  if (list == NULL)
    return;
  g_free(list->blob);
  g_free(list->signer);
  g_free(list->vendor);
  g_free(list->advisories);
  g_ptr_array_unref(list->roots);
  g_ptr_array_unref(list->crls);
  g_free(list);
}

static bool
fail(GError **error, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
              "the list of what is trusted %s", what);
  return false;
}

bool
recovery_trust_list_add(GPtrArray *digests, const char *digest)
{
  unsigned at = 0;

  while (at < digests->len &&
         strcmp(g_ptr_array_index(digests, at), digest) < 0)
    at++;
  if (at < digests->len && strcmp(g_ptr_array_index(digests, at), digest) == 0)
    return false;
  g_ptr_array_insert(digests, (int)at, g_strdup(digest));
  return true;
}

/* Reading */

static bool
read_digest(const FidotoolJson *json, const char *name, char **ret_digest)
{
  const char *text = fidotool_json_get_text(json, name);

  if (fidotool_json_get(json, name) == NULL)
    return true;
  *ret_digest = g_strdup(text);
  return recovery_jcs_is_hex(text, 32);
}

static bool
read_digests(const FidotoolJson *json, const char *name, GPtrArray *digests)
{
  const FidotoolJson *array = fidotool_json_get(json, name);
  const char *before = "";

  if (fidotool_json_type(array) != FIDOTOOL_JSON_ARRAY ||
      fidotool_json_size(array) > RECOVERY_TRUST_LIST_FILES)
    return false;
  for (size_t i = 0; i < fidotool_json_size(array); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(array, i));

    if (!recovery_jcs_is_hex(text, 32) || strcmp(before, text) >= 0)
      return false;
    g_ptr_array_add(digests, g_strdup(text));
    before = text;
  }
  return true;
}

static bool
is_signer(const char *text)
{
  if (text == NULL || *text == '\0' || strlen(text) > SIGNER_MAX)
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isprint(*p))
      return false;
  return true;
}

/* All of a BLOB's fields, or none of them. */
static bool
read_blob(const FidotoolJson *json, RecoveryTrustList *list)
{
  const char *at = fidotool_json_get_text(json, "blob_at");
  int64_t at_ms;

  if (list->blob == NULL)
    return fidotool_json_get(json, "blob_at") == NULL &&
           fidotool_json_get(json, "blob_no") == NULL &&
           fidotool_json_get(json, "signer") == NULL && list->roots->len == 0;
  list->blob_no = fidotool_json_get_int(json, "blob_no", -1);
  list->signer = g_strdup(fidotool_json_get_text(json, "signer"));
  if (!recovery_time_read(at, &at_ms) || at_ms % 1000 != 0)
    return false;
  list->blob_at = at_ms / 1000;
  return list->blob_no >= 0 && is_signer(list->signer) && list->roots->len > 0;
}

static bool
has_only(const FidotoolJson *json)
{
  static const char *const names[] = {
      "advisories", "blob",   "blob_at", "blob_no", "crls",
      "roots",      "signer", "v",       "vendor",  NULL};

  for (size_t i = 0; i < fidotool_json_size(json); i++)
    if (!g_strv_contains(names, fidotool_json_name(json, i)))
      return false;
  return true;
}

RecoveryTrustList *
recovery_trust_list_read(const char *line, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) json =
      recovery_jcs_read(line, len, RECOVERY_TRUST_LIST_MAX, error);
  g_autoptr(RecoveryTrustList) list = recovery_trust_list_new();

  if (json == NULL)
    return NULL;
  if (fidotool_json_get_int(json, "v", 0) != 1 || !has_only(json)) {
    fail(error, "has other fields than it may");
    return NULL;
  }
  if (!read_digest(json, "blob", &list->blob) ||
      !read_digest(json, "vendor", &list->vendor) ||
      !read_digest(json, "advisories", &list->advisories) ||
      !read_digests(json, "roots", list->roots) ||
      !read_digests(json, "crls", list->crls)) {
    fail(error, "has a bad digest, or digests out of order");
    return NULL;
  }
  if (!read_blob(json, list)) {
    fail(error, "says too little or too much of its metadata");
    return NULL;
  }
  return g_steal_pointer(&list);
}

/* Writing */

static void
write_digests(FidotoolJson *json, const char *name, const GPtrArray *digests)
{
  FidotoolJson *array =
      fidotool_json_set(json, name, fidotool_json_new_array());

  for (unsigned i = 0; i < digests->len; i++)
    fidotool_json_append_text(array, g_ptr_array_index(digests, i));
}

static void
write_digest(FidotoolJson *json, const char *name, const char *digest)
{
  if (digest != NULL)
    fidotool_json_set_text(json, name, digest);
}

char *
recovery_trust_list_write(const RecoveryTrustList *list, GError **error)
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();

  write_digest(json, "advisories", list->advisories);
  write_digest(json, "blob", list->blob);
  if (list->blob != NULL) {
    g_autofree char *at = recovery_time_write(list->blob_at * 1000);

    fidotool_json_set_text(json, "blob_at", at);
    fidotool_json_set_int(json, "blob_no", list->blob_no);
    fidotool_json_set_text(json, "signer", list->signer);
  }
  write_digests(json, "crls", list->crls);
  write_digests(json, "roots", list->roots);
  fidotool_json_set_int(json, "v", 1);
  write_digest(json, "vendor", list->vendor);
  return recovery_jcs_write(json, NULL, error);
}

/* Files */

static bool
take_one(const char *digest, FidotoolPackKind kind, const char *suffix,
         size_t *i, RecoveryTrustListFile *ret_file)
{
  if (digest == NULL)
    return false;
  if (*i > 0) {
    (*i)--;
    return false;
  }
  *ret_file = (RecoveryTrustListFile){kind, digest, suffix};
  return true;
}

static bool
take_several(const GPtrArray *digests, FidotoolPackKind kind,
             const char *suffix, size_t *i, RecoveryTrustListFile *ret_file)
{
  if (*i >= digests->len) {
    *i -= digests->len;
    return false;
  }
  *ret_file =
      (RecoveryTrustListFile){kind, g_ptr_array_index(digests, *i), suffix};
  return true;
}

bool
recovery_trust_list_file(const RecoveryTrustList *list, size_t i,
                         RecoveryTrustListFile *ret_file)
{
  return take_one(list->blob, FIDOTOOL_PACK_BLOB, "jwt", &i, ret_file) ||
         take_several(list->roots, FIDOTOOL_PACK_ROOT, "der", &i, ret_file) ||
         take_several(list->crls, FIDOTOOL_PACK_CRL, "crl", &i, ret_file) ||
         take_one(list->vendor, FIDOTOOL_PACK_VENDOR, "json", &i, ret_file) ||
         take_one(list->advisories, FIDOTOOL_PACK_ADVISORIES, "json", &i,
                  ret_file);
}

GBytes *
recovery_trust_list_pack(const RecoveryTrustList *list, int64_t known,
                         RecoveryTrustListFetch fetch, void *data,
                         GError **error)
{
  g_autoptr(GByteArray) pack = fidotool_pack_new();
  RecoveryTrustListFile file;

  if (list->blob != NULL) {
    fidotool_pack_add(pack, FIDOTOOL_PACK_SIGNER, list->signer,
                      strlen(list->signer));
    fidotool_pack_add_int(pack, FIDOTOOL_PACK_AT, list->blob_at);
    fidotool_pack_add_int(pack, FIDOTOOL_PACK_KNOWN, known);
  }
  for (size_t i = 0; recovery_trust_list_file(list, i, &file); i++) {
    g_autoptr(GBytes) bytes = fetch(&file, data, error);

    if (bytes == NULL)
      return NULL;
    if (g_bytes_get_size(bytes) > FIDOTOOL_PACK_MAX - pack->len - 64) {
      fail(error, "names more than a judge takes in");
      return NULL;
    }
    fidotool_pack_add(pack, file.kind, g_bytes_get_data(bytes, NULL),
                      g_bytes_get_size(bytes));
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&pack));
}

/* One after another */

static bool
are_equal(const GPtrArray *one, const GPtrArray *other)
{
  if (one->len != other->len)
    return false;
  for (unsigned i = 0; i < one->len; i++)
    if (strcmp(g_ptr_array_index(one, i), g_ptr_array_index(other, i)) != 0)
      return false;
  return true;
}

static bool
are_all_in(const GPtrArray *few, const GPtrArray *many)
{
  for (unsigned i = 0; i < few->len; i++)
    if (!g_ptr_array_find_with_equal_func(
            (GPtrArray *)many, g_ptr_array_index(few, i), g_str_equal, NULL))
      return false;
  return true;
}

/* A later BLOB of the same signer says how its models stand now: to hold its
 * warnings back for a day would help nobody. */
static bool
blob_tightens(const RecoveryTrustList *next, const RecoveryTrustList *old)
{
  if (old->blob == NULL || next->blob == NULL)
    return old->blob == next->blob;
  return are_equal(next->roots, old->roots) &&
         strcmp(next->signer, old->signer) == 0 &&
         (strcmp(next->blob, old->blob) == 0 ? next->blob_at == old->blob_at
                                             : next->blob_no > old->blob_no);
}

bool
recovery_trust_list_tightens(const RecoveryTrustList *next,
                             const RecoveryTrustList *old)
{
  g_autoptr(RecoveryTrustList) none = recovery_trust_list_new();

  if (old == NULL)
    old = none;
  return blob_tightens(next, old) && are_all_in(old->crls, next->crls) &&
         g_strcmp0(next->vendor, old->vendor) == 0;
}

/* Numbers */

typedef struct {
  int64_t no;
  char *blob;
} Number;

static void
free_number(void *data)
{
  Number *number = data;

  g_free(number->blob);
  g_free(number);
}

GHashTable *
recovery_trust_list_numbers_new(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_number);
}

int64_t
recovery_trust_list_number(GHashTable *numbers, const char *signer)
{
  const Number *number =
      signer == NULL ? NULL : g_hash_table_lookup(numbers, signer);

  return number == NULL ? -1 : number->no;
}

bool
recovery_trust_list_may_follow(GHashTable *numbers,
                               const RecoveryTrustList *list)
{
  const Number *number =
      list->blob == NULL ? NULL : g_hash_table_lookup(numbers, list->signer);

  return number == NULL || list->blob_no > number->no ||
         (list->blob_no == number->no && strcmp(list->blob, number->blob) == 0);
}

void
recovery_trust_list_note_number(GHashTable *numbers,
                                const RecoveryTrustList *list)
{
  Number *number;

  if (list->blob == NULL)
    return;
  number = g_new0(Number, 1);
  number->no = list->blob_no;
  number->blob = g_strdup(list->blob);
  g_hash_table_replace(numbers, g_strdup(list->signer), number);
}
