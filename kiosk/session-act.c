/* SPDX-License-Identifier: Apache-2.0 */
/* session-act.c - propose, read, sign, submit: one way for every act. */
#include "kiosk/session-private.h"

#include <string.h>

#include "kiosk/plain.h"

/* Lines of words that anybody reads before signing. */
#define LINES_MAX 300
#define STATEMENT_MAX 8000

void
kiosk_session_act_clear(KioskSession *self)
{
  g_clear_pointer(&self->act.request, fidotool_json_free);
  g_clear_pointer(&self->act.proposal, fidotool_json_free);
  g_clear_pointer(&self->act.after, fidotool_json_free);
  g_clear_pointer(&self->act.slots, fidotool_json_free);
  g_clear_pointer(&self->act.refusal, fidotool_json_free);
  g_clear_pointer(&self->act.takes, fidotool_json_free);
  g_clear_pointer(&self->act.view, recovery_viewer_free);
  g_clear_pointer(&self->act.cred, g_free);
  g_clear_pointer(&self->act.device, g_free);
  g_clear_pointer(&self->act.signed_by, g_free);
  g_clear_pointer(&self->act.taken, g_free);
  self->act.stage = KIOSK_STAGE_NONE;
  self->act.own = self->act.elsewhere = false;
  self->act.turn++;
}

void
kiosk_session_act_set_stage(KioskSession *self, KioskActStage stage)
{
  self->act.stage = stage;
  kiosk_session_notify(self);
}

KioskActStage
kiosk_session_act_stage(KioskSession *self)
{
  return self->act.stage;
}

const char *
kiosk_session_act_name(KioskSession *self)
{
  return fidotool_json_get_text(self->act.request, "act");
}

char *
kiosk_session_act_reason(KioskSession *self, const char *act)
{
  return self->case_id == NULL ? g_strdup(act)
                               : g_strdup_printf("%s %s", act, self->case_id);
}

bool
kiosk_session_act_is_own(KioskSession *self)
{
  return self->act.own;
}

const RecoveryView *
kiosk_session_act_view(KioskSession *self)
{
  return self->act.view;
}

/* --- propose ----------------------------------------------------------------
 */

static bool
is_refused_by(const FidotoolJson *answer, const char *rule)
{
  return g_strcmp0(
             fidotool_json_get_text(
                 fidotool_json_at(fidotool_json_get(answer, "refused"), 0),
                 "rule"),
             rule) == 0;
}

/* It did not go through. What was filled in stays, for another try; the key
 * has no more to say, and does not talk over the reason. */
void
kiosk_session_act_stand_still(KioskSession *self)
{
  kiosk_device_work_cancel(self->work);
  g_clear_pointer(&self->act.view, recovery_viewer_free);
  g_clear_pointer(&self->act.proposal, fidotool_json_free);
  kiosk_session_act_set_stage(self, KIOSK_STAGE_NONE);
}

/* A refusal as a row of "acts" has it. */
static void
refuse_by_row(KioskSession *self, const FidotoolJson *row)
{
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "refused", fidotool_json_new_array());

  if (row != NULL)
    fidotool_json_append(list, fidotool_json_copy(row));
  (void)kiosk_session_report_refusal(self, answer);
  kiosk_session_act_stand_still(self);
}

/* First the role, then the act: two statements, two signatures. */
static void
on_role_found(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;
  const FidotoolJson *act = kiosk_session_act_row(
      fidotool_json_get(answer, "acts"), kiosk_session_act_name(self),
      fidotool_json_get_text(self->act.request, "slot"));
  const FidotoolJson *person =
      fidotool_json_at(fidotool_json_get(act, "persons"), 0);
  const char *role = fidotool_json_get_text(person, "role");
  g_autofree char *reason =
      kiosk_session_act_reason(self, kiosk_session_act_name(self));
  FidotoolJson *request;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    kiosk_session_act_stand_still(self);
    return;
  }
  if (role == NULL) {
    if (kiosk_session_report_refusal(self, answer))
      kiosk_session_act_stand_still(self);
    else
      refuse_by_row(self, person);
    return;
  }
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "act", "role.activate");
  fidotool_json_set_text(request, "role", role);
  fidotool_json_set_text(request, "reason", reason);
  self->act.after = self->act.request;
  self->act.request = request;
  kiosk_session_act_propose(self);
}

