/* SPDX-License-Identifier: Apache-2.0 */
/* walk.h - an attacker's random walk over a world that was founded and has one
 * open case. The promise is checked at each step where the station is in this
 * process. KEYTURN_SEED chooses another walk. */
#pragma once

#include "tests/attack/world.h"

void attack_walk_run(AttackWorld *world, int n);
/* A number from the environment. */
int attack_walk_number(const char *name, int otherwise);
