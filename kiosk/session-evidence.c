/* SPDX-License-Identifier: Apache-2.0 */
/* session-evidence.c */
#include "kiosk/session-private.h"

void
kiosk_session_evidence_clear(KioskSession *self)
{
  g_clear_pointer(&self->drafts, fidotool_json_free);
  self->n_sent = 0;
}

const FidotoolJson *
kiosk_session_evidence_drafts(KioskSession *self)
{
  if (self->drafts == NULL)
    self->drafts = fidotool_json_new_array();
  return self->drafts;
}

void
kiosk_session_evidence_add(KioskSession *self, FidotoolJson *piece)
{
  (void)kiosk_session_evidence_drafts(self); /* there is a list now */
  fidotool_json_append(self->drafts, piece);
  kiosk_session_notify(self);
}

static void
drop(KioskSession *self, size_t at)
{
  g_autoptr(FidotoolJson) old = self->drafts;

  self->drafts = fidotool_json_new_array();
  for (size_t i = 0; i < fidotool_json_size(old); i++)
    if (i != at)
      fidotool_json_append(self->drafts,
                           fidotool_json_copy(fidotool_json_at(old, i)));
}

void
kiosk_session_evidence_remove(KioskSession *self, size_t i)
{
  drop(self, i);
  kiosk_session_notify(self);
}

static size_t
count_recorded(KioskSession *self)
{
  return fidotool_json_size(fidotool_json_get(self->plan, "have"));
}

void
kiosk_session_evidence_confirm(KioskSession *self)
{
  size_t sent = self->n_sent;

  if (sent == 0 || self->recording)
    return;
  self->n_sent = 0;
  kiosk_session_report(self,
                       count_recorded(self) < self->n_before + sent
                           ? "record.not"
                           : "evidence.recorded",
                       NULL);
}

static void
on_recorded(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  self->recording = false;
  if (error != NULL) {
    kiosk_session_report_error(self, error);
    return;
  }
  if (kiosk_session_report_refusal(self, answer)) {
    kiosk_session_load_case(self);
    return;
  }
  drop(self, 0);
  self->n_sent++;
  if (fidotool_json_size(self->drafts) > 0) {
    kiosk_session_evidence_record(self);
    return;
  }
  kiosk_session_load_case(self);
}

void
kiosk_session_evidence_record(KioskSession *self)
{
  FidotoolJson *request;

  if (fidotool_json_size(self->drafts) == 0 || self->case_id == NULL ||
      self->staff.person == NULL || self->recording)
    return;
  self->recording = true;
  if (self->n_sent == 0)
    self->n_before = count_recorded(self);
  request = fidotool_json_copy(fidotool_json_at(self->drafts, 0));
  fidotool_json_set_text(request, "act", "case.add_evidence");
  fidotool_json_set_text(request, "case", self->case_id);
  fidotool_json_set_text(request, "actor", self->staff.person);
  kiosk_session_ask(self, KIOSK_STATION_SUBMIT, request, on_recorded);
}
