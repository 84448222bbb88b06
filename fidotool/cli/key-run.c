/* SPDX-License-Identifier: Apache-2.0 */
/* key-run.c - events as words or as lines of JSON, PINs from pin-entry.c. */
#include "fidotool/cli/key-run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/cli/confirm.h"
#include "fidotool/cli/pin-entry.h"

/* Fewer tries of a finger than this are worth a word. */
#define UV_FEW 3

/* What a person is told; --events says it to programs. */
static const struct {
  const char *event;
  const char *words;
} prompts[] = {
    {"touch_needed", "Touch the key."},
    {"uv_needed", "Use the fingerprint reader of the key."},
    {"tapped", "Keep the key on the reader."},
    {"waiting_remove", "Pull the key out."},
    {"waiting_insert", "Put the same key in again, and touch it at once."},
};

/* What each sample of a finger was. */
static const struct {
  const char *sample;
  const char *words;
} samples[] = {
    {"good", "Good."},
    {"too-high", "Too high: move the finger down a little."},
    {"too-low", "Too low: move the finger up a little."},
    {"too-left", "Too far left: move the finger to the right."},
    {"too-right", "Too far right: move the finger to the left."},
    {"too-fast", "Too fast: leave the finger on a little longer."},
    {"too-slow", "Too slow: lift the finger sooner."},
    {"poor-quality", "Not clear enough: wipe finger and sensor."},
    {"too-skewed", "Askew: put the finger on straight."},
    {"too-short", "Too short: leave the finger on a little longer."},
    {"merge-failed", "It does not fit the samples before: try again."},
    {"exists-already", "The key knows this fingerprint already."},
    {"no-finger", "No finger was put on."},
    {"not-lifted", "Lift the finger, then put it on again."},
};

static void
say_sample(const FidotoolJson *fields)
{
  const char *sample = fidotool_json_get_text(fields, "sample");
  int remaining = (int)fidotool_json_get_int(fields, "remaining", 0);
  const char *words = "Once more.";

  if (!sample)
    return;
  for (size_t i = 0; i < G_N_ELEMENTS(samples); i++)
    if (strcmp(sample, samples[i].sample) == 0)
      words = samples[i].words;
  if (remaining > 0)
    fprintf(stderr, "%s %d more.\n", words, remaining);
  else
    fprintf(stderr, "%s\n", words);
}

/* One key goes and another comes, which is the spare. */
static const char *
word_spare(const char *event)
{
  return strcmp(event, "waiting_remove") == 0
             ? "The first key is done: take it away."
             : "Put the spare key in, or on the reader.";
}

/* A card is wanted on its reader, or off it first. */
static const char *
word_tap(const FidotoolJson *fields)
{
  return fidotool_json_get_bool(fields, "again", false)
             ? "Lift the key off the reader, to put it on again."
             : "Put the key on the reader and keep it there.";
}

/* For a person; a file is not told each second. */
static void
say_countdown(const FidotoolJson *fields)
{
  int seconds = (int)fidotool_json_get_int(fields, "seconds", 0);
  const char *how = fidotool_json_get_bool(fields, "long_touch", false)
                        ? "Touch it, and keep the finger on it"
                        : "Touch it";

  if (!isatty(STDERR_FILENO))
    return;
  if (seconds > 0)
    fprintf(stderr, "%s: %d %s left.\n", how, seconds,
            seconds == 1 ? "second" : "seconds");
  else
    fprintf(stderr, "The time may be over; some keys give a little more.\n");
}

/* A key that counts the tries of its sensor locks it at the end. */
static void
say_finger(const FidotoolJson *fields)
{
  int retries = (int)fidotool_json_get_int(fields, "retries", -1);

  if (retries > 0 && retries < UV_FEW)
    fprintf(stderr, "%d %s left for the fingerprint.\n", retries,
            retries == 1 ? "try is" : "tries are");
}

static void
on_event(const char *name, const FidotoolJson *fields, gpointer data)
{
  FidotoolCmd *cmd = data;

  if (strcmp(name, "warning") == 0) {
    fidotool_cmd_warn(cmd, fidotool_json_get_text(fields, "code"),
                      fidotool_json_get_text(fields, "text"));
    return;
  }
  fidotool_cmd_event(cmd, name, fidotool_json_copy(fields));
  if (cmd->events)
    return;
  if (strcmp(name, "progress") == 0)
    say_sample(fields);
  else if (strcmp(name, "tap_needed") == 0)
    fprintf(stderr, "%s\n", word_tap(fields));
  else if (strcmp(name, "countdown") == 0)
    say_countdown(fields);
  else if (strcmp(name, "uv_needed") == 0)
    say_finger(fields);
  if (fidotool_json_get_bool(fields, "spare", false)) {
    fprintf(stderr, "%s\n", word_spare(name));
    return;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(prompts); i++)
    if (strcmp(name, prompts[i].event) == 0)
      fprintf(stderr, "%s\n", prompts[i].words);
}

static FidotoolSecret *
on_pin(const FidotoolClientPin *what, gpointer data, GError **error)
{
  FidotoolCmd *cmd = data;

  /* Where this ends the job, the envelope still says what is left. */
  cmd->retries = what->is_new ? -1 : what->retries;
  return fidotool_pin_entry_ask(cmd, what, error);
}

