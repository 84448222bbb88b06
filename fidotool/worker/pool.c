/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - jobs in the order of their lines, workers that each hold a few. */
#include "fidotool/worker/pool.h"

#include <errno.h>
#include <string.h>

#include "fidotool/error.h"
#include "fidotool/json.h"
#include "fidotool/judge/saved.h"
#include "fidotool/worker/frame.h"
#include "fidotool/worker/lines.h"
#include "fidotool/worker/peer.h"

#define LIMIT_MS 10000
/* In one worker's hands, so that it never waits for us. */
#define IN_HAND 32
/* Between the first line without an answer and the last one read. */
#define JOBS_MAX(workers) ((workers)*4 * IN_HAND)
#define BYTES_MAX (16 * 1024 * 1024)
/* Deaths over one ceremony, and before the first answer to `begin`. */
#define TRIES 2

typedef struct {
  uint64_t line;
  char *text;
  size_t len;
  int tries;
  char *answer; /* NULL: not yet */
} Job;

typedef struct {
  FidotoolPeer *peer; /* NULL: none runs */
  GQueue jobs;        /* sent, in order; not owned */
  unsigned served;
  bool begun;       /* it has answered `begin` */
  int64_t since_us; /* when it last said something, or got its first job */
} Hand;

typedef struct {
  const FidotoolPoolConfig *config;
  int64_t limit_us;
  Hand *hands;
  unsigned count;
  GQueue order;         /* every Job that is not told yet; owns them */
  GQueue waiting;       /* those in nobody's hand, in order */
  size_t bytes;         /* of all texts */
  int deaths;           /* workers in a row that did not begin */
  FidotoolLines *lines; /* NULL: one text, which is in the order already */
  bool hungry;          /* there is room, and no whole line to fill it */
} Pool;

static void
free_job(Job *job)
{
  g_free(job->text);
  g_free(job->answer);
  g_free(job);
}

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

static char *
new_failure(FidotoolError code, const char *what)
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  g_autofree char *text = NULL;

  fidotool_json_set_text(
      fidotool_json_set(json, "error", fidotool_json_new_object()), "message",
      what);
  text = fidotool_json_write(json, NULL);
  return g_strdup_printf("%02d%s", code, text);
}

/* --- jobs -------------------------------------------------------------------
 */

static void
add_job(Pool *pool, uint64_t line, char *text, size_t len)
{
  Job *job = g_new0(Job, 1);

  *job = (Job){.line = line, .text = text, .len = len};
  pool->bytes += len;
  g_queue_push_tail(&pool->order, job);
  if (text != NULL)
    g_queue_push_tail(&pool->waiting, job);
  else
    job->answer = new_failure(FIDOTOOL_ERROR_INVALID, "the line is too long");
}

static bool
has_room(const Pool *pool)
{
  return pool->order.length < JOBS_MAX(pool->count) && pool->bytes < BYTES_MAX;
}

static void
read_jobs(Pool *pool)
{
  FidotoolLine line;

  pool->hungry = false;
  while (pool->lines != NULL && !pool->hungry && has_room(pool)) {
    pool->hungry = !fidotool_lines_next(pool->lines, &line);
    if (!pool->hungry)
      add_job(pool, line.number, line.text, line.len);
  }
}

/* Tells what is answered at the front of the order. */
static bool
tell(Pool *pool, FidotoolPoolTake take, gpointer data, GError **error)
{
  const Job *head;

  while ((head = g_queue_peek_head(&pool->order)) != NULL &&
         head->answer != NULL) {
    Job *job = g_queue_pop_head(&pool->order);
    const int code = (job->answer[0] - '0') * 10 + (job->answer[1] - '0');
    const bool more = take(job->line, code, job->answer + 2, data, error);

    pool->bytes -= job->len;
    free_job(job);
    if (!more)
      return false;
  }
  return true;
}

/* --- workers ----------------------------------------------------------------
 */

static bool
start(Pool *pool, Hand *hand, GError **error)
{
  hand->peer = fidotool_peer_new(
      pool->config->program, pool->config->has_index ? pool->config->index : -1,
      pool->config->begin, pool->config->begin_len, error);
  hand->begun = false;
  hand->served = 0;
  hand->since_us = g_get_monotonic_time();
  return hand->peer != NULL;
}

/* The jobs of a worker that has ended, or was. What it died of is one of them,
 * and it may have judged some before: all wait again, each for a worker of its
 * own. One that was alone with its worker is what that died of. */
