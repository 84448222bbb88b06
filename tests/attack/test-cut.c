/* SPDX-License-Identifier: Apache-2.0 */
/* test-cut.c - recoveryd dies by kill -9 before each single write of each kind
 * of act, from the founding to the end of a case. Started again it has either
 * done the act or not begun it, and goes on from there. */
#include "tests/attack/walk.h"
#include "tests/testing.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "recovery/service/client.h"

/* More writes than any act makes. */
#define WRITES_MAX 400

typedef struct {
  AttackWorld *world;
  RecoveryClient *client;
  char *folder, *saved, *counter;
  int *left; /* writes of recoveryd until the power goes; 0: it stays */
  unsigned cuts;
  int stride; /* every so many writes are cut */
} Place;

/* --- recoveryd -------------------------------------------------------------
 */

static char *
ask(void *data, char method, const char *request, GError **error)
{
  Place *place = data;

  if (method == 'p')
    return recovery_client_propose(place->client, request, error);
  if (method == 's')
    return recovery_client_submit(place->client, request, error);
  return recovery_client_query(place->client, request, error);
}

static void
start(Place *place)
{
  g_autoptr(GError) error = NULL;

  g_setenv("LD_PRELOAD", g_getenv("CUT_LIBRARY"), true);
  place->client =
      recovery_client_open(place->folder, RECOVERY_CLIENT_MAKE, &error);
  g_unsetenv("LD_PRELOAD");
  if (place->client == NULL)
    fail_msg("recoveryd does not start: %s", error->message);
}

/* Ends it, if it still runs. */
static void
stop(Place *place)
{
  *place->left = 0;
  g_clear_pointer(&place->client, recovery_client_free);
}

static void
copy_folder(const char *from, const char *to)
{
  g_autofree char *command = g_strdup_printf(
      "rm -rf '%s' && cp -a '%s' '%s' && rm -f '%s/socket'", to, from, to, to);
  int status = 1;

  assert_true(g_spawn_command_line_sync(
      g_strdup_printf("sh -c \"%s\"", command), NULL, NULL, &status, NULL));
  assert_int_equal(status, 0);
}

static Place *
new_place(void)
{
  Place *place = g_new0(Place, 1);
  int fd;

  place->world = attack_world_new(true);
  place->stride = attack_walk_number("KEYTURN_STRIDE", 1);
  place->folder = g_build_filename(place->world->folder, "station", NULL);
  place->saved = g_build_filename(place->world->folder, "saved", NULL);
  place->counter = g_build_filename(place->world->folder, "counter", NULL);
  fd = open(place->counter, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assert_true(fd >= 0 && ftruncate(fd, sizeof *place->left) == 0);
  place->left = mmap(NULL, sizeof *place->left, PROT_READ | PROT_WRITE,
                     MAP_SHARED, fd, 0);
  assert_ptr_not_equal(place->left, MAP_FAILED);
  (void)close(fd); /* the page stays */
  g_setenv("KEYTURN_CUT", place->counter, true);
  g_setenv("KEYTURN_CUT_PROGRAM", "recoveryd", true);
  place->world->remote = ask;
  place->world->remote_data = place;
  return place;
}

static void
free_place(Place *place)
{
  stop(place);
  (void)munmap(place->left, sizeof *place->left); /* cannot fail */
  attack_world_remove(place->world->folder);
  attack_world_free(place->world);
  g_free(place->folder);
  g_free(place->saved);
  g_free(place->counter);
  g_free(place);
}

/* --- what can be seen of the station ----------------------------------------
 */

/* Of an answer, without what is drawn anew each time. */
static void
add_answer(GString *seen, FidotoolJson *answer)
{
  static const char *const moving[] = {"case", "opened", "short_code",
                                       "not_before"};
  g_autoptr(FidotoolJson) taken = answer;
  g_autofree char *text = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(moving); i++)
    fidotool_json_remove(taken, moving[i]);
  text = fidotool_json_write(taken, NULL);
  g_string_append(seen, text);
  g_string_append_c(seen, '\n');
}

/* The newest case becomes the world's; NULL where there is none. */
static const char *
find_case(AttackWorld *world)
{
  g_autoptr(FidotoolJson) answer =
      attack_world_query(world, "{\"what\":\"cases\"}");
  const FidotoolJson *list = fidotool_json_get(answer, "cases");
  size_t n = fidotool_json_size(list);

  g_clear_pointer(&world->case_id, g_free);
  if (n > 0)
    world->case_id =
        g_strdup(fidotool_json_get_text(fidotool_json_at(list, n - 1), "case"));
  return world->case_id;
}

