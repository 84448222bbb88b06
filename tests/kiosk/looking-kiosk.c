/* SPDX-License-Identifier: Apache-2.0 */
/* looking-kiosk.c - keyturn-kiosk that shows itself in other looks, for tests
 * and for the pictures of the manuals. Takes the kiosk's arguments. One line on
 * standard input is one request:
 *
 *   look 800x480 large,hc FILE   saves FILE.png, and FILE.json: each visible
 *                                widget, where it is and how its text is drawn
 *   look 1280x800 - FILE         normal text, light
 *
 *   tab - - FILE                 goes round with Tab: FILE.json has the stops, and
 *                                all that can have the focus, in reading order
 *
 * Looks: large, hc, dark. The answer is "look: 800x480" on standard output, the
 * size the window took. The look stays until the next one. */
#include <adwaita.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/json.h"
#include "kiosk/program.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/window.h"

/* Until a new size and a new style are drawn. */
#define SETTLE_MS 60
#define ROUNDS 40
/* GTK's frame around a window that is not full screen. */
#define NO_FRAME                                                               \
  "window.solid-csd, window.csd { padding: 0; margin: 0; border: none; "       \
  "border-radius: 0; box-shadow: none; outline: none; }"

typedef struct {
  GtkWidget *window;
  int width, height;
  char *path;
  int rounds, same;
  int last_width, last_height;
} Look;

/* --- what is there ----------------------------------------------------------
 */

static void
set_rectangle(FidotoolJson *row, const graphene_rect_t *r)
{
  fidotool_json_set_int(row, "x", (int64_t)r->origin.x);
  fidotool_json_set_int(row, "y", (int64_t)r->origin.y);
  fidotool_json_set_int(row, "width", (int64_t)r->size.width);
  fidotool_json_set_int(row, "height", (int64_t)r->size.height);
}

static void
set_colour(FidotoolJson *row, GtkWidget *widget)
{
  GtkStyleContext *style = gtk_widget_get_style_context(widget);
  char text[8];
  GdkRGBA c;

  gtk_style_context_get_color(style, &c);
  g_snprintf(text, sizeof text, "#%02x%02x%02x", (unsigned)(c.red * 255 + .5F),
             (unsigned)(c.green * 255 + .5F), (unsigned)(c.blue * 255 + .5F));
  fidotool_json_set_text(row, "colour", text);
}

static void
set_label(FidotoolJson *row, GtkLabel *label)
{
  PangoLayout *layout = gtk_label_get_layout(label);
  PangoContext *context = gtk_widget_get_pango_context(GTK_WIDGET(label));
  const PangoFontDescription *font =
      pango_context_get_font_description(context);
  int width, height, x, y;

  pango_layout_get_pixel_size(layout, &width, &height);
  gtk_label_get_layout_offsets(label, &x, &y);
  fidotool_json_set_int(row, "text_x", x);
  fidotool_json_set_int(row, "text_y", y);
  fidotool_json_set_text(row, "text", gtk_label_get_text(label));
  fidotool_json_set_int(row, "ellipsized", pango_layout_is_ellipsized(layout));
  fidotool_json_set_int(row, "needs_width", width);
  fidotool_json_set_int(row, "needs_height", height);
  fidotool_json_set_int(row, "font_px",
                        pango_font_description_get_size(font) / PANGO_SCALE);
  fidotool_json_set_int(row, "bold",
                        pango_font_description_get_weight(font) >=
                            PANGO_WEIGHT_BOLD);
  set_colour(row, GTK_WIDGET(label));
}

static const char *
role_name(GtkWidget *widget)
{
  GEnumClass *roles = g_type_class_peek_static(GTK_TYPE_ACCESSIBLE_ROLE);
  const GEnumValue *value =
      roles == NULL
          ? NULL
          : g_enum_get_value(roles, (int)gtk_accessible_get_accessible_role(
                                        GTK_ACCESSIBLE(widget)));

  return value == NULL ? "" : value->value_nick;
}

