/* SPDX-License-Identifier: Apache-2.0 */
/* cmd.c - options, envelope and words that every subcommand shares. */
#include "fidotool/cli/cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "fidotool/cli/key-names.h"
#include "recovery/error.h"

/* The form of the envelope; a change that breaks readers counts up. */
#define SCHEMA "keyturn.fidotool/1"
/* Longest --timeout, in seconds. */
#define TIMEOUT_MAX 3600

/* GOption's view of the common options, before it is checked. */
typedef struct {
  gboolean json;
  gboolean verbose;
  gboolean events;
  gboolean yes;
  gboolean non_interactive;
  int timeout_s;
  int pin_fd;
} Raw;

static void
add_entry(GArray *entries, const char *name, char letter, GOptionArg type,
          void *data, const char *help, const char *argument)
{
  GOptionEntry entry = {.long_name = name,
                        .short_name = letter,
                        .arg = type,
                        .arg_data = data,
                        .description = help,
                        .arg_description = argument};

  g_array_append_val(entries, entry);
}

/* The common options that this subcommand takes. */
static GArray *
new_entries(FidotoolCmd *cmd, Raw *raw)
{
  GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
  unsigned uses = cmd->command->uses;

  add_entry(entries, "json", 0, G_OPTION_ARG_NONE, &raw->json,
            "print one JSON object instead of words", NULL);
  add_entry(entries, "verbose", 'v', G_OPTION_ARG_NONE, &raw->verbose,
            "say more", NULL);
  if (uses & FIDOTOOL_CMD_KEY) {
    add_entry(entries, "device", 0, G_OPTION_ARG_STRING, &cmd->device,
              "the key, as \"fidotool key list\" names it", "SEL");
    add_entry(entries, "events", 0, G_OPTION_ARG_NONE, &raw->events,
              "print what happens as it happens, a line of JSON each", NULL);
    add_entry(entries, "timeout", 0, G_OPTION_ARG_INT, &raw->timeout_s,
              "how long to wait for a touch (default 30)", "S");
  }
  if (uses & FIDOTOOL_CMD_PIN) {
    add_entry(entries, "pin-fd", 0, G_OPTION_ARG_INT, &raw->pin_fd,
              "read PINs from this descriptor, one a line", "N");
    add_entry(entries, "non-interactive", 0, G_OPTION_ARG_NONE,
              &raw->non_interactive, "fail where a person would be asked",
              NULL);
  }
  if (uses & FIDOTOOL_CMD_CONFIRM)
    add_entry(entries, "fingerprint", 0, G_OPTION_ARG_STRING, &cmd->fingerprint,
              "the key that is meant, as \"fidotool key info\" prints it",
              "TEXT");
  if (uses & FIDOTOOL_CMD_STATION) {
    add_entry(entries, "station", 0, G_OPTION_ARG_STRING, &cmd->station,
              "the station: its folder or socket (or KEYTURN_STATION)",
              "DIR|SOCKET");
    add_entry(entries, "machine", 0, G_OPTION_ARG_FILENAME, &cmd->machine,
              "this machine's key", "FILE");
  }
  if (uses & (FIDOTOOL_CMD_PIN | FIDOTOOL_CMD_STATION))
    add_entry(entries, "yes", 'y', G_OPTION_ARG_NONE, &raw->yes,
              "do not ask again; never replaces an approval", NULL);
  return entries;
}

static bool
check_raw(const Raw *raw, GError **error)
{
  if (raw->timeout_s < 1 || raw->timeout_s > TIMEOUT_MAX) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "--timeout is between 1 and %d seconds", TIMEOUT_MAX);
    return false;
  }
  if (raw->pin_fd < -1 || raw->pin_fd == 1 || raw->pin_fd == 2) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "--pin-fd is 0, or 3 and above");
    return false;
  }
  return true;
}

