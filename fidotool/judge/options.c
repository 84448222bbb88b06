/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - WebAuthn options JSON, and the worker's short form of it. */
#include "fidotool/judge/options.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"

/* Most algorithms, origins or credentials of one list. */
#define LIST_MAX 4096
/* Most statements that may be asked for of a compound one. */
#define COMPOUND_MAX 8

static bool
fail(GError **error, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "options: %s", what);
  return false;
}

/* true, 1: the canonical form has no booleans, WebAuthn JSON has. */
static bool
get_flag(const FidotoolJson *json, const char *name)
{
  const FidotoolJson *value = fidotool_json_get(json, name);
  int64_t number = 0;

  return fidotool_json_bool(value, false) ||
         (fidotool_json_int(value, &number) && number == 1);
}

static bool
has_text(const FidotoolJson *json, const char *name, const char *text)
{
  return g_strcmp0(fidotool_json_get_text(json, name), text) == 0;
}

/* An array of texts, or one text under the other name. */
static bool
read_texts(const FidotoolJson *json, const char *many, const char *one,
           char ***ret_texts, GError **error)
{
  const FidotoolJson *list = fidotool_json_get(json, many);
  const char *single = one ? fidotool_json_get_text(json, one) : NULL;
  const size_t n = fidotool_json_size(list);
  g_auto(GStrv) texts = NULL;

  if (n > LIST_MAX)
    return fail(error, "a list is too long");
  texts = g_new0(char *, n + 2);
  for (size_t i = 0; i < n; i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));

    if (text == NULL)
      return fail(error, "a member of a list is no text");
    texts[i] = g_strdup(text);
  }
  texts[n] = g_strdup(single); /* NULL where there is none */
  *ret_texts = g_steal_pointer(&texts);
  return true;
}

/* Credential ids: base64url texts, or descriptors with an `id`. */
static bool
read_ids(const FidotoolJson *list, GPtrArray *ids, GError **error)
{
  if (fidotool_json_size(list) > LIST_MAX)
    return fail(error, "a list of credentials is too long");
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *item = fidotool_json_at(list, i);
    const char *text = fidotool_json_text(item);
    GBytes *id;

    if (text == NULL)
      text = fidotool_json_get_text(item, "id");
    id = text == NULL ? NULL : fidotool_bytes_unbase64url(text);
    if (id == NULL)
      return fail(error, "a credential id is not base64url");
    g_ptr_array_add(ids, id);
  }
  return true;
}

static bool
append_alg(GArray *algs, const FidotoolJson *value, GError **error)
{
  int64_t alg;

  if (!fidotool_json_int(value, &alg))
    return fail(error, "an algorithm is no number");
  g_array_append_val(algs, alg);
  return true;
}

/* An empty pubKeyCredParams means ES256 and RS256 (WebAuthn Level 3, 5.1.3);
 * one that is missing means that nobody told us. */
static bool
read_algs(FidotoolOptions *options, const FidotoolJson *json, GError **error)
{
  static const int64_t defaults[] = {-7, -257};
  const FidotoolJson *algs = fidotool_json_get(json, "algs");
  const FidotoolJson *params = fidotool_json_get(json, "pubKeyCredParams");

  if (algs == NULL && params == NULL)
    return true;
  if (MAX(fidotool_json_size(algs), fidotool_json_size(params)) > LIST_MAX)
    return fail(error, "too many algorithms");
  options->algs = g_array_new(false, false, sizeof(int64_t));
  for (size_t i = 0; i < fidotool_json_size(algs); i++)
    if (!append_alg(options->algs, fidotool_json_at(algs, i), error))
      return false;
  for (size_t i = 0; i < fidotool_json_size(params); i++) {
    const FidotoolJson *item = fidotool_json_at(params, i);

    if (has_text(item, "type", "public-key") &&
        !append_alg(options->algs, fidotool_json_get(item, "alg"), error))
      return false;
  }
  if (options->algs->len == 0)
    g_array_append_vals(options->algs, defaults, G_N_ELEMENTS(defaults));
  return true;
}

static bool
read_cred_protect(FidotoolOptions *options, const FidotoolJson *extensions,
                  GError **error)
{
  static const char *const levels[] = {
      "userVerificationOptional",
      "userVerificationOptionalWithCredentialIDList",
      "userVerificationRequired",
  };
  const char *level =
      fidotool_json_get_text(extensions, "credentialProtectionPolicy");

  if (level == NULL)
    return true;
  for (size_t i = 0; i < G_N_ELEMENTS(levels); i++)
    if (strcmp(levels[i], level) == 0)
      options->cred_protect = (int64_t)i + 1;
  return options->cred_protect > 0 ||
         fail(error, "credentialProtectionPolicy is unknown");
}

static bool
read_extensions(FidotoolOptions *options, const FidotoolJson *json,
                GError **error)
{
  const FidotoolJson *extensions = fidotool_json_get(json, "extensions");

  options->hmac_secret = get_flag(extensions, "hmacCreateSecret") ||
                         fidotool_json_get(extensions, "hmacGetSecret") != NULL;
  options->min_pin_length = get_flag(extensions, "minPinLength");
  options->app_id = g_strdup(fidotool_json_get_text(extensions, "appid"));
  options->resident_key =
      get_flag(extensions, "credProps") &&
      has_text(fidotool_json_get(json, "authenticatorSelection"), "residentKey",
               "required");
  return read_cred_protect(options, extensions, error);
}

