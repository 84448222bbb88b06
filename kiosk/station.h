/* SPDX-License-Identifier: Apache-2.0 */
/* station.h - recoveryd, asked without ever waiting: calls are made on a
 * thread of this object's own, one after the other; answers come on the main
 * loop. Answers are read there too, so that a huge one stalls no window. */
#pragma once

#include <glib-object.h>

#include "fidotool/json.h"

#define KIOSK_TYPE_STATION (kiosk_station_get_type())
G_DECLARE_FINAL_TYPE(KioskStation, kiosk_station, KIOSK, STATION, GObject)

typedef enum {
  KIOSK_STATION_QUERY,
  KIOSK_STATION_PROPOSE,
  KIOSK_STATION_SUBMIT,
} KioskStationCall;

/*
 * answer is taken by the callee, NULL where error is set. A refusal is an
 * answer: {"refused":[...]}. RECOVERY_ERROR_STATION: the connection was lost,
 * what was asked may have been done or not.
 */
typedef void (*KioskStationDone)(FidotoolJson *answer, const GError *error,
                                 gpointer data);

/* selector as recovery_client_open(); nothing is connected yet. Signals, on
 * the main loop: "changed" (the record has grown), "lost". */
KioskStation *kiosk_station_new(const char *selector);

/* request is taken. done may be NULL. After kiosk_station_leave() or the end
 * of this object no done is called for what was asked before. */
void kiosk_station_call(KioskStation *self, KioskStationCall call,
                        FidotoolJson *request, KioskStationDone done,
                        gpointer data);
/* Ends the connection, and the roles with it; the next call opens another. */
void kiosk_station_leave(KioskStation *self);