/* Everything that tells done from not done. */
static char *
look(Place *place)
{
  AttackWorld *world = place->world;
  GString *seen = g_string_new(NULL);
  g_autoptr(FidotoolJson) status =
      attack_world_query(world, "{\"what\":\"status\"}");

  g_string_append_printf(seen, "initialised %d started %d\n",
                         (int)fidotool_json_get_int(status, "initialised", 0),
                         (int)fidotool_json_get_int(status, "started", 0));
  if (fidotool_json_get_int(status, "started", 0) == 0)
    return g_string_free(seen, false);
  attack_world_activate(world, "p-agent", "agent");
  add_answer(seen, attack_world_query(world, "{\"what\":\"persons\","
                                             "\"text\":\"okafor\"}"));
  {
    g_autoptr(FidotoolJson) waiting =
        attack_world_query(world, "{\"what\":\"changes\"}");

    g_string_append_printf(
        seen, "changes %zu %zu\n",
        fidotool_json_size(fidotool_json_get(waiting, "proposed")),
        fidotool_json_size(fidotool_json_get(waiting, "changes")));
  }
  if (find_case(world) != NULL)
    add_answer(seen,
               attack_world_query(world, "{\"what\":\"case\",\"case\":\"%s\"}",
                                  world->case_id));
  return g_string_free(seen, false);
}

/* --- the acts ---------------------------------------------------------------
 */

typedef struct {
  const char *name;
  const char *person; /* who signs; NULL: in session, or the code */
  bool away;          /* on the other machine */
  const char *role;   /* to be active before; of person, or of the agent */
  /* CASE, SUB and CODE stand for what they are called. */
  const char *request;
  /* Instead of the request, where that is not all. */
  void (*prepare)(Place *place);
  FidotoolJson *(*act)(Place *place);
  /* What is said to whoever comes again, where nothing else shows that it is
   * done. */
  const char *again;
} Step;

/* Contest code of the newest notice. */
static char *
find_code(Place *place)
{
  g_autofree char *outbox = g_build_filename(place->folder, "outbox", NULL);
  g_autoptr(GDir) dir = g_dir_open(outbox, 0, NULL);
  g_autofree char *text = NULL;
  const char *name, *code;

  while (dir != NULL && text == NULL &&
         (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(outbox, name, NULL);
    g_autofree char *one = NULL;

    if (*name != '.' && place->world->case_id != NULL &&
        g_file_get_contents(path, &one, NULL, NULL) &&
        strstr(one, place->world->case_id) != NULL &&
        strstr(one, "Contest code: ") != NULL)
      text = g_steal_pointer(&one);
  }
  code = text == NULL ? NULL : strstr(text, "Contest code: ");
  return code == NULL ? g_strdup("")
                      : g_strndup(code + strlen("Contest code: "), 32);
}

static char *
fill(char *text, const char *word, const char *value)
{
  g_autofree char *taken = text;
  g_auto(GStrv) parts = g_strsplit(taken, word, -1);

  return g_strjoinv(value == NULL ? "" : value, parts);
}

static FidotoolJson *
carry_out(Place *place, const Step *step, const char *code)
{
  AttackWorld *world = place->world;
  char *request = g_strdup(step->request);
  FidotoolJson *answer;

  if (step->act != NULL)
    return step->act(place);
  request = fill(request, "CASE", world->case_id);
  request = fill(request, "SUB", world->sub);
  request = fill(request, "CODE", code);
  answer = step->person == NULL ? attack_world_submit(world, "%s", request)
                                : attack_world_act(world, step->person,
                                                   step->away, "%s", request);
  g_free(request);
  return answer;
}

static void
prepare(Place *place, const Step *step)
{
  if (step->prepare != NULL)
    step->prepare(place);
  if (step->role != NULL)
    attack_world_activate(place->world,
                          step->person == NULL ? "p-agent" : step->person,
                          step->role);
}

static void
draft(Place *place)
{
  AttackWorld *world = place->world;

  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  attack_world_ok(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"station.init\",\"actor\":\"p-so-one\"}"));
}

static FidotoolJson *
enrol(AttackWorld *world, const AttackPerson *one)
{
  uint8_t cred[32];
  g_autofree char *hex = NULL;
  g_autoptr(FidotoolJson) proposal = NULL;

  attack_key_cred(one->key, cred);
  hex = fidotool_bytes_hex(cred, 32);
  proposal = attack_world_propose(
      world, "{\"act\":\"roster.enrol\",\"actor\":\"%s\",\"cred\":\"%s\"}",
      one->person, hex);
  if (fidotool_json_get(proposal, "statement") == NULL)
    return g_steal_pointer(&proposal);
  return attack_world_sign(world, proposal, one->key, NULL);
}

