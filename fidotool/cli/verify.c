/* SPDX-License-Identifier: Apache-2.0 */
/* verify.c - a saved ceremony, or a stream of them, goes to the judge worker;
 * its answer becomes words or lines. Nothing of it is read here. */
#include "fidotool/cli/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/cli/metadata-consult.h"
#include "fidotool/cli/metadata-store.h"
#include "fidotool/cli/metadata-words.h"
#include "fidotool/cli/trust.h"
#include "fidotool/judge/saved.h"
#include "fidotool/worker/pool.h"
#include "recovery/service/program.h"

/* Not in the program that people start, which judges without metadata. */
#pragma weak fidotool_metadata_consult_begin
#pragma weak fidotool_metadata_words_standing

void
fidotool_verify_options_clear(FidotoolVerifyOptions *options)
{
  g_free(options->challenge);
  g_strfreev(options->origins);
  g_free(options->rp_id);
  g_strfreev(options->trust);
  g_free(options->at);
  g_strfreev(options->crls);
  g_free(options->compound);
  g_strfreev(options->tpm_manufacturers);
  g_free(options->registration);
  g_free(options->metadata);
  g_free(options->max_stale);
  *options = (FidotoolVerifyOptions){0};
}

GArray *
fidotool_verify_entries(FidotoolVerifyOptions *options)
{
  GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
  const GOptionEntry common[] = {
      {"challenge", 0, 0, G_OPTION_ARG_STRING, &options->challenge,
       "the challenge that was issued, base64url", "C"},
      {"origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->origins,
       "an origin that is allowed; may be given again", "URL"},
      {"rp-id", 0, 0, G_OPTION_ARG_STRING, &options->rp_id,
       "the relying party's id", "ID"},
      {"require-uv", 0, 0, G_OPTION_ARG_NONE, &options->require_uv,
       "demand that the user was verified", NULL},
      {"padding", 0, 0, G_OPTION_ARG_NONE, &options->padding,
       "read base64url with padding too", NULL},
      {"strict", 0, 0, G_OPTION_ARG_NONE, &options->strict,
       "refuse CBOR that is not canonical", NULL},
      {"trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->trust,
       "certificates to trust, PEM or DER, a file or a folder; may be given "
       "again",
       "PATH"},
      {"crl", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->crls,
       "revocation lists for the chain, PEM or DER, a file or a folder; may "
       "be given again",
       "PATH"},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options->at,
       "the time of the ceremony, RFC 3339 (default: now)", "TIME"},
      {"batch", 0, 0, G_OPTION_ARG_NONE, &options->batch,
       "each line of FILE is one; answers are lines of JSON", NULL},
  };

  g_array_append_vals(entries, common, G_N_ELEMENTS(common));
  return entries;
}

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

/* --- what the worker is told first ------------------------------------------
 */

static void
set_texts(FidotoolJson *json, const char *name, char **texts)
{
  FidotoolJson *list = fidotool_json_set(json, name, fidotool_json_new_array());

  for (; *texts != NULL; texts++)
    fidotool_json_append_text(list, *texts);
}

/* What only some formats have. */
static void
give_formats(FidotoolJson *json, const FidotoolVerifyOptions *options)
{
  int64_t number;
  char *end;

  if (options->allow_sha1)
    fidotool_json_set_bool(json, "allow_sha1", true);
  if (options->hardware_key)
    fidotool_json_set_bool(json, "hardware_key", true);
  if (options->tpm_manufacturers != NULL)
    set_texts(json, "tpm_manufacturers", options->tpm_manufacturers);
  if (options->compound == NULL)
    return;
  number = g_ascii_strtoll(options->compound, &end, 10);
  if (*end == '\0' && end != options->compound)
    fidotool_json_set_int(json, "compound", number);
  else
    fidotool_json_set_text(json, "compound", options->compound);
}

