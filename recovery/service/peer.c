/* SPDX-License-Identifier: Apache-2.0 */
/* peer.c - classes of people and programs, told apart by their uid. */
#include "recovery/service/peer.h"

bool
recovery_peer_classify(const RecoveryPeerRules *rules, uid_t uid,
                       RecoveryPeer *ret_peer)
{
  bool is_caller = recovery_callers_find(rules->callers, uid) != NULL;

  if (uid == RECOVERY_PEER_NOBODY)
    return false;
  if (rules->practice) {
    *ret_peer = uid == rules->owner ? RECOVERY_PEER_ADMIN : RECOVERY_PEER_CALLER;
    return uid == rules->owner || is_caller;
  }
  if (uid == 0)
    *ret_peer = RECOVERY_PEER_ADMIN;
  else if (uid == rules->kiosk)
    *ret_peer = RECOVERY_PEER_KIOSK;
  else
    *ret_peer = is_caller ? RECOVERY_PEER_CALLER : RECOVERY_PEER_STAFF;
  return true;
}
