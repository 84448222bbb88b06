/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - what a key remembers without power: seed, PIN, credentials. */
#include "tests/softkey/store.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/error.h"

#define FORMAT 1
#define MAX_FILE (1 << 20)

enum {
  FORMAT_KEY = 1,
  SEED,
  COUNTER,
  PIN_HASH,
  PIN_RETRIES,
  RESIDENTS,
  PIN_LENGTH,
  MIN_PIN_LENGTH,
  FLAGS,
  MIN_PIN_RP_IDS,
  UV_RETRIES,
  FINGERPRINTS,
  BLOBS,
  SERIAL
};
enum { FORCE_CHANGE = 1, ALWAYS_UV_TOGGLED = 2, ENTERPRISE = 4 };
enum { ID = 1, RP_ID, USER_ID, USER_NAME, DISPLAY_NAME, BLOB };

static void
wipe_bytes(GByteArray *bytes)
{
  OPENSSL_cleanse(bytes->data, bytes->len);
  g_byte_array_unref(bytes);
}

typedef GByteArray SecretBytes;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SecretBytes, wipe_bytes)

void
softkey_store_resident_free(SoftkeyResident *resident)
{
  if (resident == NULL)
    return;
  g_free(resident->rp_id);
  g_clear_pointer(&resident->user_id, g_bytes_unref);
  g_free(resident->user_name);
  g_free(resident->display_name);
  g_clear_pointer(&resident->blob, g_bytes_unref);
  g_free(resident);
}

void
softkey_store_fingerprint_free(SoftkeyFingerprint *fingerprint)
{
  if (fingerprint == NULL)
    return;
  g_free(fingerprint->name);
  g_free(fingerprint);
}

void
softkey_store_free(SoftkeyStore *store)
{
  if (store == NULL)
    return;
  g_free(store->path);
  g_strfreev(store->min_pin_rp_ids);
  g_clear_pointer(&store->blobs, g_bytes_unref);
  g_clear_pointer(&store->serial, g_bytes_unref);
  g_ptr_array_unref(store->fingerprints);
  g_ptr_array_unref(store->residents);
  OPENSSL_cleanse(store, sizeof *store);
  g_free(store);
}

/* Reading */

static bool
read_resident(SoftkeyStore *store, const SoftkeyCborItem *map)
{
  g_autoptr(SoftkeyResident) resident = g_new0(SoftkeyResident, 1);
  SoftkeyCborItem id, rp_id, user_id, user_name, display_name, blob;
  const SoftkeyCborField fields[] = {
      {NULL, ID, SOFTKEY_CBOR_BYTES, true, &id},
      {NULL, RP_ID, SOFTKEY_CBOR_TEXT, true, &rp_id},
      {NULL, USER_ID, SOFTKEY_CBOR_BYTES, true, &user_id},
      {NULL, USER_NAME, SOFTKEY_CBOR_TEXT, false, &user_name},
      {NULL, DISPLAY_NAME, SOFTKEY_CBOR_TEXT, false, &display_name},
      {NULL, BLOB, SOFTKEY_CBOR_BYTES, false, &blob},
  };

  if (softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields)) !=
      SOFTKEY_STATUS_OK)
    return false;
  (void)SHA256(rp_id.data, (size_t)rp_id.value, resident->rp_hash);
  if (!softkey_handle_open(id.data, (size_t)id.value, store->seed,
                           resident->rp_hash, &resident->handle))
    return false;
  resident->rp_id = softkey_cbor_dup_text(&rp_id);
  resident->user_id = g_bytes_new(user_id.data, (gsize)user_id.value);
  resident->user_name = softkey_cbor_dup_text(&user_name);
  resident->display_name = softkey_cbor_dup_text(&display_name);
  if (blob.size > 0)
    resident->blob = g_bytes_new(blob.data, (gsize)blob.value);
  g_ptr_array_add(store->residents, g_steal_pointer(&resident));
  return true;
}

static char **
read_rp_ids(const SoftkeyCborItem *array)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new();
  SoftkeyCborItem member;
  size_t cursor = 0;

  if (array->size == 0)
    return NULL;
  while (softkey_cbor_next(array, &cursor, &member)) {
    char *rp_id = softkey_cbor_dup_text(&member);

    if (rp_id != NULL)
      g_ptr_array_add(list, rp_id);
  }
  g_ptr_array_add(list, NULL);
  return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* Numbers and names in turn; a name that is empty is none. */
