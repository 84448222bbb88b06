/* SPDX-License-Identifier: Apache-2.0 */
/* vault.c - a sealed box is 0x01 || IV (12) || AES-256-GCM text || tag (16).
 * What a value's box holds is salt (32) || value. */
#include "recovery/vault.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/json.h"
#include "recovery/error.h"

#define BOX_VERSION 1
#define IV_LEN 12
#define TAG_LEN 16
#define BOX_EXTRA (1 + IV_LEN + TAG_LEN)
#define KEY_LEN 32
#define SALT_LEN 32
/* A frozen case line is an entry's size at most. */
#define VALUE_MAX 65536

struct RecoveryVault {
  RecoveryStore *store;
  uint8_t wrap[KEY_LEN];      /* for the subjects' keys */
  uint8_t employee[SALT_LEN]; /* the fixed salt of employee ids */
};

/* Bytes that are wiped when they go. */
typedef struct {
  uint8_t data[KEY_LEN];
} Key;

static void
wipe_key(Key *key)
{
  OPENSSL_cleanse(key->data, sizeof key->data);
}

static void
wipe_bytes(GByteArray *bytes)
{
  OPENSSL_cleanse(bytes->data, bytes->len);
  g_byte_array_unref(bytes);
}

typedef GByteArray Secret;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Key, wipe_key)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, wipe_bytes)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

static bool
set_failed(GError **error, int code, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, code, "%s", what);
  return false;
}

static GBytes *
seal(const uint8_t key[KEY_LEN], const void *aad, size_t aad_len,
     const uint8_t *plain, size_t len, GError **error)
{
  g_autoptr(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
  g_autofree uint8_t *box = g_malloc(len + BOX_EXTRA);
  uint8_t *iv = box + 1, *text = iv + IV_LEN;
  int n;

  box[0] = BOX_VERSION;
  if (ctx == NULL || RAND_bytes(iv, IV_LEN) != 1 ||
      EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), key, iv, NULL) != 1 ||
      EVP_EncryptUpdate(ctx, NULL, &n, aad, (int)aad_len) != 1 ||
      EVP_EncryptUpdate(ctx, text, &n, plain, (int)len) != 1 ||
      EVP_EncryptFinal_ex(ctx, text + len, &n) != 1 ||
      EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, text + len) !=
          1) {
    set_failed(error, RECOVERY_ERROR_FAILED, "personal data was not sealed");
    return NULL;
  }
  return g_bytes_new_take(g_steal_pointer(&box), len + BOX_EXTRA);
}

static Secret *
unseal(const uint8_t key[KEY_LEN], const void *aad, size_t aad_len, GBytes *box,
       GError **error)
{
  g_autoptr(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
  g_autoptr(Secret) plain = g_byte_array_new();
  size_t len;
  const uint8_t *data = g_bytes_get_data(box, &len);
  uint8_t tag[TAG_LEN];
  int n;

  if (ctx == NULL || len < BOX_EXTRA || data[0] != BOX_VERSION ||
      len > VALUE_MAX + SALT_LEN + BOX_EXTRA) {
    set_failed(error, RECOVERY_ERROR_DAMAGED, "sealed data cannot be read");
    return NULL;
  }
  memcpy(tag, data + len - TAG_LEN, TAG_LEN);
  len -= BOX_EXTRA;
  g_byte_array_set_size(plain, (guint)len);
  if (EVP_DecryptInit_ex2(ctx, EVP_aes_256_gcm(), key, data + 1, NULL) != 1 ||
      EVP_DecryptUpdate(ctx, NULL, &n, aad, (int)aad_len) != 1 ||
      EVP_DecryptUpdate(ctx, plain->data, &n, data + 1 + IV_LEN, (int)len) !=
          1 ||
      EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) != 1 ||
      EVP_DecryptFinal_ex(ctx, plain->data + len, &n) != 1) {
    set_failed(error, RECOVERY_ERROR_DAMAGED,
               "sealed data has changed, or the key is another");
    return NULL;
  }
  return g_steal_pointer(&plain);
}

RecoveryVault *
recovery_vault_new(RecoveryStore *store, const uint8_t kek[32])
{
  static const char wrap[] = "keyturn-wrap@v1";
  static const char employee[] = "keyturn-employee@v1";
  RecoveryVault *vault = g_new0(RecoveryVault, 1);

  vault->store = store;
  fidotool_bytes_hmac(kek, 32, wrap, strlen(wrap), vault->wrap);
  fidotool_bytes_hmac(kek, 32, employee, strlen(employee), vault->employee);
  return vault;
}

void
recovery_vault_free(RecoveryVault *vault)
{
  if (vault == NULL)
    return;
  OPENSSL_cleanse(vault, sizeof *vault);
  g_free(vault);
}

/* The wrapped key's name; it is bound to that by the AAD. */
static void
name_subject(const char *subject, uint8_t ret_name[16])
{
  uint8_t digest[32];

  fidotool_bytes_sha256(subject, strlen(subject), digest);
  memcpy(ret_name, digest, 16);
}

