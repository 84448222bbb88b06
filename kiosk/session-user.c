/* SPDX-License-Identifier: Apache-2.0 */
/* session-user.c - look at the new key, ask whether it fits, set its PIN, make
 * its credential and hand that in. */
#include "kiosk/session-private.h"

#include "fidotool/act/making.h"
#include "fidotool/error.h"
#include "kiosk/presenter-rule.h"

void
kiosk_session_user_forget_pin(KioskSession *self)
{
  g_clear_pointer(&self->user.pin, fidotool_secret_free);
  self->user.pin_last = false;
  self->facts.pin_good = self->facts.no_pin;
}

void
kiosk_session_user_clear(KioskSession *self)
{
  g_clear_pointer(&self->user.key, fidotool_json_free);
  g_clear_pointer(&self->user.verdict, fidotool_json_free);
  g_clear_pointer(&self->user.device, g_free);
  self->facts.key_good = self->facts.no_pin = self->facts.not_me = false;
  kiosk_session_user_forget_pin(self);
  self->user.pin_set = false;
  self->user.handing_in = self->user.fresh = self->user.was_pulled = false;
  self->user.why = self->user.stopped_by = NULL;
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

bool
kiosk_session_user_key_in(KioskSession *self)
{
  return self->user.device != NULL &&
         kiosk_device_work_has(self->work, self->user.device);
}

bool
kiosk_session_user_staff_key_in(KioskSession *self)
{
  return self->staff.device != NULL &&
         kiosk_device_work_has(self->work, self->staff.device);
}

static const FidotoolJson *
pin_facts(KioskSession *self)
{
  return fidotool_json_get(self->user.key, "pin");
}

const char *
kiosk_session_user_pin_state(KioskSession *self)
{
  return fidotool_json_get_text(pin_facts(self), "state");
}

int
kiosk_session_user_pin_min(KioskSession *self)
{
  return (int)CLAMP(fidotool_json_get_int(pin_facts(self), "min_length", 4), 4,
                    63);
}

int
kiosk_session_user_pin_tries(KioskSession *self)
{
  return (int)CLAMP(fidotool_json_get_int(pin_facts(self), "retries", -1), -1,
                    255);
}

const char *
kiosk_session_user_refusal(KioskSession *self)
{
  if (kiosk_session_user_pin_tries(self) == 0)
    return "pin.blocked";
  if (fidotool_json_get_bool(pin_facts(self), "force_change", false))
    return "pin.state";
  if (self->user.verdict != NULL &&
      fidotool_json_get_int(self->user.verdict, "fits", 0) != 1)
    return kiosk_presenter_rule_word(
        fidotool_json_get_text(self->user.verdict, "rule"));
  return NULL;
}

/* --- another key, or none ---------------------------------------------------
 */

/* The key is looked at anew, and why is said. */
static void
look_again(KioskSession *self, const char *why, bool pulled)
{
  kiosk_device_work_cancel(self->work);
  kiosk_session_user_clear(self);
  self->user.why = why;
  self->user.was_pulled = pulled;
  (void)kiosk_session_go(self, KIOSK_GO_USER_KEY_GONE);
}

void
kiosk_session_user_other_key(KioskSession *self)
{
  kiosk_device_work_cancel(self->work);
  kiosk_session_user_clear(self);
  self->user.fresh = true;
  (void)kiosk_session_go(self, KIOSK_GO_USER_KEY_GONE);
}

void
kiosk_session_user_block(KioskSession *self, const char *why)
{
  kiosk_device_work_cancel(self->work);
  kiosk_session_user_clear(self);
  self->user.stopped_by = why;
  self->facts.not_me = g_strcmp0(why, "stop.notme") == 0;
  (void)kiosk_session_go(self, KIOSK_GO_BLOCKED);
}

const char *
kiosk_session_user_why(KioskSession *self)
{
  return self->step == KIOSK_STEP_STOP ? self->user.stopped_by : self->user.why;
}

void
kiosk_session_user_key_pulled(KioskSession *self)
{
  switch (self->step) {
  case KIOSK_STEP_PIN:
  case KIOSK_STEP_CHECK:
    look_again(self,
               self->user.pin_set ? "key.removed.resume"
                                  : "key.removed.nochange",
               true);
    break;
  case KIOSK_STEP_TOUCH:
    /* The same key is awaited there; whether it is, the job looks. */
    kiosk_session_user_forget_pin(self);
    break;
  case KIOSK_STEP_PENDING:
    g_clear_pointer(&self->user.device, g_free);
    kiosk_session_notify(self);
    break;
  case KIOSK_STEP_INSERT:
    kiosk_session_user_clear(self);
    /* One that is in already is looked at without being taken out. */
    if (kiosk_device_work_view(self->work)->state == KIOSK_KEY_DONE)
      kiosk_session_user_check_key(self);
    kiosk_session_notify(self);
    break;
  case KIOSK_STEP_WELCOME:
  case KIOSK_STEP_LOST:
  case KIOSK_STEP_APPOINTMENT:
  case KIOSK_STEP_CONTEST:
  case KIOSK_STEP_CONTESTED:
  case KIOSK_STEP_SIGN_IN:
  case KIOSK_STEP_HOME:
  case KIOSK_STEP_PERSON:
  case KIOSK_STEP_CASE:
  case KIOSK_STEP_EVIDENCE:
  case KIOSK_STEP_ACT:
  case KIOSK_STEP_ELSEWHERE:
  case KIOSK_STEP_HANDOVER:
  case KIOSK_STEP_IDENTITY:
  case KIOSK_STEP_RETURN:
  case KIOSK_STEP_RECEIPT:
  case KIOSK_STEP_STATUS:
  case KIOSK_STEP_STOP:
  case KIOSK_STEP_LOCKED:
  case KIOSK_STEP_AWAY:
  case KIOSK_N_STEPS:
    kiosk_session_user_clear(self);
    break;
  }
}

void
kiosk_session_user_view_changed(KioskSession *self)
{
  const KioskKeyView *view = kiosk_device_work_view(self->work);

  /* A wrong PIN is not tried a second time. */
  if (view->wrong > 0 && self->user.pin != NULL)
    g_clear_pointer(&self->user.pin, fidotool_secret_free);
  /* The key does not take the one that was chosen: both entries again. */
  if (self->step == KIOSK_STEP_PIN && view->state == KIOSK_KEY_PIN) {
    kiosk_device_work_cancel(self->work);
    kiosk_session_user_forget_pin(self);
    kiosk_session_report(self, "pin.unfit", NULL);
    kiosk_session_notify(self);
  }
}

/* Reports a refusal; where it is that the role has ended, staff come back. */
static bool
take_refusal(KioskSession *self, const FidotoolJson *answer)
{
  if (kiosk_session_is_role_over(answer)) {
    (void)kiosk_session_go(self, KIOSK_GO_ROLE_OVER);
    return true;
  }
  return kiosk_session_report_refusal(self, answer);
}

/* --- does it fit ------------------------------------------------------------
 */

static FidotoolJson *
look_at(const FidotoolClientJobs *how, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", "info");
  if (how->device != NULL)
    fidotool_json_set_text(request, "device", how->device);
  return fidotool_client_run(request, how->hooks, how->report, error);
}

static FidotoolJson *
info_job(const FidotoolClientJobs *how, G_GNUC_UNUSED gpointer data,
         GError **error)
{
  return look_at(how, error);
}

static void
on_verdict(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL) {
    kiosk_session_report_error(self, error);
    return;
  }
  /* The key may be out again meanwhile. */
  if (take_refusal(self, answer) || self->user.key == NULL ||
      self->step != KIOSK_STEP_INSERT)
    return;
  fidotool_json_free(self->user.verdict);
  self->user.verdict = g_steal_pointer(&taken);
  self->facts.key_good = kiosk_session_user_refusal(self) == NULL;
  kiosk_session_notify(self);
}

