/* SPDX-License-Identifier: Apache-2.0 */
/* walled.c - a program behind the walls that systemd would build from the
 * kiosk's unit, without systemd: walled CALLS PROGRAM [ARGUMENT...]. CALLS is
 * a file with the names of the system calls that are let through; the others
 * fail with EPERM. Memory is never writable and executable, sockets are of the
 * unit's two families, there are no namespaces, no cores, no privileges to be
 * had, and little memory can be locked. */
#include <errno.h>
#include <glib.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

/* Since Linux 6.3; the headers here are older. */
#define SET_MDWE 65
#define REFUSE_EXEC_GAIN 1

static void
must(int result, const char *what)
{
  if (result < 0)
    g_error("%s: %s", what, g_strerror(result == -1 ? errno : -result));
}

static void
refuse(scmp_filter_ctx filter, int error, const char *name, unsigned argument,
       enum scmp_compare how, scmp_datum_t a, scmp_datum_t b)
{
  const struct scmp_arg_cmp compare = {argument, how, a, b};

  must(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((unsigned)error),
                              seccomp_syscall_resolve_name(name), 1, &compare),
       name);
}

/* MemoryDenyWriteExecute= */
static void
refuse_code(scmp_filter_ctx filter)
{
  refuse(filter, EPERM, "mmap", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE,
         PROT_EXEC | PROT_WRITE);
  refuse(filter, EPERM, "mprotect", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC,
         PROT_EXEC);
  refuse(filter, EPERM, "pkey_mprotect", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC,
         PROT_EXEC);
  refuse(filter, EPERM, "shmat", 2, SCMP_CMP_MASKED_EQ, SHM_EXEC, SHM_EXEC);
}

/* RestrictNamespaces= */
static void
refuse_namespaces(scmp_filter_ctx filter)
{
  static const int kinds[] = {CLONE_NEWNS,  CLONE_NEWCGROUP, CLONE_NEWUTS,
                              CLONE_NEWIPC, CLONE_NEWUSER,   CLONE_NEWPID,
                              CLONE_NEWNET};

  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
    const scmp_datum_t kind = (scmp_datum_t)kinds[i];

    refuse(filter, EPERM, "clone", 0, SCMP_CMP_MASKED_EQ, kind, kind);
    refuse(filter, EPERM, "unshare", 0, SCMP_CMP_MASKED_EQ, kind, kind);
  }
  must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0),
       "clone3");
}

/* RestrictAddressFamilies=AF_UNIX AF_NETLINK */
static void
refuse_families(scmp_filter_ctx filter)
{
  for (int family = 0; family < AF_MAX; family++)
    if (family != AF_UNIX && family != AF_NETLINK)
      refuse(filter, EAFNOSUPPORT, "socket", 0, SCMP_CMP_EQ,
             (scmp_datum_t)family, 0);
}

static void
load(scmp_filter_ctx filter)
{
  must(seccomp_load(filter), "seccomp");
  seccomp_release(filter);
}

static void
allow_only(const char *path)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  g_autofree char *text = NULL;
  g_auto(GStrv) names = NULL;

  if (!g_file_get_contents(path, &text, NULL, NULL))
    g_error("no file %s", path);
  names = g_strsplit(g_strstrip(text), "\n", -1);
  for (char **name = names; *name != NULL; name++) {
    int number = seccomp_syscall_resolve_name(*name);

    /* Not one of this machine's. */
    if (number == __NR_SCMP_ERROR || number < 0)
      continue;
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0), *name);
  }
  load(filter);
}

static void
limit(__rlimit_resource_t what, rlim_t most)
{
  const struct rlimit limits = {most, most};

  must(setrlimit(what, &limits), "setrlimit");
}

int
main(int argc, char **argv)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

  if (argc < 3)
    g_error("walled CALLS PROGRAM [ARGUMENT...]");
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_MEMLOCK, 1024 * 1024);
  limit(RLIMIT_NOFILE, 1024);
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges");
  /* The kernel's own form of the first wall, where it has one. */
  fprintf(stderr, "walled: PR_SET_MDWE %s\n",
          prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) == 0 ? "holds"
                                                          : "is not there");
  refuse_code(filter);
  refuse_namespaces(filter);
  refuse_families(filter);
  load(filter);
  allow_only(argv[1]);
  execvp(argv[2], argv + 2);
  g_error("%s: %s", argv[2], g_strerror(errno));
}
