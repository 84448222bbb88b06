/* SPDX-License-Identifier: Apache-2.0 */
/* session-act.c - propose, read, sign, submit: one way for every act. */
#include "kiosk/session-private.h"

#include <string.h>

#include "fidotool/act/signing.h"

void
kiosk_session_act_clear(KioskSession *self)
{
  g_clear_pointer(&self->act.request, fidotool_json_free);
  g_clear_pointer(&self->act.proposal, fidotool_json_free);
  g_clear_pointer(&self->act.after, fidotool_json_free);
  g_clear_pointer(&self->act.takes, fidotool_json_free);
  g_clear_pointer(&self->act.view, recovery_viewer_free);
  g_clear_pointer(&self->act.cred, g_free);
  g_clear_pointer(&self->act.device, g_free);
  self->act.stage = KIOSK_STAGE_NONE;
  self->act.own = self->act.elsewhere = false;
}

static void
set_stage(KioskSession *self, KioskActStage stage)
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

const RecoveryView *
kiosk_session_act_view(KioskSession *self)
{
  return self->act.view;
}

const FidotoolJson *
kiosk_session_act_proposal(KioskSession *self)
{
  return self->act.proposal;
}

/* --- propose ----------------------------------------------------------------
 */

static void propose(KioskSession *self);

/* The role that would open the act to this person, where that is all that is
 * missing. */
static const char *
role_needed(KioskSession *self)
{
  const FidotoolJson *row = kiosk_session_find_act(
      self, kiosk_session_act_name(self),
      fidotool_json_get_text(self->act.request, "slot"));
  const FidotoolJson *roles = fidotool_json_get(row, "roles");

  return fidotool_json_text(fidotool_json_at(roles, 0));
}

static bool
is_role_missing(const FidotoolJson *answer)
{
  return g_strcmp0(fidotool_json_get_text(
                       fidotool_json_at(fidotool_json_get(answer, "refused"),
                                        0),
                       "rule"),
                   "role-not-active") == 0;
}

/* First the role, then the act: two statements, two signatures. */
static bool
activate_first(KioskSession *self)
{
  const char *role = role_needed(self);
  FidotoolJson *request;

  if (role == NULL || self->act.after != NULL || self->act.cred == NULL)
    return false;
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "act", "role.activate");
  fidotool_json_set_text(request, "role", role);
  fidotool_json_set_text(request, "reason", kiosk_session_act_name(self));
  self->act.after = self->act.request;
  self->act.request = request;
  propose(self);
  return true;
}

static void
on_proposed(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = answer;
  g_autoptr(GError) bad = NULL;

  if (self->act.stage == KIOSK_STAGE_NONE)
    return; /* the page was left */
  if (error != NULL) {
    kiosk_session_report_error(self, error);
    return;
  }
  if (is_role_missing(answer) && activate_first(self))
    return;
  if (kiosk_session_report_refusal(self, answer)) {
    /* Another key, or other words, may do. */
    set_stage(self, self->act.own ? KIOSK_STAGE_NONE : KIOSK_STAGE_WHO);
    return;
  }
  g_clear_pointer(&self->act.view, recovery_viewer_free);
  self->act.view = recovery_viewer_read(answer, &bad);
  if (self->act.view == NULL) {
    /* Openings that are missing or differ: no signing is offered. */
    kiosk_session_report(self, "act.openings", bad->message);
    set_stage(self, KIOSK_STAGE_NONE);
    return;
  }
  fidotool_json_free(self->act.proposal);
  self->act.proposal = g_steal_pointer(&taken);
  set_stage(self, KIOSK_STAGE_READ);
}

static void
propose(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_copy(self->act.request);

  if (self->act.cred != NULL)
    fidotool_json_set_text(request, "cred", self->act.cred);
  kiosk_session_ask(self, KIOSK_STATION_PROPOSE, request, on_proposed);
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
    kiosk_session_report(self, "signin.notstaff", NULL);
    return;
  }
  g_free(self->act.cred);
  g_free(self->act.device);
  self->act.cred = g_strdup(cred);
  self->act.device = g_strdup(fidotool_json_get_text(found, "device"));
  propose(self);
}

