/* SPDX-License-Identifier: Apache-2.0 */
/* world-bundle.c - a bundle and what the auditor trusts, in files, for the
 * verifier that shares no code with what made them. */
#include <string.h>

#include "recovery/format/tar.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

static void
write_file(const char *folder, const char *path, const void *data, size_t len)
{
  g_autofree char *file = g_build_filename(folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname(file);

  assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
  assert_true(g_file_set_contents(file, data, (gssize)len, NULL));
}

static void
write_line(const char *folder, const char *path, const char *text,
           const char *end)
{
  g_autofree char *whole = g_strconcat(text, end, NULL);

  write_file(folder, path, whole, strlen(whole));
}

/* Ours, in C, says the same by a code of its own. */
static void
check_agreed(const char *bundle, const char *trust, int code)
{
  const char *fidotool = g_getenv("FIDOTOOL");
  const char *argv[] = {fidotool,  "audit", "verify", bundle,
                        "--trust", trust,   NULL};
  g_autofree char *said = NULL;
  int status = 0;

  if (fidotool == NULL)
    return;
  argv[4] = trust == NULL ? NULL : argv[4];
  assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL,
                           NULL, &said, NULL, &status, NULL));
  if (WEXITSTATUS(status) != (code == 0 ? 0 : code == 1 ? 19 : 25))
    fail_msg("fidotool does not agree with %d: %s", code, said);
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
  check_agreed(bundle, trust, WEXITSTATUS(status));
  return WEXITSTATUS(status);
}

void
attack_world_remove(const char *folder)
{
  const char *argv[] = {"rm", "-rf", folder, NULL};

  (void)g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                     NULL, NULL, NULL, NULL); /* leftovers do no harm */
}

int
attack_world_verify(const AttackWorld *world, GPtrArray *files, bool trusted,
                    char **ret_said)
{
  g_autofree char *folder = g_dir_make_tmp("keyturn-bundle-XXXXXX", NULL);
  g_autofree char *bundle = g_build_filename(folder, "bundle", NULL);
  g_autofree char *trust = g_build_filename(folder, "trust", NULL);
  int code;

  for (unsigned i = 0; i < files->len; i++) {
    const RecoveryTarFile *file = g_ptr_array_index(files, i);

    write_file(bundle, file->path, g_bytes_get_data(file->data, NULL),
               g_bytes_get_size(file->data));
  }
  write_line(trust, "station.vkey", world->vkey, "\n");
  write_line(trust, "genesis", world->genesis, "\n");
  write_line(trust, "officers.allowed_signers", world->officers, "");
  write_line(trust, "roots.pem", world->roots, "");
  code = run_verifier(bundle, trusted ? trust : NULL, ret_said);
  if (g_getenv("KEYTURN_KEEP") == NULL)
    attack_world_remove(folder);
  else
    print_message("kept in %s\n", folder);
  return code;
}