/* What the client data are held against, or the hash that stands for them. */
static bool
read_client(FidotoolOptions *options, const FidotoolJson *json, GError **error)
{
  const char *hash = fidotool_json_get_text(json, "cdh");
  const char *challenge = fidotool_json_get_text(json, "challenge");

  if (!read_texts(json, "origins", "origin", &options->origins, error) ||
      !read_texts(json, "top_origins", "topOrigin", &options->top_origins,
                  error))
    return false;
  options->cross_origin =
      get_flag(json, "cross_origin") || get_flag(json, "crossOrigin");
  if (hash != NULL) {
    options->has_hash = true;
    return fidotool_bytes_unhex(hash, options->hash, sizeof(options->hash)) ||
           fail(error, "cdh is not 64 lower-case hex digits");
  }
  if (challenge == NULL)
    return fail(error, "the challenge is missing");
  options->challenge = fidotool_bytes_unbase64url(challenge);
  if (options->challenge == NULL || g_bytes_get_size(options->challenge) == 0)
    return fail(error, "the challenge is not base64url without padding");
  if (options->origins[0] == NULL)
    return fail(error, "the origin is missing");
  return true;
}

/* How many statements of a compound one must hold. */
static bool
read_compound(FidotoolOptions *options, const FidotoolJson *json,
              GError **error)
{
  const FidotoolJson *value = fidotool_json_get(json, "compound");
  int64_t needed = 0;

  if (value == NULL || has_text(json, "compound", "all"))
    return true;
  if (has_text(json, "compound", "any"))
    needed = 1;
  else if (!fidotool_json_int(value, &needed) || needed < 1 ||
           needed > COMPOUND_MAX)
    return fail(error, "compound is \"all\", \"any\" or a number");
  options->compound_needed = (unsigned)needed;
  return true;
}

static bool
read_party(FidotoolOptions *options, const FidotoolJson *json, GError **error)
{
  const FidotoolJson *rp = fidotool_json_get(json, "rp");
  const FidotoolJson *selection =
      fidotool_json_get(json, "authenticatorSelection");
  const char *rp_id = fidotool_json_get_text(json, "rp_id");

  if (rp_id == NULL)
    rp_id = fidotool_json_get_text(json, "rpId");
  if (rp_id == NULL)
    rp_id = fidotool_json_get_text(rp, "id");
  if (rp_id == NULL || *rp_id == '\0')
    return fail(error, "the RP ID is missing");
  options->rp_id = g_strdup(rp_id);
  options->require_uv = get_flag(json, "require_uv") ||
                        has_text(json, "userVerification", "required") ||
                        has_text(selection, "userVerification", "required");
  options->conditional = get_flag(json, "conditional") ||
                         has_text(json, "mediation", "conditional");
  options->padding = get_flag(json, "padding");
  options->strict = get_flag(json, "strict");
  options->device_bound = get_flag(json, "device_bound");
  options->model_needed = get_flag(json, "model_needed");
  options->allow_sha1 = get_flag(json, "allow_sha1");
  options->hardware_key = get_flag(json, "hardware_key");
  options->enterprise = has_text(json, "attestation", "enterprise");
  return true;
}

FidotoolOptions *
fidotool_options_parse(const FidotoolJson *json, FidotoolCeremonyKind kind,
                       GError **error)
{
  g_autoptr(FidotoolOptions) options = g_new0(FidotoolOptions, 1);

  options->known =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  options->allowed =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT) {
    fail(error, "they are missing");
    return NULL;
  }
  if (!read_texts(json, "tpm_manufacturers", NULL, &options->tpm_manufacturers,
                  error) ||
      !read_compound(options, json, error) ||
      !read_client(options, json, error) || !read_party(options, json, error) ||
      !read_algs(options, json, error) ||
      !read_extensions(options, json, error) ||
      !read_ids(fidotool_json_get(json, "known"), options->known, error) ||
      !read_ids(fidotool_json_get(json, "excludeCredentials"), options->known,
                error) ||
      !read_ids(fidotool_json_get(json, "allowCredentials"), options->allowed,
                error))
    return NULL;
  options->user_known =
      fidotool_json_get(json, "user_known") != NULL
          ? get_flag(json, "user_known")
          : kind == FIDOTOOL_CEREMONY_REGISTRATION || options->allowed->len > 0;
  return g_steal_pointer(&options);
}

void
fidotool_options_free(FidotoolOptions *options)
{
  if (options == NULL)
    return;
  g_clear_pointer(&options->challenge, g_bytes_unref);
  g_strfreev(options->origins);
  g_strfreev(options->top_origins);
  g_strfreev(options->tpm_manufacturers);
  g_free(options->rp_id);
  g_free(options->app_id);
  g_clear_pointer(&options->algs, g_array_unref);
  g_clear_pointer(&options->known, g_ptr_array_unref);
  g_clear_pointer(&options->allowed, g_ptr_array_unref);
  g_free(options);
}
