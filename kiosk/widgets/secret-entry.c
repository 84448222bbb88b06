/* SPDX-License-Identifier: Apache-2.0 */
/* secret-entry.c - dots, or a code, drawn from one locked page. For a PIN no
 * character ever reaches Pango, a GValue or a string of GLib. */
#include "kiosk/widgets/secret-entry.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_BYTES_DEFAULT 63 /* CTAP 2.1, section 6.5.1 */

struct _KioskSecretEntry {
  GtkWidget parent_instance;
  FidotoolSecret *secret; /* NULL when no page could be locked */
  size_t count;
  char *label;
  bool visible_text;
  guint group_size;
  guint max_bytes;
  guint fixed_dots;
};

enum {
  PROP_LABEL = 1,
  PROP_VISIBLE_TEXT,
  PROP_GROUP_SIZE,
  PROP_MAX_BYTES,
  PROP_FIXED_DOTS,
  PROP_COUNT,
  N_PROPS,
};

enum { CHANGED, ACTIVATED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(KioskSecretEntry, kiosk_secret_entry, GTK_TYPE_WIDGET)

/* A page that the kernel agreed to keep out of swap, or NULL. A secret locks
 * its page but goes on without; here nothing is entered then. */
static FidotoolSecret *
new_locked_page(void)
{
  g_autoptr(FidotoolSecret) secret = fidotool_secret_new();

  if (!secret || mlock(fidotool_secret_buffer(secret), 1) != 0)
    return NULL;
  return g_steal_pointer(&secret);
}

static void
update_name(KioskSecretEntry *self)
{
  const char *label = self->label ? self->label : "";
  g_autofree char *name = NULL;

  if (self->count == 0)
    /* Translators: what is asked for, and that nothing was entered yet */
    name = g_strdup_printf(_("%s, empty"), label);
  else
    /* Translators: what is asked for, and how much was entered */
    name = g_strdup_printf(ngettext("%s, %u character entered",
                                    "%s, %u characters entered",
                                    (gulong)self->count),
                           label, (guint)self->count);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
tell_changed(KioskSecretEntry *self)
{
  update_name(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
  g_object_notify_by_pspec(G_OBJECT(self), props[PROP_COUNT]);
  g_signal_emit(self, signals[CHANGED], 0);
}

/* UTF-8 without control characters. */
static bool
check_text(const char *utf8)
{
  if (!utf8 || !g_utf8_validate(utf8, -1, NULL))
    return false;
  for (const char *p = utf8; *p; p = g_utf8_next_char(p))
    if (g_unichar_iscntrl(g_utf8_get_char(p)))
      return false;
  return true;
}

static void
draw_caret(GtkSnapshot *snapshot, const GdkRGBA *color, float x, float y,
           float height)
{
  gtk_snapshot_append_color(snapshot, color,
                            &GRAPHENE_RECT_INIT(x, y, 2, height));
}

static void
draw_dots(KioskSecretEntry *self, GtkSnapshot *snapshot, const GdkRGBA *color,
          float em)
{
  const float width = (float)gtk_widget_get_width(GTK_WIDGET(self));
  const float height = (float)gtk_widget_get_height(GTK_WIDGET(self));
  const float size = roundf(em * 0.55f), pitch = roundf(em * 0.95f);
  const size_t room = (size_t)MAX(1.0f, (width - pitch) / pitch);
  size_t n = self->count;
  size_t drawn;
  float x;

  if (self->fixed_dots > 0 && n > 0)
    n = self->fixed_dots;
  drawn = MIN(n, room);
  x = roundf((width - (float)drawn * pitch) / 2);
  for (size_t i = 0; i < drawn; i++) {
    /* More than fit: the first ones get smaller, as if they went away. */
    const float small = drawn < n && i < 2 ? (i == 0 ? 0.45f : 0.7f) : 1.0f;
    const float d = size * small;
    const graphene_rect_t box = GRAPHENE_RECT_INIT(
        x + (pitch - d) / 2, roundf(height / 2) - d / 2, d, d);
    GskRoundedRect round;

    gsk_rounded_rect_init_from_rect(&round, &box, d / 2);
    gtk_snapshot_push_rounded_clip(snapshot, &round);
    gtk_snapshot_append_color(snapshot, color, &box);
    gtk_snapshot_pop(snapshot);
    x += pitch;
  }
  if (gtk_widget_has_focus(GTK_WIDGET(self)))
    draw_caret(snapshot, color, x + (drawn > 0 ? 2 : 0),
               roundf((height - em * 1.2f) / 2), roundf(em * 1.2f));
}

/* A code, which may be read by whoever stands here: Pango keeps a copy while
 * it is on the screen. */
static void
draw_text(KioskSecretEntry *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  g_autoptr(PangoLayout) layout =
      gtk_widget_create_pango_layout(GTK_WIDGET(self), NULL);
  const int width = gtk_widget_get_width(GTK_WIDGET(self));
  const int height = gtk_widget_get_height(GTK_WIDGET(self));
  char shown[FIDOTOOL_SECRET_MAX * 4 + 1]; /* a gap of 3 bytes after each */
  size_t len = 0, i = 0;
  PangoRectangle ink, logical;
  float x, y;

  for (const char *p = fidotool_secret_text(self->secret); *p; i++) {
    const char *next = g_utf8_next_char(p);

    if (self->group_size > 0 && i > 0 && i % self->group_size == 0) {
      memcpy(shown + len, "\xe2\x80\x82", 3); /* U+2002 EN SPACE */
      len += 3;
    }
    memcpy(shown + len, p, (size_t)(next - p));
    len += (size_t)(next - p);
    p = next;
  }
  pango_layout_set_text(layout, shown, (int)len);
  explicit_bzero(shown, sizeof(shown));
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  pango_layout_get_pixel_extents(layout, &ink, &logical);
  if (logical.width > width - 4) {
    pango_layout_set_width(layout, (width - 4) * PANGO_SCALE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_START);
    pango_layout_get_pixel_extents(layout, &ink, &logical);
  }
  x = (float)((width - logical.width) / 2 - logical.x);
  y = (float)((height - logical.height) / 2);
  gtk_snapshot_save(snapshot);
  gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(x, y));
  gtk_snapshot_append_layout(snapshot, layout, color);
  gtk_snapshot_restore(snapshot);
  if (gtk_widget_has_focus(GTK_WIDGET(self))) {
    PangoRectangle end;

    pango_layout_get_cursor_pos(layout, (int)len, &end, NULL);
    draw_caret(snapshot, color,
               x + (float)PANGO_PIXELS(end.x) + (len > 0 ? 2 : 0), y,
               (float)logical.height);
  }
}

/* The size of the font, in pixels. */
static float
font_size(GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context(widget);
  const PangoFontDescription *font =
      pango_context_get_font_description(context);
  float size = (float)pango_font_description_get_size(font) / PANGO_SCALE;

  if (!pango_font_description_get_size_is_absolute(font))
    size *= (float)pango_cairo_context_get_resolution(context) / 72;
  return size;
}

static void
kiosk_secret_entry_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskSecretEntry *self = KIOSK_SECRET_ENTRY(widget);
  GdkRGBA color;

  gtk_style_context_get_color(gtk_widget_get_style_context(widget), &color);
  if (self->visible_text && self->secret)
    draw_text(self, snapshot, &color);
  else
    draw_dots(self, snapshot, &color, font_size(widget));
}

static void
kiosk_secret_entry_measure(GtkWidget *widget, GtkOrientation orientation,
                           int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  const float em = font_size(widget);

  (void)for_size;
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *minimum = *natural = (int)(em * 1.3f);
  } else {
    *minimum = (int)(em * 7);
    *natural = (int)(em * 14);
  }
}

