/* SPDX-License-Identifier: Apache-2.0 */
/* fingerprint.c - bioEnrollment by its final command, and by the preview of it,
 * which is the same under another number, where a key has that alone. */
#include "fidotool/device/fingerprint.h"

#include <string.h>

#include "fidotool/device/cbor-item.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap.h"
#include "fidotool/error.h"

#define MODALITY 1 /* fingerprint, the only one there is */

/* Subcommands (CTAP 2.1, section 6.7). */
enum {
  ENROL_BEGIN = 0x01,
  ENROL_NEXT = 0x02,
  ENROL_CANCEL = 0x03,
  ENUMERATE = 0x04,
  SET_NAME = 0x05,
  REMOVE = 0x06,
  SENSOR_INFO = 0x07,
};

#define STATUS_INVALID_OPTION 0x2c
#define ID_MAX 64
#define TEXT_MAX 255
#define NAME_UNSAID 64
#define SAMPLES_MAX 64

static bool
has_final(const FidotoolInfo *info)
{
  return fidotool_info_option(info, "bioEnroll") >= 0;
}

int
fidotool_fingerprint_state(const FidotoolInfo *info)
{
  return fidotool_info_option(
      info, has_final(info) ? "bioEnroll" : "userVerificationMgmtPreview");
}

bool
fidotool_fingerprint_is_supported(const FidotoolInfo *info)
{
  return fidotool_fingerprint_state(info) >= 0;
}

const char *
fidotool_fingerprint_sample_name(int status)
{
  static const char *const names[] = {
      "good",       "too-high",  "too-low",      "too-left",
      "too-right",  "too-fast",  "too-slow",     "poor-quality",
      "too-skewed", "too-short", "merge-failed", "exists-already",
      "unknown",    "no-finger", "not-lifted",
  };

  return status >= 0 && status < (int)G_N_ELEMENTS(names) ? names[status]
                                                          : "unknown";
}

/* One subcommand; parameters may be NULL, and so may token. */
static GBytes *
ask(FidotoolKey *key, const FidotoolToken *token, uint8_t subcommand,
    const GByteArray *parameters, int timeout_ms, const char *what,
    GError **error)
{
  const uint8_t head[] = {MODALITY, subcommand};
  g_autoptr(GByteArray) signed_bytes = g_byte_array_new();
  g_autoptr(GByteArray) out = g_byte_array_new();
  const FidotoolCtapCommand command = {
      has_final(fidotool_key_info(key)) ? FIDOTOOL_CTAP_BIO_ENROLLMENT
                                        : FIDOTOOL_CTAP_BIO_ENROLLMENT_PREVIEW,
      out, timeout_ms, what};

  fidotool_cbor_write_raw(signed_bytes, head, sizeof(head));
  fidotool_cbor_write_map(out,
                          2 + (size_t)(parameters != NULL) + (token ? 2 : 0));
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_int(out, MODALITY);
  fidotool_cbor_write_int(out, 2);
  fidotool_cbor_write_int(out, subcommand);
  if (parameters) {
    fidotool_cbor_write_raw(signed_bytes, parameters->data, parameters->len);
    fidotool_cbor_write_int(out, 3);
    fidotool_cbor_write_raw(out, parameters->data, parameters->len);
  }
  if (token)
    fidotool_token_write(token, 4, signed_bytes, out);
  return fidotool_ctap_send(key, &command, error);
}

static bool
run(FidotoolKey *key, const FidotoolToken *token, uint8_t subcommand,
    const GByteArray *parameters, const char *what, GError **error)
{
  g_autoptr(GBytes) reply = ask(key, token, subcommand, parameters,
                                FIDOTOOL_KEY_QUICK_MS, what, error);

  return reply && fidotool_ctap_check_empty(reply, what, error);
}

/* --- answers -------------------------------------------------------------- */

