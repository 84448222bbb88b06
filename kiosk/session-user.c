/* SPDX-License-Identifier: Apache-2.0 */
/* session-user.c - look at the new key, ask whether it fits, set its PIN, make
 * its credential and hand that in. */
#include "kiosk/session-private.h"

#include "fidotool/act/making.h"

void
kiosk_session_user_clear(KioskSession *self)
{
  g_clear_pointer(&self->user.key, fidotool_json_free);
  g_clear_pointer(&self->user.verdict, fidotool_json_free);
  g_clear_pointer(&self->user.offer, fidotool_json_free);
  g_clear_pointer(&self->user.device, g_free);
  g_clear_pointer(&self->user.pin, fidotool_secret_free);
  self->user.touches = 0;
  self->facts.key_good = self->facts.pin_good = false;
}

const FidotoolJson *
kiosk_session_user_key(KioskSession *self)
{
  return self->user.key;
}

const FidotoolJson *
kiosk_session_user_verdict(KioskSession *self)
{
  return self->user.verdict;
}

const char *
kiosk_session_user_pin_state(KioskSession *self)
{
  return fidotool_json_get_text(fidotool_json_get(self->user.key, "pin"),
                                "state");
}

int
kiosk_session_user_pin_min(KioskSession *self)
{
  const FidotoolJson *pin = fidotool_json_get(self->user.key, "pin");

  return (int)CLAMP(fidotool_json_get_int(pin, "min_length", 4), 4, 63);
}

/* --- does it fit ------------------------------------------------------------
 */

static FidotoolJson *
info_job(const FidotoolClientJobs *how, G_GNUC_UNUSED gpointer data,
         GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", "info");
  if (how->device != NULL)
    fidotool_json_set_text(request, "device", how->device);
  return fidotool_client_run(request, how->hooks, how->report, error);
}

static void
on_verdict(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    return;
  }
  if (kiosk_session_report_refusal(self, answer))
    return;
  fidotool_json_free(self->user.verdict);
  self->user.verdict = g_steal_pointer(&taken);
  self->facts.key_good = fidotool_json_get_int(answer, "fits", 0) == 1;
  kiosk_session_notify(self);
}

static void
ask_verdict(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();
  const FidotoolJson *device = fidotool_json_get(self->user.key, "device");
  const FidotoolJson *info = fidotool_json_get(self->user.key, "info");
  const char *aaguid = fidotool_json_get_text(device, "aaguid");
  const char *pin = kiosk_session_user_pin_state(self);

  fidotool_json_set_text(request, "what", "preflight");
  fidotool_json_set_text(request, "case", self->case_id);
  if (aaguid != NULL)
    fidotool_json_set_text(request, "aaguid", aaguid);
  if (pin != NULL)
    fidotool_json_set_text(request, "pin", pin);
  if (fidotool_json_get(info, "versions") != NULL)
    fidotool_json_set(request, "versions",
                      fidotool_json_copy(fidotool_json_get(info, "versions")));
  if (fidotool_json_get(info, "options") != NULL)
    fidotool_json_set(request, "options",
                      fidotool_json_copy(fidotool_json_get(info, "options")));
  kiosk_session_ask(self, KIOSK_STATION_QUERY, request, on_verdict);
}

static void
on_info(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (error != NULL) {
    fidotool_json_free(result);
    return; /* the view says it */
  }
  fidotool_json_free(self->user.key);
  self->user.key = result;
  g_free(self->user.device);
  self->user.device = g_strdup(fidotool_json_get_text(
      fidotool_json_get(result, "device"), "selector"));
  kiosk_session_notify(self);
  ask_verdict(self);
}

void
kiosk_session_user_check_key(KioskSession *self)
{
  kiosk_session_user_clear(self);
  kiosk_device_work_start(self->work, &(KioskDeviceTask){
                                          .run = info_job,
                                          .done = on_info,
                                          .user = self,
                                          .without = self->staff.device,
                                          .wait_one = true,
                                          .insert = "key.insert.new",
                                      });
}

