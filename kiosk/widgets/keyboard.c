/* SPDX-License-Identifier: Apache-2.0 */
/* keyboard.c - rows of keys. A layer is one string: its characters fill the
 * keys row by row. */
#include "kiosk/widgets/keyboard.h"

#include <glib/gi18n-lib.h>
#include <stdbool.h>
#include <string.h>

#include "kiosk/widgets/key-grid.h"

#define MAX_KEYS 48
/* As wide as it wants to be: eleven keys for a finger in a row. On a small
 * screen it is narrower. */
#define NATURAL_WIDTH 770

typedef struct {
  const char *language;
  int keys[4];  /* in each row, the digits first */
  int start[4]; /* of each row, in half keys */
  int shift;    /* width of Shift, in half keys */
  const char *letters;
} Layout;

/* All rows are KIOSK_KEY_GRID_HALVES wide: the first ends with Delete, the
 * fourth begins with Shift and ends with - and ', the last is the same
 * everywhere. */
static const Layout layouts[] = {
    {"en",
     {10, 10, 9, 7},
     {0, 1, 2, 4},
     4,
     "1234567890qwertyuiopasdfghjklzxcvbnm"},
    {"de",
     {10, 11, 11, 8},
     {0, 0, 0, 2},
     2,
     "1234567890qwertzuiopüasdfghjklöäyxcvbnmß"},
};

/* Signs, and those that a PIN hardly has; then letters of names, in two
 * layers for at least 36 keys. */
static const char *const more_layers[] = {
    "1234567890!@#$%&*()+=/:;\"?_\\|[]{}<>~",
    "áàâäãåąăāæçćčďđðéèêëęěēğíìîïīıłñńňóò",
    "ôöõőøœōřśšşșßťțþúùûüůűūýÿźżž",
};
static const char more_signs[] = "1234567890^`€£§°²³«»„“”–—…•¿¡´¨±×÷µ";

typedef enum { SHIFT_OFF, SHIFT_ONCE, SHIFT_LOCKED } Shift;

struct _KioskKeyboard {
  GtkWidget parent_instance;
  KioskKeyGrid *grid;
  const Layout *layout;
  GtkButton *keys[MAX_KEYS];
  char values[MAX_KEYS][8];
  int n_keys;
  GtkButton *shift_key;
  GtkButton *signs_key;
  GtkButton *accents_key;
  GtkButton *digits_key;
  GtkButton *space_key;
  int layer; /* 0 letters, then more_layers */
  Shift shift;
  bool has_digits_key;
  char *language;
};

