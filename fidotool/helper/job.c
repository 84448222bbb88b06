/* SPDX-License-Identifier: Apache-2.0 */
/* job.c - what the jobs share: describing a key, reading members. */
#include "fidotool/helper/job.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/credential.h"
#include "fidotool/error.h"

/* Longest credential id (WebAuthn, section 4). */
#define CREDENTIAL_MAX 1023

static const char *
name_transport(FidotoolDiscoverTransport transport)
{
  switch (transport) {
  case FIDOTOOL_DISCOVER_HID:
    return "usb";
  case FIDOTOOL_DISCOVER_SOCKET:
    return "socket";
  case FIDOTOOL_DISCOVER_CARD:
    return "pcsc";
  }
  return "usb";
}

static FidotoolJson *
describe_usb(const FidotoolUsb *usb)
{
  FidotoolJson *json = fidotool_json_new_object();
  g_autofree char *release = NULL;

  fidotool_json_set_text(json, "port", usb->port);
  fidotool_json_set_text(json, "path", usb->path);
  if (usb->release >= 0) {
    release = g_strdup_printf("%x.%02x", (unsigned)usb->release >> 8,
                              (unsigned)usb->release & 0xff);
    fidotool_json_set_text(json, "release", release);
  }
  return json;
}

FidotoolJson *
fidotool_job_describe_found(const FidotoolDiscoverFound *found)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_text(json, "selector", found->selector);
  fidotool_json_set_text(json, "transport", name_transport(found->transport));
  fidotool_json_set_text(json, "product", found->product);
  if (*found->manufacturer)
    fidotool_json_set_text(json, "manufacturer", found->manufacturer);
  if (*found->serial)
    fidotool_json_set_text(json, "serial", found->serial);
  if (found->vid >= 0) {
    fidotool_json_set_int(json, "vid", found->vid);
    fidotool_json_set_int(json, "pid", found->pid);
  }
  if (found->usb.port)
    fidotool_json_set(json, "usb", describe_usb(&found->usb));
  fidotool_json_set_bool(json, "permitted", found->permitted);
  return json;
}

FidotoolJson *
fidotool_job_describe(const FidotoolJob *job)
{
  FidotoolJson *json = fidotool_job_describe_found(job->found);
  const FidotoolInfo *info = fidotool_key_info(job->key);
  const FidotoolUsb *usb = &job->found->usb;
  g_autofree char *fingerprint = g_strdup_printf(
      "%s/%" G_GINT64_FORMAT "/%s%s/%s", info->aaguid_text, info->firmware,
      usb->path ? "usb:" : "", usb->path ? usb->path : job->found->selector,
      job->found->serial);

  fidotool_json_set_text(json, "aaguid", info->aaguid_text);
  if (info->firmware >= 0) {
    fidotool_json_set_int(json, "firmware", info->firmware);
    fidotool_json_set_text(json, "firmware_source", "self-reported");
  }
  fidotool_json_set_text(json, "fingerprint", fingerprint);
  return json;
}

bool
fidotool_job_confirm(FidotoolJob *job, const char *action, FidotoolJson *target,
                     GError **error)
{
  FidotoolJson *what = fidotool_json_new_object();

  fidotool_json_set_text(what, "action", action);
  fidotool_json_set(what, "device", fidotool_job_describe(job));
  fidotool_json_set(what, "target", target);
  return fidotool_session_confirm(job->session, what, error);
}

static void
set_usage(GError **error, const char *name)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "the request: \"%s\" is missing or wrong", name);
}

bool
fidotool_job_refuse(GError **error, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "the request: %s",
              text);
  return false;
}

GBytes *
fidotool_job_bytes(const FidotoolJson *request, const char *name,
                   GError **error)
{
  const char *text = fidotool_json_get_text(request, name);
  GBytes *bytes = text ? fidotool_bytes_unbase64url(text) : NULL;

  if (!bytes)
    set_usage(error, name);
  return bytes;
}

GPtrArray *
fidotool_job_bytes_list(const FidotoolJson *request, const char *name,
                        GError **error)
{
  g_autoptr(GPtrArray) list =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  const FidotoolJson *array = fidotool_json_get(request, name);

  for (size_t i = 0; i < fidotool_json_size(array); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(array, i));
    g_autoptr(GBytes) bytes = text ? fidotool_bytes_unbase64url(text) : NULL;

    if (!bytes || list->len == FIDOTOOL_CREDENTIAL_LIST ||
        g_bytes_get_size(bytes) == 0 ||
        g_bytes_get_size(bytes) > CREDENTIAL_MAX) {
      set_usage(error, name);
      return NULL;
    }
    g_ptr_array_add(list, g_steal_pointer(&bytes));
  }
  return g_steal_pointer(&list);
}

bool
fidotool_job_hash(const FidotoolJson *request, uint8_t ret_hash[32],
                  GError **error)
{
  const char *text = fidotool_json_get_text(request, "hash");

  if (text && fidotool_bytes_unhex(text, ret_hash, 32))
    return true;
  set_usage(error, "hash");
  return false;
}

void
fidotool_job_set_bytes(FidotoolJson *result, const char *name, GBytes *bytes)
{
  g_autofree char *text = NULL;

  if (!bytes)
    return;
  text = fidotool_bytes_base64url(g_bytes_get_data(bytes, NULL),
                                  g_bytes_get_size(bytes));
  fidotool_json_set_text(result, name, text);
}
