/* SPDX-License-Identifier: Apache-2.0 */
/* columns.c - the height follows from the width, never the other way. */
#include "kiosk/widgets/columns.h"

#include <stdbool.h>

struct _KioskColumns {
  GtkWidget parent_instance;
  guint columns, spacing, row_spacing;
};

enum { PROP_COLUMNS = 1, PROP_SPACING, PROP_ROW_SPACING, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(KioskColumns, kiosk_columns, GTK_TYPE_WIDGET)

static GtkWidget *
next_shown(GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout(child))
    child = gtk_widget_get_next_sibling(child);
  return child;
}

static GtkWidget *
first(KioskColumns *self)
{
  return next_shown(gtk_widget_get_first_child(GTK_WIDGET(self)));
}

static GtkWidget *
next(GtkWidget *child)
{
  return next_shown(gtk_widget_get_next_sibling(child));
}

/* The widest child's two widths, and how many there are. */
static guint
find_widest(KioskColumns *self, int *ret_minimum, int *ret_natural)
{
  guint n = 0;

  *ret_minimum = *ret_natural = 0;
  for (GtkWidget *child = first(self); child != NULL; child = next(child)) {
    int minimum, natural;

    gtk_widget_measure(child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum,
                       &natural, NULL, NULL);
    *ret_minimum = MAX(*ret_minimum, minimum);
    *ret_natural = MAX(*ret_natural, natural);
    n++;
  }
  return n;
}

static int
column_width(KioskColumns *self, int width, int n)
{
  return MAX((width - (n - 1) * (int)self->spacing) / n, 0);
}

/* No child is narrower than it would like to be, where there is more than one
 * column. */
static int
count_columns(KioskColumns *self, int width)
{
  int minimum, natural;
  int n = (int)MIN(self->columns, find_widest(self, &minimum, &natural));

  while (n > 1 && column_width(self, width, n) < natural)
    n--;
  return MAX(n, 1);
}

static int
height_of(GtkWidget *child, int width, bool natural)
{
  int least, liked;

  gtk_widget_measure(child, GTK_ORIENTATION_VERTICAL, width, &least, &liked,
                     NULL, NULL);
  return natural ? liked : least;
}

/* Of the row that begins with child; ret_next: the first of the next one. */
static int
row_height(GtkWidget *child, int n, int width, bool natural,
           GtkWidget **ret_next)
{
  int height = 0;

  for (int i = 0; i < n && child != NULL; i++, child = next(child))
    height = MAX(height, height_of(child, width, natural));
  *ret_next = child;
  return height;
}

static int
whole_height(KioskColumns *self, int width, bool natural)
{
  int n = count_columns(self, width), height = 0;
  int each = column_width(self, width, n);

  for (GtkWidget *child = first(self); child != NULL;)
    height += row_height(child, n, each, natural, &child) +
              (child == NULL ? 0 : (int)self->row_spacing);
  return height;
}

static void
kiosk_columns_measure(GtkWidget *widget, GtkOrientation orientation,
                      int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  KioskColumns *self = KIOSK_COLUMNS(widget);
  int least, liked;
  int n = (int)MIN(self->columns, find_widest(self, &least, &liked));

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = least;
    *natural = MAX(n, 1) * liked + (MAX(n, 1) - 1) * (int)self->spacing;
    return;
  }
  if (for_size < 0)
    for_size = MAX(n, 1) * liked + (MAX(n, 1) - 1) * (int)self->spacing;
  *minimum = whole_height(self, MAX(for_size, least), false);
  *natural = whole_height(self, MAX(for_size, least), true);
}

static void
place(KioskColumns *self, GtkWidget *child, int i, int y, int width, int height,
      int all)
{
  int x = i * (width + (int)self->spacing);
  GtkAllocation place = {.x = x, .y = y, .width = width, .height = height};

  if (gtk_widget_get_direction(GTK_WIDGET(self)) == GTK_TEXT_DIR_RTL)
    place.x = all - x - width;
  gtk_widget_size_allocate(child, &place, -1);
}

static void
kiosk_columns_size_allocate(GtkWidget *widget, int width, int height,
                            G_GNUC_UNUSED int baseline)
{
  KioskColumns *self = KIOSK_COLUMNS(widget);
  int n = count_columns(self, width), y = 0;
  int each = column_width(self, width, n);
  bool natural = whole_height(self, width, true) <= height;
  int left = MAX(height - whole_height(self, width, natural), 0);

  for (GtkWidget *row = first(self), *after; row != NULL; row = after) {
    int tall = row_height(row, n, each, natural, &after);

    /* What is left is the first row's that wants it. */
    if (left > 0 && gtk_widget_compute_expand(row, GTK_ORIENTATION_VERTICAL)) {
      tall += left;
      left = 0;
    }
    for (int i = 0; row != after; i++, row = next(row))
      place(self, row, i, y, each, tall, width);
    y += tall + (int)self->row_spacing;
  }
}

static GtkSizeRequestMode
kiosk_columns_get_request_mode(G_GNUC_UNUSED GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static guint *
value_of(KioskColumns *self, guint id)
{
  return id == PROP_COLUMNS   ? &self->columns
         : id == PROP_SPACING ? &self->spacing
                              : &self->row_spacing;
}

static void
kiosk_columns_get_property(GObject *object, guint id, GValue *value,
                           G_GNUC_UNUSED GParamSpec *pspec)
{
  g_value_set_uint(value, *value_of(KIOSK_COLUMNS(object), id));
}

static void
kiosk_columns_set_property(GObject *object, guint id, const GValue *value,
                           G_GNUC_UNUSED GParamSpec *pspec)
{
  *value_of(KIOSK_COLUMNS(object), id) = g_value_get_uint(value);
  gtk_widget_queue_resize(GTK_WIDGET(object));
}

static void
kiosk_columns_dispose(GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(object))) != NULL)
    gtk_widget_unparent(child);
  G_OBJECT_CLASS(kiosk_columns_parent_class)->dispose(object);
}

static void
kiosk_columns_class_init(KioskColumnsClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->dispose = kiosk_columns_dispose;
  object->get_property = kiosk_columns_get_property;
  object->set_property = kiosk_columns_set_property;
  widget->measure = kiosk_columns_measure;
  widget->size_allocate = kiosk_columns_size_allocate;
  widget->get_request_mode = kiosk_columns_get_request_mode;
  gtk_widget_class_set_css_name(widget, "columns");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
  props[PROP_COLUMNS] =
      g_param_spec_uint("columns", NULL, NULL, 1, 12, 2, flags);
  props[PROP_SPACING] =
      g_param_spec_uint("spacing", NULL, NULL, 0, 100, 8, flags);
  props[PROP_ROW_SPACING] =
      g_param_spec_uint("row-spacing", NULL, NULL, 0, 100, 8, flags);
  g_object_class_install_properties(object, N_PROPS, props);
}

static void
kiosk_columns_init(KioskColumns *self)
{
  self->columns = 2;
  self->spacing = self->row_spacing = 8;
}

GtkWidget *
kiosk_columns_new(void)
{
  return g_object_new(KIOSK_TYPE_COLUMNS, NULL);
}

void
kiosk_columns_append(KioskColumns *self, GtkWidget *child)
{
  gtk_widget_set_parent(child, GTK_WIDGET(self));
}
