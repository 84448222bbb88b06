/* SPDX-License-Identifier: Apache-2.0 */
/* world.c - a practice station with its people and their keys. */
#include "tests/attack/world.h"

#include <glib/gstdio.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/request.h"
#include "recovery/format/act.h"
#include "recovery/format/sshsig.h"
#include "recovery/format/time.h"
#include "tests/testing.h"

#define APPROVAL "keyturn-practice:approval"
#define RP_ID "keys.example.org"
#define ORIGIN "https://keys.example.org"
#define DESK 1795000000000 /* 2026-11-18, inside every window */

static const AttackPerson cast[] = {
    {"p-agent", "desk", "agent", NULL},
    {"p-lead", "lead", "helpdesk-lead", NULL},
    {"p-lead", "lead", "helpdesk-lead", NULL}, /* a second key */
    {"p-other", "ops", "other-team", NULL},
    {"p-mate", "lead", "other-team", NULL}, /* the lead's own team */
    {"p-both", "apps", "agent helpdesk-lead other-team releaser", NULL},
    {"p-twin", "twin", "helpdesk-lead other-team", NULL},
    {"p-release", "issue", "releaser", NULL},
    {"p-so-one", "security", "security", NULL},
    {"p-so-two", "board", "security", NULL},
    {"p-audit", "audit", "auditor", NULL},
    {NULL, NULL, NULL, NULL},
};

static void
tell_time(RecoveryMoment *ret_moment, void *data)
{
  AttackWorld *world = data;

  *ret_moment = (RecoveryMoment){
      .now_ms = world->now_ms, .mono_ms = world->mono_ms, .boot = world->boot};
  /* Time goes on by itself, a little. */
  world->now_ms++;
  world->mono_ms++;
}

static char *
judge(const char *request, size_t len, void *data, GError **error)
{
  static FidotoolRequests *state;
  AttackWorld *world = data;

  if (state == NULL)
    state = fidotool_request_state_new();
  if (world->judge_fails) {
    g_set_error(error, g_quark_from_static_string("attack"), 1,
                "the judge worker is gone");
    return NULL;
  }
  return fidotool_request_judge_with(state, request, len, NULL);
}

static bool
take_notice(const char *name, const char *text, void *data, GError **error)
{
  AttackWorld *world = data;

  (void)name;
  if (world->notice_fails) {
    g_set_error(error, g_quark_from_static_string("attack"), 1, "no room");
    return false;
  }
  g_ptr_array_add(world->notices, g_strdup(text));
  return true;
}

static bool
save_file(const char *name, GBytes *bytes, void *data, GError **error)
{
  AttackWorld *world = data;

  (void)error; /* cannot fail */
  g_hash_table_replace(world->files, g_strdup(name), g_bytes_ref(bytes));
  return true;
}

static GBytes *
load_file(const char *name, void *data, GError **error)
{
  AttackWorld *world = data;
  GBytes *bytes = g_hash_table_lookup(world->files, name);

  (void)error; /* cannot fail */
  return bytes == NULL ? NULL : g_bytes_ref(bytes);
}

static void
open_station(AttackWorld *world)
{
  g_autoptr(GError) error = NULL;

  world->station = recovery_station_open(&world->config, &error);
  if (world->station == NULL)
    fail_msg("the station does not open: %s", error->message);
  world->session = recovery_session_new(RECOVERY_PEER_ADMIN);
}