static void
copy_member(const FidotoolJson *from, const char *name, FidotoolJson *request)
{
  if (fidotool_json_get(from, name) != NULL)
    fidotool_json_set(request, name,
                      fidotool_json_copy(fidotool_json_get(from, name)));
}

static void
ask_verdict(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();
  const FidotoolJson *info = fidotool_json_get(self->user.key, "info");
  const char *pin = kiosk_session_user_pin_state(self);

  fidotool_json_set_text(request, "what", "preflight");
  fidotool_json_set_text(request, "case", self->case_id);
  copy_member(fidotool_json_get(self->user.key, "device"), "aaguid", request);
  if (pin != NULL)
    fidotool_json_set_text(request, "pin", pin);
  copy_member(info, "versions", request);
  copy_member(info, "options", request);
  copy_member(info, "algorithms", request);
  copy_member(info, "attestation_formats", request);
  kiosk_session_ask(self, KIOSK_STATION_QUERY, request, on_verdict);
}

static void
on_info(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;
  const char *why = self->user.was_pulled ? NULL : self->user.why;

  if (error != NULL) {
    fidotool_json_free(result);
    return; /* the view says it */
  }
  kiosk_session_user_clear(self);
  self->user.why = why;
  self->user.key = result;
  self->user.device = g_strdup(fidotool_json_get_text(
      fidotool_json_get(result, "device"), "selector"));
  self->facts.no_pin =
      g_strcmp0(kiosk_session_user_pin_state(self), "unsupported") == 0;
  self->facts.pin_good = self->facts.no_pin;
  kiosk_session_notify(self);
  ask_verdict(self);
}

