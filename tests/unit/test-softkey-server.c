/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-server.c - softkey as a process: sockets, the control channel,
 * pulled out in the middle of a message. */
#include "tests/testing.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/softkey/process.h"

#define REPORT 64
#define INFO 295 /* bytes of plain-2.1's getInfo reply, the status among them  \
                  */
#define PATIENCE_MS 20000 /* a backstop; every wait is for an event */

static const uint8_t init[REPORT] = {0xff, 0xff, 0xff, 0xff, 0x86, 0, 8, 1,
                                     2,    3,    4,    5,    6,    7, 8};

static int
start(void **state)
{
  *state = softkey_process_start(NULL);
  return 0;
}

static int
stop(void **state)
{
  softkey_process_free(*state);
  return 0;
}

static void
tell(const SoftkeyProcess *process, const char *line, const char *expected)
{
  g_autofree char *answer = softkey_process_control(process, line);

  assert_string_equal(answer, expected);
}

/* 64: a report; 0: the key is gone. */
static ssize_t
receive(int fd, uint8_t report[REPORT])
{
  struct pollfd wait = {.fd = fd, .events = POLLIN};

  if (poll(&wait, 1, PATIENCE_MS) != 1)
    fail_msg("nothing came");
  return recv(fd, report, REPORT, 0);
}

/* Opens a channel; its number is the first four bytes of ret_cid. */
static int
open_channel(const SoftkeyProcess *process, uint8_t ret_cid[4])
{
  int fd = softkey_process_connect(process);
  uint8_t report[REPORT];

  assert_true(fd >= 0);
  assert_int_equal(send(fd, init, REPORT, MSG_NOSIGNAL), REPORT);
  assert_int_equal(receive(fd, report), REPORT);
  assert_int_equal(report[4], 0x86);
  memcpy(ret_cid, report + 15, 4);
  return fd;
}

static void
send_command(int fd, const uint8_t cid[4], uint8_t command, uint8_t len,
             uint8_t first)
{
  uint8_t report[REPORT] = {0};

  memcpy(report, cid, 4);
  report[4] = command;
  report[6] = len;
  report[7] = first;
  assert_int_equal(send(fd, report, REPORT, MSG_NOSIGNAL), REPORT);
}

static void
test_info_comes_in_reports(void **state)
{
  uint8_t cid[4], report[REPORT];
  int fd = open_channel(*state, cid);

  send_command(fd, cid, 0x90, 1, 0x04);
  assert_int_equal(receive(fd, report), REPORT);
  assert_memory_equal(report, cid, 4);
  assert_int_equal(report[4], 0x90);
  assert_int_equal(report[7], 0);
  close(fd);
}

static void
test_sockets_and_state_are_the_owners_alone(void **state)
{
  const SoftkeyProcess *process = *state;
  const char *const paths[] = {process->key_path, process->control_path,
                               process->state_path};

  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
    struct stat status;

    assert_int_equal(stat(paths[i], &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
  }
}

static void
test_a_message_that_is_no_report_ends_the_session(void **state)
{
  static const size_t lengths[] = {1, 63, 65, 1000};

  for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
    uint8_t cid[4], report[REPORT], bytes[1000] = {0};
    int fd = open_channel(*state, cid);

    assert_int_equal(send(fd, bytes, lengths[i], MSG_NOSIGNAL),
                     (int)lengths[i]);
    assert_int_equal(receive(fd, report), 0);
    close(fd);
  }
  assert_int_equal(softkey_process_count(*state, "channels"), 0);
}

static void
test_unplug_is_seen_and_the_socket_is_gone(void **state)
{
  const SoftkeyProcess *process = *state;
  uint8_t cid[4], report[REPORT];
  int fd = open_channel(process, cid);

  tell(process, "touch never", "ok");
  send_command(fd, cid, 0x90, 1, 0x0b);
  assert_int_equal(receive(fd, report), REPORT);
  assert_int_equal(report[4], 0xbb);
  tell(process, "unplug", "ok");
  while (receive(fd, report) == REPORT)
    assert_int_equal(report[4], 0xbb); /* keepalives on the way */
  assert_int_equal(softkey_process_connect(process), -1);
  assert_int_not_equal(access(process->key_path, F_OK), 0);
  close(fd);
  tell(process, "plug", "ok");
  tell(process, "plug", "ok");
  close(open_channel(process, cid));
}

/* INIT is reports 1 and 2, getInfo's request is 3, its reply 4 to 6. */
static void
test_unplug_at_each_report_of_a_flow(void **state)
{
  const SoftkeyProcess *process = *state;

  for (int n = 1; n <= 6; n++) {
    g_autofree char *order = g_strdup_printf("unplug at %d", n);
    uint8_t cid[4], report[REPORT];
    int fd, got = 0;

    tell(process, "plug", "ok");
    tell(process, order, "ok");
    fd = softkey_process_connect(process);
    assert_int_equal(send(fd, init, REPORT, MSG_NOSIGNAL), REPORT);
    if (n > 2) {
      assert_int_equal(receive(fd, report), REPORT);
      memcpy(cid, report + 15, 4);
      send_command(fd, cid, 0x90, 1, 0x04);
    }
    while (receive(fd, report) > 0)
      got++;
    assert_int_equal(got, n > 4 ? n - 4 : 0);
    close(fd);
  }
}

