/* SPDX-License-Identifier: Apache-2.0 */
/* session-elsewhere.c - acts that are not signed at this station: carried to
 * another machine and back, or done by a code from a notice. */
#include "kiosk/session-private.h"

#include <string.h>

/* Characters of a code: what 85 modules hold, so that a hand scanner still
 * reads them from a screen. */
#define CODE_LENGTH 734

/* --- on another machine -----------------------------------------------------
 */

void
kiosk_session_elsewhere_choose(KioskSession *self, FidotoolJson *request)
{
  kiosk_session_act_clear(self);
  self->act.request = request;
  self->act.elsewhere = true;
  self->act.stage = KIOSK_STAGE_WHO;
  if (self->case_id != NULL)
    fidotool_json_set_text(request, "case", self->case_id);
}

const FidotoolJson *
kiosk_session_elsewhere_persons(KioskSession *self)
{
  return self->act.stage == KIOSK_STAGE_WHO
             ? fidotool_json_get(
                   kiosk_session_find_act(
                       self, kiosk_session_act_name(self),
                       fidotool_json_get_text(self->act.request, "slot")),
                   "persons")
             : NULL;
}

void
kiosk_session_elsewhere_begin(KioskSession *self, const char *person)
{
  if (self->act.request == NULL || self->act.stage != KIOSK_STAGE_WHO)
    return;
  fidotool_json_set_text(self->act.request, "actor", person);
  kiosk_session_act_start(self);
}

const FidotoolJson *
kiosk_session_elsewhere_proposal(KioskSession *self)
{
  return self->act.proposal;
}

/* The statement of what came back, where it is one of this case. */
static FidotoolJson *
read_statement(KioskSession *self, const FidotoolJson *signed_act)
{
  const char *line = fidotool_json_get_text(signed_act, "statement");
  g_autoptr(FidotoolJson) statement =
      line == NULL ? NULL : fidotool_json_parse(line, strlen(line), NULL);

  return self->case_id != NULL &&
                 g_strcmp0(fidotool_json_get_text(statement, "case"),
                           self->case_id) == 0
             ? g_steal_pointer(&statement)
             : NULL;
}

static void
take(KioskSession *self, const char *text, bool told)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) request =
      fidotool_json_parse(text, strlen(text), &error);
  g_autoptr(FidotoolJson) statement =
      request == NULL ? NULL : read_statement(self, request);

  if (self->act.stage == KIOSK_STAGE_SUBMIT)
    return; /* one at a time */
  if (statement == NULL) {
    if (told)
      kiosk_session_report(
          self, request == NULL ? "elsewhere.unreadable" : "elsewhere.other",
          error == NULL ? NULL : error->message);
    return;
  }
  /* It may have been asked for before this page was opened. */
  if (self->act.request == NULL)
    self->act.request = g_steal_pointer(&statement);
  g_free(self->act.taken);
  self->act.taken = g_strdup(text);
  kiosk_session_act_submit(self, g_steal_pointer(&request));
}

/* A part of another series begins that one. */
static bool
add_part(KioskSession *self, const char *line, GError **error)
{
  g_autoptr(RecoveryParts) fresh = NULL;

  if (self->parts != NULL && recovery_parts_add(self->parts, line, NULL))
    return true;
  fresh = recovery_parts_new();
  if (!recovery_parts_add(fresh, line, error))
    return false;
  g_clear_pointer(&self->parts, recovery_parts_free);
  self->parts = g_steal_pointer(&fresh);
  return true;
}

static void
take_part(KioskSession *self, const char *line)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *whole = NULL;

  if (!add_part(self, line, &error)) {
    kiosk_session_report(self, "elsewhere.unreadable", error->message);
    return;
  }
  if (!recovery_parts_is_complete(self->parts)) {
    kiosk_session_report(self, "elsewhere.part", NULL);
    return;
  }
  whole = recovery_parts_join(self->parts, NULL, &error);
  g_clear_pointer(&self->parts, recovery_parts_free);
  if (whole == NULL)
    kiosk_session_report(self, "elsewhere.unreadable", error->message);
  else
    take(self, whole, true);
}

void
kiosk_session_elsewhere_scan(KioskSession *self, const char *line)
{
  if (recovery_parts_is_part(line))
    take_part(self, line);
  else
    take(self, line, true);
}

char *
kiosk_session_elsewhere_missing(KioskSession *self)
{
  return self->parts == NULL ? NULL : recovery_parts_missing(self->parts);
}

char **
kiosk_session_elsewhere_codes(KioskSession *self)
{
  g_autofree char *text = self->act.proposal == NULL
                              ? NULL
                              : fidotool_json_write(self->act.proposal, NULL);

  return text == NULL
             ? NULL
             : recovery_parts_split(text, strlen(text), CODE_LENGTH, NULL);
}

void
kiosk_session_elsewhere_clear(KioskSession *self)
{
  g_clear_pointer(&self->parts, recovery_parts_free);
}

void
kiosk_session_elsewhere_arrived(KioskSession *self, const char *text)
{
  take(self, text, false);
}

KioskExchange *
kiosk_session_elsewhere_exchange(KioskSession *self)
{
  if (self->exchange == NULL && self->config->exchange != NULL)
    self->exchange = kiosk_exchange_new(self->config->exchange);
  return self->exchange;
}

/* --- by code ----------------------------------------------------------------
 */

static void
on_contested(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL)
    kiosk_session_report_error(self, error);
  else if (!kiosk_session_report_refusal(self, answer))
    (void)kiosk_session_go(self, KIOSK_GO_RECORDED);
}

void
kiosk_session_act_contest(KioskSession *self, const char *code)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", "case.contest");
  fidotool_json_set_text(request, "code", code);
  kiosk_session_ask(self, KIOSK_STATION_SUBMIT, request, on_contested);
}
