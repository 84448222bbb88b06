/* SPDX-License-Identifier: Apache-2.0 */
/* job-unlock.c - what several jobs have in common: the user is verified, a
 * token is bought with that, and one thing is done with it. */
#include "fidotool/helper/job.h"
#include "fidotool/helper/unlock.h"

typedef struct {
  FidotoolJob *job;
  FidotoolJobUnlocked act;
  gpointer data;
  FidotoolJson *result;
} Work;

static bool
run_work(FidotoolKey *key, FidotoolCredentialUv uv, const FidotoolSecret *pin,
         gpointer data, GError **error)
{
  Work *work = data;

  (void)key; /* the job's own */
  work->result =
      work->act(work->job, uv == FIDOTOOL_CREDENTIAL_UV_PIN ? pin : NULL,
                work->data, error);
  return work->result != NULL;
}

FidotoolJson *
fidotool_job_unlock(FidotoolJob *job, bool pin_only, FidotoolJobUnlocked act,
                    gpointer data, GError **error)
{
  Work work = {job, act, data, NULL};
  const FidotoolUnlock how = {
      .want = FIDOTOOL_UNLOCK_REQUIRED,
      .skip_retries = job->skip_retries,
      .pin_only = pin_only,
  };

  return fidotool_unlock_run(job->session, job->key, &how, run_work, &work,
                             error)
             ? work.result
             : NULL;
}
