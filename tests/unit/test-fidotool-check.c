/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-check.c - fidotool doctor --station, on a machine made of
 * files: the units and rules are those that are installed. */
#include "tests/testing.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "fidotool/station/check.h"

#define KEY "/dev/hidraw0"
#define KEY_RECORD "/run/udev/data/c244:0"
#define READER "/dev/bus/usb/001/006"
#define UNITS "/usr/lib/systemd/system"

static char *root;

static void
put(const char *path, const char *text, mode_t mode)
{
  g_autofree char *whole = g_strconcat(root, path, NULL);
  g_autofree char *folder = g_path_get_dirname(whole);
  FILE *file;

  assert_int_equal(g_mkdir_with_parents(folder, 0755), 0);
  file = fopen(whole, "w"); /* GLib's own way waits for the disk */
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(whole, mode), 0);
}

/* What the source has, where the installation puts it. */
static void
put_own(const char *source, const char *path)
{
  g_autofree char *whole =
      g_strconcat(g_getenv("KEYTURN_SOURCE"), source, NULL);
  g_autofree char *text = NULL;

  assert_true(g_file_get_contents(whole, &text, NULL, NULL));
  put(path, text, 0644);
}

static void
put_accounts(const char *keys_members)
{
  g_autofree char *groups =
      g_strdup_printf("root:x:999999:\nkeyturn-station:x:%u:kiosk\n"
                      "keyturn-keys:x:%u:%s\n",
                      getgid(), getgid(), keys_members);
  unsigned other = getgid() + 1;
  g_autofree char *users =
      g_strdup_printf("keyturn:x:901:%u:Keyturn:/:/usr/sbin/nologin\n"
                      "keyturn-helper:x:902:%u:Keyturn:/:/usr/sbin/nologin\n"
                      "ada:x:1000:%u:Ada:/home/ada:/bin/bash\n",
                      other, other, other);

  put("/etc/group", groups, 0644);
  put("/etc/passwd", users, 0644);
}

static void
put_devices(void)
{
  put("/sys/class/hidraw/hidraw0/dev", "244:0\n", 0644);
  put(KEY_RECORD, "I:1\nE:ID_FIDO_TOKEN=1\nG:uaccess\nQ:security-device\nV:1\n",
      0644);
  put(KEY, "", 0660);
  put("/sys/class/hidraw/hidraw1/dev", "244:1\n", 0644);
  put("/run/udev/data/c244:1", "E:ID_VENDOR=mouse\n", 0644);
  put("/dev/hidraw1", "", 0600);
  put("/sys/bus/usb/devices/1-2:1.0/bInterfaceClass", "0b\n", 0644);
  put("/sys/bus/usb/devices/1-2/dev", "189:5\n", 0644);
  put("/sys/bus/usb/devices/1-2/uevent", "MAJOR=189\nDEVNAME=bus/usb/001/006\n",
      0644);
  put("/sys/bus/usb/devices/1-2/power/control", "on\n", 0644);
  put("/run/udev/data/c189:5", "E:ID_SMARTCARD_READER=1\nG:uaccess\n", 0644);
  put(READER, "", 0664);
  put("/proc/modules", "hid 1 0 - Live 0x0\nnfcsim 1 0 - Live 0x0\n", 0644);
  put("/run/pcscd/pcscd.comm", "", 0660);
  put("/run/keyturn/keyhelper", "", 0660);
}

static void
put_units(void)
{
  put_own("/fidotool/helper/keyhelper.socket", UNITS "/keyhelper.socket");
  put_own("/fidotool/helper/keyhelper@.service.in",
          UNITS "/keyhelper@.service");
  put_own("/recovery/service/recoveryd.service.in", UNITS "/recoveryd.service");
  put_own("/kiosk/station/keyturn-kiosk.service.in",
          UNITS "/keyturn-kiosk.service");
  put_own("/udev/pcscd.socket.conf", UNITS "/pcscd.socket.d/keyturn.conf");
  put_own("/udev/pcscd.service.conf", UNITS "/pcscd.service.d/keyturn.conf");
  /* As in Debian 12's package. */
  put(UNITS "/pcscd.socket",
      "[Socket]\nListenStream=/run/pcscd/pcscd.comm\nSocketMode=0666\n", 0644);
  put(UNITS "/pcscd.service",
      "[Service]\nExecStart=/usr/sbin/pcscd --foreground --auto-exit "
      "$PCSCD_ARGS\n",
      0644);
}

