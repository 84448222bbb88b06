/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - what is known, and where we are. What is loaded, the case, and
 * the steps of signing in, of an act and of the user's half are in files of
 * their own. */
#include "kiosk/session-private.h"

#include <string.h>

#include "kiosk/message.h"
#include "recovery/error.h"

/* How often recoveryd is asked while it is away. */
#define AWAY_MS 1000

G_DEFINE_FINAL_TYPE(KioskSession, kiosk_session, G_TYPE_OBJECT)

enum { STEP_CHANGED, CHANGED, REFUSED, TROUBLE, WIPED, N_SIGNALS };
static guint signals[N_SIGNALS];

void
kiosk_session_notify(KioskSession *self)
{
  g_signal_emit(self, signals[CHANGED], 0);
}

void
kiosk_session_report(KioskSession *self, const char *word, const char *what)
{
  g_signal_emit(self, signals[TROUBLE], 0, word, what);
}

bool
kiosk_session_report_refusal(KioskSession *self, const FidotoolJson *answer)
{
  const FidotoolJson *first =
      fidotool_json_at(fidotool_json_get(answer, "refused"), 0);
  const char *rule = fidotool_json_get_text(first, "rule");
  g_autofree char *text = kiosk_message_text(first, "text");
  g_autofree char *enough = kiosk_message_text(first, "enough");

  if (first == NULL)
    return false;
  g_signal_emit(self, signals[REFUSED], 0, rule == NULL ? "" : rule, text,
                enough);
  return true;
}

void
kiosk_session_report_error(KioskSession *self, const GError *error)
{
  if (g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_STATION))
    return;
  if (g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_RECORD))
    kiosk_session_report(self, "station.record", NULL);
  else
    kiosk_session_report(self, "station.trouble", error->message);
}

/* --- asking -----------------------------------------------------------------
 */

typedef struct {
  KioskSession *self;
  KioskStationDone done;
  bool of_act;
  unsigned turn; /* the act it was asked for */
} Asked;

static void
on_answer(FidotoolJson *answer, const GError *error, gpointer data)
{
  Asked *asked = data;
  KioskSession *self = asked->self;

  self->busy--;
  if (asked->of_act && asked->turn != self->act.turn)
    fidotool_json_free(answer); /* the page was left */
  else
    asked->done(answer, error, self);
  g_free(asked);
}

static void
ask(KioskSession *self, KioskStationCall call, FidotoolJson *request,
    KioskStationDone done, bool of_act)
{
  Asked *asked = g_new0(Asked, 1);

  asked->self = self;
  asked->done = done;
  asked->of_act = of_act;
  asked->turn = self->act.turn;
  self->busy++;
  kiosk_station_call(self->station, call, request, on_answer, asked);
}

void
kiosk_session_ask(KioskSession *self, KioskStationCall call,
                  FidotoolJson *request, KioskStationDone done)
{
  ask(self, call, request, done, false);
}

void
kiosk_session_ask_for_act(KioskSession *self, KioskStationCall call,
                          FidotoolJson *request, KioskStationDone done)
{
  ask(self, call, request, done, true);
}

bool
kiosk_session_is_busy(KioskSession *self)
{
  return self->busy > 0;
}

bool
kiosk_session_is_role_over(const FidotoolJson *answer)
{
  const FidotoolJson *first =
      fidotool_json_at(fidotool_json_get(answer, "refused"), 0);

  return g_strcmp0(fidotool_json_get_text(first, "rule"), "role-not-active") ==
         0;
}

/* --- from page to page ------------------------------------------------------
 */

static void
wipe(KioskSession *self)
{
  kiosk_device_work_cancel(self->work);
  kiosk_session_act_clear(self);
  kiosk_session_user_clear(self);
  g_clear_pointer(&self->persons, fidotool_json_free);
  g_clear_pointer(&self->cases, fidotool_json_free);
  g_clear_pointer(&self->person, fidotool_json_free);
  kiosk_session_remember_case(self, NULL);
  g_signal_emit(self, signals[WIPED], 0);
}

