/* SPDX-License-Identifier: Apache-2.0 */
/* drift-map.c - the file of names. */
#include "recovery/policy/drift/drift-map.h"

#include <string.h>

#include "recovery/error.h"

#define SCHEMA "keyturn-drift-map/1"

struct RecoveryDriftMap {
  FidotoolJson *json; /* checked; NULL: empty */
};

static const struct {
  const char *name;
  RecoveryDocumentSection section;
} kinds[] = {
    [RECOVERY_DRIFT_MAP_POPULATIONS] = {"populations",
                                        RECOVERY_DOCUMENT_POPULATIONS},
    [RECOVERY_DRIFT_MAP_APPS] = {"apps", RECOVERY_DOCUMENT_APPS},
    [RECOVERY_DRIFT_MAP_JOURNEYS] = {"journeys", RECOVERY_DOCUMENT_JOURNEYS},
    [RECOVERY_DRIFT_MAP_CLASSES] = {"classes", RECOVERY_DOCUMENT_CLASSES},
};

/* ---- checks ---- */

G_GNUC_PRINTF(2, 3)
static bool
fail(GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start(arguments, format);
  text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "the map: %s",
              text);
  return false;
}

static bool
check_texts(const FidotoolJson *list, const char *name, GError **error)
{
  if (fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY)
    return fail(error, "\"%s\": a list of texts was expected", name);
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (fidotool_json_text(fidotool_json_at(list, i)) == NULL)
      return fail(error, "\"%s\": a list of texts was expected", name);
  return true;
}

/* {id: [names]}; values are ids, too, where they have to be the policy's. */
static bool
check_ids(const FidotoolJson *object, const char *name,
          RecoveryDocumentSection section, const RecoveryDocument *policy,
          GError **error)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT)
    return fail(error, "\"%s\": an object was expected", name);
  for (size_t i = 0; i < fidotool_json_size(object); i++) {
    const char *id = fidotool_json_name(object, i);

    if (recovery_document_find(policy, section, id) == RECOVERY_DOCUMENT_NONE)
      return fail(error, "\"%s\": the policy has no \"%s\" among its %s", name,
                  id, recovery_document_name(section));
    if (!check_texts(fidotool_json_member(object, i), id, error))
      return false;
  }
  return true;
}

static bool
check_together(const FidotoolJson *object, const RecoveryDocument *policy,
               GError **error)
{
  if (!check_ids(object, "together", RECOVERY_DOCUMENT_POPULATIONS, policy,
                 error))
    return false;
  for (size_t i = 0; i < fidotool_json_size(object); i++) {
    const FidotoolJson *list = fidotool_json_member(object, i);

    for (size_t k = 0; k < fidotool_json_size(list); k++) {
      const char *id = fidotool_json_text(fidotool_json_at(list, k));

      if (recovery_document_find(policy, RECOVERY_DOCUMENT_POPULATIONS, id) ==
          RECOVERY_DOCUMENT_NONE)
        return fail(error, "\"together\": the policy has no population \"%s\"",
                    id);
    }
  }
  return true;
}

static bool
check_export(const FidotoolJson *export, const RecoveryDocument *policy,
             GError **error)
{
  if (fidotool_json_type(export) != FIDOTOOL_JSON_OBJECT)
    return fail(error, "\"exports\": objects were expected in it");
  for (size_t i = 0; i < fidotool_json_size(export); i++) {
    const char *name = fidotool_json_name(export, i);
    const FidotoolJson *member = fidotool_json_member(export, i);
    size_t kind = 0;

    if (strcmp(name, "ignore") == 0) {
      if (!check_texts(member, name, error))
        return false;
      continue;
    }
    while (kind < G_N_ELEMENTS(kinds) && strcmp(kinds[kind].name, name) != 0)
      kind++;
    if (kind == G_N_ELEMENTS(kinds))
      return fail(error,
                  "\"%s\" is not known; an export has populations, apps, "
                  "journeys, classes and ignore",
                  name);
    if (!check_ids(member, name, kinds[kind].section, policy, error))
      return false;
  }
  return true;
}

