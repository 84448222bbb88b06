/* SPDX-License-Identifier: Apache-2.0 */
/* Who may connect, and as what. */
#include "tests/testing.h"

#include "recovery/service/peer.h"

static void
practice_is_for_its_owner_alone(void **state)
{
  const RecoveryPeerRules rules = {
      .practice = true, .owner = 1000, .kiosk = 1001};
  RecoveryPeer peer = RECOVERY_PEER_KIOSK;

  (void)state;
  assert_true(recovery_peer_classify(&rules, 1000, &peer));
  assert_int_equal(peer, RECOVERY_PEER_ADMIN);
  assert_false(recovery_peer_classify(&rules, 1001, &peer));
  assert_false(recovery_peer_classify(&rules, 0, &peer));
}

static void
a_station_tells_three_classes_apart(void **state)
{
  const RecoveryPeerRules rules = {.owner = 990, .kiosk = 1001};
  RecoveryPeer peer;

  (void)state;
  assert_true(recovery_peer_classify(&rules, 0, &peer));
  assert_int_equal(peer, RECOVERY_PEER_ADMIN);
  assert_true(recovery_peer_classify(&rules, 1001, &peer));
  assert_int_equal(peer, RECOVERY_PEER_KIOSK);
  assert_true(recovery_peer_classify(&rules, 1002, &peer));
  assert_int_equal(peer, RECOVERY_PEER_STAFF);
}

static void
no_uid_is_nobody_even_without_a_kiosk(void **state)
{
  const RecoveryPeerRules rules = {.kiosk = RECOVERY_PEER_NOBODY};
  RecoveryPeer peer;

  (void)state;
  assert_false(recovery_peer_classify(&rules, RECOVERY_PEER_NOBODY, &peer));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(practice_is_for_its_owner_alone),
      cmocka_unit_test(a_station_tells_three_classes_apart),
      cmocka_unit_test(no_uid_is_nobody_even_without_a_kiosk),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
