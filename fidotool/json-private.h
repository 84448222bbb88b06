/* SPDX-License-Identifier: Apache-2.0 */
/* json-private.h - what a value is made of, for the files that build, read and
 * write one. */
#pragma once

#include "fidotool/json.h"

typedef struct {
  char *name;
  FidotoolJson *value;
} FidotoolJsonMember;

struct FidotoolJson {
  FidotoolJsonType type;
  bool truth;
  int64_t integer;
  char *text;       /* STRING, and NUMBER as written */
  GPtrArray *items; /* ARRAY */
  GArray *members;  /* OBJECT, sorted by name */
};

FidotoolJson *fidotool_json_new(FidotoolJsonType type);
/* Of a FidotoolJsonMember; of GArray's kind. */
void fidotool_json_clear_member(void *data);