void
kiosk_session_user_check_key(KioskSession *self)
{
  /* Whoever said no, and then yes, is not told so any more. */
  const char *why = self->facts.not_me ? NULL : self->user.why;
  bool fresh = self->user.fresh, pulled = self->user.was_pulled;

  self->facts.not_me = false;

  kiosk_session_user_clear(self);
  self->user.why = why;
  self->user.was_pulled = pulled;
  kiosk_device_work_start(self->work, &(KioskDeviceTask){
                                          .run = info_job,
                                          .done = on_info,
                                          .user = self,
                                          .without = self->staff.device,
                                          .wait_one = true,
                                          .fresh = fresh,
                                          .insert = "key.insert.new",
                                      });
}

bool
kiosk_session_user_may_spare(KioskSession *self)
{
  return fidotool_json_get_int(kiosk_session_find_act(self, "case.made", NULL),
                               "open", 0) == 1;
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

/* Where it was cut off, nobody knows whether the PIN was set. */
static const char *
why_not_set(KioskSession *self, const GError *error)
{
  const char *word = kiosk_device_work_view(self->work)->word;

  switch (error->code) {
  case FIDOTOOL_ERROR_UNSUPPORTED:
    return "key.lacks.pin";
  case FIDOTOOL_ERROR_PIN_STATE: /* against a rule of the key's own */
    return "pin.unfit";
  case FIDOTOOL_ERROR_PERMISSION:
  case FIDOTOOL_ERROR_BUSY:
  case FIDOTOOL_ERROR_PIN_BLOCKED:
    return word;
  default:
    return "pin.unsure";
  }
}

static void
on_pin_set(FidotoolJson *result, const GError *error, gpointer data)
{
  KioskSession *self = data;

  fidotool_json_free(result);
  if (error != NULL) {
    look_again(self, why_not_set(self, error), false);
    return;
  }
  self->user.pin_set = true;
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
kiosk_session_user_pin(KioskSession *self, FidotoolSecret *pin, bool last)
{
  fidotool_secret_free(self->user.pin);
  self->user.pin = pin;
  self->user.pin_last = last;
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

/* What the thread needs: copies, since the page may be left meanwhile. */
typedef struct {
  FidotoolJson *offer;
  FidotoolJson *device; /* the key that was looked at */
} Making;

static void
free_making(gpointer data)
{
  Making *making = data;

  fidotool_json_free(making->offer);
  fidotool_json_free(making->device);
  g_free(making);
}

/* As far as anybody can tell without asking for a touch. A software key's
 * selector is its name; the others may come back under another. */
static bool
is_same_key(const FidotoolJson *a, const FidotoolJson *b)
{
  bool socket =
      g_strcmp0(fidotool_json_get_text(a, "transport"), "socket") == 0;
  const char *const names[] = {"transport", "aaguid", "serial",
                               socket ? "selector" : "product"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_strcmp0(fidotool_json_get_text(a, names[i]),
                  fidotool_json_get_text(b, names[i])) != 0)
      return false;
  return fidotool_json_get_int(a, "firmware", -1) ==
         fidotool_json_get_int(b, "firmware", -1);
}

/* First that it is the key that was agreed to; then it is asked. */
static FidotoolJson *
make_job(const FidotoolClientJobs *how, gpointer data, GError **error)
{
  const Making *making = data;
  g_autoptr(FidotoolJson) key = look_at(how, error);

  if (key == NULL)
    return NULL;
  if (!is_same_key(fidotool_json_get(key, "device"), making->device)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "this is another key");
    return NULL;
  }
  if (how->report != NULL)
    fidotool_client_report_clear(how->report);
  return fidotool_making_case(how, making->offer, NULL, error);
}

static void
on_handed_in(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  self->user.handing_in = false;
  if (error != NULL) {
    kiosk_session_report_error(self, error);
    kiosk_device_work_refused(self->work);
    return;
  }
  if (take_refusal(self, answer)) {
    kiosk_device_work_refused(self->work);
    return;
  }
  kiosk_session_user_forget_pin(self);
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
  self->user.handing_in = true;
  fidotool_json_set_text(result, "act", "case.made");
  fidotool_json_set_text(result, "case", self->case_id);
  kiosk_session_ask(self, KIOSK_STATION_SUBMIT, result, on_handed_in);
  kiosk_session_notify(self);
}

static void
start_making(KioskSession *self, FidotoolJson *offer)
{
  Making *making = g_new0(Making, 1);

  making->offer = offer;
  making->device =
      fidotool_json_copy(fidotool_json_get(self->user.key, "device"));
  kiosk_device_work_start(self->work, &(KioskDeviceTask){
                                          .run = make_job,
                                          .data = making,
                                          .free = free_making,
                                          .done = on_made,
                                          .user = self,
                                          .device = self->user.device,
                                          .written = self->user.pin_set,
                                      });
  if (self->user.pin != NULL)
    kiosk_device_work_keep_pin(self->work, copy_pin(self->user.pin),
                               self->user.pin_last);
}

static void
on_offer(FidotoolJson *answer, const GError *error, gpointer data)
{
  KioskSession *self = data;
  G_GNUC_UNUSED g_autoptr(FidotoolJson) taken = answer;

  if (error != NULL)
    kiosk_session_report_error(self, error);
  else if (!take_refusal(self, answer) && self->step == KIOSK_STEP_TOUCH &&
           self->user.key != NULL)
    start_making(self, g_steal_pointer(&taken));
  kiosk_session_notify(self);
}

void
kiosk_session_user_make(KioskSession *self)
{
  FidotoolJson *request = fidotool_json_new_object();

  /* What the key has given is with recoveryd: it is not asked again. */
  if (self->user.handing_in) {
    fidotool_json_free(request);
    return;
  }
  kiosk_device_work_cancel(self->work);
  fidotool_json_set_text(request, "act", "case.made");
  fidotool_json_set_text(request, "case", self->case_id);
  kiosk_session_ask(self, KIOSK_STATION_PROPOSE, request, on_offer);
}

int
kiosk_session_user_touches(KioskSession *self)
{
  return kiosk_device_work_view(self->work)->touches;
}

bool
kiosk_session_user_is_handing_in(KioskSession *self)
{
  return self->user.handing_in;
}
