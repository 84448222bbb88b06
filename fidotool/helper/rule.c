/* SPDX-License-Identifier: Apache-2.0 */
/* rule.c - one table of jobs, and what each needs to be allowed. */
#include "fidotool/helper/rule.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "fidotool/error.h"
#include "fidotool/helper/plan.h"
#include "recovery/format/key-plan.h"

/* How a job uses a relying party. */
typedef enum {
  NO_RP,     /* not at all */
  MAKES,     /* makes a credential, perhaps with a test assertion */
  ASSERTS,   /* signs a hash that the client gives */
  STATEMENT, /* signs a statement, for our own RP IDs alone */
  TAKES,     /* takes something away, or everything */
  PROVES,    /* shows that the key holds a credential, over random bytes */
} Use;

static const struct {
  const char *job;
  Use use;
  const char *act; /* what a plan must be for; NULL: there is no such plan */
} jobs[] = {
    {"list", NO_RP, NULL},
    {"survey", NO_RP, NULL},
    {"watch", NO_RP, NULL},
    {"info", NO_RP, NULL},
    {"wink", NO_RP, NULL},
    {"select", NO_RP, NULL},
    {"pin-status", NO_RP, NULL},
    {"pin-set", NO_RP, NULL},
    {"make", MAKES, NULL},
    {"assert", ASSERTS, NULL},
    {"sign", STATEMENT, NULL},
    {"prove", PROVES, NULL},
    {"pin-verify", NO_RP, NULL},
    {"pin-force-change", NO_RP, NULL},
    {"config-show", NO_RP, NULL},
    {"config-set", NO_RP, NULL},
    {"fingerprint-list", NO_RP, NULL},
    {"fingerprint-add", NO_RP, NULL},
    {"fingerprint-rename", NO_RP, NULL},
    {"fingerprint-delete", TAKES, NULL},
    {"blob-list", NO_RP, NULL},
    {"blob-get", NO_RP, NULL},
    {"blob-purge", TAKES, NULL},
    {"credential-list", NO_RP, NULL},
    {"credential-count", NO_RP, NULL},
    {"credential-rename", NO_RP, NULL},
    {"credential-delete", TAKES, RECOVERY_KEY_PLAN_DELETE},
    {"identify", NO_RP, NULL},
    {"reset-plan", TAKES, RECOVERY_KEY_PLAN_RESET},
    {"reset", TAKES, RECOVERY_KEY_PLAN_RESET},
};

FidotoolRule *
fidotool_rule_new(void)
{
  return g_new0(FidotoolRule, 1);
}

static bool
set_failed(GError **error, const char *path, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED, "%s: %s", path,
              text);
  return false;
}

static bool
check_file(const char *path, GError **error)
{
  struct stat st;

  if (stat(path, &st) != 0)
    return set_failed(error, path, g_strerror(errno));
  if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return set_failed(error, path,
                      "must belong to root, writable by root alone");
  return true;
}

/* One that is there and no key is an error: nobody should believe it works. */
static bool
read_plan_key(FidotoolRule *rule, GKeyFile *file, const char *path,
              GError **error)
{
  g_autofree char *text =
      g_key_file_get_string(file, "keyhelper", "plan_key", NULL);
  g_autoptr(GError) why = NULL;

  if (!text)
    return true;
  rule->has_plan_key = recovery_key_plan_read_key(text, &rule->plan_key, &why);
  return rule->has_plan_key || set_failed(error, path, why->message);
}

FidotoolRule *
fidotool_rule_read(const char *path, bool check_owner, GError **error)
{
  g_autoptr(FidotoolRule) rule = fidotool_rule_new();
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) local = NULL;

  if (check_owner && !check_file(path, error))
    return NULL;
  rule->station = true;
  if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &local))
    rule->rp_ids =
        g_key_file_get_string_list(file, "keyhelper", "rp_ids", NULL, &local);
  if (!rule->rp_ids) {
    (void)set_failed(error, path, local->message);
    return NULL;
  }
  if (!read_plan_key(rule, file, path, error))
    return NULL;
  rule->enterprise_rp_ids = g_key_file_get_string_list(
      file, "keyhelper", "enterprise_rp_ids", NULL, NULL); /* may be missing */
  return g_steal_pointer(&rule);
}

