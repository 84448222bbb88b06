/* SPDX-License-Identifier: Apache-2.0 */
/* world.c - a practice station with its people and their keys. */
#include "tests/attack/world.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/request.h"
#include "recovery/format/act.h"
#include "recovery/format/sshsig.h"
#include "recovery/format/time.h"
#include "recovery/trial.h"
#include "tests/testing.h"

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

/* One judge for all worlds, as long as the program runs. */
static FidotoolRequests *
get_judge(void)
{
  static FidotoolRequests *state;

  if (state == NULL)
    state = fidotool_request_state_new();
  return state;
}

static char *
teach(GBytes *pack, void *data, GError **error)
{
  (void)data;
  (void)error; /* cannot fail */
  return fidotool_request_state_teach(get_judge(), pack);
}

/* The answer, with these facts of the model instead of the judge's. */
static char *
change_facts(char *answer, const char *facts)
{
  g_autofree char *taken = answer;
  g_autoptr(FidotoolJson) json =
      fidotool_json_parse(taken, strlen(taken), NULL);
  const char *text = fidotool_json_get_text(json, "result");
  g_autoptr(FidotoolJson) result =
      text == NULL ? NULL : fidotool_json_parse(text, strlen(text), NULL);
  g_autoptr(FidotoolJson) over =
      fidotool_json_parse(facts, strlen(facts), NULL);
  FidotoolJson *into = fidotool_json_get(result, "facts");
  g_autofree char *changed = NULL;

  for (size_t i = 0; into != NULL && i < fidotool_json_size(over); i++)
    fidotool_json_set(
        strcmp(fidotool_json_name(over, i), "metadata") == 0 ? result : into,
        fidotool_json_name(over, i),
        fidotool_json_copy(fidotool_json_member(over, i)));
  if (into == NULL)
    return g_steal_pointer(&taken); /* an assertion */
  changed = fidotool_json_write(result, NULL);
  fidotool_json_set_text(json, "result", changed);
  return fidotool_json_write(json, NULL);
}

