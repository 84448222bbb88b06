/* SPDX-License-Identifier: Apache-2.0 */
/* info.c - getInfo as a tree; members we do not know are kept by number. */
#include "fidotool/device/info.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-item.h"
#include "fidotool/error.h"

#define UINT FIDOTOOL_CBOR_ITEM_UNSIGNED
#define BYTES FIDOTOOL_CBOR_ITEM_BYTES
#define ARRAY FIDOTOOL_CBOR_ITEM_ARRAY
#define MAP FIDOTOOL_CBOR_ITEM_MAP
#define BOOL FIDOTOOL_CBOR_ITEM_SIMPLE
#define URL 0x1c

/* Members by number, each with what it is (CTAP 2.0 to 2.3, section 6.4). */
/* clang-format off */
static const struct {
  int number;
  FidotoolCborItemType type;
  const char *name;
} members[] = {
  { 0x01, ARRAY, "versions" },
  { 0x02, ARRAY, "extensions" },
  { 0x03, BYTES, "aaguid" },
  { 0x04, MAP, "options" },
  { 0x05, UINT, "max_msg_size" },
  { 0x06, ARRAY, "pin_protocols" },
  { 0x07, UINT, "max_credential_count_in_list" },
  { 0x08, UINT, "max_credential_id_length" },
  { 0x09, ARRAY, "transports" },
  { 0x0a, ARRAY, "algorithms" },
  { 0x0b, UINT, "max_serialized_large_blob_array" },
  { 0x0c, BOOL, "force_pin_change" },
  { 0x0d, UINT, "min_pin_length" },
  { 0x0e, UINT, "firmware_version" },
  { 0x0f, UINT, "max_cred_blob_length" },
  { 0x10, UINT, "max_rp_ids_for_set_min_pin_length" },
  { 0x11, UINT, "preferred_platform_uv_attempts" },
  { 0x12, UINT, "uv_modality" },
  { 0x13, MAP, "certifications" },
  { 0x14, UINT, "remaining_discoverable_credentials" },
  { 0x15, ARRAY, "vendor_prototype_config_commands" },
  { 0x16, ARRAY, "attestation_formats" },
  { 0x17, UINT, "uv_count_since_last_pin_entry" },
  { 0x18, BOOL, "long_touch_for_reset" },
  { 0x19, BYTES, "enc_identifier" },
  { 0x1a, ARRAY, "transports_for_reset" },
  { 0x1b, BOOL, "pin_complexity_policy" },
  { URL, BYTES, "pin_complexity_policy_url" },
  { 0x1d, UINT, "max_pin_length" },
  { 0x1e, BYTES, "enc_cred_store_state" },
  { 0x1f, ARRAY, "authenticator_config_commands" },
};
/* clang-format on */

static bool
set_invalid(GError **error, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "the key's description of itself: %s", text);
  return false;
}

/* Text from a key: made valid, without the NUL that JSON text cannot hold. */
static char *
copy_text(const FidotoolCborItem *item)
{
  size_t len = strnlen((const char *)item->data, item->len);

  return g_utf8_make_valid((const char *)item->data, (gssize)len);
}

static FidotoolJson *read_value(FidotoolCborItemCursor *cursor, int depth);

static FidotoolJson *
read_array(FidotoolCborItemCursor *cursor, uint64_t n, int depth)
{
  g_autoptr(FidotoolJson) array = fidotool_json_new_array();

  for (uint64_t i = 0; i < n; i++) {
    FidotoolJson *value = read_value(cursor, depth + 1);

    if (!value)
      return NULL;
    fidotool_json_append(array, value);
  }
  return g_steal_pointer(&array);
}

/* The name of a map's member: its text, or its number. */
static char *
read_name(FidotoolCborItemCursor *cursor)
{
  FidotoolCborItem item;
  int64_t number;

  if (!fidotool_cbor_item_next(cursor, &item))
    return NULL;
  if (item.type == FIDOTOOL_CBOR_ITEM_TEXT)
    return copy_text(&item);
  if (fidotool_cbor_item_int(&item, &number))
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
  return NULL;
}

static FidotoolJson *
read_map(FidotoolCborItemCursor *cursor, uint64_t n, int depth)
{
  g_autoptr(FidotoolJson) object = fidotool_json_new_object();

  for (uint64_t i = 0; i < n; i++) {
    g_autofree char *name = read_name(cursor);
    FidotoolJson *value;

    if (!name || fidotool_json_get(object, name))
      return NULL;
    value = read_value(cursor, depth + 1);
    if (!value)
      return NULL;
    fidotool_json_set(object, name, value);
  }
  return g_steal_pointer(&object);
}

static FidotoolJson *
read_simple(uint64_t value)
{
  if (value == 20 || value == 21)
    return fidotool_json_new_bool(value == 21);
  return fidotool_json_new_null();
}

