/* SPDX-License-Identifier: Apache-2.0 */
/* field.c - one form for each field, in a table by name. */
#include "recovery/format/field.h"

#include <stdlib.h>
#include <string.h>

#include "recovery/format/act.h"
#include "recovery/format/checkpoint.h"
#include "recovery/format/jcs.h"
#include "recovery/format/state.h"
#include "recovery/format/time.h"

typedef bool (*Check)(const FidotoolJson *value);

static bool
is_int_from(const FidotoolJson *value, int64_t least, int64_t most)
{
  int64_t number;

  return fidotool_json_int(value, &number) && number >= least && number <= most;
}

static bool
check_one(const FidotoolJson *value)
{
  return is_int_from(value, 1, 1);
}

static bool
check_count(const FidotoolJson *value)
{
  return is_int_from(value, 0, FIDOTOOL_JSON_INT_MAX);
}

static bool
check_positive(const FidotoolJson *value)
{
  return is_int_from(value, 1, FIDOTOOL_JSON_INT_MAX);
}

static bool
check_ial(const FidotoolJson *value)
{
  return is_int_from(value, 1, 3);
}

static bool
check_id(const FidotoolJson *value)
{
  return recovery_jcs_is_id(fidotool_json_text(value));
}

static bool
check_hash(const FidotoolJson *value)
{
  return recovery_jcs_is_hex(fidotool_json_text(value), 32);
}

static bool
check_nonce(const FidotoolJson *value)
{
  return recovery_jcs_is_hex(fidotool_json_text(value), 16);
}

static bool
check_time(const FidotoolJson *value)
{
  int64_t ms;

  return recovery_time_read(fidotool_json_text(value), &ms);
}

static bool
check_origin(const FidotoolJson *value)
{
  return recovery_checkpoint_is_origin(fidotool_json_text(value));
}

/* First a letter or digit, then those and the marks, size at most. */
static bool
is_word(const char *text, const char *marks, size_t size)
{
  if (text == NULL || strlen(text) > size || !g_ascii_isalnum(*text))
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && strchr(marks, *p) == NULL)
      return false;
  return true;
}

bool
recovery_field_is_code(const char *text)
{
  return is_word(text, "._/:-", 64);
}

static bool
check_code(const FidotoolJson *value)
{
  return recovery_field_is_code(fidotool_json_text(value));
}

static bool
check_policy_id(const FidotoolJson *value)
{
  return is_word(fidotool_json_text(value), "._-", 64);
}

/* Printable ASCII without space, 1 to most characters. */
static bool
is_printable(const char *text, size_t most)
{
  if (text == NULL || *text == '\0' || strlen(text) > most)
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isgraph(*p))
      return false;
  return true;
}

static bool
check_host(const FidotoolJson *value)
{
  return is_printable(fidotool_json_text(value), 253);
}

static bool
check_station_key(const FidotoolJson *value)
{
  return is_printable(fidotool_json_text(value), 400);
}

/* Lower-case hex digits with hyphens as in 8-4-4-4-12. */
static bool
check_uuid(const FidotoolJson *value)
{
  static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const char *text = fidotool_json_text(value);

  if (text == NULL || strlen(text) != sizeof(form) - 1)
    return false;
  for (size_t i = 0; i < sizeof(form) - 1; i++)
    if (form[i] == '-' ? text[i] != '-'
                       : strchr("0123456789abcdef", text[i]) == NULL)
      return false;
  return true;
}

/* A version, a plus sign, a digest. */
static bool
check_build(const FidotoolJson *value)
{
  const char *text = fidotool_json_text(value);
  const char *plus = text == NULL ? NULL : strrchr(text, '+');

  if (plus == NULL || plus == text || plus - text > 64 ||
      !recovery_jcs_is_hex(plus + 1, 32))
    return false;
  for (const char *p = text; p < plus; p++)
    if (!g_ascii_isalnum(*p) && strchr(".+~:-", *p) == NULL)
      return false;
  return true;
}