/* Puts in the place of "@NAME" what the name is bound to. */
static bool
resolve_name(FidotoolCmd *cmd, GError **error)
{
  FidotoolKeyNamesPlaces places;
  g_autoptr(FidotoolJson) names = NULL;
  const FidotoolJson *row;

  if (!cmd->device || cmd->device[0] != '@')
    return true;
  places = fidotool_key_names_places();
  names = fidotool_key_names_read(&places, error);
  fidotool_key_names_places_clear(&places);
  if (!names)
    return false;
  row = fidotool_json_get(names, cmd->device + 1);
  if (!row) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND,
                "%s: no key was given this name; \"fidotool key name list\" "
                "shows those that were",
                cmd->device);
    return false;
  }
  cmd->device_name = g_strdup(cmd->device + 1);
  g_free(cmd->device);
  cmd->device = g_strdup(fidotool_json_get_text(row, "selector"));
  if (fidotool_key_names_doubt(row))
    fidotool_cmd_warn(cmd, "not-told-apart", fidotool_key_names_doubt(row));
  return true;
}

bool
fidotool_cmd_parse(FidotoolCmd *cmd, const GOptionEntry *own,
                   const char *description, int *argc, char ***argv,
                   GError **error)
{
  g_autoptr(GOptionContext) context =
      g_option_context_new(cmd->command->arguments);
  Raw raw = {.timeout_s = cmd->timeout_s, .pin_fd = cmd->pin_fd};
  g_autoptr(GArray) entries = new_entries(cmd, &raw);
  g_autoptr(GError) local = NULL;

  if (own)
    g_option_context_add_main_entries(context, own, NULL);
  g_option_context_add_main_entries(context, (GOptionEntry *)entries->data,
                                    NULL);
  g_option_context_set_summary(context, cmd->command->summary);
  g_option_context_set_description(context, description);
  if (!g_option_context_parse(context, argc, argv, &local)) {
    cmd->json = raw.json;
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s",
                local->message);
    return false;
  }
  cmd->json = raw.json;
  cmd->verbose = raw.verbose;
  cmd->events = raw.events;
  cmd->yes = raw.yes;
  cmd->non_interactive = raw.non_interactive;
  cmd->timeout_s = raw.timeout_s;
  cmd->pin_fd = raw.pin_fd;
  if ((cmd->command->uses & FIDOTOOL_CMD_STATION) && !cmd->station)
    cmd->station = g_strdup(g_getenv("KEYTURN_STATION"));
  return check_raw(&raw, error) && resolve_name(cmd, error);
}

bool
fidotool_cmd_take_one(int argc, char **argv, const char *name, GError **error)
{
  if (argc == 2 && *argv[1])
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              argc < 2 ? "%s is missing" : "only one %s is taken", name);
  return false;
}

int
fidotool_cmd_exit_code(const GError *error)
{
  if (error->domain == FIDOTOOL_ERROR || error->domain == RECOVERY_ERROR)
    return error->code;
  if (error->domain == G_OPTION_ERROR || error->domain == G_FILE_ERROR)
    return FIDOTOOL_ERROR_USAGE;
  return FIDOTOOL_ERROR_FAILED;
}

/* RFC 3339, UTC, whole seconds. */
static char *
format_now(void)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc();

  return g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
}

/* Everything of the envelope but result, changed and error. */
static FidotoolJson *
new_envelope(FidotoolCmd *cmd)
{
  FidotoolJson *envelope = fidotool_json_new_object();
  FidotoolJson *tool = fidotool_json_new_object();
  g_autofree char *now = format_now();

  fidotool_json_set_text(envelope, "schema", SCHEMA);
  fidotool_json_set_text(envelope, "command", cmd->path);
  fidotool_json_set_text(envelope, "time", now);
  fidotool_json_set_text(tool, "version", KEYTURN_VERSION);
  if (cmd->libfido2)
    fidotool_json_set_text(tool, "libfido2", cmd->libfido2);
  fidotool_json_set(envelope, "tool", tool);
  if (cmd->device_json)
    fidotool_json_set(envelope, "device", fidotool_json_copy(cmd->device_json));
  fidotool_json_set(envelope, "warnings",
                    cmd->warnings ? fidotool_json_copy(cmd->warnings)
                                  : fidotool_json_new_array());
  return envelope;
}

