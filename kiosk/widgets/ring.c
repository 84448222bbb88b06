/* SPDX-License-Identifier: Apache-2.0 */
/* ring.c - an arc that gets shorter, and the seconds as a number inside it. */
#include "kiosk/widgets/ring.h"

#include "kiosk/widgets/decoration.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define STEPS 12       /* of the ring, where nothing may move */
#define NAME_SECONDS 5 /* how often a reader hears a new time */
#define TRACK_ALPHA 0.2f

struct _KioskRing {
  GtkWidget parent_instance;
  GtkWidget *middle;
  GtkImage *icon;
  GtkLabel *number;
  GtkLabel *unit;
  double fraction;
  guint seconds;
};

enum { PROP_FRACTION = 1, PROP_SECONDS, PROP_ICON_NAME, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(KioskRing, kiosk_ring, GTK_TYPE_WIDGET)

static void
update_seconds(KioskRing *self)
{
  g_autofree char *number = g_strdup_printf("%u", self->seconds);
  const guint told =
      (self->seconds + NAME_SECONDS - 1) / NAME_SECONDS * NAME_SECONDS;
  g_autofree char *name =
      /* Translators: the time left to touch a key, for screen readers */
      g_strdup_printf(ngettext("%u second left", "%u seconds left", told),
                      told);

  gtk_label_set_text(self->number, number);
  /* Translators: stands below the number of seconds that are left */
  gtk_label_set_text(self->unit, ngettext("second", "seconds", self->seconds));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static bool
animations_on(KioskRing *self)
{
  gboolean on = TRUE;

  g_object_get(gtk_widget_get_settings(GTK_WIDGET(self)),
               "gtk-enable-animations", &on, NULL);
  return on;
}

static void
kiosk_ring_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskRing *self = KIOSK_RING(widget);
  const int width = gtk_widget_get_width(widget);
  const int height = gtk_widget_get_height(widget);
  const double size = MIN(width, height);
  const double line = MAX(6, size / 16);
  double left = self->fraction;
  GdkRGBA color, track;
  cairo_t *cr;

  gtk_style_context_get_color(gtk_widget_get_style_context(widget), &color);
  track = color;
  track.alpha *= TRACK_ALPHA;
  if (!animations_on(self))
    left = ceil(left * STEPS) / STEPS;
  cr = gtk_snapshot_append_cairo(
      snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  cairo_translate(cr, width / 2.0, height / 2.0);
  cairo_set_line_width(cr, line);
  gdk_cairo_set_source_rgba(cr, &track);
  cairo_arc(cr, 0, 0, (size - line) / 2, 0, 2 * G_PI);
  cairo_stroke(cr);
  if (left > 0) {
    gdk_cairo_set_source_rgba(cr, &color);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    /* What is over goes away clockwise from the top, in every script. */
    cairo_arc_negative(cr, 0, 0, (size - line) / 2, -G_PI / 2,
                       -G_PI / 2 - left * 2 * G_PI);
    cairo_stroke(cr);
  }
  cairo_destroy(cr);
  gtk_widget_snapshot_child(widget, self->middle, snapshot);
}

static void
kiosk_ring_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                   int *minimum, int *natural, int *minimum_baseline,
                   int *natural_baseline)
{
  KioskRing *self = KIOSK_RING(widget);
  int child_min[2], side = 0;

  (void)for_size;
  (void)orientation;
  gtk_widget_measure(self->middle, GTK_ORIENTATION_HORIZONTAL, -1,
                     &child_min[0], NULL, NULL, NULL);
  gtk_widget_measure(self->middle, GTK_ORIENTATION_VERTICAL, -1, &child_min[1],
                     NULL, NULL, NULL);
  /* The middle fits into the circle inside the line. */
  side = (int)(hypot(child_min[0], child_min[1]) * 1.2);
  *minimum = MAX(96, side);
  *natural = MAX(176, side);
  *minimum_baseline = *natural_baseline = -1;
}

static void
kiosk_ring_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  KioskRing *self = KIOSK_RING(widget);
  int child_width, child_height;
  GtkAllocation child;

