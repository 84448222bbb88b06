/* SPDX-License-Identifier: Apache-2.0 */
/* statement.h - what the attestation formats share: the members of a
 * statement, its certificates, and what they are held against. */
#pragma once

#include "fidotool/judge/ceremony.h"

/*
 * Each reads members of ceremony->statement into the ceremony.
 * returns  NULL, else what is wrong (static)
 */
const char *fidotool_statement_x5c(FidotoolCeremony *ceremony);
const char *fidotool_statement_alg(FidotoolCeremony *ceremony);
const char *fidotool_statement_sig(FidotoolCeremony *ceremony);
/* A member that must be a byte string, and not empty. */
const char *fidotool_statement_bytes(const FidotoolCeremony *ceremony,
                                     const char *name,
                                     FidotoolSlice *ret_bytes);
/* The statement is a map of so many members. */
const char *fidotool_statement_size(const FidotoolCeremony *ceremony,
                                    uint64_t count);

/*
 * Reads the certificates of x5c, out of the cache where it has them, and takes
 * what their signatures cost off the request's account.
 * returns  NULL, else what is wrong (static); nothing was verified then
 */
const char *fidotool_statement_load(FidotoolCeremony *ceremony);

/* The leaf; NULL where no certificates were loaded. */
X509 *fidotool_statement_leaf(const FidotoolCeremony *ceremony);

/* sig over authData and the client data's hash, by alg, with the leaf's key. id
 * is the check that asks. SHA-1 is refused, unless the options allow it: then
 * it is a warning. */
const char *fidotool_statement_verify(const FidotoolCeremony *ceremony,
                                      const char *id);
/* The same over other bytes. */
const char *fidotool_statement_verify_bytes(const FidotoolCeremony *ceremony,
                                            FidotoolSlice first,
                                            FidotoolSlice second,
                                            const char *id);
/* The same as the first with the credential's own key, which must be good. */
const char *fidotool_statement_verify_self(const FidotoolCeremony *ceremony);

/* The leaf's key is the credential's. Needs a credential key that is good. */
const char *fidotool_statement_same_key(const FidotoolCeremony *ceremony);

/*
 * The digest of authData and the client data's hash.
 * returns  its length; 0 where there is no such digest
 */
size_t fidotool_statement_digest(const FidotoolCeremony *ceremony,
                                 const char *name, uint8_t ret_digest[64]);
