/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-key.h - what a person at a key sees and may do, moment by moment.
 * Plain C: state and event in, view out; no GTK, clock or I/O. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
  KIOSK_KEY_IDLE,     /* nothing is asked of a key */
  KIOSK_KEY_INSERT,   /* a key is awaited */
  KIOSK_KEY_TOO_MANY, /* more keys than one where one is awaited */
  KIOSK_KEY_WORKING,  /* the key thinks */
  KIOSK_KEY_PIN,      /* a PIN is awaited from the person */
  KIOSK_KEY_LAST,     /* one try is left: the person is asked first */
  KIOSK_KEY_TOUCH,    /* a touch is awaited */
  KIOSK_KEY_REPLUG,   /* out and in again, then once more */
  KIOSK_KEY_RETRY,    /* it did not work; once more is possible */
  KIOSK_KEY_STOPPED,  /* it did not work, and will not with this key */
  KIOSK_KEY_DONE,
} KioskKeyState;

typedef enum {
  KIOSK_KEY_EVENT_START, /* a job is wanted */
  KIOSK_KEY_EVENT_KEYS,  /* n keys are there now */
  KIOSK_KEY_EVENT_BEGUN, /* keyhelper runs */
  KIOSK_KEY_EVENT_PROCESSING,
  KIOSK_KEY_EVENT_TOUCH,     /* a touch is needed */
  KIOSK_KEY_EVENT_HOLD,      /* touch and hold, n seconds */
  KIOSK_KEY_EVENT_MADE,      /* the key holds something new; one more step */
  KIOSK_KEY_EVENT_FINGER,    /* a fingerprint is needed */
  KIOSK_KEY_EVENT_TAP,       /* the key is to be laid on its reader */
  KIOSK_KEY_EVENT_TAP_AGAIN, /* ... and taken off it first */
  KIOSK_KEY_EVENT_TAPPED,    /* it lies there */
  KIOSK_KEY_EVENT_PIN,       /* a PIN is wanted: retries, is_new, min */
  KIOSK_KEY_EVENT_ENTERED,   /* the person gave one */
  KIOSK_KEY_EVENT_USE_LAST,  /* ... and wants to use the last try */
  KIOSK_KEY_EVENT_EARLY,     /* the key typed: it was touched too early */
  KIOSK_KEY_EVENT_WAITED,    /* nothing came for a while */
  KIOSK_KEY_EVENT_FAILED,    /* code: a FidotoolError */
  KIOSK_KEY_EVENT_REFUSED,   /* the station refused the outcome */
  KIOSK_KEY_EVENT_STRANGER,  /* the key has answered, and is nobody's here */
  KIOSK_KEY_EVENT_DONE,
  KIOSK_KEY_EVENT_CANCEL,
} KioskKeyEvent;

typedef struct {
  int n;       /* keys; seconds */
  int retries; /* -1 unknown */
  int min;     /* code points of a PIN */
  int code;    /* FidotoolError */
  bool is_new;
  bool wrong;   /* PIN: the last one was no good */
  bool written; /* START, FAILED: the key already holds something new */
  bool any;     /* START: whichever key is put in, and then another one */
  bool fresh;   /* START: one that is in already comes out first */
  bool other;   /* FAILED: it is another key than the one begun with */
  bool known;   /* FAILED: the key is registered already */
  bool station; /* FAILED: by what the station asked for, not by the key */
  bool lifted;  /* FAILED: it was taken off its reader too early */
} KioskKeyInput;

typedef struct {
  KioskKeyState state;
  const char *word;   /* id of what is said now (words.h) */
  int n;              /* its number */
  const char *hint;   /* what else to try, after a while; or NULL */
  const char *beside; /* another way to the same, where there is one; or NULL */
  bool error;         /* the word belongs in the error strip */
  bool ask_pin;       /* show the entry */
  bool is_new;        /* ... for a PIN that is chosen */
  int min;
  bool busy; /* keyhelper runs: cancel is possible */
  /* kept between events */
  int wrong;   /* wrong PINs in a row since the key was plugged in */
  int tries;   /* PIN tries that are left; -1 unknown */
  int touches; /* the touch that is awaited: the first, the second */
  bool any;
  bool written;
  bool out;     /* REPLUG, STOPPED: the key is out */
  bool blocked; /* no PIN is asked for any more in this task */
} KioskKeyView;

/*
 * The one way from state to state; what does not fit changes nothing. A view
 * of zeros is a new task. After EVENT_PIN a view that is not busy any more
 * means that the job is to be ended: there may be no other try.
 */
void kiosk_presenter_key_apply(KioskKeyView *view, KioskKeyEvent event,
                               const KioskKeyInput *input);