AttackWorld *
attack_world_new(bool practice)
{
  AttackWorld *world = g_new0(AttackWorld, 1);
  g_autofree char *path = NULL;

  world->folder = g_dir_make_tmp("keyturn-world-XXXXXX", NULL);
  path = g_build_filename(world->folder, "record.db", NULL);
  world->now_ms = DESK;
  world->mono_ms = 1000000;
  world->boot = "00000000-0000-4000-8000-00000000000a";
  world->flags = 0x05;
  world->notices = g_ptr_array_new_with_free_func(g_free);
  world->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)g_bytes_unref);
  world->config = (RecoveryStationConfig){
      .store_path = g_steal_pointer(&path),
      .practice = practice,
      .station_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
      .machine_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
      .build = "0.1.0+0000000000000000000000000000000000000000000000000000000"
               "000000000",
      .hooks = {.clock = tell_time,
                .judge = judge,
                .notice = take_notice,
                .save = save_file,
                .load = load_file,
                .data = world},
  };
  memset(world->config.kek, 7, sizeof(world->config.kek));
  world->away =
      (AttackMachine){"desk-two", EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
  world->people = g_memdup2(cast, sizeof(cast));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    one->key = attack_key_new();
  world->lost = attack_key_new();
  world->fresh = attack_key_new();
  open_station(world);
  return world;
}

void
attack_world_free(AttackWorld *world)
{
  g_autofree char *path = g_strdup(world->config.store_path);
  static const char *const suffixes[] = {"", "-wal", "-shm"};

  recovery_session_free(world->session);
  recovery_station_free(world->station);
  for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
    g_autofree char *file = g_strconcat(path, suffixes[i], NULL);

    (void)g_unlink(file); /* some are not there */
  }
  (void)g_rmdir(world->folder);
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_key_free(one->key);
  attack_key_free(world->lost);
  attack_key_free(world->fresh);
  EVP_PKEY_free(world->config.station_key);
  EVP_PKEY_free(world->config.machine_key);
  EVP_PKEY_free(world->away.key);
  g_free((char *)world->config.store_path);
  g_ptr_array_unref(world->notices);
  g_hash_table_unref(world->files);
  g_free(world->people);
  g_free(world->sub);
  g_free(world->case_id);
  g_free(world->genesis);
  g_free(world->vkey);
  g_free(world->officers);
  g_free(world->roots);
  g_free(world->folder);
  g_free(world);
}

void
attack_world_restart(AttackWorld *world, const char *boot)
{
  recovery_session_free(world->session);
  recovery_station_free(world->station);
  if (boot != NULL) {
    world->boot = boot;
    world->mono_ms = 5000;
  }
  open_station(world);
}

/* Requests */

typedef char *(*Method)(RecoveryStation *station, RecoverySession *session,
                        const char *request, GError **error);

static FidotoolJson *
call(AttackWorld *world, Method method, const char *request)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text =
      method(world->station, world->session, request, &error);
  FidotoolJson *answer;

  if (text != NULL)
    return fidotool_json_parse(text, strlen(text), NULL);
  answer = fidotool_json_new_object();
  fidotool_json_set_text(answer, "error", error->message);
  return answer;
}

#define CALL(method)                                                           \
  va_list args;                                                                \
  g_autofree char *request = NULL;                                             \
  va_start(args, format);                                                      \
  request = g_strdup_vprintf(format, args);                                    \
  va_end(args);                                                                \
  return call(world, method, request)

FidotoolJson *
attack_world_propose(AttackWorld *world, const char *format, ...)
{
  CALL(recovery_station_propose);
}

FidotoolJson *
attack_world_submit(AttackWorld *world, const char *format, ...)
{
  CALL(recovery_station_submit);
}

FidotoolJson *
attack_world_query(AttackWorld *world, const char *format, ...)
{
  CALL(recovery_station_query);
}

/* Signing */

static RecoverySshsigKey
ssh_key(AttackKey *key)
{
  RecoverySshsigKey ssh = {.type = RECOVERY_SSHSIG_SK_ECDSA};
  size_t len;
  int ok = EVP_PKEY_get_octet_string_param(key->key, "encoded-pub-key",
                                           ssh.point, 65, &len);

  g_assert(ok == 1 && len == 65);
  g_strlcpy(ssh.application, APPROVAL, sizeof(ssh.application));
  return ssh;
}

static void
set_base64(FidotoolJson *object, const char *name, GBytes *bytes)
{
  g_autofree char *text = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                                g_bytes_get_size(bytes));

  fidotool_json_set_text(object, name, text);
}