/* A station as promised. */
static int
make_station(void **state)
{
  (void)state;
  root = g_dir_make_tmp("keyturn-check-XXXXXX", NULL);
  put_accounts("");
  put_units();
  put_devices();
  put_own("/udev/72-keyturn.rules", "/usr/lib/udev/rules.d/72-keyturn.rules");
  put_own("/udev/keyturn-keys.modprobe.conf",
          "/usr/lib/modprobe.d/keyturn-keys.conf");
  put_own("/fidotool/helper/keyhelper.conf", "/etc/keyturn/keyhelper.conf");
  put("/usr/bin/fidotool", "", 0755);
  put("/usr/libexec/keyturn/keyhelper", "", 0755);
  return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
  (void)st;
  (void)type;
  (void)at;
  return remove(path);
}

static int
remove_station(void **state)
{
  int r = nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);

  (void)state;
  g_free(root);
  return r;
}

/* The names of what does not hold, with blanks between. */
static char *
find_faults(void)
{
  const FidotoolPlace place = {root, getuid()};
  g_autoptr(GPtrArray) rows = fidotool_check_station(&place);
  GString *faults = g_string_new(NULL);

  for (guint i = 0; i < rows->len; i++) {
    const FidotoolCheckRow *row = rows->pdata[i];

    assert_non_null(row->found);
    assert_true(*row->wanted && *row->todo);
    if (!row->holds)
      g_string_append_printf(faults, "%s%s", faults->len > 0 ? " " : "",
                             row->name);
  }
  assert_int_equal(fidotool_check_all_hold(rows), faults->len == 0);
  return g_string_free(faults, FALSE);
}

static void
expect(const char *what, const char *expected)
{
  g_autofree char *faults = find_faults();

  if (strcmp(faults, expected) != 0)
    fail_msg("%s: \"%s\", expected \"%s\"", what, faults, expected);
}

static void
a_station_as_installed_holds(void **state)
{
  (void)state;
  expect("as installed", "");
}

static void
what_is_not_there_yet_holds(void **state)
{
  static const char *const paths[] = {
      "/sys/class/hidraw/hidraw0/dev",
      KEY,
      KEY_RECORD,
      "/sys/bus/usb/devices/1-2:1.0/bInterfaceClass",
      "/run/pcscd/pcscd.comm",
      "/run/keyturn/keyhelper"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autofree char *whole = g_strconcat(root, paths[i], NULL);

    assert_int_equal(g_unlink(whole), 0);
  }
  expect("nothing plugged in, nobody listens", "");
}

static void
a_station_without_readers_needs_no_pcscd(void **state)
{
  static const char *const paths[] = {UNITS "/pcscd.socket",
                                      UNITS "/pcscd.service"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autofree char *whole = g_strconcat(root, paths[i], NULL);

    assert_int_equal(g_unlink(whole), 0);
  }
  expect("no pcscd", "");
}

/* One file each, as it must not be, and what is then said. */
static const struct {
  const char *what, *path, *text;
  mode_t mode;
  const char *faults;
} broken[] = {
    {"open to all", KEY, "", 0666, "keys-nodes"},
    {"for root alone", KEY, "", 0600, "keys-nodes"},
    {"for the seat", KEY_RECORD, "E:ID_FIDO_TOKEN=1\nQ:uaccess\n", 0644,
     "keys-nodes"},
    {"reader for the seat", "/run/udev/data/c189:5",
     "E:ID_SMARTCARD_READER=1\nQ:uaccess\n", 0644, "readers-nodes"},
    {"reader for all", READER, "", 0666, "readers-nodes"},
    {"reader sleeps", "/sys/bus/usb/devices/1-2/power/control", "auto\n", 0644,
     "readers-awake"},
    {"pcscd for all", "/run/pcscd/pcscd.comm", "", 0666, "pcscd-node"},
    {"keyhelper for all", "/run/keyturn/keyhelper", "", 0666, "helper-node"},
    {"configuration", "/etc/keyturn/keyhelper.conf", "", 0664,
     "helper-configuration"},
    {"setgid", "/usr/libexec/keyturn/keyhelper", "", 02755, "no-set-id"},
    {"setuid", "/usr/bin/fidotool", "", 04755, "no-set-id"},
    {"a module", "/proc/modules", "pn533 1 0 - Live 0x0\n", 0644,
     "nfc-unloaded"},
    {"half a blacklist", "/usr/lib/modprobe.d/keyturn-keys.conf",
     "#blacklist nfc\nblacklist pn533\nblacklist pn533_usb\n", 0644,
     "nfc-blacklist"},
    {"a rule before ours", "/etc/udev/rules.d/72-keyturn.rules",
     "SUBSYSTEM==\"hidraw\", MODE=\"0666\"\n", 0644, "keys-rule"},
    {"pcscd ends again", "/etc/systemd/system/pcscd.service.d/z.conf",
     "[Service]\nExecStart=\nExecStart=/usr/sbin/pcscd -f \\\n --auto-exit\n",
     0644, "pcscd-stays"},
    {"drop-in hidden by another",
     "/run/systemd/system/pcscd.socket.d/keyturn.conf", "[Socket]\n", 0644,
     "pcscd-socket-group pcscd-socket-mode"},
    {"drop-in for all services", "/etc/systemd/system/service.d/x.conf",
     "[Service]\nLimitCORE=infinity\n", 0644, "helper-core recoveryd-core"},
    {"another unit first", "/etc/systemd/system/keyhelper.socket",
     "[Socket]\nAccept=yes\nSocketGroup=users\nSocketMode=0660\n"
     "MaxConnections=16\n",
     0644, "helper-socket-group"},
    {"another service", "/etc/systemd/system/web.service",
     "[Service]\nSupplementaryGroups=video keyturn-keys\n", 0644, "keys-units"},
    {"a drop-in for another", UNITS "/keyturn-kiosk.service.d/x.conf",
     "[Service]\nSupplementaryGroups=keyturn-keys\n", 0644, "keys-units"},
    {"recoveryd with devices", "/etc/systemd/system/recoveryd.service.d/x.conf",
     "[Service]\nPrivateDevices=no\n", 0644, "recoveryd-devices"},
    {"nobody", "/etc/passwd", "", 0644, "keyturn-user helper-user"},
};

