/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-signing.c - whose proposal is signed by whom; what a key does
 * with it is in tests/integration. */
#include <string.h>
#include <unistd.h>

#include "fidotool/act/signing.h"
#include "fidotool/error.h"
#include "tests/testing.h"

/* Base64, and no key in it. */
#define UNREADABLE_KEY                                                         \
  "{\"rp_id\":\"keyturn:approval\","                                           \
  "\"signers\":[{\"cred\":\"AA==\",\"key\":\"AA==\"}]}"

static char *folder;

/* bad-helper under the name that says how it misbehaves. */
static char *
name_helper(const char *how)
{
  g_autofree char *name = g_strconcat("bad-helper-", how, NULL);
  char *path = g_build_filename(folder, name, NULL);

  if (access(path, F_OK) != 0)
    assert_int_equal(symlink(g_getenv("BAD_HELPER"), path), 0);
  return path;
}

static FidotoolJson *
parse(const char *text)
{
  FidotoolJson *json = fidotool_json_parse(text, strlen(text), NULL);

  assert_non_null(json);
  return json;
}

static void
only_our_rp_ids_are_for_approvals(void **state)
{
  static const struct {
    const char *proposal;
    int practice; /* -1: refused */
  } rows[] = {
      {"{\"rp_id\":\"keyturn:approval\"}", 0},
      {"{\"rp_id\":\"keyturn-practice:approval\"}", 1},
      {"{\"rp_id\":\"keyturn:approval.example.org\"}", -1},
      {"{\"rp_id\":\"example.org\"}", -1},
      {"{\"rp_id\":1}", -1},
      {"{}", -1},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) proposal = parse(rows[i].proposal);
    g_autoptr(GError) error = NULL;
    bool practice = false;
    bool ok = fidotool_signing_is_practice(proposal, &practice, &error);

    assert_int_equal(ok, rows[i].practice >= 0);
    if (ok)
      assert_int_equal(practice, rows[i].practice);
    else
      assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  }
}

static void
who_decides_about_others_is_asked(void **state)
{
  static const struct {
    const char *statement;
    bool decision;
  } rows[] = {
      {"{\"act\":\"case.approve\"}", true},
      {"{\"act\":\"case.activate\"}", true},
      {"{\"act\":\"policy.load\"}", true},
      {"{\"act\":\"role.activate\"}", false},
      {"{\"act\":\"case.open\"}", false},
      {"{}", false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) statement = parse(rows[i].statement);
    const RecoveryView view = {.statement = statement};

    assert_int_equal(fidotool_signing_is_decision(&view), rows[i].decision);
  }
}

/* What keyhelper says of the key, and what the caller hears. */
static void
a_look_alike_is_not_found(void **state)
{
  static const struct {
    const char *helper;
    FidotoolError code;
  } rows[] = {
      {"untrusted", FIDOTOOL_ERROR_NOT_FOUND},
      {"strange", FIDOTOOL_ERROR_FAILED},
      {"empty", FIDOTOOL_ERROR_FAILED},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *helper = name_helper(rows[i].helper);
    const FidotoolClientHooks hooks = {.helper = helper, .silence_ms = 1000};
    const FidotoolClientJobs how = {.hooks = &hooks};
    g_autoptr(FidotoolJson) signers =
        parse("[{\"cred\":\"AA==\",\"key\":\"AA==\",\"roles\":[\"agent\"]}]");
    g_autoptr(GError) error = NULL;

    assert_int_equal(
        fidotool_signing_find(&how, signers, "keyturn:approval", &error), -1);
    assert_int_equal(error->code, rows[i].code);
  }
}

static void
a_proposal_without_readable_signers_is_not_signed(void **state)
{
  static const char *const proposals[] = {
      "{\"rp_id\":\"keyturn:approval\"}",
      "{\"rp_id\":\"keyturn:approval\",\"signers\":[]}",
      "{\"rp_id\":\"keyturn:approval\",\"signers\":[{\"cred\":\"AA==\"}]}",
      "{\"rp_id\":\"keyturn:approval\",\"signers\":[{\"key\":\"AA==\"}]}",
      UNREADABLE_KEY,
      "{\"rp_id\":\"example.org\",\"signers\":[]}",
  };
  g_autofree char *helper = name_helper("exit");
  const FidotoolClientHooks hooks = {.helper = helper, .silence_ms = 1000};
  const FidotoolClientJobs how = {.hooks = &hooks};
  g_autoptr(FidotoolJson) statement = parse("{\"act\":\"role.activate\"}");
  char line[] = "{}";
  const RecoveryView view = {.statement = statement, .statement_line = line};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(proposals); i++) {
    g_autoptr(FidotoolJson) proposal = parse(proposals[i]);
    g_autoptr(GError) error = NULL;

    assert_null(fidotool_signing_sign(&how, &view, proposal, NULL, &error));
    assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  }
}

static int
make_folder(void **state)
{
  (void)state;
  folder = g_dir_make_tmp("keyturn-signing-XXXXXX", NULL);
  return folder && g_getenv("BAD_HELPER") ? 0 : -1;
}

static int
remove_folder(void **state)
{
  GDir *dir = g_dir_open(folder, 0, NULL);
  const char *name;
  int r;

  (void)state;
  while ((name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    unlink(path);
  }
  g_dir_close(dir);
  r = rmdir(folder);
  g_free(folder);
  return r;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_our_rp_ids_are_for_approvals),
      cmocka_unit_test(who_decides_about_others_is_asked),
      cmocka_unit_test(a_look_alike_is_not_found),
      cmocka_unit_test(a_proposal_without_readable_signers_is_not_signed),
  };

  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
