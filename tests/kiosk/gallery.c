/* SPDX-License-Identifier: Apache-2.0 */
/* gallery.c - every widget in a window, as a page would use it, saved as a
 * picture: gallery SHEET CLASSES WIDTHxHEIGHT FILE.png [rtl|focus]. */
#include <adwaita.h>

#include "kiosk/widgets/widgets.h"

static GtkWidget *
new_box(GtkOrientation orientation, int spacing)
{
  return gtk_box_new(orientation, spacing);
}

static GtkWidget *
new_button(const char *label, const char *css_class)
{
  GtkWidget *button = gtk_button_new_with_label(label);

  if (css_class)
    gtk_widget_add_css_class(button, css_class);
  return button;
}

static GtkWidget *
new_icon_button(const char *icon, const char *label)
{
  GtkWidget *button = gtk_button_new();
  GtkWidget *box = new_box(GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_append(GTK_BOX(box), gtk_image_new_from_icon_name(icon));
  gtk_box_append(GTK_BOX(box), gtk_label_new(label));
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_add_css_class(button, "plain");
  return button;
}

static GtkWidget *
new_top_bar(void)
{
  GtkWidget *bar = new_box(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name = gtk_label_new("Station 4");

  gtk_widget_add_css_class(bar, "top-bar");
  gtk_widget_add_css_class(name, "caption");
  gtk_widget_set_hexpand(name, TRUE);
  gtk_widget_set_halign(name, GTK_ALIGN_START);
  gtk_box_append(GTK_BOX(bar), name);
  gtk_box_append(GTK_BOX(bar),
                 new_icon_button("kiosk-language-symbolic", "English"));
  gtk_box_append(GTK_BOX(bar),
                 new_icon_button("kiosk-text-size-symbolic", "Larger text"));
  gtk_box_append(GTK_BOX(bar),
                 new_icon_button("kiosk-contrast-symbolic", "Contrast"));
  gtk_box_append(GTK_BOX(bar),
                 new_icon_button("kiosk-speech-symbolic", "Speech"));
  return bar;
}

static GtkWidget *
new_bottom_bar(void)
{
  GtkWidget *bar = new_box(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *space = new_box(GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class(bar, "bottom-bar");
  gtk_widget_set_hexpand(space, TRUE);
  gtk_box_append(GTK_BOX(bar), new_button("Stop and clear", NULL));
  gtk_box_append(GTK_BOX(bar), new_button("Back", NULL));
  gtk_box_append(GTK_BOX(bar), space);
  gtk_box_append(GTK_BOX(bar), new_button("Continue", "suggested-action"));
  return bar;
}

static GtkWidget *
new_strip(const char *severity, const char *text, const char *code)
{
  GtkWidget *strip = kiosk_error_strip_new();

  g_object_set(strip, "severity",
               g_str_equal(severity, "ok")          ? KIOSK_SEVERITY_OK
               : g_str_equal(severity, "attention") ? KIOSK_SEVERITY_ATTENTION
                                                    : KIOSK_SEVERITY_WRONG,
               NULL);
  kiosk_error_strip_show(KIOSK_ERROR_STRIP(strip), text, code);
  return strip;
}

static GtkWidget *
new_page(const char *title, const char *body)
{
  GtkWidget *page = new_box(GTK_ORIENTATION_VERTICAL, 20);
  GtkWidget *heading = kiosk_heading_new();

  gtk_widget_set_margin_start(page, 32);
  gtk_widget_set_margin_end(page, 32);
  gtk_widget_set_margin_top(page, 12);
  gtk_widget_set_margin_bottom(page, 16);
  gtk_widget_set_vexpand(page, TRUE);
  kiosk_heading_set(KIOSK_HEADING(heading), title, body);
  gtk_box_append(GTK_BOX(page), heading);
  return page;
}

static GtkWidget *
new_pin_sheet(void)
{
  GtkWidget *page = new_page("Enter the PIN of your key",
                             "Nobody at the help desk will ask for this PIN.");
  GtkWidget *middle = new_box(GTK_ORIENTATION_VERTICAL, 16);
  GtkWidget *entry = kiosk_secret_entry_new();
  GtkWidget *pad = kiosk_keypad_new();

  gtk_box_append(GTK_BOX(page),
                 new_strip("wrong", "Wrong PIN. 7 tries left.", "pin.wrong.7"));
  g_object_set(entry, "label", "PIN of your key", NULL);
  kiosk_secret_entry_insert(KIOSK_SECRET_ENTRY(entry), "123456");
  g_object_set(pad, "letters", TRUE, NULL);
  gtk_widget_set_halign(middle, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(middle), entry);
  gtk_box_append(GTK_BOX(middle), pad);
  gtk_box_append(GTK_BOX(page), middle);
  return page;
}

static GtkWidget *
new_welcome_sheet(void)
{
  GtkWidget *page = new_page("Security key recovery",
                             "Choose what you are here for. The help desk is "
                             "next to you if you need it.");

  gtk_box_append(GTK_BOX(page),
                 kiosk_choice_new("kiosk-lost-symbolic", "I lost my key",
                                  "Report it now. It stops working at once."));
  gtk_box_append(
      GTK_BOX(page),
      kiosk_choice_new("kiosk-calendar-symbolic",
                       "I have an appointment for a new key",
                       "You need your case number and the new key."));
  gtk_box_append(GTK_BOX(page),
                 kiosk_choice_new("kiosk-staff-symbolic", "Staff", NULL));
  gtk_box_append(GTK_BOX(page),
                 new_strip("ok", "Touch seen. Your new key is ready.", NULL));
  gtk_box_append(GTK_BOX(page),
                 new_strip("attention",
                           "More than one key is connected. Leave only your "
                           "new key in.",
                           NULL));
  return page;
}

static GtkWidget *
new_touch_sheet(void)
{
  GtkWidget *page = new_page("Touch the gold disc or the blinking light",
                             "Touch 1 of 2. Nothing is changed before you "
                             "touch the key.");
  GtkWidget *row = new_box(GTK_ORIENTATION_HORIZONTAL, 48);
  GtkWidget *ring = kiosk_ring_new();
  GtkWidget *qr = kiosk_qr_view_new();
  GtkWidget *picture = gtk_image_new_from_icon_name("kiosk-touch-symbolic");

  g_object_set(ring, "fraction", 0.7, "seconds", 21, NULL);
  gtk_widget_set_valign(ring, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(qr, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class(picture, "picture");
  kiosk_qr_view_set_text(KIOSK_QR_VIEW(qr),
                         "keyturn receipt 4021 1877 3390, "
                         "https://example.org/receipt/402118773390");
  g_object_set(qr, "label", "QR code of the receipt", NULL);
  gtk_widget_set_halign(row, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand(row, TRUE);
  gtk_box_append(GTK_BOX(row), picture);
  gtk_box_append(GTK_BOX(row), ring);
  gtk_box_append(GTK_BOX(row), qr);
  gtk_box_append(GTK_BOX(page), row);
  return page;
}

static GtkWidget *
new_names_sheet(void)
{
  GtkWidget *page = new_page("Find the person", NULL);
  GtkWidget *row = new_box(GTK_ORIENTATION_HORIZONTAL, 16);
  GtkWidget *name = kiosk_text_entry_new();
  GtkWidget *code = kiosk_secret_entry_new();
  GtkWidget *keyboard = kiosk_keyboard_new();

  g_object_set(name, "label", "Name", "text", "Jürgen Weiß", NULL);
  gtk_widget_set_hexpand(name, TRUE);
  g_object_set(code, "label", "Case number", "visible-text", TRUE, "group-size",
               3, NULL);
  kiosk_secret_entry_insert(KIOSK_SECRET_ENTRY(code), "402118");
  gtk_widget_set_valign(code, GTK_ALIGN_END);
  g_object_set(keyboard, "language", "de", "digits-key", TRUE, NULL);
  gtk_box_append(GTK_BOX(row), name);
  gtk_box_append(GTK_BOX(row), code);
  gtk_box_append(GTK_BOX(page), row);
  gtk_box_append(GTK_BOX(page), keyboard);
  return page;
}

static GtkWidget *
new_icons_sheet(void)
{
  static const char *const icons[] = {
      "insert", "touch",      "hold",      "remove",   "tap",    "other",
      "two",    "silent",     "pin",       "ok",       "wrong",  "attention",
      "wait",   "key",        "person",    "receipt",  "lost",   "calendar",
      "staff",  "language",   "text-size", "contrast", "speech", "erase",
      "shift",  "shift-lock", "space",     "next",     "back",   "pause",
      "resume", "repeat",     "stop",      "phone",    "print",  "shield",
  };
  GtkWidget *flow = gtk_grid_new();

  gtk_grid_set_row_spacing(GTK_GRID(flow), 12);
  gtk_grid_set_column_spacing(GTK_GRID(flow), 36);
  gtk_widget_set_halign(flow, GTK_ALIGN_CENTER);
  for (int i = 0; i < (int)G_N_ELEMENTS(icons); i++) {
    g_autofree char *name = g_strdup_printf("kiosk-%s-symbolic", icons[i]);
    GtkWidget *box = new_box(GTK_ORIENTATION_VERTICAL, 4);
    GtkWidget *image = gtk_image_new_from_icon_name(name);
    GtkWidget *label = gtk_label_new(icons[i]);

    gtk_image_set_pixel_size(GTK_IMAGE(image), 64);
    gtk_widget_add_css_class(label, "small");
    gtk_box_append(GTK_BOX(box), image);
    gtk_box_append(GTK_BOX(box), gtk_image_new_from_icon_name(name));
    gtk_box_append(GTK_BOX(box), label);
    gtk_grid_attach(GTK_GRID(flow), box, i % 9, i / 9, 1, 1);
  }
  return flow;
}

static GtkWidget *
new_sheet(const char *name)
{
  if (g_str_equal(name, "pin"))
    return new_pin_sheet();
  if (g_str_equal(name, "welcome"))
    return new_welcome_sheet();
  if (g_str_equal(name, "touch"))
    return new_touch_sheet();
  if (g_str_equal(name, "names"))
    return new_names_sheet();
  if (g_str_equal(name, "icons"))
    return new_icons_sheet();
  g_error("no sheet %s", name);
}

/* The first widget of a kind that takes the focus: as after the Tab key. */
static bool
focus_first(GtkWidget *below, GType type)
{
  if (g_type_is_a(G_OBJECT_TYPE(below), type))
    return gtk_widget_grab_focus(below);
  for (GtkWidget *child = gtk_widget_get_first_child(below); child;
       child = gtk_widget_get_next_sibling(child))
    if (focus_first(child, type))
      return true;
  return false;
}

static gboolean
stop_waiting(gpointer data)
{
  *(bool *)data = true;
  return G_SOURCE_REMOVE;
}

static void
save_picture(GtkWidget *window, const char *path)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(window);
  g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new();
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;

  gdk_paintable_snapshot(paintable, snapshot,
                         gdk_paintable_get_intrinsic_width(paintable),
                         gdk_paintable_get_intrinsic_height(paintable));
  node = gtk_snapshot_free_to_node(g_steal_pointer(&snapshot));
  texture = gsk_renderer_render_texture(
      gtk_native_get_renderer(GTK_NATIVE(window)), node, NULL);
  if (!gdk_texture_save_to_png(texture, path))
    g_error("cannot write %s", path);
}

int
main(int argc, char **argv)
{
  GtkWidget *window, *box, *scroller;
  g_auto(GStrv) classes = NULL;
  int width, height;
  bool drawn = false;

  if (argc < 5 || sscanf(argv[3], "%dx%d", &width, &height) != 2) {
    g_printerr("gallery SHEET CLASSES WIDTHxHEIGHT FILE.png [rtl|focus]\n");
    return 2;
  }
  adw_init();
  kiosk_widgets_init();
  if (argc > 5 && g_str_equal(argv[5], "rtl"))
    gtk_widget_set_default_direction(GTK_TEXT_DIR_RTL);
  window = gtk_window_new();
  gtk_window_set_decorated(GTK_WINDOW(window), FALSE);
  gtk_window_set_default_size(GTK_WINDOW(window), width, height);
  classes = g_strsplit(argv[2], ".", -1);
  for (char **c = classes; *c; c++)
    if (**c)
      gtk_widget_add_css_class(window, *c);
  box = new_box(GTK_ORIENTATION_VERTICAL, 0);
  scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller),
                                new_sheet(argv[1]));
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_box_append(GTK_BOX(box), new_top_bar());
  gtk_box_append(GTK_BOX(box), scroller);
  gtk_box_append(GTK_BOX(box), new_bottom_bar());
  gtk_window_set_child(GTK_WINDOW(window), box);
  gtk_window_present(GTK_WINDOW(window));
  if (argc > 5 && g_str_equal(argv[5], "focus")) {
    (void)(focus_first(window, KIOSK_TYPE_CHOICE) ||
           focus_first(window, KIOSK_TYPE_SECRET_ENTRY));
    gtk_window_set_focus_visible(GTK_WINDOW(window), TRUE);
  }
  g_timeout_add(400, stop_waiting, &drawn);
  while (!drawn)
    g_main_context_iteration(NULL, TRUE);
  save_picture(window, argv[4]);
  gtk_window_destroy(GTK_WINDOW(window));
  return 0;
}