static void
test_two_connections_have_channels_of_their_own(void **state)
{
  const SoftkeyProcess *process = *state;
  uint8_t one[4], two[4], report[REPORT];
  int fd_one = open_channel(process, one);
  int fd_two = open_channel(process, two);

  assert_memory_not_equal(one, two, 4);
  tell(process, "touch never", "ok");
  send_command(fd_one, one, 0x90, 1, 0x0b);
  assert_int_equal(receive(fd_one, report), REPORT);
  send_command(fd_two, two, 0x90, 1, 0x04);
  assert_int_equal(receive(fd_two, report), REPORT);
  assert_int_equal(report[4], 0xbf);
  assert_int_equal(report[7], 0x06);
  assert_int_equal(softkey_process_count(process, "waiting"), 1);
  tell(process, "touch now", "ok");
  do
    assert_int_equal(receive(fd_one, report), REPORT);
  while (report[4] == 0xbb);
  assert_int_equal(report[4], 0x90);
  assert_int_equal(report[7], 0x00);
  assert_int_equal(softkey_process_count(process, "touches"), 1);
  close(fd_one);
  close(fd_two);
}

static void
test_ordered_faults_come_once_and_in_their_place(void **state)
{
  /* the order, then for three getInfo: status and length of the reply */
  static const struct {
    const char *order;
    int status[3];
    int len[3];
  } cases[] = {
      {"fail 2 0x31", {0, 0x31, 0}, {INFO, 1, INFO}},
      {"corrupt 1 0", {0xff, 0, 0}, {INFO, INFO, INFO}},
      {"truncate 3", {0, 0, 0}, {INFO, INFO, INFO - 1}},
      {"truncate 1 100", {0, 0, 0}, {INFO - 100, INFO, INFO}},
      {"append 1 4", {0, 0, 0}, {INFO + 4, INFO, INFO}},
  };
  const SoftkeyProcess *process = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    tell(process, cases[i].order, "ok");
    for (int n = 0; n < 3; n++) {
      uint8_t cid[4], report[REPORT];
      int fd = open_channel(process, cid);

      send_command(fd, cid, 0x90, 1, 0x04);
      assert_int_equal(receive(fd, report), REPORT);
      assert_int_equal(report[7], cases[i].status[n]);
      assert_int_equal(report[5] << 8 | report[6], cases[i].len[n]);
      close(fd);
    }
  }
}

static void
test_control_says_what_it_does_not_understand(void **state)
{
  static const char *const lines[] = {
      "",
      "dance",
      "touch",
      "touch after",
      "touch me",
      "touch after x",
      "touch after -1",
      "fail",
      "fail 0 1",
      "fail 1",
      "fail 1 0",
      "fail 1 256",
      "corrupt 1",
      "unplug at",
      "unplug at 0",
      "unplug now",
      "delay",
      "clock",
      "clock -5",
      "dump all",
      "power-cycle 1",
      "quit now",
      "append 1 9999999",
  };
  const SoftkeyProcess *process = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autofree char *answer = softkey_process_control(process, lines[i]);

    if (!g_str_has_prefix(answer, "error "))
      fail_msg("\"%s\": %s", lines[i], answer);
  }
  tell(process, "dump",
       "ok touches=0 pin_tries=0 tokens=0 winks=0 channels=0 waiting=0 plugged=1");
}

static void
test_a_control_line_without_end_is_cut_off(void **state)
{
  const SoftkeyProcess *process = *state;
  g_autofree char *line = g_strnfill(5000, 'x');
  g_autofree char *answer = softkey_process_control(process, line);

  assert_string_equal(answer, "");
  tell(process, "touch now", "ok");
}

static void
test_clock_moves_at_once(void **state)
{
  const SoftkeyProcess *process = *state;
  uint8_t cid[4], report[REPORT];
  int fd = open_channel(process, cid);

  tell(process, "clock 10000", "ok");
  send_command(fd, cid, 0x90, 1, 0x07);
  assert_int_equal(receive(fd, report), REPORT);
  assert_int_equal(report[7], 0x30); /* too late for a reset */
  tell(process, "power-cycle", "ok");
  send_command(fd, cid, 0x90, 1, 0x07);
  assert_int_equal(receive(fd, report), REPORT);
  assert_int_equal(report[4], 0xbf); /* the channel is gone with the power */
  close(fd);
  fd = open_channel(process, cid);
  send_command(fd, cid, 0x90, 1, 0x07);
  assert_int_equal(receive(fd, report), REPORT);
  assert_int_equal(report[4], 0x90);
  assert_int_equal(report[7], 0x00);
  close(fd);
}

