/* SPDX-License-Identifier: Apache-2.0 */
/* info.h - what a key says of itself (getInfo), read from its raw bytes:
 * lenient where real keys sin, never beyond a limit. CTAP 2.1, section 6.4. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/json.h"

/* Most bytes of a description that are read. */
#define FIDOTOOL_INFO_MAX 7608

typedef struct {
  uint8_t aaguid[16];
  char *aaguid_text;  /* as UUID */
  int64_t firmware;   /* -1 where it is not said */
  int min_pin_length; /* code points; 4 where it is not said */
  int max_pin_length; /* bytes; 63 where it is not said */
  bool force_pin_change;
  int max_list;       /* credentials in a list, 0 where it is not said */
  bool canonical;     /* map keys in order, shortest numbers */
  FidotoolJson *json; /* everything, see fidotool_info_read() */
} FidotoolInfo;

/*
 * Reads the CBOR map of a getInfo reply, without its status byte.
 *
 * json    known members by name (versions, extensions, aaguid, options,
 *         max_msg_size, pin_protocols, ...); under "raw" by number those that
 *         are unknown, or something else than they should be
 * errors  FIDOTOOL_ERROR_INVALID: not a map, keys twice, bytes after it
 */
FidotoolInfo *fidotool_info_read(GBytes *raw, GError **error);
/* Of a key that knows U2F alone and describes itself by nothing else: its
 * version, no model, no options. */
FidotoolInfo *fidotool_info_new_u2f(void);
void fidotool_info_free(FidotoolInfo *info);

/* An option: 1 true, 0 false, -1 absent. Three states, never two. */
int fidotool_info_option(const FidotoolInfo *info, const char *name);
/* 1 the algorithm is in the key's list, 0 it is not, -1 there is no list
 * (which proves nothing). */
int fidotool_info_algorithm(const FidotoolInfo *info, int64_t alg);
bool fidotool_info_has_version(const FidotoolInfo *info, const char *version);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolInfo, fidotool_info_free)
