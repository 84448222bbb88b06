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

/* A class of its own; root and the kiosk's user are what they were. */
static void
a_program_that_is_registered_is_a_caller(void **state)
{
  RecoveryCaller mdm = {NULL, 1003, NULL}, root = {NULL, 0, NULL},
                 kiosk = {NULL, 1001, NULL};
  g_autoptr(GPtrArray) callers = g_ptr_array_new();
  RecoveryPeerRules rules = {.owner = 990, .kiosk = 1001, .callers = callers};
  RecoveryPeer peer;

  (void)state;
  g_ptr_array_add(callers, &mdm);
  g_ptr_array_add(callers, &root);
  g_ptr_array_add(callers, &kiosk);
  assert_true(recovery_peer_classify(&rules, 1003, &peer));
  assert_int_equal(peer, RECOVERY_PEER_CALLER);
  assert_true(recovery_peer_classify(&rules, 0, &peer));
  assert_int_equal(peer, RECOVERY_PEER_ADMIN);
  assert_true(recovery_peer_classify(&rules, 1001, &peer));
  assert_int_equal(peer, RECOVERY_PEER_KIOSK);
  assert_true(recovery_peer_classify(&rules, 1004, &peer));
  assert_int_equal(peer, RECOVERY_PEER_STAFF);
  rules.practice = true;
  assert_true(recovery_peer_classify(&rules, 1003, &peer));
  assert_int_equal(peer, RECOVERY_PEER_CALLER);
  assert_true(recovery_peer_classify(&rules, 990, &peer));
  assert_int_equal(peer, RECOVERY_PEER_ADMIN);
  assert_false(recovery_peer_classify(&rules, 1004, &peer));
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
      cmocka_unit_test(a_program_that_is_registered_is_a_caller),
      cmocka_unit_test(no_uid_is_nobody_even_without_a_kiosk),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
