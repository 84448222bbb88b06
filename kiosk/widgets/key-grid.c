/* SPDX-License-Identifier: Apache-2.0 */
/* key-grid.c - which of the two it is follows from the width alone, each time
 * that the keys are placed; the height follows from that. */
#include "kiosk/widgets/key-grid.h"

#include <stdbool.h>

#define GAP 6
/* For a finger. */
#define TARGET 48
/* The least that it asks for has so many keys beside each other. */
#define FEWEST 4

struct _KioskKeyGrid {
  GtkWidget parent_instance;
};

typedef struct {
  int row, half, halves;
} Cell;

G_DEFINE_FINAL_TYPE(KioskKeyGrid, kiosk_key_grid, GTK_TYPE_WIDGET)

static Cell *
cell_of(GtkWidget *key)
{
  return g_object_get_data(G_OBJECT(key), "cell");
}

static int
least(GtkWidget *key, GtkOrientation orientation)
{
  int minimum;

  gtk_widget_measure(key, orientation, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* Where a half key of a row begins, in a grid as wide as this. */
static int
half_x(int half, int width)
{
  return half * (width + GAP) / KIOSK_KEY_GRID_HALVES;
}

/* So wide that halves of a row have this width. */
static int
width_for(int halves, int width)
{
  return ((width + GAP) * KIOSK_KEY_GRID_HALVES + halves - 1) / halves - GAP;
}

/* The least width of rows in which each key has room for a finger. */
static int
width_of_rows(KioskKeyGrid *self)
{
  int width = width_for(2, TARGET);

  for (GtkWidget *key = gtk_widget_get_first_child(GTK_WIDGET(self)); key;
       key = gtk_widget_get_next_sibling(key))
    width = MAX(width, width_for(cell_of(key)->halves,
                                 least(key, GTK_ORIENTATION_HORIZONTAL)));
  return width;
}

/* What every key has that stands after another one. */
static int
largest(KioskKeyGrid *self, GtkOrientation orientation)
{
  int size = TARGET;

  for (GtkWidget *key = gtk_widget_get_first_child(GTK_WIDGET(self)); key;
       key = gtk_widget_get_next_sibling(key))
    size = MAX(size, least(key, orientation));
  return size;
}

static int
count_rows(KioskKeyGrid *self)
{
  int rows = 1;

  for (GtkWidget *key = gtk_widget_get_first_child(GTK_WIDGET(self)); key;
       key = gtk_widget_get_next_sibling(key))
    rows = MAX(rows, cell_of(key)->row + 1);
  return rows;
}

static int
count_keys(KioskKeyGrid *self)
{
  int n = 0;

  for (GtkWidget *key = gtk_widget_get_first_child(GTK_WIDGET(self)); key;
       key = gtk_widget_get_next_sibling(key))
    n++;
  return n;
}

/* How many keys stand beside each other, key after key; 0: they are in rows. */
static int
count_columns(KioskKeyGrid *self, int width)
{
  int each = largest(self, GTK_ORIENTATION_HORIZONTAL);

  if (width >= width_of_rows(self))
    return 0;
  return MAX((width + GAP) / (each + GAP), 1);
}

static int
count_lines(KioskKeyGrid *self, int columns)
{
  return columns == 0 ? count_rows(self)
                      : (count_keys(self) + columns - 1) / columns;
}

static void
kiosk_key_grid_measure(GtkWidget *widget, GtkOrientation orientation,
                       int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  KioskKeyGrid *self = KIOSK_KEY_GRID(widget);
  int each = largest(self, orientation) + GAP;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = FEWEST * each - GAP;
    *natural = MAX(width_of_rows(self), *minimum);
    return;
  }
  *minimum = *natural =
      each *
          count_lines(self, for_size < 0 ? 0 : count_columns(self, for_size)) -
      GAP;
}

static void
place(GtkWidget *key, int x, int y, int right, int bottom)
{
  GtkAllocation box = {x, y, right - GAP - x, bottom - GAP - y};

  gtk_widget_size_allocate(key, &box, -1);
}

static void
kiosk_key_grid_size_allocate(GtkWidget *widget, int width, int height,
                             G_GNUC_UNUSED int baseline)
{
  KioskKeyGrid *self = KIOSK_KEY_GRID(widget);
  int columns = count_columns(self, width), i = 0;
  int lines = count_lines(self, columns), all = height + GAP;

  for (GtkWidget *key = gtk_widget_get_first_child(widget); key;
       key = gtk_widget_get_next_sibling(key), i++) {
    const Cell *cell = cell_of(key);
    int line = columns == 0 ? cell->row : i / columns;
    int y = line * all / lines, bottom = (line + 1) * all / lines;

    if (columns == 0)
      place(key, half_x(cell->half, width), y,
            half_x(cell->half + cell->halves, width), bottom);
    else
      place(key, i % columns * (width + GAP) / columns, y,
            (i % columns + 1) * (width + GAP) / columns, bottom);
  }
}

static GtkSizeRequestMode
kiosk_key_grid_get_request_mode(G_GNUC_UNUSED GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kiosk_key_grid_dispose(GObject *object)
{
  kiosk_key_grid_clear(KIOSK_KEY_GRID(object));
  G_OBJECT_CLASS(kiosk_key_grid_parent_class)->dispose(object);
}

static void
kiosk_key_grid_class_init(KioskKeyGridClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_key_grid_dispose;
  widget->measure = kiosk_key_grid_measure;
  widget->size_allocate = kiosk_key_grid_size_allocate;
  widget->get_request_mode = kiosk_key_grid_get_request_mode;
  gtk_widget_class_set_css_name(widget, "keygrid");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kiosk_key_grid_init(G_GNUC_UNUSED KioskKeyGrid *self)
{
}

GtkWidget *
kiosk_key_grid_new(void)
{
  return g_object_new(KIOSK_TYPE_KEY_GRID, NULL);
}

void
kiosk_key_grid_append(KioskKeyGrid *self, GtkWidget *key, int row, int half,
                      int halves)
{
  Cell *cell = g_new(Cell, 1);

  *cell = (Cell){row, half, halves};
  g_object_set_data_full(G_OBJECT(key), "cell", cell, g_free);
  gtk_widget_set_parent(key, GTK_WIDGET(self));
}

void
kiosk_key_grid_clear(KioskKeyGrid *self)
{
  GtkWidget *key;

  while ((key = gtk_widget_get_first_child(GTK_WIDGET(self))))
    gtk_widget_unparent(key);
}
