/* SPDX-License-Identifier: Apache-2.0 */
/* Keypad and the keyboard behind it: what they tell, how large they are. */
#include "tests/kiosk/widget-testing.h"

typedef struct {
  GtkWidget *window;
  GtkWidget *pad;
  GString *pressed;
  int erased;
} Fixture;

static void
on_pressed(Fixture *f, const char *utf8)
{
  g_string_append(f->pressed, utf8);
}

static void
on_erased(Fixture *f)
{
  f->erased++;
}

static int
set_up(void **state)
{
  Fixture *f = g_new0(Fixture, 1);

  f->pressed = g_string_new(NULL);
  f->pad = kiosk_keypad_new();
  g_signal_connect_swapped(f->pad, "pressed", G_CALLBACK(on_pressed), f);
  g_signal_connect_swapped(f->pad, "erased", G_CALLBACK(on_erased), f);
  f->window = widget_testing_show(f->pad, 800, 400);
  *state = f;
  return 0;
}

static int
tear_down(void **state)
{
  Fixture *f = *state;

  gtk_window_destroy(GTK_WINDOW(f->window));
  g_string_free(f->pressed, TRUE);
  g_free(f);
  return 0;
}

static GtkWidget *
find_icon_button(GtkWidget *root, const char *icon)
{
  if (GTK_IS_BUTTON(root) &&
      g_strcmp0(gtk_button_get_icon_name(GTK_BUTTON(root)), icon) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child(root); child;
       child = gtk_widget_get_next_sibling(child)) {
    GtkWidget *found = find_icon_button(child, icon);

    if (found)
      return found;
  }
  return NULL;
}

static void
click_icon(Fixture *f, const char *icon)
{
  GtkWidget *button = find_icon_button(f->pad, icon);

  assert_non_null(button);
  g_signal_emit_by_name(button, "clicked");
}

static void
each_key_tells_its_digit(void **state)
{
  static const char digits[] = "5903127486";
  Fixture *f = *state;

  for (const char *p = digits; *p; p++) {
    const char label[2] = {*p, '\0'};

    widget_testing_click(f->pad, label);
  }
  assert_string_equal(f->pressed->str, digits);
  click_icon(f, "kiosk-erase-symbolic");
  assert_int_equal(f->erased, 1);
}

static void
keys_are_large_named_and_take_no_focus(void **state)
{
  Fixture *f = *state;

  for (int i = 0; i < 10; i++) {
    const char label[2] = {(char)('0' + i), '\0'};
    g_autofree char *name = g_strdup_printf("Digit %d", i);
    GtkWidget *key = widget_testing_find(f->pad, GTK_TYPE_BUTTON, label);

    assert_named(key, name);
    assert_false(gtk_widget_get_focus_on_click(key));
    assert_true(gtk_widget_get_focusable(key));
    assert_in_range(gtk_widget_get_allocated_width(key), 88, 90);
    assert_in_range(gtk_widget_get_allocated_height(key), 64, 66);
  }
}

static void
it_is_left_to_right_everywhere(void **state)
{
  Fixture *f = *state;
  GtkWidget *one, *three;
  graphene_rect_t a, b;

  gtk_widget_set_direction(f->window, GTK_TEXT_DIR_RTL);
  widget_testing_settle(20);
  one = widget_testing_find(f->pad, GTK_TYPE_BUTTON, "1");
  three = widget_testing_find(f->pad, GTK_TYPE_BUTTON, "3");
  assert_true(gtk_widget_compute_bounds(one, f->window, &a));
  assert_true(gtk_widget_compute_bounds(three, f->window, &b));
  assert_true(a.origin.x < b.origin.x);
}

static void
read_order(Fixture *f, char order[11])
{
  GtkWidget *grid = gtk_widget_get_first_child(f->pad);
  int n = 0;

  for (int i = 0; i < 12; i++) {
    GtkWidget *key = gtk_grid_get_child_at(GTK_GRID(grid), i % 3, i / 3);
    const char *label = gtk_button_get_label(GTK_BUTTON(key));

    if (label && strlen(label) == 1)
      order[n++] = label[0];
  }
  order[n] = '\0';
  assert_int_equal(n, 10);
}