/* One value of any kind; bytes as base64url. NULL when it cannot be read. */
static FidotoolJson *
read_value(FidotoolCborItemCursor *cursor, int depth)
{
  FidotoolCborItem item;
  g_autofree char *text = NULL;
  int64_t number;

  if (depth > FIDOTOOL_CBOR_ITEM_DEPTH ||
      !fidotool_cbor_item_next(cursor, &item))
    return NULL;
  switch (item.type) {
  case FIDOTOOL_CBOR_ITEM_UNSIGNED:
  case FIDOTOOL_CBOR_ITEM_NEGATIVE:
    if (fidotool_cbor_item_int(&item, &number) &&
        ABS(number) <= FIDOTOOL_JSON_INT_MAX)
      return fidotool_json_new_int(number);
    text = g_strdup_printf("%s%" G_GUINT64_FORMAT, number < 0 ? "-1-" : "",
                           item.value);
    return fidotool_json_new_text(text);
  case FIDOTOOL_CBOR_ITEM_BYTES:
    text = fidotool_bytes_base64url(item.data, item.len);
    return fidotool_json_new_text(text);
  case FIDOTOOL_CBOR_ITEM_TEXT:
    text = copy_text(&item);
    return fidotool_json_new_text(text);
  case FIDOTOOL_CBOR_ITEM_ARRAY:
    return read_array(cursor, item.value, depth);
  case FIDOTOOL_CBOR_ITEM_MAP:
    return read_map(cursor, item.value, depth);
  case FIDOTOOL_CBOR_ITEM_TAG:
    return read_value(cursor, depth + 1);
  case FIDOTOOL_CBOR_ITEM_SIMPLE:
    return read_simple(item.value);
  }
  return NULL;
}

/* The name of a member, where it is what it should be: a number that is a text
 * is kept by its number, with what we do not know. */
static const char *
find_name(int64_t number, const FidotoolCborItem *value)
{
  bool is_bool = value->value == 20 || value->value == 21;

  for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
    if (members[i].number == number)
      return members[i].type == value->type &&
                     (value->type != FIDOTOOL_CBOR_ITEM_SIMPLE || is_bool)
                 ? members[i].name
                 : NULL;
  return NULL;
}

/* Keeps one member, by its name or under "raw". */
static bool
keep_member(FidotoolJson *json, FidotoolJson *raw, int64_t number,
            const char *name, FidotoolJson *value, GError **error)
{
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);
  FidotoolJson *into = name ? json : raw;

  if (fidotool_json_get(raw, text) || (name && fidotool_json_get(json, name))) {
    fidotool_json_free(value);
    return set_invalid(error, "a member stands there twice");
  }
  fidotool_json_set(into, name ? name : text, value);
  return true;
}

/* An address is text, although it comes as bytes (CTAP 2.2, section 6.4). */
static FidotoolJson *
read_address(FidotoolCborItemCursor *cursor)
{
  g_autofree char *text = NULL;
  FidotoolCborItem item;

  if (!fidotool_cbor_item_next(cursor, &item))
    return NULL;
  text = copy_text(&item);
  return fidotool_json_new_text(text);
}

static bool
read_aaguid(FidotoolInfo *info, const FidotoolCborItem *item, GError **error)
{
  const uint8_t *a = info->aaguid;
  g_autofree char *hex = NULL;

  if (item->type != FIDOTOOL_CBOR_ITEM_BYTES || item->len != 16 ||
      info->aaguid_text)
    return set_invalid(error, "no AAGUID of 16 bytes");
  memcpy(info->aaguid, item->data, 16);
  hex = fidotool_bytes_hex(a, 16);
  info->aaguid_text = g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
                                      hex + 12, hex + 16, hex + 20);
  fidotool_json_set_text(info->json, "aaguid", info->aaguid_text);
  return true;
}

static bool
read_member(FidotoolInfo *info, FidotoolJson *raw,
            FidotoolCborItemCursor *cursor, int64_t *last, GError **error)
{
  FidotoolCborItemCursor ahead;
  FidotoolCborItem item;
  FidotoolJson *value;
  const char *name;
  int64_t number;

  if (!fidotool_cbor_item_next(cursor, &item) ||
      !fidotool_cbor_item_int(&item, &number))
    return set_invalid(error, "a member without a number");
  if (number <= *last)
    info->canonical = false;
  *last = number;
  if (number == 0x03)
    return fidotool_cbor_item_next(cursor, &item)
               ? read_aaguid(info, &item, error)
               : set_invalid(error, "truncated");
  ahead = *cursor;
  if (!fidotool_cbor_item_next(&ahead, &item))
    return set_invalid(error, "a value that cannot be read");
  name = find_name(number, &item);
  value = name && number == URL ? read_address(cursor) : read_value(cursor, 1);
  if (!value)
    return set_invalid(error, "a value that cannot be read");
  return keep_member(info->json, raw, number, name, value, error);
}

