/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-store-default.c - where metadata are, for who only asks whether
 * there are any: it needs nothing that reads them. */
#include "fidotool/cli/metadata-store.h"

char *
fidotool_metadata_store_default(void)
{
  const char *given = g_getenv("KEYTURN_METADATA");

  if (given != NULL && *given != '\0')
    return g_strdup(given);
  return g_build_filename(g_get_user_data_dir(), "keyturn", "metadata", NULL);
}
