/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - keyhelper: one connection on standard input, one job, then the end.
 * Everything that opens happens before the sandbox; nothing that a key says is
 * read before it.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fidotool/device/selection.h"
#include "fidotool/device/selector.h"
#include "fidotool/error.h"
#include "fidotool/helper/candidate.h"
#include "fidotool/helper/job.h"
#include "fidotool/helper/look.h"
#include "fidotool/helper/rule.h"
#include "fidotool/helper/sandbox.h"
#include "fidotool/helper/unlock.h"
#include "fidotool/helper/warm-up.h"

/* For the request, after the connection. */
#define REQUEST_MS 30000
/* Address space, processor time of a job with a key, descriptors. */
#define MEMORY (UINT64_C(512) << 20)
#define CPU_S 60
#define FILES 128
/* Longest wait for a touch, in seconds. */
#define TIMEOUT_MAX 3600
#define STATION_FILE "/etc/keyturn/keyhelper.conf"

/* What U2F has not. */
#define NO_PIN "it has no PIN"
#define NO_USER "it cannot verify its user"
#define NO_SETTINGS "it has no settings"
#define NO_SENSOR "it has no fingerprints"
#define NO_STORE "it keeps nothing that could be listed"
#define NO_RESET "it cannot be reset"

typedef FidotoolJson *(*RunJob)(FidotoolJob *job, GError **error);

/* Jobs that open a key. `finds` is the job that tells, without touch or PIN,
 * whether it is the right one; `lacks` what a key that knows U2F alone has not,
 * NULL where it can do the job. */
/* clang-format off */
static const struct {
  const char *name;
  RunJob run;
  RunJob finds;
  const char *lacks;
} jobs[] = {
  { "info", fidotool_job_info, NULL, NULL },
  { "wink", fidotool_job_wink, NULL, NULL },
  { "select", fidotool_job_select, NULL, NULL },
  { "pin-status", fidotool_job_pin_status, NULL, NULL },
  { "pin-set", fidotool_job_pin_set, NULL, NO_PIN },
  { "make", fidotool_job_make, NULL, NULL },
  { "assert", fidotool_job_assert, NULL, NULL },
  { "sign", fidotool_job_sign, fidotool_job_prove, NO_USER },
  { "prove", fidotool_job_prove, fidotool_job_prove, NO_USER },
  { "config-show", fidotool_job_config_show, NULL, NULL },
  { "config-set", fidotool_job_config_set, NULL, NO_SETTINGS },
  { "pin-verify", fidotool_job_pin_verify, NULL, NO_PIN },
  { "pin-force-change", fidotool_job_pin_force_change, NULL, NO_PIN },
  { "fingerprint-list", fidotool_job_fingerprint_list, NULL, NO_SENSOR },
  { "fingerprint-add", fidotool_job_fingerprint_add, NULL, NO_SENSOR },
  { "fingerprint-rename", fidotool_job_fingerprint_rename, NULL, NO_SENSOR },
  { "fingerprint-delete", fidotool_job_fingerprint_delete, NULL, NO_SENSOR },
  { "blob-list", fidotool_job_blob_list, NULL, NO_STORE },
  { "blob-get", fidotool_job_blob_get, NULL, NO_STORE },
  { "blob-purge", fidotool_job_blob_purge, NULL, NO_STORE },
  { "credential-list", fidotool_job_credential_list, NULL, NO_STORE },
  { "credential-count", fidotool_job_credential_count, NULL, NO_STORE },
  { "credential-rename", fidotool_job_credential_rename, NULL, NO_STORE },
  { "credential-delete", fidotool_job_credential_delete, NULL, NO_STORE },
  { "identify", fidotool_job_identify, NULL, NO_RESET },
  { "reset-plan", fidotool_job_reset_plan, NULL, NO_RESET },
  { "reset", fidotool_job_reset, NULL, NO_RESET },
};
/* clang-format on */

/* Those that need no cryptography, which takes longer to get ready than they
 * do altogether. */
static const RunJob plain[] = {
    fidotool_job_info,
    fidotool_job_wink,
    fidotool_job_pin_status,
    fidotool_job_config_show,
};

/* All of one run. */
typedef struct {
  FidotoolSession session;
  FidotoolDiscoverPlaces places;
  FidotoolRule *rule;
  FidotoolProtocolFrame frame; /* the request */
  FidotoolTransportHooks hooks;
  int status;               /* CTAP status behind a failure, 0 for none */
  FidotoolJson *candidates; /* the keys among which it could not choose */
} Run;

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

