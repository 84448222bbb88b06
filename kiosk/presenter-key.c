/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-key.c - one table for the keyhelper's failures, one function for
 * each kind of event. */
#include "kiosk/presenter-key.h"

#include "fidotool/error.h"

/* After so many wrong PINs in a row the kiosk stops by itself: the standard
 * wants the key replugged then (CTAP 2.1, 6.5.5.6), and some keys go on
 * counting down instead. */
#define WRONG_IN_A_ROW 3

/* What a failure means for the person. {n} is filled by the row's user. */
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
  if (state == KIOSK_KEY_TOUCH && view->state != KIOSK_KEY_TOUCH &&
      view->touches == 0)
    view->touches = 1;
  view->hint = NULL;
  view->state = state;
  view->word = word;
  view->error = error;
  view->ask_pin = state == KIOSK_KEY_PIN;
  view->busy = state == KIOSK_KEY_WORKING || state == KIOSK_KEY_PIN ||
               state == KIOSK_KEY_TOUCH || state == KIOSK_KEY_LAST;
}

static void
want_pin(KioskKeyView *view, const KioskKeyInput *input)
{
  view->is_new = input->is_new;
  view->min = input->min;
  view->n = input->retries;
  view->tries = input->is_new ? -1 : input->retries;
  if (input->wrong && !input->is_new)
    view->wrong++;
  if (input->is_new) {
    set(view, KIOSK_KEY_PIN, input->wrong ? "pin.unfit" : "pin.choose",
        input->wrong);
    view->n = input->min;
  } else if (view->wrong >= WRONG_IN_A_ROW) {
    set(view, KIOSK_KEY_REPLUG, "pin.softlock", true);
  } else if (input->retries == 1) {
    set(view, KIOSK_KEY_LAST, "pin.wrong.last", true);
  } else if (view->wrong > 0) {
    set(view, KIOSK_KEY_PIN,
        input->retries < 0 ? "pin.wrong" : "pin.wrong.n", true);
  } else {
    set(view, KIOSK_KEY_PIN, "pin.enter", false);
  }
}

static void
take_wrong_pin(KioskKeyView *view, const KioskKeyInput *input)
{
  view->wrong++;
  view->n = input->retries;
  if (input->retries == 0)
    set(view, KIOSK_KEY_STOPPED, "pin.blocked", true);
  else if (view->wrong >= WRONG_IN_A_ROW)
    set(view, KIOSK_KEY_REPLUG, "pin.softlock", true);
  else if (input->retries == 1)
    set(view, KIOSK_KEY_RETRY, "pin.wrong.last", true);
  else
    set(view, KIOSK_KEY_RETRY, input->retries < 0 ? "pin.wrong" : "pin.wrong.n",
        true);
}

static void
take_failure(KioskKeyView *view, const KioskKeyInput *input)
{
  view->written = view->written || input->written;
  view->out = false;
  view->n = input->retries;
  if (input->code == FIDOTOOL_ERROR_PIN_INVALID) {
    take_wrong_pin(view, input);
    return;
  }
  if (input->known || input->other) {
    set(view, input->known ? KIOSK_KEY_STOPPED : KIOSK_KEY_RETRY,
        input->known ? "key.known" : "key.other", true);
    return;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(failures); i++)
    if (failures[i].code == input->code) {
      set(view, failures[i].state,
          view->written && failures[i].word_written ? failures[i].word_written
                                                    : failures[i].word,
          true);
      return;
    }
  set(view, KIOSK_KEY_RETRY,
      view->written ? "key.silent.written" : "key.silent", true);
}

/* The key is out. Where any key would do, the next one gets its turn; else it
 * is the same one that is awaited. */
static void
take_out(KioskKeyView *view)
{
  if (view->any)
    set(view, KIOSK_KEY_INSERT, "key.insert", false);
  else if (view->state == KIOSK_KEY_RETRY)
    set(view, KIOSK_KEY_INSERT,
        view->written ? "key.removed.resume" : "key.removed.nochange", true);
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
    if (n == 0)
      set(view, KIOSK_KEY_INSERT, view->error ? view->word : "key.insert",
          view->error && view->state == KIOSK_KEY_INSERT);
    else if (n > 1)
      set(view, KIOSK_KEY_TOO_MANY, "key.two", false);
    else
      set(view, KIOSK_KEY_WORKING, "key.working", false);
    break;
  case KIOSK_KEY_REPLUG:
    if (n == 0) {
      view->out = true;
      set(view, KIOSK_KEY_REPLUG, "key.again", false);
    } else if (view->out && n == 1) {
      view->out = false;
      set(view, KIOSK_KEY_WORKING, "key.working", false);
    }
    break;
  case KIOSK_KEY_RETRY:
  case KIOSK_KEY_STOPPED:
  case KIOSK_KEY_DONE:
    if (n == 0)
      take_out(view);
    break;
  case KIOSK_KEY_IDLE:
  case KIOSK_KEY_WORKING:
  case KIOSK_KEY_PIN:
  case KIOSK_KEY_LAST:
  case KIOSK_KEY_TOUCH:
    break;
  }
}