static void
add_widget(FidotoolJson *rows, GtkWidget *widget, GtkWidget *window,
           GtkWidget *scroller)
{
  FidotoolJson *row;
  graphene_rect_t r;

  if (!gtk_widget_get_mapped(widget) ||
      !gtk_widget_compute_bounds(widget, window, &r))
    return;
  row = fidotool_json_new_object();
  set_rectangle(row, &r);
  fidotool_json_set_text(row, "type", G_OBJECT_TYPE_NAME(widget));
  fidotool_json_set_text(row, "css", gtk_widget_get_css_name(widget));
  fidotool_json_set_text(row, "role", role_name(widget));
  fidotool_json_set_int(row, "focusable", gtk_widget_get_focusable(widget));
  fidotool_json_set_int(row, "button", GTK_IS_BUTTON(widget));
  fidotool_json_set_int(row, "sensitive", gtk_widget_is_sensitive(widget));
  fidotool_json_set_int(row, "scrolls", scroller != NULL);
  fidotool_json_set_int(row, "practice",
                        gtk_widget_has_css_class(widget, "watermark"));
  if (GTK_IS_LABEL(widget))
    set_label(row, GTK_LABEL(widget));
  fidotool_json_append(rows, row);
  if (GTK_IS_SCROLLED_WINDOW(widget))
    scroller = widget;
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    add_widget(rows, child, window, scroller);
}

static bool
save_widgets(GtkWidget *window, const char *path)
{
  FidotoolJson *all = fidotool_json_new_object();
  FidotoolJson *rows = fidotool_json_new_array();
  g_autofree char *file = g_strconcat(path, ".json", NULL);
  g_autofree char *text = NULL;
  bool saved;

  add_widget(rows, window, window, NULL);
  fidotool_json_set(all, "widgets", rows);
  text = fidotool_json_write(all, NULL);
  saved = text != NULL && g_file_set_contents(file, text, -1, NULL);
  fidotool_json_free(all);
  return saved;
}

static bool
save_picture(GtkWidget *window, const char *path)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(window);
  g_autofree char *file = g_strconcat(path, ".png", NULL);
  GtkSnapshot *snapshot = gtk_snapshot_new();
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  const graphene_rect_t whole =
      GRAPHENE_RECT_INIT(0, 0, (float)gtk_widget_get_width(window),
                         (float)gtk_widget_get_height(window));

  gdk_paintable_snapshot(paintable, snapshot, whole.size.width,
                         whole.size.height);
  node = gtk_snapshot_free_to_node(snapshot);
  if (node == NULL)
    return false;
  texture = gsk_renderer_render_texture(
      gtk_native_get_renderer(GTK_NATIVE(window)), node, &whole);
  return gdk_texture_save_to_png(texture, file);
}

/* --- another look -----------------------------------------------------------
 */

/* As a person does it: the window knows of it then. */
static void
switch_tool(GtkWidget *window, const char *tool, const char *name, bool wanted)
{
  GObject *button =
      gtk_widget_get_template_child(window, KIOSK_TYPE_WINDOW, tool);

  if (gtk_widget_has_css_class(window, name) != wanted)
    g_signal_emit_by_name(button, "clicked");
}

static void
remove_frame(GtkWidget *window)
{
  static GtkCssProvider *provider;

  if (provider != NULL)
    return;
  provider = gtk_css_provider_new();
  gtk_css_provider_load_from_data(provider, NO_FRAME, -1);
  gtk_style_context_add_provider_for_display(
      gtk_widget_get_display(window), GTK_STYLE_PROVIDER(provider),
      GTK_STYLE_PROVIDER_PRIORITY_USER);
}

static void
apply(Look *look, const char *looks)
{
  g_auto(GStrv) words = g_strsplit(looks, ",", -1);
  const char *const *all = (const char *const *)words;

  adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                     g_strv_contains(all, "dark")
                                         ? ADW_COLOR_SCHEME_FORCE_DARK
                                         : ADW_COLOR_SCHEME_FORCE_LIGHT);
  remove_frame(look->window);
  switch_tool(look->window, "text_size", "large", g_strv_contains(all, "large"));
  switch_tool(look->window, "contrast_button", "hc",
              g_strv_contains(all, "hc"));
  gtk_window_set_default_size(GTK_WINDOW(look->window), look->width,
                              look->height);
}

static void
finish(Look *look)
{
  bool saved = save_widgets(look->window, look->path) &&
               save_picture(look->window, look->path);

  printf("look: %s %dx%d\n", saved ? "ok" : "none",
         gtk_widget_get_width(look->window),
         gtk_widget_get_height(look->window));
  fflush(stdout);
  g_free(look->path);
  g_free(look);
}