/* The last frame, and the exit code. */
static int
finish(Run *run, FidotoolJson *result, GError *failure)
{
  g_autoptr(FidotoolJson) json = result ? result : fidotool_json_new_object();
  g_autofree char *text = NULL;

  fidotool_json_set_text(json, "libfido2", fidotool_key_library_version());
  if (!failure) {
    (void)fidotool_protocol_write_json(run->session.fd,
                                       FIDOTOOL_PROTOCOL_RESULT, json, NULL);
    return 0; /* a client that has gone does not want it */
  }
  text = g_utf8_make_valid(failure->message, -1);
  fidotool_json_set_int(json, "code", failure->code);
  fidotool_json_set_text(json, "text", text);
  if (run->status > 0)
    fidotool_json_set_int(json, "ctap", run->status);
  if (run->session.retries >= 0)
    fidotool_json_set_int(json, "retries", run->session.retries);
  if (run->candidates && failure->code == (int)FIDOTOOL_ERROR_AMBIGUOUS)
    fidotool_json_set(json, "candidates", run->candidates);
  if (failure->code == (int)FIDOTOOL_ERROR_PIN_REPLUG)
    fidotool_json_set_bool(json, "power_cycle", true);
  (void)fidotool_protocol_write_json(run->session.fd, FIDOTOOL_PROTOCOL_ERROR,
                                     json, NULL);
  return failure->code;
}

static int
touch_ms(const Run *run)
{
  return 1000 *
         (int)CLAMP(fidotool_json_get_int(run->frame.json, "timeout_s", 30), 1,
                    TIMEOUT_MAX);
}

/* Before the job sends a message that the key cannot know. */
static bool
check_ctap2(const FidotoolKey *key, size_t which, GError **error)
{
  if (!jobs[which].lacks || !fidotool_key_is_u2f(key))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
              "this key knows U2F alone: %s", jobs[which].lacks);
  return false;
}

static FidotoolJson *
run_on_carrier(Run *run, FidotoolJob *job, FidotoolTransport *carrier,
               size_t which, bool find, GError **error)
{
  const RunJob what = find ? jobs[which].finds : jobs[which].run;
  FidotoolJson *result;

  if (!job->key)
    job->key = what == fidotool_job_info ? fidotool_key_look(carrier, error)
                                         : fidotool_key_open(carrier, error);
  if (!job->key || !check_ctap2(job->key, which, error))
    return NULL;
  result = what(job, error);
  run->status = result ? 0 : fidotool_key_status(job->key);
  return result;
}

static FidotoolJob
new_job(Run *run, const FidotoolDiscoverFound *found)
{
  const FidotoolJson *request = run->frame.json;

  return (FidotoolJob){
      .session = &run->session,
      .request = request,
      .found = found,
      .timeout_ms = touch_ms(run),
      .skip_retries = fidotool_json_get_bool(request, "skip_retries", false),
  };
}

static bool
is_cancelled(gpointer data)
{
  return fidotool_session_cancelled(data);
}

/* Waits for a touch on one of the keys; its index, or -1 and error. */
static int
wait_for_touch(Run *run, FidotoolKey *const *keys, size_t n, GError **error)
{
  int touched;

  run->session.quiet = true;
  fidotool_session_event(&run->session, "touch_needed", NULL);
  touched = fidotool_selection_wait(keys, n, touch_ms(run), is_cancelled,
                                    &run->session, error);
  run->session.quiet = false;
  return touched;
}

/* Runs the job on the key that is touched. */
static FidotoolJson *
run_by_touch(Run *run, FidotoolCandidates *all, size_t which, GError **error)
{
  FidotoolKey *keys[FIDOTOOL_CANDIDATE_MAX] = {NULL};
  g_autoptr(GError) last = NULL;
  FidotoolJson *result = NULL;
  size_t n = 0;
  int touched = -1;

  for (guint i = 0; i < all->n; i++) {
    g_clear_error(&last);
    keys[i] = g_steal_pointer(&all->rows[i].key);
    if (!keys[i])
      keys[i] =
          fidotool_key_open(g_steal_pointer(&all->rows[i].carrier), &last);
    n += keys[i] != NULL;
  }
  if (n == 0)
    g_propagate_error(error, g_steal_pointer(&last));
  else
    touched = wait_for_touch(run, keys, all->n, error);
  if (touched >= 0) {
    FidotoolJob job = new_job(run, all->rows[touched].found);

    job.key = keys[touched];
    result = run_on_carrier(run, &job, NULL, which, false, error);
    if (result)
      fidotool_json_set(result, "device", fidotool_job_describe(&job));
  }
  for (size_t i = 0; i < FIDOTOOL_CANDIDATE_MAX; i++)
    fidotool_key_free(keys[i]);
  return result;
}

