/* SPDX-License-Identifier: Apache-2.0 */
/* exception.h - a world whose policy has requirements, and officers who grant
 * exceptions from them. */
#pragma once

#include "tests/attack/world.h"

#define DAY_MS (24 * ATTACK_HOUR_MS)
#define DAY_S INT64_C(86400)

/* Enterprise people use no passkey from nowhere (L24). */
#define FABRIC                                                                 \
  "uv: true}}\n  - {id: bound",                                                \
      "uv: true}, sync_fabric_ref: S1}\n  - {id: bound"

/* What one test changes; the rest stays as it is said here. */
typedef struct {
  const char *id, *waives, *population, *app, *owner;
  int64_t from_s, until_s, review_every_d; /* times from now */
} AttackExceptionWanted;

/* A founded world with the requirements R1 (at the app wiki) and R2 (of the
 * people staff). */
AttackWorld *attack_world_exception_world(void);
/* From R1 at the wiki, of p-lead, for 40 days, reviewed every 14. */
AttackExceptionWanted attack_world_exception_usual(const char *id);
/* Its line; free with g_free(). */
char *attack_world_exception_line(const AttackWorld *world,
                                  AttackExceptionWanted wanted);
/* One officer's half of a grant. */
FidotoolJson *attack_world_exception_sign(AttackWorld *world,
                                          const char *officer, bool away,
                                          const char *text);
/* Granted by both; its object, hex, is freed with g_free(). */
char *attack_world_exception_grant(AttackWorld *world,
                                   AttackExceptionWanted wanted);
/* exception.review or exception.end. */
FidotoolJson *attack_world_exception_one_signs(AttackWorld *world,
                                               const char *act,
                                               const char *officer,
                                               const char *object);
/* The live ones by id, with a space between; free with g_free(). */
char *attack_world_exception_live(AttackWorld *world);
/* Its state, as the query has it; free with g_free(). */
char *attack_world_exception_state(AttackWorld *world, const char *id);

#define assert_live(world, ids)                                                \
  do {                                                                         \
    g_autofree char *found = attack_world_exception_live(world);               \
    assert_string_equal(found, ids);                                           \
  } while (0)
#define assert_state(world, id, state)                                         \
  do {                                                                         \
    g_autofree char *found = attack_world_exception_state(world, id);          \
    assert_string_equal(found, state);                                         \
  } while (0)
