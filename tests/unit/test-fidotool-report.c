/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-report.c - the two pipes, and what is listed and chosen. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fidotool/device/discover.h"
#include "fidotool/device/report.h"
#include "fidotool/device/selector.h"
#include "fidotool/error.h"
#include "tests/testing.h"

static char *folder;

static char *
place(const char *name)
{
  return g_build_filename(folder, name, NULL);
}

/* A socket of this type that listens, or does not. */
static int
make_socket(const char *path, int type, bool listens)
{
  struct sockaddr_un addr = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

  g_strlcpy(addr.sun_path, path, sizeof(addr.sun_path));
  assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
  if (listens)
    assert_int_equal(listen(fd, 4), 0);
  return fd;
}

static void
reports_have_64_bytes_or_end_the_session(void **state)
{
  int pair[2];
  FidotoolReport *pipe;
  uint8_t report[64] = {1, 2, 3};
  uint8_t seen[65];
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair),
                   0);
  pipe = fidotool_report_socket_new(pair[0]);
  assert_true(pipe->ops->write(pipe, report, NULL));
  assert_int_equal(recv(pair[1], seen, sizeof(seen), 0), 64);
  assert_int_equal(pipe->ops->read(pipe, report, 0, NULL), 0);
  assert_int_equal(send(pair[1], seen, 64, 0), 64);
  assert_int_equal(pipe->ops->read(pipe, report, 100, NULL), 1);
  assert_int_equal(send(pair[1], seen, 63, 0), 63);
  assert_int_equal(pipe->ops->read(pipe, report, 100, &error), -1);
  assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  g_clear_error(&error);
  assert_int_equal(send(pair[1], seen, 65, 0), 65);
  assert_int_equal(pipe->ops->read(pipe, report, 100, &error), -1);
  g_clear_error(&error);
  close(pair[1]);
  assert_int_equal(pipe->ops->read(pipe, report, 100, &error), -1);
  assert_int_equal(error->code, FIDOTOOL_ERROR_LOST);
  g_clear_error(&error);
  assert_false(pipe->ops->write(pipe, report, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_LOST);
  fidotool_report_free(pipe);
}

static void
a_key_that_takes_nothing_is_given_up(void **state)
{
  int pair[2];
  FidotoolReport *pipe;
  const uint8_t report[64] = {0};
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair),
                   0);
  pipe = fidotool_report_socket_new(pair[0]);
  while (pipe->ops->write(pipe, report, &error))
    ;
  assert_int_equal(error->code, FIDOTOOL_ERROR_LOST);
  fidotool_report_free(pipe);
  close(pair[1]);
}

