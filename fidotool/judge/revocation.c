/* SPDX-License-Identifier: Apache-2.0 */
/* revocation.c - certificate revocation lists at a time that is given. */
#include "fidotool/judge/revocation.h"

#include <time.h>

#include <openssl/x509v3.h>

struct FidotoolRevocationLists {
  GPtrArray *crls; /* X509_CRL */
};

typedef ASN1_ENUMERATED Reason;

static void
free_reason(Reason *reason)
{
  ASN1_ENUMERATED_free(reason);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reason, free_reason)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_CRL, X509_CRL_free)

FidotoolRevocationLists *
fidotool_revocation_lists_new(void)
{
  FidotoolRevocationLists *lists = g_new0(FidotoolRevocationLists, 1);

  lists->crls = g_ptr_array_new_with_free_func((GDestroyNotify)X509_CRL_free);
  return lists;
}

void
fidotool_revocation_lists_free(FidotoolRevocationLists *lists)
{
  if (lists == NULL)
    return;
  g_ptr_array_unref(lists->crls);
  g_free(lists);
}

bool
fidotool_revocation_lists_add(FidotoolRevocationLists *lists, FidotoolSlice der)
{
  const uint8_t *p = der.data;
  g_autoptr(X509_CRL) crl = NULL;

  if (der.len == 0 || der.len > FIDOTOOL_REVOCATION_MAX_LEN ||
      lists->crls->len == FIDOTOOL_REVOCATION_MAX_LISTS)
    return false;
  crl = d2i_X509_CRL(NULL, &p, (long)der.len);
  if (crl == NULL || p != der.data + der.len)
    return false;
  g_ptr_array_add(lists->crls, g_steal_pointer(&crl));
  return true;
}

size_t
fidotool_revocation_lists_size(const FidotoolRevocationLists *lists)
{
  return lists->crls->len;
}

static bool
read_time(const ASN1_TIME *time, int64_t *ret_seconds)
{
  struct tm tm;

  if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
    return false;
  *ret_seconds = timegm(&tm);
  return true;
}

/* Signed by the issuer, with a digest that is worth something, and without a
 * critical extension: those make a list one of some certificates, or of what
 * changed. */
static bool
is_usable(X509_CRL *crl, X509 *issuer)
{
  int digest = NID_undef;

  if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) !=
          0 ||
      X509_CRL_get_ext_by_critical(crl, 1, -1) >= 0 ||
      !(X509_get_key_usage(issuer) & KU_CRL_SIGN))
    return false;
  if (OBJ_find_sigid_algs(X509_CRL_get_signature_nid(crl), &digest, NULL) !=
          1 ||
      digest == NID_sha1 || digest == NID_md5)
    return false;
  return X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
}

/* A later list speaks of an earlier time as well, as long as it would still
 * name the certificate: expired ones may be dropped from it. */
static bool
covers(X509_CRL *crl, X509 *x509, int64_t at)
{
  int64_t this_update, next_update, not_after;

  return read_time(X509_CRL_get0_lastUpdate(crl), &this_update) &&
         read_time(X509_CRL_get0_nextUpdate(crl), &next_update) &&
         read_time(X509_get0_notAfter(x509), &not_after) && at < next_update &&
         (this_update <= at || this_update <= not_after);
}

static bool
counts_always(X509_REVOKED *entry)
{
  g_autoptr(Reason) reason =
      X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
  long code = reason ? ASN1_ENUMERATED_get(reason) : CRL_REASON_NONE;

  return code == CRL_REASON_KEY_COMPROMISE ||
         code == CRL_REASON_CA_COMPROMISE || code == CRL_REASON_AA_COMPROMISE;
}

/* An entry whose date cannot be read counts. */
static bool
is_revoked(X509_CRL *crl, X509 *x509, int64_t at)
{
  X509_REVOKED *entry = NULL;
  int64_t date;

  if (X509_CRL_get0_by_cert(crl, &entry, x509) != 1)
    return false;
  return counts_always(entry) ||
         !read_time(X509_REVOKED_get0_revocationDate(entry), &date) ||
         date <= at;
}

static FidotoolRevocation
check_one(const FidotoolRevocationLists *lists, X509 *x509, X509 *issuer,
          int64_t at)
{
  FidotoolRevocation answer = FIDOTOOL_REVOCATION_NOT_CHECKED;

  for (guint i = 0; i < lists->crls->len; i++) {
    X509_CRL *crl = g_ptr_array_index(lists->crls, i);

    if (!is_usable(crl, issuer))
      continue;
    if (is_revoked(crl, x509, at)) /* also in one that is out of date */
      return FIDOTOOL_REVOCATION_REVOKED;
    if (covers(crl, x509, at))
      answer = FIDOTOOL_REVOCATION_GOOD;
  }
  return answer;
}

FidotoolRevocation
fidotool_revocation_check(const FidotoolRevocationLists *lists,
                          STACK_OF(X509) * path, int64_t at)
{
  int good = 0, count = sk_X509_num(path) - 1;

  for (int i = 0; i < count; i++) {
    FidotoolRevocation one = check_one(lists, sk_X509_value(path, i),
                                       sk_X509_value(path, i + 1), at);

    if (one == FIDOTOOL_REVOCATION_REVOKED)
      return one;
    good += one == FIDOTOOL_REVOCATION_GOOD;
  }
  if (good == 0)
    return FIDOTOOL_REVOCATION_NOT_CHECKED;
  return good == count ? FIDOTOOL_REVOCATION_GOOD
                       : FIDOTOOL_REVOCATION_PARTLY_CHECKED;
}

const char *
fidotool_revocation_name(FidotoolRevocation revocation)
{
  static const char *const names[] = {
      [FIDOTOOL_REVOCATION_NOT_CHECKED] = "not-checked",
      [FIDOTOOL_REVOCATION_PARTLY_CHECKED] = "partly-checked",
      [FIDOTOOL_REVOCATION_GOOD] = "good",
      [FIDOTOOL_REVOCATION_REVOKED] = "revoked",
  };

  return names[revocation];
}
