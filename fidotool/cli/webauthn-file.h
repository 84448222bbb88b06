/* SPDX-License-Identifier: Apache-2.0 */
/* webauthn-file.h - what enrol and assert share: options from a file, the
 * response to stdout. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "fidotool/helper/webauthn.h"

typedef FidotoolWebauthn *(*FidotoolWebauthnFileRead)(const char *text,
                                                      size_t len,
                                                      const char *origin,
                                                      GError **error);

/* Reads the file that --options names, and warns of members without effect.
 * errors  FIDOTOOL_ERROR_USAGE */
FidotoolWebauthn *fidotool_webauthn_file_read(FidotoolCmd *cmd,
                                              const char *path,
                                              const char *origin,
                                              FidotoolWebauthnFileRead read,
                                              GError **error);
/* The response alone, on one line; nothing with --json. */
void fidotool_webauthn_file_print(const FidotoolCmd *cmd,
                                  const FidotoolJson *response);
