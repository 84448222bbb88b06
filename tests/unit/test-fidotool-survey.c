/* SPDX-License-Identifier: Apache-2.0 */
/* What a survey finds on a machine of files, and what the doctor makes of it.
 */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fidotool/cli/diagnosis.h"
#include "fidotool/device/survey.h"
#include "fidotool/error.h"

/* Usage page 0xF1D0, and one of a keyboard. */
static const char fido_descriptor[] = "\x06\xd0\xf1\x09\x01\xa1\x01\xc0";
static const char keyboard_descriptor[] = "\x05\x01\x09\x06\xa1\x01\xc0";

typedef struct {
  char *root;
  GArray *tries;
} Fixture;

static void
put(const Fixture *f, const char *name, const char *content, gssize len)
{
  g_autofree char *path = g_build_filename(f->root, name, NULL);
  g_autofree char *folder = g_path_get_dirname(path);

  assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
  assert_true(g_file_set_contents(path, content, len, NULL));
}

static void
put_link(const Fixture *f, const char *name, const char *target)
{
  g_autofree char *path = g_build_filename(f->root, name, NULL);
  g_autofree char *folder = g_path_get_dirname(path);

  assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
  assert_int_equal(symlink(target, path), 0);
}

static int
set_up(void **state)
{
  Fixture *f = g_new0(Fixture, 1);

  f->root = g_dir_make_tmp("keyturn-survey-XXXXXX", NULL);
  f->tries = g_array_new(FALSE, FALSE, sizeof(FidotoolDiagnosisTry));
  g_array_set_clear_func(f->tries,
                         (GDestroyNotify)fidotool_diagnosis_try_clear);
  *state = f;
  return f->root == NULL;
}

static void
remove_all(const char *path)
{
  GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK)
                  ? NULL
                  : g_dir_open(path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *one = g_build_filename(path, name, NULL);

    remove_all(one);
  }
  if (dir != NULL)
    g_dir_close(dir);
  (void)g_remove(path);
}

static int
tear_down(void **state)
{
  Fixture *f = *state;

  remove_all(f->root);
  g_free(f->root);
  g_array_unref(f->tries);
  g_free(f);
  return 0;
}

/* A key in port 3-1 as hidraw3, fit to be used. */
static void
put_key(const Fixture *f)
{
  put(f, "sys/class/hidraw/hidraw3/dev", "240:3\n", -1);
  put_link(f, "sys/class/hidraw/hidraw3/device",
           "../../../devices/usb3/3-1/3-1:1.1/0003:1050:0407.0001");
  put(f, "sys/devices/usb3/3-1/3-1:1.1/0003:1050:0407.0001/uevent",
      "DRIVER=hid-generic\nHID_ID=0003:00001050:00000407\n"
      "HID_NAME=Yubico YubiKey OTP+FIDO+CCID\n",
      -1);
  put(f, "sys/devices/usb3/3-1/3-1:1.1/0003:1050:0407.0001/report_descriptor",
      fido_descriptor, sizeof(fido_descriptor) - 1);
  put(f, "dev/hidraw3", "", 0);
  put(f, "run/udev/data/c240:3", "E:ID_FIDO_TOKEN=1\nE:ID_SECURITY_TOKEN=1\n",
      -1);
}

/* The survey, and in its list one key where there is one. */
static FidotoolJson *
look(const Fixture *f, bool with_key)
{
  FidotoolJson *survey = fidotool_survey_read(f->root);
  FidotoolJson *list =
      fidotool_json_set(survey, "list", fidotool_json_new_object());
  FidotoolJson *keys =
      fidotool_json_set(list, "keys", fidotool_json_new_array());

  fidotool_json_set_text(list, "pcscd", "absent");
  if (with_key)
    fidotool_json_append(keys, fidotool_json_new_object());
  return survey;
}

static const FidotoolJson *
node_of(const FidotoolJson *survey)
{
  const FidotoolJson *nodes = fidotool_json_get(survey, "nodes");

  assert_int_equal(fidotool_json_size(nodes), 1);
  return fidotool_json_at(nodes, 0);
}

/* The ids of what the doctor finds, with blanks between. */
static char *
diagnose(const Fixture *f, const FidotoolJson *survey)
{
  g_autoptr(FidotoolJson) findings = fidotool_diagnosis_make(survey, f->tries);
  GString *ids = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(findings); i++) {
    const FidotoolJson *one = fidotool_json_at(findings, i);

    g_string_append_printf(ids, "%s%s", i > 0 ? " " : "",
                           fidotool_json_get_text(one, "id"));
    assert_true(strlen(fidotool_json_get_text(one, "text")) > 0);
    assert_true(strlen(fidotool_json_get_text(one, "todo")) > 0);
  }
  return g_string_free(ids, FALSE);
}

