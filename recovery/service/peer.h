/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - who is at the other end of a connection: class by uid alone. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "recovery/service/callers.h"
#include "recovery/station.h"

/* No such user. */
#define RECOVERY_PEER_NOBODY ((uid_t)-1)

typedef struct {
  bool practice; /* the owner alone, as administrator; and callers */
  uid_t owner;   /* of the practice folder */
  uid_t kiosk;   /* the kiosk's user, or RECOVERY_PEER_NOBODY */
  const GPtrArray *callers; /* who may ask for decisions; NULL: nobody */
} RecoveryPeerRules;

/* False for a uid that may not connect at all. On a station the socket's mode
 * and group keep others out before this is asked. */
bool recovery_peer_classify(const RecoveryPeerRules *rules, uid_t uid,
                            RecoveryPeer *ret_peer);
