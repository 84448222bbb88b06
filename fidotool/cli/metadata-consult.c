/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-consult.c - the store for those who judge, or look. */
#include "fidotool/cli/metadata-consult.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fidotool/cli/metadata-store.h"
#include "fidotool/cli/metadata-words.h"
#include "fidotool/judge/metadata-facts.h"

#define DAY (24 * 60 * 60)

/* NULL without error where nobody has set metadata up. */
static FidotoolMetadataStore *
open_store(const char *folder, GError **error)
{
  g_autoptr(GError) own = NULL;
  FidotoolMetadataStore *store = fidotool_metadata_store_open(folder, &own);

  if (store == NULL &&
      (folder != NULL ||
       !g_error_matches(own, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND)))
    g_propagate_error(error, g_steal_pointer(&own));
  return store;
}

/* A copy of our own: nobody can cut it off under the worker that maps it. */
static int
copy_index(FidotoolSlice bytes, GError **error)
{
  int fd = memfd_create("metadata", MFD_CLOEXEC);
  size_t at = 0;
  ssize_t n = 0;

  while (fd >= 0 && at < bytes.len) {
    n = write(fd, bytes.data + at, bytes.len - at);
    if (n < 0 && errno != EINTR)
      break;
    at += n > 0 ? (size_t)n : 0;
  }
  if (fd >= 0 && at == bytes.len)
    return fd;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "the metadata cannot be handed on: %s", g_strerror(errno));
  if (fd >= 0)
    (void)close(fd); /* of no use */
  return -1;
}

static FidotoolJson *
new_member(const FidotoolMetadataStore *store, int64_t now)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_int(json, "now", now / DAY * DAY);
  if (store->has_index) {
    fidotool_json_set_int(json, "no", store->index.no);
    fidotool_json_set_text(json, "next_update",
                           fidotool_json_get_text(store->state, "next_update"));
  }
  if (store->vendors != NULL)
    fidotool_json_set(json, "own", fidotool_json_copy(store->vendors));
  return json;
}

bool
fidotool_metadata_consult_begin(FidotoolCmd *cmd, FidotoolJson *begin,
                                const char *folder, int *ret_fd, bool *ret_used,
                                GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(FidotoolMetadataStore) store = open_store(folder, &own);
  int64_t now = g_get_real_time() / G_USEC_PER_SEC;

  *ret_fd = -1;
  *ret_used = store != NULL;
  if (store != NULL && store->has_index)
    *ret_fd = copy_index(store->index.bytes, &own);
  if (own != NULL) {
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
  if (store == NULL)
    return true;
  fidotool_metadata_words_warn_overdue(cmd, store, now);
  fidotool_json_set(begin, "metadata", new_member(store, now));
  return true;
}

FidotoolJson *
fidotool_metadata_consult_model(const char *aaguid)
{
  g_autoptr(FidotoolMetadataStore) store =
      fidotool_metadata_store_open(NULL, NULL);
  g_autoptr(FidotoolJson) member = NULL;
  FidotoolJson *entry, *facts;
  int64_t now = g_get_real_time() / G_USEC_PER_SEC;
  uint8_t bytes[16];
  bool own;

  if (store == NULL || !fidotool_metadata_entry_read_aaguid(aaguid, bytes))
    return NULL;
  entry = fidotool_metadata_store_find(store, bytes, &own, NULL);
  member = fidotool_metadata_words_member(store, entry, own, now);
  facts = fidotool_metadata_facts_json(member, now, NULL, 0);
  fidotool_json_remove(facts, "then");
  return facts;
}
