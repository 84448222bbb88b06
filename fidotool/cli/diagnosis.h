/* SPDX-License-Identifier: Apache-2.0 */
/* diagnosis.h - why a key is not seen, or cannot be used: from what keyhelper
 * found on the machine to words and a next step. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"

/* How one key answered when it was asked for its description. */
typedef struct {
  char *selector;
  GError *error; /* NULL: it answered */
  bool affected; /* ... and an advisory names its model and version */
} FidotoolDiagnosisTry;

void fidotool_diagnosis_try_clear(FidotoolDiagnosisTry *one);

/*
 * survey   the result of the job "survey" (fidotool/helper/look.h)
 * tries    array of FidotoolDiagnosisTry, one for each key that may be opened
 * returns  array of {id, place, text, todo, exit}, worst first; empty where
 *          nothing is wrong. exit is the code that the command would end with
 *          for the sake of this finding alone, 0 for what is only worth
 *          knowing. ids are stable.
 */
FidotoolJson *fidotool_diagnosis_make(const FidotoolJson *survey,
                                      const GArray *tries);