/* Which role of whoever acts would do it, recoveryd knows. */
static void
ask_role(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();
  const char *of = fidotool_json_get_text(self->act.request, "case");
  const char *sub = fidotool_json_get_text(self->act.request, "sub");

  fidotool_json_set_text(request, "what", "acts");
  fidotool_json_set_text(request, "cred", self->act.cred);
  if (of != NULL)
    fidotool_json_set_text(request, "case", of);
  if (sub != NULL)
    fidotool_json_set_text(request, "sub", sub);
  kiosk_session_ask_for_act(self, KIOSK_STATION_QUERY, request, on_role_found);
}

/* Refused for one slot, the person may still fill another. Where none is left
 * it is the first refusal that is said, of a slot that the person's role is
 * for. */
static bool
try_next_slot(KioskSession *self, const FidotoolJson *answer)
{
  const char *slot = fidotool_json_text(fidotool_json_at(self->act.slots, 0));
  g_autoptr(FidotoolJson) before = self->act.slots;

  if (self->act.refusal == NULL || is_refused_by(self->act.refusal, "role")) {
    fidotool_json_free(self->act.refusal);
    self->act.refusal = fidotool_json_copy(answer);
  }
  if (slot == NULL) {
    self->act.slots = g_steal_pointer(&before);
    (void)kiosk_session_report_refusal(self, self->act.refusal);
    return false;
  }
  fidotool_json_set_text(self->act.request, "slot", slot);
  self->act.slots = fidotool_json_new_array();
  for (size_t i = 1; i < fidotool_json_size(before); i++)
    fidotool_json_append_text(self->act.slots,
                              fidotool_json_text(fidotool_json_at(before, i)));
  kiosk_session_act_propose(self);
  return true;
}

/* A role is signed for without a further question, and nobody reads a number
 * of a case to its end: that the statement is of what was asked for is seen
 * here. */
static bool
is_asked(const FidotoolJson *request, const FidotoolJson *statement)
{
  static const char *const names[] = {"act",  "role",    "case",
                                      "slot", "contact", "sub"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *asked = fidotool_json_get_text(request, names[i]);

    if (asked != NULL &&
        g_strcmp0(asked, fidotool_json_get_text(statement, names[i])) != 0)
      return false;
  }
  return true;
}

/* Pages cut what nobody would read; what is signed is shown whole. */
static bool
is_readable(const RecoveryView *view)
{
  if (view->lines->len > LINES_MAX ||
      g_utf8_strlen(view->statement_line, -1) > STATEMENT_MAX)
    return false;
  for (guint i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = view->lines->pdata[i];

    if (g_utf8_strlen(line->text, -1) > KIOSK_PLAIN_MAX)
      return false;
  }
  return true;
}

/* Openings that are missing or differ, and words for something else: no
 * signing is offered. */
static RecoveryView *
read_proposal(KioskSession *self, const FidotoolJson *proposal)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryView) view = recovery_viewer_read(proposal, &error);
  const char *why = NULL;

  if (view == NULL)
    why = error->message;
  else if (!is_asked(self->act.request, view->statement))
    why = "it is about something else";
  else if (!is_readable(view))
    why = "it is too long to be read";
  if (why == NULL)
    return g_steal_pointer(&view);
  kiosk_session_report(self, "act.openings", why);
  return NULL;
}