FidotoolJson *
attack_world_signed(AttackWorld *world, const char *statement,
                    const char *name_space, AttackKey *key,
                    const AttackMachine *machine)
{
  FidotoolJson *result = fidotool_json_new_object();
  RecoverySshsigKey ssh = ssh_key(key);
  g_autoptr(GBytes) sig = NULL, blob = NULL, machine_blob = NULL;
  uint8_t cdh[32], auth_data[37], message[64];

  recovery_sshsig_client_data_hash(name_space, statement, strlen(statement),
                                   cdh);
  sig = attack_key_assert(key, APPROVAL, cdh, world->flags, auth_data);
  blob = recovery_sshsig_from_assertion(&ssh, name_space, auth_data,
                                        g_bytes_get_data(sig, NULL),
                                        g_bytes_get_size(sig), NULL);
  g_assert(blob != NULL);
  fidotool_json_set_int(result, "v", 1);
  fidotool_json_set_text(result, "statement", statement);
  set_base64(result, "sig", blob);
  if (machine == NULL)
    return result;
  recovery_sshsig_machine_message(statement, strlen(statement),
                                  g_bytes_get_data(blob, NULL),
                                  g_bytes_get_size(blob), message);
  machine_blob = recovery_sshsig_sign(
      machine->key, "keyturn-practice-machine@v1", message, 64, NULL);
  set_base64(result, "machine_sig", machine_blob);
  return result;
}

FidotoolJson *
attack_world_sign(AttackWorld *world, const FidotoolJson *proposal,
                  AttackKey *key, const AttackMachine *machine)
{
  const char *statement = fidotool_json_get_text(proposal, "statement");
  g_autoptr(FidotoolJson) fields =
      fidotool_json_parse(statement, strlen(statement), NULL);
  g_autofree char *name_space =
      recovery_act_namespace(fidotool_json_get_text(fields, "act"), true);
  g_autoptr(FidotoolJson) result =
      attack_world_signed(world, statement, name_space, key, machine);
  g_autofree char *text = fidotool_json_write(result, NULL);

  return call(world, recovery_station_submit, text);
}

AttackPerson *
attack_world_person(AttackWorld *world, const char *person)
{
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    if (strcmp(one->person, person) == 0)
      return one;
  fail_msg("nobody is called %s", person);
  return NULL;
}

FidotoolJson *
attack_world_act(AttackWorld *world, const char *person, bool away,
                 const char *format, ...)
{
  va_list args;
  g_autofree char *request = NULL;
  FidotoolJson *proposal, *answer;

  va_start(args, format);
  request = g_strdup_vprintf(format, args);
  va_end(args);
  proposal = call(world, recovery_station_propose, request);
  if (fidotool_json_get(proposal, "statement") == NULL)
    return proposal;
  answer = attack_world_sign(world, proposal,
                             attack_world_person(world, person)->key,
                             away ? &world->away : NULL);
  fidotool_json_free(proposal);
  return answer;
}

const char *
attack_world_outcome(const FidotoolJson *answer)
{
  const FidotoolJson *refused = fidotool_json_get(answer, "refused");

  if (refused != NULL)
    return fidotool_json_get_text(fidotool_json_at(refused, 0), "rule");
  return fidotool_json_get(answer, "error") == NULL ? "ok" : "error";
}

static void
expect_ok(FidotoolJson *answer)
{
  g_autoptr(FidotoolJson) taken = answer;
  g_autofree char *text = fidotool_json_write(taken, NULL);

  if (strcmp(attack_world_outcome(taken), "ok") != 0)
    fail_msg("refused: %s", text);
}

/* The new key */

static GBytes *
client_data(const char *type, const char *challenge)
{
  char *text =
      g_strdup_printf("{\"type\":\"%s\",\"challenge\":\"%s\","
                      "\"origin\":\"" ORIGIN "\",\"crossOrigin\":false}",
                      type, challenge);

  return g_bytes_new_take(text, strlen(text));
}

