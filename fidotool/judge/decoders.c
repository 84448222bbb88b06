/* SPDX-License-Identifier: Apache-2.0 */
/* decoders.c - a provider that has all of the default one's algorithms, and
 * few of its decoders. */
#include "fidotool/judge/decoders.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/provider.h>

static const char form[] = "structure=SubjectPublicKeyInfo";
static const char *const kinds[] = {"EC", "RSA", "ED25519", "ED448"};

static struct {
  OSSL_PROVIDER *whole; /* OpenSSL's default one */
  OSSL_ALGORITHM decoders[G_N_ELEMENTS(kinds) + 1];
  OSSL_PROVIDER *narrow; /* NULL: it could not be made */
  OSSL_LIB_CTX *context;
} few;

/* "RSA:rsaEncryption" is RSA, "RSA-PSS" is not. */
static bool
is_ours(const OSSL_ALGORITHM *decoder)
{
  const char *names = decoder->algorithm_names;
  const size_t len = strcspn(names, ":");

  if (strstr(decoder->property_definition, form) == NULL)
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (len == strlen(kinds[i]) && strncmp(names, kinds[i], len) == 0)
      return true;
  return false;
}

static bool
pick_decoders(void)
{
  int no_cache = 0;
  const OSSL_ALGORITHM *all =
      OSSL_PROVIDER_query_operation(few.whole, OSSL_OP_DECODER, &no_cache);
  size_t count = 0;

  for (; all != NULL && all->algorithm_names != NULL; all++)
    if (is_ours(all) && count < G_N_ELEMENTS(kinds))
      few.decoders[count++] = *all;
  return count == G_N_ELEMENTS(kinds);
}

static const OSSL_ALGORITHM *
query(void *provider, int operation, int *ret_no_cache)
{
  const OSSL_ALGORITHM *all =
      OSSL_PROVIDER_query_operation(few.whole, operation, ret_no_cache);

  (void)provider;
  return operation == OSSL_OP_DECODER ? few.decoders : all;
}

static int
begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
      const OSSL_DISPATCH **ret_functions, void **ret_provider)
{
  static const OSSL_DISPATCH functions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
      {0, NULL},
  };

  (void)handle;
  (void)in;
  *ret_functions = functions;
  *ret_provider = OSSL_PROVIDER_get0_provider_ctx(few.whole);
  return 1;
}

static void
make_context(void)
{
  few.whole = OSSL_PROVIDER_load(NULL, "default");
  few.context = OSSL_LIB_CTX_new();
  if (few.whole == NULL || few.context == NULL || !pick_decoders() ||
      OSSL_PROVIDER_add_builtin(few.context, "keyturn", begin) != 1)
    return;
  few.narrow = OSSL_PROVIDER_load(few.context, "keyturn");
}

OSSL_LIB_CTX *
fidotool_decoders_context(void)
{
  static gsize once;

  if (g_once_init_enter(&once)) {
    make_context();
    g_once_init_leave(&once, 1);
  }
  return few.narrow != NULL ? few.context : NULL;
}

OSSL_LIB_CTX *
fidotool_decoders_context_of(const EVP_PKEY *pkey)
{
  OSSL_LIB_CTX *context = fidotool_decoders_context();

  return context != NULL && EVP_PKEY_get0_provider(pkey) == few.narrow ? context
                                                                       : NULL;
}