static char *
judge(const char *request, size_t len, void *data, GError **error)
{
  AttackWorld *world = data;
  char *answer;

  g_free(world->judge_asked);
  world->judge_asked = g_strndup(request, len);
  if (world->judge_says != NULL)
    return g_strdup(world->judge_says);
  if (world->judge_fails) {
    g_set_error(error, g_quark_from_static_string("attack"), 1,
                "the judge worker is gone");
    return NULL;
  }
  answer = fidotool_request_judge_with(get_judge(), request, len, NULL);
  return world->judge_facts == NULL ? answer
                                    : change_facts(answer, world->judge_facts);
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

static bool
tell_room(int64_t *ret_free, int64_t *ret_total, void *data)
{
  const AttackWorld *world = data;

  *ret_free = world->room;
  *ret_total = world->room_total;
  return world->room_total > 0;
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
  world->rp_id = ATTACK_WORLD_RP_ID;
  world->origin = ATTACK_WORLD_ORIGIN;
  world->notices = g_ptr_array_new_with_free_func(g_free);
  world->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)g_bytes_unref);
  world->config = (RecoveryStationConfig){
      .store_path = g_steal_pointer(&path),
      .practice = practice,
      .station_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
      .machine_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
      .plan_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
      .build = "0.1.0+0000000000000000000000000000000000000000000000000000000"
               "000000000",
      .hooks = {.clock = tell_time,
                .judge = judge,
                .teach = teach,
                .notice = take_notice,
                .save = save_file,
                .load = load_file,
                .room = tell_room,
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
  static const char *const suffixes[] = {"", "-wal", "-shm", "-head"};

  recovery_session_free(world->session);
  recovery_station_free(world->station);
  for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
    g_autofree char *file = g_strconcat(path, suffixes[i], NULL);

    (void)g_unlink(file); /* some are not there */
  }
  if (g_rmdir(world->folder) != 0 && errno != ENOENT)
    fail_msg("%s is not empty", world->folder);
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_key_free(one->key);
  attack_key_free(world->lost);
  attack_key_free(world->fresh);
  g_free(world->judge_asked);
  EVP_PKEY_free(world->config.station_key);
  EVP_PKEY_free(world->config.machine_key);
  EVP_PKEY_free(world->config.plan_key);
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
  char letter = method == recovery_station_propose  ? 'p'
                : method == recovery_station_submit ? 's'
                                                    : 'q';
  g_autofree char *text =
      world->remote != NULL
          ? world->remote(world->remote_data, letter, request, &error)
          : method(world->station, world->session, request, &error);
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

FidotoolJson *
attack_world_send(AttackWorld *world, FidotoolJson *request)
{
  g_autoptr(FidotoolJson) taken = request;
  g_autofree char *text = fidotool_json_write(taken, NULL);

  return call(world, recovery_station_submit, text);
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
  g_strlcpy(ssh.application, ATTACK_WORLD_APPROVAL, sizeof(ssh.application));
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
  sig = attack_key_assert(key, ATTACK_WORLD_APPROVAL, cdh, world->flags,
                          auth_data);
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

  for (size_t i = 0; i < fidotool_json_size(refused); i++)
    attack_world_words(fidotool_json_at(refused, i));
  if (refused != NULL)
    return fidotool_json_get_text(fidotool_json_at(refused, 0), "rule");
  return fidotool_json_get(answer, "error") == NULL ? "ok" : "error";
}

void
attack_world_ok(FidotoolJson *answer)
{
  g_autoptr(FidotoolJson) taken = answer;
  g_autofree char *text = fidotool_json_write(taken, NULL);

  if (strcmp(attack_world_outcome(taken), "ok") != 0)
    fail_msg("refused: %s", text);
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
  attack_world_ok(attack_world_act(
      world, person, false,
      "{\"act\":\"role.activate\",\"actor\":\"%s\",\"role\":\"%s\"}", person,
      role));
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

void
attack_world_says_at(FidotoolJson *answer, const char *text, const char *file,
                     int line)
{
  g_autoptr(FidotoolJson) taken = answer;
  const char *said = fidotool_json_get_text(taken, "error");

  if (said == NULL || strstr(said, text) == NULL) {
    print_message("%s:%d: not an error that says \"%s\" but %s\n", file, line,
                  text, said == NULL ? attack_world_outcome(taken) : said);
    _fail(file, line);
  }
}

void
attack_world_pass(AttackWorld *world, int64_t ms)
{
  world->now_ms += ms;
  world->mono_ms += ms;
  assert_true(recovery_station_tick(world->station, NULL));
}

unsigned
attack_world_notices(const AttackWorld *world, const char *text)
{
  unsigned n = 0;

  for (unsigned i = 0; i < world->notices->len; i++)
    n += strstr(g_ptr_array_index(world->notices, i), text) != NULL;
  return n;
}

typedef struct {
  const char *text;
  unsigned n;
} Count;

static bool
count_entry(const RecoveryStoreEntry *stored, void *data, GError **error)
{
  Count *count = data;
  gsize len;
  const char *body = g_bytes_get_data(stored->body, &len);

  (void)error; /* cannot fail */
  count->n += g_strstr_len(body, (gssize)len, count->text) != NULL;
  return true;
}

unsigned
attack_world_entries(AttackWorld *world, const char *text)
{
  Count count = {text, 0};

  assert_true(recovery_store_each(world->station->store, 0,
                                  recovery_station_size(world->station),
                                  count_entry, &count, NULL));
  return count.n;
}

char *
attack_world_sub(AttackWorld *world, const char *name)
{
  g_autoptr(FidotoolJson) found =
      attack_world_query(world, "{\"what\":\"persons\",\"text\":\"%s\"}", name);
  const char *sub = fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(found, "persons"), 0), "sub");

  assert_non_null(sub);
  return g_strdup(sub);
}

void
attack_world_trust(AttackWorld *world, const FidotoolJson *said)
{
  world->genesis = g_strdup(fidotool_json_get_text(said, "genesis"));
  world->vkey = g_strdup(fidotool_json_get_text(said, "vkey"));
  world->officers = g_strdup(fidotool_json_get_text(said, "officers"));
  world->roots = g_strdup(fidotool_json_get_text(said, "roots"));
}

void
attack_world_found(AttackWorld *world)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  FidotoolJson *last;

  attack_world_ok(attack_world_send(world, g_steal_pointer(&founding)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  attack_world_ok(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"station.init\",\"actor\":\"p-so-one\"}"));
  last = attack_world_act(world, "p-so-two", true,
                          "{\"act\":\"station.init\",\"actor\":\"p-so-two\"}");
  attack_world_trust(world, fidotool_json_get(last, "done"));
  attack_world_ok(last);
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
    attack_world_ok(attack_world_sign(world, proposal, one->key, NULL));
  }
  attack_world_founding_import(world);
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
