/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-sandbox.c - each profile, tried from inside: a child enters
 * it and does one thing; the parent sees how it ended. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fidotool/helper/sandbox.h"
#include "tests/testing.h"

#define KEY FIDOTOOL_SANDBOX_KEY
#define WATCH FIDOTOOL_SANDBOX_WATCH
#define SCOUT FIDOTOOL_SANDBOX_SCOUT
#define WORKER FIDOTOOL_SANDBOX_WORKER
#define SERVICE FIDOTOOL_SANDBOX_SERVICE

static char folder[64];   /* given to WATCH and SERVICE */
static char outside[128]; /* a file beside it */
static int pair[2];       /* a connected socket */
static int pipe_ends[2];

/* What a child tries; the answer is its exit code. */
static int
open_for_reading(void)
{
  return open("/etc/hostname", O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

static int
open_for_writing(void)
{
  char path[128];

  snprintf(path, sizeof(path), "%s/new", folder);
  return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 ? 0 : errno;
}

static int
open_without_name(void)
{
  return open(folder, O_RDONLY | (O_TMPFILE & ~O_DIRECTORY) | O_CLOEXEC,
              0600) >= 0
             ? 0
             : errno;
}

static int
open_outside(void)
{
  return open(outside, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

static int
write_outside(void)
{
  return open(outside, O_WRONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

static int
list_folder(void)
{
  GDir *dir = g_dir_open(folder, 0, NULL);

  return dir ? 0 : 1;
}

static int
open_inet(void)
{
  return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int
open_netlink(void)
{
  return socket(AF_NETLINK, SOCK_RAW, 0) >= 0 ? 0 : errno;
}

static int
open_unix(void)
{
  return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int
send_to_address(void)
{
  struct sockaddr addr = {.sa_family = AF_UNIX, .sa_data = "x"};

  return sendto(pair[0], "x", 1, 0, &addr, sizeof(addr)) >= 0 ? 0 : errno;
}

static int
make_child(void)
{
  pid_t pid = fork();

  if (pid == 0)
    _exit(0);
  return pid > 0 ? 0 : errno;
}

static int
run_program(void)
{
  execl("/bin/true", "true", NULL);
  return errno;
}

static int
run_child(void)
{
  pid_t pid = fork();
  int status = 0;

  if (pid == 0) {
    execl("/bin/true", "true", NULL);
    _exit(1);
  }
  return pid > 0 && waitpid(pid, &status, 0) == pid ? status : 1;
}

static int
map_executable(void)
{
  void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                 -1, 0);

  return p != MAP_FAILED ? 0 : errno;
}

static int
make_executable(void)
{
  void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static int
control_device(void)
{
  int n = 0;

  return ioctl(pipe_ends[0], FIONREAD, &n);
}

static int
kill_parent(void)
{
  return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int
trace_parent(void)
{
  return ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0 ? 0 : errno;
}

static int
make_namespace(void)
{
  return (int)syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */);
}

static int
clone_namespace(void)
{
  long r = syscall(SYS_clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0);

  if (r == 0)
    _exit(0);
  return r > 0 ? 0 : errno;
}

static int
ask_keyring(void)
{
  return syscall(SYS_keyctl, 0, -3, 1) >= 0 ? 0 : errno;
}

static int
talk(void)
{
  struct pollfd fd = {pair[0], POLLOUT, 0};
  char byte;

  if (poll(&fd, 1, 0) != 1 || send(pair[0], "x", 1, MSG_NOSIGNAL) != 1)
    return 1;
  return recv(pair[1], &byte, 1, 0) == 1 && byte == 'x' ? 0 : 2;
}

static int
think(void)
{
  char *text = g_malloc0(8 << 20);
  uint8_t random[16];

  for (int i = 0; i < 1000; i++)
    g_free(g_malloc((gsize)i * 100));
  g_free(text);
  if (getentropy(random, sizeof(random)) != 0)
    return 1;
  g_message("said from inside");
  return write(pipe_ends[1], "x", 1) == 1 && g_get_real_time() > 0 ? 0 : 2;
}

static int
poll_pipe(void)
{
  struct pollfd fd = {pipe_ends[0], POLLIN, 0};

  return poll(&fd, 1, 0) < 0;
}

/* Enters the profile in a child and tries. Returns the exit code, or minus
 * the signal that ended it. */
static int
try_in(FidotoolSandboxProfile profile, int (*what)(void))
{
  const FidotoolSandboxPath path = {folder, profile == WATCH
                                                ? FIDOTOOL_SANDBOX_READ
                                                : FIDOTOOL_SANDBOX_WRITE};
  bool takes_paths = profile == WATCH || profile == SERVICE;
  pid_t pid = fork();
  int status;

  assert_true(pid >= 0);
  if (pid == 0) {
    if (!fidotool_sandbox_prepare("try", true, NULL) ||
        !fidotool_sandbox_enter(profile, &path, takes_paths ? 1 : 0, NULL))
      _exit(99);
    _exit(what());
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* clang-format off */
static const struct {
  const char *name;
  FidotoolSandboxProfile profile;
  int (*what)(void);
  int ends; /* exit code, or minus a signal */
} tries[] = {
  { "key: talks", KEY, talk, 0 },
  { "key: thinks", KEY, think, 0 },
  { "key: opens a file", KEY, open_for_reading, -SIGSYS },
  { "key: writes a file", KEY, open_for_writing, -SIGSYS },
  { "key: opens an INET socket", KEY, open_inet, -SIGSYS },
  { "key: opens a UNIX socket", KEY, open_unix, -SIGSYS },
  { "key: sends to an address", KEY, send_to_address, -SIGSYS },
  { "key: forks", KEY, make_child, -SIGSYS },
  { "key: executes", KEY, run_program, -SIGSYS },
  { "key: maps executable memory", KEY, map_executable, -SIGSYS },
  { "key: makes memory executable", KEY, make_executable, -SIGSYS },
  { "key: ioctl", KEY, control_device, -SIGSYS },
  { "key: signals others", KEY, kill_parent, -SIGSYS },
  { "key: traces others", KEY, trace_parent, -SIGSYS },
  { "watch: talks", WATCH, talk, 0 },
  { "watch: lists its folder", WATCH, list_folder, 0 },
  { "watch: writes a file", WATCH, open_for_writing, -SIGSYS },
  { "watch: writes a file without name", WATCH, open_without_name, -SIGSYS },
  { "watch: opens an INET socket", WATCH, open_inet, -SIGSYS },
  { "watch: opens a UNIX socket", WATCH, open_unix, -SIGSYS },
  { "watch: forks", WATCH, make_child, -SIGSYS },
  { "watch: executes", WATCH, run_program, -SIGSYS },
  { "watch: maps executable memory", WATCH, map_executable, -SIGSYS },
  { "scout: talks", SCOUT, talk, 0 },
  { "scout: opens a UNIX socket", SCOUT, open_unix, 0 },
  { "scout: opens an INET socket", SCOUT, open_inet, -SIGSYS },
  { "scout: opens a NETLINK socket", SCOUT, open_netlink, -SIGSYS },
  { "scout: writes a file", SCOUT, open_for_writing, -SIGSYS },
  { "scout: sends to an address", SCOUT, send_to_address, -SIGSYS },
  { "scout: forks", SCOUT, make_child, -SIGSYS },
  { "scout: executes", SCOUT, run_program, -SIGSYS },
  { "scout: maps executable memory", SCOUT, map_executable, -SIGSYS },
  { "worker: thinks", WORKER, think, 0 },
  { "worker: opens a file", WORKER, open_for_reading, -SIGSYS },
  { "worker: polls", WORKER, poll_pipe, -SIGSYS },
  { "worker: sends", WORKER, talk, -SIGSYS },
  { "worker: opens a socket", WORKER, open_unix, -SIGSYS },
  { "worker: forks", WORKER, make_child, -SIGSYS },
  { "worker: executes", WORKER, run_program, -SIGSYS },
  { "worker: maps executable memory", WORKER, map_executable, -SIGSYS },
  { "service: talks", SERVICE, talk, 0 },
  { "service: thinks", SERVICE, think, 0 },
  { "service: writes its folder", SERVICE, open_for_writing, 0 },
  { "service: reads the system", SERVICE, open_for_reading, 0 },
  { "service: opens a UNIX socket", SERVICE, open_unix, 0 },
  { "service: runs a program", SERVICE, run_child, 0 },
  { "service: opens an INET socket", SERVICE, open_inet, -SIGSYS },
  { "service: opens a NETLINK socket", SERVICE, open_netlink, -SIGSYS },
  { "service: traces others", SERVICE, trace_parent, -SIGSYS },
  { "service: unshares", SERVICE, make_namespace, -SIGSYS },
  { "service: clones into a namespace", SERVICE, clone_namespace, -SIGSYS },
  { "service: asks the keyring", SERVICE, ask_keyring, -SIGSYS },
};
/* clang-format on */

static void
what_a_profile_does_not_name_is_death(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(tries); i++) {
    int ends;

    if (FIDOTOOL_SANDBOX_SANITIZED && tries[i].profile == SERVICE &&
        tries[i].what == trace_parent)
      continue; /* the sanitizer's own means, there */
    ends = try_in(tries[i].profile, tries[i].what);
    if (ends != tries[i].ends)
      fail_msg("%s: ended with %d, not %d", tries[i].name, ends, tries[i].ends);
  }
}

static void
paths_that_were_not_given_are_closed(void **state)
{
  (void)state;
  if (fidotool_sandbox_landlock() == 0)
    skip(); /* this kernel has no Landlock */
  assert_int_equal(try_in(WATCH, open_outside), EACCES);
  assert_int_equal(try_in(WATCH, open_for_reading), EACCES);
  assert_int_equal(try_in(SCOUT, open_for_reading), EACCES);
  assert_int_equal(try_in(SERVICE, open_outside), EACCES);
  assert_int_equal(try_in(SERVICE, write_outside), EACCES);
}

static int
see_no_core(void)
{
  struct rlimit limit;

  if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0)
    return 1;
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
                 prctl(PR_GET_DUMPABLE) == 0
             ? 0
             : 2;
}

static void
preparing_takes_core_dumps_and_new_privileges(void **state)
{
  int status = 0;
  pid_t pid = fork();

  (void)state;
  if (pid == 0) {
    if (!fidotool_sandbox_prepare("try", false, NULL))
      _exit(99);
    _exit(see_no_core());
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void
limits_hold(void **state)
{
  int status = 0;
  pid_t pid = fork();

  (void)state;
  if (pid == 0) {
    struct rlimit files;

    if (!fidotool_sandbox_limit(0, 5, 16, NULL) ||
        getrlimit(RLIMIT_NOFILE, &files) != 0)
      _exit(99);
    _exit(files.rlim_max == 16 ? 0 : 1);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

/* A child of a child outlives nobody. */
static void
the_end_of_the_parent_is_ours(void **state)
{
  pid_t pid = fork();
  char byte;
  int ends[2];

  (void)state;
  assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
  if (pid == 0)
    _exit(0);
  assert_int_equal(waitpid(pid, NULL, 0), pid);
  pid = fork();
  if (pid == 0) {
    if (fork() == 0) {
      if (!fidotool_sandbox_prepare("try", true, NULL))
        _exit(99);
      (void)!write(ends[1], "r", 1);
      for (;;)
        pause();
    }
    (void)!read(ends[0], &byte, 1); /* the grandchild is ready */
    _exit(0);
  }
  close(ends[1]);
  assert_int_equal(waitpid(pid, NULL, 0), pid);
  /* End of file comes only when the grandchild is gone too. */
  assert_int_equal(read(ends[0], &byte, 1), 0);
  close(ends[0]);
}

static int
make_folder(void **state)
{
  (void)state;
  g_strlcpy(folder, "/tmp/keyturn-sandbox-XXXXXX", sizeof(folder));
  if (!g_mkdtemp(folder))
    return -1;
  snprintf(outside, sizeof(outside), "%s.out", folder);
  return g_file_set_contents(outside, "x", 1, NULL) &&
                 socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0
             ? pipe2(pipe_ends, O_CLOEXEC)
             : -1;
}

static int
remove_folder(void **state)
{
  char path[128];

  (void)state;
  snprintf(path, sizeof(path), "%s/new", folder);
  unlink(path);
  unlink(outside);
  return rmdir(folder);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_profile_does_not_name_is_death),
      cmocka_unit_test(paths_that_were_not_given_are_closed),
      cmocka_unit_test(preparing_takes_core_dumps_and_new_privileges),
      cmocka_unit_test(limits_hold),
      cmocka_unit_test(the_end_of_the_parent_is_ours),
  };

  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
