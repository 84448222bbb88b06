/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - the base of all pages. */
#include "kiosk/page.h"

typedef struct {
  KioskSession *session;
  char *title, *body, *primary;
} KioskPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(KioskPage, kiosk_page, ADW_TYPE_BIN)

enum { PROP_0, PROP_TITLE, PROP_BODY, PROP_PRIMARY, N_PROPS };
static GParamSpec *props[N_PROPS];
static guint told;

static KioskPagePrivate *
get(KioskPage *self)
{
  return kiosk_page_get_instance_private(self);
}

KioskSession *
kiosk_page_session(KioskPage *self)
{
  return get(self)->session;
}

static void
set(KioskPage *self, char **place, const char *text, int prop)
{
  if (text == NULL)
    text = "";
  if (g_strcmp0(*place, text) == 0)
    return;
  g_free(*place);
  *place = g_strdup(text);
  g_object_notify_by_pspec(G_OBJECT(self), props[prop]);
}

void
kiosk_page_set_title(KioskPage *self, const char *title)
{
  set(self, &get(self)->title, title, PROP_TITLE);
}

void
kiosk_page_set_body(KioskPage *self, const char *body)
{
  set(self, &get(self)->body, body, PROP_BODY);
}

void
kiosk_page_set_primary(KioskPage *self, const char *label)
{
  set(self, &get(self)->primary, label, PROP_PRIMARY);
}

const char *
kiosk_page_title(KioskPage *self)
{
  return get(self)->title;
}

const char *
kiosk_page_body(KioskPage *self)
{
  return get(self)->body;
}

const char *
kiosk_page_primary_label(KioskPage *self)
{
  return get(self)->primary;
}

void
kiosk_page_tell(KioskPage *self, const char *word, int n, const char *what)
{
  g_signal_emit(self, told, 0, word, n, what);
}

static void
on_session_changed(KioskPage *self)
{
  if (KIOSK_PAGE_GET_CLASS(self)->update != NULL)
    KIOSK_PAGE_GET_CLASS(self)->update(self);
}

void
kiosk_page_enter(KioskPage *self, KioskSession *session)
{
  KioskPageClass *klass = KIOSK_PAGE_GET_CLASS(self);

  get(self)->session = g_object_ref(session);
  g_signal_connect_object(session, "changed", G_CALLBACK(on_session_changed),
                          self, G_CONNECT_SWAPPED);
  if (klass->entered != NULL)
    klass->entered(self);
  if (klass->update != NULL)
    klass->update(self);
}

void
kiosk_page_activate_primary(KioskPage *self)
{
  if (KIOSK_PAGE_GET_CLASS(self)->primary != NULL)
    KIOSK_PAGE_GET_CLASS(self)->primary(self);
}

bool
kiosk_page_go_back(KioskPage *self)
{
  KioskPageClass *klass = KIOSK_PAGE_GET_CLASS(self);

  return klass->back != NULL && klass->back(self);
}

bool
kiosk_page_take_key(KioskPage *self, guint keyval, GdkModifierType state)
{
  KioskPageClass *klass = KIOSK_PAGE_GET_CLASS(self);

  return klass->take_key != NULL && klass->take_key(self, keyval, state);
}

bool
kiosk_page_drop_typed(KioskPage *self)
{
  KioskPageClass *klass = KIOSK_PAGE_GET_CLASS(self);

  if (klass->drop_typed == NULL)
    return false;
  klass->drop_typed(self);
  return true;
}

static void
kiosk_page_get_property(GObject *object, guint id, GValue *value,
                        GParamSpec *pspec)
{
  KioskPagePrivate *priv = get(KIOSK_PAGE(object));

  if (id == PROP_TITLE)
    g_value_set_string(value, priv->title);
  else if (id == PROP_BODY)
    g_value_set_string(value, priv->body);
  else if (id == PROP_PRIMARY)
    g_value_set_string(value, priv->primary);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
kiosk_page_set_property(GObject *object, guint id, const GValue *value,
                        GParamSpec *pspec)
{
  KioskPage *self = KIOSK_PAGE(object);

  if (id == PROP_TITLE)
    kiosk_page_set_title(self, g_value_get_string(value));
  else if (id == PROP_BODY)
    kiosk_page_set_body(self, g_value_get_string(value));
  else if (id == PROP_PRIMARY)
    kiosk_page_set_primary(self, g_value_get_string(value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
kiosk_page_dispose(GObject *object)
{
  g_clear_object(&get(KIOSK_PAGE(object))->session);
  G_OBJECT_CLASS(kiosk_page_parent_class)->dispose(object);
}

static void
kiosk_page_finalize(GObject *object)
{
  KioskPagePrivate *priv = get(KIOSK_PAGE(object));

  g_free(priv->title);
  g_free(priv->body);
  g_free(priv->primary);
  G_OBJECT_CLASS(kiosk_page_parent_class)->finalize(object);
}

static void
kiosk_page_class_init(KioskPageClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  static const char *const names[] = {
      [PROP_TITLE] = "title", [PROP_BODY] = "body", [PROP_PRIMARY] = "primary"};

  object->get_property = kiosk_page_get_property;
  object->set_property = kiosk_page_set_property;
  object->dispose = kiosk_page_dispose;
  object->finalize = kiosk_page_finalize;
  for (int i = PROP_TITLE; i < N_PROPS; i++)
    props[i] = g_param_spec_string(names[i], NULL, NULL, "",
                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                       G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties(object, N_PROPS, props);
  told = g_signal_new("told", KIOSK_TYPE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_INT,
                      G_TYPE_STRING);
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
kiosk_page_init(KioskPage *self)
{
  KioskPagePrivate *priv = get(self);

  priv->title = g_strdup("");
  priv->body = g_strdup("");
  priv->primary = g_strdup("");
}
