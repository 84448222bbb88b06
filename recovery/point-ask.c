/* SPDX-License-Identifier: Apache-2.0 */
/* point-ask.c - an evaluation of OpenID AuthZEN, read strictly: each member
 * has a row, any other is an error. What the station knows itself is no member:
 * a caller that brings it is refused, for its word would count for nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "recovery/point-private.h"

/* Of one text. */
#define TEXT_MAX 1024
#define SIGNALS_MAX 64

typedef RecoveryPointQuestion Question;
typedef RecoveryPointAsk Ask;

/* EMPTY: an object that the API has, with nothing in it. */
typedef enum { TEXT, VERSION, OBJECT, SIGNALS, EMPTY } Form;

typedef struct {
  const char *name;
  bool must;
  Form form;
  size_t offset; /* in Ask; of a const char * or a const FidotoolJson * */
  const char *constant; /* the one text that may stand there, or NULL */
} Member;

/* clang-format off */
static const Member subject_members[] = {
  { "type", true, TEXT, 0, "user" },
  { "id",   true, TEXT, offsetof(Ask, subject), NULL },
  { "properties", false, EMPTY, 0, NULL },
};
static const Member action_members[] = {
  { "name", true, TEXT, offsetof(Ask, journey), NULL },
  { "properties", false, EMPTY, 0, NULL },
};
static const Member resource_members[] = {
  { "type", true, TEXT, 0, "app" },
  { "id",   true, TEXT, offsetof(Ask, app), NULL },
  { "properties", false, EMPTY, 0, NULL },
};
static const Member context_members[] = {
  { "id",             false, TEXT,    offsetof(Ask, id), NULL },
  { "transaction",    false, TEXT,    offsetof(Ask, transaction), NULL },
  { "policy_version", false, VERSION, offsetof(Ask, policy_version), NULL },
  { "reference",      false, TEXT,    offsetof(Ask, reference), NULL },
  { "key",            false, TEXT,    offsetof(Ask, key), NULL },
  { "challenge",      false, TEXT,    offsetof(Ask, challenge), NULL },
  { "assertion",      false, OBJECT,  offsetof(Ask, assertion), NULL },
  { "signals",        false, SIGNALS, offsetof(Ask, signals), NULL },
};
/* What stands in the record, or in the register. */
static const char *const ours[] = {
  "time", "person", "groups", "attributes", "keys", "authenticator", "record",
  "approvals", "uses", "reviews", "break_glass", NULL,
};
static const struct {
  const char *name;
  bool must;
  const Member *members;
  size_t count;
} parts[] = {
  { "subject",  true,  subject_members,  G_N_ELEMENTS(subject_members) },
  { "action",   true,  action_members,   G_N_ELEMENTS(action_members) },
  { "resource", true,  resource_members, G_N_ELEMENTS(resource_members) },
  { "context",  false, context_members,  G_N_ELEMENTS(context_members) },
};
/* clang-format on */

bool
recovery_point_wrong(Question *question, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  g_free(question->error);
  question->error = g_strdup_vprintf(format, args);
  va_end(args);
  return false;
}

static bool
put_text(Question *question, const char *part, const Member *member,
         const FidotoolJson *json)
{
  const char *text = fidotool_json_text(json);

  if (text == NULL || *text == '\0' || strlen(text) > TEXT_MAX)
    return recovery_point_wrong(question, "%s.%s: expected a text", part,
                                member->name);
  if (member->constant == NULL) {
    memcpy((char *)&question->ask + member->offset, &text, sizeof(text));
    return true;
  }
  return strcmp(text, member->constant) == 0 ||
         recovery_point_wrong(question, "%s.%s: expected \"%s\"", part,
                              member->name, member->constant);
}

/* Facts that a caller tells: each of them is the caller's own to tell. */
static bool
check_signals(Question *question, const FidotoolJson *signals)
{
  if (fidotool_json_size(signals) > SIGNALS_MAX)
    return recovery_point_wrong(question, "context.signals: too many");
  for (size_t i = 0; i < fidotool_json_size(signals); i++) {
    const char *name = fidotool_json_name(signals, i);
    const FidotoolJson *signal = fidotool_json_member(signals, i);

    if (!g_strv_contains((const char *const *)question->caller->signals, name))
      return recovery_point_wrong(
          question, "context.signals.%s: caller %s is not its source", name,
          question->caller->name);
    if (fidotool_json_get(signal, "source") != NULL)
      return recovery_point_wrong(question,
                                  "context.signals.%s.source: the source is "
                                  "whoever asks; leave it out",
                                  name);
  }
  return true;
}

