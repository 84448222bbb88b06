/* SPDX-License-Identifier: Apache-2.0 */
/* chain.c - chains at a time, with our own anchors only, and the cache. */
#include "fidotool/judge/chain.h"

#include <string.h>
#include <time.h>

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/cose.h"

/* OpenSSL's level 2: 112 bits, so neither SHA-1 nor short RSA keys. */
#define SECURITY_LEVEL 2
/* Most anchors that are tried for one chain: each costs its signatures. */
#define MAX_TRIES 8
/* What all of them may cost (fidotool_cose_cost()). */
#define MAX_COST 200

struct FidotoolAnchors {
  GPtrArray *x509;
  FidotoolRevocationLists *lists;
  uint8_t digest[32]; /* over all anchors in their order: the generation */
};

struct FidotoolChainCache {
  GPtrArray *lists; /* FidotoolCertificates, last used first */
};

typedef STACK_OF(X509) Stack;

static void
free_stack(Stack *stack) /* the certificates belong to the list */
{
  sk_X509_free(stack);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stack, free_stack)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)

FidotoolAnchors *
fidotool_chain_anchors_new(void)
{
  FidotoolAnchors *anchors = g_new0(FidotoolAnchors, 1);

  anchors->x509 = g_ptr_array_new_with_free_func((GDestroyNotify)X509_free);
  anchors->lists = fidotool_revocation_lists_new();
  return anchors;
}

/* Whatever is added makes it another set. */
static void
digest_more(FidotoolAnchors *anchors, const char *what, FidotoolSlice der)
{
  FidotoolPiece pieces[] = {{anchors->digest, sizeof(anchors->digest)},
                            {what, strlen(what)},
                            {der.data, der.len}};

  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), anchors->digest);
}

bool
fidotool_chain_anchors_add(FidotoolAnchors *anchors, FidotoolSlice der)
{
  g_autoptr(X509) x509 = fidotool_certificate_parse(der);

  if (x509 == NULL || anchors->x509->len == FIDOTOOL_CHAIN_MAX_ANCHORS)
    return false;
  digest_more(anchors, "anchor", der);
  g_ptr_array_add(anchors->x509, g_steal_pointer(&x509));
  return true;
}

bool
fidotool_chain_anchors_add_list(FidotoolAnchors *anchors, FidotoolSlice der)
{
  if (!fidotool_revocation_lists_add(anchors->lists, der))
    return false;
  digest_more(anchors, "list", der);
  return true;
}

size_t
fidotool_chain_anchors_size(const FidotoolAnchors *anchors)
{
  return anchors == NULL ? 0 : anchors->x509->len;
}

void
fidotool_chain_anchors_free(FidotoolAnchors *anchors)
{
  if (anchors == NULL)
    return;
  g_ptr_array_unref(anchors->x509);
  fidotool_revocation_lists_free(anchors->lists);
  g_free(anchors);
}

FidotoolChainCache *
fidotool_chain_cache_new(void)
{
  FidotoolChainCache *cache = g_new0(FidotoolChainCache, 1);

  cache->lists = g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_certificate_list_unref);
  return cache;
}

void
fidotool_chain_cache_free(FidotoolChainCache *cache)
{
  if (cache == NULL)
    return;
  g_ptr_array_unref(cache->lists);
  g_free(cache);
}

/* Puts the list at the front; the one that falls off was unused longest. */
static void
remember(FidotoolChainCache *cache, FidotoolCertificates *list)
{
  fidotool_certificate_list_ref(list);
  (void)g_ptr_array_remove(cache->lists, list); /* it may be new */
  g_ptr_array_insert(cache->lists, 0, list);
  if (cache->lists->len > FIDOTOOL_CHAIN_CACHE_SIZE)
    g_ptr_array_set_size(cache->lists, FIDOTOOL_CHAIN_CACHE_SIZE);
}

FidotoolCertificates *
fidotool_chain_load(FidotoolChainCache *cache, const FidotoolSlice *x5c,
                    size_t count, const char **ret_why)
{
  uint8_t digest[32];

  if (cache == NULL || count > FIDOTOOL_CERTIFICATE_MAX_COUNT)
    return fidotool_certificate_list_parse(x5c, count, ret_why);
  fidotool_certificate_list_digest(x5c, count, digest);
  for (guint i = 0; i < cache->lists->len; i++) {
    FidotoolCertificates *list = g_ptr_array_index(cache->lists, i);

    if (memcmp(list->digest, digest, sizeof(digest)) == 0)
      return fidotool_certificate_list_ref(list);
  }
  return fidotool_certificate_list_parse(x5c, count, ret_why);
}

static bool
read_time(const ASN1_TIME *time, int64_t *ret_seconds)
{
  struct tm tm;

  if (ASN1_TIME_to_tm(time, &tm) != 1)
    return false;
  *ret_seconds = timegm(&tm);
  return true;
}

