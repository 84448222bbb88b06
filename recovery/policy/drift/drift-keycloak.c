/* SPDX-License-Identifier: Apache-2.0 */
/* drift-keycloak.c - a realm's export of Keycloak. Its clients are the apps;
 * what each lets in is what its browser flow comes to, at the level of
 * assurance that is asked for, and its direct grant where that is on. A level
 * is a journey here, by its number and by its names in the realm's map. */
#include <string.h>

#include "recovery/policy/drift/drift-adapter.h"
#include "recovery/policy/drift/drift-keycloak.h"

/* By what it is bound to: alias and level. */
typedef struct {
  const char *client; /* id */
  const char *flow;   /* alias */
  int64_t level;      /* lowest that the client lets through */
  bool direct;        /* password grant */
} Client;

static void
index_flows(RecoveryDriftKeycloak *keycloak)
{
  RecoveryDriftReader *reader = keycloak->reader;
  const FidotoolJson *flows = recovery_drift_reader_array(
      reader, keycloak->realm, "authenticationFlows");
  const FidotoolJson *configs = recovery_drift_reader_array(
      reader, keycloak->realm, "authenticatorConfig");

  for (size_t i = 0; i < fidotool_json_size(flows); i++) {
    const FidotoolJson *flow = recovery_drift_reader_item(reader, flows, i);
    const char *alias = recovery_drift_reader_text(reader, flow, "alias");

    if (alias != NULL)
      g_hash_table_insert(keycloak->flows, (void *)alias, (void *)flow);
  }
  for (size_t i = 0; i < fidotool_json_size(configs); i++) {
    const FidotoolJson *config = recovery_drift_reader_item(reader, configs, i);
    const char *alias = recovery_drift_reader_text(reader, config, "alias");

    if (alias != NULL)
      g_hash_table_insert(
          keycloak->configs, (void *)alias,
          (void *)recovery_drift_reader_object(reader, config, "config"));
  }
}

/* The alias of a flow that is named by its id. */
static const char *
find_alias(RecoveryDriftKeycloak *keycloak, const char *id)
{
  GHashTableIter iter;
  void *alias, *flow;

  g_hash_table_iter_init(&iter, keycloak->flows);
  while (g_hash_table_iter_next(&iter, &alias, &flow))
    if (g_strcmp0(fidotool_json_get_text(flow, "id"), id) == 0)
      return alias;
  return NULL;
}

static bool
has_providers(const RecoveryDriftKeycloak *keycloak)
{
  const FidotoolJson *list = recovery_drift_reader_array(
      keycloak->reader, keycloak->realm, "identityProviders");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (recovery_drift_reader_truth(
            keycloak->reader,
            recovery_drift_reader_item(keycloak->reader, list, i), "enabled",
            true))
      return true;
  return false;
}

/* ---- the map of names to levels ---- */

/* {"gold":2} as text in an attribute; NULL where there is none. */
static FidotoolJson *
read_map(RecoveryDriftKeycloak *keycloak, const FidotoolJson *owner)
{
  const FidotoolJson *attributes =
      recovery_drift_reader_object(keycloak->reader, owner, "attributes");
  const char *text =
      recovery_drift_reader_text(keycloak->reader, attributes, "acr.loa.map");
  FidotoolJson *map;

  if (text == NULL || *text == '\0')
    return NULL;
  map = fidotool_json_parse(text, strlen(text), NULL);
  if (fidotool_json_type(map) != FIDOTOOL_JSON_OBJECT)
    recovery_drift_reader_fail(keycloak->reader,
                               "acr.loa.map: an object was expected");
  return map;
}

/* A level by its number or its name; fallback where there is none. */
static int64_t
find_level(const FidotoolJson *map, const char *name, int64_t fallback)
{
  guint64 number;
  int64_t level;

  if (name == NULL || *name == '\0')
    return fallback;
  if (fidotool_json_int(fidotool_json_get(map, name), &level))
    return level;
  if (fidotool_json_get_text(map, name) != NULL)
    name = fidotool_json_get_text(map, name);
  return g_ascii_string_to_unsigned(name, 10, 0, 1000000, &number, NULL)
             ? (int64_t)number
             : fallback;
}

/* ---- clients ---- */

static void
add_offers(GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add(to, recovery_drift_table_offer_copy(from->pdata[i]));
}

static void
add_rule(RecoveryDriftKeycloak *keycloak, const Client *client,
         const char *journey, int64_t level, bool lowest)
{
  RecoveryDriftReader *reader = keycloak->reader;
  g_autofree char *name =
      journey == NULL ? g_strdup_printf("%s: %s", client->client, client->flow)
                      : g_strdup_printf("%s: %s at level %s", client->client,
                                        client->flow, journey);
  const int64_t session = recovery_drift_reader_number(
      reader, keycloak->realm, "ssoSessionMaxLifespan", RECOVERY_DRIFT_NO_AGE);
  const char *direct =
      recovery_drift_reader_text(reader, keycloak->realm, "directGrantFlow");
  RecoveryDriftRule *rule =
      recovery_drift_table_add_rule(reader->table->rules, name, &reader->error);

  if (rule == NULL)
    return;
  rule->journey = g_strdup(journey);
  rule->who.all = true;
  (void)recovery_drift_table_add_name(reader->table, rule->where.names,
                                      client->client, &reader->error);
  add_offers(rule->accept,
             recovery_drift_keycloak_flow(keycloak, client->flow, level));
  rule->max_age_s =
      recovery_drift_keycloak_flow_age(keycloak, client->flow, level, session);
  /* A grant without a browser knows no levels. */
  if (client->direct && lowest)
    add_offers(rule->accept,
               recovery_drift_keycloak_flow(
                   keycloak, direct != NULL ? direct : "direct grant",
                   RECOVERY_DRIFT_KEYCLOAK_NO_LEVEL));
}

