/* SPDX-License-Identifier: Apache-2.0 */
/* key-name.c */
#include "kiosk/key-name.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/plain.h"

#define SERIAL_END 4

/* Models that say nothing of themselves. */
static const struct {
  const char *aaguid, *name;
} models[] = {
    {"6b657974-7572-4e20-8000-70726163746b", N_("Practice key")},
};

/* NULL where it is not known. */
static const char *
find_model(const char *aaguid)
{
  for (size_t i = 0; i < G_N_ELEMENTS(models); i++)
    if (g_strcmp0(models[i].aaguid, aaguid) == 0)
      return gettext(models[i].name);
  return NULL;
}

char *
kiosk_key_model(const char *aaguid)
{
  const char *known = find_model(aaguid);

  return g_strdup(known != NULL ? known : aaguid == NULL ? "" : aaguid);
}

static char *
model_of(const FidotoolJson *device)
{
  const char *known = find_model(fidotool_json_get_text(device, "aaguid"));
  const char *maker = fidotool_json_get_text(device, "manufacturer");
  const char *product = fidotool_json_get_text(device, "product");

  if (known != NULL)
    return g_strdup(known);
  if (product == NULL || *product == '\0')
    return g_strdup(_("Security key"));
  if (maker == NULL || g_str_has_prefix(product, maker))
    return kiosk_plain_text(product);
  {
    g_autofree char *both = g_strconcat(maker, " ", product, NULL);

    return kiosk_plain_text(both);
  }
}

char *
kiosk_key_name(const FidotoolJson *device)
{
  g_autofree char *model = model_of(device);
  g_autofree char *serial =
      kiosk_plain_text(fidotool_json_get_text(device, "serial"));
  glong n = g_utf8_strlen(serial, -1);

  if (n < SERIAL_END)
    return g_steal_pointer(&model);
  /* TRANSLATORS: the model of a key, and the last 4 digits of its number */
  return g_strdup_printf(_("%s, number ends in %s"), model,
                         g_utf8_offset_to_pointer(serial, n - SERIAL_END));
}
