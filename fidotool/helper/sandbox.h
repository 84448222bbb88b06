/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.h - walls a process builds around itself before it reads hostile
 * bytes: no_new_privs, limits, Landlock where the kernel has it, and a seccomp
 * filter whose answer is death. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 1 in a build with AddressSanitizer, whose runtime asks for a little more:
 * some calls of its own, address space without a limit, and in SERVICE tracing,
 * by which it searches for leaks at the end. 0 in every other build. */
#if defined(__SANITIZE_ADDRESS__)
#define FIDOTOOL_SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIDOTOOL_SANDBOX_SANITIZED 1
#endif
#endif
#ifndef FIDOTOOL_SANDBOX_SANITIZED
#define FIDOTOOL_SANDBOX_SANITIZED 0
#endif

/*
 * What each profile may still do once it is entered. Everything else ends the
 * process with SIGSYS, save what Landlock refuses (EACCES).
 *
 * KEY      keyhelper with its key open: talk on descriptors it has (read,
 *          write, send and receive without address, poll, close), memory that
 *          is not executable, mlock, clocks, random bytes, end. No file, no
 *          socket, no process, no ioctl.
 * WATCH    keyhelper listing and watching: the same, and opening read-only,
 *          stat, readlink, folders, inotify. Landlock: /sys, /run/udev, /dev
 *          and the given paths. Never reads a PIN, never opens a key.
 * SCOUT    keyhelper's child that watches card readers: the same as WATCH,
 *          and connecting to local sockets, because the card service goes and
 *          comes back; no other kind of socket.
 * WORKER   the judge worker: read and write on descriptors it has, memory that
 *          is not executable, clocks, random bytes, end. Nothing else.
 * SERVICE  recoveryd, which starts workers: everything but sockets other than
 *          AF_UNIX, debugging, mounts, namespaces, modules, kernel keyrings,
 *          bpf, perf, io_uring, clocks set, reboot, device nodes, changes of
 *          user. Landlock: reads and runs the system's own folders, and the
 *          given paths as they say. A child inherits it.
 */
typedef enum {
  FIDOTOOL_SANDBOX_KEY,
  FIDOTOOL_SANDBOX_WATCH,
  FIDOTOOL_SANDBOX_SCOUT,
  FIDOTOOL_SANDBOX_WORKER,
  FIDOTOOL_SANDBOX_SERVICE,
} FidotoolSandboxProfile;

typedef enum {
  FIDOTOOL_SANDBOX_READ,  /* read files, list folders below it */
  FIDOTOOL_SANDBOX_RUN,   /* that, and run programs */
  FIDOTOOL_SANDBOX_WRITE, /* read, write, make, rename and remove below it */
} FidotoolSandboxMode;

/* A file or folder that Landlock leaves open; one that does not exist is
 * skipped. Used by WATCH and SERVICE alone. */
typedef struct {
  const char *path;
  FidotoolSandboxMode mode;
} FidotoolSandboxPath;

/*
 * First thing in main(): no core dump, not dumpable, no_new_privs, and
 * GLib's messages go to standard error by a writer that needs nothing but
 * write(). With die_with_parent SIGKILL follows the end of the thread that
 * started us.
 * errors  FIDOTOOL_ERROR_FAILED
 */
bool fidotool_sandbox_prepare(const char *program, bool die_with_parent,
                              GError **error);

/* Limits; 0 leaves one alone. memory counts address space, in bytes (not set
 * in a build with AddressSanitizer); cpu in seconds.
 * errors  FIDOTOOL_ERROR_FAILED */
bool fidotool_sandbox_limit(uint64_t memory, uint64_t cpu_s, uint64_t files,
                            GError **error);

/*
 * Enters the profile, for ever. Call it while the process has one thread,
 * after fidotool_sandbox_prepare() and after everything that opens: sockets,
 * OpenSSL's configuration, the time zone. In KEY and WORKER end with _exit().
 *
 * paths     paths besides the profile's own; n of them
 * errors    FIDOTOOL_ERROR_FAILED: then the caller ends at once
 */
bool fidotool_sandbox_enter(FidotoolSandboxProfile profile,
                            const FidotoolSandboxPath *paths, size_t n,
                            GError **error);

/* The kernel's Landlock version, 0 where it has none. */
int fidotool_sandbox_landlock(void);
