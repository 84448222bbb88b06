/* SPDX-License-Identifier: Apache-2.0 */
/* text-entry.c - a label and a GtkText from which every way out is taken. */
#include "kiosk/widgets/text-entry.h"

#include <string.h>

#define MAX_LENGTH_DEFAULT 200

struct _KioskTextEntry {
  GtkWidget parent_instance;
  GtkLabel *label;
  GtkText *text;
  bool purpose_code;
  bool inserting; /* the filter's own insertion is under way */
};

enum {
  PROP_LABEL = 1,
  PROP_TEXT,
  PROP_MAX_LENGTH,
  PROP_PURPOSE_CODE,
  N_PROPS,
};

enum { CHANGED, ACTIVATED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(KioskTextEntry, kiosk_text_entry, GTK_TYPE_WIDGET)

/* Whether c may stand in a line of text. Joiners may: names are written with
 * them; every other invisible character may not, marks of direction above
 * all, which make a name read as another one. */
static bool
is_allowed(gunichar c)
{
  static const GUnicodeType refused[] = {
      G_UNICODE_CONTROL,
      G_UNICODE_FORMAT,
      G_UNICODE_UNASSIGNED,
      G_UNICODE_PRIVATE_USE,
      G_UNICODE_SURROGATE,
      G_UNICODE_LINE_SEPARATOR,
      G_UNICODE_PARAGRAPH_SEPARATOR,
  };
  const GUnicodeType type = g_unichar_type(c);

  if (c == 0x200C || c == 0x200D)
    return true;
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
    if (type == refused[i])
      return false;
  return true;
}

static bool
is_white(gunichar c)
{
  return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029;
}

/* What of text goes in; len in bytes. Needs no NUL at the end of text, and
 * always makes one. */
static char *
filter_text(const char *text, size_t len)
{
  g_autofree char *valid = g_utf8_make_valid(text, (gssize)len);
  g_autoptr(GString) out = g_string_sized_new(len);
  bool white = false;

  for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);

