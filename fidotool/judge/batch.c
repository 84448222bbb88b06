/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c - the same question, one saved ceremony after another. */
#include "fidotool/judge/batch.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/judge/request.h"
#include "fidotool/judge/saved.h"
#include "fidotool/types.h"

/* Room for most answers from the start. */
#define ANSWER_SIZE 8192

struct FidotoolBatch {
  FidotoolRequests *requests;
  FidotoolJson *given;  /* object, or NULL */
  FidotoolJson *stored; /* of --registration, or NULL */
  const char *ceremony; /* static */
  bool trust_asked;     /* there are anchors, and this is about one */
  GString *answer;      /* the last one */
};

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

void
fidotool_batch_free(FidotoolBatch *batch)
{
  if (batch == NULL)
    return;
  fidotool_request_state_free(batch->requests);
  fidotool_json_free(batch->given);
  fidotool_json_free(batch->stored);
  g_string_free(batch->answer, true);
  g_free(batch);
}

/* --- begin ------------------------------------------------------------------
 */

/* What the judgement of a registration leaves for its assertions. */
static FidotoolJson *
new_stored(const FidotoolVerdict *verdict)
{
  FidotoolJson *stored = fidotool_json_new_object();
  g_autofree char *key =
      fidotool_bytes_base64(g_bytes_get_data(verdict->public_key, NULL),
                            g_bytes_get_size(verdict->public_key));
  g_autofree char *id = fidotool_bytes_base64(
      g_bytes_get_data(verdict->id, NULL), g_bytes_get_size(verdict->id));

  fidotool_json_set_text(stored, "public_key", key);
  fidotool_json_set_text(stored, "id", id);
  fidotool_json_set_int(stored, "sign_count", verdict->sign_count);
  fidotool_json_set_int(stored, "be", (verdict->flags & FIDOTOOL_FLAG_BE) != 0);
  fidotool_json_set_int(stored, "bs", (verdict->flags & FIDOTOOL_FLAG_BS) != 0);
  return stored;
}

/* What was given of the assertion's challenge and origin is not the
 * registration's; how strictly bytes are read is the same. */
static FidotoolJson *
new_given_of_registration(const FidotoolJson *given)
{
  static const char *const names[] = {"padding", "strict"};
  FidotoolJson *own = fidotool_json_new_object();

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (fidotool_json_get(given, names[i]) != NULL)
      fidotool_json_set(own, names[i],
                        fidotool_json_copy(fidotool_json_get(given, names[i])));
  return own;
}

static bool
judge_registration(FidotoolBatch *batch, const char *text, GError **error)
{
  g_autoptr(FidotoolJson) given = new_given_of_registration(batch->given);
  g_autoptr(FidotoolJson) file =
      fidotool_saved_parse(text, strlen(text), error);
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolVerdict) verdict = NULL;

  if (file != NULL)
    request = fidotool_saved_request("registration", file, given, error);
  if (request != NULL)
    verdict = fidotool_request_verdict(batch->requests, request, error);
  if (verdict == NULL) {
    g_prefix_error(error, "the registration: ");
    return false;
  }
  if (verdict->statement != FIDOTOOL_STATEMENT_VALID)
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the registration itself is not valid");
  if (batch->trust_asked && verdict->trust != FIDOTOOL_TRUST_ANCHORED)
    return fail(error, FIDOTOOL_ERROR_NOT_TRUSTED,
                "nobody under --trust vouches for the registration");
  batch->stored = new_stored(verdict);
  return true;
}

static bool
begin(FidotoolBatch *batch, FidotoolJson *json, GError **error)
{
  const char *ceremony = fidotool_json_get_text(json, "ceremony");
  const char *registration = fidotool_json_get_text(json, "registration");

  batch->ceremony =
      g_strcmp0(ceremony, "assertion") == 0 ? "assertion" : "registration";
  if (g_strcmp0(ceremony, batch->ceremony) != 0)
    return fail(error, FIDOTOOL_ERROR_INVALID, "the ceremony is unknown");
  batch->given = fidotool_json_take(json, "given");
  batch->trust_asked = fidotool_json_get(json, "anchors") != NULL ||
                       fidotool_json_get(json, "metadata") != NULL;
  if (!fidotool_request_load(batch->requests, json, error) ||
      (registration != NULL && !judge_registration(batch, registration, error)))
    return false;
  if (registration == NULL)
    return true;
  batch->trust_asked = false; /* it was of the registration */
  if (batch->given == NULL)
    batch->given = fidotool_json_new_object();
  fidotool_json_set_bool(batch->given, "stored", true);
  return true;
}

FidotoolBatch *
fidotool_batch_new(const char *json, size_t len, FidotoolSlice index,
                   GError **error)
{
  g_autoptr(FidotoolBatch) batch = g_new0(FidotoolBatch, 1);
  g_autoptr(FidotoolJson) parsed = NULL;

  batch->answer = g_string_sized_new(ANSWER_SIZE);
  batch->requests = fidotool_request_state_new();
  fidotool_request_state_use_index(batch->requests, index);
  parsed = fidotool_json_parse(json, len, error);
  if (parsed == NULL || !begin(batch, parsed, error))
    return NULL;
  return g_steal_pointer(&batch);
}

/* --- one after another ------------------------------------------------------
 */

static FidotoolVerdict *
judge(FidotoolBatch *batch, const char *text, size_t len, GError **error)
{
  g_autoptr(FidotoolJson) file = fidotool_saved_parse(text, len, error);
  g_autoptr(FidotoolJson) request = NULL;

  if (file != NULL)
    request =
        fidotool_saved_request(batch->ceremony, file, batch->given, error);
  if (request == NULL)
    return NULL;
  if (batch->stored != NULL)
    fidotool_json_set(request, "stored", fidotool_json_copy(batch->stored));
  return fidotool_request_verdict(batch->requests, request, error);
}

/* The layer that failed first. */
static int
exit_code(const FidotoolBatch *batch, const FidotoolVerdict *verdict)
{
  if (verdict->statement != FIDOTOOL_STATEMENT_VALID)
    return FIDOTOOL_ERROR_INVALID;
  if (batch->trust_asked && verdict->trust != FIDOTOOL_TRUST_ANCHORED)
    return FIDOTOOL_ERROR_NOT_TRUSTED;
  for (guint i = 0; i < verdict->checks->len; i++)
    if (!g_array_index(verdict->checks, FidotoolCheckResult, i).ok)
      return FIDOTOOL_ERROR_POLICY;
  return 0;
}

/* Two digits, an object with one member, and its value's beginning. */
static void
begin_answer(GString *out, int code, const char *name)
{
  g_string_truncate(out, 0);
  g_string_append_c(out, (char)('0' + code / 10));
  g_string_append_c(out, (char)('0' + code % 10));
  g_string_append_c(out, '{');
  fidotool_json_write_name(out, name);
}

const char *
fidotool_batch_judge(FidotoolBatch *batch, const char *text, size_t len,
                     size_t *ret_len)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolVerdict) verdict = judge(batch, text, len, &error);
  GString *out = batch->answer;

  if (verdict != NULL) {
    begin_answer(out, exit_code(batch, verdict), "result");
    fidotool_verdict_write_to(out, verdict);
  } else {
    begin_answer(out, CLAMP(error->code, 1, 99), "error");
    g_string_append_c(out, '{');
    fidotool_json_write_name(out, "message");
    fidotool_json_write_text(out, error->message);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, '}');
  if (ret_len != NULL)
    *ret_len = out->len;
  return out->str;
}
