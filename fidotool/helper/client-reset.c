/* SPDX-License-Identifier: Apache-2.0 */
/* client-reset.c - plan, watch, reset. keyhelper opens nothing behind its
 * walls, so a key that comes back is the business of a new one. */
#include "fidotool/helper/client-reset.h"

#include "fidotool/error.h"
#include "fidotool/helper/client-swap.h"

/* The person said yes to what the plan showed; keyhelper's other question is
 * about the key that came back, which it has just compared. */
static bool
say_yes_again(const FidotoolJson *what, gpointer data, GError **error)
{
  (void)data;
  if (g_strcmp0(fidotool_json_get_text(what, "action"), "reset-now") == 0)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "keyhelper talks nonsense");
  return false;
}

/* The station's leave, where there is one. */
static void
add_signed(FidotoolJson *request, const FidotoolJson *offer)
{
  const FidotoolJson *leave = fidotool_json_get(offer, "signed");

  if (leave)
    fidotool_json_set(request, "signed", fidotool_json_copy(leave));
}

static FidotoolJson *
reset(const FidotoolClientJobs *how, const FidotoolJson *offer,
      const FidotoolClientSwapped *swapped, const FidotoolJson *plan,
      GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolClientHooks hooks = {.event = NULL};

  if (how->hooks)
    hooks = *how->hooks;
  hooks.confirm = say_yes_again;
  fidotool_json_set_text(request, "job", "reset");
  fidotool_json_set_int(request, "timeout_s", how->timeout_s);
  fidotool_json_set(request, "plan", fidotool_json_copy(plan));
  add_signed(request, offer);
  return fidotool_client_swap_run(how, &hooks, swapped, request, error);
}

static FidotoolJson *
make_plan(const FidotoolClientJobs *how, const FidotoolJson *offer,
          GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", "reset-plan");
  if (how->device)
    fidotool_json_set_text(request, "device", how->device);
  fidotool_json_set_int(request, "timeout_s", how->timeout_s);
  if (how->skip_retries)
    fidotool_json_set_bool(request, "skip_retries", true);
  if (fidotool_json_get_bool(offer, "list", false))
    fidotool_json_set_bool(request, "list", true);
  add_signed(request, offer);
  return fidotool_client_run(request, how->hooks, how->report, error);
}

FidotoolJson *
fidotool_client_reset(const FidotoolClientJobs *how, const FidotoolJson *offer,
                      FidotoolJson **ret_device, GError **error)
{
  FidotoolClientSwap what = {.nothing = "nothing was done"};
  g_auto(FidotoolClientSwapped) swapped = {.key = NULL};
  g_autoptr(FidotoolJson) planned = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  const FidotoolJson *device;
  FidotoolJson *json;

  planned = make_plan(how, offer, error);
  if (!planned)
    return NULL;
  if (how->report)
    fidotool_client_report_clear(how->report);
  what.selector =
      fidotool_json_get_text(fidotool_json_get(planned, "device"), "selector");
  if (!fidotool_client_swap(how, &what, &swapped, error))
    return NULL;
  result =
      reset(how, offer, &swapped, fidotool_json_get(planned, "plan"), error);
  if (!result)
    return NULL;
  device = fidotool_json_get(result, "device");
  *ret_device = device ? fidotool_json_copy(device) : NULL;
  json = fidotool_json_new_object();
  fidotool_json_set(json, "lost",
                    fidotool_json_copy(fidotool_json_get(planned, "lost")));
  fidotool_json_set_bool(json, "changed", true);
  return json;
}
