/* SPDX-License-Identifier: Apache-2.0 */
/* window-layout.c - how the window is arranged in the room that it has. */
#include "kiosk/window-private.h"

#define NARROW_PX                                                              \
  700 /* narrower, or lower than the next, is a small screen                   \
       */
#define LOW_PX 600
/* A screen of this size or more has twice the dots, not twice the size. */
#define HUGE_WIDTH_PX 2560
#define HUGE_HEIGHT_PX 1440
/* Of what is read, so that lines do not become too long. */
#define COLUMN_PX 1000
#define HUGE_COLUMN_PX 1800

static void
set_class(KioskWindow *self, const char *name, bool on)
{
  if (on == gtk_widget_has_css_class(GTK_WIDGET(self), name))
    return;
  if (on)
    gtk_widget_add_css_class(GTK_WIDGET(self), name);
  else
    gtk_widget_remove_css_class(GTK_WIDGET(self), name);
}

void
kiosk_window_update_classes(KioskWindow *self)
{
  KioskHalf half = kiosk_presenter_flow_half(kiosk_session_step(self->session));
  const struct {
    const char *name;
    bool on;
  } classes[] = {
      {"user", half != KIOSK_HALF_STAFF},
      {"staff", half == KIOSK_HALF_STAFF},
      {"large", self->large},
      {"hc", self->contrast},
      {"dark", adw_style_manager_get_dark(adw_style_manager_get_default())},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
    set_class(self, classes[i].name, classes[i].on);
}

/* Words beside the icons as long as there is room for them. */
void
kiosk_window_update_tools(KioskWindow *self, int width)
{
  KioskTool *const tools[] = {self->repeat,          self->pause,
                              self->language,        self->text_size,
                              self->contrast_button, self->speech_button};
  bool speaks = kiosk_speech_enabled(self->speech);
  int room = width - gtk_widget_get_width(GTK_WIDGET(self->side));
  bool huge = gtk_widget_has_css_class(GTK_WIDGET(self), "huge");
  bool small =
      room < (speaks ? 1100 : 900) * (self->large ? 2 : 1) * (huge ? 2 : 1);

  for (size_t i = 0; i < G_N_ELEMENTS(tools); i++)
    kiosk_tool_set_small(tools[i], small);
}

static bool
is_narrow(int width, int height)
{
  return width < NARROW_PX || height < LOW_PX;
}

static bool
is_huge(int width, int height)
{
  return MAX(width, height) >= HUGE_WIDTH_PX &&
         MIN(width, height) >= HUGE_HEIGHT_PX;
}

/* Columns are as wide as their text is large. */
static void
set_columns(KioskWindow *self, bool huge)
{
  GtkWidget *const inner[] = {GTK_WIDGET(self->heading),
                              GTK_WIDGET(self->strip),
                              GTK_WIDGET(self->content)};

  for (size_t i = 0; i < G_N_ELEMENTS(inner); i++)
    adw_clamp_set_maximum_size(ADW_CLAMP(gtk_widget_get_parent(inner[i])),
                               huge ? HUGE_COLUMN_PX : COLUMN_PX);
}

/* The screen's, also where what is on it would like to have more. */
static void
find_size(KioskWindow *self, int *ret_width, int *ret_height)
{
  GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(self));
  int width = gtk_widget_get_width(GTK_WIDGET(self));
  int height = gtk_widget_get_height(GTK_WIDGET(self));

  *ret_width =
      surface == NULL ? width : MIN(width, gdk_surface_get_width(surface));
  *ret_height =
      surface == NULL ? height : MIN(height, gdk_surface_get_height(surface));
}

/* On a tall narrow screen long buttons have no room beside each other; on a
 * low one the keyboard takes the place of what is read. */
static void
update_room(KioskWindow *self)
{
  bool narrow = gtk_widget_has_css_class(GTK_WIDGET(self), "narrow");
  bool portrait = gtk_widget_has_css_class(GTK_WIDGET(self), "portrait");
  bool stacked = narrow && portrait;
  bool read = !self->keyboard || !narrow || portrait;

  gtk_orientable_set_orientation(GTK_ORIENTABLE(self->bottom_bar),
                                 stacked ? GTK_ORIENTATION_VERTICAL
                                         : GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_halign(GTK_WIDGET(self->primary),
                        stacked ? GTK_ALIGN_FILL : GTK_ALIGN_END);
  gtk_widget_set_visible(self->top_bar, read);
  gtk_widget_set_visible(self->above, read);
}

/* A class counts at the next frame. The size of the window is asked for before
 * that, and finds the new least width of a button beside the one that was kept
 * from the old style. */
static void
measure_buttons(KioskWindow *self)
{
  for (GtkWidget *button = gtk_widget_get_first_child(self->bottom_bar); button;
       button = gtk_widget_get_next_sibling(button))
    gtk_widget_queue_resize(button);
}

/* Not while sizes are handed out: a style changes them. */
static gboolean
arrange(gpointer data)
{
  KioskWindow *self = data;
  int width, height;

  self->arranging = 0;
  find_size(self, &width, &height);
  set_class(self, "narrow", is_narrow(width, height));
  set_class(self, "portrait", height > width);
  set_class(self, "huge", is_huge(width, height));
  set_columns(self, is_huge(width, height));
  update_room(self);
  measure_buttons(self);
  kiosk_window_update_heading(self);
  return G_SOURCE_REMOVE;
}

void
kiosk_window_arrange_soon(KioskWindow *self)
{
  if (self->arranging == 0)
    self->arranging = g_idle_add(arrange, self);
}

void
kiosk_window_layout_fit(KioskWindow *self, int width, int height)
{
  GtkWidget *widget = GTK_WIDGET(self);
  int all = width;

  find_size(self, &width, &height);
  if (is_narrow(width, height) != gtk_widget_has_css_class(widget, "narrow") ||
      (height > width) != gtk_widget_has_css_class(widget, "portrait") ||
      is_huge(width, height) != gtk_widget_has_css_class(widget, "huge"))
    kiosk_window_arrange_soon(self);
  kiosk_window_update_tools(self, all);
}

/* --- a width that does not depend on the height -----------------------------
 */

static GtkSizeRequestMode
mode_of_frame(G_GNUC_UNUSED GtkWidget *frame)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Words wrap, so that boxes ask for more width where they are given a height;
 * GTK then finds that they had asked for too little. */
static void
measure_frame(GtkWidget *frame, GtkOrientation orientation, int for_size,
              int *minimum, int *natural, int *minimum_baseline,
              int *natural_baseline)
{
  gtk_widget_measure(gtk_widget_get_first_child(frame), orientation,
                     orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size,
                     minimum, natural, minimum_baseline, natural_baseline);
}

static void
allocate_frame(GtkWidget *frame, int width, int height, int baseline)
{
  gtk_widget_allocate(gtk_widget_get_first_child(frame), width, height,
                      baseline, NULL);
}

void
kiosk_window_layout_frame(KioskWindow *self)
{
  gtk_widget_set_layout_manager(
      self->frame,
      gtk_custom_layout_new(mode_of_frame, measure_frame, allocate_frame));
}

void
kiosk_window_set_typing(KioskWindow *self, bool typing)
{
  if (typing == self->keyboard)
    return;
  self->keyboard = typing;
  update_room(self);
}