  gtk_widget_measure(self->middle, GTK_ORIENTATION_HORIZONTAL, -1, &child_width,
                     NULL, NULL, NULL);
  gtk_widget_measure(self->middle, GTK_ORIENTATION_VERTICAL, -1, &child_height,
                     NULL, NULL, NULL);
  child =
      (GtkAllocation){(width - child_width) / 2, (height - child_height) / 2,
                      child_width, child_height};
  gtk_widget_size_allocate(self->middle, &child, baseline);
}

static void
kiosk_ring_init(KioskRing *self)
{
  self->fraction = 1;
  self->middle = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->icon = kiosk_decoration_new(NULL);
  self->number = GTK_LABEL(gtk_label_new(NULL));
  self->unit = GTK_LABEL(gtk_label_new(NULL));
  gtk_widget_set_visible(GTK_WIDGET(self->icon), FALSE);
  gtk_widget_add_css_class(GTK_WIDGET(self->number), "number");
  gtk_widget_add_css_class(GTK_WIDGET(self->unit), "unit");
  gtk_box_append(GTK_BOX(self->middle), GTK_WIDGET(self->icon));
  gtk_box_append(GTK_BOX(self->middle), GTK_WIDGET(self->number));
  gtk_box_append(GTK_BOX(self->middle), GTK_WIDGET(self->unit));
  gtk_widget_set_parent(self->middle, GTK_WIDGET(self));
  update_seconds(self);
}

static void
kiosk_ring_dispose(GObject *object)
{
  KioskRing *self = KIOSK_RING(object);

  g_clear_pointer(&self->middle, gtk_widget_unparent);
  G_OBJECT_CLASS(kiosk_ring_parent_class)->dispose(object);
}

static void
kiosk_ring_get_property(GObject *object, guint id, GValue *value,
                        GParamSpec *pspec)
{
  KioskRing *self = KIOSK_RING(object);

  switch (id) {
  case PROP_FRACTION:
    g_value_set_double(value, self->fraction);
    break;
  case PROP_SECONDS:
    g_value_set_uint(value, self->seconds);
    break;
  case PROP_ICON_NAME:
    g_value_set_string(value, gtk_image_get_icon_name(self->icon));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_ring_set_property(GObject *object, guint id, const GValue *value,
                        GParamSpec *pspec)
{
  KioskRing *self = KIOSK_RING(object);

  switch (id) {
  case PROP_FRACTION:
    self->fraction = g_value_get_double(value);
    gtk_widget_queue_draw(GTK_WIDGET(self));
    break;
  case PROP_SECONDS:
    if (self->seconds == g_value_get_uint(value))
      break;
    self->seconds = g_value_get_uint(value);
    update_seconds(self);
    break;
  case PROP_ICON_NAME:
    gtk_image_set_from_icon_name(self->icon, g_value_get_string(value));
    gtk_widget_set_visible(GTK_WIDGET(self->icon),
                           g_value_get_string(value) != NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_ring_class_init(KioskRingClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->dispose = kiosk_ring_dispose;
  object->get_property = kiosk_ring_get_property;
  object->set_property = kiosk_ring_set_property;
  widget->snapshot = kiosk_ring_snapshot;
  widget->measure = kiosk_ring_measure;
  widget->size_allocate = kiosk_ring_size_allocate;
  gtk_widget_class_set_css_name(widget, "ring");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_TIMER);

  props[PROP_FRACTION] =
      g_param_spec_double("fraction", NULL, NULL, 0, 1, 1, flags);
  props[PROP_SECONDS] =
      g_param_spec_uint("seconds", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_ICON_NAME] =
      g_param_spec_string("icon-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties(object, N_PROPS, props);
}

GtkWidget *
kiosk_ring_new(void)
{
  return g_object_new(KIOSK_TYPE_RING, NULL);
}