/* Narrows the memo to the certificate's validity. */
static const char *
narrow(FidotoolChainMemo *memo, const X509 *x509)
{
  int64_t not_before, not_after;

  if (!read_time(X509_get0_notBefore(x509), &not_before) ||
      !read_time(X509_get0_notAfter(x509), &not_after))
    return "unreadable-validity";
  memo->not_before = MAX(memo->not_before, not_before);
  memo->not_after = MIN(memo->not_after, not_after);
  return NULL;
}

static const char *
name_reason(int code)
{
  static const struct {
    int code;
    const char *reason;
  } reasons[] = {
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "unknown-issuer"},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unknown-issuer"},
      {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "unknown-issuer"},
      {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self-signed"},
      {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "unknown-issuer"},
      {X509_V_ERR_CERT_SIGNATURE_FAILURE, "wrong-signature"},
      {X509_V_ERR_INVALID_CA, "issuer-is-no-ca"},
      {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, "issuer-is-no-ca"},
      {X509_V_ERR_PATH_LENGTH_EXCEEDED, "path-too-long"},
      {X509_V_ERR_CERT_CHAIN_TOO_LONG, "path-too-long"},
      {X509_V_ERR_CA_KEY_TOO_SMALL, "weak-key"},
      {X509_V_ERR_EE_KEY_TOO_SMALL, "weak-key"},
      {X509_V_ERR_CA_MD_TOO_WEAK, "weak-digest"},
      {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "unknown-critical-extension"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
    if (reasons[i].code == code)
      return reasons[i].reason;
  return "no-valid-path";
}

/* OpenSSL takes the other certificates as a heap; x5c is a list, in which each
 * one is followed by its issuer (WebAuthn Level 3, 8.2). */
static const char *
check_order(const FidotoolCertificates *list)
{
  for (size_t i = 1; i < list->count; i++)
    if (X509_check_issued(list->x509[i], list->x509[i - 1]) != X509_V_OK)
      return "out-of-order";
  return NULL;
}

/* Trusted as it stands: an intermediate's or a leaf's own place in the set. */
static X509 *
find_leaf_anchor(const FidotoolCertificates *list,
                 const FidotoolAnchors *anchors)
{
  for (guint i = 0; i < anchors->x509->len; i++)
    if (X509_cmp(g_ptr_array_index(anchors->x509, i), list->x509[0]) == 0)
      return g_ptr_array_index(anchors->x509, i);
  return NULL;
}

/* Old roots without Basic Constraints may be anchors; what lies between may
 * not be without. */
static const char *
check_path(Stack *path, FidotoolChainMemo *memo)
{
  int count = sk_X509_num(path);
  const char *reason = NULL;

  for (int i = 1; i < count - 1 && reason == NULL; i++)
    if (X509_check_ca(sk_X509_value(path, i)) != 1)
      reason = "issuer-is-no-ca";
  for (int i = 0; i < count && reason == NULL; i++)
    reason = narrow(memo, sk_X509_value(path, i));
  return reason;
}

/* What lists say holds for this moment only. */
static const char *
check_revocation(Stack *path, const FidotoolAnchors *anchors, int64_t at,
                 FidotoolChainMemo *memo)
{
  if (fidotool_revocation_lists_size(anchors->lists) == 0)
    return NULL;
  memo->not_before = MAX(memo->not_before, at);
  memo->not_after = MIN(memo->not_after, at);
  memo->revocation = fidotool_revocation_check(anchors->lists, path, at);
  return memo->revocation == FIDOTOOL_REVOCATION_REVOKED ? "revoked" : NULL;
}

/* Both ends count in (RFC 5280, 4.1.2.5); OpenSSL leaves out the last second.
 */
static const char *
check_time(const FidotoolChainMemo *memo, int64_t at)
{
  return at < memo->not_before  ? "not-yet-valid"
         : at > memo->not_after ? "expired"
                                : NULL;
}

/* A path from the leaf to this one anchor. */
static const char *
try_anchor(const FidotoolCertificates *list, const FidotoolAnchors *anchors,
           X509 *anchor, int64_t at, FidotoolChainMemo *memo)
{
  g_autoptr(X509_STORE) store = X509_STORE_new();
  g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
  g_autoptr(Stack) others = sk_X509_new_null();
  X509_VERIFY_PARAM *param;
  const char *reason;

  for (size_t i = 1; i < list->count; i++)
    sk_X509_push(others, list->x509[i]);
  if (X509_STORE_add_cert(store, anchor) != 1 ||
      X509_STORE_CTX_init(ctx, store, list->x509[0], others) != 1)
    return "no-valid-path";
  param = X509_STORE_CTX_get0_param(ctx);
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN |
                                         X509_V_FLAG_NO_CHECK_TIME);
  X509_VERIFY_PARAM_set_depth(param, FIDOTOOL_CHAIN_MAX_LEN - 2);
  X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
  if (X509_verify_cert(ctx) != 1)
    return name_reason(X509_STORE_CTX_get_error(ctx));
  reason = check_path(X509_STORE_CTX_get0_chain(ctx), memo);
  if (reason == NULL)
    reason = check_time(memo, at);
  return reason ? reason
                : check_revocation(X509_STORE_CTX_get0_chain(ctx), anchors, at,
                                   memo);
}

/* Whether the anchor is the certificate, or may have issued it. */
static bool
is_near(X509 *anchor, X509 *x509)
{
  return X509_check_issued(anchor, x509) == X509_V_OK ||
         X509_cmp(anchor, x509) == 0;
}

static unsigned
cost_of(X509 *x509)
{
  EVP_PKEY *pkey = X509_get0_pubkey(x509);

  return pkey ? fidotool_cose_cost(pkey) : 0;
}

/*
 * The anchor nearest to the leaf. They are tried one by one: of several with
 * one name (a root that got a new key, or a new date) OpenSSL would take one
 * and give up.
 */
static const char *
find_path(const FidotoolCertificates *list, const FidotoolAnchors *anchors,
          int64_t at, FidotoolChainMemo *memo, X509 **ret_anchor)
{
  const FidotoolChainMemo empty = *memo;
  const char *first = NULL;
  unsigned cost = 0;
  int tries = 0;

  for (size_t i = 0; i < list->count; i++)
    for (guint j = 0; j < anchors->x509->len && tries < MAX_TRIES; j++) {
      X509 *anchor = g_ptr_array_index(anchors->x509, j);
      const char *reason;

      if (!is_near(anchor, list->x509[i]))
        continue;
      tries++;
      cost += list->cost + cost_of(anchor);
      if (cost > MAX_COST)
        return first ? first : "too-costly";
      *memo = empty;
      reason = try_anchor(list, anchors, anchor, at, memo);
      if (reason == NULL) {
        *ret_anchor = anchor;
        return NULL;
      }
      first = first ? first : reason;
    }
  if (first != NULL)
    return first;
  return X509_check_issued(list->x509[0], list->x509[0]) == X509_V_OK
             ? "self-signed"
             : "unknown-issuer";
}

static const char *
judge_afresh(const FidotoolCertificates *list, const FidotoolAnchors *anchors,
             int64_t at, FidotoolChainMemo *memo)
{
  X509 *anchor = find_leaf_anchor(list, anchors);
  const char *reason;
  unsigned len = sizeof(memo->anchor);

  *memo = (FidotoolChainMemo){.not_before = INT64_MIN, .not_after = INT64_MAX};
  memcpy(memo->anchors, anchors->digest, sizeof(memo->anchors));
  if (anchor != NULL)
    reason = narrow(memo, anchor);
  else
    reason = check_order(list);
  if (anchor == NULL && reason == NULL)
    reason = find_path(list, anchors, at, memo, &anchor);
  if (reason == NULL)
    reason = check_time(memo, at);
  if (reason == NULL &&
      X509_digest(anchor, EVP_sha256(), memo->anchor, &len) != 1)
    reason = "no-valid-path";
  return reason;
}

const char *
fidotool_chain_judge(FidotoolChainCache *cache, FidotoolCertificates *list,
                     const FidotoolAnchors *anchors, int64_t at,
                     uint8_t ret_anchor[32])
{
  FidotoolRevocation revocation;

  return fidotool_chain_judge_revocation(cache, list, anchors, at, ret_anchor,
                                         &revocation);
}

const char *
fidotool_chain_judge_revocation(FidotoolChainCache *cache,
                                FidotoolCertificates *list,
                                const FidotoolAnchors *anchors, int64_t at,
                                uint8_t ret_anchor[32],
                                FidotoolRevocation *ret_revocation)
{
  FidotoolChainMemo memo = list->memo;
  const char *reason;

  if (!memo.known || at < memo.not_before || at > memo.not_after ||
      memcmp(memo.anchors, anchors->digest, sizeof(memo.anchors)) != 0) {
    reason = judge_afresh(list, anchors, at, &memo);
    *ret_revocation = FIDOTOOL_REVOCATION_NOT_CHECKED;
    if (reason != NULL && strcmp(reason, "revoked") == 0)
      *ret_revocation = FIDOTOOL_REVOCATION_REVOKED;
    if (reason != NULL)
      return reason;
    memo.known = true;
  }
  *ret_revocation = memo.revocation;
  memcpy(ret_anchor, memo.anchor, sizeof(memo.anchor));
  if (cache != NULL) {
    list->memo = memo;
    remember(cache, list);
  }
  return NULL;
}
