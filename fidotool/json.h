/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - JSON as a tree: strict and bounded when read, one spelling when
 * written. The record's subset of it is recovery/format/jcs.h. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deepest nesting that is read; more is refused. */
#define FIDOTOOL_JSON_DEPTH 32
/* Members of an object and elements of an array that are read. */
#define FIDOTOOL_JSON_WIDTH 65536
/* Largest magnitude of an integer: 2^53 - 1 (RFC 8785). */
#define FIDOTOOL_JSON_INT_MAX INT64_C(9007199254740991)

typedef enum {
  FIDOTOOL_JSON_NULL,
  FIDOTOOL_JSON_BOOL,
  FIDOTOOL_JSON_INT,    /* a number without fraction, |n| <= INT_MAX */
  FIDOTOOL_JSON_NUMBER, /* any other number, kept as its text */
  FIDOTOOL_JSON_STRING,
  FIDOTOOL_JSON_ARRAY,
  FIDOTOOL_JSON_OBJECT,
} FidotoolJsonType;

typedef struct FidotoolJson FidotoolJson;

/*
 * Reads one value and demands the end of the text after it (white space
 * aside). Refused: invalid UTF-8, duplicate members, U+0000, lone surrogates,
 * nesting and width beyond the limits above.
 *
 * returns  the tree, freed with fidotool_json_free(); NULL and error set
 * errors   FIDOTOOL_ERROR_INVALID, with the place as a byte offset
 * standard RFC 8259
 */
FidotoolJson *fidotool_json_parse(const char *text, size_t len, GError **error);
void fidotool_json_free(FidotoolJson *json);
/* UTF-8 without U+0000: what a text may be. */
bool fidotool_json_is_text(const char *text, size_t len);
FidotoolJson *fidotool_json_copy(const FidotoolJson *json);

/* Reading. Every getter takes NULL and a value of another type, and answers
 * NULL, 0, false or the fallback: a missing member and a wrong one look
 * alike, so callers check once. Texts and children belong to the tree. */
FidotoolJsonType fidotool_json_type(const FidotoolJson *json);
const char *fidotool_json_text(const FidotoolJson *json);
bool fidotool_json_int(const FidotoolJson *json, int64_t *ret_value);
bool fidotool_json_bool(const FidotoolJson *json, bool fallback);
/* Members of an object, elements of an array; 0 for anything else. */
size_t fidotool_json_size(const FidotoolJson *json);
FidotoolJson *fidotool_json_at(const FidotoolJson *array, size_t i);
FidotoolJson *fidotool_json_get(const FidotoolJson *object, const char *name);
/* Member i in the order of names (bytewise). */
const char *fidotool_json_name(const FidotoolJson *object, size_t i);
FidotoolJson *fidotool_json_member(const FidotoolJson *object, size_t i);

/* Shorthand for a member of an object. */
const char *fidotool_json_get_text(const FidotoolJson *object,
                                   const char *name);
int64_t fidotool_json_get_int(const FidotoolJson *object, const char *name,
                              int64_t fallback);
bool fidotool_json_get_bool(const FidotoolJson *object, const char *name,
                            bool fallback);

/* Building. The setters take ownership of value and return the container's
 * new child. Text must be UTF-8 without U+0000. */
FidotoolJson *fidotool_json_new_object(void);
FidotoolJson *fidotool_json_new_array(void);
FidotoolJson *fidotool_json_new_text(const char *text);
FidotoolJson *fidotool_json_new_int(int64_t value);
FidotoolJson *fidotool_json_new_bool(bool value);
FidotoolJson *fidotool_json_new_null(void);
FidotoolJson *fidotool_json_set(FidotoolJson *object, const char *name,
                                FidotoolJson *value);
FidotoolJson *fidotool_json_append(FidotoolJson *array, FidotoolJson *value);
void fidotool_json_set_text(FidotoolJson *object, const char *name,
                            const char *text);
void fidotool_json_set_int(FidotoolJson *object, const char *name,
                           int64_t value);
void fidotool_json_set_bool(FidotoolJson *object, const char *name, bool value);
void fidotool_json_append_text(FidotoolJson *array, const char *text);
/* Takes the member out of the object and frees it. */
void fidotool_json_remove(FidotoolJson *object, const char *name);
/* The same, but hands it over; NULL where there is none. */
FidotoolJson *fidotool_json_take(FidotoolJson *object, const char *name);

/*
 * Writes without white space, members sorted bytewise, only `"`, `\` and
 * control characters escaped: the same tree always gives the same bytes.
 * ret_len may be NULL. Free with g_free().
 * standard RFC 8785 for the values our trees hold
 */
char *fidotool_json_write(const FidotoolJson *json, size_t *ret_len);
/* The same at the end of what is written already, for who writes a large answer
 * without a tree; one text, with its quotes. */
void fidotool_json_write_to(GString *out, const FidotoolJson *json);
void fidotool_json_write_text(GString *out, const char *text);
void fidotool_json_write_int(GString *out, int64_t value);
/* The name of an object's next member, after a comma where one belongs there;
 * it has nothing to escape. */
void fidotool_json_write_name(GString *out, const char *name);
/* What is JSON as it stands. */
void fidotool_json_write_raw(GString *out, const char *json);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolJson, fidotool_json_free)
