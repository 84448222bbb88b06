/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h - every version the store's schema has had, in order. */
#pragma once

#include <stddef.h>

/* PRAGMA application_id of our files: "FDTL". */
#define RECOVERY_SCHEMA_APPLICATION 0x4644544C

/* The newest version, which is also the number of migrations. */
size_t recovery_schema_version(void);
/* The SQL that leads from version - 1 to version, 1 to the newest. A migration
 * that was released is never edited; the next one is added after it. */
const char *recovery_schema_migration(size_t version);
