/* SPDX-License-Identifier: Apache-2.0 */
/* method.h - the ways of authenticating that a class can name, and what the
 * standards say of each. A method that is not here may still be one: a request
 * says it by the same word. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
  RECOVERY_METHOD_PLAIN,
  RECOVERY_METHOD_RESISTANT,  /* nothing that is typed in or passed on */
  RECOVERY_METHOD_RESTRICTED, /* the telephone network (SP 800-63B-4, 3.1.3.3) */
  RECOVERY_METHOD_REFUSED, /* proves no possession (SP 800-63B-4, 3.1.3) */
} RecoveryMethodStanding;

typedef struct {
  const char *word;
  RecoveryMethodStanding standing;
} RecoveryMethod;

/* By its word, in any letters; NULL: not known. word NULL: webauthn. */
const RecoveryMethod *recovery_method_find(const char *word);
/* One after another; NULL at the end. */
const RecoveryMethod *recovery_method_at(size_t i);