static void
set_base64url(FidotoolJson *object, const char *name, const void *data,
              size_t len)
{
  g_autofree char *text = fidotool_bytes_base64url(data, len);

  fidotool_json_set_text(object, name, text);
}

static FidotoolJson *
credential(AttackKey *key, FidotoolJson **ret_response)
{
  FidotoolJson *whole = fidotool_json_new_object();

  set_base64url(whole, "id", key->id, sizeof(key->id));
  set_base64url(whole, "rawId", key->id, sizeof(key->id));
  fidotool_json_set_text(whole, "type", "public-key");
  fidotool_json_set(whole, "clientExtensionResults",
                    fidotool_json_new_object());
  *ret_response =
      fidotool_json_set(whole, "response", fidotool_json_new_object());
  return whole;
}

static FidotoolJson *
register_key(AttackKey *key, const char *challenge, uint8_t flags,
             bool attested)
{
  FidotoolJson *response, *whole = credential(key, &response);
  g_autoptr(GBytes) cdj = client_data("webauthn.create", challenge);
  g_autoptr(GBytes) att = NULL;
  uint8_t cdh[32];

  fidotool_bytes_sha256(g_bytes_get_data(cdj, NULL), g_bytes_get_size(cdj),
                        cdh);
  att = attack_key_attest(key, RP_ID, cdh, flags, attested);
  set_base64url(response, "clientDataJSON", g_bytes_get_data(cdj, NULL),
                g_bytes_get_size(cdj));
  set_base64url(response, "attestationObject", g_bytes_get_data(att, NULL),
                g_bytes_get_size(att));
  return whole;
}

static FidotoolJson *
test_key(AttackKey *key, const char *challenge, uint8_t flags)
{
  FidotoolJson *response, *whole = credential(key, &response);
  g_autoptr(GBytes) cdj = client_data("webauthn.get", challenge);
  g_autoptr(GBytes) sig = NULL;
  uint8_t cdh[32], auth_data[37];

  fidotool_bytes_sha256(g_bytes_get_data(cdj, NULL), g_bytes_get_size(cdj),
                        cdh);
  sig = attack_key_assert(key, RP_ID, cdh, flags, auth_data);
  set_base64url(response, "clientDataJSON", g_bytes_get_data(cdj, NULL),
                g_bytes_get_size(cdj));
  set_base64url(response, "authenticatorData", auth_data, 37);
  set_base64url(response, "signature", g_bytes_get_data(sig, NULL),
                g_bytes_get_size(sig));
  return whole;
}

FidotoolJson *
attack_world_made(AttackWorld *world, const FidotoolJson *proposal,
                  AttackKey *key, bool attested)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  const FidotoolJson *options = fidotool_json_get(proposal, "options");
  const FidotoolJson *test = fidotool_json_get(proposal, "test");
  g_autofree char *text = NULL;

  fidotool_json_set_text(request, "act", "case.made");
  fidotool_json_set_text(request, "case", world->case_id);
  fidotool_json_set_text(request, "nonce",
                         fidotool_json_get_text(proposal, "nonce"));
  fidotool_json_set(request, "registration",
                    register_key(key,
                                 fidotool_json_get_text(options, "challenge"),
                                 world->flags | 0x40, attested));
  fidotool_json_set(
      request, "test",
      test_key(key, fidotool_json_get_text(test, "challenge"), world->flags));
  text = fidotool_json_write(request, NULL);
  return call(world, recovery_station_submit, text);
}

/* The founding */

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
  size_t len = 32;

  g_assert(EVP_PKEY_get_raw_public_key(machine->key, key.point, &len) == 1);
  bytes = recovery_sshsig_write_key(&key);
  fidotool_json_set_text(row, "id", machine->id);
  set_base64(row, "key", bytes);
  return row;
}

