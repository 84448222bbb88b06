/* SPDX-License-Identifier: Apache-2.0 */
/* trust.c - reads the four files of the trust folder, each strictly. */
#include "recovery/audit/trust.h"

#include <openssl/pem.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

#define PART_MAX (4 * 1024 * 1024)

static void
free_officer(void *data)
{
  RecoveryTrustOfficer *officer = data;

  g_free(officer->person);
  g_clear_pointer(&officer->key, g_bytes_unref);
  g_free(officer);
}

RecoveryTrust *
recovery_trust_new(void)
{
  RecoveryTrust *trust = g_new0(RecoveryTrust, 1);

  trust->lacking = g_ptr_array_new_with_free_func(g_free);
  return trust;
}

void
recovery_trust_free(RecoveryTrust *trust)
{
  if (trust == NULL)
    return;
  g_free(trust->vkey);
  g_free(trust->genesis);
  g_clear_pointer(&trust->officers, g_ptr_array_unref);
  g_clear_pointer(&trust->roots, g_ptr_array_unref);
  g_ptr_array_unref(trust->lacking);
  g_free(trust);
}

/* Each reader answers what is wrong, or NULL. */

static const char *
read_vkey(RecoveryTrust *trust, const char *text)
{
  g_autofree char *line = g_strdup(text);
  char *plus = strchr(line, '+');
  uint8_t key[32];

  if (!g_str_has_suffix(line, "\n"))
    return "is not one line with a newline";
  line[strlen(line) - 1] = '\0';
  if (!recovery_checkpoint_read_vkey(line, key, NULL))
    return "is not a key text";
  *plus = '\0';
  if (!recovery_checkpoint_is_origin(line))
    return "is not the key of a record";
  trust->vkey = g_strdup(text);
  return NULL;
}

static const char *
read_genesis(RecoveryTrust *trust, const char *text)
{
  g_autofree char *hex = g_strndup(text, 64);

  if (strlen(text) != 65 || text[64] != '\n' || !recovery_jcs_is_hex(hex, 32))
    return "is not 64 hex digits and a newline";
  trust->genesis = g_steal_pointer(&hex);
  return NULL;
}

static const char *
read_roots(RecoveryTrust *trust, const char *text)
{
  BIO *bio = BIO_new_mem_buf(text, -1);
  g_autoptr(GPtrArray) roots = g_ptr_array_new_with_free_func(g_free);
  X509 *certificate;

  while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
    uint8_t *der = NULL;
    int len = i2d_X509(certificate, &der);

    if (len > 0)
      g_ptr_array_add(roots, fidotool_bytes_base64(der, (size_t)len));
    OPENSSL_free(der);
    X509_free(certificate);
  }
  BIO_free(bio);
  if (roots->len == 0)
    return "has no certificate";
  trust->roots = g_steal_pointer(&roots);
  return NULL;
}

/* Fourteen digits as the record's time. */
static bool
read_compact(const char *digits, int64_t *ret_ms)
{
  g_autofree char *text =
      g_strdup_printf("%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.000Z", digits, digits + 4,
                      digits + 6, digits + 8, digits + 10, digits + 12);

  return recovery_time_read(text, ret_ms);
}

static GRegex *
officer_line(void)
{
  static gsize once;
  static GRegex *regex;

  if (g_once_init_enter(&once)) {
    regex = g_regex_new("\\A([a-z0-9-]{1,64}) namespaces=\"([^\"]+)\","
                        "valid-after=\"([0-9]{14})Z\",valid-before=\"([0-9]{14}"
                        ")Z\" (sk-[a-z0-9@.-]+) ([A-Za-z0-9+/=]+)\\z",
                        0, 0, NULL);
    g_assert(regex != NULL);
    g_once_init_leave(&once, 1);
  }
  return regex;
}