/* True when the options stand in canonical order: shorter names first. */
static bool
is_option_order(GBytes *raw)
{
  gsize len;
  const uint8_t *data = g_bytes_get_data(raw, &len);
  FidotoolCborItemCursor cursor = {data, len, true};
  FidotoolCborItem map, name, last = {.len = 0};
  const uint8_t *skipped;
  size_t n;

  if (!fidotool_cbor_item_next(&cursor, &map))
    return false;
  for (uint64_t i = 0; i < map.value; i++) {
    if (!fidotool_cbor_item_next(&cursor, &name))
      return false;
    if (name.type == FIDOTOOL_CBOR_ITEM_UNSIGNED && name.value == 0x04)
      break;
    if (!fidotool_cbor_item_skip(&cursor, &skipped, &n))
      return false;
    if (i + 1 == map.value)
      return true; /* no options at all */
  }
  if (!fidotool_cbor_item_next(&cursor, &map) ||
      map.type != FIDOTOOL_CBOR_ITEM_MAP)
    return false;
  for (uint64_t i = 0; i < map.value; i++) {
    if (!fidotool_cbor_item_next(&cursor, &name) ||
        name.type != FIDOTOOL_CBOR_ITEM_TEXT)
      return false;
    if (i > 0 &&
        (name.len < last.len ||
         (name.len == last.len && memcmp(name.data, last.data, name.len) <= 0)))
      return false;
    last = name;
    if (!fidotool_cbor_item_skip(&cursor, &skipped, &n))
      return false;
  }
  return cursor.canonical;
}

/* The values that our own code asks for. */
static void
fill_values(FidotoolInfo *info)
{
  int64_t min = fidotool_json_get_int(info->json, "min_pin_length", 4);
  int64_t max = fidotool_json_get_int(info->json, "max_pin_length", 63);

  info->firmware = fidotool_json_get_int(info->json, "firmware_version", -1);
  info->min_pin_length = (int)CLAMP(min, 4, 63);
  info->max_pin_length = (int)CLAMP(max, 4, 63);
  info->force_pin_change =
      fidotool_json_get_bool(info->json, "force_pin_change", false);
  info->max_list = (int)CLAMP(
      fidotool_json_get_int(info->json, "max_credential_count_in_list", 0), 0,
      1024);
}

FidotoolInfo *
fidotool_info_read(GBytes *raw, GError **error)
{
  g_autoptr(FidotoolInfo) info = g_new0(FidotoolInfo, 1);
  FidotoolJson *unknown;
  FidotoolCborItemCursor cursor = {.canonical = true};
  FidotoolCborItem map;
  int64_t last = -1;

  info->json = fidotool_json_new_object();
  unknown = fidotool_json_set(info->json, "raw", fidotool_json_new_object());
  info->canonical = true;
  cursor.data = g_bytes_get_data(raw, &cursor.len);
  if (cursor.len > FIDOTOOL_INFO_MAX ||
      !fidotool_cbor_item_next(&cursor, &map) ||
      map.type != FIDOTOOL_CBOR_ITEM_MAP) {
    (void)set_invalid(error, "not a map");
    return NULL;
  }
  for (uint64_t i = 0; i < map.value; i++)
    if (!read_member(info, unknown, &cursor, &last, error))
      return NULL;
  if (cursor.len != 0 || !info->aaguid_text) {
    (void)set_invalid(error, cursor.len ? "bytes after its end" : "no AAGUID");
    return NULL;
  }
  info->canonical = info->canonical && cursor.canonical && is_option_order(raw);
  fill_values(info);
  return g_steal_pointer(&info);
}

FidotoolInfo *
fidotool_info_new_u2f(void)
{
  FidotoolInfo *info = g_new0(FidotoolInfo, 1);
  FidotoolJson *versions;

  info->json = fidotool_json_new_object();
  versions =
      fidotool_json_set(info->json, "versions", fidotool_json_new_array());
  fidotool_json_append_text(versions, "U2F_V2");
  info->aaguid_text = g_strdup("00000000-0000-0000-0000-000000000000");
  info->canonical = true;
  fill_values(info);
  return info;
}

void
fidotool_info_free(FidotoolInfo *info)
{
  if (!info)
    return;
  g_free(info->aaguid_text);
  fidotool_json_free(info->json);
  g_free(info);
}

int
fidotool_info_option(const FidotoolInfo *info, const char *name)
{
  const FidotoolJson *option =
      fidotool_json_get(fidotool_json_get(info->json, "options"), name);

  if (!option || fidotool_json_type(option) != FIDOTOOL_JSON_BOOL)
    return -1;
  return fidotool_json_bool(option, false) ? 1 : 0;
}

int
fidotool_info_algorithm(const FidotoolInfo *info, int64_t alg)
{
  const FidotoolJson *list = fidotool_json_get(info->json, "algorithms");

  if (!list)
    return -1;
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (fidotool_json_get_int(fidotool_json_at(list, i), "alg", 0) == alg)
      return 1;
  return 0;
}

bool
fidotool_info_has_version(const FidotoolInfo *info, const char *version)
{
  const FidotoolJson *list = fidotool_json_get(info->json, "versions");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (g_strcmp0(fidotool_json_text(fidotool_json_at(list, i)), version) == 0)
      return true;
  return false;
}
