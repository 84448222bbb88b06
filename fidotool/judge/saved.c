/* SPDX-License-Identifier: Apache-2.0 */
/* saved.c - from what was kept to what is asked. */
#include "fidotool/judge/saved.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

FidotoolJson *
fidotool_saved_parse(const char *text, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) file = NULL;
  FidotoolJson *bare;

  if (len > FIDOTOOL_SAVED_MAX) {
    fail(error, FIDOTOOL_ERROR_INVALID, "this is too large for a ceremony");
    return NULL;
  }
  file = fidotool_json_parse(text, len, error);
  if (file == NULL)
    return NULL;
  if (fidotool_json_get(file, "schema") != NULL &&
      fidotool_json_get(file, "result") != NULL) {
    FidotoolJson *inner = fidotool_json_take(file, "result");

    fidotool_json_free(file);
    file = inner;
  }
  if (fidotool_json_get(file, "rawId") == NULL)
    return g_steal_pointer(&file);
  bare = fidotool_json_new_object();
  fidotool_json_set(bare, "response", g_steal_pointer(&file));
  return bare;
}

/* --- options ----------------------------------------------------------------
 */

/* What is given replaces every spelling of it in the file. */
static void
override(FidotoolJson *options, const FidotoolJson *given)
{
  static const struct {
    const char *name;
    const char *spellings[4];
  } rows[] = {
      {"challenge", {NULL}},
      {"rp_id", {"rpId", "rp", NULL}},
      {"origins", {"origin", NULL}},
      {"require_uv", {NULL}},
      {"strict", {NULL}},
      {"padding", {NULL}},
      {"allow_sha1", {NULL}},
      {"hardware_key", {NULL}},
      {"tpm_manufacturers", {NULL}},
      {"compound", {NULL}},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    const FidotoolJson *value = fidotool_json_get(given, rows[i].name);

    if (value == NULL)
      continue;
    for (const char *const *name = rows[i].spellings; *name != NULL; name++)
      fidotool_json_remove(options, *name);
    fidotool_json_remove(options, rows[i].name);
    fidotool_json_set(options, rows[i].name, fidotool_json_copy(value));
  }
}

static FidotoolJson *
take_options(FidotoolJson *file, const FidotoolJson *given, GError **error)
{
  g_autoptr(FidotoolJson) options = fidotool_json_take(file, "options");
  FidotoolJson *nested = fidotool_json_take(options, "publicKey");

  if (nested != NULL) { /* as browsers nest it */
    fidotool_json_free(options);
    options = nested;
  }
  if (options == NULL)
    options = fidotool_json_new_object();
  if (fidotool_json_type(options) != FIDOTOOL_JSON_OBJECT) {
    fail(error, FIDOTOOL_ERROR_USAGE, "the options are no object");
    return NULL;
  }
  override(options, given);
  return g_steal_pointer(&options);
}

/* --- an assertion's credential ----------------------------------------------
 */

/* A member in base64url becomes one in base64; false where it is neither
 * there nor readable. */
static bool
copy_bytes(const FidotoolJson *from, const char *name, FidotoolJson *to,
           const char *to_name)
{
  const char *text = fidotool_json_get_text(from, name);
  g_autoptr(GBytes) bytes = text ? fidotool_bytes_unbase64url(text) : NULL;
  g_autofree char *base64 = NULL;

  if (bytes == NULL)
    return false;
  base64 = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                 g_bytes_get_size(bytes));
  fidotool_json_set_text(to, to_name, base64);
  return true;
}

static void
copy_int(const FidotoolJson *from, const char *name, FidotoolJson *to,
         const char *to_name)
{
  const FidotoolJson *value = fidotool_json_get(from, name);
  int64_t number;

  if (fidotool_json_int(value, &number))
    fidotool_json_set_int(to, to_name, number);
  else if (fidotool_json_type(value) == FIDOTOOL_JSON_BOOL)
    fidotool_json_set_int(to, to_name, fidotool_json_bool(value, false));
}

static bool
read_credential(const FidotoolJson *credential, FidotoolJson *stored,
                GError **error)
{
  if (!copy_bytes(credential, "publicKey", stored, "public_key"))
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "the credential has no publicKey in base64url");
  if (fidotool_json_get(credential, "id") != NULL &&
      !copy_bytes(credential, "id", stored, "id"))
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "the credential's id is not base64url");
  if (fidotool_json_get(credential, "user") != NULL &&
      !copy_bytes(credential, "user", stored, "user"))
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "the credential's user is not base64url");
  copy_int(credential, "signCount", stored, "sign_count");
  copy_int(credential, "be", stored, "be");
  copy_int(credential, "bs", stored, "bs");
  return true;
}

/* --- the request ------------------------------------------------------------
 */

FidotoolJson *
fidotool_saved_request(const char *kind, FidotoolJson *file,
                       const FidotoolJson *given, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolJson *response = fidotool_json_get(file, "response");
  FidotoolJson *options;

  if (fidotool_json_type(response) != FIDOTOOL_JSON_OBJECT) {
    fail(error, FIDOTOOL_ERROR_INVALID, "the file has no response");
    return NULL;
  }
  options = take_options(file, given, error);
  if (options == NULL)
    return NULL;
  fidotool_json_set_text(request, "kind", kind);
  fidotool_json_set(request, "options", options);
  fidotool_json_set(request, "response", fidotool_json_take(file, "response"));
  if (strcmp(kind, "assertion") == 0 &&
      fidotool_json_get(given, "stored") == NULL &&
      !read_credential(
          fidotool_json_get(file, "credential"),
          fidotool_json_set(request, "stored", fidotool_json_new_object()),
          error))
    return NULL;
  return g_steal_pointer(&request);
}
