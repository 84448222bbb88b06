/* SPDX-License-Identifier: Apache-2.0 */
/* process.h - starts "softkey serve" for a test, and talks to it. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include <glib.h>

/* Plain values. The program is the one that the environment variable SOFTKEY
 * names (the unit tests' harness sets it). */
typedef struct {
  pid_t pid; /* 0: not running */
  char *folder;
  char *key_path;
  char *control_path;
  char *state_path;
  char *profile; /* NULL: the default one */
} SoftkeyProcess;

/* Starts a key with its files in a fresh folder and waits until it is ready;
 * ends the test program with a message when that fails. */
SoftkeyProcess *softkey_process_start(const char *profile);

/* Stops it, if it runs, and removes the folder. */
void softkey_process_free(SoftkeyProcess *process);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyProcess, softkey_process_free)

/* Ends it with a signal; returns the status of waitpid(). */
int softkey_process_end(SoftkeyProcess *process, int signal_number);

/* Starts it again on the same state. */
void softkey_process_restart(SoftkeyProcess *process);

/* Sends one line to the control socket; returns its answer, g_free() it. */
char *softkey_process_control(const SoftkeyProcess *process, const char *line);

/* The number behind "name=" in the answer to "dump"; 0 when not there. */
unsigned softkey_process_count(const SoftkeyProcess *process, const char *name);

/* A new connection to the key; -1 with errno set. */
int softkey_process_connect(const SoftkeyProcess *process);
