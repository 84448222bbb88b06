/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - keyturn-judge: requests on standard input, answers on standard
 * output, one after another, behind walls. It opens nothing, keeps nothing
 * but its cache, and ends with its input or after so many requests. With
 * --batch the first message begins a batch and each other one is a saved
 * ceremony (fidotool/judge/batch.h); with --batch --metadata an index of
 * metadata is open as descriptor 3, and is mapped before the walls. With
 * --taught the first message is a pack (fidotool/pack.h), and the first answer
 * what is in it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/sandbox.h"
#include "fidotool/judge/batch.h"
#include "fidotool/judge/request.h"
#include "fidotool/pack.h"
#include "fidotool/worker/frame.h"
#include "fidotool/worker/stream.h"
#include "fidotool/worker/warm-up.h"

#define REQUESTS_MAX 1000
#define BATCH_MAX FIDOTOOL_FRAME_BATCH
#define MEMORY_MAX (UINT64_C(256) * 1024 * 1024)
#define CPU_MAX_S 60
/* The three it has, and one while the walls are built. */
#define FILES_MAX 4

/* What its parent had open, and where that stood, are none of its business. */
static bool
leave_parent(bool metadata, GError **error)
{
  const unsigned first =
      metadata ? FIDOTOOL_FRAME_INDEX_FD + 1 : STDERR_FILENO + 1;

  if (chdir("/") == 0 && close_range(first, ~0U, 0) == 0)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "the parent's descriptors and folder: %s", g_strerror(errno));
  return false;
}

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

/* What it is to know comes first; false at the end, clean or not. */
static bool
learn(FidotoolRequests *state, GError **error)
{
  g_autoptr(GBytes) pack = NULL;
  g_autofree char *said = NULL;
  char *text;
  size_t len;

  if (!fidotool_frame_read_up_to(STDIN_FILENO, FIDOTOOL_PACK_MAX, &text, &len,
                                 error) ||
      text == NULL)
    return false;
  pack = g_bytes_new_take(text, len);
  said = fidotool_request_state_teach(state, pack);
  return fidotool_frame_write(STDOUT_FILENO, said, strlen(said), error);
}

static void
serve(bool taught, GError **error)
{
  FidotoolRequests *state = fidotool_request_state_new();
  int served = 0;

  if (taught && !learn(state, error))
    return;
  while (served < REQUESTS_MAX && serve_one(state, error))
    served++;
}

/* Whether the batch could begin is its first answer. */
static FidotoolBatch *
begin_batch(FidotoolSlice index, GError **error)
{
  g_autofree char *begin = NULL;
  g_autofree char *answer = NULL;
  g_autoptr(GError) own = NULL;
  g_autoptr(FidotoolJson) why = fidotool_json_new_object();
  g_autoptr(FidotoolBatch) batch = NULL;
  size_t len, answer_len;

  if (!fidotool_frame_read(STDIN_FILENO, &begin, &len, error) || begin == NULL)
    return NULL;
  batch = fidotool_batch_new(begin, len, index, &own);
  fidotool_json_set_text(why, "error", own ? own->message : "");
  fidotool_json_set_int(why, "error_code", own ? own->code : 0);
  answer = fidotool_json_write(why, &answer_len);
  if (!fidotool_frame_write(STDOUT_FILENO, answer, answer_len, error))
    return NULL;
  return g_steal_pointer(&batch);
}

static void
serve_batch(FidotoolSlice index, GError **error)
{
  FidotoolBatch *batch = begin_batch(index, error);
  g_autoptr(FidotoolStream) stream =
      fidotool_stream_new(STDIN_FILENO, STDOUT_FILENO);

  for (int served = 0; batch != NULL && served < BATCH_MAX; served++) {
    const char *text, *answer;
    size_t len, answer_len;

    if (!fidotool_stream_read(stream, &text, &len, error) || text == NULL)
      return;
    answer = fidotool_batch_judge(batch, text, len, &answer_len);
    if (!fidotool_stream_write(stream, answer, answer_len, error))
      return;
  }
  (void)fidotool_stream_flush(stream, error); /* error says it all */
}

/* For as long as it runs; {NULL, 0} and error. */
static FidotoolSlice
map_index(GError **error)
{
  GMappedFile *mapped =
      g_mapped_file_new_from_fd(FIDOTOOL_FRAME_INDEX_FD, FALSE, error);

  (void)close(FIDOTOOL_FRAME_INDEX_FD); /* it was only read */
  if (mapped == NULL)
    return (FidotoolSlice){0};
  return (FidotoolSlice){(const uint8_t *)g_mapped_file_get_contents(mapped),
                         g_mapped_file_get_length(mapped)};
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  const bool batch = argc >= 2 && strcmp(argv[1], "--batch") == 0;
  const bool taught = argc == 2 && strcmp(argv[1], "--taught") == 0;
  const bool metadata =
      batch && argc == 3 && strcmp(argv[2], "--metadata") == 0;
  FidotoolSlice index = {0};

  if (argc != (metadata ? 3 : batch || taught ? 2 : 1)) {
    fprintf(stderr,
            "keyturn-judge: started by recoveryd and by fidotool; it "
            "takes no arguments but --batch, --metadata and --taught\n");
    return FIDOTOOL_ERROR_USAGE;
  }
  if (leave_parent(metadata, &error) && metadata)
    index = map_index(&error);
  if (error != NULL || !enter_walls(&error)) {
    fprintf(stderr, "keyturn-judge: %s\n", error->message);
    return FIDOTOOL_ERROR_FAILED;
  }
  if (batch)
    serve_batch(index, &error);
  else
    serve(taught, &error);
  if (error != NULL)
    fprintf(stderr, "keyturn-judge: %s\n", error->message);
  _exit(error == NULL ? 0 : error->code); /* no exit handlers in the walls */
}
