/* SPDX-License-Identifier: Apache-2.0 */
/* again.c - puts the parts of a judgement together, as they lie in a bundle. */
#include "recovery/audit/again.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/json.h"
#include "recovery/audit/credential-file.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"
#include "recovery/format/trust-list.h"

static void
free_again(void *data)
{
  RecoveryAgain *again = data;

  g_free(again->act);
  g_free(again->registration);
  g_free(again->at);
  g_free(again->judge);
  g_clear_pointer(&again->pack, g_bytes_unref);
  g_free(again->request);
  g_free(again->result);
  g_free(again);
}

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

static bool
fail(GError **error, RecoveryError code, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, (int)code, "%s", what);
  return false;
}

static GBytes *
find_file(const RecoveryBag *bag, const char *folder, const char *digest,
          const char *suffix, GError **error)
{
  g_autofree char *path =
      g_strdup_printf("data/%s/%s.%s", folder, digest, suffix);
  const RecoveryBagFile *file = recovery_bag_find(bag, path);

  if (file != NULL)
    return g_bytes_ref(file->data);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INCOMPLETE,
              "%s is not in the bundle", path);
  return NULL;
}

static char *
find_text(const RecoveryBag *bag, const char *digest, const char *suffix,
          GError **error)
{
  g_autoptr(GBytes) bytes = find_file(bag, "metadata", digest, suffix, error);

  return bytes == NULL ? NULL
                       : g_strndup(g_bytes_get_data(bytes, NULL),
                                   g_bytes_get_size(bytes));
}

/* What the judge knew */

static GBytes *
fetch(const RecoveryTrustListFile *file, void *data, GError **error)
{
  return find_file(data, "metadata", file->digest, file->suffix, error);
}

/* Where no list was in force it knew nothing. */
static GBytes *
make_pack(const RecoveryBag *bag, const char *digest, GError **error)
{
  g_autoptr(RecoveryTrustList) list = NULL;
  g_autofree char *line = NULL;

  if (digest == NULL)
    return g_byte_array_free_to_bytes(fidotool_pack_new());
  line = find_text(bag, digest, "json", error);
  if (line == NULL)
    return NULL;
  list = recovery_trust_list_read(line, strlen(line), error);
  return list == NULL
             ? NULL
             : recovery_trust_list_pack(list, -1, fetch, (void *)bag, error);
}

/* What it was asked */

static void
set_url(FidotoolJson *json, const char *name, FidotoolSlice bytes)
{
  g_autofree char *text = fidotool_bytes_base64url(bytes.data, bytes.len);

  fidotool_json_set_text(json, name, text);
}

/* Staff's registrations have no client data: the key was given their hash. */
static FidotoolJson *
new_response(const RecoveryCredentialFile *parts, FidotoolJson *transports)
{
  g_autoptr(FidotoolJson) taken = transports;
  FidotoolJson *response = fidotool_json_new_object(), *inner;
  FidotoolSlice id;

  if (parts->cdj.data != NULL && recovery_credential_file_id(parts->att, &id)) {
    set_url(response, "id", id);
    set_url(response, "rawId", id);
    fidotool_json_set_text(response, "type", "public-key");
  }
  inner = fidotool_json_set(response, "response", fidotool_json_new_object());
  set_url(inner, "attestationObject", parts->att);
  if (parts->cdj.data != NULL)
    set_url(inner, "clientDataJSON", parts->cdj);
  if (taken != NULL)
    fidotool_json_set(inner, "transports", g_steal_pointer(&taken));
  return response;
}

/* Between the lines of armour stands base64 alone. */
static FidotoolJson *
read_anchors(const char *pem)
{
  static const char begin[] = "-----BEGIN CERTIFICATE-----\n";
  static const char end[] = "-----END CERTIFICATE-----";
  FidotoolJson *anchors = fidotool_json_new_array();
  g_auto(GStrv) parts = g_strsplit(pem, begin, -1);

  for (char **part = parts; *part != NULL; part++) {
    char *stop = strstr(*part, end);
    g_auto(GStrv) lines = NULL;
    g_autofree char *base64 = NULL;

    if (part == parts || stop == NULL)
      continue;
    *stop = '\0';
    lines = g_strsplit(*part, "\n", -1);
    base64 = g_strjoinv("", lines);
    fidotool_json_append_text(anchors, base64);
  }
  return anchors;
}

static FidotoolJson *
find_anchors(const RecoveryBag *bag, const FidotoolJson *judgement,
             GError **error)
{
  const char *digest = text_of(judgement, "anchors");
  g_autofree char *pem = NULL;

  if (digest == NULL)
    return fidotool_json_new_array();
  pem = find_text(bag, digest, "pem", error);
  return pem == NULL ? NULL : read_anchors(pem);
}

static FidotoolJson *
find_response(const RecoveryBag *bag, const FidotoolJson *judgement,
              GError **error)
{
  const FidotoolJson *transports = fidotool_json_get(judgement, "transports");
  g_autofree char *path = g_strdup_printf("data/registrations/%s.cbor",
                                          text_of(judgement, "registration"));
  const RecoveryBagFile *file = recovery_bag_find(bag, path);
  RecoveryCredentialFile parts;

  if (file == NULL) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INCOMPLETE,
                "%s is not in the bundle", path);
    return NULL;
  }
  if (!recovery_credential_file_read(file, true, &parts, error))
    return NULL;
  return new_response(&parts,
                      transports ? fidotool_json_copy(transports) : NULL);
}

