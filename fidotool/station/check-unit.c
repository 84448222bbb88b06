/* SPDX-License-Identifier: Apache-2.0 */
/* check-unit.c - what the units say in the end, drop-ins of others included. */
#include <string.h>

#include "fidotool/station/check-part.h"
#include "fidotool/station/unit.h"

#define STATION_BUILD "install Keyturn with -Dstation=true, or its example"
#define OWN_UNIT "remove the drop-in that changes it: systemctl cat UNIT"

/* How a setting is compared. */
typedef enum {
  IS,    /* the last value */
  HAS,   /* one word among all */
  LACKS, /* there, and without the word */
} How;

static const struct {
  const char *name, *unit, *section, *key;
  How how;
  const char *value;
  const char *wanted, *todo;
} settings[] = {
    {"helper-accept", "keyhelper.socket", "Socket", "Accept", IS, "yes",
     "keyhelper.socket: a keyhelper for each connection", OWN_UNIT},
    {"helper-socket-group", "keyhelper.socket", "Socket", "SocketGroup", IS,
     STATION_GROUP, "keyhelper.socket: SocketGroup=" STATION_GROUP, OWN_UNIT},
    {"helper-socket-mode", "keyhelper.socket", "Socket", "SocketMode", IS,
     "0660", "keyhelper.socket: SocketMode=0660", OWN_UNIT},
    {"helper-connections", "keyhelper.socket", "Socket", "MaxConnections", IS,
     "16", "keyhelper.socket: MaxConnections=16", OWN_UNIT},
    {"helper-runs-as", "keyhelper@.service", "Service", "User", IS,
     "keyturn-helper", "keyhelper@.service: User=keyturn-helper", OWN_UNIT},
    {"helper-groups", "keyhelper@.service", "Service", "SupplementaryGroups",
     IS, KEYS_GROUP, "keyhelper@.service: SupplementaryGroups=" KEYS_GROUP,
     OWN_UNIT},
    {"helper-input", "keyhelper@.service", "Service", "StandardInput", IS,
     "socket", "keyhelper@.service: StandardInput=socket", OWN_UNIT},
    {"helper-devices", "keyhelper@.service", "Service", "DevicePolicy", IS,
     "closed", "keyhelper@.service: no device but keys", OWN_UNIT},
    {"helper-hidraw", "keyhelper@.service", "Service", "DeviceAllow", HAS,
     "char-hidraw", "keyhelper@.service: DeviceAllow=char-hidraw", OWN_UNIT},
    {"helper-core", "keyhelper@.service", "Service", "LimitCORE", IS, "0",
     "keyhelper@.service: nothing is kept of a crash", OWN_UNIT},
    {"recoveryd-runs-as", "recoveryd.service", "Service", "User", IS, "keyturn",
     "recoveryd.service: User=keyturn", OWN_UNIT},
    {"recoveryd-devices", "recoveryd.service", "Service", "PrivateDevices", IS,
     "yes", "recoveryd.service: no device", OWN_UNIT},
    {"recoveryd-network", "recoveryd.service", "Service", "PrivateNetwork", IS,
     "yes", "recoveryd.service: no network", OWN_UNIT},
    {"recoveryd-core", "recoveryd.service", "Service", "LimitCORE", IS, "0",
     "recoveryd.service: nothing is kept of a crash", OWN_UNIT},
    {"pcscd-socket-group", "pcscd.socket", "Socket", "SocketGroup", IS,
     KEYS_GROUP, "pcscd.socket: SocketGroup=" KEYS_GROUP,
     STATION_BUILD " pcscd.socket.conf as pcscd.socket.d/keyturn.conf"},
    {"pcscd-socket-mode", "pcscd.socket", "Socket", "SocketMode", IS, "0660",
     "pcscd.socket: SocketMode=0660",
     STATION_BUILD " pcscd.socket.conf as pcscd.socket.d/keyturn.conf"},
    {"pcscd-stays", "pcscd.service", "Service", "ExecStart", LACKS,
     "--auto-exit", "pcscd.service: started without --auto-exit",
     STATION_BUILD " pcscd.service.conf as pcscd.service.d/keyturn.conf"},
};

static bool
has_word(const char *text, const char *word)
{
  g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);

  return g_strv_contains((const char *const *)words, word);
}

static bool
fits(How how, const char *found, const char *value)
{
  switch (how) {
  case IS:
    return strcmp(found, value) == 0;
  case HAS:
    return has_word(found, value);
  case LACKS:
    return *found && !has_word(found, value);
  }
  return false;
}

static void
check_setting(GPtrArray *rows, const FidotoolPlace *place, size_t i)
{
  g_autoptr(FidotoolUnit) unit = fidotool_unit_read(place, settings[i].unit);
  g_autofree char *value = NULL;
  bool holds;

  if (!unit) {
    /* A station without readers needs no pcscd: then nobody reaches it. */
    bool spare = g_str_has_prefix(settings[i].unit, "pcscd.");

    fidotool_check_add(rows, settings[i].name, settings[i].wanted,
                       g_strdup("no such unit"), spare,
                       "install the program that the unit is for");
    return;
  }
  value = settings[i].how == IS
              ? fidotool_unit_last(unit, settings[i].section, settings[i].key)
              : fidotool_unit_all(unit, settings[i].section, settings[i].key);
  holds = fits(settings[i].how, value, settings[i].value);
  fidotool_check_add(rows, settings[i].name, settings[i].wanted,
                     g_strdup_printf("%s=%s", settings[i].key, value), holds,
                     settings[i].todo);
}

/* Nothing else is given the group by systemd. */
static char *
look_at_others(const FidotoolPlace *place, bool *ret_holds)
{
  g_autoptr(GPtrArray) services = fidotool_unit_services(place);
  g_autoptr(GPtrArray) others = g_ptr_array_new();

  for (guint i = 0; i < services->len; i++) {
    const char *name = services->pdata[i];
    g_autoptr(FidotoolUnit) unit = fidotool_unit_read(place, name);
    g_autofree char *first = NULL;
    g_autofree char *more = NULL;

    if (!unit || strcmp(name, "keyhelper@.service") == 0)
      continue;
    first = fidotool_unit_last(unit, "Service", "Group");
    more = fidotool_unit_all(unit, "Service", "SupplementaryGroups");
    if (has_word(first, KEYS_GROUP) || has_word(more, KEYS_GROUP))
      g_ptr_array_add(others, services->pdata[i]);
  }
  *ret_holds = others->len == 0;
  return fidotool_check_join(others, "none");
}

static const FidotoolCheckPromise promises[] = {
    {"keys-units", "no other service with the group " KEYS_GROUP,
     "take Group= or SupplementaryGroups= out of them", look_at_others},
};

void
fidotool_check_units(GPtrArray *rows, const FidotoolPlace *place)
{
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
    check_setting(rows, place, i);
  fidotool_check_promises(rows, place, promises, G_N_ELEMENTS(promises));
}
