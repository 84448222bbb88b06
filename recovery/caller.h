/* SPDX-License-Identifier: Apache-2.0 */
/* caller.h - a program that may ask for decisions: who it is, and what it may
 * tell beside its questions. */
#pragma once

#include <sys/types.h>

typedef struct {
  char *name; /* [a-z0-9][a-z0-9-]{0,63}; also a policy's `source` */
  uid_t uid;
  char **signals; /* ids; it is the source of these alone */
} RecoveryCaller;
