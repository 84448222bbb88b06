/* SPDX-License-Identifier: Apache-2.0 */
/* client-reset.c - plan, watch, reset. keyhelper opens nothing behind its
 * walls, so a key that comes back is the business of a new one. */
#include "fidotool/helper/client-reset.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "fidotool/error.h"

/* A node that has just appeared belongs to its user a moment later. */
#define OPEN_TRIES 20
#define OPEN_WAIT_US 50000

typedef struct {
  const FidotoolClientJobs *how;
  FidotoolClientHooks hooks; /* the caller's; or empty ones */
  const char *selector;      /* the key to be pulled out */
  bool removed;
  char *arrived;     /* the selector of the key that was put in */
  gint64 arrived_at; /* monotonic, microseconds */
  int all_fd;        /* any of the three: the watch ends */
  int done_fd;
  int timer_fd;
} Ceremony;

static void
clear_ceremony(Ceremony *ceremony)
{
  const int fds[] = {ceremony->all_fd, ceremony->done_fd, ceremony->timer_fd};

  for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
    if (fds[i] >= 0)
      (void)close(fds[i]); /* nothing was written that could be lost */
  g_clear_pointer(&ceremony->arrived, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ceremony, clear_ceremony)

static void
tell(const Ceremony *ceremony, const char *name)
{
  g_autoptr(FidotoolJson) none = fidotool_json_new_object();

  if (ceremony->hooks.event)
    ceremony->hooks.event(name, none, ceremony->hooks.data);
}

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

static bool
start_timer(const Ceremony *ceremony)
{
  const struct itimerspec spec = {
      .it_value.tv_sec =
          ceremony->how->timeout_s > 0 ? ceremony->how->timeout_s : 30};

  return timerfd_settime(ceremony->timer_fd, 0, &spec, NULL) == 0;
}

static bool
add_fd(const Ceremony *ceremony, int fd)
{
  struct epoll_event event = {.events = EPOLLIN};

  return fd >= 0 && epoll_ctl(ceremony->all_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* One descriptor for all that ends the watch: the caller's cancel, the time,
 * and the key that came. */
static bool
prepare_watch(Ceremony *ceremony, GError **error)
{
  ceremony->all_fd = epoll_create1(EPOLL_CLOEXEC);
  ceremony->done_fd = eventfd(0, EFD_CLOEXEC);
  ceremony->timer_fd =
      timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (ceremony->all_fd >= 0 && add_fd(ceremony, ceremony->done_fd) &&
      add_fd(ceremony, ceremony->timer_fd) && start_timer(ceremony) &&
      (ceremony->hooks.cancel_fd <= 0 ||
       add_fd(ceremony, ceremony->hooks.cancel_fd)))
    return true;
  return set_error(error, FIDOTOOL_ERROR_FAILED, "no descriptor is left");
}

static bool
is_listed(const FidotoolJson *keys, const char *selector)
{
  for (size_t i = 0; i < fidotool_json_size(keys); i++)
    if (g_strcmp0(fidotool_json_get_text(fidotool_json_at(keys, i), "selector"),
                  selector) == 0)
      return true;
  return false;
}

static void
note_removed(Ceremony *ceremony)
{
  ceremony->removed = true;
  (void)start_timer(ceremony); /* it was started once, so it can be */
  tell(ceremony, "waiting_insert");
}

static void
note_arrived(Ceremony *ceremony, const FidotoolJson *key)
{
  const uint64_t one = 1;

  /* A reader is no port; the key's own reader part comes beside it. */
  if (ceremony->arrived ||
      g_strcmp0(fidotool_json_get_text(key, "transport"), "pcsc") == 0)
    return;
  ceremony->arrived = g_strdup(fidotool_json_get_text(key, "selector"));
  ceremony->arrived_at = g_get_monotonic_time();
  if (write(ceremony->done_fd, &one, sizeof(one)) < 0)
    g_clear_pointer(&ceremony->arrived, g_free); /* the time will end it */
}

static void
on_watch(const char *name, const FidotoolJson *fields, gpointer data)
{
  Ceremony *ceremony = data;
  const FidotoolJson *key = fidotool_json_get(fields, "key");
  const char *selector = fidotool_json_get_text(key, "selector");

  if (strcmp(name, "keys") == 0) {
    tell(ceremony, "waiting_remove");
    if (!is_listed(fidotool_json_get(fields, "keys"), ceremony->selector))
      note_removed(ceremony); /* somebody was quick */
  } else if (strcmp(name, "removed") == 0 && !ceremony->removed &&
             g_strcmp0(selector, ceremony->selector) == 0)
    note_removed(ceremony);
  else if (strcmp(name, "arrived") == 0 && ceremony->removed && selector)
    note_arrived(ceremony, key);
}

/* Until the key has gone and one has come. */
static bool
watch(Ceremony *ceremony, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolClientHooks hooks = {.event = on_watch,
                               .data = ceremony,
                               .cancel_fd = ceremony->all_fd,
                               .helper = ceremony->hooks.helper};
  g_autoptr(FidotoolJson) result = NULL;
  g_autoptr(GError) local = NULL;
  uint64_t times;

  fidotool_json_set_text(request, "job", "watch");
  result = fidotool_client_run(request, &hooks, NULL, &local);
  if (ceremony->arrived)
    return true;
  if (!g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
  }
  if (read(ceremony->timer_fd, &times, sizeof(times)) > 0)
    return set_error(error, FIDOTOOL_ERROR_TIMEOUT,
                     ceremony->removed
                         ? "no key was put in, and nothing was done"
                         : "the key was not pulled out, and nothing was done");
  return set_error(error, FIDOTOOL_ERROR_CANCELLED,
                   "cancelled, and nothing was done");
}

/* The person said yes to what the plan showed; keyhelper's other question is
 * about the key that came back, which it has just compared. */
static bool
say_yes_again(const FidotoolJson *what, gpointer data, GError **error)
{
  (void)data;
  return g_strcmp0(fidotool_json_get_text(what, "action"), "reset-now") == 0 ||
         set_error(error, FIDOTOOL_ERROR_FAILED, "keyhelper talks nonsense");
}

/* A node that is no one's yet, or a socket where nobody listens yet. */
static bool
is_early(const GError *error)
{
  return g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PERMISSION) ||
         g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE);
}

static FidotoolJson *
reset(const Ceremony *ceremony, const FidotoolJson *plan, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolClientHooks hooks = ceremony->hooks;

  hooks.confirm = say_yes_again;
  fidotool_json_set_text(request, "job", "reset");
  fidotool_json_set_text(request, "device", ceremony->arrived);
  fidotool_json_set_int(request, "timeout_s", ceremony->how->timeout_s);
  fidotool_json_set(request, "plan", fidotool_json_copy(plan));
  for (int i = 1;; i++) {
    g_autoptr(GError) local = NULL;
    FidotoolJson *result;

    fidotool_json_set_int(request, "elapsed_ms",
                          (g_get_monotonic_time() - ceremony->arrived_at) /
                              1000);
    if (ceremony->how->report && i > 1)
      fidotool_client_report_clear(ceremony->how->report);
    result =
        fidotool_client_run(request, &hooks, ceremony->how->report, &local);
    if (result)
      return result;
    if (i == OPEN_TRIES || !is_early(local)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return NULL;
    }
    g_usleep(OPEN_WAIT_US);
  }
}

static FidotoolJson *
make_plan(const Ceremony *ceremony, const FidotoolJson *offer, GError **error)
{
  const FidotoolClientJobs *how = ceremony->how;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", "reset-plan");
  if (how->device)
    fidotool_json_set_text(request, "device", how->device);
  fidotool_json_set_int(request, "timeout_s", how->timeout_s);
  if (how->skip_retries)
    fidotool_json_set_bool(request, "skip_retries", true);
  if (fidotool_json_get_bool(offer, "list", false))
    fidotool_json_set_bool(request, "list", true);
  return fidotool_client_run(request, &ceremony->hooks, how->report, error);
}

FidotoolJson *
fidotool_client_reset(const FidotoolClientJobs *how, const FidotoolJson *offer,
                      FidotoolJson **ret_device, GError **error)
{
  g_auto(Ceremony)
      ceremony = {.how = how, .all_fd = -1, .done_fd = -1, .timer_fd = -1};
  g_autoptr(FidotoolJson) planned = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  const FidotoolJson *device;
  FidotoolJson *json;

  if (how->hooks)
    ceremony.hooks = *how->hooks;
  planned = make_plan(&ceremony, offer, error);
  if (!planned)
    return NULL;
  if (how->report)
    fidotool_client_report_clear(how->report);
  ceremony.selector =
      fidotool_json_get_text(fidotool_json_get(planned, "device"), "selector");
  if (!prepare_watch(&ceremony, error) || !watch(&ceremony, error))
    return NULL;
  result = reset(&ceremony, fidotool_json_get(planned, "plan"), error);
  if (!result)
    return NULL;
  device = fidotool_json_get(result, "device");
  *ret_device = device ? fidotool_json_copy(device) : NULL;
  json = fidotool_json_new_object();
  fidotool_json_set(json, "lost",
                    fidotool_json_copy(fidotool_json_get(planned, "lost")));
  fidotool_json_set_bool(json, "changed", true);
  return json;
}
