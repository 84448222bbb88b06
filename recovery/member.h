/* SPDX-License-Identifier: Apache-2.0 */
/* member.h - what a request says besides its act, case, slot and actor: one
 * row a member, with the words it may have. The rules check by it, and a
 * screen is told by it what to ask for. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "fidotool/json.h"

typedef enum {
  RECOVERY_MEMBER_WORD,   /* one of its words */
  RECOVERY_MEMBER_NUMBER, /* one of its numbers */
  RECOVERY_MEMBER_ID,     /* [a-z0-9][a-z0-9-]{0,63} */
  RECOVERY_MEMBER_TEXT,
  RECOVERY_MEMBER_TIME,
  RECOVERY_MEMBER_HASH, /* 64 hex digits */
  RECOVERY_MEMBER_LIST, /* of hashes */
} RecoveryMemberForm;

typedef struct {
  const char *name;
  RecoveryMemberForm form;
  const char *(*word)(size_t i); /* of a WORD; NULL at their end */
  int (*number)(size_t i);       /* of a NUMBER; 0 at their end */
} RecoveryMember;

/* A row; never NULL for a name that a row of deed.c takes. */
const RecoveryMember *recovery_member_find(const char *name);
/* "word", "number", "id", ... */
const char *recovery_member_form(const RecoveryMember *member);
/* Is the text one of the words of the member? */
bool recovery_member_has(const char *name, const char *text);
/* "seen or called_back or none", as an argument of a message. */
FidotoolJson *recovery_member_words(const char *name);