static void
each_change_is_named(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
    put(broken[i].path, broken[i].text, broken[i].mode);
    expect(broken[i].what, broken[i].faults);
    assert_int_equal(remove_station(state), 0);
    assert_int_equal(make_station(state), 0);
  }
}

static void
members_are_counted_both_ways(void **state)
{
  g_autofree char *line =
      g_strdup_printf("keyturn:x:901:9:K:/:/usr/sbin/nologin\n"
                      "keyturn-helper:x:902:%u:K:/:/usr/sbin/nologin\n"
                      "eve:x:903:%u::/:/bin/sh\n",
                      getgid(), getgid());

  (void)state;
  put_accounts("keyturn-helper");
  expect("keyhelper's user", "");
  put_accounts("keyturn-helper,ada");
  expect("a member", "keys-group");
  put_accounts("");
  put("/etc/passwd", line, 0644);
  expect("a first group", "keys-group");
}

static void
a_login_for_keyhelper_is_named(void **state)
{
  (void)state;
  put("/etc/passwd",
      "keyturn:x:901:9:K:/:/usr/sbin/nologin\n"
      "keyturn-helper:x:902:9:K:/:/bin/bash\n",
      0644);
  expect("a shell", "helper-user");
  put("/home/helper/x", "", 0644);
  put("/etc/passwd",
      "keyturn:x:901:9:K:/:/usr/sbin/nologin\n"
      "keyturn-helper:x:902:9:K:/home/helper:/bin/false\n",
      0644);
  expect("a home", "helper-user");
}

static void
a_masked_rule_and_unit_are_missed(void **state)
{
  g_autofree char *rule =
      g_strconcat(root, "/etc/udev/rules.d/72-keyturn.rules", NULL);
  g_autofree char *unit =
      g_strconcat(root, "/etc/systemd/system/recoveryd.service", NULL);

  (void)state;
  put("/etc/udev/rules.d/x", "", 0644);
  put("/etc/systemd/system/x", "", 0644);
  assert_int_equal(symlink("/dev/null", rule), 0);
  expect("the rule", "keys-rule");
  assert_int_equal(symlink("/dev/null", unit), 0);
  expect("the unit", "recoveryd-runs-as recoveryd-devices recoveryd-network "
                     "recoveryd-core keys-rule");
}

static void
an_access_list_is_named(void **state)
{
  /* acl(5), version 2: owner rw, user 1000 rw, group rw, mask rw, others
   * nothing; each entry tag, permissions, id. */
  static const uint8_t list[] = {
      2,    0,    0,    0,    1,    0,    6,    0,    0xff, 0xff, 0xff,
      0xff, 2,    0,    6,    0,    0xe8, 3,    0,    0,    4,    0,
      6,    0,    0xff, 0xff, 0xff, 0xff, 0x10, 0,    6,    0,    0xff,
      0xff, 0xff, 0xff, 0x20, 0,    0,    0,    0xff, 0xff, 0xff, 0xff};
  g_autofree char *node = g_strconcat(root, KEY, NULL);

  (void)state;
  assert_int_equal(
      setxattr(node, "system.posix_acl_access", list, sizeof list, 0), 0);
  expect("somebody by name", "keys-nodes");
}

#define TEST(name)                                                             \
  cmocka_unit_test_setup_teardown(name, make_station, remove_station)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_station_as_installed_holds),
      TEST(what_is_not_there_yet_holds),
      TEST(a_station_without_readers_needs_no_pcscd),
      TEST(each_change_is_named),
      TEST(members_are_counted_both_ways),
      TEST(a_login_for_keyhelper_is_named),
      TEST(a_masked_rule_and_unit_are_missed),
      TEST(an_access_list_is_named),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
