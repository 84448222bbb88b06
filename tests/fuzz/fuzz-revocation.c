/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-revocation.c - a revocation list, asked about a certificate that it may
 * be of: one of its issuer's name and with a key that has signed nothing. */
#include "fidotool/judge/revocation.h"
#include "tests/fuzz/fuzz.h"

static X509 *
new_certificate(const uint8_t *data, size_t len)
{
  X509 *x509 = X509_new();
  X509_CRL *crl = d2i_X509_CRL(NULL, &data, (long)len);
  EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");

  X509_set_subject_name(x509, X509_CRL_get_issuer(crl));
  X509_set_issuer_name(x509, X509_CRL_get_issuer(crl));
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 77);
  X509_time_adj_ex(X509_getm_notBefore(x509), -1, 0, NULL);
  X509_time_adj_ex(X509_getm_notAfter(x509), 1, 0, NULL);
  X509_set_pubkey(x509, pkey);
  EVP_PKEY_free(pkey);
  X509_CRL_free(crl);
  return x509;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolRevocationLists *lists = fidotool_revocation_lists_new();
  STACK_OF(X509) *path = sk_X509_new_null();
  X509 *x509;

  if (fidotool_revocation_lists_add(lists, (FidotoolSlice){data, len})) {
    x509 = new_certificate(data, len);
    sk_X509_push(path, x509);
    sk_X509_push(path, x509);
    /* Nobody signs with a key that is a moment old. */
    g_assert(fidotool_revocation_check(lists, path, 1772355600) ==
             FIDOTOOL_REVOCATION_NOT_CHECKED);
    X509_free(x509);
    fuzz_accepted(data, len);
  }
  sk_X509_free(path);
  fidotool_revocation_lists_free(lists);
  return 0;
}
