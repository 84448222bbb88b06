/* SPDX-License-Identifier: Apache-2.0 */
/* check-file.c - our configuration and programs, the rule, the blacklist. */
#include <string.h>

#include "fidotool/station/check-part.h"

#define CONFIGURATION "/etc/keyturn/keyhelper.conf"
#define RULE "72-keyturn.rules"
#define EXAMPLE "install Keyturn with -Dstation=true, or copy its example "

static const char *const modules[] = {"pn533_usb", "pn533", "nfc"};

static char *
look_at_configuration(const FidotoolPlace *place, bool *ret_holds)
{
  struct stat st;

  if (!fidotool_place_stat(place, CONFIGURATION, &st))
    return g_strdup("not there, so nobody is served");
  *ret_holds = st.st_uid == place->owner && (st.st_mode & 07777) == 0644;
  return fidotool_check_describe(place, &st);
}

static void
add_set_id(const FidotoolPlace *place, const char *path, GPtrArray *found)
{
  struct stat st;

  if (fidotool_place_stat(place, path, &st) && S_ISREG(st.st_mode) &&
      (st.st_mode & (S_ISUID | S_ISGID)) != 0)
    g_ptr_array_add(found, g_strdup(path));
}

/* no_new_privs takes the bits' effect away; they would only mislead. */
static char *
look_at_bits(const FidotoolPlace *place, bool *ret_holds)
{
  static const char *const programs[] = {
      "/usr/bin/fidotool", "/usr/bin/keyturn-kiosk", "/usr/local/bin/fidotool",
      "/usr/local/bin/keyturn-kiosk"};
  static const char *const folders[] = {"/usr/libexec/keyturn",
                                        "/usr/local/libexec/keyturn"};
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

  for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
    add_set_id(place, programs[i], found);
  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autoptr(GPtrArray) names = fidotool_place_list(place, folders[i]);

    for (guint k = 0; k < names->len; k++) {
      g_autofree char *path =
          g_strdup_printf("%s/%s", folders[i], (char *)names->pdata[k]);

      add_set_id(place, path, found);
    }
  }
  *ret_holds = found->len == 0;
  return fidotool_check_join(found, "none");
}

/* The first file of that name hides the others, as udev reads them. */
static char *
look_at_rule(const FidotoolPlace *place, bool *ret_holds)
{
  static const char *const folders[] = {
      "/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d",
      "/usr/lib/udev/rules.d"};

  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autofree char *path = g_strdup_printf("%s/%s", folders[i], RULE);
    g_autofree char *text = NULL;

    if (fidotool_place_is_masked(place, path))
      return g_strdup_printf("masked by %s", path);
    text = fidotool_place_read(place, path);
    if (!text)
      continue;
    *ret_holds = strstr(text, "GROUP=\"" KEYS_GROUP "\"") &&
                 strstr(text, "MODE=\"0660\"") &&
                 strstr(text, "TAG-=\"uaccess\"");
    return g_strdup_printf("%s%s", path, *ret_holds ? "" : ", changed");
  }
  return g_strdup("no such rule");
}

static bool
blacklists(const char *text, const char *module)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (char **line = lines; *line; line++) {
    g_auto(GStrv) words = g_strsplit_set(g_strstrip(*line), " \t", -1);

    if (g_strcmp0(words[0], "blacklist") == 0 &&
        g_strcmp0(words[g_strv_length(words) - 1], module) == 0)
      return true;
  }
  return false;
}

static bool
is_blacklisted(const FidotoolPlace *place, const char *module)
{
  static const char *const folders[] = {
      "/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
      "/usr/lib/modprobe.d", "/lib/modprobe.d"};

  for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autoptr(GPtrArray) names = fidotool_place_list(place, folders[i]);

    for (guint k = 0; k < names->len; k++) {
      g_autofree char *path =
          g_strdup_printf("%s/%s", folders[i], (char *)names->pdata[k]);
      g_autofree char *text = g_str_has_suffix(path, ".conf")
                                  ? fidotool_place_read(place, path)
                                  : NULL;

      if (text && blacklists(text, module))
        return true;
    }
  }
  return false;
}

static char *
look_at_blacklist(const FidotoolPlace *place, bool *ret_holds)
{
  g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);

  for (size_t i = 0; i < G_N_ELEMENTS(modules); i++)
    if (!is_blacklisted(place, modules[i]))
      g_ptr_array_add(missing, g_strdup_printf("not %s", modules[i]));
  *ret_holds = missing->len == 0;
  return fidotool_check_join(missing, "all three");
}

static char *
look_at_modules(const FidotoolPlace *place, bool *ret_holds)
{
  g_autofree char *text = fidotool_place_read(place, "/proc/modules");
  g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
  g_autoptr(GPtrArray) loaded = g_ptr_array_new();

  for (size_t i = 0; i < G_N_ELEMENTS(modules); i++)
    for (char **line = lines; *line; line++)
      if (g_str_has_prefix(*line, modules[i]) &&
          (*line)[strlen(modules[i])] == ' ')
        g_ptr_array_add(loaded, (char *)modules[i]);
  *ret_holds = loaded->len == 0;
  return fidotool_check_join(loaded, "none");
}

static const FidotoolCheckPromise promises[] = {
    {"helper-configuration", CONFIGURATION " of root, 0644",
     "write it: an example is in keyhelper(8)", look_at_configuration},
    {"no-set-id", "no program of Keyturn with a set-id bit",
     "chmod ug-s on them", look_at_bits},
    {"keys-rule", "udev's rule gives keys to " KEYS_GROUP " alone",
     EXAMPLE RULE " to /etc/udev/rules.d", look_at_rule},
    {"nfc-blacklist", "the kernel's NFC drivers are blacklisted",
     EXAMPLE "keyturn-keys.modprobe.conf to /etc/modprobe.d",
     look_at_blacklist},
    {"nfc-unloaded", "and not loaded", "restart, or rmmod them",
     look_at_modules},
};

void
fidotool_check_files(GPtrArray *rows, const FidotoolPlace *place)
{
  fidotool_check_promises(rows, place, promises, G_N_ELEMENTS(promises));
}
