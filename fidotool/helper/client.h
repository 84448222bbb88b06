/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - asking keyhelper for one job. On a station this connects to its
 * socket; elsewhere, and whenever KEYTURN_KEYS names software keys, keyhelper
 * is started as a child. A keyhelper that hangs, ends or talks nonsense is an
 * error here and nothing else.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"
#include "fidotool/secret.h"

/* A PIN that is wanted. */
typedef struct {
  bool is_new;         /* one to be set; else the one that is */
  int retries;         /* tries that remain, -1 unknown */
  int min;             /* code points */
  int max;             /* bytes */
  const char *problem; /* why the last one was no good, or NULL */
  bool last;           /* one try remains: ask the person, or answer NULL */
} FidotoolClientPin;

/* What the caller hears and is asked. All may be missing. */
typedef struct {
  /* "touch_needed", "processing", "uv_needed", "pin_needed"; for a key on a
   * reader "tap_needed" (with "again": lift it, else put it there and keep it
   * there), "tapped", "lifted" (too early); "warning" {code, text}; from make
   * also "made" (the credential is there, its test comes); from watch "keys",
   * "arrived", "removed", "readers". The fields belong to the client. */
  void (*event)(const char *name, const FidotoolJson *fields, gpointer data);
  /* The PIN, or NULL and error: then the job is cancelled with that error. */
  FidotoolSecret *(*pin)(const FidotoolClientPin *what, gpointer data,
                         GError **error);
  /* Something is about to be lost or changed for good: true says yes; else
   * the job is cancelled with error. NULL never says yes. */
  bool (*confirm)(const FidotoolJson *what, gpointer data, GError **error);
  gpointer data;
  int cancel_fd;      /* readable: cancel. 0 or below: there is none */
  const char *helper; /* the program; NULL finds it beside this one */
  int silence_ms;     /* give up after so long without a word; 0 means as long
                         as the request's timeout_s and some seconds */
} FidotoolClientHooks;

/* What is known of a failure besides its error. */
typedef struct {
  int ctap;                 /* CTAP status, 0 where there is none */
  int retries;              /* PIN tries that remain, -1 unknown */
  bool power_cycle;         /* replug before the next try */
  char *libfido2;           /* version; also set on success */
  FidotoolJson *candidates; /* the keys that a failed choice was among, or NULL:
                               an array, each as a list has it */
} FidotoolClientReport;

/*
 * Runs one job (fidotool/helper/job.h has the requests and results).
 *
 * report   may be NULL; cleared with fidotool_client_report_clear()
 * returns  the result with "device"; NULL and error set
 * errors   those of keyhelper; FIDOTOOL_ERROR_CANCELLED; FIDOTOOL_ERROR_FAILED
 *          when keyhelper itself fails
 */
FidotoolJson *fidotool_client_run(const FidotoolJson *request,
                                  const FidotoolClientHooks *hooks,
                                  FidotoolClientReport *report, GError **error);
void fidotool_client_report_clear(FidotoolClientReport *report);

/* Where a program of ours lies that nobody starts by hand, beside this one or
 * installed; NULL when it is nowhere. Free with g_free(). */
char *fidotool_client_find_program(const char *name);
/* The same for keyhelper. */
char *fidotool_client_find_helper(void);