static FidotoolJson *
new_given(const FidotoolVerifyOptions *options)
{
  FidotoolJson *given = fidotool_json_new_object();

  if (options->challenge != NULL)
    fidotool_json_set_text(given, "challenge", options->challenge);
  if (options->rp_id != NULL)
    fidotool_json_set_text(given, "rp_id", options->rp_id);
  if (options->origins != NULL) {
    set_texts(given, "origins", options->origins);
  }
  if (options->require_uv)
    fidotool_json_set_bool(given, "require_uv", true);
  if (options->strict)
    fidotool_json_set_bool(given, "strict", true);
  if (options->padding)
    fidotool_json_set_bool(given, "padding", true);
  give_formats(given, options);
  return given;
}

/* RFC 3339; a time without zone is no time. */
static bool
read_time(const char *text, int64_t *ret_seconds, GError **error)
{
  g_autoptr(GDateTime) time = NULL;

  if (text == NULL) { /* the ceremony's own time is nowhere in the file */
    *ret_seconds = g_get_real_time() / G_USEC_PER_SEC;
    return true;
  }
  time = g_date_time_new_from_iso8601(text, NULL);
  if (time == NULL)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "--at is a time such as 2026-03-01T09:00:00Z");
  *ret_seconds = g_date_time_to_unix(time);
  return true;
}

static bool
add_trust(FidotoolJson *request, const FidotoolVerifyOptions *options,
          GError **error)
{
  FidotoolJson *anchors;
  int64_t at;

  if (!read_time(options->at, &at, error))
    return false;
  if (options->trust == NULL)
    return true;
  fidotool_json_set_int(request, "at", at);
  anchors = fidotool_json_set(request, "anchors", fidotool_json_new_array());
  for (char **path = options->trust; *path != NULL; path++)
    if (!fidotool_trust_read(*path, anchors, error))
      return false;
  return true;
}

static bool
add_lists(FidotoolJson *request, const FidotoolVerifyOptions *options,
          GError **error)
{
  FidotoolJson *lists;

  if (options->crls == NULL)
    return true;
  lists = fidotool_json_set(request, "crls", fidotool_json_new_array());
  for (char **path = options->crls; *path != NULL; path++)
    if (!fidotool_trust_read_lists(*path, lists, error))
      return false;
  return true;
}

static bool
add_registration(FidotoolJson *begin, const FidotoolVerifyOptions *options,
                 GError **error)
{
  g_autofree char *text = NULL;

  if (options->registration == NULL)
    return true;
  text = fidotool_cmd_read_file(options->registration, FIDOTOOL_SAVED_MAX, NULL,
                                error);
  if (text == NULL)
    return false;
  if (!g_utf8_validate(text, -1, NULL))
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the registration: this is no UTF-8");
  fidotool_json_set_text(begin, "registration", text);
  return true;
}

/* Who is named with --trust is trusted; metadata come on top where they are
 * asked for too. */
static bool
wants_metadata(const char *ceremony, const FidotoolVerifyOptions *options)
{
  g_autofree char *folder = NULL;

  if (strcmp(ceremony, "registration") != 0)
    return false;
  if (options->trust != NULL || options->metadata != NULL)
    return options->metadata != NULL;
  folder = fidotool_metadata_store_default();
  return g_file_test(folder, G_FILE_TEST_EXISTS);
}

/* After how many days overdue metadata are a refusal. */
static bool
add_max_stale(FidotoolJson *metadata, const char *days, GError **error)
{
  guint64 n;

  if (days == NULL)
    return true;
  if (metadata == NULL)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "--max-stale-days is about metadata, and there are none");
  if (!g_ascii_string_to_unsigned(days, 10, 0, 366, &n, NULL))
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "--max-stale-days is a number from 0 to 366");
  fidotool_json_set_int(metadata, "max_stale_days", (int64_t)n);
  return true;
}

