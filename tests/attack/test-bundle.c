/* SPDX-License-Identifier: Apache-2.0 */
/* test-bundle.c - the bundle of a whole case is accepted by the verifier that
 * shares no code with what made it. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "recovery/format/tar.h"

static void
write_file(const char *folder, const char *path, const void *data, size_t len)
{
  g_autofree char *file = g_build_filename(folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname(file);

  assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
  assert_true(g_file_set_contents(file, data, (gssize)len, NULL));
}

static void
write_text(const char *folder, const char *path, const char *text)
{
  write_file(folder, path, text, strlen(text));
}

/* The auditor activates their role, signs the manifest and takes the files. */
static GPtrArray *
export_bundle(AttackWorld *world)
{
  g_autoptr(FidotoolJson) role = attack_world_act(
      world, "p-audit", false,
      "{\"act\":\"role.activate\",\"actor\":\"p-audit\",\"role\":"
      "\"auditor\"}");
  g_autoptr(FidotoolJson) made =
      attack_world_act(world, "p-audit", true,
                       "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  g_autofree char *request = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *files;

  assert_string_equal(attack_world_outcome(role), "ok");
  assert_string_equal(attack_world_outcome(made), "ok");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  files =
      recovery_station_export(world->station, world->session, request, &error);
  assert_non_null(files);
  return files;
}

static int
run_verifier(const char *bundle, const char *trust, char **ret_said)
{
  g_autofree char *script = g_build_filename(
      g_getenv("KEYTURN_SOURCE"), "recovery", "audit", "verify.py", NULL);
  const char *with[] = {"/usr/bin/python3", script, bundle,
                        "--trust",          trust,  NULL};
  const char *without[] = {"/usr/bin/python3", script, bundle, NULL};
  g_autofree char *noise = NULL;
  int status = 0;

  assert_true(g_spawn_sync(NULL, (char **)(trust == NULL ? without : with),
                           NULL, G_SPAWN_DEFAULT, NULL, NULL, ret_said, &noise,
                           &status, NULL));
  if (noise != NULL && *noise != '\0')
    print_message("%s\n", noise);
  return WEXITSTATUS(status);
}

static void
remove_tree(const char *folder)
{
  const char *argv[] = {"rm", "-rf", folder, NULL};

  (void)g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                     NULL, NULL, NULL, NULL); /* leftovers do no harm */
}

static void
the_bundle_of_a_case_verifies(void **state)
{
  AttackWorld *world = attack_world_new(true);
  g_autofree char *folder = g_dir_make_tmp("keyturn-bundle-XXXXXX", NULL);
  g_autofree char *bundle = g_build_filename(folder, "bundle", NULL);
  g_autofree char *trust = g_build_filename(folder, "trust", NULL);
  g_autofree char *said = NULL, *bare = NULL, *line = NULL;
  g_autoptr(GPtrArray) files = NULL;

  (void)state;
  attack_world_found(world);
  attack_world_reach(world, "issued");
  files = export_bundle(world);
  for (unsigned i = 0; i < files->len; i++) {
    const RecoveryTarFile *file = g_ptr_array_index(files, i);

    write_file(bundle, file->path, g_bytes_get_data(file->data, NULL),
               g_bytes_get_size(file->data));
  }
  line = g_strconcat(world->vkey, "\n", NULL);
  write_text(trust, "station.vkey", line);
  g_free(line);
  line = g_strconcat(world->genesis, "\n", NULL);
  write_text(trust, "genesis", line);
  write_text(trust, "officers.allowed_signers", world->officers);
  write_text(trust, "roots.pem", world->roots);
  if (run_verifier(bundle, trust, &said) != 0)
    fail_msg("verify.py refuses: %s", said);
  assert_true(g_str_has_prefix(said, "PRACTICE"));
  assert_int_equal(run_verifier(bundle, NULL, &bare), 2);
  assert_non_null(strstr(bare, "consistent, not anchored"));
  if (g_getenv("KEYTURN_KEEP") == NULL)
    remove_tree(folder);
  else
    print_message("kept in %s\n", folder);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_bundle_of_a_case_verifies),
  };

  return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
