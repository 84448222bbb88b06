/* SPDX-License-Identifier: Apache-2.0 */
/* decoders.h - OpenSSL with decoders for the few kinds of public keys that an
 * attestation certificate may have. To read one certificate OpenSSL 3.0 goes
 * through the decoders of every form of every kind of key it knows, again and
 * again: that costs more than a signature. What is not one of ours stays a
 * certificate without a key, which is refused for it. */
#pragma once

#include <openssl/evp.h>

/* For certificates that are not trusted; lives as long as the program. NULL is
 * OpenSSL's own context, where this one cannot be had: slow, and as good. */
OSSL_LIB_CTX *fidotool_decoders_context(void);

/* The context that such a key belongs to; NULL for any other key. */
OSSL_LIB_CTX *fidotool_decoders_context_of(const EVP_PKEY *pkey);