static void
print_json(const FidotoolJson *json)
{
  g_autofree char *text = fidotool_json_write(json, NULL);

  printf("%s\n", text);
}

static void
set_changed(FidotoolJson *envelope, const char *changed)
{
  if (changed)
    fidotool_json_set_bool(envelope, "changed",
                           strcmp(changed, FIDOTOOL_CMD_CHANGED) == 0);
}

int
fidotool_cmd_done_with(FidotoolCmd *cmd, FidotoolJson *result,
                       const char *changed, int exit_code)
{
  g_autoptr(FidotoolJson) taken = result;
  g_autoptr(FidotoolJson) envelope = NULL;

  fidotool_cmd_event(cmd, "done", NULL);
  if (!cmd->json)
    return exit_code;
  envelope = new_envelope(cmd);
  if (taken)
    fidotool_json_set(envelope, "result", g_steal_pointer(&taken));
  set_changed(envelope, changed);
  print_json(envelope);
  return exit_code;
}

int
fidotool_cmd_done(FidotoolCmd *cmd, FidotoolJson *result, const char *changed)
{
  return fidotool_cmd_done_with(cmd, result, changed, FIDOTOOL_CMD_OK);
}

static FidotoolJson *
new_error(const FidotoolCmd *cmd, const GError *error, int exit_code,
          const char *hint)
{
  const char *name = error->domain == RECOVERY_ERROR
                         ? recovery_error_name(exit_code)
                         : fidotool_error_name(exit_code);
  FidotoolJson *json = fidotool_json_new_object();
  const char *ctap = fidotool_error_ctap_name(cmd->ctap_code);
  g_autofree char *text = g_utf8_make_valid(error->message, -1);

  fidotool_json_set_text(json, "code", name);
  fidotool_json_set_int(json, "exit", exit_code);
  fidotool_json_set_text(json, "text", text);
  if (hint)
    fidotool_json_set_text(json, "hint", hint);
  if (cmd->ctap_code > 0) {
    if (ctap)
      fidotool_json_set_text(json, "ctap", ctap);
    fidotool_json_set_int(json, "ctap_code", cmd->ctap_code);
  }
  if (cmd->retries >= 0)
    fidotool_json_set_int(json, "retries", cmd->retries);
  if (cmd->power_cycle)
    fidotool_json_set_bool(json, "power_cycle", true);
  if (cmd->candidates)
    fidotool_json_set(json, "candidates", fidotool_json_copy(cmd->candidates));
  return json;
}

/* Which key was not there, or was several, by the name that was given. */
static GError *
name_device(const FidotoolCmd *cmd, GError *error)
{
  if (cmd->device_name &&
      (g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE) ||
       g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_AMBIGUOUS)))
    g_prefix_error(&error, "@%s: ", cmd->device_name);
  return error;
}

int
fidotool_cmd_failed(FidotoolCmd *cmd, GError *error)
{
  return fidotool_cmd_failed_with(cmd, NULL, NULL, error);
}

int
fidotool_cmd_failed_with(FidotoolCmd *cmd, FidotoolJson *result,
                         const char *changed, GError *error)
{
  g_autoptr(FidotoolJson) done = result;
  g_autoptr(GError) taken = name_device(cmd, error);
  int exit_code = fidotool_cmd_exit_code(taken);
  const char *hint = taken->domain == RECOVERY_ERROR
                         ? recovery_error_hint(exit_code)
                         : fidotool_error_hint(exit_code);
  g_autofree char *text = fidotool_cmd_printable(taken->message);
  g_autoptr(FidotoolJson) envelope = NULL;

  if (!cmd->json) {
    fprintf(stderr, "%s: %s\n", g_get_prgname(), text);
    if (hint)
      fprintf(stderr, "%s\n", hint);
    return exit_code;
  }
  envelope = new_envelope(cmd);
  if (done)
    fidotool_json_set(envelope, "result", g_steal_pointer(&done));
  set_changed(envelope, changed);
  fidotool_json_set(envelope, "error", new_error(cmd, taken, exit_code, hint));
  print_json(envelope);
  return exit_code;
}

