/* SPDX-License-Identifier: Apache-2.0 */
/* The widgets that only show: error strip, heading, ring, QR view, choice. */
#include "tests/kiosk/widget-testing.h"

static void
the_strip_takes_the_focus_each_time(void **state)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *strip = kiosk_error_strip_new();
  GtkWidget *button = gtk_button_new_with_label("x");
  GtkWidget *window;
  int focused = 0;

  (void)state;
  gtk_box_append(GTK_BOX(box), strip);
  gtk_box_append(GTK_BOX(box), button);
  window = widget_testing_show(box, 600, 200);
  assert_false(gtk_widget_get_visible(strip));
  gtk_widget_grab_focus(button);
  g_signal_connect_swapped(window, "notify::focus-widget",
                           G_CALLBACK(widget_testing_count), &focused);
  kiosk_error_strip_show(KIOSK_ERROR_STRIP(strip), "Wrong PIN. 7 tries left.",
                         "pin.wrong.7");
  assert_true(gtk_widget_get_visible(strip));
  assert_ptr_equal(gtk_root_get_focus(GTK_ROOT(window)), strip);
  assert_int_equal(gtk_accessible_get_accessible_role(GTK_ACCESSIBLE(strip)),
                   GTK_ACCESSIBLE_ROLE_ALERT);
  assert_named(strip, "Problem: Wrong PIN. 7 tries left.");
  assert_non_null(widget_testing_find(strip, GTK_TYPE_LABEL, "pin.wrong.7"));
  assert_int_equal(focused, 1);
  kiosk_error_strip_show(KIOSK_ERROR_STRIP(strip), "Wrong PIN. 7 tries left.",
                         NULL);
  assert_int_equal(focused, 3); /* away, and here again */
  assert_ptr_equal(gtk_root_get_focus(GTK_ROOT(window)), strip);
  assert_null(widget_testing_find(strip, GTK_TYPE_LABEL, "pin.wrong.7"));
  kiosk_error_strip_hide(KIOSK_ERROR_STRIP(strip));
  assert_false(gtk_widget_get_visible(strip));
  assert_null(
      widget_testing_find(strip, GTK_TYPE_LABEL, "Wrong PIN. 7 tries left."));
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
severity_is_a_word_too(void **state)
{
  static const char *const words[] = {"Problem", "Please note", "Done"};
  g_autoptr(GtkWidget) strip = g_object_ref_sink(kiosk_error_strip_new());

  (void)state;
  for (int i = 0; i < 3; i++) {
    g_autofree char *name = g_strdup_printf("%s: x", words[i]);

    g_object_set(strip, "severity", i, NULL);
    kiosk_error_strip_show(KIOSK_ERROR_STRIP(strip), "x", NULL);
    assert_named(strip, name);
  }
}