/* Runs the job on the first key that `finds` accepts; without it there is one
 * key alone. */
static FidotoolJson *
run_on_keys(Run *run, FidotoolCandidates *all, size_t which, GError **error)
{
  g_autoptr(GError) last = NULL;
  FidotoolJson *result = NULL;

  for (guint i = 0; i < all->n; i++) {
    FidotoolJob job = new_job(run, all->rows[i].found);
    FidotoolTransport *carrier = g_steal_pointer(&all->rows[i].carrier);
    g_autoptr(FidotoolJson) fits = NULL;

    job.key = g_steal_pointer(&all->rows[i].key);
    g_clear_error(&last);
    if (all->n > 1)
      fits = run_on_carrier(run, &job, carrier, which, true, &last);
    if (fits && jobs[which].run == jobs[which].finds)
      result = g_steal_pointer(&fits); /* that was all of it */
    else if (all->n == 1 || fits)
      result = run_on_carrier(run, &job, carrier, which, false, &last);
    if (result)
      fidotool_json_set(result, "device", fidotool_job_describe(&job));
    g_clear_pointer(&job.key, fidotool_key_free);
    if (result || fits || run->session.cancelled)
      break;
  }
  if (!result)
    g_propagate_error(error, g_steal_pointer(&last));
  return result;
}

/* The card service is asked only where a card may be meant. */
static void
open_readers(Run *run, const char *selector)
{
  if (fidotool_selector_takes_cards(selector))
    run->places.readers = fidotool_reader_open();
}

static void
warn(Run *run, const char *text)
{
  FidotoolJson *fields = fidotool_json_new_object();

  fidotool_json_set_text(fields, "code", "positional-selector");
  fidotool_json_set_text(fields, "text", text);
  fidotool_session_event(&run->session, "warning", fields);
}

/* Choosing by touch may ask for a credential that nobody keeps. */
static bool
needs_cryptography(size_t which, bool by_touch)
{
  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
    if (jobs[which].run == plain[i])
      return by_touch;
  return true;
}

static FidotoolJson *
run_job(Run *run, size_t which, GError **error)
{
  const char *device = fidotool_json_get_text(run->frame.json, "device");
  const bool touch = g_strcmp0(device, "touch") == 0;
  const bool by_touch = touch || jobs[which].run == fidotool_job_select;
  const char *selector = touch ? NULL : device;
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(GPtrArray) found = NULL;
  g_auto(FidotoolCandidates) all = {.n = 0};
  const char *warning = NULL;
  const FidotoolCandidateHow how = {
      .places = &run->places,
      .hooks = &run->hooks,
      .selector = selector,
      .may_try = by_touch || jobs[which].finds != NULL,
      .looks = jobs[which].run == fidotool_job_info,
      .wait_ms = touch_ms(run),
      .ret_candidates = &run->candidates,
  };

  open_readers(run, selector);
  list = fidotool_discover_list(&run->places);
  found = fidotool_selector_pick(list, selector, &warning, error);
  if (!found || !fidotool_candidate_open(&how, found, &all, error))
    return NULL;
  if (warning)
    warn(run, warning);
  if (needs_cryptography(which, by_touch))
    fidotool_warm_up_all();
  /* A watch goes on for days; a job does not. */
  if (!fidotool_sandbox_limit(0, CPU_S, 0, error) ||
      !fidotool_sandbox_enter(FIDOTOOL_SANDBOX_KEY, NULL, 0, error) ||
      !fidotool_candidate_sift(&how, &all, error))
    return NULL;
  return by_touch ? run_by_touch(run, &all, which, error)
                  : run_on_keys(run, &all, which, error);
}

