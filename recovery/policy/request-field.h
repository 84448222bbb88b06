/* SPDX-License-Identifier: Apache-2.0 */
/* request-field.h - reading the objects of a request by tables of fields; for
 * request.c. */
#pragma once

#include "recovery/policy/request.h"

typedef struct {
  RecoveryRequest *request;
  GString *path;     /* where the reading is */
  char *error;       /* the first */
  GPtrArray *memory; /* lists of the request */
} RecoveryRequestReader;

/* A field of an object: into the struct of that object. */
typedef struct {
  const char *name;
  bool must;
  bool (*read)(RecoveryRequestReader *reader, const FidotoolJson *json,
               void *into);
  size_t offset;
} RecoveryRequestField;

/* Notes that something else stands here; false. */
bool recovery_request_field_expect(RecoveryRequestReader *reader,
                                   const FidotoolJson *json, const char *what);
/* Zeros, with room for one more, freed with the request. */
void *recovery_request_field_allocate(RecoveryRequestReader *reader,
                                      size_t count, size_t size);

/* Values: const char *, Want, bool, int64_t (seconds; from 0; from 1). */
bool recovery_request_field_text(RecoveryRequestReader *reader,
                                 const FidotoolJson *json, void *into);
bool recovery_request_field_truth(RecoveryRequestReader *reader,
                                  const FidotoolJson *json, void *into);
bool recovery_request_field_flag(RecoveryRequestReader *reader,
                                 const FidotoolJson *json, void *into);
bool recovery_request_field_time(RecoveryRequestReader *reader,
                                 const FidotoolJson *json, void *into);
bool recovery_request_field_count(RecoveryRequestReader *reader,
                                  const FidotoolJson *json, void *into);
bool recovery_request_field_version(RecoveryRequestReader *reader,
                                    const FidotoolJson *json, void *into);

/* An object: each member by its row, and what is missing. */
bool recovery_request_field_object(RecoveryRequestReader *reader,
                                   const FidotoolJson *json,
                                   const RecoveryRequestField *fields,
                                   size_t count, void *into);
/* Each element of a list, or member of an object (name: its own), of `size`
 * bytes. */
bool recovery_request_field_each(RecoveryRequestReader *reader,
                                 const FidotoolJson *json, size_t size,
                                 char *into,
                                 bool (*read)(RecoveryRequestReader *reader,
                                              const FidotoolJson *json,
                                              const char *name, void *into));
/* A list of texts, ended by NULL; NULL where it is none. */
const char **recovery_request_field_texts(RecoveryRequestReader *reader,
                                          const FidotoolJson *json,
                                          const char *expected);
