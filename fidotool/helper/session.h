/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - keyhelper's side of the conversation with its one client. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/transport.h"
#include "fidotool/helper/protocol.h"

typedef struct {
  int fd;
  bool cancelled; /* the client is gone, said cancel, or broke a rule */
  bool quiet;     /* keepalives tell nothing: several keys wait at once */
  int retries;    /* PIN tries after a wrong one; -1 unknown */
} FidotoolSession;

/* What is asked for when a PIN is wanted. */
typedef struct {
  bool is_new;         /* one to be set, not the one that is */
  int retries;         /* -1 where it was not asked for */
  int min;             /* code points */
  int max;             /* bytes */
  const char *problem; /* why the last one was no good, or NULL */
} FidotoolSessionPin;

/* Hooks for a key: keepalives become events, and the client is looked at in
 * every slice. They refer to session. */
FidotoolTransportHooks fidotool_session_hooks(FidotoolSession *session);

/* Looks whether the client wants no more. What it says besides is against the
 * protocol, so that ends the job too. */
bool fidotool_session_cancelled(FidotoolSession *session);

/* One event. Takes fields, which may be NULL. A client that cannot be written
 * to is found gone at the next look. */
void fidotool_session_event(FidotoolSession *session, const char *name,
                            FidotoolJson *fields);

/*
 * Asks the client for a PIN and waits for it. When one try is left, only a PIN
 * for which the person was asked is taken.
 * errors  FIDOTOOL_ERROR_CANCELLED, FIDOTOOL_ERROR_INVALID,
 *         FIDOTOOL_ERROR_PIN_INVALID (the last try, unasked)
 */
FidotoolSecret *fidotool_session_ask_pin(FidotoolSession *session,
                                         const FidotoolSessionPin *what,
                                         GError **error);

/*
 * Shows the client what is about to be lost or changed for good, and waits for
 * its yes. Takes what.
 * errors  FIDOTOOL_ERROR_CANCELLED, FIDOTOOL_ERROR_INVALID
 */
bool fidotool_session_confirm(FidotoolSession *session, FidotoolJson *what,
                              GError **error);
