/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - who signed it, for what, until when, for which key. */
#include "fidotool/helper/plan.h"

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "recovery/format/key-plan.h"
#include "recovery/format/time.h"

/* Two programs of one machine; its clock may be set in between. */
#define CLOCK_SLACK_MS (120 * INT64_C(1000))

static bool
refuse(GError **error, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY, "%s", text);
  return false;
}

/* The reason of the record's code, with this side's code before it. */
static bool
refuse_for(GError **error, const char *text, const GError *why)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY, "%s: %s", text,
              why->message);
  return false;
}

static const char *
get_line(const FidotoolJson *request)
{
  return fidotool_json_get_text(fidotool_json_get(request, "signed"), "plan");
}

/* Before a byte of the plan is looked at. */
static bool
check_signature(const FidotoolRule *rule, const FidotoolJson *request,
                const char *line, GError **error)
{
  const char *signature =
      fidotool_json_get_text(fidotool_json_get(request, "signed"), "signature");
  g_autoptr(GError) why = NULL;

  if (!rule->station)
    return true;
  if (!rule->has_plan_key)
    return refuse(error, "this station's keyhelper.conf names no plan_key: no "
                         "plan can be checked");
  if (!signature)
    return refuse(error, "the plan is not signed");
  return recovery_key_plan_verify(&rule->plan_key, false, line, signature,
                                  &why) ||
         refuse_for(error, "the plan is not one of this station's", why);
}

static bool
check_time(const FidotoolJson *plan, int64_t now_ms, GError **error)
{
  int64_t iat = 0, until = 0;

  /* Their form was read. */
  (void)recovery_time_read(fidotool_json_get_text(plan, "iat"), &iat);
  (void)recovery_time_read(fidotool_json_get_text(plan, "until"), &until);
  if (now_ms >= until)
    return refuse(error, "the plan has expired: ask for another one");
  return now_ms >= iat - CLOCK_SLACK_MS ||
         refuse(error, "the plan is of a time to come: the clock was set");
}

bool
fidotool_plan_check(const FidotoolRule *rule, const FidotoolJson *request,
                    const char *act, int64_t now_ms, GError **error)
{
  const char *line = get_line(request);
  g_autoptr(FidotoolJson) plan = NULL;
  g_autoptr(GError) why = NULL;

  if (!line && !fidotool_json_get(request, "signed"))
    return !rule->station ||
           refuse(error,
                  "on a station nothing is taken off a key without a plan");
  if (!line)
    return fidotool_job_refuse(error, "\"signed\" is missing or wrong");
  if (!check_signature(rule, request, line, error))
    return false;
  plan = recovery_key_plan_read(line, &why);
  if (!plan)
    return refuse_for(error, "the plan cannot be read", why);
  if (g_strcmp0(fidotool_json_get_text(plan, "act"), act) != 0)
    return refuse(error, "the plan is for something else");
  return check_time(plan, now_ms, error);
}

bool
fidotool_plan_check_key(const FidotoolJob *job, GBytes *cred, GError **error)
{
  const char *line = get_line(job->request);
  g_autoptr(FidotoolJson) plan =
      line ? recovery_key_plan_read(line, NULL) : NULL;
  g_autofree char *identity = NULL, *digest = NULL;

  if (!fidotool_json_get(job->request, "signed"))
    return true;
  identity = fidotool_job_identity(job);
  if (g_strcmp0(fidotool_json_get_text(plan, "target"), identity) != 0)
    return refuse(error, "the plan is for another key, or this one has changed "
                         "since: nothing was done");
  if (!cred)
    return true;
  digest = fidotool_bytes_sha256_hex(g_bytes_get_data(cred, NULL),
                                     g_bytes_get_size(cred));
  return g_strcmp0(fidotool_json_get_text(plan, "cred"), digest) == 0 ||
         refuse(error, "the plan is for another credential: nothing was done");
}