void
fidotool_cmd_warn(FidotoolCmd *cmd, const char *code, const char *text)
{
  g_autofree char *words = fidotool_cmd_printable(text);
  FidotoolJson *warning;

  if (!cmd->json) {
    fprintf(stderr, "%s: warning: %s\n", g_get_prgname(), words);
    return;
  }
  if (!cmd->warnings)
    cmd->warnings = fidotool_json_new_array();
  warning = fidotool_json_append(cmd->warnings, fidotool_json_new_object());
  fidotool_json_set_text(warning, "code", code);
  fidotool_json_set_text(warning, "text", words);
}

void
fidotool_cmd_event(FidotoolCmd *cmd, const char *name, FidotoolJson *fields)
{
  g_autoptr(FidotoolJson) event = fields ? fields : fidotool_json_new_object();

  if (!cmd->events)
    return;
  fidotool_json_set_text(event, "event", name);
  print_json(event);
  fflush(stdout);
}

bool
fidotool_cmd_may_spend_last(const FidotoolCmd *cmd)
{
  return cmd->yes && (cmd->command->uses & FIDOTOOL_CMD_CONFIRM) == 0;
}

int
fidotool_cmd_cancel_fd(FidotoolCmd *cmd)
{
  sigset_t set;

  if (cmd->cancel_fd >= 0)
    return cmd->cancel_fd;
  if (sigemptyset(&set) != 0 || sigaddset(&set, SIGINT) != 0 ||
      sigaddset(&set, SIGTERM) != 0 || sigaddset(&set, SIGHUP) != 0 ||
      sigprocmask(SIG_BLOCK, &set, NULL) != 0)
    return -1;
  cmd->cancel_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return cmd->cancel_fd;
}

static char *
read_stdin(size_t max, size_t *ret_len, GError **error)
{
  g_autofree char *data = g_malloc(max + 2);
  size_t len = fread(data, 1, max + 1, stdin);

  if (ferror(stdin) || len > max) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "standard input is unreadable or longer than %zu bytes", max);
    return NULL;
  }
  data[len] = '\0';
  if (ret_len)
    *ret_len = len;
  return g_steal_pointer(&data);
}

char *
fidotool_cmd_read_file(const char *path, size_t max, size_t *ret_len,
                       GError **error)
{
  g_autofree char *data = NULL;
  FILE *file;
  size_t len;
  bool bad;

  if (strcmp(path, "-") == 0)
    return read_stdin(max, ret_len, error);
  file = fopen(path, "rbe");
  if (!file) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", path,
                g_strerror(errno));
    return NULL;
  }
  data = g_malloc(max + 2);
  len = fread(data, 1, max + 1, file);
  bad = ferror(file) != 0;
  (void)fclose(file); /* it was only read */
  if (bad || len > max) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "%s: unreadable, or longer than %zu bytes", path, max);
    return NULL;
  }
  data[len] = '\0';
  if (ret_len)
    *ret_len = len;
  return g_steal_pointer(&data);
}

char *
fidotool_cmd_printable(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
  GString *out = g_string_new(NULL);

  for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    bool shown =
        c == '\n' || c == '\t' ||
        (!g_unichar_iscntrl(c) && g_unichar_type(c) != G_UNICODE_FORMAT);

    g_string_append_unichar(out, shown ? c : 0xfffd);
  }
  return g_string_free(out, FALSE);
}

void
fidotool_cmd_clear(FidotoolCmd *cmd)
{
  if (cmd->cancel_fd >= 0)
    (void)close(cmd->cancel_fd); /* it was only read */
  cmd->cancel_fd = -1;
  g_clear_pointer(&cmd->device, g_free);
  g_clear_pointer(&cmd->device_name, g_free);
  g_clear_pointer(&cmd->station, g_free);
  g_clear_pointer(&cmd->machine, g_free);
  g_clear_pointer(&cmd->fingerprint, g_free);
  g_clear_pointer(&cmd->device_json, fidotool_json_free);
  g_clear_pointer(&cmd->libfido2, g_free);
  g_clear_pointer(&cmd->warnings, fidotool_json_free);
  g_clear_pointer(&cmd->candidates, fidotool_json_free);
}
