/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.c - the profiles: which calls pass, which paths stay open. */
#include "fidotool/helper/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/landlock.h"

#if FIDOTOOL_SANDBOX_SANITIZED
#include <sanitizer/common_interface_defs.h>
#endif

/* The bit of O_TMPFILE that is its own. */
#define TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)

/* Thinking: memory, clocks, random bytes, the end. */
static const int thinking[] = {
    SCMP_SYS(brk),           SCMP_SYS(munmap),
    SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(futex),         SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),  SCMP_SYS(time),
    SCMP_SYS(getpid),        SCMP_SYS(gettid),
    SCMP_SYS(sysinfo),       SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
    SCMP_SYS(read),          SCMP_SYS(write),
};

/* Talking: on descriptors that are there already. */
static const int talking[] = {
    SCMP_SYS(recvfrom),  SCMP_SYS(poll),  SCMP_SYS(ppoll),
    SCMP_SYS(close),     SCMP_SYS(mlock), SCMP_SYS(munlock),
    SCMP_SYS(writev),    SCMP_SYS(readv), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
};

/* Looking: what listing devices needs; opening is added with its flags. */
static const int looking[] = {
    SCMP_SYS(fstat),         SCMP_SYS(newfstatat), SCMP_SYS(stat),
    SCMP_SYS(lstat),         SCMP_SYS(statx),      SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),       SCMP_SYS(lseek),      SCMP_SYS(pread64),
    SCMP_SYS(getdents64),    SCMP_SYS(readlink),   SCMP_SYS(readlinkat),
    SCMP_SYS(access),        SCMP_SYS(faccessat),  SCMP_SYS(faccessat2),
    SCMP_SYS(fcntl),         SCMP_SYS(getuid),     SCMP_SYS(geteuid),
    SCMP_SYS(inotify_init1), SCMP_SYS(fadvise64),  SCMP_SYS(inotify_add_watch),
    SCMP_SYS(getcwd),        SCMP_SYS(dup),
};

/* What AddressSanitizer's runtime does on its own. */
static const int sanitizing[] = {
    SCMP_SYS(sched_yield), SCMP_SYS(sigaltstack), SCMP_SYS(getrusage),
    SCMP_SYS(prctl),       SCMP_SYS(getrlimit),
};

/* How AddressSanitizer's search for leaks, at the end, stops our threads. */
static const int tracing[] = {
    SCMP_SYS(ptrace),
};

/* What a service never does. */
static const int refused[] = {
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),
    SCMP_SYS(kcmp),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
    SCMP_SYS(personality),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setreuid),
    SCMP_SYS(setregid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(setgroups),
    SCMP_SYS(setfsuid),
    SCMP_SYS(setfsgid),
    SCMP_SYS(capset),
};

#if FIDOTOOL_SANDBOX_SANITIZED
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

/* Whoever finds a fault behind the walls must still be able to say so: no
 * question to the terminal, no search for names in other files. */
const char *
__asan_default_options(void)
{
  return "color=never:symbolize=0";
}

const char *
__ubsan_default_options(void)
{
  return "color=never:symbolize=0";
}

/* The list of modules is read now: a report names them. */
static void
warm_up_sanitizer(void)
{
  char module[1];
  void *offset;

  (void)__sanitizer_get_module_and_offset_for_pc(
      __builtin_return_address(0), module, sizeof(module), &offset);
}
#else
static void
warm_up_sanitizer(void)
{
}
#endif

static bool
set_failed(GError **error, const char *what, int number)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED, "sandbox: %s: %s",
              what, g_strerror(number));
  return false;
}

/* One line to standard error with write() alone: GLib's own writer asks the
 * terminal and the journal, which the filter does not forgive. */
static GLogWriterOutput
write_log(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  char line[512];
  size_t len;

  if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0)
    return G_LOG_WRITER_HANDLED;
  g_strlcpy(line, data, sizeof(line));
  g_strlcat(line, ": ", sizeof(line));
  for (gsize i = 0; i < n; i++)
    if (strcmp(fields[i].key, "MESSAGE") == 0 && fields[i].length < 0)
      g_strlcat(line, fields[i].value, sizeof(line) - 1);
  len = strlen(line);
  line[len++] = '\n';
  /* A log that cannot be written is no reason to stop. */
  if (write(STDERR_FILENO, line, len) < 0)
    return G_LOG_WRITER_UNHANDLED;
  return G_LOG_WRITER_HANDLED;
}

bool
fidotool_sandbox_prepare(const char *program, bool die_with_parent,
                         GError **error)
{
  const struct rlimit none = {0, 0};

  g_log_set_writer_func(write_log, g_strdup(program), g_free);
  if (setrlimit(RLIMIT_CORE, &none) != 0)
    return set_failed(error, "no core dumps", errno);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return set_failed(error, "not dumpable", errno);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return set_failed(error, "no new privileges", errno);
  if (die_with_parent && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    return set_failed(error, "end with the parent", errno);
  return true;
}

static bool
set_limit(__rlimit_resource_t what, uint64_t value, GError **error)
{
  struct rlimit limit;

  if (value == 0)
    return true;
  if (getrlimit(what, &limit) != 0)
    return set_failed(error, "read a limit", errno);
  limit.rlim_cur = MIN(value, limit.rlim_max);
  limit.rlim_max = limit.rlim_cur;
  if (setrlimit(what, &limit) != 0)
    return set_failed(error, "set a limit", errno);
  return true;
}

bool
fidotool_sandbox_limit(uint64_t memory, uint64_t cpu_s, uint64_t files,
                       GError **error)
{
  return set_limit(RLIMIT_AS, FIDOTOOL_SANDBOX_SANITIZED ? 0 : memory, error) &&
         set_limit(RLIMIT_CPU, cpu_s, error) &&
         set_limit(RLIMIT_NOFILE, files, error);
}

static int
add_calls(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    int r = seccomp_rule_add(filter, action, calls[i], 0);

    if (r != 0)
      return r;
  }
  return 0;
}

