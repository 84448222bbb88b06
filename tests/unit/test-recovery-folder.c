/* SPDX-License-Identifier: Apache-2.0 */
/* A station's folder has one owner, one recoveryd and one set of keys. */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/service/file.h"
#include "recovery/service/folder.h"
#include "recovery/service/peer.h"

typedef struct {
  char *top, *path;
} Place;

static int
make_place(void **state)
{
  Place *place = g_new0(Place, 1);

  place->top = g_dir_make_tmp("folder-XXXXXX", NULL);
  place->path = g_build_filename(place->top, "station", NULL);
  *state = place;
  return place->top ? 0 : -1;
}

static void
remove_all(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *below = g_build_filename(path, name, NULL);

    remove_all(below);
  }
  (void)g_remove(path);
}

static int
remove_place(void **state)
{
  Place *place = *state;

  remove_all(place->top);
  g_free(place->top);
  g_free(place->path);
  g_free(place);
  return 0;
}

static void
assert_refused(const char *path, bool practice, int code)
{
  g_autoptr(GError) error = NULL;
  RecoveryFolder *folder = recovery_folder_open(path, practice, &error);

  assert_null(folder);
  assert_true(g_error_matches(error, RECOVERY_ERROR, code));
}

static void
a_new_folder_is_private_and_has_keys(void **state)
{
  Place *place = *state;
  g_autoptr(RecoveryFolder) folder =
      recovery_folder_open(place->path, true, NULL);
  g_autofree char *key =
      g_build_filename(place->path, "keys", "station.pem", NULL);
  struct stat st;

  assert_non_null(folder);
  assert_int_equal(stat(place->path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0700);
  assert_int_equal(stat(key, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(EVP_PKEY_get_id(folder->station_key), EVP_PKEY_ED25519);
  assert_int_not_equal(EVP_PKEY_eq(folder->station_key, folder->machine_key),
                       1);
  assert_int_equal(folder->kiosk, RECOVERY_PEER_NOBODY);
}

static void
opened_again_it_has_the_same_keys(void **state)
{
  Place *place = *state;
  RecoveryFolder *first = recovery_folder_open(place->path, true, NULL);
  EVP_PKEY *key = first->station_key;
  uint8_t kek[32];
  g_autoptr(RecoveryFolder) second = NULL;

  assert_int_equal(EVP_PKEY_up_ref(key), 1);
  memcpy(kek, first->kek, sizeof kek);
  recovery_folder_free(first);
  second = recovery_folder_open(place->path, true, NULL);
  assert_int_equal(EVP_PKEY_eq(key, second->station_key), 1);
  assert_memory_equal(kek, second->kek, sizeof kek);
  EVP_PKEY_free(key);
}

/* Of all keys that one alone: keyhelper refuses what it does not know. */
static void
a_station_with_a_record_gets_a_key_for_plans(void **state)
{
  Place *place = *state;
  RecoveryFolder *first = recovery_folder_open(place->path, true, NULL);
  g_autofree char *keys = g_build_filename(place->path, "keys", NULL);
  g_autofree char *plan = g_build_filename(keys, "plan.pem", NULL);
  g_autofree char *machine = g_build_filename(keys, "machine.pem", NULL);
  g_autoptr(RecoveryFolder) second = NULL;

  assert_true(g_file_set_contents(first->store, "a record", -1, NULL));
  recovery_folder_free(first);
  assert_int_equal(g_unlink(plan), 0);
  second = recovery_folder_open(place->path, true, NULL);
  assert_non_null(second);
  assert_int_equal(EVP_PKEY_get_id(second->plan_key), EVP_PKEY_ED25519);
  g_clear_pointer(&second, recovery_folder_free);
  assert_int_equal(g_unlink(machine), 0);
  assert_refused(place->path, true, RECOVERY_ERROR_DAMAGED);
}

static void
a_second_recoveryd_is_refused(void **state)
{
  Place *place = *state;
  g_autoptr(RecoveryFolder) folder =
      recovery_folder_open(place->path, true, NULL);

  assert_non_null(folder);
  assert_refused(place->path, true, RECOVERY_ERROR_FAILED);
}

/* The one before it is about to end: it is waited for. */
static gpointer
end_soon(gpointer folder)
{
  g_usleep(300 * 1000);
  recovery_folder_free(folder);
  return NULL;
}

static void
one_that_ends_is_waited_for(void **state)
{
  Place *place = *state;
  RecoveryFolder *first = recovery_folder_open(place->path, true, NULL);
  g_autoptr(RecoveryFolder) second = NULL;
  GThread *thread;

  assert_non_null(first);
  thread = g_thread_new("ends", end_soon, first);
  second = recovery_folder_open(place->path, true, NULL);
  g_thread_join(thread);
  assert_non_null(second);
}

static void
a_folder_that_others_may_read_is_refused(void **state)
{
  static const unsigned modes[] = {0750, 0705, 0720, 0701, 0777};
  Place *place = *state;

  assert_int_equal(g_mkdir(place->path, 0700), 0);
  for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
    assert_int_equal(chmod(place->path, modes[i]), 0);
    assert_refused(place->path, true, RECOVERY_ERROR_FAILED);
  }
}

static void
keys_that_others_may_read_are_refused(void **state)
{
  Place *place = *state;
  g_autofree char *keys = g_build_filename(place->path, "keys", NULL);

  recovery_folder_free(recovery_folder_open(place->path, true, NULL));
  assert_int_equal(chmod(keys, 0755), 0);
  assert_refused(place->path, true, RECOVERY_ERROR_FAILED);
}

static void
a_folder_of_somebody_else_is_refused(void **state)
{
  Place *place = *state;

  if (geteuid() == 0) {
    assert_int_equal(g_mkdir(place->path, 0700), 0);
    assert_int_equal(chown(place->path, 12345, 12345), 0);
    assert_refused(place->path, true, RECOVERY_ERROR_FAILED);
    return;
  }
  assert_refused("/root", true, RECOVERY_ERROR_FAILED);
}

static void
a_link_to_a_folder_is_refused(void **state)
{
  Place *place = *state;
  g_autofree char *link = g_build_filename(place->top, "link", NULL);

  assert_int_equal(g_mkdir(place->path, 0700), 0);
  assert_int_equal(symlink(place->path, link), 0);
  assert_refused(link, true, RECOVERY_ERROR_FAILED);
}

static void
a_folder_with_other_things_in_it_is_refused_and_left_alone(void **state)
{
  Place *place = *state;
  g_autofree char *keys = g_build_filename(place->path, "keys", NULL);

  assert_int_equal(g_mkdir(place->path, 0700), 0);
  assert_true(recovery_file_write(place->path, "diary", "x", 1, NULL));
  assert_refused(place->path, true, RECOVERY_ERROR_FAILED);
  assert_false(g_file_test(keys, G_FILE_TEST_EXISTS));
}

static void
practice_and_real_are_never_mixed(void **state)
{
  Place *place = *state;
  g_autofree char *real = g_build_filename(place->top, "real", NULL);

  recovery_folder_free(recovery_folder_open(place->path, true, NULL));
  assert_refused(place->path, false, RECOVERY_ERROR_FAILED);
  recovery_folder_free(recovery_folder_open(real, false, NULL));
  assert_refused(real, true, RECOVERY_ERROR_FAILED);
}

static void
a_record_without_its_keys_gets_no_new_ones(void **state)
{
  static const char *const names[] = {"station.pem", "machine.pem", "kek"};
  Place *place = *state;

  recovery_folder_free(recovery_folder_open(place->path, true, NULL));
  assert_true(recovery_file_write(place->path, "record.db", "x", 1, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *from =
        g_build_filename(place->path, "keys", names[i], NULL);
    g_autofree char *to = g_build_filename(place->top, names[i], NULL);

    assert_int_equal(g_rename(from, to), 0);
    assert_refused(place->path, true, RECOVERY_ERROR_DAMAGED);
    assert_int_equal(g_rename(to, from), 0);
  }
  recovery_folder_free(recovery_folder_open(place->path, true, NULL));
}

static void
a_start_that_was_cut_off_is_finished(void **state)
{
  Place *place = *state;
  g_autofree char *kek = g_build_filename(place->path, "keys", "kek", NULL);
  g_autofree char *part =
      g_build_filename(place->path, ".station.conf.new", NULL);
  g_autoptr(RecoveryFolder) folder = NULL;

  assert_int_equal(g_mkdir(place->path, 0700), 0);
  assert_true(g_file_set_contents(part, "[stat", 5, NULL));
  recovery_folder_free(recovery_folder_open(place->path, true, NULL));
  assert_int_equal(unlink(kek), 0);
  folder = recovery_folder_open(place->path, true, NULL);
  assert_non_null(folder);
}

static void
a_key_of_another_kind_is_refused(void **state)
{
  Place *place = *state;
  g_autofree char *keys = g_build_filename(place->path, "keys", NULL);

  recovery_folder_free(recovery_folder_open(place->path, true, NULL));
  assert_true(recovery_file_write(keys, "station.pem", "nonsense", 8, NULL));
  assert_refused(place->path, true, RECOVERY_ERROR_FAILED);
  assert_true(recovery_file_write(keys, "kek", "short", 5, NULL));
  assert_refused(place->path, true, RECOVERY_ERROR_FAILED);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)
  const struct CMUnitTest tests[] = {
      TEST(a_new_folder_is_private_and_has_keys),
      TEST(opened_again_it_has_the_same_keys),
      TEST(a_station_with_a_record_gets_a_key_for_plans),
      TEST(a_second_recoveryd_is_refused),
      TEST(one_that_ends_is_waited_for),
      TEST(a_folder_that_others_may_read_is_refused),
      TEST(keys_that_others_may_read_are_refused),
      TEST(a_folder_of_somebody_else_is_refused),
      TEST(a_link_to_a_folder_is_refused),
      TEST(a_folder_with_other_things_in_it_is_refused_and_left_alone),
      TEST(practice_and_real_are_never_mixed),
      TEST(a_record_without_its_keys_gets_no_new_ones),
      TEST(a_start_that_was_cut_off_is_finished),
      TEST(a_key_of_another_kind_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
