/* SPDX-License-Identifier: Apache-2.0 */
/* rule.c - one table of jobs, and what each needs to be allowed. */
#include "fidotool/helper/rule.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "fidotool/error.h"

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
} jobs[] = {
    {"list", NO_RP},
    {"survey", NO_RP},
    {"watch", NO_RP},
    {"info", NO_RP},
    {"wink", NO_RP},
    {"select", NO_RP},
    {"pin-status", NO_RP},
    {"pin-set", NO_RP},
    {"make", MAKES},
    {"assert", ASSERTS},
    {"sign", STATEMENT},
    {"prove", PROVES},
    {"pin-verify", NO_RP},
    {"pin-force-change", NO_RP},
    {"config-show", NO_RP},
    {"config-set", NO_RP},
    {"fingerprint-list", NO_RP},
    {"fingerprint-add", NO_RP},
    {"fingerprint-rename", NO_RP},
    {"fingerprint-delete", TAKES},
    {"blob-list", NO_RP},
    {"blob-get", NO_RP},
    {"blob-purge", TAKES},
    {"credential-list", NO_RP},
    {"credential-count", NO_RP},
    {"credential-rename", NO_RP},
    {"credential-delete", TAKES},
    {"reset-plan", TAKES},
    {"reset", TAKES},
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
find_use(const char *job, Use *ret_use)
{
  for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++)
    if (g_strcmp0(job, jobs[i].job) == 0) {
      *ret_use = jobs[i].use;
      return true;
    }
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
                    GError **error)
{
  const char *job = fidotool_json_get_text(request, "job");
  const char *rp_id = fidotool_json_get_text(request, "rp_id");
  Use use;

  if (!find_use(job, &use)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "no such job");
    return false;
  }
  if (use == TAKES && rule->station) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY,
                "on a station nothing is taken off a key without a plan");
    return false;
  }
  if (use == NO_RP || use == TAKES)
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
