/* SPDX-License-Identifier: Apache-2.0 */
/* asker.c - many policies and requests in one process: each line of standard
 * input is {"policy": "text of a document"}, or a request that is decided by
 * the last one, and is answered by one line. A document is only read here, not
 * looked over by lint: what nobody can pass is to be decided, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recovery/policy/decide.h"

typedef struct {
  RecoveryDocument *document;
  RecoveryDecide *decide;
  RecoveryDecideWorker *worker;
} Judge;

static void
clear_judge(Judge *judge)
{
  recovery_decide_worker_free(judge->worker);
  recovery_decide_free(judge->decide);
  recovery_document_free(judge->document);
  *judge = (Judge){0};
}

static void
print(FidotoolJson *json)
{
  g_autofree char *text = fidotool_json_write(json, NULL);

  puts(text);
  fidotool_json_free(json);
}

static void
take_policy(Judge *judge, const char *text)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  FidotoolJson *answer = fidotool_json_new_object();
  g_autofree char *errors = NULL;

  clear_judge(judge);
  judge->document = recovery_document_read(text, strlen(text), problems);
  errors = recovery_problem_write_errors(problems);
  fidotool_json_set_text(answer, "problems", errors);
  print(answer);
  if (judge->document == NULL)
    return;
  judge->decide = recovery_decide_new(judge->document);
  judge->worker = recovery_decide_worker_new(judge->decide);
}

static void
take_request(const Judge *judge, const FidotoolJson *json)
{
  g_autofree char *fault = NULL;
  g_autoptr(RecoveryRequest) request = recovery_request_read(json, &fault);

  if (judge->worker == NULL)
    exit(1);
  print(recovery_decide_write(
      request != NULL ? recovery_decide_run(judge->worker, request)
                      : recovery_decide_refuse(judge->worker, fault),
      fidotool_json_get_text(json, "id")));
}

int
main(void)
{
  Judge judge = {0};
  char *line = NULL;
  size_t size = 0;
  ssize_t len;

  /* Each answer is awaited. */
  (void)setvbuf(stdout, NULL, _IOLBF, 0);
  while ((len = getline(&line, &size, stdin)) > 0) {
    g_autoptr(FidotoolJson) json = fidotool_json_parse(line, (size_t)len, NULL);
    const char *policy = fidotool_json_get_text(json, "policy");

    if (policy != NULL)
      take_policy(&judge, policy);
    else if (json != NULL)
      take_request(&judge, json);
    else
      exit(1);
  }
  clear_judge(&judge);
  free(line);
  return 0;
}
