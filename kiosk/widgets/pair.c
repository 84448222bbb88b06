/* SPDX-License-Identifier: Apache-2.0 */
/* pair.c - one rule: is there room? The height follows from the width. */
#include "kiosk/widgets/pair.h"

#include <stdbool.h>

struct _KioskPair {
  GtkWidget parent_instance;
  GtkWidget *first, *second;
  int spacing;
};

enum { PROP_FIRST = 1, PROP_SECOND, PROP_SPACING, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(KioskPair, kiosk_pair, GTK_TYPE_WIDGET)

typedef struct {
  int min, nat;
} Size;

static bool
is_shown(GtkWidget *child)
{
  return child != NULL && gtk_widget_should_layout(child);
}

static Size
measure(GtkWidget *child, GtkOrientation orientation, int for_size)
{
  Size size = {0, 0};

  if (is_shown(child))
    gtk_widget_measure(child, orientation, for_size, &size.min, &size.nat, NULL,
                       NULL);
  return size;
}

static bool
has_both(KioskPair *self)
{
  return is_shown(self->first) && is_shown(self->second);
}

/* The width of the first beside the second, or 0: there is no room. */
static int
room_for_first(KioskPair *self, int width)
{
  Size first = measure(self->first, GTK_ORIENTATION_HORIZONTAL, -1);
  Size second = measure(self->second, GTK_ORIENTATION_HORIZONTAL, -1);
  int left = width - self->spacing - second.nat;

  return has_both(self) && left >= MAX(first.min, second.nat) ? left : 0;
}

static Size
measure_height(KioskPair *self, int width)
{
  int beside;
  Size first, second;

  if (width < 0)
    width = measure(self->first, GTK_ORIENTATION_HORIZONTAL, -1).nat +
            measure(self->second, GTK_ORIENTATION_HORIZONTAL, -1).nat +
            self->spacing;
  beside = room_for_first(self, width);
  first = measure(self->first, GTK_ORIENTATION_VERTICAL,
                  beside > 0 ? beside : width);
  second = measure(self->second, GTK_ORIENTATION_VERTICAL,
                   beside > 0 ? width - beside - self->spacing : width);
  if (beside > 0)
    return (Size){MAX(first.min, second.min), MAX(first.nat, second.nat)};
  return (Size){
      first.min + second.min + (has_both(self) ? self->spacing : 0),
      first.nat + second.nat + (has_both(self) ? self->spacing : 0)};
}

static void
kiosk_pair_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                   int *minimum, int *natural, int *minimum_baseline,
                   int *natural_baseline)
{
  KioskPair *self = KIOSK_PAIR(widget);
  Size size;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    size = measure_height(self, for_size);
  } else {
    Size first = measure(self->first, orientation, -1);
    Size second = measure(self->second, orientation, -1);

    size.min = MAX(first.min, second.min);
    size.nat = MAX(first.nat, second.nat) + second.nat +
               (has_both(self) ? self->spacing : 0);
  }
  *minimum = size.min;
  *natural = MAX(size.nat, size.min);
}

static void
place(KioskPair *self, GtkWidget *child, int x, int y, int width, int height)
{
  GtkAllocation box = {x, y, width, height};

  if (!is_shown(child))
    return;
  if (gtk_widget_get_direction(GTK_WIDGET(self)) == GTK_TEXT_DIR_RTL)
    box.x = gtk_widget_get_width(GTK_WIDGET(self)) - x - width;
  gtk_widget_size_allocate(child, &box, -1);
}

static void
kiosk_pair_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  KioskPair *self = KIOSK_PAIR(widget);
  int beside = room_for_first(self, width), above;

  (void)baseline;
  if (beside > 0) {
    place(self, self->first, 0, 0, beside, height);
    place(self, self->second, beside + self->spacing, 0,
          width - beside - self->spacing, height);
    return;
  }
  above = measure(self->first, GTK_ORIENTATION_VERTICAL, width).nat;
  above = MIN(above, height);
  place(self, self->first, 0, 0, width, above);
  if (above > 0 && has_both(self))
    above += self->spacing;
  place(self, self->second, 0, above, width, MAX(height - above, 0));
}

static GtkSizeRequestMode
kiosk_pair_get_request_mode(G_GNUC_UNUSED GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
set_child(KioskPair *self, GtkWidget **slot, GtkWidget *child)
{
  g_clear_pointer(slot, gtk_widget_unparent);
  *slot = child;
  if (child == NULL)
    return;
  /* Tab goes to the first one first, whichever was set first. */
  if (slot == &self->first)
    gtk_widget_insert_after(child, GTK_WIDGET(self), NULL);
  else
    gtk_widget_insert_before(child, GTK_WIDGET(self), NULL);
}

static void
kiosk_pair_dispose(GObject *object)
{
  KioskPair *self = KIOSK_PAIR(object);

  g_clear_pointer(&self->first, gtk_widget_unparent);
  g_clear_pointer(&self->second, gtk_widget_unparent);
  G_OBJECT_CLASS(kiosk_pair_parent_class)->dispose(object);
}

static void
kiosk_pair_get_property(GObject *object, guint id, GValue *value,
                        GParamSpec *pspec)
{
  KioskPair *self = KIOSK_PAIR(object);

  switch (id) {
  case PROP_FIRST:
    g_value_set_object(value, self->first);
    break;
  case PROP_SECOND:
    g_value_set_object(value, self->second);
    break;
  case PROP_SPACING:
    g_value_set_int(value, self->spacing);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_pair_set_property(GObject *object, guint id, const GValue *value,
                        GParamSpec *pspec)
{
  KioskPair *self = KIOSK_PAIR(object);

  switch (id) {
  case PROP_FIRST:
    set_child(self, &self->first, g_value_get_object(value));
    break;
  case PROP_SECOND:
    set_child(self, &self->second, g_value_get_object(value));
    break;
  case PROP_SPACING:
    self->spacing = g_value_get_int(value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  gtk_widget_queue_resize(GTK_WIDGET(self));
}

static void
kiosk_pair_class_init(KioskPairClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->dispose = kiosk_pair_dispose;
  object->get_property = kiosk_pair_get_property;
  object->set_property = kiosk_pair_set_property;
  widget->measure = kiosk_pair_measure;
  widget->size_allocate = kiosk_pair_size_allocate;
  widget->get_request_mode = kiosk_pair_get_request_mode;
  gtk_widget_class_set_css_name(widget, "pair");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
  props[PROP_FIRST] =
      g_param_spec_object("first", NULL, NULL, GTK_TYPE_WIDGET, flags);
  props[PROP_SECOND] =
      g_param_spec_object("second", NULL, NULL, GTK_TYPE_WIDGET, flags);
  props[PROP_SPACING] =
      g_param_spec_int("spacing", NULL, NULL, 0, 1000, 0, flags);
  g_object_class_install_properties(object, N_PROPS, props);
}

static void
kiosk_pair_init(KioskPair *self)
{
  self->spacing = 24;
}

GtkWidget *
kiosk_pair_new(void)
{
  return g_object_new(KIOSK_TYPE_PAIR, NULL);
}
