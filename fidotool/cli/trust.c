/* SPDX-License-Identifier: Apache-2.0 */
/* trust.c - certificates to trust, out of files that a person names. Their
 * meaning is the judge's; here only the armour comes off. */
#include "fidotool/cli/trust.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/cmd.h"
#include "fidotool/error.h"

#define FILE_MAX (1024 * 1024)
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
/* SEQUENCE with two bytes of length: how every certificate begins. */
#define DER_SEQUENCE 0x30

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
read_pem(const char *path, const char *text, FidotoolJson *anchors,
         GError **error)
{
  const char *begin = strstr(text, BEGIN);

  for (; begin != NULL; begin = strstr(begin, BEGIN)) {
    const char *end = strstr(begin, END);
    g_autofree char *base64 = NULL;
    g_autoptr(GBytes) der = NULL;

    if (end == NULL)
      return fail(error, path, "a certificate has no end");
    base64 = read_armour(begin + strlen(BEGIN), end);
    der = fidotool_bytes_unbase64(base64);
    if (der == NULL)
      return fail(error, path, "a certificate is not base64");
    fidotool_json_append_text(anchors, base64);
    begin = end;
  }
  return true;
}

static bool
read_file(const char *path, FidotoolJson *anchors, GError **error)
{
  size_t len;
  g_autofree char *text = fidotool_cmd_read_file(path, FILE_MAX, &len, error);
  g_autofree char *base64 = NULL;

  if (text == NULL)
    return false;
  if (g_strstr_len(text, (gssize)len, BEGIN) != NULL)
    return read_pem(path, text, anchors, error);
  if (len == 0 || (unsigned char)text[0] != DER_SEQUENCE)
    return fail(error, path, "no certificate in it");
  base64 = fidotool_bytes_base64(text, len);
  fidotool_json_append_text(anchors, base64);
  return true;
}

static bool
is_certificate_name(const char *name)
{
  return g_str_has_suffix(name, ".pem") || g_str_has_suffix(name, ".crt") ||
         g_str_has_suffix(name, ".cer") || g_str_has_suffix(name, ".der");
}

static int
compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
read_folder(const char *path, FidotoolJson *anchors, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  if (dir == NULL)
    return fail(error, path, "the folder cannot be read");
  while ((name = g_dir_read_name(dir)) != NULL)
    if (is_certificate_name(name))
      g_ptr_array_add(names, g_build_filename(path, name, NULL));
  g_ptr_array_sort(names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (!read_file(g_ptr_array_index(names, i), anchors, error))
      return false;
  return true;
}

bool
fidotool_trust_read(const char *path, FidotoolJson *anchors, GError **error)
{
  size_t before = fidotool_json_size(anchors);
  bool read = g_file_test(path, G_FILE_TEST_IS_DIR)
                  ? read_folder(path, anchors, error)
                  : read_file(path, anchors, error);

  if (!read)
    return false;
  return fidotool_json_size(anchors) > before ||
         fail(error, path, "no certificate in it");
}
