/* SPDX-License-Identifier: Apache-2.0 */
/* judge-client.h - the judge worker as recoveryd sees it: a request goes in,
 * an answer comes out, and whatever else it does is an error and no more. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct RecoveryJudgeClient RecoveryJudgeClient;

typedef struct {
  const char *program; /* path of keyturn-judge */
  int limit_ms;        /* for one request; 0 means 10 seconds */
  int requests;        /* served by one worker; 0 means 256 */
} RecoveryJudgeClientConfig;

/* Starts nothing yet. Strings are copied. */
RecoveryJudgeClient *
recovery_judge_client_new(const RecoveryJudgeClientConfig *config);
/* Ends the worker. */
void recovery_judge_client_free(RecoveryJudgeClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryJudgeClient, recovery_judge_client_free)

/*
 * What workers know from now on: a pack (fidotool/pack.h), or NULL for
 * nothing. Every worker that is started later is taught the same.
 *
 * returns  what the worker said of it (fidotool/judge/taught.h); g_free()
 * errors   as recovery_judge_client_ask()
 */
char *recovery_judge_client_teach(RecoveryJudgeClient *client, GBytes *pack,
                                  GError **error);

/*
 * One request, one answer. A worker is started when there is none; it is ended
 * after its number of requests, after any failure, and when the request's
 * `anchors` or `generation` are others than before, or what it was taught is,
 * so that no verdict leans on an earlier one.
 *
 * returns  the answer's JSON, read once and found to be an object; g_free()
 * errors   RECOVERY_ERROR_FAILED: it did not start, exited, said nothing in
 *          time or answered something else than one bounded frame
 */
char *recovery_judge_client_ask(RecoveryJudgeClient *client,
                                const char *request, size_t len,
                                GError **error);

/* True, once, after a request whose time ran out. */
bool recovery_judge_client_hung(RecoveryJudgeClient *client);

/* Process id of the worker, 0 while there is none (for tests). */
int recovery_judge_client_pid(const RecoveryJudgeClient *client);
