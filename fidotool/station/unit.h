/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - what a systemd unit says in the end: its file and its drop-ins, by
 * the order of folders in systemd.unit(5). systemd is not asked. */
#pragma once

#include "fidotool/station/place.h"

typedef struct FidotoolUnit FidotoolUnit;

/* NULL where there is none, or it is masked. */
FidotoolUnit *fidotool_unit_read(const FidotoolPlace *place, const char *name);
void fidotool_unit_free(FidotoolUnit *unit);

/* The values of a setting, in their order, with blanks between; "" for none.
 * An empty assignment has taken away what stood before it. Free with
 * g_free(). */
char *fidotool_unit_all(const FidotoolUnit *unit, const char *section,
                        const char *key);

/* The last of them, which counts where a setting has one value. */
char *fidotool_unit_last(const FidotoolUnit *unit, const char *section,
                         const char *key);

/* The names of all services: files and drop-in folders. */
GPtrArray *fidotool_unit_services(const FidotoolPlace *place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolUnit, fidotool_unit_free)
