/* SPDX-License-Identifier: Apache-2.0 */
/* env.h - the clock and the randomness that a software key is handed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

typedef struct SoftkeyEnv SoftkeyEnv;

/*
 * The two functions are what the key uses; a test may put its own there. The
 * other members belong to the functions of env.c.
 */
struct SoftkeyEnv {
  int64_t (*now_ms)(SoftkeyEnv *env); /* monotonic, origin of no meaning */
  void (*random)(SoftkeyEnv *env, uint8_t *bytes, size_t len);

  int64_t offset_ms;
  bool stopped;
  uint8_t seed[32];
  uint64_t blocks;
};

/* The machine's own clock and randomness. Never NULL. */
SoftkeyEnv *softkey_env_new(void);
void softkey_env_free(SoftkeyEnv *env);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyEnv, softkey_env_free)

/* From here on the same bytes in each run with the same seed. */
void softkey_env_seed(SoftkeyEnv *env, uint64_t seed);

/* The clock stands still and moves by softkey_env_advance() alone. */
void softkey_env_stop(SoftkeyEnv *env);

/* Moves the clock forward by ms milliseconds. */
void softkey_env_advance(SoftkeyEnv *env, int64_t ms);
