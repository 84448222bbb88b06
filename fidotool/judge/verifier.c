/* SPDX-License-Identifier: Apache-2.0 */
/* verifier.c - ECDSA over SHA-256 with what was set up for the second signature
 * that was good, since most keys that are not a batch's never see it; anything
 * else as it comes. */
#include "fidotool/judge/verifier.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/decoders.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

struct FidotoolVerifier {
  EVP_PKEY *pkey;
  int64_t alg;       /* of the last good one; 0: none was */
  EVP_PKEY_CTX *ctx; /* for alg; NULL until then */
};

FidotoolVerifier *
fidotool_verifier_new(EVP_PKEY *pkey)
{
  FidotoolVerifier *verifier = g_new0(FidotoolVerifier, 1);

  if (EVP_PKEY_up_ref(pkey) == 1)
    verifier->pkey = pkey;
  return verifier;
}

void
fidotool_verifier_free(FidotoolVerifier *verifier)
{
  if (verifier == NULL)
    return;
  EVP_PKEY_CTX_free(verifier->ctx);
  EVP_PKEY_free(verifier->pkey);
  g_free(verifier);
}

/* The key has passed every check that fidotool_cose_verify() makes of it for
 * this algorithm. */
static void
set_up(FidotoolVerifier *verifier)
{
  g_autoptr(EVP_PKEY_CTX) ctx = NULL;

  if (!EVP_PKEY_is_a(verifier->pkey, "EC") ||
      g_strcmp0(fidotool_cose_digest_name(verifier->alg), "SHA256") != 0)
    return;
  ctx = EVP_PKEY_CTX_new_from_pkey(fidotool_decoders_context_of(verifier->pkey),
                                   verifier->pkey, NULL);
  if (ctx == NULL || EVP_PKEY_verify_init(ctx) != 1)
    return;
  verifier->ctx = g_steal_pointer(&ctx);
}

/* The first of an algorithm, or not ECDSA. */
static const char *
check_afresh(FidotoolVerifier *verifier, int64_t alg, FidotoolSlice first,
             FidotoolSlice second, FidotoolSlice sig)
{
  const char *why =
      fidotool_cose_verify(alg, verifier->pkey, first, second, sig);

  if (why != NULL)
    return why;
  if (verifier->alg == alg) {
    set_up(verifier);
    return NULL;
  }
  g_clear_pointer(&verifier->ctx, EVP_PKEY_CTX_free);
  verifier->alg = alg;
  return NULL;
}

const char *
fidotool_verifier_check(FidotoolVerifier *verifier, int64_t alg,
                        FidotoolSlice first, FidotoolSlice second,
                        FidotoolSlice sig)
{
  const FidotoolPiece pieces[] = {{first.data, first.len},
                                  {second.data, second.len}};
  uint8_t digest[FIDOTOOL_BYTES_SHA256];
  const char *why;

  if (verifier->ctx == NULL || verifier->alg != alg)
    return check_afresh(verifier, alg, first, second, sig);
  why = fidotool_cose_check_form(alg, sig);
  if (why != NULL)
    return why;
  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), digest);
  return EVP_PKEY_verify(verifier->ctx, sig.data, sig.len, digest,
                         sizeof(digest)) == 1
             ? NULL
             : "the signature is wrong";
}