static void
on_proposed(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    kiosk_session_act_stand_still(self);
    return;
  }
  if (is_refused_by(answer, "role-not-active") && self->act.after == NULL &&
      self->act.cred != NULL) {
    ask_role(self);
    return;
  }
  if (fidotool_json_get(answer, "refused") != NULL) {
    if (!try_next_slot(self, answer))
      kiosk_session_act_stand_still(self);
    return;
  }
  g_clear_pointer(&self->act.view, recovery_viewer_free);
  self->act.view = read_proposal(self, answer);
  if (self->act.view == NULL) {
    kiosk_session_act_stand_still(self);
    return;
  }
  fidotool_json_free(self->act.proposal);
  self->act.proposal = g_steal_pointer(&taken);
  kiosk_session_act_set_stage(self, KIOSK_STAGE_READ);
}

/* A member that is null was not asked for, and is not there. */
static FidotoolJson *
without_nulls(const FidotoolJson *request)
{
  FidotoolJson *out = fidotool_json_new_object();

  for (size_t i = 0; i < fidotool_json_size(request); i++) {
    const FidotoolJson *member = fidotool_json_member(request, i);

    if (fidotool_json_type(member) != FIDOTOOL_JSON_NULL)
      fidotool_json_set(out, fidotool_json_name(request, i),
                        fidotool_json_copy(member));
  }
  return out;
}

void
kiosk_session_act_propose(KioskSession *self)
{
  FidotoolJson *request = without_nulls(self->act.request);

  if (self->act.cred != NULL)
    fidotool_json_set_text(request, "cred", self->act.cred);
  kiosk_session_ask_for_act(self, KIOSK_STATION_PROPOSE, request, on_proposed);
}

/* --- whose key --------------------------------------------------------------
 */

static void
on_who(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) found = result;
  const char *cred = fidotool_json_get_text(found, "cred");

  if (error != NULL)
    return; /* the view says it */
  if (cred == NULL) {
    kiosk_session_stranger(self, "signin.notstaff");
    return;
  }
  g_free(self->act.cred);
  g_free(self->act.device);
  self->act.cred = g_strdup(cred);
  self->act.device = g_strdup(fidotool_json_get_text(found, "device"));
  kiosk_session_act_propose(self);
}

/* The key of whoever is signed in stays where it is; it is the one that is
 * meant where the act is open to that person too, and may be as long as this
 * screen has not heard to whom it is open: an act pressed right after the
 * sign-in comes before that answer. */
static const char *
key_not_meant(KioskSession *self)
{
  const FidotoolJson *row =
      kiosk_session_find_act(self, kiosk_session_act_name(self),
                             fidotool_json_get_text(self->act.request, "slot"));
  const FidotoolJson *me = kiosk_session_act_person(row, self->staff.person);

  if (me == NULL && fidotool_json_size(fidotool_json_get(row, "persons")) == 0)
    return NULL;
  return fidotool_json_get_int(me, "open", 0) == 1 ? NULL : self->staff.device;
}

static void
on_signers(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL)
    kiosk_session_report_error(self, error);
  else if (!kiosk_session_report_refusal(self, answer) &&
           self->act.stage == KIOSK_STAGE_WHO)
    kiosk_device_work_start(
        self->work,
        &(KioskDeviceTask){.run = kiosk_session_sign_in_find_job,
                           .data = g_steal_pointer(&taken),
                           .free = (GDestroyNotify)fidotool_json_free,
                           .done = on_who,
                           .user = self,
                           .without = key_not_meant(self),
                           .wait_one = true,
                           .insert = "act.insert"});
}

void
kiosk_session_act_ask_who(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();

  self->staff.stranger = false;
  fidotool_json_set_text(request, "what", "signers");
  kiosk_session_act_set_stage(self, KIOSK_STAGE_WHO);
  kiosk_session_ask_for_act(self, KIOSK_STATION_QUERY, request, on_signers);
}

/* --- begin ------------------------------------------------------------------
 */

void
kiosk_session_act_go_on(KioskSession *self)
{
  if (self->act.elsewhere || self->act.own)
    kiosk_session_act_propose(self);
  else
    kiosk_session_act_ask_who(self);
}

