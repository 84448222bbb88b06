/* SPDX-License-Identifier: Apache-2.0 */
/* hardship.c - preloaded into one program: its clock is wrong, its disk is
 * full. KEYTURN_HARDSHIP names a file with two numbers, the seconds that its
 * wall clock is ahead and whether the disk is full; KEYTURN_HARDSHIP_PROGRAM
 * names the program; the others are left alone. */
#undef _FILE_OFFSET_BITS /* both names of a function are ours to define */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Shared with the test; NULL: this is not the program. */
static struct {
  int ahead_s, full;
} * state;

/* Before any sandbox stands. */
static __attribute__((constructor)) void
find_state(void)
{
  const char *path = getenv("KEYTURN_HARDSHIP");
  const char *program = getenv("KEYTURN_HARDSHIP_PROGRAM");
  void *page;
  int fd;

  if (!path || !program || strcmp(program, program_invocation_short_name) != 0)
    return;
  fd = open(path, O_RDWR | O_CLOEXEC);
  page = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED)
    abort();
  (void)close(fd);
  state = page;
}

/* As POSIX has it. */
#define FIND_REAL(name)                                                        \
  do {                                                                         \
    if (!real)                                                                 \
      *(void **)&real = dlsym(RTLD_NEXT, #name);                               \
  } while (0)

/* --- the clock ------------------------------------------------------------ */

int
clock_gettime(clockid_t id, struct timespec *ret_now)
{
  static int (*real)(clockid_t id, struct timespec * ret_now);
  int r;

  FIND_REAL(clock_gettime);
  r = real(id, ret_now);
  if (state && r == 0 && id == CLOCK_REALTIME)
    ret_now->tv_sec += __atomic_load_n(&state->ahead_s, __ATOMIC_SEQ_CST);
  return r;
}

/* --- the disk ------------------------------------------------------------- */

/* Pipes and sockets take no room. */
static bool
has_no_room(int fd)
{
  struct stat st;

  return state && __atomic_load_n(&state->full, __ATOMIC_SEQ_CST) != 0 &&
         fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

#define FILLS(type, name, parameters, arguments)                               \
  type name parameters;                                                        \
  type name parameters                                                         \
  {                                                                            \
    static type(*real) parameters;                                             \
                                                                               \
    FIND_REAL(name);                                                           \
    if (has_no_room(fd)) {                                                     \
      errno = ENOSPC;                                                          \
      return -1;                                                               \
    }                                                                          \
    return real arguments;                                                     \
  }

FILLS(ssize_t, pwrite, (int fd, const void *data, size_t len, off_t at),
      (fd, data, len, at))
FILLS(ssize_t, pwrite64, (int fd, const void *data, size_t len, off64_t at),
      (fd, data, len, at))
FILLS(ssize_t, write, (int fd, const void *data, size_t len), (fd, data, len))
