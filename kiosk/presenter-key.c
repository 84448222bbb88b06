/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-key.c - one table for the keyhelper's failures, one function for
 * each kind of event. */
#include "kiosk/presenter-key.h"

#include "fidotool/error.h"

/* After so many wrong PINs in a row the kiosk stops by itself: the standard
 * wants the key replugged then (CTAP 2.1, 6.5.5.6), and some keys go on
 * counting down instead. */
#define WRONG_IN_A_ROW 3

/* What a failure means for the person. "Nothing was changed" is only said
 * where the key holds nothing new. */
/* clang-format off */
static const struct {
  int code;
  KioskKeyState state;
  const char *word;         /* nothing was written */
  const char *word_written; /* the key holds something already, or NULL */
} failures[] = {
  { FIDOTOOL_ERROR_NO_DEVICE,   KIOSK_KEY_INSERT,  "key.removed.nochange", "key.removed.resume" },
  { FIDOTOOL_ERROR_LOST,        KIOSK_KEY_INSERT,  "key.removed.nochange", "key.removed.resume" },
  { FIDOTOOL_ERROR_AMBIGUOUS,   KIOSK_KEY_TOO_MANY, "key.two", NULL },
  { FIDOTOOL_ERROR_PERMISSION,  KIOSK_KEY_STOPPED, "key.permission", NULL },
  { FIDOTOOL_ERROR_BUSY,        KIOSK_KEY_RETRY,   "key.busy", NULL },
  { FIDOTOOL_ERROR_PIN_REPLUG,  KIOSK_KEY_REPLUG,  "pin.softlock", NULL },
  { FIDOTOOL_ERROR_PIN_BLOCKED, KIOSK_KEY_STOPPED, "pin.blocked", NULL },
  { FIDOTOOL_ERROR_PIN_STATE,   KIOSK_KEY_STOPPED, "pin.state", NULL },
  { FIDOTOOL_ERROR_UV,          KIOSK_KEY_RETRY,   "finger.failed", NULL },
  { FIDOTOOL_ERROR_TIMEOUT,     KIOSK_KEY_RETRY,   "touch.timeout", NULL },
  { FIDOTOOL_ERROR_CANCELLED,   KIOSK_KEY_RETRY,   "key.cancelled", "key.cancelled.written" },
  { FIDOTOOL_ERROR_UNSUPPORTED, KIOSK_KEY_STOPPED, "key.lacks", NULL },
  { FIDOTOOL_ERROR_FULL,        KIOSK_KEY_STOPPED, "key.full", NULL },
  { FIDOTOOL_ERROR_NOT_FOUND,   KIOSK_KEY_RETRY,   "key.other", NULL },
  { FIDOTOOL_ERROR_INVALID,     KIOSK_KEY_RETRY,   "key.nonsense", NULL },
};
/* clang-format on */

static void
set(KioskKeyView *view, KioskKeyState state, const char *word, bool error)
{
  if (state == KIOSK_KEY_TOUCH && view->touches == 0)
    view->touches = 1;
  view->hint = NULL;
  view->state = state;
  view->word = word;
  view->error = error;
  view->ask_pin = state == KIOSK_KEY_PIN;
}

/* The job is over, and no other begins with this key: the standard's three
 * wrong PINs, or a key that takes none any more. */
static void
end(KioskKeyView *view, KioskKeyState state, const char *word)
{
  view->busy = false;
  view->out = false;
  view->blocked = view->blocked || state == KIOSK_KEY_STOPPED;
  set(view, state, word, true);
}

/* Wrong PINs so far, and how many tries are left: may there be another? */
static bool
may_try(KioskKeyView *view, int retries)
{
  if (retries == 0)
    end(view, KIOSK_KEY_STOPPED, "pin.blocked");
  else if (view->wrong >= WRONG_IN_A_ROW)
    end(view, KIOSK_KEY_REPLUG, "pin.softlock");
  else
    return true;
  return false;
}

static const char *
word_of_pin(const KioskKeyView *view, int retries)
{
  if (view->wrong == 0)
    return retries == 1 ? "pin.last" : "pin.enter";
  if (retries == 1)
    return "pin.wrong.last";
  return retries < 0 ? "pin.wrong" : "pin.wrong.n";
}

