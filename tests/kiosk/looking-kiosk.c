/* SPDX-License-Identifier: Apache-2.0 */
/* looking-kiosk.c - keyturn-kiosk that shows itself in other looks, for tests
 * and for the pictures of the manuals. Takes the kiosk's arguments. One line on
 * standard input is one request:
 *
 *   look 800x480 large,hc FILE   saves FILE.png, and FILE.json: each visible
 *                                widget, where it is and how its text is drawn
 *   look 1280x800 - FILE         normal text, light
 *   list 1280x800 - FILE         FILE.json alone
 *   scan 1280x800 - FILE         FILE.json, and the picture as bare pixels in
 *                                FILE.raw: 4 bytes each, as GDK has them
 *
 *   tab - - FILE                 goes round with Tab: FILE.json has the stops,
 * and all that can have the focus, in reading order
 *
 *   words - - FILE               FILE.json has the title, all texts, and what
 *                                can be pressed
 *   press - - NAME               presses what has this name, or has it in it
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

/* It is done once it has kept its size for so many frames: in the first, the
 * style of a size is not there yet; after the second, it may have to grow. */
#define FRAMES_SAME 2
/* A size that the window does not take: asked for once more, given up. */
#define FRAMES_AGAIN 4
#define FRAMES_NEVER 12
/* One that goes to and fro between two sizes, and does nothing else. */
#define LATE_MS 3000
/* GTK's frame around a window that is not full screen. */
#define NO_FRAME                                                               \
  "window.solid-csd, window.csd { padding: 0; margin: 0; border: none; "       \
  "border-radius: 0; box-shadow: none; outline: none; }"

typedef struct {
  GtkWidget *window;
  int width, height;
  char *verb, *path;
  int same; /* frames with one size */
  guint late;
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
  PangoRectangle text;
  int x, y;

  pango_layout_get_pixel_extents(layout, NULL, &text);
  gtk_label_get_layout_offsets(label, &x, &y);
  fidotool_json_set_int(row, "text_x", x + text.x);
  fidotool_json_set_int(row, "text_y", y + text.y);
  fidotool_json_set_text(row, "text", gtk_label_get_text(label));
  fidotool_json_set_int(row, "ellipsized", pango_layout_is_ellipsized(layout));
  fidotool_json_set_int(row, "needs_width", text.width);
  fidotool_json_set_int(row, "needs_height", text.height);
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

/* NULL in between a new size and its layout. */
static GskRenderNode *
new_node(GtkWidget *window)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(window);
  GtkSnapshot *snapshot = gtk_snapshot_new();

  gdk_paintable_snapshot(paintable, snapshot, gtk_widget_get_width(window),
                         gtk_widget_get_height(window));
  return gtk_snapshot_free_to_node(snapshot);
}

static bool
is_laid_out(GtkWidget *window)
{
  g_autoptr(GskRenderNode) node = new_node(window);

  return node != NULL;
}

static GdkTexture *
draw(GtkWidget *window)
{
  g_autoptr(GskRenderNode) node = new_node(window);
  const graphene_rect_t whole =
      GRAPHENE_RECT_INIT(0, 0, (float)gtk_widget_get_width(window),
                         (float)gtk_widget_get_height(window));

  return node == NULL
             ? NULL
             : gsk_renderer_render_texture(
                   gtk_native_get_renderer(GTK_NATIVE(window)), node, &whole);
}

static bool
save_picture(GtkWidget *window, const char *path)
{
  g_autoptr(GdkTexture) texture = draw(window);
  g_autofree char *file = g_strconcat(path, ".png", NULL);

  return texture != NULL && gdk_texture_save_to_png(texture, file);
}

static bool
save_pixels(GtkWidget *window, const char *path)
{
  g_autoptr(GdkTexture) texture = draw(window);
  g_autofree char *file = g_strconcat(path, ".raw", NULL);
  g_autofree guchar *pixels = NULL;
  size_t stride, size;

  if (texture == NULL)
    return false;
  stride = (size_t)gdk_texture_get_width(texture) * 4;
  size = stride * (size_t)gdk_texture_get_height(texture);
  pixels = g_malloc(size);
  gdk_texture_download(texture, pixels, stride);
  return g_file_set_contents_full(file, (const char *)pixels, (gssize)size,
                                  G_FILE_SET_CONTENTS_NONE, 0600, NULL);
}