FidotoolJson *
attack_world_founding(AttackWorld *world)
{
  FidotoolJson *request = fidotool_json_new_object(), *list;
  g_autofree char *path =
      g_build_filename(g_getenv("KEYTURN_SOURCE"), "recovery", "service",
                       "practice-policy.yaml", NULL);
  g_autofree char *policy = NULL, *root = NULL;
  g_autoptr(GBytes) der = root_der();
  int n = 0;

  g_assert(g_file_get_contents(path, &policy, NULL, NULL));
  fidotool_json_set_text(request, "act", "station.found");
  fidotool_json_set_text(request, "station", "st-01");
  fidotool_json_set_text(request, "log", "example.org/keyturn/st-01/1");
  fidotool_json_set_text(request, "rp_id", RP_ID);
  fidotool_json_set_text(request, "origin", ORIGIN);
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

static void
make_roster_key(AttackWorld *world, AttackPerson *one)
{
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"roster.key\",\"person\":\"%s\"}", one->person);
  const FidotoolJson *options = fidotool_json_get(proposal, "options");
  const char *hex = fidotool_json_get_text(options, "cdh");
  g_autoptr(GBytes) att = NULL;
  g_autofree char *text = NULL;
  uint8_t cdh[32];

  assert_non_null(hex);
  assert_true(fidotool_bytes_unhex(hex, cdh, 32));
  att = attack_key_attest(one->key, APPROVAL, cdh, 0x45, true);
  text =
      fidotool_bytes_base64(g_bytes_get_data(att, NULL), g_bytes_get_size(att));
  expect_ok(attack_world_submit(world,
                                "{\"act\":\"roster.key\",\"person\":\"%s\","
                                "\"cdh\":\"%s\",\"attestation\":\"%s\"}",
                                one->person, hex, text));
}

static void
take_trust(AttackWorld *world, const FidotoolJson *answer)
{
  const FidotoolJson *done = fidotool_json_get(answer, "done");

  world->genesis = g_strdup(fidotool_json_get_text(done, "genesis"));
  world->vkey = g_strdup(fidotool_json_get_text(done, "vkey"));
  world->officers = g_strdup(fidotool_json_get_text(done, "officers"));
  world->roots = g_strdup(fidotool_json_get_text(done, "roots"));
}

static void
import_directory(AttackWorld *world)
{
  g_autofree char *id =
      fidotool_bytes_base64url(world->lost->id, sizeof(world->lost->id));
  g_autoptr(FidotoolJson) found = NULL;

  expect_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"role.activate\",\"actor\":\"p-agent\",\"role\":\"agent\"}"));
  expect_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,name,"
      "team,address,person,credential,aaguid\\nE-100,Sam "
      "Okafor,sales,sam@example.org,,%s,"
      "6b657974-7572-4e20-8000-70726163746b\\nE-1,Ann "
      "Agent,desk,ann@example.org,p-agent,,\\n\"}",
      id));
  found =
      attack_world_query(world, "{\"what\":\"persons\",\"text\":\"okafor\"}");
  world->sub = g_strdup(fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(found, "persons"), 0), "sub"));
  assert_non_null(world->sub);
}

void
attack_world_found(AttackWorld *world)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  g_autofree char *text = fidotool_json_write(founding, NULL);
  FidotoolJson *last;

  expect_ok(call(world, recovery_station_submit, text));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    make_roster_key(world, one);
  expect_ok(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"station.init\",\"actor\":\"p-so-one\"}"));
  last = attack_world_act(world, "p-so-two", true,
                          "{\"act\":\"station.init\",\"actor\":\"p-so-two\"}");
  take_trust(world, last);
  expect_ok(last);
  for (AttackPerson *one = world->people; one->person != NULL; one++) {
    uint8_t cred[32];
    g_autofree char *hex = NULL;
    g_autoptr(FidotoolJson) proposal = NULL;

    attack_key_cred(one->key, cred);
    hex = fidotool_bytes_hex(cred, 32);
    proposal = attack_world_propose(world,
                                    "{\"act\":\"roster.enrol\",\"actor\":"
                                    "\"%s\",\"cred\":\"%s\"}",
                                    one->person, hex);
    assert_string_equal(attack_world_outcome(proposal), "ok");
    expect_ok(attack_world_sign(world, proposal, one->key, NULL));
  }
  import_directory(world);
}

