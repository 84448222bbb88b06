/* SPDX-License-Identifier: Apache-2.0 */
/* The secret entry: what goes in, what is counted, and who has the page. */
#include "fidotool/helper/sandbox.h"
#include "tests/kiosk/widget-testing.h"

#include <sys/resource.h>
#include <unistd.h>

typedef struct {
  KioskSecretEntry *entry;
  int changed;
} Fixture;

static int
set_up(void **state)
{
  Fixture *f = g_new0(Fixture, 1);

  f->entry = KIOSK_SECRET_ENTRY(g_object_ref_sink(kiosk_secret_entry_new()));
  g_object_set(f->entry, "label", "PIN of your key", NULL);
  g_signal_connect_swapped(f->entry, "changed",
                           G_CALLBACK(widget_testing_count), &f->changed);
  *state = f;
  return 0;
}

static int
tear_down(void **state)
{
  Fixture *f = *state;

  g_signal_handlers_disconnect_by_data(f->entry, &f->changed);
  g_object_unref(f->entry);
  g_free(f);
  return 0;
}

static void
assert_holds(KioskSecretEntry *entry, const char *text)
{
  g_autoptr(FidotoolSecret) secret = kiosk_secret_entry_steal(entry);

  assert_non_null(secret);
  assert_int_equal(fidotool_secret_len(secret), strlen(text));
  assert_string_equal(fidotool_secret_text(secret), text);
}

static void
it_counts_code_points(void **state)
{
  Fixture *f = *state;

  assert_true(kiosk_secret_entry_has_page(f->entry));
  assert_int_equal(kiosk_secret_entry_count(f->entry), 0);
  assert_true(kiosk_secret_entry_insert(f->entry, "12"));
  assert_true(kiosk_secret_entry_insert(f->entry, "é"));
  assert_true(kiosk_secret_entry_insert(f->entry, "e\xcc\x81")); /* 2 */
  assert_true(kiosk_secret_entry_insert(f->entry, "א"));
  assert_true(kiosk_secret_entry_insert(f->entry, "\xf0\x9f\x94\x91"));
  assert_int_equal(kiosk_secret_entry_count(f->entry), 7);
  assert_int_equal(f->changed, 5);
  assert_holds(f->entry, "12ée\xcc\x81א\xf0\x9f\x94\x91");
}

static void
erasing_takes_one_code_point(void **state)
{
  Fixture *f = *state;

  assert_false(kiosk_secret_entry_erase(f->entry));
  assert_int_equal(f->changed, 0);
  kiosk_secret_entry_insert(f->entry, "1e\xcc\x81\xf0\x9f\x94\x91");
  assert_true(kiosk_secret_entry_erase(f->entry));
  assert_true(kiosk_secret_entry_erase(f->entry));
  assert_int_equal(kiosk_secret_entry_count(f->entry), 2);
  assert_holds(f->entry, "1e");
}

static void
erased_bytes_are_gone_from_the_page(void **state)
{
  Fixture *f = *state;
  g_autoptr(FidotoolSecret) secret = NULL;
  const char *text;

  kiosk_secret_entry_insert(f->entry, "987654");
  kiosk_secret_entry_erase(f->entry);
  kiosk_secret_entry_erase(f->entry);
  secret = kiosk_secret_entry_steal(f->entry);
  text = fidotool_secret_text(secret);
  assert_string_equal(text, "9876");
  for (size_t i = 4; i < FIDOTOOL_SECRET_MAX; i++)
    assert_int_equal(text[i], 0);
}

static void
what_does_not_fit_is_refused_whole(void **state)
{
  Fixture *f = *state;
  char many[1001];

  memset(many, '1', 1000);
  many[1000] = '\0';
  assert_false(kiosk_secret_entry_insert(f->entry, many));
  assert_int_equal(kiosk_secret_entry_count(f->entry), 0);
  for (int i = 0; i < 1000; i++)
    (void)kiosk_secret_entry_insert(f->entry, "1");
  assert_int_equal(kiosk_secret_entry_count(f->entry), 63);
  assert_int_equal(f->changed, 63);
  kiosk_secret_entry_erase(f->entry);
  assert_false(kiosk_secret_entry_insert(f->entry, "é")); /* two bytes */
  assert_true(kiosk_secret_entry_insert(f->entry, "2"));
  g_object_set(f->entry, "max-bytes", 4, NULL);
  assert_false(kiosk_secret_entry_insert(f->entry, "3"));
  kiosk_secret_entry_clear(f->entry);
  assert_true(kiosk_secret_entry_insert(f->entry, "1234"));
  assert_false(kiosk_secret_entry_insert(f->entry, "5"));
}

