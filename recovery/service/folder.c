/* SPDX-License-Identifier: Apache-2.0 */
/* folder.c - checks before it trusts, and makes what is missing once. */
#include "recovery/service/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <pwd.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/service/callers.h"
#include "recovery/service/file.h"
#include "recovery/service/peer.h"

#define CONF "station.conf"
#define CALLERS "callers.conf"
#define GROUP "station"
#define MAX_FILE 65536
#define LOCK_PATIENCE_US (2 * G_USEC_PER_SEC)

static bool
fail(const char *path, const char *why, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED, "%s %s", path, why);
  return false;
}

static bool
make_folder(const char *path, GError **error)
{
  if (mkdir(path, 0700) == 0 || errno == EEXIST)
    return true;
  return fail(path, g_strerror(errno), error);
}

/* A folder, no link to one; ours; closed to everybody else. */
static bool
check_folder(const char *path, GError **error)
{
  struct stat st;

  if (lstat(path, &st) != 0)
    return fail(path, g_strerror(errno), error);
  if (!S_ISDIR(st.st_mode))
    return fail(path, "is no folder", error);
  if (st.st_uid != geteuid())
    return fail(path, "belongs to somebody else", error);
  if ((st.st_mode & 077) != 0)
    return fail(path, "is open to others: close it with chmod 700", error);
  return true;
}

/* Whoever held the station may be about to end: a kiosk that was stopped takes
 * its recoveryd with it, and the next one starts at once. */
static bool
wait_for_lock(int lock)
{
  const gint64 end = g_get_monotonic_time() + LOCK_PATIENCE_US;

  while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || g_get_monotonic_time() >= end)
      return false;
    g_usleep(LOCK_PATIENCE_US / 100);
  }
  return true;
}

static bool
take_lock(RecoveryFolder *folder, GError **error)
{
  g_autofree char *path = g_build_filename(folder->path, "lock", NULL);

  folder->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (folder->lock < 0)
    return fail(path, g_strerror(errno), error);
  if (!wait_for_lock(folder->lock))
    return fail(folder->path, "is in use by another recoveryd", error);
  return true;
}

/* What a new station may find: the lock, and what an unfinished start left. */
static bool
check_empty(const RecoveryFolder *folder, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open(folder->path, 0, NULL);
  const char *name;

  if (!dir)
    return fail(folder->path, "cannot be read", error);
  while ((name = g_dir_read_name(dir)))
    if (strcmp(name, "lock") != 0 && strcmp(name, "." CONF ".new") != 0)
      return fail(folder->path,
                  "holds something else than a station: choose an empty folder",
                  error);
  return true;
}

static bool
write_conf(const RecoveryFolder *folder, GError **error)
{
  g_autoptr(GKeyFile) conf = g_key_file_new();
  g_autofree char *text = NULL;
  gsize len = 0;

  g_key_file_set_integer(conf, GROUP, "version", 1);
  g_key_file_set_boolean(conf, GROUP, "practice", folder->practice);
  if (!folder->practice)
    g_key_file_set_string(conf, GROUP, "kiosk_user", "kiosk");
  text = g_key_file_to_data(conf, &len, NULL);
  return recovery_file_write(folder->path, CONF, text, len, error);
}

/* The uid of the kiosk's user; the name is looked up here, before the
 * sandbox closes. */
static uid_t
find_kiosk(GKeyFile *conf)
{
  g_autofree char *name =
      g_key_file_get_string(conf, GROUP, "kiosk_user", NULL);
  const struct passwd *entry = name ? getpwnam(name) : NULL;

  return entry ? entry->pw_uid : RECOVERY_PEER_NOBODY;
}

static bool
read_conf(RecoveryFolder *folder, GBytes *bytes, GError **error)
{
  g_autoptr(GKeyFile) conf = g_key_file_new();
  g_autoptr(GError) own = NULL;
  gsize len = 0;
  const char *text = g_bytes_get_data(bytes, &len);
  bool practice;

  if (!g_key_file_load_from_data(conf, text, len, G_KEY_FILE_NONE, NULL) ||
      g_key_file_get_integer(conf, GROUP, "version", NULL) != 1)
    return fail(folder->path, "has a station.conf that cannot be read", error);
  practice = g_key_file_get_boolean(conf, GROUP, "practice", &own);
  if (own)
    return fail(folder->path, "has a station.conf that cannot be read", error);
  if (practice != folder->practice)
    return fail(folder->path,
                practice ? "is a practice station: use --practice"
                         : "is no practice station",
                error);
  folder->kiosk = practice ? RECOVERY_PEER_NOBODY : find_kiosk(conf);
  return true;
}

static bool
load_conf(RecoveryFolder *folder, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(GBytes) bytes =
      recovery_file_read(folder->path, CONF, MAX_FILE, &own);

  if (own) {
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
  if (!bytes) {
    if (!check_empty(folder, error) || !write_conf(folder, error))
      return false;
    bytes = recovery_file_read(folder->path, CONF, MAX_FILE, error);
  }
  return bytes && read_conf(folder, bytes, error);
}

/* A class of its own: it must take no other one's place. In practice the owner
 * tries callers out, and stays the owner. */
static bool
check_caller(const RecoveryFolder *folder, const RecoveryCaller *caller,
             GError **error)
{
  if (folder->practice || (caller->uid != 0 && caller->uid != folder->kiosk &&
                           caller->uid != folder->owner))
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
              CALLERS ", [%s]: root, the kiosk's user and recoveryd's own are "
                      "no callers",
              caller->name);
  return false;
}

