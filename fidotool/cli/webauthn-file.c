/* SPDX-License-Identifier: Apache-2.0 */
/* webauthn-file.c - options in, response out. */
#include "fidotool/cli/webauthn-file.h"

#include <stdio.h>

/* Members that relying parties often send and that change nothing here. */
static const char *const harmless[] = {"timeout", "hints", "attestationFormats",
                                       NULL};

FidotoolWebauthn *
fidotool_webauthn_file_read(FidotoolCmd *cmd, const char *path,
                            const char *origin, FidotoolWebauthnFileRead read,
                            GError **error)
{
  g_autofree char *text = NULL;
  FidotoolWebauthn *webauthn;
  size_t len;

  if (!path) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "--options FILE is missing");
    return NULL;
  }
  text = fidotool_cmd_read_file(path, FIDOTOOL_WEBAUTHN_MAX, &len, error);
  webauthn = text ? read(text, len, origin, error) : NULL;
  for (guint i = 0; webauthn && i < webauthn->ignored->len; i++) {
    const char *name = webauthn->ignored->pdata[i];
    g_autofree char *words =
        g_strdup_printf("\"%s\" of the options has no effect", name);

    if (!g_strv_contains(harmless, name))
      fidotool_cmd_warn(cmd, "ignored-option", words);
  }
  return webauthn;
}

void
fidotool_webauthn_file_print(const FidotoolCmd *cmd,
                             const FidotoolJson *response)
{
  g_autofree char *text = NULL;

  if (cmd->json)
    return;
  text = fidotool_json_write(response, NULL);
  printf("%s\n", text);
}