/* All but the last, where that is not done yet. */
static void
enrol_others(Place *place)
{
  AttackPerson *one = place->world->people;

  for (; one[1].person != NULL; one++)
    fidotool_json_free(enrol(place->world, one));
}

static FidotoolJson *
enrol_last(Place *place)
{
  AttackPerson *one = place->world->people;

  while (one[1].person != NULL)
    one++;
  return enrol(place->world, one);
}

/* The practice policy under another version. */
static FidotoolJson *
load_policy(AttackWorld *world, const char *officer, bool away)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  g_auto(GStrv) parts =
      g_strsplit(fidotool_json_get_text(founding, "policy"), "version: 1", -1);
  g_autofree char *yaml = g_strjoinv("version: 2", parts), *text = NULL;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", "policy.load");
  fidotool_json_set_text(request, "actor", officer);
  fidotool_json_set_text(request, "policy", yaml);
  text = fidotool_json_write(request, NULL);
  return attack_world_act(world, officer, away, "%s", text);
}

static FidotoolJson *
load_first(Place *place)
{
  return load_policy(place->world, "p-so-one", false);
}

static FidotoolJson *
load_second(Place *place)
{
  return load_policy(place->world, "p-so-two", true);
}

static FidotoolJson *
make_key(Place *place)
{
  AttackWorld *world = place->world;
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);

  if (fidotool_json_get(proposal, "options") == NULL)
    return g_steal_pointer(&proposal);
  return attack_world_made(world, proposal, world->fresh, true);
}

#define CASE(act) "{\"act\":\"" act "\",\"case\":\"CASE\""
#define BY(person) ",\"actor\":\"" person "\""

/* clang-format off */
static const Step founding[] = {
  { "station.init", "p-so-two", true, NULL, "{\"act\":\"station.init\"" BY("p-so-two") "}", draft, NULL, NULL },
  { "roster.enrol", NULL, false, NULL, "", enrol_others, enrol_last, NULL },
};

static const Step steps[] = {
  { "role.activate", "p-agent", false, NULL, "{\"act\":\"role.activate\",\"role\":\"agent\"" BY("p-agent") "}", NULL, NULL, NULL },
  { "policy.load, first", "p-so-one", false, "security", "", NULL, load_first, NULL },
  { "policy.load", "p-so-two", true, "security", "", NULL, load_second, NULL },
  { "case.open, first", "p-agent", false, "agent", "{\"act\":\"case.open\",\"op\":\"recover\",\"sub\":\"SUB\",\"reason\":\"lost\"" BY("p-agent") "}", NULL, NULL, NULL },
  { "case.withdraw", "p-agent", false, "agent", CASE("case.withdraw") BY("p-agent") "}", NULL, NULL, NULL },
  { "case.open", "p-agent", false, "agent", "{\"act\":\"case.open\",\"op\":\"recover\",\"sub\":\"SUB\",\"reason\":\"lost\"" BY("p-agent") "}", NULL, NULL, NULL },
  { "case.start_proofing", NULL, false, "agent", CASE("case.start_proofing") BY("p-agent") ",\"branch\":\"c\",\"ial\":1}", NULL, NULL, NULL },
  { "case.add_evidence", NULL, false, "agent", CASE("case.add_evidence") BY("p-agent") ",\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\"}", NULL, NULL, NULL },
  { "case.submit", "p-agent", false, "agent", CASE("case.submit") BY("p-agent") "}", NULL, NULL, NULL },
  { "case.made", NULL, false, "agent", "", NULL, make_key, NULL },
  { "case.approve", "p-lead", false, NULL, CASE("case.approve") BY("p-lead") ",\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}", NULL, NULL, NULL },
  { "case.approve, and the wait", "p-other", true, NULL, CASE("case.approve") BY("p-other") ",\"slot\":\"other-team\",\"contact\":\"none\"}", NULL, NULL, NULL },
  { "case.contest", NULL, false, "agent", "{\"act\":\"case.contest\",\"code\":\"CODE\"}", NULL, NULL, NULL },
  { "case.reject, first", "p-so-one", false, NULL, CASE("case.reject") BY("p-so-one") "}", NULL, NULL, "two-people" },
  { "case.reject", "p-twin", true, NULL, CASE("case.reject") BY("p-twin") "}", NULL, NULL, NULL },
  { "case.activate", "p-release", false, "releaser", CASE("case.activate") BY("p-release") "}", NULL, NULL, NULL },
  { "export.made", "p-audit", true, "auditor", "{\"act\":\"export.made\"" BY("p-audit") "}", NULL, NULL, NULL },
};
/* clang-format on */