enum { PROP_LANGUAGE = 1, PROP_DIGITS_KEY, N_PROPS };
enum { PRESSED, ERASED, DIGITS_ASKED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(KioskKeyboard, kiosk_keyboard, GTK_TYPE_WIDGET)

static void
set_name(GtkButton *button, const char *name)
{
  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static const char *
layer_text(KioskKeyboard *self)
{
  if (self->layer == 0)
    return self->layout->letters;
  if (self->layer == 1 && self->shift != SHIFT_OFF)
    return more_signs;
  return more_layers[self->layer - 1];
}

static void
show_key(KioskKeyboard *self, int i, gunichar c)
{
  GtkButton *button = self->keys[i];

  if (self->shift != SHIFT_OFF && self->layer != 1)
    c = g_unichar_toupper(c); /* ß has none of one character, and stays */
  memset(self->values[i], 0, sizeof(self->values[i]));
  (void)g_unichar_to_utf8(c, self->values[i]);
  gtk_button_set_label(button, self->values[i]);
  gtk_widget_set_sensitive(GTK_WIDGET(button), TRUE);
  gtk_widget_set_opacity(GTK_WIDGET(button), 1);
  if (c >= '0' && c <= '9') {
    /* Translators: the name of a key of the keyboard, for screen readers */
    g_autofree char *name = g_strdup_printf(_("Digit %d"), (int)(c - '0'));

    set_name(button, name);
  } else {
    set_name(button, self->values[i]);
  }
}

/* A key without a character in this layer keeps its place. */
static void
blank_key(KioskKeyboard *self, int i)
{
  self->values[i][0] = '\0';
  gtk_widget_set_sensitive(GTK_WIDGET(self->keys[i]), FALSE);
  gtk_widget_set_opacity(GTK_WIDGET(self->keys[i]), 0);
  set_name(self->keys[i], _("No character"));
}

static void
mark_key(GtkButton *button, bool on)
{
  if (on)
    gtk_widget_add_css_class(GTK_WIDGET(button), "on");
  else
    gtk_widget_remove_css_class(GTK_WIDGET(button), "on");
  gtk_accessible_update_state(
      GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_STATE_PRESSED,
      on ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

static void
show_layer(KioskKeyboard *self)
{
  const char *p = layer_text(self);

  for (int i = 0; i < self->n_keys; i++) {
    if (*p) {
      show_key(self, i, g_utf8_get_char(p));
      p = g_utf8_next_char(p);
    } else {
      blank_key(self, i);
    }
  }
  mark_key(self->shift_key, self->shift != SHIFT_OFF);
  gtk_button_set_icon_name(self->shift_key, self->shift == SHIFT_LOCKED
                                                ? "kiosk-shift-lock-symbolic"
                                                : "kiosk-shift-symbolic");
  mark_key(self->signs_key, self->layer == 1);
  mark_key(self->accents_key, self->layer >= 2);
}

static void
on_key_clicked(KioskKeyboard *self, GtkButton *button)
{
  for (int i = 0; i < self->n_keys; i++) {
    if (self->keys[i] != button || self->values[i][0] == '\0')
      continue;
    g_signal_emit(self, signals[PRESSED], 0, self->values[i]);
    if (self->shift == SHIFT_ONCE) {
      self->shift = SHIFT_OFF;
      show_layer(self);
    }
    return;
  }
}

/* The widget's name is its character: a constant, in the program's text. */
static void
on_fixed_clicked(KioskKeyboard *self, GtkButton *button)
{
  g_signal_emit(self, signals[PRESSED], 0,
                g_object_get_data(G_OBJECT(button), "character"));
}

static void
on_erase_clicked(KioskKeyboard *self)
{
  g_signal_emit(self, signals[ERASED], 0);
}

static void
on_digits_clicked(KioskKeyboard *self)
{
  g_signal_emit(self, signals[DIGITS_ASKED], 0);
}

/* Off, one character, locked, off. */
static void
on_shift_clicked(KioskKeyboard *self)
{
  self->shift = self->shift == SHIFT_OFF    ? SHIFT_ONCE
                : self->shift == SHIFT_ONCE ? SHIFT_LOCKED
                                            : SHIFT_OFF;
  show_layer(self);
}

static void
on_signs_clicked(KioskKeyboard *self)
{
  self->layer = self->layer == 1 ? 0 : 1;
  self->shift = SHIFT_OFF;
  show_layer(self);
}

static void
on_accents_clicked(KioskKeyboard *self)
{
  self->layer = self->layer < 2 ? 2 : self->layer == 2 ? 3 : 0;
  show_layer(self);
}

static GtkButton *
add_key(KioskKeyboard *self, int row, int column, int width,
        GCallback on_clicked)
{
  GtkWidget *button = gtk_button_new();

  gtk_widget_set_focus_on_click(button, FALSE);
  gtk_widget_add_css_class(button, "key");
  g_signal_connect_swapped(button, "clicked", on_clicked, self);
  kiosk_key_grid_append(self->grid, button, row, column, width);
  return GTK_BUTTON(button);
}

static GtkButton *
add_mode(KioskKeyboard *self, int row, int column, int width, const char *label,
         const char *name, GCallback on_clicked)
{
  GtkButton *button = add_key(self, row, column, width, on_clicked);

  if (label) {
    gtk_button_set_label(button, label);
    gtk_widget_set_direction(gtk_button_get_child(button), GTK_TEXT_DIR_LTR);
  }
  set_name(button, name);
  gtk_widget_add_css_class(GTK_WIDGET(button), "mode");
  return button;
}

static void
add_fixed(KioskKeyboard *self, int row, int column, const char *character,
          const char *name)
{
  GtkButton *button =
      add_key(self, row, column, 2, G_CALLBACK(on_fixed_clicked));

  gtk_button_set_label(button, character);
  set_name(button, name);
  g_object_set_data(G_OBJECT(button), "character", (gpointer)character);
}

static void
add_last_row(KioskKeyboard *self)
{
  int column = 0;
  GtkButton *space;

  if (self->has_digits_key) {
    self->digits_key = add_mode(self, 4, column, 3, "123", _("Digits only"),
                                G_CALLBACK(on_digits_clicked));
    column += 3;
  }
  self->signs_key = add_mode(self, 4, column, 3, "!?#", _("Signs"),
                             G_CALLBACK(on_signs_clicked));
  column += 3;
  self->accents_key =
      add_mode(self, 4, column, 3, "áéñ", _("Letters of other languages"),
               G_CALLBACK(on_accents_clicked));
  column += 3;
  space = add_key(self, 4, column, 18 - column, G_CALLBACK(on_fixed_clicked));
  g_object_set_data(G_OBJECT(space), "character", (gpointer) " ");
  gtk_button_set_icon_name(space, "kiosk-space-symbolic");
  set_name(space, _("Space"));
  self->space_key = space;
  add_fixed(self, 4, 18, ",", _("Comma"));
  add_fixed(self, 4, 20, ".", _("Full stop"));
}

static void
build_keys(KioskKeyboard *self)
{
  const Layout *layout = self->layout;
  GtkButton *erase;

  kiosk_key_grid_clear(self->grid);
  self->n_keys = 0;
  for (int row = 0; row < 4; row++) {
    if (row == 3)
      self->shift_key =
          add_mode(self, row, 0, layout->shift, NULL, _("Capital letters"),
                   G_CALLBACK(on_shift_clicked));
    for (int i = 0; i < layout->keys[row]; i++) {
      g_assert(self->n_keys < MAX_KEYS);
      self->keys[self->n_keys++] = add_key(
          self, row, layout->start[row] + 2 * i, 2, G_CALLBACK(on_key_clicked));
    }
    if (row == 0) {
      erase = add_mode(self, row, 20, 2, NULL, _("Delete the last character"),
                       G_CALLBACK(on_erase_clicked));
      gtk_button_set_icon_name(erase, "kiosk-erase-symbolic");
    }
  }
  add_fixed(self, 3, 18, "-", _("Hyphen"));
  add_fixed(self, 3, 20, "'", _("Apostrophe"));
  add_last_row(self);
  self->layer = 0;
  self->shift = SHIFT_OFF;
  show_layer(self);
}

static void
choose_layout(KioskKeyboard *self)
{
  self->layout = &layouts[0];
  for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++)
    if (self->language &&
        g_ascii_strncasecmp(self->language, layouts[i].language, 2) == 0)
      self->layout = &layouts[i];
}

static void
kiosk_keyboard_init(KioskKeyboard *self)
{
  gtk_widget_set_direction(GTK_WIDGET(self), GTK_TEXT_DIR_LTR);
  self->language = g_strdup("en");
  self->grid = KIOSK_KEY_GRID(kiosk_key_grid_new());
  gtk_widget_set_direction(GTK_WIDGET(self->grid), GTK_TEXT_DIR_LTR);
  gtk_widget_set_parent(GTK_WIDGET(self->grid), GTK_WIDGET(self));
  choose_layout(self);
  build_keys(self);
}

static void
kiosk_keyboard_measure(GtkWidget *widget, GtkOrientation orientation,
                       int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure(GTK_WIDGET(KIOSK_KEYBOARD(widget)->grid), orientation,
                     for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX(*natural, NATURAL_WIDTH);
  *minimum_baseline = *natural_baseline = -1;
}

static void
kiosk_keyboard_size_allocate(GtkWidget *widget, int width, int height,
                             int baseline)
{
  const GtkAllocation all = {0, 0, width, height};

  gtk_widget_size_allocate(GTK_WIDGET(KIOSK_KEYBOARD(widget)->grid), &all,
                           baseline);
}

static GtkSizeRequestMode
kiosk_keyboard_get_request_mode(G_GNUC_UNUSED GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kiosk_keyboard_dispose(GObject *object)
{
  KioskKeyboard *self = KIOSK_KEYBOARD(object);

  if (self->grid)
    gtk_widget_unparent(GTK_WIDGET(self->grid));
  self->grid = NULL;
  G_OBJECT_CLASS(kiosk_keyboard_parent_class)->dispose(object);
}

static void
kiosk_keyboard_finalize(GObject *object)
{
  g_free(KIOSK_KEYBOARD(object)->language);
  G_OBJECT_CLASS(kiosk_keyboard_parent_class)->finalize(object);
}

static void
kiosk_keyboard_get_property(GObject *object, guint id, GValue *value,
                            GParamSpec *pspec)
{
  KioskKeyboard *self = KIOSK_KEYBOARD(object);

  switch (id) {
  case PROP_LANGUAGE:
    g_value_set_string(value, self->language);
    break;
  case PROP_DIGITS_KEY:
    g_value_set_boolean(value, self->has_digits_key);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_keyboard_set_property(GObject *object, guint id, const GValue *value,
                            GParamSpec *pspec)
{
  KioskKeyboard *self = KIOSK_KEYBOARD(object);

  switch (id) {
  case PROP_LANGUAGE:
    g_free(self->language);
    self->language = g_value_dup_string(value);
    choose_layout(self);
    break;
  case PROP_DIGITS_KEY:
    self->has_digits_key = g_value_get_boolean(value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  build_keys(self);
}

static void
kiosk_keyboard_class_init(KioskKeyboardClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->dispose = kiosk_keyboard_dispose;
  object->finalize = kiosk_keyboard_finalize;
  object->get_property = kiosk_keyboard_get_property;
  object->set_property = kiosk_keyboard_set_property;
  widget->measure = kiosk_keyboard_measure;
  widget->size_allocate = kiosk_keyboard_size_allocate;
  widget->get_request_mode = kiosk_keyboard_get_request_mode;
  gtk_widget_class_set_css_name(widget, "keyboard");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);

  props[PROP_LANGUAGE] =
      g_param_spec_string("language", NULL, NULL, "en", flags);
  props[PROP_DIGITS_KEY] =
      g_param_spec_boolean("digits-key", NULL, NULL, FALSE, flags);
  g_object_class_install_properties(object, N_PROPS, props);

  /* Static scope: a GValue must not copy what was pressed. */
  signals[PRESSED] = g_signal_new(
      "pressed", KIOSK_TYPE_KEYBOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[ERASED] =
      g_signal_new("erased", KIOSK_TYPE_KEYBOARD, G_SIGNAL_RUN_LAST, 0, NULL,
                   NULL, NULL, G_TYPE_NONE, 0);
  signals[DIGITS_ASKED] =
      g_signal_new("digits-asked", KIOSK_TYPE_KEYBOARD, G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

GtkWidget *
kiosk_keyboard_new(void)
{
  return g_object_new(KIOSK_TYPE_KEYBOARD, NULL);
}
