/* SPDX-License-Identifier: Apache-2.0 */
/* inject.h - faults that a test orders: wrong answers, damage, slowness. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/env.h"
#include "tests/softkey/status.h"

typedef enum {
  SOFTKEY_INJECT_FAIL,     /* answers status argument, does nothing */
  SOFTKEY_INJECT_CORRUPT,  /* inverts byte number argument of the reply */
  SOFTKEY_INJECT_TRUNCATE, /* argument bytes fewer at the end */
  SOFTKEY_INJECT_APPEND,   /* argument zero bytes more at the end */
} SoftkeyInjectKind;

/* Counted from 1: the next command, or its reply, is number 1. */
typedef struct {
  unsigned number;
  SoftkeyInjectKind kind;
  unsigned argument;
} SoftkeyInjectOrder;

typedef struct {
  GArray *orders;   /* SoftkeyInjectOrder */
  int64_t delay_ms; /* each command is processed so long first */
  bool stall;       /* the next command is processed for ever */
} SoftkeyInject;

SoftkeyInject *softkey_inject_new(void);
void softkey_inject_free(SoftkeyInject *inject);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyInject, softkey_inject_free)

void softkey_inject_add(SoftkeyInject *inject, SoftkeyInjectKind kind,
                        unsigned number, unsigned argument);

/* At each command: the status it has to answer with, or OK. */
SoftkeyStatus softkey_inject_command(SoftkeyInject *inject);

/* Something in a reply, by chance: a bit, its end, bytes more, or all of it. */
void softkey_inject_damage(SoftkeyEnv *env, GByteArray *reply);

/* At each reply, after softkey_inject_command(): damages it as ordered. */
void softkey_inject_reply(SoftkeyInject *inject, GByteArray *reply);
