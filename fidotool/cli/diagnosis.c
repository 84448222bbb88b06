/* SPDX-License-Identifier: Apache-2.0 */
/* diagnosis.c - one function a kind of fault; each adds what it finds. */
#include "fidotool/cli/diagnosis.h"

#include <string.h>

#include "fidotool/error.h"

void
fidotool_diagnosis_try_clear(FidotoolDiagnosisTry *one)
{
  g_free(one->selector);
  g_clear_error(&one->error);
}

static void
add(FidotoolJson *list, const char *id, const char *place, int code,
    const char *text, const char *todo)
{
  FidotoolJson *one = fidotool_json_append(list, fidotool_json_new_object());

  fidotool_json_set_text(one, "id", id);
  fidotool_json_set_text(one, "place", place ? place : "");
  fidotool_json_set_text(one, "text", text);
  fidotool_json_set_text(one, "todo", todo);
  fidotool_json_set_int(one, "exit", code);
}

/* --- nodes of USB keys -----------------------------------------------------
 */

static void
look_at_holder(FidotoolJson *list, const FidotoolJson *node)
{
  const FidotoolJson *holder = fidotool_json_get(node, "held_by");
  g_autofree char *text = NULL;

  if (!holder)
    return;
  text = g_strdup_printf(
      "The key is there, and another program has it: %s (process %d).",
      fidotool_json_get_text(holder, "name"),
      (int)fidotool_json_get_int(holder, "pid", 0));
  add(list, "held", fidotool_json_get_text(node, "path"), FIDOTOOL_ERROR_BUSY,
      text, "Let that program finish, or end it; then try again.");
}

static void
look_at_marks(FidotoolJson *list, const FidotoolJson *node)
{
  bool permitted = fidotool_json_get_bool(node, "permitted", false);

  if (fidotool_json_get_bool(node, "token", false))
    return;
  add(list, "no-udev-mark", fidotool_json_get_text(node, "path"),
      permitted ? 0 : FIDOTOOL_ERROR_PERMISSION,
      "udev has not marked this node as a FIDO key (ID_FIDO_TOKEN).",
      "Is systemd's udev running, and 60-fido-id.rules there? Then: udevadm "
      "trigger --subsystem-match=hidraw. A station opens marked nodes alone.");
}

static void
look_at_permission(FidotoolJson *list, const FidotoolJson *node)
{
  const char *mode = fidotool_json_get_text(node, "mode");
  g_autofree char *text = NULL;

  if (!fidotool_json_get_bool(node, "exists", false)) {
    add(list, "no-node", fidotool_json_get_text(node, "path"),
        FIDOTOOL_ERROR_PERMISSION,
        "The kernel knows the key, and its node is not in /dev.",
        "In a container, hand the node in; elsewhere see whether udev runs.");
    return;
  }
  if (fidotool_json_get_bool(node, "permitted", false))
    return;
  text = g_strdup_printf(
      "The key is there, and this user may not open it (mode %s).", mode);
  add(list, "not-permitted", fidotool_json_get_text(node, "path"),
      FIDOTOOL_ERROR_PERMISSION, text,
      "udev opens keys to whoever sits at the screen. Over SSH, in a service "
      "or in a container nobody does: use a rule that gives the node to a "
      "group.");
}

static void
look_at_nodes(FidotoolJson *list, const FidotoolJson *nodes)
{
  for (size_t i = 0; i < fidotool_json_size(nodes); i++) {
    const FidotoolJson *node = fidotool_json_at(nodes, i);

    if (!fidotool_json_get_bool(node, "fido", false))
      continue;
    look_at_holder(list, node);
    look_at_permission(list, node);
    look_at_marks(list, node);
  }
}

/* --- keys that do not show themselves as keys ------------------------------
 */