/* Its frames go to files, never to the display: that takes half of the time. */
static void
stop_painting(GtkWidget *window)
{
  GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(window));

  g_signal_handlers_block_matched(surface, G_SIGNAL_MATCH_ID,
                                  g_signal_lookup("render", GDK_TYPE_SURFACE),
                                  0, NULL, NULL, NULL);
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
  stop_painting(window);
  provider = gtk_css_provider_new();
  gtk_css_provider_load_from_data(provider, NO_FRAME, -1);
  gtk_style_context_add_provider_for_display(gtk_widget_get_display(window),
                                             GTK_STYLE_PROVIDER(provider),
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
  switch_tool(look->window, "text_size", "large",
              g_strv_contains(all, "large"));
  switch_tool(look->window, "contrast_button", "hc",
              g_strv_contains(all, "hc"));
  gtk_window_set_default_size(GTK_WINDOW(look->window), look->width,
                              look->height);
}

static bool
save(const Look *look)
{
  if (!save_widgets(look->window, look->path))
    return false;
  if (strcmp(look->verb, "look") == 0)
    return save_picture(look->window, look->path);
  return strcmp(look->verb, "scan") != 0 ||
         save_pixels(look->window, look->path);
}

static void
answer(const Look *look)
{
  bool saved = save(look);

  printf("%s: %s %dx%d\n", look->verb, saved ? "ok" : "none",
         gtk_widget_get_width(look->window),
         gtk_widget_get_height(look->window));
  fflush(stdout);
}

static bool
fits(const Look *look)
{
  return look->last_width == look->width && look->last_height == look->height;
}

/* A small screen has its own style, which lets it become so small. */
static void
ask_again(const Look *look)
{
  gtk_window_set_default_size(GTK_WINDOW(look->window), look->width + 1,
                              look->height + 1);
  gtk_window_set_default_size(GTK_WINDOW(look->window), look->width,
                              look->height);
}

static gboolean on_frame(GtkWidget *window, GdkFrameClock *clock,
                         gpointer data);
static void free_look(gpointer data);

/* One frame at a time: what is idle would never have its turn. */
static void
wait_frame(Look *look)
{
  gtk_widget_add_tick_callback(look->window, on_frame, look, NULL);
}

static gboolean
on_late(gpointer data)
{
  Look *look = data;

  look->late = 0;
  answer(look);
  return G_SOURCE_REMOVE;
}

/* After a frame, and all that it left to be done before the next. */
static gboolean
on_rest(gpointer data)
{
  Look *look = data;
  int width = gtk_widget_get_width(look->window);
  int height = gtk_widget_get_height(look->window);

  look->same = width == look->last_width && height == look->last_height
                   ? look->same + 1
                   : 0;
  look->last_width = width;
  look->last_height = height;
  if (look->late == 0) { /* answered */
    free_look(look);
  } else if (look->same < FRAMES_SAME || !is_laid_out(look->window)) {
    wait_frame(look);
  } else if (fits(look) || look->same >= FRAMES_NEVER) {
    g_source_remove(look->late);
    answer(look);
    free_look(look);
  } else {
    if (look->same == FRAMES_AGAIN)
      ask_again(look);
    wait_frame(look);
  }
  return G_SOURCE_REMOVE;
}

static gboolean
on_frame(G_GNUC_UNUSED GtkWidget *window, G_GNUC_UNUSED GdkFrameClock *clock,
         gpointer data)
{
  g_idle_add_full(G_PRIORITY_LOW, on_rest, data, NULL);
  return G_SOURCE_REMOVE;
}