static void
test_it_ends_cleanly_when_told(void **state)
{
  SoftkeyProcess *process = *state;

  assert_int_equal(softkey_process_end(process, SIGTERM), 0);
  assert_int_not_equal(access(process->key_path, F_OK), 0);
  assert_int_not_equal(access(process->control_path, F_OK), 0);
  softkey_process_restart(process);
  tell(process, "quit", "ok");
  assert_int_equal(waitpid(process->pid, NULL, 0), process->pid);
  process->pid = 0;
  assert_int_not_equal(access(process->key_path, F_OK), 0);
}

static void
test_sockets_of_a_killed_one_are_replaced(void **state)
{
  SoftkeyProcess *process = *state;
  uint8_t cid[4];

  assert_int_equal(softkey_process_end(process, SIGKILL), SIGKILL);
  assert_int_equal(access(process->key_path, F_OK), 0);
  softkey_process_restart(process);
  close(open_channel(process, cid));
}

static void
test_a_peer_that_does_not_read_is_dropped(void **state)
{
  const SoftkeyProcess *process = *state;
  uint8_t cid[4], other[4], report[REPORT] = {0};
  int fd = open_channel(process, cid);
  bool dropped = false;

  memcpy(report, cid, 4);
  report[4] = 0x81;
  for (int i = 0; i < 200000 && !dropped; i++)
    dropped = send(fd, report, REPORT, MSG_NOSIGNAL) != REPORT;
  assert_true(dropped);
  close(fd);
  close(open_channel(process, other)); /* and nobody else is the worse */
}

static void
test_seed_gives_the_same_key(void **state)
{
  SoftkeyProcess *process = *state;
  char *states[2];
  gsize lens[2];

  for (int i = 0; i < 2; i++) {
    g_autofree char *program = g_strdup(g_getenv("SOFTKEY"));
    const char *argv[] = {program,     "serve",
                          "--socket",  process->key_path,
                          "--control", process->control_path,
                          "--state",   process->state_path,
                          "--seed",    "7",
                          NULL};
    GPid pid;
    int out;
    char byte;

    (void)softkey_process_end(process, SIGTERM); /* none runs at first */
    assert_int_equal(unlink(process->state_path), 0);
    assert_true(g_spawn_async_with_pipes(NULL, (char **)argv, NULL,
                                         G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                         &pid, NULL, &out, NULL, NULL));
    assert_int_equal(read(out, &byte, 1), 1);
    close(out);
    process->pid = pid;
    assert_true(
        g_file_get_contents(process->state_path, &states[i], &lens[i], NULL));
  }
  assert_int_equal(lens[0], lens[1]);
  assert_memory_equal(states[0], states[1], lens[0]);
  g_free(states[0]);
  g_free(states[1]);
}

static void
test_the_command_line_is_checked(void **state)
{
  static const struct {
    int code;
    const char *words;
  } cases[] = {
      {2, ""},
      {2, "dance"},
      {2, "serve"},
      {2, "serve --socket /tmp/x --control /tmp/y"},
      {2, "serve --bogus"},
      {2, "serve --socket a --control b --state c d"},
      {2, "serve --socket a --control b --state c --seed x"},
      {1, "serve --socket a --control b --state c --profile /nonexistent"},
      {1, "serve --socket a --control b --state /nonexistent/c"},
      {1, "serve --socket a --control b --state c --attestation /nonexistent"},
      {2, "ca"},
      {0, "--version"},
  };
  const SoftkeyProcess *process = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *line =
        g_strdup_printf("%s %s", g_getenv("SOFTKEY"), cases[i].words);
    g_auto(GStrv) argv = NULL;
    int status;

    assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
    assert_true(
        g_spawn_sync(process->folder, argv, NULL,
                     G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, NULL, &status, NULL));
    if (WEXITSTATUS(status) != cases[i].code)
      fail_msg("\"%s\": %d", cases[i].words, WEXITSTATUS(status));
  }
}

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      SERVER_TEST(test_info_comes_in_reports),
      SERVER_TEST(test_sockets_and_state_are_the_owners_alone),
      SERVER_TEST(test_a_message_that_is_no_report_ends_the_session),
      SERVER_TEST(test_unplug_is_seen_and_the_socket_is_gone),
      SERVER_TEST(test_unplug_at_each_report_of_a_flow),
      SERVER_TEST(test_two_connections_have_channels_of_their_own),
      SERVER_TEST(test_ordered_faults_come_once_and_in_their_place),
      SERVER_TEST(test_control_says_what_it_does_not_understand),
      SERVER_TEST(test_a_control_line_without_end_is_cut_off),
      SERVER_TEST(test_clock_moves_at_once),
      SERVER_TEST(test_it_ends_cleanly_when_told),
      SERVER_TEST(test_sockets_of_a_killed_one_are_replaced),
      SERVER_TEST(test_a_peer_that_does_not_read_is_dropped),
      SERVER_TEST(test_seed_gives_the_same_key),
      SERVER_TEST(test_the_command_line_is_checked),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
