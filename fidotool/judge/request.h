/* SPDX-License-Identifier: Apache-2.0 */
/* request.h - one judgement as text in and text out: what the judge worker
 * answers, what `fidotool verify` prints, what an audit repeats. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "fidotool/json.h"
#include "fidotool/judge/cbor.h"
#include "fidotool/judge/verdict.h"

/* Largest request and answer, in bytes. */
#define FIDOTOOL_REQUEST_MAX (1024 * 1024)

/* What is kept between requests for speed: chains and anchors. No verdict
 * depends on it. Not for two threads at once. */
typedef struct FidotoolRequests FidotoolRequests;

FidotoolRequests *fidotool_request_state_new(void);
void fidotool_request_state_free(FidotoolRequests *state);

/* An index of metadata (metadata-index.h) for the requests to come that have
 * `metadata`; the caller's bytes, which must outlive the state. */
void fidotool_request_state_use_index(FidotoolRequests *state,
                                      FidotoolSlice index);

/*
 * What is known from now on whatever a request brings: revocation lists, and
 * metadata and own anchors, out of a pack (fidotool/pack.h); NULL: nothing. All
 * that was found and kept under what was known before is dropped.
 *
 * returns  an object of what it holds (taught.h), with error and error_code as
 *          in an answer; where they are set nothing is known. Free with
 * g_free()
 */
char *fidotool_request_state_teach(FidotoolRequests *state, GBytes *pack);

/*
 * Judges one request.
 *
 *   kind      "registration" or "assertion"
 *   options   what the relying party asked for (options.h)
 *   response  RegistrationResponseJSON or AuthenticationResponseJSON
 *   anchors   array of certificates, base64 of DER; may be missing
 *   crls      array of revocation lists, base64 of DER; may be missing
 *   metadata  what is known of models (metadata-source.h); may be missing
 *   info      what the key's getInfo said (firmware_version); may be missing
 *   at        seconds UTC; needed where there are anchors or metadata
 *   stored    for an assertion: public_key (base64 of the COSE key), and
 *             sign_count, be, bs, id, user (base64) where they are known
 *
 * The answer has result (the text of the `result` that fidotool prints),
 * statement, type, trust, anchor, failed (ids), aaguid, alg, up, uv, be, bs,
 * sign_count, cred, public_key, ssh_key (base64), model (the certificate names
 * the AAGUID), serial (of an enterprise attestation, hex), error; where the
 * judge was taught, of a registration also entry (the model's, as the judge
 * read it, in text; empty where there is none) and advisories (those that name
 * the model, taught.h). Where error is not empty the request was unreadable and
 * nothing else means anything; error_code is then the FidotoolError.
 *
 * state    may be NULL
 * ret_len  may be NULL
 * returns  the answer, never NULL; free with g_free()
 */
char *fidotool_request_judge_with(FidotoolRequests *state, const char *json,
                                  size_t len, size_t *ret_len);

/*
 * The two halves of it, for who has read the request already: what does not
 * change from one to the next (`anchors`, `metadata` and `at`), and the rest of
 * it.
 *
 * returns  the verdict, freed with fidotool_verdict_free(); NULL and error
 *          where the request is unreadable
 * errors   FIDOTOOL_ERROR_USAGE, FIDOTOOL_ERROR_INVALID
 */
bool fidotool_request_load(FidotoolRequests *state, const FidotoolJson *request,
                           GError **error);
FidotoolVerdict *fidotool_request_verdict(FidotoolRequests *state,
                                          const FidotoolJson *request,
                                          GError **error);

/* The same without anything kept. */
char *fidotool_request_judge(const char *json, size_t len, size_t *ret_len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolRequests, fidotool_request_state_free)
