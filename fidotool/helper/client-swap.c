/* SPDX-License-Identifier: Apache-2.0 */
/* client-swap.c - a watch until the one key has gone and another has come. */
#include "fidotool/helper/client-swap.h"

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
  const FidotoolClientSwap *what;
  bool removed;
  FidotoolClientSwapped come;
  int all_fd; /* any of the three: the watch ends */
  int done_fd;
  int timer_fd;
} Watch;

static void
clear_watch(Watch *watch)
{
  const int fds[] = {watch->all_fd, watch->done_fd, watch->timer_fd};

  for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
    if (fds[i] >= 0)
      (void)close(fds[i]); /* nothing was written that could be lost */
  fidotool_client_swapped_clear(&watch->come);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Watch, clear_watch)

void
fidotool_client_swapped_clear(FidotoolClientSwapped *swapped)
{
  g_clear_pointer(&swapped->key, fidotool_json_free);
}

static void
tell(const Watch *watch, const char *name)
{
  const FidotoolClientHooks *hooks = watch->how->hooks;
  g_autoptr(FidotoolJson) fields = fidotool_json_new_object();

  if (watch->what->spare)
    fidotool_json_set_bool(fields, "spare", true);
  if (hooks && hooks->event)
    hooks->event(name, fields, hooks->data);
}

static bool
start_timer(const Watch *watch)
{
  const struct itimerspec spec = {.it_value.tv_sec = watch->how->timeout_s > 0
                                                         ? watch->how->timeout_s
                                                         : 30};

  return timerfd_settime(watch->timer_fd, 0, &spec, NULL) == 0;
}

static bool
add_fd(const Watch *watch, int fd)
{
  struct epoll_event event = {.events = EPOLLIN};

  return fd >= 0 && epoll_ctl(watch->all_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* One descriptor for all that ends the watch: the caller's cancel, the time,
 * and the key that came. */
static bool
prepare(Watch *watch, GError **error)
{
  const FidotoolClientHooks *hooks = watch->how->hooks;

  watch->all_fd = epoll_create1(EPOLL_CLOEXEC);
  watch->done_fd = eventfd(0, EFD_CLOEXEC);
  watch->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (watch->all_fd >= 0 && add_fd(watch, watch->done_fd) &&
      add_fd(watch, watch->timer_fd) && start_timer(watch) &&
      (!hooks || hooks->cancel_fd <= 0 || add_fd(watch, hooks->cancel_fd)))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "no descriptor is left");
  return false;
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
note_removed(Watch *watch)
{
  watch->removed = true;
  (void)start_timer(watch); /* it was started once, so it can be */
  tell(watch, "waiting_insert");
}

static void
note_arrived(Watch *watch, const FidotoolJson *key)
{
  const char *transport = fidotool_json_get_text(key, "transport");
  const uint64_t one = 1;

  /* A reader is no port; the key's own reader part comes beside it. */
  if (watch->come.key ||
      (!watch->what->cards && g_strcmp0(transport, "pcsc") == 0))
    return;
  watch->come.key = fidotool_json_copy(key);
  watch->come.at = g_get_monotonic_time();
  if (write(watch->done_fd, &one, sizeof(one)) < 0)
    fidotool_client_swapped_clear(&watch->come); /* the time will end it */
}

static void
on_watch(const char *name, const FidotoolJson *fields, gpointer data)
{
  Watch *watch = data;
  const FidotoolJson *key = fidotool_json_get(fields, "key");
  const char *selector = fidotool_json_get_text(key, "selector");

  if (strcmp(name, "keys") == 0) {
    tell(watch, "waiting_remove");
    if (!is_listed(fidotool_json_get(fields, "keys"), watch->what->selector))
      note_removed(watch); /* somebody was quick */
  } else if (strcmp(name, "removed") == 0 && !watch->removed &&
             g_strcmp0(selector, watch->what->selector) == 0)
    note_removed(watch);
  else if (strcmp(name, "arrived") == 0 && watch->removed && selector)
    note_arrived(watch, key);
}

/* Why no key came. */
static bool
give_up(const Watch *watch, GError **error)
{
  uint64_t times;
  bool late = read(watch->timer_fd, &times, sizeof(times)) > 0;

  g_set_error(error, FIDOTOOL_ERROR,
              late ? FIDOTOOL_ERROR_TIMEOUT : FIDOTOOL_ERROR_CANCELLED,
              "%s, and %s",
              !late            ? "cancelled"
              : watch->removed ? "no key was put in"
                               : "the key was not pulled out",
              watch->what->nothing);
  return false;
}

bool
fidotool_client_swap(const FidotoolClientJobs *how,
                     const FidotoolClientSwap *what,
                     FidotoolClientSwapped *ret_swapped, GError **error)
{
  g_auto(Watch) watch = {
      .how = how, .what = what, .all_fd = -1, .done_fd = -1, .timer_fd = -1};
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolClientHooks hooks = {.event = on_watch, .data = &watch};
  g_autoptr(FidotoolJson) result = NULL;
  g_autoptr(GError) local = NULL;

  if (!prepare(&watch, error))
    return false;
  hooks.cancel_fd = watch.all_fd;
  if (how->hooks)
    hooks.helper = how->hooks->helper;
  fidotool_json_set_text(request, "job", "watch");
  result = fidotool_client_run(request, &hooks, NULL, &local);
  if (watch.come.key) {
    *ret_swapped = watch.come;
    watch.come.key = NULL;
    return true;
  }
  if (g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED))
    return give_up(&watch, error);
  g_propagate_error(error, g_steal_pointer(&local));
  return false;
}

/* A node that is no one's yet, or a socket where nobody listens yet. */
static bool
is_early(const GError *error)
{
  return g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PERMISSION) ||
         g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE);
}

FidotoolJson *
fidotool_client_swap_run(const FidotoolClientJobs *how,
                         const FidotoolClientHooks *hooks,
                         const FidotoolClientSwapped *swapped,
                         FidotoolJson *request, GError **error)
{
  fidotool_json_set_text(request, "device",
                         fidotool_json_get_text(swapped->key, "selector"));
  for (int i = 1;; i++) {
    g_autoptr(GError) local = NULL;
    FidotoolJson *result;

    fidotool_json_set_int(request, "elapsed_ms",
                          (g_get_monotonic_time() - swapped->at) / 1000);
    if (how->report && i > 1)
      fidotool_client_report_clear(how->report);
    result = fidotool_client_run(request, hooks, how->report, &local);
    if (result)
      return result;
    if (i == OPEN_TRIES || !is_early(local)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return NULL;
    }
    g_usleep(OPEN_WAIT_US);
  }
}
