/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-client.c - a keyhelper that misbehaves costs an error message
 * and nothing else: no hang, no child left, no PIN given away unasked. */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/client-jobs.h"
#include "fidotool/helper/client.h"
#include "tests/testing.h"

static char *folder;
static int asked; /* for a PIN */

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

static FidotoolSecret *
refuse_pin(const FidotoolClientPin *what, gpointer data, GError **error)
{
  (void)data;
  asked++;
  assert_true(what->last);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_INVALID, "unasked");
  return NULL;
}

/* A helper that keeps still is waited for; the others may be slow. */
static int
silence_of(const char *how)
{
  return strcmp(how, "hang") == 0 || strcmp(how, "deaf") == 0 ? 300 : 20000;
}

static FidotoolJson *
run(const char *how, int cancel_fd, GError **error)
{
  g_autofree char *helper = name_helper(how);
  const FidotoolClientHooks hooks = {.pin = refuse_pin,
                                     .cancel_fd = cancel_fd,
                                     .helper = helper,
                                     .silence_ms = silence_of(how)};
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", "info");
  return fidotool_client_run(request, &hooks, NULL, error);
}

static FidotoolJson *
new_signers(size_t n)
{
  FidotoolJson *signers = fidotool_json_new_array();

  for (size_t i = 0; i < n; i++) {
    FidotoolJson *row =
        fidotool_json_append(signers, fidotool_json_new_object());

    fidotool_json_set_text(row, "cred", "AA==");
    fidotool_json_set_text(row, "key", "AA==");
  }
  return signers;
}

static const char *const ways[] = {"exit", "hang", "deaf",      "garbage",
                                   "half", "huge", "backwards", "strange",
                                   "zero", "crash"};

static void
each_way_to_fail_is_an_error_and_leaves_no_child(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolJson) result = run(ways[i], -1, &error);

    if (result || error->code != (int)FIDOTOOL_ERROR_FAILED)
      fail_msg("%s: %s", ways[i], error ? error->message : "a result");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
  }
}

static void
a_helper_that_is_not_there_is_an_error(void **state)
{
  const FidotoolClientHooks hooks = {.helper = "/nonexistent/keyhelper"};
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(fidotool_client_run(request, &hooks, NULL, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_FAILED);
}

static void
cancel_ends_a_helper_that_hangs(void **state)
{
  int fd = eventfd(1, EFD_CLOEXEC);
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(run("hang", fd, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_CANCELLED);
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  close(fd);
}

static void
the_callers_reason_stands_when_it_gives_no_pin(void **state)
{
  g_autoptr(GError) error = NULL;

  (void)state;
  asked = 0;
  assert_null(run("asks", -1, &error));
  assert_int_equal(asked, 1);
  assert_int_equal(error->code, FIDOTOOL_ERROR_PIN_INVALID);
  assert_string_equal(error->message, "unasked");
}

static void
a_result_without_its_members_is_no_result(void **state)
{
  g_autofree char *helper = name_helper("empty");
  const FidotoolClientHooks hooks = {.helper = helper, .silence_ms = 20000};
  const FidotoolClientJobs how = {.hooks = &hooks};
  g_autoptr(GBytes) id = g_bytes_new_static("u", 1);
  const FidotoolClientJobsMake what = {.rp_id = "example.org", .user_id = id};
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(fidotool_client_jobs_sign(&how, "{}", "keyturn:approval",
                                        "AA==", "AA==", &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_FAILED);
  g_clear_error(&error);
  assert_null(fidotool_client_jobs_make(&how, &what, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_FAILED);
}

static void
an_index_beyond_the_signers_is_no_index(void **state)
{
  g_autofree char *helper = name_helper("ninth");
  const FidotoolClientHooks hooks = {.helper = helper, .silence_ms = 1000};
  const FidotoolClientJobs how = {.hooks = &hooks};
  static const struct {
    size_t n;
    int index;
    FidotoolError code;
  } rows[] = {{10, 9, 0},
              {9, -1, FIDOTOOL_ERROR_FAILED},
              {0, -1, FIDOTOOL_ERROR_USAGE},
              {FIDOTOOL_CLIENT_JOBS_SIGNERS + 1, -1, FIDOTOOL_ERROR_USAGE}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) signers = new_signers(rows[i].n);
    g_autoptr(GError) error = NULL;

    assert_int_equal(
        fidotool_client_jobs_find(&how, signers, "keyturn:approval", &error),
        rows[i].index);
    assert_int_equal(error ? error->code : 0, rows[i].code);
  }
}

static int
make_folder(void **state)
{
  (void)state;
  folder = g_dir_make_tmp("keyturn-client-XXXXXX", NULL);
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
      cmocka_unit_test(each_way_to_fail_is_an_error_and_leaves_no_child),
      cmocka_unit_test(a_helper_that_is_not_there_is_an_error),
      cmocka_unit_test(cancel_ends_a_helper_that_hangs),
      cmocka_unit_test(the_callers_reason_stands_when_it_gives_no_pin),
      cmocka_unit_test(a_result_without_its_members_is_no_result),
      cmocka_unit_test(an_index_beyond_the_signers_is_no_index),
  };

  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
