/* SPDX-License-Identifier: Apache-2.0 */
/* unit.c - finds a unit's files and reads assignments out of them. */
#include "fidotool/station/unit.h"

#include <string.h>

/* First found counts. */
static const char *const folders[] = {
    "/etc/systemd/system", "/run/systemd/system",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"};

struct FidotoolUnit {
  GHashTable *values; /* "Section.Key" to GPtrArray of text */
};

static void
assign(FidotoolUnit *unit, const char *section, const char *line)
{
  const char *sign = strchr(line, '=');
  g_autofree char *key = NULL;
  g_autofree char *value = NULL;
  g_autofree char *name = NULL;
  GPtrArray *list;

  if (!sign)
    return;
  key = g_strstrip(g_strndup(line, (gsize)(sign - line)));
  value = g_strstrip(g_strdup(sign + 1));
  name = g_strconcat(section, ".", key, NULL);
  list = g_hash_table_lookup(unit->values, name);
  if (!list) {
    list = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(unit->values, g_steal_pointer(&name), list);
  }
  if (*value)
    g_ptr_array_add(list, g_steal_pointer(&value));
  else
    g_ptr_array_set_size(list, 0);
}

/* A backslash at the end of a line continues it. */
static void
read_text(FidotoolUnit *unit, char *text)
{
  g_autofree char *section = g_strdup("");
  g_auto(GStrv) lines = NULL;

  for (char *at = text; (at = strstr(at, "\\\n"));)
    at[0] = at[1] = ' ';
  lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++) {
    size_t len = strlen(g_strstrip(*line));

    if (len == 0 || (*line)[0] == '#' || (*line)[0] == ';')
      continue;
    if ((*line)[0] == '[' && (*line)[len - 1] == ']') {
      g_free(section);
      section = g_strndup(*line + 1, len - 2);
    } else {
      assign(unit, section, *line);
    }
  }
}

/* Files of a drop-in folder by name; those of an earlier folder hide others. */
static void
find_drop_ins(const FidotoolPlace *place, const char *folder, GTree *found)
{
  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autofree char *whole = g_strdup_printf("%s/%s.d", folders[i], folder);
    g_autoptr(GPtrArray) names = fidotool_place_list(place, whole);

    for (guint k = 0; k < names->len; k++) {
      const char *name = names->pdata[k];

      if (g_str_has_suffix(name, ".conf") && !g_tree_lookup(found, name))
        g_tree_insert(found, g_strdup(name),
                      g_strconcat(whole, "/", name, NULL));
    }
  }
}

typedef struct {
  const FidotoolPlace *place;
  FidotoolUnit *unit;
} Reading;

static gboolean
read_drop_in(gpointer key, gpointer value, gpointer data)
{
  const Reading *reading = data;
  g_autofree char *text = fidotool_place_read(reading->place, value);

  (void)key;
  if (text)
    read_text(reading->unit, text);
  return FALSE;
}

static int
compare_names(gconstpointer a, gconstpointer b, gpointer data)
{
  (void)data;
  return strcmp(a, b);
}

static void
read_drop_ins(FidotoolUnit *unit, const FidotoolPlace *place, const char *name)
{
  g_autoptr(GTree) found = g_tree_new_full(compare_names, NULL, g_free, g_free);
  Reading reading = {place, unit};
  const char *type = strrchr(name, '.');

  find_drop_ins(place, name, found);
  if (type)
    find_drop_ins(place, type + 1, found); /* for all units of the kind */
  g_tree_foreach(found, read_drop_in, &reading);
}

FidotoolUnit *
fidotool_unit_read(const FidotoolPlace *place, const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autofree char *path = g_strdup_printf("%s/%s", folders[i], name);
    g_autofree char *text = NULL;
    FidotoolUnit *unit;

    if (fidotool_place_is_masked(place, path))
      return NULL;
    text = fidotool_place_read(place, path);
    if (!text)
      continue;
    unit = g_new0(FidotoolUnit, 1);
    unit->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)g_ptr_array_unref);
    read_text(unit, text);
    read_drop_ins(unit, place, name);
    return unit;
  }
  return NULL;
}

void
fidotool_unit_free(FidotoolUnit *unit)
{
  if (!unit)
    return;
  g_hash_table_unref(unit->values);
  g_free(unit);
}

static const GPtrArray *
find_values(const FidotoolUnit *unit, const char *section, const char *key)
{
  g_autofree char *name = g_strconcat(section, ".", key, NULL);

  return g_hash_table_lookup(unit->values, name);
}

char *
fidotool_unit_all(const FidotoolUnit *unit, const char *section,
                  const char *key)
{
  const GPtrArray *list = find_values(unit, section, key);
  GString *text = g_string_new(NULL);

  for (guint i = 0; list && i < list->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                           (const char *)list->pdata[i]);
  return g_string_free(text, FALSE);
}

char *
fidotool_unit_last(const FidotoolUnit *unit, const char *section,
                   const char *key)
{
  const GPtrArray *list = find_values(unit, section, key);

  return g_strdup(list && list->len > 0 ? list->pdata[list->len - 1] : "");
}

GPtrArray *
fidotool_unit_services(const FidotoolPlace *place)
{
  GPtrArray *services = g_ptr_array_new_with_free_func(g_free);

  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autoptr(GPtrArray) names = fidotool_place_list(place, folders[i]);

    for (guint k = 0; k < names->len; k++) {
      char *name = names->pdata[k];

      if (g_str_has_suffix(name, ".service.d"))
        name[strlen(name) - 2] = '\0';
      if (g_str_has_suffix(name, ".service") &&
          !g_ptr_array_find_with_equal_func(services, name, g_str_equal, NULL))
        g_ptr_array_add(services, g_strdup(name));
    }
  }
  return services;
}
