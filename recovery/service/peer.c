/* SPDX-License-Identifier: Apache-2.0 */
/* peer.c - three classes of people, told apart by their uid. */
#include "recovery/service/peer.h"

bool
recovery_peer_classify(const RecoveryPeerRules *rules, uid_t uid,
                       RecoveryPeer *ret_peer)
{
  if (uid == RECOVERY_PEER_NOBODY)
    return false;
  if (rules->practice) {
    if (uid != rules->owner)
      return false;
    *ret_peer = RECOVERY_PEER_ADMIN;
    return true;
  }
  if (uid == 0)
    *ret_peer = RECOVERY_PEER_ADMIN;
  else if (uid == rules->kiosk)
    *ret_peer = RECOVERY_PEER_KIOSK;
  else
    *ret_peer = RECOVERY_PEER_STAFF;
  return true;
}