static gboolean
on_key_pressed(KioskSecretEntry *self, guint keyval, guint keycode,
               GdkModifierType state)
{
  (void)keycode;
  if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter ||
       keyval == GDK_KEY_ISO_Enter) &&
      !(state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))) {
    g_signal_emit(self, signals[ACTIVATED], 0);
    return GDK_EVENT_STOP;
  }
  return kiosk_secret_entry_take_key(self, keyval, state);
}

static void
on_pressed(KioskSecretEntry *self)
{
  (void)gtk_widget_grab_focus(GTK_WIDGET(self)); /* may be insensitive */
}

static void
kiosk_secret_entry_init(KioskSecretEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new();
  GtkGesture *click = gtk_gesture_click_new();

  self->secret = new_locked_page();
  self->max_bytes = MAX_BYTES_DEFAULT;
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  /* The groups of a code stand in the same order everywhere. */
  gtk_widget_set_direction(GTK_WIDGET(self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_swapped(keys, "key-pressed", G_CALLBACK(on_key_pressed),
                           self);
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
  g_signal_connect_swapped(click, "pressed", G_CALLBACK(on_pressed), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
  g_signal_connect(self, "notify::has-focus", G_CALLBACK(gtk_widget_queue_draw),
                   NULL);
  update_name(self);
}

static void
kiosk_secret_entry_finalize(GObject *object)
{
  KioskSecretEntry *self = KIOSK_SECRET_ENTRY(object);

  g_free(self->label);
  G_OBJECT_CLASS(kiosk_secret_entry_parent_class)->finalize(object);
}

/* A page that is left wipes at once, whoever still holds a reference. */
static void
kiosk_secret_entry_dispose(GObject *object)
{
  KioskSecretEntry *self = KIOSK_SECRET_ENTRY(object);

  g_clear_pointer(&self->secret, fidotool_secret_free);
  self->count = 0;
  G_OBJECT_CLASS(kiosk_secret_entry_parent_class)->dispose(object);
}

static void
kiosk_secret_entry_get_property(GObject *object, guint id, GValue *value,
                                GParamSpec *pspec)
{
  KioskSecretEntry *self = KIOSK_SECRET_ENTRY(object);

  switch (id) {
  case PROP_LABEL:
    g_value_set_string(value, self->label);
    break;
  case PROP_VISIBLE_TEXT:
    g_value_set_boolean(value, self->visible_text);
    break;
  case PROP_GROUP_SIZE:
    g_value_set_uint(value, self->group_size);
    break;
  case PROP_MAX_BYTES:
    g_value_set_uint(value, self->max_bytes);
    break;
  case PROP_FIXED_DOTS:
    g_value_set_uint(value, self->fixed_dots);
    break;
  case PROP_COUNT:
    g_value_set_uint(value, (guint)self->count);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_secret_entry_set_property(GObject *object, guint id, const GValue *value,
                                GParamSpec *pspec)
{
  KioskSecretEntry *self = KIOSK_SECRET_ENTRY(object);

  switch (id) {
  case PROP_LABEL:
    g_free(self->label);
    self->label = g_value_dup_string(value);
    update_name(self);
    break;
  case PROP_VISIBLE_TEXT:
    self->visible_text = g_value_get_boolean(value);
    break;
  case PROP_GROUP_SIZE:
    self->group_size = g_value_get_uint(value);
    break;
  case PROP_MAX_BYTES:
    self->max_bytes = g_value_get_uint(value);
    break;
  case PROP_FIXED_DOTS:
    self->fixed_dots = g_value_get_uint(value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
kiosk_secret_entry_class_init(KioskSecretEntryClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->dispose = kiosk_secret_entry_dispose;
  object->finalize = kiosk_secret_entry_finalize;
  object->get_property = kiosk_secret_entry_get_property;
  object->set_property = kiosk_secret_entry_set_property;
  widget->snapshot = kiosk_secret_entry_snapshot;
  widget->measure = kiosk_secret_entry_measure;
  gtk_widget_class_set_css_name(widget, "secretentry");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_TEXT_BOX);

  props[PROP_LABEL] = g_param_spec_string("label", NULL, NULL, NULL, flags);
  props[PROP_VISIBLE_TEXT] =
      g_param_spec_boolean("visible-text", NULL, NULL, FALSE, flags);
  props[PROP_GROUP_SIZE] =
      g_param_spec_uint("group-size", NULL, NULL, 0, 64, 0, flags);
  props[PROP_MAX_BYTES] =
      g_param_spec_uint("max-bytes", NULL, NULL, 1, FIDOTOOL_SECRET_MAX,
                        MAX_BYTES_DEFAULT, flags);
  props[PROP_FIXED_DOTS] =
      g_param_spec_uint("fixed-dots", NULL, NULL, 0, 64, 0, flags);
  props[PROP_COUNT] =
      g_param_spec_uint("count", NULL, NULL, 0, FIDOTOOL_SECRET_MAX, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object, N_PROPS, props);

  signals[CHANGED] =
      g_signal_new("changed", KIOSK_TYPE_SECRET_ENTRY, G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] =
      g_signal_new("activated", KIOSK_TYPE_SECRET_ENTRY, G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

GtkWidget *
kiosk_secret_entry_new(void)
{
  return g_object_new(KIOSK_TYPE_SECRET_ENTRY, NULL);
}

bool
kiosk_secret_entry_has_page(KioskSecretEntry *self)
{
  return self->secret != NULL;
}

bool
kiosk_secret_entry_insert(KioskSecretEntry *self, const char *utf8)
{
  size_t len, more;

  if (!self->secret || !check_text(utf8))
    return false;
  len = fidotool_secret_len(self->secret);
  more = strlen(utf8);
  if (more == 0 || len >= self->max_bytes || more > self->max_bytes - len)
    return false;
  memcpy(fidotool_secret_buffer(self->secret) + len, utf8, more);
  fidotool_secret_set_len(self->secret, len + more);
  self->count += (size_t)g_utf8_strlen(utf8, (gssize)more);
  tell_changed(self);
  return true;
}

bool
kiosk_secret_entry_erase(KioskSecretEntry *self)
{
  const char *text, *last;

  if (self->count == 0)
    return false;
  text = fidotool_secret_text(self->secret);
  last = g_utf8_find_prev_char(text, text + fidotool_secret_len(self->secret));
  fidotool_secret_set_len(self->secret, (size_t)(last - text));
  self->count--;
  tell_changed(self);
  return true;
}

void
kiosk_secret_entry_clear(KioskSecretEntry *self)
{
  if (self->count == 0)
    return;
  fidotool_secret_set_len(self->secret, 0);
  self->count = 0;
  tell_changed(self);
}

size_t
kiosk_secret_entry_count(KioskSecretEntry *self)
{
  return self->count;
}

const FidotoolSecret *
kiosk_secret_entry_peek(KioskSecretEntry *self)
{
  return self->secret;
}

FidotoolSecret *
kiosk_secret_entry_steal(KioskSecretEntry *self)
{
  FidotoolSecret *secret = self->secret;
  const bool had = self->count > 0;

  if (!secret)
    return NULL;
  self->secret = new_locked_page();
  self->count = 0;
  if (had)
    tell_changed(self);
  return secret;
}

bool
kiosk_secret_entry_take_key(KioskSecretEntry *self, guint keyval,
                            GdkModifierType state)
{
  const GdkModifierType no_text = GDK_CONTROL_MASK | GDK_ALT_MASK |
                                  GDK_SUPER_MASK | GDK_HYPER_MASK |
                                  GDK_META_MASK;
  char utf8[8] = {0};
  gunichar c;

  if (state & no_text)
    return false;
  if (keyval == GDK_KEY_BackSpace) {
    (void)kiosk_secret_entry_erase(self); /* nothing there is fine */
    (void)gtk_widget_grab_focus(GTK_WIDGET(self));
    return true;
  }
  c = gdk_keyval_to_unicode(keyval);
  if (c == 0 || c == ' ' || g_unichar_iscntrl(c))
    return false;
  utf8[g_unichar_to_utf8(c, utf8)] = '\0';
  if (!kiosk_secret_entry_insert(self, utf8))
    gtk_widget_error_bell(GTK_WIDGET(self)); /* full; the key was meant here */
  explicit_bzero(utf8, sizeof(utf8));
  (void)gtk_widget_grab_focus(GTK_WIDGET(self)); /* the caret shows where */
  return true;
}
