/* SPDX-License-Identifier: Apache-2.0 */
/* document-private.h - how a document is read: the table of its fields, and
 * what its reader remembers. For the files document*.c. */
#pragma once

#include <stddef.h>

#include "recovery/policy/document.h"
#include "recovery/policy/names.h"

/* ---- the table ---- */

typedef struct RecoveryDocumentMapping RecoveryDocumentMapping;

typedef enum {
  RECOVERY_DOCUMENT_FORM_TEXT,
  RECOVERY_DOCUMENT_FORM_ID,    /* const char * */
  RECOVERY_DOCUMENT_FORM_REF,   /* of `section`; Ref, or Refs where a list */
  RECOVERY_DOCUMENT_FORM_INT,   /* int64_t, from `min` to `max` */
  RECOVERY_DOCUMENT_FORM_TRUTH, /* Want */
  RECOVERY_DOCUMENT_FORM_TIME,  /* int64_t, seconds */
  RECOVERY_DOCUMENT_FORM_WORD,  /* an enum: `min` and the place in `words` */
  RECOVERY_DOCUMENT_FORM_AAGUID,
  RECOVERY_DOCUMENT_FORM_FIRMWARE,
  RECOVERY_DOCUMENT_FORM_BASE,
  RECOVERY_DOCUMENT_FORM_SCHEMA, /* nothing is kept */
  RECOVERY_DOCUMENT_FORM_LIMIT,
  RECOVERY_DOCUMENT_FORM_GOOD,  /* a value, or the mapping */
  RECOVERY_DOCUMENT_FORM_MAP,   /* `mapping` */
  RECOVERY_DOCUMENT_FORM_ITEMS, /* GArray *: a list of `mapping` */
  RECOVERY_DOCUMENT_FORM_NAMES, /* GArray *: a mapping with names of its own */
} RecoveryDocumentForm;

typedef enum {
  RECOVERY_DOCUMENT_ONE,
  RECOVERY_DOCUMENT_LIST,        /* Texts or Refs */
  RECOVERY_DOCUMENT_ONE_OR_LIST, /* likewise */
  RECOVERY_DOCUMENT_SELECTOR,    /* likewise, or "*" */
} RecoveryDocumentNumber;

typedef struct {
  const char *name;
  RecoveryDocumentForm form;
  bool must;
  RecoveryDocumentNumber number;
  size_t offset;
  int64_t min, max;
  RecoveryDocumentSection section;
  const char *const *words;
  const RecoveryDocumentMapping *mapping;
  const char *rule; /* of lint, where it is missing; NULL: L01 */
} RecoveryDocumentField;

struct RecoveryDocumentMapping {
  const char *path; /* "classes.match"; "" for the document */
  const RecoveryDocumentField *fields;
  size_t count;
  const void *defaults; /* of `size` bytes; NULL: zeros, or as it is */
  size_t size;          /* of an element of a list */
  bool placed;          /* begins with its place */
  bool full;            /* `{}` is refused */
};

extern const RecoveryDocumentMapping recovery_document_table;

/* ---- the reader ---- */

/* A mapping or a list that is open. */
typedef struct {
  const RecoveryDocumentMapping *mapping; /* NULL: a list, or names */
  const RecoveryDocumentField *field;     /* of the list, or awaiting a value */
  void *into;
  uint64_t seen; /* fields */
  RecoveryProblemPlace at;
  bool strange; /* a name was there that is none */
} RecoveryDocumentFrame;

typedef struct {
  RecoveryDocument *document;
  RecoveryProblems *problems;
  RecoveryNames symbols; /* text -> number, from 1 */
  GPtrArray *texts;      /* number - 1 -> text */
  GArray *stamps;        /* by number: the last list that had it */
  uint32_t stamp;
  GArray *refs;         /* RecoveryDocumentRef: of the open list */
  GPtrArray *items;     /* texts of the open list */
  uint64_t list_errors; /* errors before the open list */
  RecoveryDocumentFrame frames[RECOVERY_DOCUMENT_DEPTH];
  int depth;
  int skip; /* open mappings and lists of a value that is not read */
  size_t values;
  bool ended;
} RecoveryDocumentReader;

/* A scalar of the file. */
typedef struct {
  const char *text;
  size_t len;
  bool plain; /* without quotes: may be a number, true or null */
  RecoveryProblemPlace at;
} RecoveryDocumentScalar;

/* The number of a text; the same text, the same number. */
uint32_t recovery_document_reader_symbol(RecoveryDocumentReader *reader,
                                         const RecoveryDocumentScalar *scalar);

/* The text itself, kept by the document. */
const char *recovery_document_reader_text(RecoveryDocumentReader *reader,
                                          const RecoveryDocumentScalar *scalar);

/* Reads a scalar by its form into `into`; what is wrong is noted. */
void recovery_document_form_read(RecoveryDocumentReader *reader,
                                 const RecoveryDocumentField *field,
                                 const RecoveryDocumentScalar *scalar,
                                 void *into);
/* The same for an element of a list. */
void recovery_document_form_add(RecoveryDocumentReader *reader,
                                const RecoveryDocumentField *field,
                                const RecoveryDocumentScalar *scalar);
/* "a date like 2026-11-01": what a field expects. */
const char *recovery_document_form_words(const RecoveryDocumentField *field,
                                         char *buffer, size_t size);

/* The same where it is missing: of a mapping, the names that it must have. Free
 * with g_free(). */
char *recovery_document_form_expected(const RecoveryDocumentField *field);
/* After a name that is no field: which was meant, or all that there are. Free
 * with g_free(). */
char *recovery_document_form_hint(const RecoveryDocumentMapping *mapping,
                                  const char *name);

/* From names to indexes, and what must hold between the objects themselves. */
void recovery_document_resolve_all(RecoveryDocumentReader *reader);

void *recovery_document_arena_alloc(RecoveryDocumentArena **arena, size_t size);
void recovery_document_arena_free(RecoveryDocumentArena *arena);
