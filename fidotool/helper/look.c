/* SPDX-License-Identifier: Apache-2.0 */
/* look.c - jobs list and watch. */
#include "fidotool/helper/look.h"

#include <poll.h>

#include "fidotool/device/survey.h"
#include "fidotool/error.h"
#include "fidotool/helper/fold.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/sandbox.h"
#include "fidotool/helper/scout.h"

/* How long a watch waits for the first word about readers. */
#define FIRST_WORD_MS 500

/* What is there, by USB and sockets now and by readers as they were seen. */
static FidotoolJson *
describe(const FidotoolDiscoverPlaces *places, const FidotoolJson *seen)
{
  const FidotoolDiscoverPlaces here = {.keys = places->keys,
                                       .station = places->station};
  g_autoptr(GPtrArray) list = fidotool_discover_list(&here);
  FidotoolJson *json = fidotool_json_new_object();
  g_autoptr(FidotoolJson) keys = fidotool_json_new_array();
  const FidotoolJson *readers = fidotool_json_get(seen, "readers");

  fidotool_scout_add(seen, list);
  for (guint i = 0; i < list->len; i++)
    fidotool_json_append(keys, fidotool_job_describe_found(list->pdata[i]));
  fidotool_json_set(json, "keys", fidotool_fold_rows(keys, seen));
  if (readers)
    fidotool_json_set(json, "readers", fidotool_json_copy(readers));
  if (fidotool_json_get_text(seen, "pcscd"))
    fidotool_json_set_text(json, "pcscd",
                           fidotool_json_get_text(seen, "pcscd"));
  return json;
}

/* With proc also what other programs hold. */
static bool
enter(const FidotoolDiscoverPlaces *places, bool proc, GError **error)
{
  FidotoolSandboxPath paths[2];
  size_t n = 0;

  if (places->keys)
    paths[n++] = (FidotoolSandboxPath){places->keys, FIDOTOOL_SANDBOX_READ};
  if (proc)
    paths[n++] = (FidotoolSandboxPath){"/proc", FIDOTOOL_SANDBOX_READ};
  fidotool_discover_prepare();
  return fidotool_sandbox_enter(FIDOTOOL_SANDBOX_WATCH, paths, n, error);
}

FidotoolJson *
fidotool_look_list(FidotoolDiscoverPlaces *places, GError **error)
{
  g_autoptr(FidotoolJson) seen = NULL;
  g_autoptr(FidotoolFold) fold = NULL;

  places->readers = fidotool_reader_open();
  fold = fidotool_fold_open(places);
  if (!enter(places, false, error))
    return NULL;
  seen = fidotool_scout_look(places);
  fidotool_fold_compare(fold, places, seen);
  return describe(places, seen);
}

FidotoolJson *
fidotool_look_survey(FidotoolDiscoverPlaces *places, GError **error)
{
  g_autoptr(FidotoolJson) seen = NULL;
  FidotoolJson *survey;

  places->readers = fidotool_reader_open();
  if (!enter(places, true, error))
    return NULL;
  seen = fidotool_scout_look(places);
  survey = fidotool_survey_read("");
  fidotool_json_set(survey, "list", describe(places, seen));
  return survey;
}

/* The element of keys with this selector, or NULL. */
static const FidotoolJson *
find_listed(const FidotoolJson *keys, const char *selector)
{
  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);

    if (g_strcmp0(fidotool_json_get_text(key, "selector"), selector) == 0)
      return key;
  }
  return NULL;
}

/* One event for each key of `keys` that `others` does not have. */
static void
tell_difference(FidotoolSession *session, const char *event,
                const FidotoolJson *keys, const FidotoolJson *others)
{
  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    FidotoolJson *fields;

    if (find_listed(others, fidotool_json_get_text(key, "selector")))
      continue;
    fields = fidotool_json_new_object();
    fidotool_json_set(fields, "key", fidotool_json_copy(key));
    fidotool_session_event(session, event, fields);
  }
}

/* The readers and their service, where those changed. */
static void
tell_readers(FidotoolSession *session, const FidotoolJson *now,
             const FidotoolJson *last)
{
  FidotoolJson *fields = fidotool_json_copy(now);
  g_autoptr(FidotoolJson) before = fidotool_json_copy(last);
  g_autofree char *text = NULL;
  g_autofree char *text_before = NULL;

  fidotool_json_remove(fields, "keys");
  fidotool_json_remove(before, "keys");
  text = fidotool_json_write(fields, NULL);
  text_before = fidotool_json_write(before, NULL);
  if (g_strcmp0(text, text_before) == 0)
    fidotool_json_free(fields);
  else
    fidotool_session_event(session, "readers", fields);
}

static void
tell_changes(FidotoolSession *session, const FidotoolJson *now,
             const FidotoolJson *last)
{
  const FidotoolJson *keys = fidotool_json_get(now, "keys");
  const FidotoolJson *before = fidotool_json_get(last, "keys");

  /* Of two changes seen at one look nobody knows which came first. What waits
   * for a key that comes after another has gone must not take one that may have
   * come before. */
  tell_difference(session, "arrived", keys, before);
  tell_difference(session, "removed", before, keys);
  tell_readers(session, now, last);
}

FidotoolJson *
fidotool_look_watch(FidotoolDiscoverPlaces *places, FidotoolSession *session,
                    GError **error)
{
  g_autoptr(FidotoolJson) seen = NULL;
  g_autoptr(FidotoolJson) last = NULL;
  int fd = fidotool_discover_watch(places, error);
  int scout = fd < 0 ? -1 : fidotool_scout_start(places, error);
  struct pollfd all[] = {
      {fd, POLLIN, 0}, {session->fd, POLLIN, 0}, {scout, POLLIN, 0}};

  if (scout < 0 || !enter(places, false, error))
    return NULL;
  /* The scout's first word comes at once where there is no service; readers
   * that take longer come as a change. */
  if (poll(&all[2], 1, FIRST_WORD_MS) > 0 && !fidotool_scout_read(scout, &seen))
    all[2].fd = -1;
  last = describe(places, seen);
  fidotool_session_event(session, "keys", fidotool_json_copy(last));
  for (;;) {
    g_autoptr(FidotoolJson) now = NULL;

    if (poll(all, G_N_ELEMENTS(all), -1) < 0 ||
        fidotool_session_cancelled(session)) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED, "cancelled");
      return NULL;
    }
    fidotool_discover_quiet(fd);
    if (all[2].fd >= 0 && !fidotool_scout_read(scout, &seen)) {
      all[2].fd = -1; /* it ended: the readers are gone for this watch */
      g_clear_pointer(&seen, fidotool_json_free);
    }
    now = describe(places, seen);
    tell_changes(session, now, last);
    fidotool_json_free(last);
    last = g_steal_pointer(&now);
  }
}