/* Memory that is never executable; mappings belong to no file. */
static int
allow_memory(scmp_filter_ctx filter)
{
  int r = seccomp_rule_add(
      filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
      SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));

  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  return r;
}

static int
allow_thinking(scmp_filter_ctx filter)
{
  int r = add_calls(filter, SCMP_ACT_ALLOW, thinking, G_N_ELEMENTS(thinking));

  if (r == 0)
    r = allow_memory(filter);
  if (r == 0 && FIDOTOOL_SANDBOX_SANITIZED)
    r = add_calls(filter, SCMP_ACT_ALLOW, sanitizing, G_N_ELEMENTS(sanitizing));
  return r;
}

static int
allow_talking(scmp_filter_ctx filter)
{
  int r = allow_thinking(filter);

  if (r == 0)
    r = add_calls(filter, SCMP_ACT_ALLOW, talking, G_N_ELEMENTS(talking));
  /* To the other end of a connected socket, never to an address. */
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1,
                         SCMP_A4(SCMP_CMP_EQ, 0, 0));
  return r;
}

static int
allow_looking(scmp_filter_ctx filter)
{
  const uint64_t writes = O_ACCMODE | O_CREAT | O_TRUNC | TMPFILE_BIT;
  int r = allow_talking(filter);

  if (r == 0)
    r = add_calls(filter, SCMP_ACT_ALLOW, looking, G_N_ELEMENTS(looking));
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                         SCMP_A1(SCMP_CMP_MASKED_EQ, writes, 0));
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, writes, 0));
  return r;
}

/* To the card service, which may come back at any time. A path cannot be looked
 * at in a filter; that it is a local socket can. */
static int
allow_connecting(scmp_filter_ctx filter)
{
  int r = allow_looking(filter);

  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                         SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(connect), 0);
  /* The service's library asks whether its messages go to a terminal. */
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                         SCMP_A1(SCMP_CMP_EQ, TCGETS, 0));
  return r;
}

static int
refuse_for_service(scmp_filter_ctx filter)
{
  static const uint64_t namespaces[] = {
      CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
      CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};
  int r =
      add_calls(filter, SCMP_ACT_KILL_PROCESS, refused, G_N_ELEMENTS(refused));

  if (r == 0 && !FIDOTOOL_SANDBOX_SANITIZED)
    r = add_calls(filter, SCMP_ACT_KILL_PROCESS, tracing,
                  G_N_ELEMENTS(tracing));
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(socket), 1,
                         SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));
  for (size_t i = 0; r == 0 && i < G_N_ELEMENTS(namespaces); i++)
    r = seccomp_rule_add(
        filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), 1,
        SCMP_A0(SCMP_CMP_MASKED_EQ, namespaces[i], namespaces[i]));
  /* Its flags lie in memory; the C library falls back to clone. */
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  return r;
}

static int
fill_filter(scmp_filter_ctx filter, FidotoolSandboxProfile profile)
{
  switch (profile) {
  case FIDOTOOL_SANDBOX_KEY:
    return allow_talking(filter);
  case FIDOTOOL_SANDBOX_WATCH:
    return allow_looking(filter);
  case FIDOTOOL_SANDBOX_SCOUT:
    return allow_connecting(filter);
  case FIDOTOOL_SANDBOX_WORKER:
    return allow_thinking(filter);
  case FIDOTOOL_SANDBOX_SERVICE:
    return refuse_for_service(filter);
  }
  return -EINVAL;
}

static bool
load_filter(FidotoolSandboxProfile profile, GError **error)
{
  uint32_t action = profile == FIDOTOOL_SANDBOX_SERVICE ? SCMP_ACT_ALLOW
                                                        : SCMP_ACT_KILL_PROCESS;
  scmp_filter_ctx filter = seccomp_init(action);
  int r;

  if (!filter)
    return set_failed(error, "filter", ENOMEM);
  r = fill_filter(filter, profile);
  if (r == 0)
    r = seccomp_load(filter);
  seccomp_release(filter);
  if (r != 0)
    return set_failed(error, "filter", -r);
  return true;
}

bool
fidotool_sandbox_enter(FidotoolSandboxProfile profile,
                       const FidotoolSandboxPath *paths, size_t n,
                       GError **error)
{
  warm_up_sanitizer();
  return fidotool_landlock_enter(profile, paths, n, error) &&
         load_filter(profile, error);
}

int
fidotool_sandbox_landlock(void)
{
  return fidotool_landlock_version();
}
