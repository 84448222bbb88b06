/* SPDX-License-Identifier: Apache-2.0 */
/* key-description.c - KeyDescription and its two AuthorizationLists. */
#include "fidotool/judge/key-description.h"

#include "fidotool/judge/der.h"

/* Tags of AuthorizationList. */
enum {
  TAG_PURPOSE = 1,
  TAG_ALL_APPLICATIONS = 600,
  TAG_ORIGIN = 702,
  TAG_OS_VERSION = 705,
  TAG_OS_PATCH_LEVEL = 706,
};
#define PURPOSE_SIGN 2

static bool
read_purpose(FidotoolSlice body, FidotoolKeyDescriptionList *list)
{
  FidotoolSlice set;
  int64_t purpose;

  if (list->has_purpose || !fidotool_der_take(&body, FIDOTOOL_DER_SET, &set) ||
      body.len > 0)
    return false;
  list->has_purpose = true;
  list->only_signs = set.len > 0;
  while (set.len > 0) {
    if (!fidotool_der_take_int(&set, FIDOTOOL_DER_INTEGER, &purpose))
      return false;
    list->only_signs &= purpose == PURPOSE_SIGN;
  }
  return true;
}

static bool
read_number(FidotoolSlice body, int64_t *ret_value)
{
  return fidotool_der_take_int(&body, FIDOTOOL_DER_INTEGER, ret_value) &&
         body.len == 0;
}

static bool
read_origin(FidotoolSlice body, FidotoolKeyDescriptionList *list)
{
  if (list->has_origin)
    return false;
  list->has_origin = true;
  return read_number(body, &list->origin);
}

static bool
read_member(const FidotoolDer *member, FidotoolKeyDescriptionList *list)
{
  if (!member->is_context || !member->is_constructed)
    return false;
  switch (member->tag) {
  case TAG_PURPOSE:
    return read_purpose(member->body, list);
  case TAG_ALL_APPLICATIONS: /* whatever it says, it is there */
    list->all_applications = true;
    return true;
  case TAG_ORIGIN:
    return read_origin(member->body, list);
  case TAG_OS_VERSION:
    return read_number(member->body, &list->os_version);
  case TAG_OS_PATCH_LEVEL:
    return read_number(member->body, &list->os_patch_level);
  default: /* dozens more, and new ones with each version */
    return true;
  }
}

static bool
read_list(FidotoolSlice *rest, FidotoolKeyDescriptionList *list)
{
  FidotoolSlice body;
  FidotoolDer member;

  if (!fidotool_der_take(rest, FIDOTOOL_DER_SEQUENCE, &body))
    return false;
  while (fidotool_der_next(&body, &member))
    if (!read_member(&member, list))
      return false;
  return body.len == 0;
}

bool
fidotool_key_description_parse(FidotoolSlice value,
                               FidotoolKeyDescription *ret_description)
{
  FidotoolKeyDescription description = {0};
  FidotoolSlice body, unique_id;
  int64_t key_version;

  if (!fidotool_der_take(&value, FIDOTOOL_DER_SEQUENCE, &body) ||
      value.len > 0 ||
      !fidotool_der_take_int(&body, FIDOTOOL_DER_INTEGER,
                             &description.version) ||
      !fidotool_der_take_int(&body, FIDOTOOL_DER_ENUMERATED,
                             &description.level) ||
      !fidotool_der_take_int(&body, FIDOTOOL_DER_INTEGER, &key_version) ||
      !fidotool_der_take_int(&body, FIDOTOOL_DER_ENUMERATED,
                             &description.key_level) ||
      !fidotool_der_take(&body, FIDOTOOL_DER_OCTETS, &description.challenge) ||
      !fidotool_der_take(&body, FIDOTOOL_DER_OCTETS, &unique_id) ||
      !read_list(&body, &description.software) ||
      !read_list(&body, &description.tee) || body.len > 0)
    return false;
  *ret_description = description;
  return true;
}

const char *
fidotool_key_description_level_name(int64_t level)
{
  static const char *const names[] = {
      [FIDOTOOL_KEY_DESCRIPTION_SOFTWARE] = "software",
      [FIDOTOOL_KEY_DESCRIPTION_TEE] = "tee",
      [FIDOTOOL_KEY_DESCRIPTION_STRONGBOX] = "strongbox",
  };

  return level >= 0 && level < (int64_t)G_N_ELEMENTS(names) ? names[level]
                                                            : "unknown";
}
