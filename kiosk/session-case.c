/* SPDX-License-Identifier: Apache-2.0 */
/* session-case.c - the case that is worked on, and what may be done in it. */
#include "kiosk/session-private.h"

#include "recovery/format/state.h"

void
kiosk_session_read_facts(KioskSession *self)
{
  const char *state = fidotool_json_get_text(self->of, "state");

  self->facts.has_case = self->case_id != NULL;
  self->facts.made =
      fidotool_json_size(fidotool_json_get(self->of, "made")) > 0;
  self->facts.issued =
      g_strcmp0(state, "issued") == 0 || g_strcmp0(state, "completed") == 0;
}

void
kiosk_session_recorded(KioskSession *self, KioskGo go)
{
  self->going = true;
  self->go_then = go;
  if (self->case_id != NULL && self->facts.staff) {
    kiosk_session_load_case(self);
    return;
  }
  self->going = false;
  if (!kiosk_session_go(self, go))
    (void)kiosk_session_go(self, KIOSK_GO_ROLE_OVER);
}

void
kiosk_session_remember_case(KioskSession *self, const char *id)
{
  if (g_strcmp0(id, self->case_id) == 0)
    return;
  g_free(self->case_id);
  self->case_id = g_strdup(id);
  g_clear_pointer(&self->of, fidotool_json_free);
  g_clear_pointer(&self->acts, fidotool_json_free);
  g_clear_pointer(&self->plan, fidotool_json_free);
  g_clear_pointer(&self->proof, fidotool_json_free);
  kiosk_session_evidence_clear(self);
  kiosk_session_elsewhere_clear(self);
  kiosk_session_read_facts(self);
}

void
kiosk_session_choose_case(KioskSession *self, const char *id)
{
  kiosk_session_remember_case(self, id);
  (void)kiosk_session_go(self, KIOSK_GO_CASE);
}

void
kiosk_session_choose_nobody(KioskSession *self)
{
  g_clear_pointer(&self->person, fidotool_json_free);
  kiosk_session_remember_case(self, NULL);
}

void
kiosk_session_choose_person(KioskSession *self, size_t i)
{
  const FidotoolJson *person = fidotool_json_at(self->persons, i);

  if (person == NULL)
    return;
  fidotool_json_free(self->person);
  self->person = fidotool_json_copy(person);
  kiosk_session_remember_case(self, NULL);
  (void)kiosk_session_go(self, KIOSK_GO_PERSON);
}

bool
kiosk_session_case_is_over(const FidotoolJson *row)
{
  RecoveryState state;

  return recovery_state_read(fidotool_json_get_text(row, "state"), &state) &&
         recovery_state_is_final(state);
}

bool
kiosk_session_key_may_be_lost(const FidotoolJson *key)
{
  RecoveryKeyState state;

  return recovery_state_key_read(fidotool_json_get_text(key, "state"),
                                 &state) &&
         (state == RECOVERY_KEY_SUSPENDED ||
          recovery_state_key_may(state, RECOVERY_KEY_SUSPENDED));
}

const FidotoolJson *
kiosk_session_find_act(KioskSession *self, const char *act, const char *slot)
{
  return kiosk_session_act_row(self->acts, act, slot);
}

const FidotoolJson *
kiosk_session_act_person(const FidotoolJson *act, const char *person)
{
  const FidotoolJson *persons = fidotool_json_get(act, "persons");

  for (size_t i = 0; person != NULL && i < fidotool_json_size(persons); i++) {
    const FidotoolJson *row = fidotool_json_at(persons, i);

    if (g_strcmp0(fidotool_json_get_text(row, "person"), person) == 0)
      return row;
  }
  return NULL;
}

const FidotoolJson *
kiosk_session_act_row(const FidotoolJson *acts, const char *act,
                      const char *slot)
{
  for (size_t i = 0; i < fidotool_json_size(acts); i++) {
    const FidotoolJson *row = fidotool_json_at(acts, i);

    if (g_strcmp0(fidotool_json_get_text(row, "act"), act) == 0 &&
        g_strcmp0(fidotool_json_get_text(row, "slot"), slot) == 0)
      return row;
  }
  return NULL;
}

static void
on_submitted(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL)
    kiosk_session_report_error(self, error);
  else if (kiosk_session_is_role_over(answer))
    (void)kiosk_session_go(self, KIOSK_GO_ROLE_OVER);
  else if (!kiosk_session_report_refusal(self, answer))
    kiosk_session_recorded(self, KIOSK_GO_RECORDED);
}

void
kiosk_session_submit(KioskSession *self, FidotoolJson *request)
{
  if (self->case_id != NULL)
    fidotool_json_set_text(request, "case", self->case_id);
  if (self->staff.person != NULL)
    fidotool_json_set_text(request, "actor", self->staff.person);
  kiosk_session_ask(self, KIOSK_STATION_SUBMIT, request, on_submitted);
}
