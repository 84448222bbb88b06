/* SPDX-License-Identifier: Apache-2.0 */
/* verify.c - from a file to a request, from an answer to words. */
#include "fidotool/cli/verify.h"

#include <stdio.h>
#include <string.h>

#include "fidotool/cli/trust.h"
#include "fidotool/judge/request.h"

/* A response and its options; certificates come on top of it. */
#define FILE_MAX (512 * 1024)

void
fidotool_verify_options_clear(FidotoolVerifyOptions *options)
{
  g_free(options->challenge);
  g_strfreev(options->origins);
  g_free(options->rp_id);
  g_strfreev(options->trust);
  g_free(options->at);
  g_free(options->registration);
  *options = (FidotoolVerifyOptions){0};
}

GArray *
fidotool_verify_entries(FidotoolVerifyOptions *options)
{
  GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
  const GOptionEntry common[] = {
      {"challenge", 0, 0, G_OPTION_ARG_STRING, &options->challenge,
       "the challenge that was issued, base64url", "C"},
      {"origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->origins,
       "an origin that is allowed; may be given again", "URL"},
      {"rp-id", 0, 0, G_OPTION_ARG_STRING, &options->rp_id,
       "the relying party's id", "ID"},
      {"require-uv", 0, 0, G_OPTION_ARG_NONE, &options->require_uv,
       "demand that the user was verified", NULL},
      {"padding", 0, 0, G_OPTION_ARG_NONE, &options->padding,
       "read base64url with padding too", NULL},
      {"strict", 0, 0, G_OPTION_ARG_NONE, &options->strict,
       "refuse CBOR that is not canonical", NULL},
      {"trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->trust,
       "certificates to trust, PEM or DER, a file or a folder; may be given "
       "again",
       "PATH"},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options->at,
       "the time of the ceremony, RFC 3339 (default: now)", "TIME"},
  };

  g_array_append_vals(entries, common, G_N_ELEMENTS(common));
  return entries;
}

static bool
fail(GError **error, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, what);
  return false;
}

FidotoolJson *
fidotool_verify_read(const char *path, GError **error)
{
  size_t len;
  g_autofree char *text = fidotool_cmd_read_file(path, FILE_MAX, &len, error);
  g_autoptr(FidotoolJson) file = NULL;
  FidotoolJson *bare;

  if (text == NULL)
    return NULL;
  file = fidotool_json_parse(text, len, error);
  if (file == NULL) {
    g_prefix_error(error, "%s: ", path);
    return NULL;
  }
  if (fidotool_json_get(file, "schema") != NULL &&
      fidotool_json_get(file, "result") != NULL) {
    FidotoolJson *inner = fidotool_json_copy(fidotool_json_get(file, "result"));

    fidotool_json_free(file);
    file = inner;
  }
  if (fidotool_json_get(file, "rawId") == NULL)
    return g_steal_pointer(&file);
  bare = fidotool_json_new_object();
  fidotool_json_set(bare, "response", g_steal_pointer(&file));
  return bare;
}

/* Takes out of options every spelling of what the person gave. */
static void
remove_all(FidotoolJson *options, const char *const *names)
{
  for (; *names != NULL; names++)
    fidotool_json_remove(options, *names);
}

static void
override(FidotoolJson *json, const FidotoolVerifyOptions *options)
{
  static const char *const origins[] = {"origin", "origins", NULL};
  static const char *const rp_ids[] = {"rp_id", "rpId", "rp", NULL};
  FidotoolJson *list;

  if (options->challenge != NULL)
    fidotool_json_set_text(json, "challenge", options->challenge);
  if (options->rp_id != NULL) {
    remove_all(json, rp_ids);
    fidotool_json_set_text(json, "rp_id", options->rp_id);
  }
  if (options->origins != NULL) {
    remove_all(json, origins);
    list = fidotool_json_set(json, "origins", fidotool_json_new_array());
    for (char **origin = options->origins; *origin != NULL; origin++)
      fidotool_json_append_text(list, *origin);
  }
  if (options->require_uv)
    fidotool_json_set_bool(json, "require_uv", true);
  if (options->strict)
    fidotool_json_set_bool(json, "strict", true);
  if (options->padding)
    fidotool_json_set_bool(json, "padding", true);
}

/* RFC 3339; a time without zone is no time. */
static bool
read_time(const char *text, int64_t *ret_seconds, GError **error)
{
  g_autoptr(GDateTime) time = NULL;

  if (text == NULL) { /* the ceremony's own time is nowhere in the file */
    *ret_seconds = g_get_real_time() / G_USEC_PER_SEC;
    return true;
  }
  time = g_date_time_new_from_iso8601(text, NULL);
  if (time == NULL)
    return fail(error, "--at is a time such as 2026-03-01T09:00:00Z");
  *ret_seconds = g_date_time_to_unix(time);
  return true;
}

static bool
add_trust(FidotoolJson *request, const FidotoolVerifyOptions *options,
          GError **error)
{
  FidotoolJson *anchors;
  int64_t at;

  if (!read_time(options->at, &at, error))
    return false;
  if (options->trust == NULL)
    return true;
  fidotool_json_set_int(request, "at", at);
  anchors = fidotool_json_set(request, "anchors", fidotool_json_new_array());
  for (char **path = options->trust; *path != NULL; path++)
    if (!fidotool_trust_read(*path, anchors, error))
      return false;
  return true;
}

