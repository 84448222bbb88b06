/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-bag.c - the rules about a bundle's files alone. */
#include "tests/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "recovery/audit/bag.h"
#include "recovery/error.h"
#include "recovery/format/tar.h"

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void
put(RecoveryBag *bag, const char *path, const char *text)
{
  g_autoptr(GBytes) data = g_bytes_new(text, strlen(text));

  recovery_bag_put(bag, path, data);
}

/* The least that has the layout of a bundle; its content is nonsense. */
static RecoveryBag *
least(void)
{
  static const char *const paths[] = {
      "export.json",     "export.json.sig",   "export.json.machine.sig",
      "data/README.txt", "data/verify.py",    "data/entries.jsonl",
      "data/checkpoint", "data/station.vkey", "data/roster.allowed_signers",
  };
  RecoveryBag *bag = recovery_bag_new();
  g_autofree char *manifest = NULL;

  put(bag, "bagit.txt",
      "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
    put(bag, paths[i], paths[i]);
  manifest = recovery_bag_manifest(bag);
  put(bag, "manifest-sha256.txt", manifest);
  return bag;
}

static char *
check(bool (*rule)(const RecoveryBag *bag, RecoveryVerdict *verdict),
      const RecoveryBag *bag)
{
  g_autoptr(RecoveryVerdict) verdict = recovery_verdict_new();
  bool good = rule(bag, verdict);
  const RecoveryVerdictFinding *worst = recovery_verdict_worst(verdict);

  assert_int_equal(good, worst == NULL);
  return good ? NULL : g_strdup(worst->place);
}

static void
the_least_bundle_is_laid_out_well(void **state)
{
  g_autoptr(RecoveryBag) bag = least();

  (void)state;
  assert_null(check(recovery_bag_check_layout, bag));
  assert_null(check(recovery_bag_check_manifest, bag));
  assert_null(check(recovery_bag_check_names, bag));
}

static void
each_required_file_is_missed(void **state)
{
  g_autoptr(RecoveryBag) whole = least();

  (void)state;
  for (GTreeNode *node = g_tree_node_first(whole->files); node != NULL;
       node = g_tree_node_next(node)) {
    g_autoptr(RecoveryBag) bag = least();
    g_autofree char *place = NULL;

    recovery_bag_remove(bag, g_tree_node_key(node));
    place = check(recovery_bag_check_layout, bag);
    assert_string_equal(place, g_tree_node_key(node));
  }
}

static void
paths_outside_the_layout_are_refused(void **state)
{
  static const char *const good[] = {
      "data/approvals/c-1/helpdesk-lead.json.machine.sig",
      "data/statements/" HASH ".json",
      "data/cosign/" HASH ".json.sig",
      "data/roster/" HASH ".json",
      "data/registrations/" HASH ".cbor",
      "data/policy/" HASH ".yaml",
      "data/metadata/" HASH ".jwt",
      "data/reports/break-glass.txt",
      "data/pii.age",
  };
  static const char *const bad[] = {
      "README",
      "data/x",
      "data/.hidden",
      "data/reports/.x",
      "data/reports/a/b",
      "data/witness/w-1",
      "data/approvals/c-1/../x.json",
      "data/approvals/C-1/x.json",
      "data/approvals/x.json",
      "data/statements/" HASH ".txt",
      "data/statements/" HASH ".json.sig.sig",
      "data/roster/" HASH ".json.sig",
      "data/roster/E3.json",
      "data/pii.zip",
      "export.json\n",
      "data/entries.jsonl\n",
      "xdata/entries.jsonl",
      "data/reports/a b",
      "data/reports/\xc3\xa9",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autoptr(RecoveryBag) bag = least();

    put(bag, good[i], "x");
    assert_null(check(recovery_bag_check_layout, bag));
  }
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(RecoveryBag) bag = least();
    g_autofree char *place = NULL;

    put(bag, bad[i], "x");
    place = check(recovery_bag_check_layout, bag);
    assert_non_null(place);
    assert_string_equal(place, bad[i]);
  }
}

