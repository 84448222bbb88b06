/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-node.c - hidraw nodes by the kernel's files, whole and pulled
 * out between two of them. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/device/node.h"
#include "tests/testing.h"

static const char fido[] = "\x06\xd0\xf1\x09\x01\xa1\x01\x09\x20";
static const char mouse[] = "\x05\x01\x09\x02\xa1\x01";
#define USB "devices/usb1/1-2"
#define HID USB "/1-2:1.0/0003:1050:0407.0001"
#define IDS "DRIVER=hid-generic\nHID_ID=0003:00001050:00000407\n"

static char *sys;

static void
put(const char *folder, const char *name, const char *bytes, gssize len)
{
  g_autofree char *whole = g_build_filename(sys, folder, NULL);
  g_autofree char *path = g_build_filename(whole, name, NULL);

  assert_int_equal(g_mkdir_with_parents(whole, 0700), 0);
  assert_true(g_file_set_contents(path, bytes, len, NULL));
}

static int
make_key(void **state)
{
  g_autofree char *folder = NULL, *link = NULL, *target = NULL;

  (void)state;
  sys = g_dir_make_tmp("keyturn-node-XXXXXX", NULL);
  folder = g_build_filename(sys, "class/hidraw/hidraw0", NULL);
  link = g_build_filename(folder, "device", NULL);
  target = g_build_filename(sys, HID, NULL);
  put(HID, "report_descriptor", fido, sizeof(fido) - 1);
  put(HID, "uevent",
      IDS "HID_NAME=Maker Key\nHID_UNIQ=A7\nMODALIAS=hid:b0003\n", -1);
  put(USB, "busnum", "1\n", -1);
  put(USB, "devnum", "7\n", -1);
  put(USB, "manufacturer", " Maker \n", -1);
  put(USB, "product", "Key \xff\n", -1);
  assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
  return symlink(target, link);
}

static void
remove_tree(const char *path)
{
  g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK)
                            ? NULL
                            : g_dir_open(path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *one = g_build_filename(path, name, NULL);

    remove_tree(one);
  }
  (void)g_remove(path); /* the test's own folder */
}

static int
remove_key(void **state)
{
  (void)state;
  remove_tree(sys);
  g_clear_pointer(&sys, g_free);
  return 0;
}

static bool
reads(const char *name)
{
  FidotoolNode node;
  bool read = fidotool_node_read(sys, name, &node);

  fidotool_node_clear(&node);
  return read;
}

static void
a_key_is_read(void **state)
{
  FidotoolNode node;

  (void)state;
  assert_true(fidotool_node_read(sys, "hidraw0", &node));
  assert_int_equal(node.vid, 0x1050);
  assert_int_equal(node.pid, 0x0407);
  assert_string_equal(node.manufacturer, " Maker ");
  assert_string_equal(node.product, "Key \xef\xbf\xbd");
  assert_string_equal(node.serial, "A7");
  assert_int_equal(node.usb.place, 256 + 7);
  fidotool_node_clear(&node);
}

static void
a_key_without_usb_has_the_name_of_its_hid_device(void **state)
{
  g_autofree char *busnum = g_build_filename(sys, USB "/busnum", NULL);
  FidotoolNode node;

  (void)state;
  assert_int_equal(g_remove(busnum), 0);
  assert_true(fidotool_node_read(sys, "hidraw0", &node));
  assert_string_equal(node.manufacturer, "");
  assert_string_equal(node.product, "Maker Key");
  assert_int_equal(node.usb.place, -1);
  fidotool_node_clear(&node);
  put(HID, "uevent", IDS, -1);
  assert_true(fidotool_node_read(sys, "hidraw0", &node));
  assert_string_equal(node.product, "");
  assert_string_equal(node.serial, "");
  fidotool_node_clear(&node);
}

/* Each file goes while the others are still there, the first and the last. */
static void
what_is_pulled_out_is_no_key(void **state)
{
  static const char *const files[] = {HID "/report_descriptor", HID "/uevent",
                                      "class/hidraw/hidraw0/device"};

  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(sys, files[i], NULL);

    assert_true(reads("hidraw0"));
    assert_int_equal(g_remove(path), 0);
    assert_false(reads("hidraw0"));
    (void)remove_key(state);
    assert_int_equal(make_key(state), 0);
  }
  assert_false(reads("hidraw1"));
}

static void
what_is_no_key_is_none(void **state)
{
  static const char *const uevents[] = {"",
                                        "HID_ID=\n",
                                        "HID_ID=0003:00001050\n",
                                        "HID_NAME=x\n",
                                        "HID_ID=0001:00001050:00000407\n",
                                        "XHID_ID=0003:00001050:00000407\n"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(uevents); i++) {
    put(HID, "uevent", uevents[i], -1);
    assert_false(reads("hidraw0"));
  }
  put(HID, "uevent", IDS, -1);
  assert_true(reads("hidraw0"));
  put(HID, "report_descriptor", mouse, sizeof(mouse) - 1);
  assert_false(reads("hidraw0"));
  put(HID, "report_descriptor", "", 0);
  assert_false(reads("hidraw0"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_key, remove_key)
  const struct CMUnitTest tests[] = {
      TEST(a_key_is_read),
      TEST(a_key_without_usb_has_the_name_of_its_hid_device),
      TEST(what_is_pulled_out_is_no_key),
      TEST(what_is_no_key_is_none),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
