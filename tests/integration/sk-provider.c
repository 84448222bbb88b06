/* SPDX-License-Identifier: Apache-2.0 */
/* sk-provider.c - lets ssh and ssh-keygen reach software keys: OpenSSH's
 * interface to security keys (PROTOCOL.u2f, version 10) over keyhelper, which
 * KEYHELPER names. Signs and nothing else. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/helper/client.h"

#define VERSION 0x000a0000
#define ERROR_GENERAL (-1)
#define ERROR_UNSUPPORTED (-2)
#define ERROR_PIN_REQUIRED (-3)
#define FLAG_VERIFICATION 0x04
#define ALGORITHM_ECDSA 0

typedef struct {
  uint8_t flags;
  uint32_t counter;
  uint8_t *sig_r;
  size_t sig_r_len;
  uint8_t *sig_s;
  size_t sig_s_len;
} Response;

uint32_t sk_api_version(void);
int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len,
            const char *application, const uint8_t *key_handle,
            size_t key_handle_len, uint8_t flags, const char *pin,
            void **options, Response **ret_response);
int sk_enroll(void);
int sk_load_resident_keys(void);

uint32_t
sk_api_version(void)
{
  return VERSION;
}

int
sk_enroll(void)
{
  return ERROR_UNSUPPORTED;
}

int
sk_load_resident_keys(void)
{
  return ERROR_UNSUPPORTED;
}

/* ssh frees what it gets with free(). */
static uint8_t *
copy(const uint8_t *data, size_t len)
{
  uint8_t *out = malloc(len);

  g_assert(out != NULL);
  memcpy(out, data, len);
  return out;
}

/* Once: a wrong PIN is not tried again. */
static FidotoolSecret *
give_pin(G_GNUC_UNUSED const FidotoolClientPin *what, gpointer data,
         G_GNUC_UNUSED GError **error)
{
  const char **pin = data;
  FidotoolSecret *secret =
      *pin != NULL ? fidotool_secret_new_copy(*pin, strlen(*pin)) : NULL;

  *pin = NULL;
  if (secret == NULL)
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "no PIN");
  return secret;
}

static FidotoolJson *
ask(const uint8_t hash[32], const char *application, const uint8_t *key_handle,
    size_t len, uint8_t flags, const char *pin)
{
  const FidotoolClientHooks hooks = {
      .pin = give_pin, .data = &pin, .helper = g_getenv("KEYHELPER")};
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *hex = fidotool_bytes_hex(hash, 32);
  g_autofree char *handle = fidotool_bytes_base64url(key_handle, len);
  FidotoolJson *allow;

  fidotool_json_set_text(request, "job", "assert");
  fidotool_json_set_text(request, "rp_id", application);
  fidotool_json_set_text(request, "hash", hex);
  fidotool_json_set_text(
      request, "uv", flags & FLAG_VERIFICATION ? "required" : "discouraged");
  allow = fidotool_json_set(request, "allow", fidotool_json_new_array());
  fidotool_json_append_text(allow, handle);
  return fidotool_client_run(request, &hooks, NULL, NULL);
}

static GBytes *
read_bytes(const FidotoolJson *json, const char *name)
{
  const char *text = fidotool_json_get_text(json, name);

  return text ? fidotool_bytes_unbase64url(text) : NULL;
}

int
sk_sign(uint32_t alg, const uint8_t *data, size_t data_len,
        const char *application, const uint8_t *key_handle,
        size_t key_handle_len, uint8_t flags, const char *pin,
        G_GNUC_UNUSED void **options, Response **ret_response)
{
  uint8_t hash[32];
  g_autoptr(FidotoolJson) result = NULL;
  g_autoptr(GBytes) auth_bytes = NULL;
  g_autoptr(GBytes) sig_bytes = NULL;
  const uint8_t *auth, *sig;
  size_t auth_len = 0, sig_len = 0;
  Response *response;

  if ((flags & FLAG_VERIFICATION) && (pin == NULL || !*pin))
    return ERROR_PIN_REQUIRED;
  fidotool_bytes_sha256(data, data_len, hash);
  result = ask(hash, application, key_handle, key_handle_len, flags, pin);
  auth_bytes = read_bytes(result, "auth_data");
  sig_bytes = read_bytes(result, "signature");
  if (auth_bytes == NULL || sig_bytes == NULL)
    return ERROR_GENERAL;
  auth = g_bytes_get_data(auth_bytes, &auth_len);
  sig = g_bytes_get_data(sig_bytes, &sig_len);
  g_assert(auth_len >= 37 && sig_len >= 8);
  response = calloc(1, sizeof(*response));
  g_assert(response != NULL);
  response->flags = auth[32];
  response->counter = (uint32_t)auth[33] << 24 | (uint32_t)auth[34] << 16 |
                      (uint32_t)auth[35] << 8 | auth[36];
  if (alg == ALGORITHM_ECDSA) { /* DER of two short numbers */
    const size_t r_len = sig[3];

    response->sig_r = copy(sig + 4, r_len);
    response->sig_r_len = r_len;
    response->sig_s_len = sig[5 + r_len];
    response->sig_s = copy(sig + 6 + r_len, response->sig_s_len);
  } else {
    response->sig_r = copy(sig, sig_len);
    response->sig_r_len = sig_len;
  }
  *ret_response = response;
  return 0;
}
