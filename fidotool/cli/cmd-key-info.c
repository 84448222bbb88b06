/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-key-info.c - fidotool key info: what one key says of itself. */
#include <stdio.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/cli/metadata-consult.h"
#include "fidotool/cli/metadata-words.h"

/* Not in the program that people start; where there are metadata it starts the
 * other one (main.c). */
#pragma weak fidotool_metadata_consult_model
#pragma weak fidotool_metadata_words_standing

/* One member as a line: lists with blanks between, options with their state,
 * everything else as JSON writes it. */
static void
print_member(const char *name, const FidotoolJson *value)
{
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;
  FidotoolJsonType type = fidotool_json_type(value);

  if (type == FIDOTOOL_JSON_OBJECT && fidotool_json_size(value) == 0)
    return;
  text = type == FIDOTOOL_JSON_STRING ? g_strdup(fidotool_json_text(value))
                                      : fidotool_json_write(value, NULL);
  shown = fidotool_cmd_printable(text);
  printf("%s: %s\n", name, shown);
}

/* What such a key is good for, and what not. */
static void
warn_u2f(FidotoolCmd *cmd, const FidotoolJson *result)
{
  if (fidotool_key_run_is_u2f(fidotool_json_get(result, "info")))
    fidotool_cmd_warn(
        cmd, "u2f-only",
        "FIDO U2F only: it registers and signs in by touch, as a second factor "
        "(enrol, assert, wink, select). It has no PIN, no fingerprints, no "
        "passkeys, no settings and no reset");
}

/* What others say of the model that the key says it is. */
static void
print_metadata(const FidotoolJson *metadata)
{
  g_autofree char *standing = NULL;

  if (metadata == NULL)
    return;
  if (!fidotool_json_get_bool(metadata, "known", false)) {
    printf("model: not in the metadata\n");
    return;
  }
  print_member("model", fidotool_json_get(metadata, "name"));
  standing =
      fidotool_metadata_words_standing(fidotool_json_get(metadata, "now"));
  printf("model_standing: %s\n", standing);
}

static void
print_info(const FidotoolJson *result)
{
  const FidotoolJson *info = fidotool_json_get(result, "info");
  const FidotoolJson *device = fidotool_json_get(result, "device");
  const FidotoolJson *pin = fidotool_json_get(result, "pin");

  print_member("selector", fidotool_json_get(device, "selector"));
  print_member("product", fidotool_json_get(device, "product"));
  print_member("fingerprint", fidotool_json_get(device, "fingerprint"));
  print_metadata(fidotool_json_get(result, "metadata"));
  if (fidotool_json_get(result, "ctaphid"))
    print_member("ctaphid", fidotool_json_get(result, "ctaphid"));
  for (size_t i = 0; i < fidotool_json_size(info); i++)
    print_member(fidotool_json_name(info, i), fidotool_json_member(info, i));
  if (!fidotool_json_get_bool(result, "canonical", true))
    printf("canonical: false\n");
  if (pin)
    print_member("pin", fidotool_json_get(pin, "state"));
  if (fidotool_json_get(pin, "retries"))
    print_member("pin_retries", fidotool_json_get(pin, "retries"));
  if (fidotool_json_get(pin, "uv_retries"))
    print_member("uv_retries", fidotool_json_get(pin, "uv_retries"));
}

/* Not every program reads such a key; libfido2 does not, where it is the order
 * of a map. */
static void
warn_of_order(FidotoolCmd *cmd, const FidotoolJson *result)
{
  if (fidotool_json_get_bool(result, "canonical", true))
    return;
  fidotool_cmd_warn(
      cmd, "not-canonical",
      fidotool_json_get(result, "pin")
          ? "the key's description of itself is not canonical CBOR: other "
            "programs may not read it"
          : "the key's description of itself is not canonical CBOR: more than "
            "this description cannot be had of it, by this program or another "
            "that uses libfido2");
}

int
fidotool_cmd_key_info(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  FidotoolJson *request, *metadata = NULL;

  if (!fidotool_cmd_parse(
          cmd, NULL, "Example:\n  fidotool key info --device hid:/dev/hidraw3",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "job", "info");
  result = fidotool_key_run_job(cmd, request, &error);
  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  warn_of_order(cmd, result);
  if (fidotool_metadata_consult_model != NULL)
    metadata = fidotool_metadata_consult_model(
        fidotool_json_get_text(fidotool_json_get(result, "info"), "aaguid"));
  if (metadata != NULL)
    fidotool_json_set(result, "metadata", metadata);
  if (!cmd->json)
    print_info(result);
  warn_u2f(cmd, result);
  fidotool_json_remove(result, "libfido2");
  fidotool_json_remove(result, "device"); /* both stand in the envelope */
  return fidotool_cmd_done(cmd, g_steal_pointer(&result), NULL);
}