static bool
add_metadata(FidotoolCmd *cmd, FidotoolJson *begin,
             const FidotoolVerifyOptions *options, FidotoolPoolConfig *config,
             GError **error)
{
  bool used;
  int64_t at;

  if (!read_time(options->at, &at, error) ||
      !fidotool_metadata_consult_begin(cmd, begin, options->metadata,
                                       &config->index, &used, error) ||
      !add_max_stale(fidotool_json_get(begin, "metadata"), options->max_stale,
                     error))
    return false;
  config->has_index = config->index >= 0;
  if (used)
    fidotool_json_set_int(begin, "at", at);
  return true;
}

static char *
new_begin(FidotoolCmd *cmd, const char *ceremony,
          const FidotoolVerifyOptions *options, FidotoolPoolConfig *config,
          GError **error)
{
  g_autoptr(FidotoolJson) begin = fidotool_json_new_object();

  fidotool_json_set_text(begin, "ceremony", ceremony);
  fidotool_json_set(begin, "given", new_given(options));
  if (!add_trust(begin, options, error) || !add_lists(begin, options, error) ||
      !add_registration(begin, options, error) ||
      (wants_metadata(ceremony, options) &&
       !add_metadata(cmd, begin, options, config, error)))
    return NULL;
  return fidotool_json_write(begin, &config->begin_len);
}

/* --- words ------------------------------------------------------------------
 */

static void
print_row(const char *name, const char *value, const char *more)
{
  g_autofree char *first = fidotool_cmd_printable(value ? value : "");
  g_autofree char *second = fidotool_cmd_printable(more ? more : "");

  printf("%-10s %s%s%s\n", name, first, *second ? ", " : "", second);
}

/* The checks that failed, or the warnings: both are id and text. */
static void
print_list(const char *name, const FidotoolJson *list, bool only_failed)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *item = fidotool_json_at(list, i);
    const char *id = fidotool_json_get_text(item, "id");
    g_autofree char *line = NULL;

    if (only_failed && fidotool_json_get_bool(item, "ok", false))
      continue;
    line = g_strdup_printf("%s: %s", id, fidotool_json_get_text(item, "text"));
    print_row(name, line, NULL);
  }
}

/* What the statement says of key and device, in the order of the names. */
static void
print_attested(const FidotoolJson *attested)
{
  for (size_t i = 0; i < fidotool_json_size(attested); i++) {
    const FidotoolJson *value = fidotool_json_member(attested, i);
    g_autofree char *text = fidotool_json_text(value)
                                ? g_strdup(fidotool_json_text(value))
                                : fidotool_json_write(value, NULL);

    print_row("attested", fidotool_json_name(attested, i), text);
  }
}

/* How the model stood then, and how it stands now. */
static void
print_metadata(const FidotoolJson *metadata)
{
  g_autofree char *then = NULL;
  g_autofree char *now = NULL;

  if (metadata == NULL)
    return;
  if (!fidotool_json_get_bool(metadata, "known", false)) {
    print_row("named", "the metadata do not know the model", NULL);
    return;
  }
  print_row("named", fidotool_json_get_text(metadata, "name"), NULL);
  then = fidotool_metadata_words_standing(fidotool_json_get(metadata, "then"));
  now = fidotool_metadata_words_standing(fidotool_json_get(metadata, "now"));
  print_row("then", then, NULL);
  print_row("now", now, NULL);
}

/* The statements of a compound one. */
static void
print_parts(const FidotoolJson *parts)
{
  for (size_t i = 0; i < fidotool_json_size(parts); i++) {
    const FidotoolJson *part = fidotool_json_at(parts, i);
    const FidotoolJson *statement = fidotool_json_get(part, "statement");
    const FidotoolJson *trust = fidotool_json_get(part, "trust");
    const char *format = fidotool_json_get_text(part, "format");
    g_autofree char *line =
        g_strdup_printf("%s, %s", fidotool_json_get_text(statement, "result"),
                        fidotool_json_get_text(trust, "result"));

    print_row("part", format ? format : "unknown", line);
    print_list("failed", fidotool_json_get(part, "checks"), true);
  }
}

