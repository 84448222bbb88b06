/* SPDX-License-Identifier: Apache-2.0 */
/* selector.c - one table of kinds, one function that compares for each. */
#include "fidotool/device/selector.h"

#include <string.h>

#include "fidotool/error.h"

/* How libfido2 names readers: by their place in the list, 0 to 7. */
#define SLOT "pcsc://slot"
/* The form of an AAGUID, and of VID:PID. */
#define UUID "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
#define IDS "xxxx:xxxx"

static bool
fits_selector(const FidotoolDiscoverFound *found, const char *text)
{
  return strcmp(found->selector, text) == 0;
}

static bool
fits_node(const FidotoolDiscoverFound *found, const char *text)
{
  return strcmp(found->path, text) == 0;
}

static bool
fits_serial(const FidotoolDiscoverFound *found, const char *text)
{
  return *found->serial && strcmp(found->serial, text + strlen("serial:")) == 0;
}

/* x stands for a digit of hex, all else for itself; more may follow. */
static bool
has_form(const char *text, const char *form)
{
  for (size_t i = 0; form[i] != '\0'; i++)
    if (form[i] == 'x' ? !g_ascii_isxdigit(text[i]) : text[i] != form[i])
      return false;
  return true;
}

/* "1050:0407", or with ":" and the serial number behind it. */
static bool
is_ids(const char *text)
{
  return has_form(text, IDS) &&
         (text[strlen(IDS)] == '\0' || text[strlen(IDS)] == ':');
}

static bool
fits_ids(const FidotoolDiscoverFound *found, const char *text)
{
  const char *serial = text + strlen(IDS);

  return found->vid == (int)g_ascii_strtoll(text, NULL, 16) &&
         found->pid == (int)g_ascii_strtoll(text + 5, NULL, 16) &&
         (*serial == '\0' ||
          (*found->serial && strcmp(found->serial, serial + 1) == 0));
}

/* udev's own ID_PATH of a node ends with the interface, ":1.0". */
static bool
is_interface(const char *text)
{
  return text[0] == ':' && g_ascii_isdigit(text[1]) &&
         strspn(text + 1, "0123456789.") == strlen(text + 1);
}

static bool
fits_usb(const FidotoolDiscoverFound *found, const char *text)
{
  const char *rest = text + strlen("usb:");
  size_t len;

  if (is_ids(rest))
    return fits_ids(found, rest);
  if (!found->usb.path)
    return false;
  len = strlen(found->usb.path);
  return strcmp(rest, found->usb.port) == 0 ||
         strcmp(rest, found->usb.path) == 0 ||
         (strncmp(rest, found->usb.path, len) == 0 && is_interface(rest + len));
}

/* The key must be asked. */
static bool
fits_any(const FidotoolDiscoverFound *found, const char *text)
{
  (void)text;
  return found->present;
}

typedef enum {
  NODE = 1 << 0,  /* names one by its place or name */
  CARDS = 1 << 1, /* may mean a key on a reader */
} Nature;

/* What a selector of each kind begins with. */
static const struct {
  const char *prefix;
  bool (*fits)(const FidotoolDiscoverFound *found, const char *text);
  unsigned nature;
} kinds[] = {
    {"hid:/", fits_selector, NODE},
    {"socket:/", fits_selector, NODE},
    {"pcsc:", fits_selector, NODE | CARDS},
    {"serial:", fits_serial, NODE},
    {"usb:", fits_usb, NODE},
    {"/dev/hidraw", fits_node, NODE},
    {"aaguid:", fits_any, CARDS},
};

/* The row of a selector; its index, or -1. */
static int
find_kind(const char *text)
{
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_str_has_prefix(text, kinds[i].prefix))
      return (int)i;
  return -1;
}

