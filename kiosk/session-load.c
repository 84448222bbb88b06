/* SPDX-License-Identifier: Apache-2.0 */
/* session-load.c - what recoveryd knows, asked for and put in its place. */
#include "kiosk/session-private.h"

static FidotoolJson *
new_query(KioskSession *self, const char *what)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", what);
  if (self->case_id != NULL)
    fidotool_json_set_text(request, "case", self->case_id);
  return request;
}

/* Puts a member of the answer, or the answer itself, in its place. */
static bool
take(KioskSession *self, FidotoolJson *answer, const GError *error,
     const char *name, FidotoolJson **place)
{
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    return false;
  }
  if (self->facts.staff && kiosk_session_is_role_over(answer)) {
    (void)kiosk_session_go(self, KIOSK_GO_ROLE_OVER);
    return false;
  }
  if (kiosk_session_report_refusal(self, answer))
    return false;
  fidotool_json_free(*place);
  if (name == NULL)
    *place = g_steal_pointer(&taken);
  else
    *place = fidotool_json_get(answer, name) == NULL
                 ? fidotool_json_new_array()
                 : fidotool_json_copy(fidotool_json_get(answer, name));
  return true;
}

static void
on_status(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (!take(self, answer, error, NULL, &self->status))
    return;
  (void)kiosk_session_go(self, KIOSK_GO_THERE); /* only from away */
  kiosk_session_notify(self);
}

void
kiosk_session_load_status(KioskSession *self)
{
  kiosk_session_ask(self, KIOSK_STATION_QUERY, new_query(self, "status"),
                    on_status);
}

static void
on_cases(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (take(self, answer, error, "cases", &self->cases))
    kiosk_session_notify(self);
}

void
kiosk_session_load_cases(KioskSession *self)
{
  kiosk_session_ask(self, KIOSK_STATION_QUERY, new_query(self, "cases"),
                    on_cases);
}

static void
on_persons(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (take(self, answer, error, "persons", &self->persons))
    kiosk_session_notify(self);
}

void
kiosk_session_find(KioskSession *self, const char *text)
{
  FidotoolJson *request = new_query(self, "persons");

  g_clear_pointer(&self->persons, fidotool_json_free);
  fidotool_json_set_text(request, "text", text);
  kiosk_session_ask(self, KIOSK_STATION_QUERY, request, on_persons);
}

static void
on_proof(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (take(self, answer, error, NULL, &self->proof))
    kiosk_session_notify(self);
}

void
kiosk_session_load_proof(KioskSession *self)
{
  kiosk_session_ask(self, KIOSK_STATION_QUERY, new_query(self, "proof"),
                    on_proof);
}

/* "Done" was the answer; the record is asked, and goes before it. */
static void
go_on_recorded(KioskSession *self, const GError *error)
{
  if (self->of == NULL) {
    if (error == NULL) /* it knows of no such case */
      kiosk_session_remember_case(self, NULL);
    (void)kiosk_session_go(self, KIOSK_GO_ROLE_OVER);
    return;
  }
  if (kiosk_session_go(self, self->go_then) || self->step != KIOSK_STEP_TOUCH)
    return;
  kiosk_device_work_refused(self->work);
  kiosk_session_report(self, "record.not", NULL);
}

static void
on_plan(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;

  (void)take(self, answer, error, NULL, &self->plan); /* was reported */
  if (self->going) {
    self->going = false;
    go_on_recorded(self, error);
  }
  kiosk_session_evidence_confirm(self);
  kiosk_session_notify(self);
}

static void
on_acts(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;

  (void)take(self, answer, error, "acts", &self->acts); /* was reported */
}

static void
on_case(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (take(self, answer, error, NULL, &self->of))
    kiosk_session_read_facts(self);
}

static void
on_free_acts(FidotoolJson *answer, const GError *error, gpointer data)
{
  on_acts(answer, error, data);
  kiosk_session_notify(data);
}

void
kiosk_session_load_acts(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();
  const char *sub = fidotool_json_get_text(self->person, "sub");

  fidotool_json_set_text(request, "what", "acts");
  if (sub != NULL)
    fidotool_json_set_text(request, "sub", sub);
  kiosk_session_ask(self, KIOSK_STATION_QUERY, request, on_free_acts);
}

void
kiosk_session_load_case(KioskSession *self)
{
  if (self->case_id == NULL || !self->facts.staff)
    return;
  kiosk_session_ask(self, KIOSK_STATION_QUERY, new_query(self, "case"),
                    on_case);
  kiosk_session_ask(self, KIOSK_STATION_QUERY, new_query(self, "acts"),
                    on_acts);
  kiosk_session_ask(self, KIOSK_STATION_QUERY, new_query(self, "plan"),
                    on_plan);
}