FidotoolClientJobs
fidotool_key_run_how(FidotoolCmd *cmd, FidotoolClientHooks *hooks,
                     FidotoolClientReport *report)
{
  *hooks = (FidotoolClientHooks){.event = on_event,
                                 .pin = on_pin,
                                 .confirm = fidotool_confirm_hook,
                                 .data = cmd,
                                 .cancel_fd = fidotool_cmd_cancel_fd(cmd)};
  return (FidotoolClientJobs){.device = cmd->device,
                              .timeout_s = cmd->timeout_s,
                              .skip_retries = fidotool_cmd_may_spend_last(cmd),
                              .hooks = hooks,
                              .report = report};
}

void
fidotool_key_run_note(FidotoolCmd *cmd, FidotoolClientReport *report,
                      const FidotoolJson *device)
{
  g_free(cmd->libfido2);
  cmd->libfido2 = g_steal_pointer(&report->libfido2);
  cmd->ctap_code = report->ctap;
  if (report->retries >= 0)
    cmd->retries = report->retries;
  cmd->power_cycle = report->power_cycle;
  fidotool_json_free(cmd->candidates);
  cmd->candidates = g_steal_pointer(&report->candidates);
  if (device) {
    fidotool_json_free(cmd->device_json);
    cmd->device_json = fidotool_json_copy(device);
    if (cmd->device_name)
      fidotool_json_set_text(cmd->device_json, "name", cmd->device_name);
  }
  fidotool_client_report_clear(report);
}

FidotoolJson *
fidotool_key_run_job(FidotoolCmd *cmd, FidotoolJson *request, GError **error)
{
  g_autoptr(FidotoolJson) taken = request;
  FidotoolClientHooks hooks;
  FidotoolClientReport report;
  FidotoolClientJobs how = fidotool_key_run_how(cmd, &hooks, &report);
  FidotoolJson *result;

  if (how.device)
    fidotool_json_set_text(taken, "device", how.device);
  fidotool_json_set_int(taken, "timeout_s", how.timeout_s);
  if (how.skip_retries)
    fidotool_json_set_bool(taken, "skip_retries", true);
  result = fidotool_client_run(taken, how.hooks, how.report, error);
  fidotool_key_run_note(cmd, &report, fidotool_json_get(result, "device"));
  return result;
}

bool
fidotool_key_run_is_u2f(const FidotoolJson *info)
{
  const FidotoolJson *versions = fidotool_json_get(info, "versions");

  for (size_t i = 0; i < fidotool_json_size(versions); i++) {
    const char *one = fidotool_json_text(fidotool_json_at(versions, i));

    if (!one || strcmp(one, "U2F_V2") != 0)
      return false;
  }
  return fidotool_json_size(versions) > 0;
}

void
fidotool_key_run_warn_u2f(FidotoolCmd *cmd, const FidotoolJson *result)
{
  if (fidotool_json_get_bool(result, "u2f", false))
    fidotool_cmd_warn(cmd, "u2f-only",
                      "this was done with U2F: the key was touched, and nobody "
                      "was verified");
}

/* What the job itself says of a change; NULL where it says nothing. */
static const char *
take_changed(FidotoolJson *result)
{
  const FidotoolJson *changed = fidotool_json_get(result, "changed");
  bool yes = fidotool_json_bool(changed, false);

  if (!changed)
    return NULL;
  fidotool_json_remove(result, "changed");
  return yes ? FIDOTOOL_CMD_CHANGED : FIDOTOOL_CMD_UNCHANGED;
}

int
fidotool_key_run_done(FidotoolCmd *cmd, FidotoolJson *result)
{
  const char *changed = take_changed(result);

  fidotool_json_remove(result, "libfido2");
  fidotool_json_remove(result, "device"); /* both stand in the envelope */
  return fidotool_cmd_done(cmd, result, changed);
}

int
fidotool_key_run_end(FidotoolCmd *cmd, FidotoolJson *request,
                     void (*print)(const FidotoolJson *result))
{
  g_autoptr(GError) error = NULL;
  FidotoolJson *result = fidotool_key_run_job(cmd, request, &error);

  if (!result)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    print(result);
  return fidotool_key_run_done(cmd, result);
}

FidotoolJson *
fidotool_key_run_request(const char *job)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "job", job);
  return request;
}

FidotoolJson *
fidotool_key_run_answer(FidotoolCmd *cmd,
                        FidotoolJson *(*answer)(const FidotoolClientJobs *how,
                                                const FidotoolJson *offer,
                                                FidotoolJson **ret_device,
                                                GError **error),
                        const FidotoolJson *offer, GError **error)
{
  FidotoolClientHooks hooks;
  FidotoolClientReport report = {.retries = -1};
  FidotoolClientJobs how = fidotool_key_run_how(cmd, &hooks, &report);
  g_autoptr(FidotoolJson) device = NULL;
  FidotoolJson *given = answer(&how, offer, &device, error);

  fidotool_key_run_note(cmd, &report, device);
  return given;
}
