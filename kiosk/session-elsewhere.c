/* SPDX-License-Identifier: Apache-2.0 */
/* session-elsewhere.c - acts that are not signed at this station: carried to
 * another machine and back, or done by a code from a notice. */
#include "kiosk/session-private.h"

#include <string.h>

/* --- on another machine -----------------------------------------------------
 */

void
kiosk_session_act_elsewhere(KioskSession *self, FidotoolJson *request)
{
  kiosk_session_act_clear(self);
  self->act.request = request;
  self->act.elsewhere = true;
  if (self->case_id != NULL)
    fidotool_json_set_text(request, "case", self->case_id);
  kiosk_session_act_start(self);
}

const FidotoolJson *
kiosk_session_act_proposal(KioskSession *self)
{
  return self->act.proposal;
}

static FidotoolJson *
read_statement(const FidotoolJson *signed_act)
{
  const char *line = fidotool_json_get_text(signed_act, "statement");

  return line == NULL ? NULL : fidotool_json_parse(line, strlen(line), NULL);
}

void
kiosk_session_act_take(KioskSession *self, const char *text)
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *request = fidotool_json_parse(text, strlen(text), &error);
  g_autoptr(FidotoolJson) statement = NULL;

  if (request == NULL) {
    kiosk_session_report(self, "elsewhere.unreadable", error->message);
    return;
  }
  statement = read_statement(request);
  if (g_strcmp0(fidotool_json_get_text(statement, "case"), self->case_id) !=
      0) {
    fidotool_json_free(request);
    kiosk_session_report(self, "elsewhere.other", NULL);
    return;
  }
  /* It may have been asked for before this page was opened. */
  if (self->act.request == NULL)
    self->act.request = g_steal_pointer(&statement);
  kiosk_session_act_submit(self, request);
}

/* --- by code ----------------------------------------------------------------
 */

static void
on_contested(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = answer;

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
