/* SPDX-License-Identifier: Apache-2.0 */
/* session-act-sign.c - an act is signed with the key, and handed in. */
#include "kiosk/session-private.h"

#include "fidotool/act/signing.h"

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

/* {signed, device}: what is handed in, and the selector of the key that did
 * it. */
static FidotoolJson *
sign_job(const FidotoolClientJobs *how, gpointer data, GError **error)
{
  const Signing *signing = data;
  g_autoptr(FidotoolJson) device = NULL;
  FidotoolJson *signed_act = fidotool_signing_sign(
      how, signing->view, signing->proposal, &device, error);
  FidotoolJson *result;
  const char *selector = fidotool_json_get_text(device, "selector");

  if (signed_act == NULL)
    return NULL;
  result = fidotool_json_new_object();
  fidotool_json_set(result, "signed", signed_act);
  if (selector != NULL)
    fidotool_json_set_text(result, "device", selector);
  return result;
}

/* The act that waited for its role is proposed now. */
static void
go_on_after_role(KioskSession *self)
{
  fidotool_json_free(self->act.request);
  self->act.request = g_steal_pointer(&self->act.after);
  g_clear_pointer(&self->act.view, recovery_viewer_free);
  kiosk_session_act_set_stage(self, KIOSK_STAGE_WHO);
  kiosk_session_act_propose(self);
}

/* The key that has signed is the one that counts: it may have been out and in
 * again since it was found. */
static void
take_staff(KioskSession *self)
{
  const FidotoolJson *statement = self->act.view->statement;

  g_free(self->staff.device);
  self->staff.device = g_steal_pointer(&self->act.signed_by);
  g_free(self->staff.person);
  self->staff.person = g_strdup(fidotool_json_get_text(statement, "actor"));
  self->facts.staff = true;
}

/* What was carried to another machine may still come back signed. */
static void
go_back(KioskSession *self)
{
  if (self->act.elsewhere && self->act.proposal != NULL)
    kiosk_session_act_set_stage(self, KIOSK_STAGE_READ);
  else
    kiosk_session_act_stand_still(self);
}

static void
on_recorded(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;
  const char *act, *id;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    go_back(self);
    return;
  }
  if (self->act.taken != NULL && self->exchange != NULL)
    kiosk_exchange_mark(self->exchange, self->act.taken);
  if (fidotool_json_get(answer, "refused") != NULL) {
    kiosk_device_work_refused(self->work); /* its word gives way to the rule */
    (void)kiosk_session_report_refusal(self, answer);
    go_back(self);
    return;
  }
  act = kiosk_session_act_name(self);
  if (g_strcmp0(act, "role.activate") == 0 && self->act.after != NULL) {
    go_on_after_role(self);
    return;
  }
  kiosk_session_act_set_stage(self, KIOSK_STAGE_RECORDED);
  if (g_strcmp0(act, "role.activate") == 0) {
    take_staff(self);
    kiosk_session_act_clear(self);
    (void)kiosk_session_go(self, KIOSK_GO_SIGNED_IN);
    kiosk_session_load_case(self);
    return;
  }
  /* The case is the one of the words that were signed, whatever it is called
   * now. */
  id = self->act.view == NULL
           ? NULL
           : fidotool_json_get_text(self->act.view->statement, "case");
  if (id != NULL)
    kiosk_session_remember_case(self, id);
  kiosk_session_recorded(self, KIOSK_GO_RECORDED);
}

void
kiosk_session_act_submit(KioskSession *self, FidotoolJson *signed_act)
{
  kiosk_session_act_set_stage(self, KIOSK_STAGE_SUBMIT);
  kiosk_session_ask_for_act(self, KIOSK_STATION_SUBMIT, signed_act,
                            on_recorded);
}

static void
on_signed(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = result;
  const char *device = fidotool_json_get_text(taken, "device");

  if (error != NULL) {
    kiosk_session_notify(self);
    return; /* the view says it */
  }
  g_free(self->act.signed_by);
  self->act.signed_by =
      device != NULL && kiosk_device_work_has(self->work, device)
          ? g_strdup(device)
          : NULL;
  kiosk_session_act_submit(
      self, fidotool_json_copy(fidotool_json_get(taken, "signed")));
}

/* The key of whoever is signed in stays in while another's signs, and is not
 * taken for that one when it is pulled. */
static const char *
key_beside(KioskSession *self)
{
  return g_strcmp0(self->staff.device, self->act.device) == 0
             ? NULL
             : self->staff.device;
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
  kiosk_session_act_set_stage(self, KIOSK_STAGE_SIGN);
  kiosk_device_work_start(self->work,
                          &(KioskDeviceTask){.run = sign_job,
                                             .data = signing,
                                             .free = free_signing,
                                             .done = on_signed,
                                             .user = self,
                                             .device = self->act.device,
                                             .without = key_beside(self),
                                             .insert = "act.insert"});
}
