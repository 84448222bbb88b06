/* SPDX-License-Identifier: Apache-2.0 */
/* chain.h - from certificates to an anchor, at a time that is given. There is
 * no system store, no default path and no network. */
#pragma once

#include "fidotool/judge/certificate.h"

/* Most anchors of one set, longest chain with leaf and anchor, and most
 * chains whose verdict is remembered. */
#define FIDOTOOL_CHAIN_MAX_ANCHORS 1024
#define FIDOTOOL_CHAIN_MAX_LEN 6
#define FIDOTOOL_CHAIN_CACHE_SIZE 64

/* Who may vouch: roots, intermediates or leaves. */
typedef struct FidotoolAnchors FidotoolAnchors;

FidotoolAnchors *fidotool_chain_anchors_new(void);
/* Adds one certificate in DER; false where it is none, or one too many. */
bool fidotool_chain_anchors_add(FidotoolAnchors *anchors, FidotoolSlice der);
/* Adds a revocation list in DER, for chains to these anchors; false where it
 * is none, or one too many. */
bool fidotool_chain_anchors_add_list(FidotoolAnchors *anchors,
                                     FidotoolSlice der);
size_t fidotool_chain_anchors_size(const FidotoolAnchors *anchors);
void fidotool_chain_anchors_free(FidotoolAnchors *anchors);

/* Chains that led to an anchor, the last used ones. A verdict is remembered
 * for one set of anchors and used only for times at which every certificate
 * is valid, so it never depends on what was judged before. */
typedef struct FidotoolChainCache FidotoolChainCache;

FidotoolChainCache *fidotool_chain_cache_new(void);
void fidotool_chain_cache_free(FidotoolChainCache *cache);

/* As fidotool_certificate_list_parse(), out of the cache (may be NULL) where
 * it has them. */
FidotoolCertificates *fidotool_chain_load(FidotoolChainCache *cache,
                                          const FidotoolSlice *x5c,
                                          size_t count, const char **ret_why);

/*
 * Looks for a chain from the list to an anchor: each certificate issued by the
 * next one, CA constraints, validity at `at` (seconds UTC), no SHA-1. A leaf
 * that is an anchor itself needs no chain.
 *
 * cache       may be NULL
 * ret_anchor  SHA-256 of the anchor's DER
 * returns     NULL when there is one, else the reason, a stable word with
 *             hyphens ("expired", "unknown-issuer"; static)
 * standard    RFC 5280, 6.1
 */
const char *fidotool_chain_judge(FidotoolChainCache *cache,
                                 FidotoolCertificates *list,
                                 const FidotoolAnchors *anchors, int64_t at,
                                 uint8_t ret_anchor[32]);
/* The same, and what the revocation lists said; "revoked" is a reason. */
const char *fidotool_chain_judge_revocation(FidotoolChainCache *cache,
                                            FidotoolCertificates *list,
                                            const FidotoolAnchors *anchors,
                                            int64_t at, uint8_t ret_anchor[32],
                                            FidotoolRevocation *ret_revocation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolAnchors, fidotool_chain_anchors_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolChainCache, fidotool_chain_cache_free)