FidotoolJson *
fidotool_verify_request(const char *kind, const FidotoolJson *file,
                        const FidotoolVerifyOptions *options, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  const FidotoolJson *given = fidotool_json_get(file, "options");
  const FidotoolJson *response = fidotool_json_get(file, "response");
  FidotoolJson *own;

  if (fidotool_json_type(response) != FIDOTOOL_JSON_OBJECT) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                        "the file has no response");
    return NULL;
  }
  own = fidotool_json_type(given) == FIDOTOOL_JSON_OBJECT
            ? fidotool_json_copy(given)
            : fidotool_json_new_object();
  if (fidotool_json_get(own, "publicKey") != NULL) { /* as browsers nest it */
    FidotoolJson *inner =
        fidotool_json_copy(fidotool_json_get(own, "publicKey"));

    fidotool_json_free(own);
    own = inner;
  }
  fidotool_json_set_text(request, "kind", kind);
  fidotool_json_set(request, "options", own);
  if (fidotool_json_type(own) != FIDOTOOL_JSON_OBJECT) {
    fail(error, "the options are no object");
    return NULL;
  }
  override(own, options);
  fidotool_json_set(request, "response", fidotool_json_copy(response));
  if (!add_trust(request, options, error))
    return NULL;
  return g_steal_pointer(&request);
}

FidotoolJson *
fidotool_verify_judge(const FidotoolJson *request, GError **error)
{
  size_t len, answer_len;
  g_autofree char *text = fidotool_json_write(request, &len);
  g_autofree char *answer_text = fidotool_request_judge(text, len, &answer_len);
  g_autoptr(FidotoolJson) answer =
      fidotool_json_parse(answer_text, answer_len, error);
  const char *why = fidotool_json_get_text(answer, "error");

  if (answer == NULL)
    return NULL;
  if (why == NULL || *why == '\0')
    return g_steal_pointer(&answer);
  g_set_error_literal(
      error, FIDOTOOL_ERROR,
      (int)fidotool_json_get_int(answer, "error_code", FIDOTOOL_ERROR_FAILED),
      why);
  return NULL;
}

static int
find_exit_code(const FidotoolJson *answer, bool trust_asked)
{
  const char *statement = fidotool_json_get_text(answer, "statement");
  const char *trust = fidotool_json_get_text(answer, "trust");

  if (g_strcmp0(statement, "valid") != 0)
    return FIDOTOOL_ERROR_INVALID;
  if (trust_asked && g_strcmp0(trust, "anchored") != 0)
    return FIDOTOOL_ERROR_NOT_TRUSTED;
  if (fidotool_json_size(fidotool_json_get(answer, "failed")) > 0)
    return FIDOTOOL_ERROR_POLICY;
  return FIDOTOOL_CMD_OK;
}

static void
print_row(const char *name, const char *value, const char *more)
{
  g_autofree char *first = fidotool_cmd_printable(value ? value : "");
  g_autofree char *second = fidotool_cmd_printable(more ? more : "");

  printf("%-10s %s%s%s\n", name, first, *second ? ", " : "", second);
}

/* The checks that failed, or the warnings: both are id and text. */
static void
print_list(const char *name, const FidotoolJson *list, bool only_failed)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *item = fidotool_json_at(list, i);
    const char *id = fidotool_json_get_text(item, "id");
    g_autofree char *line = NULL;

    if (only_failed && fidotool_json_get_bool(item, "ok", false))
      continue;
    line = g_strdup_printf("%s: %s", id, fidotool_json_get_text(item, "text"));
    print_row(name, line, NULL);
  }
}

static void
print_words(const FidotoolJson *result)
{
  const FidotoolJson *statement = fidotool_json_get(result, "statement");
  const FidotoolJson *trust = fidotool_json_get(result, "trust");
  const char *aaguid = fidotool_json_get_text(result, "aaguid");

  print_row("statement", fidotool_json_get_text(statement, "result"),
            fidotool_json_get_text(statement, "type"));
  if (fidotool_json_get(statement, "type") != NULL)
    print_row("trust", fidotool_json_get_text(trust, "result"),
              fidotool_json_get_text(trust, "reason"));
  if (fidotool_json_get(trust, "anchor") != NULL)
    print_row("anchor", fidotool_json_get_text(trust, "anchor"),
              fidotool_json_get_text(trust, "at"));
  if (aaguid != NULL)
    print_row("model", aaguid, NULL);
  print_list("failed", fidotool_json_get(result, "checks"), true);
  print_list("warning", fidotool_json_get(result, "warnings"), false);
}

int
fidotool_verify_print(FidotoolCmd *cmd, const FidotoolJson *answer,
                      bool trust_asked)
{
  const char *text = fidotool_json_get_text(answer, "result");
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;

  result =
      fidotool_json_parse(text ? text : "", text ? strlen(text) : 0, &error);
  if (result == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    print_words(result);
  return fidotool_cmd_done_with(cmd, g_steal_pointer(&result), NULL,
                                find_exit_code(answer, trust_asked));
}
