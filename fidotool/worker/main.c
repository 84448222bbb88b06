/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - keyturn-judge: requests on standard input, answers on standard
 * output, one after another, behind walls. It opens nothing, keeps nothing
 * but its cache, and ends with its input or after REQUESTS_MAX. */
#include <stdio.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/sandbox.h"
#include "fidotool/judge/request.h"
#include "fidotool/worker/frame.h"
#include "fidotool/worker/warm-up.h"

#define REQUESTS_MAX 1000
#define MEMORY_MAX (UINT64_C(256) * 1024 * 1024)
#define CPU_MAX_S 60
/* The three it has, and one while the walls are built. */
#define FILES_MAX 4

static bool
enter_walls(GError **error)
{
  return fidotool_sandbox_prepare("keyturn-judge", false, error) &&
         fidotool_warm_up_run(error) &&
         fidotool_sandbox_limit(MEMORY_MAX, CPU_MAX_S, FILES_MAX, error) &&
         fidotool_sandbox_enter(FIDOTOOL_SANDBOX_WORKER, NULL, 0, error);
}

/* One request and its answer; false at the end, clean or not. */
static bool
serve_one(FidotoolRequests *state, GError **error)
{
  g_autofree char *request = NULL, *answer = NULL;
  size_t len, answer_len;

  if (!fidotool_frame_read(STDIN_FILENO, &request, &len, error) ||
      request == NULL)
    return false;
  answer = fidotool_request_judge_with(state, request, len, &answer_len);
  return fidotool_frame_write(STDOUT_FILENO, answer, answer_len, error);
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  FidotoolRequests *state;
  int served = 0;

  (void)argv; /* it takes none */
  if (argc != 1) {
    fprintf(stderr, "keyturn-judge: started by recoveryd; it takes no "
                    "arguments\n");
    return FIDOTOOL_ERROR_USAGE;
  }
  if (!enter_walls(&error)) {
    fprintf(stderr, "keyturn-judge: %s\n", error->message);
    return FIDOTOOL_ERROR_FAILED;
  }
  state = fidotool_request_state_new();
  while (served < REQUESTS_MAX && serve_one(state, &error))
    served++;
  if (error != NULL)
    fprintf(stderr, "keyturn-judge: %s\n", error->message);
  _exit(error == NULL ? 0 : error->code); /* no exit handlers in the walls */
}