bool
fidotool_fingerprint_read_sensor(GBytes *reply,
                                 FidotoolFingerprintSensor *ret_sensor,
                                 GError **error)
{
  FidotoolCborItem kind, samples, name_max;
  const FidotoolCborItemField fields[] = {
      {NULL, 2, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &kind},
      {NULL, 3, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &samples},
      {NULL, 8, FIDOTOOL_CBOR_ITEM_UNSIGNED, false, &name_max},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)))
    return fidotool_ctap_refuse("ask about the sensor", error);
  *ret_sensor = (FidotoolFingerprintSensor){
      .swipe = kind.value == 2,
      .samples = (int)MIN(samples.value, SAMPLES_MAX),
      .name_max =
          name_max.present ? (int)MIN(name_max.value, TEXT_MAX) : NAME_UNSAID};
  return true;
}

static GBytes *
copy_id(const FidotoolCborItem *item)
{
  return item->present && item->len > 0 && item->len <= ID_MAX
             ? g_bytes_new(item->data, item->len)
             : NULL;
}

static FidotoolFingerprint *
read_one(const void *data, size_t len)
{
  FidotoolCborItem id, name;
  const FidotoolCborItemField fields[] = {
      {NULL, 1, FIDOTOOL_CBOR_ITEM_BYTES, true, &id},
      {NULL, 2, FIDOTOOL_CBOR_ITEM_TEXT, false, &name},
  };
  FidotoolFingerprint *one;
  GBytes *copy;

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)))
    return NULL;
  copy = copy_id(&id);
  if (!copy)
    return NULL;
  one = g_new0(FidotoolFingerprint, 1);
  one->id = copy;
  if (name.present && name.len > 0)
    one->name = g_utf8_make_valid(
        (const char *)name.data,
        (gssize)strnlen((const char *)name.data, MIN(name.len, TEXT_MAX)));
  return one;
}

static GPtrArray *
new_list(void)
{
  return g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_fingerprint_free);
}

GPtrArray *
fidotool_fingerprint_read_list(GBytes *reply, GError **error)
{
  FidotoolCborItem array;
  const FidotoolCborItemField fields[] = {
      {NULL, 7, FIDOTOOL_CBOR_ITEM_ARRAY, true, &array},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len), *one;
  g_autoptr(GPtrArray) list = new_list();
  FidotoolCborItemCursor cursor;
  FidotoolCborItem head;
  bool ok =
      fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) &&
      array.value <= FIDOTOOL_FINGERPRINT_MAX;

  cursor = (FidotoolCborItemCursor){array.data, array.len, true};
  ok = ok && fidotool_cbor_item_next(&cursor, &head);
  for (uint64_t i = 0; ok && i < array.value; i++) {
    size_t size = 0;
    FidotoolFingerprint *fingerprint =
        fidotool_cbor_item_skip(&cursor, &one, &size) ? read_one(one, size)
                                                      : NULL;

    ok = fingerprint != NULL;
    if (ok)
      g_ptr_array_add(list, fingerprint);
  }
  if (ok)
    return g_steal_pointer(&list);
  (void)fidotool_ctap_refuse("list the fingerprints", error);
  return NULL;
}

bool
fidotool_fingerprint_read_sample(GBytes *reply, GBytes **ret_id,
                                 FidotoolFingerprintSample *ret_sample,
                                 GError **error)
{
  FidotoolCborItem id, status, remaining;
  const FidotoolCborItemField fields[] = {
      {NULL, 4, FIDOTOOL_CBOR_ITEM_BYTES, false, &id},
      {NULL, 5, FIDOTOOL_CBOR_ITEM_UNSIGNED, true, &status},
      {NULL, 6, FIDOTOOL_CBOR_ITEM_UNSIGNED, true, &remaining},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);
  g_autoptr(GBytes) copy = NULL;

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      remaining.value > SAMPLES_MAX)
    return fidotool_ctap_refuse("take the fingerprint", error);
  copy = copy_id(&id);
  if (ret_id && !copy)
    return fidotool_ctap_refuse("take the fingerprint", error);
  if (ret_id)
    *ret_id = g_steal_pointer(&copy);
  *ret_sample = (FidotoolFingerprintSample){(int)MIN(status.value, 255),
                                            (int)remaining.value};
  return true;
}