static FidotoolJson *
serve(Run *run, GError **error)
{
  const char *name;
  int r = fidotool_protocol_read(run->session.fd, true, REQUEST_MS, &run->frame,
                                 error);

  if (r == 0)
    (void)set_error(error, FIDOTOOL_ERROR_USAGE, "no request came");
  if (r <= 0)
    return NULL;
  if (run->frame.type != FIDOTOOL_PROTOCOL_REQUEST) {
    (void)set_error(error, FIDOTOOL_ERROR_INVALID, "a request was expected");
    return NULL;
  }
  /* Bytes behind the request are against the protocol; so is the end of file,
   * which leaves nobody to work for. */
  if (fidotool_session_cancelled(&run->session)) {
    (void)set_error(error, FIDOTOOL_ERROR_INVALID, "bytes after the request");
    return NULL;
  }
  if (!fidotool_rule_check(run->rule, run->frame.json, g_get_real_time() / 1000,
                           error))
    return NULL;
  name = fidotool_json_get_text(run->frame.json, "job");
  if (strcmp(name, "list") == 0)
    return fidotool_look_list(&run->places, error);
  if (strcmp(name, "survey") == 0)
    return fidotool_look_survey(&run->places, error);
  if (strcmp(name, "watch") == 0)
    return fidotool_look_watch(&run->places, &run->session, error);
  for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++)
    if (strcmp(name, jobs[i].name) == 0)
      return run_job(run, i, error);
  (void)set_error(error, FIDOTOOL_ERROR_USAGE, "no such job");
  return NULL;
}

/* --station [FILE]: the file is another one in tests alone; who starts us
 * chooses it, and gains nothing that the same user could not do. */
static bool
read_arguments(Run *run, int argc, char **argv, GError **error)
{
  bool station = argc >= 2 && strcmp(argv[1], "--station") == 0;

  if (argc > 3 || (argc > 1 && !station))
    return set_error(error, FIDOTOOL_ERROR_USAGE,
                     "usage: keyhelper [--station [FILE]], a socket as "
                     "standard input");
  if (station)
    run->rule = fidotool_rule_read(argc == 3 ? argv[2] : STATION_FILE,
                                   argc == 2, error);
  else
    run->rule = fidotool_rule_new();
  run->places.station = station;
  run->places.keys = station ? NULL : g_getenv("KEYTURN_KEYS");
  if (run->places.keys && *run->places.keys != '/')
    run->places.keys = NULL; /* a folder, named whole */
  return run->rule != NULL;
}

static bool
prepare(const Run *run, GError **error)
{
  int type = 0;
  socklen_t len = sizeof(type);
  sigset_t none;

  if (getsockopt(run->session.fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0 ||
      type != SOCK_STREAM)
    return set_error(error, FIDOTOOL_ERROR_USAGE,
                     "standard input is not a stream socket");
  /* Whoever started us may have had others open. */
  if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
    return set_error(error, FIDOTOOL_ERROR_FAILED, "descriptors");
  /* Ctrl-C reaches the whole group: our client then cancels, and the key is
   * told before we end. */
  if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || signal(SIGINT, SIG_IGN) == SIG_ERR)
    return set_error(error, FIDOTOOL_ERROR_FAILED, "signals");
  /* Whoever started us may have blocked some for itself. */
  if (sigemptyset(&none) != 0 || sigprocmask(SIG_SETMASK, &none, NULL) != 0)
    return set_error(error, FIDOTOOL_ERROR_FAILED, "signals");
  return fidotool_sandbox_prepare("keyhelper", !run->places.station, error) &&
         fidotool_sandbox_limit(MEMORY, 0, FILES, error);
}

int
main(int argc, char **argv)
{
  Run run = {.session = {.fd = STDIN_FILENO, .retries = -1}};
  g_autoptr(GError) error = NULL;
  FidotoolJson *result = NULL;

  /* hidapi turns USB strings into wide ones by the locale; by "C" what is not
   * ASCII would be lost. libc has this one built in. */
  (void)setlocale(LC_CTYPE, "C.UTF-8");
  if (!read_arguments(&run, argc, argv, &error) || !prepare(&run, &error)) {
    fprintf(stderr, "keyhelper: %s\n", error->message);
    fidotool_rule_free(run.rule);
    return error->code;
  }
  run.hooks = fidotool_session_hooks(&run.session);
  result = serve(&run, &error);
  /* No destructor of a library runs: under the filter some would be killed. */
  _exit(finish(&run, result, error));
}