static bool
check_mono(const FidotoolJson *value)
{
  const char *boot = fidotool_json_get_text(value, "boot");

  return fidotool_json_size(value) == 2 && boot != NULL && *boot != '\0' &&
         strlen(boot) <= 64 &&
         strspn(boot, "0123456789abcdef-") == strlen(boot) &&
         check_count(fidotool_json_get(value, "ms"));
}

static bool
is_one_of(const FidotoolJson *value, const char *const *words)
{
  const char *text = fidotool_json_text(value);

  return text != NULL && g_strv_contains(words, text);
}

static bool
check_op(const FidotoolJson *value)
{
  static const char *const words[] = {"enrol", "replace", "recover",
                                      "break_glass", NULL};

  return is_one_of(value, words);
}

static bool
check_tier(const FidotoolJson *value)
{
  static const char *const words[] = {"standard", "remote", "privileged", NULL};

  return is_one_of(value, words);
}

static bool
check_contact(const FidotoolJson *value)
{
  static const char *const words[] = {"seen", "called_back", "none", NULL};

  return is_one_of(value, words);
}

static bool
check_out(const FidotoolJson *value)
{
  static const char *const words[] = {"ok", "denied", "error", NULL};

  return is_one_of(value, words);
}

static bool
check_newkey(const FidotoolJson *value)
{
  static const char *const words[] = {"next-at-station", NULL};

  return check_hash(value) || is_one_of(value, words);
}

/* The state of a case, or of a break-glass. */
static bool
check_state(const FidotoolJson *value)
{
  static const char *const words[] = {"bg_active", "bg_review", "bg_justified",
                                      "bg_violation", NULL};
  RecoveryState state;

  return recovery_state_read(fidotool_json_text(value), &state) ||
         is_one_of(value, words);
}

static bool
is_array_of(const FidotoolJson *value, Check check)
{
  if (fidotool_json_type(value) != FIDOTOOL_JSON_ARRAY)
    return false;
  for (size_t i = 0; i < fidotool_json_size(value); i++)
    if (!check(fidotool_json_at(value, i)))
      return false;
  return true;
}

/* Texts of an array, each once. */
static bool
is_each_once(const FidotoolJson *array)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (size_t i = 0; i < fidotool_json_size(array); i++)
    if (!g_hash_table_add(
            seen, (char *)fidotool_json_text(fidotool_json_at(array, i))))
      return false;
  return true;
}

static bool
check_hashes(const FidotoolJson *value)
{
  return is_array_of(value, check_hash) && is_each_once(value);
}

static bool
check_approvals(const FidotoolJson *value)
{
  return check_hashes(value) && fidotool_json_size(value) > 0;
}

static bool
check_ids(const FidotoolJson *value)
{
  return is_array_of(value, check_id) && is_each_once(value);
}

static bool
check_slots(const FidotoolJson *value)
{
  if (!check_ids(value) || fidotool_json_size(value) < 2)
    return false;
  for (size_t i = 0; i < fidotool_json_size(value); i++)
    if (!recovery_act_role_is_slot(
            fidotool_json_text(fidotool_json_at(value, i))))
      return false;
  return true;
}

/* Sorted, so each once. */
static bool
is_sorted(const FidotoolJson *array)
{
  for (size_t i = 1; i < fidotool_json_size(array); i++)
    if (strcmp(fidotool_json_text(fidotool_json_at(array, i - 1)),
               fidotool_json_text(fidotool_json_at(array, i))) >= 0)
      return false;
  return true;
}

/* Ids of a policy, that is of its rules. */
static bool
check_policy_ids(const FidotoolJson *value)
{
  return is_array_of(value, check_policy_id) && is_sorted(value);
}

static bool
check_reason(const FidotoolJson *value)
{
  static const char *const words[] = {
      "break-glass",           "exception", "fallback", "restricted-class",
      "stronger-key-not-used", NULL};

  return is_one_of(value, words);
}

