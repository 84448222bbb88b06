/* SPDX-License-Identifier: Apache-2.0 */
/* error-strip.c - never by colour alone: a bar, an icon, and a word before the
 * sentence. Shown with gtk_widget_set_visible(): GTK 4.8 gives the child of a
 * revealer no focus before it is revealed, and the first error is not said. */
#include "kiosk/widgets/error-strip.h"

#include "kiosk/widgets/columns.h"
#include "kiosk/widgets/decoration.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TEXT_MIN_PX 240

struct _KioskErrorStrip {
  GtkWidget parent_instance;
  GtkWidget *bar;
  GtkImage *icon;
  GtkWidget *lines;
  GtkLabel *text;
  GtkLabel *code;
  KioskSeverity severity;
};

enum { PROP_SEVERITY = 1, N_PROPS };

static GParamSpec *props[N_PROPS];

static const struct {
  const char *css_class;
  const char *icon;
  const char *word;
} looks[] = {
    [KIOSK_SEVERITY_WRONG] = {"wrong", "kiosk-wrong-symbolic", N_("Problem")},
    [KIOSK_SEVERITY_ATTENTION] = {"attention", "kiosk-attention-symbolic",
                                  N_("Please note")},
    [KIOSK_SEVERITY_OK] = {"ok", "kiosk-ok-symbolic", N_("Done")},
};

G_DEFINE_ENUM_TYPE(KioskSeverity, kiosk_error_strip_severity,
                   G_DEFINE_ENUM_VALUE(KIOSK_SEVERITY_WRONG, "wrong"),
                   G_DEFINE_ENUM_VALUE(KIOSK_SEVERITY_ATTENTION, "attention"),
                   G_DEFINE_ENUM_VALUE(KIOSK_SEVERITY_OK, "ok"))

G_DEFINE_FINAL_TYPE(KioskErrorStrip, kiosk_error_strip, GTK_TYPE_WIDGET)

static void
set_severity(KioskErrorStrip *self, KioskSeverity severity)
{
  GtkWidget *widget = GTK_WIDGET(self);

  gtk_widget_remove_css_class(widget, looks[self->severity].css_class);
  self->severity = severity;
  gtk_widget_add_css_class(widget, looks[severity].css_class);
  gtk_image_set_from_icon_name(self->icon, looks[severity].icon);
}

static GtkLabel *
new_label(const char *css_class)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class(label, css_class);
  return GTK_LABEL(label);
}

/* Below each other, not in a box of GTK: it would want another width where it
 * is given a height. */
static GtkWidget *
new_lines(KioskErrorStrip *self)
{
  GtkWidget *lines = kiosk_columns_new();

  g_object_set(lines, "columns", 1, "row-spacing", 0, NULL);
  gtk_widget_add_css_class(lines, "lines");
  gtk_widget_set_hexpand(lines, TRUE);
  gtk_widget_set_valign(lines, GTK_ALIGN_CENTER);
  self->text = new_label("sentence");
  /* GTK looks for the narrowest width by trying; with a floor under it a long
   * sentence takes a quarter of the time. */
  gtk_widget_set_size_request(GTK_WIDGET(self->text), TEXT_MIN_PX, -1);
  self->code = new_label("code");
  kiosk_columns_append(KIOSK_COLUMNS(lines), GTK_WIDGET(self->text));
  kiosk_columns_append(KIOSK_COLUMNS(lines), GTK_WIDGET(self->code));
  return lines;
}

static void
kiosk_error_strip_init(KioskErrorStrip *self)
{
  GtkWidget *widget = GTK_WIDGET(self);

  self->bar = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class(self->bar, "bar");
  gtk_widget_set_parent(self->bar, widget);
  self->icon = kiosk_decoration_new(NULL);
  gtk_widget_set_valign(GTK_WIDGET(self->icon), GTK_ALIGN_CENTER);
  gtk_widget_set_parent(GTK_WIDGET(self->icon), widget);
  self->lines = new_lines(self);
  gtk_widget_set_parent(self->lines, widget);
  set_severity(self, KIOSK_SEVERITY_WRONG);
  gtk_widget_set_focusable(widget, TRUE);
  gtk_widget_set_visible(widget, FALSE);
}

static void
kiosk_error_strip_dispose(GObject *object)
{
  KioskErrorStrip *self = KIOSK_ERROR_STRIP(object);

  if (self->bar) {
    gtk_widget_unparent(self->bar);
    gtk_widget_unparent(GTK_WIDGET(self->icon));
    gtk_widget_unparent(self->lines);
  }
  self->bar = NULL;
  G_OBJECT_CLASS(kiosk_error_strip_parent_class)->dispose(object);
}

static void
kiosk_error_strip_get_property(GObject *object, guint id, GValue *value,
                               GParamSpec *pspec)
{
  if (id == PROP_SEVERITY)
    g_value_set_enum(value, (int)KIOSK_ERROR_STRIP(object)->severity);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
kiosk_error_strip_set_property(GObject *object, guint id, const GValue *value,
                               GParamSpec *pspec)
{
  if (id == PROP_SEVERITY)
    set_severity(KIOSK_ERROR_STRIP(object),
                 (KioskSeverity)g_value_get_enum(value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
kiosk_error_strip_class_init(KioskErrorStripClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  object->dispose = kiosk_error_strip_dispose;
  object->get_property = kiosk_error_strip_get_property;
  object->set_property = kiosk_error_strip_set_property;
  gtk_widget_class_set_css_name(widget, "errorstrip");
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_ALERT);

  props[PROP_SEVERITY] = g_param_spec_enum(
      "severity", NULL, NULL, KIOSK_TYPE_SEVERITY, KIOSK_SEVERITY_WRONG,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object, N_PROPS, props);
}

GtkWidget *
kiosk_error_strip_new(void)
{
  return g_object_new(KIOSK_TYPE_ERROR_STRIP, NULL);
}

/* The word stands out in the sentence, and takes no room of its own. */
static void
set_text(KioskErrorStrip *self, const char *word, const char *name)
{
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new();
  PangoAttribute *bold = pango_attr_weight_new(PANGO_WEIGHT_BOLD);

  bold->end_index = (guint)strlen(word) + 1; /* and the colon */
  pango_attr_list_insert(attributes, bold);
  gtk_label_set_text(self->text, name);
  gtk_label_set_attributes(self->text, attributes);
}

void
kiosk_error_strip_show(KioskErrorStrip *self, const char *text,
                       const char *code)
{
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
  const char *word = _(looks[self->severity].word);
  g_autofree char *name = g_strdup_printf("%s: %s", word, text);

  set_text(self, word, name);
  gtk_label_set_text(self->code, code ? code : "");
  gtk_widget_set_visible(GTK_WIDGET(self->code), code && *code);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_visible(GTK_WIDGET(self), TRUE);
  /* Said again only when the focus comes again. */
  if (root && gtk_root_get_focus(root) == GTK_WIDGET(self))
    gtk_root_set_focus(root, NULL);
  (void)gtk_widget_grab_focus(GTK_WIDGET(self)); /* not on a screen yet */
}

void
kiosk_error_strip_hide(KioskErrorStrip *self)
{
  gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
  gtk_label_set_text(self->text, "");
  gtk_label_set_text(self->code, "");
}
