/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - events out, PINs in, and the eye on the client. */
#include "fidotool/helper/session.h"

#include <poll.h>

#include "fidotool/error.h"

/* How long a person may take to type a PIN. */
#define PIN_MS (5 * 60 * 1000)
/* How long a person may think about a yes. */
#define CONFIRM_MS PIN_MS

bool
fidotool_session_cancelled(FidotoolSession *session)
{
  struct pollfd one = {session->fd, POLLIN, 0};

  /* Whatever comes now ends the job: cancel, the end of file, or bytes that
   * nobody asked for. */
  if (!session->cancelled && poll(&one, 1, 0) > 0)
    session->cancelled = true;
  return session->cancelled;
}

static void
on_keepalive(FidotoolTransportStatus status, gpointer data)
{
  const FidotoolSession *session = data;

  if (session->quiet)
    return;
  switch (status) {
  case FIDOTOOL_TRANSPORT_PROCESSING:
    fidotool_session_event(data, "processing", NULL);
    break;
  case FIDOTOOL_TRANSPORT_TOUCH:
    fidotool_session_event(data, "touch_needed", NULL);
    break;
  }
}

static bool
on_slice(gpointer data)
{
  return fidotool_session_cancelled(data);
}

static void
on_tap(FidotoolTransportTap what, gpointer data)
{
  FidotoolJson *fields = NULL;

  switch (what) {
  case FIDOTOOL_TRANSPORT_TAP:
  case FIDOTOOL_TRANSPORT_TAP_AGAIN:
    fields = fidotool_json_new_object();
    fidotool_json_set_bool(fields, "again",
                           what == FIDOTOOL_TRANSPORT_TAP_AGAIN);
    fidotool_session_event(data, "tap_needed", fields);
    break;
  case FIDOTOOL_TRANSPORT_TAPPED:
    fidotool_session_event(data, "tapped", NULL);
    break;
  case FIDOTOOL_TRANSPORT_LIFTED:
    fidotool_session_event(data, "lifted", NULL);
    break;
  }
}

FidotoolTransportHooks
fidotool_session_hooks(FidotoolSession *session)
{
  FidotoolTransportHooks hooks = {.keepalive = on_keepalive,
                                  .cancelled = on_slice,
                                  .tap = on_tap,
                                  .data = session};

  return hooks;
}

void
fidotool_session_event(FidotoolSession *session, const char *name,
                       FidotoolJson *fields)
{
  g_autoptr(FidotoolJson) event = fields ? fields : fidotool_json_new_object();

  fidotool_json_set_text(event, "event", name);
  if (!fidotool_protocol_write_json(session->fd, FIDOTOOL_PROTOCOL_EVENT, event,
                                    NULL))
    session->cancelled = true;
}

static FidotoolJson *
new_wanted(const FidotoolSessionPin *what)
{
  FidotoolJson *wanted = fidotool_json_new_object();

  fidotool_json_set_text(wanted, "kind", what->is_new ? "new" : "current");
  if (what->retries >= 0)
    fidotool_json_set_int(wanted, "retries", what->retries);
  fidotool_json_set_int(wanted, "min", what->min);
  fidotool_json_set_int(wanted, "max", what->max);
  if (what->problem)
    fidotool_json_set_text(wanted, "problem", what->problem);
  return wanted;
}

static FidotoolSecret *
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return NULL;
}

FidotoolSecret *
fidotool_session_ask_pin(FidotoolSession *session,
                         const FidotoolSessionPin *what, GError **error)
{
  g_autoptr(FidotoolJson) wanted = new_wanted(what);
  g_auto(FidotoolProtocolFrame) frame = {0};
  int r;

  if (!fidotool_protocol_write_json(session->fd, FIDOTOOL_PROTOCOL_PIN_WANTED,
                                    wanted, error))
    return NULL;
  r = fidotool_protocol_read(session->fd, true, PIN_MS, &frame, error);
  if (r == 0)
    return set_error(error, FIDOTOOL_ERROR_CANCELLED, "no PIN was entered");
  if (r < 0 || frame.type == FIDOTOOL_PROTOCOL_CANCEL)
    session->cancelled = true;
  if (r > 0 && frame.type == FIDOTOOL_PROTOCOL_CANCEL)
    return set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
  if (r > 0 && !frame.pin)
    return set_error(error, FIDOTOOL_ERROR_INVALID, "a PIN was expected");
  if (r > 0 && what->retries == 1 && !what->is_new &&
      frame.type != FIDOTOOL_PROTOCOL_PIN_LAST)
    return set_error(error, FIDOTOOL_ERROR_PIN_INVALID,
                     "one try is left, and it is not spent unasked");
  return g_steal_pointer(&frame.pin);
}

bool
fidotool_session_confirm(FidotoolSession *session, FidotoolJson *what,
                         GError **error)
{
  g_autoptr(FidotoolJson) taken = what;
  g_auto(FidotoolProtocolFrame) frame = {0};
  int r;

  if (!fidotool_protocol_write_json(
          session->fd, FIDOTOOL_PROTOCOL_CONFIRM_WANTED, taken, error))
    return false;
  r = fidotool_protocol_read(session->fd, true, CONFIRM_MS, &frame, error);
  if (r > 0 && frame.type == FIDOTOOL_PROTOCOL_CONFIRM)
    return true;
  session->cancelled = true;
  if (r == 0 || (r > 0 && frame.type == FIDOTOOL_PROTOCOL_CANCEL))
    (void)set_error(error, FIDOTOOL_ERROR_CANCELLED, "not confirmed");
  else if (r > 0)
    (void)set_error(error, FIDOTOOL_ERROR_INVALID, "a yes was expected");
  return false;
}
