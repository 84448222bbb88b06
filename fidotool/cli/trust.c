/* SPDX-License-Identifier: Apache-2.0 */
/* trust.c - certificates to trust and revocation lists, out of files that a
 * person names. Their meaning is the judge's; here only the armour comes
 * off. */
#include "fidotool/cli/trust.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/cmd.h"
#include "fidotool/error.h"

#define FILE_MAX (1024 * 1024)
/* SEQUENCE with two bytes of length: how every certificate begins. */
#define DER_SEQUENCE 0x30

/* What is looked for in a file, and by which names in a folder. */
typedef struct {
  const char *begin, *end; /* lines of armour */
  const char *suffixes[5];
  const char *none; /* words where there is none */
} Kind;

static const Kind certificates = {
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    {".pem", ".crt", ".cer", ".der"},
    "no certificate in it",
};
static const Kind revocation_lists = {
    "-----BEGIN X509 CRL-----",
    "-----END X509 CRL-----",
    {".crl", ".pem"},
    "no revocation list in it",
};

static bool
fail(GError **error, const char *path, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", path,
              what);
  return false;
}

/* The base64 between the lines of armour, white space taken out. */
static char *
read_armour(const char *from, const char *to)
{
  GString *text = g_string_new(NULL);

  for (const char *p = from; p < to; p++)
    if (!g_ascii_isspace(*p))
      g_string_append_c(text, *p);
  return g_string_free(text, false);
}

static bool
read_pem(const Kind *kind, const char *path, const char *text,
         FidotoolJson *found, GError **error)
{
  const char *begin = strstr(text, kind->begin);

  for (; begin != NULL; begin = strstr(begin, kind->begin)) {
    const char *end = strstr(begin, kind->end);
    g_autofree char *base64 = NULL;
    g_autoptr(GBytes) der = NULL;

    if (end == NULL)
      return fail(error, path, "what begins in it has no end");
    base64 = read_armour(begin + strlen(kind->begin), end);
    der = fidotool_bytes_unbase64(base64);
    if (der == NULL)
      return fail(error, path, "what is in it is not base64");
    fidotool_json_append_text(found, base64);
    begin = end;
  }
  return true;
}

static bool
read_file(const Kind *kind, const char *path, FidotoolJson *found,
          GError **error)
{
  size_t len;
  g_autofree char *text = fidotool_cmd_read_file(path, FILE_MAX, &len, error);
  g_autofree char *base64 = NULL;

  if (text == NULL)
    return false;
  if (g_strstr_len(text, (gssize)len, kind->begin) != NULL)
    return read_pem(kind, path, text, found, error);
  if (len == 0 || (unsigned char)text[0] != DER_SEQUENCE)
    return fail(error, path, kind->none);
  base64 = fidotool_bytes_base64(text, len);
  fidotool_json_append_text(found, base64);
  return true;
}

static bool
is_named(const Kind *kind, const char *name)
{
  for (const char *const *suffix = kind->suffixes; *suffix != NULL; suffix++)
    if (g_str_has_suffix(name, *suffix))
      return true;
  return false;
}

static int
compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
read_folder(const Kind *kind, const char *path, FidotoolJson *found,
            GError **error)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  if (dir == NULL)
    return fail(error, path, "the folder cannot be read");
  while ((name = g_dir_read_name(dir)) != NULL)
    if (is_named(kind, name))
      g_ptr_array_add(names, g_build_filename(path, name, NULL));
  g_ptr_array_sort(names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (!read_file(kind, g_ptr_array_index(names, i), found, error))
      return false;
  return true;
}

static bool
read_kind(const Kind *kind, const char *path, FidotoolJson *found,
          GError **error)
{
  size_t before = fidotool_json_size(found);
  bool read = g_file_test(path, G_FILE_TEST_IS_DIR)
                  ? read_folder(kind, path, found, error)
                  : read_file(kind, path, found, error);

  if (!read)
    return false;
  return fidotool_json_size(found) > before || fail(error, path, kind->none);
}

bool
fidotool_trust_read(const char *path, FidotoolJson *anchors, GError **error)
{
  return read_kind(&certificates, path, anchors, error);
}

bool
fidotool_trust_read_lists(const char *path, FidotoolJson *lists, GError **error)
{
  return read_kind(&revocation_lists, path, lists, error);
}