static bool
put_member(Question *question, const char *part, const Member *member,
           const FidotoolJson *json)
{
  int64_t number;

  if (member->form == TEXT)
    return put_text(question, part, member, json);
  if (member->form == VERSION &&
      (!fidotool_json_int(json, &number) || number < 1))
    return recovery_point_wrong(question, "%s.%s: expected a number from 1",
                                part, member->name);
  if (member->form != VERSION &&
      fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return recovery_point_wrong(question, "%s.%s: expected an object", part,
                                member->name);
  if (member->form == EMPTY)
    return fidotool_json_size(json) == 0 ||
           recovery_point_wrong(question,
                                "%s.%s.%s: nothing is taken from here; "
                                "what a caller tells is a signal",
                                part, member->name,
                                fidotool_json_name(json, 0));
  memcpy((char *)&question->ask + member->offset, &json, sizeof(json));
  return member->form != SIGNALS || check_signals(question, json);
}

static bool
read_part(Question *question, const char *part, const Member *members,
          size_t count, const FidotoolJson *json)
{
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return recovery_point_wrong(question, "%s: expected an object", part);
  for (size_t i = 0; i < fidotool_json_size(json); i++) {
    const char *name = fidotool_json_name(json, i);
    size_t at = 0;

    while (at < count && strcmp(members[at].name, name) != 0)
      at++;
    if (at == count && g_strv_contains(ours, name))
      return recovery_point_wrong(question,
                                  "%s.%s: the station's record says it, and "
                                  "never a request",
                                  part, name);
    if (at == count)
      return recovery_point_wrong(question, "%s.%s: is no member there is",
                                  part, name);
    if (!put_member(question, part, &members[at],
                    fidotool_json_member(json, i)))
      return false;
  }
  for (size_t at = 0; at < count; at++)
    if (members[at].must && fidotool_json_get(json, members[at].name) == NULL)
      return recovery_point_wrong(question, "%s.%s: is missing", part,
                                  members[at].name);
  return true;
}

bool
recovery_point_ask_read(Question *question, const FidotoolJson *evaluation)
{
  if (fidotool_json_type(evaluation) != FIDOTOOL_JSON_OBJECT)
    return recovery_point_wrong(question, "evaluation: expected an object");
  for (size_t i = 0; i < fidotool_json_size(evaluation); i++) {
    const char *name = fidotool_json_name(evaluation, i);
    size_t at = 0;

    while (at < G_N_ELEMENTS(parts) && strcmp(parts[at].name, name) != 0)
      at++;
    if (at == G_N_ELEMENTS(parts) && strcmp(name, "act") != 0)
      return recovery_point_wrong(question, "%s: is no member there is", name);
  }
  for (size_t at = 0; at < G_N_ELEMENTS(parts); at++) {
    const FidotoolJson *json = fidotool_json_get(evaluation, parts[at].name);

    if (json == NULL && parts[at].must)
      return recovery_point_wrong(question, "%s: is missing", parts[at].name);
    if (json != NULL && !read_part(question, parts[at].name, parts[at].members,
                                   parts[at].count, json))
      return false;
  }
  if (question->ask.reference != NULL &&
      !recovery_consent_is_reference(question->ask.reference))
    return recovery_point_wrong(
        question, "context.reference: expected one line of at most %d bytes",
        RECOVERY_CONSENT_REFERENCE);
  if ((question->ask.challenge == NULL) != (question->ask.assertion == NULL))
    return recovery_point_wrong(
        question, "context: challenge and assertion belong together");
  return true;
}

const char *
recovery_point_ask_subject(Question *question, const FidotoolJson *subject)
{
  if (!read_part(question, "subject", subject_members,
                 G_N_ELEMENTS(subject_members), subject))
    return NULL;
  return question->ask.subject;
}
