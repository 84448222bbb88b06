/* SPDX-License-Identifier: Apache-2.0 */
/* look.h - jobs list and watch: which keys are there. They never read a PIN,
 * and of keys they ask one thing alone: a card, whether it is one; and a list,
 * where both are there, whether a key on a reader is one that is plugged in. */
#pragma once

#include "fidotool/device/discover.h"
#include "fidotool/helper/session.h"

/* Enters its sandbox, then
 * list   -> {keys: [..], readers: [{name, state}], pcscd}; a key that is seen
 * on two transports has one row (fidotool/helper/fold.h) watch  tells "keys"
 * with the same, then "arrived" and "removed" for keys and "readers" for the
 * rest, until the client ends it. */
FidotoolJson *fidotool_look_list(FidotoolDiscoverPlaces *places,
                                 GError **error);
/* survey -> what fidotool/device/survey.h says, and the answer of list: what
 * the command doctor explains. */
FidotoolJson *fidotool_look_survey(FidotoolDiscoverPlaces *places,
                                   GError **error);
FidotoolJson *fidotool_look_watch(FidotoolDiscoverPlaces *places,
                                  FidotoolSession *session, GError **error);
