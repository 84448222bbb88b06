/* SPDX-License-Identifier: Apache-2.0 */
/* advisory-check.h - one key against the advisories: affected, not affected, or
 * not known, and how sure that is. */
#pragma once

#include "fidotool/advisory/advisory.h"

typedef enum {
  FIDOTOOL_ADVISORY_NOT_AFFECTED,
  FIDOTOOL_ADVISORY_UNKNOWN, /* never good news */
  FIDOTOOL_ADVISORY_AFFECTED,
} FidotoolAdvisoryStatus;

/* What is known of a key. None of it is proved. */
typedef struct {
  const char *aaguid; /* as UUID; NULL where it is not said */
  int64_t vid;        /* these: -1 where it is not said */
  int64_t pid;
  int64_t firmware;    /* firmwareVersion of getInfo */
  int64_t usb_release; /* bcdDevice of its USB descriptor */
} FidotoolAdvisoryKey;

/*
 * ret_status  the worst of what was found
 * returns     {status, reason, firmware {source, number?, usb_release?},
 *             advisories [{id, title, status, models, matched_by, versions
 *             [{version, source}], from?, below?, certain, summary, advice,
 *             sources}], lists [{name, updated}]}. source is "self-reported",
 *             "usb" or "unknown"; advisories has those that name the key's
 *             model.
 */
FidotoolJson *fidotool_advisory_check(const FidotoolAdvisories *advisories,
                                      const FidotoolAdvisoryKey *key,
                                      FidotoolAdvisoryStatus *ret_status);

/* The same for {info, device?}, as keyhelper describes a key; with its aaguid
 * in the result, where it says one. */
FidotoolJson *fidotool_advisory_check_info(const FidotoolAdvisories *advisories,
                                           const FidotoolJson *known,
                                           FidotoolAdvisoryStatus *ret_status);

/* "affected", "not-affected", "unknown". */
const char *fidotool_advisory_check_name(FidotoolAdvisoryStatus status);

/* What the files say, for a list: {advisories, lists}. */
FidotoolJson *
fidotool_advisory_check_list(const FidotoolAdvisories *advisories);
