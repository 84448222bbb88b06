/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.c - a bundle that was checked before anything is read out of it. */
#include "fidotool/cli/bundle.h"

#include <string.h>

#include "fidotool/cli/cmd.h"
#include "recovery/audit/verify.h"

/* A bundle that was tampered with is no evidence of anything. */
static RecoveryVerdict *
check_bundle(const RecoveryBag *bag, const char *folder, GError **error)
{
  g_autoptr(RecoveryTrust) trust = recovery_trust_open(folder, error);
  g_autoptr(RecoveryVerdict) verdict = NULL;
  g_autofree char *headline = NULL;

  if (trust == NULL)
    return NULL;
  verdict = recovery_verify_bag(bag, trust, NULL, 0, false);
  if (!recovery_verdict_is_tampered(verdict))
    return g_steal_pointer(&verdict);
  headline = recovery_verdict_headline(verdict);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID, "%s", headline);
  return NULL;
}

RecoveryBag *
fidotool_bundle_open(const char *path, const char *trust,
                     RecoveryVerdict **ret_verdict, GError **error)
{
  g_autoptr(RecoveryBag) bag = recovery_bag_open(path, error);
  g_autoptr(RecoveryVerdict) verdict =
      bag == NULL ? NULL : check_bundle(bag, trust, error);

  if (verdict == NULL)
    return NULL;
  if (ret_verdict != NULL)
    *ret_verdict = g_steal_pointer(&verdict);
  return g_steal_pointer(&bag);
}

void
fidotool_bundle_each(const RecoveryBag *bag,
                     bool (*see)(const FidotoolJson *entry, void *data),
                     void *data)
{
  const RecoveryBagFile *file = recovery_bag_find(bag, RECOVERY_BAG_ENTRIES);
  gsize len = 0;
  const char *at = file == NULL ? NULL : g_bytes_get_data(file->data, &len);
  const char *end = at == NULL ? NULL : at + len;
  bool more = true;

  while (more && at != NULL && at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    g_autoptr(FidotoolJson) entry = NULL;

    if (stop == NULL)
      stop = end;
    entry = fidotool_json_parse(at, (size_t)(stop - at), NULL);
    more = entry == NULL || see(entry, data);
    at = stop + 1;
  }
}

GBytes *
fidotool_bundle_file(const RecoveryBag *bag, const char *folder,
                     const char *digest, const char *suffix)
{
  g_autofree char *path =
      g_strdup_printf("data/%s/%s.%s", folder, digest, suffix);
  const RecoveryBagFile *file = recovery_bag_find(bag, path);

  return file == NULL ? NULL : g_bytes_ref(file->data);
}

FidotoolJson *
fidotool_bundle_statement(const RecoveryBag *bag, const char *digest)
{
  g_autoptr(GBytes) bytes =
      fidotool_bundle_file(bag, "statements", digest, "json");

  return bytes == NULL ? NULL
                       : fidotool_json_parse(g_bytes_get_data(bytes, NULL),
                                             g_bytes_get_size(bytes), NULL);
}
