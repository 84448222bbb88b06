/* SPDX-License-Identifier: Apache-2.0 */
/* check-account.c - the station's users, and who is in which group. */
#include <string.h>

#include "fidotool/station/account.h"
#include "fidotool/station/check-part.h"

#define HELPER "keyturn-helper"
#define SYSUSERS "run systemd-sysusers, which reads sysusers.d/keyturn.conf"

static char *
look_at_user(const FidotoolPlace *place, const char *name, bool *ret_holds)
{
  g_autoptr(FidotoolAccount) account = fidotool_account_find(place, name);

  if (!account)
    return g_strdup("no such user");
  *ret_holds = true;
  return g_strdup("there");
}

static char *
look_at_keyturn(const FidotoolPlace *place, bool *ret_holds)
{
  return look_at_user(place, "keyturn", ret_holds);
}

/* Nobody logs in as the user that may open keys. */
static char *
look_at_helper(const FidotoolPlace *place, bool *ret_holds)
{
  g_autoptr(FidotoolAccount) account = fidotool_account_find(place, HELPER);
  struct stat st;
  bool homeless;

  if (!account)
    return g_strdup("no such user");
  homeless = strcmp(account->home, "/") == 0 ||
             !fidotool_place_stat(place, account->home, &st);
  *ret_holds = homeless && (g_str_has_suffix(account->shell, "/nologin") ||
                            g_str_has_suffix(account->shell, "/false"));
  return g_strdup_printf("home %s, shell %s", account->home, account->shell);
}

static char *
look_at_station(const FidotoolPlace *place, bool *ret_holds)
{
  gid_t gid;

  *ret_holds = fidotool_account_group(place, STATION_GROUP, &gid);
  return g_strdup(*ret_holds ? "there" : "no such group");
}

static char *
look_at_keys(const FidotoolPlace *place, bool *ret_holds)
{
  g_autoptr(GPtrArray) members = fidotool_account_members(place, KEYS_GROUP);
  gid_t gid;

  if (!fidotool_account_group(place, KEYS_GROUP, &gid))
    return g_strdup("no such group");
  *ret_holds = true;
  for (guint i = 0; i < members->len; i++)
    if (strcmp(members->pdata[i], HELPER) != 0)
      *ret_holds = false;
  return fidotool_check_join(members, "nobody");
}

static const FidotoolCheckPromise promises[] = {
    {"keyturn-user", "a user keyturn, who runs recoveryd", SYSUSERS,
     look_at_keyturn},
    {"helper-user", "a user " HELPER " without home and shell", SYSUSERS,
     look_at_helper},
    {"station-group", "a group " STATION_GROUP " for the screen and staff",
     SYSUSERS, look_at_station},
    {"keys-group", "nobody in " KEYS_GROUP " but " HELPER,
     "take them out: gpasswd -d USER " KEYS_GROUP, look_at_keys},
};

void
fidotool_check_accounts(GPtrArray *rows, const FidotoolPlace *place)
{
  fidotool_check_promises(rows, place, promises, G_N_ELEMENTS(promises));
}