static void
read_fingerprints(SoftkeyStore *store, const SoftkeyCborItem *array)
{
  SoftkeyCborItem id, name;
  size_t cursor = 0;

  while (array->size > 0 && softkey_cbor_next(array, &cursor, &id) &&
         softkey_cbor_next(array, &cursor, &name)) {
    SoftkeyFingerprint *fingerprint = g_new0(SoftkeyFingerprint, 1);

    fingerprint->id = (uint16_t)id.value;
    if (name.value > 0)
      fingerprint->name = softkey_cbor_dup_text(&name);
    g_ptr_array_add(store->fingerprints, fingerprint);
  }
}

static void
set_flags(SoftkeyStore *store, uint64_t flags)
{
  store->force_change = (flags & FORCE_CHANGE) != 0;
  store->always_uv_toggled = (flags & ALWAYS_UV_TOGGLED) != 0;
  store->enterprise = (flags & ENTERPRISE) != 0;
}

static bool
read_state(SoftkeyStore *store, const uint8_t *bytes, size_t len)
{
  SoftkeyCborItem map, format, seed, counter, hash, retries, residents, member;
  SoftkeyCborItem length, min_length, flags, rp_ids, uv_retries, fingerprints,
      blobs, serial;
  const SoftkeyCborField fields[] = {
      {NULL, FORMAT_KEY, SOFTKEY_CBOR_UINT, true, &format},
      {NULL, SEED, SOFTKEY_CBOR_BYTES, true, &seed},
      {NULL, COUNTER, SOFTKEY_CBOR_UINT, true, &counter},
      {NULL, PIN_HASH, SOFTKEY_CBOR_BYTES, false, &hash},
      {NULL, PIN_RETRIES, SOFTKEY_CBOR_UINT, true, &retries},
      {NULL, RESIDENTS, SOFTKEY_CBOR_ARRAY, true, &residents},
      {NULL, PIN_LENGTH, SOFTKEY_CBOR_UINT, false, &length},
      {NULL, MIN_PIN_LENGTH, SOFTKEY_CBOR_UINT, false, &min_length},
      {NULL, FLAGS, SOFTKEY_CBOR_UINT, false, &flags},
      {NULL, MIN_PIN_RP_IDS, SOFTKEY_CBOR_ARRAY, false, &rp_ids},
      {NULL, UV_RETRIES, SOFTKEY_CBOR_UINT, false, &uv_retries},
      {NULL, FINGERPRINTS, SOFTKEY_CBOR_ARRAY, false, &fingerprints},
      {NULL, BLOBS, SOFTKEY_CBOR_BYTES, false, &blobs},
      {NULL, SERIAL, SOFTKEY_CBOR_BYTES, false, &serial},
  };
  size_t cursor = 0;

  if (!softkey_cbor_read(bytes, len, &map) ||
      softkey_cbor_fields(&map, fields, G_N_ELEMENTS(fields)) !=
          SOFTKEY_STATUS_OK ||
      format.value != FORMAT || seed.value != 32 ||
      counter.value > UINT32_MAX || retries.value > SOFTKEY_STORE_PIN_RETRIES ||
      (hash.size > 0 && hash.value != 16) || length.value > 63 ||
      min_length.value > 63)
    return false;
  memcpy(store->seed, seed.data, 32);
  store->counter = (uint32_t)counter.value;
  store->pin_retries = (uint8_t)retries.value;
  store->pin_set = hash.size > 0;
  if (store->pin_set)
    memcpy(store->pin_hash, hash.data, 16);
  store->pin_length = (uint8_t)length.value;
  store->min_pin_length = (uint8_t)min_length.value;
  set_flags(store, flags.value);
  store->min_pin_rp_ids = read_rp_ids(&rp_ids);
  store->uv_retries = uv_retries.size > 0 ? (uint8_t)uv_retries.value
                                          : SOFTKEY_STORE_UV_RETRIES;
  read_fingerprints(store, &fingerprints);
  if (blobs.size > 0)
    store->blobs = g_bytes_new(blobs.data, (gsize)blobs.value);
  if (serial.size > 0)
    store->serial = g_bytes_new(serial.data, (gsize)serial.value);
  while (softkey_cbor_next(&residents, &cursor, &member))
    if (!read_resident(store, &member))
      return false;
  return true;
}

/* Reads at most MAX_FILE bytes. Returns NULL with errno set. */
static GByteArray *
read_file(const char *path)
{
  g_autoptr(SecretBytes) bytes = g_byte_array_new();
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n;

  if (fd < 0)
    return NULL;
  g_byte_array_set_size(bytes, MAX_FILE);
  n = read(fd, bytes->data, MAX_FILE);
  (void)close(fd); /* nothing was written */
  if (n < 0)
    return NULL;
  g_byte_array_set_size(bytes, (guint)n);
  return g_steal_pointer(&bytes);
}

