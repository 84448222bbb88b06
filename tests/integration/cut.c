/* SPDX-License-Identifier: Apache-2.0 */
/* cut.c - preloaded into one program: the power goes, by kill -9, right before
 * its n-th call that leaves something behind. KEYTURN_CUT names a file with a
 * number that is counted down, 0 for never, and KEYTURN_CUT_PROGRAM the
 * program; the others are left alone. */
#undef _FILE_OFFSET_BITS /* both names of a function are ours to define */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Shared with the test; NULL: this is not the program. */
static int *left;

/* Before any sandbox stands. */
static __attribute__((constructor)) void
find_counter(void)
{
  const char *path = getenv("KEYTURN_CUT");
  const char *program = getenv("KEYTURN_CUT_PROGRAM");
  void *page;
  int fd;

  if (!path || !program || strcmp(program, program_invocation_short_name) != 0)
    return;
  fd = open(path, O_RDWR | O_CLOEXEC);
  page = mmap(NULL, sizeof *left, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED)
    abort();
  (void)close(fd);
  left = page;
}

static void
count(void)
{
  if (!left || __atomic_load_n(left, __ATOMIC_SEQ_CST) <= 0 ||
      __atomic_sub_fetch(left, 1, __ATOMIC_SEQ_CST) != 0)
    return;
  (void)kill(getpid(), SIGKILL);
  __builtin_trap(); /* where a sandbox does not let us kill ourselves */
}

/* The functions, each counted and then what it was. */
#define COUNTED(type, name, parameters, arguments, when)                       \
  type name parameters;                                                        \
  type name parameters                                                         \
  {                                                                            \
    static type(*real) parameters;                                             \
                                                                               \
    if (!real)                                                                 \
      *(void **)&real = dlsym(RTLD_NEXT, #name); /* as POSIX has it */         \
    if (when)                                                                  \
      count();                                                                 \
    return real arguments;                                                     \
  }

COUNTED(ssize_t, pwrite, (int fd, const void *data, size_t len, off_t at),
        (fd, data, len, at), true)
COUNTED(ssize_t, pwrite64, (int fd, const void *data, size_t len, off64_t at),
        (fd, data, len, at), true)
COUNTED(int, fdatasync, (int fd), (fd), true)
COUNTED(int, fsync, (int fd), (fd), true)
COUNTED(int, rename, (const char *from, const char *to), (from, to), true)
COUNTED(int, unlink, (const char *path), (path), true)
COUNTED(int, ftruncate, (int fd, off_t len), (fd, len), true)
COUNTED(int, ftruncate64, (int fd, off64_t len), (fd, len), true)
COUNTED(ssize_t, send, (int fd, const void *data, size_t len, int flags),
        (fd, data, len, flags), true)
COUNTED(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags),
        (fd, message, flags), true)
/* Eight bytes wake a thread of the program's own: how often, nobody knows. */
COUNTED(ssize_t, write, (int fd, const void *data, size_t len), (fd, data, len),
        len != 8)