static void
leave(KioskSession *self)
{
  kiosk_station_leave(self->station);
  self->busy = 0; /* no answer comes to what was asked before */
  self->going = false;
  self->recording = false;
  kiosk_session_sign_in_clear(self);
  self->facts.staff = false;
}

static gboolean
ask_while_away(gpointer data)
{
  KioskSession *self = data;

  if (self->step != KIOSK_STEP_AWAY) {
    self->away_source = 0;
    return G_SOURCE_REMOVE;
  }
  if (self->busy == 0)
    kiosk_session_load_status(self);
  return G_SOURCE_CONTINUE;
}

/* A page that locks when the staff key is pulled is not opened without it: it
 * may have been taken out on one that does not. */
static void
lock_without_key(KioskSession *self, KioskFlowNext *next)
{
  KioskFlowNext locked;

  if (!self->facts.staff || self->staff.device != NULL || next->leave ||
      !kiosk_presenter_flow_next(next->step, KIOSK_GO_STAFF_KEY_GONE,
                                 &self->facts, self->from_away, &locked))
    return;
  locked.wipe = locked.wipe || next->wipe;
  *next = locked;
}

bool
kiosk_session_has_stop(KioskSession *self)
{
  /* Whoever was at work when recoveryd went away can clear it all the same. */
  return self->step == KIOSK_STEP_AWAY
             ? self->from_away != KIOSK_STEP_WELCOME
             : kiosk_presenter_flow_has_stop(self->step);
}

bool
kiosk_session_go(KioskSession *self, KioskGo go)
{
  KioskFlowNext next;

  if (!kiosk_presenter_flow_next(self->step, go, &self->facts, self->from_away,
                                 &next))
    return false;
  lock_without_key(self, &next);
  if (next.step == KIOSK_STEP_AWAY) {
    self->from_away = self->step;
    if (self->away_source == 0)
      self->away_source = g_timeout_add(AWAY_MS, ask_while_away, self);
  }
  if (next.wipe)
    wipe(self);
  if (next.leave)
    leave(self);
  /* A key job belongs to the page that began it, and so does an act. */
  if (next.step != self->step && !next.wipe)
    kiosk_device_work_cancel(self->work);
  if (self->step == KIOSK_STEP_ACT || self->step == KIOSK_STEP_ELSEWHERE ||
      self->step == KIOSK_STEP_SIGN_IN)
    kiosk_session_act_clear(self);
  if (kiosk_presenter_flow_half(self->step) == KIOSK_HALF_USER &&
      kiosk_presenter_flow_half(next.step) != KIOSK_HALF_USER)
    kiosk_session_user_clear(self);
  self->step = next.step;
  g_signal_emit(self, signals[STEP_CHANGED], 0);
  /* Leaving ends the connection, and only over one is it seen that the station
   * goes away: the next person has one from the start. */
  if (next.leave)
    kiosk_session_load_status(self);
  return true;
}

static void
on_station_lost(KioskSession *self)
{
  kiosk_session_sign_in_clear(self);
  self->facts.staff = false;
  (void)kiosk_session_go(self, KIOSK_GO_AWAY);
}

static void
on_station_changed(KioskSession *self)
{
  if (self->step == KIOSK_STEP_CASE || self->step == KIOSK_STEP_EVIDENCE ||
      self->step == KIOSK_STEP_ELSEWHERE || self->step == KIOSK_STEP_RETURN)
    kiosk_session_load_case(self);
  if (self->step == KIOSK_STEP_HOME)
    kiosk_session_load_cases(self);
  if (self->step == KIOSK_STEP_STATUS)
    kiosk_session_load_status(self);
}

/* A key that did not do is out: whoever has another may put it in. */
static void
await_another(KioskSession *self)
{
  self->staff.stranger = false;
  if (self->step == KIOSK_STEP_SIGN_IN)
    kiosk_session_sign_in_start(self);
  else if (self->act.stage == KIOSK_STAGE_WHO)
    kiosk_session_act_ask_who(self);
}

/* Another key may be put into the same port, under the same name: what was
 * known of this one, and the PIN that was meant for it, are forgotten. */