static void
check(const Fixture *f, bool with_key, const char *ids)
{
  g_autoptr(FidotoolJson) survey = look(f, with_key);
  g_autofree char *found = diagnose(f, survey);

  assert_string_equal(found, ids);
}

static void
a_key_that_can_be_used_is_described(void **state)
{
  Fixture *f = *state;
  g_autoptr(FidotoolJson) survey = NULL;
  const FidotoolJson *node;

  put_key(f);
  survey = look(f, true);
  node = node_of(survey);
  assert_string_equal(fidotool_json_get_text(node, "path"), "/dev/hidraw3");
  assert_int_equal(fidotool_json_get_int(node, "vid", 0), 0x1050);
  assert_int_equal(fidotool_json_get_int(node, "pid", 0), 0x0407);
  assert_string_equal(fidotool_json_get_text(node, "usb"), "3-1");
  assert_true(fidotool_json_get_bool(node, "fido", false));
  assert_true(fidotool_json_get_bool(node, "permitted", false));
  assert_true(fidotool_json_get_bool(node, "token", false));
  assert_true(fidotool_json_get_bool(node, "security_token", false));
  assert_null(fidotool_json_get(node, "held_by"));
  check(f, true, "");
}

static void
nothing_at_all_is_said_so(void **state)
{
  check(*state, false, "no-key");
}

static void
a_keyboard_is_no_key(void **state)
{
  Fixture *f = *state;

  put_key(f);
  put(f, "sys/devices/usb3/3-1/3-1:1.1/0003:1050:0407.0001/report_descriptor",
      keyboard_descriptor, sizeof(keyboard_descriptor) - 1);
  check(f, false, "no-key");
}

static void
a_node_that_is_not_ours_is_named_with_its_mode(void **state)
{
  Fixture *f = *state;
  g_autofree char *path = NULL;

  if (geteuid() == 0)
    skip(); /* root may open everything */
  put_key(f);
  path = g_build_filename(f->root, "dev/hidraw3", NULL);
  assert_int_equal(chmod(path, 0000), 0);
  check(f, true, "not-permitted");
}

static void
a_missing_node_and_a_missing_mark_are_told_apart(void **state)
{
  Fixture *f = *state;
  g_autofree char *node = g_build_filename(f->root, "dev/hidraw3", NULL);
  g_autofree char *mark =
      g_build_filename(f->root, "run/udev/data/c240:3", NULL);

  put_key(f);
  assert_int_equal(g_remove(mark), 0);
  check(f, true, "no-udev-mark");
  assert_int_equal(g_remove(node), 0);
  check(f, true, "no-node no-udev-mark");
}

static void
whoever_holds_a_key_is_named(void **state)
{
  Fixture *f = *state;
  g_autofree char *path = g_build_filename(f->root, "dev/hidraw3", NULL);
  g_autofree char *locks = NULL;
  g_autoptr(FidotoolJson) survey = NULL;
  const FidotoolJson *holder;
  struct stat st;

  put_key(f);
  assert_int_equal(stat(path, &st), 0);
  locks =
      g_strdup_printf("1: POSIX  ADVISORY  READ 7 08:01:%lu 0 EOF\n"
                      "2: FLOCK  ADVISORY  WRITE 4711 %02x:%02x:%lu 0 EOF\n",
                      (unsigned long)st.st_ino, major(st.st_dev),
                      minor(st.st_dev), (unsigned long)st.st_ino);
  put(f, "proc/locks", locks, -1);
  put(f, "proc/4711/comm", "firefox\n", -1);
  survey = look(f, true);
  holder = fidotool_json_get(node_of(survey), "held_by");
  assert_int_equal(fidotool_json_get_int(holder, "pid", 0), 4711);
  assert_string_equal(fidotool_json_get_text(holder, "name"), "firefox");
  check(f, true, "held");
}

static void
put_usb(const Fixture *f, const char *port, const char *vid, const char *pid)
{
  const struct {
    const char *name, *content;
  } files[] = {{"idVendor", vid}, {"idProduct", pid}, {"product", "Thing"}};

  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *name =
        g_build_filename("sys/bus/usb/devices", port, files[i].name, NULL);

    put(f, name, files[i].content, -1);
  }
}