/* A rule for each level, by its number; then the one for who asks for none. */
static void
add_rules(RecoveryDriftKeycloak *keycloak, const Client *client)
{
  g_autoptr(GArray) levels =
      recovery_drift_keycloak_flow_levels(keycloak, client->flow);

  for (guint i = 0; i < levels->len && keycloak->reader->error == NULL; i++) {
    const int64_t level = MAX(g_array_index(levels, int64_t, i), client->level);
    g_autofree char *number =
        g_strdup_printf("%" G_GINT64_FORMAT, g_array_index(levels, int64_t, i));

    add_rule(keycloak, client, number, level, i == 0);
  }
  add_rule(keycloak, client, NULL, client->level, true);
}

static void
add_unknown(RecoveryDriftReader *reader, const char *client)
{
  RecoveryDriftRule *rule =
      recovery_drift_table_add_unknown(reader->table, client, &reader->error,
                                       "its browser flow is not in the export");

  if (rule == NULL)
    return;
  rule->where.all = false;
  (void)recovery_drift_table_add_name(reader->table, rule->where.names, client,
                                      &reader->error);
}

static bool
signs_people_in(RecoveryDriftReader *reader, const FidotoolJson *json,
                const Client *client)
{
  return !recovery_drift_reader_truth(reader, json, "bearerOnly", false) &&
         (recovery_drift_reader_truth(reader, json, "standardFlowEnabled",
                                      true) ||
          recovery_drift_reader_truth(reader, json, "implicitFlowEnabled",
                                      false) ||
          client->direct);
}

static void
read_client(RecoveryDriftKeycloak *keycloak, const FidotoolJson *json,
            const FidotoolJson *realm_map)
{
  RecoveryDriftReader *reader = keycloak->reader;
  const FidotoolJson *bound = recovery_drift_reader_object(
      reader, json, "authenticationFlowBindingOverrides");
  const FidotoolJson *attributes =
      recovery_drift_reader_object(reader, json, "attributes");
  g_autoptr(FidotoolJson) own_map = read_map(keycloak, json);
  const FidotoolJson *map = own_map != NULL ? own_map : realm_map;
  const char *own_flow = recovery_drift_reader_text(reader, bound, "browser");
  Client client = {
      .client = recovery_drift_reader_text(reader, json, "clientId"),
      .flow = own_flow != NULL && *own_flow
                  ? find_alias(keycloak, own_flow)
                  : recovery_drift_reader_text(reader, keycloak->realm,
                                               "browserFlow"),
      .direct = recovery_drift_reader_truth(reader, json,
                                            "directAccessGrantsEnabled", false),
  };

  if (client.client == NULL ||
      !recovery_drift_reader_truth(reader, json, "enabled", true))
    return;
  recovery_drift_reader_enter(reader, client.client);
  recovery_drift_keycloak_read_grants(keycloak, json);
  if (!signs_people_in(reader, json, &client))
    return;
  client.level = find_level(
      map, recovery_drift_reader_text(reader, attributes, "minimum.acr.value"),
      RECOVERY_DRIFT_KEYCLOAK_NO_LEVEL);
  g_hash_table_replace(reader->table->apps, g_strdup(client.client),
                       g_strdup(client.client));
  if (client.flow == NULL)
    add_unknown(reader, client.client);
  else
    add_rules(keycloak, &client);
}

void
recovery_drift_keycloak_read(RecoveryDriftReader *reader,
                             const RecoveryDriftExport *export)
{
  g_autoptr(GPtrArray) trees = recovery_drift_read_trees(reader, export);
  g_autoptr(GHashTable) flows = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) configs = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) told =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) sets =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) ways = g_hash_table_new_full(
      g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_autoptr(GHashTable) levels = g_hash_table_new_full(
      g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr(FidotoolJson) map = NULL;
  RecoveryDriftKeycloak keycloak = {.reader = reader,
                                    .ways = ways,
                                    .levels = levels,
                                    .flows = flows,
                                    .configs = configs,
                                    .told = told,
                                    .sets = sets};
  const FidotoolJson *clients;

  if (trees == NULL)
    return;
  keycloak.realm = trees->pdata[0];
  if (trees->len != 1 ||
      fidotool_json_get_text(keycloak.realm, "realm") == NULL) {
    recovery_drift_reader_fail(reader, "one export of one realm was expected");
    return;
  }
  reader->table->combine = RECOVERY_DRIFT_FIRST;
  reader->table->otherwise = RECOVERY_DRIFT_SILENT;
  index_flows(&keycloak);
  keycloak.has_providers = has_providers(&keycloak);
  recovery_drift_keycloak_read_reset(&keycloak);
  map = read_map(&keycloak, keycloak.realm);
  clients = recovery_drift_reader_array(reader, keycloak.realm, "clients");
  for (size_t i = 0; reader->error == NULL && i < fidotool_json_size(clients);
       i++)
    read_client(&keycloak, recovery_drift_reader_item(reader, clients, i), map);
  recovery_drift_reader_enter(reader, NULL);
  if (clients == NULL)
    recovery_drift_reader_fail(reader, "there are no clients in it");
  recovery_drift_table_note(reader->table,
                            "a level holds only where the app checks \"acr\", "
                            "or its request cannot be changed (PAR, request "
                            "object)");
}