static bool
check_kind(const char *text, GError **error)
{
  const int kind = find_kind(text);
  const bool is_uuid = g_str_has_prefix(text, "aaguid:") &&
                       strlen(text + strlen("aaguid:")) == strlen(UUID) &&
                       has_form(text + strlen("aaguid:"), UUID);

  if (kind >= 0 && (kinds[kind].fits != fits_any || is_uuid))
    return true;
  if (kind >= 0)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "\"%s\" is no AAGUID: it is written " UUID ", in hex digits",
                text);
  else if (g_str_has_prefix(text, "nfc:"))
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "\"%s\" is the kernel's own way to a reader, and would take it "
                "from the card service: use pcsc:READER",
                text);
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "\"%s\" names no key: use hid:/dev/hidrawN, pcsc:READER, "
                "serial:TEXT, usb:PORT, usb:VID:PID, aaguid:UUID or "
                "socket:/PATH",
                text);
  return false;
}

/* libfido2's spelling: the N-th reader, counted from 0. NULL where the
 * selector is another one, or there is no such reader. */
static FidotoolDiscoverFound *
find_slot(GPtrArray *list, const char *selector)
{
  const char *number = selector + strlen(SLOT);

  if (!g_str_has_prefix(selector, SLOT) || !g_ascii_isdigit(number[0]) ||
      number[1] != '\0')
    return NULL;
  for (guint i = 0, n = 0; i < list->len; i++) {
    FidotoolDiscoverFound *found = list->pdata[i];

    if (found->transport == FIDOTOOL_DISCOVER_CARD &&
        (int)n++ == number[0] - '0')
      return found;
  }
  return NULL;
}

/* No line for NULL, else one at least. */
static char **
split(const char *selector)
{
  static const char *const empty[] = {"", NULL};

  if (selector && *selector == '\0')
    return g_strdupv((char **)empty);
  return g_strsplit(selector ? selector : "", "\n", -1);
}

static bool
fits_all(const FidotoolDiscoverFound *found, char *const *lines)
{
  for (; *lines; lines++)
    if (!kinds[find_kind(*lines)].fits(found, *lines))
      return false;
  return true;
}

GPtrArray *
fidotool_selector_pick(GPtrArray *list, const char *selector,
                       const char **ret_warning, GError **error)
{
  g_autoptr(GPtrArray) fit = g_ptr_array_new();
  FidotoolDiscoverFound *slot = selector ? find_slot(list, selector) : NULL;
  g_auto(GStrv) lines = split(selector);
  g_autofree char *shown = NULL;

  for (char **line = lines; *line; line++)
    if (!check_kind(*line, error))
      return NULL;
  if (slot)
    g_ptr_array_add(fit, slot);
  for (guint i = 0; !slot && i < list->len; i++) {
    FidotoolDiscoverFound *found = list->pdata[i];

    if (selector ? fits_all(found, lines) : found->present)
      g_ptr_array_add(fit, found);
  }
  *ret_warning = slot ? "a slot is a place in the list of readers, and moves "
                        "when one is unplugged: name the reader"
                      : NULL;
  if (fit->len > 0)
    return g_steal_pointer(&fit);
  shown = g_strjoinv(" with ", lines);
  if (selector)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE,
                "there is no key %s", shown);
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE,
                "there is no key");
  return NULL;
}

char *
fidotool_selector_aaguid(const char *selector)
{
  g_auto(GStrv) lines = split(selector);

  for (char **line = lines; *line; line++)
    if (g_str_has_prefix(*line, "aaguid:"))
      return g_ascii_strdown(*line + strlen("aaguid:"), -1);
  return NULL;
}

/* Has any line this nature? */
static bool
has_nature(const char *selector, Nature nature)
{
  g_auto(GStrv) lines = split(selector);

  for (char **line = lines; *line; line++) {
    int kind = find_kind(*line);

    if (kind >= 0 && (kinds[kind].nature & nature))
      return true;
  }
  return false;
}

bool
fidotool_selector_is_place(const char *selector)
{
  return has_nature(selector, NODE);
}

/* All lines must fit: one that means no card leaves none. */
bool
fidotool_selector_takes_cards(const char *selector)
{
  g_auto(GStrv) lines = split(selector);

  for (char **line = lines; *line; line++) {
    int kind = find_kind(*line);

    if (kind >= 0 && (kinds[kind].nature & CARDS) == 0)
      return false;
  }
  return true;
}
