/* SPDX-License-Identifier: Apache-2.0 */
/* advisory-file.c - a file of advisories, read strictly: one that is half
 * understood would find half of the keys. */
#include "fidotool/advisory/advisory.h"

#include <string.h>

#include "fidotool/advisory/built-in.h"
#include "fidotool/error.h"

#define SCHEMA "keyturn.advisories/1"
#define UUID "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
#define NO_UUID "00000000-0000-0000-0000-000000000000"
#define USB "xxxx:xxxx"

static bool
invalid(GError **error, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID, what);
  return false;
}

static void
free_row(void *data)
{
  FidotoolAdvisoryRow *row = data;

  g_free(row->models);
  g_strfreev(row->aaguids);
  g_array_unref(row->usb);
  g_free(row);
}

static void
free_advisory(void *data)
{
  FidotoolAdvisory *advisory = data;

  g_free(advisory->id);
  g_ptr_array_unref(advisory->rows);
  fidotool_json_free(advisory->json);
  g_free(advisory);
}

/* x stands for a digit of a hexadecimal number in lower case. */
static bool
has_form(const char *text, const char *form)
{
  if (text == NULL || strlen(text) != strlen(form))
    return false;
  for (; *form; form++, text++)
    if (*form == 'x' ? !strchr("0123456789abcdef", *text) : *form != *text)
      return false;
  return true;
}

/* A member that has to be a text with something in it. */
static bool
has_text(const FidotoolJson *json, const char *name, GError **error)
{
  const char *text = fidotool_json_get_text(json, name);
  g_autofree char *what = NULL;

  if (text != NULL && *text)
    return true;
  what = g_strdup_printf("\"%s\" is not a text", name);
  return invalid(error, what);
}

/* True for a member that is not there, and for a list. */
static bool
is_list(const FidotoolJson *json)
{
  return json == NULL || fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY;
}

static bool
read_version(const FidotoolJson *json, const char *name, int64_t absent,
             int64_t *ret_version, GError **error)
{
  const FidotoolJson *member = fidotool_json_get(json, name);
  const char *text = fidotool_json_text(member);

  *ret_version = absent;
  if (member == NULL)
    return true;
  return (text != NULL && fidotool_advisory_version_read(text, ret_version)) ||
         invalid(error, "a version is written 5.7.0");
}

static bool
read_aaguids(FidotoolAdvisoryRow *row, const FidotoolJson *list, GError **error)
{
  const size_t n = fidotool_json_size(list);

  row->aaguids = g_new0(char *, n + 1);
  for (size_t i = 0; i < n; i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));

    if (!has_form(text, UUID) || strcmp(text, NO_UUID) == 0)
      return invalid(error, "an AAGUID is a UUID in lower case, and not 0");
    row->aaguids[i] = g_strdup(text);
  }
  return true;
}

static bool
read_usb(FidotoolAdvisoryRow *row, const FidotoolJson *list, GError **error)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));
    uint32_t ids;

    if (!has_form(text, USB))
      return invalid(error, "USB ids are written 1050:0407");
    ids = (uint32_t)(g_ascii_strtoull(text, NULL, 16) << 16 |
                     g_ascii_strtoull(text + 5, NULL, 16));
    g_array_append_val(row->usb, ids);
  }
  return true;
}

static bool
read_row(FidotoolAdvisoryRow *row, const FidotoolJson *json, GError **error)
{
  const FidotoolJson *aaguids = fidotool_json_get(json, "aaguids");
  const FidotoolJson *usb = fidotool_json_get(json, "usb");
  const FidotoolJson *certain = fidotool_json_get(json, "certain");

  if (!has_text(json, "models", error) ||
      !read_version(json, "from", 0, &row->from, error) ||
      !read_version(json, "below", FIDOTOOL_ADVISORY_NONE, &row->below, error))
    return false;
  if (!is_list(aaguids) || !is_list(usb) ||
      fidotool_json_size(aaguids) + fidotool_json_size(usb) == 0)
    return invalid(error, "neither \"aaguids\" nor \"usb\" has anything in it");
  if (certain != NULL && fidotool_json_type(certain) != FIDOTOOL_JSON_BOOL)
    return invalid(error, "\"certain\" is true or false");
  if (row->below != FIDOTOOL_ADVISORY_NONE && row->below <= row->from)
    return invalid(error, "\"below\" is not above \"from\"");
  row->models = g_strdup(fidotool_json_get_text(json, "models"));
  row->certain = fidotool_json_bool(certain, true);
  return read_aaguids(row, aaguids, error) && read_usb(row, usb, error);
}

static bool
read_rows(FidotoolAdvisory *advisory, const FidotoolJson *list, GError **error)
{
  if (fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY)
    return invalid(error, "\"affects\" is not a list");
  if (advisory->about_key != (fidotool_json_size(list) > 0))
    return invalid(error,
                   "\"affects\" has rows where \"about\" is \"key\", and "
                   "only there");
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    FidotoolAdvisoryRow *row = g_new0(FidotoolAdvisoryRow, 1);

    row->usb = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_ptr_array_add(advisory->rows, row);
    if (!read_row(row, fidotool_json_at(list, i), error)) {
      g_prefix_error(error, "row %zu: ", i + 1);
      return false;
    }
  }
  return true;
}