void
fidotool_fingerprint_free(FidotoolFingerprint *fingerprint)
{
  if (!fingerprint)
    return;
  g_bytes_unref(fingerprint->id);
  g_free(fingerprint->name);
  g_free(fingerprint);
}

/* --- questions ------------------------------------------------------------ */

bool
fidotool_fingerprint_sensor(FidotoolKey *key,
                            FidotoolFingerprintSensor *ret_sensor,
                            GError **error)
{
  g_autoptr(GBytes) reply =
      ask(key, NULL, SENSOR_INFO, NULL, FIDOTOOL_KEY_QUICK_MS,
          "ask about the sensor", error);

  return reply && fidotool_fingerprint_read_sensor(reply, ret_sensor, error);
}

GPtrArray *
fidotool_fingerprint_list(FidotoolKey *key, const FidotoolToken *token,
                          GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) reply =
      ask(key, token, ENUMERATE, NULL, FIDOTOOL_KEY_QUICK_MS,
          "list the fingerprints", &local);

  if (reply)
    return fidotool_fingerprint_read_list(reply, error);
  /* This is how a key says that there is none. */
  if (fidotool_key_status(key) == STATUS_INVALID_OPTION &&
      g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED))
    return new_list();
  g_propagate_error(error, g_steal_pointer(&local));
  return NULL;
}

/* {1: id?, 2: name?, 3: timeout?} */
static GByteArray *
new_parameters(GBytes *id, const char *name, int timeout_ms)
{
  GByteArray *out = g_byte_array_new();

  fidotool_cbor_write_map(out, (size_t)(id != NULL) + (size_t)(name != NULL) +
                                   (size_t)(timeout_ms > 0));
  if (id) {
    fidotool_cbor_write_int(out, 1);
    fidotool_cbor_write_bytes(out, g_bytes_get_data(id, NULL),
                              g_bytes_get_size(id));
  }
  if (name) {
    fidotool_cbor_write_int(out, 2);
    fidotool_cbor_write_text(out, name);
  }
  if (timeout_ms > 0) {
    fidotool_cbor_write_int(out, 3);
    fidotool_cbor_write_int(out, timeout_ms);
  }
  return out;
}

bool
fidotool_fingerprint_begin(FidotoolKey *key, const FidotoolToken *token,
                           int timeout_ms, GBytes **ret_id,
                           FidotoolFingerprintSample *ret_sample,
                           GError **error)
{
  g_autoptr(GByteArray) parameters = new_parameters(NULL, NULL, timeout_ms);
  g_autoptr(GBytes) reply = ask(key, token, ENROL_BEGIN, parameters, timeout_ms,
                                "take the fingerprint", error);

  return reply &&
         fidotool_fingerprint_read_sample(reply, ret_id, ret_sample, error);
}

bool
fidotool_fingerprint_next(FidotoolKey *key, const FidotoolToken *token,
                          GBytes *id, int timeout_ms,
                          FidotoolFingerprintSample *ret_sample, GError **error)
{
  g_autoptr(GByteArray) parameters = new_parameters(id, NULL, timeout_ms);
  g_autoptr(GBytes) reply = ask(key, token, ENROL_NEXT, parameters, timeout_ms,
                                "take the fingerprint", error);

  return reply &&
         fidotool_fingerprint_read_sample(reply, NULL, ret_sample, error);
}

bool
fidotool_fingerprint_cancel(FidotoolKey *key, GError **error)
{
  return run(key, NULL, ENROL_CANCEL, NULL, "give the fingerprint up", error);
}

bool
fidotool_fingerprint_rename(FidotoolKey *key, const FidotoolToken *token,
                            GBytes *id, const char *name, GError **error)
{
  g_autoptr(GByteArray) parameters = new_parameters(id, name, 0);

  return run(key, token, SET_NAME, parameters, "rename the fingerprint", error);
}

bool
fidotool_fingerprint_delete(FidotoolKey *key, const FidotoolToken *token,
                            GBytes *id, GError **error)
{
  g_autoptr(GByteArray) parameters = new_parameters(id, NULL, 0);

  return run(key, token, REMOVE, parameters, "delete the fingerprint", error);
}