SoftkeyStore *
softkey_store_open(const char *path, SoftkeyEnv *env, GError **error)
{
  g_autoptr(SoftkeyStore) store = g_new0(SoftkeyStore, 1);
  g_autoptr(SecretBytes) bytes = NULL;

  store->path = g_strdup(path);
  store->fingerprints = g_ptr_array_new_with_free_func(
      (GDestroyNotify)softkey_store_fingerprint_free);
  store->residents = g_ptr_array_new_with_free_func(
      (GDestroyNotify)softkey_store_resident_free);
  if (path != NULL)
    bytes = read_file(path);
  if (bytes != NULL) {
    if (read_state(store, bytes->data, bytes->len))
      return g_steal_pointer(&store);
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED,
                "%s is not the state of a software key", path);
    return NULL;
  }
  if (path != NULL && errno != ENOENT) {
    softkey_error_file(error, "read", path);
    return NULL;
  }
  softkey_store_wipe(store, env);
  if (!softkey_store_save(store, error))
    return NULL;
  return g_steal_pointer(&store);
}

/* Writing */

static void
put_resident(GByteArray *out, const SoftkeyResident *resident)
{
  gsize len;
  const void *user_id = g_bytes_get_data(resident->user_id, &len);

  softkey_cbor_put_map(out, 3 + (size_t)(resident->user_name != NULL) +
                                (size_t)(resident->display_name != NULL) +
                                (size_t)(resident->blob != NULL));
  softkey_cbor_put_integer(out, ID);
  softkey_cbor_put_bytes(out, resident->handle.id, SOFTKEY_HANDLE_SIZE);
  softkey_cbor_put_integer(out, RP_ID);
  softkey_cbor_put_text(out, resident->rp_id);
  softkey_cbor_put_integer(out, USER_ID);
  softkey_cbor_put_bytes(out, user_id, len);
  if (resident->user_name != NULL) {
    softkey_cbor_put_integer(out, USER_NAME);
    softkey_cbor_put_text(out, resident->user_name);
  }
  if (resident->display_name != NULL) {
    softkey_cbor_put_integer(out, DISPLAY_NAME);
    softkey_cbor_put_text(out, resident->display_name);
  }
  if (resident->blob != NULL) {
    softkey_cbor_put_integer(out, BLOB);
    softkey_cbor_put_bytes(out, g_bytes_get_data(resident->blob, NULL),
                           g_bytes_get_size(resident->blob));
  }
}

/* What authenticatorConfig changed. */
static void
put_config(GByteArray *out, const SoftkeyStore *store)
{
  softkey_cbor_put_integer(out, PIN_LENGTH);
  softkey_cbor_put_integer(out, store->pin_length);
  softkey_cbor_put_integer(out, MIN_PIN_LENGTH);
  softkey_cbor_put_integer(out, store->min_pin_length);
  softkey_cbor_put_integer(out, FLAGS);
  softkey_cbor_put_integer(
      out, (store->force_change ? FORCE_CHANGE : 0) |
               (store->always_uv_toggled ? ALWAYS_UV_TOGGLED : 0) |
               (store->enterprise ? ENTERPRISE : 0));
  softkey_cbor_put_integer(out, MIN_PIN_RP_IDS);
  softkey_cbor_put_array(out, store->min_pin_rp_ids != NULL
                                  ? g_strv_length(store->min_pin_rp_ids)
                                  : 0);
  for (char **at = store->min_pin_rp_ids; at != NULL && *at != NULL; at++)
    softkey_cbor_put_text(out, *at);
}

static void
put_fingerprints(GByteArray *out, const SoftkeyStore *store)
{
  softkey_cbor_put_integer(out, UV_RETRIES);
  softkey_cbor_put_integer(out, store->uv_retries);
  softkey_cbor_put_integer(out, FINGERPRINTS);
  softkey_cbor_put_array(out, 2 * store->fingerprints->len);
  for (guint i = 0; i < store->fingerprints->len; i++) {
    const SoftkeyFingerprint *fingerprint = store->fingerprints->pdata[i];

    softkey_cbor_put_integer(out, fingerprint->id);
    softkey_cbor_put_text(out,
                          fingerprint->name != NULL ? fingerprint->name : "");
  }
}

