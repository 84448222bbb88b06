/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a judge worker does, recoveryd gets an answer or an error. */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/service/judge-client.h"

#define REQUEST "{\"anchors\":[\"AAAA\"],\"kind\":\"registration\"}"
#define OTHER "{\"anchors\":[\"BBBB\"],\"kind\":\"registration\"}"

static char *folder;

/* A worker that keeps still is waited for; the others may be slow. */
static int
limit_of(const char *how)
{
  static const char *const still[] = {"hang", "deaf", "half", NULL};

  return g_strv_contains(still, how) ? 500 : 20000;
}

/* The misbehaving worker takes its part from its name. */
static RecoveryJudgeClient *
new_client(const char *how, int requests)
{
  g_autofree char *name = g_strdup_printf("worker-%s", how);
  g_autofree char *path = g_build_filename(folder, name, NULL);

  (void)unlink(path);
  assert_int_equal(symlink(g_getenv("BAD_WORKER"), path), 0);
  return recovery_judge_client_new(&(RecoveryJudgeClientConfig){
      .program = path, .limit_ms = limit_of(how), .requests = requests});
}

static char *
ask(RecoveryJudgeClient *client, const char *request, GError **error)
{
  return recovery_judge_client_ask(client, request, strlen(request), error);
}

static void
a_good_worker_is_asked_again(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = new_client("good", 0);
  g_autofree char *first = ask(client, REQUEST, NULL);
  int pid = recovery_judge_client_pid(client);
  g_autofree char *second = ask(client, REQUEST, NULL);

  (void)state;
  assert_string_equal(first, "{\"error\":\"\"}");
  assert_string_equal(second, first);
  assert_int_equal(recovery_judge_client_pid(client), pid);
}

static void
every_misbehaviour_is_an_error_and_the_worker_is_gone(void **state)
{
  static const char *const parts[] = {"exit", "hang",  "crash",   "garbage",
                                      "deaf", "empty", "version", "huge",
                                      "half", "list",  "broken"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autoptr(RecoveryJudgeClient) client = new_client(parts[i], 0);
    g_autoptr(GError) error = NULL;
    g_autofree char *answer = ask(client, REQUEST, &error);

    assert_null(answer);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
    assert_int_equal(recovery_judge_client_pid(client), 0);
    /* Who says nothing has hung; said once. */
    if (recovery_judge_client_hung(client) !=
        (strcmp(parts[i], "hang") == 0 || strcmp(parts[i], "deaf") == 0 ||
         strcmp(parts[i], "half") == 0))
      fail_msg("%s", parts[i]);
    assert_false(recovery_judge_client_hung(client));
  }
}

static void
a_request_that_a_deaf_worker_never_reads_ends_in_time(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = new_client("deaf", 0);
  g_autoptr(GError) error = NULL;
  g_autofree char *filler = g_strnfill(900 * 1024, 'x');
  g_autofree char *request = g_strdup_printf("{\"a\":\"%s\"}", filler);

  (void)state;
  assert_null(ask(client, request, &error)); /* it comes back at all */
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
}

static void
a_worker_that_ended_between_requests_is_an_error_then_a_new_one(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = new_client("once", 0);
  g_autoptr(GError) error = NULL;
  g_autofree char *first = ask(client, REQUEST, NULL);
  g_autofree char *second = ask(client, REQUEST, &error);
  g_autofree char *third = ask(client, REQUEST, NULL);

  (void)state;
  assert_non_null(first);
  assert_null(second);
  assert_non_null(error);
  assert_non_null(third);
}

static void
a_worker_killed_while_it_waits_costs_nothing(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = new_client("good", 0);
  g_autofree char *first = ask(client, REQUEST, NULL);
  int pid = recovery_judge_client_pid(client);
  siginfo_t ended;
  g_autofree char *second = NULL;

  (void)state;
  assert_int_equal(kill(pid, SIGKILL), 0);
  assert_int_equal(waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT), 0);
  second = ask(client, REQUEST, NULL);
  assert_string_equal(second, first);
  assert_int_not_equal(recovery_judge_client_pid(client), pid);
}

/* Another list, another policy, another day: what was remembered is gone. */
static void
another_generation_gets_another_worker(void **state)
{
  static const char *const requests[] = {
      "{\"anchors\":[\"AAAA\"],\"generation\":\"1\"}",
      "{\"anchors\":[\"AAAA\"],\"generation\":\"2\"}",
      "{\"anchors\":[\"AAAA\"]}",
  };
  g_autoptr(RecoveryJudgeClient) client = new_client("good", 0);
  int before = 0;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
    g_autofree char *first = ask(client, requests[i], NULL);
    int pid = recovery_judge_client_pid(client);
    g_autofree char *second = ask(client, requests[i], NULL);

    assert_non_null(first);
    assert_non_null(second);
    assert_int_equal(recovery_judge_client_pid(client), pid);
    assert_int_not_equal(pid, before);
    before = pid;
  }
}

