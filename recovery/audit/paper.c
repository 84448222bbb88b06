/* SPDX-License-Identifier: Apache-2.0 */
/* paper.c - reads a signed statement with its two signatures. */
#include "recovery/audit/paper.h"

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/statement.h"

void
recovery_paper_free(RecoveryPaper *paper)
{
  if (paper == NULL)
    return;
  g_free(paper->path);
  g_clear_pointer(&paper->data, g_bytes_unref);
  fidotool_json_free(paper->fields);
  g_clear_pointer(&paper->blob, g_bytes_unref);
  g_clear_pointer(&paper->machine_blob, g_bytes_unref);
  g_free(paper);
}

static bool
read_signature(const RecoveryBag *bag, const char *path, GBytes **ret_blob,
               RecoverySshsigSeen *ret_seen, char digest[65], GError **error)
{
  const RecoveryBagFile *file = recovery_bag_find(bag, path);
  gsize len;
  const void *data = g_bytes_get_data(file->data, &len);
  g_autofree char *hex = NULL;

  *ret_blob = recovery_sshsig_unarmour(data, len, error);
  if (*ret_blob == NULL)
    return false;
  data = g_bytes_get_data(*ret_blob, &len);
  hex = fidotool_bytes_sha256_hex(data, len);
  g_strlcpy(digest, hex, 65);
  return recovery_sshsig_read(data, len, ret_seen, error);
}

RecoveryPaper *
recovery_paper_read(const RecoveryBag *bag, const char *path, char **ret_place,
                    GError **error)
{
  g_autoptr(RecoveryPaper) paper = g_new0(RecoveryPaper, 1);
  const RecoveryBagFile *file = recovery_bag_find(bag, path);
  g_autofree char *place = g_strdup(path);
  bool good;

  paper->path = g_strdup(path);
  paper->data = g_bytes_ref(file->data);
  paper->seq = -1;
  g_strlcpy(paper->digest, file->digest, sizeof(paper->digest));
  paper->fields = recovery_statement_read(g_bytes_get_data(paper->data, NULL),
                                          g_bytes_get_size(paper->data), error);
  good = paper->fields != NULL;
  if (good) {
    g_free(place);
    place = g_strconcat(path, ".sig", NULL);
    good = read_signature(bag, place, &paper->blob, &paper->seen,
                          paper->blob_digest, error);
  }
  if (good) {
    g_free(place);
    place = g_strconcat(path, ".machine.sig", NULL);
    good = read_signature(bag, place, &paper->machine_blob,
                          &paper->machine_seen, paper->machine_digest, error);
  }
  if (good)
    return g_steal_pointer(&paper);
  *ret_place = g_steal_pointer(&place);
  return NULL;
}