/* false with an error; *ret_found tells whether there is one. */
static bool
find_key(RecoveryVault *vault, const uint8_t name[16], Key *ret_key,
         bool *ret_found, GError **error)
{
  g_autoptr(GBytes) wrapped = NULL;
  g_autoptr(Secret) key = NULL;

  if (!recovery_store_subject_key(vault->store, name, &wrapped, error))
    return false;
  *ret_found = wrapped != NULL;
  if (wrapped == NULL)
    return true;
  key = unseal(vault->wrap, name, 16, wrapped, error);
  if (key == NULL)
    return false;
  if (key->len != KEY_LEN)
    return set_failed(error, RECOVERY_ERROR_DAMAGED,
                      "sealed data cannot be read");
  memcpy(ret_key->data, key->data, KEY_LEN);
  return true;
}

static bool
find_or_make_key(RecoveryVault *vault, const uint8_t name[16], Key *ret_key,
                 GError **error)
{
  g_autoptr(GBytes) wrapped = NULL;
  bool found = false;

  if (!find_key(vault, name, ret_key, &found, error))
    return false;
  if (found)
    return true;
  if (RAND_bytes(ret_key->data, KEY_LEN) != 1)
    return set_failed(error, RECOVERY_ERROR_FAILED, "no random numbers");
  wrapped = seal(vault->wrap, name, 16, ret_key->data, KEY_LEN, error);
  return wrapped != NULL &&
         recovery_store_put_subject_key(vault->store, name, wrapped, error);
}

static bool
put(RecoveryVault *vault, const char *subject, const uint8_t commitment[32],
    const uint8_t salt[SALT_LEN], const char *value, int64_t expires_at,
    GError **error)
{
  size_t len = strlen(value);
  /* of its full size, so that no part is left behind by growing */
  g_autoptr(Secret) plain = g_byte_array_sized_new((guint)(SALT_LEN + len));
  g_autoptr(GBytes) box = NULL;
  g_auto(Key) key = {{0}};
  uint8_t name[16];

  if (len > VALUE_MAX)
    return set_failed(error, RECOVERY_ERROR_INVALID,
                      "a value is too long to be sealed");
  name_subject(subject, name);
  if (!find_or_make_key(vault, name, &key, error))
    return false;
  g_byte_array_append(plain, salt, SALT_LEN);
  g_byte_array_append(plain, (const uint8_t *)value, (guint)len);
  box = seal(key.data, commitment, 32, plain->data, plain->len, error);
  return box != NULL && recovery_store_put_pii(vault->store, commitment, name,
                                               box, expires_at, error);
}

bool
recovery_vault_commit(RecoveryVault *vault, const char *subject,
                      const char *value, int64_t expires_at,
                      uint8_t ret_commitment[32], GError **error)
{
  uint8_t salt[SALT_LEN];

  if (RAND_bytes(salt, sizeof salt) != 1)
    return set_failed(error, RECOVERY_ERROR_FAILED, "no random numbers");
  return recovery_vault_commit_with(vault, subject, salt, value, expires_at,
                                    ret_commitment, error);
}

bool
recovery_vault_commit_with(RecoveryVault *vault, const char *subject,
                           const uint8_t salt[SALT_LEN], const char *value,
                           int64_t expires_at, uint8_t ret_commitment[32],
                           GError **error)
{
  uint8_t commitment[32];

  fidotool_bytes_hmac(salt, SALT_LEN, value, strlen(value), commitment);
  if (!put(vault, subject, commitment, salt, value, expires_at, error))
    return false;
  memcpy(ret_commitment, commitment, 32);
  return true;
}

void
recovery_vault_employee(RecoveryVault *vault, const char *employee,
                        uint8_t ret_commitment[32])
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  g_autofree char *value = NULL;
  size_t len;

  fidotool_json_set_text(json, "employee", employee);
  value = fidotool_json_write(json, &len);
  fidotool_bytes_hmac(vault->employee, sizeof vault->employee, value, len,
                      ret_commitment);
}

bool
recovery_vault_keep(RecoveryVault *vault, const char *subject,
                    const uint8_t digest[32], const char *text,
                    int64_t expires_at, GError **error)
{
  const uint8_t no_salt[SALT_LEN] = {0};

  return recovery_store_drop_pii(vault->store, digest, error) &&
         put(vault, subject, digest, no_salt, text, expires_at, error);
}

bool
recovery_vault_open(RecoveryVault *vault, const uint8_t commitment[32],
                    uint8_t ret_salt[32], char **ret_value, GError **error)
{
  g_autoptr(GBytes) box = NULL;
  g_autoptr(Secret) plain = NULL;
  g_auto(Key) key = {{0}};
  uint8_t name[16];
  bool found = false;

  if (!recovery_store_pii(vault->store, commitment, name, &box, error) ||
      (box != NULL && !find_key(vault, name, &key, &found, error)))
    return false;
  if (!found)
    return set_failed(error, RECOVERY_ERROR_NOT_FOUND,
                      "this personal data is not there, or was erased");
  plain = unseal(key.data, commitment, 32, box, error);
  if (plain == NULL)
    return false;
  if (plain->len < SALT_LEN)
    return set_failed(error, RECOVERY_ERROR_DAMAGED,
                      "sealed data cannot be read");
  memcpy(ret_salt, plain->data, SALT_LEN);
  *ret_value =
      g_strndup((const char *)plain->data + SALT_LEN, plain->len - SALT_LEN);
  return true;
}
