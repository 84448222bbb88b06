/* SPDX-License-Identifier: Apache-2.0 */
/* key-plan.h - a station's leave to take something off a key, as `fidotool key
 * plan` wrote it. It is carried, not judged: keyhelper does that. */
#pragma once

#include "fidotool/cli/cmd.h"

/* The option --plan. */
#define FIDOTOOL_KEY_PLAN_ENTRY(path)                                          \
  {                                                                            \
    "plan", 0, 0, G_OPTION_ARG_FILENAME, path,                                 \
        "what the station gave for this key; see fidotool key plan reset",     \
        "FILE"                                                                 \
  }

/*
 * Adds `signed` of a file ("-": standard input; NULL: nothing is added) to a
 * request or offer (fidotool/helper/plan.h).
 * errors  FIDOTOOL_ERROR_USAGE, _INVALID
 */
bool fidotool_key_plan_add(FidotoolJson *request, const char *path,
                           GError **error);
