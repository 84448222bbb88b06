/* SPDX-License-Identifier: Apache-2.0 */
/* checkpoint.c - C2SP signed notes over a tree head, Ed25519 (type 0x01). */
#include "recovery/format/checkpoint.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"

#define DASH "\xe2\x80\x94 " /* U+2014 and the one space */
#define KEY_ID 4
#define SIGNATURE 64
/* A note is a few hundred bytes; witnesses add a line each. */
#define NOTE_MAX 65536

static bool
fail(GError **error, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "checkpoint: %s",
              why);
  return false;
}

/* SHA-256(name || 0x0A || 0x01 || public key), first four bytes. */
static void
find_key_id(const char *name, const uint8_t public_key[32],
            uint8_t ret_id[KEY_ID])
{
  FidotoolPiece pieces[] = {
      {name, strlen(name)}, {"\n\x01", 2}, {public_key, 32}};
  uint8_t digest[FIDOTOOL_BYTES_SHA256];

  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), digest);
  memcpy(ret_id, digest, KEY_ID);
}

/* Names in notes: not empty, no space of any kind, no plus sign. */
static bool
is_name(const char *name)
{
  if (*name == '\0' || !g_utf8_validate(name, -1, NULL))
    return false;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (g_unichar_isspace(c) || g_unichar_iscntrl(c) || c == '+')
      return false;
  }
  return true;
}

bool
recovery_checkpoint_is_origin(const char *origin)
{
  const char *slash = origin == NULL ? NULL : strrchr(origin, '/');
  const char *epoch;
  size_t len;

  if (slash == NULL || slash == origin || slash[-1] == '/')
    return false;
  len = strlen(origin);
  if (len < 3 || len > 200)
    return false;
  for (const char *p = origin; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && strchr("._~:/-", *p) == NULL)
      return false;
  epoch = slash + 1;
  len = strlen(epoch);
  return len >= 1 && len <= 9 && strspn(epoch, "0123456789") == len &&
         (*epoch != '0' || len == 1);
}

static char *
write_head(const RecoveryCheckpoint *checkpoint)
{
  g_autofree char *root =
      fidotool_bytes_base64(checkpoint->root, RECOVERY_TREE_HASH);

  return g_strdup_printf("%s\n%" G_GUINT64_FORMAT "\n%s\n", checkpoint->origin,
                         checkpoint->size, root);
}

char *
recovery_checkpoint_make(const RecoveryCheckpoint *checkpoint, EVP_PKEY *key,
                         GError **error)
{
  g_autofree char *head = write_head(checkpoint);
  g_autofree char *signature = NULL;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  uint8_t signed_id[KEY_ID + SIGNATURE], public_key[32];
  size_t key_len = sizeof(public_key), len = SIGNATURE;
  bool good;

  good = is_name(checkpoint->origin) &&
         EVP_PKEY_get_raw_public_key(key, public_key, &key_len) == 1 &&
         key_len == sizeof(public_key) &&
         EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
         EVP_DigestSign(context, signed_id + KEY_ID, &len,
                        (const uint8_t *)head, strlen(head)) == 1 &&
         len == SIGNATURE;
  EVP_MD_CTX_free(context);
  if (!good) {
    fail(error, "cannot be signed with this key");
    return NULL;
  }
  find_key_id(checkpoint->origin, public_key, signed_id);
  signature = fidotool_bytes_base64(signed_id, sizeof(signed_id));
  return g_strdup_printf("%s\n" DASH "%s %s\n", head, checkpoint->origin,
                         signature);
}

/* The three lines; nothing else may stand before the empty line. */
static bool
read_head(char *const *lines, RecoveryCheckpoint *head)
{
  g_autoptr(GBytes) root = fidotool_bytes_unbase64(lines[2]);
  guint64 size;

  if (!is_name(lines[0]) || strlen(lines[0]) >= sizeof(head->origin))
    return false;
  if (!g_ascii_isdigit(*lines[1]) || (*lines[1] == '0' && lines[1][1] != 0) ||
      !g_ascii_string_to_unsigned(lines[1], 10, 0, G_MAXINT64, &size, NULL))
    return false;
  if (root == NULL || g_bytes_get_size(root) != RECOVERY_TREE_HASH)
    return false;
  g_strlcpy(head->origin, lines[0], sizeof(head->origin));
  head->size = size;
  memcpy(head->root, g_bytes_get_data(root, NULL), RECOVERY_TREE_HASH);
  return true;
}

/* One signature line: its name and bytes; NULL when it is none. */
static GBytes *
read_signature(const char *line, char **ret_name)
{
  const char *space;
  g_autofree char *name = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (!g_str_has_prefix(line, DASH))
    return NULL;
  line += strlen(DASH);
  space = strchr(line, ' ');
  if (space == NULL)
    return NULL;
  name = g_strndup(line, (size_t)(space - line));
  bytes = fidotool_bytes_unbase64(space + 1);
  if (!is_name(name) || bytes == NULL)
    return NULL;
  *ret_name = g_steal_pointer(&name);
  return g_steal_pointer(&bytes);
}

