/* SPDX-License-Identifier: Apache-2.0 */
/* Words and a keypad: beside each other where there is room for both. And the
 * pad of codes. */
#include "widget-testing.h"

typedef struct {
  GtkWidget *pair, *first, *second, *window;
} Fixture;

static GtkWidget *
new_words(void)
{
  GtkWidget *label = gtk_label_new(
      "Choose a PIN with at least 6 characters. No dates, no rows like 123456, "
      "nothing that you use elsewhere.");

  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  return label;
}

static Fixture
show(int width, GtkTextDirection direction)
{
  Fixture f = {kiosk_pair_new(), new_words(), kiosk_keypad_new(), NULL};

  gtk_widget_set_direction(f.pair, direction);
  g_object_set(f.pair, "second", f.second, "first", f.first, NULL);
  f.window = widget_testing_show(f.pair, width, 600);
  return f;
}

static graphene_rect_t
place_of(const Fixture *f, GtkWidget *child)
{
  graphene_rect_t box;

  assert_true(gtk_widget_compute_bounds(child, f->pair, &box));
  return box;
}

static void
beside_each_other_where_there_is_room(void **state)
{
  Fixture f = show(900, GTK_TEXT_DIR_LTR);
  graphene_rect_t first = place_of(&f, f.first),
                  second = place_of(&f, f.second);

  (void)state;
  assert_true(second.origin.x >= first.origin.x + first.size.width);
  assert_true(second.origin.x + second.size.width <=
              (float)gtk_widget_get_width(f.pair) + 1);
  gtk_window_destroy(GTK_WINDOW(f.window));
}

static void
mirrored_from_right_to_left(void **state)
{
  Fixture f = show(900, GTK_TEXT_DIR_RTL);
  graphene_rect_t first = place_of(&f, f.first),
                  second = place_of(&f, f.second);

  (void)state;
  assert_true(first.origin.x >= second.origin.x + second.size.width);
  gtk_window_destroy(GTK_WINDOW(f.window));
}

static void
below_each_other_on_a_narrow_screen(void **state)
{
  Fixture f = show(400, GTK_TEXT_DIR_LTR);
  graphene_rect_t first = place_of(&f, f.first),
                  second = place_of(&f, f.second);

  (void)state;
  assert_true(second.origin.y >= first.origin.y + first.size.height);
  assert_true(first.size.width <= (float)gtk_widget_get_width(f.pair));
  gtk_window_destroy(GTK_WINDOW(f.window));
}

/* The keyboard is wide: for a finger its keys are worth a place of their own.
 */
static void
letters_come_below(void **state)
{
  Fixture f = show(1000, GTK_TEXT_DIR_LTR);
  graphene_rect_t first, second;

  (void)state;
  g_object_set(f.second, "letters", TRUE, NULL);
  g_signal_emit_by_name(widget_testing_find(f.second, GTK_TYPE_BUTTON, "ABC"),
                        "clicked");
  widget_testing_settle(100);
  first = place_of(&f, f.first);
  second = place_of(&f, f.second);
  assert_true(second.origin.y >= first.origin.y + first.size.height);
  assert_true(gtk_widget_get_width(
                  widget_testing_find(f.second, GTK_TYPE_BUTTON, "q")) >= 48);
  gtk_window_destroy(GTK_WINDOW(f.window));
}

/* Tab goes where reading goes, whichever was set first. */
static void
the_first_is_first(void **state)
{
  Fixture f = show(900, GTK_TEXT_DIR_LTR);

  (void)state;
  assert_ptr_equal(gtk_widget_get_first_child(f.pair), f.first);
  assert_ptr_equal(gtk_widget_get_last_child(f.pair), f.second);
  g_object_set(f.pair, "second", NULL, NULL);
  assert_ptr_equal(gtk_widget_get_last_child(f.pair), f.first);
  gtk_window_destroy(GTK_WINDOW(f.window));
}

/* --- the pad of codes -------------------------------------------------------
 */

static void
on_pressed(G_GNUC_UNUSED GtkWidget *pad, const char *text, GString *typed)
{
  g_string_append(typed, text);
}

static void
on_erased(G_GNUC_UNUSED GtkWidget *pad, GString *typed)
{
  g_string_append_c(typed, '<');
}

static void
press_all(GtkWidget *root)
{
  if (GTK_IS_BUTTON(root)) {
    g_signal_emit_by_name(root, "clicked");
    assert_true(gtk_widget_get_width(root) >= 48);
    assert_true(gtk_widget_get_height(root) >= 48);
  }
  for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    press_all(child);
}

static void
the_pad_has_each_character_of_a_code(void **state)
{
  GtkWidget *pad = kiosk_code_pad_new();
  GtkWidget *window = widget_testing_show(pad, 800, 400);
  g_autoptr(GString) typed = g_string_new(NULL);

  (void)state;
  g_signal_connect(pad, "pressed", G_CALLBACK(on_pressed), typed);
  g_signal_connect(pad, "erased", G_CALLBACK(on_erased), typed);
  press_all(pad);
  assert_string_equal(typed->str, "0123456789abcdef<");
  gtk_window_destroy(GTK_WINDOW(window));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(beside_each_other_where_there_is_room),
      cmocka_unit_test(mirrored_from_right_to_left),
      cmocka_unit_test(below_each_other_on_a_narrow_screen),
      cmocka_unit_test(letters_come_below),
      cmocka_unit_test(the_first_is_first),
      cmocka_unit_test(the_pad_has_each_character_of_a_code),
  };

  gtk_init();
  kiosk_widgets_init();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
