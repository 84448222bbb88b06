/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-profile.c - a profile says what it means, or is refused. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/error.h"
#include "tests/softkey/profile.h"

static void
test_what_is_left_out_is_as_in_the_plain_one(void **state)
{
  g_autoptr(SoftkeyProfile) profile =
      softkey_profile_parse("[softkey]\nname = mine\n", NULL);

  (void)state;
  assert_non_null(profile);
  assert_string_equal(profile->name, "mine");
  assert_memory_equal(profile->aaguid, "keyturN \x80\0practk", 16);
  assert_int_equal(profile->n_pin_protocols, 2);
  assert_int_equal(profile->pin_protocols[0], 2);
  assert_int_equal(profile->attestation, SOFTKEY_ATTESTATION_BATCH);
  assert_true(softkey_profile_has_algorithm(profile, -8));
  assert_true(softkey_profile_has_extension(profile, "credProtect"));
  assert_false(softkey_profile_has_extension(profile, "hmac-secre"));
}

static void
test_options_are_absent_false_or_true(void **state)
{
  g_autoptr(SoftkeyProfile) profile = softkey_profile_parse(
      "[softkey]\noptions = clientPin;ep=false;rk;up\n", NULL);
  bool value = true;

  (void)state;
  assert_non_null(profile);
  assert_true(softkey_profile_is_on(profile, "rk"));
  assert_true(softkey_profile_option(profile, "ep", &value));
  assert_false(value);
  assert_false(softkey_profile_is_on(profile, "ep"));
  assert_false(softkey_profile_option(profile, "uv", &value));
  assert_false(softkey_profile_option(profile, "r", &value));
  assert_string_equal(profile->options[0], "ep=false"); /* canonical order */
  assert_string_equal(profile->options[3], "clientPin");
}

static void
test_nonsense_is_refused(void **state)
{
  static const char *const texts[] = {
      "",
      "name = no group\n",
      "[softkey]\nno equals sign\n",
      "[softkey]\nunknown = 1\n",
      "[other]\nname = x\n",
      "[softkey]\naaguid = 6b657974-7572-4e20-8000\n",
      "[softkey]\naaguid = 6b657974-7572-4e20-8000-70726163746g\n",
      "[softkey]\naaguid = 6b657974x7572-4e20-8000-70726163746b\n",
      "[softkey]\nattestation = forged\n",
      "[softkey]\nmin_pin_length = three\n",
      "[softkey]\nmin_pin_length = 3\n",
      "[softkey]\nmin_pin_length = 64\n",
      "[softkey]\nmax_msg_size = -1\n",
      "[softkey]\npin_protocols = 3\n",
      "[softkey]\nalgorithms = -257\n",
      "[softkey]\nalgorithms =\n",
      "[softkey]\npin_block = perhaps\n",
      "[softkey]\nmore_info = 17\n",
      "[softkey]\nmore_info = 17=\n",
      "[softkey]\nmore_info = 17=5\n",
      "[softkey]\nmore_info = 17=0g\n",
      "[softkey]\nmore_info = x=05\n",
      "[softkey]\nnfc_select = nothing\n",
      "[softkey]\ndamage = -1\n",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;

    if (softkey_profile_parse(texts[i], &error) != NULL)
      fail_msg("taken: %s", texts[i]);
    assert_non_null(error);
  }
}

static void
test_a_name_is_built_in_or_a_file(void **state)
{
  static const char *const names[] = {
      "plain-2.1", "pre-2.1",     "self-2.3",  "none-2.1", "bio-2.1",
      "u2f-only",  "bio-pre-2.1", "whole-2.3", "nfc-2.1",  "hostile"};
  g_autoptr(GError) error = NULL;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(SoftkeyProfile) profile = softkey_profile_load(names[i], NULL);

    assert_non_null(profile);
  }
  assert_null(softkey_profile_load("no-such-profile", &error));
  assert_true(g_error_matches(error, SOFTKEY_ERROR, SOFTKEY_ERROR_FILE));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_left_out_is_as_in_the_plain_one),
      cmocka_unit_test(test_options_are_absent_false_or_true),
      cmocka_unit_test(test_nonsense_is_refused),
      cmocka_unit_test(test_a_name_is_built_in_or_a_file),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
