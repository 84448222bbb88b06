/* SPDX-License-Identifier: Apache-2.0 */
/* start.c - runs recoveryd as a child that outlives its client by nothing. */
#include "recovery/service/start.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/service/program.h"

#define READY "ready\n"
/* Its record is read and checked first. */
#define READY_MS 60000
#define END_MS 10000

static bool
fail(const char *why, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATION,
              "the practice station does not start: %s", why);
  return false;
}

static bool
wait_until_ready(int fd)
{
  int64_t end_us = g_get_monotonic_time() + (int64_t)READY_MS * 1000;
  char text[sizeof READY] = "";
  size_t len = 0;

  while (len < strlen(READY)) {
    int64_t left_ms = (end_us - g_get_monotonic_time()) / 1000;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t n;

    if (left_ms <= 0)
      return false;
    if (poll(&p, 1, (int)left_ms) < 0 && errno != EINTR)
      return false;
    if (p.revents == 0)
      continue;
    n = read(fd, text + len, strlen(READY) - len);
    if (n <= 0)
      return false;
    len += (size_t)n;
  }
  return strcmp(text, READY) == 0;
}

bool
recovery_start_private(const char *folder, RecoveryStart *ret_start,
                       GError **error)
{
  g_autofree char *program =
      recovery_program_find("recoveryd", "recovery/service/recoveryd");
  char *argv[] = {program, (char *)"--practice", (char *)folder,
                  (char *)"--until-eof", NULL};
  g_autoptr(GError) own = NULL;
  RecoveryStart start = {0, -1};
  int out = -1;
  bool ready;

  if (!program)
    return fail("recoveryd is not installed", error);
  if (!g_spawn_async_with_pipes(
          NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES,
          NULL, NULL, &start.pid, &start.alive, &out, NULL, &own))
    return fail(own->message, error);
  ready = wait_until_ready(out);
  (void)close(out); /* it says nothing more */
  if (!ready) {
    recovery_start_end(&start);
    return fail("see its message", error);
  }
  *ret_start = start;
  return true;
}

void
recovery_start_end(RecoveryStart *start)
{
  int64_t end_us = g_get_monotonic_time() + (int64_t)END_MS * 1000;
  pid_t r;

  if (start->pid == 0)
    return;
  (void)close(start->alive); /* the end of its input ends it */
  while ((r = waitpid(start->pid, NULL, WNOHANG)) == 0 &&
         g_get_monotonic_time() < end_us)
    g_usleep(5000);
  if (r == 0) {
    (void)kill(start->pid, SIGKILL); /* it hangs */
    (void)waitpid(start->pid, NULL, 0);
  }
  g_spawn_close_pid(start->pid);
  start->pid = 0;
}