static void
want_pin(KioskKeyView *view, const KioskKeyInput *input)
{
  view->is_new = input->is_new;
  view->min = input->min;
  view->n = input->is_new ? input->min : input->retries;
  view->tries = input->is_new ? -1 : input->retries;
  if (input->is_new) {
    set(view, KIOSK_KEY_PIN, input->wrong ? "pin.unfit" : "pin.choose",
        input->wrong);
    return;
  }
  if (input->wrong)
    view->wrong++;
  if (may_try(view, input->retries))
    set(view, input->retries == 1 ? KIOSK_KEY_LAST : KIOSK_KEY_PIN,
        word_of_pin(view, input->retries),
        view->wrong > 0 || input->retries == 1);
}

static void
take_wrong_pin(KioskKeyView *view, const KioskKeyInput *input)
{
  view->wrong++;
  if (may_try(view, input->retries))
    set(view, KIOSK_KEY_RETRY, word_of_pin(view, input->retries), true);
}

static void
take_code(KioskKeyView *view, int code)
{
  for (size_t i = 0; i < G_N_ELEMENTS(failures); i++)
    if (failures[i].code == code) {
      set(view, failures[i].state,
          view->written && failures[i].word_written ? failures[i].word_written
                                                    : failures[i].word,
          true);
      return;
    }
  set(view, KIOSK_KEY_RETRY,
      view->written ? "key.silent.written" : "key.silent", true);
}

static void
take_failure(KioskKeyView *view, const KioskKeyInput *input)
{
  view->written = view->written || input->written;
  view->busy = view->out = false;
  view->n = input->retries;
  if (input->code == FIDOTOOL_ERROR_PIN_INVALID) {
    take_wrong_pin(view, input);
    return;
  }
  if (input->code == FIDOTOOL_ERROR_LOST ||
      input->code == FIDOTOOL_ERROR_NO_DEVICE)
    view->wrong = 0; /* it has lost its power, and counts anew */
  if (input->code == FIDOTOOL_ERROR_PIN_REPLUG)
    view->wrong = WRONG_IN_A_ROW;
  if (input->station) {
    set(view, KIOSK_KEY_RETRY, "station.asked", true);
    return;
  }
  if (input->known || input->other) {
    set(view, input->known ? KIOSK_KEY_STOPPED : KIOSK_KEY_RETRY,
        input->known ? "key.known" : "key.other", true);
    return;
  }
  view->blocked = input->code == FIDOTOOL_ERROR_PIN_BLOCKED;
  take_code(view, input->code);
  if (input->lifted && !view->written && view->state == KIOSK_KEY_INSERT)
    view->word = "key.lifted";
}

/* A failure is one of a job, or of waiting for its key. What has ended, or
 * waits for the key to be plugged in again, is beyond it. */
static bool
can_fail(KioskKeyState state)
{
  switch (state) {
  case KIOSK_KEY_INSERT:
  case KIOSK_KEY_TOO_MANY:
  case KIOSK_KEY_WORKING:
  case KIOSK_KEY_PIN:
  case KIOSK_KEY_LAST:
  case KIOSK_KEY_TOUCH:
  case KIOSK_KEY_RETRY:
    return true;
  case KIOSK_KEY_IDLE:
  case KIOSK_KEY_REPLUG:
  case KIOSK_KEY_STOPPED:
  case KIOSK_KEY_DONE:
    return false;
  }
  return false;
}

static void
wait_one(KioskKeyView *view, int n)
{
  bool stays = view->error && view->state == KIOSK_KEY_INSERT;

  if (n == 0)
    set(view, KIOSK_KEY_INSERT, stays ? view->word : "key.insert", stays);
  else if (n > 1)
    set(view, KIOSK_KEY_TOO_MANY, "key.two", false);
  else
    set(view, KIOSK_KEY_WORKING, "key.working", false);
}

static void
wait_replug(KioskKeyView *view, int n)
{
  if (n == 0 && view->any) { /* another one will do as well */
    view->out = false;
    set(view, KIOSK_KEY_INSERT, "key.insert", false);
  } else if (n == 0) {
    view->out = true;
    set(view, KIOSK_KEY_REPLUG, "key.again", false);
  } else if (view->out && n > 1) {
    set(view, KIOSK_KEY_REPLUG, "key.two", false);
  } else if (view->out) {
    view->out = false;
    set(view, KIOSK_KEY_WORKING, "key.working", false);
  }
}

