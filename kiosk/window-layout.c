/* SPDX-License-Identifier: Apache-2.0 */
/* window-layout.c - how the window is arranged in the room that it has. */
#include "kiosk/window-private.h"

#define NARROW_PX                                                              \
  700 /* narrower, or lower than the next, is a small screen                   \
       */
#define LOW_PX 600

static void
set_class(KioskWindow *self, const char *name, bool on)
{
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
  bool small = room < (speaks ? 1100 : 900) * (self->large ? 2 : 1);

  for (size_t i = 0; i < G_N_ELEMENTS(tools); i++)
    kiosk_tool_set_small(tools[i], small);
}

/* Title and error strip stay on the screen while the page scrolls, but for a
 * small screen with large text: there they would leave nothing of it. */
static void
move_above(KioskWindow *self, bool scrolls)
{
  g_object_ref(self->above);
  gtk_box_remove(scrolls ? self->column : self->page_box, self->above);
  if (scrolls)
    gtk_box_prepend(self->page_box, self->above);
  else
    gtk_box_insert_child_after(self->column, self->above, self->top_bar);
  g_object_unref(self->above);
}

static bool
is_narrow(int width, int height)
{
  return width < NARROW_PX || height < LOW_PX;
}

/* Not while sizes are handed out: a style changes them. */
static gboolean
arrange(gpointer data)
{
  KioskWindow *self = data;
  int width = gtk_widget_get_width(data), height = gtk_widget_get_height(data);
  bool scrolls = self->large && is_narrow(width, height);
  bool did = gtk_widget_get_parent(self->above) == GTK_WIDGET(self->page_box);

  self->arranging = 0;
  set_class(self, "narrow", is_narrow(width, height));
  set_class(self, "portrait", height > width);
  if (scrolls != did) {
    move_above(self, scrolls);
    gtk_widget_grab_focus(GTK_WIDGET(self->heading));
  }
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

  if (is_narrow(width, height) != gtk_widget_has_css_class(widget, "narrow") ||
      (height > width) != gtk_widget_has_css_class(widget, "portrait"))
    kiosk_window_arrange_soon(self);
  kiosk_window_update_tools(self, width);
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
