/* SPDX-License-Identifier: Apache-2.0 */
/* keypad.c - three columns and four rows; the lower left is the way to the
 * letters. What was pressed is told once and kept nowhere. */
#include "kiosk/widgets/keypad.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdbool.h>
#include <sys/random.h>

#include "kiosk/widgets/keyboard.h"

#define N_DIGITS 10

struct _KioskKeypad {
  GtkWidget parent_instance;
  GtkGrid *grid;
  GtkButton *digits[N_DIGITS]; /* by place: the last one stands below */
  int order[N_DIGITS];         /* the digit at each place */
  GtkButton *letters_key;
  KioskKeyboard *keyboard; /* NULL while the digits are shown */
  bool shuffled;
  bool letters;
  char *language;
};

enum { PROP_SHUFFLED = 1, PROP_LETTERS, PROP_LANGUAGE, N_PROPS };
enum { PRESSED, ERASED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static const char *const digit_text[N_DIGITS] = {"0", "1", "2", "3", "4",
                                                 "5", "6", "7", "8", "9"};

G_DEFINE_FINAL_TYPE(KioskKeypad, kiosk_keypad, GTK_TYPE_WIDGET)

static void
set_name(GtkButton *button, const char *name)
{
  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_digit_clicked(KioskKeypad *self, GtkButton *button)
{
  for (size_t i = 0; i < N_DIGITS; i++)
    if (self->digits[i] == button)
      g_signal_emit(self, signals[PRESSED], 0, digit_text[self->order[i]]);
}

static void
on_erase_clicked(KioskKeypad *self)
{
  g_signal_emit(self, signals[ERASED], 0);
}

static void
on_keyboard_pressed(KioskKeypad *self, const char *utf8)
{
  g_signal_emit(self, signals[PRESSED], 0, utf8);
}

static void
drop_keyboard(KioskKeypad *self)
{
  if (!self->keyboard)
    return;
  gtk_widget_unparent(GTK_WIDGET(self->keyboard));
  self->keyboard = NULL;
  gtk_widget_set_visible(GTK_WIDGET(self->grid), TRUE);
}

static void
on_digits_asked(KioskKeypad *self)
{
  drop_keyboard(self);
  (void)gtk_widget_grab_focus(GTK_WIDGET(self->letters_key));
}

/* Made when it is asked for and gone afterwards: a reader takes every page of
 * a stack for present. */
static void
on_letters_clicked(KioskKeypad *self)
{
  self->keyboard = g_object_new(KIOSK_TYPE_KEYBOARD, "language", self->language,
                                "digits-key", TRUE, NULL);
  g_signal_connect_swapped(self->keyboard, "pressed",
                           G_CALLBACK(on_keyboard_pressed), self);
  g_signal_connect_swapped(self->keyboard, "erased",
                           G_CALLBACK(on_erase_clicked), self);
  g_signal_connect_swapped(self->keyboard, "digits-asked",
                           G_CALLBACK(on_digits_asked), self);
  gtk_widget_set_parent(GTK_WIDGET(self->keyboard), GTK_WIDGET(self));
  gtk_widget_set_visible(GTK_WIDGET(self->grid), FALSE);
}

/* A number below n, each as likely as the others. */
static uint32_t
random_below(uint32_t n)
{
  const uint32_t limit = UINT32_MAX - UINT32_MAX % n;
  uint32_t value = 0;

  do
    if (getrandom(&value, sizeof(value), 0) != sizeof(value))
      g_error("getrandom: %s", g_strerror(errno));
  while (value >= limit);
  return value % n;
}

static void
order_digits(KioskKeypad *self)
{
  for (int i = 0; i < N_DIGITS; i++)
    self->order[i] = (i + 1) % N_DIGITS;
  for (uint32_t i = N_DIGITS - 1; self->shuffled && i > 0; i--) {
    const uint32_t j = random_below(i + 1);
    const int digit = self->order[i];

    self->order[i] = self->order[j];
    self->order[j] = digit;
  }
  for (int i = 0; i < N_DIGITS; i++) {
    /* Translators: the name of a key of the keypad, for screen readers */
    g_autofree char *name = g_strdup_printf(_("Digit %d"), self->order[i]);

    gtk_button_set_label(self->digits[i], digit_text[self->order[i]]);
    set_name(self->digits[i], name);
  }
}

static GtkButton *
add_key(KioskKeypad *self, int column, int row, GCallback on_clicked)
{
  GtkWidget *button = gtk_button_new();

  /* The focus stays where it is: a page's entry, or a reader's place. */
  gtk_widget_set_focus_on_click(button, FALSE);
  gtk_widget_add_css_class(button, "key");
  g_signal_connect_swapped(button, "clicked", on_clicked, self);
  gtk_grid_attach(self->grid, button, column, row, 1, 1);
  return GTK_BUTTON(button);
}

static void
kiosk_keypad_init(KioskKeypad *self)
{
  GtkButton *erase;

  self->language = g_strdup("en");
  /* Digits stand the same way everywhere; the pad alone, not the page. */
  gtk_widget_set_direction(GTK_WIDGET(self), GTK_TEXT_DIR_LTR);
  self->grid = GTK_GRID(gtk_grid_new());
  gtk_widget_set_direction(GTK_WIDGET(self->grid), GTK_TEXT_DIR_LTR);
  gtk_widget_set_halign(GTK_WIDGET(self->grid), GTK_ALIGN_CENTER);
  gtk_widget_set_valign(GTK_WIDGET(self->grid), GTK_ALIGN_CENTER);
  gtk_grid_set_row_homogeneous(self->grid, TRUE);
  gtk_grid_set_column_homogeneous(self->grid, TRUE);
  gtk_widget_set_parent(GTK_WIDGET(self->grid), GTK_WIDGET(self));
  for (int i = 0; i < N_DIGITS; i++) {
    const int column = i == 9 ? 1 : i % 3;

    /* The key before the last digit in Tab order, as on the screen. */
    if (i == 9)
      self->letters_key = add_key(self, 0, 3, G_CALLBACK(on_letters_clicked));
    self->digits[i] =
        add_key(self, column, i / 3, G_CALLBACK(on_digit_clicked));
  }
  /* Translators: on the key that changes the digits into a keyboard */
  gtk_button_set_label(self->letters_key, _("ABC"));
  gtk_widget_add_css_class(GTK_WIDGET(self->letters_key), "mode");
  set_name(self->letters_key, _("Letters"));
  gtk_widget_set_visible(GTK_WIDGET(self->letters_key), FALSE);
  erase = add_key(self, 2, 3, G_CALLBACK(on_erase_clicked));
  gtk_button_set_icon_name(erase, "kiosk-erase-symbolic");
  gtk_widget_add_css_class(GTK_WIDGET(erase), "mode");
  set_name(erase, _("Delete the last character"));
  order_digits(self);
}

static void
kiosk_keypad_dispose(GObject *object)
{
  KioskKeypad *self = KIOSK_KEYPAD(object);

  if (self->grid) {
    drop_keyboard(self);
    gtk_widget_unparent(GTK_WIDGET(self->grid));
    self->grid = NULL;
  }
  G_OBJECT_CLASS(kiosk_keypad_parent_class)->dispose(object);
}

static void
kiosk_keypad_finalize(GObject *object)
{
  g_free(KIOSK_KEYPAD(object)->language);
  G_OBJECT_CLASS(kiosk_keypad_parent_class)->finalize(object);
}

static void
kiosk_keypad_get_property(GObject *object, guint id, GValue *value,
                          GParamSpec *pspec)
{
  KioskKeypad *self = KIOSK_KEYPAD(object);

  switch (id) {
  case PROP_SHUFFLED:
    g_value_set_boolean(value, self->shuffled);
    break;
  case PROP_LETTERS:
    g_value_set_boolean(value, self->letters);
    break;
  case PROP_LANGUAGE:
    g_value_set_string(value, self->language);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_keypad_set_property(GObject *object, guint id, const GValue *value,
                          GParamSpec *pspec)
{
  KioskKeypad *self = KIOSK_KEYPAD(object);

  switch (id) {
  case PROP_SHUFFLED:
    self->shuffled = g_value_get_boolean(value);
    order_digits(self);
    break;
  case PROP_LETTERS:
    self->letters = g_value_get_boolean(value);
    gtk_widget_set_visible(GTK_WIDGET(self->letters_key), self->letters);
    if (!self->letters)
      drop_keyboard(self);
    break;
  case PROP_LANGUAGE:
    g_free(self->language);
    self->language = g_value_dup_string(value);
    if (self->keyboard)
      g_object_set(self->keyboard, "language", self->language, NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_keypad_class_init(KioskKeypadClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->dispose = kiosk_keypad_dispose;
  object->finalize = kiosk_keypad_finalize;
  object->get_property = kiosk_keypad_get_property;
  object->set_property = kiosk_keypad_set_property;
  gtk_widget_class_set_css_name(widget, "keypad");
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);

  props[PROP_SHUFFLED] =
      g_param_spec_boolean("shuffled", NULL, NULL, FALSE, flags);
  props[PROP_LETTERS] =
      g_param_spec_boolean("letters", NULL, NULL, FALSE, flags);
  props[PROP_LANGUAGE] =
      g_param_spec_string("language", NULL, NULL, "en", flags);
  g_object_class_install_properties(object, N_PROPS, props);

  /* Static scope: a GValue must not copy what was pressed. */
  signals[PRESSED] = g_signal_new(
      "pressed", KIOSK_TYPE_KEYPAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[ERASED] = g_signal_new("erased", KIOSK_TYPE_KEYPAD, G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

GtkWidget *
kiosk_keypad_new(void)
{
  return g_object_new(KIOSK_TYPE_KEYPAD, NULL);
}