void
fidotool_rule_free(FidotoolRule *rule)
{
  if (!rule)
    return;
  g_strfreev(rule->rp_ids);
  g_strfreev(rule->enterprise_rp_ids);
  g_free(rule);
}

bool
fidotool_rule_is_own(const char *rp_id)
{
  return g_str_has_prefix(rp_id, "keyturn:") ||
         g_str_has_prefix(rp_id, "keyturn-practice:");
}

static bool
refuse(GError **error, const char *format, const char *rp_id)
{
  g_autofree char *text = g_strdup_printf("%s: %s", rp_id, format);

  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY, "%s", text);
  return false;
}

static bool
find_use(const char *job, Use *ret_use, const char **ret_act)
{
  for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++)
    if (g_strcmp0(job, jobs[i].job) == 0) {
      *ret_use = jobs[i].use;
      *ret_act = jobs[i].act;
      return true;
    }
  return false;
}

/* Of what has no plan nothing is taken on a station. */
static bool
check_taking(const FidotoolRule *rule, const FidotoolJson *request,
             const char *act, int64_t now_ms, GError **error)
{
  if (act)
    return fidotool_plan_check(rule, request, act, now_ms, error);
  if (!rule->station)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY,
              "on a station nothing is taken off a key without a plan, and "
              "there is none for this");
  return false;
}

/* On a station the platform's list of relying parties that may learn which key
 * it is (CTAP 2.1, section 7.1.1) is root's; elsewhere it is the client's. */
static bool
check_enterprise(const FidotoolRule *rule, const FidotoolJson *request,
                 const char *rp_id, GError **error)
{
  char **list = rule->enterprise_rp_ids;

  if (!rule->station || !fidotool_json_get(request, "enterprise") ||
      (list && g_strv_contains((const char *const *)list, rp_id)))
    return true;
  return refuse(error, "may not learn on this station which key it is", rp_id);
}

static bool
check_use(const FidotoolRule *rule, Use use, const FidotoolJson *request,
          const char *rp_id, GError **error)
{
  bool own = fidotool_rule_is_own(rp_id);

  if (rule->station &&
      !g_strv_contains((const char *const *)rule->rp_ids, rp_id))
    return refuse(error, "not served on this station", rp_id);
  switch (use) {
  case NO_RP:
  case TAKES:
    return true;
  case MAKES:
    return (!own || !fidotool_json_get(request, "test") ||
            refuse(error, "signs statements, never a hash", rp_id)) &&
           check_enterprise(rule, request, rp_id, error);
  case ASSERTS:
    if (own)
      return refuse(error, "signs statements, never a hash", rp_id);
    return !rule->station ||
           refuse(error, "an assertion only as the test of a new credential",
                  rp_id);
  case STATEMENT:
    return own || refuse(error, "statements are for Keyturn's own", rp_id);
  case PROVES:
    return true;
  }
  return false;
}

static bool
is_app_id(const char *app_id)
{
  return app_id && g_str_has_prefix(app_id, "https://");
}

bool
fidotool_rule_check(const FidotoolRule *rule, const FidotoolJson *request,
                    int64_t now_ms, GError **error)
{
  const char *job = fidotool_json_get_text(request, "job");
  const char *rp_id = fidotool_json_get_text(request, "rp_id");
  const char *act = NULL;
  Use use;

  if (!find_use(job, &use, &act)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "no such job");
    return false;
  }
  if (use == TAKES)
    return check_taking(rule, request, act, now_ms, error);
  if (use == NO_RP)
    return true;
  /* Names of U2F's applications are no RP IDs, and never our own. */
  if (fidotool_json_get(request, "app_id") &&
      !is_app_id(fidotool_json_get_text(request, "app_id"))) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY,
                "an AppID begins with https://");
    return false;
  }
  if (!rp_id || !*rp_id) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "the job needs an RP ID");
    return false;
  }
  return check_use(rule, use, request, rp_id, error);
}