static void
keys_in_another_state_are_seen(void **state)
{
  Fixture *f = *state;

  put_usb(f, "1-2", "20a0\n", "42dd\n");
  put_usb(f, "1-3", "1050\n", "0404\n");
  put_usb(f, "1-4", "046d\n", "c31c\n"); /* a keyboard */
  check(f, false, "bootloader fido-off");
}

static void
readers_and_who_drives_them(void **state)
{
  Fixture *f = *state;
  g_autoptr(FidotoolJson) survey = NULL;

  put_usb(f, "1-2", "072f\n", "2200\n");
  put(f, "sys/bus/usb/devices/1-2:1.0/bInterfaceClass", "0b\n", -1);
  check(f, false, "pcscd-down");
  survey = look(f, false);
  fidotool_json_set_text((FidotoolJson *)fidotool_json_get(survey, "list"),
                         "pcscd", "refused");
  {
    g_autofree char *found = diagnose(f, survey);

    assert_string_equal(found, "pcscd-refused");
  }
  put_link(f, "sys/bus/usb/devices/1-2:1.0/driver",
           "../../../../bus/usb/drivers/pn533_usb");
  check(f, false, "kernel-driver pcscd-down");
}

static void
what_lies_on_a_reader_is_told(void **state)
{
  Fixture *f = *state;
  static const char *const states[] = {"fido", "empty", "other", "mute",
                                       "busy"};
  g_autoptr(FidotoolJson) survey = look(f, false);
  FidotoolJson *readers =
      fidotool_json_set((FidotoolJson *)fidotool_json_get(survey, "list"),
                        "readers", fidotool_json_new_array());
  g_autofree char *found = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
    FidotoolJson *one =
        fidotool_json_append(readers, fidotool_json_new_object());

    fidotool_json_set_text(one, "name", "Reader 00 00");
    fidotool_json_set_text(one, "state", states[i]);
  }
  found = diagnose(f, survey);
  assert_string_equal(found, "no-fido-card mute-card held-card");
}

static void
how_keys_answered_is_told(void **state)
{
  Fixture *f = *state;
  static const struct {
    int code;
    const char *id;
  } cases[] = {
      {FIDOTOOL_ERROR_UNSUPPORTED, "u2f-only"},
      {FIDOTOOL_ERROR_BUSY, "busy"},
      {FIDOTOOL_ERROR_INVALID, "bad-description"},
      {FIDOTOOL_ERROR_LOST, "no-answer"},
      {FIDOTOOL_ERROR_TIMEOUT, "no-answer"},
      {FIDOTOOL_ERROR_PERMISSION, ""},
      {0, ""},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    FidotoolDiagnosisTry one = {.selector = g_strdup("hid:/dev/hidraw3")};

    if (cases[i].code != 0)
      one.error = g_error_new_literal(FIDOTOOL_ERROR, cases[i].code, "words");
    g_array_set_size(f->tries, 0);
    g_array_append_val(f->tries, one);
    check(f, true, cases[i].id);
  }
}

/* Anything may stand in these files. */
static void
nonsense_is_read_through(void **state)
{
  Fixture *f = *state;
  g_autoptr(FidotoolJson) survey = NULL;
  g_autofree char *text = NULL;

  put(f, "sys/class/hidraw/hidraw\xff/dev", "x", -1);
  put(f, "sys/class/hidraw/hidraw1/dev", "\xff\xfe", 2);
  put(f, "sys/class/hidraw/hidraw1/device/uevent",
      "HID_ID=zz\nHID_NAME=\xff\nHID_ID", -1);
  put(f, "sys/class/hidraw/hidraw1/device/report_descriptor", "\x06\xd0", 2);
  put_usb(f, "1-2", "\xff", "");
  put_usb(f, "1-\xfe", "1050", "0404");
  put(f, "sys/bus/usb/devices/:/bInterfaceClass", "0b", -1);
  put(f, "proc/locks", "FLOCK\n1: FLOCK a b -1 0:0:0", -1);
  survey = look(f, false);
  text = fidotool_json_write(survey, NULL);
  assert_true(g_utf8_validate(text, -1, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(a_key_that_can_be_used_is_described),
      TEST(nothing_at_all_is_said_so),
      TEST(a_keyboard_is_no_key),
      TEST(a_node_that_is_not_ours_is_named_with_its_mode),
      TEST(a_missing_node_and_a_missing_mark_are_told_apart),
      TEST(whoever_holds_a_key_is_named),
      TEST(keys_in_another_state_are_seen),
      TEST(readers_and_who_drives_them),
      TEST(what_lies_on_a_reader_is_told),
      TEST(how_keys_answered_is_told),
      TEST(nonsense_is_read_through),
#undef TEST
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