static void
the_manifest_is_the_one_of_the_files(void **state)
{
  g_autoptr(RecoveryBag) bag = least();
  g_autofree char *right = recovery_bag_manifest(bag);
  g_autofree char *more = g_strconcat(right, "\n", NULL);
  g_autofree char *upper = g_ascii_strup(right, -1);
  g_autofree char *extra = g_strconcat(right, HASH "  data/reports/x\n", NULL);
  char *const others[] = {more, upper, extra, (char *)"", right + 1};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
    g_autofree char *place = NULL;

    put(bag, "manifest-sha256.txt", others[i]);
    place = check(recovery_bag_check_manifest, bag);
    assert_non_null(place);
  }
  put(bag, "manifest-sha256.txt", right);
  put(bag, "data/README.txt", "changed");
  {
    g_autofree char *place = check(recovery_bag_check_manifest, bag);

    assert_string_equal(place, "data/README.txt");
  }
}

static void
files_named_by_digest_have_it(void **state)
{
  g_autoptr(RecoveryBag) bag = least();
  g_autofree char *place = NULL;

  (void)state;
  put(bag, "data/policy/" HASH ".yaml", "");
  put(bag, "data/statements/" HASH ".json.sig", "anything");
  assert_null(check(recovery_bag_check_names, bag));
  put(bag, "data/policy/" HASH ".yaml", "x");
  place = check(recovery_bag_check_names, bag);
  assert_string_equal(place, "data/policy/" HASH ".yaml");
}

static void
a_folder_and_an_archive_are_the_same(void **state)
{
  g_autoptr(RecoveryBag) bag = least();
  g_autofree char *folder = g_dir_make_tmp("keyturn-XXXXXX", NULL);
  g_autofree char *name = g_build_filename(folder, "b.tar", NULL);
  g_autofree char *command =
      g_strdup_printf("cd %s && mkdir b && tar xf b.tar -C b", folder);
  g_autofree char *inside = g_build_filename(folder, "b", NULL);
  g_autofree char *clean = g_strdup_printf("rm -r %s", folder);
  g_autoptr(GPtrArray) files = recovery_tar_new();
  g_autoptr(RecoveryBag) tar = NULL, dir = NULL;
  g_autofree char *a = NULL, *b = NULL, *c = NULL;
  int fd = g_creat(name, 0600);

  (void)state;
  for (GTreeNode *node = g_tree_node_first(bag->files); node != NULL;
       node = g_tree_node_next(node)) {
    const RecoveryBagFile *file = g_tree_node_value(node);

    recovery_tar_add(files, file->path, file->data);
  }
  assert_true(recovery_tar_write(files, fd, NULL));
  close(fd);
  assert_int_equal(system(command), 0);
  tar = recovery_bag_open(name, NULL);
  dir = recovery_bag_open(inside, NULL);
  assert_non_null(tar);
  assert_non_null(dir);
  a = recovery_bag_manifest(bag);
  b = recovery_bag_manifest(tar);
  c = recovery_bag_manifest(dir);
  assert_string_equal(a, b);
  assert_string_equal(a, c);
  assert_null(check(recovery_bag_check_layout, tar));
  assert_null(check(recovery_bag_check_layout, dir));
  assert_int_equal(system(clean), 0);
}

static void
what_cannot_be_read_is_a_failure_and_no_verdict(void **state)
{
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(recovery_bag_open("/nowhere/at/all", &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
}

static void
a_file_that_is_no_archive_is_tampering(void **state)
{
  g_autoptr(RecoveryBag) bag = recovery_bag_open("/proc/self/cmdline", NULL);
  g_autofree char *place = NULL;

  (void)state;
  assert_non_null(bag);
  place = check(recovery_bag_check_layout, bag);
  assert_string_equal(place, "the archive");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_least_bundle_is_laid_out_well),
      cmocka_unit_test(each_required_file_is_missed),
      cmocka_unit_test(paths_outside_the_layout_are_refused),
      cmocka_unit_test(the_manifest_is_the_one_of_the_files),
      cmocka_unit_test(files_named_by_digest_have_it),
      cmocka_unit_test(a_folder_and_an_archive_are_the_same),
      cmocka_unit_test(what_cannot_be_read_is_a_failure_and_no_verdict),
      cmocka_unit_test(a_file_that_is_no_archive_is_tampering),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
