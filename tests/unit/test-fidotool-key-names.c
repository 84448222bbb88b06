/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-key-names.c - what a name is bound to, and what is said when
 * that does not tell one key from another. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/cli/key-names.h"
#include "fidotool/error.h"
#include "tests/testing.h"

#define MODEL "6b657974-7572-4e20-8000-70726163746b"
#define IDS "\"vid\":4176,\"pid\":1031,\"product\":\"Key\","
#define AT(port)                                                               \
  "\"transport\":\"usb\",\"selector\":\"hid:/dev/hidraw" port "\","            \
  "\"usb\":{\"port\":\"1-" port "\",\"path\":\"pci-0000:00:14.0-usb-0:" port   \
  "\"}"
#define ASKED ",\"aaguid\":\"" MODEL "\"}"

/* clang-format off */
static const struct {
  const char *name;
  const char *device;
  const char *listed;
  const char *bound; /* NULL: nothing tells it apart */
  const char *selector;
  bool doubt;
} rows[] = {
  { "by its serial number", "{" IDS "\"serial\":\"A7\"," AT("2") ASKED,
    "[{" IDS "\"serial\":\"A7\"," AT("2") "},{" IDS "\"serial\":\"B8\"," AT("3") "}]",
    "serial", "usb:1050:0407:A7\naaguid:" MODEL, false },
  { "two have that number", "{" IDS "\"serial\":\"A7\"," AT("2") ASKED,
    "[{" IDS "\"serial\":\"A7\"," AT("2") "},{" IDS "\"serial\":\"A7\"," AT("3") "}]",
    "port", "usb:pci-0000:00:14.0-usb-0:2\nusb:1050:0407\naaguid:" MODEL, true },
  { "another product's number is another's", "{" IDS "\"serial\":\"A7\"," AT("2") ASKED,
    "[{\"vid\":1,\"pid\":2,\"serial\":\"A7\"," AT("3") "},{" IDS "\"serial\":\"A7\"," AT("2") "}]",
    "serial", "usb:1050:0407:A7\naaguid:" MODEL, false },
  { "none", "{" IDS AT("2") ASKED, "[]",
    "port", "usb:pci-0000:00:14.0-usb-0:2\nusb:1050:0407\naaguid:" MODEL, true },
  { "one with a line in it", "{" IDS "\"serial\":\"A\\nhid:/dev/hidraw9\"," AT("2") ASKED, "[]",
    "port", "usb:pci-0000:00:14.0-usb-0:2\nusb:1050:0407\naaguid:" MODEL, true },
  { "on a reader", "{\"transport\":\"pcsc\",\"selector\":\"pcsc:Reader 00\"" ASKED, "[]",
    "reader", "pcsc:Reader 00\naaguid:" MODEL, true },
  { "in software", "{\"transport\":\"socket\",\"selector\":\"socket:/run/a\"" ASKED, "[]",
    "socket", "socket:/run/a\naaguid:" MODEL, true },
  { "on another bus", "{" IDS "\"transport\":\"usb\",\"selector\":\"hid:/dev/hidraw1\"" ASKED, "[]",
    NULL, NULL, false },
  { "of no model", "{" IDS "\"serial\":\"A7\"," AT("2") "}", "[]", NULL, NULL, false },
};
/* clang-format on */

static FidotoolJson *
parse(const char *text)
{
  FidotoolJson *json = fidotool_json_parse(text, strlen(text), NULL);

  if (!json)
    fail_msg("%s", text);
  return json;
}

