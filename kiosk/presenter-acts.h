/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-acts.h - what recoveryd says of the acts, as what staff may press:
 * what is open now, to whom, and how it is begun. No rule is here: whether an
 * act is open is recoveryd's word. Plain C. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

/* How an act is begun. */
typedef enum {
  KIOSK_BEGIN_ACT,      /* read, sign: the page of an act */
  KIOSK_BEGIN_SUBMIT,   /* at once: nothing is signed */
  KIOSK_BEGIN_EVIDENCE, /* on the page for evidence */
  KIOSK_BEGIN_HANDOVER, /* the user takes over */
  KIOSK_BEGIN_ROLE,     /* first the person who is signed in takes a role */
} KioskBegin;

typedef struct {
  char *act, *slot; /* slot may be NULL */
  KioskBegin begin;
  bool open;      /* somebody may do it here and now */
  bool own;       /* the person who is signed in; else whoever puts a key in */
  bool elsewhere; /* it may be signed on another machine as well */
  GPtrArray *who; /* char *: persons to whom it is open */
  char *role;     /* ROLE: the one to take first */
  char *rule, *text, *enough; /* not open: why; may be NULL */
} KioskOffer;

/* acts: the array of the query "acts"; me: who is signed in. What is open
 * comes first, what leads on before what leads back, mine before others'. Freed with
 * g_ptr_array_unref(). */
GPtrArray *kiosk_presenter_acts_read(const FidotoolJson *acts, const char *me);
/* The act that stands beside this one as its opposite, or NULL: who may
 * approve may also refuse. */
const char *kiosk_presenter_acts_opposite(const char *act);
/* Words to offer where recoveryd takes any word for a member: NULL after the
 * last. */
const char *kiosk_presenter_acts_suggestion(const char *act, const char *name,
                                            size_t i);
