/* SPDX-License-Identifier: Apache-2.0 */
/* YAML that could be read in two ways is not read at all. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy-file.h"

static void
test_lines_names_and_quotes_are_kept(void **state)
{
  const char *yaml = "a: 1\nb:\n  - {c: \"1\", d: x y}\n  - 'two'\n";
  g_autoptr(RecoveryPolicyFileNode) root =
      recovery_policy_file_read(yaml, strlen(yaml), NULL);
  const RecoveryPolicyFileNode *b, *map;

  (void)state;
  assert_non_null(root);
  assert_int_equal(root->nodes->len, 2);
  assert_true(recovery_policy_file_get(root, "a")->plain);
  b = recovery_policy_file_get(root, "b");
  assert_int_equal(b->kind, RECOVERY_POLICY_FILE_LIST);
  map = g_ptr_array_index(b->nodes, 0);
  assert_int_equal(map->line, 3);
  assert_false(recovery_policy_file_get(map, "c")->plain);
  assert_string_equal(recovery_policy_file_get(map, "d")->text, "x y");
  assert_null(recovery_policy_file_get(map, "e"));
  assert_int_equal(
      ((RecoveryPolicyFileNode *)g_ptr_array_index(b->nodes, 1))->line, 4);
}

static const struct {
  const char *yaml, *finding;
} refused[] = {
    {"a: &x 1\n", "line 1: anchors"},
    {"a: &x {b: 1}\n", "line 1: anchors"},
    {"a: &x [1]\n", "line 1: anchors"},
    {"a: 1\nb: *x\n", "line 2: "},
    {"a: !!str 1\n", "line 1: tags"},
    {"a: ! 1\n", "line 1: tags"},
    {"a: !local {b: 1}\n", "line 1: tags"},
    {"a: !!set [1]\n", "line 1: tags"},
    {"a: 1\nb: 2\na: 3\n", "line 3: duplicate name: a"},
    {"a: {b: 1, c: 2, b: 3}\n", "line 1: duplicate name: b"},
    {"a: 1\n\"a\": 2\n", "line 2: duplicate name: a"},
    {"a: 1\n---\nb: 2\n", "line 2: a second document"},
    {"%YAML 1.1\n---\na: 1\n", "line 1: directives"},
    {"%TAG ! tag:x,2000:\n---\na: 1\n", "line 1: directives"},
    {"? [1, 2]\n: 3\n", "line 1: a name is a plain word"},
    {"? {a: 1}\n: 3\n", "line 1: a name is a plain word"},
    {"- 1\n- 2\n", "line 1: a policy is a mapping"},
    {"text\n", "line 1: a policy is a mapping"},
    {"", "line 1: a policy is a mapping"},
    {"# nothing\n", "line 1: a policy is a mapping"},
    {"a: |\n  1\n  2\n", "line 1: a text is one line"},
    {"a: \"1\\n2\"\n", "line 1: a text is one line"},
    {"a: \"\\0\"\n", "line 1: a text is one line"},
    {"a: \"\\x7f\"\n", "line 1: a text is one line"},
    {"a: [1, 2\n", "line "},
    {"a: 1\n b: 2\n", "line 2: "},
    {"a: \xff\n", "line 1: not UTF-8"},
    {"\xff\xfe"
     "a",
     "line 1: not UTF-8"},
    {"a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n", "line 1: nested too deeply"},
};

static void
test_what_is_not_plain_is_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(RecoveryPolicyFileNode) root = recovery_policy_file_read(
        refused[i].yaml, strlen(refused[i].yaml), &error);

    if (root != NULL)
      fail_msg("row %zu was taken", i);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
    if (!g_str_has_prefix(error->message, refused[i].finding))
      fail_msg("row %zu: %s", i, error->message);
  }
}

static void
check_bound(GString *yaml, const char *finding)
{
  g_autoptr(GError) error = NULL;

  assert_null(recovery_policy_file_read(yaml->str, yaml->len, &error));
  if (strstr(error->message, finding) == NULL)
    fail_msg("%s", error->message);
  g_string_free(yaml, TRUE);
}

static void
test_size_is_bounded(void **state)
{
  GString *yaml = g_string_new("a: [");

  (void)state;
  for (int i = 0; i < RECOVERY_POLICY_FILE_NODES + 1; i++)
    g_string_append(yaml, "1,");
  g_string_append(yaml, "1]\n");
  check_bound(yaml, "too many values");

  yaml = g_string_new(NULL);
  for (int i = 0; i <= RECOVERY_POLICY_FILE_WIDTH; i++)
    g_string_append_printf(yaml, "a%d: 1\n", i);
  check_bound(yaml, "too many names");

  yaml = g_string_new("a: ");
  for (int i = 0; i <= RECOVERY_POLICY_FILE_TEXT; i++)
    g_string_append_c(yaml, 'x');
  check_bound(yaml, "a text is one line");

  yaml = g_string_new("a: 1\n");
  while (yaml->len <= RECOVERY_POLICY_FILE_MAX)
    g_string_append(yaml, "# filler, filler, filler, filler, filler\n");
  check_bound(yaml, "at most 1 MiB");
}

/* No byte may crash the reader, whatever is cut or changed. */
static void
test_cut_and_changed_files_do_no_harm(void **state)
{
  const char *source = g_getenv("KEYTURN_SOURCE");
  g_autofree char *path =
      g_build_filename(source, "tests", "data", "policy-real.yaml", NULL);
  g_autofree char *text = NULL;
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
  size_t len;

  (void)state;
  assert_true(g_file_get_contents(path, &text, &len, NULL));
  for (size_t cut = 0; cut < len; cut += 7) {
    g_autoptr(RecoveryPolicyFileNode) root =
        recovery_policy_file_read(text, cut, NULL);

    /* It may or may not be a document; it must not be read past its end. */
    (void)root;
  }
  for (int i = 0; i < 2000; i++) {
    g_autofree char *copy = g_strdup(text);
    g_autoptr(RecoveryPolicyFileNode) root = NULL;

    for (int j = 0; j < 3; j++)
      copy[g_rand_int_range(rand, 0, (gint32)len)] =
          (char)g_rand_int_range(rand, 1, 128);
    root = recovery_policy_file_read(copy, len, NULL);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines_names_and_quotes_are_kept),
      cmocka_unit_test(test_what_is_not_plain_is_refused),
      cmocka_unit_test(test_size_is_bounded),
      cmocka_unit_test(test_cut_and_changed_files_do_no_harm),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