static char *
make_request(const RecoveryBag *bag, const FidotoolJson *judgement,
             int64_t at_s, GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  const char *text = text_of(judgement, "options");
  FidotoolJson *anchors = find_anchors(bag, judgement, error);
  FidotoolJson *options, *response;

  if (anchors == NULL)
    return NULL;
  fidotool_json_set(request, "anchors", anchors);
  options = fidotool_json_parse(text, strlen(text), error);
  if (options == NULL)
    return NULL;
  fidotool_json_set(request, "options", options);
  response = find_response(bag, judgement, error);
  if (response == NULL)
    return NULL;
  fidotool_json_set(request, "response", response);
  fidotool_json_set_text(request, "kind", "registration");
  fidotool_json_set_int(request, "at", at_s);
  return fidotool_json_write(request, NULL);
}

/* Judgements */

static bool
fill(RecoveryAgain *again, const RecoveryBag *bag,
     const FidotoolJson *judgement, GError **error)
{
  const char *result = text_of(judgement, "result");
  int64_t at_ms;

  again->registration = g_strdup(text_of(judgement, "registration"));
  again->at = g_strdup(text_of(judgement, "at"));
  again->judge = g_strdup(text_of(judgement, "judge"));
  if (again->registration == NULL || result == NULL ||
      text_of(judgement, "options") == NULL ||
      !recovery_time_read(again->at, &at_ms))
    return fail(error, RECOVERY_ERROR_INVALID,
                "a judgement of the bundle lacks a field");
  again->pack = make_pack(bag, text_of(judgement, "trust"), error);
  if (again->pack == NULL)
    return false;
  again->request = make_request(bag, judgement, at_ms / 1000, error);
  if (again->request == NULL)
    return false;
  again->result = find_text(bag, result, "json", error);
  return again->result != NULL;
}

static RecoveryAgain *
read_judgement(const RecoveryBag *bag, const FidotoolJson *entry,
               GError **error)
{
  const char *digest = text_of(entry, "judgement");
  g_autofree char *line = NULL;
  g_autoptr(FidotoolJson) judgement = NULL;
  RecoveryAgain *again;

  if (digest == NULL) {
    fail(error, RECOVERY_ERROR_INCOMPLETE,
         "the record does not say what it was judged by");
    return NULL;
  }
  line = find_text(bag, digest, "json", error);
  judgement = line == NULL ? NULL
                           : recovery_jcs_read(line, strlen(line),
                                               RECOVERY_JCS_MAX, error);
  if (judgement == NULL)
    return NULL;
  again = g_new0(RecoveryAgain, 1);
  again->seq = fidotool_json_get_int(entry, "seq", -1);
  again->act = g_strdup(text_of(entry, "act"));
  if (fill(again, bag, judgement, error))
    return again;
  free_again(again);
  return NULL;
}

/* Registrations of the case, or that one of staff. */
static bool
is_about(const FidotoolJson *entry, const char *what)
{
  const char *act = text_of(entry, "act");

  if (g_strcmp0(text_of(entry, "out"), "ok") != 0)
    return false;
  if (g_strcmp0(act, "roster.enrol") == 0)
    return g_strcmp0(text_of(entry, "object"), what) == 0;
  return (g_strcmp0(act, "case.made") == 0 ||
          (g_strcmp0(act, "case.bound") == 0 &&
           fidotool_json_get(entry, "registration") != NULL)) &&
         g_strcmp0(text_of(entry, "case"), what) == 0;
}

static bool
take_line(const RecoveryBag *bag, const char *line, size_t len,
          const char *what, GPtrArray *found, GError **error)
{
  g_autoptr(FidotoolJson) entry =
      recovery_jcs_read(line, len, RECOVERY_JCS_MAX, error);
  RecoveryAgain *again;

  if (entry == NULL)
    return false;
  if (!is_about(entry, what))
    return true;
  again = read_judgement(bag, entry, error);
  if (again == NULL)
    return false;
  g_ptr_array_add(found, again);
  return true;
}

GPtrArray *
recovery_again_find(const RecoveryBag *bag, const char *what, GError **error)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_again);
  const RecoveryBagFile *file = recovery_bag_find(bag, RECOVERY_BAG_ENTRIES);
  gsize left = 0;
  const char *p = file ? g_bytes_get_data(file->data, &left) : NULL;

  while (left > 0) {
    const char *end = memchr(p, '\n', left);
    size_t len = end ? (size_t)(end - p) : left;

    if (!take_line(bag, p, len, what, found, error))
      return NULL;
    left -= MIN(left, len + 1);
    p += len + 1;
  }
  if (found->len > 0)
    return g_steal_pointer(&found);
  fail(error, RECOVERY_ERROR_NOT_FOUND,
       "nothing was judged in this bundle under that name");
  return NULL;
}
