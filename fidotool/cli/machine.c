/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - one folder, two files: machine.pem and id. */
#include "fidotool/cli/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/sshsig.h"

#define KEY "machine.pem"
#define ID "id"
#define MAX_FILE 4096

char *
fidotool_machine_default(void)
{
  return g_build_filename(g_get_user_state_dir(), "keyturn", "machine", NULL);
}

static bool
fail(FidotoolError code, const char *path, const char *why, GError **error)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s: %s", path, why);
  return false;
}

static bool
check_folder(const char *folder, GError **error)
{
  struct stat st;

  if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
    return fail(FIDOTOOL_ERROR_NOT_FOUND, folder,
                "there is no machine key; make one with fidotool machine init",
                error);
  if (st.st_uid != geteuid() || (st.st_mode & 077) != 0)
    return fail(FIDOTOOL_ERROR_PERMISSION, folder,
                "must be yours and closed to others (chmod 700)", error);
  return true;
}

/* Never over one that is there: a machine's key is enrolled by two people. */
static bool
write_new(const char *path, const char *text, size_t len, GError **error)
{
  int fd =
      open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool ok;

  if (fd < 0)
    return fail(FIDOTOOL_ERROR_FAILED, path,
                errno == EEXIST ? "is there already" : g_strerror(errno),
                error);
  ok = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
  if (close(fd) == 0 && ok)
    return true;
  (void)unlink(path); /* half a key is none */
  return fail(FIDOTOOL_ERROR_FAILED, path, "cannot be written", error);
}

static bool
write_key(const char *path, EVP_PKEY *key, GError **error)
{
  BIO *bio = BIO_new(BIO_s_secmem());
  char *text = NULL;
  bool ok =
      bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
  long len = ok ? BIO_get_mem_data(bio, &text) : 0;

  if (ok)
    ok = write_new(path, text, (size_t)len, error);
  else
    (void)fail(FIDOTOOL_ERROR_FAILED, path, "the key cannot be made", error);
  BIO_free_all(bio);
  return ok;
}

FidotoolMachine *
fidotool_machine_make(const char *folder, const char *id, GError **error)
{
  g_autofree char *key_path = g_build_filename(folder, KEY, NULL);
  g_autofree char *id_path = g_build_filename(folder, ID, NULL);
  g_autofree char *line = g_strdup_printf("%s\n", id);
  EVP_PKEY *key;
  bool ok;

  if (!recovery_jcs_is_id(id)) {
    (void)fail(FIDOTOOL_ERROR_USAGE, id,
               "an id is small letters, digits and hyphens, 64 at most", error);
    return NULL;
  }
  if (g_mkdir_with_parents(folder, 0700) != 0) {
    (void)fail(FIDOTOOL_ERROR_PERMISSION, folder, g_strerror(errno), error);
    return NULL;
  }
  if (!check_folder(folder, error))
    return NULL;
  key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  ok = write_key(key_path, key, error);
  EVP_PKEY_free(key);
  if (ok && !write_new(id_path, line, strlen(line), error)) {
    (void)unlink(key_path); /* both or none */
    ok = false;
  }
  return ok ? fidotool_machine_open(folder, error) : NULL;
}

static char *
read_small(const char *path, GError **error)
{
  char text[MAX_FILE + 1];
  ssize_t len;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0) {
    (void)fail(FIDOTOOL_ERROR_NOT_FOUND, path, g_strerror(errno), error);
    return NULL;
  }
  len = read(fd, text, sizeof text);
  (void)close(fd); /* only read from */
  if (len < 0 || (size_t)len >= sizeof text) {
    (void)fail(FIDOTOOL_ERROR_INVALID, path, "cannot be read", error);
    return NULL;
  }
  text[len] = '\0';
  return g_strdup(text);
}

static bool
load_key(FidotoolMachine *machine, const char *path, GError **error)
{
  g_autofree char *text = read_small(path, error);
  RecoverySshsigKey key = {.type = RECOVERY_SSHSIG_ED25519};
  size_t len = 32;
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *base64 = NULL;
  BIO *bio;

  if (!text)
    return false;
  bio = BIO_new_mem_buf(text, -1);
  machine->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
  BIO_free_all(bio);
  explicit_bzero(text, strlen(text));
  if (!machine->key || EVP_PKEY_get_id(machine->key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(machine->key, key.point, &len) != 1)
    return fail(FIDOTOOL_ERROR_INVALID, path, "holds no Ed25519 key", error);
  bytes = recovery_sshsig_write_key(&key);
  base64 = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                 g_bytes_get_size(bytes));
  machine->public_key = g_strdup_printf("ssh-ed25519 %s", base64);
  return true;
}

FidotoolMachine *
fidotool_machine_open(const char *place, GError **error)
{
  g_autoptr(FidotoolMachine) machine = g_new0(FidotoolMachine, 1);
  g_autofree char *key_path = NULL;
  g_autofree char *id_path = NULL;

  machine->folder = g_file_test(place, G_FILE_TEST_IS_REGULAR)
                        ? g_path_get_dirname(place)
                        : g_strdup(place);
  if (!check_folder(machine->folder, error))
    return NULL;
  key_path = g_build_filename(machine->folder, KEY, NULL);
  id_path = g_build_filename(machine->folder, ID, NULL);
  machine->id = read_small(id_path, error);
  if (!machine->id)
    return NULL;
  g_strchomp(machine->id);
  if (!recovery_jcs_is_id(machine->id)) {
    (void)fail(FIDOTOOL_ERROR_INVALID, id_path, "holds no id", error);
    return NULL;
  }
  return load_key(machine, key_path, error) ? g_steal_pointer(&machine) : NULL;
}

void
fidotool_machine_free(FidotoolMachine *machine)
{
  if (!machine)
    return;
  EVP_PKEY_free(machine->key);
  g_free(machine->folder);
  g_free(machine->id);
  g_free(machine->public_key);
  g_free(machine);
}