/* The key is out. Where any key would do, the next one gets its turn; else it
 * is the same one that is awaited. */
static void
take_out(KioskKeyView *view)
{
  if (view->any) {
    view->blocked = false;
    set(view, KIOSK_KEY_INSERT, "key.insert", false);
  } else if (view->state == KIOSK_KEY_RETRY) {
    set(view, KIOSK_KEY_INSERT,
        view->written ? "key.removed.resume" : "key.removed.nochange", true);
  } else if (view->state == KIOSK_KEY_STOPPED) {
    view->out = true;
  }
}

/* A job waits for exactly one key; while it runs, keys are its own matter. */
static void
take_keys(KioskKeyView *view, int n)
{
  if (n == 0)
    view->wrong = 0;
  switch (view->state) {
  case KIOSK_KEY_INSERT:
  case KIOSK_KEY_TOO_MANY:
    wait_one(view, n);
    break;
  case KIOSK_KEY_WORKING:
    if (!view->busy) /* found, but not begun with yet */
      wait_one(view, n);
    break;
  case KIOSK_KEY_REPLUG:
    wait_replug(view, n);
    break;
  case KIOSK_KEY_STOPPED:
    view->out = false;
    /* fall through */
  case KIOSK_KEY_RETRY:
  case KIOSK_KEY_DONE:
    if (n == 0)
      take_out(view);
    break;
  case KIOSK_KEY_IDLE:
  case KIOSK_KEY_PIN:
  case KIOSK_KEY_LAST:
  case KIOSK_KEY_TOUCH:
    break;
  }
}

/* Once more is no way around a key that is blocked or wants to be replugged. */
static void
start(KioskKeyView *view, const KioskKeyInput *input)
{
  bool replug =
      view->state == KIOSK_KEY_REPLUG || view->wrong >= WRONG_IN_A_ROW;

  *view = (KioskKeyView){.wrong = view->wrong,
                         .tries = -1,
                         .any = input->any,
                         .written = view->written || input->written,
                         .blocked = view->blocked,
                         .out = view->out};
  if (view->blocked)
    set(view, KIOSK_KEY_STOPPED, "pin.blocked", true);
  else if (replug)
    set(view, KIOSK_KEY_REPLUG, view->out ? "key.again" : "pin.softlock",
        !view->out);
  else if (input->fresh && input->n > 0)
    set(view, KIOSK_KEY_REPLUG, "key.another", false);
  else
    set(view, KIOSK_KEY_INSERT, "key.insert", false);
  take_keys(view, input->n);
}

/* Only where nothing happens by itself is there something else to try. */
static void
on_waited(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (view->state == KIOSK_KEY_INSERT)
    view->hint = "key.hint";
  else if (view->state == KIOSK_KEY_REPLUG)
    view->hint = view->out ? "key.hint" : "key.hint.out";
}

/* --- while a job runs -------------------------------------------------------
 */

/* The key is at work, and nothing is asked of the person but a touch. */
static bool
works(const KioskKeyView *view)
{
  return view->busy &&
         (view->state == KIOSK_KEY_WORKING || view->state == KIOSK_KEY_TOUCH);
}

static void
want_touch(KioskKeyView *view, const char *word, int n)
{
  if (!works(view))
    return;
  view->n = n;
  set(view, KIOSK_KEY_TOUCH, word, false);
}

/* A key on a reader: laying it there is what a touch is elsewhere. */
static void
want_tap(KioskKeyView *view, const char *word)
{
  if (works(view))
    set(view, KIOSK_KEY_WORKING, word, false);
}

static void
on_processing(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (!works(view))
    return;
  if (view->state == KIOSK_KEY_TOUCH)
    set(view, KIOSK_KEY_WORKING, "key.touched", false);
  else if (view->error)
    set(view, KIOSK_KEY_WORKING, "key.working", false);
}

/* The key typed like a keyboard. What is worse is not hidden by it. */
static void
on_early(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (!can_fail(view->state) || view->state == KIOSK_KEY_LAST)
    return;
  view->word = view->written ? "touch.early.written" : "touch.early";
  view->error = true;
}

/* ---- one event each ---- */

static void
on_keys(KioskKeyView *view, const KioskKeyInput *input)
{
  take_keys(view, input->n);
}

