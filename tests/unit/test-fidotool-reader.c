/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-reader.c - what is known of readers without one: properties,
 * where a USB key is plugged in, and which reader is part of it. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "fidotool/device/discover.h"
#include "fidotool/device/usb.h"
#include "tests/testing.h"

static char *sys;

static size_t
read_limit(const char *hex)
{
  size_t n = strlen(hex) / 2;
  g_autofree uint8_t *bytes = g_malloc0(n + 1);

  assert_true(fidotool_bytes_unhex(hex, bytes, n));
  return fidotool_reader_read_limit(bytes, n);
}

static void
a_reader_says_how_long_an_apdu_may_be(void **state)
{
  (void)state;
  assert_int_equal(read_limit("0a0400000100"), 65536);
  /* behind another property */
  assert_int_equal(read_limit("0801010a0420010000"), 288);
  /* no more than a short one; nothing said */
  assert_int_equal(read_limit("0a0400010000"), 0);
  assert_int_equal(read_limit("080101"), 0);
  assert_int_equal(read_limit(""), 0);
  /* cut off, and a number that is none */
  assert_int_equal(read_limit("0a04000001"), 0);
  assert_int_equal(read_limit("0a"), 0);
  assert_int_equal(read_limit("0a080000010000000000"), 0);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(sys, folder, name, NULL);

  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
make_folder(const char *name)
{
  g_autofree char *path = g_build_filename(sys, name, NULL);

  assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
}

/* A USB device with a HID interface, as the kernel shows it, and perhaps a
 * card reader. */
static void
make_usb(const char *device, const char *node, const char *address, bool ccid)
{
  g_autofree char *usb = g_strdup_printf("devices/usb1/%s", device);
  g_autofree char *hid = g_strdup_printf("%s/%s:1.0/0003:1050", usb, device);
  g_autofree char *other = g_strdup_printf("%s/%s:1.1", usb, device);
  g_autofree char *class = g_strdup_printf("class/hidraw/%s", node);
  g_autofree char *link = g_build_filename(sys, class, "device", NULL);
  g_autofree char *target = g_build_filename(sys, hid, NULL);

  make_folder(hid);
  make_folder(other);
  make_folder(class);
  write_file(usb, "busnum", "1\n");
  write_file(usb, "devnum", address);
  write_file(usb, "bcdDevice", "0543\n");
  write_file(other, "bInterfaceClass", ccid ? "0b\n" : "03\n");
  assert_int_equal(symlink(target, link), 0);
}

static void
a_node_is_followed_to_its_usb_device(void **state)
{
  static const struct {
    const char *node;
    int place;
    bool ccid;
  } nodes[] = {
      {"/dev/hidraw0", 256 + 7, false},
      {"/dev/hidraw1", 256 + 12, true},
      {"/dev/hidraw2", -1, false},
      {"/dev/hidraw9", -1, false},
  };

  (void)state;
  make_usb("1-1", "hidraw0", "7\n", false);
  make_usb("1-2", "hidraw1", "12\n", true);
  make_usb("1-3", "hidraw2", "a lot\n", true);
  for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++) {
    FidotoolUsb usb;
    bool found = fidotool_usb_read(sys, nodes[i].node, &usb);

    assert_int_equal(found, nodes[i].place >= 0);
    assert_int_equal(usb.place, nodes[i].place);
    assert_int_equal(usb.release, found ? 0x0543 : -1);
    assert_int_equal(usb.ccid, nodes[i].ccid);
    fidotool_usb_clear(&usb);
  }
}

static void
link_subsystem(const char *device, const char *subsystem)
{
  g_autofree char *link = g_build_filename(sys, device, "subsystem", NULL);
  g_autofree char *target = g_strdup_printf("../../bus/%s", subsystem);

  assert_int_equal(symlink(target, link), 0);
}

/* The paths are those that udev's path_id gives for such devices. */
static void
a_path_is_the_controller_and_the_ports(void **state)
{
#define BRIDGE "devices/platform/fd500000.pcie"
#define HUB BRIDGE "/pci0000:00/0000:00:1c.0/0000:01:00.0/usb3/3-1"
  FidotoolUsb usb;

  (void)state;
  make_folder(HUB "/3-1.4/3-1.4:1.0/0003:1050:0407.0001");
  make_folder("class/hidraw/hidraw5");
  write_file(HUB "/3-1.4", "busnum", "3\n");
  write_file(HUB "/3-1.4", "devnum", "9\n");
  link_subsystem(BRIDGE, "platform");
  link_subsystem(BRIDGE "/pci0000:00/0000:00:1c.0", "pci");
  link_subsystem(BRIDGE "/pci0000:00/0000:00:1c.0/0000:01:00.0", "pci");
  link_subsystem(BRIDGE "/pci0000:00/0000:00:1c.0/0000:01:00.0/usb3", "usb");
  link_subsystem(HUB, "usb");
  link_subsystem(HUB "/3-1.4", "usb");
  {
    g_autofree char *target =
        g_build_filename(sys, HUB "/3-1.4/3-1.4:1.0/0003:1050:0407.0001", NULL);
    g_autofree char *link =
        g_build_filename(sys, "class/hidraw/hidraw5/device", NULL);

    assert_int_equal(symlink(target, link), 0);
  }
  assert_true(fidotool_usb_read(sys, "/dev/hidraw5", &usb));
  assert_string_equal(usb.port, "3-1.4");
  assert_string_equal(usb.path,
                      "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.4");
  assert_int_equal(usb.release, -1);
  fidotool_usb_clear(&usb);
}

