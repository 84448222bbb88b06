/* SPDX-License-Identifier: Apache-2.0 */
/* env.c - the clock and the randomness that a software key is handed. */
#include "tests/softkey/env.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>
#include <time.h>

static int64_t
read_clock(SoftkeyEnv *env)
{
  struct timespec now = {0};

  if (env->stopped)
    return env->offset_ms;
  (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + env->offset_ms;
}

static void
read_system(SoftkeyEnv *env, uint8_t *bytes, size_t len)
{
  (void)env;
  if (RAND_bytes(bytes, (int)len) != 1)
    g_error("no randomness");
}

/* SHA-256 of seed and block number: plain, and the same on every machine. */
static void
read_seeded(SoftkeyEnv *env, uint8_t *bytes, size_t len)
{
  uint8_t input[40], block[SHA256_DIGEST_LENGTH];

  while (len > 0) {
    uint64_t n = GUINT64_TO_BE(env->blocks++);
    size_t part = MIN(len, sizeof block);

    memcpy(input, env->seed, 32);
    memcpy(input + 32, &n, 8);
    (void)SHA256(input, sizeof input, block);
    memcpy(bytes, block, part);
    bytes += part;
    len -= part;
  }
}

SoftkeyEnv *
softkey_env_new(void)
{
  SoftkeyEnv *env = g_new0(SoftkeyEnv, 1);

  env->now_ms = read_clock;
  env->random = read_system;
  return env;
}

void
softkey_env_free(SoftkeyEnv *env)
{
  if (env == NULL)
    return;
  OPENSSL_cleanse(env, sizeof *env);
  g_free(env);
}

void
softkey_env_seed(SoftkeyEnv *env, uint64_t seed)
{
  uint64_t big = GUINT64_TO_BE(seed);

  (void)SHA256((const uint8_t *)&big, sizeof big, env->seed);
  env->blocks = 0;
  env->random = read_seeded;
}

void
softkey_env_stop(SoftkeyEnv *env)
{
  env->offset_ms = env->now_ms(env);
  env->stopped = true;
}

void
softkey_env_advance(SoftkeyEnv *env, int64_t ms)
{
  env->offset_ms += ms;
}