static void
print_words(const FidotoolJson *result)
{
  const FidotoolJson *statement = fidotool_json_get(result, "statement");
  const FidotoolJson *trust = fidotool_json_get(result, "trust");
  const char *aaguid = fidotool_json_get_text(result, "aaguid");

  print_row("statement", fidotool_json_get_text(statement, "result"),
            fidotool_json_get_text(statement, "type"));
  if (fidotool_json_get(statement, "type") != NULL)
    print_row("trust", fidotool_json_get_text(trust, "result"),
              fidotool_json_get_text(trust, "reason"));
  if (fidotool_json_get(trust, "anchor") != NULL)
    print_row("anchor", fidotool_json_get_text(trust, "anchor"),
              fidotool_json_get_text(trust, "at"));
  if (fidotool_json_get(trust, "revocation") != NULL)
    print_row("revocation", fidotool_json_get_text(trust, "revocation"), NULL);
  if (fidotool_json_get(result, "format") != NULL)
    print_row("format", fidotool_json_get_text(result, "format"), NULL);
  if (aaguid != NULL)
    print_row("model", aaguid, NULL);
  print_attested(fidotool_json_get(result, "attested"));
  print_parts(fidotool_json_get(result, "parts"));
  print_metadata(fidotool_json_get(result, "metadata"));
  print_list("failed", fidotool_json_get(result, "checks"), true);
  print_list("warning", fidotool_json_get(result, "warnings"), false);
}

/* --- one --------------------------------------------------------------------
 */

typedef struct {
  int code;
  char *json;
} Answer;

static bool
keep(uint64_t line, int code, const char *json, gpointer data, GError **error)
{
  Answer *answer = data;

  (void)line;
  (void)error;
  *answer = (Answer){.code = code, .json = g_strdup(json)};
  return true;
}

static int
print_one(FidotoolCmd *cmd, const Answer *answer)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) json =
      fidotool_json_parse(answer->json, strlen(answer->json), &error);
  const char *why =
      fidotool_json_get_text(fidotool_json_get(json, "error"), "message");
  FidotoolJson *result = json ? fidotool_json_take(json, "result") : NULL;

  if (json != NULL && result == NULL)
    fail(&error, (FidotoolError)answer->code,
         why ? why : "the judge worker talks nonsense");
  if (result == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (!cmd->json)
    print_words(result);
  return fidotool_cmd_done_with(cmd, result, NULL, answer->code);
}