static void
every_worker_is_taught(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = new_client("good", 1);
  g_autoptr(GBytes) one = g_bytes_new_static("KTP1", 4);
  g_autoptr(GBytes) same = g_bytes_new("KTP1", 4);
  g_autoptr(GBytes) other = g_bytes_new_static("KTP1....", 8);
  g_autofree char *said = recovery_judge_client_teach(client, one, NULL);
  int pid = recovery_judge_client_pid(client);
  g_autofree char *again = recovery_judge_client_teach(client, same, NULL);
  g_autofree char *first = NULL, *second = NULL, *third = NULL;

  (void)state;
  assert_string_equal(said, "{\"error\":\"\"}");
  assert_string_equal(again, said);
  assert_int_not_equal(pid, 0);
  assert_int_equal(recovery_judge_client_pid(client), pid);
  first = ask(client, REQUEST, NULL);
  second = ask(client, REQUEST, NULL); /* of the next worker */
  assert_string_equal(first, second);
  third = recovery_judge_client_teach(client, other, NULL);
  assert_string_equal(third, said);
  assert_int_not_equal(recovery_judge_client_pid(client), pid);
  g_free(third);
  third = recovery_judge_client_teach(client, NULL, NULL);
  assert_string_equal(third, "{}");
  assert_int_equal(recovery_judge_client_pid(client), 0);
}

static void
a_worker_that_cannot_learn_is_none(void **state)
{
  static const char *const parts[] = {"exit", "crash", "garbage", "list"};
  g_autoptr(GBytes) pack = g_bytes_new_static("KTP1", 4);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autoptr(RecoveryJudgeClient) client = new_client(parts[i], 0);
    g_autoptr(GError) error = NULL;

    assert_null(recovery_judge_client_teach(client, pack, &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
    assert_int_equal(recovery_judge_client_pid(client), 0);
  }
}

static void
other_anchors_get_another_worker(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = new_client("good", 0);
  g_autofree char *first = ask(client, REQUEST, NULL);
  int pid = recovery_judge_client_pid(client);
  g_autofree char *second = ask(client, OTHER, NULL);

  (void)state;
  assert_non_null(first);
  assert_non_null(second);
  assert_int_not_equal(recovery_judge_client_pid(client), pid);
}

static void
a_worker_is_replaced_after_its_number_of_requests(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = new_client("good", 2);
  int pids[3];

  (void)state;
  for (int i = 0; i < 3; i++) {
    g_autofree char *answer = ask(client, REQUEST, NULL);

    assert_non_null(answer);
    pids[i] = recovery_judge_client_pid(client);
  }
  assert_int_equal(pids[0], pids[1]);
  assert_int_not_equal(pids[1], pids[2]);
}

static void
a_worker_that_is_not_there_is_an_error(void **state)
{
  g_autoptr(RecoveryJudgeClient) client = recovery_judge_client_new(
      &(RecoveryJudgeClientConfig){.program = "/nonexistent/worker"});
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(ask(client, REQUEST, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
}

static void
no_worker_outlives_its_client(void **state)
{
  RecoveryJudgeClient *client = new_client("good", 0);
  g_autofree char *answer = ask(client, REQUEST, NULL);
  int pid = recovery_judge_client_pid(client);

  (void)state;
  assert_non_null(answer);
  assert_true(pid > 0);
  recovery_judge_client_free(client);
  assert_int_equal(kill(pid, 0), -1);
}

static void
remove_files(void)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    (void)unlink(path);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_good_worker_is_asked_again),
      cmocka_unit_test(every_misbehaviour_is_an_error_and_the_worker_is_gone),
      cmocka_unit_test(a_request_that_a_deaf_worker_never_reads_ends_in_time),
      cmocka_unit_test(
          a_worker_that_ended_between_requests_is_an_error_then_a_new_one),
      cmocka_unit_test(a_worker_killed_while_it_waits_costs_nothing),
      cmocka_unit_test(another_generation_gets_another_worker),
      cmocka_unit_test(every_worker_is_taught),
      cmocka_unit_test(a_worker_that_cannot_learn_is_none),
      cmocka_unit_test(other_anchors_get_another_worker),
      cmocka_unit_test(a_worker_is_replaced_after_its_number_of_requests),
      cmocka_unit_test(a_worker_that_is_not_there_is_an_error),
      cmocka_unit_test(no_worker_outlives_its_client),
  };
  int r;

  (void)signal(SIGPIPE, SIG_IGN);
  folder = g_dir_make_tmp("judge-client-XXXXXX", NULL);
  r = cmocka_run_group_tests(tests, NULL, NULL);
  remove_files();
  (void)g_rmdir(folder);
  g_free(folder);
  return r;
}