static void
start(KioskKeyView *view, const KioskKeyInput *input)
{
  int wrong = view->wrong;
  bool written = view->written || input->written;

  *view = (KioskKeyView){.state = KIOSK_KEY_INSERT,
                         .word = "key.insert",
                         .wrong = wrong,
                         .tries = -1,
                         .any = input->any,
                         .written = written};
  take_keys(view, input->n);
}

/* Only where nothing happens by itself is there something else to try. */
static void
wait_longer(KioskKeyView *view)
{
  if (view->state == KIOSK_KEY_INSERT)
    view->hint = "key.hint";
  else if (view->state == KIOSK_KEY_REPLUG)
    view->hint = view->out ? "key.hint" : "key.hint.out";
}

static bool
runs(const KioskKeyView *view)
{
  return view->busy;
}

void
kiosk_presenter_key_apply(KioskKeyView *view, KioskKeyEvent event,
                          const KioskKeyInput *input)
{
  static const KioskKeyInput none = {.retries = -1};

  if (input == NULL)
    input = &none;
  switch (event) {
  case KIOSK_KEY_EVENT_START:
    start(view, input);
    break;
  case KIOSK_KEY_EVENT_KEYS:
    take_keys(view, input->n);
    break;
  case KIOSK_KEY_EVENT_BEGUN:
    view->touches = 0;
    set(view, KIOSK_KEY_WORKING, "key.working", false);
    break;
  case KIOSK_KEY_EVENT_PROCESSING:
    if (runs(view))
      set(view, KIOSK_KEY_WORKING,
          view->state == KIOSK_KEY_TOUCH ? "key.touched" : "key.working",
          false);
    break;
  case KIOSK_KEY_EVENT_TOUCH:
    if (runs(view))
      set(view, KIOSK_KEY_TOUCH, "touch.now", false);
    break;
  case KIOSK_KEY_EVENT_HOLD:
    if (runs(view)) {
      view->n = input->n;
      set(view, KIOSK_KEY_TOUCH, "touch.hold", false);
    }
    break;
  case KIOSK_KEY_EVENT_MADE:
    if (runs(view)) {
      view->written = true;
      view->touches = 2;
      set(view, KIOSK_KEY_WORKING, "key.touched", false);
    }
    break;
  case KIOSK_KEY_EVENT_FINGER:
    if (runs(view))
      set(view, KIOSK_KEY_TOUCH, "finger.now", false);
    break;
  case KIOSK_KEY_EVENT_PIN:
    if (runs(view))
      want_pin(view, input);
    break;
  case KIOSK_KEY_EVENT_ENTERED:
    if (view->state == KIOSK_KEY_PIN)
      set(view, KIOSK_KEY_WORKING, "key.working", false);
    break;
  case KIOSK_KEY_EVENT_USE_LAST:
    if (view->state == KIOSK_KEY_LAST)
      set(view, KIOSK_KEY_PIN, "pin.wrong.last", true);
    break;
  case KIOSK_KEY_EVENT_EARLY:
    if (view->state != KIOSK_KEY_IDLE && view->state != KIOSK_KEY_DONE) {
      view->word = "touch.early";
      view->error = true;
    }
    break;
  case KIOSK_KEY_EVENT_WAITED:
    wait_longer(view);
    break;
  case KIOSK_KEY_EVENT_FAILED:
    if (view->state != KIOSK_KEY_IDLE)
      take_failure(view, input);
    break;
  case KIOSK_KEY_EVENT_REFUSED:
    /* Which rule it was is said by whoever heard it. */
    if (view->state != KIOSK_KEY_IDLE)
      set(view, KIOSK_KEY_RETRY, NULL, true);
    break;
  case KIOSK_KEY_EVENT_DONE:
    /* Only a key that was at work can have finished. */
    if (runs(view)) {
      view->wrong = 0;
      set(view, KIOSK_KEY_DONE, "key.done", false);
    }
    break;
  case KIOSK_KEY_EVENT_CANCEL:
    *view = (KioskKeyView){.word = NULL};
    break;
  }
}