static bool
read_scheme(const FidotoolJson *json, const char *name,
            FidotoolAdvisoryScheme *ret_scheme, GError **error)
{
  const FidotoolJson *member =
      fidotool_json_get(fidotool_json_get(json, "versions"), name);
  const char *text = fidotool_json_text(member);

  *ret_scheme = FIDOTOOL_ADVISORY_OPAQUE;
  if (g_strcmp0(text, "bytes") == 0)
    *ret_scheme = FIDOTOOL_ADVISORY_BYTES;
  else if (g_strcmp0(text, "digits") == 0)
    *ret_scheme = FIDOTOOL_ADVISORY_DIGITS;
  else if (member != NULL)
    return invalid(error, "in \"versions\" stands \"bytes\" or \"digits\"");
  return true;
}

static bool
read_advisory(FidotoolAdvisory *advisory, GError **error)
{
  static const char *const texts[] = {"id",     "title",   "about", "published",
                                      "vendor", "summary", "advice"};
  const FidotoolJson *json = advisory->json;
  const FidotoolJson *sources = fidotool_json_get(json, "sources");
  const char *about = fidotool_json_get_text(json, "about");

  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    if (!has_text(json, texts[i], error))
      return false;
  if (strcmp(about, "key") != 0 && strcmp(about, "other") != 0)
    return invalid(error, "\"about\" is \"key\" or \"other\"");
  if (!is_list(sources) || fidotool_json_size(sources) == 0)
    return invalid(error, "\"sources\" is empty");
  for (size_t i = 0; i < fidotool_json_size(sources); i++)
    if (fidotool_json_text(fidotool_json_at(sources, i)) == NULL)
      return invalid(error, "a source is not a text");
  advisory->id = g_strdup(fidotool_json_get_text(json, "id"));
  advisory->about_key = strcmp(about, "key") == 0;
  return read_scheme(json, "getinfo", &advisory->getinfo, error) &&
         read_scheme(json, "usb", &advisory->usb, error) &&
         read_rows(advisory, fidotool_json_get(json, "affects"), error);
}

static GPtrArray *
read_all(const FidotoolJson *list, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_advisory);

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    FidotoolAdvisory *advisory = g_new0(FidotoolAdvisory, 1);

    advisory->rows = g_ptr_array_new_with_free_func(free_row);
    advisory->json = fidotool_json_copy(fidotool_json_at(list, i));
    g_ptr_array_add(all, advisory);
    if (!read_advisory(advisory, error)) {
      g_prefix_error(error, "advisory %zu: ", i + 1);
      return NULL;
    }
  }
  return g_steal_pointer(&all);
}

/* Puts it where one of its id is, or at the end. */
static void
place(GPtrArray *all, FidotoolAdvisory *advisory)
{
  for (guint i = 0; i < all->len; i++) {
    FidotoolAdvisory *other = g_ptr_array_index(all, i);

    if (strcmp(other->id, advisory->id) != 0)
      continue;
    free_advisory(other);
    all->pdata[i] = advisory;
    return;
  }
  g_ptr_array_add(all, advisory);
}

bool
fidotool_advisory_add(FidotoolAdvisories *advisories, const char *text,
                      size_t len, GError **error)
{
  g_autoptr(FidotoolJson) file = fidotool_json_parse(text, len, error);
  g_autoptr(GPtrArray) read = NULL;
  const FidotoolJson *list = fidotool_json_get(file, "advisories");
  FidotoolJson *from;

  if (file == NULL)
    return false;
  if (g_strcmp0(fidotool_json_get_text(file, "schema"), SCHEMA) != 0)
    return invalid(error, "\"schema\" is not \"" SCHEMA "\"");
  if (!has_text(file, "name", error) || !has_text(file, "updated", error))
    return false;
  if (fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY)
    return invalid(error, "\"advisories\" is not a list");
  read = read_all(list, error);
  if (read == NULL)
    return false;
  while (read->len > 0)
    place(advisories->all, g_ptr_array_steal_index(read, 0));
  from = fidotool_json_new_object();
  fidotool_json_set_text(from, "name", fidotool_json_get_text(file, "name"));
  fidotool_json_set_text(from, "updated",
                         fidotool_json_get_text(file, "updated"));
  g_ptr_array_add(advisories->from, from);
  return true;
}

FidotoolAdvisories *
fidotool_advisory_new(void)
{
  FidotoolAdvisories *advisories = g_new0(FidotoolAdvisories, 1);
  g_autoptr(GError) error = NULL;

  advisories->all = g_ptr_array_new_with_free_func(free_advisory);
  advisories->from =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_json_free);
  /* A test reads it, too: what does not fit never ships. */
  if (!fidotool_advisory_add(advisories, fidotool_advisory_built_in,
                             strlen(fidotool_advisory_built_in), &error))
    g_error("the advisories: %s", error->message);
  return advisories;
}

void
fidotool_advisory_free(FidotoolAdvisories *advisories)
{
  if (advisories == NULL)
    return;
  g_ptr_array_unref(advisories->all);
  g_ptr_array_unref(advisories->from);
  g_free(advisories);
}