static bool
bury(Pool *pool, Hand *hand, const char *how, GError **error)
{
  Job *job = hand->jobs.length == 1 ? g_queue_peek_head(&hand->jobs) : NULL;

  g_clear_pointer(&hand->peer, fidotool_peer_free);
  if (!hand->begun && ++pool->deaths >= TRIES)
    return fail(error, FIDOTOOL_ERROR_FAILED,
                "the judge worker ends before it has begun");
  if (hand->begun && job != NULL && job->tries + 1 >= TRIES) {
    job->answer = new_failure(FIDOTOOL_ERROR_FAILED, how);
    g_queue_pop_head(&hand->jobs);
  }
  while ((job = g_queue_pop_tail(&hand->jobs)) != NULL) {
    job->tries += hand->begun;
    g_queue_push_head(&pool->waiting, job);
  }
  return true;
}

/* A job that a worker ended over, perhaps, is judged by itself. */
static bool
may_join(const Hand *hand, const Job *job)
{
  const Job *first = g_queue_peek_head((GQueue *)&hand->jobs);

  return first == NULL || (first->tries == 0 && job->tries == 0);
}

static bool
hand_out(Pool *pool, Hand *hand, GError **error)
{
  if (hand->peer != NULL && hand->served >= FIDOTOOL_FRAME_BATCH) {
    if (hand->jobs.length > 0)
      return true; /* it finishes these; then comes a fresh one */
    g_clear_pointer(&hand->peer, fidotool_peer_free);
  }
  if (hand->peer == NULL && pool->waiting.length > 0 &&
      !start(pool, hand, error))
    return false;
  while (hand->jobs.length < IN_HAND && hand->served < FIDOTOOL_FRAME_BATCH &&
         pool->waiting.length > 0) {
    Job *job = g_queue_peek_head(&pool->waiting);

    if (!may_join(hand, job))
      return true;
    g_queue_pop_head(&pool->waiting);
    if (hand->jobs.length == 0)
      hand->since_us = g_get_monotonic_time();
    fidotool_peer_send(hand->peer, job->text, job->len);
    g_queue_push_tail(&hand->jobs, job);
    hand->served++;
  }
  return true;
}

/* Two digits and an object on one line: the form is ours, or it is nothing. */
static bool
is_answer(const char *text, size_t len)
{
  return len > 4 && g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) &&
         text[2] == '{' && text[len - 1] == '}' &&
         memchr(text, '\n', len) == NULL && fidotool_json_is_text(text, len);
}

/* The answer to `begin`: what is wrong with that is wrong for all. */
static bool
has_begun(Pool *pool, Hand *hand, const char *text, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) json = fidotool_json_parse(text, len, NULL);
  const char *why = fidotool_json_get_text(json, "error");

  if (why == NULL)
    return fail(error, FIDOTOOL_ERROR_FAILED,
                "the judge worker talks nonsense");
  if (*why != '\0') {
    g_set_error_literal(
        error, FIDOTOOL_ERROR,
        (int)fidotool_json_get_int(json, "error_code", FIDOTOOL_ERROR_FAILED),
        why);
    return false;
  }
  hand->begun = true;
  pool->deaths = 0;
  return true;
}

/* What it has said by now. */
static bool
hear(Pool *pool, Hand *hand, GError **error)
{
  bool sane = fidotool_peer_work(hand->peer);
  size_t len;
  char *text;

  while ((text = fidotool_peer_take(hand->peer, &len)) != NULL) {
    g_autofree char *answer = text;
    Job *job;

    hand->since_us = g_get_monotonic_time();
    if (!hand->begun) {
      if (!has_begun(pool, hand, text, len, error))
        return false;
      continue;
    }
    job = g_queue_pop_head(&hand->jobs);
    if (job == NULL || !is_answer(text, len)) {
      if (job != NULL)
        g_queue_push_head(&hand->jobs, job);
      sane = false;
      break;
    }
    job->answer = g_steal_pointer(&answer);
  }
  if (!sane)
    return bury(pool, hand, "the judge worker ended over this", error);
  return true;
}

/* --- the loop ---------------------------------------------------------------
 */

static bool
is_late(const Pool *pool, const Hand *hand, int64_t now_us)
{
  return hand->peer != NULL && (hand->jobs.length > 0 || !hand->begun) &&
         now_us - hand->since_us >= pool->limit_us;
}

