/* SPDX-License-Identifier: Apache-2.0 */
/* member.c - the members of requests. */
#include "recovery/member.h"

#include <glib.h>
#include <string.h>

#include "recovery/evidence.h"
#include "recovery/format/key-plan.h"
#include "recovery/format/message.h"
#include "recovery/format/words.h"

/* What an approver says of their own contact with the person. */
static const char *
contact_word(size_t i)
{
  static const char *const words[] = {"seen", "called_back", "none"};

  return i < G_N_ELEMENTS(words) ? words[i] : NULL;
}

/* What a case may be about, so far. */
static const char *
op_word(size_t i)
{
  static const char *const words[] = {"recover"};

  return i < G_N_ELEMENTS(words) ? words[i] : NULL;
}

/* To which tier a case may be raised by hand; it is never lowered. */
static const char *
tier_word(size_t i)
{
  static const char *const words[] = {"remote", "privileged"};

  return i < G_N_ELEMENTS(words) ? words[i] : NULL;
}

/* What leave may be given for. */
static const char *
plan_word(size_t i)
{
  static const char *const words[] = {RECOVERY_KEY_PLAN_RESET,
                                      RECOVERY_KEY_PLAN_DELETE};

  return i < G_N_ELEMENTS(words) ? words[i] : NULL;
}

/* How long a draft is tried; 0 ends it, and any number up to 90 will do. */
static int
trial_days(size_t i)
{
  static const int days[] = {7, 14, 30, 90};

  return i < G_N_ELEMENTS(days) ? days[i] : 0;
}

/* How long an approval of a decision waits to be used. */
static int
approval_minutes(size_t i)
{
  static const int minutes[] = {15, 60, 480, 1440};

  return i < G_N_ELEMENTS(minutes) ? minutes[i] : 0;
}

/* clang-format off */
static const RecoveryMember members[] = {
  { "app", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "base", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "branch", RECOVERY_MEMBER_WORD, recovery_evidence_branch, NULL },
  { "caller", RECOVERY_MEMBER_ID, NULL, NULL },
  { "change", RECOVERY_MEMBER_HASH, NULL, NULL },
  { "contact", RECOVERY_MEMBER_WORD, contact_word, NULL },
  { "credential", RECOVERY_MEMBER_HASH, NULL, NULL },
  { "creds", RECOVERY_MEMBER_LIST, NULL, NULL },
  { "csv", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "days", RECOVERY_MEMBER_NUMBER, NULL, trial_days },
  { "employee", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "exception", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "ial", RECOVERY_MEMBER_NUMBER, NULL, recovery_evidence_ial },
  { "issuer", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "journey", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "lost_at", RECOVERY_MEMBER_TIME, NULL, NULL },
  { "method", RECOVERY_MEMBER_WORD, recovery_evidence_method, NULL },
  { "minutes", RECOVERY_MEMBER_NUMBER, NULL, approval_minutes },
  { "number_end", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "object", RECOVERY_MEMBER_HASH, NULL, NULL },
  { "op", RECOVERY_MEMBER_WORD, op_word, NULL },
  { "plan", RECOVERY_MEMBER_WORD, plan_word, NULL },
  { "policy", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "reason", RECOVERY_MEMBER_ID, NULL, NULL },
  { "reference", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "reports", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "result", RECOVERY_MEMBER_WORD, recovery_evidence_result, NULL },
  { "role", RECOVERY_MEMBER_ID, NULL, NULL },
  { "roster", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "sub", RECOVERY_MEMBER_ID, NULL, NULL },
  { "target", RECOVERY_MEMBER_HASH, NULL, NULL },
  { "tier", RECOVERY_MEMBER_WORD, tier_word, NULL },
  { "transaction", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "trust", RECOVERY_MEMBER_TEXT, NULL, NULL },
  { "type", RECOVERY_MEMBER_WORD, recovery_evidence_type, NULL },
};
/* clang-format on */

static const char *const forms[] = {
    [RECOVERY_MEMBER_WORD] = "word", [RECOVERY_MEMBER_NUMBER] = "number",
    [RECOVERY_MEMBER_ID] = "id",     [RECOVERY_MEMBER_TEXT] = "text",
    [RECOVERY_MEMBER_TIME] = "time", [RECOVERY_MEMBER_HASH] = "hash",
    [RECOVERY_MEMBER_LIST] = "list",
};

const RecoveryMember *
recovery_member_find(const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
    if (strcmp(members[i].name, name) == 0)
      return &members[i];
  return NULL;
}

const char *
recovery_member_form(const RecoveryMember *member)
{
  return forms[member->form];
}

bool
recovery_member_has(const char *name, const char *text)
{
  const RecoveryMember *member = recovery_member_find(name);
  const char *word;

  for (size_t i = 0; text != NULL && (word = member->word(i)) != NULL; i++)
    if (strcmp(word, text) == 0)
      return true;
  return false;
}

FidotoolJson *
recovery_member_words(const char *name)
{
  const RecoveryMember *member = recovery_member_find(name);
  FidotoolJson *words = recovery_message_list(N_("{one} or {other}"));
  const char *word;

  for (size_t i = 0; (word = member->word(i)) != NULL; i++)
    recovery_message_add(words, fidotool_json_new_text(word));
  return words;
}
