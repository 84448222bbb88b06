/* SPDX-License-Identifier: Apache-2.0 */
/* scout.h - what lies on the card readers: looked at once, or by a process of
 * its own that goes on looking. The service's library waits in calls that
 * nothing else ends, and a service that comes back wants a new socket, which
 * the watch itself may not make; so its eyes on readers are a child with walls
 * of their own, and what it sees comes over a descriptor. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "fidotool/device/discover.h"
#include "fidotool/json.h"

/*
 * {pcscd: "running"|"absent"|"down"|"refused", readers: [{name, state, usb?}],
 * twins?: the readers that are part of a USB key (fidotool/helper/fold.h)}
 * with state "empty", "fido", "other", "busy" or "mute". Each card is asked for
 * FIDO's applet; those of readers that belong to a USB key are not.
 */
FidotoolJson *fidotool_scout_look(const FidotoolDiscoverPlaces *places);

/*
 * Starts the child, which ends with this process. Its descriptor becomes
 * readable for each change, and at first.
 * returns  the descriptor, or -1 and error
 * errors   FIDOTOOL_ERROR_FAILED
 */
int fidotool_scout_start(const FidotoolDiscoverPlaces *places, GError **error);

/* The newest word of the child in place of *seen, which may be NULL; false
 * when the child has gone. */
bool fidotool_scout_read(int fd, FidotoolJson **seen);

/* Keys among the readers of what was seen, less those that belong to a USB key
 * of list; they are added to list. */
void fidotool_scout_add(const FidotoolJson *seen, GPtrArray *list);