static void
shuffled_is_every_digit_in_another_order(void **state)
{
  Fixture *f = *state;
  char first[11], order[11];
  int differing = 0;

  read_order(f, first);
  assert_string_equal(first, "1234567890");
  for (int run = 0; run < 20; run++) {
    g_object_set(f->pad, "shuffled", TRUE, NULL);
    read_order(f, order);
    differing += strcmp(first, order) != 0;
    for (const char *p = first; *p; p++)
      assert_non_null(strchr(order, *p));
    widget_testing_click(f->pad, "7");
  }
  assert_true(differing >= 19);
  assert_string_equal(f->pressed->str, "77777777777777777777");
  g_object_set(f->pad, "shuffled", FALSE, NULL);
  read_order(f, order);
  assert_string_equal(order, first);
}

static void
letters_come_and_go(void **state)
{
  Fixture *f = *state;
  GtkWidget *abc = widget_testing_find(f->pad, GTK_TYPE_BUTTON, "ABC");

  assert_false(gtk_widget_get_visible(abc));
  g_object_set(f->pad, "letters", TRUE, NULL);
  assert_true(gtk_widget_get_visible(abc));
  widget_testing_click(f->pad, "ABC");
  assert_non_null(widget_testing_find(f->pad, KIOSK_TYPE_KEYBOARD, NULL));
  assert_false(gtk_widget_get_visible(gtk_widget_get_first_child(f->pad)));
  widget_testing_click(f->pad, "q");
  widget_testing_click(f->pad, "123");
  assert_null(widget_testing_find(f->pad, KIOSK_TYPE_KEYBOARD, NULL));
  widget_testing_click(f->pad, "ABC");
  g_object_set(f->pad, "letters", FALSE, NULL);
  assert_null(widget_testing_find(f->pad, KIOSK_TYPE_KEYBOARD, NULL));
  assert_string_equal(f->pressed->str, "q");
}

static GtkWidget *
open_keyboard(Fixture *f, const char *language)
{
  g_object_set(f->pad, "letters", TRUE, "language", language, NULL);
  widget_testing_click(f->pad, "ABC");
  widget_testing_settle(30);
  return widget_testing_find(f->pad, KIOSK_TYPE_KEYBOARD, NULL);
}

static void
shift_is_for_one_character_or_locked(void **state)
{
  Fixture *f = *state;
  GtkWidget *keyboard = open_keyboard(f, "de");

  click_icon(f, "kiosk-shift-symbolic");
  widget_testing_click(keyboard, "Ü");
  widget_testing_click(keyboard, "b");
  click_icon(f, "kiosk-shift-symbolic");
  click_icon(f, "kiosk-shift-symbolic");
  widget_testing_click(keyboard, "E");
  widget_testing_click(keyboard, "R");
  widget_testing_click(keyboard, "ß"); /* has no capital of one character */
  click_icon(f, "kiosk-shift-lock-symbolic");
  widget_testing_click(keyboard, "-");
  click_icon(f, "kiosk-space-symbolic");
  widget_testing_click(keyboard, "1");
  click_icon(f, "kiosk-erase-symbolic");
  assert_string_equal(f->pressed->str, "ÜbERß- 1");
  assert_int_equal(f->erased, 1);
}

/* Each printable character of ASCII: a PIN made elsewhere may have any. */
static void
every_sign_of_ascii_can_be_typed(void **state)
{
  static const char *const icons[] = {"kiosk-shift-symbolic",
                                      "kiosk-shift-lock-symbolic"};
  static const char *const languages[] = {"en", "de", "fr"};
  Fixture *f = *state;

  for (size_t l = 0; l < G_N_ELEMENTS(languages); l++) {
    GtkWidget *keyboard = open_keyboard(f, languages[l]);
    bool found[128] = {[' '] = true};

    for (int layer = 0; layer < 4; layer++) {
      if (layer == 2)
        widget_testing_click(keyboard, "!?#");
      else if (layer != 0)
        click_icon(f, icons[0]);
      for (int c = ' '; c < 127; c++) {
        const char label[2] = {(char)c, '\0'};
        GtkWidget *key = widget_testing_find(keyboard, GTK_TYPE_BUTTON, label);

        if (!key || !gtk_widget_get_sensitive(key))
          continue;
        found[c] = true;
      }
      if (layer == 1) {
        click_icon(f, icons[0]);
        click_icon(f, icons[1]);
      }
    }
    for (int c = ' '; c < 127; c++)
      if (!found[c])
        fail_msg("%s: no %c", languages[l], c);
    widget_testing_click(keyboard, "123");
  }
}