static void
on_signers(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = answer;

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
                           .without = self->staff.device,
                           .wait_one = true,
                           .insert = "act.insert"});
}

static void
ask_who(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", "signers");
  set_stage(self, KIOSK_STAGE_WHO);
  kiosk_session_ask(self, KIOSK_STATION_QUERY, request, on_signers);
}

/* --- begin ------------------------------------------------------------------
 */

/* What the row of acts says that the act takes, less what is there. */
static void
find_takes(KioskSession *self)
{
  const FidotoolJson *row = kiosk_session_find_act(
      self, kiosk_session_act_name(self),
      fidotool_json_get_text(self->act.request, "slot"));
  const FidotoolJson *all = fidotool_json_get(row, "takes");

  fidotool_json_free(self->act.takes);
  self->act.takes = fidotool_json_new_array();
  for (size_t i = 0; i < fidotool_json_size(all); i++) {
    const FidotoolJson *one = fidotool_json_at(all, i);
    const char *name = fidotool_json_get_text(one, "name");

    if (name != NULL && fidotool_json_get(self->act.request, name) == NULL)
      fidotool_json_append(self->act.takes, fidotool_json_copy(one));
  }
}

static void
go_on(KioskSession *self)
{
  if (self->act.elsewhere || self->act.own)
    propose(self);
  else
    ask_who(self);
}

void
kiosk_session_act_begin(KioskSession *self, FidotoolJson *request, bool own)
{
  kiosk_session_act_clear(self);
  self->act.request = request;
  self->act.own = own;
  if (self->case_id != NULL && g_str_has_prefix(kiosk_session_act_name(self),
                                                "case.") &&
      strcmp(kiosk_session_act_name(self), "case.open") != 0)
    fidotool_json_set_text(request, "case", self->case_id);
  if (own) {
    self->act.cred = g_strdup(self->staff.cred);
    self->act.device = g_strdup(self->staff.device);
  }
  find_takes(self);
  set_stage(self, KIOSK_STAGE_INPUT);
  if (fidotool_json_size(self->act.takes) == 0)
    go_on(self);
}

const FidotoolJson *
kiosk_session_act_takes(KioskSession *self)
{
  return self->act.stage == KIOSK_STAGE_INPUT &&
                 fidotool_json_size(self->act.takes) > 0
             ? self->act.takes
             : NULL;
}

void
kiosk_session_act_set(KioskSession *self, const char *name, const char *text)
{
  if (self->act.request != NULL && text != NULL && *text != '\0')
    fidotool_json_set_text(self->act.request, name, text);
}

bool
kiosk_session_act_ready(KioskSession *self)
{
  for (size_t i = 0; i < fidotool_json_size(self->act.takes); i++) {
    const FidotoolJson *one = fidotool_json_at(self->act.takes, i);
    const char *name = fidotool_json_get_text(one, "name");

    if (fidotool_json_get_int(one, "must", 0) == 1 &&
        fidotool_json_get(self->act.request, name) == NULL) {
      kiosk_session_report(self, "act.missing", name);
      return false;
    }
  }
  go_on(self);
  return true;
}

/* --- sign and submit --------------------------------------------------------
 */

/* What the thread needs: a copy, since the page may be left meanwhile. */
typedef struct {
  FidotoolJson *proposal;
  RecoveryView *view;
} Signing;

static void
free_signing(gpointer data)
{
  Signing *signing = data;

  fidotool_json_free(signing->proposal);
  recovery_viewer_free(signing->view);
  g_free(signing);
}

