/* SPDX-License-Identifier: Apache-2.0 */
/* make-registration.h - registrations for tests, right or with one fault, as
 * requests to the judge. */
#pragma once

#include "fidotool/json.h"
#include "make-certificate.h"

typedef enum { MAKE_FULL, MAKE_SELF, MAKE_NONE } MakeStyle;

/* The attestation object. */
typedef enum {
  MAKE_OBJECT_RIGHT,
  MAKE_OBJECT_TAIL,      /* a byte after it */
  MAKE_OBJECT_CTAP,      /* integer keys 1, 2, 3 */
  MAKE_OBJECT_DUPLICATE, /* fmt twice */
  MAKE_OBJECT_FOURTH,    /* a fourth member */
  MAKE_OBJECT_UNORDERED,
  MAKE_OBJECT_INDEFINITE,
  MAKE_OBJECT_CUT,
  MAKE_OBJECT_FMT_BYTES,  /* fmt is a byte string */
  MAKE_OBJECT_STMT_TEXT,  /* attStmt is a text */
  MAKE_OBJECT_AUTH_TEXT,  /* authData is a text */
  MAKE_OBJECT_AUTH_SHORT, /* authData of 36 bytes */
  MAKE_OBJECT_DEEP,       /* attStmt nested 40 deep */
  MAKE_OBJECT_LARGE,      /* 64 KiB and a byte */
} MakeObject;

/* The attestation statement. */
typedef enum {
  MAKE_STATEMENT_RIGHT,
  MAKE_STATEMENT_NO_ALG,
  MAKE_STATEMENT_TEXT_ALG,
  MAKE_STATEMENT_NO_SIG,
  MAKE_STATEMENT_ECDAA,
  MAKE_STATEMENT_FOURTH,
  MAKE_STATEMENT_ARRAY,     /* no map */
  MAKE_STATEMENT_X5C_TEXT,  /* x5c is a text */
  MAKE_STATEMENT_X5C_TEXTS, /* of texts */
  MAKE_STATEMENT_X5C_MANY,  /* nine times the leaf */
  MAKE_STATEMENT_X5C_LARGE, /* a certificate of more than 8 KiB */
  MAKE_STATEMENT_X5C_EMPTY,
  MAKE_STATEMENT_X5C_TAIL, /* a byte after the leaf's DER */
  MAKE_STATEMENT_X5C_JUNK,
  MAKE_STATEMENT_NOT_EMPTY, /* of format none */
} MakeStatement;

typedef enum {
  MAKE_SIG_RIGHT,
  MAKE_SIG_OTHER_DATA, /* over authData of another counter */
  MAKE_SIG_OTHER_HASH, /* over other client data */
  MAKE_SIG_OTHER_KEY,
  MAKE_SIG_TAIL,
  MAKE_SIG_LONG_FORM, /* a DER length spelled longer than needed */
  MAKE_SIG_EMPTY,
  MAKE_SIG_RAW,  /* r || s */
  MAKE_SIG_ZERO, /* r = s = 0 */
} MakeSig;

/* x5c and what is trusted. */
typedef enum {
  MAKE_CHAIN_ROOT, /* leaf under the root, which is trusted */
  MAKE_CHAIN_INTERMEDIATE,
  MAKE_CHAIN_INTERMEDIATE_TRUSTED, /* and not the root */
  MAKE_CHAIN_LEAF_TRUSTED,
  MAKE_CHAIN_WITH_ROOT, /* the root stands in x5c too */
  MAKE_CHAIN_FIVE,      /* leaf, four intermediates, root */
  MAKE_CHAIN_NO_ANCHORS,
  MAKE_CHAIN_OTHER_ROOT,  /* another root is trusted */
  MAKE_CHAIN_SAME_NAME,   /* another root of the same name */
  MAKE_CHAIN_SELF_SIGNED, /* the leaf is */
  MAKE_CHAIN_MISSING,     /* the intermediate is not in x5c */
  MAKE_CHAIN_UNORDERED,   /* two intermediates the wrong way round */
  MAKE_CHAIN_STRANGER,    /* an unrelated certificate in x5c */
  MAKE_CHAIN_INTERMEDIATE_EXPIRED,
  MAKE_CHAIN_ROOT_EXPIRED,
  MAKE_CHAIN_INTERMEDIATE_NO_CA, /* Basic Constraints: CA false */
  MAKE_CHAIN_INTERMEDIATE_BARE,  /* no Basic Constraints */
  MAKE_CHAIN_INTERMEDIATE_SHA1,
  MAKE_CHAIN_SIX, /* leaf, five intermediates, root: one too many */
} MakeChain;

/* What is 0 or NULL is as it should be. */
typedef struct {
  MakeStyle style;
  const char *options;  /* JSON, laid over the right options */
  const char *response; /* over the response; null takes out a member */
  const char *inner;    /* over the response's `response` */

  /* Client data. */
  const char *type, *origin, *top_origin;
  bool cross_origin;
  bool other_challenge;
  bool mark;             /* a byte order mark before it */
  const char *client;    /* instead of all of it */
  size_t client_padding; /* so many spaces after it */

  /* Authenticator data. */
  const char *rp_id;
  uint8_t flags_set, flags_clear;
  uint32_t count;
  int64_t alg;
  size_t id_len; /* 16 */
  bool id_empty;
  const char *key;  /* COSE_Key in hex instead of the right one */
  const char *ext;  /* extension map in hex; ED is set */
  const char *tail; /* hex, after all else */
  size_t cut;       /* bytes taken off the end of authData */

  MakeObject object;
  const char *fmt;
  MakeStatement statement;
  int64_t statement_alg;
  MakeSig sig;
  MakeCertificate leaf;
  MakeChain chain;
} MakeRegistration;

/* The AAGUID of every registration made here. */
extern const uint8_t make_registration_aaguid[16];

/* The request, freed with fidotool_json_free(). The credential's key is left
 * in ret_pkey (may be NULL). */
FidotoolJson *make_registration(const MakeRegistration *spec,
                                EVP_PKEY **ret_pkey);

/* Lays the members of over (JSON text, may be NULL) over object; null takes
 * one out. */
void make_registration_merge(FidotoolJson *object, const char *over);

/*
 * Has the request judged and compares the answer: statement, trust (NULL: not
 * looked at), and the failed checks joined with blanks. What differs is
 * printed.
 */
bool make_registration_judges(const FidotoolJson *request,
                              const char *statement, const char *trust,
                              const char *failed);