static bool
load_callers(RecoveryFolder *folder, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(GBytes) bytes =
      recovery_file_read(folder->path, CALLERS, MAX_FILE, &own);

  if (own) {
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
  if (!bytes)
    return true;
  folder->callers = recovery_callers_read(g_bytes_get_data(bytes, NULL),
                                          g_bytes_get_size(bytes), error);
  for (guint i = 0; folder->callers && i < folder->callers->len; i++)
    if (!check_caller(folder, folder->callers->pdata[i], error))
      return false;
  return folder->callers != NULL;
}

static bool
write_key(const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  BIO *bio = BIO_new(BIO_s_secmem());
  char *text = NULL;
  long len = 0;
  bool ok = key && bio &&
            PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;

  if (ok)
    len = BIO_get_mem_data(bio, &text);
  if (ok)
    ok = recovery_file_write(folder, name, text, (size_t)len, error);
  else
    (void)fail(path, "cannot be made", error);
  BIO_free_all(bio);
  EVP_PKEY_free(key);
  return ok;
}

static EVP_PKEY *
read_key(const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(GBytes) bytes = recovery_file_read(folder, name, MAX_FILE, error);
  EVP_PKEY *key = NULL;
  BIO *bio;
  gsize len = 0;

  if (!bytes)
    return NULL;
  bio = BIO_new_mem_buf(g_bytes_get_data(bytes, &len),
                        (int)g_bytes_get_size(bytes));
  if (bio)
    key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
  BIO_free_all(bio);
  if (key && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519)
    return key;
  EVP_PKEY_free(key);
  (void)fail(path, "holds no Ed25519 key", error);
  return NULL;
}

/* Never a new key for an old record: it would pass for another station. */
static bool
check_may_make(const RecoveryFolder *folder, const char *name, GError **error)
{
  if (!g_file_test(folder->store, G_FILE_TEST_EXISTS))
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED,
              "%s has a record, but its keys/%s is missing", folder->path,
              name);
  return false;
}

static EVP_PKEY *
load_key(const RecoveryFolder *folder, const char *keys, const char *name,
         bool of_record, GError **error)
{
  GError *own = NULL;
  EVP_PKEY *key = read_key(keys, name, &own);

  if (!key && !own && (!of_record || check_may_make(folder, name, &own)) &&
      write_key(keys, name, &own))
    key = read_key(keys, name, &own);
  if (!key)
    g_propagate_error(error, own);
  return key;
}

static bool
load_kek(RecoveryFolder *folder, const char *keys, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(GBytes) bytes = recovery_file_read(keys, "kek", MAX_FILE, &own);
  gsize len = 0;

  if (own) {
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
  if (bytes) {
    const void *data = g_bytes_get_data(bytes, &len);

    if (len != sizeof folder->kek)
      return fail(keys, "has a key of the wrong length", error);
    memcpy(folder->kek, data, len);
    return true;
  }
  if (!check_may_make(folder, "kek", error))
    return false;
  if (RAND_bytes(folder->kek, sizeof folder->kek) != 1)
    return fail(keys, "gets no random bytes", error);
  return recovery_file_write(keys, "kek", folder->kek, sizeof folder->kek,
                             error);
}

static bool
load_keys(RecoveryFolder *folder, GError **error)
{
  g_autofree char *keys = g_build_filename(folder->path, "keys", NULL);

  if (!make_folder(keys, error) || !check_folder(keys, error))
    return false;
  folder->station_key = load_key(folder, keys, "station.pem", true, error);
  if (!folder->station_key)
    return false;
  folder->machine_key = load_key(folder, keys, "machine.pem", true, error);
  if (!folder->machine_key)
    return false;
  folder->plan_key = load_key(folder, keys, "plan.pem", false, error);
  return folder->plan_key && load_kek(folder, keys, error);
}

static bool
load(RecoveryFolder *folder, GError **error)
{
  return make_folder(folder->path, error) &&
         check_folder(folder->path, error) && take_lock(folder, error) &&
         load_conf(folder, error) && load_callers(folder, error) &&
         make_folder(folder->outbox, error) &&
         check_folder(folder->outbox, error) &&
         make_folder(folder->files, error) &&
         check_folder(folder->files, error) && load_keys(folder, error);
}

RecoveryFolder *
recovery_folder_open(const char *path, bool practice, GError **error)
{
  g_autoptr(RecoveryFolder) folder = g_new0(RecoveryFolder, 1);

  folder->path = g_canonicalize_filename(path, NULL);
  folder->store = g_build_filename(folder->path, "record.db", NULL);
  folder->outbox = g_build_filename(folder->path, "outbox", NULL);
  folder->files = g_build_filename(folder->path, "files", NULL);
  folder->socket = g_build_filename(folder->path, "socket", NULL);
  folder->practice = practice;
  folder->owner = geteuid();
  folder->lock = -1;
  return load(folder, error) ? g_steal_pointer(&folder) : NULL;
}

void
recovery_folder_free(RecoveryFolder *folder)
{
  if (!folder)
    return;
  EVP_PKEY_free(folder->station_key);
  EVP_PKEY_free(folder->machine_key);
  EVP_PKEY_free(folder->plan_key);
  explicit_bzero(folder->kek, sizeof folder->kek);
  g_clear_pointer(&folder->callers, g_ptr_array_unref);
  if (folder->lock >= 0)
    (void)close(folder->lock); /* unlocks */
  g_free(folder->path);
  g_free(folder->store);
  g_free(folder->outbox);
  g_free(folder->files);
  g_free(folder->socket);
  g_free(folder);
}
