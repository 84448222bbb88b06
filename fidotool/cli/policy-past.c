/* SPDX-License-Identifier: Apache-2.0 */
/* policy-past.c - the policies that were in force. */
#include "fidotool/cli/policy-past.h"

#include "fidotool/cli/bundle.h"
#include "fidotool/cli/cmd.h"
#include "recovery/policy/history.h"

#define ROLE "security"

void
fidotool_policy_past_clear(FidotoolPolicyPastOptions *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->bundle);
  g_free(options->trust);
}

/* ---- a bundle ---- */

static bool
note(const FidotoolJson *entry, void *data)
{
  recovery_history_note(data, entry);
  return true;
}

static FidotoolJson *
find_statement(const char *digest, void *data)
{
  return fidotool_bundle_statement(data, digest);
}

static GBytes *
find_policy(const char *digest, void *data)
{
  return fidotool_bundle_file(data, "policy", digest, "yaml");
}

static FidotoolJson *
read_bundle(const FidotoolPolicyPastOptions *options, GError **error)
{
  g_autoptr(RecoveryVerdict) verdict = NULL;
  g_autoptr(RecoveryBag) bag =
      fidotool_bundle_open(options->bundle, options->trust, &verdict, error);
  g_autoptr(RecoveryHistory) history = NULL;
  const RecoveryHistorySource source = {find_statement, find_policy, bag};
  g_autofree char *headline = NULL;
  FidotoolJson *past, *list;

  if (bag == NULL)
    return NULL;
  history = recovery_history_new();
  fidotool_bundle_each(bag, note, history);
  past = fidotool_json_new_object();
  list = fidotool_json_set(past, "policies",
                           recovery_history_write(history, &source));
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    FidotoolJson *row = fidotool_json_at(list, i);
    g_autoptr(GBytes) yaml =
        find_policy(fidotool_json_get_text(row, "object"), bag);
    g_autofree char *text =
        yaml == NULL
            ? NULL
            : g_strndup(g_bytes_get_data(yaml, NULL), g_bytes_get_size(yaml));

    if (text != NULL)
      fidotool_json_set_text(row, "text", text);
  }
  headline = recovery_verdict_headline(verdict);
  fidotool_json_set_text(past, "bundle", headline);
  return past;
}

/* ---- a station ---- */

static FidotoolJson *
ask(FidotoolGoverned *governed, const char *what, const char *version,
    GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", what);
  if (version != NULL)
    fidotool_json_set_int(request, "version",
                          g_ascii_strtoll(version, NULL, 10));
  return fidotool_governed_query(governed, request, error);
}

FidotoolJson *
fidotool_policy_past_read(FidotoolGoverned *governed, FidotoolCmd *cmd,
                          FidotoolPolicyPastOptions *options, GError **error)
{
  g_autofree char *role = g_steal_pointer(&options->who.role);

  if (options->bundle != NULL)
    return read_bundle(options, error);
  if (!fidotool_governed_open(governed, cmd, &options->who, 0, error) ||
      !fidotool_governed_activate(governed, role ? role : ROLE, NULL, error))
    return NULL;
  return ask(governed, "policies", NULL, error);
}

FidotoolJson *
fidotool_policy_past_find(FidotoolGoverned *governed, const FidotoolJson *past,
                          const char *version, GError **error)
{
  const FidotoolJson *list = fidotool_json_get(past, "policies");

  for (size_t i = fidotool_json_size(list); i > 0; i--) {
    const FidotoolJson *row = fidotool_json_at(list, i - 1);
    g_autofree char *number = g_strdup_printf(
        "%" G_GINT64_FORMAT, fidotool_json_get_int(row, "version", 0));

    if (version != NULL && g_strcmp0(number, version) != 0)
      continue;
    if (fidotool_json_get_text(row, "text") != NULL)
      return fidotool_json_copy(row);
    if (governed->client != NULL)
      return ask(governed, "policy-version", number, error);
    break;
  }
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
              "no policy of version %s was in force; fidotool policy history "
              "shows them",
              version == NULL ? "-" : version);
  return NULL;
}