/* --- the cuts ---------------------------------------------------------------
 */

static bool
is_ok(FidotoolJson *answer)
{
  g_autoptr(FidotoolJson) taken = answer;

  return strcmp(attack_world_outcome(taken), "ok") == 0;
}

/* Done from a state in which it may be done already, unseen. */
static bool
does_again(Place *place, const Step *step, const char *code)
{
  g_autoptr(FidotoolJson) answer = carry_out(place, step, code);
  const char *outcome = attack_world_outcome(answer);

  return strcmp(outcome, "ok") == 0 || g_strcmp0(outcome, step->again) == 0;
}

/* The act with the power gone before its n-th write; false: it has fewer. */
static bool
cut_at(Place *place, const Step *step, int n, const char *before,
       const char *after)
{
  g_autofree char *code = NULL, *then = NULL, *now = NULL;
  bool answered, was_cut;

  copy_folder(place->saved, place->folder);
  start(place);
  code = find_code(place);
  prepare(place, step);
  *place->left = n;
  answered = is_ok(carry_out(place, step, code));
  was_cut = *place->left == 0;
  stop(place);
  start(place);
  then = look(place);
  if (strcmp(then, before) != 0 && strcmp(then, after) != 0)
    fail_msg("%s, cut at %d: half done:\n%s", step->name, n, then);
  if (answered && strcmp(then, after) != 0)
    fail_msg("%s, cut at %d: answered, and lost", step->name, n);
  if (strcmp(then, after) != 0 || strcmp(before, after) == 0) {
    prepare(place, step);
    if (!does_again(place, step, code))
      fail_msg("%s, cut at %d: it does not go on", step->name, n);
    now = look(place);
    if (strcmp(now, after) != 0)
      fail_msg("%s, cut at %d, then done:\n%snot\n%s", step->name, n, now,
               after);
  }
  stop(place);
  place->cuts += was_cut;
  return was_cut;
}

/* Every cut of one step; the station is left as after the step. */
static void
cut_everywhere(Place *place, const Step *step)
{
  g_autofree char *code = NULL, *before = NULL, *after = NULL;
  int n = 1;

  stop(place);
  copy_folder(place->folder, place->saved);
  start(place);
  before = look(place);
  code = find_code(place);
  prepare(place, step);
  attack_world_ok(carry_out(place, step, code));
  after = look(place);
  stop(place);
  while (n < WRITES_MAX && cut_at(place, step, n, before, after))
    n += place->stride;
  assert_in_range(n, 2, WRITES_MAX - 1);
  print_message("%s: %d places\n", step->name, n - 1);
  /* The next step comes after one that was cut, and done then. */
  (void)cut_at(place, step, n / 2, before, after);
  start(place);
}

/* A record that was cut this often is one the auditor's verifier takes. */
static void
check_bundle(Place *place)
{
  g_autoptr(FidotoolJson) made = NULL;
  g_autofree char *request = NULL, *said = NULL;
  g_autoptr(GPtrArray) files = NULL;
  AttackWorld *world = place->world;

  attack_world_activate(world, "p-audit", "auditor");
  made = attack_world_act(world, "p-audit", true,
                          "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  files = recovery_client_export(place->client, request, 64 << 20, NULL);
  assert_non_null(files);
  if (attack_world_verify(world, files, true, &said) != 0)
    fail_msg("verify.py refuses: %s", said);
  print_message("%s", said);
}

static void
the_power_goes_at_each_write_of_a_case(void **state)
{
  Place *place = new_place();
  g_autoptr(FidotoolJson) trust = NULL;

  (void)state;
  start(place);
  for (size_t i = 0; i < G_N_ELEMENTS(founding); i++)
    cut_everywhere(place, &founding[i]);
  trust = attack_world_query(place->world, "{\"what\":\"trust\"}");
  attack_world_trust(place->world, trust);
  attack_world_founding_import(place->world);
  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
    cut_everywhere(place, &steps[i]);
  print_message("%u cuts\n", place->cuts);
  check_bundle(place);
  free_place(place);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_power_goes_at_each_write_of_a_case),
  };

  return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
