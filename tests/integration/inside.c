/* SPDX-License-Identifier: Apache-2.0 */
/* inside.c - preloaded into keyhelper: once the sandbox stands, does the one
 * thing that INSIDE names, in a function that keyhelper calls after it. Who
 * is still there says so by its exit code. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define SURVIVED 77

struct fido_dev;
struct _GDir;
struct _GError;

int fido_dev_set_timeout(struct fido_dev *dev, int ms);
struct _GDir *g_dir_open(const char *path, unsigned flags,
                         struct _GError **error);

static const char *what = "";

static __attribute__((constructor)) void
read_what(void)
{
  const char *name = getenv("INSIDE");

  if (name)
    what = name;
}

static void
misbehave(void)
{
  if (strcmp(what, "open") == 0)
    (void)open("/etc/hostname", O_RDONLY | O_CLOEXEC);
  else if (strcmp(what, "write") == 0)
    (void)open("/tmp/keyturn-inside", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  else if (strcmp(what, "inet") == 0)
    (void)socket(AF_INET, SOCK_STREAM, 0);
  else if (strcmp(what, "unix") == 0)
    (void)socket(AF_UNIX, SOCK_STREAM, 0);
  else if (strcmp(what, "fork") == 0)
    (void)fork();
  else if (strcmp(what, "exec") == 0)
    (void)execl("/bin/true", "true", (char *)NULL);
  else if (strcmp(what, "map") == 0)
    (void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
               -1, 0);
  _exit(SURVIVED);
}

int
fido_dev_set_timeout(struct fido_dev *dev, int ms)
{
  (void)dev;
  (void)ms;
  misbehave();
  return 0;
}

struct _GDir *
g_dir_open(const char *path, unsigned flags, struct _GError **error)
{
  struct _GDir *(*next)(const char *path, unsigned flags,
                        struct _GError **error);
  void *symbol = dlsym(RTLD_NEXT, "g_dir_open");

  /* Before the filter it is called too, when a key is to be opened. */
  if (getenv("INSIDE_LIST") && strcmp(path, "/sys/class/hidraw") == 0)
    misbehave();
  memcpy(&next, &symbol, sizeof(next));
  return next(path, flags, error);
}
