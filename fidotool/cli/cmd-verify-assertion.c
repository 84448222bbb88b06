/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-verify-assertion.c - fidotool verify assertion FILE: judges a saved
 * assertion against the credential it should be of. */
#include "fidotool/bytes.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/verify.h"

static const char description[] =
    "FILE is JSON: {\"options\": request options with \"origin\",\n"
    "\"response\": AuthenticationResponseJSON, \"credential\": {\"id\",\n"
    "\"publicKey\" (COSE, base64url), \"signCount\", \"be\", \"bs\"}}; \"-\" "
    "is\n"
    "standard input. Instead of \"credential\", --registration names the file\n"
    "of the registration, which is judged first.\n\n"
    "Exit codes: 0 good, 19 invalid, 20 not trusted (nobody under --trust\n"
    "vouches for the registration), 21 refused by policy (a counter that\n"
    "went back), 2 not understood.\n\n"
    "Example:\n"
    "  fidotool verify assertion --registration made.json assertion.json";

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

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

/* The credential as its registration has it; what the person said of the
 * assertion's challenge and origin is not the registration's. */
static bool
read_registration(const FidotoolVerifyOptions *options, FidotoolJson *stored,
                  GError **error)
{
  FidotoolVerifyOptions own = {.padding = options->padding,
                               .strict = options->strict,
                               .trust = options->trust,
                               .at = options->at};
  g_autoptr(FidotoolJson) file =
      fidotool_verify_read(options->registration, error);
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolJson) answer = NULL;

  if (file != NULL)
    request = fidotool_verify_request("registration", file, &own, error);
  if (request != NULL)
    answer = fidotool_verify_judge(request, error);
  if (answer == NULL) {
    g_prefix_error(error, "the registration: ");
    return false;
  }
  if (g_strcmp0(fidotool_json_get_text(answer, "statement"), "valid") != 0)
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the registration itself is not valid");
  if (options->trust != NULL &&
      g_strcmp0(fidotool_json_get_text(answer, "trust"), "anchored") != 0)
    return fail(error, FIDOTOOL_ERROR_NOT_TRUSTED,
                "nobody under --trust vouches for the registration");
  fidotool_json_set_text(stored, "public_key",
                         fidotool_json_get_text(answer, "public_key"));
  fidotool_json_set_text(stored, "id", fidotool_json_get_text(answer, "cred"));
  copy_int(answer, "sign_count", stored, "sign_count");
  copy_int(answer, "be", stored, "be");
  copy_int(answer, "bs", stored, "bs");
  return true;
}

static FidotoolJson *
new_request(const char *path, const FidotoolVerifyOptions *options,
            GError **error)
{
  FidotoolVerifyOptions own = *options; /* borrowed, never cleared */
  g_autoptr(FidotoolJson) file = fidotool_verify_read(path, error);
  g_autoptr(FidotoolJson) request = NULL;
  FidotoolJson *stored;
  bool read;

  own.trust = NULL; /* it is the registration's */
  if (file != NULL)
    request = fidotool_verify_request("assertion", file, &own, error);
  if (request == NULL)
    return NULL;
  stored = fidotool_json_set(request, "stored", fidotool_json_new_object());
  read = options->registration != NULL
             ? read_registration(options, stored, error)
             : read_credential(fidotool_json_get(file, "credential"), stored,
                               error);
  return read ? g_steal_pointer(&request) : NULL;
}

static int
judge(FidotoolCmd *cmd, const char *path, const FidotoolVerifyOptions *options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request = new_request(path, options, &error);
  g_autoptr(FidotoolJson) answer = NULL;

  if (request != NULL)
    answer = fidotool_verify_judge(request, &error);
  if (answer == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return fidotool_verify_print(cmd, answer, false);
}

int
fidotool_cmd_verify_assertion(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolVerifyOptions options = {0};
  g_autoptr(GArray) entries = fidotool_verify_entries(&options);
  const GOptionEntry own[] = {
      {"registration", 0, 0, G_OPTION_ARG_FILENAME, &options.registration,
       "the file of the credential's registration", "FILE"},
  };
  g_autoptr(GError) error = NULL;
  int r;

  g_array_append_vals(entries, own, G_N_ELEMENTS(own));
  if (!fidotool_cmd_parse(cmd, (const GOptionEntry *)entries->data, description,
                          &argc, &argv, &error)) {
    r = fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  } else if (argc != 2) {
    r = fidotool_cmd_failed(cmd, g_error_new_literal(FIDOTOOL_ERROR,
                                                     FIDOTOOL_ERROR_USAGE,
                                                     "give one FILE"));
  } else if (options.trust != NULL && options.registration == NULL) {
    r = fidotool_cmd_failed(
        cmd, g_error_new_literal(FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                                 "--trust needs --registration: an assertion "
                                 "has no certificates"));
  } else {
    r = judge(cmd, argv[1], &options);
  }
  fidotool_verify_options_clear(&options);
  return r;
}
