/* SPDX-License-Identifier: Apache-2.0 */
/* spare.c - the first key goes, another comes, and gets a credential too. */
#include "fidotool/cli/spare.h"

#include "fidotool/cli/key-run.h"
#include "fidotool/helper/client-swap.h"

static bool
is_equal(const FidotoolJson *a, const FidotoolJson *b, const char *name)
{
  return g_strcmp0(fidotool_json_get_text(a, name),
                   fidotool_json_get_text(b, name)) == 0;
}

static bool
refuse(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

bool
fidotool_spare_check(const FidotoolWebauthn *first,
                     const FidotoolWebauthn *spare, GError **error)
{
  if (!is_equal(first->request, spare->request, "rp_id"))
    return refuse(error, FIDOTOOL_ERROR_USAGE,
                  "the spare's options are for another relying party");
  if (!is_equal(fidotool_json_get(first->request, "user"),
                fidotool_json_get(spare->request, "user"), "id"))
    return refuse(error, FIDOTOOL_ERROR_USAGE,
                  "the spare's options are for another user");
  return !is_equal(first->options, spare->options, "challenge") ||
         refuse(error, FIDOTOOL_ERROR_USAGE,
                "the spare's options have the challenge of the first's");
}

/* The spare's request: it excludes the first credential, and its key is not
 * one that holds it. */
static FidotoolJson *
new_request(const FidotoolWebauthn *spare, const FidotoolJson *made)
{
  FidotoolJson *request = fidotool_json_copy(spare->request);
  const char *cred = fidotool_json_get_text(made, "cred");
  FidotoolJson *exclude =
      fidotool_json_copy(fidotool_json_get(spare->request, "exclude"));

  fidotool_json_append_text(exclude, cred);
  fidotool_json_set(request, "exclude", exclude);
  fidotool_json_append_text(
      fidotool_json_set(request, "spare_of", fidotool_json_new_array()), cred);
  return request;
}

/* A serial that USB tells is one key's among those of its make. */
static bool
check_other(const FidotoolJson *first, const FidotoolJson *key, GError **error)
{
  const char *serial = fidotool_json_get_text(key, "serial");

  if (!serial || !*serial || !is_equal(first, key, "serial") ||
      fidotool_json_get_int(first, "vid", -1) !=
          fidotool_json_get_int(key, "vid", -1) ||
      fidotool_json_get_int(first, "pid", -1) !=
          fidotool_json_get_int(key, "pid", -1))
    return true;
  return refuse(error, FIDOTOOL_ERROR_NOT_FOUND,
                "this is the first key once more, and no spare");
}

static FidotoolJson *
make_on(FidotoolCmd *cmd, FidotoolJson *request, const char *device,
        GError **error)
{
  g_autofree char *first = g_steal_pointer(&cmd->device);
  FidotoolJson *result;

  cmd->device = g_strdup(device);
  result = fidotool_key_run_job(cmd, request, error);
  g_free(cmd->device);
  cmd->device = g_steal_pointer(&first);
  return result;
}

/* Waits for the key, and makes it there. Takes request. */
static FidotoolJson *
make_after_swap(FidotoolCmd *cmd, FidotoolJson *request,
                const FidotoolJson *first, GError **error)
{
  g_autoptr(FidotoolJson) taken = request;
  const FidotoolClientSwap what = {
      .selector = fidotool_json_get_text(first, "selector"),
      .cards = true,
      .spare = true,
      .nothing = "no spare was made"};
  g_auto(FidotoolClientSwapped) swapped = {.key = NULL};
  FidotoolClientHooks hooks;
  FidotoolClientReport report = {.retries = -1};
  FidotoolClientJobs how = fidotool_key_run_how(cmd, &hooks, &report);
  FidotoolJson *result;

  if (!fidotool_client_swap(&how, &what, &swapped, error) ||
      !check_other(first, swapped.key, error))
    return NULL;
  fidotool_json_set_int(taken, "timeout_s", how.timeout_s);
  if (how.skip_retries)
    fidotool_json_set_bool(taken, "skip_retries", true);
  result = fidotool_client_swap_run(&how, &hooks, &swapped, taken, error);
  fidotool_key_run_note(cmd, &report, fidotool_json_get(result, "device"));
  return result;
}

FidotoolJson *
fidotool_spare_make(FidotoolCmd *cmd, const FidotoolWebauthn *spare,
                    const char *device, const FidotoolJson *made,
                    GError **error)
{
  const FidotoolJson *first = fidotool_json_get(made, "device");
  FidotoolJson *request = new_request(spare, made);
  g_autoptr(FidotoolJson) result = NULL;

  cmd->retries = -1; /* those were the first key's */
  result = device ? make_on(cmd, request, device, error)
                  : make_after_swap(cmd, request, first, error);

  if (!result)
    return NULL;
  return check_other(first, fidotool_json_get(result, "device"), error)
             ? g_steal_pointer(&result)
             : NULL;
}
