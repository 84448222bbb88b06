/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key-names.h - names that people give to keys: @blue-7. A name is bound to
 * what tells this key from others: its USB serial number, and where it has none
 * to the place where it is plugged in; always to its model as well.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

/* A file of names; the first one that has a name decides. */
typedef struct {
  const char *path;
  bool roots; /* it must be root's alone to write */
} FidotoolKeyNamesFile;

/* The two files there are: the machine's, then the user's own. */
#define FIDOTOOL_KEY_NAMES_FILES 2
typedef struct {
  FidotoolKeyNamesFile files[FIDOTOOL_KEY_NAMES_FILES];
  char *own; /* the user's, behind files[1] */
} FidotoolKeyNamesPlaces;

/* /etc/keyturn/key-names.json and $XDG_STATE_HOME/keyturn/key-names.json. */
FidotoolKeyNamesPlaces fidotool_key_names_places(void);
void fidotool_key_names_places_clear(FidotoolKeyNamesPlaces *places);

/* Letters and digits of any script, then these and "-", "_", "."; 32 at most;
 * as NFC has it. */
bool fidotool_key_names_is_name(const char *name);

/*
 * All names: {NAME: {bound: "serial"|"port"|"reader"|"socket", selector,
 * product, for_all: true?}}, where selector is one of keyhelper's, with several
 * lines. A file that is not there has no names.
 * errors  FIDOTOOL_ERROR_INVALID (no such file), _PERMISSION (not root's)
 */
FidotoolJson *fidotool_key_names_read(const FidotoolKeyNamesPlaces *places,
                                      GError **error);

/*
 * What a name for device would be: a row as above. device is one of a job's
 * answer, with its aaguid; listed are all keys that are there, to find a serial
 * number that two of them have.
 * ret_doubt  what cannot be told apart, in words; NULL where nothing is
 * errors     FIDOTOOL_ERROR_UNSUPPORTED: nothing tells where it is
 */
FidotoolJson *fidotool_key_names_bind(const FidotoolJson *device,
                                      const FidotoolJson *listed,
                                      const char **ret_doubt, GError **error);

/* What cannot be told apart by a row; NULL where nothing is. */
const char *fidotool_key_names_doubt(const FidotoolJson *row);

/* The name of a key as a list has it, which was not asked for its model: NULL
 * where no row fits what is known. It belongs to names. */
const char *fidotool_key_names_find(const FidotoolJson *names,
                                    const FidotoolJson *key);

/*
 * Writes or takes away (row NULL) one name in one file, under a lock.
 * ret_changed  false where it was so already
 * errors       FIDOTOOL_ERROR_POLICY (another key has the name), _NOT_FOUND,
 *              _PERMISSION, _INVALID
 */
bool fidotool_key_names_write(const FidotoolKeyNamesFile *file,
                              const char *name, const FidotoolJson *row,
                              bool *ret_changed, GError **error);