static void
free_look(gpointer data)
{
  Look *look = data;

  g_free(look->verb);
  g_free(look->path);
  g_free(look);
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
  fidotool_json_set_int(row, "key", gtk_widget_has_css_class(widget, "key"));
  fidotool_json_set_int(
      row, "scrolls",
      gtk_widget_get_ancestor(widget, GTK_TYPE_SCROLLED_WINDOW) != NULL &&
          !GTK_IS_SCROLLED_WINDOW(widget));
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

/* --- read and pressed -------------------------------------------------------
 */

static bool
can_press(GtkWidget *widget)
{
  return gtk_widget_get_mapped(widget) && gtk_widget_is_sensitive(widget) &&
         (GTK_IS_BUTTON(widget) || GTK_IS_CHECK_BUTTON(widget));
}

static void
add_texts(FidotoolJson *texts, GtkWidget *widget)
{
  if (!gtk_widget_get_mapped(widget))
    return;
  if (GTK_IS_LABEL(widget))
    fidotool_json_append_text(texts, gtk_label_get_text(GTK_LABEL(widget)));
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    add_texts(texts, child);
}

static void
add_pressable(GPtrArray *found, GtkWidget *widget)
{
  if (can_press(widget))
    g_ptr_array_add(found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    add_pressable(found, child);
}

static void
append_text(GString *name, GtkWidget *widget)
{
  if (GTK_IS_LABEL(widget) && gtk_widget_get_visible(widget))
    g_string_append_printf(name, "%s%s", name->len == 0 ? "" : " ",
                           gtk_label_get_text(GTK_LABEL(widget)));
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    append_text(name, child);
}

/* All that is written on it. */
static char *
name_of(GtkWidget *widget)
{
  GString *name = g_string_new(NULL);

  append_text(name, widget);
  return g_string_free(name, FALSE);
}

static GtkWidget *
find_pressable(GtkWidget *window, const char *name)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new();
  GtkWidget *partly = NULL;

  add_pressable(all, window);
  for (guint i = 0; i < all->len; i++) {
    g_autofree char *own = name_of(all->pdata[i]);

    if (strcmp(own, name) == 0)
      return all->pdata[i];
    if (partly == NULL && strstr(own, name) != NULL)
      partly = all->pdata[i];
  }
  return partly;
}

static void
press(GtkWidget *window, const char *name)
{
  GtkWidget *found = find_pressable(window, name);

  if (GTK_IS_CHECK_BUTTON(found))
    gtk_check_button_set_active(
        GTK_CHECK_BUTTON(found),
        !gtk_check_button_get_active(GTK_CHECK_BUTTON(found)));
  else if (found != NULL)
    g_signal_emit_by_name(found, "clicked");
  printf("press: %s\n", found == NULL ? "none" : "ok");
  fflush(stdout);
}

static void
save_words(GtkWidget *window, const char *path)
{
  FidotoolJson *all = fidotool_json_new_object();
  FidotoolJson *texts = fidotool_json_new_array();
  FidotoolJson *names = fidotool_json_new_array();
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  g_autofree char *title = NULL, *text = NULL;
  g_autofree char *file = g_strconcat(path, ".json", NULL);

  g_object_get(
      gtk_widget_get_template_child(window, KIOSK_TYPE_WINDOW, "heading"),
      "title", &title, NULL);
  add_texts(texts, window);
  add_pressable(found, window);
  for (guint i = 0; i < found->len; i++) {
    g_autofree char *name = name_of(found->pdata[i]);

    fidotool_json_append_text(names, name);
  }
  fidotool_json_set_text(all, "title", title);
  fidotool_json_set(all, "texts", texts);
  fidotool_json_set(all, "buttons", names);
  text = fidotool_json_write(all, NULL);
  printf("words: %s\n",
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
  if (strcmp(words[0], "words") == 0) {
    save_words(GTK_WIDGET(window), words[3]);
    return;
  }
  if (strcmp(words[0], "press") == 0) {
    press(GTK_WIDGET(window), words[3]);
    return;
  }
  look = g_new0(Look, 1);
  look->window = GTK_WIDGET(window);
  look->verb = g_strdup(words[0]);
  look->path = g_strdup(words[3]);
  if (sscanf(words[1], "%dx%d", &look->width, &look->height) != 2)
    g_error("no size: %s", words[1]);
  apply(look, words[2]);
  look->late =
      g_timeout_add_full(G_PRIORITY_HIGH, LATE_MS, on_late, look, NULL);
  wait_frame(look);
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