static GByteArray *
write_state(const SoftkeyStore *store)
{
  GByteArray *out = g_byte_array_new();

  softkey_cbor_put_map(out, (store->pin_set ? 12u : 11u) +
                                (store->blobs != NULL) +
                                (store->serial != NULL));
  softkey_cbor_put_integer(out, FORMAT_KEY);
  softkey_cbor_put_integer(out, FORMAT);
  softkey_cbor_put_integer(out, SEED);
  softkey_cbor_put_bytes(out, store->seed, sizeof store->seed);
  softkey_cbor_put_integer(out, COUNTER);
  softkey_cbor_put_integer(out, store->counter);
  if (store->pin_set) {
    softkey_cbor_put_integer(out, PIN_HASH);
    softkey_cbor_put_bytes(out, store->pin_hash, sizeof store->pin_hash);
  }
  softkey_cbor_put_integer(out, PIN_RETRIES);
  softkey_cbor_put_integer(out, store->pin_retries);
  softkey_cbor_put_integer(out, RESIDENTS);
  softkey_cbor_put_array(out, store->residents->len);
  for (guint i = 0; i < store->residents->len; i++)
    put_resident(out, store->residents->pdata[i]);
  put_config(out, store);
  put_fingerprints(out, store);
  if (store->blobs != NULL) {
    softkey_cbor_put_integer(out, BLOBS);
    softkey_cbor_put_bytes(out, g_bytes_get_data(store->blobs, NULL),
                           g_bytes_get_size(store->blobs));
  }
  if (store->serial != NULL) {
    softkey_cbor_put_integer(out, SERIAL);
    softkey_cbor_put_bytes(out, g_bytes_get_data(store->serial, NULL),
                           g_bytes_get_size(store->serial));
  }
  return out;
}

static bool
write_file(const char *path, const GByteArray *bytes)
{
  int fd =
      open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool ok;

  if (fd < 0)
    return false;
  ok = write(fd, bytes->data, bytes->len) == (ssize_t)bytes->len &&
       fsync(fd) == 0;
  return close(fd) == 0 && ok;
}

static bool
sync_folder(const char *path)
{
  g_autofree char *folder = g_path_get_dirname(path);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && fsync(fd) == 0;

  if (fd >= 0)
    (void)close(fd); /* nothing was written through it */
  return ok;
}

bool
softkey_store_save(SoftkeyStore *store, GError **error)
{
  g_autoptr(SecretBytes) bytes = NULL;
  g_autofree char *fresh = NULL;

  if (store->path == NULL)
    return true;
  bytes = write_state(store);
  fresh = g_strconcat(store->path, ".new", NULL);
  if (!write_file(fresh, bytes) || rename(fresh, store->path) != 0) {
    softkey_error_file(error, "write", fresh);
    (void)unlink(fresh); /* half a file is of no use */
    return false;
  }
  if (!sync_folder(store->path))
    return softkey_error_file(error, "write", store->path);
  return true;
}

void
softkey_store_wipe(SoftkeyStore *store, SoftkeyEnv *env)
{
  env->random(env, store->seed, sizeof store->seed);
  store->counter = 0;
  store->pin_set = false;
  OPENSSL_cleanse(store->pin_hash, sizeof store->pin_hash);
  store->pin_retries = SOFTKEY_STORE_PIN_RETRIES;
  store->pin_length = 0;
  store->min_pin_length = 0;
  set_flags(store, 0);
  g_clear_pointer(&store->min_pin_rp_ids, g_strfreev);
  store->uv_retries = SOFTKEY_STORE_UV_RETRIES;
  g_clear_pointer(&store->blobs, g_bytes_unref);
  g_ptr_array_set_size(store->fingerprints, 0);
  g_ptr_array_set_size(store->residents, 0);
}

SoftkeyResident *
softkey_store_find(SoftkeyStore *store, const uint8_t *id)
{
  for (guint i = 0; i < store->residents->len; i++) {
    SoftkeyResident *resident = store->residents->pdata[i];

    if (memcmp(resident->handle.id, id, SOFTKEY_HANDLE_SIZE) == 0)
      return resident;
  }
  return NULL;
}

void
softkey_store_add(SoftkeyStore *store, SoftkeyResident *resident)
{
  for (guint i = 0; i < store->residents->len; i++) {
    SoftkeyResident *old = store->residents->pdata[i];

    if (memcmp(old->rp_hash, resident->rp_hash, 32) == 0 &&
        g_bytes_equal(old->user_id, resident->user_id)) {
      g_ptr_array_remove_index(store->residents, i);
      break;
    }
  }
  g_ptr_array_add(store->residents, resident);
}