void
kiosk_session_user_spare(KioskSession *self)
{
  kiosk_session_user_clear(self);
  (void)kiosk_session_go(self, KIOSK_GO_SPARE);
}

/* --- the PIN ----------------------------------------------------------------
 */

static FidotoolJson *
set_pin_job(const FidotoolClientJobs *how, G_GNUC_UNUSED gpointer data,
            GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", "pin-set");
  fidotool_json_set_text(request, "device", how->device);
  return fidotool_client_run(request, how->hooks, how->report, error);
}

static void
pin_is_good(KioskSession *self)
{
  self->facts.pin_good = true;
  (void)kiosk_session_go(self, KIOSK_GO_NEXT);
}

static void
on_pin_set(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;

  fidotool_json_free(result);
  if (error != NULL) {
    g_clear_pointer(&self->user.pin, fidotool_secret_free);
    kiosk_session_notify(self);
    return; /* the view says it */
  }
  fidotool_json_set_text(fidotool_json_get(self->user.key, "pin"), "state",
                         "set");
  pin_is_good(self);
}

static FidotoolSecret *
copy_pin(const FidotoolSecret *pin)
{
  return fidotool_secret_new_copy(fidotool_secret_text(pin),
                                  fidotool_secret_len(pin));
}

void
kiosk_session_user_pin(KioskSession *self, FidotoolSecret *pin)
{
  fidotool_secret_free(self->user.pin);
  self->user.pin = pin;
  if (g_strcmp0(kiosk_session_user_pin_state(self), "not-set") != 0) {
    pin_is_good(self);
    return;
  }
  kiosk_device_work_start(self->work,
                          &(KioskDeviceTask){.run = set_pin_job,
                                             .done = on_pin_set,
                                             .user = self,
                                             .device = self->user.device});
  kiosk_device_work_keep_pin(self->work, copy_pin(pin), false);
}

/* --- the credential ---------------------------------------------------------
 */

static FidotoolJson *
make_job(const FidotoolClientJobs *how, gpointer data, GError **error)
{
  return fidotool_making_case(how, data, NULL, error);
}

static void
on_handed_in(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    return;
  }
  g_clear_pointer(&self->user.pin, fidotool_secret_free);
  if (kiosk_session_report_refusal(self, answer)) {
    kiosk_device_work_refused(self->work);
    return;
  }
  kiosk_session_recorded(self, KIOSK_GO_RECORDED);
}

static void
on_made(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;

  if (error != NULL) {
    fidotool_json_free(result);
    kiosk_session_notify(self);
    return; /* the view says it */
  }
  fidotool_json_set_text(result, "act", "case.made");
  fidotool_json_set_text(result, "case", self->case_id);
  kiosk_session_ask(self, KIOSK_STATION_SUBMIT, result, on_handed_in);
}

static void
on_offer(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    return;
  }
  if (kiosk_session_report_refusal(self, answer) ||
      self->step != KIOSK_STEP_TOUCH)
    return;
  self->user.touches = 0;
  kiosk_device_work_start(self->work,
                          &(KioskDeviceTask){
                              .run = make_job,
                              .data = g_steal_pointer(&taken),
                              .free = (GDestroyNotify)fidotool_json_free,
                              .done = on_made,
                              .user = self,
                              .device = self->user.device,
                          });
  if (self->user.pin != NULL)
    kiosk_device_work_keep_pin(self->work, copy_pin(self->user.pin), false);
}

void
kiosk_session_user_make(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", "case.made");
  fidotool_json_set_text(request, "case", self->case_id);
  kiosk_session_ask(self, KIOSK_STATION_PROPOSE, request, on_offer);
}

int
kiosk_session_user_touches(KioskSession *self)
{
  return self->user.touches;
}