static bool
check_reasons(const FidotoolJson *value)
{
  return is_array_of(value, check_reason) && is_sorted(value) &&
         fidotool_json_size(value) > 0;
}

bool
recovery_field_is_pair(const FidotoolJson *value)
{
  return check_hashes(value) && fidotool_json_size(value) == 2;
}

/* One digest, or in entries of several signers one for each. */
static bool
check_stmt(const FidotoolJson *value)
{
  return check_hash(value) || check_hashes(value);
}

static bool
check_asrt(const FidotoolJson *value)
{
  return recovery_field_is_pair(value) ||
         is_array_of(value, recovery_field_is_pair);
}

/* Sorted by name. */
/* clang-format off */
static const struct {
  const char *name;
  Check check;
} fields[] = {
  { "aaguid", check_uuid },        { "act", check_code },
  { "actor", check_id },           { "actors", check_ids },
  { "address", check_hash },       { "app", check_host },
  { "approvals", check_approvals },
  { "asrt", check_asrt },          { "assertion", check_hash },
  { "base", check_hash },
  { "branch", check_code },        { "build", check_build },
  { "caller", check_id },
  { "case", check_id },            { "case_digest", check_hash },
  { "contact", check_contact },    { "cred", check_hash },
  { "creds", check_hashes },       { "evidence", check_hash },
  { "exceptions", check_policy_ids },
  { "exp", check_time },           { "fallbacks", check_policy_ids },
  { "free", check_count },
  { "from", check_time },          { "genesis", check_hash },
  { "head_root", check_hash },     { "head_size", check_count },
  { "ial", check_ial },            { "iat", check_time },
  { "id", check_uuid },            { "journey", check_policy_id },
  { "judgement", check_hash },
  { "key", check_id },             { "kind", check_code },
  { "log", check_origin },         { "looser", check_count },
  { "lost_at", check_time },
  { "machine", check_id },         { "method", check_code },
  { "mono", check_mono },          { "newkey", check_newkey },
  { "nonce", check_nonce },        { "not_before", check_time },
  { "note", check_hash },          { "notice", check_id },
  { "object", check_hash },        { "op", check_op },
  { "origin", check_host },        { "out", check_out },
  { "pii", check_hashes },         { "policy", check_hash },
  { "policy_id", check_policy_id }, { "policy_version", check_positive },
  { "prev_origin", check_origin }, { "prev_root", check_hash },
  { "prev_size", check_count },    { "previous", check_hashes },
  { "reason", check_code },        { "reasons", check_reasons },
  { "reference", check_hash },
  { "registration", check_hash },
  { "result", check_code },        { "review", check_time },
  { "role", check_id },
  { "root", check_hash },          { "rp", check_host },
  { "rp_id", check_host },         { "rules", check_policy_ids },
  { "seq", check_count },
  { "sink", check_code },          { "size", check_count },
  { "slot", check_id },            { "slots", check_slots },
  { "state", check_state },        { "station", check_id },
  { "station_key", check_station_key }, { "stmt", check_stmt },
  { "stricter", check_count },
  { "sub", check_id },             { "t", check_time },
  { "target", check_hash },        { "tier", check_tier },
  { "time", check_time },          { "to", check_time },
  { "transaction", check_policy_id },
  { "type", check_code },          { "until", check_time },
  { "v", check_one },              { "waived", check_policy_ids },
  { "warnings", check_count },
  { "weaker", check_one },
  { "why", check_code },
};
/* clang-format on */

static int
compare_field(const void *name, const void *row)
{
  return strcmp(name, *(const char *const *)row);
}

bool
recovery_field_check(const char *name, const FidotoolJson *value)
{
  const char *const *row = bsearch(name, fields, G_N_ELEMENTS(fields),
                                   sizeof(fields[0]), compare_field);

  return row != NULL &&
         fields[(size_t)((const char *)row - (const char *)fields) /
                sizeof(fields[0])]
             .check(value);
}