static bool
read_officer(const char *line, RecoveryTrustOfficer *officer,
             RecoverySshsigKey *ret_key, char **ret_namespace)
{
  g_autoptr(GMatchInfo) match = NULL;
  g_auto(GStrv) parts = NULL;

  if (!g_regex_match(officer_line(), line, 0, &match))
    return false;
  parts = g_match_info_fetch_all(match);
  officer->person = g_strdup(parts[1]);
  officer->key = fidotool_bytes_unbase64(parts[6]);
  *ret_namespace = g_strdup(parts[2]);
  return read_compact(parts[3], &officer->valid_after_ms) &&
         read_compact(parts[4], &officer->valid_before_ms) &&
         officer->key != NULL &&
         recovery_sshsig_read_key(g_bytes_get_data(officer->key, NULL),
                                  g_bytes_get_size(officer->key), ret_key,
                                  NULL) &&
         strcmp(recovery_sshsig_type_name(ret_key->type), parts[5]) == 0;
}

static const char *
add_officer(RecoveryTrust *trust, GPtrArray *officers, const char *line)
{
  RecoveryTrustOfficer *officer = g_new0(RecoveryTrustOfficer, 1);
  RecoverySshsigKey key;
  g_autofree char *name = NULL, *wanted = NULL;
  bool practice;

  g_ptr_array_add(officers, officer);
  if (!read_officer(line, officer, &key, &name))
    return "has a line that is no roster line";
  practice = strcmp(key.application, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;
  if (!practice && strcmp(key.application, RECOVERY_SSHSIG_APPLICATION) != 0)
    return "has a key that is no roster key";
  if (officers->len > 1 && practice != trust->practice)
    return "mixes practice and real";
  trust->practice = practice;
  wanted = recovery_act_namespace("station.init", practice);
  return strcmp(name, wanted) == 0 ? NULL : "has other namespaces";
}

static const char *
read_officers(RecoveryTrust *trust, const char *text)
{
  g_autoptr(GPtrArray) officers = g_ptr_array_new_with_free_func(free_officer);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    const char *why;

    if (**line == '\0' && line[1] == NULL)
      break;
    why = add_officer(trust, officers, *line);
    if (why != NULL)
      return why;
  }
  trust->officers = g_steal_pointer(&officers);
  return NULL;
}

static const struct {
  const char *name;
  const char *(*read)(RecoveryTrust *trust, const char *text);
} parts[] = {
    {"station.vkey", read_vkey},
    {"genesis", read_genesis},
    {"officers.allowed_signers", read_officers},
    {"roots.pem", read_roots},
};

static void
read_part(RecoveryTrust *trust, size_t i, const char *data, size_t len)
{
  g_autofree char *text = g_strndup(data, len);
  g_autofree char *bare = g_strstrip(g_strdup(text));
  const char *why = "is not there";

  if (*bare != '\0')
    why = strlen(text) == len ? parts[i].read(trust, text) : "is no text";
  if (why != NULL)
    g_ptr_array_add(trust->lacking,
                    g_strdup_printf("%s %s", parts[i].name, why));
}

void
recovery_trust_add(RecoveryTrust *trust, const char *name, GBytes *data)
{
  gsize len;
  const char *bytes = g_bytes_get_data(data, &len);

  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
    if (strcmp(parts[i].name, name) == 0)
      read_part(trust, i, len == 0 ? "" : bytes, len);
}

RecoveryTrust *
recovery_trust_open(const char *folder, GError **error)
{
  g_autoptr(RecoveryTrust) trust = recovery_trust_new();

  if (folder != NULL && !g_file_test(folder, G_FILE_TEST_IS_DIR)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "the trust folder %s is not there", folder);
    return NULL;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *path =
        folder == NULL ? NULL : g_build_filename(folder, parts[i].name, NULL);
    g_autofree char *data = NULL;
    gsize len = 0;

    if (path == NULL || !g_file_get_contents(path, &data, &len, NULL) ||
        len > PART_MAX)
      read_part(trust, i, "", 0);
    else
      read_part(trust, i, data, len);
  }
  return g_steal_pointer(&trust);
}
