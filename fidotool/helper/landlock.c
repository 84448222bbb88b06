/* SPDX-License-Identifier: Apache-2.0 */
/* landlock.c - rulesets for the profiles. Debian 12's headers know version 2;
 * what later kernels add is written out here. */
#include "fidotool/helper/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fidotool/error.h"

#define TRUNCATE (UINT64_C(1) << 14)  /* version 3 */
#define IOCTL_DEV (UINT64_C(1) << 15) /* version 5 */
#define NET_BIND_TCP (UINT64_C(1) << 0)
#define NET_CONNECT_TCP (UINT64_C(1) << 1) /* version 4 */
#define SCOPE_ABSTRACT (UINT64_C(1) << 0)
#define SCOPE_SIGNAL (UINT64_C(1) << 1) /* version 6 */

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ_ANY (READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN_ANY (READ_ANY | LANDLOCK_ACCESS_FS_EXECUTE)
#define WRITE_ANY                                                              \
  (READ_ANY | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |  \
   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |              \
   LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |                \
   LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM |                \
   LANDLOCK_ACCESS_FS_REFER | TRUNCATE)
/* Rights that mean something on a file that is no folder. */
#define ON_FILE                                                                \
  (READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |    \
   TRUNCATE | IOCTL_DEV)

/* struct landlock_ruleset_attr as of version 6. */
typedef struct {
  uint64_t fs;
  uint64_t net;
  uint64_t scoped;
} Ruleset;

static const FidotoolSandboxPath watch_paths[] = {
    {"/sys", FIDOTOOL_SANDBOX_READ},
    {"/run/udev", FIDOTOOL_SANDBOX_READ},
    {"/dev", FIDOTOOL_SANDBOX_READ},
    {"/etc/udev", FIDOTOOL_SANDBOX_READ},
};

static const FidotoolSandboxPath service_paths[] = {
    {"/usr", FIDOTOOL_SANDBOX_RUN},
    {"/lib", FIDOTOOL_SANDBOX_RUN},
    {"/lib64", FIDOTOOL_SANDBOX_RUN},
    {"/etc", FIDOTOOL_SANDBOX_READ},
    {"/proc", FIDOTOOL_SANDBOX_READ},
    {"/sys/fs/cgroup", FIDOTOOL_SANDBOX_READ},
    {"/dev/null", FIDOTOOL_SANDBOX_WRITE},
    {"/dev/zero", FIDOTOOL_SANDBOX_READ},
    {"/dev/random", FIDOTOOL_SANDBOX_READ},
    {"/dev/urandom", FIDOTOOL_SANDBOX_READ},
};

static bool
set_failed(GError **error, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "sandbox: Landlock: %s: %s", what, g_strerror(errno));
  return false;
}

int
fidotool_landlock_version(void)
{
  long r = syscall(SYS_landlock_create_ruleset, NULL, 0,
                   LANDLOCK_CREATE_RULESET_VERSION);

  return r < 0 ? 0 : (int)r;
}

/* Everything this version can take away. */
static Ruleset
new_ruleset(int version, size_t *ret_size)
{
  Ruleset set = {.fs = (UINT64_C(1) << 13) - 1};

  *ret_size = sizeof(set.fs);
  if (version >= 2)
    set.fs |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3)
    set.fs |= TRUNCATE;
  if (version >= 4) {
    set.net = NET_BIND_TCP | NET_CONNECT_TCP;
    *ret_size = offsetof(Ruleset, scoped);
  }
  if (version >= 5)
    set.fs |= IOCTL_DEV;
  if (version >= 6) {
    set.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;
    *ret_size = sizeof(set);
  }
  return set;
}

static uint64_t
find_rights(FidotoolSandboxMode mode)
{
  switch (mode) {
  case FIDOTOOL_SANDBOX_READ:
    return READ_ANY;
  case FIDOTOOL_SANDBOX_RUN:
    return RUN_ANY;
  case FIDOTOOL_SANDBOX_WRITE:
    return WRITE_ANY;
  }
  return 0;
}

static bool
add_path(int ruleset, uint64_t handled, const FidotoolSandboxPath *path,
         GError **error)
{
  struct landlock_path_beneath_attr rule = {
      .allowed_access = find_rights(path->mode) & handled,
  };
  struct stat st;
  long r;

  rule.parent_fd = open(path->path, O_PATH | O_CLOEXEC);
  if (rule.parent_fd < 0)
    return errno == ENOENT || errno == EACCES || set_failed(error, path->path);
  if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
    rule.allowed_access &= ON_FILE;
  r = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule,
              0);
  if (r != 0)
    (void)set_failed(error, path->path);
  (void)close(rule.parent_fd); /* O_PATH: nothing to lose */
  return r == 0;
}

static bool
add_paths(int ruleset, uint64_t handled, const FidotoolSandboxPath *paths,
          size_t n, GError **error)
{
  for (size_t i = 0; i < n; i++)
    if (!add_path(ruleset, handled, &paths[i], error))
      return false;
  return true;
}

static bool
add_profile(int ruleset, uint64_t handled, FidotoolSandboxProfile profile,
            GError **error)
{
  switch (profile) {
  case FIDOTOOL_SANDBOX_KEY:
  case FIDOTOOL_SANDBOX_WORKER:
    return true;
  case FIDOTOOL_SANDBOX_WATCH:
  case FIDOTOOL_SANDBOX_SCOUT:
    return add_paths(ruleset, handled, watch_paths, G_N_ELEMENTS(watch_paths),
                     error);
  case FIDOTOOL_SANDBOX_SERVICE:
    return add_paths(ruleset, handled, service_paths,
                     G_N_ELEMENTS(service_paths), error);
  }
  return true;
}

bool
fidotool_landlock_enter(FidotoolSandboxProfile profile,
                        const FidotoolSandboxPath *paths, size_t n,
                        GError **error)
{
  int version = fidotool_landlock_version();
  size_t size;
  Ruleset set;
  int ruleset;
  bool ok;

  if (version == 0)
    return true;
  set = new_ruleset(version, &size);
  ruleset = (int)syscall(SYS_landlock_create_ruleset, &set, size, 0);
  if (ruleset < 0)
    return set_failed(error, "ruleset");
  ok = add_profile(ruleset, set.fs, profile, error) &&
       add_paths(ruleset, set.fs, paths, n, error);
  if (ok && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
    ok = set_failed(error, "restrict");
  (void)close(ruleset); /* kept by the kernel */
  return ok;
}