static void
on_begun(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (view->state != KIOSK_KEY_WORKING)
    return;
  view->busy = true;
  view->touches = 0;
  set(view, KIOSK_KEY_WORKING, "key.working", false);
}

static void
on_touch(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  want_touch(view, "touch.now", 0);
}

static void
on_hold(KioskKeyView *view, const KioskKeyInput *input)
{
  want_touch(view, "touch.hold", input->n);
}

static void
on_made(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (!works(view))
    return;
  view->written = true;
  view->touches = 2;
  set(view, KIOSK_KEY_WORKING, "key.touched", false);
}

static void
on_finger(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (works(view))
    set(view, KIOSK_KEY_TOUCH, "finger.now", false);
}

static void
on_tap(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  want_tap(view, "key.tap");
}

static void
on_tap_again(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  want_tap(view, "key.tap.again");
}

static void
on_tapped(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  want_tap(view, "key.working");
}

static void
on_pin(KioskKeyView *view, const KioskKeyInput *input)
{
  if (view->busy)
    want_pin(view, input);
}

static void
on_entered(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (view->state == KIOSK_KEY_PIN)
    set(view, KIOSK_KEY_WORKING, "key.working", false);
}

static void
on_use_last(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (view->state == KIOSK_KEY_LAST)
    set(view, KIOSK_KEY_PIN, view->word, true);
}

static void
on_failed(KioskKeyView *view, const KioskKeyInput *input)
{
  if (can_fail(view->state))
    take_failure(view, input);
}

/* Only what a key gave can be refused; which rule it was is said by whoever
 * heard it. */
static void
on_refused(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (view->state == KIOSK_KEY_DONE)
    set(view, KIOSK_KEY_RETRY, NULL, true);
}

/* Who it is not is said by whoever looked for it. */
static void
on_stranger(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (view->state == KIOSK_KEY_DONE)
    set(view, KIOSK_KEY_STOPPED, NULL, true);
}

/* Only a key that was at work can have finished. */
static void
on_done(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  if (!view->busy)
    return;
  view->busy = false;
  view->wrong = 0;
  set(view, KIOSK_KEY_DONE, "key.done", false);
}

static void
on_cancel(KioskKeyView *view, G_GNUC_UNUSED const KioskKeyInput *input)
{
  *view = (KioskKeyView){.word = NULL};
}

/* Every event there is. */
/* clang-format off */
static void (*const events[])(KioskKeyView *view, const KioskKeyInput *input) = {
  [KIOSK_KEY_EVENT_START]      = start,
  [KIOSK_KEY_EVENT_KEYS]       = on_keys,
  [KIOSK_KEY_EVENT_BEGUN]      = on_begun,
  [KIOSK_KEY_EVENT_PROCESSING] = on_processing,
  [KIOSK_KEY_EVENT_TOUCH]      = on_touch,
  [KIOSK_KEY_EVENT_HOLD]       = on_hold,
  [KIOSK_KEY_EVENT_MADE]       = on_made,
  [KIOSK_KEY_EVENT_FINGER]     = on_finger,
  [KIOSK_KEY_EVENT_TAP]        = on_tap,
  [KIOSK_KEY_EVENT_TAP_AGAIN]  = on_tap_again,
  [KIOSK_KEY_EVENT_TAPPED]     = on_tapped,
  [KIOSK_KEY_EVENT_PIN]        = on_pin,
  [KIOSK_KEY_EVENT_ENTERED]    = on_entered,
  [KIOSK_KEY_EVENT_USE_LAST]   = on_use_last,
  [KIOSK_KEY_EVENT_EARLY]      = on_early,
  [KIOSK_KEY_EVENT_WAITED]     = on_waited,
  [KIOSK_KEY_EVENT_FAILED]     = on_failed,
  [KIOSK_KEY_EVENT_REFUSED]    = on_refused,
  [KIOSK_KEY_EVENT_STRANGER]   = on_stranger,
  [KIOSK_KEY_EVENT_DONE]       = on_done,
  [KIOSK_KEY_EVENT_CANCEL]     = on_cancel,
};
/* clang-format on */

void
kiosk_presenter_key_apply(KioskKeyView *view, KioskKeyEvent event,
                          const KioskKeyInput *input)
{
  static const KioskKeyInput none = {.retries = -1};

  events[event](view, input != NULL ? input : &none);
}
