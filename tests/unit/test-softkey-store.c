/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-store.c - what a key remembers is whole, or is refused. */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/softkey/error.h"
#include "tests/softkey/store.h"

typedef struct {
  char *folder;
  char *path;
  SoftkeyEnv *env;
} Place;

static int
set_up(void **state)
{
  Place *place = g_new0(Place, 1);

  place->folder = g_dir_make_tmp("softkey-store-XXXXXX", NULL);
  place->path = g_build_filename(place->folder, "state", NULL);
  place->env = softkey_env_new();
  softkey_env_seed(place->env, 1);
  *state = place;
  return 0;
}

static int
tear_down(void **state)
{
  Place *place = *state;

  (void)g_unlink(place->path); /* may be gone already */
  (void)g_rmdir(place->folder);
  softkey_env_free(place->env);
  g_free(place->folder);
  g_free(place->path);
  g_free(place);
  return 0;
}

static void
add_resident(SoftkeyStore *store, SoftkeyEnv *env, const char *user)
{
  SoftkeyResident *resident = g_new0(SoftkeyResident, 1);

  resident->rp_id = g_strdup("example.org");
  /* SHA-256 of "example.org" */
  memcpy(resident->rp_hash,
         "\xbf\xab\xc3\x74\x32\x95\x8b\x06\x33\x60\xd3\xad\x64\x61\xc9\xc4"
         "\x73\x5a\xe7\xf8\xed\xd4\x65\x92\xa5\xe0\xf0\x14\x52\xb2\xe4\xb5",
         32);
  resident->handle.alg = -8;
  resident->handle.protect = 3;
  resident->handle.resident = true;
  softkey_handle_make(&resident->handle, env, store->seed, resident->rp_hash);
  resident->user_id = g_bytes_new(user, strlen(user));
  resident->user_name = g_strdup(user);
  softkey_store_add(store, resident);
}

static void
write_store(Place *place)
{
  g_autoptr(SoftkeyStore) store =
      softkey_store_open(place->path, place->env, NULL);

  assert_non_null(store);
  store->counter = 77;
  store->pin_set = true;
  store->pin_retries = 5;
  memset(store->pin_hash, 0xab, sizeof store->pin_hash);
  add_resident(store, place->env, "ada");
  add_resident(store, place->env, "sam");
  assert_true(softkey_store_save(store, NULL));
}

static void
test_all_is_read_again(void **state)
{
  Place *place = *state;
  g_autoptr(SoftkeyStore) store = NULL;
  const SoftkeyResident *resident;

  write_store(place);
  store = softkey_store_open(place->path, place->env, NULL);
  assert_non_null(store);
  assert_int_equal(store->counter, 77);
  assert_int_equal(store->pin_retries, 5);
  assert_true(store->pin_set);
  assert_int_equal(store->pin_hash[15], 0xab);
  assert_int_equal(store->residents->len, 2);
  resident = store->residents->pdata[1];
  assert_string_equal(resident->user_name, "sam");
  assert_null(resident->display_name);
  assert_int_equal(resident->handle.alg, -8);
  assert_int_equal(resident->handle.protect, 3);
  assert_ptr_equal(softkey_store_find(store, resident->handle.id), resident);
}

static void
test_file_is_its_owners_alone(void **state)
{
  Place *place = *state;
  g_autofree char *fresh = g_strconcat(place->path, ".new", NULL);
  struct stat status;

  write_store(place);
  assert_int_equal(stat(place->path, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0600);
  assert_int_not_equal(access(fresh, F_OK), 0);
}

static void
test_every_cut_file_is_refused_and_left_alone(void **state)
{
  Place *place = *state;
  g_autofree char *whole = NULL;
  gsize len;

  write_store(place);
  assert_true(g_file_get_contents(place->path, &whole, &len, NULL));
  for (gsize cut = 0; cut < len; cut++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *left = NULL;
    gsize left_len;

    assert_true(g_file_set_contents(place->path, whole, (gssize)cut, NULL));
    assert_null(softkey_store_open(place->path, place->env, &error));
    assert_true(g_error_matches(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED));
    assert_true(g_file_get_contents(place->path, &left, &left_len, NULL));
    assert_int_equal(left_len, cut);
  }
}

static void
test_nonsense_is_refused(void **state)
{
  static const struct {
    const char *fault;
    size_t len;
    const char *bytes;
  } files[] = {
      {"text", 5, "hello"},
      {"empty map", 1, "\xa0"},
      {"a newer format", 44,
       "\xa5\x01\x02\x02\x58\x20"
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "\x03\x00\x05\x08\x06\x80"},
      {"nine tries", 44,
       "\xa5\x01\x01\x02\x58\x20"
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "\x03\x00\x05\x09\x06\x80"},
      {"a credential that is none", 45,
       "\xa5\x01\x01\x02\x58\x20"
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "\x03\x00\x05\x08\x06\x81\xa0"},
  };
  Place *place = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autoptr(GError) error = NULL;

    assert_true(g_file_set_contents(place->path, files[i].bytes,
                                    (gssize)files[i].len, NULL));
    if (softkey_store_open(place->path, place->env, &error) != NULL)
      fail_msg("opened: %s", files[i].fault);
    assert_true(g_error_matches(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED));
  }
}

static void
test_the_good_form_of_that_nonsense_is_read(void **state)
{
  static const char good[] = "\xa5\x01\x01\x02\x58\x20"
                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                             "\x03\x00\x05\x08\x06\x80";
  Place *place = *state;
  g_autoptr(SoftkeyStore) store = NULL;

  assert_true(g_file_set_contents(place->path, good, sizeof good - 1, NULL));
  store = softkey_store_open(place->path, place->env, NULL);
  assert_non_null(store);
}

static void
test_what_cannot_be_written_is_an_error(void **state)
{
  Place *place = *state;
  g_autoptr(SoftkeyStore) store =
      softkey_store_open(place->path, place->env, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *fresh = g_strconcat(place->path, ".new", NULL);

  assert_non_null(store);
  assert_int_equal(g_mkdir(fresh, 0700), 0); /* stands in the way */
  assert_false(softkey_store_save(store, &error));
  assert_true(g_error_matches(error, SOFTKEY_ERROR, SOFTKEY_ERROR_FILE));
  assert_int_equal(g_rmdir(fresh), 0);
  assert_true(softkey_store_save(store, NULL));
}

static void
test_a_link_is_not_written_through(void **state)
{
  Place *place = *state;
  g_autoptr(SoftkeyStore) store =
      softkey_store_open(place->path, place->env, NULL);
  g_autofree char *fresh = g_strconcat(place->path, ".new", NULL);
  g_autofree char *target = g_build_filename(place->folder, "target", NULL);

  assert_non_null(store);
  assert_int_equal(symlink(target, fresh), 0);
  assert_false(softkey_store_save(store, NULL));
  assert_int_not_equal(access(target, F_OK), 0);
}

#define STORE_TEST(name)                                                       \
  cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      STORE_TEST(test_all_is_read_again),
      STORE_TEST(test_file_is_its_owners_alone),
      STORE_TEST(test_every_cut_file_is_refused_and_left_alone),
      STORE_TEST(test_nonsense_is_refused),
      STORE_TEST(test_the_good_form_of_that_nonsense_is_read),
      STORE_TEST(test_what_cannot_be_written_is_an_error),
      STORE_TEST(test_a_link_is_not_written_through),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
