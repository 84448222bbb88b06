/* SPDX-License-Identifier: Apache-2.0 */
/* make-assertion.h - assertions for tests, right or with one fault, as
 * requests to the judge. */
#pragma once

#include "make-registration.h"

/* What is 0 or NULL is as it should be. */
typedef struct {
  const char *options;  /* JSON, laid over the right options */
  const char *response; /* over the response */
  const char *inner;    /* over its `response` */
  const char *stored;   /* over the stored credential */
  bool hashed;          /* an approval: no client data */

  const char *type, *origin, *top_origin;
  bool cross_origin;
  bool other_challenge;

  const char *rp_id;
  uint8_t flags_set, flags_clear;
  uint32_t count; /* 8; stored is 7 */
  bool count_zero;
  const char *tail; /* hex after authData */
  int64_t alg;      /* -7 */
  EVP_PKEY *pkey;   /* NULL: a new one */
  MakeSig sig;
} MakeAssertion;

FidotoolJson *make_assertion(const MakeAssertion *spec);
