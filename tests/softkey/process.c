/* SPDX-License-Identifier: Apache-2.0 */
/* process.c - starts "softkey serve" for a test, and talks to it. */
#include "tests/softkey/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int
connect_to(const char *path, int type)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  (void)close(fd); /* never connected */
  return -1;
}

static void
run_child(const SoftkeyProcess *process, const char *program, int ready_fd)
{
  const char *argv[] = {program,
                        "serve",
                        "--die-with-parent",
                        "--socket",
                        process->key_path,
                        "--control",
                        process->control_path,
                        "--state",
                        process->state_path,
                        process->profile != NULL ? "--profile" : NULL,
                        process->profile,
                        NULL};

  if (dup2(ready_fd, STDOUT_FILENO) >= 0)
    execv(program, (char *const *)argv);
  _exit(127);
}

static void
wait_until_ready(int fd)
{
  char line[6];
  size_t n = 0;

  while (n < sizeof line) {
    ssize_t part = read(fd, line + n, sizeof line - n);

    if (part <= 0)
      g_error("softkey did not start");
    n += (size_t)part;
  }
}

void
softkey_process_restart(SoftkeyProcess *process)
{
  const char *program = g_getenv("SOFTKEY");
  int fds[2];

  if (program == NULL || process->pid != 0 || pipe(fds) != 0)
    g_error("softkey cannot be started: is SOFTKEY set?");
  process->pid = fork();
  if (process->pid == 0)
    run_child(process, program, fds[1]);
  (void)close(fds[1]); /* the child's end */
  if (process->pid < 0)
    g_error("fork: %s", g_strerror(errno));
  wait_until_ready(fds[0]);
  (void)close(fds[0]);
}

SoftkeyProcess *
softkey_process_start(const char *profile)
{
  SoftkeyProcess *process = g_new0(SoftkeyProcess, 1);

  process->folder = g_dir_make_tmp("softkey-XXXXXX", NULL);
  if (process->folder == NULL)
    g_error("no temporary folder");
  process->key_path = g_build_filename(process->folder, "key", NULL);
  process->control_path = g_build_filename(process->folder, "control", NULL);
  process->state_path = g_build_filename(process->folder, "state", NULL);
  process->profile = g_strdup(profile);
  softkey_process_restart(process);
  return process;
}

int
softkey_process_end(SoftkeyProcess *process, int signal_number)
{
  int status = -1;

  if (process->pid <= 0)
    return -1;
  (void)kill(process->pid, signal_number); /* our own child, not yet waited */
  while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  process->pid = 0;
  return status;
}

void
softkey_process_free(SoftkeyProcess *process)
{
  if (process == NULL)
    return;
  (void)softkey_process_end(process, SIGTERM);
  /* What is left of it; a folder that stays is no test's failure. */
  (void)unlink(process->state_path);
  (void)unlink(process->key_path);
  (void)unlink(process->control_path);
  (void)rmdir(process->folder);
  g_free(process->folder);
  g_free(process->key_path);
  g_free(process->control_path);
  g_free(process->state_path);
  g_free(process->profile);
  g_free(process);
}

char *
softkey_process_control(const SoftkeyProcess *process, const char *line)
{
  g_autofree char *whole = g_strconcat(line, "\n", NULL);
  g_autoptr(GString) answer = g_string_new(NULL);
  int fd = connect_to(process->control_path, SOCK_STREAM);
  char byte;

  if (fd < 0 || send(fd, whole, strlen(whole), MSG_NOSIGNAL) < 0)
    g_error("softkey's control socket: %s", g_strerror(errno));
  while (recv(fd, &byte, 1, 0) == 1 && byte != '\n')
    g_string_append_c(answer, byte);
  (void)close(fd);
  return g_string_free(g_steal_pointer(&answer), FALSE);
}

unsigned
softkey_process_count(const SoftkeyProcess *process, const char *name)
{
  g_autofree char *answer = softkey_process_control(process, "dump");
  g_autofree char *wanted = g_strconcat(" ", name, "=", NULL);
  const char *at = strstr(answer, wanted);

  return at != NULL ? (unsigned)g_ascii_strtoull(at + strlen(wanted), NULL, 10)
                    : 0;
}

int
softkey_process_connect(const SoftkeyProcess *process)
{
  return connect_to(process->key_path, SOCK_SEQPACKET);
}
