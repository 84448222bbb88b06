/* SPDX-License-Identifier: Apache-2.0 */
/* later.c - preloaded: the wall clock and the clock since boot are ahead by as
 * many seconds as stand in the file that KEYTURN_LATER names. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Shared with the test; NULL: no file is named. */
static const int64_t *ahead;

/* Before any sandbox stands. */
static __attribute__((constructor)) void
find_file(void)
{
  const char *path = getenv("KEYTURN_LATER");
  void *page;
  int fd;

  if (!path)
    return;
  fd = open(path, O_RDONLY | O_CLOEXEC);
  page = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED)
    abort();
  (void)close(fd);
  ahead = page;
}

int
clock_gettime(clockid_t id, struct timespec *ret_time)
{
  static int (*real)(clockid_t, struct timespec *);
  int r;

  if (!real)
    *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime"); /* as POSIX has it */
  r = real(id, ret_time);
  if (r == 0 && ahead && (id == CLOCK_REALTIME || id == CLOCK_BOOTTIME))
    ret_time->tv_sec += __atomic_load_n(ahead, __ATOMIC_SEQ_CST);
  return r;
}