static FidotoolDiscoverFound *
new_hid(const char *product, int usb, bool ccid)
{
  FidotoolDiscoverFound *found = g_new0(FidotoolDiscoverFound, 1);

  found->transport = FIDOTOOL_DISCOVER_HID;
  found->manufacturer = g_strdup("Maker");
  found->product = g_strdup(product);
  found->usb.place = usb;
  found->usb.ccid = ccid;
  return found;
}

/* clang-format off */
static const struct {
  const char *reader;
  int reader_usb;
  int key_usb;
  bool key_ccid;
  bool same;
} rows[] = {
  /* by place, whatever the names are */
  { "Maker Key 00 00", 263, 263, true, true },
  { "Something else 00 00", 263, 263, true, true },
  { "Maker Key 00 00", 264, 263, true, false },
  /* by name, where the place is not known */
  { "Maker Key 00 00", -1, 263, true, true },
  { "Maker Key [CCID] 01 00", -1, -1, true, true },
  { "Maker Key 00 00", -1, 263, false, false },
  { "Other Maker Key 00 00", -1, 263, true, false },
  { "Virtual PCD 00 00", -1, 263, true, false },
};
/* clang-format on */

static void
a_reader_that_is_part_of_a_key_is_known(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolDiscoverFound) key =
        new_hid("Key", rows[i].key_usb, rows[i].key_ccid);
    g_autoptr(FidotoolDiscoverFound) reader =
        fidotool_discover_new_card(rows[i].reader, rows[i].reader_usb);

    if (fidotool_discover_is_same(reader, key) != rows[i].same)
      fail_msg("%s, %d", rows[i].reader, rows[i].reader_usb);
    key->transport = FIDOTOOL_DISCOVER_SOCKET;
    assert_false(fidotool_discover_is_same(reader, key));
  }
}

/* A key without a name is part of nothing that is called by one. */
static void
a_key_without_a_name_hides_no_reader(void **state)
{
  g_autoptr(FidotoolDiscoverFound) key = new_hid("", -1, true);
  g_autoptr(FidotoolDiscoverFound) reader =
      fidotool_discover_new_card("Maker Other 00 00", -1);

  (void)state;
  assert_false(fidotool_discover_is_same(reader, key));
}

/* The service is named by the environment; there is none. */
static void
a_machine_without_the_service_has_no_readers(void **state)
{
  g_autofree char *path = g_build_filename(sys, "no-service", NULL);
  gint64 before = g_get_monotonic_time();
  FidotoolReaderState one;

  (void)state;
  assert_true(g_setenv("PCSCLITE_CSOCK_NAME", path, TRUE));
  {
    g_autoptr(FidotoolReaders) readers = fidotool_reader_open();
    g_autoptr(GPtrArray) list = fidotool_reader_list(readers);

    assert_int_equal(fidotool_reader_service(readers), FIDOTOOL_READER_ABSENT);
    assert_int_equal(list->len, 0);
    assert_false(fidotool_reader_look(readers, "a reader", &one));
    assert_false(fidotool_reader_wait(readers, 10000));
    assert_int_equal(fidotool_reader_usb(readers, "a reader"), -1);
  }
  /* a socket, and nobody there */
  assert_true(g_file_set_contents(path, "", 0, NULL));
  {
    g_autoptr(FidotoolReaders) readers = fidotool_reader_open();

    assert_int_equal(fidotool_reader_service(readers), FIDOTOOL_READER_DOWN);
  }
  /* At once: ten seconds would be one wait alone. */
  assert_true(g_get_monotonic_time() - before < 5 * G_USEC_PER_SEC);
}

static int
make_sys(void **state)
{
  (void)state;
  sys = g_dir_make_tmp("keyturn-reader-XXXXXX", NULL);
  return sys ? 0 : -1;
}

static int
remove_sys(void **state)
{
  char *argv[] = {(char *)"rm", (char *)"-r", sys, NULL};
  gboolean ok = g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                             NULL, NULL, NULL, NULL);

  (void)state;
  g_free(sys);
  return ok ? 0 : -1;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reader_says_how_long_an_apdu_may_be),
      cmocka_unit_test(a_node_is_followed_to_its_usb_device),
      cmocka_unit_test(a_path_is_the_controller_and_the_ports),
      cmocka_unit_test(a_reader_that_is_part_of_a_key_is_known),
      cmocka_unit_test(a_key_without_a_name_hides_no_reader),
      cmocka_unit_test(a_machine_without_the_service_has_no_readers),
  };

  return cmocka_run_group_tests(tests, make_sys, remove_sys);
}
