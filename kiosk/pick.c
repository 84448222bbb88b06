/* SPDX-License-Identifier: Apache-2.0 */
/* pick.c - toggle buttons in columns. They say that they are radio
 * buttons or check boxes: GTK 4.8 lets nobody press those over the
 * accessibility bus. */
#include "kiosk/pick.h"

#include "kiosk/widgets/decoration.h"

#include "kiosk/plain.h"
#include "kiosk/widgets/columns.h"

/* Answers beside each other where there is room: four as a row of four. */
#define COLUMNS 3

/* Code points of a line. */
#define TEXT_MAX 160

struct _KioskPick {
  AdwBin parent;
  GtkLabel *title;
  KioskColumns *columns; /* of one answer */
  GtkBox *column;        /* of several */
  GPtrArray *buttons;
  bool several;
};

G_DEFINE_FINAL_TYPE(KioskPick, kiosk_pick, ADW_TYPE_BIN)

static guint changed;

static GtkToggleButton *
find(KioskPick *self, const char *word)
{
  for (guint i = 0; i < self->buttons->len; i++)
    if (g_strcmp0(g_object_get_data(self->buttons->pdata[i], "word"), word) ==
        0)
      return self->buttons->pdata[i];
  return NULL;
}

const char *
kiosk_pick_get(KioskPick *self)
{
  for (guint i = 0; i < self->buttons->len; i++)
    if (gtk_toggle_button_get_active(self->buttons->pdata[i]))
      return g_object_get_data(self->buttons->pdata[i], "word");
  return NULL;
}

bool
kiosk_pick_is_on(KioskPick *self, const char *word)
{
  GtkToggleButton *button = find(self, word);

  return button != NULL && gtk_toggle_button_get_active(button);
}

void
kiosk_pick_set(KioskPick *self, const char *word, bool on)
{
  GtkToggleButton *button = find(self, word);

  if (button != NULL)
    gtk_toggle_button_set_active(button, on);
}

void
kiosk_pick_clear(KioskPick *self)
{
  for (guint i = 0; i < self->buttons->len; i++)
    gtk_toggle_button_set_active(self->buttons->pdata[i], FALSE);
}

static void
show_state(GtkToggleButton *button)
{
  bool on = gtk_toggle_button_get_active(button);
  GtkWidget *mark =
      gtk_widget_get_first_child(gtk_button_get_child(GTK_BUTTON(button)));

  gtk_widget_set_opacity(mark, on ? 1 : 0);
  gtk_accessible_update_state(
      GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_STATE_CHECKED,
      on ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

static void
on_toggled(KioskPick *self, GtkToggleButton *button)
{
  show_state(button);
  g_signal_emit(self, changed, 0);
}

static GtkWidget *
new_inside(const char *text)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = gtk_label_new(text);

  gtk_box_append(GTK_BOX(box),
                 GTK_WIDGET(kiosk_decoration_new("kiosk-ok-symbolic")));
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_box_append(GTK_BOX(box), label);
  return box;
}

static GtkToggleButton *
new_button(KioskPick *self, const char *text)
{
  GtkToggleButton *button = g_object_new(
      GTK_TYPE_TOGGLE_BUTTON, "accessible-role",
      self->several ? GTK_ACCESSIBLE_ROLE_CHECKBOX : GTK_ACCESSIBLE_ROLE_RADIO,
      "child", new_inside(text), NULL);

  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  if (!self->several && self->buttons->len > 0)
    gtk_toggle_button_set_group(button, self->buttons->pdata[0]);
  g_signal_connect_object(button, "toggled", G_CALLBACK(on_toggled), self,
                          G_CONNECT_SWAPPED);
  show_state(button);
  return button;
}

void
kiosk_pick_add(KioskPick *self, const char *word, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autofree char *plain = NULL;
  GtkToggleButton *button;

  for (char **line = lines; *line != NULL; line++) {
    char *old = *line;

    *line = kiosk_plain_short(old, TEXT_MAX);
    g_free(old);
  }
  plain = g_strjoinv("\n", lines);
  button = new_button(self, plain);
  g_object_set_data_full(G_OBJECT(button), "word", g_strdup(word), g_free);
  g_ptr_array_add(self->buttons, button);
  if (self->several) {
    gtk_box_append(self->column, GTK_WIDGET(button));
    return;
  }
  kiosk_columns_append(self->columns, GTK_WIDGET(button));
  g_object_set(self->columns, "columns", self->buttons->len == 4 ? 4 : COLUMNS,
               NULL);
}

static void
kiosk_pick_finalize(GObject *object)
{
  g_ptr_array_unref(KIOSK_PICK(object)->buttons);
  G_OBJECT_CLASS(kiosk_pick_parent_class)->finalize(object);
}

static void
kiosk_pick_class_init(KioskPickClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->finalize = kiosk_pick_finalize;
  gtk_widget_class_set_css_name(widget, "pick");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
  changed = g_signal_new("changed", KIOSK_TYPE_PICK, G_SIGNAL_RUN_LAST, 0, NULL,
                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_pick_init(KioskPick *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);

  self->buttons = g_ptr_array_new();
  self->title = GTK_LABEL(gtk_label_new(NULL));
  gtk_label_set_xalign(self->title, 0);
  gtk_label_set_wrap(self->title, TRUE);
  gtk_widget_add_css_class(GTK_WIDGET(self->title), "question");
  self->columns = KIOSK_COLUMNS(kiosk_columns_new());
  self->column = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 8));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->title));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->columns));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->column));
  adw_bin_set_child(ADW_BIN(self), box);
}

GtkWidget *
kiosk_pick_new(const char *title, bool several)
{
  KioskPick *self = g_object_new(KIOSK_TYPE_PICK, NULL);

  self->several = several;
  gtk_label_set_text(self->title, title);
  gtk_widget_set_visible(GTK_WIDGET(self->title), *title != '\0');
  gtk_widget_set_visible(GTK_WIDGET(self->columns), !several);
  gtk_widget_set_visible(GTK_WIDGET(self->column), several);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return GTK_WIDGET(self);
}
