/* SPDX-License-Identifier: Apache-2.0 */
/* test-socket.c - the same walk against recoveryd itself, over its socket, with
 * its sandbox and its judge worker; then its record is read. */
#include "tests/attack/walk.h"
#include "tests/testing.h"

#include <string.h>

#include "recovery/format/jcs.h"
#include "recovery/service/client.h"
#include "recovery/store.h"

static char *
ask_once(void *data, char method, const char *request, GError **error)
{
  if (method == 'p')
    return recovery_client_propose(data, request, error);
  if (method == 's')
    return recovery_client_submit(data, request, error);
  return recovery_client_query(data, request, error);
}

/* recoveryd slows a flood down: the attacker waits, and goes on. */
static char *
ask(void *data, char method, const char *request, GError **error)
{
  for (;;) {
    g_autoptr(GError) own = NULL;
    char *answer = ask_once(data, method, request, &own);

    if (answer != NULL || strstr(own->message, "too many requests") == NULL) {
      if (own != NULL)
        g_propagate_error(error, g_steal_pointer(&own));
      return answer;
    }
    g_usleep(20000);
  }
}

typedef struct {
  unsigned approvals, released, entries;
} Seen;

static bool
look(const RecoveryStoreEntry *stored, void *data, GError **error)
{
  Seen *seen = data;
  g_autoptr(FidotoolJson) entry = recovery_jcs_read(
      g_bytes_get_data(stored->body, NULL), g_bytes_get_size(stored->body),
      RECOVERY_JCS_MAX, error);
  const char *act = fidotool_json_get_text(entry, "act");

  assert_non_null(act);
  seen->entries++;
  seen->approvals += strcmp(act, "case.approve") == 0;
  seen->released += strcmp(act, "case.quorum") == 0 ||
                    strcmp(act, "case.activate") == 0 ||
                    strcmp(act, "key.enrol.outcome") == 0;
  return true;
}

static void
recoveryd_issues_nothing_to_the_attacker(void **state)
{
  AttackWorld *world = attack_world_new(true);
  g_autofree char *folder = g_build_filename(world->folder, "station", NULL);
  g_autofree char *path = g_build_filename(folder, "record.db", NULL);
  const char *remove[] = {"rm", "-rf", folder, NULL};
  g_autoptr(RecoveryStore) store = NULL;
  g_autoptr(GError) error = NULL;
  RecoveryClient *client =
      recovery_client_open(folder, RECOVERY_CLIENT_MAKE, &error);
  Seen seen = {0};
  int64_t size = 0;

  (void)state;
  if (client == NULL)
    fail_msg("recoveryd: %s", error->message);
  world->remote = ask;
  world->remote_data = client;
  attack_world_found(world);
  attack_world_reach(world, "open");
  attack_walk_run(world, attack_walk_number("KEYTURN_ACTS", 20000));
  recovery_client_free(client); /* recoveryd ends with its client */
  store = recovery_store_open(path, &error);
  assert_non_null(store);
  assert_true(recovery_store_size(store, &size, NULL));
  assert_true(recovery_store_each(store, 0, size, look, &seen, NULL));
  print_message("%u entries, %u approvals\n", seen.entries, seen.approvals);
  assert_true(seen.approvals > 0);
  assert_int_equal(seen.released, 0);
  g_clear_pointer(&store, recovery_store_free);
  (void)g_spawn_sync(NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL,
                     NULL, NULL, NULL, NULL, NULL); /* leftovers do no harm */
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recoveryd_issues_nothing_to_the_attacker),
  };

  return cmocka_run_group_tests_name("socket", tests, NULL, NULL);
}
