/* SPDX-License-Identifier: Apache-2.0 */
/* policy-past.h - the policies that were in force, from a station or out of a
 * bundle. */
#pragma once

#include "fidotool/cli/governed.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *bundle, *trust;
} FidotoolPolicyPastOptions;

#define FIDOTOOL_POLICY_PAST_ENTRIES(options)                                  \
  FIDOTOOL_GOVERNED_ENTRIES(&(options)->who),                                  \
      {"bundle",                                                               \
       0,                                                                      \
       0,                                                                      \
       G_OPTION_ARG_FILENAME,                                                  \
       &(options)->bundle,                                                     \
       "a bundle of evidence, in place of a station",                          \
       "DIR"},                                                                 \
  {                                                                            \
    "trust", 0, 0, G_OPTION_ARG_FILENAME, &(options)->trust,                   \
        "what the station gave to its auditor; with --bundle", "DIR"           \
  }

void fidotool_policy_past_clear(FidotoolPolicyPastOptions *options);

/*
 * All of them: {"policies":[...]} as recovery_history_write() does, "text" in
 * each where it is known, and "bundle": what was found of it.
 * governed  is opened where there is no bundle; its role is activated
 */
FidotoolJson *fidotool_policy_past_read(FidotoolGoverned *governed,
                                        FidotoolCmd *cmd,
                                        FidotoolPolicyPastOptions *options,
                                        GError **error);
/*
 * The row of a version ("7"; NULL: the one in force), with its "text".
 * errors  FIDOTOOL_ERROR_NOT_FOUND
 */
FidotoolJson *fidotool_policy_past_find(FidotoolGoverned *governed,
                                        const FidotoolJson *past,
                                        const char *version, GError **error);