static void
control_characters_and_bad_bytes_are_refused(void **state)
{
  static const char *const bad[] = {
      "",         "\n",   "1\t2", "\x7f",         "\x1b[A",
      "\xc2\x85", "\xff", "\xc3", "\xed\xa0\x80", "12\r",
  };
  Fixture *f = *state;

  assert_false(kiosk_secret_entry_insert(f->entry, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_false(kiosk_secret_entry_insert(f->entry, bad[i]));
  assert_int_equal(kiosk_secret_entry_count(f->entry), 0);
  assert_int_equal(f->changed, 0);
}

static void
stealing_leaves_an_empty_entry_that_goes_on(void **state)
{
  Fixture *f = *state;
  g_autoptr(FidotoolSecret) first = NULL;
  g_autoptr(FidotoolSecret) second = NULL;

  kiosk_secret_entry_insert(f->entry, "1234");
  first = kiosk_secret_entry_steal(f->entry);
  assert_int_equal(kiosk_secret_entry_count(f->entry), 0);
  assert_named(f->entry, "PIN of your key, empty");
  kiosk_secret_entry_insert(f->entry, "56");
  second = kiosk_secret_entry_steal(f->entry);
  assert_string_equal(fidotool_secret_text(first), "1234");
  assert_string_equal(fidotool_secret_text(second), "56");
}

static void
the_name_says_how_many(void **state)
{
  Fixture *f = *state;

  assert_named(f->entry, "PIN of your key, empty");
  kiosk_secret_entry_insert(f->entry, "1");
  assert_named(f->entry, "PIN of your key, 1 character entered");
  kiosk_secret_entry_insert(f->entry, "2");
  assert_named(f->entry, "PIN of your key, 2 characters entered");
  kiosk_secret_entry_clear(f->entry);
  assert_named(f->entry, "PIN of your key, empty");
}

static void
keys_of_the_entry_are_taken_and_no_others(void **state)
{
  static const struct {
    guint keyval;
    GdkModifierType modifiers;
    bool taken;
    size_t count;
  } keys[] = {
      {GDK_KEY_5, 0, true, 1},
      {GDK_KEY_KP_7, 0, true, 2},
      {GDK_KEY_A, GDK_SHIFT_MASK, true, 3},
      {GDK_KEY_adiaeresis, 0, true, 4},
      {GDK_KEY_v, GDK_CONTROL_MASK, false, 4},
      {GDK_KEY_c, GDK_CONTROL_MASK, false, 4},
      {GDK_KEY_1, GDK_ALT_MASK, false, 4},
      {GDK_KEY_1, GDK_SUPER_MASK, false, 4},
      {GDK_KEY_1, GDK_META_MASK, false, 4},
      {GDK_KEY_BackSpace, GDK_CONTROL_MASK, false, 4},
      {GDK_KEY_space, 0, false, 4},
      {GDK_KEY_Return, 0, false, 4},
      {GDK_KEY_KP_Enter, 0, false, 4},
      {GDK_KEY_Tab, 0, false, 4},
      {GDK_KEY_Escape, 0, false, 4},
      {GDK_KEY_Delete, 0, false, 4},
      {GDK_KEY_KP_Delete, 0, false, 4},
      {GDK_KEY_Left, 0, false, 4},
      {GDK_KEY_Menu, 0, false, 4},
      {GDK_KEY_dead_acute, 0, false, 4},
      {GDK_KEY_Shift_L, 0, false, 4},
      {GDK_KEY_BackSpace, 0, true, 3},
  };
  Fixture *f = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
    if (kiosk_secret_entry_take_key(f->entry, keys[i].keyval,
                                    keys[i].modifiers) != keys[i].taken)
      fail_msg("key %zu", i);
    assert_int_equal(kiosk_secret_entry_count(f->entry), keys[i].count);
  }
}

static void
it_is_no_editable(void **state)
{
  Fixture *f = *state;

  assert_false(GTK_IS_EDITABLE(f->entry));
  assert_null(gtk_widget_get_first_child(GTK_WIDGET(f->entry)));
}

/* Drawn with all that it can hold, in both directions, as dots and as text. */
static void
it_draws_whatever_it_holds(void **state)
{
  static const char *const texts[] = {"", "1", "אבגד", "e\xcc\x81\xcc\x82",
                                      "402118"};
  Fixture *f = *state;
  GtkWidget *window;

  g_object_ref(f->entry);
  window = widget_testing_show(GTK_WIDGET(f->entry), 200, 80);
  for (size_t i = 0; i < G_N_ELEMENTS(texts) * 8; i++) {
    kiosk_secret_entry_clear(f->entry);
    (void)kiosk_secret_entry_insert(f->entry, texts[i / 8]);
    g_object_set(f->entry, "visible-text", (i & 1) != 0, "group-size",
                 (i & 2) ? 3 : 0, "fixed-dots", (i & 2) ? 8 : 0, NULL);
    gtk_widget_set_direction(GTK_WIDGET(f->entry),
                             (i & 4) ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
    widget_testing_settle(5);
  }
  g_object_set(f->entry, "visible-text", TRUE, "group-size", 1, "max-bytes",
               FIDOTOOL_SECRET_MAX, NULL);
  while (kiosk_secret_entry_insert(f->entry, "8"))
    ;
  widget_testing_settle(30);
  assert_int_equal(kiosk_secret_entry_count(f->entry), FIDOTOOL_SECRET_MAX);
  gtk_window_destroy(GTK_WINDOW(window));
  g_object_unref(f->entry);
}

/* The groups of a code, each a word of its own to Pango, keep their order. */
static void
codes_are_left_to_right_everywhere(void **state)
{
  Fixture *f = *state;

  assert_int_equal(gtk_widget_get_direction(GTK_WIDGET(f->entry)),
                   GTK_TEXT_DIR_LTR);
  gtk_widget_set_default_direction(GTK_TEXT_DIR_RTL);
  assert_int_equal(gtk_widget_get_direction(GTK_WIDGET(f->entry)),
                   GTK_TEXT_DIR_LTR);
  gtk_widget_set_default_direction(GTK_TEXT_DIR_LTR);
}

static void
a_destroyed_page_has_no_secret(void **state)
{
  Fixture *f = *state;

  kiosk_secret_entry_insert(f->entry, "1234");
  g_object_run_dispose(G_OBJECT(f->entry));
  assert_int_equal(kiosk_secret_entry_count(f->entry), 0);
  assert_false(kiosk_secret_entry_has_page(f->entry));
  assert_null(kiosk_secret_entry_steal(f->entry));
  assert_false(kiosk_secret_entry_insert(f->entry, "1"));
}

/* The kernel lets root lock what it likes, and AddressSanitizer answers mlock
 * in the kernel's place, always with yes. */
static void
without_a_locked_page_nothing_is_entered(void **state)
{
  struct rlimit before, none;
  g_autoptr(GtkWidget) widget = NULL;
  KioskSecretEntry *entry;

  (void)state;
  if (FIDOTOOL_SANDBOX_SANITIZED || geteuid() == 0)
    skip();
  assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &before), 0);
  none = (struct rlimit){0, before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
  widget = g_object_ref_sink(kiosk_secret_entry_new());
  entry = KIOSK_SECRET_ENTRY(widget);
  assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &before), 0);
  assert_false(kiosk_secret_entry_has_page(entry));
  assert_false(kiosk_secret_entry_insert(entry, "1"));
  assert_false(kiosk_secret_entry_erase(entry));
  kiosk_secret_entry_clear(entry);
  assert_int_equal(kiosk_secret_entry_count(entry), 0);
  assert_null(kiosk_secret_entry_steal(entry));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(it_counts_code_points),
      TEST(erasing_takes_one_code_point),
      TEST(erased_bytes_are_gone_from_the_page),
      TEST(what_does_not_fit_is_refused_whole),
      TEST(control_characters_and_bad_bytes_are_refused),
      TEST(stealing_leaves_an_empty_entry_that_goes_on),
      TEST(the_name_says_how_many),
      TEST(keys_of_the_entry_are_taken_and_no_others),
      TEST(it_is_no_editable),
      TEST(it_draws_whatever_it_holds),
      TEST(codes_are_left_to_right_everywhere),
      TEST(a_destroyed_page_has_no_secret),
      cmocka_unit_test(without_a_locked_page_nothing_is_entered),
  };

  gtk_init();
  kiosk_widgets_init();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