static void
letters_of_other_languages_can_be_typed(void **state)
{
  static const char *const letters[] = {"é", "ł", "ñ", "ı", "ç"};
  Fixture *f = *state;
  GtkWidget *keyboard = open_keyboard(f, "en");

  widget_testing_click(keyboard, "áéñ");
  for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
    widget_testing_click(keyboard, letters[i]);
  widget_testing_click(keyboard, "áéñ");
  click_icon(f, "kiosk-shift-symbolic");
  widget_testing_click(keyboard, "Š");
  widget_testing_click(keyboard, "ß");
  widget_testing_click(keyboard, "áéñ");
  widget_testing_click(keyboard, "a");
  assert_string_equal(f->pressed->str, "éłñıçŠßa");
}

static void
assert_large(GtkWidget *widget, int *n)
{
  if (GTK_IS_BUTTON(widget) && gtk_widget_get_mapped(widget)) {
    ++*n;
    if (gtk_widget_get_allocated_width(widget) < 48 ||
        gtk_widget_get_allocated_height(widget) < 48)
      fail_msg("a key of %dx%d", gtk_widget_get_allocated_width(widget),
               gtk_widget_get_allocated_height(widget));
  }
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
       child = gtk_widget_get_next_sibling(child))
    assert_large(child, n);
}

static void
keys_are_large_enough_at_800_pixels(void **state)
{
  static const char *const classes[] = {"staff", "narrow", "hc", "large"};
  Fixture *f = *state;

  open_keyboard(f, "de");
  for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
    int n = 0, minimum;

    gtk_widget_add_css_class(f->window, classes[i]);
    widget_testing_settle(40);
    gtk_widget_measure(f->pad, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                       NULL, NULL);
    assert_true(minimum <= 736); /* with margins of 32 */
    assert_large(f->pad, &n);
    assert_true(n > 45);
    gtk_widget_remove_css_class(f->window, classes[i]);
  }
}

/* Too narrow for its rows: the keys stand below each other instead. */
static void
keys_are_large_enough_at_480_pixels(void **state)
{
  static const char *const classes[] = {"staff", "narrow", "hc", "large"};
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkWidget *keyboard = kiosk_keyboard_new();
  GtkWidget *window;

  (void)state;
  g_object_set(keyboard, "language", "de", "digits-key", TRUE, NULL);
  g_object_set(scroller, "hscrollbar-policy", GTK_POLICY_NEVER, "child",
               keyboard, NULL);
  window = widget_testing_show(scroller, 448, 600); /* margins of 16 */
  gtk_widget_add_css_class(window, "narrow");
  for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
    int n = 0;

    gtk_widget_add_css_class(window, classes[i]);
    widget_testing_settle(40);
    assert_int_equal(gtk_widget_get_width(keyboard), 448);
    assert_large(keyboard, &n);
    assert_true(n > 45);
  }
  gtk_window_destroy(GTK_WINDOW(window));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(each_key_tells_its_digit),
      TEST(keys_are_large_named_and_take_no_focus),
      TEST(it_is_left_to_right_everywhere),
      TEST(shuffled_is_every_digit_in_another_order),
      TEST(letters_come_and_go),
      TEST(shift_is_for_one_character_or_locked),
      TEST(every_sign_of_ascii_can_be_typed),
      TEST(letters_of_other_languages_can_be_typed),
      TEST(keys_are_large_enough_at_800_pixels),
      TEST(keys_are_large_enough_at_480_pixels),
  };

  gtk_init();
  kiosk_widgets_init();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