/* Drawn once it has kept a size for a few rounds. */
static gboolean
on_round(gpointer data)
{
  Look *look = data;
  int width = gtk_widget_get_width(look->window);
  int height = gtk_widget_get_height(look->window);
  bool fits = width == look->width && height == look->height;

  look->same = width == look->last_width && height == look->last_height
                   ? look->same + 1
                   : 0;
  look->last_width = width;
  look->last_height = height;
  /* A small screen has its own style, which lets it become so small. */
  if (!fits && look->same == 3) {
    gtk_window_set_default_size(GTK_WINDOW(look->window), look->width + 1,
                                look->height + 1);
    gtk_window_set_default_size(GTK_WINDOW(look->window), look->width,
                                look->height);
  }
  if (++look->rounds < ROUNDS && look->same < (fits ? 3 : 8))
    return G_SOURCE_CONTINUE;
  finish(look);
  return G_SOURCE_REMOVE;
}

/* --- round with Tab ---------------------------------------------------------
 */

#define STOPS_MAX 200

static FidotoolJson *
new_stop(GtkWidget *widget, GtkWidget *window)
{
  FidotoolJson *row = fidotool_json_new_object();
  g_autofree char *id = g_strdup_printf("%p", (void *)widget);
  const char *label =
      GTK_IS_BUTTON(widget) ? gtk_button_get_label(GTK_BUTTON(widget)) : NULL;
  graphene_rect_t r;

  if (gtk_widget_compute_bounds(widget, window, &r))
    set_rectangle(row, &r);
  fidotool_json_set_text(row, "id", id);
  fidotool_json_set_text(row, "type", G_OBJECT_TYPE_NAME(widget));
  fidotool_json_set_int(row, "button", GTK_IS_BUTTON(widget));
  fidotool_json_set_text(row, "text", label == NULL ? "" : label);
  return row;
}

static void
add_focusable(FidotoolJson *rows, GtkWidget *widget, GtkWidget *window)
{
  if (!gtk_widget_get_mapped(widget) || !gtk_widget_get_sensitive(widget) ||
      !gtk_widget_get_can_focus(widget))
    return;
  if (gtk_widget_get_focusable(widget))
    fidotool_json_append(rows, new_stop(widget, window));
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    add_focusable(rows, child, window);
}

/* What the key itself does. */
static FidotoolJson *
go_round(GtkWidget *window)
{
  FidotoolJson *stops = fidotool_json_new_array();
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  for (int i = 0; i < STOPS_MAX; i++) {
    GtkWidget *focus;

    g_signal_emit_by_name(window, "move-focus", GTK_DIR_TAB_FORWARD);
    focus = gtk_window_get_focus(GTK_WINDOW(window));
    if (focus == NULL || !g_hash_table_add(seen, focus))
      break;
    fidotool_json_append(stops, new_stop(focus, window));
  }
  return stops;
}

static void
save_round(GtkWidget *window, const char *path)
{
  FidotoolJson *all = fidotool_json_new_object();
  FidotoolJson *tree = fidotool_json_new_array();
  g_autofree char *file = g_strconcat(path, ".json", NULL);
  g_autofree char *text = NULL;

  add_focusable(tree, window, window);
  fidotool_json_set(all, "tree", tree);
  fidotool_json_set(all, "stops", go_round(window));
  text = fidotool_json_write(all, NULL);
  printf("tab: %s\n",
         g_file_set_contents(file, text, -1, NULL) ? "ok" : "none");
  fflush(stdout);
  fidotool_json_free(all);
}

/* --- requests ---------------------------------------------------------------
 */

static void
take_line(const char *line)
{
  g_auto(GStrv) words = g_strsplit(g_strchomp((char *)line), " ", 4);
  g_autoptr(GtkWindow) window =
      g_list_model_get_item(gtk_window_get_toplevels(), 0);
  Look *look;

  if (g_strv_length(words) != 4 || window == NULL)
    return;
  if (strcmp(words[0], "tab") == 0) {
    save_round(GTK_WIDGET(window), words[3]);
    return;
  }
  look = g_new0(Look, 1);
  look->window = GTK_WIDGET(window);
  look->path = g_strdup(words[3]);
  if (sscanf(words[1], "%dx%d", &look->width, &look->height) != 2)
    g_error("no size: %s", words[1]);
  apply(look, words[2]);
  g_timeout_add(SETTLE_MS, on_round, look);
}

static gboolean
on_input(int fd, GIOCondition condition, G_GNUC_UNUSED gpointer data)
{
  char line[4096];
  ssize_t n = (condition & G_IO_IN) == 0 ? 0 : read(fd, line, sizeof line - 1);

  if (n <= 0)
    return G_SOURCE_REMOVE;
  line[n] = '\0'; /* one request is one write, and is answered first */
  take_line(line);
  return G_SOURCE_CONTINUE;
}

int
main(int argc, char **argv)
{
  g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, NULL);
  return kiosk_program_run(argc, argv);
}