static void
look_at_devices(FidotoolJson *list, const FidotoolJson *devices)
{
  for (size_t i = 0; i < fidotool_json_size(devices); i++) {
    const FidotoolJson *device = fidotool_json_at(devices, i);
    const char *port = fidotool_json_get_text(device, "usb");

    if (g_strcmp0(fidotool_json_get_text(device, "state"), "bootloader") == 0)
      add(list, "bootloader", port, FIDOTOOL_ERROR_NO_DEVICE,
          "A security key is plugged in, in its bootloader: it waits for "
          "firmware, and is no key until it has some.",
          "Pull it and plug it in again without touching it. Where that does "
          "not help, its maker's own tool installs the firmware anew.");
    else
      add(list, "fido-off", port, FIDOTOOL_ERROR_NO_DEVICE,
          "A security key is plugged in, and its FIDO part is switched off.",
          "Its maker's own tool switches it on, for example: ykman config usb "
          "--enable FIDO2.");
  }
}

/* --- readers ---------------------------------------------------------------
 */

static void
look_at_kernel_drivers(FidotoolJson *list, const FidotoolJson *readers)
{
  for (size_t i = 0; i < fidotool_json_size(readers); i++) {
    const FidotoolJson *reader = fidotool_json_at(readers, i);
    const char *driver = fidotool_json_get_text(reader, "driver");
    g_autofree char *text = NULL;
    g_autofree char *todo = NULL;

    if (!driver || !*driver || strcmp(driver, "usbfs") == 0)
      continue;
    text = g_strdup_printf("The kernel's driver %s has this card reader, so "
                           "that the card service cannot.",
                           driver);
    todo = g_strdup_printf("As root: modprobe -r %s, and \"blacklist %s\" in a "
                           "file of /etc/modprobe.d.",
                           driver, driver);
    add(list, "kernel-driver", fidotool_json_get_text(reader, "usb"),
        FIDOTOOL_ERROR_NO_DEVICE, text, todo);
  }
}

/* A reader is there, and the service that asks it is not. */
static void
look_at_service(FidotoolJson *list, const FidotoolJson *survey)
{
  const char *service =
      fidotool_json_get_text(fidotool_json_get(survey, "list"), "pcscd");

  if (fidotool_json_size(fidotool_json_get(survey, "readers")) == 0 ||
      !service || strcmp(service, "running") == 0)
    return;
  if (strcmp(service, "refused") == 0)
    add(list, "pcscd-refused", "pcscd", FIDOTOOL_ERROR_PERMISSION,
        "A card reader is there, and the card service does not let this user "
        "in.",
        "Where polkit decides, only whoever sits at the screen is let in. A "
        "station keeps the service for keyhelper.");
  else
    add(list, "pcscd-down", "pcscd", FIDOTOOL_ERROR_NO_DEVICE,
        "A card reader is there, and the card service does not run.",
        "Install pcscd, or as root: systemctl start pcscd.socket.");
}

static void
look_at_cards(FidotoolJson *list, const FidotoolJson *states)
{
  static const struct {
    const char *state, *id, *text, *todo;
    int code;
  } words[] = {
      {"other", "no-fido-card",
       "What lies on this reader is no FIDO key, or its FIDO part is off for "
       "NFC.",
       "Try another; a key's maker's tool switches its parts on.",
       FIDOTOOL_ERROR_UNSUPPORTED},
      {"mute", "mute-card", "Something lies on this reader and says nothing.",
       "Lift it, and put it flat on the middle of the reader.",
       FIDOTOOL_ERROR_LOST},
      {"busy", "held-card", "Another program has the card on this reader.",
       "Let that program finish, or end it; then try again.",
       FIDOTOOL_ERROR_BUSY},
  };

  for (size_t i = 0; i < fidotool_json_size(states); i++) {
    const FidotoolJson *one = fidotool_json_at(states, i);

    for (size_t k = 0; k < G_N_ELEMENTS(words); k++)
      if (g_strcmp0(fidotool_json_get_text(one, "state"), words[k].state) == 0)
        add(list, words[k].id, fidotool_json_get_text(one, "name"),
            words[k].code, words[k].text, words[k].todo);
  }
}