static void
a_name_is_bound_to_what_tells_the_key_apart(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) device = parse(rows[i].device);
    g_autoptr(FidotoolJson) listed = parse(rows[i].listed);
    const char *doubt = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolJson) row =
        fidotool_key_names_bind(device, listed, &doubt, &error);

    if ((row != NULL) != (rows[i].bound != NULL))
      fail_msg("%s", rows[i].name);
    if (!row) {
      assert_int_equal(error->code, FIDOTOOL_ERROR_UNSUPPORTED);
      continue;
    }
    assert_string_equal(fidotool_json_get_text(row, "bound"), rows[i].bound);
    assert_string_equal(fidotool_json_get_text(row, "selector"),
                        rows[i].selector);
    if ((doubt != NULL) != rows[i].doubt ||
        (fidotool_key_names_doubt(row) != NULL) != rows[i].doubt)
      fail_msg("%s: what is not known is not said", rows[i].name);
  }
}

static FidotoolJson *
names_of(void)
{
  return parse("{\"by-number\":{\"bound\":\"serial\",\"selector\":"
               "\"usb:1050:0407:A7\\naaguid:" MODEL "\"},"
               "\"at-2\":{\"bound\":\"port\",\"selector\":"
               "\"usb:pci-0000:00:14.0-usb-0:2\\nusb:1050:0407\\naaguid:" MODEL
               "\"}}");
}

static void
a_listed_key_has_the_name_that_fits(void **state)
{
  static const struct {
    const char *key;
    const char *name;
  } keys[] = {
      {"{" IDS "\"serial\":\"A7\"," AT("5") "}", "by-number"},
      {"{" IDS "\"serial\":\"A7\"," AT("2") "}", "by-number"},
      {"{" IDS "\"serial\":\"A78\"," AT("5") "}", NULL},
      {"{" IDS AT("2") "}", "at-2"},
      {"{" IDS AT("3") "}", NULL},
      {"{\"vid\":1,\"pid\":2," AT("2") "}", NULL},
  };
  g_autoptr(FidotoolJson) names = names_of();

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
    g_autoptr(FidotoolJson) key = parse(keys[i].key);
    const char *name = fidotool_key_names_find(names, key);

    if (g_strcmp0(name, keys[i].name) != 0)
      fail_msg("%s: %s", keys[i].key, name ? name : "none");
  }
}

/* What root gave is not taken over; a file that others can write is not
 * root's. */
static void
the_machines_names_come_first(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("keyturn-names-XXXXXX", NULL);
  g_autofree char *first = g_build_filename(folder, "all.json", NULL);
  g_autofree char *second = g_build_filename(folder, "own.json", NULL);
  const FidotoolKeyNamesPlaces places = {{{first, true}, {second, false}},
                                         NULL};
  g_autoptr(FidotoolJson) names = names_of();
  const FidotoolJson *by_number = fidotool_json_get(names, "by-number");
  const FidotoolJson *at_2 = fidotool_json_get(names, "at-2");
  g_autoptr(FidotoolJson) all = NULL;
  g_autoptr(GError) error = NULL;
  bool changed;

  (void)state;
  assert_true(
      fidotool_key_names_write(&places.files[1], "x", at_2, &changed, NULL));
  assert_true(
      fidotool_key_names_write(&places.files[1], "y", at_2, &changed, NULL));
  if (geteuid() == 0) {
    assert_true(fidotool_key_names_write(&places.files[0], "x", by_number,
                                         &changed, NULL));
    all = fidotool_key_names_read(&places, NULL);
    assert_int_equal(fidotool_json_size(all), 2);
    assert_true(
        fidotool_json_get_bool(fidotool_json_get(all, "x"), "for_all", false));
    assert_string_equal(
        fidotool_json_get_text(fidotool_json_get(all, "x"), "bound"), "serial");
    assert_null(fidotool_json_get(fidotool_json_get(all, "y"), "for_all"));
    assert_int_equal(chmod(first, 0646), 0);
  } else
    assert_true(g_file_set_contents(first, "{\"v\":1,\"names\":{}}", -1, NULL));
  assert_null(fidotool_key_names_read(&places, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_PERMISSION);
  unlink(first);
  unlink(second);
  rmdir(folder);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_name_is_bound_to_what_tells_the_key_apart),
      cmocka_unit_test(a_listed_key_has_the_name_that_fits),
      cmocka_unit_test(the_machines_names_come_first),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