void
kiosk_session_act_start(KioskSession *self)
{
  kiosk_session_act_find_takes(self);
  kiosk_session_act_set_stage(self, KIOSK_STAGE_INPUT);
  if (fidotool_json_size(self->act.takes) == 0)
    kiosk_session_act_go_on(self);
}

void
kiosk_session_act_begin(KioskSession *self, FidotoolJson *request, bool own)
{
  kiosk_session_act_clear(self);
  self->act.request = request;
  self->act.own = own;
  if (self->case_id != NULL &&
      g_str_has_prefix(kiosk_session_act_name(self), "case.") &&
      strcmp(kiosk_session_act_name(self), "case.open") != 0)
    fidotool_json_set_text(request, "case", self->case_id);
  if (own) {
    self->act.cred = g_strdup(self->staff.cred);
    self->act.device = g_strdup(self->staff.device);
  }
  kiosk_session_act_start(self);
}

/* The slots of the approvals that are open to somebody. */
static FidotoolJson *
open_slots(KioskSession *self)
{
  FidotoolJson *slots = fidotool_json_new_array();

  for (size_t i = 0; i < fidotool_json_size(self->acts); i++) {
    const FidotoolJson *row = fidotool_json_at(self->acts, i);
    const FidotoolJson *persons = fidotool_json_get(row, "persons");
    const char *slot = fidotool_json_get_text(row, "slot");
    bool is_open = false;

    for (size_t k = 0; k < fidotool_json_size(persons); k++)
      is_open = is_open || fidotool_json_get_int(fidotool_json_at(persons, k),
                                                 "open", 0) == 1;
    if (is_open && slot != NULL &&
        g_strcmp0(fidotool_json_get_text(row, "act"), "case.approve") == 0)
      fidotool_json_append_text(slots, slot);
  }
  return slots;
}

/* The first is asked for first, the others where that one is refused. */
static void
aim(KioskSession *self, const FidotoolJson *slots)
{
  fidotool_json_set_text(self->act.request, "slot",
                         fidotool_json_text(fidotool_json_at(slots, 0)));
  fidotool_json_free(self->act.slots);
  self->act.slots = fidotool_json_new_array();
  for (size_t i = 1; i < fidotool_json_size(slots); i++)
    fidotool_json_append_text(self->act.slots,
                              fidotool_json_text(fidotool_json_at(slots, i)));
}

/* All anew: what was refused before may be said no more. */
static void
begin_anew(KioskSession *self)
{
  g_autoptr(FidotoolJson) slots =
      self->act.slots == NULL ? NULL : open_slots(self);

  g_clear_pointer(&self->act.refusal, fidotool_json_free);
  if (fidotool_json_size(slots) > 0)
    aim(self, slots);
}

void
kiosk_session_act_again(KioskSession *self)
{
  if (self->act.request == NULL || self->act.stage != KIOSK_STAGE_NONE)
    return;
  if (self->act.after != NULL) {
    fidotool_json_free(self->act.request);
    self->act.request = g_steal_pointer(&self->act.after);
  }
  begin_anew(self);
  if (fidotool_json_size(self->act.takes) > 0)
    kiosk_session_act_set_stage(self, KIOSK_STAGE_INPUT);
  else
    kiosk_session_act_go_on(self);
}

bool
kiosk_session_act_can_approve(KioskSession *self)
{
  g_autoptr(FidotoolJson) slots = open_slots(self);

  return self->case_id != NULL && fidotool_json_size(slots) > 0;
}

void
kiosk_session_act_approve(KioskSession *self)
{
  g_autoptr(FidotoolJson) slots = open_slots(self);
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", "case.approve");
  fidotool_json_set_text(request, "slot",
                         fidotool_json_text(fidotool_json_at(slots, 0)));
  if (!kiosk_session_go(self, KIOSK_GO_APPROVE)) {
    fidotool_json_free(request);
    return;
  }
  kiosk_session_act_begin(self, request, false);
  aim(self, slots);
}