static void
on_key_removed(KioskSession *self, const char *selector)
{
  bool stranger = self->staff.stranger;

  if (g_strcmp0(self->staff.device, selector) == 0) {
    g_clear_pointer(&self->staff.device, g_free);
    (void)kiosk_session_go(self, KIOSK_GO_STAFF_KEY_GONE);
  }
  if (g_strcmp0(self->act.device, selector) == 0)
    g_clear_pointer(&self->act.device, g_free);
  if (g_strcmp0(self->act.signed_by, selector) == 0)
    g_clear_pointer(&self->act.signed_by, g_free);
  if (g_strcmp0(self->user.device, selector) == 0)
    kiosk_session_user_key_pulled(self);
  if (stranger)
    await_another(self);
}

/* --- getters ----------------------------------------------------------------
 */

KioskDeviceWork *
kiosk_session_work(KioskSession *self)
{
  return self->work;
}

void
kiosk_session_set_config(KioskSession *self, const KioskConfig *config)
{
  self->config = config;
}

const KioskConfig *
kiosk_session_config(KioskSession *self)
{
  return self->config;
}

KioskStep
kiosk_session_step(KioskSession *self)
{
  return self->step;
}

const KioskFlowFacts *
kiosk_session_facts(KioskSession *self)
{
  return &self->facts;
}

const FidotoolJson *
kiosk_session_status(KioskSession *self)
{
  return self->status;
}

bool
kiosk_session_is_practice(KioskSession *self)
{
  return fidotool_json_get_int(self->status, "practice", 0) == 1;
}

const FidotoolJson *
kiosk_session_persons(KioskSession *self)
{
  return self->persons;
}

const FidotoolJson *
kiosk_session_cases(KioskSession *self)
{
  return self->cases;
}

const FidotoolJson *
kiosk_session_person(KioskSession *self)
{
  return self->person;
}

const FidotoolJson *
kiosk_session_case(KioskSession *self)
{
  return self->of;
}

const FidotoolJson *
kiosk_session_acts(KioskSession *self)
{
  return self->acts;
}

const FidotoolJson *
kiosk_session_plan(KioskSession *self)
{
  return self->plan;
}

const FidotoolJson *
kiosk_session_proof(KioskSession *self)
{
  return self->proof;
}

const char *
kiosk_session_case_id(KioskSession *self)
{
  return self->case_id;
}

/* --- the object -------------------------------------------------------------
 */

static void
kiosk_session_dispose(GObject *object)
{
  KioskSession *self = KIOSK_SESSION(object);

  if (self->away_source != 0)
    g_source_remove(self->away_source);
  self->away_source = 0;
  if (self->work != NULL)
    wipe(self);
  kiosk_session_sign_in_clear(self);
  g_clear_pointer(&self->status, fidotool_json_free);
  g_clear_object(&self->exchange);
  g_clear_object(&self->work);
  g_clear_object(&self->station);
  G_OBJECT_CLASS(kiosk_session_parent_class)->dispose(object);
}

static void
kiosk_session_class_init(KioskSessionClass *klass)
{
  GType type = KIOSK_TYPE_SESSION;

  G_OBJECT_CLASS(klass)->dispose = kiosk_session_dispose;
  signals[STEP_CHANGED] = g_signal_new("step-changed", type, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new("changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[REFUSED] =
      g_signal_new("refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[TROUBLE] =
      g_signal_new("trouble", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[WIPED] = g_signal_new("wiped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
kiosk_session_init(KioskSession *self)
{
  static const KioskConfig none = {0};

  self->config = &none;
  self->step = KIOSK_STEP_WELCOME;
}

KioskSession *
kiosk_session_new(KioskStation *station, KioskDeviceWork *work)
{
  KioskSession *self = g_object_new(KIOSK_TYPE_SESSION, NULL);

  self->station = g_object_ref(station);
  self->work = g_object_ref(work);
  g_signal_connect_object(station, "lost", G_CALLBACK(on_station_lost), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(station, "changed", G_CALLBACK(on_station_changed),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(work, "removed", G_CALLBACK(on_key_removed), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(work, "view-changed",
                          G_CALLBACK(kiosk_session_user_view_changed), self,
                          G_CONNECT_SWAPPED);
  return self;
}
