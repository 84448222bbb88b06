/* SPDX-License-Identifier: Apache-2.0 */
/* ssh.c - lines of authorized_keys, and key files with a credential id. */
#include "fidotool/export/ssh.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "recovery/format/ssh-wire.h"

#define MAGIC "openssh-key-v1"
#define BLOCK 8 /* of the cipher "none" */
#define COLUMNS 70
/* SSH_SK_... of PROTOCOL.u2f */
#define FLAG_PRESENCE 0x01
#define FLAG_VERIFICATION 0x04
#define FLAG_RESIDENT 0x20

/* The public key in SSH's form. */
static GBytes *
write_key(const FidotoolExported *credential, GError **error)
{
  GBytes *key;

  if (!g_str_has_prefix(credential->rp_id, FIDOTOOL_SSH_APPLICATION)) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "the RP ID of an SSH key begins with \"ssh:\"");
    return NULL;
  }
  key = fidotool_cose_ssh_key(&credential->auth.key, credential->rp_id);
  if (key == NULL)
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                        "SSH knows security keys with ES256 and EdDSA alone");
  return key;
}

/* The first string of a public key names its type. */
static char *
read_type(GBytes *key)
{
  RecoverySshSpan span = {0}, type = {0};

  span.p = g_bytes_get_data(key, &span.len);
  if (!recovery_ssh_wire_get_string(&span, &type))
    g_assert_not_reached(); /* it is our own */
  return g_strndup((const char *)type.p, type.len);
}

char *
fidotool_ssh_line(const FidotoolExported *credential, const FidotoolSsh *how,
                  GError **error)
{
  g_autoptr(GBytes) key = write_key(credential, error);
  GString *line;
  g_autofree char *type = NULL;
  g_autofree char *text = NULL;

  if (key == NULL)
    return NULL;
  type = read_type(key);
  text =
      fidotool_bytes_base64(g_bytes_get_data(key, NULL), g_bytes_get_size(key));
  line = g_string_new(how->verify_required ? "verify-required" : "");
  if (how->no_touch_required)
    g_string_append_printf(line, "%sno-touch-required", line->len ? "," : "");
  g_string_append_printf(line, "%s%s %s", line->len ? " " : "", type, text);
  if (how->comment != NULL && *how->comment)
    g_string_append_printf(line, " %s", how->comment);
  return g_string_free(line, FALSE);
}

static uint8_t
write_flags(const FidotoolExported *credential, const FidotoolSsh *how)
{
  return (uint8_t)((how->no_touch_required ? 0 : FLAG_PRESENCE) |
                   (how->verify_required ? FLAG_VERIFICATION : 0) |
                   (credential->discoverable ? FLAG_RESIDENT : 0));
}

/* What a passphrase would cover, did this need one: the public key again, and
 * what belongs to the security key. */
static GByteArray *
write_private(const FidotoolExported *credential, const FidotoolSsh *how,
              GBytes *key)
{
  GByteArray *out = g_byte_array_new();
  const uint8_t flags = write_flags(credential, how);

  /* Twice the same number; random where there is a passphrase to check. */
  recovery_ssh_wire_put_u32(out, 0);
  recovery_ssh_wire_put_u32(out, 0);
  g_byte_array_append(out, g_bytes_get_data(key, NULL),
                      (guint)g_bytes_get_size(key));
  g_byte_array_append(out, &flags, 1);
  recovery_ssh_wire_put_string(out, credential->auth.id.data,
                               credential->auth.id.len);
  recovery_ssh_wire_put_text(out, ""); /* reserved */
  recovery_ssh_wire_put_text(out, how->comment ? how->comment : "");
  for (uint8_t pad = 1; out->len % BLOCK != 0; pad++)
    g_byte_array_append(out, &pad, 1);
  return out;
}

static char *
armour(const GByteArray *bytes)
{
  g_autofree char *text = fidotool_bytes_base64(bytes->data, bytes->len);
  GString *out = g_string_new("-----BEGIN OPENSSH PRIVATE KEY-----\n");

  for (size_t at = 0; at < strlen(text); at += COLUMNS)
    g_string_append_printf(out, "%.*s\n", COLUMNS, text + at);
  g_string_append(out, "-----END OPENSSH PRIVATE KEY-----\n");
  return g_string_free(out, FALSE);
}

char *
fidotool_ssh_key_file(const FidotoolExported *credential,
                      const FidotoolSsh *how, GError **error)
{
  g_autoptr(GBytes) key = write_key(credential, error);
  g_autoptr(GByteArray) out = g_byte_array_new();
  g_autoptr(GByteArray) private = NULL;

  if (key == NULL)
    return NULL;
  private = write_private(credential, how, key);
  g_byte_array_append(out, (const uint8_t *)MAGIC, sizeof(MAGIC));
  recovery_ssh_wire_put_text(out, "none"); /* cipher */
  recovery_ssh_wire_put_text(out, "none"); /* key derivation */
  recovery_ssh_wire_put_text(out, "");     /* and its options */
  recovery_ssh_wire_put_u32(out, 1);       /* keys */
  recovery_ssh_wire_put_string(out, g_bytes_get_data(key, NULL),
                               g_bytes_get_size(key));
  recovery_ssh_wire_put_string(out, private->data, private->len);
  return armour(out);
}