/* --- keys that were asked --------------------------------------------------
 */

static void
look_at_tries(FidotoolJson *list, const GArray *tries)
{
  for (guint i = 0; i < tries->len; i++) {
    const FidotoolDiagnosisTry *one =
        &g_array_index(tries, FidotoolDiagnosisTry, i);
    const int code = one->error ? one->error->code : 0;

    if (one->affected)
      add(list, "advisory", one->selector, 0,
          "Its maker has published a fault of this model and firmware.",
          "\"fidotool advisory check\" says which, and what to do.");
    if (!one->error || code == FIDOTOOL_ERROR_PERMISSION)
      continue; /* said already */
    if (code == FIDOTOOL_ERROR_UNSUPPORTED)
      add(list, "u2f-only", one->selector, code,
          "This key knows U2F alone: no PIN, no discoverable credentials.",
          "It serves as a second factor where a site still takes U2F (fidotool "
          "enrol, assert); for the rest another key is needed.");
    else if (code == FIDOTOOL_ERROR_BUSY)
      add(list, "busy", one->selector, code,
          "Another program has this key just now.",
          "Let that program finish, or end it; then try again.");
    else if (code == FIDOTOOL_ERROR_INVALID)
      add(list, "bad-description", one->selector, code, one->error->message,
          "Programs that read strictly do not open such a key. Look for new "
          "firmware, and tell its maker.");
    else
      add(list, "no-answer", one->selector, code, one->error->message,
          "Pull the key, plug it in again, in another port where there is "
          "one.");
  }
}

static bool
has_key(const FidotoolJson *survey)
{
  const FidotoolJson *keys =
      fidotool_json_get(fidotool_json_get(survey, "list"), "keys");

  return fidotool_json_size(keys) > 0;
}

static int
compare_findings(gconstpointer a, gconstpointer b)
{
  const FidotoolJson *const *left = a;
  const FidotoolJson *const *right = b;
  const bool one = fidotool_json_get_int(*left, "exit", 0) != 0;
  const bool other = fidotool_json_get_int(*right, "exit", 0) != 0;

  return (int)other - (int)one;
}

/* What is only worth knowing comes last. */
static FidotoolJson *
sort(FidotoolJson *list)
{
  g_autoptr(FidotoolJson) old = list;
  g_autoptr(GPtrArray) order = g_ptr_array_new();
  FidotoolJson *sorted = fidotool_json_new_array();

  for (size_t i = 0; i < fidotool_json_size(old); i++)
    g_ptr_array_add(order, (gpointer)fidotool_json_at(old, i));
  g_ptr_array_sort(order, compare_findings); /* GLib's is stable */
  for (guint i = 0; i < order->len; i++)
    fidotool_json_append(sorted, fidotool_json_copy(order->pdata[i]));
  return sorted;
}

FidotoolJson *
fidotool_diagnosis_make(const FidotoolJson *survey, const GArray *tries)
{
  FidotoolJson *list = fidotool_json_new_array();
  const FidotoolJson *here = fidotool_json_get(survey, "list");

  look_at_nodes(list, fidotool_json_get(survey, "nodes"));
  look_at_tries(list, tries);
  look_at_devices(list, fidotool_json_get(survey, "devices"));
  look_at_kernel_drivers(list, fidotool_json_get(survey, "readers"));
  look_at_service(list, survey);
  look_at_cards(list, fidotool_json_get(here, "readers"));
  if (fidotool_json_size(list) == 0 && !has_key(survey))
    add(list, "no-key", "", FIDOTOOL_ERROR_NO_DEVICE,
        "No security key is plugged in, and no card reader.",
        "Plug the key in all the way, contacts up or down as its maker says. "
        "In a virtual machine or container the host has to hand it in.");
  return sort(list);
}