static bool
check_map(const FidotoolJson *json, const RecoveryDocument *policy,
          GError **error)
{
  const FidotoolJson *exports = fidotool_json_get(json, "exports");

  if (g_strcmp0(fidotool_json_get_text(json, "schema"), SCHEMA) != 0)
    return fail(error, "schema: \"" SCHEMA "\" was expected");
  for (size_t i = 0; i < fidotool_json_size(json); i++) {
    const char *name = fidotool_json_name(json, i);

    if (strcmp(name, "schema") != 0 && strcmp(name, "exports") != 0 &&
        strcmp(name, "together") != 0)
      return fail(error,
                  "\"%s\" is not known; it has schema, exports and together",
                  name);
  }
  if (fidotool_json_get(json, "together") != NULL &&
      !check_together(fidotool_json_get(json, "together"), policy, error))
    return false;
  if (exports != NULL && fidotool_json_type(exports) != FIDOTOOL_JSON_OBJECT)
    return fail(error, "\"exports\": an object was expected");
  for (size_t i = 0; i < fidotool_json_size(exports); i++)
    if (!check_export(fidotool_json_member(exports, i), policy, error))
      return false;
  return true;
}

RecoveryDriftMap *
recovery_drift_map_read(const char *text, size_t len,
                        const RecoveryDocument *policy, GError **error)
{
  g_autoptr(RecoveryDriftMap) map = g_new0(RecoveryDriftMap, 1);

  if (text == NULL)
    return g_steal_pointer(&map);
  map->json = fidotool_json_parse(text, len, error);
  if (map->json == NULL) {
    g_prefix_error(error, "the map: ");
    return NULL;
  }
  return check_map(map->json, policy, error) ? g_steal_pointer(&map) : NULL;
}

void
recovery_drift_map_free(RecoveryDriftMap *map)
{
  if (map == NULL)
    return;
  fidotool_json_free(map->json);
  g_free(map);
}

/* ---- questions ---- */

static const FidotoolJson *
find_export(const RecoveryDriftMap *map, const char *export)
{
  return fidotool_json_get(fidotool_json_get(map->json, "exports"), export);
}

static const char **
list_texts(const FidotoolJson *list)
{
  const size_t n = fidotool_json_size(list);
  const char **texts = g_new0(const char *, n + 1);

  for (size_t i = 0; i < n; i++)
    texts[i] = fidotool_json_text(fidotool_json_at(list, i));
  return texts;
}

const char **
recovery_drift_map_names(const RecoveryDriftMap *map, const char *export,
                         RecoveryDriftMapKind kind, const char *id)
{
  const FidotoolJson *list = fidotool_json_get(
      fidotool_json_get(find_export(map, export), kinds[kind].name), id);

  return list != NULL ? list_texts(list) : NULL;
}

static const char *
skip_role(const char *name)
{
  return g_str_has_prefix(name, RECOVERY_DRIFT_MAP_ROLE)
             ? name + strlen(RECOVERY_DRIFT_MAP_ROLE)
             : name;
}

static bool
has_text(const FidotoolJson *list, const char *text)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (strcmp(skip_role(fidotool_json_text(fidotool_json_at(list, i))),
               text) == 0)
      return true;
  return false;
}

const char *
recovery_drift_map_id(const RecoveryDriftMap *map, const char *export,
                      RecoveryDriftMapKind kind, const char *name)
{
  const FidotoolJson *object =
      fidotool_json_get(find_export(map, export), kinds[kind].name);

  for (size_t i = 0; i < fidotool_json_size(object); i++)
    if (has_text(fidotool_json_member(object, i), name))
      return fidotool_json_name(object, i);
  return NULL;
}

bool
recovery_drift_map_ignores(const RecoveryDriftMap *map, const char *export,
                           const char *name)
{
  return has_text(fidotool_json_get(find_export(map, export), "ignore"), name);
}

const char **
recovery_drift_map_together(const RecoveryDriftMap *map, const char *population)
{
  return list_texts(
      fidotool_json_get(fidotool_json_get(map->json, "together"), population));
}