/* The case */

const char *
attack_world_state(AttackWorld *world)
{
  g_autoptr(FidotoolJson) answer = attack_world_query(
      world, "{\"what\":\"case\",\"case\":\"%s\"}", world->case_id);

  return g_intern_string(fidotool_json_get_text(answer, "state"));
}

char *
attack_world_code(AttackWorld *world)
{
  for (unsigned i = world->notices->len; i > 0; i--) {
    const char *found =
        strstr(g_ptr_array_index(world->notices, i - 1), "Contest code: ");

    if (found != NULL)
      return g_strndup(found + strlen("Contest code: "), 32);
  }
  return NULL;
}

void
attack_world_activate(AttackWorld *world, const char *person, const char *role)
{
  expect_ok(attack_world_act(
      world, person, false,
      "{\"act\":\"role.activate\",\"actor\":\"%s\",\"role\":\"%s\"}", person,
      role));
}

static void
open_case(AttackWorld *world)
{
  FidotoolJson *answer;

  attack_world_activate(world, "p-agent", "agent");
  answer = attack_world_act(world, "p-agent", false,
                            "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                            "\"op\":\"recover\",\"sub\":\"%s\",\"reason\":"
                            "\"lost\"}",
                            world->sub);
  g_free(world->case_id);
  world->case_id = g_strdup(
      fidotool_json_get_text(fidotool_json_get(answer, "done"), "case"));
  expect_ok(answer);
}

static void
prove(AttackWorld *world)
{
  expect_ok(attack_world_submit(world,
                                "{\"act\":\"case.start_proofing\",\"actor\":"
                                "\"p-agent\",\"case\":\"%s\",\"branch\":\"c\","
                                "\"ial\":1}",
                                world->case_id));
}

static void
freeze(AttackWorld *world)
{
  expect_ok(attack_world_submit(
      world,
      "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\","
      "\"issuer\":\"NL\"}",
      world->case_id));
  expect_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.submit\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
}

static void
make(AttackWorld *world)
{
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);

  expect_ok(attack_world_made(world, proposal, world->fresh, true));
}

static void
approve_first(AttackWorld *world)
{
  expect_ok(attack_world_act(
      world, "p-lead", false,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id));
}

static void
approve_second(AttackWorld *world)
{
  expect_ok(attack_world_act(
      world, "p-other", true,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"none\"}",
      world->case_id));
}

static void
release(AttackWorld *world)
{
  attack_world_activate(world, "p-release", "releaser");
  expect_ok(attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id));
}

void
attack_world_reach(AttackWorld *world, const char *state)
{
  static const struct {
    const char *state;
    void (*step)(AttackWorld *world);
  } steps[] = {
      {"open", open_case},
      {"proofing", prove},
      {"awaiting_approval", freeze},
      {"made", make},
      {"one-approval", approve_first},
      {"ready", approve_second},
      {"issued", release},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
    steps[i].step(world);
    if (strcmp(steps[i].state, state) == 0)
      return;
  }
  fail_msg("no such state: %s", state);
}

void
attack_world_expect_at(FidotoolJson *answer, const char *rule, const char *file,
                       int line)
{
  g_autoptr(FidotoolJson) taken = answer;
  g_autofree char *text = fidotool_json_write(taken, NULL);

  if (strcmp(attack_world_outcome(taken), rule) != 0) {
    print_message("%s:%d: not %s but %s\n", file, line, rule, text);
    _fail(file, line);
  }
}

AttackWorld *
attack_world_at(const char *state)
{
  AttackWorld *world = attack_world_new(true);

  attack_world_found(world);
  if (state != NULL)
    attack_world_reach(world, state);
  return world;
}