/* Waits until somebody has something to say; fills the rows of poll(). */
static bool
wait_for(Pool *pool, struct pollfd *rows, int fd, GError **error)
{
  const bool reads = pool->hungry && !fidotool_lines_at_end(pool->lines);
  int r;

  rows[0] = (struct pollfd){.fd = reads ? fd : -1, .events = POLLIN};
  for (unsigned i = 0; i < pool->count; i++) {
    rows[1 + 2 * i] = rows[2 + 2 * i] = (struct pollfd){.fd = -1};
    if (pool->hands[i].peer != NULL)
      fidotool_peer_poll(pool->hands[i].peer, &rows[1 + 2 * i]);
  }
  do
    r = poll(rows, 1 + 2 * pool->count,
             (int)(MIN(pool->limit_us, G_USEC_PER_SEC) / 1000));
  while (r < 0 && errno == EINTR);
  return r >= 0 || fail(error, FIDOTOOL_ERROR_FAILED, g_strerror(errno));
}

static bool
work(Pool *pool, const struct pollfd *rows, GError **error)
{
  const int64_t now_us = g_get_monotonic_time();

  for (unsigned i = 0; i < pool->count; i++) {
    Hand *hand = &pool->hands[i];

    if ((rows[1 + 2 * i].revents != 0 || rows[2 + 2 * i].revents != 0) &&
        !hear(pool, hand, error))
      return false;
    if (is_late(pool, hand, now_us) &&
        !bury(pool, hand, "the judge worker did not answer in time", error))
      return false;
  }
  return true;
}

static bool
run(Pool *pool, int fd, FidotoolPoolTake take, gpointer data, GError **error)
{
  g_autofree struct pollfd *rows = g_new0(struct pollfd, 1 + 2 * pool->count);

  if (pool->config->begin_len > FIDOTOOL_FRAME_MAX)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "the certificates and revocation lists are too large together: "
                "give fewer of them");
  for (;;) {
    read_jobs(pool);
    for (unsigned i = 0; i < pool->count; i++)
      if (!hand_out(pool, &pool->hands[i], error))
        return false;
    if (!tell(pool, take, data, error))
      return false;
    if (pool->config->rest != NULL && !pool->config->rest(data, error))
      return false;
    if (pool->order.length == 0 &&
        (pool->lines == NULL || fidotool_lines_at_end(pool->lines)))
      return true;
    if (!wait_for(pool, rows, fd, error) || !work(pool, rows, error))
      return false;
    if (rows[0].revents != 0 && !fidotool_lines_fill(pool->lines, error))
      return false;
  }
}

static void
open_pool(Pool *pool, const FidotoolPoolConfig *config)
{
  pool->config = config;
  pool->count = config->workers > 0 ? config->workers : g_get_num_processors();
  pool->limit_us =
      (int64_t)(config->limit_ms > 0 ? config->limit_ms : LIMIT_MS) * 1000;
  pool->hands = g_new0(Hand, pool->count);
}

static void
close_pool(Pool *pool)
{
  for (unsigned i = 0; i < pool->count; i++) {
    fidotool_peer_free(pool->hands[i].peer);
    g_queue_clear(&pool->hands[i].jobs);
  }
  g_queue_clear(&pool->waiting);
  g_queue_clear_full(&pool->order, (GDestroyNotify)free_job);
  fidotool_lines_free(pool->lines);
  g_free(pool->hands);
}

bool
fidotool_pool_run(const FidotoolPoolConfig *config, int fd,
                  FidotoolPoolTake take, gpointer data, GError **error)
{
  Pool pool = {0};
  bool ok;

  open_pool(&pool, config);
  pool.lines = fidotool_lines_new(fd, FIDOTOOL_SAVED_MAX);
  ok = run(&pool, fd, take, data, error);
  close_pool(&pool);
  return ok;
}

bool
fidotool_pool_ask(const FidotoolPoolConfig *config, const char *text,
                  size_t len, FidotoolPoolTake take, gpointer data,
                  GError **error)
{
  FidotoolPoolConfig one = *config;
  Pool pool = {0};
  bool ok;

  one.workers = 1;
  open_pool(&pool, &one);
  add_job(&pool, 1, g_strdup(text), len);
  ok = run(&pool, -1, take, data, error);
  close_pool(&pool);
  return ok;
}
