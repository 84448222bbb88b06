/* SPDX-License-Identifier: Apache-2.0 */
/* scout.c - the eyes on card readers, in this process or beside it. */
#include "fidotool/helper/scout.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fidotool/device/card-kind.h"
#include "fidotool/error.h"
#include "fidotool/helper/fold.h"
#include "fidotool/helper/sandbox.h"

/* Most bytes of one word of the child. */
#define WORD_MAX 65536
/* A card that another program has is looked at again so much later. */
#define BUSY_MS 1000
/* A service that comes back makes its socket first, and listens a little
 * later. */
#define RETRY_MS 200
#define RETRIES 25

static FidotoolJson *
new_reader(const FidotoolDiscoverFound *found, FidotoolCardKind kind)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_text(json, "name", found->path);
  fidotool_json_set_text(json, "state", fidotool_card_kind_name(kind));
  if (found->usb.place >= 0)
    fidotool_json_set_int(json, "usb", found->usb.place);
  return json;
}

/* What was known of a reader, and since when. */
typedef struct {
  unsigned count;
  FidotoolCardKind kind;
} Known;

/* A card that is known, and has not been lifted since, is not asked again: it
 * may be in use by a job of ours. */
static FidotoolCardKind
find_kind(const FidotoolDiscoverPlaces *places,
          const FidotoolDiscoverFound *found, GHashTable *known)
{
  Known *last = known ? g_hash_table_lookup(known, found->path) : NULL;
  FidotoolCardKind kind;

  if (!found->present)
    return FIDOTOOL_CARD_KIND_EMPTY;
  if (last && last->count == found->count &&
      (last->kind == FIDOTOOL_CARD_KIND_FIDO ||
       last->kind == FIDOTOOL_CARD_KIND_OTHER))
    return last->kind;
  kind = fidotool_card_kind_look(places->readers, found->path);
  if (known) {
    last = g_new0(Known, 1);
    last->count = found->count;
    last->kind = kind;
    g_hash_table_replace(known, g_strdup(found->path), last);
  }
  return kind;
}

static FidotoolJson *
look(const FidotoolDiscoverPlaces *places, GHashTable *known)
{
  g_autoptr(GPtrArray) list = fidotool_discover_list(places);
  FidotoolJson *json = fidotool_json_new_object();
  FidotoolJson *rows =
      fidotool_json_set(json, "readers", fidotool_json_new_array());

  for (guint i = 0; i < list->len; i++) {
    const FidotoolDiscoverFound *found = list->pdata[i];

    if (found->transport == FIDOTOOL_DISCOVER_CARD)
      fidotool_json_append(rows,
                           new_reader(found, find_kind(places, found, known)));
    if (found->reader)
      fidotool_fold_add(json, found->selector, found->reader,
                        found->reader_sure ? "place" : "name");
  }
  fidotool_json_set_text(
      json, "pcscd",
      fidotool_reader_service_name(fidotool_reader_service(places->readers)));
  return json;
}

FidotoolJson *
fidotool_scout_look(const FidotoolDiscoverPlaces *places)
{
  return look(places, NULL);
}

static bool
has_busy(const FidotoolJson *seen)
{
  const FidotoolJson *rows = fidotool_json_get(seen, "readers");

  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    if (g_strcmp0(fidotool_json_get_text(fidotool_json_at(rows, i), "state"),
                  "busy") == 0)
      return true;
  return false;
}

/* Looks and tells; ends the child when nobody listens any more. */
static bool
tell(int fd, const FidotoolDiscoverPlaces *places, GHashTable *known)
{
  g_autoptr(FidotoolJson) seen = look(places, known);
  g_autofree char *text = NULL;
  size_t len;

  text = fidotool_json_write(seen, &len);
  if (send(fd, text, len, MSG_NOSIGNAL) < 0)
    _exit(0);
  return has_busy(seen);
}

