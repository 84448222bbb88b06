/* SPDX-License-Identifier: Apache-2.0 */
/* job-identify.c - job identify: what a key is known by. */
#include "fidotool/device/reset.h"
#include "fidotool/helper/job.h"

/* Besides getInfo its USB names; not its path, which may change. */
char *
fidotool_job_identity(const FidotoolJob *job)
{
  const FidotoolDiscoverFound *found = job->found;
  g_autofree char *name =
      g_strdup_printf("%d %d\n%s\n%s\n%s", found->vid, found->pid,
                      found->manufacturer, found->product, found->serial);

  return fidotool_reset_identity(fidotool_key_info(job->key), name);
}

FidotoolJson *
fidotool_job_identify(FidotoolJob *job, G_GNUC_UNUSED GError **error)
{
  FidotoolJson *json = fidotool_json_new_object();
  g_autofree char *identity = fidotool_job_identity(job);

  fidotool_json_set_text(json, "identity", identity);
  return json;
}
