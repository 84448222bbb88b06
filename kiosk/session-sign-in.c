/* SPDX-License-Identifier: Apache-2.0 */
/* session-sign-in.c - find whose key it is, propose role.activate in that
 * person's name, and let the one way of acts do the rest. */
#include "kiosk/session-private.h"

#include "fidotool/act/signing.h"
#include "fidotool/error.h"

void
kiosk_session_sign_in_clear(KioskSession *self)
{
  g_clear_pointer(&self->staff.signers, fidotool_json_free);
  g_clear_pointer(&self->staff.roles, fidotool_json_free);
  g_clear_pointer(&self->staff.reasons, fidotool_json_free);
  g_clear_pointer(&self->staff.cred, g_free);
  g_clear_pointer(&self->staff.person, g_free);
  g_clear_pointer(&self->staff.role, g_free);
  g_clear_pointer(&self->staff.device, g_free);
  self->staff.stranger = self->staff.asked = false;
}

const FidotoolJson *
kiosk_session_sign_in_roles(KioskSession *self)
{
  return self->staff.role == NULL && fidotool_json_size(self->staff.roles) > 1
             ? self->staff.roles
             : NULL;
}

const char *
kiosk_session_sign_in_person(KioskSession *self)
{
  return self->facts.staff ? self->staff.person : NULL;
}

const char *
kiosk_session_sign_in_role(KioskSession *self)
{
  return self->facts.staff ? self->staff.role : NULL;
}

/* reason: NULL where nobody was asked for one. */
static void
activate(KioskSession *self, const char *reason)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", "role.activate");
  fidotool_json_set_text(request, "role", self->staff.role);
  if (reason != NULL)
    fidotool_json_set_text(request, "reason", reason);
  kiosk_session_act_begin(self, request, true);
}

static bool
takes_reason(KioskSession *self, const char *role)
{
  for (size_t i = 0; i < fidotool_json_size(self->staff.reasons); i++)
    if (g_strcmp0(fidotool_json_text(fidotool_json_at(self->staff.reasons, i)),
                  role) == 0)
      return true;
  return false;
}

void
kiosk_session_sign_in_choose(KioskSession *self, const char *role)
{
  g_free(self->staff.role);
  self->staff.role = g_strdup(role);
  self->staff.asked = takes_reason(self, role);
  if (self->staff.asked)
    kiosk_session_notify(self);
  else
    activate(self, NULL);
}

bool
kiosk_session_sign_in_asks(KioskSession *self)
{
  return self->staff.asked;
}

void
kiosk_session_sign_in_say(KioskSession *self, const char *reason)
{
  if (!self->staff.asked)
    return;
  self->staff.asked = false;
  activate(self, reason);
}

/* --- whose key it is --------------------------------------------------------
 */

FidotoolJson *
kiosk_session_sign_in_find_job(const FidotoolClientJobs *how, gpointer data,
                               GError **error)
{
  const FidotoolJson *signers = data;
  g_autoptr(GError) own = NULL;
  FidotoolJson *found;
  int at =
      fidotool_signing_find(how, fidotool_json_get(signers, "signers"),
                            fidotool_json_get_text(signers, "rp_id"), &own);

  /* A key that is nobody's here is an answer: nothing was asked of it. */
  if (g_error_matches(own, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND))
    return fidotool_json_new_object();
  if (own != NULL) {
    g_propagate_error(error, g_steal_pointer(&own));
    return NULL;
  }
  found = fidotool_json_copy(
      fidotool_json_at(fidotool_json_get(signers, "signers"), (size_t)at));
  if (how->device != NULL)
    fidotool_json_set_text(found, "device", how->device);
  return found;
}

static FidotoolJson *
copy_list(const FidotoolJson *found, const char *name)
{
  const FidotoolJson *list = fidotool_json_get(found, name);

  return list == NULL ? fidotool_json_new_array() : fidotool_json_copy(list);
}

static void
take_signer(KioskSession *self, const FidotoolJson *found)
{
  g_free(self->staff.cred);
  g_free(self->staff.device);
  fidotool_json_free(self->staff.roles);
  fidotool_json_free(self->staff.reasons);
  self->staff.cred = g_strdup(fidotool_json_get_text(found, "cred"));
  self->staff.device = g_strdup(fidotool_json_get_text(found, "device"));
  self->staff.roles = copy_list(found, "roles");
  self->staff.reasons = copy_list(found, "reasons");
}

void
kiosk_session_stranger(KioskSession *self, const char *word)
{
  self->staff.stranger = true;
  kiosk_device_work_stranger(self->work); /* it goes on with another key */
  kiosk_session_report(self, word, NULL);
}

static void
on_found(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) found = result;
  const char *only;

  if (error != NULL)
    return; /* the view says it */
  if (fidotool_json_get_text(found, "cred") == NULL) {
    kiosk_session_stranger(self, "signin.notstaff");
    return;
  }
  take_signer(self, found);
  only = fidotool_json_text(fidotool_json_at(self->staff.roles, 0));
  if (fidotool_json_size(self->staff.roles) == 0)
    kiosk_session_stranger(self, "signin.norole");
  else if (fidotool_json_size(self->staff.roles) == 1 && only != NULL)
    kiosk_session_sign_in_choose(self, only);
  else
    kiosk_session_notify(self);
}

static void
on_signers(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL)
    kiosk_session_report_error(self, error);
  else if (!kiosk_session_report_refusal(self, answer))
    kiosk_device_work_start(
        self->work,
        &(KioskDeviceTask){.run = kiosk_session_sign_in_find_job,
                           .data = g_steal_pointer(&taken),
                           .free = (GDestroyNotify)fidotool_json_free,
                           .done = on_found,
                           .user = self,
                           .wait_one = true,
                           .fresh = self->staff.fresh,
                           .insert = "signin.insert"});
  self->staff.fresh = false;
}

void
kiosk_session_sign_in_start(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();

  kiosk_session_act_clear(self);
  kiosk_session_sign_in_clear(self);
  fidotool_json_set_text(request, "what", "signers");
  kiosk_session_ask(self, KIOSK_STATION_QUERY, request, on_signers);
}

void
kiosk_session_sign_in_other_key(KioskSession *self)
{
  kiosk_device_work_cancel(self->work);
  kiosk_session_act_clear(self);
  self->staff.fresh = true;
  kiosk_session_sign_in_start(self);
}