    if (is_white(c)) {
      if (!white)
        g_string_append_c(out, ' ');
      white = true;
    } else if (is_allowed(c) && c != 0xFFFD) {
      g_string_append_unichar(out, c);
      white = false;
    }
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Everything that comes in comes through here: keys, paste, drop, the program.
 * What goes on is a copy with a NUL at its end, for GTK 4.8 hands the text to
 * the accessibility bus without looking at its length. */
static void
on_insert_text(KioskTextEntry *self, const char *text, int len, int *position,
               GtkEditable *editable)
{
  g_autofree char *good = NULL;

  if (self->inserting)
    return;
  g_signal_stop_emission_by_name(editable, "insert-text");
  good = filter_text(text, len < 0 ? strlen(text) : (size_t)len);
  if (good[0] == '\0')
    return;
  self->inserting = true;
  gtk_editable_insert_text(editable, good, -1, position);
  self->inserting = false;
}

static void
on_text_changed(KioskTextEntry *self)
{
  g_object_notify_by_pspec(G_OBJECT(self), props[PROP_TEXT]);
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
on_text_activate(KioskTextEntry *self)
{
  g_signal_emit(self, signals[ACTIVATED], 0);
}

static void
refuse_emoji(GObject *text)
{
  g_signal_stop_emission_by_name(text, "insert-emoji");
}

static void
refuse_copy(GObject *text)
{
  g_signal_stop_emission_by_name(text, "copy-clipboard");
}

static void
refuse_cut(GObject *text)
{
  g_signal_stop_emission_by_name(text, "cut-clipboard");
}

/* Context menu and emoji chooser, before the GtkText has them. */
static gboolean
on_key_captured(KioskTextEntry *self, guint keyval, guint keycode,
                GdkModifierType state)
{
  (void)self;
  (void)keycode;
  if (keyval == GDK_KEY_Menu)
    return GDK_EVENT_STOP;
  if (keyval == GDK_KEY_F10 && (state & GDK_SHIFT_MASK))
    return GDK_EVENT_STOP;
  if ((keyval == GDK_KEY_period || keyval == GDK_KEY_semicolon) &&
      (state & GDK_CONTROL_MASK))
    return GDK_EVENT_STOP;
  return GDK_EVENT_PROPAGATE;
}

void
kiosk_text_entry_focus_end(KioskTextEntry *self)
{
  if (gtk_text_grab_focus_without_selecting(self->text))
    gtk_editable_set_position(GTK_EDITABLE(self->text), -1);
}

/* The first button of a mouse is the GtkText's. A finger is not: holding it,
 * or choosing text, would open menus with the emoji chooser in them. */
static void
on_press_captured(KioskTextEntry *self, int n_press, double x, double y,
                  GtkGesture *gesture)
{
  GtkGestureSingle *single = GTK_GESTURE_SINGLE(gesture);
  GdkEvent *event =
      gtk_event_controller_get_current_event(GTK_EVENT_CONTROLLER(gesture));
  GdkDevice *device = event ? gdk_event_get_device(event) : NULL;
  const bool finger =
      device && gdk_device_get_source(device) == GDK_SOURCE_TOUCHSCREEN;

  (void)n_press;
  (void)x;
  (void)y;
  if (gtk_gesture_single_get_current_button(single) == GDK_BUTTON_PRIMARY &&
      !finger)
    return;
  (void)gtk_gesture_set_state(gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  kiosk_text_entry_focus_end(self);
}

static gboolean
kiosk_text_entry_grab_focus(GtkWidget *widget)
{
  return gtk_widget_grab_focus(GTK_WIDGET(KIOSK_TEXT_ENTRY(widget)->text));
}

static void
set_purpose_code(KioskTextEntry *self, bool code)
{
  self->purpose_code = code;
  if (code)
    gtk_widget_add_css_class(GTK_WIDGET(self), "code");
  else
    gtk_widget_remove_css_class(GTK_WIDGET(self), "code");
}

static void
add_controllers(KioskTextEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new();
  GtkGesture *press = gtk_gesture_click_new();

  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped(keys, "key-pressed", G_CALLBACK(on_key_captured),
                           self);
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(press), 0);
  gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(press),
                                             GTK_PHASE_CAPTURE);
  g_signal_connect_swapped(press, "pressed", G_CALLBACK(on_press_captured),
                           self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(press));
}

static void
kiosk_text_entry_init(KioskTextEntry *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager(GTK_WIDGET(self));

  gtk_orientable_set_orientation(GTK_ORIENTABLE(layout),
                                 GTK_ORIENTATION_VERTICAL);
  self->label = GTK_LABEL(gtk_label_new(NULL));
  gtk_label_set_xalign(self->label, 0);
  gtk_label_set_wrap(self->label, TRUE);
  gtk_widget_set_parent(GTK_WIDGET(self->label), GTK_WIDGET(self));

  self->text = GTK_TEXT(gtk_text_new());
  gtk_text_set_max_length(self->text, MAX_LENGTH_DEFAULT);
  gtk_text_set_enable_emoji_completion(self->text, FALSE);
  gtk_text_set_input_hints(self->text, GTK_INPUT_HINT_NO_EMOJI |
                                           GTK_INPUT_HINT_NO_SPELLCHECK |
                                           GTK_INPUT_HINT_PRIVATE);
  gtk_editable_set_enable_undo(GTK_EDITABLE(self->text), FALSE);
  gtk_widget_action_set_enabled(GTK_WIDGET(self->text), "menu.popup", FALSE);
  gtk_widget_action_set_enabled(GTK_WIDGET(self->text), "misc.insert-emoji",
                                FALSE);
  gtk_widget_set_parent(GTK_WIDGET(self->text), GTK_WIDGET(self));
  g_signal_connect_swapped(self->text, "insert-text",
                           G_CALLBACK(on_insert_text), self);
  g_signal_connect_swapped(self->text, "changed", G_CALLBACK(on_text_changed),
                           self);
  g_signal_connect_swapped(self->text, "activate", G_CALLBACK(on_text_activate),
                           self);
  g_signal_connect(self->text, "insert-emoji", G_CALLBACK(refuse_emoji), NULL);
  g_signal_connect(self->text, "copy-clipboard", G_CALLBACK(refuse_copy), NULL);
  g_signal_connect(self->text, "cut-clipboard", G_CALLBACK(refuse_cut), NULL);
  add_controllers(self);
}

static void
kiosk_text_entry_dispose(GObject *object)
{
  KioskTextEntry *self = KIOSK_TEXT_ENTRY(object);

  if (self->text)
    g_signal_handlers_disconnect_by_data(self->text, self);
  if (self->label)
    gtk_widget_unparent(GTK_WIDGET(self->label));
  if (self->text)
    gtk_widget_unparent(GTK_WIDGET(self->text));
  self->label = NULL;
  self->text = NULL;
  G_OBJECT_CLASS(kiosk_text_entry_parent_class)->dispose(object);
}

static void
kiosk_text_entry_get_property(GObject *object, guint id, GValue *value,
                              GParamSpec *pspec)
{
  KioskTextEntry *self = KIOSK_TEXT_ENTRY(object);

  switch (id) {
  case PROP_LABEL:
    g_value_set_string(value, gtk_label_get_text(self->label));
    break;
  case PROP_TEXT:
    g_value_set_string(value, kiosk_text_entry_get_text(self));
    break;
  case PROP_MAX_LENGTH:
    g_value_set_uint(value, (guint)gtk_text_get_max_length(self->text));
    break;
  case PROP_PURPOSE_CODE:
    g_value_set_boolean(value, self->purpose_code);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_text_entry_set_property(GObject *object, guint id, const GValue *value,
                              GParamSpec *pspec)
{
  KioskTextEntry *self = KIOSK_TEXT_ENTRY(object);

  switch (id) {
  case PROP_LABEL:
    gtk_label_set_text(self->label, g_value_get_string(value));
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->text),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   gtk_label_get_text(self->label), -1);
    break;
  case PROP_TEXT:
    kiosk_text_entry_set_text(self, g_value_get_string(value));
    break;
  case PROP_MAX_LENGTH:
    gtk_text_set_max_length(self->text, (int)g_value_get_uint(value));
    break;
  case PROP_PURPOSE_CODE:
    set_purpose_code(self, g_value_get_boolean(value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_text_entry_class_init(KioskTextEntryClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object->dispose = kiosk_text_entry_dispose;
  object->get_property = kiosk_text_entry_get_property;
  object->set_property = kiosk_text_entry_set_property;
  widget->grab_focus = kiosk_text_entry_grab_focus;
  gtk_widget_class_set_css_name(widget, "textentry");
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);

  props[PROP_LABEL] = g_param_spec_string("label", NULL, NULL, NULL, flags);
  props[PROP_TEXT] = g_param_spec_string("text", NULL, NULL, "", flags);
  props[PROP_MAX_LENGTH] = g_param_spec_uint("max-length", NULL, NULL, 1, 65535,
                                             MAX_LENGTH_DEFAULT, flags);
  props[PROP_PURPOSE_CODE] =
      g_param_spec_boolean("purpose-code", NULL, NULL, FALSE, flags);
  g_object_class_install_properties(object, N_PROPS, props);

  signals[CHANGED] =
      g_signal_new("changed", KIOSK_TYPE_TEXT_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] =
      g_signal_new("activated", KIOSK_TYPE_TEXT_ENTRY, G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

GtkWidget *
kiosk_text_entry_new(void)
{
  return g_object_new(KIOSK_TYPE_TEXT_ENTRY, NULL);
}

const char *
kiosk_text_entry_get_text(KioskTextEntry *self)
{
  return gtk_editable_get_text(GTK_EDITABLE(self->text));
}

void
kiosk_text_entry_set_text(KioskTextEntry *self, const char *text)
{
  gtk_editable_delete_text(GTK_EDITABLE(self->text), 0, -1);
  if (text)
    kiosk_text_entry_insert(self, text);
}

void
kiosk_text_entry_insert(KioskTextEntry *self, const char *utf8)
{
  GtkEditable *editable = GTK_EDITABLE(self->text);
  int position;

  gtk_editable_delete_selection(editable);
  position = gtk_editable_get_position(editable);
  gtk_editable_insert_text(editable, utf8, -1, &position);
  gtk_editable_set_position(editable, position);
}

void
kiosk_text_entry_erase(KioskTextEntry *self)
{
  GtkEditable *editable = GTK_EDITABLE(self->text);
  int start, end;

  if (gtk_editable_get_selection_bounds(editable, &start, &end))
    gtk_editable_delete_selection(editable);
  else if (end > 0)
    gtk_editable_delete_text(editable, end - 1, end);
}

void
kiosk_text_entry_clear(KioskTextEntry *self)
{
  gtk_editable_delete_text(GTK_EDITABLE(self->text), 0, -1);
}

bool
kiosk_text_entry_take_key(KioskTextEntry *self, guint keyval,
                          GdkModifierType state)
{
  const GdkModifierType no_text = GDK_CONTROL_MASK | GDK_ALT_MASK |
                                  GDK_SUPER_MASK | GDK_HYPER_MASK |
                                  GDK_META_MASK;
  const gunichar c = gdk_keyval_to_unicode(keyval);
  char utf8[8] = {0};

  if (state & no_text)
    return false;
  if (keyval == GDK_KEY_BackSpace) {
    kiosk_text_entry_erase(self);
    return true;
  }
  if (c == 0 || !is_allowed(c))
    return false;
  utf8[g_unichar_to_utf8(c, utf8)] = '\0';
  kiosk_text_entry_insert(self, utf8);
  return true;
}