static void
opening_says_why_it_failed(void **state)
{
  g_autofree char *nothing = place("nothing");
  g_autofree char *silent = place("silent");
  g_autofree char *stream = place("stream");
  g_autofree char *endless = g_strnfill(200, 'x');
  int first = make_socket(silent, SOCK_SEQPACKET, false);
  int second = make_socket(stream, SOCK_STREAM, true);
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(fidotool_report_socket_open(nothing, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_NO_DEVICE);
  g_clear_error(&error);
  assert_null(fidotool_report_socket_open(silent, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_NO_DEVICE);
  g_clear_error(&error);
  assert_null(fidotool_report_socket_open(stream, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_LOST);
  g_clear_error(&error);
  assert_null(fidotool_report_socket_open(endless, &error));
  close(first);
  close(second);
  unlink(silent);
  unlink(stream);
}

/* Of a FIDO key, HID 1.11 appendix E form: usage page F1D0, usage 1. */
static const uint8_t fido_descriptor[] = {0x06, 0xd0, 0xf1, 0x09, 0x01,
                                          0xa1, 0x01, 0x09, 0x20, 0xc0};
/* A keyboard, with the FIDO page deep inside. */
static const uint8_t keyboard[] = {0x05, 0x01, 0x09, 0x06, 0xa1, 0x01,
                                   0x06, 0xd0, 0xf1, 0xa1, 0x01, 0xc0};

static void
a_node_is_fido_by_its_usage_page(void **state)
{
  (void)state;
  assert_true(
      fidotool_report_hid_is_fido(fido_descriptor, sizeof(fido_descriptor)));
  assert_false(fidotool_report_hid_is_fido(keyboard, sizeof(keyboard)));
  for (size_t len = 0; len < 6; len++)
    assert_false(fidotool_report_hid_is_fido(fido_descriptor, len));
  assert_false(fidotool_report_hid_is_fido((const uint8_t *)"\xfe\x04", 2));
}

static void
a_held_lock_is_busy_at_once(void **state)
{
  g_autofree char *path = place("node");
  int other = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_autoptr(GError) error = NULL;
  int fd;

  (void)state;
  assert_int_equal(flock(other, LOCK_EX), 0);
  /* Waiting would be for ever: the lock is our own. */
  assert_int_equal(fidotool_report_hid_lock(path, &error), -1);
  assert_int_equal(error->code, FIDOTOOL_ERROR_BUSY);
  close(other);
  fd = fidotool_report_hid_lock(path, NULL);
  assert_true(fd >= 0);
  assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  other = open(path, O_RDWR | O_CLOEXEC);
  assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
  assert_int_equal(errno, EWOULDBLOCK);
  close(other);
  close(fd);
  unlink(path);
}

static void
a_node_that_is_none_is_refused(void **state)
{
  g_autofree char *path = place("file");
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_true(g_file_set_contents(path, "x", 1, NULL));
  assert_null(fidotool_report_hid_open(path, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_NO_DEVICE);
  g_clear_error(&error);
  unlink(path);
  assert_null(fidotool_report_hid_open(path, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_NO_DEVICE);
}

static void
sockets_of_our_own_are_keys_and_nothing_else(void **state)
{
  g_autofree char *one = place("one");
  g_autofree char *hidden = place(".hidden");
  g_autofree char *link = place("link");
  g_autofree char *file = place("a-file");
  const FidotoolDiscoverPlaces places = {.keys = folder};
  const FidotoolDiscoverPlaces nowhere = {.keys = NULL};
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(GPtrArray) none = NULL;
  int first = make_socket(one, SOCK_SEQPACKET, true);
  int second = make_socket(hidden, SOCK_SEQPACKET, true);
  guint n = 0;

  (void)state;
  assert_int_equal(symlink(one, link), 0);
  assert_true(g_file_set_contents(file, "x", 1, NULL));
  fidotool_discover_prepare();
  list = fidotool_discover_list(&places);
  for (guint i = 0; i < list->len; i++) {
    const FidotoolDiscoverFound *found = list->pdata[i];

    if (found->transport != FIDOTOOL_DISCOVER_SOCKET)
      continue;
    n++;
    assert_string_equal(found->path, one);
  }
  assert_int_equal(n, 1);
  none = fidotool_discover_list(&nowhere);
  assert_int_equal(none->len, list->len - 1);
  close(first);
  close(second);
  unlink(one);
  unlink(hidden);
  unlink(link);
  unlink(file);
}

static FidotoolDiscoverFound *
new_found(const char *selector, const char *path, const char *serial)
{
  FidotoolDiscoverFound *found = g_new0(FidotoolDiscoverFound, 1);

  found->selector = g_strdup(selector);
  found->path = g_strdup(path);
  found->serial = g_strdup(serial);
  found->present = true;
  return found;
}

static void
plug(FidotoolDiscoverFound *found, const char *port, const char *path)
{
  found->vid = 0x1050;
  found->pid = 0x0407;
  found->usb.port = g_strdup(port);
  found->usb.path = g_strdup(path);
}

/* clang-format off */
static const struct {
  const char *selector;
  guint n; /* keys it means; 0 for an error */
  int code;
} selectors[] = {
  { NULL, 4, 0 }, /* not the empty reader */
  { "hid:/dev/hidraw1", 1, 0 },
  { "/dev/hidraw1", 1, 0 },
  { "socket:/run/keys/ada", 1, 0 },
  { "serial:A7", 1, 0 },
  { "serial:", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "hid:/dev/hidraw9", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "socket:/run/keys/eve", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "hid:/dev/../dev/hidraw1", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "/run/keys/ada", 0, FIDOTOOL_ERROR_USAGE },
  { "nfc:/sys/x", 0, FIDOTOOL_ERROR_USAGE },
  { "pcsc:Reader One 00 00", 1, 0 },
  { "pcsc:Reader Two 01 00", 1, 0 }, /* a key may be put on it yet */
  { "pcsc:Reader", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "pcsc:", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "pcsc://slot0", 1, 0 },
  { "pcsc://slot1", 1, 0 },
  { "pcsc://slot2", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "pcsc://slot00", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "pcsc://slot", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "", 0, FIDOTOOL_ERROR_USAGE },
  { "usb:1-2", 1, 0 },
  { "usb:1-", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "usb:pci-0000:00:14.0-usb-0:2", 1, 0 },
  { "usb:pci-0000:00:14.0-usb-0:2:1.0", 1, 0 }, /* udev's, of the node */
  { "usb:pci-0000:00:14.0-usb-0:2.1", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "usb:pci-0000:00:14.0-usb-0", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "usb:1050:0407", 2, 0 },
  { "usb:1050:0407:A7", 1, 0 },
  { "usb:1050:0407:A", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "usb:1050:0407:", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "usb:1050:0408", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "usb:", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "aaguid:6b657974-7572-4e20-8000-70726163746b", 4, 0 }, /* to be asked */
  { "aaguid:6b657974-7572-4e20-8000-70726163746", 0, FIDOTOOL_ERROR_USAGE },
  { "aaguid:6b657974-7572-4e20-8000-70726163746b0", 0, FIDOTOOL_ERROR_USAGE },
  { "aaguid:", 0, FIDOTOOL_ERROR_USAGE },
  { "usb:1050:0407\nserial:A7", 1, 0 },
  { "usb:1050:0407\nusb:1-2\naaguid:6b657974-7572-4e20-8000-70726163746b", 1, 0 },
  { "usb:1-2\nserial:B8", 0, FIDOTOOL_ERROR_NO_DEVICE },
  { "usb:1-2\n", 0, FIDOTOOL_ERROR_USAGE },
  { "\nusb:1-2", 0, FIDOTOOL_ERROR_USAGE },
};
/* clang-format on */

static void
a_selector_means_what_was_listed(void **state)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_discover_found_free);

  (void)state;
  g_ptr_array_add(list, new_found("hid:/dev/hidraw1", "/dev/hidraw1", "A7"));
  g_ptr_array_add(list, new_found("hid:/dev/hidraw2", "/dev/hidraw2", ""));
  g_ptr_array_add(list, new_found("socket:/run/keys/ada", "/run/keys/ada", ""));
  g_ptr_array_add(list, fidotool_discover_new_card("Reader One 00 00", -1));
  g_ptr_array_add(list, fidotool_discover_new_card("Reader Two 01 00", -1));
  ((FidotoolDiscoverFound *)list->pdata[4])->present = false;
  plug(list->pdata[0], "1-1", "pci-0000:00:14.0-usb-0:1");
  plug(list->pdata[1], "1-2", "pci-0000:00:14.0-usb-0:2");
  for (size_t i = 0; i < G_N_ELEMENTS(selectors); i++) {
    g_autoptr(GError) error = NULL;
    const char *name = selectors[i].selector ? selectors[i].selector : "";
    const char *warning = NULL;
    g_autoptr(GPtrArray) fit =
        fidotool_selector_pick(list, selectors[i].selector, &warning, &error);

    if ((fit ? fit->len : 0) != selectors[i].n ||
        (error && error->code != selectors[i].code) ||
        (warning != NULL) != (fit && g_str_has_prefix(name, "pcsc://")))
      fail_msg("%s", selectors[i].selector ? selectors[i].selector : "none");
  }
}

static void
a_selector_says_what_is_to_be_asked(void **state)
{
  g_autofree char *model = fidotool_selector_aaguid("usb:1-2\naaguid:6B65-x");
  g_autofree char *none = fidotool_selector_aaguid("usb:1-2");

  (void)state;
  assert_string_equal(model, "6b65-x");
  assert_null(none);
  assert_null(fidotool_selector_aaguid(NULL));
  assert_false(fidotool_selector_is_place(NULL));
  assert_false(fidotool_selector_is_place("aaguid:x"));
  assert_true(fidotool_selector_is_place("aaguid:x\npcsc:R"));
  assert_true(fidotool_selector_takes_cards(NULL));
  assert_true(fidotool_selector_takes_cards("aaguid:x"));
  assert_true(fidotool_selector_takes_cards("aaguid:x\npcsc:R"));
  assert_false(fidotool_selector_takes_cards("aaguid:x\nusb:1-2"));
}

static int
make_folder(void **state)
{
  (void)state;
  folder = g_dir_make_tmp("keyturn-report-XXXXXX", NULL);
  return folder ? 0 : -1;
}

static int
remove_folder(void **state)
{
  int r = rmdir(folder);

  (void)state;
  g_free(folder);
  return r;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reports_have_64_bytes_or_end_the_session),
      cmocka_unit_test(a_key_that_takes_nothing_is_given_up),
      cmocka_unit_test(opening_says_why_it_failed),
      cmocka_unit_test(a_node_is_fido_by_its_usage_page),
      cmocka_unit_test(a_held_lock_is_busy_at_once),
      cmocka_unit_test(a_node_that_is_none_is_refused),
      cmocka_unit_test(sockets_of_our_own_are_keys_and_nothing_else),
      cmocka_unit_test(a_selector_means_what_was_listed),
      cmocka_unit_test(a_selector_says_what_is_to_be_asked),
  };

  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
