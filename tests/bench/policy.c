/* SPDX-License-Identifier: Apache-2.0 */
/* policy.c - a policy read, made ready and asked, for policy.py: processor time
 * of each, what was decided, and how long libyaml alone takes over the same
 * document.
 *
 * policy yaml POLICY            seconds of a bare event loop
 * policy ask POLICY REQUESTS N  seconds to read and make ready; nanoseconds of
 * a decision, over N rounds; KiB; the outcomes */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <yaml.h>

#include "recovery/policy/decide.h"

typedef struct {
  RecoveryRequest request;
  const char *group;
} Asked;

static double
cpu_s(void)
{
  struct timespec now;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static char *
load(const char *path, size_t *ret_len)
{
  char *text;

  if (!g_file_get_contents(path, &text, ret_len, NULL))
    exit(2);
  return text;
}

static int
run_yaml(const char *text, size_t len)
{
  double before = cpu_s();
  yaml_parser_t parser;
  bool end = false;

  (void)yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
  while (!end) {
    yaml_event_t event;

    if (yaml_parser_parse(&parser, &event) != 1)
      return 1;
    end = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  printf("%.6f\n", cpu_s() - before);
  return 0;
}

static RecoveryDocument *
read_policy(const char *text, size_t len)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  RecoveryDocument *document = recovery_document_read(text, len, problems);
  g_autofree char *errors = recovery_problem_write_errors(problems);

  if (document == NULL) {
    fprintf(stderr, "%s\n", errors);
    exit(1);
  }
  return document;
}

/* "group journey app class" a line. */
static Asked *
read_requests(char *text, size_t *ret_count)
{
  g_auto(GStrv) lines = g_strsplit(g_strstrip(text), "\n", -1);
  Asked *asked;

  *ret_count = g_strv_length(lines);
  asked = g_new0(Asked, *ret_count);
  for (size_t i = 0; i < *ret_count; i++) {
    char **words = g_strsplit(lines[i], " ", 4);
    bool synced = strcmp(words[3], "synced") == 0;

    asked[i].group = words[0];
    asked[i].request =
        (RecoveryRequest){.id = "1",
                          .now_s = 1795000000,
                          .journey = words[1],
                          .app = words[2],
                          .person = "p",
                          .groups_known = true,
                          .attributes_known = true,
                          .groups = &asked[i].group,
                          .n_groups = 1,
                          .authenticator = {.method = "webauthn",
                                            .uv = RECOVERY_DOCUMENT_YES,
                                            .be = synced ? RECOVERY_DOCUMENT_YES
                                                         : RECOVERY_DOCUMENT_NO,
                                            .at_s = 1794999990}};
  }
  return asked;
}

static int
run_ask(const char *policy, size_t len, char *requests, int rounds)
{
  double start = cpu_s(), ready, end;
  RecoveryDocument *document = read_policy(policy, len);
  RecoveryDecide *decide = recovery_decide_new(document);
  RecoveryDecideWorker *worker = recovery_decide_worker_new(decide);
  struct rusage usage;
  size_t count;
  Asked *asked;

  ready = cpu_s() - start;
  (void)getrusage(RUSAGE_SELF, &usage);
  asked = read_requests(requests, &count);
  start = cpu_s();
  for (int i = 0; i < rounds; i++)
    for (size_t j = 0; j < count; j++)
      (void)recovery_decide_run(worker, &asked[j].request);
  end = cpu_s() - start;
  printf("%.6f %.1f %ld ", ready, end / rounds / (double)count * 1e9,
         usage.ru_maxrss);
  for (size_t i = 0; i < count; i++)
    putchar(recovery_decide_run(worker, &asked[i].request)->outcome ==
                    RECOVERY_DECIDE_ALLOW
                ? '1'
                : '0');
  putchar('\n');
  return 0;
}

int
main(int argc, char **argv)
{
  size_t len, more;
  char *policy;

  if (argc < 3)
    return 2;
  policy = load(argv[2], &len);
  if (strcmp(argv[1], "yaml") == 0)
    return run_yaml(policy, len);
  if (argc == 5)
    return run_ask(policy, len, load(argv[3], &more), atoi(argv[4]));
  return 2;
}