/* Waits for the service's socket; false when it may come at any moment. */
static void
wait_for_service(int notify, const FidotoolReaders *readers, int *tries)
{
  bool soon = fidotool_reader_service(readers) == FIDOTOOL_READER_DOWN &&
              *tries < RETRIES;
  struct pollfd one = {notify, POLLIN, 0};
  char events[4096];

  (*tries)++;
  if (poll(&one, 1, soon ? RETRY_MS : -1) <= 0)
    return;
  *tries = 0;
  while (read(notify, events, sizeof(events)) > 0)
    ;
  /* Its folder may be new. */
  (void)inotify_add_watch(notify, "/run/pcscd", IN_CREATE | IN_ATTRIB);
}

static void
scout(int fd, FidotoolDiscoverPlaces places)
{
  int notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  int tries = 0;

  (void)inotify_add_watch(notify, "/run", IN_CREATE);
  (void)inotify_add_watch(notify, "/run/pcscd", IN_CREATE | IN_ATTRIB);
  for (;;) {
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    FidotoolReaders *readers = fidotool_reader_open();
    bool busy;

    places.readers = readers;
    busy = tell(fd, &places, known);
    while (fidotool_reader_wait(readers, busy ? BUSY_MS : -1)) {
      tries = 0;
      busy = tell(fd, &places, known);
    }
    wait_for_service(notify, readers, &tries);
    fidotool_reader_free(readers);
  }
}

/* Ends this process by a signal when the other end of the pipe is closed. Not
 * by the death signal of a parent: behind Landlock the parent's is not let
 * through, for it is in another domain. */
static bool
end_with(int lifeline)
{
  struct pollfd one = {lifeline, POLLIN, 0};

  return signal(SIGIO, SIG_DFL) != SIG_ERR &&
         fcntl(lifeline, F_SETOWN, getpid()) == 0 &&
         fcntl(lifeline, F_SETFL, O_ASYNC) == 0 && poll(&one, 1, 0) == 0;
}

/* In the child; does not return. */
static void
run_child(const FidotoolDiscoverPlaces *places, int lifeline, int fd)
{
  (void)close(STDIN_FILENO); /* the client is not the child's to talk to */
  if (end_with(lifeline) &&
      fidotool_sandbox_enter(FIDOTOOL_SANDBOX_SCOUT, NULL, 0, NULL))
    scout(fd, *places);
  _exit(1);
}

int
fidotool_scout_start(const FidotoolDiscoverPlaces *places, GError **error)
{
  int ends[2] = {-1, -1};
  int lifeline[2]; /* ours stays open for as long as we live */
  pid_t child = -1;

  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 &&
      pipe2(lifeline, O_CLOEXEC) == 0)
    child = fork();
  if (child < 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "watching for cards: %s", g_strerror(errno));
    return -1; /* and this process ends, with what it has open */
  }
  if (child == 0) {
    (void)close(ends[0]);
    (void)close(lifeline[1]);
    run_child(places, lifeline[0], ends[1]);
  }
  (void)close(ends[1]);
  (void)close(lifeline[0]);
  return ends[0];
}

bool
fidotool_scout_read(int fd, FidotoolJson **seen)
{
  g_autofree char *word = g_malloc(WORD_MAX);
  ssize_t n;

  while ((n = recv(fd, word, WORD_MAX, MSG_DONTWAIT)) > 0) {
    FidotoolJson *json = fidotool_json_parse(word, (size_t)n, NULL);

    if (!json)
      return false;
    fidotool_json_free(*seen);
    *seen = json;
  }
  return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static bool
is_listed(const FidotoolDiscoverFound *card, const GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    if (fidotool_discover_is_same(card, list->pdata[i]))
      return true;
  return false;
}

void
fidotool_scout_add(const FidotoolJson *seen, GPtrArray *list)
{
  const FidotoolJson *rows = fidotool_json_get(seen, "readers");

  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const FidotoolJson *row = fidotool_json_at(rows, i);
    const char *name = fidotool_json_get_text(row, "name");
    g_autoptr(FidotoolDiscoverFound) card = NULL;

    if (!name || g_strcmp0(fidotool_json_get_text(row, "state"), "fido") != 0)
      continue;
    card = fidotool_discover_new_card(
        name, (int)fidotool_json_get_int(row, "usb", -1));
    if (!is_listed(card, list))
      g_ptr_array_add(list, g_steal_pointer(&card));
  }
}
