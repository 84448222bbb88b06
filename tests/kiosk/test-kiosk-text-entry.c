/* SPDX-License-Identifier: Apache-2.0 */
/* The text entry: what of a text goes in, by every way in. */
#include "tests/kiosk/widget-testing.h"

typedef struct {
  GtkWidget *window;
  KioskTextEntry *entry;
  GtkText *text;
  int changed;
} Fixture;

static int
set_up(void **state)
{
  Fixture *f = g_new0(Fixture, 1);

  f->entry = KIOSK_TEXT_ENTRY(kiosk_text_entry_new());
  g_object_set(f->entry, "label", "Name", NULL);
  f->text =
      GTK_TEXT(widget_testing_find(GTK_WIDGET(f->entry), GTK_TYPE_TEXT, NULL));
  f->window = widget_testing_show(GTK_WIDGET(f->entry), 400, 120);
  g_signal_connect_swapped(f->entry, "changed",
                           G_CALLBACK(widget_testing_count), &f->changed);
  *state = f;
  return 0;
}

static int
tear_down(void **state)
{
  Fixture *f = *state;

  gtk_window_destroy(GTK_WINDOW(f->window));
  g_free(f);
  return 0;
}

static void
assert_text(Fixture *f, const char *text)
{
  assert_string_equal(kiosk_text_entry_get_text(f->entry), text);
}

static const struct {
  const char *in;
  const char *out;
} filtered[] = {
    {"Jürgen Weiß", "Jürgen Weiß"},
    {"محمد", "محمد"},
    {"e\xcc\x81", "e\xcc\x81"}, /* combining */
    {"a\xe2\x80\x8c"
     "b\xe2\x80\x8d"
     "c",
     "a\xe2\x80\x8c"
     "b\xe2\x80\x8d"
     "c"},
    {"a\x01"
     "b\x7f"
     "c\x1b[31m",
     "abc[31m"}, /* control */
    {"a\xc2\x85"
     "b",
     "ab"},                                              /* NEL */
    {"Anna\tMaria\r\nSchmidt\n", "Anna Maria Schmidt "}, /* one line */
    {"a\xe2\x80\xa8"
     "b",
     "a b"}, /* line separator */
    {"a\xe2\x80\xae"
     "b\xe2\x80\xac",
     "ab"}, /* override */
    {"a\xe2\x81\xa6"
     "b\xe2\x81\xa9",
     "ab"}, /* isolate */
    {"a\xe2\x80\x8f\xe2\x80\x8e\xd8\x9c"
     "b",
     "ab"}, /* marks */
    {"a\xe2\x80\x8b\xef\xbb\xbf"
     "b",
     "ab"}, /* no width */
    {"a\xee\x80\x80"
     "b",
     "ab"}, /* private use */
    {"a\xef\xbf\xbf"
     "b",
     "ab"}, /* no character */
    {"a\xf3\xa0\x81\xa1"
     "b",
     "ab"}, /* tag */
    {"a\xff"
     "b",
     "ab"}, /* no UTF-8 */
    {"\xe2\x80\xae", ""},
};

static void
what_goes_in_is_filtered(void **state)
{
  Fixture *f = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(filtered); i++) {
    kiosk_text_entry_clear(f->entry);
    kiosk_text_entry_insert(f->entry, filtered[i].in);
    assert_text(f, filtered[i].out);
    kiosk_text_entry_set_text(f->entry, filtered[i].in);
    assert_text(f, filtered[i].out);
  }
  kiosk_text_entry_set_text(f->entry, NULL);
  assert_text(f, "");
}

static void
paste_is_filtered_the_same_way(void **state)
{
  Fixture *f = *state;
  GdkClipboard *clipboard = gtk_widget_get_clipboard(GTK_WIDGET(f->text));

  for (size_t i = 0; i < G_N_ELEMENTS(filtered); i++) {
    if (!g_utf8_validate(filtered[i].in, -1, NULL))
      continue; /* the clipboard takes no such text */
    kiosk_text_entry_clear(f->entry);
    gdk_clipboard_set_text(clipboard, filtered[i].in);
    g_signal_emit_by_name(f->text, "paste-clipboard");
    widget_testing_settle(5);
    assert_text(f, filtered[i].out);
  }
}

/* GTK 4.8 tells the accessibility bus all of such a text, whatever its length
 * is; what goes on from here ends where it should. */
static void
only_the_length_given_goes_in(void **state)
{
  Fixture *f = *state;
  int position = 0;

  gtk_editable_insert_text(GTK_EDITABLE(f->text), "xyz", 1, &position);
  assert_text(f, "x");
  assert_int_equal(position, 1);
  gtk_editable_insert_text(GTK_EDITABLE(f->text), "ä", 1, &position); /* half */
  assert_text(f, "x");
  assert_int_equal(position, 1);
}