static int
judge_one(FidotoolCmd *cmd, const FidotoolPoolConfig *config, const char *path)
{
  g_autoptr(GError) error = NULL;
  size_t len = 0;
  g_autofree char *text =
      fidotool_cmd_read_file(path, FIDOTOOL_SAVED_MAX, &len, &error);
  Answer answer = {0};
  int r;

  if (text == NULL ||
      !fidotool_pool_ask(config, text, len, keep, &answer, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  r = print_one(cmd, &answer);
  g_free(answer.json);
  return r;
}

/* --- many -------------------------------------------------------------------
 */

/* Of answers on their way out. */
#define LINES_BUFFER 65536

typedef struct {
  uint64_t lines;
  uint64_t by_code[100]; /* judged lines by their exit code: two digits */
} Tally;

static bool
print_line(uint64_t line, int code, const char *json, gpointer data,
           GError **error)
{
  Tally *tally = data;

  tally->lines++;
  if (g_str_has_prefix(json, "{\"result\":"))
    tally->by_code[code]++;
  if (printf("{\"line\":%" G_GUINT64_FORMAT ",\"exit\":%d,%s\n", line, code,
             json + 1) > 0)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "line %" G_GUINT64_FORMAT ": the answer cannot be written: %s",
              line, g_strerror(errno));
  return false;
}

/* Who feeds us may wait for each answer: none stays with us. */
static bool
flush_lines(gpointer data, GError **error)
{
  (void)data;
  return fflush(stdout) == 0 ||
         fail(error, FIDOTOOL_ERROR_FAILED, "the answers cannot be written");
}

/* What was not understood weighs most, then the layer that failed first. */
static int
sum_up(const Tally *tally)
{
  static const struct {
    int code;
    const char *name;
  } layers[] = {
      {FIDOTOOL_CMD_OK, "good"},
      {FIDOTOOL_ERROR_INVALID, "invalid"},
      {FIDOTOOL_ERROR_NOT_TRUSTED, "not trusted"},
      {FIDOTOOL_ERROR_POLICY, "refused by policy"},
  };
  uint64_t left = tally->lines;
  int r = FIDOTOOL_CMD_OK;

  fprintf(stderr, "%" G_GUINT64_FORMAT " lines:", tally->lines);
  for (size_t i = 0; i < G_N_ELEMENTS(layers); i++) {
    const uint64_t n = tally->by_code[layers[i].code];

    fprintf(stderr, " %" G_GUINT64_FORMAT " %s,", n, layers[i].name);
    left -= n;
    if (n > 0 && r == FIDOTOOL_CMD_OK)
      r = layers[i].code;
  }
  fprintf(stderr, " %" G_GUINT64_FORMAT " not understood\n", left);
  return left == 0 ? r : FIDOTOOL_ERROR_USAGE;
}

static int
judge_lines(FidotoolCmd *cmd, const FidotoolPoolConfig *config,
            const char *path)
{
  g_autoptr(GError) error = NULL;
  FidotoolPoolConfig lines = *config;
  Tally tally = {0};
  const bool piped = path == NULL || strcmp(path, "-") == 0;
  int fd = piped ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  bool ok;

  if (fd < 0) {
    g_set_error(&error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", path,
                g_strerror(errno));
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  (void)setvbuf(stdout, NULL, _IOFBF, LINES_BUFFER);
  lines.rest = flush_lines;
  ok = fidotool_pool_run(&lines, fd, print_line, &tally, &error);
  if (!piped)
    (void)close(fd); /* it was read only */
  if (!ok)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return sum_up(&tally);
}

/* ----------------------------------------------------------------------------
 */

static int
judge(FidotoolCmd *cmd, const char *ceremony, const char *path,
      const FidotoolVerifyOptions *options)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *program =
      recovery_program_find("keyturn-judge", "fidotool/worker/keyturn-judge");
  g_autofree char *begin = NULL;
  FidotoolPoolConfig config = {.program = program};
  int r;

  if (program == NULL)
    fail(&error, FIDOTOOL_ERROR_FAILED,
         "keyturn-judge is missing: install Keyturn again");
  else
    begin = new_begin(cmd, ceremony, options, &config, &error);
  if (begin == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  config.begin = begin;
  (void)signal(SIGPIPE, SIG_IGN); /* a worker that went away is an error */
  r = options->batch ? judge_lines(cmd, &config, path)
                     : judge_one(cmd, &config, path);
  if (config.has_index)
    (void)close(config.index); /* ours alone by now */
  return r;
}

int
fidotool_verify_run(FidotoolCmd *cmd, const char *ceremony, int argc,
                    char **argv, const FidotoolVerifyOptions *options)
{
  g_autoptr(GError) error = NULL;

  if (argc != 2 && !(options->batch && argc == 1))
    fail(&error, FIDOTOOL_ERROR_USAGE,
         options->batch ? "give one FILE, or none for standard input"
                        : "give one FILE");
  if (error != NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (wants_metadata(ceremony, options) &&
      fidotool_metadata_consult_begin == NULL)
    return FIDOTOOL_CMD_ELSEWHERE;
  return judge(cmd, ceremony, argc == 2 ? argv[1] : NULL, options);
}
