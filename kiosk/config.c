/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - one table of keys. */
#include "kiosk/config.h"

#include <stddef.h>
#include <string.h>

#include "fidotool/error.h"

#define GROUP "kiosk"

/* clang-format off */
static const struct {
  const char *name;
  size_t offset;
  bool is_text;
  int min, max, fallback;
} keys[] = {
  { "station",     offsetof(KioskConfig, station),     true,  0, 0, 0 },
  { "language",    offsetof(KioskConfig, language),    true,  0, 0, 0 },
  { "phone",       offsetof(KioskConfig, phone),       true,  0, 0, 0 },
  { "exchange",    offsetof(KioskConfig, exchange),    true,  0, 0, 0 },
  { "receipts",    offsetof(KioskConfig, receipts),    true,  0, 0, 0 },
  { "scheme",      offsetof(KioskConfig, scheme),      true,  0, 0, 0 },
  { "idle_s",      offsetof(KioskConfig, idle_s),      false, 10, 600, 60 },
  { "warn_s",      offsetof(KioskConfig, warn_s),      false, 10, 120, 20 },
  { "dpi",         offsetof(KioskConfig, dpi),         false, 0, 600, 0 },
  { "distance_mm", offsetof(KioskConfig, distance_mm), false, 200, 2000, 500 },
};
/* clang-format on */

static bool
read_number(const char *text, size_t i, int *ret_number, GError **error)
{
  gint64 number;

  if (!g_ascii_string_to_signed(text, 10, keys[i].min, keys[i].max, &number,
                                NULL)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "%s: \"%s\" is not a whole number between %d and %d",
                keys[i].name, text, keys[i].min, keys[i].max);
    return false;
  }
  *ret_number = (int)number;
  return true;
}

static bool
check_scheme(const KioskConfig *config, GError **error)
{
  static const char *const schemes[] = {"light", "dark", "system", NULL};

  if (config->scheme == NULL || g_strv_contains(schemes, config->scheme))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "scheme: \"%s\" is not light, dark or system", config->scheme);
  return false;
}

static bool
read_key(GKeyFile *file, const char *name, KioskConfig *config, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
    void *place = (char *)config + keys[i].offset;
    g_autoptr(GError) own = NULL;
    g_autofree char *text = NULL;

    if (strcmp(keys[i].name, name) != 0)
      continue;
    text = g_key_file_get_string(file, GROUP, name, &own);
    if (own != NULL) { /* there may be a text all the same */
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", name,
                  own->message);
      return false;
    }
    if (!keys[i].is_text)
      return read_number(g_strchomp(text), i, place, error);
    g_free(*(char **)place);
    *(char **)place = *text == '\0' ? NULL : g_steal_pointer(&text);
    return true;
  }
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "there is no key \"%s\" (station, language, phone, exchange, "
              "receipts, scheme, idle_s, warn_s, dpi, distance_mm)",
              name);
  return false;
}

/* A group that is misspelt would otherwise be no group at all. */
static bool
check_groups(GKeyFile *file, GError **error)
{
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

  for (char **group = groups; *group != NULL; group++)
    if (strcmp(*group, GROUP) != 0) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                  "there is no group [%s] (only [" GROUP "])", *group);
      return false;
    }
  return true;
}

static bool
read_keys(GKeyFile *file, KioskConfig *config, GError **error)
{
  g_auto(GStrv) names = g_key_file_get_keys(file, GROUP, NULL, NULL);

  for (char **name = names; name != NULL && *name != NULL; name++)
    if (!read_key(file, *name, config, error))
      return false;
  return true;
}

KioskConfig *
kiosk_config_read(const char *path, GError **error)
{
  g_autoptr(KioskConfig) config = g_new0(KioskConfig, 1);
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) own = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
    if (!keys[i].is_text)
      *(int *)((char *)config + keys[i].offset) = keys[i].fallback;
  if (path == NULL)
    return g_steal_pointer(&config);
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &own)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", path,
                own->message);
    return NULL;
  }
  if (!check_groups(file, error) || !read_keys(file, config, error) ||
      !check_scheme(config, error)) {
    g_prefix_error(error, "%s: ", path);
    return NULL;
  }
  return g_steal_pointer(&config);
}

void
kiosk_config_free(KioskConfig *config)
{
  if (config == NULL)
    return;
  g_free(config->station);
  g_free(config->language);
  g_free(config->phone);
  g_free(config->exchange);
  g_free(config->receipts);
  g_free(config->scheme);
  g_free(config);
}