static FidotoolJson *
sign_job(const FidotoolClientJobs *how, gpointer data, GError **error)
{
  const Signing *signing = data;

  return fidotool_signing_sign(how, signing->view, signing->proposal, NULL,
                               error);
}

/* The act that waited for its role is proposed now. */
static void
go_on_after_role(KioskSession *self)
{
  fidotool_json_free(self->act.request);
  self->act.request = g_steal_pointer(&self->act.after);
  g_clear_pointer(&self->act.view, recovery_viewer_free);
  set_stage(self, KIOSK_STAGE_WHO);
  propose(self);
}

static void
take_staff(KioskSession *self)
{
  const FidotoolJson *statement = self->act.view->statement;

  g_free(self->staff.person);
  self->staff.person = g_strdup(fidotool_json_get_text(statement, "actor"));
  self->facts.staff = true;
}

static void
on_recorded(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = answer;
  const FidotoolJson *done = fidotool_json_get(answer, "done");
  const char *act, *id;

  if (self->act.request == NULL)
    return; /* the page was left */
  if (error != NULL) {
    kiosk_session_report_error(self, error);
    set_stage(self, KIOSK_STAGE_READ);
    return;
  }
  if (kiosk_session_report_refusal(self, answer)) {
    kiosk_device_work_refused(self->work);
    set_stage(self, KIOSK_STAGE_READ);
    return;
  }
  act = kiosk_session_act_name(self);
  if (g_strcmp0(act, "role.activate") == 0 && self->act.after != NULL) {
    go_on_after_role(self);
    return;
  }
  set_stage(self, KIOSK_STAGE_RECORDED);
  if (g_strcmp0(act, "role.activate") == 0) {
    take_staff(self);
    kiosk_session_act_clear(self);
    (void)kiosk_session_go(self, KIOSK_GO_SIGNED_IN);
    kiosk_session_load_case(self);
    return;
  }
  id = fidotool_json_get_text(done, "case");
  if (id != NULL)
    kiosk_session_remember_case(self, id);
  kiosk_session_recorded(self, KIOSK_GO_RECORDED);
}

static void
on_signed(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (error != NULL) {
    fidotool_json_free(result);
    kiosk_session_notify(self);
    return; /* the view says it */
  }
  set_stage(self, KIOSK_STAGE_SUBMIT);
  kiosk_session_ask(self, KIOSK_STATION_SUBMIT, result, on_recorded);
}

void
kiosk_session_act_sign(KioskSession *self)
{
  g_autoptr(GError) error = NULL;
  Signing *signing;

  if (self->act.view == NULL || self->act.stage != KIOSK_STAGE_READ)
    return;
  signing = g_new0(Signing, 1);
  signing->proposal = fidotool_json_copy(self->act.proposal);
  signing->view = recovery_viewer_read(signing->proposal, &error);
  if (signing->view == NULL) {
    free_signing(signing);
    kiosk_session_report(self, "act.openings", error->message);
    return;
  }
  set_stage(self, KIOSK_STAGE_SIGN);
  kiosk_device_work_start(self->work,
                          &(KioskDeviceTask){.run = sign_job,
                                             .data = signing,
                                             .free = free_signing,
                                             .done = on_signed,
                                             .user = self,
                                             .device = self->act.device,
                                             .insert = "act.insert"});
}

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
  find_takes(self);
  set_stage(self, KIOSK_STAGE_INPUT);
  if (fidotool_json_size(self->act.takes) == 0)
    go_on(self);
}

void
kiosk_session_act_take(KioskSession *self, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *whole = g_strdup(text);
  FidotoolJson *request =
      whole == NULL ? NULL
                    : fidotool_json_parse(whole, strlen(whole), &error);

  if (request == NULL) {
    kiosk_session_report(self, "elsewhere.unreadable", error->message);
    return;
  }
  set_stage(self, KIOSK_STAGE_SUBMIT);
  kiosk_session_ask(self, KIOSK_STATION_SUBMIT, request, on_recorded);
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
