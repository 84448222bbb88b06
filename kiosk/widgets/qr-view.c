/* SPDX-License-Identifier: Apache-2.0 */
/* qr-view.c - dark squares on white with the quiet zone that ISO/IEC 18004
 * asks for. A module is a whole number of pixels wide, or cameras see grey. */
#include "kiosk/widgets/qr-view.h"

#include <errno.h>
#include <qrencode.h>

#define QUIET 4       /* modules, ISO/IEC 18004, section 9.1 */
#define MIN_MODULE 2  /* pixels */
#define GOOD_MODULE 4 /* pixels */

struct _KioskQrView {
  GtkWidget parent_instance;
  QRcode *code;
  char *label;
};

enum { PROP_LABEL = 1, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(KioskQrView, kiosk_qr_view, GTK_TYPE_WIDGET)

static int
modules(KioskQrView *self)
{
  return self->code ? self->code->width + 2 * QUIET : 0;
}

static void
kiosk_qr_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskQrView *self = KIOSK_QR_VIEW(widget);
  const int width = gtk_widget_get_width(widget);
  const int height = gtk_widget_get_height(widget);
  const GdkRGBA white = {1, 1, 1, 1}, black = {0, 0, 0, 1};
  int n = modules(self), module, side, x0, y0;

  if (n == 0)
    return;
  module = MAX(1, MIN(width, height) / n);
  side = module * n;
  x0 = (width - side) / 2;
  y0 = (height - side) / 2;
  gtk_snapshot_append_color(
      snapshot, &white,
      &GRAPHENE_RECT_INIT((float)x0, (float)y0, (float)side, (float)side));
  /* One rectangle for each run of dark modules; never mirrored. */
  n = self->code->width;
  for (int y = 0; y < n; y++) {
    const unsigned char *row = self->code->data + y * n;

    for (int x = 0, end; x < n; x = end + 1) {
      for (end = x; end < n && (row[end] & 1); end++)
        ;
      if (end > x)
        gtk_snapshot_append_color(
            snapshot, &black,
            &GRAPHENE_RECT_INIT((float)(x0 + (x + QUIET) * module),
                                (float)(y0 + (y + QUIET) * module),
                                (float)((end - x) * module), (float)module));
    }
  }
}

static void
kiosk_qr_view_measure(GtkWidget *widget, GtkOrientation orientation,
                      int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  const int n = modules(KIOSK_QR_VIEW(widget));

  (void)orientation;
  (void)for_size;
  *minimum = n * MIN_MODULE;
  *natural = n * GOOD_MODULE;
  *minimum_baseline = *natural_baseline = -1;
}

static void
kiosk_qr_view_init(KioskQrView *self)
{
  gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
}

static void
kiosk_qr_view_finalize(GObject *object)
{
  KioskQrView *self = KIOSK_QR_VIEW(object);

  g_clear_pointer(&self->code, QRcode_free);
  g_free(self->label);
  G_OBJECT_CLASS(kiosk_qr_view_parent_class)->finalize(object);
}

static void
kiosk_qr_view_get_property(GObject *object, guint id, GValue *value,
                           GParamSpec *pspec)
{
  if (id == PROP_LABEL)
    g_value_set_string(value, KIOSK_QR_VIEW(object)->label);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
kiosk_qr_view_set_property(GObject *object, guint id, const GValue *value,
                           GParamSpec *pspec)
{
  KioskQrView *self = KIOSK_QR_VIEW(object);

  if (id != PROP_LABEL) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    return;
  }
  g_free(self->label);
  self->label = g_value_dup_string(value);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 self->label ? self->label : "", -1);
}

static void
kiosk_qr_view_class_init(KioskQrViewClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  object->finalize = kiosk_qr_view_finalize;
  object->get_property = kiosk_qr_view_get_property;
  object->set_property = kiosk_qr_view_set_property;
  widget->snapshot = kiosk_qr_view_snapshot;
  widget->measure = kiosk_qr_view_measure;
  gtk_widget_class_set_css_name(widget, "qrview");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);

  props[PROP_LABEL] = g_param_spec_string(
      "label", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object, N_PROPS, props);
}

GtkWidget *
kiosk_qr_view_new(void)
{
  return g_object_new(KIOSK_TYPE_QR_VIEW, NULL);
}

bool
kiosk_qr_view_set_text(KioskQrView *self, const char *text)
{
  bool fits = true;

  g_clear_pointer(&self->code, QRcode_free);
  if (text && *text) {
    /* Digits and capitals take less room in a mode of their own. */
    self->code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!self->code && errno != ERANGE)
      g_warning("QR code: %s", g_strerror(errno));
    fits = self->code != NULL;
  }
  gtk_widget_queue_resize(GTK_WIDGET(self));
  return fits;
}