static bool
verify_signature(const uint8_t public_key[32], const char *text, size_t len,
                 const uint8_t *signature, size_t signature_len)
{
  EVP_PKEY *key =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, 32);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = key != NULL && signature_len == SIGNATURE &&
              EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestVerify(context, signature, signature_len,
                               (const uint8_t *)text, len) == 1;

  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good;
}

/* Exactly one signature line is the key's, and it holds. */
static bool
check_signatures(char *const *lines, const RecoveryCheckpoint *head,
                 const uint8_t public_key[32], GError **error)
{
  g_autofree char *text = write_head(head);
  uint8_t id[KEY_ID];
  int found = 0;

  find_key_id(head->origin, public_key, id);
  for (; *lines != NULL && **lines != '\0'; lines++) {
    g_autofree char *name = NULL;
    g_autoptr(GBytes) bytes = read_signature(*lines, &name);
    const uint8_t *data;
    size_t len;

    if (bytes == NULL)
      return fail(error, "a line that is no signature");
    data = g_bytes_get_data(bytes, &len);
    if (strcmp(name, head->origin) != 0 || len < KEY_ID ||
        memcmp(data, id, KEY_ID) != 0)
      continue;
    if (!verify_signature(public_key, text, strlen(text), data + KEY_ID,
                          len - KEY_ID))
      return fail(error, "the station's signature does not hold");
    found++;
  }
  if (*lines == NULL || lines[1] != NULL)
    return fail(error, "no newline at the end, or an empty line");
  if (found != 1)
    return fail(error, found == 0 ? "not signed with the station's key"
                                  : "signed twice with the station's key");
  return true;
}

bool
recovery_checkpoint_check(const char *note, size_t len,
                          const uint8_t public_key[32],
                          RecoveryCheckpoint *ret_checkpoint, GError **error)
{
  RecoveryCheckpoint head = {0};
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (len == 0 || len > NOTE_MAX || memchr(note, '\0', len) != NULL ||
      !g_utf8_validate(note, (gssize)len, NULL))
    return fail(error, "no text");
  text = g_strndup(note, len);
  lines = g_strsplit(text, "\n", -1);
  if (g_strv_length(lines) < 6 || *lines[3] != '\0' || !read_head(lines, &head))
    return fail(error, "not an origin, a size and a root");
  if (!check_signatures(lines + 4, &head, public_key, error))
    return false;
  *ret_checkpoint = head;
  return true;
}

char *
recovery_checkpoint_vkey(const char *name, const uint8_t public_key[32])
{
  uint8_t typed[33] = {0x01}, id[KEY_ID];
  g_autofree char *hex = NULL, *base64 = NULL;

  find_key_id(name, public_key, id);
  memcpy(typed + 1, public_key, 32);
  hex = fidotool_bytes_hex(id, sizeof(id));
  base64 = fidotool_bytes_base64(typed, sizeof(typed));
  return g_strdup_printf("%s+%s+%s", name, hex, base64);
}

bool
recovery_checkpoint_read_vkey(const char *text, uint8_t ret_public_key[32],
                              GError **error)
{
  /* The base64 part may have plus signs of its own. */
  g_auto(GStrv) parts = g_strsplit(text, "+", 3);
  g_autoptr(GBytes) typed = NULL;
  g_autofree char *again = NULL;
  const uint8_t *data;
  size_t len;

  if (g_strv_length(parts) != 3 || !is_name(parts[0]))
    return fail(error, "the key text has not three parts");
  typed = fidotool_bytes_unbase64(parts[2]);
  data = typed == NULL ? NULL : g_bytes_get_data(typed, &len);
  if (data == NULL || len != 33 || data[0] != 0x01)
    return fail(error, "the key text holds no Ed25519 key");
  again = recovery_checkpoint_vkey(parts[0], data + 1);
  if (strcmp(again, text) != 0)
    return fail(error, "the key text has another key id");
  memcpy(ret_public_key, data + 1, 32);
  return true;
}

bool
recovery_checkpoint_same_station(const char *origin_a, const char *origin_b)
{
  const char *end_a = strrchr(origin_a, '/');
  const char *end_b = strrchr(origin_b, '/');

  if (end_a == NULL || end_b == NULL)
    return false;
  return end_a - origin_a == end_b - origin_b &&
         memcmp(origin_a, origin_b, (size_t)(end_a - origin_a)) == 0;
}

char *
recovery_checkpoint_proof(uint64_t index, const uint8_t *proof, size_t len,
                          const char *note)
{
  g_autoptr(GString) out = g_string_new("c2sp.org/tlog-proof@v1\n");

  g_assert(len % RECOVERY_TREE_HASH == 0);
  g_string_append_printf(out, "index %" G_GUINT64_FORMAT "\n", index);
  for (size_t i = 0; i < len; i += RECOVERY_TREE_HASH) {
    g_autofree char *hash =
        fidotool_bytes_base64(proof + i, RECOVERY_TREE_HASH);

    g_string_append_printf(out, "%s\n", hash);
  }
  g_string_append_printf(out, "\n%s", note);
  return g_string_free(g_steal_pointer(&out), false);
}