static void
the_heading_is_focused_and_named_by_both(void **state)
{
  GtkWidget *heading = kiosk_heading_new();
  GtkWidget *window = widget_testing_show(heading, 600, 200);

  (void)state;
  kiosk_heading_set(KIOSK_HEADING(heading), "Enter your case number",
                    "The help desk gave you this number.");
  assert_named(heading,
               "Enter your case number. The help desk gave you this number.");
  assert_true(gtk_widget_grab_focus(heading));
  assert_ptr_equal(gtk_root_get_focus(GTK_ROOT(window)), heading);
  kiosk_heading_set(KIOSK_HEADING(heading), "Done", NULL);
  assert_named(heading, "Done");
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
the_ring_is_a_number_too(void **state)
{
  GtkWidget *ring = kiosk_ring_new();
  GtkWidget *window = widget_testing_show(ring, 300, 300);

  (void)state;
  for (guint seconds = 30; seconds > 0; seconds--) {
    g_autofree char *number = g_strdup_printf("%u", seconds);

    g_object_set(gtk_settings_get_default(), "gtk-enable-animations",
                 seconds % 2 == 0, NULL);
    g_object_set(ring, "seconds", seconds, "fraction", seconds / 30.0, NULL);
    assert_non_null(widget_testing_find(ring, GTK_TYPE_LABEL, number));
    widget_testing_settle(2);
  }
  assert_non_null(widget_testing_find(ring, GTK_TYPE_LABEL, "second"));
  assert_named(ring, "5 seconds left"); /* a reader hears each fifth only */
  g_object_set(ring, "seconds", 0, "fraction", 0.0, "icon-name",
               "kiosk-touch-symbolic", NULL);
  assert_named(ring, "0 seconds left");
  widget_testing_settle(20);
  gtk_window_destroy(GTK_WINDOW(window));
}

/* The picture of a widget, 4 bytes a pixel. */
static guchar *
draw(GtkWidget *widget, int width, int height)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(widget);
  GtkSnapshot *snapshot = gtk_snapshot_new();
  g_autoptr(GdkTexture) texture = NULL;
  GskRenderNode *node;
  guchar *pixels = g_malloc0((gsize)width * (gsize)height * 4);

  gdk_paintable_snapshot(paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node(snapshot);
  assert_non_null(node);
  texture = gsk_renderer_render_texture(
      gtk_native_get_renderer(gtk_widget_get_native(widget)), node,
      &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  gdk_texture_download(texture, pixels, (gsize)width * 4);
  gsk_render_node_unref(node);
  return pixels;
}

static void
a_code_is_black_on_white_with_a_quiet_zone(void **state)
{
  static const char *const classes[] = {"light", "dark", "hc"};
  GtkWidget *qr = kiosk_qr_view_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *window;
  int side;

  (void)state;
  assert_true(kiosk_qr_view_set_text(KIOSK_QR_VIEW(qr), "402118"));
  g_object_set(qr, "label", "QR code of the receipt", NULL);
  assert_named(qr, "QR code of the receipt");
  gtk_widget_set_halign(qr, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(box), qr);
  window = widget_testing_show(box, 400, 300);
  side = gtk_widget_get_allocated_width(qr);
  assert_int_equal(side, (21 + 8) * 4); /* version 1 */
  for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
    g_autofree guchar *pixels = NULL;

    gtk_widget_add_css_class(window, classes[i]);
    gtk_widget_set_direction(qr, i == 1 ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
    widget_testing_settle(20);
    pixels = draw(qr, side, side);
    for (int p = 0; p < side * 4; p++)
      assert_int_equal(pixels[p + side * 4 * 8], 0xff); /* in the quiet zone */
    /* Finder patterns: three corners dark, the fourth never is one. */
    assert_int_equal(pixels[(18 * side + 18) * 4], 0);
    assert_int_equal(pixels[(18 * side + side - 19) * 4], 0);
    assert_int_equal(pixels[((side - 19) * side + 18) * 4], 0);
    assert_int_equal(pixels[(22 * side + 22) * 4], 0xff); /* inside the first */
    gtk_widget_remove_css_class(window, classes[i]);
  }
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
a_text_that_is_too_long_is_no_code(void **state)
{
  g_autoptr(GtkWidget) qr = g_object_ref_sink(kiosk_qr_view_new());
  g_autofree char *text = g_strnfill(2332, 'x');
  int minimum;

  (void)state;
  assert_false(kiosk_qr_view_set_text(KIOSK_QR_VIEW(qr), text));
  gtk_widget_measure(qr, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                     NULL);
  assert_int_equal(minimum, 0);
  text[2331] = '\0';
  assert_true(kiosk_qr_view_set_text(KIOSK_QR_VIEW(qr), text));
  gtk_widget_measure(qr, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                     NULL);
  assert_int_equal(minimum, (177 + 8) * 2); /* version 40 */
  assert_true(kiosk_qr_view_set_text(KIOSK_QR_VIEW(qr), ""));
  assert_true(kiosk_qr_view_set_text(KIOSK_QR_VIEW(qr), NULL));
}

static void
a_choice_wraps_and_is_named(void **state)
{
  GtkWidget *choice = kiosk_choice_new(
      "kiosk-calendar-symbolic", "I have an appointment for a new key",
      "You need your case number and the new key.");
  GtkWidget *window = widget_testing_show(choice, 700, 200);
  int clicked = 0, minimum, height;

  (void)state;
  assert_named(choice,
               "I have an appointment for a new key. You need your case "
               "number and the new key.");
  g_signal_connect_swapped(choice, "clicked", G_CALLBACK(widget_testing_count),
                           &clicked);
  g_signal_emit_by_name(choice, "clicked");
  assert_int_equal(clicked, 1);
  gtk_widget_add_css_class(window, "large");
  widget_testing_settle(30);
  gtk_widget_measure(choice, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                     NULL, NULL);
  assert_true(minimum <= 736); /* 800 wide, at 200 % */
  gtk_widget_measure(choice, GTK_ORIENTATION_VERTICAL, 736, &height, NULL, NULL,
                     NULL);
  assert_in_range(height, 56, 360);
  g_object_set(choice, "subtitle", NULL, "icon", NULL, "title", "Staff", NULL);
  assert_named(choice, "Staff");
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
every_icon_is_there_and_symbolic(void **state)
{
  static const char *const icons[] = {
      "insert", "touch",      "hold",      "remove",   "tap",    "other",
      "two",    "silent",     "pin",       "ok",       "wrong",  "attention",
      "wait",   "key",        "person",    "receipt",  "lost",   "calendar",
      "staff",  "language",   "text-size", "contrast", "speech", "erase",
      "shift",  "shift-lock", "space",     "next",     "back",   "pause",
      "resume", "repeat",     "stop",      "phone",    "print",  "shield",
  };
  GtkIconTheme *theme =
      gtk_icon_theme_get_for_display(gdk_display_get_default());

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(icons); i++) {
    g_autofree char *name = g_strdup_printf("kiosk-%s-symbolic", icons[i]);
    g_autoptr(GtkIconPaintable) icon = gtk_icon_theme_lookup_icon(
        theme, name, NULL, 64, 1, GTK_TEXT_DIR_LTR, 0);

    if (!gtk_icon_theme_has_icon(theme, name))
      fail_msg("no icon %s", name);
    assert_true(gtk_icon_paintable_is_symbolic(icon));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_strip_takes_the_focus_each_time),
      cmocka_unit_test(severity_is_a_word_too),
      cmocka_unit_test(the_heading_is_focused_and_named_by_both),
      cmocka_unit_test(the_ring_is_a_number_too),
      cmocka_unit_test(a_code_is_black_on_white_with_a_quiet_zone),
      cmocka_unit_test(a_text_that_is_too_long_is_no_code),
      cmocka_unit_test(a_choice_wraps_and_is_named),
      cmocka_unit_test(every_icon_is_there_and_symbolic),
  };

  gtk_init();
  kiosk_widgets_init();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