static void
the_maximum_is_in_code_points(void **state)
{
  Fixture *f = *state;
  g_autoptr(GString) many = g_string_new(NULL);

  for (int i = 0; i < 1000; i++)
    g_string_append(many, "ä");
  kiosk_text_entry_insert(f->entry, many->str);
  assert_int_equal(g_utf8_strlen(kiosk_text_entry_get_text(f->entry), -1), 200);
  kiosk_text_entry_insert(f->entry, "x");
  assert_int_equal(g_utf8_strlen(kiosk_text_entry_get_text(f->entry), -1), 200);
  kiosk_text_entry_clear(f->entry);
  g_object_set(f->entry, "max-length", 3, NULL);
  kiosk_text_entry_insert(f->entry, "äöüß");
  assert_text(f, "äöü");
  for (int i = 0; i < 1000; i++) /* one letter, and nothing but marks */
    kiosk_text_entry_insert(f->entry, "\xcc\x81");
  assert_text(f, "äöü");
}

static void
erasing_takes_what_is_before_the_cursor(void **state)
{
  Fixture *f = *state;

  kiosk_text_entry_erase(f->entry);
  kiosk_text_entry_insert(f->entry, "abc");
  kiosk_text_entry_erase(f->entry);
  assert_text(f, "ab");
  gtk_editable_set_position(GTK_EDITABLE(f->text), 1);
  kiosk_text_entry_erase(f->entry);
  assert_text(f, "b");
  gtk_editable_select_region(GTK_EDITABLE(f->text), 0, -1);
  kiosk_text_entry_insert(f->entry, "z");
  assert_text(f, "z");
  assert_true(f->changed > 4);
}

static void
nothing_can_be_undone_or_copied(void **state)
{
  Fixture *f = *state;
  GdkClipboard *clipboard = gtk_widget_get_clipboard(GTK_WIDGET(f->text));

  gdk_clipboard_set_text(clipboard, "before");
  kiosk_text_entry_insert(f->entry, "Anna Schmidt");
  gtk_editable_select_region(GTK_EDITABLE(f->text), 0, -1);
  g_signal_emit_by_name(f->text, "copy-clipboard");
  g_signal_emit_by_name(f->text, "cut-clipboard");
  assert_text(f, "Anna Schmidt");
  kiosk_text_entry_clear(f->entry);
  gtk_widget_activate_action(GTK_WIDGET(f->text), "text.undo", NULL);
  assert_text(f, "");
  g_signal_emit_by_name(f->text, "paste-clipboard");
  widget_testing_settle(5);
  assert_text(f, "before");
}

static bool
has_popover(GtkWidget *root)
{
  return widget_testing_find(root, GTK_TYPE_POPOVER, NULL) != NULL;
}

static void
no_menu_and_no_emoji_come_up(void **state)
{
  Fixture *f = *state;

  gtk_widget_activate_action(GTK_WIDGET(f->text), "menu.popup", NULL);
  gtk_widget_activate_action(GTK_WIDGET(f->text), "misc.insert-emoji", NULL);
  g_signal_emit_by_name(f->text, "insert-emoji");
  widget_testing_settle(20);
  assert_false(has_popover(f->window));
}

static void
keys_of_the_entry_are_taken_and_no_others(void **state)
{
  Fixture *f = *state;

  assert_true(kiosk_text_entry_take_key(f->entry, GDK_KEY_A, GDK_SHIFT_MASK));
  assert_true(kiosk_text_entry_take_key(f->entry, GDK_KEY_space, 0));
  assert_true(kiosk_text_entry_take_key(f->entry, GDK_KEY_adiaeresis, 0));
  assert_false(
      kiosk_text_entry_take_key(f->entry, GDK_KEY_v, GDK_CONTROL_MASK));
  assert_false(kiosk_text_entry_take_key(f->entry, GDK_KEY_x, GDK_ALT_MASK));
  assert_false(kiosk_text_entry_take_key(f->entry, GDK_KEY_Return, 0));
  assert_false(kiosk_text_entry_take_key(f->entry, GDK_KEY_Escape, 0));
  assert_false(kiosk_text_entry_take_key(f->entry, GDK_KEY_Tab, 0));
  assert_text(f, "A ä");
  assert_true(kiosk_text_entry_take_key(f->entry, GDK_KEY_BackSpace, 0));
  assert_text(f, "A ");
}

static void
the_name_is_the_label(void **state)
{
  Fixture *f = *state;

  assert_named(f->text, "Name");
  assert_true(gtk_widget_grab_focus(GTK_WIDGET(f->entry)));
  assert_ptr_equal(gtk_root_get_focus(GTK_ROOT(f->window)), f->text);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(what_goes_in_is_filtered),
      TEST(paste_is_filtered_the_same_way),
      TEST(only_the_length_given_goes_in),
      TEST(the_maximum_is_in_code_points),
      TEST(erasing_takes_what_is_before_the_cursor),
      TEST(nothing_can_be_undone_or_copied),
      TEST(no_menu_and_no_emoji_come_up),
      TEST(keys_of_the_entry_are_taken_and_no_others),
      TEST(the_name_is_the_label),
  };

  gtk_init();
  kiosk_widgets_init();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
