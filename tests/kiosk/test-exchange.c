/* SPDX-License-Identifier: Apache-2.0 */
/* The folder through which statements go: nothing is written over, nothing but
 * plain files is read; and the sheet of a receipt. */
#include "tests/testing.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "kiosk/exchange.h"
#include "kiosk/new-file.h"
#include "kiosk/receipt-print.h"

#define SIGNED "{\"sig\":\"AA==\",\"statement\":\"{}\",\"v\":1}"
/* A backstop: what is awaited is an event. */
#define PATIENCE_S 20

static char *folder;

static char *
path_of(const char *name)
{
  return g_build_filename(folder, name, NULL);
}

static void
put(const char *name, const char *text)
{
  g_autofree char *path = path_of(name);

  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
make_folder(void **state)
{
  (void)state;
  folder = g_dir_make_tmp("keyturn-exchange-XXXXXX", NULL);
  return folder == NULL;
}

static int
drop_folder(void **state)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  (void)state;
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = path_of(name);

    (void)g_remove(path);
  }
  (void)g_rmdir(folder);
  g_clear_pointer(&folder, g_free);
  return 0;
}

/* --- out --------------------------------------------------------------------
 */

static void
nothing_is_written_over(void **state)
{
  g_autofree char *first =
      kiosk_new_file_write(folder, "a", ".json", "one", 3, NULL);
  g_autofree char *second =
      kiosk_new_file_write(folder, "a", ".json", "two", 3, NULL);
  g_autofree char *path = path_of("a.json"), *text = NULL;

  (void)state;
  assert_string_equal(first, "a.json");
  assert_string_equal(second, "a-2.json");
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  assert_string_equal(text, "one");
}

/* Somebody who may write there could make the kiosk write elsewhere. */
static void
a_link_is_not_followed(void **state)
{
  g_autofree char *link = path_of("a.json"), *target = path_of("target");
  g_autofree char *name = NULL;

  (void)state;
  assert_int_equal(symlink("target", link), 0);
  name = kiosk_new_file_write(folder, "a", ".json", "one", 3, NULL);
  assert_string_equal(name, "a-2.json");
  assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
}

static void
a_folder_that_is_not_there_is_an_error(void **state)
{
  g_autofree char *none = path_of("none");
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(kiosk_new_file_write(none, "a", ".json", "one", 3, &error));
  assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}

static void
a_proposal_has_its_code_as_name(void **state)
{
  g_autoptr(KioskExchange) exchange = kiosk_exchange_new(folder);
  g_autoptr(FidotoolJson) proposal = fidotool_json_new_object();
  g_autofree char *name =
      kiosk_exchange_write(exchange, proposal, "76ZQ JALK CCID", NULL);

  (void)state;
  assert_string_equal(name, "statement-76ZQJALKCCID.json");
}

/* --- back -------------------------------------------------------------------
 */

static void
on_arrived(GPtrArray *texts, const char *text)
{
  g_ptr_array_add(texts, g_strdup(text));
}

static KioskExchange *
new_exchange(GPtrArray *texts)
{
  KioskExchange *exchange = kiosk_exchange_new(folder);

  g_signal_connect_swapped(exchange, "arrived", G_CALLBACK(on_arrived), texts);
  return exchange;
}

static void
wait_for(GPtrArray *texts, guint n)
{
  gint64 end = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;

  while (texts->len < n && g_get_monotonic_time() < end)
    if (!g_main_context_iteration(NULL, FALSE))
      g_usleep(1000);
  assert_true(texts->len >= n);
}

/* What lies there, what is put there, and what is moved there. */
static void
a_signature_arrives(void **state)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(KioskExchange) exchange = new_exchange(texts);
  g_autofree char *from = path_of("part"), *to = path_of("moved.json");
  guint n;

  (void)state;
  put("there.json", SIGNED);
  kiosk_exchange_watch(exchange, true);
  assert_int_equal(texts->len, 1);
  put("new.json", SIGNED " ");
  wait_for(texts, 2);
  put("part", SIGNED "  ");
  n = texts->len;
  assert_int_equal(g_rename(from, to), 0);
  wait_for(texts, n + 1);
}

static void
what_was_dealt_with_does_not_arrive_again(void **state)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(KioskExchange) exchange = new_exchange(texts);

  (void)state;
  put("there.json", SIGNED);
  kiosk_exchange_watch(exchange, true);
  kiosk_exchange_mark(exchange, texts->pdata[0]);
  kiosk_exchange_watch(exchange, false);
  kiosk_exchange_watch(exchange, true);
  assert_int_equal(texts->len, 1);
}

static void
make_old(const char *name)
{
  g_autofree char *path = path_of(name);
  struct utimbuf old = {.actime = 1000, .modtime = 1000};

  assert_int_equal(utime(path, &old), 0);
}

static void
only_files_are_looked_at(void **state)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(KioskExchange) exchange = new_exchange(texts);
  g_autofree char *link = path_of("link.json"), *pipe = path_of("pipe.json");
  g_autofree char *place = path_of("folder.json"), *target = path_of("target");
  g_autofree char *large = g_malloc0(KIOSK_EXCHANGE_MAX + 2);

  (void)state;
  memset(large, ' ', KIOSK_EXCHANGE_MAX + 1);
  memcpy(large, SIGNED, strlen(SIGNED));
  put("target", SIGNED);
  assert_int_equal(symlink(target, link), 0);
  assert_int_equal(mkfifo(pipe, 0600), 0);
  assert_int_equal(g_mkdir(place, 0700), 0);
  put("large.json", large);
  put("statement-X.json", SIGNED); /* what the kiosk wrote itself */
  put(".hidden.json", SIGNED);
  put("text.txt", SIGNED);
  put("other.json", "{\"sig\":1}");
  put("half.json", "{\"sig\":\"AA");
  put("old.json", SIGNED);
  make_old("old.json");
  kiosk_exchange_watch(exchange, true);
  assert_int_equal(texts->len, 0);
}

/* --- on paper ---------------------------------------------------------------
 */

static void
a_receipt_is_a_sheet(void **state)
{
  static const char text[] =
      "{\"case\":\"../c-1\",\"state\":\"issued\",\"proof\":\"p\"}";
  g_autoptr(FidotoolJson) proof = fidotool_json_parse(text, strlen(text), NULL);
  g_autoptr(KioskReceipt) receipt = kiosk_receipt_new(proof, NULL, NULL, 0);
  g_autofree char *name = kiosk_receipt_print(receipt, folder, NULL);
  g_autofree char *path = NULL, *pdf = NULL;

  (void)state;
  /* The reference comes from outside, and is no path. */
  assert_string_equal(name, "receipt----c-1.pdf");
  path = path_of(name);
  assert_true(g_file_get_contents(path, &pdf, NULL, NULL));
  assert_memory_equal(pdf, "%PDF-", 5);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
      TEST(nothing_is_written_over),
      TEST(a_link_is_not_followed),
      TEST(a_folder_that_is_not_there_is_an_error),
      TEST(a_proposal_has_its_code_as_name),
      TEST(a_signature_arrives),
      TEST(what_was_dealt_with_does_not_arrive_again),
      TEST(only_files_are_looked_at),
      TEST(a_receipt_is_a_sheet),
#undef TEST
  };

  return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
