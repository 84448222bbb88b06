/* SPDX-License-Identifier: Apache-2.0 */
/* world-founding.c - what founds a station: people, keys, directory. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/sshsig.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

static GBytes *
root_der(void)
{
  g_autofree char *path =
      g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests", "softkey",
                       "attestation", "softkey-root.pem", NULL);
  g_autofree char *text = NULL, *base64 = NULL;
  g_auto(GStrv) lines = NULL;
  GString *joined = g_string_new(NULL);

  g_assert(g_file_get_contents(path, &text, NULL, NULL));
  lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '-')
      g_string_append(joined, *line);
  base64 = g_string_free(joined, false);
  return fidotool_bytes_unbase64(base64);
}

static FidotoolJson *
machine_row(const AttackMachine *machine)
{
  FidotoolJson *row = fidotool_json_new_object();
  RecoverySshsigKey key = {.type = RECOVERY_SSHSIG_ED25519};
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  size_t len = 32;

  g_assert(EVP_PKEY_get_raw_public_key(machine->key, key.point, &len) == 1);
  bytes = recovery_sshsig_write_key(&key);
  fidotool_json_set_text(row, "id", machine->id);
  text = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                               g_bytes_get_size(bytes));
  fidotool_json_set_text(row, "key", text);
  return row;
}

FidotoolJson *
attack_world_founding(AttackWorld *world)
{
  FidotoolJson *request = fidotool_json_new_object(), *list;
  g_autofree char *path =
      world->policy != NULL
          ? g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests", "data",
                             world->policy, NULL)
          : g_build_filename(g_getenv("KEYTURN_SOURCE"), "recovery", "service",
                             "practice-policy.yaml", NULL);
  g_autofree char *policy = NULL, *root = NULL;
  g_autoptr(GBytes) der = root_der();
  int n = 0;

  g_assert(g_file_get_contents(path, &policy, NULL, NULL));
  fidotool_json_set_text(request, "act", "station.found");
  fidotool_json_set_text(request, "station", "st-01");
  fidotool_json_set_text(request, "log", "example.org/keyturn/st-01/1");
  fidotool_json_set_text(request, "rp_id", ATTACK_WORLD_RP_ID);
  fidotool_json_set_text(request, "origin", ATTACK_WORLD_ORIGIN);
  fidotool_json_set_text(request, "policy", policy);
  fidotool_json_set_text(request, "valid_after", "2026-01-01T00:00:00.000Z");
  fidotool_json_set_text(request, "valid_before", "2028-01-01T00:00:00.000Z");
  list = fidotool_json_set(request, "roots", fidotool_json_new_array());
  root =
      fidotool_bytes_base64(g_bytes_get_data(der, NULL), g_bytes_get_size(der));
  fidotool_json_append_text(list, root);
  list = fidotool_json_set(request, "persons", fidotool_json_new_array());
  for (AttackPerson *one = world->people; one->person != NULL; one++) {
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());
    FidotoolJson *roles =
        fidotool_json_set(row, "roles", fidotool_json_new_array());
    g_auto(GStrv) words = g_strsplit(one->roles, " ", -1);
    g_autofree char *employee = NULL;

    if (one == world->people || strcmp(one->person, one[-1].person) != 0)
      n++;
    employee = g_strdup_printf("E-%d", n);
    fidotool_json_set_text(row, "person", one->person);
    fidotool_json_set_text(row, "employee", employee);
    fidotool_json_set_text(row, "team", one->team);
    for (char **word = words; *word != NULL; word++)
      fidotool_json_append_text(roles, *word);
  }
  list = fidotool_json_set(request, "machines", fidotool_json_new_array());
  fidotool_json_append(list, machine_row(&world->away));
  list = fidotool_json_set(request, "founders", fidotool_json_new_array());
  fidotool_json_append_text(list, "p-so-one");
  fidotool_json_append_text(list, "p-so-two");
  return request;
}

FidotoolJson *
attack_world_founding_key(AttackWorld *world, const char *person,
                          AttackKey *key, bool attested)
{
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"roster.key\",\"person\":\"%s\"}", person);
  const FidotoolJson *options = fidotool_json_get(proposal, "options");
  const char *hex = fidotool_json_get_text(options, "cdh");
  g_autoptr(GBytes) att = NULL;
  g_autofree char *text = NULL;
  uint8_t cdh[32];

  if (hex == NULL)
    return g_steal_pointer(&proposal);
  assert_true(fidotool_bytes_unhex(hex, cdh, 32));
  att = attack_key_attest(key, ATTACK_WORLD_APPROVAL, cdh, world->flags | 0x40,
                          attested);
  text =
      fidotool_bytes_base64(g_bytes_get_data(att, NULL), g_bytes_get_size(att));
  return attack_world_submit(world,
                             "{\"act\":\"roster.key\",\"person\":\"%s\","
                             "\"cdh\":\"%s\",\"attestation\":\"%s\"}",
                             person, hex, text);
}

void
attack_world_founding_import(AttackWorld *world)
{
  g_autofree char *id =
      fidotool_bytes_base64url(world->lost->id, sizeof(world->lost->id));

  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"role.activate\",\"actor\":\"p-agent\",\"role\":\"agent\"}"));
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,name,"
      "team,address,person,credential,aaguid\\nE-100,Sam "
      "Okafor,sales,sam@example.org,,%s,"
      "6b657974-7572-4e20-8000-70726163746b\\nE-1,Ann "
      "Agent,desk,ann@example.org,p-agent,,\\nE-101,Eve "
      "Stone,sales,,,AQEBAQEBAQEBAQEBAQEBAQ,6b657974-7572-4e20-8000-"
      "70726163746b\\nE-102,Kim Reed,sales,,,,\\n\"}",
      id));
  world->sub = attack_world_sub(world, "okafor");
}

void
attack_world_founding_columns(AttackWorld *world, const char *columns,
                              const char *values)
{
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,name,"
      "team,address,person,credential,aaguid%s\\nE-102,Kim "
      "Reed,sales,,,,%s\\n\"}",
      columns, values));
}
